-- One write of walk.sql. Variables: title, write (a file), entity and key (the document to show),
-- fields (what to show of it), run.

\echo
\echo == :title
\echo

SELECT 'tv_' || :'entity' AS tview, 'pk_' || :'entity' AS key_column \gset

CREATE TEMPORARY TABLE shown AS SELECT data AS before FROM :tview WHERE :key_column = :key;

-- The write, by the server's clock from before BEGIN to after COMMIT; its SQL is shown.
SELECT clock_timestamp() AS begun \gset
BEGIN;
SELECT now() AS stamp \gset
\set ECHO queries
\ir :write
\set ECHO none
COMMIT;
SELECT extract(epoch FROM clock_timestamp() - :'begun') * 1000 AS write_ms \gset

SELECT
    (SELECT count(*) FROM tv_package WHERE updated_at >= :'stamp') AS packages,
    (SELECT count(*) FROM tv_maintainer WHERE updated_at >= :'stamp') AS maintainers,
    (SELECT count(*) FROM tv_section WHERE updated_at >= :'stamp') AS sections \gset
SELECT
    :packages > 0 AS package_changed,
    :maintainers > 0 AS maintainer_changed,
    :sections > 0 AS section_changed,
    :packages + :maintainers + :sections AS documents \gset
SELECT format('  documents written   %s of tv_package, %s of tv_maintainer, %s of tv_section',
    :packages, :maintainers, :sections) AS line \gset
\echo
\echo :line
SELECT format('  write and commit    %s ms', to_char(:write_ms, 'FM999,990.0')) AS line \gset
\echo :line

-- The same for those who keep materialized views of the same definitions.
SELECT clock_timestamp() AS begun \gset
\if :package_changed
    REFRESH MATERIALIZED VIEW compare.mv_package;
\endif
\if :maintainer_changed
    REFRESH MATERIALIZED VIEW compare.mv_maintainer;
\endif
\if :section_changed
    REFRESH MATERIALIZED VIEW compare.mv_section;
\endif
SELECT extract(epoch FROM clock_timestamp() - :'begun') * 1000 AS refresh_ms \gset
SELECT CASE
    WHEN :documents = 0 THEN '  REFRESH             not needed: no document changed'
    ELSE format('  REFRESH             %s ms for %s: %s times as long', to_char(:refresh_ms, 'FM999,990.0'),
        concat_ws(', ',
            CASE WHEN :'package_changed' THEN 'mv_package' END,
            CASE WHEN :'maintainer_changed' THEN 'mv_maintainer' END,
            CASE WHEN :'section_changed' THEN 'mv_section' END),
        to_char(:refresh_ms / :write_ms, 'FM999,990.0'))
    END AS line \gset
\echo :line
\echo

\pset tuples_only on
\pset format unaligned
SELECT '  before  ' || line
FROM shown, :tview t, demo.abridge(before, t.data, :'fields') line
WHERE t.:key_column = :key;
SELECT '  after   ' || line
FROM shown, :tview t, demo.abridge(t.data, before, :'fields') line
WHERE t.:key_column = :key;
\pset format aligned
\pset tuples_only off

\echo
\echo '  pg_tviews_verify() compares every document with its view ...'
CREATE TEMPORARY TABLE verified AS SELECT * FROM pg_tviews_verify();
SELECT * FROM verified ORDER BY entity;
INSERT INTO demo.results (run, title, documents, write_ms, refresh_ms, wrong)
SELECT :run, :'title', :documents, :write_ms, CASE WHEN :documents > 0 THEN :refresh_ms END, sum(missing + extra + different)
FROM verified;
DROP TABLE verified, shown;
