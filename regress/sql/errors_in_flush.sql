-- A flush that fails: the error keeps what the server says about it, names the TVIEW, and leaves nothing behind.
\set SHOW_CONTEXT never
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA errors_in_flush;
SET search_path = errors_in_flush, tviews;
CREATE TABLE item (pk_item int PRIMARY KEY, name text, divisor int NOT NULL DEFAULT 1);
INSERT INTO item VALUES (1, 'one'), (2, 'two');
SELECT pg_tviews_create('item', 'SELECT pk_item, name, 100 / divisor AS share FROM item');
SELECT oracle.diff('tv_item');
-- Runs a statement and flushes; shows what the error carries.
CREATE PROCEDURE try(statement text) LANGUAGE plpgsql AS $$
DECLARE
    state text; message text; detail text; hint text; constr text; tab text; sch text; context text;
BEGIN
    BEGIN
        EXECUTE statement;
        PERFORM pg_tviews_flush();
        RAISE NOTICE 'no error';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT,
            constr = CONSTRAINT_NAME, tab = TABLE_NAME, sch = SCHEMA_NAME, context = PG_EXCEPTION_CONTEXT;
        RAISE NOTICE '%: %', state, message;
        RAISE NOTICE '  detail %, hint %, constraint % of %.%', regexp_replace(detail, ', [A-Z][a-z][a-z] [^)]*\)', ', ...)'), hint, constr, sch, tab;
        RAISE NOTICE '  %', (SELECT string_agg(l, '; ') FROM regexp_split_to_table(context, E'\n') l WHERE l LIKE '%TVIEW%');
    END;
END $$;

-- The user's own constraints: check, unique, foreign key, exclusion, not null.
ALTER TABLE tv_item ADD CONSTRAINT name_is_short CHECK (length(name) < 10);
ALTER TABLE tv_item ADD CONSTRAINT name_is_unique UNIQUE (name);
CREATE TABLE known (share int PRIMARY KEY);
INSERT INTO known VALUES (100), (50);
ALTER TABLE tv_item ADD CONSTRAINT share_is_known FOREIGN KEY (share) REFERENCES known;
ALTER TABLE tv_item ADD CONSTRAINT name_excludes EXCLUDE USING btree (lower(name) WITH =);
ALTER TABLE tv_item ALTER COLUMN share SET NOT NULL;
CALL try('UPDATE item SET name = ''much too long'' WHERE pk_item = 1');
CALL try('UPDATE item SET name = ''two'' WHERE pk_item = 1');
CALL try('UPDATE item SET name = ''TWO'' WHERE pk_item = 1');
CALL try('UPDATE item SET divisor = 4 WHERE pk_item = 1');
CALL try('DELETE FROM known WHERE share = 100');
CALL try('UPDATE item SET divisor = 2, name = ''fine'' WHERE pk_item = 1');
SELECT oracle.diff('tv_item');
-- The same at commit, outside any function: the statement fails, the row is not written.
UPDATE item SET name = 'much too long' WHERE pk_item = 1;
\echo :LAST_ERROR_SQLSTATE
INSERT INTO item VALUES (3, 'TWO');
\echo :LAST_ERROR_SQLSTATE
UPDATE item SET divisor = 4;
\echo :LAST_ERROR_SQLSTATE
BEGIN;
INSERT INTO item VALUES (3, 'three');
UPDATE item SET name = 'much too long' WHERE pk_item = 1;
COMMIT;
\echo :LAST_ERROR_SQLSTATE
SELECT pk_item, name FROM item ORDER BY 1;
SELECT oracle.diff('tv_item');

