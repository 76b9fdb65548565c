-- Rows that a constant condition keeps out of a view wake no TVIEW; a row that comes under it, or leaves it, does.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA constant_conditions;
SET search_path = constant_conditions, tviews;
\set explain 'SELECT format(''%s %s: %s'', alias, strategy, reason) FROM pg_tviews_explain(:''entity'') ORDER BY alias COLLATE "C", reason COLLATE "C";'
-- What a statement has queued, until the end of the transaction.
\set queued 'SELECT coalesce(string_agg(concat_ws('' '', entity, key), '', '' ORDER BY entity::text, key COLLATE "C"), ''nothing'') FROM pg_tviews_debug_queue();'
CREATE TYPE mood AS ENUM ('sad', 'happy', 'calm');
CREATE DOMAIN feeling AS mood;
CREATE TABLE setting (name text PRIMARY KEY, value text);
CREATE TABLE post (pk_post int PRIMARY KEY, title text, status varchar(10) NOT NULL DEFAULT 'draft', deleted_at timestamptz, fk_user int);
CREATE TABLE users (pk_user int PRIMARY KEY, name text, active boolean NOT NULL DEFAULT true, mood feeling);
CREATE TABLE comment (pk_comment int PRIMARY KEY, fk_post int, body text, approved boolean, stars smallint, kind uuid);
CREATE INDEX ON post (fk_user);
CREATE INDEX ON comment (fk_post);
INSERT INTO setting VALUES ('currency', 'EUR'), ('theme', 'dark');
INSERT INTO users VALUES (1, 'Ann', true, 'happy'), (2, 'Bob', false, 'sad');
INSERT INTO post VALUES (1, 'one', 'open', NULL, 1), (2, 'two', 'draft', NULL, 1), (3, 'three', 'done', now(), 2);

-- A setting: of strategy full, for one row of the table.
SELECT pg_tviews_create('price', $$SELECT p.pk_post AS pk_price, p.title, (SELECT s.value FROM setting s WHERE s.name = 'currency') AS currency FROM post p$$);
\set entity price
:explain
SELECT oracle.diff('tv_price');
BEGIN;
UPDATE setting SET value = 'light' WHERE name = 'theme';
INSERT INTO setting VALUES ('font', 'serif');
DELETE FROM setting WHERE name = 'font';
UPDATE setting SET name = 'skin' WHERE name = 'theme';
:queued
UPDATE setting SET value = 'CHF' WHERE name = 'currency';
:queued
COMMIT;
SELECT oracle.diff('tv_price');
-- It becomes another row, and another becomes it.
UPDATE setting SET name = 'former' WHERE name = 'currency';
SELECT oracle.diff('tv_price');
UPDATE setting SET name = 'currency' WHERE name = 'skin';
SELECT oracle.diff('tv_price');
DELETE FROM setting WHERE name = 'currency';
SELECT oracle.diff('tv_price');
INSERT INTO setting VALUES ('currency', 'EUR');
SELECT oracle.diff('tv_price');
TRUNCATE setting;
SELECT oracle.diff('tv_price');

-- States of the row that holds the key, of a row that leads to it, and of rows that hang on it.
SELECT pg_tviews_create('post', $$
    SELECT p.pk_post, jsonb_build_object('title', p.title, 'author', u.name,
           'comments', (SELECT jsonb_agg(c.body ORDER BY c.pk_comment) FROM comment c
                         WHERE c.fk_post = p.pk_post AND c.approved AND c.stars IN (4, 5))) AS data
      FROM post p LEFT JOIN users u ON u.pk_user = p.fk_user AND u.active AND u.mood::mood = 'happy'
     WHERE p.status IN ('open', 'done') AND p.deleted_at IS NULL$$);
