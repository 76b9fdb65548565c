-- TVIEWs when their owners, or those of their sources, go: taken over whole, dropped whole, or the command is refused. Nothing is left behind.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE ROLE regress_tviews_leaver;
CREATE ROLE regress_tviews_heir;
CREATE ROLE regress_tviews_source;
CREATE SCHEMA owners;
GRANT ALL ON SCHEMA owners TO regress_tviews_leaver, regress_tviews_heir, regress_tviews_source;
SET search_path = owners, tviews;
SET ROLE regress_tviews_source;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
GRANT SELECT, TRIGGER ON users TO regress_tviews_leaver, regress_tviews_heir;
SET ROLE regress_tviews_leaver;
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text);
INSERT INTO post VALUES (1, 1, 'p1'), (2, 2, 'p2');
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user', '{"create_indexes": true}');
SELECT pg_tviews_create('name', 'SELECT pk_post AS pk_name, name FROM tv_post');
RESET ROLE;

-- Taken over.
REASSIGN OWNED BY regress_tviews_leaver TO regress_tviews_heir;
SELECT relname, relowner::regrole FROM pg_class WHERE relnamespace = 'owners'::regnamespace AND relname ~ '^t?v_' ORDER BY relname COLLATE "C";
UPDATE users SET name = 'Anna' WHERE pk_user = 1;
SELECT oracle.all();
SELECT * FROM pg_tviews_health_check() WHERE status <> 'OK';
SET ROLE regress_tviews_heir;
SELECT pg_tviews_refresh();
SELECT pg_tviews_recreate();
RESET ROLE;
SELECT oracle.all();

-- An heir who may not watch the source: refused, and nothing changes.
REASSIGN OWNED BY regress_tviews_heir TO regress_tviews_leaver;
REVOKE ALL ON users FROM regress_tviews_heir;
ALTER TABLE tv_post OWNER TO regress_tviews_heir;
\echo :LAST_ERROR_SQLSTATE
SELECT count(DISTINCT relowner) FROM pg_class WHERE relnamespace = 'owners'::regnamespace AND relname IN ('tv_post', 'v_post');
UPDATE users SET name = 'Ann' WHERE pk_user = 1;
SELECT oracle.all();

-- The owner of the source goes: refused, or the TVIEWs go along.
DROP OWNED BY regress_tviews_source;
\echo :LAST_ERROR_SQLSTATE
UPDATE users SET name = 'still here' WHERE pk_user = 2;
SELECT oracle.all();
SELECT * FROM oracle.inventory('owners');
BEGIN;
SET LOCAL client_min_messages = warning;
DROP OWNED BY regress_tviews_source CASCADE;
SELECT * FROM oracle.inventory('owners');
ROLLBACK;
UPDATE users SET name = 'back' WHERE pk_user = 2;
SELECT oracle.all();

-- The owner of the TVIEWs goes.
SET client_min_messages = warning;
DROP OWNED BY regress_tviews_leaver;
SELECT * FROM oracle.inventory('owners');
SELECT count(*) FROM pg_tview_meta WHERE schema = 'owners';

-- Dropping a TVIEW leaves the indexes that create_indexes made on its sources: other queries may use them by now.
SET ROLE regress_tviews_source;
CREATE TABLE item (pk_item int PRIMARY KEY, fk_user int);
SELECT pg_tviews_create('item', 'SELECT i.pk_item, u.name FROM item i JOIN users u ON u.pk_user = i.fk_user', '{"create_indexes": true}');
SELECT * FROM oracle.inventory('owners');
SELECT pg_tviews_drop('item');
SELECT * FROM oracle.inventory('owners');
-- The next one finds them.
SELECT pg_tviews_create('item', 'SELECT i.pk_item, u.name FROM item i JOIN users u ON u.pk_user = i.fk_user', '{"create_indexes": true}');
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'item'::regclass ORDER BY 1;
RESET ROLE;

DROP SCHEMA owners CASCADE;
DROP OWNED BY regress_tviews_leaver, regress_tviews_heir, regress_tviews_source;
DROP ROLE regress_tviews_leaver, regress_tviews_heir, regress_tviews_source;
