-- Recursive queries: a changed row leads back to the row that the recursion started from, or on to the rows it ends at.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA lineage_recursive;
SET search_path = lineage_recursive, tviews;
\set explain 'SELECT format(''%s %s %s: %s'', source, alias, strategy, reason) FROM pg_tviews_explain(:''entity'') ORDER BY alias COLLATE "C", source::text COLLATE "C", reason COLLATE "C"; SELECT format(''  %s'', links) FROM pg_tviews_explain(:''entity'') WHERE links <> '''' ORDER BY alias COLLATE "C", links COLLATE "C"; SELECT DISTINCT missing_index FROM pg_tviews_explain(:''entity'') WHERE missing_index IS NOT NULL ORDER BY 1;'
CREATE TABLE node (pk_node int PRIMARY KEY, parent int, name text);
CREATE TABLE item (pk_item int PRIMARY KEY, fk_node int, price int);
CREATE TABLE edge (source int, target int, PRIMARY KEY (source, target));
CREATE INDEX ON item (fk_node);
INSERT INTO node VALUES (1, NULL, 'root'), (2, 1, 'a'), (3, 1, 'b'), (4, 2, 'aa'), (5, 4, 'aaa'), (6, NULL, 'other');
INSERT INTO item VALUES (1, 5, 10), (2, 3, 20), (3, 6, 5);
INSERT INTO edge VALUES (1, 2), (2, 3), (3, 1), (4, 5);

-- Descendants: the key is passed through. What is joined to the result climbs over the same rows.
SELECT pg_tviews_create('below', $$
    WITH RECURSIVE w (top, here, depth) AS (
        SELECT n.pk_node, n.pk_node, 0 FROM node n
        UNION ALL
        SELECT w.top, c.pk_node, w.depth + 1 FROM w JOIN node c ON c.parent = w.here WHERE w.depth < 20)
    SELECT w.top AS pk_below, count(*) AS nodes, max(w.depth) AS depth, sum(i.price) AS price
      FROM w LEFT JOIN item i ON i.fk_node = w.here GROUP BY w.top $$, '{"create_indexes": false}');
\set entity below
:explain
-- Ancestors, of the row itself and of a row that points there; what a row of the hierarchy is called changes what is below it.
SELECT pg_tviews_create('path', $$
    WITH RECURSIVE w (id, path) AS (
        SELECT pk_node, name FROM node WHERE parent IS NULL
        UNION ALL
        SELECT n.pk_node, w.path || '/' || n.name FROM node n JOIN w ON w.id = n.parent)
    SELECT id AS pk_path, path FROM w $$);
\set entity path
:explain
SELECT pg_tviews_create('crumbs', $$
    WITH RECURSIVE w (id, path) AS (
        SELECT pk_node, ARRAY[name] FROM node WHERE parent IS NULL
        UNION ALL
        SELECT n.pk_node, w.path || n.name FROM node n JOIN w ON w.id = n.parent)
    SELECT i.pk_item AS pk_crumbs, i.price, w.path FROM item i LEFT JOIN w ON w.id = i.fk_node $$);
\set entity crumbs
:explain
-- In a correlated subquery and in LATERAL, started from a column of the row.
SELECT pg_tviews_create('above', $$
    SELECT i.pk_item AS pk_above,
           (WITH RECURSIVE w (id) AS (SELECT i.fk_node UNION SELECT n.parent FROM node n JOIN w ON n.pk_node = w.id)
            SELECT jsonb_agg(m.name ORDER BY m.pk_node) FROM w JOIN node m ON m.pk_node = w.id) AS names,
           d.nodes
      FROM item i CROSS JOIN LATERAL (
           WITH RECURSIVE w (id) AS (
               SELECT n.pk_node FROM node n WHERE n.pk_node = i.fk_node
               UNION
               SELECT n.pk_node FROM node n JOIN w ON n.parent = w.id)
           SELECT count(*) AS nodes FROM w) d $$);
\set entity above
:explain
-- A graph with cycles, whose edges are a table of their own.
SELECT pg_tviews_create('reach', $$
    WITH RECURSIVE w (start, here) AS (
        SELECT n.pk_node, n.pk_node FROM node n
        UNION
        SELECT w.start, e.target FROM w JOIN edge e ON e.source = w.here)
    SELECT w.start AS pk_reach, jsonb_agg(m.name ORDER BY m.pk_node) AS names FROM w JOIN node m ON m.pk_node = w.here GROUP BY w.start $$);
\set entity reach
:explain
CREATE VIEW all_diffs AS
SELECT e.entity, oracle.diff('tv_' || e.entity) AS diff FROM (VALUES ('below'), ('path'), ('crumbs'), ('above'), ('reach')) e (entity);
\set diffs 'SELECT entity, d FROM all_diffs, unnest(string_to_array(diff, E''\\n'')) d ORDER BY entity, d COLLATE "C"'
:diffs;
-- A name in the middle, a leaf, a subtree that moves, one that is cut off and one that comes back.
UPDATE node SET name = 'A' WHERE pk_node = 2;
:diffs;
INSERT INTO node VALUES (7, 5, 'aaaa');
:diffs;
UPDATE node SET parent = 3 WHERE pk_node = 4;
:diffs;
DELETE FROM node WHERE pk_node = 4;
:diffs;
INSERT INTO node VALUES (4, 6, 'back');
:diffs;
-- Two rows of one path in one transaction, the one that leads on being changed as well.
BEGIN;
UPDATE node SET parent = 6 WHERE pk_node = 2;
UPDATE node SET parent = 2 WHERE pk_node = 4;
INSERT INTO node VALUES (8, 7, 'new');
SAVEPOINT s;
UPDATE node SET parent = NULL WHERE pk_node = 5;
ROLLBACK TO s;
COMMIT;
:diffs;
BEGIN;
DELETE FROM node WHERE pk_node = 5;
INSERT INTO item VALUES (4, 8, 1);
COMMIT;
:diffs;
UPDATE item SET fk_node = 2 WHERE pk_item = 1;
:diffs;
-- Edges: one that closes a circle, one that is bent, and none.
INSERT INTO edge VALUES (6, 1), (3, 7);
:diffs;
UPDATE edge SET target = 6 WHERE source = 2;
:diffs;
DELETE FROM edge WHERE source = 1;
:diffs;
-- A circle in the hierarchy: the queries with a depth, or with UNION, end.
SELECT pg_tviews_drop('path');
SELECT pg_tviews_drop('crumbs');
CREATE OR REPLACE VIEW all_diffs AS
SELECT e.entity, oracle.diff('tv_' || e.entity) AS diff FROM (VALUES ('below'), ('above'), ('reach')) e (entity);
UPDATE node SET parent = 2 WHERE pk_node = 6;
:diffs;
UPDATE node SET name = 'round' WHERE pk_node = 6;
:diffs;
UPDATE node SET parent = NULL WHERE pk_node = 2;
:diffs;
TRUNCATE edge;
:diffs;
-- How little is written: one path of three rows.
SELECT count(*) FROM tv_below WHERE updated_at = now();
BEGIN;
INSERT INTO node VALUES (9, 8, 'leaf'), (10, 9, 'leaf');
SELECT count(*) FROM tv_below WHERE updated_at = now();
ROLLBACK;

-- What is not followed says why: a start that is not passed on, rows of several keys that meet in a window, a part beside
-- the recursion that is repeated with it, a reference that lies deeper.
\set reasons 'SELECT DISTINCT format(''%s %s: %s'', source, strategy, reason) AS line FROM pg_tviews_explain(:''entity'') WHERE strategy = ''full'' ORDER BY 1'
SET client_min_messages = warning;
SELECT pg_tviews_create('numbered', $$
    WITH RECURSIVE w (top, here, n) AS (
        SELECT pk_node, pk_node, 1::bigint FROM node
        UNION
        SELECT w.top, c.pk_node, row_number() OVER (ORDER BY w.top, c.pk_node) FROM w JOIN node c ON c.parent = w.here WHERE w.n < 5)
    SELECT top AS pk_numbered, max(n) AS n FROM w GROUP BY top $$);
\set entity numbered
:reasons;
SELECT pg_tviews_create('deeper', $$
    WITH RECURSIVE w (top, here) AS (
        SELECT pk_node, pk_node FROM node
        UNION
        SELECT d.top, c.pk_node FROM (SELECT w.top, w.here FROM w) d JOIN node c ON c.parent = d.here)
    SELECT top AS pk_deeper, count(*) AS n FROM w GROUP BY top $$);
\set entity deeper
:reasons;
SELECT oracle.diff('tv_deeper');
UPDATE node SET parent = 1 WHERE pk_node = 3;
SELECT oracle.diff('tv_deeper');
SELECT oracle.diff('tv_numbered');
DROP SCHEMA lineage_recursive CASCADE;
