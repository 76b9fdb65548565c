-- CREATE TABLE tv_x AS and SELECT INTO tv_x become TVIEWs, or say why not.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA ctas;
SET search_path = ctas, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text);
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO post VALUES (1, 1, 'p1'), (2, 2, 'p2');
CREATE VIEW people AS SELECT pk_user AS id, name FROM users;

CREATE TABLE tv_post AS SELECT p.pk_post, p.title, u.name FROM post p JOIN people u ON u.id = p.fk_user;
SELECT pk_post, title, name FROM tv_post ORDER BY 1;
SELECT definition FROM pg_tview_meta WHERE entity = 'post';
SELECT pk_user, name INTO tv_user FROM users;
UPDATE users SET name = 'Anna' WHERE pk_user = 1;
INSERT INTO post VALUES (3, 1, 'p3');
SELECT oracle.all();
SELECT * FROM pg_tviews_health_check() WHERE status <> 'OK';

-- Column names of its own, options of the table, quoted names, without data, in another schema, in a function, after changes.
CREATE TABLE ctas."tv_My Post" ("pk_My Post", "Title") WITH (fillfactor = 50) AS SELECT pk_post, title FROM post WITH NO DATA;
SELECT "pk_My Post", "Title" FROM "tv_My Post" ORDER BY 1;
CREATE FUNCTION make() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE users SET name = 'in a function' WHERE pk_user = 2;
    CREATE TABLE tv_function AS SELECT pk_user AS pk_function, t.name FROM tv_user t;
    EXECUTE 'CREATE TABLE tv_dynamic AS SELECT pk_user AS pk_dynamic, name FROM users';
END
$$;
SELECT make();
UPDATE users SET name = 'later' WHERE pk_user = 2;
SELECT oracle.all();
SELECT reloptions FROM pg_class WHERE oid = '"tv_My Post"'::regclass;
SELECT entity, depth FROM pg_tview_meta WHERE schema = 'ctas' ORDER BY entity COLLATE "C";
BEGIN;
CREATE TABLE tv_undone AS SELECT pk_user AS pk_undone FROM users;
ROLLBACK;
SELECT to_regclass('tv_undone'), to_regclass('v_undone');
CREATE TABLE IF NOT EXISTS tv_user AS SELECT 1 AS pk_user, 'other' AS name;
SELECT oracle.all();

-- Ordinary tables: the name says nothing, or it cannot be.
CREATE TABLE copy AS SELECT * FROM users;
CREATE TABLE tv_no_key AS SELECT name FROM users;
CREATE TABLE tv_null_key AS SELECT nullif(pk_user, 1) AS pk_null_key FROM users;
CREATE TABLE tv_twice AS SELECT 1 AS pk_twice FROM users;
CREATE TABLE tv_time AS SELECT pk_user AS pk_time, now() AS at FROM users;
CREATE TEMP TABLE tv_temp AS SELECT pk_user AS pk_temp FROM users;
CREATE UNLOGGED TABLE tv_unlogged AS SELECT pk_user AS pk_unlogged FROM users;
PREPARE prepared AS SELECT pk_user AS pk_executed FROM users;
CREATE TABLE tv_executed AS EXECUTE prepared;
CREATE FUNCTION parameter(id int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE tv_parameter AS SELECT pk_user AS pk_parameter FROM users WHERE pk_user = id; END $$;
SELECT parameter(1);
CREATE VIEW v_taken AS SELECT pk_user AS pk_taken FROM users;
CREATE TABLE tv_taken AS SELECT pk_user AS pk_taken FROM users;
SELECT pg_tviews_convert_table('tv_taken');
CREATE MATERIALIZED VIEW tv_materialized AS SELECT pk_user AS pk_materialized FROM users;
SET pg_tviews.intercept_ctas = off;
CREATE TABLE tv_off AS SELECT pk_user AS pk_off FROM users;
RESET pg_tviews.intercept_ctas;
-- They are tables with their rows, and nothing else is left.
SELECT relname, relkind, (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid), EXISTS (SELECT FROM pg_tview_meta m WHERE m.table_oid = c.oid)
  FROM pg_class c WHERE relnamespace = 'ctas'::regnamespace AND relkind IN ('r', 'm') AND relname LIKE 'tv%' ORDER BY relname COLLATE "C";
SELECT relname FROM pg_class WHERE relnamespace = 'ctas'::regnamespace AND relkind = 'v' ORDER BY relname COLLATE "C";
SELECT count(*) FROM tv_null_key;

-- By a role that may create tables but no triggers on the source: an ordinary table. With the right: a TVIEW of its own.
CREATE ROLE regress_tviews_ctas;
GRANT USAGE, CREATE ON SCHEMA ctas TO regress_tviews_ctas;
GRANT SELECT ON users TO regress_tviews_ctas;
SET ROLE regress_tviews_ctas;
CREATE TABLE tv_role AS SELECT pk_user AS pk_role, name FROM users;
RESET ROLE;
GRANT TRIGGER ON users TO regress_tviews_ctas;
SET ROLE regress_tviews_ctas;
CREATE TABLE tv_role2 AS SELECT pk_user AS pk_role2, name FROM users;
RESET ROLE;
SELECT relname, relowner::regrole FROM pg_class WHERE relname IN ('tv_role', 'v_role', 'tv_role2', 'v_role2') ORDER BY 1;
UPDATE users SET name = 'roles' WHERE pk_user = 2;
SELECT oracle.all();

-- Another type for a column: refused, with the way.
ALTER TABLE users ADD COLUMN free int, ALTER COLUMN name TYPE varchar(10);
\echo :LAST_ERROR_SQLSTATE
ALTER TABLE users ADD COLUMN free int;
ALTER TABLE users ALTER COLUMN free TYPE text;
ALTER TABLE nowhere ALTER COLUMN name TYPE text;
ALTER TABLE IF EXISTS nowhere ALTER COLUMN name TYPE text;
ALTER TABLE users ALTER COLUMN nothing TYPE text;

SET client_min_messages = warning;
DROP SCHEMA ctas CASCADE;
DROP ROLE regress_tviews_ctas;
SELECT count(*) FROM pg_tview_meta;
