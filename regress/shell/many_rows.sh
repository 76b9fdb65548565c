#!/usr/bin/env bash
# One statement over many rows with the smallest lock table: locks are escalated, memory of the queue is bounded and reported. ROWS=1000000
# runs it at the size of a bulk load.
set -euo pipefail
. regress/shell/lib/common.sh

rows=${ROWS:-15000}
run -d postgres -c 'ALTER SYSTEM SET max_locks_per_transaction = 10'
trap 'run -d postgres -c "ALTER SYSTEM RESET max_locks_per_transaction" && scripts/server.sh restart "$PG_TVIEWS_SERVER"' EXIT
scripts/server.sh restart "$PG_TVIEWS_SERVER"
expect 'locks per transaction' "$(value 'SHOW max_locks_per_transaction')" 10

run -v rows="$rows" >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text);
CREATE INDEX ON post (fk_user);
SELECT tviews.pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p LEFT JOIN users u ON u.pk_user = p.fk_user');
SELECT tviews.pg_tviews_create('user', 'SELECT u.pk_user, u.name, (SELECT count(*) FROM post p WHERE p.fk_user = u.pk_user) AS posts FROM users u');
SELECT tviews.pg_tviews_create('bare', 'SELECT pk_post AS pk_bare, title FROM post');
INSERT INTO users SELECT n, 'user ' || n FROM generate_series(1, :rows / 10) n;
SQL

# bulk WHAT STATEMENT: the statement in a transaction; what the queue reports, how many locks a flush holds.
bulk() {
    local stats
    stats=$(run -A -t -v statement="$2" <<'SQL'
BEGIN;
:statement;
SELECT (tviews.pg_tviews_queue_stats() ->> 'bytes')::bigint BETWEEN 1 AND 320 << 20;
SELECT tviews.pg_tviews_flush() > 0;
SELECT count(*) < 40 FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory';
SELECT tviews.pg_tviews_queue_stats() ->> 'bytes';
COMMIT;
SQL
    )
    expect "$1: memory bounded, rows written, few locks, queue empty" "$(paste -sd ' ' <<<"$stats")" 't t t 0'
    expect_true_views "$1"
}

bulk 'insert' "INSERT INTO post SELECT n, n % ($rows / 10) + 1, 'post ' || n FROM generate_series(1, $rows) n"
bulk 'update of every row' "UPDATE post SET title = title || '!'"
bulk 'update of every link' 'UPDATE post SET fk_user = fk_user % 7 + 1'
bulk 'update of every target' "UPDATE users SET name = upper(name)"

# At COMMIT, at REPEATABLE READ, and past the queue's limit.
run -c BEGIN -c 'SET LOCAL pg_tviews.queue_limit = 1000' -c "UPDATE post SET title = 'limited ' || pk_post" -c COMMIT
expect_true_views 'past the limit'
run -c 'BEGIN ISOLATION LEVEL REPEATABLE READ' -c "UPDATE users SET name = lower(name)" -c "DELETE FROM post WHERE pk_post % 2 = 0" -c COMMIT
expect_true_views 'at REPEATABLE READ'

# Two bulk writers of different rows at once.
run -c "UPDATE post SET title = 'a ' || pk_post WHERE pk_post % 4 = 1" &
run -c "UPDATE post SET title = 'b ' || pk_post WHERE pk_post % 4 = 3"
wait $!
expect_true_views 'two at once'
run -c 'TRUNCATE post'
expect_true_views 'truncate'

# A little of many TVIEWs: a transaction locks no more values than its share of the lock table, then edges.
run -q >/dev/null <<'SQL'
SELECT tviews.pg_tviews_create('copy' || n, format('SELECT pk_post AS pk_copy%s, title FROM post', n)) FROM generate_series(1, 40) n;
SQL
locks=$(run -A -t -q <<'SQL'
BEGIN;
INSERT INTO post SELECT n, 1, 'few' FROM generate_series(1, 8) n;
SELECT FROM tviews.pg_tviews_flush();
SELECT count(*) < 40 * 8 / 2 FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory';
COMMIT;
SQL
)
expect 'a little of many TVIEWs: few locks' "$(tail -n 1 <<<"$locks")" t
expect_true_views 'a little of many TVIEWs'
