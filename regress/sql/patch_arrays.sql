-- Elements of arrays are patched one by one. Each section shows how many rows were patched, so that it fails where nothing is
-- patched, and ends in the oracle.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA arrays;
SET search_path = arrays, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, title text, least int NOT NULL DEFAULT 0);
CREATE TABLE comment (pk_comment bigint PRIMARY KEY, fk_post int, fk_user int, body text, n numeric, place int NOT NULL, hidden boolean NOT NULL DEFAULT false,
                      UNIQUE (fk_post, place));
CREATE INDEX ON comment (fk_user);
INSERT INTO users SELECT i, 'name ' || i FROM generate_series(1, 5) i;
INSERT INTO post SELECT i, 'title ' || i FROM generate_series(1, 6) i;
INSERT INTO comment SELECT i, 1 + i / 20, 1 + i % 5, 'body ' || i, i, i FROM generate_series(1, 79) i;
SELECT pg_tviews_create('post', $$
    SELECT p.pk_post, jsonb_build_object('title', p.title, 'inner', jsonb_build_object('comments', coalesce((
               SELECT jsonb_agg(jsonb_build_object('body', c.body, 'id', c.pk_comment, 'n', c.n, 'by', u.name) ORDER BY c.pk_comment)
                 FROM comment c JOIN users u ON u.pk_user = c.fk_user
                WHERE c.fk_post = p.pk_post AND NOT c.hidden AND c.n >= p.least), '[]'))) AS data
      FROM post p$$);
SELECT pg_tviews_create('list', $$
    SELECT p.pk_post AS pk_list, jsonb_build_object('places', (
               SELECT jsonb_agg(jsonb_build_object('place', c.place, 'body', c.body, 'by', to_jsonb(u)) ORDER BY c.place DESC) FILTER (WHERE NOT c.hidden)
                 FROM users u RIGHT JOIN comment c ON u.pk_user = c.fk_user
                WHERE c.fk_post = p.pk_post)) AS data
      FROM post p$$);
-- Nothing here can be told apart, or it is more than elements of an array.
SELECT pg_tviews_create('other', $$
    SELECT p.pk_post AS pk_other, jsonb_build_object('comments', (
               SELECT jsonb_agg(jsonb_build_object('n', c.n, 'id', c.pk_comment) ORDER BY c.n, c.pk_comment) FROM comment c WHERE c.fk_post = p.pk_post)) AS data
      FROM post p$$);
SELECT alias, strategy, patched FROM pg_tviews_explain('post');
SELECT alias, strategy, patched FROM pg_tviews_explain('list');
SELECT alias, strategy, patched FROM pg_tviews_explain('other');

\set check 'SELECT oracle.counts(\'post\'), oracle.counts(\'list\'), oracle.all();'
SELECT oracle.counts('post') IS NOT NULL, oracle.counts('list') IS NOT NULL;

-- Edited, first, last; added, at the end and at the beginning; gone, from both ends and the middle.
UPDATE comment SET body = 'edited' WHERE pk_comment = 30;
:check
SELECT data #> '{inner,comments,10}' FROM tv_post WHERE pk_post = 2;
UPDATE comment SET body = 'first', n = 1.50 WHERE pk_comment = 20;
UPDATE comment SET body = NULL, n = 1.5 WHERE pk_comment = 39;
:check
INSERT INTO comment VALUES (100, 2, 1, 'last', 1, 100), (-5, 2, 2, 'before', 1, -5);
:check
DELETE FROM comment WHERE pk_comment IN (-5, 25, 100);
:check
-- Moved, with its place, by number, and all three.
UPDATE comment SET fk_post = 1 WHERE pk_comment = 30;
:check
UPDATE comment SET pk_comment = 1000, place = 1000 WHERE pk_comment = 31;
:check
UPDATE comment SET fk_post = 3, pk_comment = 31, place = 31, body = 'moved' WHERE pk_comment = 1000;
:check
-- Places exchanged within one transaction.
BEGIN;
UPDATE comment SET place = 5000 WHERE pk_comment = 32;
UPDATE comment SET place = 32 WHERE pk_comment = 33;
UPDATE comment SET place = 33 WHERE pk_comment = 32;
COMMIT;
:check
-- Conditions: a row goes and comes back.
UPDATE comment SET hidden = true WHERE pk_comment = 34;
:check
UPDATE comment SET hidden = false WHERE pk_comment = 34;
:check
UPDATE comment SET fk_user = NULL WHERE pk_comment = 34;
:check
UPDATE comment SET fk_user = 99 WHERE pk_comment = 34;
:check
UPDATE comment SET fk_user = 3 WHERE pk_comment = 34;
:check
UPDATE comment SET fk_post = NULL WHERE pk_comment = 34;
UPDATE comment SET fk_post = 2 WHERE pk_comment = 34;
:check

