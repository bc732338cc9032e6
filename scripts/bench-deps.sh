#!/bin/sh
# See that the benchmark's peers are here: Redis, PostgreSQL, Node with the packages of bench/package.json, nginx with
# nchan.
#
# As root on Debian or Ubuntu, install through apt what is missing. What stays missing, the benchmark leaves out,
# and says so.
cd "$(dirname "$0")/.." || exit
. scripts/apt.sh

missing() {
    command -v redis-server >/dev/null || command -v valkey-server >/dev/null || echo redis-server
    command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql
    command -v npm >/dev/null || echo nodejs npm
    [ -e /usr/lib/nginx/modules/ngx_nchan_module.so ] || echo nginx libnginx-mod-nchan
}

packages=$(missing)
if [ -n "$packages" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    start_no_services
    quietly apt-get -q update
    for package in $packages; do apt_install "$package"; done
fi

if command -v npm >/dev/null && ! cmp -s bench/package-lock.json bench/node_modules/installed; then
    echo "Installing the packages of bench/package.json"
    (cd bench && quietly npm ci --no-audit --no-fund) && cp bench/package-lock.json bench/node_modules/installed
fi
exit 0
