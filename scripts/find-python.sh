#!/bin/sh
# Print the path of a Python that can make the environment, or say in one line what to install.
#
# Every candidate is run, not just looked up: `command -v python3.12` may find a pyenv shim that then fails,
# and Debian's python3 comes without ensurepip. One newer than 3.14 is taken only if PYTHON names it: not
# every pinned package has wheels for it.

usable() {  # usable PYTHON NEWEST_MINOR
    "$1" -c "import sys, ensurepip, sqlite3, venv; sys.exit(not (3, 12) <= sys.version_info[:2] <= (3, $2))" \
        </dev/null >/dev/null 2>&1
}

offer() {  # stop at the first usable one; print where it is, not the shim or link that leads there
    if usable "$1" "${2:-14}"; then
        "$1" -c 'import sys; print(sys.executable)'
        exit
    fi
}

fail() {
    echo "$1" >&2
    exit 1
}

if [ -n "${PYTHON:-}" ]; then
    offer "$PYTHON" 99
    fail "PYTHON=$PYTHON is no Python 3.12 or newer with venv (Debian, Ubuntu: python3-venv) and sqlite3."
fi

offer python3
for version in 3.13 3.14 3.12; do
    offer "python$version"
    for python in "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version"*/bin/python3; do
        offer "$python"
    done
done

# uv brings Pythons of its own. Where it is missing, pip puts it into a throwaway environment.
echo "No Python from 3.12 to 3.14 here: asking uv for one …" >&2
uv=$(command -v uv) || {
    throwaway=$(mktemp -d)
    trap 'rm -rf "$throwaway"' EXIT
    uv=$throwaway/bin/uv
    python3 -m venv "$throwaway" && "$throwaway/bin/python" -m pip install -qq uv
} >/dev/null 2>&1

export UV_PYTHON_PREFERENCE=only-managed  # the system's own were tried above
offer "$("$uv" python find '>=3.12,<3.15' 2>/dev/null)"
"$uv" python install 3.13 >/dev/null 2>&1
offer "$("$uv" python find 3.13 2>/dev/null)"

fail "Needed: Python 3.12 or newer. Install it (Debian, Ubuntu: apt install python3-venv; \
macOS: brew install python@3.13; anywhere: uv python install 3.13), or name it: PYTHON=/path/to/python3."
