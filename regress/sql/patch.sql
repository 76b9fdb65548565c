-- Values that alone can differ are set in the stored document. Each section shows how many rows were patched, so that it fails
-- where nothing is patched, and ends in the oracle.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA patch;
SET search_path = patch, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text, email text, fk_boss int, hidden boolean NOT NULL DEFAULT false,
                    initial text GENERATED ALWAYS AS (left(name, 1)) STORED);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text, body text, n int);
CREATE INDEX ON post (fk_user);
CREATE INDEX ON users (fk_boss);
INSERT INTO users SELECT i, 'name ' || i, 'mail ' || i, nullif(i / 2, 0) FROM generate_series(1, 10) i;
INSERT INTO post SELECT i, i % 10 + 1, 'title ' || i, repeat('body ', 20), i FROM generate_series(1, 1000) i;
SELECT pg_tviews_create('post', $$
    SELECT p.pk_post, p.n,
           jsonb_build_object('id', p.pk_post, 'title', p.title, 'body', p.body,
                              'author', jsonb_build_object('id', u.pk_user, 'name', u.name, 'mail', upper(u.email)),
                              'boss', CASE WHEN b.pk_user IS NULL THEN NULL ELSE jsonb_build_object('name', b.name, 'by', p.title || b.name) END) AS data
      FROM post p
      LEFT JOIN users u ON u.pk_user = p.fk_user AND NOT u.hidden
      LEFT JOIN users b ON b.pk_user = u.fk_boss$$);
SELECT alias, strategy, patched FROM pg_tviews_explain('post');
SELECT alias, patched FROM pg_tview_helpers WHERE table_oid = 'tv_post'::regclass ORDER BY occurrence;

\set check 'SELECT oracle.counts(\'post\'), oracle.check(\'tv_post\');'
SELECT oracle.counts('post') IS NOT NULL;

-- A hundred rows by one statement, one row without.
UPDATE users SET name = 'eight' WHERE pk_user = 8;
:check
UPDATE post SET title = 'alone' WHERE pk_post = 7;
:check
UPDATE post SET title = 'few ' || pk_post, body = NULL WHERE pk_post <= 20;
:check
SELECT data FROM tv_post WHERE pk_post = 7;
UPDATE post SET body = repeat('long ', 5000) WHERE pk_post = 7;
UPDATE post SET title = E'q\\"\u00e4' WHERE pk_post = 7;
:check

-- What is there already is not written, changed and changed back included.
SELECT oracle.mark('tv_post');
UPDATE users SET email = upper(email) WHERE pk_user = 8;
BEGIN;
UPDATE users SET name = 'other' WHERE pk_user = 8;
UPDATE users SET name = 'eight' WHERE pk_user = 8;
COMMIT;
SELECT oracle.written('tv_post');
:check
-- Written rows have a new time, others have not.
CREATE TEMP TABLE stamps AS SELECT pk_post, updated_at FROM tv_post;
UPDATE post SET title = 'stamped' WHERE pk_post = 7;
SELECT pk_post FROM tv_post t JOIN stamps s USING (pk_post) WHERE t.updated_at <> s.updated_at;
:check

-- Nulls, and rows that are missing: null stays a value.
UPDATE users SET name = NULL, email = NULL WHERE pk_user = 8;
:check
SELECT data - 'body' FROM tv_post WHERE pk_post = 7;
-- Whether there is an author is not for a patch.
UPDATE users SET hidden = true WHERE pk_user = 8;
:check
UPDATE users SET name = 'hidden' WHERE pk_user = 8;
:check
UPDATE users SET hidden = false, name = 'shown' WHERE pk_user = 8;
:check
-- A column that a generated one hangs on, which nobody reads; one that somebody does is below.
UPDATE users SET email = 'x', name = 'y' WHERE pk_user = 8;
:check

-- Together with what is computed anew: a post that moves, one that goes, one that comes.
BEGIN;
UPDATE users SET name = 'both' WHERE pk_user IN (8, 9);
UPDATE post SET fk_user = 9 WHERE pk_post = 7;
DELETE FROM post WHERE pk_post = 17;
INSERT INTO post VALUES (2000, 8, 'new', 'new', 0);
COMMIT;
:check
-- Both occurrences of one source lead to the same rows: user 4 is the boss of 8 and 9. Those of 2 are authors as well as bosses.
UPDATE users SET name = 'boss' WHERE pk_user = 4;
:check
UPDATE users SET name = 'all' || pk_user;
:check
-- A link and a value in one update.
UPDATE users SET fk_boss = 1, name = 'linked' WHERE pk_user = 8;
:check
UPDATE users SET pk_user = 80, name = 'moved' WHERE pk_user = 8;
:check
UPDATE users SET pk_user = 8 WHERE pk_user = 80;
:check

