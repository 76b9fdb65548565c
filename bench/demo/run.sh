#!/usr/bin/env bash
# Usage: run.sh [clean]
# Builds the extension, starts a throwaway server, loads the Debian package catalogue of this machine
# into it, creates three TVIEWs and shows what writes do to them. A second run reuses what is there.
# `clean` stops the server and deletes its directory.
#
# Environment: DEMO_DIR       the directory (default /var/tmp/pg_tviews_demo-USER)
#              DEMO_PACKAGES  how many packages to load at most (default all)
#              DEMO_CATALOGUE a file in the format of `apt-cache dumpavail` to load instead
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/common.sh
export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

user=$(id -un)
directory=${DEMO_DIR:-/var/tmp/pg_tviews_demo-$user}
demo=bench/demo

if [ "${1:-}" = clean ]; then
    if [ -e "$directory" ]; then
        scripts/server.sh remove "$directory"
        echo "removed $directory"
    else
        echo "nothing to remove: there is no $directory"
    fi
    exit
fi

trap 'echo "the demonstration failed (run.sh, line $LINENO)" >&2' ERR
begin=$SECONDS
say() {
    printf '[%3d s] %s\n' $((SECONDS - begin)) "$*"
}

# Says every five seconds that a long command is still at work.
beat=
stop_beat() {
    if [ -n "$beat" ]; then
        kill "$beat" 2>/dev/null || true
        wait "$beat" 2>/dev/null || true
        beat=
    fi
}
trap stop_beat EXIT
patiently() {
    local status=0
    (while sleep 5; do printf '[%3d s]   ...\n' $((SECONDS - begin)); done) &
    beat=$!
    "$@" || status=$?
    stop_beat
    return $status
}

sql() {
    psql -X -q -v ON_ERROR_STOP=1 -d demo "$@"
}

# Writes the catalogue to stdout: the archive's when there is one, else what is installed.
catalogue() {
    if [ -n "${DEMO_CATALOGUE:-}" ]; then
        cat "$DEMO_CATALOGUE"
    elif [ "$(apt-cache dumpavail 2>/dev/null | grep -c '^Package:')" -ge 1000 ]; then
        apt-cache dumpavail
    elif [ -r /var/lib/dpkg/status ]; then
        cat /var/lib/dpkg/status
    else
        die 'there is no Debian package catalogue on this machine: name a file in DEMO_CATALOGUE'
    fi
}

# Fetches the archive's package lists when this machine has none, which is usual in containers.
refresh_lists() {
    local root=()
    if [ -n "${DEMO_CATALOGUE:-}" ] || ! command -v apt-get >/dev/null ||
        [ "$(apt-cache dumpavail 2>/dev/null | grep -c '^Package:')" -ge 1000 ]; then
        return
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            say 'no package lists here (sudo apt-get update would fetch them): only installed packages are loaded'
            return
        fi
        root=(sudo -n)
    fi
    say 'fetching the package lists (apt-get update)'
    patiently "${root[@]}" apt-get update -q -o Acquire::Retries=3 >/dev/null || true
}

say 'looking for what is needed'
patiently scripts/install-deps.sh build
PG_CONFIG=$(find_pg_config)
export PG_CONFIG

say 'building the extension (make)'
make CARGO_FLAGS="${CARGO_FLAGS:-}"

say "starting a throwaway server in $directory"
scripts/server.sh start "$directory" 0 'fsync = on' 'jit = off'
eval "$(scripts/server.sh env "$directory")"
unset PGOPTIONS PGSERVICE PGHOSTADDR
install_for_server "$directory" >"$directory/install.log" 2>&1 || {
    tail -n 20 "$directory/install.log" >&2
    die 'the extension could not be installed for the throwaway server'
}

# The database is used again when it was made by the same scripts, extension and catalogue.
made_from=$(
    {
        cat "$demo"/{catalogue.py,schema.sql,load.sql,helpers.sql,tviews.sql,compare.sql}
        cat pg_tviews.control pg_tviews--*.sql
        cksum <"$(compgen -G 'pg_tviews.so' || compgen -G 'pg_tviews.dylib')"
        echo "${DEMO_PACKAGES:-} ${DEMO_CATALOGUE:-}"
    } | sha256sum | cut -d ' ' -f 1
)
found=$(psql -X -A -t -d demo -c 'SELECT made_from FROM demo.made_from' 2>/dev/null || true)
if [ "$found" = "$made_from" ]; then
    say 'the database "demo" is there already and is used again'
else
    refresh_lists
    say 'reading the package catalogue'
    tables=$(mktemp -d)
    trap 'stop_beat; rm -rf "$tables"' EXIT
    catalogue | python3 "$demo/catalogue.py" "$tables" ${DEMO_PACKAGES:+"$DEMO_PACKAGES"} | sed 's/^/          /'

    say 'loading the base tables'
    PGOPTIONS='-c client_min_messages=warning' dropdb --if-exists --force demo
    createdb -T template0 demo
    sql -f "$demo/schema.sql" -f "$demo/helpers.sql"
    repository=$PWD
    (cd "$tables" && patiently sql -f "$repository/$demo/load.sql")

    say 'creating the TVIEWs'
    sql -c 'CREATE EXTENSION pg_tviews'
    patiently sql -f "$demo/tviews.sql"

    say 'creating materialized views of the same definitions, to compare with'
    patiently sql -f "$demo/compare.sql"
    sql -c "CREATE TABLE demo.made_from AS SELECT '$made_from'::text AS made_from"
fi

say 'how changes of each source reach the documents (pg_tviews_explain)'
sql -P footer=off -c "
    SELECT e.entity, x.source, x.alias, x.strategy, x.reason
    FROM unnest(ARRAY['package', 'maintainer', 'section']) AS e (entity)
    CROSS JOIN LATERAL pg_tviews_explain(e.entity) AS x"

say 'writing'
sql -f "$demo/walk.sql"

cat <<TEXT

The server keeps running. Connect with

    psql -h $PGHOST -p $PGPORT -U postgres demo

and try for example

    SELECT jsonb_pretty(data) FROM tv_package WHERE name = 'bash';
    UPDATE tb_package SET summary = 'a shell' WHERE name = 'bash';
    SELECT * FROM pg_tviews_verify();

To stop it and delete everything: make demo-clean${DEMO_DIR:+ DEMO_DIR=$DEMO_DIR}
TEXT
