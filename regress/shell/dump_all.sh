#!/usr/bin/env bash
# pg_dumpall from one server into another, empty one: roles, settings and privileges with it. And one of its databases, restored by pg_restore
# for another owner. The first write after each is maintained, and rows and indexes are what they were.
set -euo pipefail
. regress/shell/lib/common.sh
. scripts/common.sh

work=$(mktemp -d "${PG_TVIEWS_CHECK_DIR:-/var/tmp}/pg_tviews-dumpall.XXXXXX")
chmod 755 "$work"
if [ "$(id -u)" -eq 0 ]; then
    chown "$server_user" "$work"
fi
cleanup() {
    scripts/server.sh remove "$work/from" || true
    scripts/server.sh remove "$work/to" || true
    rm -rf "$work"
}
trap cleanup EXIT
for name in from to; do
    scripts/server.sh start "$work/$name"
    install_for_server "$work/$name" >/dev/null 2>&1
done
on() {
    PGHOST=$work/$1/socket PGPORT=$(cat "$work/$1/port") "${@:2}"
}

export PGDATABASE=shop
on from run -d postgres -c 'CREATE ROLE shop_owner LOGIN' -c 'CREATE ROLE shop_writer LOGIN' -c 'CREATE ROLE shop_reader LOGIN' -c 'CREATE DATABASE shop OWNER shop_owner' \
    -c "ALTER ROLE shop_writer SET pg_tviews.flush_timeout = '5s'" -c "ALTER DATABASE shop SET pg_tviews.metrics = 'off'" -c "ALTER DATABASE shop SET DateStyle = 'German'"
PGUSER=shop_owner on from run >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO shop_writer, shop_reader;
CREATE TABLE app.users (pk_user int PRIMARY KEY, name text, born date);
CREATE TABLE app.post (pk_post int PRIMARY KEY, fk_user int REFERENCES app.users, title text);
CREATE INDEX ON app.post (fk_user);
INSERT INTO app.users SELECT g, 'user ' || g, date '2000-01-31' + g FROM generate_series(1, 20) g;
INSERT INTO app.post SELECT g, g % 20 + 1, 'post ' || g FROM generate_series(1, 200) g;
SELECT tviews.pg_tviews_create('app.post', 'SELECT p.pk_post, p.title, u.name, u.born::text AS born FROM app.post p JOIN app.users u ON u.pk_user = p.fk_user');
SELECT tviews.pg_tviews_create('app.user', 'SELECT u.pk_user, u.name, (SELECT jsonb_agg(t.title ORDER BY t.pk_post) FROM app.tv_post t WHERE t.name = u.name) AS titles FROM app.users u');
CREATE INDEX titles ON app.tv_user USING gin (titles);
CREATE UNIQUE INDEX by_title ON app.tv_post (title);
GRANT SELECT ON app.tv_post, app.tv_user TO shop_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.users, app.post TO shop_writer;
SQL
PGUSER=shop_writer on from run -c "UPDATE app.users SET name = 'Ann' WHERE pk_user = 1"

known="SELECT concat_ws(' ', indexrelid::regclass, pg_get_indexdef(indexrelid)) FROM pg_index WHERE indrelid IN ('app.tv_post'::regclass, 'app.tv_user'::regclass)
       UNION ALL SELECT concat_ws(' ', count(*), md5(string_agg(t::text, '' ORDER BY pk_post))) FROM app.tv_post t
       UNION ALL SELECT concat_ws(' ', count(*), md5(string_agg(t::text, '' ORDER BY pk_user))) FROM app.tv_user t
       UNION ALL SELECT concat_ws(' ', schema, entity, table_oid, view_oid, key_columns, options, depth, settings) FROM tviews.pg_tview_meta ORDER BY 1"
health="SELECT string_agg(concat_ws(' ', check_name, status, details), ', ') FROM tviews.pg_tviews_health_check() WHERE status <> 'OK'"
before=$(on from value "$known")
on from expect_true_views 'before'

# first_writes WHAT DATABASE WRITER
first_writes() {
    export PGDATABASE=$2
    expect "$1: rows, indexes and TVIEWs" "$(on to value "$known")" "$before"
    PGUSER=$3 on to run -c "UPDATE app.users SET name = 'Bert', born = '2001-02-03' WHERE pk_user = 2"
    expect "$1: first write" "$(on to value "SELECT count(*), min(born) FROM app.tv_post WHERE name = 'Bert'")" '10|03.02.2001'
    PGUSER=$3 on to run -c "DELETE FROM app.post WHERE fk_user = 3" -c "INSERT INTO app.post VALUES (1000, 2, 'new')"
    PGDATESTYLE=German on to expect_true_views "$1"
    expect "$1: healthy" "$(on to value "$health")" ''
}

on from pg_dumpall >"$work/all.sql"
on to psql -X -q -d postgres -f "$work/all.sql" >/dev/null 2>"$work/errors"
expect 'pg_dumpall: errors' "$(grep -v 'role "postgres" already exists' "$work/errors" || true)" ''
first_writes 'pg_dumpall' shop shop_writer
expect 'pg_dumpall: owners' "$(on to value "SELECT string_agg(DISTINCT tableowner, ' ') FROM pg_tables WHERE schemaname = 'app'")" shop_owner
expect 'pg_dumpall: settings' "$(PGUSER=shop_writer on to value 'SHOW pg_tviews.flush_timeout')" 5s
expect 'pg_dumpall: privileges' "$(PGUSER=shop_reader on to value 'SELECT count(*) > 0 FROM app.tv_post')" t

# For another owner, who restores it himself and is no superuser.
on from pg_dump --format=directory --jobs=4 --file="$work/shop.dir" shop
on to run -d postgres -c 'CREATE ROLE other_owner LOGIN' -c 'CREATE DATABASE other OWNER other_owner' -c "ALTER DATABASE other SET DateStyle = 'German'"
PGUSER=other_owner on to pg_restore --no-owner --no-privileges --no-comments --exit-on-error --jobs=4 --dbname=other "$work/shop.dir"
PGUSER=other_owner PGDATABASE=other on to value 'SELECT tviews.pg_tviews_install_stmt_triggers()' >/dev/null
first_writes 'another owner' other other_owner
expect 'another owner: all is his' "$(on to value "SELECT string_agg(DISTINCT tableowner, ' ') FROM pg_tables WHERE schemaname = 'app'")" other_owner