-- Transactions: rolled back, by a savepoint, with a flush before and one in the middle.
BEGIN;
UPDATE users SET name = 'kept' WHERE pk_user = 3;
SAVEPOINT a;
UPDATE users SET name = 'lost' WHERE pk_user = 3;
SELECT count(*) FROM tv_post WHERE data #>> '{author,name}' = 'lost';
ROLLBACK TO a;
SELECT count(*) FROM tv_post WHERE data #>> '{author,name}' = 'kept';
UPDATE users SET name = 'last' WHERE pk_user = 3;
COMMIT;
:check
BEGIN;
SAVEPOINT a;
UPDATE users SET name = 'undone' WHERE pk_user = 3;
UPDATE post SET n = -n WHERE pk_post = 2;
ROLLBACK TO a;
UPDATE post SET title = 'after' WHERE pk_post = 2;
COMMIT;
:check
-- The transaction's own snapshot need not show the state the stored row has: there rows are computed anew, and patched at commit.
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE users SET name = 'repeatable' WHERE pk_user = 3;
SELECT count(*) FROM tv_post WHERE data #>> '{author,name}' = 'repeatable';
SELECT oracle.counts('post');
UPDATE users SET name = 'serial' WHERE pk_user = 3;
COMMIT;
:check

-- Stored documents that are not what they should be are computed anew, and so is a row that is missing.
SET session_replication_role = replica;
UPDATE tv_post SET data = data #- '{author,name}' WHERE pk_post = 2;
UPDATE tv_post SET data = jsonb_set(data, '{author}', '[]') WHERE pk_post = 12;
UPDATE tv_post SET data = '7' WHERE pk_post = 22;
UPDATE tv_post SET data = '{}' WHERE pk_post = 32;
DELETE FROM tv_post WHERE pk_post = 42;
RESET session_replication_role;
UPDATE users SET name = 'repaired' WHERE pk_user = 3;
:check
SET session_replication_role = replica;
UPDATE tv_post SET data = 'null' WHERE pk_post = 2;
RESET session_replication_role;
UPDATE post SET title = 'repaired' WHERE pk_post = 2;
:check
SET session_replication_role = replica;
DELETE FROM tv_post WHERE pk_post = 2;
RESET session_replication_role;
UPDATE post SET title = 'again' WHERE pk_post = 2;
:check

-- An index that documents must not meet in: rows that are computed anew may make room for those that are patched, so all are.
CREATE UNIQUE INDEX title ON tv_post ((data ->> 'title'), (data ->> 'id'));
UPDATE users SET name = 'indexed' WHERE pk_user = 3;
:check
UPDATE post SET title = 'indexed' WHERE pk_post IN (2, 3);
:check
BEGIN;
UPDATE users SET name = 'indexed too' WHERE pk_user = 3;
UPDATE post SET n = 1 WHERE pk_post = 2;
COMMIT;
:check
DROP INDEX title;
-- A trigger of the user's on the table fires, for one row and for many.
CREATE TABLE seen (row_count bigint);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO patch.seen SELECT count(*) FROM new_rows; RETURN NULL; END $$;
CREATE TRIGGER see AFTER UPDATE ON tv_post REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION see();
UPDATE post SET title = 'seen' WHERE pk_post = 2;
UPDATE users SET name = 'seen' WHERE pk_user = 3;
TABLE seen;
:check
DROP TRIGGER see ON tv_post;

-- Past the bounds of the queue and of the locks.
SET pg_tviews.queue_limit = 10;
UPDATE post SET title = 'whole ' || pk_post WHERE pk_post < 30;
:check
RESET pg_tviews.queue_limit;
SET pg_tviews.lock_escalation_threshold = 5;
UPDATE post SET title = 'escalated ' || pk_post WHERE pk_post < 30;
:check
RESET pg_tviews.lock_escalation_threshold;
-- Another definition: what was patched before is a condition now.
SELECT pg_tviews_replace('post', $$
    SELECT p.pk_post, p.n, jsonb_build_object('id', p.pk_post, 'title', p.title, 'initial', u.initial, 'name', u.name) AS data
      FROM post p JOIN users u ON u.pk_user = p.fk_user WHERE p.title <> 'none' AND u.initial <> 'z'$$);
SELECT alias, patched FROM pg_tviews_explain('post');
SELECT oracle.counts('post') IS NOT NULL;
UPDATE post SET title = 'none' WHERE pk_post = 3;
UPDATE users SET name = 'a' WHERE pk_user = 3;
:check
-- The generated column decides, so nothing of what it is made of is patched where it changes.
UPDATE users SET name = 'z' WHERE pk_user = 3;
UPDATE users SET name = 'ab' WHERE pk_user = 4;
:check
UPDATE users SET name = 'ac' WHERE pk_user = 4;
:check

