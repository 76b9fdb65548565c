-- Creating and dropping TVIEWs: names, schemas, options, adoption.
\set SHOW_CONTEXT never
CREATE SCHEMA create_a;
CREATE SCHEMA "Create B";
SET search_path = create_a, tviews;

CREATE TABLE author (pk_author int PRIMARY KEY, name text NOT NULL, born date);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_author int REFERENCES author, title text);
INSERT INTO author VALUES (1, 'Ann', '1970-01-01'), (2, 'Bob', NULL);
INSERT INTO post VALUES (10, 1, 'first'), (11, 2, 'second'), (12, NULL, 'third');

-- The first TVIEW: what it is made of.
SELECT pg_tviews_create('post', $$
    SELECT p.pk_post, jsonb_build_object('title', p.title, 'author', a.name) AS data
      FROM post p LEFT JOIN author a ON a.pk_author = p.fk_author
$$);
\d tv_post
\d+ v_post
SELECT reloptions FROM pg_class WHERE oid = 'tv_post'::regclass;
SELECT * FROM oracle.inventory('create_a');
SELECT entity, schema, table_oid, view_oid, key_columns, options, depth, metadata_version FROM pg_tview_meta WHERE schema = 'create_a';
SELECT pk_post, data FROM tv_post ORDER BY 1;
SELECT source, alias, strategy, links, columns FROM pg_tviews_explain('post') ORDER BY alias COLLATE "C";
SELECT oracle.all();

-- Names: with and without prefix, with schema, quoted, named arguments. One prefix is taken off, not two.
SELECT pg_tviews_create('tv_author', 'SELECT pk_author, name FROM author');
SELECT pg_tviews_create('create_a.a1', 'SELECT pk_author AS pk_a1, name FROM author');
SELECT pg_tviews_create('create_a.tv_a2', 'SELECT pk_author AS pk_a2, name FROM author');
SELECT pg_tviews_create('"Create B"."tv_Writer"', 'SELECT pk_author AS "pk_Writer", name AS "Full Name" FROM author');
SELECT pg_tviews_create('"Create B"."dot.quote""space "', 'SELECT pk_author AS "pk_dot.quote""space ", name FROM author');
SELECT pg_tviews_create(' TV_A3 ', 'SELECT pk_author AS pk_a3, name FROM author');
SELECT pg_tviews_create('tv_tv_a4', 'SELECT pk_author AS pk_tv_a4, name FROM author');
SELECT pg_tviews_create(options => '{"key": ["id"]}', definition => 'SELECT pk_author AS id, name FROM author', entity => 'a5');
SELECT pg_tviews_create('"été"', 'SELECT pk_author AS "pk_été", name AS "prénom" FROM author');
UPDATE author SET name = 'Anna' WHERE pk_author = 1;
SELECT "pk_Writer", "Full Name" FROM "Create B"."tv_Writer" ORDER BY 1;
SELECT pk_tv_a4, name FROM tv_tv_a4 ORDER BY 1;
SELECT schema, entity, table_oid, view_oid, key_columns FROM pg_tview_meta
 WHERE schema IN ('create_a', 'Create B') ORDER BY schema COLLATE "C", entity COLLATE "C";
SELECT oracle.all(), oracle.all('Create B');

-- 63 bytes are the most, and are enough; multi-byte characters count their bytes.
SELECT pg_tviews_create(repeat('n', 60), format('SELECT pk_author AS %I, name FROM author', 'k'), '{"key": ["k"]}');
SELECT pg_tviews_create('"' || repeat('é', 30) || '"', 'SELECT pk_author AS k, name FROM author', '{"key": ["k"]}');
SELECT pg_tviews_create(repeat('k', 57), format('SELECT pk_author AS %I, name FROM author', 'pk_' || repeat('k', 57)));
INSERT INTO author VALUES (3, 'Cid');
SELECT octet_length(c.relname), m.key_columns[1] = 'k' AS named_key
  FROM pg_tview_meta m JOIN pg_class c ON c.oid = m.table_oid
 WHERE m.schema = 'create_a' AND octet_length(c.relname) >= 60 ORDER BY 1, 2;
