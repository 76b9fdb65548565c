#!/usr/bin/env bash
# Usage: pgrx-tests.sh [FILTER...]
# Runs the Rust tests that run in a server (src/pg/tests), all or those whose names contain a FILTER.
#
# pgrx-tests makes and starts the server and calls each test as the SQL function that `#[pg_test]` has made of it. It has
# no part in building and installing the extension, whose SQL is written by hand: the library with the tests, the install
# script and the declarations of the tests are put below the server's own directory here, and where it
# would call `cargo pgrx install`, it calls `true`.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

PG_CONFIG=$(find_pg_config) || die 'no pg_config found: install the PostgreSQL server and its development files'
export PG_CONFIG PGRX_PG_CONFIG_PATH=$PG_CONFIG
target=${CARGO_TARGET_DIR:-target}
cargo_flags=(--locked --lib --features "pg$(pg_major "$PG_CONFIG"),pg_test")

cargo build "${cargo_flags[@]}"
binary=$(cargo test "${cargo_flags[@]}" --no-run 2>&1 | tee /dev/stderr | sed -n 's/^ *Executable .*(\(.*\))$/\1/p')
[ -x "$binary" ] || die 'cargo has built no tests'
make -s scripts

# Short, for there will be a socket in it.
directory=$(mktemp -d "${PG_TVIEWS_CHECK_DIR:-/var/tmp}/pgrx.XXXXXX")
trap 'rm -rf "$directory"' EXIT
trap 'exit 130' INT TERM
settings=$(staging_settings "$PG_CONFIG" "$directory/stage")
[ -n "$settings" ] || die 'this server looks for extensions in its own directories only: the tests are not for these'
scripts=$directory/stage$("$PG_CONFIG" --sharedir)/extension
libraries=$directory/stage$("$PG_CONFIG" --pkglibdir)
mkdir -p "$scripts" "$libraries"
install -m 644 pg_tviews.control pg_tviews--*.sql "$scripts"
install -m 755 "$target/debug/libpg_tviews.so" "$libraries/pg_tviews.so"
# The server's user may not be able to read the working tree.
install -m 755 "$binary" "$directory/tests"
install -m 644 Cargo.toml "$directory"
{
    echo 'CREATE SCHEMA tests;'
    "$binary" --list | sed -n "s/^pg::tests::.*::pg_\(.*\): test$/CREATE FUNCTION tests.\1() RETURNS void LANGUAGE c AS 'MODULE_PATHNAME', '\1_wrapper';/p"
} >>"$scripts/pg_tviews--$(sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" pg_tviews.control).sql"
if [ "$(id -u)" -eq 0 ]; then
    chown -R "$server_user" "$directory"
    user=$server_user
else
    user=$(id -un)
fi
chmod 755 "$directory"

as_server_user env USER="$user" CARGO_PGRX="$(command -v true)" CARGO_MANIFEST_DIR="$directory" CARGO_TARGET_DIR="$directory" \
    CARGO_PGRX_TEST_PGDATA="$directory/data" PG_TVIEWS_TEST_SETTINGS="$settings" PGRX_PG_CONFIG_PATH="$PG_CONFIG" \
    "$directory/tests" "${@:-pg::tests::}"