-- A TVIEW over a TVIEW: the document below is a value here.
SELECT pg_tviews_create('user', $$SELECT u.pk_user, jsonb_build_object('id', u.pk_user, 'name', u.name, 'boss', b.name) AS data
    FROM users u LEFT JOIN users b ON b.pk_user = u.fk_boss$$);
SELECT pg_tviews_create('card', $$SELECT p.pk_post AS pk_card, jsonb_build_object('title', p.title, 'author', u.data) AS data
    FROM post p LEFT JOIN tv_user u ON u.pk_user = p.fk_user$$);
SELECT source, patched FROM pg_tviews_explain('card') ORDER BY 1;
UPDATE users SET name = 'deep' WHERE pk_user = 2;
SELECT oracle.counts('user'), oracle.counts('card'), oracle.check('tv_user'), oracle.check('tv_card');
UPDATE users SET name = 'deeper' WHERE pk_user = 5;
SELECT oracle.counts('user'), oracle.counts('card'), oracle.check('tv_user'), oracle.check('tv_card');
-- The same through views.
CREATE VIEW who AS SELECT u.pk_user, jsonb_build_object('name', u.name) AS card, u.email FROM users u WHERE NOT u.hidden;
SELECT pg_tviews_create('seen_by', $$SELECT p.pk_post AS pk_seen_by, jsonb_build_object('who', w.card, 'mail', w.email) AS data FROM post p JOIN who w ON w.pk_user = p.fk_user$$);
SELECT source, patched FROM pg_tviews_explain('seen_by') ORDER BY 1;
UPDATE users SET name = 'viewed', email = 'viewed' WHERE pk_user = 6;
SELECT oracle.counts('seen_by'), oracle.check('tv_seen_by');
UPDATE users SET hidden = true WHERE pk_user = 6;
SELECT oracle.counts('seen_by'), oracle.check('tv_seen_by');

-- Partitions with columns in other places, several key columns, keys that are made, and capture row by row.
CREATE TABLE part (region text, id int, label text, note text, PRIMARY KEY (region, id)) PARTITION BY LIST (region);
CREATE TABLE part_a PARTITION OF part FOR VALUES IN ('a');
CREATE TABLE part_b (note text, label text, extra int, id int NOT NULL, region text NOT NULL);
ALTER TABLE part_b DROP COLUMN extra;
ALTER TABLE part ATTACH PARTITION part_b FOR VALUES IN ('b');
INSERT INTO part SELECT CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END, i, 'label ' || i, 'note ' || i FROM generate_series(1, 100) i;
SELECT pg_tviews_create('part', $$SELECT region, id, jsonb_build_object('label', label, 'note', note) AS data FROM part$$, '{"key": ["region", "id"]}');
SELECT pg_tviews_create('made', $$SELECT region || '/' || id::text AS path, jsonb_build_object('label', label) AS data FROM part$$, '{"key": ["path"], "capture": "row"}');
SELECT source, strategy, patched FROM pg_tviews_explain('part');
SELECT source, strategy, patched FROM pg_tviews_explain('made');
UPDATE part SET label = 'root' WHERE id <= 70;
SELECT oracle.counts('part'), oracle.counts('made'), oracle.check('tv_part'), oracle.check('tv_made');
UPDATE part_b SET label = 'leaf', note = 'leaf' WHERE id = 5;
SELECT oracle.counts('part'), oracle.counts('made'), oracle.check('tv_part'), oracle.check('tv_made');
UPDATE part SET region = 'a', label = 'moved' WHERE id = 7;
SELECT oracle.counts('part'), oracle.counts('made'), oracle.check('tv_part'), oracle.check('tv_made');
MERGE INTO part p USING (VALUES ('a', 7, 'merged'), ('a', 8, 'merged')) m (region, id, label) ON p.region = m.region AND p.id = m.id
    WHEN MATCHED THEN UPDATE SET label = m.label;
INSERT INTO part VALUES ('b', 9, 'upserted') ON CONFLICT (region, id) DO UPDATE SET label = excluded.label;
SELECT oracle.counts('part'), oracle.counts('made'), oracle.check('tv_part'), oracle.check('tv_made');
-- The parent of an inheritance tree.
CREATE TABLE base (id int PRIMARY KEY, label text);
CREATE TABLE child (more text) INHERITS (base);
INSERT INTO base VALUES (1, 'one');
INSERT INTO child VALUES (2, 'two');
SELECT pg_tviews_create('base', $$SELECT id, jsonb_build_object('label', label) AS data FROM base$$, '{"key": ["id"]}');
UPDATE base SET label = 'all';
UPDATE child SET label = 'child';
SELECT oracle.counts('base'), oracle.check('tv_base');

SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA patch CASCADE;
