#!/bin/sh
# The tests, up to a tier: quick, test or all; further arguments go to pytest.
set -u
cd "$(dirname "$0")/.."
tier=$1
shift
failed=0 found=0
cores=$(getconf _NPROCESSORS_ONLN)

run() {
    .venv/bin/python -m pytest -m "$@"
    case $? in
        0) found=1 ;;
        5) ;;  # none of these was asked for
        *) found=1 failed=1 ;;
    esac
}

if [ "$tier" = quick ]; then
    run "not server and not alone and not long" --numprocesses "$cores" --dist worksteal "$@"
else  # servers and browsers are waited for: half as many tests more than cores
    run "not alone and not long" --numprocesses $((cores + (cores + 1) / 2)) --dist worksteal "$@"
    run "alone" "$@"
fi
[ "$tier" != all ] || run "long" "$@"

[ $found = 1 ] || { echo "No test is called that."; exit 5; }
exit $failed
