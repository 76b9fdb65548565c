#!/usr/bin/env bash
# pg_upgrade, by copy and by link, from the oldest server on this machine (OLD_PG_CONFIG) to the one of PG_CONFIG, both with the extension
# installed: TVIEWs of every kind arrive as they were, and the first write is maintained, without any step in between.
set -euo pipefail
. scripts/common.sh
. regress/shell/lib/common.sh

new_config=$(find_pg_config)
old_config=${OLD_PG_CONFIG:-$(find /usr/lib/postgresql -path '*/bin/pg_config' | sort -V | head -n 1)}
old_major=$(pg_major "$old_config")
new_major=$(pg_major "$new_config")
if [ -z "$old_major" ] || [ "$old_major" -ge "$new_major" ]; then
    die "no server older than $new_major found: name its pg_config in OLD_PG_CONFIG"
fi
echo "PostgreSQL $old_major to $new_major"

work=$(mktemp -d "${PG_TVIEWS_CHECK_DIR:-/var/tmp}/pg_tviews-upgrade.XXXXXX")
chmod 755 "$work"
if [ "$(id -u)" -eq 0 ]; then
    chown "$server_user" "$work"
fi
# server MAJOR COMMAND NAME [ARGUMENT...]: scripts/server.sh, for the server of that version in $work/NAME.
server() {
    local config=$new_config
    if [ "$1" = "$old_major" ]; then
        config=$old_config
    fi
    PG_CONFIG=$config scripts/server.sh "$2" "$work/$3" "${@:4}"
}
cleanup() {
    server "$old_major" remove old || true
    server "$new_major" remove copied || true
    server "$new_major" remove linked || true
    rm -rf "$work"
}
trap cleanup EXIT

# Each server has its own library; cargo keeps what it has built for the other one.
install_on() {
    local config=$new_config
    if [ "$1" = "$old_major" ]; then
        config=$old_config
    fi
    rm -f pg_tviews.so
    PG_CONFIG=$config install_for_server "$work/$2" --locked
}
# connect MAJOR NAME: what follows talks to that server.
connect() {
    eval "$(if [ "$1" = "$old_major" ]; then PG_CONFIG=$old_config; else PG_CONFIG=$new_config; fi; export PG_CONFIG; scripts/server.sh env "$work/$2")"
}

server "$old_major" start old
install_on "$old_major" old
connect "$old_major" old

export PGDATABASE=shop
createdb -T template0 shop
run -d postgres -c 'CREATE ROLE shop_owner LOGIN' -c 'CREATE ROLE shop_writer LOGIN' -c 'CREATE ROLE shop_reader LOGIN' \
    -c 'ALTER DATABASE shop OWNER TO shop_owner'
