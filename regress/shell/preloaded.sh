#!/usr/bin/env bash
# With the library in shared_preload_libraries sessions see one another: queues, and counters that outlive the session.
# A crash of the server begins them anew.
set -euo pipefail
. regress/shell/lib/common.sh

cleanup() {
    exec 3>&- || true
    run -c 'ALTER SYSTEM RESET shared_preload_libraries' || true
    scripts/server.sh restart "$PG_TVIEWS_SERVER"
}
trap cleanup EXIT

run >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE TABLE item (pk_item int PRIMARY KEY, name text);
CREATE TABLE other (pk_other int PRIMARY KEY, name text);
INSERT INTO item SELECT g, 'item ' || g FROM generate_series(1, 10) g;
SELECT tviews.pg_tviews_create('item', 'SELECT pk_item, name FROM item');
SELECT tviews.pg_tviews_create('other', 'SELECT pk_other, name FROM other');
SQL
# The server looks for libraries without a path below DIR/stage only from version 18 on.
library=pg_tviews
if [ -n "$(value "SELECT current_setting('extension_destdir', true)")" ]; then
    library="\$libdir/pg_tviews"
fi
run -c "ALTER SYSTEM SET shared_preload_libraries = '$library'"
statistics="SELECT concat_ws(' ', entity, flushes, errors, rows_inserted, rows_updated, scope) FROM tviews.pg_tviews_statistics ORDER BY entity"
expect 'not preloaded: another session sees nothing' "$(value "$statistics")" $'item 0 0 0 0 session\nother 0 0 0 0 session'

scripts/server.sh restart "$PG_TVIEWS_SERVER"
expect 'preloaded' "$(value 'SELECT tviews._pg_tviews_is_shared()')" t
expect 'settings are there from the beginning' "$(value 'SHOW pg_tviews.metrics')" sampled

# Counters of sessions that have ended.
run -c "UPDATE item SET name = 'a' WHERE pk_item = 1"
run -c "UPDATE item SET name = 'b' WHERE pk_item IN (2, 3)" -c "INSERT INTO other VALUES (1, 'x'), (2, 'y')"
run -c "ALTER TABLE tv_item ADD CONSTRAINT good CHECK (name <> 'bad')"
if run -c "UPDATE item SET name = 'bad' WHERE pk_item = 4" 2>/dev/null; then
    echo 'the check of tv_item did not fail' >&2
    exit 1
fi
expect 'counters of all sessions' "$(value "$statistics")" $'item 2 1 0 3 server\nother 1 0 2 0 server'
expect 'another database has its own' "$(value "SELECT jsonb_array_length(tviews._pg_tviews_statistics()) - count(*) FROM tviews.pg_tviews_statistics")" 0

# Many sessions at once lose no count.
for _ in 1 2 3 4; do
    (for i in $(seq 50); do echo "UPDATE other SET name = 'n$i-' || pg_backend_pid() WHERE pk_other = 1;"; done | run) &
done
wait
expect 'no count is lost' "$(value "$statistics")" $'item 2 1 0 3 server\nother 201 0 2 200 server'

# Another session's queue. The session is a psql that reads from a pipe.
fifo=$(mktemp -u)
answers=$(mktemp)
mkfifo "$fifo"
run -A -t <"$fifo" >"$answers" &
client=$!
exec 3>"$fifo"
rm -f "$fifo"
ask() {
    : >"$answers"
    printf '%s\n' "$1" "SELECT 'answered';" >&3
    until grep -q answered "$answers"; do
        kill -0 "$client"
        sleep 0.05
    done
}
ask "BEGIN; UPDATE item SET name = 'c' WHERE pk_item IN (5, 6, 7); INSERT INTO other VALUES (3, 'z'); SELECT pg_backend_pid();"
pid=$(head -n 1 "$answers")
queues="SELECT concat_ws(' ', session, queue_size, entities, transaction_id IS NOT NULL, last_enqueued BETWEEN a.xact_start AND clock_timestamp())
          FROM tviews.pg_tviews_queue_realtime q JOIN pg_stat_activity a ON a.pid = q.session"
expect 'the queue of another session' "$(value "$queues")" "$pid 4 {item,other} t t"
ask 'SELECT count(*) FROM tv_other;'
expect 'part of it is flushed' "$(value "$queues")" "$pid 3 {item} t t"
ask 'ROLLBACK;'
expect 'rolled back' "$(value "$queues")" ''
ask "BEGIN; UPDATE item SET name = 'd' WHERE pk_item = 8;"
expect 'queued again' "$(value "$queues")" "$pid 1 {item} t t"
value "SELECT pg_terminate_backend($pid, 10000)" >/dev/null
exec 3>&-
wait "$client" || true
expect 'the session is gone' "$(value "$queues")" ''
expect_true_views 'at the end'

# A crash: counters begin anew, and everything works.
scripts/server.sh restart "$PG_TVIEWS_SERVER" immediate
expect 'after a restart' "$(value "$statistics")" $'item 0 0 0 0 server\nother 0 0 0 0 server'
run -c "UPDATE item SET name = 'e' WHERE pk_item = 9"
pid=$(value 'SELECT pid FROM pg_stat_activity WHERE backend_type = '"'background writer'")
kill -9 "$pid"
until value 'SELECT 1' >/dev/null 2>&1; do sleep 0.1; done
run -c "UPDATE item SET name = 'f' WHERE pk_item = 9"
expect 'after a crash' "$(value "$statistics")" $'item 1 0 0 1 server\nother 0 0 0 0 server'
expect_true_views 'after a crash'
