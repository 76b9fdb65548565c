-- Savepoints: what is rolled back stays out, what is not gets in, also when a flush came in between.
-- The library must not have been loaded before the first savepoint of this session.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA savepoints;
SET search_path = savepoints, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int REFERENCES users, title text);
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO post VALUES (1, 1, 'p1'), (2, 2, 'p2'), (3, 1, 'p3');
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT pg_tviews_create('shelf', 'SELECT u.pk_user AS pk_shelf, (SELECT array_agg(t.title ORDER BY t.pk_post) FROM tv_post t WHERE t.name = u.name) AS titles FROM users u');

-- The library is loaded by the first write, inside a savepoint; nest levels are counted right all the same.
\c -
\set SHOW_CONTEXT never
SET search_path = savepoints, tviews;
BEGIN;
SAVEPOINT a;
SAVEPOINT b;
UPDATE users SET name = 'Anna' WHERE pk_user = 1;
RELEASE b;
ROLLBACK TO a;
UPDATE post SET title = 'p2 new' WHERE pk_post = 2;
RELEASE a;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');
-- ... and with a flush in it.
\c -
\set SHOW_CONTEXT never
SET search_path = savepoints, tviews;
BEGIN;
SAVEPOINT a;
SAVEPOINT b;
UPDATE users SET name = 'Anna' WHERE pk_user = 1;
SELECT name FROM tv_post WHERE pk_post = 1;
ROLLBACK TO a;
SELECT name FROM tv_post WHERE pk_post = 1;
COMMIT;
SELECT oracle.all();
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');

-- Rolled back, nothing else: no change.
BEGIN;
SAVEPOINT a;
UPDATE users SET name = 'no';
ROLLBACK TO a;
COMMIT;
SELECT oracle.diff('tv_post');

-- Part rolled back, part kept, released, nested.
BEGIN;
UPDATE post SET title = 'outer' WHERE pk_post = 1;
SAVEPOINT a;
UPDATE post SET title = 'released' WHERE pk_post = 2;
SAVEPOINT b;
UPDATE post SET title = 'undone' WHERE pk_post = 3;
ROLLBACK TO b;
RELEASE a;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');

-- A flush inside a savepoint that is rolled back: its writes are undone, what was pending before comes back.
BEGIN;
UPDATE users SET name = 'Ann B' WHERE pk_user = 1;
SAVEPOINT a;
SELECT pg_tviews_flush();
ROLLBACK TO a;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');
-- The flush comes from a read.
BEGIN;
UPDATE users SET name = 'Ann C' WHERE pk_user = 1;
SAVEPOINT a;
SELECT pk_post, name FROM tv_post ORDER BY 1;
ROLLBACK TO a;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');
-- Writes before, in, and after it.
BEGIN;
UPDATE users SET name = 'Ann D' WHERE pk_user = 1;
SAVEPOINT a;
UPDATE users SET name = 'Bob D' WHERE pk_user = 2;
SELECT pk_post, name FROM tv_post ORDER BY 1;
ROLLBACK TO a;
SELECT pk_post, name FROM tv_post ORDER BY 1;
UPDATE post SET title = 'after' WHERE pk_post = 3;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');
-- Two levels: the flush is in the inner one, which is released into the outer one, which is rolled back.
BEGIN;
UPDATE users SET name = 'Ann E' WHERE pk_user = 1;
SAVEPOINT a;
SAVEPOINT b;
SELECT pg_tviews_flush() > 0;
RELEASE b;
ROLLBACK TO a;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');
-- The same savepoint rolled back twice, flushing each time.
BEGIN;
UPDATE users SET name = 'Ann F' WHERE pk_user = 1;
SAVEPOINT a;
SELECT pk_post, name FROM tv_post WHERE pk_post = 1;
ROLLBACK TO a;
UPDATE post SET title = 'f' WHERE pk_post = 1;
SELECT pk_post, name, title FROM tv_post WHERE pk_post = 1;
ROLLBACK TO a;
SELECT pk_post, name, title FROM tv_post WHERE pk_post = 1;
ROLLBACK TO a;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');
-- Savepoints of the same name, released and shadowed.
BEGIN;
SAVEPOINT a;
UPDATE post SET title = 'g1' WHERE pk_post = 1;
SAVEPOINT a;
UPDATE post SET title = 'g2' WHERE pk_post = 2;
SELECT pg_tviews_flush();
ROLLBACK TO a;
RELEASE a;
UPDATE post SET title = 'g3' WHERE pk_post = 3;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');

