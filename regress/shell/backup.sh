#!/usr/bin/env bash
# A physical backup of a server that goes on writing, and recovery to a point in time: the TVIEWs of the recovered server are right,
# the first write is maintained, and so is a transaction that was prepared before the point.
set -euo pipefail
. regress/shell/lib/common.sh
. scripts/common.sh

work=$(mktemp -d "${PG_TVIEWS_CHECK_DIR:-/var/tmp}/pg_tviews-backup.XXXXXX")
if [ "$(id -u)" -eq 0 ]; then
    chown "$server_user" "$work"
fi
bindir=$("$PG_CONFIG" --bindir)
cleanup() {
    as_server_user "$bindir/pg_ctl" stop -m immediate -D "$work/data" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT

run >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE SCHEMA app;
SET search_path = app, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text);
CREATE INDEX ON post (fk_user);
CREATE INDEX ON users (name);
INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 20) g;
INSERT INTO post SELECT g, g % 20 + 1, 'post ' || g FROM generate_series(1, 200) g;
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT pg_tviews_create('user', 'SELECT u.pk_user, u.name, (SELECT count(*) FROM tv_post t WHERE t.name = u.name) AS posts FROM users u');
SQL

# The backup runs beside writes, and the log goes on after it.
as_server_user "$bindir/pg_basebackup" --checkpoint=fast -X none --no-sync -D "$work/data" >"$work/backup.log" 2>&1 &
backup=$!
for i in 1 2 3 4 5; do
    run -c "UPDATE app.users SET name = 'during $i ' || pk_user WHERE pk_user % 5 = $i - 1"
done
wait $backup
run -c "INSERT INTO app.post VALUES (1001, 1, 'before the point')"
run -c 'BEGIN' -c "UPDATE app.users SET name = 'prepared' WHERE pk_user = 2" -c "PREPARE TRANSACTION 'regress_backup'"
run -c "SELECT pg_create_restore_point('the point')" >/dev/null
run -c "COMMIT PREPARED 'regress_backup'"
run -c "UPDATE app.users SET name = 'after the point'" -c 'DELETE FROM app.post WHERE pk_post < 100' -c 'SELECT pg_switch_wal()' >/dev/null
expect_true_views 'source'

# Another server from the backup and the source's log, up to the point.
as_server_user tee -a "$work/data/postgresql.auto.conf" >/dev/null <<SETTINGS
port = $((PGPORT + 1))
unix_socket_directories = '$work'
restore_command = 'cp "$(value 'SHOW data_directory')/pg_wal/%f" "%p"'
recovery_target_name = 'the point'
recovery_target_action = promote
SETTINGS
as_server_user touch "$work/data/recovery.signal"
as_server_user "$bindir/pg_ctl" start -w -D "$work/data" -l "$work/server.log" >/dev/null || { cat "$work/server.log"; exit 1; }
export PGHOST=$work PGPORT=$((PGPORT + 1))
for _ in $(seq 100); do
    if [ "$(value 'SELECT pg_is_in_recovery()')" = f ]; then
        break
    fi
    sleep 0.1
done

expect 'recovered to the point' "$(value "SELECT count(*), max(title) FILTER (WHERE pk_post = 1001), count(*) FILTER (WHERE name LIKE 'after%') FROM app.tv_post")" '201|before the point|0'
expect_true_views 'recovered'
expect 'health' "$(value "SELECT * FROM tviews.pg_tviews_health_check() WHERE status NOT IN ('OK') AND check_name NOT LIKE 'prepared%'")" ''
run -c "UPDATE app.users SET name = 'first write' WHERE pk_user = 7" -c 'DELETE FROM app.post WHERE pk_post = 6'
expect 'first write' "$(value "SELECT count(*) FROM app.tv_post WHERE name = 'first write'")" 9
run -c "COMMIT PREPARED 'regress_backup'"
expect 'prepared before the point' "$(value "SELECT posts FROM app.tv_user WHERE name = 'prepared'")" 10
expect_true_views 'after the writes'
