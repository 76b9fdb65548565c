#!/usr/bin/env bash
# PgBouncer in transaction and session mode: load, prepared statements, DISCARD ALL, and nothing of one client's transaction in the next one's.
set -euo pipefail
. regress/shell/lib/common.sh
. regress/poolers/lib.sh

port=$(free_port)
version=$(pgbouncer --version | sed -n 's/^PgBouncer \([0-9]*\.[0-9]*\).*/\1/p')
# From 1.21 on it keeps track of prepared statements in transaction mode.
prepared_in_transactions=$(awk -v v="$version" 'BEGIN { split(v, p, "."); print (p[1] > 1 || p[2] >= 21) ? "yes" : "" }')

# configure MODE POOL_SIZE [SETTING...]
configure() {
    {
        cat <<CONF
[databases]
* = host=$PGHOST port=$PGPORT user=$PGUSER
[pgbouncer]
listen_port = $port
unix_socket_dir = $work/sockets
auth_type = any
pool_mode = $1
default_pool_size = $2
max_client_conn = 100
ignore_startup_parameters = extra_float_digits
CONF
        if [ -n "$prepared_in_transactions" ]; then
            echo 'max_prepared_statements = 100'
        fi
        printf '%s\n' "${@:3}"
    } | write_file pgbouncer.ini
}

create_tviews
write_load

configure transaction 4
start_pooler "$port" pgbouncer "$work/pgbouncer.ini"
load 'transaction mode' "$port" simple
load 'transaction mode' "$port" extended
if [ -n "$prepared_in_transactions" ]; then
    load 'transaction mode' "$port" prepared
fi
through "$port" /usr/bin/python3 regress/poolers/pipeline.py
expect_true_views 'transaction mode, pipeline'
stop_pooler

# DISCARD ALL after every transaction drops prepared statements, temporary tables and settings of the server connection.
configure transaction 4 'server_reset_query = DISCARD ALL' 'server_reset_query_always = 1'
start_pooler "$port" pgbouncer "$work/pgbouncer.ini"
load 'transaction mode, DISCARD ALL' "$port" extended
stop_pooler

configure session 20 'server_reset_query = DISCARD ALL'
start_pooler "$port" pgbouncer "$work/pgbouncer.ini"
load 'session mode' "$port" simple
load 'session mode' "$port" prepared

# A client that leaves in the middle of a transaction leaves nothing to the next on its connection.
through "$port" run <<'SQL' >/dev/null || true
BEGIN;
UPDATE users SET name = 'gone' WHERE pk_user = 1;
\q
SQL
expect 'nothing of a client that left' "$(through "$port" value "SELECT count(*) FROM tviews.pg_tviews_queue_realtime")" 0
expect 'nothing of it was written' "$(value "SELECT count(*) FROM tv_user WHERE name = 'gone'")" 0

# By hand, in one session.
expect 'DISCARD ALL between writes' "$(through "$port" run -A -t <<'SQL'
UPDATE users SET name = 'first' WHERE pk_user = 1;
DISCARD ALL;
UPDATE users SET name = 'second' WHERE pk_user = 1;
SELECT name FROM tv_user WHERE pk_user = 1;
DISCARD PLANS;
BEGIN;
UPDATE users SET name = 'third' WHERE pk_user = 1;
SELECT name FROM tv_user WHERE pk_user = 1;
COMMIT;
SQL
)" $'second\nthird'
expect_true_views 'session mode'
