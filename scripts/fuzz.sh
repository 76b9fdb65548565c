#!/usr/bin/env bash
# Usage: fuzz.sh fuzz|soundness|interleave|stress|crash [ARGUMENT...]
# Runs one of the programs in regress/fuzz with these arguments, each on a throwaway server of its own. Its Python
# library is installed in target/venv-fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

requirements=regress/fuzz/requirements.txt
program=${1:-}
case $program in
    fuzz | soundness | interleave | stress | crash) shift ;;
    *) die 'usage: fuzz.sh fuzz|soundness|interleave|stress|crash [ARGUMENT...]' ;;
esac

venv=target/venv-fuzz
if ! cmp -s "$requirements" "$venv/requirements.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
    cp "$requirements" "$venv/"
fi

server=$(mktemp -d "${PG_TVIEWS_CHECK_DIR:-/var/tmp}/pg_tviews-fuzz.XXXXXX")
trap 'scripts/server.sh remove "$server"' EXIT
trap 'exit 130' INT TERM
chmod 755 "$server"
if [ "$(id -u)" -eq 0 ]; then
    chown "$server_user" "$server"
fi
scripts/server.sh start "$server" 0 max_prepared_transactions=50 >/dev/null
eval "$(scripts/server.sh env "$server")"
export PGDATABASE=postgres
install_for_server "$server" --locked >/dev/null
if [ "$program" = crash ]; then
    set -- --directory "$server" "$@"
fi
"$venv/bin/python" "regress/fuzz/$program.py" "$@"
