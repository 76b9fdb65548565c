#!/usr/bin/env bash
# Usage: matrix.sh MAJOR [STEP...]
# Runs steps of scripts/check.sh (by default all that involve a server) with another version of PostgreSQL, in a
# system of its own below target/matrix/MAJOR (PG_TVIEWS_MATRIX_DIR): a Debian suite that packages that version, made with
# debootstrap. Nothing outside that directory changes. Inside are a copy of the working tree, with a target/ of its own that is
# kept for the next run, and the Rust toolchain and crates of this machine, mounted. Mounts and processes end with the
# run. Needs root, for chroot and mount, and debootstrap.
#
#   matrix.sh MAJOR shell        a shell in that system
#
# Logs are in target/matrix/MAJOR/srv/pg_tviews/target/check.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

major=${1:-}
shift || true
case $major in
    # This one does not list in pg_available_extensions what is in a staging directory.
    17) suite=trixie stage=no ;;
    18) suite=forky stage= ;;
    *) die 'usage: matrix.sh 17|18 [STEP...]' ;;
esac
# Where this machine has its own packages from.
# shellcheck disable=SC2016 # apt's own placeholders
mirror=${PG_TVIEWS_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian //p' | head -n 1)}
[ -n "$mirror" ] || die 'apt knows no Debian mirror; name one in PG_TVIEWS_DEBIAN_MIRROR'
steps=("$@")
if [ ${#steps[@]} -eq 0 ]; then
    steps=(clippy-pg build install regress isolation shell upgrade fuzz replicas docs uninstall)
fi

[ "$(id -u)" -eq 0 ] || die 'run this as root: it needs chroot and mount'
command -v debootstrap >/dev/null || die 'debootstrap is missing; install it (Debian: apt-get install debootstrap)'
mkdir -p "${PG_TVIEWS_MATRIX_DIR:-target/matrix}"
root=$(realpath "${PG_TVIEWS_MATRIX_DIR:-target/matrix}")/$major
toolchain=$(rustc --print sysroot)
cargo_home=${CARGO_HOME:-$HOME/.cargo}

# The crates come from this machine: what is inside needs no network for them.
cargo fetch --locked --quiet

# Runs a script inside, with mounts and processes that end when it does.
inside() {
    # shellcheck disable=SC2016 # the inner shell expands its arguments
    unshare --mount --pid --fork --propagation private bash -euo pipefail -c '
        root=$1 toolchain=$2 cargo_home=$3 stage=$4
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
            PIP_CERT=/opt/ca-certificates.crt PG_TVIEWS_STAGE="$stage" chroot "$root" "$@"
    ' inside "$root" "$toolchain" "$cargo_home" "$stage" "$@"
}

if [ ! -e "$root/.ready" ]; then
    echo "making a system with PostgreSQL $major ($suite)"
    rm -rf "$root"
    log=$root.log
    {
        # An older debootstrap does not know the newest names: one script serves them all.
        debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror" /usr/share/debootstrap/scripts/sid &&
            # No server of the packages' own: no cluster is made, nothing is started.
            printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod +x "$root/usr/sbin/policy-rc.d" &&
            mkdir -p "$root/etc/postgresql-common" &&
            echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.conf" &&
            echo 'APT::Sandbox::User "root";' >"$root/etc/apt/apt.conf.d/sandbox" &&
            inside apt-get install -y -q --no-install-recommends -o Acquire::Retries=3 "postgresql-$major" \
                "postgresql-server-dev-$major" build-essential libclang-dev python3 python3-venv shellcheck git procps
    } >"$log" 2>&1 </dev/null || {
        tail -n 20 "$log" >&2
        die "could not make a system with PostgreSQL $major (see $log)"
    }
    touch "$root/.ready"
fi

if [ "${steps[*]}" = shell ]; then
    inside bash
    exit
fi

# The working tree as it is, committed or not; files keep their times, so that only what changed is built again.
tree=$root/srv/pg_tviews
mkdir -p "$tree"
find "$tree" -mindepth 1 -maxdepth 1 ! -name target -exec rm -rf {} +
git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do if [ -e "$file" ]; then printf '%s\0' "$file"; fi; done |
    tar -c --null --no-recursion --files-from=- | tar -x --no-same-owner -C "$tree"

inside bash -c 'cd /srv/pg_tviews && exec scripts/check.sh "$@"' check "${steps[@]}"
