#!/usr/bin/env bash
# Dumps of parts of a database: schema only, then data only; one schema; one table; pg_dumpall. The declaration of a TVIEW travels with
# the guard of its table, so the first write after the restore is maintained without any extra step.
set -euo pipefail
. regress/shell/lib/common.sh

work=$(mktemp -d)
databases=("${PGDATABASE}_schema" "${PGDATABASE}_one" "${PGDATABASE}_table")
cleanup() {
    local database
    for database in "${databases[@]}"; do
        dropdb --if-exists --force "$database" 2>/dev/null
    done
    rm -rf "$work"
}
trap cleanup EXIT

run >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE SCHEMA "My App";
SET search_path = "My App", tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text, born timestamptz);
CREATE TABLE post (id int, region int, fk_user int, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE post_1 PARTITION OF post FOR VALUES IN (1);
CREATE TABLE post_2 PARTITION OF post FOR VALUES IN (2);
CREATE INDEX ON post (fk_user);
CREATE TABLE plain (id int);
INSERT INTO users VALUES (1, 'Ann', '2000-01-01 00:00+00'), (2, 'Bob', NULL);
INSERT INTO post VALUES (1, 1, 1), (2, 2, 2);
SET TimeZone = 'Asia/Tokyo';
SELECT pg_tviews_create('post', 'SELECT p.id, p.region, u.name, to_jsonb(u.born) AS born FROM post p JOIN users u ON u.pk_user = p.fk_user', '{"key": ["id", "region"], "unwatched": ["plain"]}');
SELECT pg_tviews_create('"Name''s"', $$SELECT t.name AS "pk_Name's", count(*) AS posts FROM tv_post t GROUP BY t.name$$);
SQL
export PGTZ=Asia/Tokyo
health="SELECT check_name, status, details FROM tviews.pg_tviews_health_check() WHERE status <> 'OK'"
catalogue="SELECT concat_ws(' ', schema, entity, table_oid, view_oid, key_columns, options, depth, unwatched, settings) FROM tviews.pg_tview_meta ORDER BY 1"
known=$(value "$catalogue")

# first_writes DATABASE: without any step in between.
first_writes() {
    local on=(-d "$1")
    expect "$1: catalogue" "$(value "$catalogue" "${on[@]}")" "$known"
    run "${on[@]}" -c "INSERT INTO \"My App\".users VALUES (3, 'Cid', '2001-01-01 00:00+00')" -c 'INSERT INTO "My App".post_2 VALUES (3, 2, 3)'
    expect "$1: first write" "$(value "SELECT name, born FROM \"My App\".tv_post WHERE id = 3" "${on[@]}")" 'Cid|"2001-01-01T09:00:00+09:00"'
    run "${on[@]}" -c "UPDATE \"My App\".users SET name = 'Cyd' WHERE pk_user = 3"
    expect_true_views "$1" "${on[@]}"
    # Jobs that create the last two triggers of a TVIEW at once do not see each other: its plan is then stored later.
    if [ "${2:-}" = parallel ]; then
        value 'SELECT tviews.pg_tviews_install_stmt_triggers()' "${on[@]}" >/dev/null
    fi
    expect "$1: health" "$(value "$health" "${on[@]}")" ''
}

# Schema only, written to; and schema only, then the data, of which those of TVIEWs follow by themselves.
createdb -T template0 "${databases[0]}"
pg_dump --schema-only >"$work/schema.sql"
run -d "${databases[0]}" -f "$work/schema.sql" >/dev/null
first_writes "${databases[0]}"
dropdb "${databases[0]}"
createdb -T template0 "${databases[0]}"
run -d "${databases[0]}" -f "$work/schema.sql" >/dev/null
pg_dump --data-only --exclude-table='"My App".tv_*' >"$work/data.sql"
run -d "${databases[0]}" -f "$work/data.sql" >/dev/null
expect 'data only: rows' "$(value 'SELECT count(*) FROM "My App".tv_post' -d "${databases[0]}")" 2
expect_true_views 'data only' -d "${databases[0]}"
first_writes "${databases[0]}"

