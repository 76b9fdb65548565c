#!/usr/bin/env bash
# A database that was dumped and restored, and one that was upgraded before it was dumped, have the catalog of a fresh one.
set -euo pipefail
. regress/shell/lib/common.sh

restored=${PGDATABASE}_restored
upgraded=${PGDATABASE}_upgraded
work=$(mktemp -d)
cleanup() {
    dropdb --if-exists --force "$restored" 2>/dev/null
    dropdb --if-exists --force "$upgraded" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT

tables() {
    run -d "$1" >/dev/null <<SQL
SET check_function_bodies = off;
\\i regress/upgrade/facts.sql
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews $2;
SELECT facts.tables();
SELECT facts.write();
SQL
}
facts() {
    value 'SELECT facts.object, facts.fact FROM facts.now() facts ORDER BY 1, 2' -d "$1"
}

tables "$PGDATABASE" ''
facts "$PGDATABASE" >"$work/fresh"
[ "$(wc -l <"$work/fresh")" -gt 500 ]

createdb -T template0 "$restored"
pg_dump -Fc -f "$work/dump"
pg_restore --exit-on-error -d "$restored" "$work/dump"
facts "$restored" >"$work/restored"
diff "$work/fresh" "$work/restored"
echo 'ok: restored'

createdb -T template0 "$upgraded"
tables "$upgraded" "VERSION '0.1.0-alpha'"
run -d "$upgraded" -c 'ALTER EXTENSION pg_tviews UPDATE'
pg_dump -Fc -d "$upgraded" -f "$work/dump"
dropdb "$upgraded"
createdb -T template0 "$upgraded"
pg_restore --exit-on-error -d "$upgraded" "$work/dump"
facts "$upgraded" >"$work/upgraded"
diff "$work/fresh" "$work/upgraded"
echo 'ok: upgraded, then restored'
for database in "$restored" "$upgraded"; do
    run -d "$database" -c 'SELECT facts.write()' >/dev/null
    expect_true_views "$database" -d "$database"
    expect "$database: health" "$(value "SELECT * FROM tviews.pg_tviews_health_check() WHERE status <> 'OK' AND check_name <> 'indexes'" -d "$database")" ''
done
