-- What the analysis says: pg_tviews_explain(), pg_tviews_analyze_select(), pg_tviews_infer_types(), pg_tviews_graph().

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_helpers_of(tview regclass)
RETURNS SETOF @extschema@.pg_tview_helpers
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT h.* FROM @extschema@.pg_tview_helpers h WHERE h.table_oid = $1 ORDER BY h.occurrence
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_helpers_of(regclass) IS 'Returns the lineage of one TVIEW in order of occurrence.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_helpers_of(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_helpers_of(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_analyze_view(view regclass)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    key text[];
BEGIN
    SELECT ARRAY[a.attname::text] INTO key
      FROM pg_attribute a
     WHERE a.attrelid = view AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY starts_with(a.attname::text, 'pk_') DESC, a.attnum
     LIMIT 1;

    RETURN @extschema@._pg_tviews_analyze(@extschema@._pg_tviews_snapshot(view, 'pg_temp', 'tv_analyzed', coalesce(key, '{}'), '{}'))
           || jsonb_build_object('guessed_key', to_jsonb(coalesce(key, '{}')));
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_analyze_view(regclass) IS 'Analyses an existing view with a guessed key and returns the plan.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_analyze_view(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_analyze_view(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_column_types(relation regclass, columns text[])
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    unknown record;
BEGIN
    SELECT c.name INTO unknown
      FROM unnest(columns) c (name)
     WHERE NOT EXISTS (SELECT FROM pg_attribute a
                        WHERE a.attrelid = relation AND a.attname::text = c.name AND a.attnum > 0 AND NOT a.attisdropped)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_column',
            MESSAGE = format('column "%s" of relation %s does not exist', unknown.name, relation);
    END IF;

    RETURN (SELECT coalesce(jsonb_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)), '{}')
              FROM pg_attribute a
             WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
               AND (columns IS NULL OR a.attname::text = ANY (columns)));
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_column_types(regclass, text[]) IS 'Returns the types of the columns of a relation, or of those named. Raises 42703 for an unknown column.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_column_types(regclass, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_column_types(regclass, text[]) TO PUBLIC;

-- No search_path of its own: it passes the caller's on.
CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_explain(entity text)
RETURNS TABLE (source regclass, alias text, strategy text, reason text, links text, lookup text, columns text[], patched text[], missing_index text)
LANGUAGE sql STABLE
AS $$
    SELECT h.source, h.alias, h.strategy, h.reason, h.links, h.lookup, h.columns, h.patched, h.missing_index
      FROM @extschema@._pg_tviews_helpers_of(@extschema@._pg_tviews_require($1, pg_catalog.current_schemas(true))) h
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_explain(text) IS 'Explains how a TVIEW is maintained: one row per occurrence of a source in its definition. columns is null when every column matters; patched names columns whose change is patched into the document, and aggregates that are kept from differences, with their places in it, or says that any change of a row is patched into an array, as the element with its number, and is null when rows are recomputed, as all are while the table has triggers or further unique indexes of its user. Raises 42704 for an unknown TVIEW.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_explain(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_explain(text) TO PUBLIC;

-- No search_path of its own: the query means what it means to the caller.
CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_analyze_select(sql text)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE STRICT
AS $$
DECLARE
    plan pg_catalog.jsonb;
BEGIN
    PERFORM @extschema@._pg_tviews_check_select(sql);

    BEGIN
        EXECUTE pg_catalog.format(E'CREATE TEMPORARY VIEW _pg_tviews_analyzed AS %s\n', sql);
        plan := @extschema@._pg_tviews_analyze_view('pg_temp._pg_tviews_analyzed');
        -- Takes the view back; the variable stays.
        RAISE EXCEPTION USING ERRCODE = 'TV001';
    EXCEPTION WHEN SQLSTATE 'TV001' THEN
        RETURN plan;
    END;
END
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_analyze_select(text) IS 'Returns the plan a TVIEW with this definition would have, with its refusals, without creating anything. The key is taken to be the first column whose name begins with pk_, else the first column; guessed_key names it.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_analyze_select(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_analyze_select(text) TO PUBLIC;

-- No search_path of its own: it passes the caller's on.
CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_infer_types(table_name text, columns text[])
RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT @extschema@._pg_tviews_column_types(@extschema@._pg_tviews_relation($1, pg_catalog.current_schemas(true)), $2)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_infer_types(text, text[]) IS 'Returns the types of columns of a relation as an object {column: type}; of all columns when none are given. Raises 42P01 for an unknown relation and 42703 for an unknown column.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_infer_types(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_infer_types(text, text[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_graph(format text DEFAULT 'dot')
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    lines text[];
BEGIN
    IF format IS NULL OR format NOT IN ('dot', 'mermaid') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = pg_catalog.format('unrecognized graph format "%s"', format),
            HINT = 'Valid formats are "dot" and "mermaid".';
    END IF;

    WITH edge AS (
        SELECT DISTINCT h.source AS source, h.table_oid AS tview FROM @extschema@.pg_tview_helpers h
    ),
    node AS (
        SELECT n.oid, n.oid::text AS name, row_number() OVER (ORDER BY n.oid::text COLLATE "C") AS number,
               EXISTS (SELECT FROM @extschema@.pg_tview_meta m WHERE m.table_oid = n.oid) AS is_tview
          FROM (SELECT m.table_oid FROM @extschema@.pg_tview_meta m UNION SELECT e.source FROM edge e) n (oid)
    ),
    line (part, a, b, text) AS (
        SELECT 1, n.number, 0,
               CASE format
                   WHEN 'dot' THEN pg_catalog.format('  n%s [label="%s"%s];', n.number,
                                                     replace(replace(n.name, E'\\', E'\\\\'), '"', E'\\"'),
                                                     CASE WHEN n.is_tview THEN ', style=filled' ELSE '' END)
                   ELSE pg_catalog.format(CASE WHEN n.is_tview THEN '  n%s[["%s"]]' ELSE '  n%s["%s"]' END, n.number,
                                          replace(replace(n.name, '#', '#35;'), '"', '#quot;'))
               END
          FROM node n
        UNION ALL
        SELECT 2, s.number, t.number,
               pg_catalog.format(CASE format WHEN 'dot' THEN '  n%s -> n%s;' ELSE '  n%s --> n%s' END, s.number, t.number)
          FROM edge e
          JOIN node s ON s.oid = e.source
          JOIN node t ON t.oid = e.tview
    )
    SELECT array_agg(l.text ORDER BY l.part, l.a, l.b) INTO lines FROM line l;

    RETURN array_to_string(
        CASE format
            WHEN 'dot' THEN ARRAY['digraph pg_tviews {', '  rankdir=LR;', '  node [shape=box];'] || lines || '}'::text
            ELSE 'graph LR'::text || lines
        END, E'\n');
END
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_graph(text) IS 'Returns the graph from sources to TVIEWs as Graphviz dot or as mermaid. Raises 22023 for another format.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_graph(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_graph(text) TO PUBLIC;
