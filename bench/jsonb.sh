#!/usr/bin/env bash
# Usage: bench/jsonb.sh [ROUNDS]
# The functions that change documents beside the server's own (jsonb_set, ||, -, #-), for documents of 10, 500 and 5,000
# elements, on a throwaway server: microseconds a call, and ours divided by theirs. The two run in turn, ROUNDS times (5);
# what is printed is the median. Both sides' documents are stored as a table stores them: compressed, the larger ones outside.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

scripts/install-deps.sh build
PG_CONFIG=$(find_pg_config)
export PG_CONFIG
throwaway_server 'autovacuum = off' 'jit = off'
export PGDATABASE=jsonb
createdb -T template0 "$PGDATABASE"
psql -qX -v ON_ERROR_STOP=1 -f bench/jsonb.sql
psql -qX -v ON_ERROR_STOP=1 -v rounds="${1:-5}" -f bench/jsonb_run.sql
