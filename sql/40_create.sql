-- pg_tviews_create()

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_settle_options(options jsonb, path name[])
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    settled   jsonb := coalesce(options, '{}');
    unwatched regclass[];
BEGIN
    PERFORM @extschema@._pg_tviews_check_options(settled);
    IF settled ? 'unwatched' THEN
        -- A view stands for everything it reads.
        SELECT @extschema@._pg_tviews_reachable(array_agg(@extschema@._pg_tviews_relation(u.name, path))) INTO unwatched
          FROM jsonb_array_elements_text(settled -> 'unwatched') u (name);
        settled := settled || jsonb_build_object('unwatched', to_jsonb(coalesce(unwatched, '{}')::text[]));
    END IF;
    RETURN settled;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_settle_options(jsonb, name[]) IS 'Checks options and returns them with qualified relation names, looked for along the given path. Raises 22023 for a bad option, 42602 and 42P01 for a bad relation name.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_settle_options(jsonb, name[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_settle_options(jsonb, name[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_create_begin(entity text, adopt boolean, options jsonb, current name, path name[],
    OUT schema_name text, OUT entity_name text, OUT view_name text, OUT settled jsonb)
RETURNS record
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    occupied record;
BEGIN
    SELECT e.schema_name, e.entity_name INTO schema_name, entity_name FROM @extschema@._pg_tviews_entity(entity) e;
    schema_name := coalesce(schema_name, current);
    IF schema_name IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_schema_name', MESSAGE = 'no schema has been selected to create in';
    ELSIF starts_with(schema_name, 'pg_temp') THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported', MESSAGE = 'a TVIEW cannot be temporary';
    END IF;
    view_name := format('%I.%I', schema_name, 'v_' || entity_name);

    settled := @extschema@._pg_tviews_settle_options(options, path);

    PERFORM @extschema@._pg_tviews_require_filled(@extschema@._pg_tviews_find(format('%I.%I', schema_name, entity_name), '{}'));

    SELECT format('%I.%I', schema_name, c.relname) AS name INTO occupied
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname::text = schema_name
       AND (c.relname::text = 'tv_' || entity_name OR c.relname::text = 'v_' || entity_name AND NOT adopt)
     ORDER BY c.relname
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'duplicate_table',
            MESSAGE = format('relation %s already exists', occupied.name),
            HINT = CASE WHEN @extschema@._pg_tviews_find(format('%I.%I', schema_name, 'tv_' || entity_name), '{}') IS NOT NULL
                        THEN 'This TVIEW exists; remove it with pg_tviews_drop().'
                        WHEN occupied.name = view_name
                        THEN 'Leave the definition out to use the existing view.'
                        ELSE 'Rename or drop it, or choose another name.'
                   END;
    END IF;

    IF adopt THEN
        SELECT c.relkind, pg_has_role(current_user, c.relowner, 'USAGE') AS owned INTO occupied
          FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname::text = schema_name AND c.relname::text = 'v_' || entity_name;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_table',
                MESSAGE = format('view %s does not exist', view_name),
                HINT = 'Give the definition as second argument, or create the view first.';
        ELSIF occupied.relkind <> 'v' THEN
            RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('%s is not a view', view_name);
        ELSIF NOT occupied.owned THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('must be owner of view %s', view_name);
        END IF;
        -- As CREATE VIEW does for a new one: keep what it reads from changing under us.
        EXECUTE format('LOCK TABLE %s IN ACCESS SHARE MODE', view_name);
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_create_begin(text, boolean, jsonb, name, name[]) IS 'Checks name, options and whether the names are free for pg_tviews_create(); returns the schema, the entity, the qualified name of the view and the options with qualified relation names.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_create_begin(text, boolean, jsonb, name, name[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_create_begin(text, boolean, jsonb, name, name[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_unseen_functions(relations regclass[])
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(DISTINCT p.oid::regprocedure::text, ', ' ORDER BY p.oid::regprocedure::text)
      FROM pg_rewrite r
      JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
      LEFT JOIN pg_operator o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
      JOIN pg_proc p ON p.oid = CASE d.refclassid WHEN 'pg_proc'::regclass THEN d.refobjid ELSE o.oprcode END
      JOIN pg_language l ON l.oid = p.prolang
      JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE r.ev_class = ANY ($1::oid[]) AND r.rulename = '_RETURN'
       AND p.prokind = 'f' AND p.provolatile <> 'i'
       AND l.lanname NOT IN ('internal', 'c')
       AND n.nspname NOT IN ('pg_catalog', 'information_schema')
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_unseen_functions(regclass[]) IS 'Returns the user functions that views among the relations call and that may read tables, as a list; null when there are none.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_unseen_functions(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_unseen_functions(regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_key(entity text, options jsonb)
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN $2 ? 'key' THEN ARRAY(SELECT jsonb_array_elements_text($2 -> 'key')) ELSE ARRAY['pk_' || $1] END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_key(text, jsonb) IS 'Returns the key columns of a TVIEW with these options.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_key(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_key(text, jsonb) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_primary_key(key text[])
RETURNS text
LANGUAGE sql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('PRIMARY KEY (%s)', string_agg(format('%I', k.name), ', ' ORDER BY k.position)) FROM unnest($1) WITH ORDINALITY k (name, position)
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_primary_key(text[]) IS 'Returns the declaration of a primary key of these columns.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_primary_key(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_primary_key(text[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_register(tview regclass, view regclass, key text[], options jsonb, settings jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    halves    record;
    statement text;
    plan      jsonb;
