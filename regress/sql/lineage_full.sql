-- Definitions whose changes cannot be followed: they say so, and are maintained as a whole, by difference.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA lineage_full;
SET search_path = lineage_full, tviews;
\set explain 'SELECT format(''%s %s %s: %s'', source, alias, strategy, reason) FROM pg_tviews_explain(:''entity'') ORDER BY alias COLLATE "C", source::text COLLATE "C"; SELECT format(''  %s'', links) FROM pg_tviews_explain(:''entity'') WHERE links <> '''' ORDER BY alias COLLATE "C", links COLLATE "C";'
CREATE TABLE node (pk_node int PRIMARY KEY, parent int, name text, weight int);
CREATE TABLE setting (name text PRIMARY KEY, value int);
INSERT INTO node VALUES (1, NULL, 'root', 1), (2, 1, 'a', 2), (3, 1, 'b', 3), (4, 2, 'aa', 4);
INSERT INTO setting VALUES ('limit', 2), ('factor', 10);

-- Recursion.
SELECT pg_tviews_create('path', $$
    WITH RECURSIVE walk (id, path) AS (
        SELECT pk_node, name FROM node WHERE parent IS NULL
        UNION ALL
        SELECT n.pk_node, w.path || '/' || n.name FROM node n JOIN walk w ON w.id = n.parent)
    SELECT id AS pk_path, path FROM walk $$);
\set entity path
:explain
SELECT oracle.diff('tv_path');
UPDATE node SET name = 'A' WHERE pk_node = 2;
SELECT oracle.diff('tv_path');
UPDATE node SET parent = 3 WHERE pk_node = 4;
SELECT oracle.diff('tv_path');

-- A window over everything.
SELECT pg_tviews_create('rank', 'SELECT pk_node AS pk_rank, name, rank() OVER (ORDER BY weight DESC) AS place FROM node');
\set entity rank
:explain
SELECT oracle.diff('tv_rank');
UPDATE node SET weight = 10 WHERE pk_node = 1;
SELECT oracle.diff('tv_rank');

-- LIMIT at the top level: a row that leaves lets another one in.
SELECT pg_tviews_create('top', 'SELECT pk_node AS pk_top, name, weight FROM node ORDER BY weight DESC, pk_node LIMIT 2');
\set entity top
:explain
SELECT oracle.diff('tv_top');
DELETE FROM node WHERE pk_node = 1;
SELECT oracle.diff('tv_top');
INSERT INTO node VALUES (1, NULL, 'root', 1);
SELECT oracle.diff('tv_top');

-- A link that is an expression; beside it, an inequality and an OR, which can be looked up.
SELECT pg_tviews_create('above', 'SELECT n.pk_node AS pk_above, (SELECT count(*) FROM node m WHERE m.weight > n.weight) AS heavier FROM node n');
\set entity above
:explain
SELECT pg_tviews_create('or', 'SELECT n.pk_node AS pk_or, (SELECT string_agg(m.name, '','' ORDER BY m.pk_node) FROM node m WHERE m.parent = n.pk_node OR m.pk_node = n.parent) AS near FROM node n');
\set entity or
:explain
SELECT pg_tviews_create('half', 'SELECT n.pk_node AS pk_half, m.name FROM node n LEFT JOIN node m ON m.pk_node * 2 = n.pk_node');
\set entity half
:explain
SELECT oracle.diff('tv_above');
SELECT oracle.diff('tv_or');
SELECT oracle.diff('tv_half');
UPDATE node SET weight = 5, name = 'B' WHERE pk_node = 2;
SELECT oracle.diff('tv_above');
SELECT oracle.diff('tv_or');
SELECT oracle.diff('tv_half');

-- A key that is computed.
SELECT pg_tviews_create('label', 'SELECT ''n'' || pk_node AS pk_label, name FROM node');
\set entity label
:explain
SELECT oracle.diff('tv_label');
UPDATE node SET name = 'b2' WHERE pk_node = 3;
SELECT oracle.diff('tv_label');
UPDATE node SET pk_node = 30 WHERE pk_node = 3;
SELECT oracle.diff('tv_label');

-- An uncorrelated subquery, a setting that every row uses.
SELECT pg_tviews_create('scaled', 'SELECT pk_node AS pk_scaled, weight * (SELECT value FROM setting WHERE name = ''factor'') AS weight FROM node WHERE weight >= (SELECT value FROM setting s WHERE s.name = ''limit'')');
\set entity scaled
:explain
SELECT oracle.diff('tv_scaled');
UPDATE setting SET value = 100 WHERE name = 'factor';
SELECT oracle.diff('tv_scaled');
UPDATE setting SET value = 5 WHERE name = 'limit';
SELECT oracle.diff('tv_scaled');
UPDATE node SET weight = 6 WHERE pk_node = 30;
SELECT oracle.diff('tv_scaled');

-- Text the analyser does not read: the server's own record of dependencies keeps it maintained.
SELECT pg_tviews_create('exclude', 'SELECT pk_node AS pk_exclude, sum(weight) OVER (ORDER BY pk_node ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) AS before FROM node');
\set entity exclude
:explain
SELECT pg_tviews_create('rowsfrom', 'SELECT n.pk_node AS pk_rowsfrom, f.a, f.b FROM node n, ROWS FROM (generate_series(n.weight, n.weight), upper(n.name)) AS f (a, b)');
\set entity rowsfrom
:explain
SELECT oracle.diff('tv_exclude');
SELECT oracle.diff('tv_rowsfrom');
UPDATE node SET weight = 7, name = 'c' WHERE pk_node = 4;
SELECT oracle.diff('tv_exclude');
SELECT oracle.diff('tv_rowsfrom');

-- TABLESAMPLE and functions that return sets.
SELECT pg_tviews_create('series', 'SELECT n.pk_node, g.i, n.name FROM node n CROSS JOIN LATERAL generate_series(1, least(n.weight, 3)) g (i)', '{"key": ["pk_node", "i"]}');
\set entity series
:explain
SELECT oracle.diff('tv_series');
UPDATE node SET weight = 2 WHERE pk_node = 2;
SELECT oracle.diff('tv_series');
SELECT pg_tviews_create('sample', 'SELECT pk_node AS pk_sample, name FROM node TABLESAMPLE system (100) REPEATABLE (1)');
SELECT pg_tviews_create('sample', 'SELECT pk_node AS pk_sample, name FROM node TABLESAMPLE system (100) REPEATABLE (1)', '{"allow_volatile": true}');
\set entity sample
:explain
SELECT oracle.diff('tv_sample');
DELETE FROM node WHERE pk_node = 4;
SELECT oracle.diff('tv_sample');

-- Functions of the user that read tables: what they read is not seen, and create says so.
CREATE FUNCTION weight_of(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT weight FROM lineage_full.node WHERE pk_node = $1';
SELECT pg_tviews_create('hidden', 'SELECT name AS pk_hidden, weight_of(value) AS weight FROM setting');
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
SELECT pg_tviews_create('seen', 'SELECT name AS pk_seen, twice(value) AS value FROM setting');
UPDATE setting SET value = 2 WHERE name = 'limit';
SELECT oracle.diff('tv_hidden');
SELECT oracle.diff('tv_seen');
UPDATE node SET weight = 77 WHERE pk_node = 2;
SELECT oracle.check('tv_hidden');
SELECT pg_tviews_refresh('hidden');
SELECT oracle.diff('tv_hidden');
SELECT pg_tviews_drop('hidden');

-- Whole refreshes write only what differs, and a transaction has one, however many statements ask for it.
SELECT oracle.mark('tv_above');
BEGIN;
UPDATE node SET weight = 78 WHERE pk_node = 2;
UPDATE node SET weight = 79 WHERE pk_node = 2;
COMMIT;
SELECT oracle.written('tv_above');
BEGIN;
UPDATE node SET weight = 0 WHERE pk_node = 2;
SAVEPOINT s;
SELECT pk_above, heavier FROM tv_above ORDER BY 1;
ROLLBACK TO s;
COMMIT;
SELECT oracle.diff('tv_above');
SELECT oracle.all();
TRUNCATE node;
SELECT oracle.all();
SELECT count(*) FROM tv_above;
SET client_min_messages = warning;
DROP SCHEMA lineage_full CASCADE;
