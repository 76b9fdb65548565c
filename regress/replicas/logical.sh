#!/usr/bin/env bash
# Logical replication, between two servers: tables tv_ that are published, and base tables replicated to a subscriber with TVIEWs of its own,
# initial copy included.
set -euo pipefail
. regress/shell/lib/common.sh
. scripts/common.sh

publisher=$(mktemp -d)
chmod 755 "$publisher"
if [ "$(id -u)" -eq 0 ]; then
    chown "$server_user" "$publisher"
fi
# The subscriber is the server of the test; the publisher is one of its own, for wal_level.
cleanup() {
    run -c 'ALTER SUBSCRIPTION base DISABLE' -c 'ALTER SUBSCRIPTION base SET (slot_name = NONE)' -c 'DROP SUBSCRIPTION base' >/dev/null 2>&1 || true
    run -c 'ALTER SUBSCRIPTION copies DISABLE' -c 'ALTER SUBSCRIPTION copies SET (slot_name = NONE)' -c 'DROP SUBSCRIPTION copies' >/dev/null 2>&1 || true
    scripts/server.sh remove "$publisher" || true
}
trap cleanup EXIT
scripts/server.sh start "$publisher" 0 wal_level=logical
install_for_server "$publisher" >/dev/null 2>&1
port=$(cat "$publisher/port")
there() {
    PGHOST=$publisher/socket PGPORT=$port PGDATABASE=postgres "$@"
}
connection="host=$publisher/socket port=$port user=postgres dbname=postgres"

tables='CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text);
CREATE INDEX ON post (fk_user);'
extension='CREATE SCHEMA tviews; CREATE EXTENSION pg_tviews SCHEMA tviews;'
posts="SELECT tviews.pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p LEFT JOIN users u ON u.pk_user = p.fk_user')"
there run >/dev/null <<SQL
$extension
$tables
INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 10) g;
INSERT INTO post SELECT g, g % 10 + 1, 'post ' || g FROM generate_series(1, 50) g;
$posts;
CREATE PUBLICATION base FOR TABLE users, post;
CREATE PUBLICATION copies FOR TABLE tv_post;
SQL

# The subscriber has TVIEWs over the replicated tables, also over a TVIEW, captured row by row; and a plain copy of the publisher's tv_post.
run >/dev/null <<SQL
$extension
$tables
$posts;
SELECT tviews.pg_tviews_create('user', 'SELECT u.pk_user, u.name, (SELECT count(*) FROM tv_post t WHERE t.name = u.name) AS posts FROM users u');
SELECT tviews.pg_tviews_uninstall_stmt_triggers();
SQL

# wait_for WHAT QUERY: until the query gives true.
wait_for() {
    for _ in $(seq 300); do
        if [ "$(value "$2")" = t ]; then
            return
        fi
        sleep 0.1
    done
    echo "$1: waited in vain" >&2
    exit 1
}
synchronized="SELECT count(*) = 2 AND bool_and(srsubstate = 'r') FROM pg_subscription_rel r JOIN pg_subscription s ON s.oid = r.srsubid WHERE s.subname = 'base'"
caught_up() {
    local position
    position=$(there value 'SELECT pg_current_wal_lsn()')
    wait_for 'replication' "SELECT bool_and(latest_end_lsn >= '$position') FROM pg_stat_subscription WHERE subname = '$1' AND relid IS NULL"
}

run -c "CREATE SUBSCRIPTION base CONNECTION '$connection' PUBLICATION base" >/dev/null 2>&1
wait_for 'initial copy' "$synchronized"
expect 'initial copy' "$(value 'SELECT count(*) FROM tv_post')" 50
expect_true_views 'after the initial copy'

# Changes of every kind, and several in one transaction.
there run -c "UPDATE users SET name = 'Ann' WHERE pk_user = 1"
caught_up base
wait_for 'an update' "SELECT count(*) = 5 FROM tv_post WHERE name = 'Ann'"
there run >/dev/null <<'SQL'
BEGIN;
INSERT INTO users VALUES (11, 'Eve');
UPDATE post SET fk_user = 11 WHERE pk_post <= 7;
DELETE FROM post WHERE pk_post > 45;
UPDATE users SET name = 'Eva' WHERE pk_user = 11;
COMMIT;
SQL
caught_up base
wait_for 'a transaction' "SELECT posts = 7 FROM tv_user WHERE pk_user = 11"
expect_true_views 'after a transaction'
there run -c 'TRUNCATE post' -c "INSERT INTO post VALUES (1, 1, 'one')"
caught_up base
wait_for 'a truncate' "SELECT count(*) = 1 FROM tv_post"
expect_true_views 'after a truncate'

# Writes of the subscriber's own sessions are captured likewise.
run -c "UPDATE users SET name = 'local' WHERE pk_user = 1"
expect 'own writes' "$(value "SELECT name FROM tv_post")" local
expect_true_views 'own writes'
expect 'healthy' "$(value "SELECT string_agg(details, ', ') FROM tviews.pg_tviews_health_check() WHERE status <> 'OK'")" ''
run -c 'SELECT tviews.pg_tviews_install_stmt_triggers()' >/dev/null
expect 'triggers that miss changes' "$(value "SELECT check_name || ' ' || status FROM tviews.pg_tviews_health_check() WHERE status <> 'OK'")" 'subscriptions ERROR'
run -c 'SELECT tviews.pg_tviews_uninstall_stmt_triggers()' >/dev/null
expect 'healthy again' "$(value "SELECT string_agg(details, ', ') FROM tviews.pg_tviews_health_check() WHERE status <> 'OK'")" ''

# Published TVIEWs: the other side has plain tables.
run >/dev/null 2>&1 <<SQL
CREATE SCHEMA copies;
SQL
copy=${PGDATABASE}_copies
createdb -T template0 "$copy"
run -d "$copy" -c 'CREATE TABLE tv_post (pk_post int PRIMARY KEY, title text, name text, updated_at timestamptz)'
run -d "$copy" -c "CREATE SUBSCRIPTION copies CONNECTION '$connection' PUBLICATION copies" >/dev/null 2>&1
same() {
    local wanted
    wanted=$(there value 'SELECT md5(string_agg(t::text, chr(10) ORDER BY pk_post)) FROM tv_post t')
    for _ in $(seq 300); do
        if [ "$(value 'SELECT md5(string_agg(t::text, chr(10) ORDER BY pk_post)) FROM tv_post t' -d "$copy")" = "$wanted" ]; then
            echo "ok: published: $1"
            return
        fi
        sleep 0.1
    done
    echo "published: $1: the copy differs" >&2
    exit 1
}
same 'initial copy'
there run -c "INSERT INTO post VALUES (2, 2, 'two'), (3, 2, 'three')" -c "UPDATE users SET name = 'Zoe' WHERE pk_user = 2"
same 'changes'
there run -c "DELETE FROM post WHERE pk_post = 1"
same 'a deletion'
run -d "$copy" -c 'ALTER SUBSCRIPTION copies DISABLE' -c 'ALTER SUBSCRIPTION copies SET (slot_name = NONE)' -c 'DROP SUBSCRIPTION copies'
dropdb --force "$copy"
