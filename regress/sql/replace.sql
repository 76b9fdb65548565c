-- pg_tviews_replace(), pg_tviews_recreate(), pg_tviews_convert_table(): in place, with all that hangs on the table.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA repl;
SET search_path = repl, tviews;
CREATE ROLE regress_tviews_reader;
CREATE ROLE regress_tviews_owner;
CREATE TABLE users (pk_user int PRIMARY KEY, name text, born date);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text, likes int);
CREATE TABLE tag (fk_post int, name text, PRIMARY KEY (fk_post, name));
INSERT INTO users SELECT g, 'user ' || g, '2000-01-01'::date + g FROM generate_series(1, 3) g;
INSERT INTO post SELECT g, g % 3 + 1, 'post ' || g, g FROM generate_series(1, 6) g;
INSERT INTO tag VALUES (1, 'a'), (1, 'b'), (2, 'a');
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT pg_tviews_create('names', 'SELECT t.name AS pk_names, count(*) AS posts FROM tv_post t GROUP BY t.name');

-- What hangs on them.
GRANT SELECT ON tv_post, v_post TO regress_tviews_reader;
GRANT SELECT (pk_post) ON v_post TO PUBLIC;
CREATE INDEX own_index ON tv_post (title);
CREATE STATISTICS own_statistics ON title, name FROM tv_post;
ALTER TABLE tv_post ADD CONSTRAINT own_check CHECK (title <> 'forbidden');
CREATE TABLE log (what text);
CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO repl.log SELECT TG_OP || ' ' || coalesce(NEW.pk_post, OLD.pk_post); RETURN NULL; END $$;
CREATE TRIGGER own_trigger AFTER INSERT OR UPDATE OR DELETE ON tv_post FOR EACH ROW EXECUTE FUNCTION log();
COMMENT ON TABLE tv_post IS 'own comment';
COMMENT ON COLUMN tv_post.title IS 'own column comment';
COMMENT ON VIEW v_post IS 'own view comment';
COMMENT ON COLUMN v_post.title IS 'own view column comment';
ALTER TABLE tv_post SET (autovacuum_enabled = off);
CREATE VIEW reader AS SELECT pk_post, title FROM tv_post;
CREATE FUNCTION hanging() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT line COLLATE "C" FROM (
        SELECT concat_ws(' ', c.relname, c.relkind, replace(c.relacl::text, 'xtm/', 'xt/'), c.reloptions, obj_description(c.oid, 'pg_class')) FROM pg_class c WHERE c.relname IN ('tv_post', 'v_post')
        UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = to_regclass('tv_post')
        UNION ALL SELECT concat_ws(' ', o.conname, pg_get_constraintdef(o.oid)) FROM pg_constraint o WHERE o.conrelid = to_regclass('tv_post') AND o.contype <> 'n'
        UNION ALL SELECT concat_ws(' ', 'trigger', t.tgname) FROM pg_trigger t WHERE t.tgrelid = to_regclass('tv_post') AND NOT t.tgisinternal
        UNION ALL SELECT concat_ws(' ', 'statistics', s.stxname) FROM pg_statistic_ext s WHERE s.stxrelid = to_regclass('tv_post')
        UNION ALL SELECT concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attacl, col_description(a.attrelid, a.attnum))
                    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relname IN ('tv_post', 'v_post') AND a.attnum > 0 AND NOT a.attisdropped) l (line)
     ORDER BY 1
$$;
SELECT hanging();

-- Same columns: only rows that differ are written; dependents follow; new sources are watched, old ones no more.
SELECT oracle.mark('tv_post');
SELECT pg_tviews_replace('post', $$SELECT p.pk_post, p.title, CASE WHEN p.pk_post > 2 THEN u.name ELSE upper(u.name) END AS name FROM post p JOIN users u ON u.pk_user = p.fk_user -- a comment$$);
SELECT oracle.written('tv_post');
SELECT what FROM log ORDER BY what;
SELECT oracle.all();
SELECT pg_tviews_replace('tv_post', 'SELECT p.pk_post, p.title, coalesce(string_agg(g.name, $$,$$ ORDER BY g.name), $$-$$) AS name FROM post p LEFT JOIN tag g ON g.fk_post = p.pk_post GROUP BY p.pk_post');
UPDATE tag SET name = 'c' WHERE name = 'a';
UPDATE users SET name = 'no longer read';
SELECT oracle.all();
SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'pg_tviews_update' AND tgrelid IN ('users'::regclass, 'tag'::regclass) ORDER BY tgrelid::regclass::text;

