-- pg_tviews_create_online()
--
-- The TVIEW is registered and captured first, with an empty table tf_<entity>, and this is committed: from then on every
-- writer maintains the rows it affects. Then the keys of the view are queued, some at a time and in their order, each time in
-- a transaction of their own, whose flush computes the rows under the locks on their keys as any flush does. When no key of
-- the view is missing in the table, the table gets its name.

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_unfilled(entity text, resume boolean, options jsonb, batch_size integer, current name, path name[])
RETURNS regclass
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted record;
    begun  record;
BEGIN
    IF batch_size IS NULL OR batch_size NOT BETWEEN 1 AND 1000000 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'batch_size must be from 1 to 1000000';
    END IF;

    wanted := @extschema@._pg_tviews_entity(entity);
    SELECT m.table_oid AS tview, m.schema INTO begun
      FROM @extschema@.pg_tview_meta m
     WHERE m.entity = wanted.entity_name AND NOT m.filled
       AND m.schema::text = ANY (CASE WHEN wanted.schema_name IS NULL THEN path::text[] ELSE ARRAY[wanted.schema_name] END)
     ORDER BY array_position(path, m.schema)
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;

    PERFORM @extschema@._pg_tviews_require_owner(begun.tview);
    -- Nobody would notice that another definition is given.
    IF NOT resume OR coalesce(options, '{}') <> '{}' THEN
        PERFORM @extschema@._pg_tviews_require_filled(begun.tview);
    END IF;
    RETURN begun.tview;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_unfilled(text, boolean, jsonb, integer, name, name[]) IS 'Returns the table of the TVIEW with this name that pg_tviews_create_online() has begun and is to go on with; null when there is none. Raises 22023 for a bad batch size, 42501 unless the caller owns the TVIEW and 55000 when a definition or options are given again.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_unfilled(text, boolean, jsonb, integer, name, name[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_unfilled(text, boolean, jsonb, integer, name, name[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_create_unfilled(schema_name text, entity_name text, options jsonb, settings jsonb)
RETURNS regclass
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tview CONSTANT regclass := @extschema@._pg_tviews_create_empty(schema_name, entity_name, 'tf_' || entity_name, options, settings, true);
BEGIN
    UPDATE @extschema@.pg_tview_meta m SET filled = false WHERE m.table_oid = tview;
    EXECUTE format('COMMENT ON TABLE %s IS %L', tview,
                   format('Being filled: will be %I when it equals its view. Go on with CALL pg_tviews_create_online().', 'tv_' || entity_name));
    PERFORM @extschema@._pg_tviews_report(tview);
    RETURN tview;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_create_unfilled(text, text, jsonb, jsonb) IS 'Makes a TVIEW of the existing view v_<entity> with an empty table tf_<entity>, for pg_tviews_create_online() to fill.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_create_unfilled(text, text, jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_create_unfilled(text, text, jsonb, jsonb) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_key_query(tview regclass, missing boolean, after text[], batch_size integer)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    view      regclass;
    columns   text;
    ordering  text;
    same      text;
    condition text := '';
    part      record;
    equal     text := '';
