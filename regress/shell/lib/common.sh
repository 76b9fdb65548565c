# shellcheck shell=bash
# Sourced by the tests in regress/shell, which scripts/check.sh runs from the top folder, each in an empty database.

# Runs psql on the test's database, or on the one named by -d, and stops at the first error.
run() {
    psql -X -q -v ON_ERROR_STOP=1 -v VERBOSITY=terse "$@"
}

# Prints the result of one query: fields separated by |, nothing else.
value() {
    run -A -t -c "$1" "${@:2}"
}

# expect WHAT ACTUAL EXPECTED
expect() {
    if [ "$2" != "$3" ]; then
        printf '%s\n  expected: %s\n  found:    %s\n' "$1" "$3" "$2" >&2
        exit 1
    fi
    printf 'ok: %s\n' "$1"
}

# expect_true_views WHAT [PSQL_ARGUMENT...]: compares every TVIEW with its view, both ways, rows as text. Fails when there is none.
expect_true_views() {
    local what=$1 tview view columns wrong count=0
    shift
    while IFS='|' read -r tview view columns; do
        wrong=$(value "WITH t AS (SELECT ROW($columns)::text AS r FROM $tview x), v AS (SELECT ROW($columns)::text AS r FROM $view x)
            SELECT 'only in table', r FROM (TABLE t EXCEPT ALL TABLE v) a
            UNION ALL SELECT 'only in view', r FROM (TABLE v EXCEPT ALL TABLE t) b" "$@")
        expect "$what: $tview equals $view" "$wrong" ''
        count=$((count + 1))
    done < <(value "SELECT m.table_oid, m.view_oid, (SELECT string_agg(format('x.%I', a.attname), ', ' ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = m.view_oid AND a.attnum > 0) FROM tviews.pg_tview_meta m ORDER BY 1" "$@")
    if [ $count -eq 0 ]; then
        echo "$what: no TVIEW" >&2
        exit 1
    fi
}