\set entity post
:explain
SELECT oracle.diff('tv_post');
BEGIN;
UPDATE post SET title = 'second' WHERE pk_post = 2;
UPDATE post SET title = 'third', status = 'open' WHERE pk_post = 3;
UPDATE users SET name = 'Rob' WHERE pk_user = 2;
INSERT INTO users VALUES (3, 'Eve', true, 'calm'), (4, 'Joe', true, NULL);
INSERT INTO comment VALUES (1, 1, 'spam', false, 5), (2, 1, 'so so', true, 3), (3, 1, NULL, NULL, NULL);
UPDATE comment SET body = 'more spam' WHERE pk_comment = 1;
DELETE FROM comment WHERE pk_comment = 3;
SELECT count(*) FILTER (WHERE entity = 'post') FROM pg_tviews_debug_queue();
COMMIT;
SELECT oracle.diff('tv_post');
UPDATE comment SET approved = true WHERE pk_comment = 1;
SELECT oracle.diff('tv_post');
UPDATE comment SET stars = 4 WHERE pk_comment = 2;
SELECT oracle.diff('tv_post');
UPDATE comment SET stars = 1 WHERE pk_comment = 1;
SELECT oracle.diff('tv_post');
DELETE FROM comment WHERE pk_comment = 2;
SELECT oracle.diff('tv_post');
UPDATE post SET status = 'done' WHERE pk_post = 1;
UPDATE post SET status = 'open' WHERE pk_post = 2;
SELECT oracle.diff('tv_post');
UPDATE post SET deleted_at = now() WHERE pk_post = 2;
UPDATE post SET deleted_at = NULL WHERE pk_post = 3;
SELECT oracle.diff('tv_post');
UPDATE users SET mood = 'happy', active = true WHERE pk_user = 2;
SELECT oracle.diff('tv_post');
UPDATE users SET mood = NULL;
SELECT oracle.diff('tv_post');
UPDATE users SET mood = 'happy';
SELECT oracle.diff('tv_post');
-- A draft that is moved and then published, in one transaction and in several; a row changed within one.
UPDATE post SET status = 'draft', fk_user = 2 WHERE pk_post = 1;
UPDATE post SET fk_user = 3 WHERE pk_post = 1;
UPDATE post SET status = 'open' WHERE pk_post = 1;
SELECT oracle.diff('tv_post');
BEGIN;
UPDATE post SET status = 'draft', fk_user = 4 WHERE pk_post = 1;
UPDATE post SET title = 'uno' WHERE pk_post = 1;
SELECT pg_tviews_flush();
UPDATE post SET fk_user = 1 WHERE pk_post = 1;
SAVEPOINT s;
UPDATE post SET status = 'done' WHERE pk_post = 1;
SELECT data FROM tv_post WHERE pk_post = 1;
ROLLBACK TO s;
SELECT count(*) FROM tv_post WHERE pk_post = 1;
UPDATE post SET status = 'done' WHERE pk_post = 1;
COMMIT;
SELECT oracle.diff('tv_post');
MERGE INTO post USING (VALUES (1, 'draft'), (2, 'open'), (5, 'open'), (6, 'draft')) n (id, status) ON n.id = pk_post
 WHEN MATCHED THEN UPDATE SET status = n.status, deleted_at = NULL WHEN NOT MATCHED THEN INSERT VALUES (n.id, 'new', n.status, NULL, 1);
SELECT oracle.diff('tv_post');

-- Long values, stored compressed or out of line; values of all the types; partitions with columns in another order.
CREATE TABLE item (pk_item int, kind text, id uuid, n bigint, m mood, label text, PRIMARY KEY (pk_item)) PARTITION BY RANGE (pk_item);
CREATE TABLE item_low (label text, gone int, m mood, n bigint, kind text, pk_item int NOT NULL, id uuid);
ALTER TABLE item_low DROP COLUMN gone;
ALTER TABLE item ATTACH PARTITION item_low FOR VALUES FROM (0) TO (100);
CREATE TABLE item_high PARTITION OF item FOR VALUES FROM (100) TO (200);
SELECT format($$SELECT pk_item, label FROM item WHERE kind = '%s' AND id = '00000000-0000-4000-8000-00000000000a' AND n IN (-3, 9000000000) AND m <> 'sad' AND m IN ('happy', 'calm')$$, repeat('k', 3000)) AS definition \gset
SELECT pg_tviews_create('item', :'definition');
SELECT left(reason, 70), right(reason, 120) FROM pg_tviews_explain('item');
INSERT INTO item SELECT n, repeat('k', 3000), '00000000-0000-4000-8000-00000000000a', -3, 'calm', 'a' FROM generate_series(1, 101, 100) n;
SELECT oracle.diff('tv_item');
BEGIN;
INSERT INTO item VALUES (2, 'k', '00000000-0000-4000-8000-00000000000a', -3, 'calm', 'x'), (3, repeat('k', 3000), NULL, -3, 'calm', 'x'),
  (4, repeat('k', 3000), '00000000-0000-4000-8000-00000000000b', -3, 'calm', 'x'), (102, repeat('k', 3000), '00000000-0000-4000-8000-00000000000a', 4294967293, 'calm', 'x'),
  (103, repeat('k', 3000), '00000000-0000-4000-8000-00000000000a', -3, 'sad', 'x'), (104, repeat('k', 3001), '00000000-0000-4000-8000-00000000000a', -3, 'calm', 'x');
