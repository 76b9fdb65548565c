-- The public functions, one by one.
\set SHOW_CONTEXT never
CREATE SCHEMA functions;
SET search_path = functions, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name varchar(20), note text);
CREATE TABLE post (pk_post bigint PRIMARY KEY, fk_user int, title text);
CREATE TABLE slug (pk_slug text PRIMARY KEY, fk_post bigint);
CREATE TABLE pair (a int, b int, PRIMARY KEY (a, b));
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO post VALUES (1, 1, 'p1'), (2, 2, 'p2'), (3, 1, 'p3');
INSERT INTO slug VALUES ('one', 1), ('two', 2);
SELECT pg_tviews_create('post', $$
    SELECT p.pk_post, jsonb_build_object('title', p.title, 'author', u.name, 'slugs', (SELECT jsonb_agg(s.pk_slug ORDER BY s.pk_slug) FROM slug s WHERE s.fk_post = p.pk_post)) AS data
      FROM post p LEFT JOIN users u ON u.pk_user = p.fk_user $$);
SELECT pg_tviews_create('user', 'SELECT u.pk_user, u.name, (SELECT count(*) FROM tv_post t WHERE t.data ->> ''author'' = u.name::text) AS posts FROM users u');

-- version
SELECT pg_tviews_version() = extversion FROM pg_extension WHERE extname = 'pg_tviews';

-- flush: number of rows written; nothing to do gives 0.
SELECT pg_tviews_flush();
BEGIN;
UPDATE users SET name = 'Anna' WHERE pk_user = 1;
SELECT pg_tviews_flush();
SELECT pg_tviews_flush();
COMMIT;

-- explain: all columns of it.
\x on
SELECT * FROM pg_tviews_explain('post') ORDER BY alias COLLATE "C";
\x off
SELECT h.table_oid, h.entity, h.occurrence, h.source, h.alias, h.strategy, h.columns FROM pg_tview_helpers h WHERE h.table_oid = 'tv_post'::regclass ORDER BY occurrence;
SELECT pg_get_function_result('pg_tviews_explain'::regproc);

-- verify: counts what is missing, too many, different. It flushes first, and repairs nothing.
SELECT * FROM pg_tviews_verify('post');
BEGIN;
UPDATE post SET title = 'pending' WHERE pk_post = 1;
SELECT * FROM pg_tviews_verify('post');
COMMIT;
SET session_replication_role = replica;
DELETE FROM tv_post WHERE pk_post = 1;
INSERT INTO tv_post VALUES (99, '{}'), (98, '{}');
UPDATE tv_post SET data = '{}' WHERE pk_post > 1;
RESET session_replication_role;
SELECT * FROM pg_tviews_verify('post');
SELECT * FROM pg_tviews_verify() WHERE entity IN ('post', 'user');
SELECT sum(missing) BETWEEN 0 AND 1, sum(extra) BETWEEN 0 AND 2, sum(different) BETWEEN 0 AND 2 FROM pg_tviews_verify('post', 2);
SELECT * FROM pg_tviews_verify('post', 1000);
SELECT * FROM pg_tviews_verify('post', 0);
SELECT * FROM pg_tviews_verify('post', -1);
SELECT oracle.check('tv_post') = 'ok';

-- refresh: the rows that are wrong, and what stands on them.
SELECT pg_tviews_refresh('post');
SELECT pg_tviews_refresh('post');
SELECT oracle.all();
SET session_replication_role = replica;
UPDATE tv_post SET data = data || '{"author": "nobody"}';
UPDATE tv_user SET posts = -1;
RESET session_replication_role;
SELECT pg_tviews_refresh();
SELECT oracle.all();
SET session_replication_role = replica;
UPDATE tv_post SET data = '{}';
RESET session_replication_role;
\set VERBOSITY sqlstate
BEGIN READ ONLY;
SELECT pg_tviews_refresh('post');
ROLLBACK;
\set VERBOSITY default
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pg_tviews_refresh('post');
COMMIT;