BEGIN
    -- The table belongs to the owner of the view: what the view calls never runs with anyone else's rights.
    SELECT n.nspname AS schema, substr(t.relname::text, 4) AS entity, t.relowner <> v.relowner AS differ, r.rolname AS view_owner INTO STRICT halves
      FROM pg_class t
      JOIN pg_namespace n ON n.oid = t.relnamespace
      JOIN pg_class v ON v.oid = view
      JOIN pg_roles r ON r.oid = v.relowner
     WHERE t.oid = tview;
    IF halves.differ THEN
        EXECUTE format('ALTER TABLE %s OWNER TO %I', tview, halves.view_owner);
    END IF;

    INSERT INTO @extschema@.pg_tview_meta (entity, schema, table_oid, view_oid, key_columns, options, definition, relations, unwatched, settings, fingerprint, plan)
    VALUES (halves.entity, halves.schema, tview, view, key, options, @extschema@._pg_tviews_query_of(view), '{}',
            ARRAY(SELECT jsonb_array_elements_text(options -> 'unwatched'))::regclass[], settings, '', '{}');
    plan := (SELECT d.plan FROM @extschema@._pg_tviews_derive(tview, true) d);

    IF options -> 'create_indexes' = 'true' THEN
        -- Not from pg_tview_helpers, which the TVIEW's owner writes.
        FOR statement IN
            SELECT DISTINCT (o ->> 'missing_index') COLLATE "C"
              FROM jsonb_array_elements(plan -> 'occurrences') o
             WHERE o ->> 'missing_index' IS NOT NULL
             ORDER BY 1
        LOOP
            EXECUTE statement;
        END LOOP;
        PERFORM @extschema@._pg_tviews_derive(tview, false);
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_register(regclass, regclass, text[], jsonb, jsonb) IS 'Makes a TVIEW of a table and a view with the same columns: owner, metadata, plan, capture, indexes. Its contents are left as they are.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_register(regclass, regclass, text[], jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_register(regclass, regclass, text[], jsonb, jsonb) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_report(tview regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    meta @extschema@.pg_tview_meta;
    note text;
BEGIN
    SELECT m.* INTO STRICT meta FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview;

    FOR note IN SELECT jsonb_array_elements_text(meta.plan -> 'notes') LOOP
        RAISE NOTICE USING MESSAGE = note;
    END LOOP;

    note := @extschema@._pg_tviews_unseen_functions(meta.relations);
    IF note IS NOT NULL THEN
        RAISE WARNING USING
            MESSAGE = format('changes of what functions read are not seen by TVIEW %s', tview),
            DETAIL = format('The definition calls %s.', note),
            HINT = 'Declare functions that read no table IMMUTABLE; after changes of what the others read, run pg_tviews_refresh().';
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_report(regclass) IS 'Tells the user what is to be known about a TVIEW: sources with strategy full, results that are not determined, functions that read tables.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_report(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_report(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_create_empty(schema_name text, entity_name text, table_name text, options jsonb, settings jsonb, keyed boolean)
RETURNS regclass
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    view_oid CONSTANT regclass := format('%I.%I', schema_name, 'v_' || entity_name)::regclass;
    key      CONSTANT text[] := @extschema@._pg_tviews_key(entity_name, options);
    tview    regclass;
