-- pg_tviews.flush_timeout bounds a flush wherever it runs. What another session's lock does is in the spec flush_timeout_waits.
\set SHOW_CONTEXT never
\set VERBOSITY default
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA flush_timeout;
SET search_path = flush_timeout, tviews;
CREATE TABLE item (pk_item int PRIMARY KEY, name text, seconds float8 NOT NULL DEFAULT 0);
CREATE FUNCTION takes(seconds float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_sleep(seconds); RETURN seconds; END $$;
SELECT pg_tviews_create('item', 'SELECT pk_item, name, takes(seconds) AS seconds FROM item');
SELECT pg_tviews_create('upper', 'SELECT pk_item AS pk_upper, upper(name) AS name FROM tv_item');
INSERT INTO item VALUES (1, 'one', 0), (2, 'two', 0);
SELECT oracle.diff('tv_item');
SHOW pg_tviews.flush_timeout;
\set VERBOSITY sqlstate
SET pg_tviews.flush_timeout = -1;
\set VERBOSITY default

-- At COMMIT, of a statement and of a transaction; the next transaction starts clean.
SET pg_tviews.flush_timeout = '50ms';
UPDATE item SET seconds = 600 WHERE pk_item = 1;
\echo :LAST_ERROR_SQLSTATE
BEGIN;
UPDATE item SET seconds = 600 WHERE pk_item = 1;
UPDATE item SET name = 'lost' WHERE pk_item = 2;
COMMIT;
\echo :LAST_ERROR_SQLSTATE
SELECT oracle.diff('tv_item');
SELECT pg_tviews_flush();
SET pg_tviews.flush_timeout = '1min';
UPDATE item SET name = 'uno' WHERE pk_item = 1;
SELECT oracle.diff('tv_item');
SET pg_tviews.flush_timeout = '50ms';

-- PREPARE, a read, pg_tviews_flush(), pg_tviews_refresh(), COMMIT in a procedure.
BEGIN;
UPDATE item SET seconds = 600 WHERE pk_item = 1;
PREPARE TRANSACTION 'regress_tviews_timeout';
SELECT gid FROM pg_prepared_xacts WHERE gid = 'regress_tviews_timeout';
BEGIN;
UPDATE item SET seconds = 600 WHERE pk_item = 1;
SELECT count(*) FROM tv_item;
ROLLBACK;
BEGIN;
UPDATE item SET seconds = 600 WHERE pk_item = 1;
SELECT pg_tviews_flush();
SELECT 1;
ROLLBACK;
SET session_replication_role = replica;
UPDATE item SET seconds = 600 WHERE pk_item = 2;
RESET session_replication_role;
SELECT pg_tviews_refresh('item');
SET session_replication_role = replica;
UPDATE item SET seconds = 0 WHERE pk_item = 2;
RESET session_replication_role;
CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN UPDATE item SET seconds = 600 WHERE pk_item = 1; COMMIT; END $$;
CALL commits();
SELECT oracle.diff('tv_item');

-- In a savepoint and in an exception block: what was not flushed is still pending.
BEGIN;
UPDATE item SET seconds = 600, name = 'in time' WHERE pk_item = 1;
SAVEPOINT s;
SELECT pg_tviews_flush();
ROLLBACK TO s;
SET pg_tviews.flush_timeout = '1min';
UPDATE item SET seconds = 0.0 WHERE pk_item = 1;
SELECT name FROM tv_item WHERE pk_item = 1;
COMMIT;
SELECT oracle.diff('tv_item');
DO $$
BEGIN
    UPDATE item SET seconds = 600, name = 'caught' WHERE pk_item = 1;
    BEGIN
        SET LOCAL pg_tviews.flush_timeout = '50ms';
        PERFORM pg_tviews_flush();
    EXCEPTION WHEN query_canceled THEN
        RAISE NOTICE '%', SQLERRM;
    END;
    UPDATE item SET seconds = 0 WHERE pk_item = 1;
END
$$;
SELECT oracle.diff('tv_item');

-- It is over when the flush is: nothing else is cancelled, neither after a flush in time nor after one that was late or failed.
SET pg_tviews.flush_timeout = '500ms';
BEGIN;
UPDATE item SET name = 'quick' WHERE pk_item = 1;
SELECT pg_tviews_flush() > 0;
SELECT pg_sleep(0.7);
COMMIT;
ALTER TABLE tv_item ADD CONSTRAINT my_check CHECK (name <> 'refused');
BEGIN;
UPDATE item SET name = 'refused' WHERE pk_item = 1;
SAVEPOINT s;
\set VERBOSITY terse
SELECT pg_tviews_flush();
\set VERBOSITY default
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT pg_sleep(0.7);
ROLLBACK;
SELECT oracle.diff('tv_item');

SET pg_tviews.flush_timeout = '1min';
-- User code cannot catch it for good: the flush is late all the same.
CREATE OR REPLACE FUNCTION takes(seconds float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM pg_sleep(seconds);
    RETURN seconds;
EXCEPTION WHEN query_canceled THEN
    RETURN 0;
END $$;
SET pg_tviews.flush_timeout = '50ms';
UPDATE item SET seconds = 600 WHERE pk_item = 1;
\echo :LAST_ERROR_SQLSTATE
SELECT oracle.diff('tv_item');

-- A trigger on the TVIEW's table and a deferred one count as well.
CREATE FUNCTION waits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(600); RETURN NULL; END $$;
CREATE TRIGGER waits AFTER UPDATE ON tv_upper FOR EACH ROW EXECUTE FUNCTION waits();
UPDATE item SET name = 'three' WHERE pk_item = 1;
DROP TRIGGER waits ON tv_upper;
CREATE CONSTRAINT TRIGGER waits AFTER UPDATE ON tv_upper DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION waits();
UPDATE item SET name = 'three' WHERE pk_item = 1;
DROP TRIGGER waits ON tv_upper;
SELECT oracle.diff('tv_item');

-- Beside it, statement_timeout keeps its own message, and off is off.
SET pg_tviews.flush_timeout = '10min';
CREATE OR REPLACE FUNCTION takes(seconds float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_sleep(seconds); RETURN seconds; END $$;
BEGIN;
SET LOCAL statement_timeout = '500ms';
UPDATE item SET seconds = 600 WHERE pk_item = 1;
SELECT pg_tviews_flush();
ROLLBACK;
SET pg_tviews.flush_timeout = 0;
UPDATE item SET seconds = 0.2, name = 'in the end' WHERE pk_item = 1;
SELECT oracle.diff('tv_item');
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA flush_timeout CASCADE;
