-- A deleted row takes its key out of the view when the key comes from there: then the view is not asked. Where another row may
-- give the key it is.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA deleted;
SET search_path = deleted, tviews;
CREATE TABLE team (pk_team integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE player (pk_player numeric PRIMARY KEY, fk_team integer NOT NULL, name text);
CREATE INDEX ON player (fk_team);
INSERT INTO team SELECT i, 'team ' || i FROM generate_series(1, 5) i;
INSERT INTO player SELECT i, 1 + i % 5, 'player ' || i FROM generate_series(1, 100) i;
SELECT pg_tviews_create('player', 'SELECT p.pk_player, t.name AS team, jsonb_build_object(''name'', p.name) AS data FROM player p JOIN team t ON t.pk_team = p.fk_team');
-- A TVIEW that reads it, and one whose key other rows give as well.
SELECT pg_tviews_create('label', 'SELECT p.pk_player AS pk_label, p.team || (p.data ->> ''name'') AS label FROM tv_player p');
SELECT pg_tviews_create('squad', 'SELECT p.fk_team AS pk_squad, count(*) AS players FROM player p GROUP BY p.fk_team');
\set look 'SELECT hits + misses AS before FROM pg_tviews_cache_stats WHERE cache_type = ''statements'' \\gset'
\set asked 'SELECT hits + misses - :before AS asked FROM pg_tviews_cache_stats WHERE cache_type = ''statements'';'
SELECT count(*) FROM tv_player;

-- No statement is run, neither for rows of a table nor for those of a TVIEW that is a source.
CREATE TABLE lone (pk_lone integer PRIMARY KEY, name text);
INSERT INTO lone SELECT i, 'lone ' || i FROM generate_series(1, 100) i;
SELECT pg_tviews_create('lone', 'SELECT pk_lone, name FROM lone');
SELECT pg_tviews_create('echo', 'SELECT pk_lone AS pk_echo, name FROM tv_lone');
:look
DELETE FROM lone WHERE pk_lone = 1;
DELETE FROM lone WHERE pk_lone BETWEEN 2 AND 20;
:asked
SELECT oracle.check('tv_lone'), oracle.check('tv_echo'), count(*) FROM tv_echo;

-- Back in the same transaction, under a key that looks different, beside others that stay away.
BEGIN;
DELETE FROM player WHERE pk_player IN (1, 2, 3);
INSERT INTO player VALUES (2.0, 4, 'back'), (200, 1, 'new');
UPDATE player SET pk_player = 3 WHERE pk_player = 4;
COMMIT;
SELECT pk_player, team, data FROM tv_player WHERE pk_player IN (1, 2, 3, 4, 200) ORDER BY 1;
SELECT oracle.all();

-- A rollback brings it back; a flush before that has deleted it.
BEGIN;
SAVEPOINT s;
DELETE FROM player WHERE pk_player = 5;
SELECT pg_tviews_flush() > 0;
SELECT count(*) FROM tv_player WHERE pk_player = 5;
ROLLBACK TO s;
DELETE FROM player WHERE pk_player = 6;
COMMIT;
SELECT pk_player FROM tv_player WHERE pk_player IN (5, 6);
SELECT oracle.all();
BEGIN ISOLATION LEVEL REPEATABLE READ;
DELETE FROM player WHERE pk_player = 7;
SELECT count(*) FROM tv_player WHERE pk_player = 7;
COMMIT;
SELECT oracle.all();

-- A rollback without one.
BEGIN;
SAVEPOINT s;
DELETE FROM lone WHERE pk_lone IN (21, 22);
ROLLBACK TO s;
DELETE FROM lone WHERE pk_lone = 23;
COMMIT;
SELECT pk_lone FROM tv_lone WHERE pk_lone IN (21, 22, 23) ORDER BY 1;
SELECT oracle.check('tv_lone'), oracle.check('tv_echo');

-- A trigger puts it back while the statement runs, which is captured before it; and reads the TVIEW then, or later.
CREATE FUNCTION put_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deleted.lone VALUES (OLD.pk_lone, 'back');
    IF OLD.pk_lone = 25 THEN
        PERFORM FROM deleted.tv_lone WHERE pk_lone = OLD.pk_lone;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER put_back AFTER DELETE ON lone FOR EACH ROW WHEN (OLD.pk_lone < 30) EXECUTE FUNCTION put_back();
DELETE FROM lone WHERE pk_lone = 24;
DELETE FROM lone WHERE pk_lone = 25;
DELETE FROM lone WHERE pk_lone BETWEEN 26 AND 33;
BEGIN;
DELETE FROM lone WHERE pk_lone = 34;
SELECT count(*) FROM tv_echo WHERE pk_echo = 34;
INSERT INTO lone VALUES (34, 'back');
DELETE FROM lone WHERE pk_lone IN (35, 24);
COMMIT;
SELECT pk_lone, name FROM tv_lone WHERE pk_lone BETWEEN 24 AND 36 ORDER BY 1;
SELECT oracle.check('tv_lone'), oracle.check('tv_echo');
DROP TRIGGER put_back ON lone;

-- Another team's row goes: the row of the view is there, and stays away.
DELETE FROM team WHERE pk_team = 2;
SELECT oracle.all();
INSERT INTO team VALUES (2, 'again');
SELECT oracle.all();

-- A part of the table gives the key.
CREATE TABLE guest () INHERITS (player);
BEGIN;
DELETE FROM ONLY player WHERE pk_player = 10;
INSERT INTO guest VALUES (10, 1, 'guest');
COMMIT;
SELECT pk_player, data FROM tv_player WHERE pk_player = 10;
SELECT oracle.all();
DELETE FROM player WHERE pk_player = 10;
DROP TABLE guest;
SELECT oracle.all();

-- Without a primary key, and with another one.
ALTER TABLE player DROP CONSTRAINT player_pkey;
DELETE FROM player WHERE pk_player = 11;
ALTER TABLE player ADD PRIMARY KEY (fk_team, pk_player);
DELETE FROM player WHERE pk_player = 12;
ALTER TABLE player DROP CONSTRAINT player_pkey, ADD PRIMARY KEY (pk_player);
DELETE FROM player WHERE pk_player = 13;
SELECT oracle.all();

-- Triggers and constraints of the user's see it.
CREATE TABLE seen (key numeric);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO deleted.seen VALUES (OLD.pk_player); RETURN NULL; END $$;
CREATE TRIGGER note AFTER DELETE ON tv_player FOR EACH ROW EXECUTE FUNCTION note();
DELETE FROM player WHERE pk_player = 14;
TABLE seen;
SELECT oracle.all();

-- Keys of two columns, in another order than the index has them.
CREATE TABLE seat (line text, place integer, taken boolean, PRIMARY KEY (place, line));
INSERT INTO seat SELECT chr(65 + i % 3), i, false FROM generate_series(1, 30) i;
SELECT pg_tviews_create('seat', 'SELECT line, place, taken FROM seat', '{"key": ["line", "place"]}');
:look
DELETE FROM seat WHERE place BETWEEN 1 AND 5;
:asked
BEGIN;
DELETE FROM seat WHERE place BETWEEN 6 AND 10;
INSERT INTO seat VALUES ('Z', 7, true), ('B', 7, true);
COMMIT;
SELECT oracle.check('tv_seat');
SELECT line, place, taken FROM tv_seat WHERE place < 12 ORDER BY 1, 2;

-- Two keys of one row, equal and looking different.
CREATE COLLATION deleted.ci (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TABLE word (pk_word text COLLATE deleted.ci PRIMARY KEY, n integer);
CREATE TABLE mention (pk_mention integer PRIMARY KEY, fk_word text COLLATE deleted.ci, body text);
INSERT INTO word VALUES ('k1', 1), ('k2', 2), ('k3', 3);
INSERT INTO mention VALUES (1, 'K1', 'a'), (2, 'k1', 'b'), (3, 'K3', 'c'), (4, 'k3', 'd');
SELECT pg_tviews_create('word', $$
    SELECT w.pk_word, w.n, (SELECT count(*) FROM mention m WHERE m.fk_word = w.pk_word) AS mentions FROM word w $$);
SELECT pg_tviews_create('said', $$
    SELECT w.pk_word AS pk_said, jsonb_build_object('n', w.n, 'said', coalesce(
           (SELECT jsonb_agg(jsonb_build_object('id', m.pk_mention, 'body', m.body) ORDER BY m.pk_mention)
              FROM mention m WHERE m.fk_word = w.pk_word), '[]')) AS data FROM word w $$);
BEGIN;
UPDATE mention SET body = body || '!' WHERE fk_word = 'k3';
COMMIT;
SELECT oracle.check('tv_word'), oracle.check('tv_said');
BEGIN;
UPDATE mention SET fk_word = 'K3' WHERE pk_mention = 2;
DELETE FROM word WHERE pk_word IN ('k3', 'k2');
COMMIT;
SELECT oracle.check('tv_word'), oracle.check('tv_said');
SELECT data FROM tv_said;
DROP SCHEMA deleted CASCADE;