SELECT oracle.all();

-- The same entity in two schemas; the search_path decides which one is meant.
SELECT pg_tviews_create('"Create B".post', 'SELECT pk_post, title FROM create_a.post');
SELECT count(*) FROM pg_tviews_explain('post');
SELECT count(*) FROM pg_tviews_explain('"Create B".post');
SET search_path = "Create B", create_a, tviews;
SELECT count(*) FROM pg_tviews_explain('post');
SET search_path = create_a, tviews;

-- An empty search_path.
SET search_path = '';
SELECT tviews.pg_tviews_create('create_a.a6', 'SELECT pk_author AS pk_a6, name FROM create_a.author');
UPDATE create_a.author SET name = 'Bert' WHERE pk_author = 2;
SELECT pk_a6, name FROM create_a.tv_a6 ORDER BY 1;
SELECT tviews.pg_tviews_drop('create_a.a6');
SELECT oracle.all('create_a');
SET search_path = create_a, tviews;

-- What a definition may look like: comments at its end, a semicolon, WITH, VALUES, TABLE, parentheses, ORDER BY.
SELECT pg_tviews_create('d1', 'SELECT pk_author AS pk_d1 FROM author -- the key alone');
SELECT pg_tviews_create('d2', 'SELECT pk_author AS pk_d2, born FROM author;');
SELECT pg_tviews_create('d3', 'WITH w AS (SELECT * FROM author) SELECT pk_author AS pk_d3, name FROM w ORDER BY name');
SELECT pg_tviews_create('d4', 'VALUES (1, ''constant'')', '{"key": ["column1"]}');
SELECT pg_tviews_create('d5', 'TABLE author', '{"key": ["pk_author"]}');
SELECT pg_tviews_create('d6', '(SELECT pk_author AS pk_d6, name FROM author)');
SELECT pg_tviews_create('d7', E'/* comment */\n\tSELECT a.pk_author AS pk_d7, \'it\'\'s; "quoted" $1 %s %I\' AS note FROM author AS a');
SELECT pg_tviews_create('d8', 'SELECT pk_author AS pk_d8, name, name AS updated_at FROM author');
SELECT pg_tviews_create('d9', 'SELECT pk_author AS pk_d9, data, "select", "order by" FROM (SELECT pk_author, to_jsonb(a) AS data, born AS "select", name AS "order by" FROM author a) x WHERE false');
INSERT INTO author VALUES (4, 'Dan', '2000-02-29');
DELETE FROM author WHERE pk_author = 3;
SELECT pk_d1 FROM tv_d1 ORDER BY 1;
SELECT pk_d3, name FROM tv_d3 ORDER BY 1;
SELECT column1, column2 FROM tv_d4;
SELECT pk_author, name, born FROM tv_d5 ORDER BY 1;
SELECT pk_d7, note FROM tv_d7 ORDER BY 1;
SELECT * FROM tv_d8 ORDER BY 1;
SELECT count(*) FROM tv_d9;
SELECT oracle.all();

-- An existing view is adopted; it stays the view it was.
CREATE VIEW v_reader AS SELECT pk_author AS pk_reader, upper(name) AS name FROM author;
COMMENT ON VIEW v_reader IS 'older than its TVIEW';
SELECT 'v_reader'::regclass::oid AS view_oid \gset
SELECT pg_tviews_create('reader');
SELECT 'v_reader'::regclass::oid = :view_oid AS same_view, obj_description(:view_oid, 'pg_class');
UPDATE author SET name = 'Dora' WHERE pk_author = 4;
SELECT pk_reader, name FROM tv_reader ORDER BY 1;
SELECT oracle.check('tv_reader');

