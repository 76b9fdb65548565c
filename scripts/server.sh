#!/usr/bin/env bash
# Usage:
#   server.sh start   DIR [PORT|0] [SETTING=VALUE...]   creates the cluster when there is none, starts it
#   server.sh restart DIR [fast|immediate]              stops (immediate: as a crash would) and starts it
#   server.sh stop    DIR [fast|immediate]
#   server.sh env     DIR                               prints exports: PGHOST PGPORT PGUSER PATH
#   server.sh remove  DIR                               stops it and deletes DIR
#
# A throwaway PostgreSQL server in a directory of its own: unix socket only (DIR/socket, mode 0700),
# superuser "postgres" without a password, everything in DIR. Root starts it as user "postgres"
# ($PG_TVIEWS_SERVER_USER); anybody else as himself. Extension files are also looked for below
# DIR/stage, so `make install DESTDIR=DIR/stage` needs no right on the server's own directories
# (Debian's servers up to 17 and every server from 18 on can do that; otherwise install as usual).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

command=${1:-}
directory=${2:-}
if [ -z "$command" ] || [ -z "$directory" ]; then
    die 'usage: server.sh start|restart|stop|env|remove DIR ...'
fi
directory=$(realpath -m "$directory")
pg_config=$(find_pg_config) || die 'no pg_config found: install the PostgreSQL server and its development files'
bindir=$("$pg_config" --bindir)
data=$directory/data
if [ "$(id -u)" -eq 0 ] && ! id "$server_user" >/dev/null 2>&1; then
    die "there is no user \"$server_user\" to run the server as: name one in PG_TVIEWS_SERVER_USER"
fi

is_running() {
    as_server_user "$bindir/pg_ctl" status -D "$data" >/dev/null 2>&1
}

free_port() {
    local port
    for port in $(shuf -i 50000-59999 -n 50); do
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
    die 'no free port found between 50000 and 59999'
}

create() {
    local port=$1
    shift
    own_directory "$directory"
    as_server_user test -w "$directory" ||
        die "user \"$server_user\" cannot reach \"$directory\": choose a directory below /var/tmp"
    as_server_user mkdir -p -m 0700 "$directory/socket"
    as_server_user "$bindir/initdb" -D "$data" -U postgres -A trust --encoding=UTF8 --locale=C \
        --no-sync --no-instructions >"$directory/initdb.log" 2>&1 || {
        cat "$directory/initdb.log" >&2
        die 'initdb failed'
    }
    local settings=(
        "port = $port"
        "listen_addresses = ''"
        "unix_socket_directories = '$directory/socket'"
        'max_prepared_transactions = 10'
        'max_connections = 60'
        'fsync = off'
        'shared_buffers = 256MB'
        'max_wal_size = 2GB'
        'log_min_messages = warning'
        'log_line_prefix = %m [%p] %d '
        "timezone = 'UTC'"
    )
    mapfile -t -O ${#settings[@]} settings < <(staging_settings "$pg_config" "$directory/stage")
    printf '%s\n' "${settings[@]}" "$@" | sed "s/^\(log_line_prefix\) = \(.*\)$/\1 = '\2'/" |
        as_server_user tee -a "$data/postgresql.conf" >/dev/null
    echo "$port" | as_server_user tee "$directory/port" >/dev/null
}

start() {
    if ! as_server_user "$bindir/pg_ctl" start -w -t 120 -D "$data" -l "$directory/server.log" >/dev/null 2>&1; then
        as_server_user tail -n 20 "$directory/server.log" >&2 || true
        die "the server in \"$directory\" did not start"
    fi
}

case $command in
    start)
        port=${3:-0}
        if [ "$port" = 0 ]; then
            port=$(free_port)
        fi
        shift $(($# > 3 ? 3 : $#))
        if ! as_server_user test -e "$data/PG_VERSION" || ! as_server_user test -e "$directory/port"; then
            create "$port" "$@"
        elif [ "$(as_server_user cat "$data/PG_VERSION")" != "$(pg_major "$pg_config")" ]; then
            die "\"$directory\" holds a server of version $(as_server_user cat "$data/PG_VERSION"): remove it first"
        fi
        is_running || start
        ;;
    stop | restart)
        if is_running; then
            as_server_user "$bindir/pg_ctl" stop -w -t 120 -m "${3:-fast}" -D "$data" >/dev/null
        fi
        if [ "$command" = restart ]; then
            start
        fi
        ;;
    env)
        # shellcheck disable=SC2016 # the caller's shell expands PATH
        printf 'export PGHOST=%q PGPORT=%q PGUSER=postgres PATH=%q:"$PATH"\n' \
            "$directory/socket" "$(cat "$directory/port")" "$bindir"
        ;;
    remove)
        if [ -e "$directory" ]; then
            [ -e "$directory/port" ] || [ -e "$directory/initdb.log" ] || die "\"$directory\" is not a throwaway server's directory"
            if is_running; then
                as_server_user "$bindir/pg_ctl" stop -w -t 120 -m immediate -D "$data" >/dev/null
            fi
            rm -rf "$directory"
        fi
        ;;
    *)
        die "unknown command \"$command\""
        ;;
esac
