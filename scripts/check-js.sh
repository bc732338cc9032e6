#!/bin/sh
# Syntax of every JavaScript module, by Node if it is here.
set -eu
cd "$(dirname "$0")/.."

command -v node >/dev/null || { echo "No node: JavaScript is not checked."; exit 0; }

# From stdin, so that Node takes each file for a module without a package.json that says so.
find . -name '*.js' -not -path './.*' -not -path './staticfiles/*' -not -path '*/node_modules/*' | {
    status=0
    while read -r file; do
        node --check --input-type=module <"$file" || { echo "In $file"; status=1; }
    done
    exit $status
}
