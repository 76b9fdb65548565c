#!/usr/bin/env bash
# Usage: bench/lineage.sh
# Two shows on a throwaway server: how long it takes to create a TVIEW over twelve sources and four levels of views, and what
# 200 TVIEWs over one table cost a write to a table, or of a column, that they do not read. TRANSACTIONS sets the size
# of the second.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

scripts/install-deps.sh build
PG_CONFIG=$(find_pg_config)
export PG_CONFIG
pgbench=$("$PG_CONFIG" --bindir)/pgbench
throwaway_server 'autovacuum = off'
export PGDATABASE=lineage
createdb -T template0 "$PGDATABASE"
psql -qX -v ON_ERROR_STOP=1 -f bench/lineage.sql

# measure TABLE COLUMN: the median latency of a transaction that updates one row, in ms. The first transactions of the session,
# which load plans, do not count.
measure() {
    local script=$server/$1-$2.sql log=$server/latency
    printf '\\set id random(1, 1000)\nUPDATE %s SET %s = %s + 1 WHERE pk_%s = :id;\n' "$1" "$2" "$2" "$1" >"$script"
    rm -f "$log".*
    "$pgbench" -n -M prepared -t "${TRANSACTIONS:-2000}" -l --log-prefix="$log" -f "$script" >/dev/null 2>&1
    tail -q -n +11 "$log".* | sort -n -k 3 | awk '{ us[NR] = $3 } END { printf "%.3f", us[int((NR + 1) / 2)] / 1000 }'
}

# compare TITLE: a line with all measurements.
compare() {
    printf '%-10s a table not read: %s ms   a column not read: %s ms   a column that half of them read: %s ms\n' "$1" \
        "$(measure other a)" "$(measure item unread)" "$(measure item b)"
}

compare 'no TVIEW'
psql -qXAt -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
SET client_min_messages = error;
SELECT pg_tviews_create('t' || n, format('SELECT i.pk_item AS pk_t%s, i.%s FROM item i WHERE i.pk_item %% 200 = %s', n, CASE WHEN n % 2 = 0 THEN 'a' ELSE 'b' END, n - 1))
  FROM generate_series(1, 200) n;
SQL
compare '200 TVIEWs'
psql -qXAt -v ON_ERROR_STOP=1 <<'SQL'
SELECT CASE WHEN bool_and(missing + extra + different = 0) THEN 'every TVIEW equals its view' ELSE 'a TVIEW differs from its view' END
  FROM pg_tviews_verify();
SQL