-- What the definition computes: division by zero, a cast, a function of the user with its own SQLSTATE.
CALL try('UPDATE item SET divisor = 0 WHERE pk_item = 1');
UPDATE item SET divisor = 0 WHERE pk_item = 1;
\echo :LAST_ERROR_SQLSTATE
CREATE FUNCTION strict_name(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF $1 = 'bad' THEN
        RAISE EXCEPTION 'name is bad' USING ERRCODE = 'TV998', DETAIL = 'a detail', HINT = 'a hint', CONSTRAINT = 'my_rule', TABLE = 'my_table', SCHEMA = 'my_schema';
    END IF;
    RETURN $1;
END $$;
SELECT pg_tviews_create('strict', 'SELECT pk_item AS pk_strict, strict_name(name) AS name FROM item');
CALL try('UPDATE item SET name = ''bad'' WHERE pk_item = 1');
UPDATE item SET name = 'bad' WHERE pk_item = 1;
\echo :LAST_ERROR_SQLSTATE
SELECT oracle.all();

-- In a chain of TVIEWs the one that failed is named.
SELECT pg_tviews_create('upper', 'SELECT t.pk_item AS pk_upper, upper(t.name) AS name FROM tv_item t');
ALTER TABLE tv_upper ADD CONSTRAINT upper_is_allowed CHECK (name <> 'FORBIDDEN');
CALL try('UPDATE item SET name = ''forbidden'' WHERE pk_item = 1');
SELECT pg_tviews_drop('upper');

-- A key that becomes null or is given twice: refused with the write that causes it.
CREATE TABLE part (id int PRIMARY KEY, code text, kind text);
INSERT INTO part VALUES (1, 'a', 'x'), (2, 'b', 'x');
SELECT pg_tviews_create('part', 'SELECT code AS pk_part, kind FROM part');
CALL try('INSERT INTO part VALUES (3, ''a'', ''y'')');
CALL try('INSERT INTO part VALUES (3, NULL, ''y'')');
CALL try('UPDATE part SET code = ''a''');
INSERT INTO part VALUES (3, 'a', 'y');
\echo :LAST_ERROR_SQLSTATE
UPDATE part SET code = NULL WHERE id = 1;
\echo :LAST_ERROR_SQLSTATE
SELECT oracle.diff('tv_part');
-- ... also when the view as a whole is refreshed, and when a second table brings the second row.
SELECT pg_tviews_create('kind', 'SELECT initcap(kind) AS pk_kind, count(*) AS n FROM part GROUP BY kind');
CALL try('INSERT INTO part VALUES (4, ''d'', ''X'')');
CALL try('INSERT INTO part VALUES (4, ''d'', NULL)');
CREATE TABLE label (fk_part text, label text);
SELECT pg_tviews_create('labelled', 'SELECT p.code AS pk_labelled, l.label FROM part p LEFT JOIN label l ON l.fk_part = p.code');
INSERT INTO label VALUES ('a', 'one');
INSERT INTO label VALUES ('a', 'two');
\echo :LAST_ERROR_SQLSTATE
SELECT oracle.diff('tv_labelled');
-- Duplicates that are gone again by the commit do no harm.
BEGIN;
INSERT INTO label VALUES ('a', 'two');
DELETE FROM label WHERE label = 'one';
COMMIT;
BEGIN;
UPDATE part SET code = 'b' WHERE id = 1;
UPDATE part SET code = 'a' WHERE id = 2;
COMMIT;
SELECT oracle.diff('tv_labelled');
SELECT oracle.diff('tv_part');

-- Caught by an exception block and put right: the commit is right.
DO $$
BEGIN
    UPDATE item SET name = 'before' WHERE pk_item = 2;
    BEGIN
        UPDATE item SET name = 'much too long' WHERE pk_item = 1;
        PERFORM pg_tviews_flush();
    EXCEPTION WHEN check_violation THEN
        UPDATE item SET name = 'short' WHERE pk_item = 1;
    END;
END $$;
SELECT oracle.diff('tv_item');
-- The failing write came before the block: it is still there after it, and is put right later.
DO $$
BEGIN
    UPDATE item SET name = 'much too long' WHERE pk_item = 1;
    FOR i IN 1 .. 3 LOOP
        BEGIN
            PERFORM count(*) FROM tv_item;
            RAISE NOTICE 'not refused';
        EXCEPTION WHEN check_violation THEN
            RAISE NOTICE 'refused %', i;
        END;
    END LOOP;
    UPDATE item SET name = 'right' WHERE pk_item = 1;
END $$;
SELECT oracle.diff('tv_item');
BEGIN;
SAVEPOINT s;
UPDATE item SET name = 'much too long' WHERE pk_item = 1;
SELECT name FROM tv_item;
ROLLBACK TO s;
UPDATE item SET name = 'again' WHERE pk_item = 1;
SELECT pk_item, name FROM tv_item ORDER BY 1;
COMMIT;
SELECT oracle.diff('tv_item');
-- Not put right: the commit fails although the error was caught.
BEGIN;
UPDATE item SET name = 'much too long' WHERE pk_item = 1;
SAVEPOINT s;
SELECT pg_tviews_flush();
ROLLBACK TO s;
INSERT INTO item VALUES (9, 'nine');
COMMIT;
\echo :LAST_ERROR_SQLSTATE
SELECT oracle.diff('tv_item');
SELECT count(*) FROM item;

-- Cancelled and timed out in the middle of a flush; the session goes on.
CREATE FUNCTION slow(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF $1 = 'slow' THEN PERFORM pg_sleep(60); END IF; RETURN $1; END $$;
SELECT pg_tviews_create('slow', 'SELECT pk_item AS pk_slow, slow(name) AS name FROM item');
BEGIN;
UPDATE item SET name = 'slow' WHERE pk_item = 1;
SET LOCAL statement_timeout = '200ms';
SELECT pg_tviews_flush();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
UPDATE item SET name = 'quick' WHERE pk_item = 1;
SELECT oracle.diff('tv_item');
SELECT oracle.all();

-- The guard holds after all these errors.
UPDATE tv_item SET name = 'direct';
SELECT current_setting('search_path'), current_user = session_user;
SELECT (pg_tviews_queue_stats() ->> 'queue_size')::int;
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA errors_in_flush CASCADE;