-- Together with what is computed anew or patched elsewhere: the other row is joined, the parent changes, in both orders.
BEGIN;
UPDATE users SET name = 'renamed' WHERE pk_user = 3;
UPDATE comment SET fk_user = 3, body = 'both' WHERE pk_comment = 35;
COMMIT;
:check
BEGIN;
UPDATE comment SET fk_user = 4 WHERE pk_comment = 35;
UPDATE users SET name = 'again' WHERE pk_user = 3;
COMMIT;
:check
BEGIN;
UPDATE post SET title = 'both' WHERE pk_post = 2;
UPDATE comment SET body = 'both' WHERE pk_comment = 36;
COMMIT;
:check
BEGIN;
UPDATE post SET least = 25 WHERE pk_post = 2;
UPDATE comment SET n = 30 WHERE pk_comment = 21;
COMMIT;
:check
BEGIN;
INSERT INTO post VALUES (7, 'new');
INSERT INTO comment VALUES (700, 7, 1, 'new', 1, 700);
DELETE FROM comment WHERE fk_post = 4;
DELETE FROM post WHERE pk_post = 4;
COMMIT;
:check
UPDATE post SET pk_post = 8 WHERE pk_post = 7;
UPDATE comment SET fk_post = 8 WHERE pk_comment = 700;
:check

-- Arrays that become empty, or were.
DELETE FROM comment WHERE pk_comment = 700;
:check
SELECT p.data -> 'inner', l.data FROM tv_post p, tv_list l WHERE pk_post = 8 AND pk_list = 8;
INSERT INTO comment VALUES (700, 8, 1, 'new', 1, 700);
:check
UPDATE comment SET hidden = true WHERE pk_comment = 700;
:check
INSERT INTO comment VALUES (701, 8, 1, 'new', 1, 701), (702, 8, 1, 'new', 1, 702);
:check
-- A child of nobody.
INSERT INTO comment VALUES (900, 99, 1, 'orphan', 1, 900);
UPDATE comment SET body = 'still' WHERE pk_comment = 900;
:check

-- Other statements.
INSERT INTO comment VALUES (40, 3, 1, 'conflict', 1, 400), (41000, 3, 1, 'none', 1, 41000)
    ON CONFLICT (pk_comment) DO UPDATE SET body = excluded.body, fk_post = 2, place = 900;
:check
MERGE INTO comment c USING (VALUES (41), (42), (43000)) s (pk) ON c.pk_comment = s.pk
    WHEN MATCHED AND s.pk = 41 THEN DELETE
    WHEN MATCHED THEN UPDATE SET body = 'merged'
    WHEN NOT MATCHED THEN INSERT VALUES (s.pk, 2, 1, 'merged', 1, s.pk);
:check
WITH gone AS (DELETE FROM comment WHERE pk_comment = 44 RETURNING *)
INSERT INTO comment SELECT 44000, 2, fk_user, body, n, 44000 FROM gone;
:check
-- A hundred edits, of a few elements and of many; one statement for all.
DO $$ BEGIN FOR i IN 1..100 LOOP UPDATE comment SET body = 'edit ' || i WHERE pk_comment = 20 + i % 10; END LOOP; END $$;
:check
INSERT INTO comment SELECT i, 5, 1, 'many', 1, i FROM generate_series(10001, 13000) i;
:check
UPDATE comment SET body = 'all ' || pk_comment;
:check
TRUNCATE comment;
:check
INSERT INTO comment SELECT i, 1 + i / 20, 1 + i % 5, 'body ' || i, i, i FROM generate_series(1, 79) i;
:check

