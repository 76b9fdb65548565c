#!/usr/bin/env bash
# Another extension, of which a definition uses a function, a type, a view and a partition, is updated: TVIEWs follow what its script does
# as they follow DDL. The script does not take their triggers along when the extension goes.
set -euo pipefail
. regress/shell/lib/common.sh

files=$("$PG_CONFIG" --sharedir)/extension
if [ -d "$PG_TVIEWS_SERVER/stage$files" ]; then
    files=$PG_TVIEWS_SERVER/stage$files
fi
trap 'rm -f "$files"/tviews_parts*' EXIT
cat >"$files/tviews_parts.control" <<'TEXT'
default_version = '1.0'
relocatable = true
TEXT
cat >"$files/tviews_parts--1.0.sql" <<'SQL'
CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1 || '!' $$;
CREATE TYPE mood AS ENUM ('fine', 'tired');
CREATE VIEW unit AS SELECT 1 AS one;
CREATE TABLE reading (id int, region int, note text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE reading_1 PARTITION OF reading FOR VALUES IN (1);
SQL
cat >"$files/tviews_parts--1.0--1.1.sql" <<'SQL'
CREATE OR REPLACE FUNCTION shout(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1 || '?' $$;
SQL
cat >"$files/tviews_parts--1.1--1.2.sql" <<'SQL'
ALTER TYPE mood RENAME VALUE 'fine' TO 'well';
SQL
cat >"$files/tviews_parts--1.2--1.3.sql" <<'SQL'
CREATE OR REPLACE VIEW unit AS SELECT 2 AS one;
SQL
cat >"$files/tviews_parts--1.3--1.4.sql" <<'SQL'
CREATE TABLE reading_2 PARTITION OF reading FOR VALUES IN (2);
CREATE TABLE reading_3 (id int, region int, note text, PRIMARY KEY (id, region));
INSERT INTO reading_3 VALUES (3, 3, 'attached');
ALTER TABLE reading ATTACH PARTITION reading_3 FOR VALUES IN (3);
SQL

run >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE EXTENSION tviews_parts;
CREATE TABLE users (pk_user int PRIMARY KEY, name text, mood mood);
INSERT INTO users VALUES (1, 'Ann', 'fine'), (2, 'Bob', 'tired');
SELECT tviews.pg_tviews_create('user', 'SELECT pk_user, shout(name) AS name FROM users');
SELECT tviews.pg_tviews_create('mood', 'SELECT pk_user AS pk_mood, mood FROM users');
SELECT tviews.pg_tviews_create('unit', 'SELECT pk_user AS pk_unit, one FROM users, unit');
SELECT tviews.pg_tviews_create('reading', 'SELECT id AS pk_reading, note FROM reading');
SQL
for version in 1.1 1.2 1.3 1.4; do
    run -c "ALTER EXTENSION tviews_parts UPDATE TO '$version'"
    expect_true_views "$version"
done
expect 'contents' "$(value "SELECT string_agg(concat_ws(' ', name, mood, one), ', ' ORDER BY pk_user) FROM tv_user JOIN tv_mood ON pk_mood = pk_user JOIN tv_unit ON pk_unit = pk_user")" \
    'Ann? well 2, Bob? tired 2'
run -c "INSERT INTO reading_2 VALUES (1, 2, 'through a new partition')" -c "UPDATE reading_3 SET note = 'through one attached'" \
    -c "UPDATE users SET name = 'Zoe' WHERE pk_user = 1"
expect 'partitions' "$(value "SELECT string_agg(note, ', ' ORDER BY pk_reading) FROM tv_reading")" 'through a new partition, through one attached'
expect_true_views 'after writes'
expect 'health' "$(value "SELECT * FROM tviews.pg_tviews_health_check() WHERE status <> 'OK'")" ''

# A dump leaves out the triggers of an extension's tables: they come back with the TVIEW.
restored=${PGDATABASE}_restored
trap 'rm -f "$files"/tviews_parts*; dropdb --if-exists --force "$restored"' EXIT
sed -i 's/1\.0/1.4/' "$files/tviews_parts.control"
for part in '' --schema-only; do
    dropdb --if-exists "$restored"
    createdb -T template0 "$restored"
    pg_dump -Fc ${part:+"$part"} | pg_restore --exit-on-error -d "$restored"
    run -d "$restored" -c "INSERT INTO reading_1 VALUES (4, 1, 'after a restore')" -c "INSERT INTO reading VALUES (5, 2, 'after it, too')"
    run -d "$restored" -c "INSERT INTO users VALUES (9, 'Max', 'well')"
    expect_true_views "restored $part" -d "$restored"
    expect "restored $part" "$(value 'SELECT count(*) FROM tv_reading WHERE pk_reading > 3' -d "$restored")" 2
    expect "restored $part: health" "$(value "SELECT * FROM tviews.pg_tviews_health_check() WHERE status <> 'OK'" -d "$restored")" ''
done

# All at once and undone.
run -c 'BEGIN' -c 'DROP EXTENSION tviews_parts CASCADE' -c 'ROLLBACK' 2>/dev/null
if run -c 'DROP EXTENSION tviews_parts' 2>/dev/null; then
    echo 'the extension went though TVIEWs use it' >&2
    exit 1
fi
run -c "UPDATE users SET name = 'Yan' WHERE pk_user = 1"
expect_true_views 'still there'
run -c 'SET client_min_messages = warning' -c 'DROP EXTENSION tviews_parts CASCADE'
expect 'gone with it' "$(value 'SELECT count(*) FROM tviews.pg_tview_meta')" 0
expect 'triggers' "$(value "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'pg\_tviews%' AND tgrelid = 'users'::regclass")" 0
