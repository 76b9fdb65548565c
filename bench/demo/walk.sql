-- Realistic writes; each is measured and shown by step.sql. What they touch is chosen from the data,
-- so that any catalogue will do, and so that a second run finds something to change too.

\pset footer off
\set QUIET on

SELECT nextval('demo.run') AS run \gset

SELECT m.pk_maintainer AS maintainer, p.pk_package AS package
FROM tb_maintainer m
JOIN LATERAL (
    SELECT min(pk_package) AS pk_package, count(*) AS packages FROM tb_package WHERE fk_maintainer = m.pk_maintainer
) p ON true
ORDER BY p.packages DESC, m.pk_maintainer
LIMIT 1 \gset

\set title 'A maintainer renames'
\set write writes/1_maintainer_renames.sql
\set entity package
\set key :package
\set fields '{name,maintainer}'
\ir step.sql

SELECT pk_maintainer AS qa_group FROM tb_maintainer WHERE email = 'packages@qa.debian.org' ORDER BY 1 LIMIT 1 \gset
SELECT pk_package AS package
FROM tb_package
WHERE fk_maintainer NOT IN (:qa_group, :maintainer)
ORDER BY hashint4(pk_package)
LIMIT 1 \gset

\set title 'A package is orphaned'
\set write writes/2_package_is_orphaned.sql
\set key :package
\set fields '{name,maintainer}'
\ir step.sql

SELECT fk_section AS section FROM tb_package GROUP BY fk_section ORDER BY count(*) DESC, 1 LIMIT 1 \gset
SELECT min(pk_package) AS package, to_char(least(count(*), 1000), 'FM9,990') AS thousand
FROM tb_package
WHERE fk_section = :section \gset

\set title :thousand ' packages get a new version in one statement'
\set write writes/3_new_versions.sql
\set key :package
\set fields '{name,version,section}'
\ir step.sql

SELECT fk_target AS target FROM tb_dependency WHERE fk_target IS NOT NULL GROUP BY fk_target ORDER BY count(*) DESC, 1 LIMIT 1 \gset
SELECT pk_package AS package
FROM tb_package p
WHERE pk_package <> :target
    AND NOT EXISTS (SELECT FROM tb_dependency d WHERE d.fk_package = p.pk_package AND d.fk_target = :target)
ORDER BY hashint4(pk_package)
LIMIT 1 \gset

\set title 'A dependency is added, on the package that most others require'
\set write writes/4_dependency_is_added.sql
\set key :target
\set fields '{name,version,requiredBy}'
\ir step.sql

\set title 'The dependency is removed'
\set write writes/5_dependency_is_removed.sql
\set key :package
\set fields '{name,version,dependencies}'
\ir step.sql

\set title 'One package changes 100 times in one transaction'
\set write writes/6_hundred_updates.sql
\set fields '{name,version,installedSize}'
\ir step.sql

\set title 'A column changes that no TVIEW reads, in ' :thousand ' packages'
\set write writes/7_unread_column.sql
\ir step.sql

\echo
\echo 'Summary (times in ms; each REFRESH is of the views in which a document changed)'
SELECT
    title AS write,
    documents,
    to_char(write_ms, 'FM999,990.0') AS "write + commit",
    coalesce(to_char(refresh_ms, 'FM999,990.0'), '-') AS "REFRESH",
    coalesce(to_char(refresh_ms / write_ms, 'FM999,990.0'), '-') AS ratio,
    wrong AS "wrong documents"
FROM demo.results
WHERE run = :run
ORDER BY step;

-- Ends the demonstration with an error when a document was wrong.
SELECT demo.no_document_is_wrong(:run) \g /dev/null
