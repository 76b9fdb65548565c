-- Rows are written without a statement where that is all a statement would do, and by statements where there is more to do.
-- Either way the table has what the view gives, and its constraints, indexes and triggers see every row.
CREATE SCHEMA written;
SET search_path = written, tviews;
CREATE TABLE team (pk_team integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE player (pk_player numeric PRIMARY KEY, fk_team integer NOT NULL REFERENCES team, name text, shirt integer);
CREATE INDEX ON player (fk_team);
INSERT INTO team SELECT i, 'team ' || i FROM generate_series(1, 5) i;
INSERT INTO player SELECT i, 1 + i % 5, 'player ' || i, i FROM generate_series(1, 50) i;
CREATE VIEW v_player AS
SELECT p.pk_player, p.shirt, t.name::varchar(20) AS team, jsonb_build_object('name', p.name, 'team', t.name) AS data
  FROM player p JOIN team t ON t.pk_team = p.fk_team;
SELECT pg_tviews_create('player');

-- One row, some rows, long rows; values of the key that are equal and look different.
UPDATE player SET name = 'a' WHERE pk_player = 1;
INSERT INTO player VALUES (51, 2, 'new', 51);
DELETE FROM player WHERE pk_player = 2;
UPDATE team SET name = 'renamed' WHERE pk_team = 3;
BEGIN;
UPDATE player SET pk_player = pk_player * 1.00, name = 'b' WHERE pk_player IN (3, 4, 5);
INSERT INTO player VALUES (52, 3, NULL, 52), (53.0, 4, '', 53);
COMMIT;
BEGIN;
UPDATE player SET name = 'c' WHERE pk_player IN (6, 7);
DELETE FROM player WHERE pk_player = 8;
INSERT INTO player VALUES (8.0, 1, 'back', 8);
DELETE FROM player WHERE pk_player IN (9, 10);
COMMIT;
UPDATE player SET name = (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 500) i) WHERE pk_player IN (11, 12);
UPDATE player SET name = name || repeat('x', 100000) WHERE pk_player = 12;
SELECT oracle.check('tv_player');
-- Not a row is written that is the same; updated_at is that of the transaction.
SELECT oracle.mark('tv_player');
UPDATE team SET name = name;
UPDATE player SET shirt = shirt + 0 WHERE fk_team = 1;
SELECT oracle.written('tv_player');
BEGIN;
UPDATE team SET name = 'now' WHERE pk_team = 1;
UPDATE player SET name = 'now' WHERE pk_player = 20;
COMMIT;
SELECT count(*) > 1 AS rows, count(DISTINCT updated_at) AS times FROM tv_player WHERE updated_at = (SELECT max(updated_at) FROM tv_player);

-- Indexes of all kinds show the written rows, also those that took new places.
CREATE INDEX by_name ON tv_player ((data ->> 'name')) WHERE team = 'indexed';
CREATE INDEX by_data ON tv_player USING gin (data);
BEGIN;
UPDATE team SET name = 'indexed' WHERE pk_team = 5;
UPDATE player SET name = 'found' WHERE pk_player = 24;
COMMIT;
UPDATE player SET name = 'one' WHERE pk_player = 29;
SET enable_seqscan = off;
SELECT pk_player FROM tv_player WHERE team = 'indexed' AND data ->> 'name' IN ('found', 'one') ORDER BY 1;
SELECT count(*) FROM tv_player WHERE data @> '{"team": "indexed"}';
SELECT count(*) FROM tv_player WHERE team = 'indexed' AND data ->> 'name' = 'player 29';
RESET enable_seqscan;
DROP INDEX by_name, by_data;

-- Constraints: the error is the server's, and nothing is written.
ALTER TABLE tv_player ADD CONSTRAINT short CHECK (length(team) < 12), ALTER team SET NOT NULL;
\set VERBOSITY terse
UPDATE team SET name = 'a very long name' WHERE pk_team = 4;
\set VERBOSITY default
UPDATE player SET name = 'fine' WHERE pk_player = 30;
SELECT oracle.check('tv_player');
ALTER TABLE tv_player DROP CONSTRAINT short, ALTER team DROP NOT NULL;

-- A value moves from row to row under a unique index: rows are deleted, updated and inserted in this order.
CREATE UNIQUE INDEX one_shirt ON tv_player (shirt);
BEGIN;
DELETE FROM player WHERE pk_player = 31;
UPDATE player SET shirt = 31 WHERE pk_player = 32;
INSERT INTO player VALUES (60, 1, 'heir', 32);
COMMIT;
BEGIN;
UPDATE player SET shirt = 1000 WHERE pk_player = 34;
INSERT INTO player VALUES (61, 1, 'heir', 34);
COMMIT;
BEGIN;
DELETE FROM player WHERE pk_player = 35;
INSERT INTO player VALUES (62, 1, 'heir', 35);
COMMIT;
UPDATE player SET shirt = 36 WHERE pk_player = 37;
SELECT oracle.check('tv_player');
DROP INDEX one_shirt;

