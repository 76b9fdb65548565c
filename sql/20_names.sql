-- Names people give: of TVIEWs, relations and options.
--
-- Functions that users call take the caller's search_path as data (current_schemas()), so that everything else
-- runs with a fixed one.

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_raise(code text, message text, detail text, hint text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF coalesce(detail, '') = '' AND coalesce(hint, '') = '' THEN
        RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message;
    ELSIF coalesce(hint, '') = '' THEN
        RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, DETAIL = detail;
    ELSIF coalesce(detail, '') = '' THEN
        RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, HINT = hint;
    END IF;
    RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, DETAIL = detail, HINT = hint;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_raise(text, text, text, text) IS 'Raises an error; an empty or null detail or hint is left out.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_raise(text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_raise(text, text, text, text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_entity(entity text, OUT schema_name text, OUT entity_name text)
RETURNS record
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    parts text[];
    hint  CONSTANT text := 'Give a name such as post, tv_post, app.post or "My Schema"."tv_Post".';
BEGIN
    IF entity IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_name', MESSAGE = 'TVIEW name must not be null', HINT = hint;
    END IF;

    BEGIN
        parts := parse_ident(entity, true);
    EXCEPTION WHEN invalid_parameter_value THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_name', MESSAGE = format('invalid TVIEW name "%s"', entity), HINT = hint;
    END;

    IF cardinality(parts) > 2 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_name',
            MESSAGE = format('invalid TVIEW name "%s"', entity),
            DETAIL = 'A TVIEW name has at most a schema and a name.',
            HINT = hint;
    END IF;

    entity_name := regexp_replace(parts[cardinality(parts)], '^tv_', '');
    schema_name := CASE WHEN cardinality(parts) = 2 THEN parts[1] END;

    IF entity_name = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_name',
            MESSAGE = format('invalid TVIEW name "%s"', entity),
            DETAIL = 'Nothing is left of the name without its prefix tv_.',
            HINT = hint;
    END IF;

    IF octet_length('tv_' || entity_name) > current_setting('max_identifier_length')::integer
       OR octet_length(schema_name) > current_setting('max_identifier_length')::integer THEN
        RAISE EXCEPTION USING ERRCODE = 'name_too_long',
            MESSAGE = format('TVIEW name "%s" is too long', entity),
            DETAIL = format('A name, with the prefix tv_, has at most %s bytes.', current_setting('max_identifier_length'));
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_entity(text) IS 'Splits the name of a TVIEW as users write it into its schema (null when not given) and the name without one leading tv_. Raises 42602 for a name that is none and 42622 for one that is too long.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_entity(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_entity(text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_find(entity text, path name[])
RETURNS regclass
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted record;
    found_table regclass;
BEGIN
    wanted := @extschema@._pg_tviews_entity(entity);

    SELECT m.table_oid INTO found_table
      FROM @extschema@.pg_tview_meta m
      JOIN unnest(CASE WHEN wanted.schema_name IS NULL THEN path ELSE ARRAY[wanted.schema_name::name] END)
           WITH ORDINALITY p (schema, position) ON p.schema = m.schema
     WHERE m.entity = wanted.entity_name
     ORDER BY p.position
     LIMIT 1;

    RETURN found_table;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_find(text, name[]) IS 'Returns the table of the TVIEW with this name, looked for along the given path when the name has no schema; null when there is none.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_find(text, name[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_find(text, name[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_require(entity text, path name[])
RETURNS regclass
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_table regclass := @extschema@._pg_tviews_find(entity, path);
BEGIN
    IF found_table IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format('TVIEW "%s" does not exist', entity),
            HINT = 'All TVIEWs are listed in pg_tview_meta. A name without schema is looked for in the search_path.';
    END IF;
    RETURN found_table;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_require(text, name[]) IS 'As _pg_tviews_find(), but raises 42704 when there is no such TVIEW.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_require(text, name[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_require(text, name[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_require_owner(tview regclass)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT coalesce((SELECT pg_has_role(current_user, c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = tview), true) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('must be owner of TVIEW %s', tview);
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_require_owner(regclass) IS 'Raises 42501 unless the current role owns the TVIEW.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_require_owner(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_require_owner(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_require_filled(tview regclass)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name text := (SELECT format('%I.%I', m.schema, m.entity) FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview AND NOT m.filled);
BEGIN
    IF name IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('TVIEW %s is not filled yet', name),
            HINT = format('Go on with CALL pg_tviews_create_online(%L), or remove it with pg_tviews_drop().', name);
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_require_filled(regclass) IS 'Raises 55000 when pg_tviews_create_online() has not yet filled the TVIEW.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_require_filled(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_require_filled(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_relation(relation text, path name[])
RETURNS regclass
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    parts          text[];
    found_relation regclass;
BEGIN
    BEGIN
        parts := parse_ident(relation, true);
    EXCEPTION WHEN invalid_parameter_value THEN
        parts := NULL;
    END;

    IF parts IS NULL OR cardinality(parts) > 2 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_name', MESSAGE = format('invalid relation name "%s"', relation);
    END IF;

    SELECT c.oid::regclass INTO found_relation
      FROM unnest(CASE WHEN cardinality(parts) = 1 THEN path::text[] ELSE parts[1:1] END)
           WITH ORDINALITY p (schema, position)
      JOIN pg_namespace n ON n.nspname::text = p.schema
      JOIN pg_class c ON c.relnamespace = n.oid
     WHERE c.relname::text = parts[cardinality(parts)]
     ORDER BY p.position
     LIMIT 1;

    IF found_relation IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_table', MESSAGE = format('relation "%s" does not exist', relation);
    END IF;
    RETURN found_relation;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_relation(text, name[]) IS 'Returns the relation with this name, looked for along the given path when the name has no schema. Raises 42602 or 42P01.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_relation(text, name[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_relation(text, name[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_check_options(options jsonb)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    option   record;
    expected text;
    hint     CONSTANT text := 'Valid options are "key" (array of column names), "create_indexes" (boolean), "fillfactor" (integer from 10 to 100), "allow_volatile" (boolean), "unwatched" (array of relation names) and "capture" ("statement" or "row").';
BEGIN
    IF jsonb_typeof(options) <> 'object' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'options must be a JSON object', HINT = hint;
    END IF;

    FOR option IN SELECT o.key AS name, o.value, jsonb_typeof(o.value) AS type FROM jsonb_each(options) o LOOP
        expected := NULL;

        CASE option.name
            WHEN 'key' THEN
                IF option.type <> 'array' OR option.value = '[]'
                   OR EXISTS (SELECT FROM jsonb_array_elements(option.value) e WHERE jsonb_typeof(e) <> 'string')
                   OR (SELECT count(DISTINCT e) <> count(e) FROM jsonb_array_elements(option.value) e) THEN
                    expected := 'a non-empty array of distinct column names';
                END IF;
            WHEN 'unwatched' THEN
                IF option.type <> 'array'
                   OR EXISTS (SELECT FROM jsonb_array_elements(option.value) e WHERE jsonb_typeof(e) <> 'string') THEN
                    expected := 'an array of relation names';
                END IF;
            WHEN 'capture' THEN
                IF option.value NOT IN ('"statement"', '"row"') THEN
                    expected := '"statement" or "row"';
                END IF;
            WHEN 'create_indexes', 'allow_volatile' THEN
                IF option.type <> 'boolean' THEN
                    expected := 'a boolean';
                END IF;
            WHEN 'fillfactor' THEN
                expected := 'an integer from 10 to 100';
                IF option.type = 'number' THEN
                    IF option.value::numeric BETWEEN 10 AND 100 AND option.value::numeric % 1 = 0 THEN
                        expected := NULL;
                    END IF;
                END IF;
            ELSE
                RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('unrecognized TVIEW option "%s"', option.name), HINT = hint;
        END CASE;

        IF expected IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('invalid value for TVIEW option "%s"', option.name),
                DETAIL = format('The value must be %s, not %s.', expected, option.value),
                HINT = hint;
        END IF;
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_check_options(jsonb) IS 'Raises 22023 when an option is unknown or its value has the wrong type.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_check_options(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_check_options(jsonb) TO PUBLIC;
