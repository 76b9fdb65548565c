#!/usr/bin/env bash
# pg_dump and restore, plain, custom, directory in parallel, and by the database's owner who is no superuser: the first write
# after it is maintained, without any extra step, in new sessions and in one that has been there all the time.
set -euo pipefail
. regress/shell/lib/common.sh

work=$(mktemp -d)
role=regress_tviews_dump_$$
databases=("${PGDATABASE}_plain" "${PGDATABASE}_custom" "${PGDATABASE}_parallel" "${PGDATABASE}_owner")
cleanup() {
    local database
    for database in "${databases[@]}"; do
        dropdb --if-exists --force "$database" 2>/dev/null
    done
    run -c "REASSIGN OWNED BY $role TO CURRENT_USER" -c "DROP OWNED BY $role" -c "DROP ROLE $role" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT

# Names that need quotes, two schemas, uuid and composite keys, a partitioned source, a TVIEW over a TVIEW, one with strategy full,
# an own index and an own constraint, and settings of the session that created it.
run >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE SCHEMA "My App";
SET search_path = "My App", tviews;
CREATE TABLE "User" (id uuid PRIMARY KEY, "Full Name" text, born timestamptz);
CREATE TABLE event (id int, region int, fk_user uuid, note text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE event_1 PARTITION OF event FOR VALUES IN (1);
CREATE TABLE event_2 (note text, region int NOT NULL, id int NOT NULL, fk_user uuid, PRIMARY KEY (id, region));
ALTER TABLE event ATTACH PARTITION event_2 FOR VALUES IN (2);
CREATE INDEX ON event (fk_user);
INSERT INTO "User" VALUES ('00000000-0000-0000-0000-000000000001', 'Ann', '2000-01-01 00:00+00'), ('00000000-0000-0000-0000-000000000002', 'Bob', NULL);
INSERT INTO event VALUES (1, 1, '00000000-0000-0000-0000-000000000001', 'e1'), (2, 2, '00000000-0000-0000-0000-000000000002', 'e2');
SET TimeZone = 'Asia/Tokyo';
SELECT pg_tviews_create('"User"', $$SELECT u.id AS "pk_User", jsonb_build_object('name', u."Full Name", 'born', u.born) AS data FROM "User" u$$);
RESET TimeZone;
SELECT pg_tviews_create('event', $$SELECT e.id, e.region, e.note, u."Full Name" AS who FROM event e LEFT JOIN "User" u ON u.id = e.fk_user$$, '{"key": ["region", "id"], "fillfactor": 70}');
SELECT pg_tviews_create('public.feed', $$SELECT t."pk_User" AS pk_feed, t.data ->> 'name' AS name, (SELECT array_agg(e.note ORDER BY e.id) FROM event e WHERE e.fk_user = t."pk_User") AS notes FROM "tv_User" t$$);
SELECT pg_tviews_create('rank', $$SELECT e.id AS pk_rank, row_number() OVER (ORDER BY e.note DESC) AS place FROM event e$$);
CREATE INDEX own_index ON tv_event (who);
ALTER TABLE tv_event ADD CONSTRAINT own_check CHECK (note <> 'forbidden');
UPDATE "User" SET "Full Name" = 'Anna' WHERE "Full Name" = 'Ann';
SQL
PGTZ=Asia/Tokyo expect_true_views 'before the dump'
health="SELECT string_agg(check_name || ' ' || status, ', ') FROM tviews.pg_tviews_health_check() WHERE status <> 'OK'"
expect 'healthy before the dump' "$(value "$health")" ''

# What is to be the same after the restore.
catalogue="SELECT concat_ws(' ', schema, entity, table_oid, view_oid, key_columns, options, depth) FROM tviews.pg_tview_meta
           UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname) FROM pg_trigger WHERE tgname LIKE 'pg_tviews%' AND NOT tgisinternal AND tgrelid::regclass::text NOT LIKE 'tviews.%'
           ORDER BY 1"
known=$(value "$catalogue")

# writes_and_checks DATABASE: the first writes, each kind in a session of its own that has never loaded the library.
writes_and_checks() {
    local on=(-d "$1")
    expect "$1: catalogue" "$(value "$catalogue" "${on[@]}")" "$known"
    # Jobs that create the last two triggers of a TVIEW at once do not see each other: its plan is then stored later.
    if [[ $1 != *_parallel ]]; then
        expect "$1: health, restored" "$(value "$health" "${on[@]}")" ''
    fi
    PGTZ=Asia/Tokyo expect_true_views "$1: restored" "${on[@]}"
    run "${on[@]}" -c "UPDATE \"My App\".\"User\" SET \"Full Name\" = 'Bert' WHERE \"Full Name\" = 'Bob'"
    expect "$1: first write" "$(value "SELECT who FROM \"My App\".tv_event WHERE id = 2" "${on[@]}") $(value "SELECT name FROM public.tv_feed WHERE pk_feed::text LIKE '%2'" "${on[@]}")" 'Bert Bert'
    run "${on[@]}" -c "INSERT INTO \"My App\".event_2 (id, region, note) VALUES (3, 2, 'through a partition')"
    expect "$1: through a partition" "$(value "SELECT note FROM \"My App\".tv_event WHERE id = 3" "${on[@]}")" 'through a partition'
    run "${on[@]}" -c "DELETE FROM \"My App\".event WHERE id = 1"
    run "${on[@]}" -c "TRUNCATE \"My App\".event_1"
    expect "$1: rows" "$(value "SELECT string_agg(concat_ws(' ', id, region, note, who), ', ' ORDER BY id) FROM \"My App\".tv_event" "${on[@]}")" '2 2 e2 Bert, 3 2 through a partition'
    # In one session: reads its own writes, is refused direct ones, keeps the user's constraint, follows DDL.
    expect "$1: own writes" "$(run -A -t "${on[@]}" <<'SQL'
