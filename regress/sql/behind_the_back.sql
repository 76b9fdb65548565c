-- What could change a view or a TVIEW unseen is followed or refused: rules, functions behind operators and aggregates, inheritance,
-- temporary children, triggers of users, columns that print differently for everybody.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA behind_the_back;
SET search_path = behind_the_back, tviews;
CREATE TABLE o (pk_o int PRIMARY KEY, name text, x int);
INSERT INTO o VALUES (1, 'a', 1), (2, 'b', 2);
SELECT pg_tviews_create('o', 'SELECT pk_o, name FROM o');

-- A view redefined by its rule, and one that it reads.
CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO v_o DO INSTEAD SELECT pk_o, upper(name) AS name FROM o;
SELECT oracle.diff('tv_o');
CREATE VIEW inner_view AS SELECT pk_o, name FROM o;
SELECT pg_tviews_create('nested', 'SELECT pk_o AS pk_nested, name FROM inner_view');
CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO inner_view DO INSTEAD SELECT pk_o, name || '!' AS name FROM o;
SELECT oracle.diff('tv_nested');

-- Functions behind an operator and an aggregate.
CREATE FUNCTION plus(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE OPERATOR <+> (FUNCTION = plus, LEFTARG = int, RIGHTARG = int);
SET client_min_messages = warning;
SELECT pg_tviews_create('operator', 'SELECT pk_o AS pk_operator, pk_o <+> x AS s FROM o');
RESET client_min_messages;
CREATE FUNCTION add(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE total(int) (SFUNC = add, STYPE = int, INITCOND = '0');
SELECT pg_tviews_create('aggregate', 'SELECT o.pk_o AS pk_aggregate, (SELECT total(p.x) FROM o p WHERE p.pk_o <= o.pk_o) AS s FROM o');
SELECT oracle.diff('tv_operator');
SELECT oracle.diff('tv_aggregate');
CREATE OR REPLACE FUNCTION plus(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * $2 + 1000';
CREATE OR REPLACE FUNCTION add(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2 * 100';
SELECT oracle.diff('tv_operator');
SELECT oracle.diff('tv_aggregate');

-- A TVIEW's table as a child, a partition or a parent of another table.
CREATE TABLE parent (LIKE tv_o);
ALTER TABLE tv_o INHERIT parent;
CREATE TABLE parted (LIKE tv_o) PARTITION BY RANGE (pk_o);
ALTER TABLE parted ATTACH PARTITION tv_o DEFAULT;
CREATE TABLE child () INHERITS (tv_o);

-- A temporary table as a child of a source, made so at once or later.
CREATE TEMP TABLE brief () INHERITS (o);
CREATE TEMP TABLE brief (LIKE o);
ALTER TABLE brief INHERIT o;
DROP TABLE brief;

-- User code that a flush runs does not write the TVIEW behind the flush; before it, nothing may.
CREATE FUNCTION meddles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 3 THEN
        UPDATE behind_the_back.tv_o SET name = 'meddled' WHERE pk_o = NEW.pk_o;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER meddles AFTER UPDATE ON tv_o FOR EACH ROW EXECUTE FUNCTION meddles();
UPDATE o SET name = 'good' WHERE pk_o = 1;
\echo :LAST_ERROR_SQLSTATE
DROP TRIGGER meddles ON tv_o;
CREATE TRIGGER meddles BEFORE UPDATE ON tv_o FOR EACH ROW EXECUTE FUNCTION meddles();
CREATE RULE meddles AS ON UPDATE TO tv_o DO ALSO NOTHING;
UPDATE o SET name = 'good' WHERE pk_o = 1;
SELECT oracle.diff('tv_o');

-- Results that depend on more than the data.
SELECT pg_tviews_create('privilege', 'SELECT pk_o AS pk_privilege, has_table_privilege(''pg_read_all_data'', name, ''select'') AS may FROM o');
SELECT pg_tviews_create('definition', 'SELECT pk_o AS pk_definition, pg_get_viewdef(x::oid) AS d FROM o');
SELECT pg_tviews_create('known', 'SELECT pk_o AS pk_known, to_regclass(name) IS NOT NULL AS known FROM o');
SELECT pg_tviews_create('export', 'SELECT pk_o AS pk_export, schema_to_xml(name, true, true, '''') AS x FROM o');
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA behind_the_back CASCADE;
