-- Who needs which right: writers of base tables none on the TVIEW, owners no superuser's, and nobody writes tv_ directly.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE ROLE regress_tviews_owner;
CREATE ROLE regress_tviews_writer;
CREATE ROLE regress_tviews_reader;
CREATE SCHEMA privileges;
GRANT CREATE, USAGE ON SCHEMA privileges TO regress_tviews_owner;
GRANT USAGE ON SCHEMA privileges TO regress_tviews_writer, regress_tviews_reader;
SET search_path = privileges, tviews;

-- The owner of the tables makes and keeps a TVIEW without being superuser.
SET ROLE regress_tviews_owner;
CREATE TABLE users (pk_user int PRIMARY KEY, name text, secret text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text);
INSERT INTO users VALUES (1, 'Ann', 'x'), (2, 'Bob', 'y');
INSERT INTO post VALUES (1, 1, 'p1'), (2, 2, 'p2');
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
GRANT SELECT, INSERT, UPDATE (title, fk_user), DELETE, TRUNCATE ON post TO regress_tviews_writer;
GRANT SELECT ON tv_post TO regress_tviews_reader;
SELECT tableowner FROM pg_tables WHERE tablename = 'tv_post' AND schemaname = 'privileges';
SELECT oracle.diff('tv_post');

-- A writer who may see neither the TVIEW nor the other table.
SET ROLE regress_tviews_writer;
SELECT * FROM tv_post;
SELECT * FROM users;
INSERT INTO post VALUES (3, 2, 'p3');
UPDATE post SET title = 'p1 new', fk_user = 2 WHERE pk_post = 1;
DELETE FROM post WHERE pk_post = 2;
BEGIN;
UPDATE post SET title = title || '!';
SELECT pg_tviews_flush();
SELECT current_user, session_user = current_user;
COMMIT;
SET ROLE regress_tviews_owner;
SELECT oracle.diff('tv_post');
SET ROLE regress_tviews_writer;
TRUNCATE post;
INSERT INTO post VALUES (4, 1, 'p4');
SET ROLE regress_tviews_owner;
SELECT oracle.diff('tv_post');

