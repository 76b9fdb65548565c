-- Kinds of transactions: procedures that commit, chains, cursors that outlive their transaction, another connection of the same session,
-- the library loaded inside a savepoint, thousands of exception blocks, triggers switched off.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA transactions;
SET search_path = transactions, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text);
CREATE INDEX ON post (fk_user);
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO post VALUES (1, 1, 'p1'), (2, 2, 'p2');
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT pg_tviews_create('size', 'SELECT name AS pk_size, count(*) AS n FROM tv_post GROUP BY name');
SELECT oracle.diff('tv_post');

-- A procedure that commits and rolls back in a loop, and reads in between; an error in it leaves what it has committed.
CREATE PROCEDURE rounds(n int) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. n LOOP
        UPDATE users SET name = 'Ann ' || i WHERE pk_user = 1;
        IF (SELECT name FROM tv_post WHERE pk_post = 1) <> 'Ann ' || i THEN
            RAISE EXCEPTION 'round % not seen', i;
        END IF;
        IF i % 3 = 0 THEN
            ROLLBACK;
        ELSE
            INSERT INTO post VALUES (100 + i, 1, 'of round ' || i);
            COMMIT;
        END IF;
        IF i % 3 = 1 AND (SELECT count(*) FROM tv_post WHERE pk_post = 100 + i AND name = 'Ann ' || i) <> 1 THEN
            RAISE EXCEPTION 'post of round % not seen', i;
        END IF;
    END LOOP;
END $$;
CALL rounds(7);
SELECT oracle.diff('tv_post');
CREATE PROCEDURE fails() LANGUAGE plpgsql AS $$
BEGIN
    UPDATE users SET name = 'committed' WHERE pk_user = 2;
    COMMIT AND CHAIN;
    UPDATE users SET name = 'lost' WHERE pk_user = 2;
    RAISE division_by_zero;
END $$;
CALL fails();
SELECT oracle.diff('tv_post');

-- Chains keep the isolation level; each link has its own flush.
BEGIN ISOLATION LEVEL SERIALIZABLE;
UPDATE users SET name = 'Chain 1' WHERE pk_user = 2;
COMMIT AND CHAIN;
SHOW transaction_isolation;
SELECT name FROM tv_post WHERE pk_post = 2;
UPDATE users SET name = 'Chain 2' WHERE pk_user = 2;
SELECT name FROM tv_post WHERE pk_post = 2;
ROLLBACK AND CHAIN;
UPDATE users SET name = 'Chain 3' WHERE pk_user = 2;
COMMIT;
SELECT oracle.diff('tv_post');

-- A cursor WITH HOLD shows the state of its query, own changes included, also after the commit.
BEGIN;
UPDATE post SET title = 'held' WHERE pk_post = 1;
DECLARE held CURSOR WITH HOLD FOR SELECT pk_post, title, name FROM tv_post WHERE pk_post < 3 ORDER BY 1;
UPDATE post SET title = 'later' WHERE pk_post = 1;
FETCH 1 FROM held;
COMMIT;
FETCH ALL FROM held;
UPDATE post SET title = 'much later' WHERE pk_post = 1;
FETCH BACKWARD ALL FROM held;
CLOSE held;
SELECT oracle.diff('tv_post');
-- Declared before the change, fetched after it: its snapshot is its own.
BEGIN;
DECLARE before SCROLL CURSOR WITH HOLD FOR SELECT title FROM tv_post WHERE pk_post = 1;
UPDATE post SET title = 'after the cursor' WHERE pk_post = 1;
FETCH ALL FROM before;
SELECT title FROM tv_post WHERE pk_post = 1;
COMMIT;
FETCH BACKWARD 1 FROM before;
CLOSE before;
SELECT oracle.diff('tv_post');

-- User code that a commit runs leaves a cursor open: it does not outlive the transaction.
CREATE FUNCTION opens() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE c refcursor; r record;
BEGIN
    OPEN c FOR SELECT * FROM transactions.users x, transactions.post y;
    FETCH c INTO r;
    RETURN NULL;
END $$;
CREATE TRIGGER opens AFTER UPDATE ON tv_post FOR EACH ROW EXECUTE FUNCTION opens();
CREATE CONSTRAINT TRIGGER opens_late AFTER UPDATE ON tv_post DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION opens();
UPDATE post SET title = 'opened' WHERE pk_post = 1;
SELECT count(*) FROM pg_cursors WHERE name <> '';
BEGIN;
SELECT 1;
COMMIT;
BEGIN;
UPDATE post SET title = 'opened twice' WHERE pk_post = 1;
SELECT title FROM tv_post WHERE pk_post = 1;
PREPARE TRANSACTION 'regress_tviews_cursor';
COMMIT PREPARED 'regress_tviews_cursor';
DROP TRIGGER opens ON tv_post;
DROP TRIGGER opens_late ON tv_post;
SELECT oracle.diff('tv_post');

