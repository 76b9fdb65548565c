-- What pg_tviews_create() and its kin refuse: each an ordinary error with SQLSTATE, and nothing is left behind.
\set SHOW_CONTEXT never
CREATE SCHEMA create_errors;
SET search_path = create_errors, tviews;
CREATE TABLE item (pk_item int PRIMARY KEY, code text, price numeric, place point, doc json, parent int);
INSERT INTO item VALUES (1, 'a', 1.5, '(0,0)', '{}', NULL), (2, 'b', 2.5, '(1,1)', '{}', 1), (3, 'b', 3.5, '(2,2)', '{}', 1);
CREATE TABLE before AS SELECT * FROM oracle.inventory('create_errors') i (line);
INSERT INTO before VALUES ('table before');

-- Names that are none.
SELECT pg_tviews_create(NULL, 'SELECT pk_item FROM item');
SELECT pg_tviews_create('', 'SELECT pk_item FROM item');
SELECT pg_tviews_create('tv_', 'SELECT pk_item FROM item');
SELECT pg_tviews_create('no name', 'SELECT pk_item FROM item');
SELECT pg_tviews_create('1st', 'SELECT pk_item FROM item');
SELECT pg_tviews_create('a.b.c', 'SELECT pk_item FROM item');
SELECT pg_tviews_create('"open', 'SELECT pk_item FROM item');
SELECT pg_tviews_create('""', 'SELECT pk_item FROM item');
SELECT pg_tviews_create('item;drop table item', 'SELECT pk_item FROM item');
SELECT pg_tviews_create(repeat('n', 61), 'SELECT pk_item FROM item');
SELECT pg_tviews_create('"' || repeat('é', 31) || '"', 'SELECT pk_item FROM item');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_create('nowhere.item', 'SELECT pk_item FROM item');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_create('pg_temp.item', 'SELECT pk_item FROM item');
SELECT pg_tviews_create('pg_catalog.item', 'SELECT pk_item FROM item');
SET search_path = '';
SELECT tviews.pg_tviews_create('item', 'SELECT pk_item FROM create_errors.item');
\echo :LAST_ERROR_SQLSTATE
SET search_path = create_errors, tviews;

-- Names that are taken.
CREATE TABLE tv_taken ();
SELECT pg_tviews_create('taken', 'SELECT pk_item AS pk_taken FROM item');
DROP TABLE tv_taken;
CREATE VIEW v_taken AS SELECT 1 AS pk_taken;
SELECT pg_tviews_create('taken', 'SELECT pk_item AS pk_taken FROM item');
\echo :LAST_ERROR_SQLSTATE
DROP VIEW v_taken;
SELECT pg_tviews_create('twice', 'SELECT pk_item AS pk_twice FROM item');
SELECT pg_tviews_create('twice', 'SELECT pk_item AS pk_twice FROM item');
SELECT pg_tviews_create('twice');
SELECT pg_tviews_drop('twice');

-- No view to adopt, or no view.
SELECT pg_tviews_create('item');
\echo :LAST_ERROR_SQLSTATE
CREATE TABLE v_item ();
SELECT pg_tviews_create('item');
DROP TABLE v_item;
CREATE MATERIALIZED VIEW v_item AS SELECT 1 AS pk_item;
SELECT pg_tviews_create('item');
DROP MATERIALIZED VIEW v_item;