-- What the definition calls runs with the rights of its owner, not of the writer or a superuser who writes.
CREATE FUNCTION whoami(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN $1 || ' by ' || current_user; END $$;
SELECT pg_tviews_create('who', 'SELECT pk_user AS pk_who, whoami(name) AS who FROM users');
RESET ROLE;
UPDATE users SET name = 'Anna' WHERE pk_user = 1;
SELECT pk_who, who FROM tv_who ORDER BY 1;
SELECT pg_tviews_refresh('who');
SELECT pk_who, who FROM tv_who ORDER BY 1;
-- It cannot leave anything behind in the session that writes.
SET ROLE regress_tviews_owner;
CREATE FUNCTION mean(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN EXECUTE 'CREATE TEMP TABLE IF NOT EXISTS trap (x int)'; RETURN $1; END $$;
SELECT pg_tviews_create('mean', 'SELECT pk_user AS pk_mean, mean(name) AS name FROM users');
SELECT pg_tviews_drop('mean', if_exists => true);
DROP TABLE IF EXISTS pg_temp.trap;
CREATE FUNCTION greedy(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM set_config('role', 'none', false); RETURN $1; END $$;
SELECT pg_tviews_create('greedy', 'SELECT pk_user AS pk_greedy, greedy(name) AS name FROM users');
SELECT pg_tviews_drop('greedy', if_exists => true);
RESET ROLE;

-- Readers read, and nobody writes directly, the owner and the superuser included.
SET ROLE regress_tviews_reader;
SELECT pk_post, title, name FROM tv_post ORDER BY 1;
UPDATE tv_post SET title = 'no';
SET ROLE regress_tviews_owner;
UPDATE tv_post SET title = 'no';
TRUNCATE tv_post;
RESET ROLE;
DELETE FROM tv_post;
TRUNCATE tv_post, post;
SELECT * FROM tv_post FOR UPDATE \g /dev/null
ALTER TABLE tv_post ADD CHECK (title <> '') NOT VALID;

-- The TVIEW belongs to the owner of the view it adopts, also when a superuser creates it.
SET ROLE regress_tviews_owner;
CREATE VIEW v_adopted AS SELECT pk_user AS pk_adopted, name FROM users;
RESET ROLE;
SELECT pg_tviews_create('adopted');
SELECT tableowner FROM pg_tables WHERE tablename = 'tv_adopted';
UPDATE users SET name = 'Ada' WHERE pk_user = 1;
SELECT pk_adopted, name FROM tv_adopted ORDER BY 1;

-- Both halves change owners together.
ALTER TABLE tv_adopted OWNER TO regress_tviews_reader;
SELECT viewowner FROM pg_views WHERE viewname = 'v_adopted';
GRANT SELECT, TRIGGER ON users TO regress_tviews_reader;
ALTER TABLE tv_adopted OWNER TO regress_tviews_reader;
SELECT viewowner FROM pg_views WHERE viewname = 'v_adopted';
UPDATE users SET name = 'Ida' WHERE pk_user = 1;
SELECT pk_adopted, name FROM tv_adopted ORDER BY 1;
ALTER VIEW v_adopted OWNER TO regress_tviews_owner;
SELECT tableowner FROM pg_tables WHERE tablename = 'tv_adopted';
UPDATE users SET name = 'Eda' WHERE pk_user = 1;
SELECT pk_adopted, name FROM tv_adopted ORDER BY 1;
SET ROLE regress_tviews_owner;
SELECT oracle.all();

-- The owner loses a right that the definition needs: writes say so instead of going stale. Given back, all is well.
RESET ROLE;
CREATE TABLE lent (pk_lent int PRIMARY KEY, note text);
GRANT SELECT, TRIGGER ON lent TO regress_tviews_owner;
SET ROLE regress_tviews_owner;
SELECT pg_tviews_create('lent', 'SELECT pk_lent, note FROM lent');
RESET ROLE;
INSERT INTO lent VALUES (1, 'one');
SELECT pk_lent, note FROM tv_lent;
REVOKE SELECT ON lent FROM regress_tviews_owner;
INSERT INTO lent VALUES (2, 'two');
\echo :LAST_ERROR_SQLSTATE
GRANT SELECT ON lent TO regress_tviews_owner;
INSERT INTO lent VALUES (2, 'two');
SELECT pk_lent, note FROM tv_lent ORDER BY 1;

-- A dropped TVIEW takes its triggers along although its owner does not own the table.
SET ROLE regress_tviews_owner;
SELECT pg_tviews_drop('lent');
RESET ROLE;
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'lent'::regclass AND NOT tgisinternal;

-- Row-level security of a source that would apply to the owner of the TVIEW: what a policy lets through can change unseen, so it is refused,
-- at create and when it is switched on later. The owner of the table is not subject to it.
CREATE TABLE own (pk_own int PRIMARY KEY, owner text, note text);
INSERT INTO own VALUES (1, 'regress_tviews_owner', 'mine'), (2, 'somebody', 'theirs');
CREATE POLICY mine ON own USING (owner = current_user);
GRANT SELECT, INSERT, UPDATE, TRIGGER ON own TO regress_tviews_owner;
SET ROLE regress_tviews_owner;
SELECT pg_tviews_create('own', 'SELECT pk_own, note FROM own');
RESET ROLE;
ALTER TABLE own ENABLE ROW LEVEL SECURITY;
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_drop('own');
ALTER TABLE own ENABLE ROW LEVEL SECURITY;
SET ROLE regress_tviews_owner;
SELECT pg_tviews_create('own', 'SELECT pk_own, note FROM own');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
SELECT pg_tviews_create('own', 'SELECT pk_own, note FROM own');
SET ROLE regress_tviews_owner;
INSERT INTO own VALUES (3, 'regress_tviews_owner', 'mine too');
UPDATE own SET note = 'mine, changed';
RESET ROLE;
SELECT pk_own, note FROM tv_own ORDER BY 1;
SELECT oracle.check('tv_own');
ALTER TABLE own FORCE ROW LEVEL SECURITY;
ALTER VIEW v_own OWNER TO regress_tviews_owner;
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_drop('own');

-- Other schemas' search_path and objects of the writer do not get in the way of names.
SET ROLE regress_tviews_writer;
CREATE TEMP TABLE users (pk_user int, name text);
CREATE TEMP TABLE tv_post (pk_post int, title text, name text);
SET search_path = pg_temp, privileges, tviews;
INSERT INTO privileges.post VALUES (5, 2, 'p5');
SET ROLE regress_tviews_owner;
SET search_path = privileges, tviews;
SELECT oracle.diff('privileges.tv_post');
SELECT oracle.all();
RESET ROLE;

-- A plan is data of the TVIEW's owner: what it says of types is not believed, or numbers would be taken for places in memory.
SET ROLE regress_tviews_owner;
CREATE TABLE word (pk_word text PRIMARY KEY, number int, numbers int[]);
CREATE TABLE note (fk_word text, number int);
SELECT pg_tviews_create('word', 'SELECT w.pk_word, w.number, w.numbers, (SELECT count(*) FROM note n WHERE n.number = w.number) AS notes FROM word w');
CREATE FUNCTION forge(place text[], value jsonb) RETURNS void LANGUAGE sql AS $$
    UPDATE tviews.pg_tview_meta SET plan = jsonb_set(plan, place, value) WHERE entity = 'word'
$$;
SELECT tviews._pg_tviews_queue_keys('tv_word', 'SELECT 1');
SELECT tviews._pg_tviews_queue_keys('tv_word', 'SET DateStyle = ISO');
SELECT forge('{occurrences,0,strategy,columns}', '[2]');
\c -
SET search_path = privileges, tviews;
INSERT INTO word VALUES ('a', 1);
SET ROLE regress_tviews_owner;
SELECT forge('{occurrences,0,strategy,columns}', '[1]'), forge('{key,0,type_oid}', '23');
\c -
SET search_path = privileges, tviews;
INSERT INTO word VALUES ('a', 1);
SET ROLE regress_tviews_owner;
SELECT forge('{key,0,type_oid}', '25'), forge('{occurrences,1,strategy,lookup}', '"SELECT 1"');
\c -
SET search_path = privileges, tviews;
INSERT INTO note VALUES ('a', 1);
SET ROLE regress_tviews_owner;
SELECT forge('{occurrences,1,strategy,elements}', 'true');
\c -
SET search_path = privileges, tviews;
INSERT INTO note VALUES ('a', 1);
SET ROLE regress_tviews_owner;
SELECT count(*) FROM word;
SELECT pg_tviews_install_stmt_triggers() > 0;
INSERT INTO word VALUES ('a', 1);
INSERT INTO note VALUES ('a', 1);
SELECT oracle.all();
SELECT pg_tviews_drop('word');
CREATE TABLE word_count (pk_word_count int PRIMARY KEY, number int);
INSERT INTO word_count VALUES (1, 1);
SELECT pg_tviews_create('word', 'SELECT w.pk_word_count, jsonb_build_object(''number'', w.number) AS data FROM word_count w', '{"key": ["pk_word_count"]}');
SELECT forge('{occurrences,0,patch,copies,columns,0,type_oid}', '25');
\c -
SET search_path = privileges, tviews;
UPDATE word_count SET number = 2;
SET ROLE regress_tviews_owner;
SELECT pg_tviews_drop('word');
-- What is kept from differences is as little his to get as the rows are, once he may not read them any more.
RESET ROLE;
CREATE TABLE pay (pk_pay int PRIMARY KEY, pk_person int, amount int);
INSERT INTO pay VALUES (1, 1, 100);
GRANT SELECT, TRIGGER ON pay TO regress_tviews_owner;
SET ROLE regress_tviews_owner;
SELECT pg_tviews_create('person', 'SELECT p.pk_person, jsonb_build_object(''n'', count(*), ''most'', max(p.amount)) AS data FROM pay p GROUP BY p.pk_person');
RESET ROLE;
UPDATE pay SET amount = 200;
SELECT data, oracle.check('tv_person') FROM tv_person;
REVOKE SELECT ON pay FROM regress_tviews_owner;
UPDATE pay SET amount = 123456;
SELECT data FROM tv_person;
GRANT SELECT ON pay TO regress_tviews_owner;
RESET ROLE;
SET client_min_messages = warning;
DROP SCHEMA privileges CASCADE;
DROP OWNED BY regress_tviews_owner, regress_tviews_writer, regress_tviews_reader CASCADE;
DROP ROLE regress_tviews_owner, regress_tviews_writer, regress_tviews_reader;
