-- Installs the extension, in a schema of its own, and the oracle that every other test uses and ends in.
--
--   oracle.check('tv_post')   'ok', or the rows that table and view do not share
--   oracle.all()              the same for all TVIEWs of the current schema
--   oracle.diff('tv_post')    what has changed in the table since the last call, then the verdict of check()
--   oracle.written('tv_post') number of row versions written since oracle.mark('tv_post')
--   oracle.counts('post')     how many rows of a TVIEW of the current schema have been updated, and how many of these patched, since the last call
--   oracle.kept('SELECT …')  what a TVIEW with this definition and the key pk_user would keep from differences of the source with alias o
--   oracle.inventory('app')   every object of a schema that a failed or undone command may have left behind
--
-- It asks the extension for nothing but the pair of table and view. Rows are compared as text, so that types without
-- equality are compared too and 1.0 is not 1.00.
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE SCHEMA oracle;

CREATE FUNCTION oracle.view_of(tview regclass) RETURNS regclass
LANGUAGE plpgsql STABLE AS $$
DECLARE
    view_oid regclass := (SELECT m.view_oid FROM tviews.pg_tview_meta m WHERE m.table_oid = tview);
BEGIN
    IF view_oid IS NULL THEN
        RAISE EXCEPTION '% is not a TVIEW', tview;
    END IF;
    RETURN view_oid;
END
$$;

-- The columns of the view, so without updated_at, as an expression over alias x.
CREATE FUNCTION oracle.columns_of(view_oid regclass, pattern text, separator text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT string_agg(format(pattern, a.attname), separator ORDER BY a.attnum)
      FROM pg_attribute a
     WHERE a.attrelid = view_oid AND a.attnum > 0 AND NOT a.attisdropped
$$;

-- Without statistics costs are high enough for the server to compile each query.
CREATE FUNCTION oracle.check(tview regclass) RETURNS text
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    view_oid CONSTANT regclass := oracle.view_of(tview);
    row_text CONSTANT text := 'ROW(' || oracle.columns_of(view_oid, 'x.%I', ', ') || ')::text';
    verdict  text;
BEGIN
    EXECUTE format($q$
        WITH t AS MATERIALIZED (SELECT %1$s AS r FROM %2$s x),
             v AS MATERIALIZED (SELECT %1$s AS r FROM %3$s x)
        SELECT string_agg(d.side || d.r, E'\n' ORDER BY d.r COLLATE "C", d.side)
          FROM (SELECT 'only in table: ' AS side, r FROM (TABLE t EXCEPT ALL TABLE v) a
                UNION ALL
                SELECT 'only in view: ', r FROM (TABLE v EXCEPT ALL TABLE t) b) d
        $q$, row_text, tview, view_oid) INTO verdict;
    RETURN coalesce(verdict, 'ok');
END
$$;

CREATE FUNCTION oracle.all(in_schema name DEFAULT current_schema()) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    tview   record;
    found   boolean := false;
    verdict text := '';
BEGIN
    FOR tview IN
        SELECT m.table_oid FROM tviews.pg_tview_meta m
          JOIN pg_class c ON c.oid = m.table_oid
         WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = in_schema)
         ORDER BY c.relname COLLATE "C"
    LOOP
        found := true;
        verdict := concat_ws(E'\n', nullif(verdict, ''),
                             nullif(tview.table_oid || E':\n' || oracle.check(tview.table_oid), tview.table_oid || E':\nok'));
    END LOOP;
    RETURN CASE WHEN NOT found THEN 'no TVIEW in schema ' || in_schema ELSE coalesce(nullif(verdict, ''), 'ok') END;
END
$$;

CREATE FUNCTION oracle.diff(tview regclass) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass('pg_temp.oracle_seen') IS NULL THEN
        CREATE TEMP TABLE oracle_seen (tview regclass, line text);
        CREATE TEMP TABLE oracle_now (line text);
    END IF;
    TRUNCATE pg_temp.oracle_now;
    EXECUTE format('INSERT INTO pg_temp.oracle_now SELECT concat_ws('' | '', %s) FROM %s x',
                   oracle.columns_of(oracle.view_of(tview), 'coalesce(x.%I::text, ''NULL'')', ', '), tview);
    RETURN QUERY
        SELECT d.sign || ' ' || d.line
          FROM (SELECT '-' AS sign, line
                  FROM (SELECT s.line FROM pg_temp.oracle_seen s WHERE s.tview = diff.tview
                        EXCEPT ALL TABLE pg_temp.oracle_now) gone
                UNION ALL
                SELECT '+', line
                  FROM (TABLE pg_temp.oracle_now
                        EXCEPT ALL SELECT s.line FROM pg_temp.oracle_seen s WHERE s.tview = diff.tview) come) d
         ORDER BY split_part(d.line, ' | ', 1) COLLATE "C", d.sign = '+', d.line COLLATE "C";
    DELETE FROM pg_temp.oracle_seen s WHERE s.tview = diff.tview;
    INSERT INTO pg_temp.oracle_seen SELECT diff.tview, line FROM pg_temp.oracle_now;
    RETURN NEXT oracle.check(tview);
END
$$;

