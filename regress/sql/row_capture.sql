-- Capture by row triggers: what replication applies is seen too. Statement capture comes back when asked for.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA row_capture;
SET search_path = row_capture, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, dropped int, name text, note text);
ALTER TABLE users DROP COLUMN dropped;
CREATE TABLE post (pk_post int, region int, fk_user int, body text, PRIMARY KEY (pk_post, region)) PARTITION BY LIST (region);
CREATE TABLE post_1 PARTITION OF post FOR VALUES IN (1);
CREATE TABLE post_2 (body text, fk_user int, region int NOT NULL, pk_post int NOT NULL);
ALTER TABLE post ATTACH PARTITION post_2 FOR VALUES IN (2);
CREATE TABLE animal (pk_animal int PRIMARY KEY, name text);
CREATE TABLE dog (breed text) INHERITS (animal);
INSERT INTO users SELECT g, 'user ' || g, 'none' FROM generate_series(1, 4) g;
INSERT INTO post SELECT g, g % 2 + 1, g % 4 + 1, 'post ' || g FROM generate_series(1, 8) g;
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.region, p.body, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user', '{"key": ["pk_post", "region"]}');
SELECT pg_tviews_create('user', 'SELECT u.pk_user, u.name, (SELECT count(*) FROM tv_post t WHERE t.name = u.name) AS posts FROM users u');
SELECT pg_tviews_create('animal', 'SELECT pk_animal, name FROM animal');
CREATE VIEW triggers AS
    SELECT tgrelid::regclass AS relation, string_agg(concat_ws(' ', tgname, tgenabled, CASE tgtype & 1 WHEN 1 THEN 'row' END), ', ' ORDER BY tgname) AS triggers
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = 'row_capture'::regnamespace AND NOT t.tgisinternal AND t.tgname NOT LIKE '%guard'
     GROUP BY 1;
SELECT * FROM triggers ORDER BY relation::text COLLATE "C";

-- With statement triggers the changes of a replica are not seen.
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE users SET name = 'not seen' WHERE pk_user = 1;
COMMIT;
SELECT oracle.check('tv_user') = 'ok';
SELECT pg_tviews_refresh() > 0;

-- Writers in flight: what they queue is flushed with their commit.
BEGIN;
UPDATE users SET name = 'before' WHERE pk_user = 1;
SELECT pg_tviews_uninstall_stmt_triggers();
UPDATE users SET name = 'after' WHERE pk_user = 2;
COMMIT;
SELECT oracle.all();
SELECT * FROM triggers ORDER BY relation::text COLLATE "C";
SELECT entity, options FROM pg_tview_meta WHERE schema = 'row_capture' ORDER BY entity COLLATE "C";
SELECT * FROM pg_tviews_health_check() WHERE status <> 'OK';

-- Every kind of write, in both roles.
CREATE PROCEDURE writes() LANGUAGE plpgsql AS $$
BEGIN
    UPDATE users SET name = name || '!' WHERE pk_user IN (1, 3);
    UPDATE users SET note = 'does not matter';
    INSERT INTO post SELECT coalesce(max(pk_post), 0) + 1, 1, 1, 'through the parent' FROM post;
    INSERT INTO post_2 (pk_post, region, fk_user, body) SELECT max(pk_post) + 1, 2, 2, md5('to a partition') FROM post;
    UPDATE post SET region = 3 - region WHERE pk_post = (SELECT max(pk_post) FROM post);
    DELETE FROM post WHERE pk_post = (SELECT min(pk_post) FROM post);
    MERGE INTO post p USING (SELECT 3 AS id UNION ALL SELECT 1000) s ON p.pk_post = s.id
     WHEN MATCHED THEN UPDATE SET region = 3 - p.region
     WHEN NOT MATCHED THEN INSERT VALUES (s.id, 1, 3, 'merged');
    INSERT INTO users VALUES (1, 'conflict', '') ON CONFLICT (pk_user) DO UPDATE SET name = excluded.name;
    BEGIN
        UPDATE users SET name = 'undone';
        PERFORM posts FROM tv_user;
        RAISE EXCEPTION division_by_zero;
    EXCEPTION WHEN division_by_zero THEN
        NULL;
    END;
    INSERT INTO dog SELECT coalesce(max(pk_animal), 0) + 1, 'dog', 'pug' FROM animal;
    UPDATE animal SET name = name || '.';
END
$$;
CALL writes();
SELECT oracle.all();
SET session_replication_role = replica;
CALL writes();
SELECT oracle.all();
BEGIN;
UPDATE users SET name = 'own write' WHERE pk_user = 4;
SELECT name FROM tv_user WHERE pk_user = 4;
COMMIT;
COPY dog (pk_animal, name) FROM stdin;
77	copied
\.
SELECT oracle.all();
TRUNCATE post_1;
SELECT oracle.all();
TRUNCATE post, animal;
SELECT oracle.all();
INSERT INTO post VALUES (1, 1, 1, 'one'), (2, 2, 2, 'two');
RESET session_replication_role;
SELECT oracle.all();
SELECT pk_post, name FROM tv_post ORDER BY 1;

