#!/usr/bin/env bash
# Usage: install-deps.sh build|check|poolers|jobs|monitoring
# Installs the Debian packages that are missing, when it may (root, or sudo without a password);
# otherwise prints what to install and fails. `build` is what the library, a server and the demo
# need, `check` adds the linters, `poolers`, `jobs` and `monitoring` what their tests run with. PG_MAJOR chooses the server version.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

purpose=${1:-build}
missing=()

# need PACKAGE TEST...: notes the package unless the test command succeeds.
need() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}

has_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] || compgen -G '/usr/lib/llvm-*/lib/libclang*.so*' ||
        compgen -G '/usr/lib/*/libclang*.so*' || compgen -G '/usr/lib64/libclang*.so*'
}

# The compiler's own headers (stddef.h), which bindgen's libclang needs too.
has_clang_headers() {
    compgen -G '/usr/lib/llvm-*/lib/clang/*/include/stddef.h' ||
        compgen -G '/usr/lib/clang/*/include/stddef.h' || compgen -G '/usr/lib64/clang/*/include/stddef.h'
}

has_build() {
    local config
    config=$(find_pg_config) && [ -f "$("$config" --pgxs)" ] && [ -f "$("$config" --includedir-server)/postgres.h" ] &&
        [ -x "$(dirname "$("$config" --pgxs)")/../test/isolation/pg_isolation_regress" ]
}

has_server() {
    local config
    config=$(find_pg_config) && [ -x "$("$config" --bindir)/initdb" ] && [ -x "$("$config" --bindir)/postgres" ]
}

has_cron() {
    local config
    config=$(find_pg_config) && [ -f "$("$config" --sharedir)/extension/pg_cron.control" ]
}

# Prints the server version to install: the installed development files', or the oldest supported
# version the distribution offers.
wanted_major() {
    local config version
    if [ -n "${PG_MAJOR:-}" ]; then
        echo "$PG_MAJOR"
    elif config=$(find_pg_config); then
        pg_major "$config"
    else
        for version in 15 16 17 18; do
            if apt-cache show "postgresql-$version" >/dev/null 2>&1; then
                echo "$version"
                return
            fi
        done
        echo 15
    fi
}

export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
rust_wanted=$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' Cargo.toml)
rust_found=$(cargo --version 2>/dev/null | sed -n 's/^cargo \([0-9.]*\).*/\1/p')
if [ -z "$rust_found" ] || [ "$(printf '%s\n' "$rust_wanted" "$rust_found" | sort -V | head -n 1)" != "$rust_wanted" ]; then
    die "Rust $rust_wanted or later is needed (found: ${rust_found:-none}); install it with rustup, see https://rustup.rs"
fi
if [ "$purpose" = check ]; then
    if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
        die 'rustfmt and clippy are needed; install them with: rustup component add rustfmt clippy'
    fi
fi

need build-essential sh -c 'command -v make && command -v cc'
need libclang-dev has_libclang
if has_libclang >/dev/null && ! has_clang_headers >/dev/null; then
    missing+=(libclang-dev)
fi
need postgresql-server-dev has_build
need postgresql has_server
need python3 command -v python3
if [ "$purpose" = check ]; then
    need shellcheck command -v shellcheck
    need python3-venv python3 -c 'import ensurepip, venv'
fi

if [ "$purpose" = poolers ]; then
    need pgbouncer sh -c 'command -v pgbouncer || test -x /usr/sbin/pgbouncer'
    need pgpool2 sh -c 'command -v pgpool || test -x /usr/sbin/pgpool'
    need python3-psycopg /usr/bin/python3 -c 'import psycopg'
    need default-jdk-headless sh -c 'java --list-modules | grep -q jdk.compiler'
    need libpostgresql-jdbc-java test -e /usr/share/java/postgresql.jar
fi

if [ "$purpose" = jobs ]; then
    need postgresql-cron has_cron
fi

if [ "$purpose" = monitoring ]; then
    need prometheus-postgres-exporter command -v prometheus-postgres-exporter
    # Of this package its programs are wanted, not the service: it is unpacked below target/.
    if ! command -v promtool >/dev/null && [ ! -x target/monitoring/usr/bin/prometheus ] && command -v apt-get >/dev/null; then
        echo 'unpacking prometheus (apt-get download)'
        mkdir -p target/monitoring
        (cd target/monitoring && rm -f prometheus_*.deb && apt-get download -q prometheus >/dev/null 2>&1 && dpkg-deb -x prometheus_*.deb .) ||
            missing+=(prometheus)
    fi
fi

if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

if ! command -v apt-get >/dev/null; then
    die "missing (names of Debian's packages): ${missing[*]}; install them with your package manager"
fi

root=()
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        root=(sudo -n)
    else
        major=$(wanted_major)
        packages=("${missing[@]/%postgresql/postgresql-$major}")
        packages=("${packages[@]/%postgresql-server-dev/postgresql-server-dev-$major}")
        packages=("${packages[@]/%postgresql-cron/postgresql-$major-cron}")
        die "packages are missing and this user may not install them; run this first, as root:
    apt-get update && apt-get install -y ${packages[*]}"
    fi
fi

export DEBIAN_FRONTEND=noninteractive
echo 'updating the package lists (apt-get update)'
"${root[@]}" apt-get update -q -o Acquire::Retries=3 >/dev/null
major=$(wanted_major)
packages=("${missing[@]/%postgresql/postgresql-$major}")
packages=("${packages[@]/%postgresql-server-dev/postgresql-server-dev-$major}")
packages=("${packages[@]/%postgresql-cron/postgresql-$major-cron}")
echo "installing ${packages[*]} (apt-get install)"
log=$(mktemp)
if ! "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q -o Acquire::Retries=3 \
    --no-install-recommends "${packages[@]}" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    die "could not install ${packages[*]}"
fi
rm -f "$log"
