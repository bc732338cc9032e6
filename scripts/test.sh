#!/bin/sh
# The tests, up to a tier: quick, test or all; further arguments go to pytest.
set -u
cd "$(dirname "$0")/.."
tier=$1
shift
failed=0 found=0

run() {
    .venv/bin/python -m pytest -m "$@"
    case $? in
        0) found=1 ;;
        5) ;;  # none of these was asked for
        *) found=1 failed=1 ;;
    esac
}

# What waits for nobody runs on all cores; real servers have the machine for themselves, since some are timed.
run "not server and not again" --numprocesses auto --dist worksteal "$@"
[ "$tier" = quick ] || run "server and not again" "$@"
[ "$tier" != all ] || run "again" "$@"

[ $found = 1 ] || { echo "No test is called that."; exit 5; }
exit $failed