CREATE FUNCTION oracle.mark(tview regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass('pg_temp.oracle_mark') IS NULL THEN
        CREATE TEMP TABLE oracle_mark (tview regclass, place tid, version xid);
    END IF;
    DELETE FROM pg_temp.oracle_mark m WHERE m.tview = mark.tview;
    EXECUTE format('INSERT INTO pg_temp.oracle_mark SELECT $1, x.ctid, x.xmin FROM %s x', tview) USING tview;
END
$$;

CREATE FUNCTION oracle.written(tview regclass) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    versions bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s x
                     WHERE NOT EXISTS (SELECT FROM pg_temp.oracle_mark m
                                        WHERE m.tview = $1 AND m.place = x.ctid AND m.version = x.xmin)', tview)
       INTO versions USING tview;
    RETURN versions;
END
$$;

CREATE TABLE oracle.counted (schema name, entity text, updated bigint, patched bigint, PRIMARY KEY (schema, entity));

CREATE FUNCTION oracle.counts(of_entity text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    now    oracle.counted;
    before oracle.counted;
BEGIN
    SELECT s.schema, s.entity, s.rows_updated, s.rows_patched INTO now FROM tviews.pg_tviews_statistics s WHERE s.entity = of_entity AND s.schema = current_schema();
    SELECT c.* INTO before FROM oracle.counted c WHERE (c.schema, c.entity) = (now.schema, now.entity);
    INSERT INTO oracle.counted SELECT now.*
        ON CONFLICT (schema, entity) DO UPDATE SET updated = excluded.updated, patched = excluded.patched;
    RETURN format('%s updated, %s patched', now.updated - coalesce(before.updated, 0), now.patched - coalesce(before.patched, 0));
END
$$;

CREATE FUNCTION oracle.kept(definition text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    PERFORM tviews.pg_tviews_create('kept', definition, '{"key": ["pk_user"]}');
    SELECT coalesce(string_agg(DISTINCT e.alias || ': ' || array_to_string(e.patched, '; '), ', '), 'nothing') INTO found
      FROM tviews.pg_tviews_explain('kept') e WHERE e.alias LIKE '%o';
    PERFORM tviews.pg_tviews_drop('kept');
    RETURN found;
END
$$;

CREATE FUNCTION oracle.inventory(in_schema name) RETURNS SETOF text
LANGUAGE sql AS $$
    SELECT line FROM (
        SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'i' THEN 'index ' WHEN 'S' THEN 'sequence ' ELSE 'table ' END || c.relname AS line
          FROM pg_class c WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = in_schema)
        UNION ALL
        SELECT format('trigger %s on %s', t.tgname, c.relname)
          FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
         WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = in_schema) AND NOT t.tgisinternal
        UNION ALL
        SELECT 'metadata of ' || m.entity FROM tviews.pg_tview_meta m WHERE m.schema = in_schema
        UNION ALL
        SELECT format('helper of %s (%s)', h.entity, h.alias)
          FROM tviews.pg_tview_helpers h
          JOIN pg_class c ON c.oid = h.table_oid
         WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = in_schema)
        UNION ALL
        SELECT 'metadata of a table that is gone' FROM tviews.pg_tview_meta m
         WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = m.table_oid)
        UNION ALL
        SELECT 'helper of a table that is gone' FROM tviews.pg_tview_helpers h
         WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = h.table_oid)) l
     ORDER BY line COLLATE "C"
$$;

GRANT USAGE ON SCHEMA oracle, tviews TO PUBLIC;

-- The oracle sees what it is for. Nothing but switched-off triggers can make a TVIEW wrong.
CREATE SCHEMA setup;
SET search_path = setup, tviews;
SELECT oracle.all();
CREATE TABLE item (pk_item int PRIMARY KEY, name text, price numeric, place point, tags json);
INSERT INTO item VALUES (1, 'one', 1.0, '(0,0)', '[1]'), (2, 'two', 2.0, '(0,0)', '[2]'), (3, 'three', 3, '(0,0)', '[3]');
SELECT pg_tviews_create('item', 'SELECT pk_item, jsonb_build_object(''name'', name) AS data, price, place, tags FROM item');
SELECT oracle.all(), oracle.check('tv_item');
SELECT oracle.diff('tv_item');
SELECT oracle.mark('tv_item');

SET session_replication_role = replica;
UPDATE tv_item SET price = 1.00 WHERE pk_item = 1;
DELETE FROM tv_item WHERE pk_item = 2;
INSERT INTO tv_item VALUES (4, '{}', 0, '(1,1)', '[]');
RESET session_replication_role;
SELECT oracle.written('tv_item');
SELECT oracle.check('tv_item');
SELECT oracle.all();
SELECT oracle.diff('tv_item');

-- Repaired by difference: the row that was right is not written.
SELECT oracle.mark('tv_item');
SELECT pg_tviews_refresh('item');
SELECT oracle.written('tv_item');
SELECT oracle.diff('tv_item');

-- Maintained, the TVIEW shows a write, and the oracle agrees.
UPDATE item SET price = 1.00 WHERE pk_item = 1;
SELECT oracle.diff('tv_item');
SELECT oracle.all();

SELECT oracle.inventory('setup');
SELECT pg_tviews_drop('item');
SELECT oracle.inventory('setup');
SET client_min_messages = warning;
DROP SCHEMA setup CASCADE;
