#!/usr/bin/env bash
# A flush that is interrupted while it waits or works, at COMMIT and in the middle of a transaction: cancelled, timed out, its session
# terminated or killed, its client idle for too long. Only that transaction is lost, its locks are gone, and every TVIEW is true.
set -euo pipefail
. regress/shell/lib/common.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; kill $(jobs -p) 2>/dev/null || true' EXIT

# The view of a row with a gate waits as long as somebody holds the gate's advisory lock: there a flush stands still.
run >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text, gate int);
CREATE INDEX ON post (fk_user);
CREATE FUNCTION pass(gate int) RETURNS int LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    PERFORM pg_advisory_lock_shared(gate);
    PERFORM pg_advisory_unlock_shared(gate);
    RETURN gate;
END $$;
SELECT tviews.pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name, pass(p.gate) AS gate FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT tviews.pg_tviews_create('titles', 'SELECT name AS pk_titles, string_agg(title, '','' ORDER BY pk_post) AS titles FROM tv_post GROUP BY name');
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO post VALUES (1, 1, 'p1', NULL), (2, 2, 'p2', NULL);
SQL

# One session that shuts the gate, driven line by line.
coproc KEEPER { exec psql -X -q -A -t 2>&1; }
keeper() {
    local answer
    printf '%s\n' "$1" "SELECT 'done';" >&"${KEEPER[1]}"
    until read -r -t 30 answer <&"${KEEPER[0]}" && [ "$answer" = "done" ]; do :; done
}

# writer NAME: starts a session that runs the statements of its input; what it prints goes to $work/NAME.
writer() {
    cat >"$work/$1.sql"
    PGAPPNAME=$1 psql -X -q -A -t -v VERBOSITY=verbose -f "$work/$1.sql" >"$work/$1" 2>&1 &
    writer_job=$!
}

# The writer's backend, once it waits in a flush.
waiting() {
    local pid
    for _ in $(seq 300); do
        pid=$(value "SELECT pid FROM pg_stat_activity WHERE application_name = '$1' AND wait_event_type = 'Lock'")
        if [ -n "$pid" ]; then
            echo "$pid"
            return
        fi
        sleep 0.1
    done
    echo "$1 does not wait:" >&2
    cat "$work/$1" >&2
    return 1
}

# SQLSTATEs the writer met.
errors() {
    grep -Eo '(ERROR|FATAL):  [0-9A-Z]{5}' "$work/$1" | sed 's/.* //' | paste -sd ' '
}

# after NAME SQLSTATES: the writer is through; nothing of the interrupted transaction is left.
after() {
    wait "$writer_job" || true
    keeper 'SELECT pg_advisory_unlock_all();'
    expect "$1: errors" "$(errors "$1")" "$2"
    expect "$1: no lock is left" "$(value "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid > 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")" 0
    expect "$1: nothing of the transaction is left" "$(value "SELECT count(*) FROM post WHERE title LIKE 'lost%'")" 0
    run -c "SET lock_timeout = '10s'" -c "UPDATE users SET name = name || '.' WHERE pk_user = 1"
    expect_true_views "$1"
}

shut='SELECT pg_advisory_lock(7);'
lost="UPDATE post SET title = 'lost', gate = 7 WHERE pk_post = 1;"

# Cancelled at COMMIT, of a statement and of a transaction. The session goes on, and a deadline that is set does not claim the
# user's request as its own.
keeper "$shut"
writer cancelled_statement <<<"$lost UPDATE post SET title = 'after the cancel' WHERE pk_post = 2;"
run -c "SELECT pg_cancel_backend($(waiting cancelled_statement))" >/dev/null
after cancelled_statement 57014
expect 'the session went on' "$(value "SELECT title FROM tv_post WHERE pk_post = 2")" 'after the cancel'

keeper "$shut"
writer cancelled_commit <<<"SET pg_tviews.flush_timeout = '10min'; BEGIN; $lost
COMMIT;
UPDATE post SET title = 'after the cancel at COMMIT' WHERE pk_post = 2;"
run -c "SELECT pg_cancel_backend($(waiting cancelled_commit))" >/dev/null
after cancelled_commit 57014
expect 'the request is the user'"'"'s' "$(grep -c 'due to user request' "$work/cancelled_commit")" 1
expect 'the session went on' "$(value "SELECT title FROM tv_post WHERE pk_post = 2")" 'after the cancel at COMMIT'

# Cancelled in the middle, within a savepoint: what was pending is pending again.
keeper "$shut"
writer cancelled_savepoint <<<"BEGIN; UPDATE post SET title = 'kept' WHERE pk_post = 2; SAVEPOINT s; $lost
SELECT tviews.pg_tviews_flush();
ROLLBACK TO s;
COMMIT;"
run -c "SELECT pg_cancel_backend($(waiting cancelled_savepoint))" >/dev/null
after cancelled_savepoint 57014
expect 'the savepoint saved the rest' "$(value "SELECT title FROM tv_post WHERE pk_post = 2")" 'kept'

