# Installing through apt, as root; sourced by the scripts that do.

apt_install() {
    echo "Installing through apt: $*"
    DEBIAN_FRONTEND=noninteractive quietly apt-get -qy install --no-install-recommends "$@"
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