# In parallel.
dropdb "${databases[0]}"
createdb -T template0 "${databases[0]}"
pg_dump -Fc --schema-only -f "$work/schema.dump"
pg_restore --exit-on-error -j 4 -d "${databases[0]}" "$work/schema.dump"
first_writes "${databases[0]}" parallel

# One schema, into a database that has the extension.
createdb -T template0 "${databases[1]}"
run -d "${databases[1]}" -c 'CREATE SCHEMA tviews' -c 'CREATE EXTENSION pg_tviews SCHEMA tviews'
pg_dump -n '"My App"' >"$work/one.sql"
run -d "${databases[1]}" -f "$work/one.sql" >/dev/null
expect_true_views 'one schema, restored' -d "${databases[1]}"
first_writes "${databases[1]}"
# Once more, over other rows: what was restored is compared with the view.
run -d "${databases[1]}" -c 'DROP SCHEMA "My App" CASCADE' 2>/dev/null
pg_dump -n '"My App"' | sed "s/^1	Ann	/1	Other	/" >"$work/one.sql"
run -d "${databases[1]}" -f "$work/one.sql" >/dev/null
expect 'one schema, other rows' "$(value 'SELECT name FROM "My App".tv_post WHERE id = 1' -d "${databases[1]}")" 'Other'
expect_true_views 'one schema, other rows' -d "${databases[1]}"

# One table: a source takes its triggers along, which do nothing; a TVIEW's table alone is a table, with a warning.
createdb -T template0 "${databases[2]}"
run -d "${databases[2]}" -c 'CREATE SCHEMA tviews' -c 'CREATE EXTENSION pg_tviews SCHEMA tviews' -c 'CREATE SCHEMA "My App"'
pg_dump -t '"My App".users' >"$work/table.sql"
run -d "${databases[2]}" -f "$work/table.sql" >/dev/null
run -d "${databases[2]}" -c "UPDATE \"My App\".users SET name = 'alone' WHERE pk_user = 1"
pg_dump -t '"My App".tv_post' >"$work/table.sql"
warning=$(run -d "${databases[2]}" -f "$work/table.sql" 2>&1 >/dev/null)
expect 'one table: warning' "$(grep -c 'could not make a TVIEW of restored table "My App".tv_post: its view "My App".v_post does not exist' <<<"$warning")" 1
expect 'one table: rows' "$(value 'SELECT count(*) FROM "My App".tv_post' -d "${databases[2]}")" 2
expect 'one table: nothing is registered' "$(value 'SELECT count(*) FROM tviews.pg_tview_meta' -d "${databases[2]}")" 0
run -d "${databases[2]}" -c 'CREATE VIEW "My App".v_post AS SELECT pk_user AS id, 1 AS region, name, NULL::jsonb AS born FROM "My App".users' \
    -c "SELECT tviews.pg_tviews_convert_table('\"My App\".tv_post')" >/dev/null
run -d "${databases[2]}" -c "UPDATE \"My App\".users SET name = 'adopted' WHERE pk_user = 1"
expect_true_views 'one table, adopted' -d "${databases[2]}"

# All databases of a server.
pg_dumpall --no-role-passwords >"$work/all.sql"
run -d postgres -c "ALTER DATABASE \"$PGDATABASE\" RENAME TO \"${PGDATABASE}_former\""
databases+=("${PGDATABASE}_former")
sed -n "/^CREATE DATABASE $PGDATABASE /p; /^\\\\connect $PGDATABASE\$/,/^-- Database \"/p" "$work/all.sql" >"$work/mine.sql"
expect 'pg_dumpall' "$(grep -c '^COPY tviews.pg_tview_meta ' "$work/mine.sql")" 1
run -d postgres -f "$work/mine.sql" >/dev/null
first_writes "$PGDATABASE"
