-- A transaction sees its own writes in a TVIEW, by whatever means it reads, at every isolation level, and every key once.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA read_your_writes;
SET search_path = read_your_writes, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text);
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO post VALUES (1, 1, 'p1'), (2, 2, 'p2'), (3, 1, 'p3');
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT pg_tviews_create('name', 'SELECT t.name AS pk_name, count(*) AS n, array_agg(t.pk_post ORDER BY t.pk_post) AS posts FROM tv_post t GROUP BY t.name');
SELECT pg_tviews_create('all', 'SELECT 1 AS pk_all, string_agg(t.name, '','' ORDER BY t.pk_post) AS names FROM tv_post t');
CREATE FUNCTION volatile_sql() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT string_agg(name, ',' ORDER BY pk_post) FROM tv_post $$;
CREATE FUNCTION stable_sql() RETURNS text LANGUAGE sql STABLE AS $$ SELECT string_agg(name, ',' ORDER BY pk_post) FROM tv_post $$;
CREATE FUNCTION volatile_pl() RETURNS text LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN (SELECT string_agg(name, ',' ORDER BY pk_post) FROM tv_post); END $$;
CREATE FUNCTION stable_pl() RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (SELECT string_agg(name, ',' ORDER BY pk_post) FROM tv_post); END $$;
CREATE FUNCTION name_of(int) RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (SELECT name FROM tv_post WHERE pk_post = $1); END $$;
CREATE FUNCTION write_and_read(new_name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE seen text;
BEGIN
    UPDATE users SET name = new_name WHERE pk_user = 1;
    SELECT string_agg(name, ',' ORDER BY pk_post) INTO seen FROM tv_post;
    RETURN seen || ' / ' || stable_pl();
END $$;
CREATE VIEW over_tview AS SELECT pk_post, upper(name) AS name FROM tv_post;
PREPARE by_key (int) AS SELECT name FROM tv_post WHERE pk_post = $1;

-- Writes a new name and reads it in each way. Called at each isolation level; shows every key once.
\set read_all 'SELECT pk_post, title, name FROM tv_post ORDER BY 1;'

BEGIN ISOLATION LEVEL READ COMMITTED;
UPDATE users SET name = 'Ann 1' WHERE pk_user = 1;
:read_all
UPDATE users SET name = 'Ann 2' WHERE pk_user = 1;
EXECUTE by_key(1);
UPDATE users SET name = 'Ann 3' WHERE pk_user = 1;
SELECT volatile_sql(), 'one';
UPDATE users SET name = 'Ann 4' WHERE pk_user = 1;
SELECT stable_sql(), 'one';
UPDATE users SET name = 'Ann 5' WHERE pk_user = 1;
SELECT volatile_pl(), 'one';
UPDATE users SET name = 'Ann 6' WHERE pk_user = 1;
SELECT stable_pl(), 'one';
UPDATE users SET name = 'Ann 6b' WHERE pk_user = 1;
SELECT stable_pl(), stable_sql(), volatile_pl(), stable_pl();
UPDATE users SET name = 'Ann 6a' WHERE pk_user = 1;
SELECT p.pk_post, name_of(p.pk_post) FROM post p ORDER BY 1;
SELECT write_and_read('Ann 7');
UPDATE users SET name = 'Ann 8' WHERE pk_user = 1;
DO $$ BEGIN RAISE NOTICE '%', (SELECT string_agg(name, ',' ORDER BY pk_post) FROM tv_post); END $$;
UPDATE users SET name = 'Ann 9' WHERE pk_user = 1;
DECLARE c CURSOR FOR SELECT pk_post, name FROM tv_post ORDER BY 1;
FETCH ALL FROM c;
UPDATE users SET name = 'Ann 10' WHERE pk_user = 1;
COPY tv_all (pk_all, names) TO STDOUT;
UPDATE users SET name = 'Ann 11' WHERE pk_user = 1;
COPY (SELECT pk_post, name FROM tv_post ORDER BY 1) TO STDOUT;
UPDATE users SET name = 'Ann 12' WHERE pk_user = 1;
CREATE TABLE copied AS SELECT pk_post, name FROM tv_post;
SELECT * FROM copied ORDER BY 1;
UPDATE users SET name = 'Ann 13' WHERE pk_user = 1;
SELECT pk_post, name INTO copied2 FROM tv_post;
SELECT * FROM copied2 ORDER BY 1;
UPDATE users SET name = 'Ann 14' WHERE pk_user = 1;
CREATE MATERIALIZED VIEW copied3 AS SELECT pk_post, name FROM tv_post;
SELECT * FROM copied3 ORDER BY 1;
UPDATE users SET name = 'Ann 15' WHERE pk_user = 1;
REFRESH MATERIALIZED VIEW copied3;
SELECT * FROM copied3 ORDER BY 1;
UPDATE users SET name = 'Ann 16' WHERE pk_user = 1;
INSERT INTO copied SELECT pk_post + 10, name FROM tv_post;
SELECT * FROM copied ORDER BY 1;
UPDATE users SET name = 'Ann 17' WHERE pk_user = 1;
UPDATE copied SET name = t.name FROM tv_post t WHERE t.pk_post = copied.pk_post;
SELECT * FROM copied ORDER BY 1;
UPDATE users SET name = 'Ann 18' WHERE pk_user = 1;
DELETE FROM copied USING tv_post t WHERE t.pk_post = copied.pk_post AND t.name = 'Ann 18';
SELECT * FROM copied ORDER BY 1;
UPDATE users SET name = 'Ann 19' WHERE pk_user = 1;
SELECT * FROM over_tview ORDER BY 1;
UPDATE users SET name = 'Ann 20' WHERE pk_user = 1;
SELECT pk_name, n, posts FROM tv_name ORDER BY 1;
UPDATE users SET name = 'Ann 21' WHERE pk_user = 1;
WITH w AS (SELECT * FROM tv_post) SELECT count(*), count(DISTINCT w.pk_post), max(name) FROM w WHERE name LIKE 'Ann%';
UPDATE users SET name = 'Ann 22' WHERE pk_user = 1;
SELECT EXISTS (SELECT FROM tv_post WHERE name = 'Ann 22'), (SELECT count(*) FROM tv_post);
UPDATE users SET name = 'Ann 23' WHERE pk_user = 1;
SELECT l.name FROM post p CROSS JOIN LATERAL (SELECT t.name FROM tv_post t WHERE t.pk_post = p.pk_post) l WHERE p.pk_post = 1;
UPDATE users SET name = 'Ann 24' WHERE pk_user = 1;
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT name FROM tv_post WHERE name = 'Ann 24' \g |sed 's/rows=2[.]00/rows=2/'
-- EXPLAIN alone writes nothing: the change stays pending.
UPDATE users SET name = 'Ann 25' WHERE pk_user = 1;
EXPLAIN (COSTS OFF) SELECT name FROM tv_post WHERE name = 'Ann 25';
SELECT (pg_tviews_queue_stats() ->> 'queue_size')::int > 0;
TABLE tv_post \g /dev/null
SELECT count(*) FROM pg_tviews_debug_queue() WHERE entity LIKE '%post';
-- Reading another table flushes nothing.
UPDATE users SET name = 'Ann 26' WHERE pk_user = 1;
SELECT count(*) FROM post;
SELECT (pg_tviews_queue_stats() ->> 'queue_size')::int > 0;
SELECT 1;
-- Inserts and deletes are seen as well as updates.
INSERT INTO post VALUES (4, 2, 'p4');
DELETE FROM post WHERE pk_post = 2;
:read_all
SELECT oracle.all();
COMMIT;
SELECT oracle.all();
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_name');

-- REPEATABLE READ and SERIALIZABLE.
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE users SET name = 'Ann 30' WHERE pk_user = 1;
:read_all
INSERT INTO post VALUES (5, 1, 'p5');
EXECUTE by_key(5);
SELECT write_and_read('Ann 31');
DECLARE c CURSOR FOR SELECT pk_post, name FROM tv_post ORDER BY 1;
FETCH 1 FROM c;
UPDATE users SET name = 'Ann 32' WHERE pk_user = 1;
FETCH ALL FROM c;
COPY (SELECT pk_post, name FROM tv_post ORDER BY 1) TO STDOUT;
COPY tv_all (names) TO STDOUT;
SELECT oracle.all();
DELETE FROM post WHERE pk_post = 1;
SELECT volatile_pl(), stable_sql();
UPDATE users SET name = 'Ann 33' WHERE pk_user = 1;
SELECT p.pk_post, name_of(p.pk_post) FROM post p ORDER BY 1;
COMMIT;
SELECT oracle.all();
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_name');
BEGIN ISOLATION LEVEL SERIALIZABLE;
:read_all
UPDATE users SET name = 'Ann 40' WHERE pk_user = 1;
:read_all
SELECT write_and_read('Ann 41');
EXECUTE by_key(3);
UPDATE users SET name = 'Ann 42' WHERE pk_user = 1;
SELECT pk_name, n, posts FROM tv_name ORDER BY 1;
SELECT oracle.all();
COMMIT;
SELECT oracle.all();
SELECT oracle.diff('tv_post');

-- One statement that writes and reads sees the state before it, as with any table; functions in it see the new one.
WITH w AS (UPDATE users SET name = 'Ann 50' WHERE pk_user = 1 RETURNING pk_user)
SELECT t.pk_post, t.name FROM tv_post t, w ORDER BY 1;
SELECT oracle.diff('tv_post');
-- Several statements in one message are one transaction.
UPDATE users SET name = 'Ann 51' WHERE pk_user = 1\; SELECT pk_post, name FROM tv_post ORDER BY 1;
SELECT oracle.all();

-- A cursor opened before a write shows what it showed then.
BEGIN;
DECLARE c CURSOR FOR SELECT pk_post, name FROM tv_post ORDER BY 1;
FETCH 1 FROM c;
UPDATE users SET name = 'Ann 60' WHERE pk_user = 1;
:read_all
FETCH ALL FROM c;
COMMIT;
-- A loop over a TVIEW whose body writes to its sources, and reads.
DO $$
DECLARE r record;
BEGIN
    FOR r IN SELECT pk_post, name FROM tv_post ORDER BY 1 LOOP
        UPDATE post SET title = title || '+' WHERE pk_post = r.pk_post;
        RAISE NOTICE '% % %', r.pk_post, r.name, (SELECT title FROM tv_post WHERE pk_post = r.pk_post);
    END LOOP;
END $$;
SELECT oracle.diff('tv_post');

-- After a write the transaction may be made read-only: it still sees and keeps its own.
BEGIN;
UPDATE users SET name = 'Ann 70' WHERE pk_user = 1;
SET TRANSACTION READ ONLY;
SELECT pk_post, name FROM tv_post ORDER BY 1;
COMMIT;
SELECT oracle.all();
BEGIN;
UPDATE users SET name = 'Ann 71' WHERE pk_user = 1;
SET TRANSACTION READ ONLY;
COMMIT;
SELECT oracle.diff('tv_post');

-- COMMIT inside a procedure.
CREATE PROCEDURE committing() LANGUAGE plpgsql AS $$
BEGIN
    UPDATE users SET name = 'Ann 80' WHERE pk_user = 1;
    COMMIT;
    RAISE NOTICE '%', (SELECT string_agg(name, ',' ORDER BY pk_post) FROM tv_post);
    UPDATE users SET name = 'Ann 81' WHERE pk_user = 1;
    RAISE NOTICE '%', (SELECT string_agg(name, ',' ORDER BY pk_post) FROM tv_post);
    ROLLBACK;
    RAISE NOTICE '%', (SELECT string_agg(name, ',' ORDER BY pk_post) FROM tv_post);
    UPDATE users SET name = 'Ann 82' WHERE pk_user = 1;
END $$;
CALL committing();
SELECT oracle.diff('tv_post');

-- COMMIT AND CHAIN.
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE users SET name = 'Ann 90' WHERE pk_user = 1;
COMMIT AND CHAIN;
SELECT pk_post, name FROM tv_post ORDER BY 1;
UPDATE users SET name = 'Ann 91' WHERE pk_user = 1;
:read_all
ROLLBACK AND CHAIN;
:read_all
COMMIT;
SELECT oracle.all();

-- A query planned in parallel.
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
BEGIN;
UPDATE users SET name = 'Ann 100' WHERE pk_user = 1;
EXPLAIN (COSTS OFF) SELECT count(*), max(pk_post) - min(pk_post) FROM tv_post WHERE name = 'Ann 100';
SELECT count(*), max(pk_post) - min(pk_post) FROM tv_post WHERE name = 'Ann 100';
COMMIT;
SELECT oracle.diff('tv_post');

-- Switched off, a transaction sees its own writes only after pg_tviews_flush(); at commit all is right anyway.
SET pg_tviews.flush_on_read = off;
BEGIN;
UPDATE users SET name = 'Ann 110' WHERE pk_user = 1;
SELECT pk_post, name FROM tv_post ORDER BY 1;
SELECT pg_tviews_flush();
SELECT pk_post, name FROM tv_post ORDER BY 1;
UPDATE users SET name = 'Ann 111' WHERE pk_user = 1;
SELECT pk_post, name FROM tv_post ORDER BY 1;
COMMIT;
RESET pg_tviews.flush_on_read;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_name');
SELECT oracle.all();
DEALLOCATE by_key;
SET client_min_messages = warning;
DROP SCHEMA read_your_writes CASCADE;
