-- What a session has pending, and when it is gone.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA queue;
SET search_path = queue, tviews;
SELECT pg_tviews_queue_stats();
SELECT count(*) FROM pg_tviews_debug_queue();
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post uuid PRIMARY KEY, fk_user int, title text);
CREATE TABLE tag (name text PRIMARY KEY);
CREATE INDEX ON post (fk_user);
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO post SELECT format('00000000-0000-0000-0000-%s', lpad(n::text, 12, '0'))::uuid, n % 2 + 1, 'p' || n FROM generate_series(1, 4) n;
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT pg_tviews_create('tags', 'SELECT 1 AS pk_tags, count(*) AS n FROM tag');
SELECT pg_tviews_queue_stats() ->> 'queue_size';
\set queue 'SELECT entity, key, enqueued_at <= clock_timestamp() AND enqueued_at >= now() FROM pg_tviews_debug_queue() ORDER BY entity COLLATE "C", key COLLATE "C";'
\set stats 'SELECT pg_tviews_queue_stats() ->> ''queue_size'', pg_tviews_queue_stats() ->> ''tviews'', pg_tviews_queue_stats() ->> ''whole'', (pg_tviews_queue_stats() ->> ''bytes'')::int >= 0;'

-- Keys, link values, a whole TVIEW; each once.
BEGIN;
UPDATE post SET title = title || '!' WHERE title IN ('p1', 'p2');
UPDATE users SET name = 'Anna' WHERE pk_user = 1;
UPDATE users SET name = 'Anne' WHERE pk_user = 1;
INSERT INTO tag VALUES ('a'), ('b');
:queue
:stats
-- Looking does not flush, flushing empties it.
SELECT pg_tviews_flush();
:queue
:stats
COMMIT;
:stats
SELECT oracle.diff('tv_post');

-- A rollback empties it; one to a savepoint may leave more than is needed, never less.
BEGIN;
UPDATE users SET name = 'x';
ROLLBACK;
:queue
BEGIN;
UPDATE users SET name = 'Bobby' WHERE pk_user = 2;
SAVEPOINT s;
SELECT pg_tviews_flush();
:queue
ROLLBACK TO s;
SELECT count(*) > 0 FROM pg_tviews_debug_queue();
COMMIT;
:queue
SELECT oracle.diff('tv_post');

-- A statement that fails leaves none of it in the next transaction.
UPDATE users SET pk_user = 1;
:stats
-- At REPEATABLE READ a flush in the middle is repeated at commit; the queue is empty for the user all the same.
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE users SET name = 'Ann' WHERE pk_user = 1;
SELECT pg_tviews_flush();
SELECT pg_tviews_flush();
COMMIT;
SELECT oracle.diff('tv_post');

-- DISCARD ALL and DEALLOCATE ALL drop caches; the session goes on.
DISCARD ALL;
SET search_path = queue, tviews;
UPDATE users SET name = 'Ann D' WHERE pk_user = 1;
DEALLOCATE ALL;
UPDATE users SET name = 'Ann E' WHERE pk_user = 1;
SELECT oracle.diff('tv_post');

-- A limit on what is held: past it the whole TVIEW is marked.
BEGIN;
SET LOCAL pg_tviews.queue_limit = 3;
UPDATE post SET title = 'over';
:queue
:stats
COMMIT;
SELECT oracle.diff('tv_post');

-- A limit on the memory it takes: few values, but long ones. Keys that a flush finds are bounded too: then all keys are locked and the
-- TVIEW is compared as a whole.
CREATE TABLE item (pk_item text PRIMARY KEY, fk_user int, n int);
CREATE INDEX ON item (fk_user);
SELECT pg_tviews_create('item', 'SELECT i.pk_item, i.n, u.name FROM item i LEFT JOIN users u ON u.pk_user = i.fk_user');
SET pg_tviews.queue_memory = '64kB';
BEGIN;
INSERT INTO item SELECT repeat('x', 1000) || g, 1, g FROM generate_series(1, 50) g;
SELECT pg_tviews_queue_stats() ->> 'whole' AS whole, (pg_tviews_queue_stats() ->> 'bytes')::int BETWEEN 50000 AND 65536 AS bytes;
INSERT INTO item SELECT repeat('y', 1000) || g, 1, g FROM generate_series(1, 50) g;
SELECT pg_tviews_queue_stats() ->> 'whole' AS whole, pg_tviews_queue_stats() ->> 'bytes' AS bytes;
COMMIT;
SELECT missing, extra, different FROM pg_tviews_verify('item');
BEGIN;
UPDATE users SET name = 'Ann of many' WHERE pk_user = 1;
SELECT pg_tviews_flush() > 0 AS flushed;
SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory' AND classid = 'tv_item'::regclass AND objid = 4294967295;
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE users SET name = 'Ann of many' WHERE pk_user = 1;
SELECT count(*) FROM tv_item WHERE name = 'Ann of many';
SAVEPOINT a;
DELETE FROM item WHERE n % 2 = 0;
SELECT count(*) FROM tv_item WHERE name = 'Ann of many';
SELECT (pg_tviews_queue_stats() ->> 'bytes')::int < 3 * 65536 AS bounded;
ROLLBACK TO a;
SELECT count(*) FROM tv_item WHERE name = 'Ann of many';
COMMIT;
SELECT missing, extra, different FROM pg_tviews_verify('item');
RESET pg_tviews.queue_memory;
SELECT name, setting, min_val, max_val, context FROM pg_settings WHERE name LIKE 'pg\_tviews.%' ORDER BY name COLLATE "C";
SET pg_tviews.queue_limit = 0;
SET pg_tviews.flush_on_read = maybe;
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA queue CASCADE;
