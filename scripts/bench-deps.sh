#!/bin/sh
# See that the benchmark's peers are here: Redis, Node with the packages of bench/package.json, nginx with nchan.
#
# As root on Debian or Ubuntu, install through apt what is missing. What stays missing, the benchmark leaves out,
# and says so.
cd "$(dirname "$0")/.." || exit

missing() {
    command -v redis-server >/dev/null || command -v valkey-server >/dev/null || echo redis-server
    command -v npm >/dev/null || echo nodejs npm
    [ -e /usr/lib/nginx/modules/ngx_nchan_module.so ] || echo nginx libnginx-mod-nchan
}

quietly() {  # what a command prints is shown only if it fails
    output=$("$@" 2>&1 </dev/null) || { echo "$output" | tail -n 5 >&2; return 1; }
}

start_no_services() {  # a fresh Debian package starts its server at once, unless this file says no
    policy=/usr/sbin/policy-rc.d
    [ ! -e $policy ] || return
    trap 'rm -f $policy' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy
}

packages=$(missing)
if [ -n "$packages" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    start_no_services
    quietly apt-get -q update
    for package in $packages; do
        echo "Installing through apt: $package"
        DEBIAN_FRONTEND=noninteractive quietly apt-get -qy install --no-install-recommends "$package"
    done
fi

if command -v npm >/dev/null && ! cmp -s bench/package-lock.json bench/node_modules/installed; then
    echo "Installing the packages of bench/package.json"
    (cd bench && quietly npm ci --no-audit --no-fund) && cp bench/package-lock.json bench/node_modules/installed
fi
exit 0