BEGIN;
UPDATE "My App".event SET note = 'mine' WHERE id = 3;
SELECT note FROM "My App".tv_event WHERE id = 3;
COMMIT;
SQL
    )" 'mine'
    if run "${on[@]}" -c "UPDATE \"My App\".tv_event SET note = 'direct'" 2>/dev/null; then
        echo "$1: a direct write was not refused" >&2
        exit 1
    fi
    if run "${on[@]}" -c "UPDATE \"My App\".event SET note = 'forbidden'" 2>/dev/null; then
        echo "$1: the check constraint of tv_event is gone" >&2
        exit 1
    fi
    run "${on[@]}" -c "ALTER TABLE \"My App\".event RENAME COLUMN note TO remark" -c "UPDATE \"My App\".event SET remark = 'renamed' WHERE id = 2"
    expect "$1: after DDL" "$(value "SELECT note FROM \"My App\".tv_event WHERE id = 2" "${on[@]}")" 'renamed'
    run "${on[@]}" -c "CREATE TABLE \"My App\".event_3 PARTITION OF \"My App\".event FOR VALUES IN (3)" -c "INSERT INTO \"My App\".event_3 VALUES (9, 3, NULL, 'new partition')"
    expect "$1: new partition" "$(value "SELECT note FROM \"My App\".tv_event WHERE id = 9" "${on[@]}")" 'new partition'
    PGTZ=Asia/Tokyo expect_true_views "$1: after the writes" "${on[@]}"
    expect "$1: health" "$(value "$health" "${on[@]}")" ''
    expect "$1: drop" "$(value "SELECT tviews.pg_tviews_drop('\"My App\".rank')" "${on[@]}")" t
    PGTZ=Asia/Tokyo expect_true_views "$1: at the end" "${on[@]}"
}

createdb -T template0 "${databases[0]}"
pg_dump >"$work/plain.sql"
run -d "${databases[0]}" -f "$work/plain.sql" >/dev/null
writes_and_checks "${databases[0]}"

createdb -T template0 "${databases[1]}"
pg_dump -Fc -f "$work/custom.dump"
pg_restore --exit-on-error -d "${databases[1]}" "$work/custom.dump"
writes_and_checks "${databases[1]}"

createdb -T template0 "${databases[2]}"
pg_dump -Fd -j 4 -f "$work/directory"
pg_restore --exit-on-error -j 4 -d "${databases[2]}" "$work/directory"
writes_and_checks "${databases[2]}"

# The source of the dumps goes on as before, in a session that was there all the time, and after being dumped again.
run <<SQL
SET search_path = "My App", tviews;
UPDATE event SET note = 'before' WHERE id = 2;
\! pg_dump >/dev/null
UPDATE event SET note = 'after' WHERE id = 2;
SQL
expect 'the dumped database goes on' "$(value 'SELECT note FROM "My App".tv_event WHERE id = 2')" 'after'
PGTZ=Asia/Tokyo expect_true_views 'the dumped database'

# The owner of a database dumps and restores it, being no superuser.
run -c "CREATE ROLE $role LOGIN CREATEDB"
createdb -O "$role" -T template0 "${databases[3]}"
PGUSER=$role run -d "${databases[3]}" >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE SCHEMA app;
CREATE TABLE app.item (pk_item int PRIMARY KEY, name text);
SELECT tviews.pg_tviews_create('app.item', 'SELECT pk_item, upper(name) AS name FROM app.item');
SELECT tviews.pg_tviews_create('app.name', 'SELECT name AS pk_name, count(*) AS items FROM app.tv_item GROUP BY name');
INSERT INTO app.item VALUES (1, 'one');
SQL
PGUSER=$role pg_dump -Fc -d "${databases[3]}" -f "$work/owner.dump"
dropdb "${databases[3]}"
createdb -O "$role" -T template0 "${databases[3]}"
PGUSER=$role pg_restore --exit-on-error --no-comments -d "${databases[3]}" "$work/owner.dump"
PGUSER=$role run -d "${databases[3]}" -c "INSERT INTO app.item VALUES (2, 'two')"
expect 'owner: first write' "$(value "SELECT string_agg(name, ' ' ORDER BY pk_item) FROM app.tv_item" -d "${databases[3]}")" 'ONE TWO'
expect_true_views 'owner' -d "${databases[3]}"
# Once more, over what is there: without the extension these are ordinary tables, and TVIEWs when it is back.
PGUSER=$role run -d "${databases[3]}" -c 'SET client_min_messages = warning' -c 'DROP EXTENSION pg_tviews CASCADE'
PGUSER=$role pg_restore --clean --if-exists --single-transaction --no-comments -d "${databases[3]}" "$work/owner.dump"
PGUSER=$role run -d "${databases[3]}" -c "INSERT INTO app.item VALUES (3, 'three')"
expect 'over the former tables' "$(value "SELECT string_agg(pk_name, ' ' ORDER BY pk_name) FROM app.tv_name" -d "${databases[3]}")" 'ONE THREE'
expect_true_views 'over the former tables' -d "${databases[3]}"
expect 'over the former tables: health' "$(value "$health" -d "${databases[3]}")" ''
