#!/bin/sh
# See that what the tests run against is here: Redis, PostgreSQL, Chromium and Node.
#
# As root on Debian or Ubuntu, install through apt what is missing. Elsewhere, say what is missing and how to
# get it: the tests that need it are skipped, except with CI=true, where a missing one is a failure.
# None of them needs to be running: the tests start their own, on free ports.
cd "$(dirname "$0")/.." || exit
. scripts/apt.sh

have() {
    case $1 in
        Redis) command -v redis-server || command -v valkey-server ;;
        PostgreSQL) command -v initdb || ls /usr/lib/postgresql/*/bin/initdb ;;
        Chromium) have_chromium ;;
        Node) node -e 'process.exit(+(parseInt(process.versions.node) < 18))' ;;
    esac >/dev/null 2>&1 </dev/null
}

have_chromium() {  # run, not looked up: Ubuntu's chromium-browser may be no more than advice
    for browser in chromium chromium-browser google-chrome; do
        "$browser" --version && return
    done
    ls -d "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-*
}

skipped() {
    case $1 in
        Redis) echo "the tests across processes and of a failing Redis" ;;
        PostgreSQL) echo "the tests of streams on PostgreSQL" ;;
        Chromium) echo "the browser tests" ;;
        Node) echo "the tests of the JavaScript client" ;;
    esac
}

remedy() {
    case $1 in
        Redis) echo "redis-server or valkey-server on the PATH (macOS: brew install redis)" ;;
        PostgreSQL) echo "initdb and postgres on the PATH (macOS: brew install postgresql@17)" ;;
        Chromium) echo "chromium or google-chrome (or: .venv/bin/python -m playwright install chromium)" ;;
        Node) echo "node 18 or newer on the PATH (macOS: brew install node)" ;;
    esac
}

install() {
    case $1 in
        Redis) apt_install redis-server ;;
        PostgreSQL) apt_install postgresql ;;
        Chromium) install_chromium ;;
        Node) apt_install nodejs ;;
    esac
}

install_chromium() {
    if grep -q '^ID=ubuntu' /etc/os-release; then  # its package is only a snap
        echo "Installing through Playwright: chromium"
        quietly .venv/bin/python -m playwright install --with-deps chromium
    else
        apt_install chromium fonts-dejavu-core  # without a font, screenshots are all boxes
    fi
}

missing() {
    for tool in Redis PostgreSQL Chromium Node; do
        have "$tool" || echo "$tool"
    done
}

if [ -n "$(missing)" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    start_no_services
    quietly apt-get -q update
    for tool in $(missing); do install "$tool"; done
fi

still_missing=$(missing)
[ -n "$still_missing" ] || exit 0
for tool in $still_missing; do
    echo "Missing: $tool. Without it, $(skipped "$tool") are skipped. Needed: $(remedy "$tool")" >&2
done
[ "$(id -u)" = 0 ] || ! command -v apt-get >/dev/null || echo "To install it: sudo make test-deps" >&2
[ "${CI:-}" != true ] || { echo "With CI=true, nothing may be skipped." >&2; exit 1; }