-- Only one of two TVIEWs is read in the savepoint.
BEGIN;
UPDATE users SET name = 'Bob H' WHERE pk_user = 2;
UPDATE post SET fk_user = 2 WHERE pk_post = 3;
SAVEPOINT a;
SELECT pk_post, name FROM tv_post ORDER BY 1;
ROLLBACK TO a;
SELECT (pg_tviews_queue_stats() ->> 'queue_size')::int > 0;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');

-- A savepoint undone by an error, with the flush before it or in it.
BEGIN;
UPDATE users SET name = 'Ann I' WHERE pk_user = 1;
SAVEPOINT a;
SELECT pg_tviews_flush() > 0;
SELECT 1 / 0;
SELECT pk_post FROM tv_post;
ROLLBACK TO a;
SELECT pk_post, name FROM tv_post ORDER BY 1;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');

-- PL/pgSQL blocks with exception handlers are savepoints too; a loop makes many.
DO $$
BEGIN
    FOR i IN 1 .. 10 LOOP
        BEGIN
            UPDATE post SET title = 'round ' || i WHERE pk_post = i % 3 + 1;
            PERFORM pk_post FROM tv_post WHERE title = 'round ' || i;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'own write not seen in round %', i;
            END IF;
            IF i % 2 = 0 THEN
                RAISE division_by_zero;
            END IF;
        EXCEPTION WHEN division_by_zero THEN
            PERFORM FROM tv_post WHERE title = 'round ' || i;
            IF FOUND THEN
                RAISE EXCEPTION 'undone write seen in round %', i;
            END IF;
        END;
    END LOOP;
END
$$;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');
DO $$
BEGIN
    FOR i IN 1 .. 1000 LOOP
        BEGIN
            INSERT INTO post VALUES (1000 + i, 1, 'many');
            IF i > 2 THEN
                RAISE division_by_zero;
            END IF;
        EXCEPTION WHEN division_by_zero THEN
            NULL;
        END;
    END LOOP;
END
$$;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');

-- A handler that catches the error of a nested one, and flushes.
DO $$
BEGIN
    UPDATE users SET name = 'Ann J' WHERE pk_user = 1;
    BEGIN
        BEGIN
            PERFORM pg_tviews_flush();
            UPDATE users SET name = 'Ann K' WHERE pk_user = 1;
            PERFORM pg_tviews_flush();
            RAISE division_by_zero;
        EXCEPTION WHEN unique_violation THEN
            RAISE NOTICE 'not here';
        END;
    EXCEPTION WHEN division_by_zero THEN
        RAISE NOTICE 'after the handler: %', (SELECT name FROM tv_post WHERE pk_post = 1);
    END;
END
$$;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');

-- Rolled back whole after flushes, and the next transaction starts clean.
BEGIN;
UPDATE users SET name = 'lost';
SAVEPOINT a;
SELECT pg_tviews_flush() > 0;
RELEASE a;
ROLLBACK;
SELECT pg_tviews_flush();
SELECT oracle.diff('tv_post');

-- A TVIEW created in a savepoint that is rolled back, with the library's plans already loaded.
BEGIN;
SAVEPOINT a;
SELECT pg_tviews_create('brief', 'SELECT pk_user AS pk_brief, name FROM users');
UPDATE users SET name = 'Ann L' WHERE pk_user = 1;
SELECT name FROM tv_brief WHERE pk_brief = 1;
ROLLBACK TO a;
UPDATE users SET name = 'Ann M' WHERE pk_user = 1;
COMMIT;
SELECT oracle.diff('tv_post');
-- A TVIEW dropped in a savepoint that is rolled back.
BEGIN;
UPDATE users SET name = 'Ann N' WHERE pk_user = 1;
SAVEPOINT a;
SELECT pg_tviews_drop('shelf');
ROLLBACK TO a;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_shelf');
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA savepoints CASCADE;
