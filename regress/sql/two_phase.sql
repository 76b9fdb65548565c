-- PREPARE TRANSACTION contains the refresh: nothing has to be called afterwards. Needs max_prepared_transactions > 0.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA two_phase;
SET search_path = two_phase, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text);
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO post VALUES (1, 1, 'p1'), (2, 2, 'p2');
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT pg_tviews_create('all', 'SELECT 1 AS pk_all, string_agg(title, '','' ORDER BY pk_post) AS titles FROM post');
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_all');

-- Committed.
BEGIN;
UPDATE users SET name = 'Anna' WHERE pk_user = 1;
INSERT INTO post VALUES (3, 2, 'p3');
PREPARE TRANSACTION 'regress_tviews_1';
SELECT gid FROM pg_prepared_xacts WHERE gid LIKE 'regress_tviews%';
SELECT oracle.diff('tv_post');
COMMIT PREPARED 'regress_tviews_1';
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_all');

-- Rolled back.
BEGIN;
DELETE FROM post WHERE pk_post = 1;
PREPARE TRANSACTION 'regress_tviews_2';
ROLLBACK PREPARED 'regress_tviews_2';
SELECT oracle.diff('tv_post');

-- Nothing is left in the session that prepared: the next transaction is its own.
BEGIN;
UPDATE post SET title = 'p1 prepared' WHERE pk_post = 1;
SELECT pk_post, title FROM tv_post ORDER BY 1;
UPDATE post SET title = 'p1 prepared again' WHERE pk_post = 1;
PREPARE TRANSACTION 'regress_tviews_3';
SELECT pg_tviews_flush();
SELECT count(*) FROM pg_tviews_debug_queue();
BEGIN;
UPDATE users SET name = 'Bobby' WHERE pk_user = 2;
SELECT pk_post, name FROM tv_post WHERE pk_post = 2;
ROLLBACK;
-- Committed by another session, one that has never loaded the library.
\c -
\set SHOW_CONTEXT never
SET search_path = two_phase, tviews;
COMMIT PREPARED 'regress_tviews_3';
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_all');

-- Its locks are held until then: a write that reaches the same key waits for it.
BEGIN;
UPDATE post SET title = 'held' WHERE pk_post = 1;
PREPARE TRANSACTION 'regress_tviews_4';
SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND pid IS NULL;
SET lock_timeout = '100ms';
UPDATE users SET name = 'Ann' WHERE pk_user = 1;
\echo :LAST_ERROR_SQLSTATE
RESET lock_timeout;
COMMIT PREPARED 'regress_tviews_4';
UPDATE users SET name = 'Ann' WHERE pk_user = 1;
SELECT oracle.diff('tv_post');
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid IS NULL;

-- Savepoints, REPEATABLE READ, an empty effect.
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE users SET name = 'A' WHERE pk_user = 1;
SAVEPOINT s;
UPDATE users SET name = 'B' WHERE pk_user = 2;
SELECT pk_post, name FROM tv_post ORDER BY 1;
ROLLBACK TO s;
PREPARE TRANSACTION 'regress_tviews_5';
COMMIT PREPARED 'regress_tviews_5';
SELECT oracle.diff('tv_post');
BEGIN;
UPDATE users SET name = name;
PREPARE TRANSACTION 'regress_tviews_6';
COMMIT PREPARED 'regress_tviews_6';
SELECT oracle.diff('tv_post');

-- A flush that fails makes PREPARE fail, and the transaction is gone.
SELECT pg_tviews_create('unique', 'SELECT title AS pk_unique FROM post');
BEGIN;
UPDATE post SET title = 'same';
PREPARE TRANSACTION 'regress_tviews_7';
ROLLBACK PREPARED 'regress_tviews_7';
SELECT gid FROM pg_prepared_xacts WHERE gid LIKE 'regress_tviews%';
SELECT oracle.diff('tv_post');
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA two_phase CASCADE;
