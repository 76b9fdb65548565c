#!/usr/bin/env bash
# Usage: run_docs.sh FILE KIND...
# Runs the ```sql blocks of a Markdown file, and the ```sh ones when told so, in order, each in a session of its own, in the
# database $PGDATABASE. A block fails at its first error. A ```text block is what the block before it must print, whatever
# the spaces; and after each block every TVIEW must equal its view, compared both ways by EXCEPT ALL.
set -euo pipefail

file=$1
shift
kinds=" $* "
blocks=$(mktemp -d)
trap 'rm -rf "$blocks"' EXIT

# NN.KIND, and NN.text for what block NN prints.
awk -v folder="$blocks" -v kinds="$kinds" '
    /^```$/ { inside = 0; next }
    /^```/ {
        kind = substr($0, 4)
        inside = 0
        if (index(kinds, " " kind " ")) { number++; inside = 1; ran = 1 }
        else if (kind == "text") { inside = ran; ran = 0 }
        else { ran = 0 }
        name = sprintf("%s/%02d.%s", folder, number, kind)
        next
    }
    inside { print > name }
' "$file"

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
FROM %s.pg_tview_meta m
CROSS JOIN LATERAL (
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS list
    FROM pg_attribute
    WHERE attrelid = m.view_oid AND attnum > 0 AND NOT attisdropped) c"

# Spaces and the lines that psql draws do not matter.
plain() {
    sed -e 's/[-+|]\{2,\}//g' -e 's/[[:space:]]\+/ /g' -e 's/^ //' -e 's/ $//' "$1" | grep -v '^$' || true
}

compared=0
count=0
for block in "$blocks"/*.*; do
    number=$(basename "${block%.*}")
    kind=${block##*.}
    output=$blocks/output
    case $kind in
        sql) run -e -f "$block" 2>&1 | tee "$output" ;;
        sh) bash -euo pipefail "$block" 2>&1 | tee "$output" ;;
        text)
            if [[ "$(plain "$output")" != *"$(plain "$block")"* ]]; then
                printf 'block %s of %s does not print\n%s\n' "$number" "$file" "$(cat "$block")" >&2
                exit 1
            fi
            continue
            ;;
    esac
    count=$((count + 1))
    echo "--- block $number: ok"
    schema=$(run -q -A -t -c "SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'pg_tviews'")
    [ -n "$schema" ] || continue
    queries=$(run -q -A -t -c "${comparison//%s.pg_tview_meta/$schema.pg_tview_meta}")
    [ -n "$queries" ] || continue
    results=$(run -q -A -t <<<"${queries//$'\n'/;}")
    while IFS='|' read -r tview documents surplus missing; do
        echo "$tview: $documents documents, $surplus surplus, $missing missing"
        if [ "$surplus" -ne 0 ] || [ "$missing" -ne 0 ]; then
            echo "$file: $tview differs from its view after block $number" >&2
            exit 1
        fi
        compared=$((compared + documents))
    done <<<"$results"
done

# Without blocks or documents nothing was tested.
if [ "$compared" -eq 0 ]; then
    echo "$file: no document was compared" >&2
    exit 1
fi
echo "ran $count blocks, compared $compared documents"