-- Another connection that a session opens to its own database: it commits for itself, and the session sees it by the rules of its level.
CREATE EXTENSION dblink;
SELECT format('dbname=%L host=%L port=%s user=%L', current_database(), split_part(current_setting('unix_socket_directories'), ', ', 1), current_setting('port'), current_user) AS here \gset
BEGIN;
UPDATE post SET title = 'own' WHERE pk_post = 1;
SELECT dblink_exec(:'here', 'INSERT INTO transactions.post VALUES (3, 2, ''by dblink'')');
SELECT pk_post, title, name FROM tv_post WHERE pk_post < 4 ORDER BY 1;
ROLLBACK;
SELECT oracle.diff('tv_post');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM tv_post WHERE pk_post < 10;
SELECT dblink_exec(:'here', 'INSERT INTO transactions.post VALUES (4, 2, ''by dblink'')');
UPDATE post SET title = 'own' WHERE pk_post = 1;
SELECT count(*) FROM tv_post WHERE pk_post < 10;
COMMIT;
SELECT oracle.diff('tv_post');
-- ... also from a trigger of a source, and from one that a flush fires.
SELECT set_config('transactions.here', :'here', false) <> '';
CREATE TABLE seen (line text);
SELECT pg_tviews_create('lines', 'SELECT line AS pk_lines, count(*) AS n FROM seen GROUP BY line');
CREATE FUNCTION elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM transactions.dblink_exec(current_setting('transactions.here'), format('INSERT INTO transactions.seen VALUES (%L)', TG_TABLE_NAME));
    RETURN NULL;
END $$;
CREATE TRIGGER elsewhere AFTER UPDATE ON post FOR EACH STATEMENT EXECUTE FUNCTION elsewhere();
CREATE TRIGGER elsewhere AFTER UPDATE ON tv_post FOR EACH STATEMENT EXECUTE FUNCTION elsewhere();
UPDATE post SET title = 'seen elsewhere' WHERE pk_post = 1;
BEGIN;
UPDATE post SET title = 'and rolled back' WHERE pk_post = 1;
SELECT title FROM tv_post WHERE pk_post = 1;
ROLLBACK;
SELECT pk_lines, n FROM tv_lines ORDER BY 1;
DROP TRIGGER elsewhere ON post;
DROP TRIGGER elsewhere ON tv_post;
SELECT oracle.diff('tv_post');
DROP EXTENSION dblink;

-- The library is loaded by the first write of a session, here inside a savepoint that is rolled back or released.
SELECT current_database() AS this_database \gset
\c :this_database
\set SHOW_CONTEXT never
SET search_path = transactions, tviews;
BEGIN;
SELECT 1;
SAVEPOINT a;
SAVEPOINT b;
UPDATE users SET name = 'in b' WHERE pk_user = 1;
SELECT name FROM tv_post WHERE pk_post = 1;
ROLLBACK TO b;
UPDATE users SET name = 'after b' WHERE pk_user = 2;
ROLLBACK TO a;
UPDATE users SET name = 'after a' WHERE pk_user = 2;
COMMIT;
SELECT oracle.diff('tv_post');
\c :this_database
\set SHOW_CONTEXT never
SET search_path = transactions, tviews;
DO $$
BEGIN
    BEGIN
        UPDATE users SET name = 'in the block' WHERE pk_user = 1;
        RAISE division_by_zero;
    EXCEPTION WHEN division_by_zero THEN
        UPDATE users SET name = 'in the handler' WHERE pk_user = 1;
    END;
END $$;
SELECT oracle.diff('tv_post');

-- Thousands of exception blocks, with writes, reads and errors in turns.
DO $$
BEGIN
    FOR i IN 1 .. 2000 LOOP
        BEGIN
            UPDATE users SET name = 'block ' || i WHERE pk_user = 1;
            IF i % 50 = 0 AND (SELECT name FROM tv_post WHERE pk_post = 1) <> 'block ' || i THEN
                RAISE EXCEPTION 'block % not seen', i;
            END IF;
            IF i % 2 = 0 THEN
                RAISE division_by_zero;
            END IF;
        EXCEPTION WHEN division_by_zero THEN
            IF i % 50 = 0 AND (SELECT name FROM tv_post WHERE pk_post = 1) <> 'block ' || i - 1 THEN
                RAISE EXCEPTION 'block % not undone', i;
            END IF;
        END;
    END LOOP;
END $$;
SELECT oracle.diff('tv_post');

-- Triggers switched off after writes that were captured: the flush is not concerned, TVIEWs over TVIEWs neither.
BEGIN;
UPDATE users SET name = 'captured' WHERE pk_user = 1;
SET LOCAL session_replication_role = replica;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_size');
BEGIN;
UPDATE users SET name = 'captured again' WHERE pk_user = 1;
SET LOCAL session_replication_role = replica;
SELECT name FROM tv_post WHERE pk_post = 1;
SHOW session_replication_role;
COMMIT;
SELECT oracle.diff('tv_size');
-- Writes that were not captured are a matter of pg_tviews_refresh().
SET session_replication_role = replica;
UPDATE users SET name = 'unseen' WHERE pk_user = 1;
RESET session_replication_role;
SELECT count(*) FROM tv_post WHERE name = 'unseen';
SELECT pg_tviews_refresh() > 0;
SELECT oracle.diff('tv_post');

-- READ ONLY set after a write; a transaction that was read-only all the time has nothing to flush.
BEGIN;
UPDATE users SET name = 'written' WHERE pk_user = 1;
SET TRANSACTION READ ONLY;
SELECT name FROM tv_post WHERE pk_post = 1;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA transactions CASCADE;