# The server's own timeouts.
keeper "$shut"
writer lock_timeout <<<"SET lock_timeout = '100ms'; $lost"
after lock_timeout 55P03
keeper "$shut"
writer statement_timeout <<<"BEGIN; $lost
SET statement_timeout = '100ms';
SELECT count(*) FROM tv_post;
COMMIT;"
after statement_timeout 57014
keeper "$shut"
writer flush_timeout <<<"SET pg_tviews.flush_timeout = '100ms'; $lost"
after flush_timeout 57014
expect 'flush_timeout says so' "$(grep -c 'due to pg_tviews.flush_timeout' "$work/flush_timeout")" 1

# A client that is idle in its transaction loses it, and those who wait for its locks go on.
writer idle <<'SQL'
SET idle_in_transaction_session_timeout = '500ms';
BEGIN;
UPDATE post SET title = 'lost to idleness' WHERE pk_post = 1;
SELECT tviews.pg_tviews_flush();
\! sleep 3
COMMIT;
SQL
idle_job=$writer_job
for _ in $(seq 300); do
    [ "$(value "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid > 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")" = 0 ] || break
    sleep 0.05
done
run -c "SET lock_timeout = '30s'" -c "UPDATE users SET name = 'Anna' WHERE pk_user = 1"
writer_job=$idle_job
after idle 25P03

# Terminated at COMMIT, at PREPARE and in the middle.
keeper "$shut"
writer terminated_commit <<<"$lost"
run -c "SELECT pg_terminate_backend($(waiting terminated_commit))" >/dev/null
after terminated_commit 57P01
keeper "$shut"
writer terminated_prepare <<<"BEGIN; $lost
PREPARE TRANSACTION '$PGDATABASE';"
run -c "SELECT pg_terminate_backend($(waiting terminated_prepare))" >/dev/null
after terminated_prepare 57P01
expect 'nothing is prepared' "$(value 'SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()')" 0
keeper "$shut"
writer terminated_read <<<"BEGIN; $lost
SELECT count(*) FROM tv_post;"
run -c "SELECT pg_terminate_backend($(waiting terminated_read))" >/dev/null
after terminated_read 57P01

# One flush waits for another one's lock: when the first is terminated, the second gets it and is right.
keeper "$shut"
writer first <<<"$lost"
pid=$(waiting first)
PGAPPNAME=second run -c "UPDATE users SET name = 'Second' WHERE pk_user = 1" &
second_job=$!
for _ in $(seq 300); do
    [ "$(value "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'second' AND wait_event_type = 'Lock'")" = 0 ] || break
    sleep 0.1
done
run -c "SELECT pg_terminate_backend($pid)" >/dev/null
wait "$second_job"
expect 'the second has written' "$(value 'SELECT name FROM tv_post WHERE pk_post = 1')" 'Second'
after first 57P01

# Terminated while capture detoasts a value: the server stays up.
run >/dev/null <<'SQL'
CREATE TABLE p (pk_p int PRIMARY KEY, t text NOT NULL);
CREATE TABLE ch (pk_ch int PRIMARY KEY, fk text, n int);
ALTER TABLE p ALTER t SET STORAGE external;
ALTER TABLE ch ALTER fk SET STORAGE external;
INSERT INTO p SELECT i, repeat(md5(i::text), 300) FROM generate_series(1, 3) i;
INSERT INTO ch SELECT i, repeat(md5(i::text), 300), 0 FROM generate_series(1, 3) i;
SELECT tviews.pg_tviews_create('p', 'SELECT p.pk_p, (SELECT sum(n) FROM ch WHERE ch.fk = p.t) AS s FROM p');
SQL
started=$(value 'SELECT pg_postmaster_start_time()')
keeper "BEGIN; REINDEX INDEX $(value "SELECT indexrelid::regclass FROM pg_index JOIN pg_class c ON c.reltoastrelid = indrelid WHERE c.oid = 'ch'::regclass");"
writer detoasting <<<'UPDATE ch SET n = n + 1 WHERE pk_ch = 1;'
run -c "SELECT pg_terminate_backend($(waiting detoasting))" >/dev/null
keeper 'COMMIT;'
after detoasting 57P01
expect 'no crash' "$(value "SELECT pg_postmaster_start_time()")" "$started"

# Killed: the server recovers, what was acknowledged is there.
run -c "UPDATE post SET title = 'acknowledged' WHERE pk_post = 2"
keeper "$shut"
writer killed <<<"$lost"
pid=$(waiting killed)
PGAPPNAME=bystander psql -X -q -c "UPDATE post SET gate = 7, title = 'lost as well' WHERE pk_post = 1" >/dev/null 2>&1 &
kill -9 "$pid"
wait "$writer_job" || true
for _ in $(seq 300); do
    value 'SELECT 1' >/dev/null 2>&1 && break
    sleep 0.1
done
expect 'recovered' "$(value "SELECT title FROM tv_post WHERE pk_post = 2")" 'acknowledged'
expect 'nothing of the killed' "$(value "SELECT count(*) FROM post WHERE title LIKE 'lost%'")" 0
run -c "UPDATE users SET name = name || '!'"
expect_true_views 'after the crash'
