#!/usr/bin/env bash
# The JDBC driver, to the server itself and through PgBouncer in transaction mode: regress/poolers/Load.java, with the driver's settings that change
# what it sends.
set -euo pipefail
. regress/shell/lib/common.sh
. regress/poolers/lib.sh

# The driver needs an address, which a throwaway server does not listen on.
restore() {
    run -c 'ALTER SYSTEM RESET listen_addresses' || true
    scripts/server.sh restart "$PG_TVIEWS_SERVER" || true
    cleanup
}
trap restore EXIT
run -c "ALTER SYSTEM SET listen_addresses = '127.0.0.1'"
scripts/server.sh restart "$PG_TVIEWS_SERVER"

create_tviews
# Users and posts that no two sessions share; see Load.java.
run -c 'UPDATE post SET fk_user = 5 * ((pk_post - 1) / 50) + 1 + pk_post % 5 WHERE pk_post <= 300' \
    -c 'UPDATE post SET fk_user = 31 + pk_post % 20 WHERE pk_post > 300'

port=$(free_port)
cat <<CONF | write_file pgbouncer.ini
[databases]
* = host=$PGHOST port=$PGPORT user=$PGUSER
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir = $work/sockets
auth_type = any
pool_mode = transaction
default_pool_size = 3
ignore_startup_parameters = extra_float_digits
CONF
start_pooler "$port" pgbouncer "$work/pgbouncer.ini"

url="jdbc:postgresql://127.0.0.1"
options="$PGDATABASE?user=$PGUSER&sslmode=disable&gssEncMode=disable"
java -cp '/usr/share/java/postgresql.jar:/usr/share/java/*' regress/poolers/Load.java \
    "statements kept after three uses=$url:$PGPORT/$options&prepareThreshold=3" \
    "binary from the first use, batches written as one INSERT=$url:$PGPORT/$options&prepareThreshold=-1&reWriteBatchedInserts=true" \
    "a savepoint before each statement=$url:$PGPORT/$options&autosave=always" \
    "simple protocol=$url:$PGPORT/$options&preferQueryMode=simple" \
    "PgBouncer, nothing kept=$url:$port/$options&prepareThreshold=0"
expect_true_views 'JDBC'
expect 'JDBC: every post' "$(value 'SELECT count(*) FROM tv_post')" 500
expect 'JDBC: healthy' "$(value "SELECT string_agg(details, ', ') FROM tviews.pg_tviews_health_check() WHERE status <> 'OK' AND check_name <> 'bloat'")" ''
