#!/usr/bin/env bash
# A library that is older than the SQL it meets: clear errors, no crash, and nothing half done. The old library is a stand-in that has the
# functions of 0.1.0-alpha and gives its version; a server of its own loads it.
set -euo pipefail
. regress/shell/lib/common.sh
. scripts/common.sh

work=$(mktemp -d "${PG_TVIEWS_CHECK_DIR:-/var/tmp}/pg_tviews-old.XXXXXX")
cleanup() {
    scripts/server.sh remove "$work/server" || true
    rm -rf "$work"
}
trap cleanup EXIT
chmod 755 "$work"

new=$(dirname "$(find "$PG_TVIEWS_SERVER/stage" "$("$PG_CONFIG" --sharedir)" -name pg_tviews.control 2>/dev/null | head -n 1)")
{
    cat <<'C'
#include "postgres.h"
#include "fmgr.h"
#include "utils/builtins.h"
PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(pg_tviews_version_wrapper);
Datum pg_tviews_version_wrapper(PG_FUNCTION_ARGS) { return PointerGetDatum(cstring_to_text("0.1.0-alpha")); }
C
    grep -o "'[a-z_]*_wrapper'" migrations/pg_tviews--0.1.0-alpha.sql | tr -d "'" | sort -u | grep -vx pg_tviews_version_wrapper | while read -r symbol; do
        echo "PG_FUNCTION_INFO_V1($symbol); Datum $symbol(PG_FUNCTION_ARGS) { PG_RETURN_NULL(); }"
    done
} >"$work/old.c"
cc -shared -fPIC -I"$("$PG_CONFIG" --includedir-server)" -o "$work/old.so" "$work/old.c"

scripts/server.sh start "$work/server"
if ! as_server_user grep -Eq '^extension_(destdir|control_path) ' "$work/server/data/postgresql.conf"; then
    echo 'this server looks for extensions in its own folders only: nothing is tested' >&2
    exit 0
fi
stage=$work/server/stage
mkdir -p "$stage$("$PG_CONFIG" --sharedir)/extension" "$stage$("$PG_CONFIG" --pkglibdir)"
cp "$new"/pg_tviews* "$stage$("$PG_CONFIG" --sharedir)/extension/"
cp "$work/old.so" "$stage$("$PG_CONFIG" --pkglibdir)/pg_tviews.so"
chmod -R a+rX "$stage"
eval "$(scripts/server.sh env "$work/server")"
export PGDATABASE=postgres

# fails WHAT SQLSTATE TEXT COMMAND
fails() {
    local output
    output=$(psql -X -q -A -t -v VERBOSITY=verbose -c "$4" 2>&1) && { echo "$1: no error" >&2; exit 1; }
    if [[ $output != *"$2: $3"* ]]; then
        expect "$1" "$output" "$2: $3"
    fi
    echo "ok: $1"
}
fails 'installing the new version' 42883 'could not find function "_pg_tviews_on_ddl_start_wrapper"' 'CREATE EXTENSION pg_tviews'
expect 'nothing was installed' "$(value "SELECT count(*) FROM pg_proc WHERE proname LIKE '%pg_tviews%'")" 0
run -c "CREATE EXTENSION pg_tviews VERSION '0.1.0-alpha'"
fails 'updating to the new version' 55000 'library pg_tviews is still at version 0.1.0-alpha' 'ALTER EXTENSION pg_tviews UPDATE'
expect 'nothing was updated' "$(value "SELECT extversion, pg_tviews_version() FROM pg_extension WHERE extname = 'pg_tviews'")" '0.1.0-alpha|0.1.0-alpha'
run -c 'DROP EXTENSION pg_tviews'
