#!/usr/bin/env bash
# Usage: reference.sh [--check]
# Prints docs/reference.md as it follows from the comments on the extension's objects and from the descriptions of its settings, in the
# database $PGDATABASE, where it creates the extension. With --check: fails unless the file in the tree is that text, and
# unless every object has a comment.
set -euo pipefail
cd "$(dirname "$0")/.."

run() {
    psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

run -c 'CREATE SCHEMA IF NOT EXISTS tviews' -c 'SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS pg_tviews SCHEMA tviews'

reference() {
    cat <<'TEXT'
# Reference

Made by `scripts/reference.sh` from the comments on the extension's objects, which `\df+`, `\d+` and `\dx+` show as well; `make check-docs`
compares the two. Names are those of the schema the extension was created in.

TEXT
    run <<'SQL'
SET search_path = tviews, pg_catalog;
-- A comment as Markdown text.
CREATE FUNCTION pg_temp.text_of(comment text) RETURNS text LANGUAGE sql RETURN regexp_replace(replace(replace(comment, '<', '&lt;'), '*', '\*'), '\|', '\|', 'g');
CREATE TEMP VIEW member AS
    SELECT d.classid, d.objid
      FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
     WHERE e.extname = 'pg_tviews' AND d.deptype = 'e';
CREATE TEMP VIEW routine AS
    SELECT p.oid, p.proname,
           format('%s(%s)', p.proname, pg_get_function_arguments(p.oid)) AS signature,
           CASE p.prokind WHEN 'p' THEN 'procedure' ELSE pg_get_function_result(p.oid) END AS result,
           obj_description(p.oid, 'pg_proc') AS comment
      FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid;

SELECT E'## Functions\n';
SELECT format(E'### `%s`\n\nResult: `%s`\n\n%s\n', r.signature, r.result, pg_temp.text_of(r.comment))
  FROM routine r WHERE r.proname LIKE 'pg\_tviews\_%' ORDER BY r.signature COLLATE "C";

SELECT E'## Tables and views\n';
SELECT format(E'### `%s`\n\n%s\n\n| column | type | |\n|---|---|---|\n%s\n', c.relname, pg_temp.text_of(obj_description(c.oid, 'pg_class')),
              (SELECT string_agg(format('| `%s` | `%s` | %s |', a.attname, format_type(a.atttypid, a.atttypmod),
                                        pg_temp.text_of(coalesce(col_description(c.oid, a.attnum), ''))), E'\n' ORDER BY a.attnum)
                 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
  FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
 WHERE c.relkind IN ('r', 'v') ORDER BY c.relname COLLATE "C";

SELECT pg_tviews_version() \g /dev/null
SELECT E'## Settings\n\n| setting | default | |\n|---|---|---|';
SELECT format('| `%s` | `%s` | %s %s |', s.name, s.boot_val || coalesce(s.unit, ''), pg_temp.text_of(s.short_desc), pg_temp.text_of(s.extra_desc))
  FROM pg_settings s WHERE s.name LIKE 'pg\_tviews.%' ORDER BY s.name COLLATE "C";

SELECT E'\n## Triggers\n\n| | |\n|---|---|';
SELECT format('| event trigger `%s` | %s |', e.evtname, obj_description(e.oid, 'pg_event_trigger'))
  FROM member m JOIN pg_event_trigger e ON m.classid = 'pg_event_trigger'::regclass AND e.oid = m.objid ORDER BY e.evtname COLLATE "C";
SELECT format('| `%s` on `%s` | %s |', t.tgname, c.relname, obj_description(t.oid, 'pg_trigger'))
  FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
  JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal ORDER BY c.relname COLLATE "C", t.tgname;

SELECT E'\n## Internal functions\n\nCalled by the functions above and by the library; they may change with every version.\n\n| function | |\n|---|---|';
SELECT format('| `%s` | %s |', r.oid::regprocedure, pg_temp.text_of(r.comment))
  FROM routine r WHERE r.proname NOT LIKE 'pg\_tviews\_%' ORDER BY r.oid::regprocedure::text COLLATE "C";
SQL
}

if [ "${1:-}" != --check ]; then
    reference
    exit
fi

bare=$(run <<'SQL'
SELECT pg_describe_object(d.classid, d.objid, 0)
  FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
 WHERE e.extname = 'pg_tviews' AND d.deptype = 'e' AND d.classid NOT IN ('pg_type'::regclass, 'pg_rewrite'::regclass)
   AND obj_description(d.objid, (SELECT c.relname FROM pg_class c WHERE c.oid = d.classid)) IS NULL
UNION ALL
SELECT format('column %s of %s', a.attname, c.oid::regclass)
  FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
  JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid AND c.relkind IN ('r', 'v')
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE e.extname = 'pg_tviews' AND d.deptype = 'e' AND col_description(c.oid, a.attnum) IS NULL
UNION ALL
SELECT format('trigger %s on %s', t.tgname, c.oid::regclass)
  FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
  JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
  JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
 WHERE e.extname = 'pg_tviews' AND d.deptype = 'e' AND obj_description(t.oid, 'pg_trigger') IS NULL
SQL
)
if [ -n "$bare" ]; then
    printf 'without a comment:\n%s\n' "$bare" >&2
    exit 1
fi
if ! diff <(reference) docs/reference.md; then
    echo 'docs/reference.md is not what the comments say: run scripts/reference.sh > docs/reference.md in a database of a server with this extension' >&2
    exit 1
fi