BEGIN
    SELECT m.view_oid,
           string_agg(format('v.%I', k.name), ', ' ORDER BY k.position),
           string_agg(format('v.%I%s', k.name, CASE WHEN missing THEN ' NULLS FIRST' ELSE '' END), ', ' ORDER BY k.position),
           string_agg(format('t.%1$I %2$s v.%1$I', k.name, e.operator), ' AND ' ORDER BY k.position)
      INTO STRICT view, columns, ordering, same
      FROM @extschema@.pg_tview_meta m
     CROSS JOIN LATERAL unnest(m.key_columns) WITH ORDINALITY k (name, position)
      JOIN pg_attribute a ON a.attrelid = m.view_oid AND a.attname::text = k.name
     CROSS JOIN LATERAL @extschema@._pg_tviews_equality(a.atttypid) e (operator)
     WHERE m.table_oid = tview
     GROUP BY m.view_oid;

    IF missing THEN
        -- A null key is in no table, so it comes up here: first.
        condition := format(' WHERE NOT EXISTS (SELECT FROM %s AS t WHERE %s)', tview, same);
    ELSIF after IS NOT NULL THEN
        FOR part IN
            SELECT format('v.%I', k.name) AS operand, format('%L::%s', after[k.position], format_type(b.oid, -1)) AS value,
                   @extschema@._pg_tviews_comparison(a.atttypid, 3) AS eq,
                   @extschema@._pg_tviews_comparison(a.atttypid, 4) AS ge,
                   @extschema@._pg_tviews_comparison(a.atttypid, 5) AS gt,
                   k.position
              FROM @extschema@.pg_tview_meta m
             CROSS JOIN LATERAL unnest(m.key_columns) WITH ORDINALITY k (name, position)
              JOIN pg_attribute a ON a.attrelid = m.view_oid AND a.attname::text = k.name
             CROSS JOIN LATERAL @extschema@._pg_tviews_base_type(a.atttypid) b (oid)
             WHERE m.table_oid = tview
             ORDER BY k.position
        LOOP
            -- The first column alone lets an index be used.
            IF part.position = 1 AND cardinality(after) > 1 THEN
                condition := format(' WHERE %s %s %s AND (', part.operand, part.ge, part.value);
            ELSIF part.position = 1 THEN
                condition := ' WHERE (';
            ELSE
                condition := condition || ' OR ';
            END IF;
            condition := condition || equal || format('%s %s %s', part.operand, part.gt, part.value);
            equal := equal || format('%s %s %s AND ', part.operand, part.eq, part.value);
        END LOOP;
        condition := condition || ')';
    END IF;

    RETURN format('SELECT %s FROM %s AS v%s ORDER BY %s LIMIT %s', columns, view, condition, ordering, CASE WHEN missing THEN 1 ELSE batch_size END);
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_key_query(regclass, boolean, text[], integer) IS 'Returns the query for the first key of the view that is missing in the table, or for the next keys in order after the given one.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_key_query(regclass, boolean, text[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_key_query(regclass, boolean, text[], integer) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_fill_more(tview regclass, missing boolean, after text[], batch_size integer, OUT keys bigint, OUT last text[])
RETURNS record
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    queued jsonb;
BEGIN
    -- DDL that changes the TVIEW waits for this transaction, or this one for it.
    IF EXISTS (SELECT FROM pg_class c WHERE c.oid = tview) THEN
        EXECUTE format('LOCK TABLE %s IN ROW EXCLUSIVE MODE', tview);
    END IF;
    IF NOT EXISTS (SELECT FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview) THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = 'the TVIEW was dropped while it was being filled';
    END IF;

    queued := @extschema@._pg_tviews_queue_keys(tview, @extschema@._pg_tviews_key_query(tview, missing, after, batch_size));
    keys := (queued ->> 'keys')::bigint;
    last := ARRAY(SELECT jsonb_array_elements_text(queued -> 'last'));
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_fill_more(regclass, boolean, text[], integer) IS 'Queues the first missing key, or the next keys after the given one; the flush at the end of the transaction writes their rows. Returns how many were queued and the last one.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_fill_more(regclass, boolean, text[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_fill_more(regclass, boolean, text[], integer) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_fill_finish(tview regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    meta @extschema@.pg_tview_meta;
    key  name;
BEGIN
    -- The table first, as a flush does it: writers that wait have nothing that the next steps want.
    IF EXISTS (SELECT FROM pg_class c WHERE c.oid = tview) THEN
        EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', tview);
    END IF;
    PERFORM @extschema@._pg_tviews_lock(tview);
    SELECT m.* INTO meta FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview;
    -- Another session may have gone on with it too.
    IF FOUND AND NOT meta.filled THEN
        UPDATE @extschema@.pg_tview_meta m SET filled = true WHERE m.table_oid = tview;
        EXECUTE format('COMMENT ON TABLE %s IS NULL', tview);
        SELECT o.conname INTO key FROM pg_constraint o WHERE o.conrelid = tview AND o.contype = 'p' AND starts_with(o.conname::text, 'tf_');
        IF FOUND THEN
            EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', tview, key, 'tv_' || substr(key::text, 4));
        END IF;
        EXECUTE format('ALTER TABLE %s RENAME TO %I', tview, 'tv_' || meta.entity);
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_fill_finish(regclass) IS 'Gives the table of a TVIEW that has been filled its name.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_fill_finish(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_fill_finish(regclass) TO PUBLIC;

-- No search_path of its own: the definition means what it means to the caller, and a procedure with settings cannot end transactions.
CREATE OR REPLACE PROCEDURE @extschema@.pg_tviews_create_online(entity text, definition text DEFAULT NULL, options jsonb DEFAULT '{}', batch_size integer DEFAULT 1000)
LANGUAGE plpgsql
AS $$
DECLARE
    tview     pg_catalog.regclass;
    target    record;
    batch     record;
    done      bigint := 0;
    next_note bigint := 100000;