PGUSER=shop_owner run >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE SCHEMA "My App";
GRANT USAGE ON SCHEMA "My App" TO shop_writer, shop_reader;
SET search_path = "My App", tviews;
CREATE TYPE mood AS ENUM ('fine', 'tired');
CREATE DOMAIN code AS text CHECK (VALUE <> '');
CREATE TABLE "User" (pk_user uuid PRIMARY KEY, "Full Name" text, mood mood, born timestamptz);
CREATE TABLE event (id int, region int, fk_user uuid, note text, code code, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE event_1 PARTITION OF event FOR VALUES IN (1);
CREATE TABLE event_2 (note text, region int NOT NULL, gone int, id int NOT NULL, code code, fk_user uuid, PRIMARY KEY (id, region));
ALTER TABLE event_2 DROP COLUMN gone;
ALTER TABLE event ATTACH PARTITION event_2 FOR VALUES IN (2);
INSERT INTO "User" SELECT format('00000000-0000-0000-0000-%s', lpad(g::text, 12, '0'))::uuid, 'User ' || g, (ARRAY['fine', 'tired'])[g % 2 + 1]::mood, '2000-01-01 00:00+00'
  FROM generate_series(1, 50) g;
INSERT INTO event SELECT g, g % 2 + 1, format('00000000-0000-0000-0000-%s', lpad((g % 50 + 1)::text, 12, '0'))::uuid, 'note ' || g, 'c' || g FROM generate_series(1, 500) g;
-- A setting of its own; a column that was dropped; an enum.
SET TimeZone = 'Asia/Tokyo';
SELECT pg_tviews_create('"User"', $$SELECT u.pk_user AS "pk_User", u.mood, jsonb_build_object('name', u."Full Name", 'born', u.born, 'events',
    (SELECT jsonb_agg(jsonb_build_object('id', e.id, 'note', e.note) ORDER BY e.id, e.region) FROM event e WHERE e.fk_user = u.pk_user)) AS data FROM "User" u$$,
    '{"create_indexes": true}');
RESET TimeZone;
-- A key of two columns, a domain, own index, check, and grants.
SELECT pg_tviews_create('event', $$SELECT e.id, e.region, e.note, e.code, u."Full Name" AS who FROM event e LEFT JOIN "User" u ON u.pk_user = e.fk_user$$,
    '{"key": ["region", "id"], "fillfactor": 70}');
CREATE INDEX own_index ON tv_event (who);
ALTER TABLE tv_event ADD CONSTRAINT own_check CHECK (note <> 'forbidden');
GRANT SELECT ON tv_event TO shop_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON event, "User" TO shop_writer;
-- Over a TVIEW, and over that; rows captured one by one; strategy full.
SELECT pg_tviews_create('person', $$SELECT t."pk_User" AS pk_person, t.data ->> 'name' AS name, (SELECT count(*) FROM tv_event e WHERE e.who = t.data ->> 'name') AS events FROM "tv_User" t$$);
SELECT pg_tviews_create('number', $$SELECT p.events AS pk_number, count(*) AS persons FROM tv_person p GROUP BY p.events$$, '{"capture": "row"}');
SELECT pg_tviews_create('rank', $$SELECT e.id AS pk_rank, row_number() OVER (ORDER BY e.note DESC, e.id) AS place FROM event e$$);
ALTER TABLE "tv_User" ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_of_them ON "tv_User" FOR SELECT USING (true);
-- Values in TOAST tables, and rows that were updated.
UPDATE event SET note = repeat('long ', 2000) || md5(id::text) WHERE id % 100 = 0;
DELETE FROM event WHERE id > 490;
SQL
PGUSER=shop_writer run -c "UPDATE \"My App\".\"User\" SET \"Full Name\" = 'Zoe' WHERE \"Full Name\" = 'User 7'"
# A second database, of which nothing but the extension is wanted, and in another schema.
createdb -T template0 empty
run -d empty -c 'CREATE EXTENSION pg_tviews'

export PGTZ=Asia/Tokyo
health="SELECT string_agg(concat_ws(' ', check_name, status, details), ', ') FROM tviews.pg_tviews_health_check() WHERE status <> 'OK'"
# MAINTAIN is new in 17.
catalogue="SELECT concat_ws(' ', schema, entity, table_oid, view_oid, key_columns, options, depth, unwatched, settings) FROM tviews.pg_tview_meta
           UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE tgname LIKE 'pg_tviews%' AND NOT tgisinternal
           UNION ALL SELECT concat_ws(' ', indexrelid::regclass, indrelid::regclass) FROM pg_index WHERE indrelid::regclass::text LIKE '\"My App\".%'
           UNION ALL SELECT concat_ws(' ', oid::regclass, replace(relacl::text, 'Dxtm', 'Dxt'), reloptions) FROM pg_class WHERE relnamespace = '\"My App\"'::regnamespace AND relkind IN ('r', 'v')
           ORDER BY 1"
PGOPTIONS='-c search_path=tviews' run -c 'ANALYZE'
expect_true_views 'before'
expect 'healthy before' "$(value "$health")" ''
known=$(value "$catalogue")
expect 'TVIEWs' "$(value 'SELECT count(*) FROM tviews.pg_tview_meta')" 5
# With the time of the last write: what no write concerns is not written again.
hashes="SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM \"My App\".tv_event t WHERE who <> 'User 3'"
rows=$(value "$hashes")
server "$old_major" stop old

# upgrade NAME OPTION...: the old cluster becomes the one in $work/NAME.
upgrade() {
    local name=$1
    shift
    server "$new_major" start "$name"
    install_on "$new_major" "$name"
    server "$new_major" stop "$name"
    as_server_user mkdir "$work/$name.log"
    # shellcheck disable=SC2016 # the inner shell expands its arguments
    if ! as_server_user sh -c 'cd "$1" && shift && exec "$@" >output 2>&1' upgrade "$work/$name.log" "$("$new_config" --bindir)/pg_upgrade" \
        --username=postgres --jobs=2 --socketdir="$work/$name/socket" --old-bindir="$("$old_config" --bindir)" --new-bindir="$("$new_config" --bindir)" \
        --old-datadir="$work/old/data" --new-datadir="$work/$name/data" "$@"; then
        tail -n 40 "$work/$name.log/output" >&2
        find "$work/$name/data/pg_upgrade_output.d" -name '*.log' -exec tail -n 30 {} + >&2
        exit 1
    fi
    server "$new_major" start "$name"
    connect "$new_major" "$name"
    expect "$name: version" "$(value 'SHOW server_version_num' | cut -c 1-2)" "$new_major"
}

# after NAME: the first writes come before anything else.
after() {
    PGUSER=shop_writer run -c "UPDATE \"My App\".\"User\" SET \"Full Name\" = 'Bert' WHERE \"Full Name\" = 'User 3'"
    expect "$1: first write" "$(value "SELECT count(*), (SELECT count(*) FROM \"My App\".tv_person WHERE name = 'Bert') FROM \"My App\".tv_event WHERE who = 'Bert'")" '10|1'
    PGUSER=shop_writer run -c "UPDATE \"My App\".\"User\" SET \"Full Name\" = 'User 3' WHERE \"Full Name\" = 'Bert'"
    expect_true_views "$1: after the first writes"
    expect "$1: all other rows" "$(value "$hashes")" "$rows"
    expect "$1: catalogue" "$(value "$catalogue")" "$known"
    # Plans were made for views as the old server had them. The check stores new ones, and changes nothing else.
    expect "$1: healthy" "$(value "$health")" ''
    expect "$1: plans" "$(value 'SELECT bool_and(fingerprint = tviews._pg_tviews_fingerprint(relations)) FROM tviews.pg_tview_meta')" t
    expect "$1: catalogue as before" "$(value "$catalogue")" "$known"
    PGUSER=shop_writer run >/dev/null <<'SQL'
BEGIN;
INSERT INTO "My App".event VALUES (1001, 1, '00000000-0000-0000-0000-000000000001', 'new', 'x'), (1002, 2, NULL, 'new, too', 'y');
DELETE FROM "My App".event WHERE id BETWEEN 10 AND 20;
UPDATE "My App".event SET note = repeat('longer ', 2000) WHERE id % 50 = 0;
COMMIT;
SQL
    expect_true_views "$1: after a transaction"
    expect "$1: own index" "$(PGUSER=shop_reader value "SET enable_seqscan = off; EXPLAIN (COSTS off) SELECT 1 FROM \"My App\".tv_event WHERE who = 'Zoe'" | grep -c own_index)" 1
    if PGUSER=shop_writer run -c "UPDATE \"My App\".event SET note = 'forbidden' WHERE id = 1" 2>/dev/null; then
        die "$1: the check constraint of tv_event is gone"
    fi
    if run -c "UPDATE \"My App\".tv_event SET note = 'direct'" 2>/dev/null; then
        die "$1: a direct write was not refused"
    fi
    PGUSER=shop_owner run -c 'ALTER TABLE "My App".event RENAME COLUMN note TO remark' \
        -c 'CREATE TABLE "My App".event_3 PARTITION OF "My App".event FOR VALUES IN (3)' \
        -c "INSERT INTO \"My App\".event (id, region, remark, code) VALUES (2000, 3, 'third', 'z')" \
        -c "SELECT tviews.pg_tviews_replace('\"My App\".rank', 'SELECT e.id AS pk_rank, e.remark FROM \"My App\".event e')" \
        -c "SELECT tviews.pg_tviews_create('\"My App\".other', 'SELECT e.id AS pk_other, e.region FROM \"My App\".event e')" >/dev/null
    expect_true_views "$1: after DDL"
    run -d empty -c 'CREATE TABLE t (pk_t int PRIMARY KEY)' -c "SELECT pg_tviews_create('t', 'SELECT pk_t FROM t')" -c 'INSERT INTO t VALUES (1)' >/dev/null
    expect "$1: the other database" "$(value 'SELECT count(*) FROM tv_t' -d empty)" 1
    run -c 'ANALYZE'
    expect "$1: healthy at the end" "$(value "$health")" ''
    # An update of the extension afterwards, as after any other.
    run -c "ALTER EXTENSION pg_tviews UPDATE TO '0.1.0-alpha'" -c 'ALTER EXTENSION pg_tviews UPDATE'
    expect_true_views "$1: after an update of the extension"
    expect "$1: healthy after it" "$(value "$health")" ''
    server "$new_major" stop "$1"
}

upgrade copied
after copied
upgrade linked --link
after linked
