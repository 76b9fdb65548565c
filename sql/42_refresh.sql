-- Repair and comparison: pg_tviews_refresh(), pg_tviews_verify(); repair of triggers; changes reported by hand.

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_refresh(entity text, path name[])
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tview   regclass;
    written bigint := 0;
BEGIN
    IF entity IS NOT NULL THEN
        tview := @extschema@._pg_tviews_require(entity, path);
        PERFORM @extschema@._pg_tviews_require_owner(tview);
        RETURN @extschema@._pg_tviews_flush_whole(tview);
    END IF;

    FOR tview IN
        SELECT m.table_oid
          FROM @extschema@.pg_tview_meta m
          JOIN pg_class c ON c.oid = m.table_oid
         WHERE pg_has_role(current_user, c.relowner, 'USAGE')
         ORDER BY m.depth, m.table_oid
    LOOP
        written := written + @extschema@._pg_tviews_flush_whole(tview);
    END LOOP;
    RETURN written;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_refresh(text, name[]) IS 'Does the work of pg_tviews_refresh() for a caller with the given path.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_refresh(text, name[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_refresh(text, name[]) TO PUBLIC;

-- No search_path of its own: it passes the caller's on.
CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_refresh(entity text DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE
AS $$
    SELECT @extschema@._pg_tviews_refresh($1, pg_catalog.current_schemas(true))
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_refresh(text) IS 'Compares a TVIEW, or all TVIEWs of the caller in dependency order, with the view and writes the rows that differ. Returns how many rows were written. Readers are not blocked. Raises 42704 for an unknown TVIEW and 42501 unless the caller owns it.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_refresh(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_refresh(text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_verify_statement(tview regclass, sample bigint, of_view boolean)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    meta     @extschema@.pg_tview_meta;
    fields   text;
    key_list text;
    t_is_v   text;
    s_is_x   text;
    x_in_s   text;
    pages    text := '';
    sampled  text := '';
    among    text := '';
BEGIN
    SELECT m.* INTO STRICT meta FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview;

    SELECT string_agg(format('x.%I', a.attname), ', ' ORDER BY a.attnum) INTO STRICT fields
      FROM pg_attribute a
     WHERE a.attrelid = meta.view_oid AND a.attnum > 0 AND NOT a.attisdropped;

    SELECT string_agg(format('x.%I AS k%s', k.name, k.position), ', ' ORDER BY k.position),
           string_agg(format('t.k%s %s v.k%1$s', k.position, e.operator), ' AND ' ORDER BY k.position),
           string_agg(format('s.k%s %s x.%I', k.position, e.operator, k.name), ' AND ' ORDER BY k.position),
           string_agg(format('x.%I %s ANY (ARRAY(SELECT s.k%s FROM s))', k.name, e.operator, k.position), ' AND ' ORDER BY k.position)
      INTO STRICT key_list, t_is_v, s_is_x, x_in_s
      FROM unnest(meta.key_columns) WITH ORDINALITY k (name, position)
      JOIN pg_attribute a ON a.attrelid = meta.table_oid AND a.attname::text = k.name
     CROSS JOIN LATERAL @extschema@._pg_tviews_equality(a.atttypid) e (operator);

    -- A few pages of a large table have rows enough.
    IF NOT of_view THEN
        SELECT format(' TABLESAMPLE pg_catalog.system (%s)', 100.0 * 50 / c.relpages) INTO pages
          FROM pg_class c
         WHERE c.oid = tview AND c.relpages > 50;
        pages := coalesce(pages, '');
    END IF;

    -- Keys of the table find what is superfluous, keys of the view what is missing.
    IF sample IS NOT NULL THEN
        sampled := format('s AS MATERIALIZED ((SELECT %1$s FROM %2$s x%3$s ORDER BY pg_catalog.random() LIMIT %4$s)%5$s), ',
                          key_list, meta.table_oid, pages, sample,
                          CASE WHEN of_view
                               THEN format(' UNION (SELECT %s FROM %s x ORDER BY pg_catalog.random() LIMIT %s)', key_list, meta.view_oid, sample)
                               ELSE ''
                          END);
        -- The values of each key column alone let an index be used.
        among := format(' WHERE %s AND EXISTS (SELECT FROM s WHERE %s)', x_in_s, s_is_x);
    END IF;

    -- A row of the table that stands for several of the view leaves the others missing.
    RETURN format(
        'WITH %1$st AS (SELECT %2$s, x.ctid AS place, true AS here, ROW(%3$s) AS image FROM %5$s x%4$s), '
        'v AS (SELECT %2$s, true AS here, ROW(%3$s) AS image FROM %6$s x%4$s) '
        'SELECT pg_catalog.count(*) FILTER (WHERE t.here IS NULL) '
        'OPERATOR(pg_catalog.+) pg_catalog.count(*) FILTER (WHERE t.here AND v.here) '
        'OPERATOR(pg_catalog.-) pg_catalog.count(DISTINCT t.place) FILTER (WHERE t.here AND v.here), '
        'pg_catalog.count(*) FILTER (WHERE v.here IS NULL), '
        'pg_catalog.count(*) FILTER (WHERE t.here AND v.here AND t.image OPERATOR(pg_catalog.*<>) v.image) '
        'FROM t FULL JOIN v ON %7$s',
        sampled, key_list, fields, among, meta.table_oid, meta.view_oid, t_is_v);
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_verify_statement(regclass, bigint, boolean) IS 'Returns the statement that compares a TVIEW with its view, or the rows of a sample of keys from the table and, of_view, from the view, which computes all of the view. It gives the numbers of missing, extra and different rows.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_verify_statement(regclass, bigint, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_verify_statement(regclass, bigint, boolean) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_verify(wanted text, sample bigint, path name[])
RETURNS TABLE (entity text, missing bigint, extra bigint, different bigint)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    only_this regclass;
    tview     record;
BEGIN
    IF sample < 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'sample must be at least 1';
    END IF;
    IF wanted IS NOT NULL THEN
        only_this := @extschema@._pg_tviews_require(wanted, path);
    END IF;

    PERFORM @extschema@.pg_tviews_flush();

    FOR tview IN
        SELECT m.table_oid, m.entity
          FROM @extschema@.pg_tview_meta m
         WHERE CASE WHEN only_this IS NULL
                    THEN has_table_privilege(m.table_oid, 'SELECT') AND has_table_privilege(m.view_oid, 'SELECT')
                    ELSE m.table_oid = only_this
               END
         ORDER BY m.depth, m.schema, m.entity
    LOOP
        entity := tview.entity;
        SELECT r.missing, r.extra, r.different INTO STRICT missing, extra, different
          FROM jsonb_to_record(@extschema@._pg_tviews_compare(tview.table_oid, sample, true)) r (missing bigint, extra bigint, different bigint);
        RETURN NEXT;
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_verify(text, bigint, name[]) IS 'Does the work of pg_tviews_verify() for a caller with the given path.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_verify(text, bigint, name[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_verify(text, bigint, name[]) TO PUBLIC;

-- No search_path of its own: it passes the caller's on.
CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_verify(entity text DEFAULT NULL, sample bigint DEFAULT NULL)
RETURNS TABLE (entity text, missing bigint, extra bigint, different bigint)
LANGUAGE sql VOLATILE
AS $$
    SELECT v.entity, v.missing, v.extra, v.different
      FROM @extschema@._pg_tviews_verify($1, $2, pg_catalog.current_schemas(true)) v
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_verify(text, bigint) IS 'Flushes what this session has pending, then compares a TVIEW, or all the caller may read, with the view: rows missing from the table, rows it has too many, rows that differ. With a sample, looks only at that many random keys of the table and as many of the view. Raises 42704 for an unknown TVIEW.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_verify(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_verify(text, bigint) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_reinstall_capture(by_row boolean)
RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tviews  CONSTANT regclass[] := ARRAY(
        SELECT m.table_oid
          FROM @extschema@.pg_tview_meta m
          JOIN pg_class c ON c.oid = m.table_oid
         WHERE pg_has_role(current_user, c.relowner, 'USAGE')
         ORDER BY m.depth, m.table_oid);
    tview   regclass;
    covered regclass[];
BEGIN
    -- All of them first: a source is captured as the most demanding of its TVIEWs wants it.
    UPDATE @extschema@.pg_tview_meta m
       SET options = CASE WHEN by_row THEN m.options || '{"capture": "row"}' ELSE m.options - 'capture' END
     WHERE m.table_oid = ANY (tviews);

    FOREACH tview IN ARRAY tviews LOOP
        PERFORM @extschema@._pg_tviews_derive(tview, true);
    END LOOP;

    SELECT array_agg(r.oid) INTO covered
      FROM @extschema@.pg_tview_meta m
     CROSS JOIN LATERAL unnest(@extschema@._pg_tviews_watched(m.relations, m.unwatched) || m.family) r (oid)
     WHERE m.table_oid = ANY (tviews);
    RETURN (SELECT count(*) FROM pg_trigger t
             WHERE t.tgrelid = ANY (covered::oid[]) AND t.tgfoid = '@extschema@._pg_tviews_capture()'::regprocedure);
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_reinstall_capture(boolean) IS 'Does the work of pg_tviews_install_stmt_triggers() and pg_tviews_uninstall_stmt_triggers().';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_reinstall_capture(boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_reinstall_capture(boolean) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_install_stmt_triggers()
RETURNS integer
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_reinstall_capture(false)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_install_stmt_triggers() IS 'Creates or replaces the capture triggers on every source of every TVIEW of the caller, its partitions, children and parents, statement by statement (a source that a TVIEW of somebody else wants captured row by row stays so), derives the plans again, and has TVIEWs compared with their views whose capture had gaps. Returns the number of capture triggers now in place.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_install_stmt_triggers() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_install_stmt_triggers() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_uninstall_stmt_triggers()
RETURNS integer
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_reinstall_capture(true)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_uninstall_stmt_triggers() IS 'Lets row triggers that are always enabled capture the changes of every source of every TVIEW of the caller, in place of statement triggers: they also see what logical replication applies and what is written with session_replication_role = replica. Sets the option capture of the TVIEWs to row; those created later need it too. Otherwise as pg_tviews_install_stmt_triggers(), which goes back. Returns the number of capture triggers now in place.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_uninstall_stmt_triggers() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_uninstall_stmt_triggers() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_cascade(base_table_oid oid, pk_value bigint)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_changed($1::regclass, $2::text)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_cascade(oid, bigint) IS 'Treats the row of the base table with this primary key as changed, for every TVIEW that reads the table. Captured writes need no such call. Raises 42501 unless the caller may write rows of the table.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_cascade(oid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_cascade(oid, bigint) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_cascade(base_table_oid oid, pk_value text)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_changed($1::regclass, $2::text)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_cascade(oid, text) IS 'Treats the row of the base table with this primary key as changed, for every TVIEW that reads the table. Captured writes need no such call. Raises 42501 unless the caller may write rows of the table.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_cascade(oid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_cascade(oid, text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_insert(base_table_oid oid, pk_value bigint)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_changed($1::regclass, $2::text)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_insert(oid, bigint) IS 'Treats the row of the base table with this primary key as inserted, for every TVIEW that reads the table. Captured writes need no such call. Raises 42501 unless the caller may write rows of the table.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_insert(oid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_insert(oid, bigint) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_insert(base_table_oid oid, pk_value text)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_changed($1::regclass, $2::text)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_insert(oid, text) IS 'Treats the row of the base table with this primary key as inserted, for every TVIEW that reads the table. Captured writes need no such call. Raises 42501 unless the caller may write rows of the table.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_insert(oid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_insert(oid, text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_delete(base_table_oid oid, pk_value bigint)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_changed($1::regclass, $2::text)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_delete(oid, bigint) IS 'Treats the row of the base table with this primary key as deleted, for every TVIEW that reads the table. Captured writes need no such call. Raises 42501 unless the caller may write rows of the table.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_delete(oid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_delete(oid, bigint) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_delete(base_table_oid oid, pk_value text)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_changed($1::regclass, $2::text)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_delete(oid, text) IS 'Treats the row of the base table with this primary key as deleted, for every TVIEW that reads the table. Captured writes need no such call. Raises 42501 unless the caller may write rows of the table.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_delete(oid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_delete(oid, text) TO PUBLIC;