-- Columns come, at the end and elsewhere; go; change their type; in one transaction with writes.
BEGIN;
UPDATE post SET title = 'before' WHERE pk_post = 1;
SELECT pg_tviews_replace('post', 'SELECT p.pk_post, p.title, u.name, p.likes FROM post p JOIN users u ON u.pk_user = p.fk_user');
UPDATE post SET title = 'after' WHERE pk_post = 2;
SELECT pk_post, title, name, likes, updated_at IS NOT NULL FROM tv_post WHERE pk_post < 3 ORDER BY 1;
COMMIT;
SELECT oracle.all();
SELECT pg_tviews_replace('post', 'SELECT u.born, p.pk_post, p.title, p.likes::bigint AS likes, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
UPDATE users SET born = '1999-01-01' WHERE pk_user = 1;
SELECT oracle.all();
SELECT pg_tviews_replace('post', 'SELECT p.pk_post, p.title, u.name, to_jsonb(p.likes) AS likes FROM post p JOIN users u ON u.pk_user = p.fk_user');
INSERT INTO post VALUES (7, 1, 'post 7', 7);
SELECT oracle.all();
SELECT * FROM pg_tviews_health_check() WHERE status <> 'OK';
SELECT hanging();
-- updated_at becomes the view's and is the time of the write again.
SELECT pg_tviews_replace('post', $$SELECT p.pk_post, p.title, u.name, '2020-02-02 00:00+00'::timestamptz AS updated_at FROM post p LEFT JOIN users u ON u.pk_user = p.fk_user$$);
SELECT DISTINCT updated_at = '2020-02-02 00:00+00' FROM tv_post;
SELECT pg_tviews_replace('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT DISTINCT updated_at > '2020-02-03' FROM tv_post;
SELECT oracle.all();

-- Options: what is given changes, the rest stays; no definition keeps the definition.
SELECT pg_tviews_replace('post', NULL, '{"fillfactor": 60}');
SELECT pg_tviews_replace('post', NULL, '{"capture": "row"}');
SELECT options, definition FROM pg_tview_meta WHERE entity = 'post';
SELECT reloptions FROM pg_class WHERE oid = 'tv_post'::regclass;
SELECT tgname FROM pg_trigger WHERE tgrelid = 'users'::regclass AND NOT tgisinternal ORDER BY 1;
SELECT pg_tviews_replace('post', NULL, '{"capture": "statement", "create_indexes": true}');
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'post'::regclass ORDER BY indexrelid;
SELECT oracle.all();

-- Refused, and all stays as it was.
SELECT pg_tviews_replace('nothing', 'SELECT 1');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_replace('post', 'SELECT p.pk_post AS id, p.title, 1::text AS name FROM post p');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_replace('post', 'SELECT p.pk_post, p.title FROM post p', '{"key": ["title"]}');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_replace('post', 'SELECT pk_post, title, name FROM v_post');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_replace('post', 'SELECT pk_post, title, name FROM tv_post');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_replace('post', 'SELECT 1 AS pk_post, NULL::text AS title, pk_names AS name FROM tv_names');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_replace('post', 'SELECT p.fk_user AS pk_post, p.title, p.title AS name FROM post p');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_replace('post', 'SELECT p.pk_post, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_replace('post', 'SELECT p.pk_post, p.title, 1 AS name FROM post p');
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW reads_view AS SELECT title FROM v_post;
SELECT pg_tviews_replace('post', 'SELECT p.pk_post, u.born, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_replace('post', 'SELECT p.pk_post, p.title, u.name, u.born FROM post p JOIN users u ON u.pk_user = p.fk_user');
DROP VIEW reads_view;
SELECT pg_tviews_replace('post', 'SELECT 1; SELECT 2');
SELECT pg_tviews_replace('post', 'SELECT * FROM nowhere');
SELECT pg_tviews_replace('post', NULL, '{"keys": []}');
SET ROLE regress_tviews_owner;
SELECT pg_tviews_replace('repl.post', NULL);
SELECT pg_tviews_recreate('repl.post');
RESET ROLE;
UPDATE users SET name = 'renamed' WHERE pk_user = 2;
SELECT oracle.all();
SELECT c.relname FROM pg_class c WHERE c.relname LIKE '\_pg\_tviews%' AND c.relkind = 'v';

-- By another owner than the one who calls, and rolled back.
GRANT SELECT, TRIGGER ON users, post TO regress_tviews_owner;
GRANT USAGE, CREATE ON SCHEMA repl TO regress_tviews_owner;
GRANT INSERT ON log TO regress_tviews_owner;
ALTER TABLE tv_post OWNER TO regress_tviews_owner;
BEGIN;
SELECT pg_tviews_replace('post', 'SELECT p.pk_post, u.name, p.title FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT oracle.all();
SAVEPOINT s;
SELECT pg_tviews_replace('post', 'SELECT p.pk_post, u.name || $$!$$ AS name, p.title FROM post p JOIN users u ON u.pk_user = p.fk_user');
ROLLBACK TO s;
UPDATE users SET name = 'in between' WHERE pk_user = 1;
SELECT oracle.all();
ROLLBACK;
UPDATE users SET name = 'after' WHERE pk_user = 1;
SELECT oracle.all();
SET ROLE regress_tviews_owner;
SELECT pg_tviews_replace('post', 'SELECT p.pk_post, u.name, p.title FROM post p JOIN users u ON u.pk_user = p.fk_user');
RESET ROLE;
SELECT relname, relowner::regrole, replace(relacl::text, 'xtm/', 'xt/') AS relacl FROM pg_class WHERE relname IN ('tv_post', 'v_post') ORDER BY 1;
UPDATE users SET name = 'owned' WHERE pk_user = 1;
SELECT oracle.all();

-- All anew, in dependency order: what was broken is mended, what hangs on the tables stays.
CREATE TABLE kept AS SELECT hanging() AS line;
ALTER EVENT TRIGGER pg_tviews_drop DISABLE;
ALTER EVENT TRIGGER pg_tviews_ddl_end DISABLE;
DROP TRIGGER pg_tviews_guard ON tv_post;
DROP TRIGGER pg_tviews_update ON users;
UPDATE tv_post SET title = 'wrong', name = 'wrong' WHERE pk_post = 1;
DELETE FROM tv_post WHERE pk_post = 2;
UPDATE users SET name = 'unseen' WHERE pk_user = 3;
DROP VIEW v_names;
ALTER EVENT TRIGGER pg_tviews_drop ENABLE;
ALTER EVENT TRIGGER pg_tviews_ddl_end ENABLE;
SELECT check_name, status FROM pg_tviews_health_check() WHERE status <> 'OK';
SELECT pg_tviews_recreate();
SELECT oracle.all();
SELECT * FROM pg_tviews_health_check() WHERE status <> 'OK';
(TABLE kept EXCEPT ALL SELECT hanging()) UNION ALL (SELECT hanging() EXCEPT ALL TABLE kept);
UPDATE users SET name = 'seen' WHERE pk_user = 3;
SELECT oracle.all();
SELECT pg_tviews_recreate('post');
SELECT oracle.mark('tv_post');
SELECT pg_tviews_recreate();
SELECT oracle.written('tv_post');
SELECT pg_tviews_recreate('nothing');
\echo :LAST_ERROR_SQLSTATE
-- The table is gone.
SET client_min_messages = warning;
ALTER EVENT TRIGGER pg_tviews_drop DISABLE;
DROP TABLE tv_names;
ALTER EVENT TRIGGER pg_tviews_drop ENABLE;
SELECT pg_tviews_recreate();
UPDATE users SET name = 'again' WHERE pk_user = 3;
SELECT oracle.all();
SELECT * FROM pg_tviews_health_check() WHERE status <> 'OK';
RESET client_min_messages;

-- The way of dropping and creating them, by hand.
DROP VIEW reader;
SELECT pg_tviews_drop('names');
SELECT pg_tviews_create('user', 'SELECT pk_user, name FROM users');
BEGIN;
CREATE TEMP TABLE definitions AS SELECT entity, pg_get_viewdef('v_' || entity) AS definition FROM pg_tview_meta;
SELECT pg_tviews_drop(entity, true) FROM pg_tview_meta;
ALTER TABLE users ALTER COLUMN name TYPE varchar(40);
SELECT pg_tviews_create(entity, definition) FROM definitions ORDER BY entity;
COMMIT;
UPDATE users SET name = 'varchar' WHERE pk_user = 3;
SELECT oracle.all();
DROP TABLE definitions;

-- A table becomes a TVIEW.
SET pg_tviews.intercept_ctas = off;
CREATE TABLE tv_like AS SELECT p.pk_post AS pk_like, p.likes FROM post p;
SELECT pg_tviews_convert_table('tv_like');
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW v_like AS SELECT p.pk_post AS pk_like, p.likes FROM post p;
CREATE INDEX like_index ON tv_like (likes);
UPDATE post SET likes = 100 WHERE pk_post = 3;
SELECT pg_tviews_convert_table('tv_like');
SELECT pg_tviews_convert_table('repl.tv_like');
SELECT oracle.all();
UPDATE post SET likes = 200 WHERE pk_post = 4;
SELECT oracle.all();
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'tv_like'::regclass ORDER BY indexrelid;
-- Under another name, with its own key and an updated_at.
CREATE TABLE snapshot (title text, id int PRIMARY KEY, updated_at timestamptz);
CREATE VIEW v_shot AS SELECT pk_post AS id, title FROM post;
SELECT pg_tviews_convert_table('snapshot');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_convert_table('snapshot', 'other.shot');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_convert_table('snapshot', 'shot');
SELECT entity, key_columns, options FROM pg_tview_meta WHERE entity = 'shot';
SELECT oracle.all();
-- Refused.
CREATE TABLE tv_bad AS SELECT pk_post, title FROM post;
CREATE VIEW v_bad AS SELECT pk_post, title FROM post;
SELECT pg_tviews_convert_table('tv_bad');
\echo :LAST_ERROR_SQLSTATE
ALTER TABLE tv_bad ADD COLUMN mine text, ADD PRIMARY KEY (pk_post);
SELECT pg_tviews_convert_table('tv_bad');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_convert_table('v_bad');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_convert_table('missing');
\echo :LAST_ERROR_SQLSTATE
SET ROLE regress_tviews_owner;
SELECT pg_tviews_convert_table('tv_bad');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
SELECT * FROM oracle.inventory('repl') WHERE inventory LIKE '%bad%';

SET client_min_messages = warning;
DROP SCHEMA repl CASCADE;
DROP ROLE regress_tviews_reader;
DROP OWNED BY regress_tviews_owner;
DROP ROLE regress_tviews_owner;
SELECT count(*) FROM pg_tview_meta;