-- Definitions that are no single SELECT; errors have their position in the definition.
SELECT pg_tviews_create('item', '');
SELECT pg_tviews_create('item', '   -- nothing');
SELECT pg_tviews_create('item', 'SELEC pk_item FROM item');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_create('item', 'SELECT pk_item FROM');
SELECT pg_tviews_create('item', 'SELECT pk_item, no_such_column FROM item');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_create('item', 'SELECT pk_item FROM no_such_table');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_create('item', 'SELECT pk_item, no_such_function(code) FROM item');
SELECT pg_tviews_create('item', 'SELECT pk_item, code + 1 FROM item');
SELECT pg_tviews_create('item', 'SELECT pk_item, $1 FROM item');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item; SELECT 1');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item; DROP TABLE item');
SELECT pg_tviews_create('item', 'INSERT INTO item VALUES (9) RETURNING pk_item');
SELECT pg_tviews_create('item', 'WITH w AS (DELETE FROM item RETURNING pk_item) SELECT pk_item FROM w');
SELECT pg_tviews_create('item', 'UPDATE item SET code = NULL');
SELECT pg_tviews_create('item', 'SELECT pk_item INTO stolen FROM item');
SELECT pg_tviews_create('item', 'CREATE TABLE stolen AS SELECT pk_item FROM item');
SELECT pg_tviews_create('item', 'EXPLAIN SELECT pk_item FROM item');
SELECT pg_tviews_create('item', 'COPY item TO STDOUT');
SELECT pg_tviews_create('item', 'SELECT pk_item, code, price AS code FROM item');
SELECT pg_tviews_create('item', '1');
SELECT pg_tviews_create('item', 'SELECT pk_item, ''open FROM item');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item /* open');
SELECT pg_tviews_create('item', ') SELECT pk_item FROM item (');

-- Keys: missing, null, duplicate, without equality.
SELECT pg_tviews_create('item', 'SELECT code FROM item');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_create('other', 'SELECT pk_item FROM item');
SELECT pg_tviews_create('item', 'SELECT pk_item, code FROM item', '{"key": ["pk_item", "nope"]}');
SELECT pg_tviews_create('item', 'SELECT nullif(pk_item, 2) AS pk_item, code FROM item');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_create('item', 'SELECT code AS pk_item, price FROM item');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_create('item', 'SELECT pk_item, code FROM item UNION ALL SELECT pk_item, code FROM item');
SELECT pg_tviews_create('item', 'SELECT place AS pk_item, code FROM item');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_create('item', 'SELECT doc AS pk_item, code FROM item');
SELECT pg_tviews_create('item', 'SELECT pk_item, place, code FROM item', '{"key": ["pk_item", "place"]}');
SELECT pg_tviews_create('item', 'SELECT ARRAY[place] AS pk_item, code FROM item');
SELECT pg_tviews_create('item', 'SELECT ARRAY[pk_item] AS pk_item, code FROM item');
SELECT pg_tviews_create('item', 'SELECT ROW(doc) AS pk_item, code FROM item');

-- A column that has no type of its own.
SELECT pg_tviews_create('item', 'SELECT pk_item, ROW(code, price) AS pair FROM item');

-- Options.
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '[]');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '"key"');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"fillfactr": 50}');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"key": "pk_item"}');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"key": []}');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"key": [1]}');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"key": ["pk_item", "pk_item"]}');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"fillfactor": "50"}');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"fillfactor": 9}');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"fillfactor": 101}');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"fillfactor": 50.5}');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"create_indexes": 1}');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"allow_volatile": "yes"}');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"unwatched": "item"}');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"unwatched": ["no_such_table"]}');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item', '{"unwatched": ["a b"]}');

-- Definitions whose result does not follow from the tables alone.
SELECT pg_tviews_create('item', 'SELECT pk_item, random() AS r FROM item');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_create('item', 'SELECT pk_item, now() AS at FROM item');
SELECT pg_tviews_create('item', 'SELECT pk_item, CURRENT_TIMESTAMP AS at FROM item');
SELECT pg_tviews_create('item', 'SELECT pk_item, LOCALTIME AS at FROM item');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item WHERE CURRENT_DATE > ''2000-01-01''');
SELECT pg_tviews_create('item', 'SELECT pk_item, clock_timestamp() AS at FROM item');
SELECT pg_tviews_create('item', 'SELECT pk_item, statement_timestamp() AS at FROM item');
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item WHERE price > (SELECT random())');
CREATE SEQUENCE s;
SELECT pg_tviews_create('item', 'SELECT pk_item, nextval(''s'') AS n FROM item');
DROP SEQUENCE s;
CREATE VIEW moody AS SELECT pk_item, random() AS r FROM item;
SELECT pg_tviews_create('item', 'SELECT pk_item, r FROM moody');
DROP VIEW moody;
CREATE VIEW timed AS SELECT pk_item, now() AS at FROM item;
SELECT pg_tviews_create('item', 'SELECT pk_item, at FROM timed');
DROP VIEW timed;
CREATE FUNCTION dice() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 4';
SELECT pg_tviews_create('item', 'SELECT pk_item, dice() AS n FROM item');
DROP FUNCTION dice();

-- Sources that cannot be watched.
SELECT pg_tviews_create('item', 'SELECT oid AS pk_item, relname FROM pg_class');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_create('item', 'SELECT i.pk_item, c.relname FROM item i, pg_class c WHERE c.oid::int = i.pk_item');
SELECT pg_tviews_create('item', 'SELECT i.pk_item, c.table_name FROM item i, information_schema.tables c WHERE c.table_name = i.code');
CREATE MATERIALIZED VIEW stored AS SELECT pk_item, code FROM item;
SELECT pg_tviews_create('item', 'SELECT pk_item, code FROM stored');
DROP MATERIALIZED VIEW stored;
CREATE FOREIGN DATA WRAPPER regress_tviews_fdw;
CREATE SERVER regress_tviews_server FOREIGN DATA WRAPPER regress_tviews_fdw;
CREATE FOREIGN TABLE far (pk_item int) SERVER regress_tviews_server;
SELECT pg_tviews_create('item', 'SELECT pk_item FROM far');
DROP FOREIGN TABLE far;
DROP FOREIGN DATA WRAPPER regress_tviews_fdw CASCADE;
CREATE TEMP TABLE fleeting (pk_item int);
SELECT pg_tviews_create('item', 'SELECT pk_item FROM fleeting');
DROP TABLE fleeting;
CREATE UNLOGGED TABLE careless (pk_item int);
SELECT pg_tviews_create('item', 'SELECT pk_item FROM careless');
DROP TABLE careless;
CREATE SEQUENCE counter;
SELECT pg_tviews_create('item', 'SELECT i.pk_item, c.last_value FROM item i, counter c');
DROP SEQUENCE counter;

-- TVIEWs that would read themselves.
SELECT pg_tviews_create('loop', 'SELECT pk_item AS pk_loop, code FROM item');
CREATE VIEW v_loop2 AS SELECT pk_loop AS pk_loop2, code FROM tv_loop;
SELECT pg_tviews_create('loop2');
CREATE OR REPLACE VIEW v_loop AS SELECT pk_loop2 AS pk_loop, code FROM tv_loop2;
\echo :LAST_ERROR_SQLSTATE
SELECT oracle.all();
SELECT pg_tviews_drop('loop2');
SELECT pg_tviews_drop('loop');

-- A data error while filling.
SELECT pg_tviews_create('item', 'SELECT pk_item, 1 / (pk_item - 2) AS n FROM item');
\echo :LAST_ERROR_SQLSTATE

-- Privileges.
CREATE ROLE regress_tviews_nobody;
GRANT USAGE ON SCHEMA create_errors TO regress_tviews_nobody;
SET ROLE regress_tviews_nobody;
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item');
RESET ROLE;
GRANT CREATE ON SCHEMA create_errors TO regress_tviews_nobody;
SET ROLE regress_tviews_nobody;
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
GRANT TRIGGER ON item TO regress_tviews_nobody;
SET ROLE regress_tviews_nobody;
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
GRANT SELECT ON item TO regress_tviews_nobody;
SET ROLE regress_tviews_nobody;
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item');
SELECT pg_tviews_drop('item');
RESET ROLE;
SELECT pg_tviews_create('mine', 'SELECT pk_item AS pk_mine, code FROM item');
CREATE VIEW v_foreign AS SELECT pk_item AS pk_foreign FROM item;
SET ROLE regress_tviews_nobody;
SELECT pg_tviews_create('foreign');
SELECT pg_tviews_drop('mine');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_refresh('mine');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_tviews_verify('mine');
DELETE FROM pg_tview_meta WHERE entity = 'mine';
UPDATE pg_tview_meta SET plan = '{}' WHERE entity = 'mine';
DELETE FROM pg_tview_helpers WHERE entity = 'mine';
INSERT INTO pg_tview_meta (entity, schema, table_oid, view_oid, key_columns, definition, relations, fingerprint, plan)
VALUES ('bad', 'create_errors', 'item', 'v_foreign', '{pk_item}', '', '{}', '', '{}');
RESET ROLE;
DROP VIEW v_foreign;
SELECT pg_tviews_drop('mine');
DROP OWNED BY regress_tviews_nobody;
DROP ROLE regress_tviews_nobody;

-- Unknown TVIEWs.
SELECT pg_tviews_drop('nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_tviews_drop('nothing', if_exists => true);
SELECT pg_tviews_drop('a.b.c', if_exists => true);
SELECT pg_tviews_refresh('nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_tviews_verify('nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_tviews_explain('nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_tviews_explain('"no');
SELECT pg_tviews_refresh('');

-- Internal functions called by hand with nonsense: still ordinary errors.
SELECT _pg_tviews_analyze('{}');
SELECT _pg_tviews_analyze('[1]');
SELECT _pg_tviews_capture();
SELECT _pg_tviews_guard();
\set VERBOSITY sqlstate
SELECT _pg_tviews_flush_whole('item');
SELECT _pg_tviews_flush_whole(0);
\set VERBOSITY default
SELECT _pg_tviews_mark_whole('item');
SELECT _pg_tviews_changed('item', 'not a number');
SELECT _pg_tviews_changed('before', '1');
SELECT _pg_tviews_query_is_volatile('item');
SELECT _pg_tviews_query_is_volatile(0);
CREATE TRIGGER wrong AFTER INSERT ON item FOR EACH ROW EXECUTE FUNCTION _pg_tviews_capture();
INSERT INTO item VALUES (9);
DROP TRIGGER wrong ON item;
CREATE TRIGGER wrong AFTER UPDATE ON item FOR EACH STATEMENT EXECUTE FUNCTION _pg_tviews_capture();
SELECT pg_tviews_create('item', 'SELECT pk_item FROM item');
UPDATE item SET pk_item = 9 WHERE pk_item = 1;
SELECT pg_tviews_drop('item');
DROP TRIGGER IF EXISTS wrong ON item;

-- All those errors, in one transaction with savepoints, leave the transaction usable too.
BEGIN;
SAVEPOINT s;
SELECT pg_tviews_create('item', 'SELECT code AS pk_item, price FROM item');
ROLLBACK TO s;
SELECT pg_tviews_create('item', 'SELECT pk_item, price FROM item');
INSERT INTO item (pk_item, price) VALUES (4, 4.5);
ROLLBACK TO s;
INSERT INTO item (pk_item, price) VALUES (5, 5.5);
COMMIT;
SELECT pk_item FROM item ORDER BY 1;

-- Nothing is left behind, and the table can be written and be given a TVIEW.
SELECT * FROM oracle.inventory('create_errors') i (line)
EXCEPT TABLE before ORDER BY 1;
SELECT pg_tviews_create('item', 'SELECT pk_item, code FROM item');
UPDATE item SET code = 'c' WHERE pk_item = 3;
SELECT pk_item, code FROM tv_item ORDER BY 1;
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA create_errors CASCADE;