-- Triggers fire as for a statement.
CREATE TABLE seen (what text);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO written.seen VALUES (concat_ws(' ', tg_when, tg_op, tg_level, CASE tg_level WHEN 'ROW' THEN coalesce(new.pk_player, old.pk_player) END));
    RETURN coalesce(new, old);
END $$;
CREATE TRIGGER see AFTER INSERT OR UPDATE OR DELETE ON tv_player FOR EACH ROW EXECUTE FUNCTION see();
UPDATE player SET name = 'seen' WHERE pk_player = 40;
UPDATE player SET name = 'seen' WHERE pk_player IN (41, 42);
INSERT INTO player VALUES (70, 1, 'seen', 70);
DELETE FROM player WHERE pk_player = 70;
SELECT what FROM seen ORDER BY what;
DROP TRIGGER see ON tv_player;
TRUNCATE seen;
CREATE TRIGGER see BEFORE UPDATE ON tv_player FOR EACH STATEMENT EXECUTE FUNCTION see();
UPDATE player SET name = 'seen again' WHERE pk_player = 40;
UPDATE player SET name = 'seen again' WHERE pk_player IN (41, 42);
SELECT what FROM seen ORDER BY what;
DROP TRIGGER see ON tv_player;
-- A dropped column leaves a hole.
SELECT pg_tviews_replace('player', 'SELECT p.pk_player, t.name::varchar(20) AS team, jsonb_build_object(''name'', p.name) AS data
  FROM player p JOIN team t ON t.pk_team = p.fk_team');
UPDATE player SET name = 'after a dropped column' WHERE pk_player = 40;
UPDATE player SET name = 'after a dropped column' WHERE pk_player IN (41, 42);
INSERT INTO player VALUES (71, 1, 'after a dropped column', 71);
SELECT oracle.check('tv_player');

-- At REPEATABLE READ a flush in the middle works on the transaction's own snapshot, by statements.
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE player SET name = 'middle' WHERE pk_player = 40;
SELECT data ->> 'name' AS name FROM tv_player WHERE pk_player = 40;
UPDATE player SET name = 'middle' WHERE pk_player IN (41, 42);
SELECT count(*) FROM tv_player WHERE data ->> 'name' = 'middle';
UPDATE player SET name = 'end' WHERE pk_player = 40;
COMMIT;
SELECT oracle.check('tv_player');
-- What a rolled-back savepoint wrote is gone, what is written again stays.
BEGIN;
SAVEPOINT s;
UPDATE player SET name = 'undone' WHERE pk_player IN (40, 41);
SELECT count(*) FROM tv_player WHERE data ->> 'name' = 'undone';
ROLLBACK TO s;
UPDATE player SET name = 'first' WHERE pk_player IN (40, 41);
SELECT count(*) FROM tv_player WHERE data ->> 'name' = 'first';
UPDATE player SET name = 'second' WHERE pk_player IN (40, 41);
SELECT count(*) FROM tv_player WHERE data ->> 'name' = 'second';
COMMIT;
SELECT oracle.check('tv_player');
-- Many rows at once: different, gone, new and the same, for a TVIEW that is read by another, whose key is in other rows.
CREATE TABLE item (pk_item integer PRIMARY KEY, fk_box integer, name text);
INSERT INTO item SELECT i, i % 7, 'item ' || i FROM generate_series(1, 500) i;
SELECT pg_tviews_create('item', 'SELECT pk_item, fk_box, jsonb_build_object(''name'', name) AS data FROM item');
SELECT pg_tviews_create('box', 'SELECT fk_box AS pk_box, count(*) AS items, max(data ->> ''name'') AS last FROM tv_item GROUP BY fk_box');
BEGIN;
UPDATE item SET name = 'changed ' || pk_item WHERE pk_item BETWEEN 100 AND 299;
DELETE FROM item WHERE pk_item BETWEEN 250 AND 349;
INSERT INTO item SELECT i, i % 9, 'new ' || i FROM generate_series(501, 700) i;
UPDATE item SET fk_box = 8 WHERE pk_item BETWEEN 1 AND 150;
COMMIT;
SELECT oracle.check('tv_item'), oracle.check('tv_box');
DELETE FROM item WHERE fk_box = 8;
SELECT oracle.check('tv_item'), oracle.check('tv_box'), count(*) AS boxes FROM tv_box;
SELECT oracle.mark('tv_item');
UPDATE item SET name = name || '';
UPDATE item SET fk_box = fk_box + 0, name = 'item ' || pk_item WHERE pk_item = 151;
SELECT oracle.written('tv_item');
UPDATE item SET fk_box = 1 WHERE pk_item = 152;
DELETE FROM item WHERE pk_item = 153;
INSERT INTO item VALUES (154154, 3, 'zz');
SELECT oracle.check('tv_item'), oracle.check('tv_box');
-- A key that the view gives twice is an error, also among many rows that have been written by then.
CREATE TABLE twice (id integer, fk integer);
INSERT INTO twice SELECT i, i FROM generate_series(1, 200) i;
SELECT pg_tviews_create('twice', 'SELECT fk AS pk_twice, id FROM twice');
\set VERBOSITY terse
UPDATE twice SET id = -id, fk = CASE fk WHEN 150 THEN 149 ELSE fk END;
INSERT INTO twice VALUES (0, 150);
\set VERBOSITY default
UPDATE twice SET id = -id;
SELECT oracle.check('tv_twice');
-- What an index or a check evaluates looks names up where the library does, not where the writer has it.
CREATE TABLE sign (pk_sign integer PRIMARY KEY, name text);
INSERT INTO sign VALUES (1, 'ONE');
SELECT pg_tviews_create('sign', 'SELECT pk_sign, name FROM sign');
CREATE FUNCTION folded(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN lower($1); END $$;
CREATE SCHEMA evil;
CREATE FUNCTION evil.lower(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE 'called as %', current_user; RETURN 'evil'; END $$;
CREATE INDEX sign_folded ON tv_sign (folded(name));
SET search_path = evil, pg_catalog, written, tviews;
INSERT INTO sign VALUES (2, 'TWO');
UPDATE sign SET name = 'EINS' WHERE pk_sign = 1;
DROP INDEX sign_folded;
ALTER TABLE tv_sign ADD CHECK (folded(name) <> '') NOT VALID;
INSERT INTO sign VALUES (3, 'THREE');
UPDATE sign SET name = 'DREI' WHERE pk_sign = 3;
SET search_path = written, tviews;
SELECT oracle.check('tv_sign');
-- Without either nothing is looked up, and the writer's path is as it was all the time.
ALTER TABLE tv_sign DROP CONSTRAINT tv_sign_name_check;
SET search_path = evil, pg_catalog, written, tviews;
INSERT INTO sign VALUES (4, 'FOUR');
SELECT lower('X'), current_setting('search_path');
SET search_path = written, tviews;
SELECT oracle.check('tv_sign');
-- Keys of a type whose values all have one hash: of two that are wanted one is gone.
SET client_min_messages = warning;
CREATE TYPE lump;
CREATE FUNCTION lump_in(cstring) RETURNS lump LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION lump_out(lump) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE lump (INPUT = lump_in, OUTPUT = lump_out, LIKE = integer);
CREATE FUNCTION lump_lt(lump, lump) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4lt';
CREATE FUNCTION lump_le(lump, lump) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4le';
CREATE FUNCTION lump_eq(lump, lump) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4eq';
CREATE FUNCTION lump_ge(lump, lump) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4ge';
CREATE FUNCTION lump_gt(lump, lump) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4gt';
CREATE FUNCTION lump_cmp(lump, lump) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp';
CREATE FUNCTION lump_hash(lump) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT 1';
CREATE FUNCTION lump_hash_extended(lump, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS 'SELECT 1::bigint';
CREATE OPERATOR < (LEFTARG = lump, RIGHTARG = lump, FUNCTION = lump_lt);
CREATE OPERATOR <= (LEFTARG = lump, RIGHTARG = lump, FUNCTION = lump_le);
CREATE OPERATOR = (LEFTARG = lump, RIGHTARG = lump, FUNCTION = lump_eq, COMMUTATOR = =, HASHES, MERGES);
CREATE OPERATOR >= (LEFTARG = lump, RIGHTARG = lump, FUNCTION = lump_ge);
CREATE OPERATOR > (LEFTARG = lump, RIGHTARG = lump, FUNCTION = lump_gt);
CREATE OPERATOR CLASS lump_ops DEFAULT FOR TYPE lump USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 lump_cmp(lump, lump);
CREATE OPERATOR CLASS lump_hash_ops DEFAULT FOR TYPE lump USING hash AS
    OPERATOR 1 =, FUNCTION 1 lump_hash(lump), FUNCTION 2 lump_hash_extended(lump, bigint);
CREATE TABLE heap (pk_heap lump PRIMARY KEY, name text);
INSERT INTO heap VALUES ('1', 'one'), ('2', 'two');
SELECT tviews.pg_tviews_create('heap', 'SELECT pk_heap, name FROM heap');
BEGIN;
UPDATE heap SET name = 'first' WHERE pk_heap = '1';
DELETE FROM heap WHERE pk_heap = '2';
COMMIT;
SELECT * FROM tviews.pg_tviews_verify('heap');
SELECT pk_heap, name FROM tv_heap;
\set VERBOSITY terse
DROP SCHEMA written, evil CASCADE;
