-- Nothing is written that did not change, nothing twice, and no statement pays per row.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA economy;
SET search_path = economy, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text, note text, seen timestamptz);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text, views int NOT NULL DEFAULT 0);
CREATE INDEX ON post (fk_user);
INSERT INTO users SELECT n, 'user ' || n FROM generate_series(1, 10) n;
INSERT INTO post SELECT n, n % 10 + 1, 'post ' || n FROM generate_series(1, 1000) n;
SELECT pg_tviews_create('post', 'SELECT p.pk_post, jsonb_build_object(''title'', p.title, ''author'', u.name) AS data FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT pg_tviews_create('user', 'SELECT u.pk_user, u.name, (SELECT count(*) FROM post p WHERE p.fk_user = u.pk_user) AS posts FROM users u');
-- Inserts, updates and deletes of the table since :start, which ends the count of earlier transactions.
\set start 'SELECT pg_stat_force_next_flush(); BEGIN;'
\set counts 'SELECT pg_stat_get_xact_tuples_inserted(c.oid), pg_stat_get_xact_tuples_updated(c.oid), pg_stat_get_xact_tuples_deleted(c.oid) FROM pg_class c WHERE c.oid = ''economy.tv_post''::regclass;'

-- A column that no TVIEW reads: nothing is queued and nothing is written.
:start
UPDATE users SET note = 'x', seen = '2024-01-01';
UPDATE post SET views = views + 1;
SELECT pg_tviews_queue_stats() ->> 'queue_size';
SELECT pg_tviews_flush();
:counts
COMMIT;
-- An update that sets what is there already.
:start
UPDATE users SET name = name;
UPDATE post SET title = title, fk_user = fk_user;
SELECT pg_tviews_queue_stats() ->> 'queue_size';
:counts
COMMIT;
-- Changed and changed back: looked at, but nothing is written.
SELECT oracle.mark('tv_post');
SELECT oracle.mark('tv_user');
:start
UPDATE users SET name = 'other' WHERE pk_user = 1;
UPDATE users SET name = 'user 1' WHERE pk_user = 1;
UPDATE post SET fk_user = 5 WHERE pk_post = 10;
UPDATE post SET fk_user = 1 WHERE pk_post = 10;
INSERT INTO post VALUES (5000, 1, 'brief');
DELETE FROM post WHERE pk_post = 5000;
SELECT pg_tviews_flush();
:counts
COMMIT;
SELECT oracle.written('tv_post'), oracle.written('tv_user');

-- A hundred updates of one row: its document is written once. Counted before the commit ...
:start
DO $$ BEGIN FOR i IN 1 .. 100 LOOP UPDATE post SET title = 'round ' || i WHERE pk_post = 7; END LOOP; END $$;
SELECT pg_tviews_flush();
:counts
COMMIT;
SELECT data FROM tv_post WHERE pk_post = 7;
SELECT oracle.written('tv_post');
-- ... and when it is the commit that writes: one new version, and one only.
SELECT oracle.mark('tv_post');
CREATE FUNCTION versions() RETURNS bigint LANGUAGE sql AS $$ SELECT n_tup_upd + n_tup_ins + n_tup_del FROM pg_stat_user_tables WHERE relid = 'economy.tv_post'::regclass $$;
SELECT pg_stat_force_next_flush();
SELECT versions() AS before \gset
BEGIN;
DO $$ BEGIN FOR i IN 1 .. 100 LOOP UPDATE post SET title = 'lap ' || i WHERE pk_post = 8; END LOOP; END $$;
COMMIT;
SELECT pg_stat_force_next_flush();
SELECT versions() - :before;
SELECT oracle.written('tv_post');
SELECT data FROM tv_post WHERE pk_post = 8;

-- One user's new name: the documents of his posts, once each, and no other.
SELECT oracle.mark('tv_post');
:start
UPDATE users SET name = 'Two' WHERE pk_user = 2;
UPDATE users SET name = 'Deux' WHERE pk_user = 2;
UPDATE post SET title = title || '!' WHERE pk_post = 11;
SELECT pg_tviews_flush();
:counts
COMMIT;
SELECT oracle.written('tv_post');

-- A statement on a thousand rows, a thousand documents, one count each.
:start
UPDATE post SET title = 'all ' || pk_post;
SELECT pg_tviews_queue_stats() ->> 'tviews', pg_tviews_queue_stats() ->> 'whole';
SELECT pg_tviews_flush();
:counts
COMMIT;
:start
DELETE FROM post WHERE pk_post > 900;
INSERT INTO post SELECT n, 1, 'new ' || n FROM generate_series(901, 950) n;
SELECT pg_tviews_flush();
:counts
COMMIT;
SELECT oracle.all();

-- Reading twice flushes once.
:start
UPDATE users SET name = 'Three' WHERE pk_user = 3;
SELECT count(*) FROM tv_post WHERE data ->> 'author' = 'Three';
SELECT count(*) FROM tv_post WHERE data ->> 'author' = 'Three';
:counts
COMMIT;

-- updated_at moves with the row it belongs to.
UPDATE post SET title = 'stamp' WHERE pk_post IN (1, 2);
CREATE TEMP TABLE stamps AS SELECT pk_post, updated_at FROM tv_post;
UPDATE post SET title = 'stamped' WHERE pk_post = 1;
UPDATE post SET views = 0, title = title WHERE pk_post = 2;
SELECT t.pk_post, t.updated_at > s.updated_at FROM tv_post t JOIN stamps s USING (pk_post) WHERE t.updated_at <> s.updated_at ORDER BY 1;
BEGIN;
UPDATE post SET title = 'stamped again' WHERE pk_post = 1;
COMMIT;
SELECT count(*) FROM tv_post WHERE updated_at > now();

-- A TVIEW over a TVIEW is not touched by a write that does not reach it.
SELECT pg_tviews_create('title', 'SELECT pk_post AS pk_title, data ->> ''title'' AS title FROM tv_post');
SELECT oracle.mark('tv_title');
UPDATE users SET name = 'Four' WHERE pk_user = 4;
SELECT count(*) FROM tv_post WHERE data ->> 'author' = 'Four';
SELECT oracle.written('tv_title');

-- A whole refresh of what is right writes nothing.
SELECT pg_tviews_refresh('post'), pg_tviews_refresh();
SELECT oracle.mark('tv_post');
SELECT pg_tviews_refresh('post');
SELECT oracle.written('tv_post');

-- Past the queue's limit the TVIEW is refreshed as a whole, by difference all the same.
SET pg_tviews.queue_limit = 10;
SELECT oracle.mark('tv_post');
BEGIN;
UPDATE post SET title = 'over the limit' WHERE pk_post <= 20;
SELECT pg_tviews_queue_stats() ->> 'whole';
COMMIT;
SELECT oracle.written('tv_post');
RESET pg_tviews.queue_limit;
-- Past the lock threshold values are no longer locked one by one; the number of locks is bounded.
SET pg_tviews.lock_escalation_threshold = 5;
BEGIN;
UPDATE post SET title = 'many locks' WHERE pk_post <= 300;
SELECT pg_tviews_flush();
SELECT count(*) < 50 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
COMMIT;
RESET pg_tviews.lock_escalation_threshold;

-- Expressions are not compiled, neither to fill a TVIEW nor to flush, whatever the planner thinks the view costs.
SET jit = on;
SET client_min_messages = warning;
SELECT pg_tviews_create('jit', 'SELECT pk_user AS pk_jit, name, current_setting(''jit'') AS jit FROM users WHERE pk_user = 1', '{"allow_volatile": true}');
RESET client_min_messages;
SELECT name, jit FROM tv_jit;
UPDATE users SET name = 'compiled' WHERE pk_user = 1;
SELECT name, jit FROM tv_jit;
SELECT pg_tviews_drop('jit');
RESET jit;

-- One statement, many rows, no message.
UPDATE users SET name = upper(name);
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA economy CASCADE;
