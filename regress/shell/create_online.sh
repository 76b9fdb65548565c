#!/usr/bin/env bash
# pg_tviews_create_online() while others write: they are not kept waiting, nobody reads a half-filled TVIEW, and what is killed
# in the middle, with its session or the whole server, is gone on with. An advisory lock holds the fill up where the test wants.
set -euo pipefail
. regress/shell/lib/common.sh

background=()
cleanup() {
    local process
    for process in "${background[@]}"; do
        kill "$process" 2>/dev/null || true
    done
    wait
}
trap cleanup EXIT

# until_true WHAT QUERY: waits until the query gives t.
until_true() {
    for _ in $(seq 1 600); do
        if [ "$(value "$2")" = t ]; then
            echo "ok: $1"
            return
        fi
        sleep 0.05
    done
    echo "$1: did not happen; $(value 'SELECT * FROM tviews.pg_tviews_progress')" >&2
    exit 1
}

run <<'SQL'
SET client_min_messages = warning;
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text);
CREATE INDEX ON post (fk_user);
INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 20) g;
INSERT INTO post SELECT g, 1 + g % 20, 'post ' || g FROM generate_series(1, 400) g;
-- Row 300 is computed when nobody holds the lock.
CREATE FUNCTION held_up(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    IF $1 ~ '^post 300' THEN
        PERFORM pg_advisory_xact_lock_shared(42);
    END IF;
    RETURN $1;
END $$;
SQL
create="CALL tviews.pg_tviews_create_online('post', 'SELECT p.pk_post, held_up(p.title) AS title, u.name FROM post p LEFT JOIN users u ON u.pk_user = p.fk_user', batch_size => 20)"
resume="CALL tviews.pg_tviews_create_online('post', batch_size => 20)"
progress="SELECT concat_ws(' ', schema, entity, phase) FROM tviews.pg_tviews_progress"
# Of rows far from the one that is held up; some are filled already, some are not.
writes="
    UPDATE post SET title = title || '*' WHERE pk_post IN (1, 200, 399);
    UPDATE post SET pk_post = pk_post + 1000 WHERE pk_post IN (2, 201, 398);
    DELETE FROM post WHERE pk_post IN (3, 202, 397);
    INSERT INTO post VALUES (-(SELECT count(*) FROM post), 1, 'before'), (2000 + (SELECT count(*) FROM post), 2, 'behind')"

hold() {
    PGAPPNAME=holding run -c 'SELECT pg_advisory_lock(42)' -c 'SELECT pg_sleep(3600)' >/dev/null 2>&1 &
    background+=($!)
    until_true 'held up' "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND granted"
}

# Kills every session of this name and waits for it.
end_session() {
    run -c "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = '$1'" >/dev/null
}

# begin WHAT COMMAND: runs it in a session of its own until it is held up.
begin() {
    PGAPPNAME=filling run -c "$2" >/dev/null 2>&1 &
    background+=($!)
    until_true "$1" "SELECT count(*) = 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.objid = 42 AND NOT l.granted AND a.application_name = 'filling'"
}

hold
begin 'filling' "$create"
expect 'another session sees the progress' "$(value "SELECT count(*) FROM tviews.pg_tviews_progress WHERE phase = 'filling' AND rows_done BETWEEN 100 AND 300 AND started_at < clock_timestamp()
    AND session = (SELECT pid FROM pg_stat_activity WHERE application_name = 'filling')")" 1
run -c "$writes"
run -c "$writes"
expect 'writers do not wait for the fill' "$(value "$progress")" 'public post filling'
expect 'nobody reads what is half filled' "$(value "SELECT to_regclass('tv_post') IS NULL AND (SELECT count(*) < 390 FROM tf_post)")" t
end_session filling
expect 'interrupted' "$(value "$progress")" 'public post interrupted'
expect 'the health check knows' "$(value "SELECT status FROM tviews.pg_tviews_health_check() WHERE check_name = 'fills'")" WARNING
run -c "$writes" -c "UPDATE users SET name = name || '+' WHERE pk_user IN (3, 7)"

begin 'gone on with' "$resume"
run -c "$writes"
scripts/server.sh restart "$PG_TVIEWS_SERVER" immediate
expect 'interrupted by a crash' "$(value "$progress")" 'public post interrupted'
run -c "$writes"

# A dump in this state is gone on with in the other database.
restored=${PGDATABASE}_restored
dropdb --if-exists --force "$restored"
createdb -T template0 "$restored"
pg_dump -Fc | pg_restore --exit-on-error -d "$restored"
run -d "$restored" -c "$writes" -c "$resume"
expect_true_views 'restored' -d "$restored"
dropdb "$restored"

hold
begin 'gone on with again' "$resume"
run -c "$writes"
end_session holding
wait "${background[-1]}"
expect 'done' "$(value "$progress")" ''
expect 'the table has its name' "$(value "SELECT filled AND table_oid = 'tv_post'::regclass FROM tviews.pg_tview_meta")" t
expect_true_views 'filled'
run -c "$writes"
expect_true_views 'maintained'
expect 'health' "$(value "SELECT * FROM tviews.pg_tviews_health_check() WHERE status <> 'OK' AND check_name <> 'bloat'")" ''

# A create in one transaction, which others cannot see yet, and a refresh are shown too.
run -c "CREATE TABLE item (pk_item int PRIMARY KEY)" -c "INSERT INTO item SELECT generate_series(290, 310)"
hold
begin 'a create' "SELECT tviews.pg_tviews_create('item', \$\$SELECT pk_item, held_up('post ' || pk_item) AS t FROM item\$\$)"
expect 'a create is shown' "$(value "SELECT count(*) = 1 FROM tviews.pg_tviews_progress WHERE schema = 'public' AND entity = 'item' AND phase = 'comparing' AND rows_done = 10 AND rows_expected > 0 AND started_at < clock_timestamp()")" t
run -c 'CREATE ROLE regress_tviews_other LOGIN' -c 'GRANT USAGE ON SCHEMA tviews TO regress_tviews_other'
expect 'others are not shown it' "$(PGUSER=regress_tviews_other value 'SELECT count(*) FROM tviews.pg_tviews_progress')" 0
run -c 'DROP OWNED BY regress_tviews_other' -c 'DROP ROLE regress_tviews_other'
end_session holding
wait "${background[-1]}"
expect_true_views 'created'

# Whoever waits for many rows is told how far they are; a flush at the end of a transaction tells nothing.
run -c 'CREATE TABLE many (pk_many int PRIMARY KEY)' -c 'INSERT INTO many SELECT generate_series(1, 210000)' -c 'ANALYZE many'
told() {
    run -c "$1" 2>&1 >/dev/null | grep -o '[0-9]* of about [0-9]* rows are computed' || true
}
steps=$'100000 of about 210000 rows are computed\n200000 of about 210000 rows are computed'
expect 'told by a create' "$(told "SELECT tviews.pg_tviews_create('many', 'SELECT pk_many, row_number() OVER (ORDER BY pk_many) AS place FROM many')")" "$steps"
expect 'told by a refresh' "$(told "SELECT tviews.pg_tviews_refresh('many')")" "$steps"
expect 'not told by a write' "$(told 'DELETE FROM many WHERE pk_many = 1')" ''
expect 'the write was made good' "$(value 'SELECT count(*), min(place) FROM tv_many')" '209999|1'
run -c "SELECT tviews.pg_tviews_drop('many')" >/dev/null

# Under load: every batch and every writer meets others. A count of posts per user besides, whose rows many writers share.
load=$(mktemp)
cat >"$load" <<'SQL'
\set p random(1, 400)
\set u random(1, 20)
UPDATE post SET fk_user = :u, title = title || '.' WHERE pk_post = :p;
DELETE FROM post WHERE pk_post = :p;
INSERT INTO post VALUES (:p, :u, 'again') ON CONFLICT (pk_post) DO UPDATE SET fk_user = :u;
UPDATE users SET name = 'user ' || :p WHERE pk_user = :u;
SQL
pgbench -n -c 4 -t 150 -f "$load" >/dev/null 2>"$load.errors" &
background+=($!)
run -c "CALL tviews.pg_tviews_create_online('busy', 'SELECT p.pk_post AS pk_busy, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user', batch_size => 10)"
run -c "CALL tviews.pg_tviews_create_online('posts', 'SELECT u.pk_user AS pk_posts, u.name, count(p.pk_post) AS posts FROM users u LEFT JOIN post p ON p.fk_user = u.pk_user GROUP BY u.pk_user', batch_size => 3)"
wait "${background[-1]}" || { cat "$load.errors" >&2; exit 1; }
rm "$load" "$load.errors"
expect_true_views 'under load'