-- cascade, insert, delete: a row is treated as changed. Needed for nothing but changes that triggers have not seen.
SET session_replication_role = replica;
UPDATE post SET title = 'unseen' WHERE pk_post = 2;
INSERT INTO post VALUES (4, 2, 'unseen too');
DELETE FROM post WHERE pk_post = 3;
INSERT INTO slug VALUES ('three', 2);
UPDATE users SET name = 'Robert' WHERE pk_user = 2;
RESET session_replication_role;
SELECT pk_post, data FROM tv_post ORDER BY 1;
SELECT pg_tviews_cascade('post'::regclass, 2);
SELECT pk_post, data FROM tv_post ORDER BY 1;
SELECT pg_tviews_insert('post'::regclass, 4);
SELECT pg_tviews_insert('slug'::regclass, 'three');
SELECT pg_tviews_delete('post'::regclass, 3);
SELECT pk_post, data FROM tv_post ORDER BY 1;
SELECT pg_tviews_cascade('users'::regclass, '2');
SELECT pk_user, name, posts FROM tv_user ORDER BY 1;
SELECT oracle.all();
SELECT pg_tviews_cascade('pair'::regclass, 1);
SELECT pg_tviews_cascade(0, 1);
SELECT pg_tviews_cascade('users'::regclass, 'one');
SELECT pg_tviews_cascade('users'::regclass, 99);
SELECT pg_tviews_cascade(NULL, 1);
SELECT oracle.all();

-- analyze_select: the plan of a definition, refusals included, and nothing is created.
SELECT pg_tviews_analyze_select('SELECT pk_user, name FROM users') ?& ARRAY['version', 'key', 'occurrences', 'statements', 'refusals', 'notes'] AS is_plan;
SELECT o ->> 'alias' AS alias, o #>> '{strategy,kind}' AS strategy, o ->> 'links' AS links
  FROM jsonb_array_elements(pg_tviews_analyze_select('SELECT p.pk_post, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user') -> 'occurrences') o ORDER BY 1;
SELECT r ->> 'code' AS code, r ->> 'message' AS message FROM jsonb_array_elements(pg_tviews_analyze_select('SELECT pk_user, now() AS t FROM users') -> 'refusals') r;
SELECT pg_tviews_analyze_select('SELECT pk_user FROM users u WHERE');
SELECT pg_tviews_analyze_select('DROP TABLE users');
SELECT pg_tviews_analyze_select('SELECT nope FROM users');
SELECT count(*) FROM pg_class WHERE relname LIKE '%analyzed%';

-- infer_types
SELECT pg_tviews_infer_types('users', NULL);
SELECT pg_tviews_infer_types('functions.post', ARRAY['pk_post', 'title']);
SELECT pg_tviews_infer_types('tv_post', ARRAY['data']);
SELECT pg_tviews_infer_types('users', ARRAY['pk_user', 'nope']);
SELECT pg_tviews_infer_types('nope', ARRAY['a']);

-- graph
SELECT pg_tviews_graph() \g (format=unaligned tuples_only=on)
SELECT pg_tviews_graph('mermaid') \g (format=unaligned tuples_only=on)
SELECT pg_tviews_graph('png');

-- health_check
CREATE INDEX ON post (fk_user);
SELECT check_name, status FROM pg_tviews_health_check();
ALTER EVENT TRIGGER pg_tviews_drop DISABLE;
ALTER TABLE tv_post DISABLE TRIGGER pg_tviews_guard;
SELECT check_name, status, details FROM pg_tviews_health_check() WHERE status <> 'OK';
ALTER EVENT TRIGGER pg_tviews_drop ENABLE;
ALTER TABLE tv_post ENABLE TRIGGER pg_tviews_guard;
SELECT check_name, status, details FROM pg_tviews_health_check() WHERE status <> 'OK';
SELECT pg_tviews_check_jsonb_ivm();

-- install_stmt_triggers: the number of capture triggers in place; again is no different.
SELECT pg_tviews_install_stmt_triggers() = pg_tviews_install_stmt_triggers();
SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'functions'::regnamespace AND tgname LIKE 'pg_tviews%';
UPDATE users SET name = 'Bob' WHERE pk_user = 2;
SELECT pk_post, data FROM tv_post ORDER BY 1;
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA functions CASCADE;