-- Transactions: savepoints, a flush before and in the middle, a snapshot of its own.
BEGIN;
UPDATE comment SET body = 'kept' WHERE pk_comment = 1;
SAVEPOINT a;
UPDATE comment SET body = 'lost' WHERE pk_comment IN (1, 2);
DELETE FROM comment WHERE pk_comment = 3;
SELECT data #>> '{inner,comments,0,body}', jsonb_array_length(data #> '{inner,comments}') FROM tv_post WHERE pk_post = 1;
ROLLBACK TO a;
SELECT data #>> '{inner,comments,0,body}', jsonb_array_length(data #> '{inner,comments}') FROM tv_post WHERE pk_post = 1;
COMMIT;
:check
BEGIN;
SAVEPOINT a;
INSERT INTO comment VALUES (500, 1, 1, 'undone', 1, 500);
ROLLBACK TO a;
COMMIT;
INSERT INTO comment VALUES (500, 1, 1, 'done', 1, 500);
:check
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE comment SET body = 'repeatable' WHERE pk_comment = 1;
SELECT data #>> '{inner,comments,0,body}' FROM tv_post WHERE pk_post = 1;
SELECT oracle.counts('post');
UPDATE comment SET body = 'serial' WHERE pk_comment = 2;
COMMIT;
:check

-- Stored documents that are not what they should be are computed anew, and so is a row that is missing.
SET session_replication_role = replica;
UPDATE tv_post SET data = data #- '{inner,comments}' WHERE pk_post = 1;
UPDATE tv_post SET data = jsonb_set(data, '{inner,comments}', '7') WHERE pk_post = 2;
UPDATE tv_post SET data = jsonb_insert(data, '{inner,comments,0}', data #> '{inner,comments,3}') WHERE pk_post = 3;
DELETE FROM tv_post WHERE pk_post = 4;
UPDATE tv_list SET data = jsonb_set(data, '{places,0,place}', '"x"') WHERE pk_list = 1;
UPDATE tv_list SET data = jsonb_set(data, '{places,0,place}', '1.0') WHERE pk_list = 2;
UPDATE tv_list SET data = 'null' WHERE pk_list = 3;
RESET session_replication_role;
INSERT INTO post VALUES (4, 'back') ON CONFLICT DO NOTHING;
UPDATE comment SET body = 'repaired' WHERE pk_comment IN (3, 23, 43, 63);
:check

-- Partitions, a number that is unique in each only, and a row that changes its partition.
CREATE TABLE part (pk_part int, fk_post int, kind int, PRIMARY KEY (pk_part, kind)) PARTITION BY LIST (kind);
CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
CREATE TABLE part_2 PARTITION OF part FOR VALUES IN (2);
CREATE TABLE whole (pk_whole int, fk_post int, n int, PRIMARY KEY (pk_whole)) PARTITION BY RANGE (pk_whole);
CREATE TABLE whole_1 PARTITION OF whole FOR VALUES FROM (0) TO (100);
CREATE TABLE whole_2 (n int, fk_post int, pk_whole int NOT NULL);
ALTER TABLE whole ATTACH PARTITION whole_2 FOR VALUES FROM (100) TO (200);
INSERT INTO part SELECT i, 1, 1 FROM generate_series(1, 5) i;
INSERT INTO whole SELECT i * 40, 1, i FROM generate_series(0, 4) i;
SELECT pg_tviews_create('parts', $$
    SELECT p.pk_post AS pk_parts, jsonb_build_object(
               'part', (SELECT jsonb_agg(jsonb_build_object('i', c.pk_part) ORDER BY c.pk_part) FROM part c WHERE c.fk_post = p.pk_post),
               'whole', (SELECT jsonb_agg(jsonb_build_object('i', w.pk_whole, 'n', w.n) ORDER BY w.pk_whole) FROM whole w WHERE w.fk_post = p.pk_post)) AS data
      FROM post p$$);
SELECT alias, patched FROM pg_tviews_explain('parts');
INSERT INTO part VALUES (3, 1, 2);
UPDATE part SET kind = 2 WHERE pk_part = 2;
SELECT oracle.all();
UPDATE whole SET n = -1 WHERE pk_whole = 40;
UPDATE whole SET pk_whole = 150 WHERE pk_whole = 40;
UPDATE whole_2 SET n = 7 WHERE pk_whole = 150;
UPDATE whole SET pk_whole = 50 WHERE pk_whole = 150;
DELETE FROM whole WHERE pk_whole = 120;
SELECT oracle.all(), rows_patched > 0 FROM pg_tviews_statistics WHERE entity = 'parts';

-- A TVIEW over the patched one follows.
SELECT pg_tviews_create('above', $$SELECT pk_post AS pk_above, jsonb_array_length(data #> '{inner,comments}') AS n FROM tv_post$$);
DELETE FROM comment WHERE pk_comment = 1;
UPDATE comment SET body = 'x' WHERE pk_comment = 2;
:check
SET client_min_messages = warning;
DROP SCHEMA arrays CASCADE;
