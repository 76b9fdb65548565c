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

-- The functions for scripts that expect a second step: before they say what to run, afterwards that nothing is left to do.
CREATE FUNCTION answer(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text; detail text; hint text;
BEGIN
    EXECUTE statement INTO answer;
    RETURN answer;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, regexp_replace(regexp_replace(detail, ' at .*', ' at ...'), '"[^"]*"', '...', 'g'),
                     replace(replace(hint, session_user, '(owner)'), current_database(), '(database)'));
END $$;
BEGIN;
UPDATE post SET title = 'it''s prepared' WHERE pk_post = 1;
PREPARE TRANSACTION 'regress_tviews 8''';
BEGIN;
INSERT INTO users VALUES (9, 'of no post');
PREPARE TRANSACTION 'regress_tviews_9';
SELECT gid, prepared <= now(), owner = current_user, tviews FROM pg_tviews_recover_prepared_transactions();
SELECT answer($$ SELECT pg_tviews_commit_prepared('regress_tviews 8''') $$);
SELECT answer($$ SELECT pg_tviews_rollback_prepared('regress_tviews 8''') $$);
SELECT pg_tviews_commit_prepared(NULL) IS NULL;
-- Of another owner.
CREATE ROLE regress_tviews_two_phase;
GRANT USAGE ON SCHEMA two_phase TO regress_tviews_two_phase;
SET ROLE regress_tviews_two_phase;
SELECT answer($$ SELECT pg_tviews_commit_prepared('regress_tviews 8''') $$);
SELECT gid, tviews FROM pg_tviews_recover_prepared_transactions();
RESET ROLE;
-- In another database: the TVIEWs are not of this one.
SELECT current_database() AS this_database \gset
CREATE DATABASE regress_tviews_two_phase TEMPLATE template0;
\c regress_tviews_two_phase
BEGIN;
SELECT count(pg_advisory_xact_lock(1));
PREPARE TRANSACTION 'regress_tviews_elsewhere';
\c :this_database
\set SHOW_CONTEXT never
SET search_path = two_phase, tviews;
SELECT answer($$ SELECT pg_tviews_commit_prepared('regress_tviews_elsewhere') $$);
SET ROLE regress_tviews_two_phase;
SELECT answer($$ SELECT pg_tviews_rollback_prepared('regress_tviews_elsewhere') $$);
RESET ROLE;
SELECT gid, tviews FROM pg_tviews_recover_prepared_transactions();
\c regress_tviews_two_phase
ROLLBACK PREPARED 'regress_tviews_elsewhere';
\c :this_database
\set SHOW_CONTEXT never
SET search_path = two_phase, tviews;
DROP DATABASE regress_tviews_two_phase;
REVOKE USAGE ON SCHEMA two_phase FROM regress_tviews_two_phase;
DROP ROLE regress_tviews_two_phase;
COMMIT PREPARED 'regress_tviews 8''';
ROLLBACK PREPARED 'regress_tviews_9';
SELECT pg_tviews_commit_prepared('regress_tviews 8''');
SELECT pg_tviews_rollback_prepared('regress_tviews_9');
SELECT gid FROM pg_tviews_recover_prepared_transactions();
SELECT oracle.diff('tv_post');

-- Many at once, ended in another order.
CREATE TABLE note (pk_note int PRIMARY KEY, fk_user int, body text);
SELECT pg_tviews_create('note', 'SELECT n.pk_note, n.body, u.name FROM note n JOIN users u ON u.pk_user = n.fk_user');
SELECT format('BEGIN; INSERT INTO note VALUES (%s, 1, ''many''); PREPARE TRANSACTION ''regress_tviews_many_%1$s''', i)
  FROM generate_series(1, 8) i \gexec
SELECT gid, tviews FROM pg_tviews_recover_prepared_transactions();
SELECT oracle.diff('tv_note');
SELECT format('%s PREPARED ''regress_tviews_many_%s''', CASE WHEN i % 4 = 0 THEN 'ROLLBACK' ELSE 'COMMIT' END, i)
  FROM generate_series(8, 1, -1) i \gexec
SELECT oracle.diff('tv_note');
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA two_phase CASCADE;
