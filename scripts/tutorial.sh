#!/usr/bin/env bash
# Runs the ```sql blocks of README.md, in order, each in a session of its own, in the database
# $PGDATABASE (scripts/check.sh makes an empty one). A block fails at its first error; after each
# block every TVIEW must equal its view, compared both ways by EXCEPT ALL.
set -euo pipefail
cd "$(dirname "$0")/.."

blocks=$(mktemp -d)
trap 'rm -rf "$blocks"' EXIT

awk -v folder="$blocks" '
    /^```sql$/ { number++; inside = 1; next }
    /^```$/    { inside = 0 }
    inside     { print > sprintf("%s/%02d.sql", folder, number) }
' README.md

run() {
    psql -X -v ON_ERROR_STOP=1 "$@"
}

# Prints the comparison of every TVIEW as one query, nothing when there is none.
comparison="
SELECT format(
    'SELECT %L AS tview, (SELECT count(*) FROM %s) AS documents, '
    '(SELECT count(*) FROM (SELECT %s FROM %s EXCEPT ALL SELECT %s FROM %s) x) AS surplus, '
    '(SELECT count(*) FROM (SELECT %s FROM %s EXCEPT ALL SELECT %s FROM %s) x) AS missing',
    m.table_oid, m.table_oid, c.list, m.table_oid, c.list, m.view_oid, c.list, m.view_oid, c.list, m.table_oid)
FROM pg_tview_meta m
CROSS JOIN LATERAL (
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS list
    FROM pg_attribute
    WHERE attrelid = m.view_oid AND attnum > 0 AND NOT attisdropped) c"

compared=0
for block in "$blocks"/*.sql; do
    number=$(basename "$block" .sql)
    echo "--- block $number"
    run -e -f "$block"
    queries=$(run -q -A -t -c "$comparison")
    [ -n "$queries" ] || continue
    results=$(run -q -A -t <<<"${queries//$'\n'/;}")
    while IFS='|' read -r tview documents surplus missing; do
        echo "$tview: $documents documents, $surplus surplus, $missing missing"
        if [ "$surplus" -ne 0 ] || [ "$missing" -ne 0 ]; then
            echo "tutorial: $tview differs from its view after block $number" >&2
            exit 1
        fi
        compared=$((compared + documents))
    done <<<"$results"
done

# Without blocks or documents nothing was tested.
if [ "$compared" -eq 0 ]; then
    echo 'tutorial: no document was compared' >&2
    exit 1
fi
echo "compared $compared documents"