BEGIN
    -- Refusals come before anything is created.
    PERFORM @extschema@._pg_tviews_plan(@extschema@._pg_tviews_snapshot(view_oid, schema_name, table_name, key, options));

    -- The table: columns of the view, then updated_at.
    EXECUTE format('CREATE TABLE %I.%I (%s) WITH (fillfactor = %s)',
                   schema_name, table_name,
                   array_to_string(@extschema@._pg_tviews_columns(view_oid)
                                   || CASE WHEN @extschema@._pg_tviews_expected_columns(view_oid) <> @extschema@._pg_tviews_columns(view_oid)
                                           THEN ARRAY['updated_at timestamp with time zone NOT NULL DEFAULT pg_catalog.now()']
                                           ELSE '{}'
                                      END
                                   || CASE WHEN keyed THEN ARRAY[@extschema@._pg_tviews_primary_key(key)] ELSE '{}' END, ', '),
                   coalesce((options ->> 'fillfactor')::numeric::integer, 85));
    tview := format('%I.%I', schema_name, table_name)::regclass;

    PERFORM @extschema@._pg_tviews_register(tview, view_oid, key, options, settings);
    RETURN tview;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_create_empty(text, text, text, jsonb, jsonb, boolean) IS 'Makes a TVIEW of the existing view v_<entity> with a table of the given name, which is left empty and, unless keyed, without its primary key: analysis, table, capture, metadata. Returns the table.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_create_empty(text, text, text, jsonb, jsonb, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_create_empty(text, text, text, jsonb, jsonb, boolean) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_create_finish(schema_name text, entity_name text, options jsonb, settings jsonb)
RETURNS regclass
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tview   CONSTANT regclass := @extschema@._pg_tviews_create_empty(schema_name, entity_name, 'tv_' || entity_name, options, settings, false);
    add_key CONSTANT text := format('ALTER TABLE %s ADD %s', tview, @extschema@._pg_tviews_primary_key(@extschema@._pg_tviews_key(entity_name, options)));
BEGIN
    -- An index takes less over rows that are there.
    BEGIN
        PERFORM @extschema@._pg_tviews_flush_whole(tview);
        EXECUTE add_key;
    EXCEPTION WHEN not_null_violation OR unique_violation OR invalid_column_reference THEN
        -- With its key the table is compared with the view, which says what is wrong with that. The statement that compares wants
        -- the key (42P10), so it comes to this also on a transaction's own snapshot, and where rows take a statement to be written.
        EXECUTE add_key;
        PERFORM @extschema@._pg_tviews_flush_whole(tview);
    END;
    EXECUTE format('ANALYZE %s', tview);
    PERFORM @extschema@._pg_tviews_report(tview);
    RETURN tview;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_create_finish(text, text, jsonb, jsonb) IS 'Makes a TVIEW of the existing view v_<entity>: analysis, table, capture, metadata, contents. Returns the table.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_create_finish(text, text, jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_create_finish(text, text, jsonb, jsonb) TO PUBLIC;

-- No search_path of its own: the definition means what it means to the caller.
CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_create(entity text, definition text DEFAULT NULL, options jsonb DEFAULT '{}')
RETURNS regclass
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    target record;
BEGIN
    SELECT b.* INTO target
      FROM @extschema@._pg_tviews_create_begin(entity, definition IS NULL, options, pg_catalog.current_schema(), pg_catalog.current_schemas(true)) b;

    IF definition IS NOT NULL THEN
        PERFORM @extschema@._pg_tviews_check_select(definition);
        -- The line feed ends a comment the definition may end with.
        EXECUTE pg_catalog.format(E'CREATE VIEW %s AS %s\n', target.view_name, definition);
    END IF;

    RETURN @extschema@._pg_tviews_create_finish(target.schema_name, target.entity_name, target.settled, @extschema@._pg_tviews_settings());
END
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_create(text, text, jsonb) IS 'Creates a TVIEW: view v_<entity> from the definition (or the existing one when the definition is null), table tv_<entity> with the same columns and a primary key, capture on every source, and its contents. The entity may carry the prefix tv_ and a schema, and be quoted. Options: key (array of column names, default pk_<entity>), create_indexes (boolean), fillfactor (10 to 100, default 85), allow_volatile (boolean), unwatched (array of relation names; a view stands for all it reads), capture (statement, or row for sources that logical replication writes). Returns the table. Raises 42602 or 42622 for a bad name, 22023 for a bad option, 42P07 when a name is taken, 42P01 when there is no view to use, 42501 without the rights it needs, 0A000 for what cannot be maintained, 23502 and 23505 for null and duplicate keys.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_create(text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_create(text, text, jsonb) TO PUBLIC;
