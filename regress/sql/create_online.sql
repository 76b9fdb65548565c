-- pg_tviews_create_online(): batch by batch, each in a transaction of its own. Other sessions, kills and the like are in
-- regress/shell/create_online.sh.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA create_online;
SET search_path = create_online, tviews;

CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int REFERENCES users, title text);
CREATE INDEX ON post (fk_user);
INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 5) g;
INSERT INTO post SELECT g, 1 + g % 5, 'post ' || g FROM generate_series(1, 25) g;

-- In one transaction per batch.
CALL pg_tviews_create_online('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user', batch_size => 7);
SELECT oracle.check('tv_post');
SELECT count(*), count(DISTINCT xmin::text) FROM tv_post;
UPDATE users SET name = 'renamed' WHERE pk_user = 1;
SELECT oracle.check('tv_post');
SELECT m.filled, m.table_oid, obj_description(m.table_oid, 'pg_class') FROM pg_tview_meta m WHERE m.entity = 'post';
SELECT c.relname FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid WHERE i.indrelid = 'tv_post'::regclass;
SELECT * FROM pg_tviews_progress;
SELECT pg_tviews_drop('post');

-- An existing view; batches of one; nothing to fill; more than a batch's worth.
CREATE VIEW v_user AS SELECT pk_user, name FROM users;
CALL pg_tviews_create_online('create_online.tv_user', batch_size => 1);
CALL pg_tviews_create_online('none', 'SELECT pk_user AS pk_none FROM users WHERE false');
CALL pg_tviews_create_online('all', 'SELECT pk_post AS pk_all FROM post', batch_size => 25);
SELECT oracle.check('tv_user'), oracle.check('tv_none'), oracle.check('tv_all');
SELECT pg_tviews_drop('user'), pg_tviews_drop('none'), pg_tviews_drop('all');

-- Keys of several columns and other types: in the order of their own operators.
CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE DOMAIN code AS varchar(10);
CREATE TABLE keys (a code COLLATE folded, b numeric, c float8, d timestamptz, e bytea, f interval, g inet, h int4range, i boolean, PRIMARY KEY (a, b, c, d, e, f, g, h, i));
INSERT INTO keys
SELECT chr(65 + g % 3 + 32 * (g % 2)) || ' '' ' || g / 9, g / 3.0, 0.1 * g + 0.2, '2025-03-30 00:00+00'::timestamptz + g * interval '37 min', decode(to_hex(16 + g), 'hex'),
       g * interval '1 mon -3 days 2.5 s', '10.0.0.0'::inet + g, int4range(g, g + 5), g % 2 = 0
  FROM generate_series(1, 60) g;
SET DateStyle = 'SQL, DMY';
SET IntervalStyle = sql_standard;
SET extra_float_digits = -10;
SET bytea_output = escape;
SET TimeZone = 'Europe/Paris';
CALL pg_tviews_create_online('keys', 'SELECT * FROM keys', '{"key": ["a", "b", "c", "d", "e", "f", "g", "h", "i"]}', 4);
SELECT oracle.check('tv_keys'), count(*), count(DISTINCT xmin::text) FROM tv_keys;
CREATE TABLE floats (pk_float float8 PRIMARY KEY);
INSERT INTO floats SELECT 1 + g * 1e-15 FROM generate_series(1, 30) g;
CALL pg_tviews_create_online('float', 'SELECT pk_float FROM floats', batch_size => 1);
SELECT oracle.check('tv_float'), count(*), count(DISTINCT xmin::text) FROM tv_float;
RESET DateStyle;
RESET IntervalStyle;
RESET extra_float_digits;
RESET bytea_output;
RESET TimeZone;
SELECT pg_tviews_drop('keys'), pg_tviews_drop('float');

-- What ends early is kept, and has not its name yet; writes to the sources are maintained all the same.
INSERT INTO post VALUES (26, NULL, 'post 26');
CALL pg_tviews_create_online('early', 'SELECT CASE WHEN p.pk_post < 22 THEN p.pk_post ELSE u.pk_user END AS pk_early, p.title FROM post p LEFT JOIN users u ON u.pk_user = p.fk_user', batch_size => 10);
SELECT count(*) FROM tv_early;
SELECT entity, filled, table_oid FROM pg_tview_meta;
SELECT count(*) FROM tf_early;
SELECT obj_description('tf_early'::regclass, 'pg_class');
SELECT session, schema, entity, phase, rows_done, started_at FROM pg_tviews_progress;
SELECT status, details FROM pg_tviews_health_check() WHERE status <> 'OK';
DELETE FROM post WHERE pk_post = 26;
-- Twice the same key.
CALL pg_tviews_create_online('early', batch_size => 10);
SELECT count(*) > 0 FROM tf_early;
-- It is not to be taken for a TVIEW that is there.
CALL pg_tviews_create_online('early', 'SELECT 1 AS pk_early');
CALL pg_tviews_create_online('early', options => '{"fillfactor": 50}');
SELECT pg_tviews_create('early');
SELECT pg_tviews_replace('early', 'SELECT 1 AS pk_early');
SELECT pg_tviews_recreate('early');
SELECT pg_tviews_recreate();
CREATE TABLE tv_early (x int);
DELETE FROM post WHERE pk_post > 21;
CALL pg_tviews_create_online('early');
DROP TABLE tv_early;
CALL pg_tviews_create_online('early');
SELECT oracle.check('tv_early');
UPDATE post SET title = title || '!' WHERE pk_post < 3;
SELECT oracle.check('tv_early');
CALL pg_tviews_create_online('early');
SELECT pg_tviews_drop('early');

-- A TVIEW over one that is being filled; giving up.
CREATE FUNCTION stop(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN IF $1 > 10 THEN RAISE EXCEPTION 'stop'; END IF; RETURN $1; END $$;
CALL pg_tviews_create_online('lower', 'SELECT pk_post AS pk_lower, stop(pk_post) AS x FROM post', batch_size => 5);
SELECT count(*) FROM tf_lower;
SELECT pg_tviews_create('upper', 'SELECT pk_lower AS pk_upper, x FROM tf_lower');
SELECT oracle.check('tv_upper'), count(*) FROM tv_upper;
CREATE OR REPLACE FUNCTION stop(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CALL pg_tviews_create_online('lower');
SELECT oracle.check('tv_lower'), oracle.check('tv_upper'), count(*) FROM tv_upper;
SELECT pg_tviews_drop('upper'), pg_tviews_drop('lower');
CREATE OR REPLACE FUNCTION stop(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN IF $1 > 10 THEN RAISE EXCEPTION 'stop'; END IF; RETURN $1; END $$;
CALL pg_tviews_create_online('given_up', 'SELECT pk_post AS pk_given_up, stop(pk_post) AS x FROM post', batch_size => 5);
SELECT pg_tviews_drop('given_up');
SELECT * FROM oracle.inventory('create_online') WHERE inventory ~ 'given_up|pg_tviews';

-- Errors.
BEGIN;
CALL pg_tviews_create_online('post', 'SELECT pk_post, title FROM post');
ROLLBACK;
CALL pg_tviews_create_online('post', 'SELECT pk_post, title FROM post', batch_size => 0);
CALL pg_tviews_create_online('post', 'SELECT title FROM post');
CALL pg_tviews_create_online('post', 'no query');
CALL pg_tviews_create_online('nothing');
CALL pg_tviews_create_online('post', 'SELECT pk_post FROM post', '{"unknown": 1}');
SELECT count(*) FROM pg_tview_meta;

SET client_min_messages = warning;
DROP SCHEMA create_online CASCADE;