-- Options.
SELECT pg_tviews_create('o1', 'SELECT pk_author AS pk_o1, name FROM author', '{"fillfactor": 50}');
SELECT reloptions FROM pg_class WHERE oid = 'tv_o1'::regclass;
SELECT pg_tviews_create('o2', $$SELECT a.pk_author AS pk_o2, array_agg(p.title ORDER BY p.pk_post) AS titles
                                  FROM author a LEFT JOIN post p ON p.fk_author = a.pk_author GROUP BY a.pk_author$$);
SELECT alias, missing_index FROM pg_tviews_explain('post') WHERE missing_index IS NOT NULL;
SELECT indexdef FROM pg_indexes WHERE schemaname = 'create_a' AND tablename = 'post' ORDER BY indexname COLLATE "C";
SELECT pg_tviews_create('o3', 'SELECT p.pk_post AS pk_o3, a.name FROM post p JOIN author a ON a.pk_author = p.fk_author', '{"create_indexes": true}');
SELECT indexdef FROM pg_indexes WHERE schemaname = 'create_a' AND tablename = 'post' ORDER BY indexname COLLATE "C";
SELECT alias, missing_index FROM pg_tviews_explain('o3') WHERE missing_index IS NOT NULL;
SELECT pg_tviews_create('o4', 'SELECT pk_author AS pk_o4, name, now() > born AS is_born FROM author', '{"allow_volatile": true}');
CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS posts FROM post;
SELECT pg_tviews_create('o5', 'SELECT a.pk_author AS pk_o5, a.name, t.posts FROM author a, totals t', '{"unwatched": ["totals"]}');
SELECT options FROM pg_tview_meta WHERE table_oid = 'tv_o5'::regclass;
INSERT INTO post VALUES (13, 1, 'fourth');
UPDATE author SET name = 'Ben' WHERE pk_author = 2;
SELECT pk_o5, name, posts FROM tv_o5 ORDER BY 1;
REFRESH MATERIALIZED VIEW totals;
SELECT pg_tviews_refresh('o5');
SELECT pk_o5, name, posts FROM tv_o5 ORDER BY 1;
-- Of a relation that the view does not read there is nothing to say.
SELECT pg_tviews_create('o6', 'SELECT pk_author AS pk_o6, name FROM author', '{"unwatched": ["totals"]}');
SELECT pg_tviews_drop('o6');
SELECT pk_o2, titles FROM tv_o2 ORDER BY 1;
SELECT oracle.all();

-- All or nothing: with the transaction it was created in.
BEGIN;
SELECT pg_tviews_create('gone', 'SELECT pk_author AS pk_gone, name FROM author');
UPDATE author SET name = 'Ute' WHERE pk_author = 1;
SELECT pk_gone, name FROM tv_gone ORDER BY 1;
SELECT oracle.all();
ROLLBACK;
SELECT line FROM oracle.inventory('create_a') i (line) WHERE line LIKE '%gone%';
UPDATE author SET name = 'Uta' WHERE pk_author = 1;
SELECT oracle.all();
BEGIN;
CREATE TABLE young (pk_young int PRIMARY KEY, name text);
INSERT INTO young VALUES (1, 'before');
SELECT pg_tviews_create('young', 'SELECT pk_young, name FROM young');
INSERT INTO young VALUES (2, 'after');
SAVEPOINT s;
SELECT pg_tviews_create('undone', 'SELECT pk_young AS pk_undone, name FROM young');
INSERT INTO young VALUES (3, 'undone');
ROLLBACK TO s;
INSERT INTO young VALUES (4, 'again');
COMMIT;
SELECT pk_young, name FROM tv_young ORDER BY 1;
SELECT oracle.all();

