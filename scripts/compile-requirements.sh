#!/bin/sh
# Compile requirements*.in to requirements*.txt, on the oldest Python we support: some packages need others
# only there, and what is too much on a newer one does no harm.
set -eu
cd "$(dirname "$0")/.."

compile() {
    # No addresses of package hosts in the result: everyone installs from their own.
    CUSTOM_COMPILE_COMMAND="make requirements" .venv/bin/python -m piptools compile --quiet "$@" \
        --generate-hashes --strip-extras --allow-unsafe --annotation-style=line \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options
}

.venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 12))' || {
    echo "Compile on Python 3.12: make requirements PYTHON=/path/to/python3.12" >&2
    exit 1
}
compile "$@" requirements.in
compile "$@" requirements-dev.in
