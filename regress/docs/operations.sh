#!/usr/bin/env bash
# Runs every command block of docs/operations.md. Stand-ins take the place of what a throwaway server has not: its service manager,
# sudo, and folders that `make install` may write to.
set -euo pipefail
. scripts/common.sh

work=$(mktemp -d "${PG_TVIEWS_CHECK_DIR:-/var/tmp}/pg_tviews-docs.XXXXXX")
chmod 755 "$work"
mkdir "$work/bin" "$work/backups"
if [ "$(id -u)" -eq 0 ]; then
    chown "$server_user" "$work/backups"
fi
source=$PWD
database=$PGDATABASE
bindir=$("$PG_CONFIG" --bindir)
cleanup() {
    cd "$source"
    as_server_user "$bindir/pg_ctl" stop -m immediate -D "$work/backups/base" >/dev/null 2>&1 || true
    PGDATABASE=postgres psql -X -q -c 'ALTER SYSTEM RESET ALL' || true
    PGDATABASE=postgres dropdb --if-exists --force "$database" || true
    PGDATABASE=postgres dropdb --if-exists --force shop_restored || true
    for role in shop_1 shop_reader shop_writer shop_owner; do
        PGDATABASE=postgres psql -X -q -c "DROP ROLE IF EXISTS $role" || true
    done
    scripts/server.sh restart "$PG_TVIEWS_SERVER" || true
    rm -rf "$work"
}
trap cleanup EXIT

# sudo COMMAND, sudo -u postgres COMMAND
cat >"$work/bin/sudo" <<SCRIPT
#!/usr/bin/env bash
set -euo pipefail
if [ "\$1" = -u ]; then
    shift 2
    cd "$source"
    . scripts/common.sh
    as_server_user env PGHOST="\$PGHOST" PGPORT="\$PGPORT" PGUSER="\$PGUSER" PATH="$bindir:\$PATH" "\$@"
else
    exec "\$@"
fi
SCRIPT
# systemctl restart postgresql
cat >"$work/bin/systemctl" <<SCRIPT
#!/usr/bin/env bash
cd "$source" && exec scripts/server.sh "\$1" "$PG_TVIEWS_SERVER"
SCRIPT
chmod 755 "$work"/bin/*
ln -s "$source" "$work/pg_tviews"

if as_server_user grep -Eq '^extension_(destdir|control_path) ' "$PG_TVIEWS_SERVER/data/postgresql.conf"; then
    export DESTDIR=$PG_TVIEWS_SERVER/stage
fi
export PATH=$work/bin:$bindir:$PATH BACKUPS=$work/backups
psql -X -q -d postgres -c "ALTER DATABASE \"$database\" SET client_min_messages = warning"
# Below a stage, a library is looked for by its bare name from version 18 on only.
library=pg_tviews
if [ -n "$(psql -X -A -t -c "SELECT current_setting('extension_destdir', true)")" ]; then
    library="\\\\\$libdir/pg_tviews"
fi
sed "s|shared_preload_libraries = 'pg_tviews'|shared_preload_libraries = '$library'|" docs/operations.md >"$work/operations.md"
cd "$work"
bash "$source/scripts/run_docs.sh" operations.md sql sh
