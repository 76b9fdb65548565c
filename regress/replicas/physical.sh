#!/usr/bin/env bash
# A physical standby: TVIEWs are readable there, writes and repairs are refused, and once promoted it maintains them, in sessions that were open before, too.
set -euo pipefail
. regress/shell/lib/common.sh
. scripts/common.sh

bindir=$("$PG_CONFIG" --bindir)
standby=$(mktemp -d)
chmod 755 "$standby"
if [ "$(id -u)" -eq 0 ]; then
    chown "$server_user" "$standby"
fi
cleanup() {
    exec 3>&- || true
    as_server_user "$bindir/pg_ctl" stop -w -m immediate -D "$standby/data" >/dev/null 2>&1 || true
    rm -rf "$standby"
}
trap cleanup EXIT

run >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int REFERENCES users, title text);
CREATE INDEX ON post (fk_user);
INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 10) g;
INSERT INTO post SELECT g, g % 10 + 1, 'post ' || g FROM generate_series(1, 50) g;
SELECT tviews.pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
SQL

as_server_user mkdir "$standby/socket"
as_server_user "$bindir/pg_basebackup" -h "$PGHOST" -p "$PGPORT" -U "$PGUSER" -D "$standby/data" -R -X stream --checkpoint=fast
as_server_user tee -a "$standby/data/postgresql.conf" >/dev/null <<CONF
unix_socket_directories = '$standby/socket'
CONF
as_server_user "$bindir/pg_ctl" start -w -D "$standby/data" -l "$standby/log" >/dev/null

there() {
    PGHOST=$standby/socket "$@"
}
# Waits until the standby has replayed everything.
caught_up() {
    local position
    position=$(value 'SELECT pg_current_wal_lsn()')
    for _ in $(seq 200); do
        if [ "$(there value "SELECT pg_last_wal_replay_lsn() >= '$position'")" = t ]; then
            return
        fi
        sleep 0.05
    done
    echo 'the standby does not follow' >&2
    exit 1
}

run -c "UPDATE users SET name = 'Ann' WHERE pk_user = 1" -c "DELETE FROM post WHERE pk_post = 50"
caught_up
expect 'it is a standby' "$(there value 'SELECT pg_is_in_recovery()')" t
there expect_true_views 'on the standby'
expect 'the write arrived' "$(there value "SELECT count(*) FROM tv_post WHERE name = 'Ann'")" 4
expect 'verify works there' "$(there value 'SELECT * FROM tviews.pg_tviews_verify()')" 'post|0|0|0'
expect 'explain works there' "$(there value "SELECT count(*) FROM tviews.pg_tviews_explain('post')")" 2
expect 'so does the health check' "$(there value "SELECT count(*) FILTER (WHERE status <> 'OK') FROM tviews.pg_tviews_health_check()")" 0
expect 'so do the views' "$(there value 'SELECT count(*) FROM tviews.pg_tviews_statistics, tviews.pg_tviews_cache_stats')" 3
expect 'nothing is queued' "$(there value 'SELECT count(*) FROM tviews.pg_tviews_queue_realtime')" 0
for statement in "UPDATE users SET name = 'no'" "SELECT tviews.pg_tviews_refresh('post')" "SELECT tviews.pg_tviews_cleanup_metrics()"; do
    refusal=$(there run -v VERBOSITY=sqlstate -c "$statement" 2>&1 || true)
    expect "refused there: $statement" "${refusal##* }" 25006
done

# Promotion, with a session that has the library and plans loaded.
fifo=$(mktemp -u)
answers=$(mktemp)
mkfifo "$fifo"
there run -A -t <"$fifo" >"$answers" &
client=$!
exec 3>"$fifo"
rm -f "$fifo"
echo "SELECT count(*) FROM tviews.pg_tviews_verify('post');" >&3
as_server_user "$bindir/pg_ctl" promote -w -D "$standby/data" >/dev/null
expect 'it is promoted' "$(there value 'SELECT pg_is_in_recovery()')" f
printf '%s\n' "UPDATE users SET name = 'Bob' WHERE pk_user = 2;" "SELECT count(*) FROM tv_post WHERE name = 'Bob';" >&3
exec 3>&-
wait "$client"
expect 'a session from before writes' "$(cat "$answers")" $'1\n5'
rm -f "$answers"
there run -c "UPDATE users SET name = 'Cid' WHERE pk_user = 3" -c "INSERT INTO post VALUES (60, 3, 'new')"
expect 'a new session writes' "$(there value "SELECT count(*) FROM tv_post WHERE name = 'Cid'")" 6
there expect_true_views 'promoted'
expect 'healthy' "$(there value "SELECT count(*) FILTER (WHERE status <> 'OK') FROM tviews.pg_tviews_health_check()")" 0
expect_true_views 'the former primary'