UPDATE item SET label = 'y' WHERE label = 'x';
:queued
COMMIT;
UPDATE item SET label = 'z';
SELECT oracle.diff('tv_item');
UPDATE item SET n = 9000000000, m = 'happy', id = '00000000-0000-4000-8000-00000000000a' WHERE pk_item IN (3, 4, 103);
SELECT oracle.diff('tv_item');
UPDATE item SET pk_item = pk_item + 140 WHERE pk_item IN (1, 4);
SELECT oracle.diff('tv_item');

-- What the constants mean is looked at again when types change: labels that change places, a column of another type.
ALTER TYPE mood RENAME VALUE 'sad' TO 'x';
ALTER TYPE mood RENAME VALUE 'happy' TO 'sad';
ALTER TYPE mood RENAME VALUE 'x' TO 'happy';
\set entity post
:explain
UPDATE users SET mood = 'sad' WHERE pk_user = 1;
SELECT oracle.diff('tv_post');
UPDATE users SET mood = 'happy' WHERE pk_user = 1;
SELECT oracle.diff('tv_post');
UPDATE users SET mood = 'sad' WHERE pk_user = 1;
SELECT oracle.diff('tv_post');
ALTER TABLE comment RENAME approved TO accepted;
ALTER TABLE comment RENAME TO remark;
INSERT INTO remark VALUES (7, 2, 'fine', true, 5), (8, 2, 'bad', false, 5);
SELECT oracle.diff('tv_post');

-- Not for values that can be equal and differ, nor IS NULL above an outer join, where a row that is not null takes the null row away.
CREATE COLLATION ci (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TABLE word (pk_word int PRIMARY KEY, folded text COLLATE ci, padded char(5), amount numeric, flag boolean);
INSERT INTO word VALUES (1, 'a', 'p', 1, NULL), (2, 'b', 'p', 1, NULL);
SELECT pg_tviews_create('word', $$SELECT w.pk_word, w.folded, (SELECT string_agg(o.folded, ',' ORDER BY o.pk_word) FROM word o WHERE o.folded = 'A' AND o.padded = 'P' AND o.amount = 1.0) AS others
  FROM word w WHERE w.flag IS NOT TRUE$$);
\set entity word
:explain
UPDATE word SET padded = 'P', amount = 1.00 WHERE pk_word = 1;
SELECT oracle.diff('tv_word');
SELECT pg_tviews_create('lonely', $$SELECT u.pk_user AS pk_lonely, u.name FROM users u LEFT JOIN post p ON p.fk_user = u.pk_user AND p.status = 'open' WHERE p.deleted_at IS NULL AND p.title IS NULL$$);
\set entity lonely
:explain
SELECT oracle.diff('tv_lonely');
INSERT INTO post VALUES (20, 'twenty', 'open', now(), 3);
SELECT oracle.diff('tv_lonely');
UPDATE post SET fk_user = NULL WHERE pk_post = 20;
SELECT oracle.diff('tv_lonely');

-- A row that is named is looked at whatever it holds.
INSERT INTO post VALUES (30, 'thirty', 'open', NULL, 1);
ALTER TABLE post DISABLE TRIGGER USER;
UPDATE post SET status = 'draft' WHERE pk_post = 30;
ALTER TABLE post ENABLE TRIGGER USER;
SELECT pg_tviews_cascade('post'::regclass, 30);
SELECT oracle.all();

-- Row capture asks the same.
SET client_min_messages = warning;
SELECT pg_tviews_uninstall_stmt_triggers() > 0;
BEGIN;
UPDATE post SET title = 'silent' WHERE status = 'draft';
SELECT count(*) FILTER (WHERE entity = 'post') FROM pg_tviews_debug_queue();
COMMIT;
UPDATE post SET status = 'done', deleted_at = NULL WHERE pk_post IN (1, 6);
DELETE FROM post WHERE pk_post IN (5, 30);
SELECT oracle.all();
SELECT pg_tviews_install_stmt_triggers() > 0;
DROP SCHEMA constant_conditions CASCADE;