-- A row whose relevant columns do not change costs nothing.
SELECT oracle.mark('tv_user');
UPDATE users SET note = 'neither this';
SELECT oracle.written('tv_user');

-- DDL: partitions come, are attached and go; columns are renamed.
CREATE TABLE post_3 PARTITION OF post FOR VALUES IN (3);
CREATE TABLE post_4 (LIKE post INCLUDING ALL);
INSERT INTO post_4 VALUES (40, 4, 1, 'attached');
ALTER TABLE post ATTACH PARTITION post_4 FOR VALUES IN (4);
ALTER TABLE users RENAME COLUMN name TO full_name;
SET session_replication_role = replica;
INSERT INTO post VALUES (30, 3, 3, 'three');
UPDATE post_4 SET body = 'changed';
UPDATE users SET full_name = 'renamed' WHERE pk_user = 3;
RESET session_replication_role;
SELECT oracle.all();
ALTER TABLE post DETACH PARTITION post_4;
SELECT oracle.all();
SELECT * FROM triggers ORDER BY relation::text COLLATE "C";
SELECT * FROM pg_tviews_health_check() WHERE status <> 'OK';

-- Triggers that TVIEWs need are not dropped; one that fires in ordinary sessions only is found.
DROP TRIGGER pg_tviews_row ON users;
\echo :LAST_ERROR_SQLSTATE
ALTER TABLE users ENABLE TRIGGER pg_tviews_row;
SELECT status, details FROM pg_tviews_health_check() WHERE check_name = 'capture triggers';
SELECT pg_tviews_uninstall_stmt_triggers();
SELECT * FROM pg_tviews_health_check() WHERE status <> 'OK';

-- A TVIEW created later has statement capture unless it says otherwise; a source is captured as the most demanding one wants it.
CREATE TABLE tag (pk_tag int PRIMARY KEY, name text);
SELECT pg_tviews_create('tag', 'SELECT pk_tag, name FROM tag');
SELECT * FROM triggers WHERE relation = 'tag'::regclass;
SELECT pg_tviews_create('tag2', 'SELECT pk_tag AS pk_tag2, name FROM tag', '{"capture": "row"}');
SELECT * FROM triggers WHERE relation = 'tag'::regclass;
SET session_replication_role = replica;
INSERT INTO tag VALUES (1, 'one');
RESET session_replication_role;
SELECT oracle.all();
SELECT pg_tviews_drop('tag2');
UPDATE tag SET name = 'uno';
SELECT oracle.all();
SELECT pg_tviews_create('tag3', 'SELECT pk_tag AS pk_tag3, name FROM tag', '{"capture": "rows"}');
\echo :LAST_ERROR_SQLSTATE

-- The owner of a TVIEW who owns none of its sources.
CREATE ROLE regress_tviews_row;
GRANT USAGE, CREATE ON SCHEMA row_capture TO regress_tviews_row;
GRANT SELECT, TRIGGER ON users TO regress_tviews_row;
SELECT pg_tviews_drop('tag'), pg_tviews_install_stmt_triggers();
SET ROLE regress_tviews_row;
SELECT pg_tviews_create('guest', 'SELECT pk_user AS pk_guest, full_name FROM users');
SELECT pg_tviews_uninstall_stmt_triggers();
RESET ROLE;
SELECT * FROM triggers WHERE relation = 'users'::regclass;
SELECT pg_tviews_install_stmt_triggers();
SELECT * FROM triggers WHERE relation = 'users'::regclass;
UPDATE users SET full_name = 'statement' WHERE pk_user = 2;
SELECT oracle.all();
SET ROLE regress_tviews_row;
SELECT pg_tviews_install_stmt_triggers();
-- Nobody changes how tables are captured that no TVIEW of his reads.
SELECT _pg_tviews_settle_capture('{post_1}');
RESET ROLE;
SELECT * FROM triggers ORDER BY relation::text COLLATE "C";
ALTER TABLE users RENAME COLUMN full_name TO name;
CALL writes();
UPDATE users SET name = 'statement' WHERE pk_user = 4;
SELECT oracle.all();
SELECT * FROM pg_tviews_health_check() WHERE status <> 'OK';

-- A trigger somebody made that fires too early is an error, not a wrong TVIEW.
CREATE TRIGGER early BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION _pg_tviews_capture();
UPDATE users SET name = 'never';
\echo :LAST_ERROR_SQLSTATE
DROP TRIGGER early ON users;

SET client_min_messages = warning;
DROP SCHEMA row_capture CASCADE;
DROP ROLE regress_tviews_row;
SELECT count(*) FROM pg_tview_meta;