BEGIN
    -- Within a transaction block this fails before anything is done.
    COMMIT;

    tview := @extschema@._pg_tviews_unfilled(entity, definition IS NULL, options, batch_size, pg_catalog.current_schema(), pg_catalog.current_schemas(true));
    IF tview IS NULL THEN
        SELECT b.* INTO target
          FROM @extschema@._pg_tviews_create_begin(entity, definition IS NULL, options, pg_catalog.current_schema(), pg_catalog.current_schemas(true)) b;
        IF definition IS NOT NULL THEN
            PERFORM @extschema@._pg_tviews_check_select(definition);
            -- The line feed ends a comment the definition may end with.
            EXECUTE pg_catalog.format(E'CREATE VIEW %s AS %s\n', target.view_name, definition);
        END IF;
        tview := @extschema@._pg_tviews_create_unfilled(target.schema_name, target.entity_name, target.settled, @extschema@._pg_tviews_settings());
        -- Writers, who have waited for the triggers, go on, and maintain their rows from here on.
        COMMIT;
    END IF;

    LOOP
        PERFORM @extschema@._pg_tviews_show_progress(tview, done);
        -- From the first key that is missing on, in order, until none is.
        SELECT m.* INTO batch FROM @extschema@._pg_tviews_fill_more(tview, true, NULL, 1) m;
        IF batch.keys OPERATOR(pg_catalog.=) 0 THEN
            PERFORM @extschema@._pg_tviews_fill_finish(tview);
            EXIT;
        END IF;
        COMMIT;
        done := done OPERATOR(pg_catalog.+) batch.keys;
        LOOP
            SELECT m.* INTO batch FROM @extschema@._pg_tviews_fill_more(tview, false, batch.last, batch_size) m;
            COMMIT;
            done := done OPERATOR(pg_catalog.+) batch.keys;
            PERFORM @extschema@._pg_tviews_show_progress(tview, done);
            IF done OPERATOR(pg_catalog.>=) next_note THEN
                RAISE NOTICE USING MESSAGE = pg_catalog.format('TVIEW %s: %s rows are filled', tview, done);
                next_note := next_note OPERATOR(pg_catalog.*) 2;
            END IF;
            EXIT WHEN batch.keys OPERATOR(pg_catalog.<) batch_size;
        END LOOP;
    END LOOP;
    COMMIT;
    EXECUTE pg_catalog.format('ANALYZE %s', tview);
    PERFORM @extschema@._pg_tviews_end_progress();
END
$$;

COMMENT ON PROCEDURE @extschema@.pg_tviews_create_online(text, text, jsonb, integer) IS 'Creates a TVIEW as pg_tviews_create() does, but without keeping writers of its sources waiting while it is filled: they wait for the transaction that creates the triggers, and for the batch that holds their rows. Rows are filled in the order of their keys, batch_size at a time, each batch in a transaction of its own. The table is called tf_<entity> until it equals the view. When the call ends early, another call with the entity only goes on where it ended; pg_tviews_drop() gives up. Not to be called in a transaction block. Raises 2D000 there, 22023 for a bad batch size, 55000 when a definition or options are given for a TVIEW that has been begun, and what pg_tviews_create() does.';
REVOKE ALL ON PROCEDURE @extschema@.pg_tviews_create_online(text, text, jsonb, integer) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE @extschema@.pg_tviews_create_online(text, text, jsonb, integer) TO PUBLIC;

------------------------------------------------------------------------------------------------------------
-- Progress
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE VIEW @extschema@.pg_tviews_progress AS
    WITH report AS MATERIALIZED (
        SELECT r.session, r.role, r.tview, r.schema, r.name, r.phase, r.rows_done, r.started_at, r.rows_expected
          FROM pg_catalog.jsonb_to_recordset(@extschema@._pg_tviews_progress())
               r (session integer, role oid, tview oid, schema name, name text, phase text, rows_done bigint, started_at timestamptz, rows_expected bigint)
    )
    SELECT r.session, r.schema, pg_catalog.regexp_replace(r.name, '^t[vf]_', '') AS entity, r.phase, r.rows_done, r.started_at, r.rows_expected
      FROM report r
     WHERE pg_catalog.pg_has_role(r.role, 'USAGE') OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
    UNION ALL
    SELECT NULL, m.schema, m.entity, 'interrupted', NULL, NULL, NULL
      FROM @extschema@.pg_tview_meta m
     WHERE NOT m.filled
       AND NOT EXISTS (SELECT FROM report r WHERE r.tview OPERATOR(pg_catalog.=) m.table_oid::oid AND r.phase OPERATOR(pg_catalog.=) 'filling');

COMMENT ON VIEW @extschema@.pg_tviews_progress IS 'What is being filled now, by all sessions of this database, and which TVIEWs still are to be filled. Sessions of roles that the reader is no member of are shown to members of pg_read_all_stats.';
COMMENT ON COLUMN @extschema@.pg_tviews_progress.session IS 'Process number of the session, as in pg_stat_activity.pid; null when no session is at it.';
COMMENT ON COLUMN @extschema@.pg_tviews_progress.schema IS 'Schema of the TVIEW.';
COMMENT ON COLUMN @extschema@.pg_tviews_progress.entity IS 'Name of the TVIEW without prefix.';
COMMENT ON COLUMN @extschema@.pg_tviews_progress.phase IS 'filling: pg_tviews_create_online() computes the rows batch by batch. comparing: one statement compares the whole table with its view and writes the difference, as pg_tviews_create(), pg_tviews_refresh() and changes of sources with strategy full do. interrupted: pg_tviews_create_online() ended before the table was filled.';
COMMENT ON COLUMN @extschema@.pg_tviews_progress.rows_done IS 'Rows computed by the call that is filling, or so far by the statement that compares; null for what is interrupted.';
COMMENT ON COLUMN @extschema@.pg_tviews_progress.started_at IS 'When the phase began.';
COMMENT ON COLUMN @extschema@.pg_tviews_progress.rows_expected IS 'comparing: number of rows that the planner expects the view to give. Null in the other phases.';
REVOKE ALL ON @extschema@.pg_tviews_progress FROM PUBLIC;
GRANT SELECT ON @extschema@.pg_tviews_progress TO PUBLIC;
