-- Users' constraints and triggers on a TVIEW, deferred ones too: a flush at commit comes late, but they are checked.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA deferred;
SET search_path = deferred, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text, email text);
CREATE TABLE allowed (name text PRIMARY KEY);
INSERT INTO allowed VALUES ('Ann'), ('Bob'), ('Cid');
INSERT INTO users VALUES (1, 'Ann', 'a@x'), (2, 'Bob', 'b@x');
SELECT pg_tviews_create('user', 'SELECT pk_user, name, email FROM users');
SELECT oracle.diff('tv_user');

-- A deferred foreign key of tv_.
ALTER TABLE tv_user ADD CONSTRAINT name_is_allowed FOREIGN KEY (name) REFERENCES allowed DEFERRABLE INITIALLY DEFERRED;
UPDATE users SET name = 'Cid' WHERE pk_user = 1;
SELECT oracle.diff('tv_user');
UPDATE users SET name = 'Nobody' WHERE pk_user = 1;
\echo :LAST_ERROR_SQLSTATE
SELECT oracle.diff('tv_user');
BEGIN;
UPDATE users SET name = 'Dan' WHERE pk_user = 1;
SELECT name FROM tv_user WHERE pk_user = 1;
INSERT INTO allowed VALUES ('Dan');
COMMIT;
SELECT oracle.diff('tv_user');
BEGIN;
UPDATE users SET name = 'Nobody' WHERE pk_user = 1;
SELECT name FROM tv_user WHERE pk_user = 1;
COMMIT;
\echo :LAST_ERROR_SQLSTATE
BEGIN;
UPDATE users SET name = 'Eve' WHERE pk_user = 1;
DELETE FROM allowed WHERE name = 'Dan';
INSERT INTO allowed VALUES ('Eve');
COMMIT;
SELECT oracle.diff('tv_user');
DELETE FROM allowed WHERE name = 'Eve';
\echo :LAST_ERROR_SQLSTATE
ALTER TABLE tv_user DROP CONSTRAINT name_is_allowed;

-- A deferrable unique constraint: two rows may swap within the transaction, and not stay equal. It is checked before the flush of the
-- commit: a state that a flush in the middle has written, and that is left only by what is still pending, counts.
ALTER TABLE tv_user ADD CONSTRAINT email_is_unique UNIQUE (email) DEFERRABLE INITIALLY DEFERRED;
UPDATE users SET email = CASE pk_user WHEN 1 THEN 'b@x' ELSE 'a@x' END;
SELECT oracle.diff('tv_user');
BEGIN;
UPDATE users SET email = 'b@x';
SELECT pg_tviews_flush();
UPDATE users SET email = 'c@x' WHERE pk_user = 2;
COMMIT;
SELECT oracle.diff('tv_user');
UPDATE users SET email = 'same@x';
\echo :LAST_ERROR_SQLSTATE
SELECT oracle.diff('tv_user');
ALTER TABLE tv_user DROP CONSTRAINT email_is_unique;

-- A deferred constraint trigger fires for what the commit writes, sees the final state, and may write sources.
CREATE TABLE log (line text);
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deferred.log VALUES (format('%s %s -> %s', TG_OP, OLD.name, NEW.name));
    IF NEW.name = 'forbidden' THEN
        RAISE EXCEPTION 'name is forbidden' USING ERRCODE = 'TV999', CONSTRAINT = 'my_rule';
    ELSIF NEW.name = 'loop' THEN
        UPDATE deferred.users SET name = 'looped' WHERE pk_user = NEW.pk_user;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER watch AFTER INSERT OR UPDATE ON tv_user DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION watch();
UPDATE users SET name = 'Ida' WHERE pk_user = 1;
SELECT * FROM log;
UPDATE users SET name = 'forbidden' WHERE pk_user = 1;
\echo :LAST_ERROR_SQLSTATE
SELECT oracle.diff('tv_user');
UPDATE users SET name = 'loop' WHERE pk_user = 2;
SELECT oracle.diff('tv_user');
SELECT * FROM log;
BEGIN;
UPDATE users SET name = 'forbidden' WHERE pk_user = 1;
SELECT name FROM tv_user WHERE pk_user = 1;
UPDATE users SET name = 'Jan' WHERE pk_user = 1;
SAVEPOINT s;
SET CONSTRAINTS watch IMMEDIATE;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
DROP TRIGGER watch ON tv_user;

-- Ordinary triggers on tv_ fire as well, with its owner's rights.
TRUNCATE log;
CREATE TRIGGER watch AFTER INSERT OR UPDATE ON tv_user FOR EACH ROW EXECUTE FUNCTION watch();
UPDATE users SET name = 'Kim' WHERE pk_user = 1;
SELECT * FROM log;
DROP TRIGGER watch ON tv_user;

-- A deferred constraint trigger on a source writes the source when the commit has begun.
CREATE FUNCTION normalise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE deferred.users SET email = lower(email) WHERE pk_user = NEW.pk_user AND email <> lower(email);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER normalise AFTER INSERT OR UPDATE ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION normalise();
INSERT INTO users VALUES (3, 'Leo', 'LEO@X');
SELECT oracle.diff('tv_user');
DROP TRIGGER normalise ON users;

-- A deferred foreign key of a source: the order of writes is free, the TVIEW follows.
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int REFERENCES users DEFERRABLE INITIALLY DEFERRED, title text);
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p LEFT JOIN users u ON u.pk_user = p.fk_user');
BEGIN;
INSERT INTO post VALUES (1, 4, 'early');
SELECT pk_post, title, name FROM tv_post;
INSERT INTO users VALUES (4, 'Max', NULL);
COMMIT;
SELECT oracle.diff('tv_post');
BEGIN;
INSERT INTO post VALUES (2, 99, 'orphan');
COMMIT;
SELECT oracle.diff('tv_post');

-- A trigger that keeps changing a source from its TVIEW comes to an end with an error, not never.
CREATE FUNCTION endless() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE deferred.users SET name = name || '.' WHERE pk_user = NEW.pk_user;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER endless AFTER UPDATE ON tv_user DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION endless();
SET pg_tviews.max_cascade_depth = 10;
UPDATE users SET name = 'Mia' WHERE pk_user = 1;
\echo :LAST_ERROR_SQLSTATE
DROP TRIGGER endless ON tv_user;
CREATE TRIGGER endless AFTER UPDATE ON tv_user FOR EACH ROW EXECUTE FUNCTION endless();
UPDATE users SET name = 'Mia' WHERE pk_user = 1;
\echo :LAST_ERROR_SQLSTATE
DROP TRIGGER endless ON tv_user;
RESET pg_tviews.max_cascade_depth;
UPDATE users SET name = 'Mia' WHERE pk_user = 1;
SELECT oracle.diff('tv_user');
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA deferred CASCADE;
