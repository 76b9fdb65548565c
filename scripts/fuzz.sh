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

throwaway_server max_prepared_transactions=50
export PGDATABASE=postgres
if [ "$program" = crash ]; then
    set -- --directory "$server" "$@"
fi
"$venv/bin/python" "regress/fuzz/$program.py" "$@"
