#!/usr/bin/env bash
# Usage: run.sh [ARGUMENT...]
# Builds the extension, starts a throwaway server and runs bench.py on it with these arguments (bench/README.md). Results go to target/bench/;
# `--publish` copies them into docs/ afterwards. BENCH_DIR names the server's directory (default a new one below /var/tmp).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
export BENCH_COMMAND="bench/run.sh $*"

publish=
arguments=()
for argument in "$@"; do
    if [ "$argument" = --publish ]; then publish=1; else arguments+=("$argument"); fi
done

scripts/install-deps.sh build
PG_CONFIG=$(find_pg_config)
export PG_CONFIG
if [ -n "${BENCH_DIR:-}" ]; then
    server=$BENCH_DIR
else
    server=$(mktemp -d "${PG_TVIEWS_CHECK_DIR:-/var/tmp}/pg_tviews-bench.XXXXXX")
    chmod 755 "$server"
    if [ "$(id -u)" -eq 0 ]; then
        chown "$server_user" "$server"
    fi
    trap 'scripts/server.sh remove "$server"' EXIT
    trap 'exit 130' INT TERM
fi
# Nothing that would hide the engines' work behind the disk, nor anything in the background that would disturb one of them.
scripts/server.sh start "$server" 0 'shared_buffers = 2GB' 'max_wal_size = 16GB' 'checkpoint_timeout = 1h' 'full_page_writes = off' \
    'autovacuum = off' 'jit = off' 'work_mem = 64MB' 'maintenance_work_mem = 256MB' >/dev/null
eval "$(scripts/server.sh env "$server")"
install_for_server "$server" --locked >/dev/null
python3 bench/bench.py --instructions "$server" "${arguments[@]}"
if [ -n "$publish" ]; then
    python3 bench/report.py target/bench docs
fi