-- Created, then written by a session that has not loaded the library; dropped by another such one.
\c -
SET search_path = create_a, tviews;
UPDATE young SET name = 'by the second session' WHERE pk_young = 1;
SELECT pk_young, name FROM tv_young ORDER BY 1;
SELECT oracle.all();
\c -
SET search_path = create_a, tviews;
DROP TABLE tv_young;
SELECT line FROM oracle.inventory('create_a') i (line) WHERE line LIKE '%young%';
INSERT INTO young VALUES (5, 'free');
\c -
SET search_path = create_a, tviews;
SELECT pg_tviews_create('young', 'SELECT pk_young, name FROM young');
\c -
SET search_path = create_a, tviews;
DELETE FROM young WHERE pk_young < 5;
SELECT pk_young, name FROM tv_young ORDER BY 1;
\c -
\set SHOW_CONTEXT never
SET search_path = create_a, tviews;

-- Dropping: by any name, only once unless if_exists, and triggers only with the last TVIEW that needs them.
SELECT pg_tviews_drop('tv_young');
SELECT line FROM oracle.inventory('create_a') i (line) WHERE line LIKE '%young%';
SELECT pg_tviews_drop('young');
SELECT pg_tviews_drop('young', if_exists => true);
SELECT pg_tviews_drop('"Create B"."Writer"');
SELECT pg_tviews_drop('"Create B"."dot.quote""space "');
SELECT pg_tviews_drop('"Create B".post');
SELECT * FROM oracle.inventory('Create B');
SELECT pg_tviews_drop('o3');
SELECT tgname FROM pg_trigger WHERE tgrelid = 'post'::regclass AND NOT tgisinternal ORDER BY 1;
SELECT pg_tviews_drop('o2');
SELECT pg_tviews_drop('post');
SELECT tgname FROM pg_trigger WHERE tgrelid = 'post'::regclass AND NOT tgisinternal ORDER BY 1;
SELECT oracle.all();

-- Dependents keep it, unless cascade.
CREATE VIEW reader_names AS SELECT name FROM tv_reader;
SELECT pg_tviews_drop('reader');
SELECT pk_reader, name FROM tv_reader ORDER BY 1;
UPDATE author SET name = 'Dino' WHERE pk_author = 4;
SELECT oracle.check('tv_reader');
SET client_min_messages = warning;
SELECT pg_tviews_drop('reader', cascade => true);
SELECT to_regclass('reader_names'), to_regclass('v_reader'), to_regclass('tv_reader');

-- A drop is undone with its transaction.
BEGIN;
SELECT pg_tviews_drop('d5');
UPDATE author SET name = 'lost';
ROLLBACK;
UPDATE author SET name = 'Dodo' WHERE pk_author = 4;
SELECT pk_author, name FROM tv_d5 ORDER BY 1;
SELECT oracle.all();

-- Dropped in the transaction that has changes pending for it.
BEGIN;
UPDATE author SET name = 'Don' WHERE pk_author = 4;
SELECT pg_tviews_drop('d5');
COMMIT;
SELECT name FROM author WHERE pk_author = 4;
SELECT oracle.all();

-- On the transaction's own snapshot, and with a policy that an event trigger has put on the new table.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pg_tviews_create('own', 'SELECT pk_author AS pk_own, name FROM author');
SELECT count(*) > 0 FROM tv_own;
UPDATE author SET name = 'Dan' WHERE pk_author = 4;
COMMIT;
CREATE FUNCTION secure() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass('create_a.tv_held') IS NOT NULL THEN
        ALTER TABLE create_a.tv_held ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;
CREATE EVENT TRIGGER secure ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION secure();
SELECT pg_tviews_create('held', 'SELECT pk_author AS pk_held, name FROM author');
DROP EVENT TRIGGER secure;
DROP FUNCTION secure();
SELECT count(*) > 0 FROM tv_held;
SELECT i.indrelid::regclass FROM pg_index i WHERE i.indisprimary AND i.indrelid IN ('tv_own'::regclass, 'tv_held'::regclass) ORDER BY 1;
SELECT oracle.all();

DROP SCHEMA create_a CASCADE;
DROP SCHEMA "Create B" CASCADE;
SELECT entity FROM pg_tview_meta WHERE schema IN ('create_a', 'Create B');
