#!/bin/sh
# Make or mend .venv and install a requirements file into it, if that is new or has changed.
# Usage: scripts/setup.sh requirements.txt
set -eu
cd "$(dirname "$0")/.."

requirements=$1
installed=.venv/$requirements  # a copy of what was installed last: content, unlike time, survives a checkout

version() {
    "$1" -c 'import sys; print(sys.version)' 2>/dev/null
}

fits() {  # the environment works, is new enough and, if PYTHON names a version, has that one
    .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version "$PYTHON")" = "$(version .venv/bin/python)" ]
}

if ! fits; then
    python=$(scripts/find-python.sh)
    echo "Making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
fi

if ! cmp -s "$requirements" "$installed"; then
    echo "Installing $requirements into .venv (a minute or so, once)"
    rm -f "$installed"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input -r "$requirements"
    cp "$requirements" "$installed"
fi
