\echo Use "CREATE EXTENSION pg_tviews" to load this file. \quit

-- sql/00_tables.sql
-- The catalogue of TVIEWs: run-once state. Everything after this file can be run again.

SET LOCAL search_path TO pg_catalog, pg_temp;

------------------------------------------------------------------------------------------------------------
-- pg_tview_meta
--
-- Columns that name relations are regclass, so that a dump carries names and a rename changes nothing. The
-- schema is a name: regnamespace is among the types pg_upgrade refuses in tables.
------------------------------------------------------------------------------------------------------------
CREATE TABLE @extschema@.pg_tview_meta (
    entity           text       NOT NULL,
    schema           name       NOT NULL,
    table_oid        regclass   NOT NULL,
    view_oid         regclass   NOT NULL,
    key_columns      text[]     NOT NULL,
    options          jsonb      NOT NULL DEFAULT '{}',
    definition       text       NOT NULL,
    depth            integer    NOT NULL DEFAULT 0,
    relations        regclass[] NOT NULL,
    family           regclass[] NOT NULL DEFAULT '{}',
    unwatched        regclass[] NOT NULL DEFAULT '{}',
    settings         jsonb      NOT NULL DEFAULT '{}',
    fingerprint      text       NOT NULL,
    plan             jsonb      NOT NULL,
    metadata_version integer    NOT NULL DEFAULT 1,
    CONSTRAINT pg_tview_meta_pkey PRIMARY KEY (table_oid),
    CONSTRAINT pg_tview_meta_view_oid_key UNIQUE (view_oid),
    CONSTRAINT pg_tview_meta_schema_entity_key UNIQUE (schema, entity)
);

COMMENT ON TABLE @extschema@.pg_tview_meta IS 'One row per TVIEW. Only the owner of a TVIEW changes its row.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.entity IS 'Name of the TVIEW without prefix: post for tv_post. Follows the name of the table.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.schema IS 'Schema of the TVIEW''s table. Follows the table.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.table_oid IS 'The table tv_<entity>.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.view_oid IS 'The backing view v_<entity>.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.key_columns IS 'Names of the columns that make up the key, in key order.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.options IS 'Options given to pg_tviews_create().';
COMMENT ON COLUMN @extschema@.pg_tview_meta.definition IS 'Text of the backing view with every relation schema-qualified.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.depth IS 'Position in the dependency order: 0, or one more than the deepest TVIEW whose table this one reads.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.relations IS 'The backing view and every relation reachable from it through views.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.family IS 'Partitions, inheritance children and parents, at any level, of the watched sources: statements on them change the sources too.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.unwatched IS 'Relations of options.unwatched. They follow renames; options is kept in step with them.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.settings IS 'Settings that decide how values are printed (TimeZone, DateStyle, ...), as they were in the session that created the TVIEW. Its rows are computed with them.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.fingerprint IS 'State of the relations the plan was derived from. A plan whose fingerprint differs from the current one is not used.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.plan IS 'The lineage: how changes of each source reach the keys, and the generated statements.';
COMMENT ON COLUMN @extschema@.pg_tview_meta.metadata_version IS 'Version of the layout of this row.';

------------------------------------------------------------------------------------------------------------
-- pg_tview_helpers
------------------------------------------------------------------------------------------------------------
CREATE TABLE @extschema@.pg_tview_helpers (
    table_oid     regclass NOT NULL,
    entity        text     NOT NULL,
    occurrence    integer  NOT NULL,
    source        regclass NOT NULL,
    alias         text     NOT NULL,
    strategy      text     NOT NULL,
    reason        text     NOT NULL,
    links         text     NOT NULL DEFAULT '',
    lookup        text,
    columns       text[],
    patched       text[],
    missing_index text,
    CONSTRAINT pg_tview_helpers_pkey PRIMARY KEY (table_oid, occurrence),
    CONSTRAINT pg_tview_helpers_strategy_check CHECK (strategy OPERATOR(pg_catalog.=) ANY (ARRAY['key', 'link', 'full']))
);

COMMENT ON TABLE @extschema@.pg_tview_helpers IS 'One row per TVIEW and occurrence of a source in its definition: the lineage, readable by people.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.table_oid IS 'The TVIEW''s table.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.entity IS 'Name of the TVIEW without prefix.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.occurrence IS 'Position of the occurrence in the plan, from 0.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.source IS 'The table that occurs.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.alias IS 'Its alias, with the views it was reached through: v_user.u.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.strategy IS 'How a change reaches the keys: key (the key is in the row), link (by lookups) or full (the whole TVIEW is compared).';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.reason IS 'Why this strategy.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.links IS 'The lookups in words; empty unless the strategy is link.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.lookup IS 'The first lookup as SQL; null unless the strategy is link.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.columns IS 'Columns of the source that matter: a change of any other does nothing. Null when every column matters.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.patched IS 'Columns whose change is patched into the document, with their place in it. Null: rows are recomputed.';
COMMENT ON COLUMN @extschema@.pg_tview_helpers.missing_index IS 'A CREATE INDEX statement for an index the lookup wants and has not; else null.';

------------------------------------------------------------------------------------------------------------
-- pg_tviews_metrics
------------------------------------------------------------------------------------------------------------
CREATE TABLE @extschema@.pg_tviews_metrics (
    recorded_at              timestamptz      NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    application_name         text,
    transaction_id           bigint,
    queue_size               bigint           NOT NULL DEFAULT 0,
    refresh_count            bigint           NOT NULL DEFAULT 0,
    iteration_count          bigint           NOT NULL DEFAULT 0,
    timing_ms                double precision NOT NULL DEFAULT 0,
    graph_cache_hit          boolean,
    bulk_refresh_count       bigint           NOT NULL DEFAULT 0,
    individual_refresh_count bigint           NOT NULL DEFAULT 0
);

CREATE INDEX pg_tviews_metrics_recorded_at_idx ON @extschema@.pg_tviews_metrics (recorded_at);

COMMENT ON TABLE @extschema@.pg_tviews_metrics IS 'Recorded flushes. Filled by a later version; not part of dumps.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.recorded_at IS 'When the flush ended.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.application_name IS 'application_name of the session.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.transaction_id IS 'Transaction that flushed.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.queue_size IS 'Entries in the queue when the flush began.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.refresh_count IS 'TVIEW rows written.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.iteration_count IS 'Rounds over the dependency order.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.timing_ms IS 'Duration of the flush in milliseconds.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.graph_cache_hit IS 'Whether the dependency order came from the session''s cache.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.bulk_refresh_count IS 'Statements that wrote many rows.';
COMMENT ON COLUMN @extschema@.pg_tviews_metrics.individual_refresh_count IS 'Statements that wrote one row.';

------------------------------------------------------------------------------------------------------------
-- Privileges and dumps. Rows are guarded by _pg_tviews_meta_guard, not by row-level security, which would
-- break pg_dump for roles that are no superusers.
------------------------------------------------------------------------------------------------------------
REVOKE ALL ON @extschema@.pg_tview_meta, @extschema@.pg_tview_helpers, @extschema@.pg_tviews_metrics FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON @extschema@.pg_tview_meta, @extschema@.pg_tview_helpers TO PUBLIC;
GRANT SELECT ON @extschema@.pg_tviews_metrics TO PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('@extschema@.pg_tview_meta', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.pg_tview_helpers', '');

-- sql/10_library.sql
-- The functions of the library. The C symbol is the SQL name with the suffix _wrapper.

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_version()
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pg_tviews_version_wrapper';

COMMENT ON FUNCTION @extschema@.pg_tviews_version() IS 'Returns the version of the loaded library.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_version() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_version() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_analyze(snapshot jsonb)
RETURNS jsonb
LANGUAGE c IMMUTABLE STRICT
AS 'MODULE_PATHNAME', '_pg_tviews_analyze_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_analyze(jsonb) IS 'Analyses a catalog snapshot and returns the plan. Refusals are part of the plan; the function raises only for a malformed snapshot.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_analyze(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_analyze(jsonb) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_check_select(definition text)
RETURNS void
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', '_pg_tviews_check_select_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_check_select(text) IS 'Raises an error with its position unless the text is exactly one SELECT without parameters that the server can analyse.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_check_select(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_check_select(text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_query_is_volatile(view regclass)
RETURNS boolean
LANGUAGE c STABLE STRICT
AS 'MODULE_PATHNAME', '_pg_tviews_query_is_volatile_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_query_is_volatile(regclass) IS 'Returns whether the view''s own query calls a volatile function.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_query_is_volatile(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_query_is_volatile(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_capture()
RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', '_pg_tviews_capture_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_capture() IS 'Captures the changes of one statement on a source for all TVIEWs that read it.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_capture() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_capture() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_guard()
RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', '_pg_tviews_guard_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_guard() IS 'Refuses direct changes of a TVIEW''s table. Its arguments carry the declaration of the TVIEW: entity, key columns and options as JSON.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_guard() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_guard() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_flush()
RETURNS bigint
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', 'pg_tviews_flush_wrapper';

COMMENT ON FUNCTION @extschema@.pg_tviews_flush() IS 'Brings everything this session has pending up to date now and returns the number of rows written.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_flush() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_flush() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_mark_whole(tview regclass)
RETURNS void
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', '_pg_tviews_mark_whole_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_mark_whole(regclass) IS 'Queues the whole TVIEW: it is compared with its view and repaired at the next flush.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_mark_whole(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_mark_whole(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_flush_whole(tview regclass)
RETURNS bigint
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', '_pg_tviews_flush_whole_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_flush_whole(regclass) IS 'Compares the whole TVIEW with its view now, after what it depends on, and returns the number of rows written. Raises 23502 for a null and 23505 for a duplicate key.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_flush_whole(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_flush_whole(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_changed(source regclass, pk text)
RETURNS void
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', '_pg_tviews_changed_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_changed(regclass, text) IS 'Treats the row of the source with this primary key as changed.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_changed(regclass, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_changed(regclass, text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_invalidate(relation regclass)
RETURNS void
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', '_pg_tviews_invalidate_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_invalidate(regclass) IS 'Makes every session forget the plans it has loaded for the relation.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_invalidate(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_invalidate(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_lock(tview regclass)
RETURNS void
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', '_pg_tviews_lock_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_lock(regclass) IS 'Locks a TVIEW against flushes of other sessions until the end of the transaction. Taken by whoever changes its plan.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_lock(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_lock(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_note_metadata()
RETURNS void
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', '_pg_tviews_note_metadata_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_note_metadata() IS 'Tells the session that its transaction writes metadata, which may be rolled back.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_note_metadata() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_note_metadata() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_require_fresh_metadata()
RETURNS void
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', '_pg_tviews_require_fresh_metadata_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_require_fresh_metadata() IS 'Raises 40001 when the snapshot of a REPEATABLE READ or SERIALIZABLE transaction shows other metadata than there are.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_require_fresh_metadata() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_require_fresh_metadata() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_queue_stats()
RETURNS jsonb
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', 'pg_tviews_queue_stats_wrapper';

COMMENT ON FUNCTION @extschema@.pg_tviews_queue_stats() IS 'Returns what this session''s transaction has queued.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_queue_stats() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_queue_stats() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_queue()
RETURNS jsonb
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', '_pg_tviews_queue_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_queue() IS 'Returns the entries of this session''s queue as an array of objects with entity, key and enqueued_at.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_queue() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_queue() TO PUBLIC;

-- sql/20_names.sql
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
    hint     CONSTANT text := 'Valid options are "key" (array of column names), "create_indexes" (boolean), "fillfactor" (integer from 10 to 100), "allow_volatile" (boolean) and "unwatched" (array of relation names).';
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

-- sql/21_catalog.sql
-- What the analyser may know about the database, read from the system catalogs.

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_base_type(type oid)
RETURNS oid
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE chain (oid, base, level) AS (
        SELECT t.oid, t.typbasetype, 0 FROM pg_type t WHERE t.oid = $1
        UNION ALL
        SELECT t.oid, t.typbasetype, c.level + 1 FROM chain c JOIN pg_type t ON t.oid = c.base
    )
    SELECT c.oid FROM chain c ORDER BY c.level DESC LIMIT 1
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_base_type(oid) IS 'Returns the type a domain, at any depth, is made from; any other type itself.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_base_type(oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_base_type(oid) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_equality(type oid)
RETURNS text
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    base     pg_type;
    is_array boolean;
    equality text;
BEGIN
    SELECT t.* INTO base FROM pg_type t WHERE t.oid = @extschema@._pg_tviews_base_type(type);

    -- The operator of a container exists for any contents and fails when these have none.
    is_array := base.typelem <> 0 AND base.typsubscript = 'array_subscript_handler'::regproc;
    IF is_array AND @extschema@._pg_tviews_equality(base.typelem) IS NULL THEN
        RETURN NULL;
    ELSIF base.typtype = 'c' AND EXISTS (
        SELECT FROM pg_attribute a
         WHERE a.attrelid = base.typrelid AND a.attnum > 0 AND NOT a.attisdropped
           AND @extschema@._pg_tviews_equality(a.atttypid) IS NULL) THEN
        RETURN NULL;
    END IF;

    -- The server's rule for the default operator class: the type's own, else one of a preferred type that it
    -- needs no conversion to, else the only one it needs no conversion to.
    SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname) INTO equality
      FROM (
            SELECT k.opcfamily, k.opcintype,
                   CASE WHEN k.opcintype = base.oid THEN 0 WHEN i.typispreferred THEN 1 ELSE 2 END AS preference
              FROM pg_opclass k
              JOIN pg_am m ON m.oid = k.opcmethod AND m.amname = 'btree'
              JOIN pg_type i ON i.oid = k.opcintype
             WHERE k.opcdefault
               AND (k.opcintype = base.oid
                    OR EXISTS (SELECT FROM pg_cast c
                                WHERE c.castsource = base.oid AND c.casttarget = k.opcintype
                                  AND c.castmethod = 'b' AND c.castcontext = 'i')
                    OR k.opcintype = 'anyarray'::regtype AND is_array
                    OR k.opcintype = 'anyenum'::regtype AND base.typtype = 'e'
                    OR k.opcintype = 'anyrange'::regtype AND base.typtype = 'r'
                    OR k.opcintype = 'anymultirange'::regtype AND base.typtype = 'm'
                    OR k.opcintype = 'record'::regtype AND base.typtype = 'c')
           ) candidate
      JOIN pg_amop a ON a.amopfamily = candidate.opcfamily
                    AND a.amoplefttype = candidate.opcintype AND a.amoprighttype = candidate.opcintype
                    AND a.amopstrategy = 3
      JOIN pg_operator o ON o.oid = a.amopopr
      JOIN pg_namespace n ON n.oid = o.oprnamespace
     GROUP BY candidate.preference, n.nspname, o.oprname
    HAVING count(*) = 1
     ORDER BY candidate.preference
     LIMIT 1;

    RETURN equality;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_equality(oid) IS 'Returns the equality operator of the type''s default btree operator class, ready to use: OPERATOR(pg_catalog.=); null when the type has none.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_equality(oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_equality(oid) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_reads(view oid)
RETURNS SETOF oid
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    -- A sequence counts when it is read like a table, not when it is an argument of nextval().
    SELECT c.oid
      FROM pg_rewrite r
      JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
      JOIN pg_class c ON c.oid = d.refobjid
     WHERE r.ev_class = $1 AND r.rulename = '_RETURN' AND c.oid <> $1
       AND (c.relkind IN ('r', 'p', 'v', 'm', 'f') OR c.relkind = 'S' AND d.refobjsubid > 0)
    UNION
    -- Dependencies on the system catalogs are not recorded: the query itself names those.
    SELECT c.oid
      FROM pg_rewrite r
     CROSS JOIN LATERAL regexp_matches(r.ev_action::text, ':relid (\d+)', 'g') m
      JOIN pg_class c ON c.oid = m[1]::oid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE r.ev_class = $1 AND r.rulename = '_RETURN' AND c.oid <> $1 AND n.nspname = 'pg_catalog'
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_reads(oid) IS 'Returns the relations the view''s own query reads.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_reads(oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_reads(oid) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_reachable(relations regclass[])
RETURNS regclass[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE reached (oid) AS (
        SELECT c.oid FROM pg_class c WHERE c.oid = ANY ($1::oid[])
        UNION
        SELECT d.oid
          FROM reached r
          JOIN pg_class c ON c.oid = r.oid AND c.relkind = 'v'
         CROSS JOIN LATERAL @extschema@._pg_tviews_reads(c.oid) d (oid)
    )
    SELECT coalesce(array_agg(r.oid::regclass ORDER BY r.oid), '{}') FROM reached r
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_reachable(regclass[]) IS 'Returns the relations and everything reachable from them through views, in order of OID.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_reachable(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_reachable(regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_descendants(relations regclass[])
RETURNS regclass[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE down (oid) AS (
        SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = ANY ($1::oid[]) AND NOT i.inhdetachpending
        UNION
        SELECT i.inhrelid FROM down d JOIN pg_inherits i ON i.inhparent = d.oid AND NOT i.inhdetachpending
    )
    SELECT coalesce(array_agg(d.oid::regclass ORDER BY d.oid), '{}') FROM down d
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_descendants(regclass[]) IS 'Returns the partitions and inheritance children of the relations, at any level, in order of OID.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_descendants(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_descendants(regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_ancestors(relations regclass[])
RETURNS regclass[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE up (oid) AS (
        SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid = ANY ($1::oid[]) AND NOT i.inhdetachpending
        UNION
        SELECT i.inhparent FROM up u JOIN pg_inherits i ON i.inhrelid = u.oid AND NOT i.inhdetachpending
    )
    SELECT coalesce(array_agg(u.oid::regclass ORDER BY u.oid), '{}') FROM up u
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_ancestors(regclass[]) IS 'Returns the tables the relations are partitions or inheritance children of, at any level, in order of OID.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_ancestors(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_ancestors(regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_snapshot(view regclass, tv_schema text, tv_table text, key text[], options jsonb)
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    WITH
    relation AS MATERIALIZED (
        SELECT c.oid, c.relname, c.relkind, n.nspname,
               -- Keys and NOT NULL of an inheritance parent say nothing about its children.
               c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid) AS inherited
          FROM unnest(@extschema@._pg_tviews_reachable(ARRAY[$1])) r (oid)
          JOIN pg_class c ON c.oid = r.oid
          JOIN pg_namespace n ON n.oid = c.relnamespace
    ),
    attribute AS MATERIALIZED (
        SELECT a.attrelid, a.attnum, a.attname, a.attcollation, a.atttypid,
               a.attnotnull AND NOT (r.inherited AND EXISTS (
                   SELECT FROM unnest(@extschema@._pg_tviews_descendants(ARRAY[r.oid::regclass])) d (oid)
                     JOIN pg_attribute b ON b.attrelid = d.oid AND b.attname = a.attname AND NOT b.attnotnull)) AS not_null
          FROM relation r
          JOIN pg_attribute a ON a.attrelid = r.oid
         WHERE a.attnum > 0 AND NOT a.attisdropped
    ),
    type AS MATERIALIZED (
        SELECT t.oid, b.oid AS base, format_type(b.oid, -1) AS name, @extschema@._pg_tviews_equality(b.oid) AS eq
          FROM (SELECT DISTINCT a.atttypid AS oid FROM attribute a) t
         CROSS JOIN LATERAL @extschema@._pg_tviews_base_type(t.oid) b (oid)
    ),
    columns AS (
        SELECT a.attrelid,
               jsonb_agg(jsonb_build_object(
                   'num', a.attnum, 'name', a.attname, 'type_oid', t.base::bigint, 'type_name', t.name,
                   'collation', a.attcollation::bigint, 'not_null', a.not_null, 'eq', t.eq) ORDER BY a.attnum) AS list
          FROM attribute a
          JOIN type t ON t.oid = a.atttypid
         GROUP BY a.attrelid
    ),
    index AS (
        SELECT i.indrelid, i.indexrelid,
               i.indisunique AND i.indimmediate AND i.indexprs IS NULL AS is_unique,
               m.amname IN ('btree', 'hash') AS finds_equals,
               (SELECT jsonb_agg(k.attnum ORDER BY k.position)
                  FROM unnest(i.indkey::smallint[]) WITH ORDINALITY k (attnum, position)
                 WHERE k.position <= i.indnkeyatts) AS key
          FROM relation r
          JOIN pg_index i ON i.indrelid = r.oid
          JOIN pg_class c ON c.oid = i.indexrelid
          JOIN pg_am m ON m.oid = c.relam
         WHERE i.indisvalid AND i.indislive AND i.indpred IS NULL
    )
    SELECT jsonb_build_object(
        'target', jsonb_build_object(
            'schema', $2,
            'table', $3,
            'view', $1::oid::bigint,
            'key', to_jsonb($4),
            'updated_at', NOT EXISTS (SELECT FROM attribute a WHERE a.attrelid = $1 AND a.attname = 'updated_at'),
            'allow_volatile', coalesce($5 -> 'allow_volatile' = 'true', false),
            'unwatched', (SELECT coalesce(jsonb_agg(to_regclass(u.name)::oid::bigint), '[]')
                            FROM jsonb_array_elements_text(coalesce($5 -> 'unwatched', '[]')) u (name)
                           WHERE to_regclass(u.name) IS NOT NULL)),
        'relations', (
            SELECT jsonb_agg(jsonb_build_object(
                       'oid', r.oid::bigint,
                       'schema', r.nspname,
                       'name', r.relname,
                       'kind', r.relkind,
                       'system', r.nspname IN ('pg_catalog', 'information_schema'),
                       'definition', CASE r.relkind WHEN 'v' THEN pg_get_viewdef(r.oid) END,
                       'volatile', CASE r.relkind WHEN 'v' THEN @extschema@._pg_tviews_query_is_volatile(r.oid) ELSE false END,
                       'depends_on', CASE r.relkind WHEN 'v' THEN
                            (SELECT coalesce(jsonb_agg(d.oid::bigint ORDER BY d.oid), '[]')
                               FROM @extschema@._pg_tviews_reads(r.oid) d (oid)) ELSE '[]' END,
                       'columns', coalesce(c.list, '[]'),
                       'unique', (SELECT coalesce(jsonb_agg(i.key ORDER BY i.indexrelid), '[]')
                                    FROM index i WHERE i.indrelid = r.oid AND i.is_unique AND NOT r.inherited),
                       'indexes', (SELECT coalesce(jsonb_agg(i.key ORDER BY i.indexrelid), '[]')
                                     FROM index i WHERE i.indrelid = r.oid AND i.finds_equals)) ORDER BY r.oid)
              FROM relation r
              LEFT JOIN columns c ON c.attrelid = r.oid),
        'aggregates', (SELECT jsonb_agg(DISTINCT p.proname ORDER BY p.proname) FROM pg_proc p WHERE p.prokind = 'a'))
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_snapshot(regclass, text, text, text[], jsonb) IS 'Returns the catalog snapshot of a view that is to back the TVIEW with this schema, table, key and options: everything the analyser may know. Names in options.unwatched are schema-qualified; those that no longer exist are left out.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_snapshot(regclass, text, text, text[], jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_snapshot(regclass, text, text, text[], jsonb) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_options(tview regclass)
RETURNS jsonb
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN m.options ? 'unwatched'
                THEN m.options || jsonb_build_object('unwatched', (
                         SELECT coalesce(jsonb_agg(c.oid::regclass::text ORDER BY u.position), '[]')
                           FROM unnest(m.unwatched) WITH ORDINALITY u (oid, position)
                           JOIN pg_class c ON c.oid = u.oid))
                ELSE m.options
           END
      FROM @extschema@.pg_tview_meta m
     WHERE m.table_oid = $1
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_options(regclass) IS 'Returns the options of a TVIEW with the present names of the relations in options.unwatched.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_options(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_options(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_current_snapshot(tview regclass)
RETURNS jsonb
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_snapshot(m.view_oid, n.nspname, c.relname, m.key_columns, @extschema@._pg_tviews_options($1))
      FROM @extschema@.pg_tview_meta m
      JOIN pg_class c ON c.oid = m.table_oid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE m.table_oid = $1
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_current_snapshot(regclass) IS 'Returns the catalog snapshot of an existing TVIEW as of now; null when there is no such TVIEW.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_current_snapshot(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_current_snapshot(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_fingerprint(relations regclass[])
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT md5(concat_ws(',', (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()),
                         string_agg(concat_ws(' ', c.oid, quote_ident(n.nspname), quote_ident(c.relname), r.xmin), ',' ORDER BY c.oid)))
           || '.'
           || md5(coalesce(string_agg(concat_ws(' ', c.oid, a.list), ',' ORDER BY c.oid), ''))
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN' AND c.relkind = 'v'
     CROSS JOIN LATERAL (
            SELECT string_agg(concat_ws(' ', a.attnum, quote_ident(a.attname), a.atttypid), ' ' ORDER BY a.attnum) AS list
              FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) a
     WHERE c.oid = ANY ($1::oid[])
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_fingerprint(regclass[]) IS 'Returns a digest of what a plan takes for granted about the relations, in two parts: database, OIDs, names and versions of view definitions; then numbers, names and types of columns. Relations that do not exist are left out.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_fingerprint(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_fingerprint(regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_settings()
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(s.name, s.setting ORDER BY s.name)
      FROM pg_settings s
     WHERE s.name IN ('TimeZone', 'DateStyle', 'IntervalStyle', 'extra_float_digits', 'bytea_output', 'xmlbinary',
                      'lc_monetary', 'lc_numeric', 'lc_time', 'default_text_search_config')
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_settings() IS 'Returns the session''s settings that decide how a view prints values, by name.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_settings() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_settings() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_apply_settings(settings jsonb)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT set_config(s.key, s.value, true) FROM jsonb_each_text($1) s WHERE current_setting(s.key) <> s.value
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_apply_settings(jsonb) IS 'Sets the settings, given by name, for the rest of the transaction.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_apply_settings(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_apply_settings(jsonb) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_watcher(tview regclass)
RETURNS TABLE (table_oid oid, view_oid oid, entity text, owner oid, depth integer, plan jsonb, is_current boolean, settings jsonb, has_deferred boolean)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
ROWS 1
AS $$
    SELECT m.table_oid::oid, m.view_oid::oid, m.table_oid::text, c.relowner, m.depth, m.plan,
           m.fingerprint = @extschema@._pg_tviews_fingerprint(m.relations)
           -- A plan that watches what the TVIEW may not watch is not used, whoever wrote it.
           AND NOT EXISTS (
               SELECT FROM jsonb_array_elements(m.plan -> 'occurrences') o
                WHERE (o ->> 'source')::oid <> ALL (m.relations::oid[])
                   OR (o ->> 'source')::oid = ANY (m.unwatched::oid[])),
           m.settings,
           EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = m.table_oid AND t.tgdeferrable)
      FROM @extschema@.pg_tview_meta m
      JOIN pg_class c ON c.oid = m.table_oid
      JOIN pg_class v ON v.oid = m.view_oid
     WHERE m.table_oid = $1
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_watcher(regclass) IS 'Returns what a session needs to maintain one TVIEW: its relations, its name for messages, the owner of its table, its depth, its plan, whether the plan still describes the relations, the settings its rows are computed with and whether a trigger of its table can be deferred.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_watcher(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_watcher(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_watchers(relation regclass)
RETURNS TABLE (table_oid oid, view_oid oid, entity text, owner oid, depth integer, plan jsonb, is_current boolean, settings jsonb, has_deferred boolean)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
ROWS 5
AS $$
    WITH family (oid) AS MATERIALIZED (
        SELECT unnest($1 || @extschema@._pg_tviews_ancestors(ARRAY[$1]) || @extschema@._pg_tviews_descendants(ARRAY[$1]))
    )
    SELECT w.table_oid, w.view_oid, w.entity, w.owner, w.depth, w.plan, w.is_current, w.settings, w.has_deferred
      FROM @extschema@.pg_tview_meta m
     CROSS JOIN LATERAL @extschema@._pg_tviews_watcher(m.table_oid) w
     WHERE EXISTS (SELECT FROM family f WHERE f.oid = ANY (m.relations) AND f.oid <> ALL (m.unwatched))
     ORDER BY w.depth, w.table_oid
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_watchers(regclass) IS 'Returns the TVIEWs that read the relation or one of its ancestors or descendants and watch it, as _pg_tviews_watcher() does, in dependency order.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_watchers(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_watchers(regclass) TO PUBLIC;

-- sql/30_capture.sql
-- Capture triggers on sources: installed, checked, removed.

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_watched(relations regclass[], unwatched regclass[])
RETURNS regclass[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(array_agg(c.oid::regclass ORDER BY c.oid), '{}')
      FROM pg_class c
     WHERE c.oid = ANY ($1::oid[]) AND c.oid <> ALL ($2::oid[]) AND c.relkind IN ('r', 'p')
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_watched(regclass[], regclass[]) IS 'Returns the tables among the relations behind a view that are to be watched, in order of OID.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_watched(regclass[], regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_watched(regclass[], regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_family(sources regclass[], unwatched regclass[])
RETURNS regclass[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(array_agg(DISTINCT f.oid::regclass ORDER BY f.oid::regclass), '{}')
      FROM unnest(@extschema@._pg_tviews_descendants($1) || @extschema@._pg_tviews_ancestors($1)) f (oid)
     WHERE f.oid <> ALL ($1) AND f.oid <> ALL ($2)
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_family(regclass[], regclass[]) IS 'Returns the descendants and ancestors of the sources that need capture as well: a statement on a partition fires only its own triggers, one on the parent only the parent''s.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_family(regclass[], regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_family(regclass[], regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_has_capture(relation regclass)
RETURNS boolean
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT count(*) = 4
      FROM pg_trigger t
     WHERE t.tgrelid = $1
       AND t.tgname IN ('pg_tviews_insert', 'pg_tviews_update', 'pg_tviews_delete', 'pg_tviews_truncate')
       AND t.tgfoid = '@extschema@._pg_tviews_capture()'::regprocedure
       AND t.tgenabled IN ('O', 'A')
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_has_capture(regclass) IS 'Returns whether all capture triggers are present on the relation and enabled.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_has_capture(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_has_capture(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_require_watchable(relation regclass)
RETURNS void
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_relation pg_class;
BEGIN
    SELECT c.* INTO found_relation FROM pg_class c WHERE c.oid = relation;

    IF found_relation.relkind NOT IN ('r', 'p') THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('cannot watch %s', relation),
            DETAIL = 'Changes can be captured on ordinary and partitioned tables only.',
            HINT = 'List it in the option "unwatched"; the TVIEW is then brought up to date by pg_tviews_refresh().';
    ELSIF found_relation.relpersistence <> 'p' THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('cannot watch %s', relation),
            DETAIL = CASE found_relation.relpersistence
                         WHEN 'u' THEN 'The table is unlogged: a crash empties it without any trigger.'
                         ELSE 'The table is temporary.'
                     END,
            HINT = CASE found_relation.relpersistence
                       WHEN 'u' THEN format('ALTER TABLE %s SET LOGGED, or list it in the option "unwatched".', relation)
                       ELSE 'Read a permanent table.'
                   END;
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_require_watchable(regclass) IS 'Raises 0A000 unless changes of the relation can be captured: it is an ordinary or partitioned table, and logged.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_require_watchable(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_require_watchable(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_install_capture(relation regclass)
RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    capture CONSTANT text := '@extschema@._pg_tviews_capture()';
BEGIN
    IF NOT has_table_privilege(relation, 'TRIGGER') THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('permission denied to create triggers on table %s', relation),
            HINT = format('GRANT TRIGGER ON %s TO %I.', relation, current_user);
    END IF;

    -- Creating a trigger waits for the writers in flight, also when it replaces the same trigger.
    EXECUTE format('CREATE OR REPLACE TRIGGER pg_tviews_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS pg_tviews_new FOR EACH STATEMENT EXECUTE FUNCTION %s', relation, capture);
    EXECUTE format('CREATE OR REPLACE TRIGGER pg_tviews_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS pg_tviews_old NEW TABLE AS pg_tviews_new FOR EACH STATEMENT EXECUTE FUNCTION %s', relation, capture);
    EXECUTE format('CREATE OR REPLACE TRIGGER pg_tviews_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS pg_tviews_old FOR EACH STATEMENT EXECUTE FUNCTION %s', relation, capture);
    EXECUTE format('CREATE OR REPLACE TRIGGER pg_tviews_truncate AFTER TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s', relation, capture);
    RETURN 4;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_install_capture(regclass) IS 'Creates or replaces the capture triggers on one table, waiting for its writers, and returns their number. Raises 42501 without the TRIGGER privilege.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_install_capture(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_install_capture(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_capture_all(sources regclass[], unwatched regclass[], replace boolean)
RETURNS regclass[]
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation regclass;
    family   regclass[];
    done     regclass[] := '{}';
    todo     regclass[];
    complete boolean;
BEGIN
    -- A partition may be attached before its parent is locked: look again until nothing is new.
    LOOP
        family := @extschema@._pg_tviews_family(sources, unwatched);
        SELECT array_agg(t.oid ORDER BY t.oid) INTO todo FROM unnest(sources || family) t (oid) WHERE t.oid <> ALL (done);
        EXIT WHEN todo IS NULL;

        FOREACH relation IN ARRAY todo LOOP
            PERFORM @extschema@._pg_tviews_require_watchable(relation);
            complete := @extschema@._pg_tviews_has_capture(relation);
            IF replace OR NOT complete THEN
                PERFORM @extschema@._pg_tviews_install_capture(relation);
            END IF;
            -- Nobody knows what was written while a TVIEW already relied on triggers that were missing.
            IF NOT complete THEN
                PERFORM @extschema@._pg_tviews_mark_whole(m.table_oid)
                   FROM @extschema@.pg_tview_meta m
                  WHERE relation = ANY (m.relations) AND relation <> ALL (m.unwatched) OR relation = ANY (m.family);
            END IF;
        END LOOP;
        done := done || todo;
    END LOOP;
    RETURN family;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_capture_all(regclass[], regclass[], boolean) IS 'Creates the capture triggers on the sources and their family in order of OID, all of them or only where some are missing, and returns the family. TVIEWs that relied on missing triggers are queued whole. Raises 0A000 for what cannot be watched.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_capture_all(regclass[], regclass[], boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_capture_all(regclass[], regclass[], boolean) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_needs_capture(relation regclass)
RETURNS boolean
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM @extschema@.pg_tview_meta m
         WHERE $1 = ANY (m.relations) AND $1 <> ALL (m.unwatched) OR $1 = ANY (m.family))
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_needs_capture(regclass) IS 'Returns whether any TVIEW needs the capture triggers of the table.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_needs_capture(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_needs_capture(regclass) TO PUBLIC;

-- SECURITY DEFINER: dropping a trigger is a right of the table's owner, creating one is not. It removes nothing
-- but capture triggers that no TVIEW needs.
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_prune_capture(relations regclass[])
RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation regclass;
    surplus  record;
    dropped  integer := 0;
BEGIN
    -- An older snapshot may miss a TVIEW created since. Triggers without a TVIEW do nothing.
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RETURN 0;
    END IF;

    FOR relation IN
        SELECT DISTINCT t.tgrelid::regclass
          FROM pg_trigger t
         WHERE t.tgrelid = ANY (relations::oid[]) AND t.tgfoid = '@extschema@._pg_tviews_capture()'::regprocedure
         ORDER BY 1
    LOOP
        CONTINUE WHEN @extschema@._pg_tviews_needs_capture(relation);

        -- Wait for a TVIEW that is just being created over the table, then look again.
        EXECUTE format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE', relation);
        CONTINUE WHEN @extschema@._pg_tviews_needs_capture(relation);

        FOR surplus IN
            SELECT t.tgname
              FROM pg_trigger t
             WHERE t.tgrelid = relation AND NOT t.tgisinternal
               AND t.tgfoid = '@extschema@._pg_tviews_capture()'::regprocedure
        LOOP
            EXECUTE format('DROP TRIGGER %I ON %s', surplus.tgname, relation);
            dropped := dropped + 1;
        END LOOP;
    END LOOP;
    RETURN dropped;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_prune_capture(regclass[]) IS 'Drops the capture triggers of those of the relations that no TVIEW needs watched any more and returns their number. Does nothing at REPEATABLE READ and above.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_prune_capture(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_prune_capture(regclass[]) TO PUBLIC;

-- sql/35_metadata.sql
-- The rows of pg_tview_meta and pg_tview_helpers: who may write them, how they are derived.

------------------------------------------------------------------------------------------------------------
-- Guard
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_meta_guard()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tv     record;
    row_id regclass;
    denied regclass;
BEGIN
    PERFORM @extschema@._pg_tviews_note_metadata();

    FOREACH row_id IN ARRAY CASE TG_OP
                                WHEN 'INSERT' THEN ARRAY[NEW.table_oid]
                                WHEN 'DELETE' THEN ARRAY[OLD.table_oid]
                                ELSE ARRAY[OLD.table_oid, NEW.table_oid]
                            END
    LOOP
        SELECT c.relowner, c.relname, n.nspname INTO tv
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.oid = row_id;

        IF NOT FOUND THEN
            CONTINUE WHEN TG_OP = 'DELETE';
            RAISE EXCEPTION USING ERRCODE = 'undefined_table',
                MESSAGE = format('relation with OID %s does not exist', row_id::oid);
        ELSIF NOT pg_has_role(current_user, tv.relowner, 'USAGE') THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('must be owner of TVIEW %s', row_id);
        END IF;
    END LOOP;

    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;

    -- Names follow the table.
    NEW.entity := CASE WHEN starts_with(tv.relname::text, 'tv_') THEN substr(tv.relname::text, 4) ELSE NEW.entity END;

    IF TG_TABLE_NAME = 'pg_tview_meta' THEN
        NEW.schema := tv.nspname;

        IF NOT EXISTS (SELECT FROM pg_class v
                        WHERE v.oid = NEW.view_oid AND pg_has_role(current_user, v.relowner, 'USAGE')) THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('must be owner of view %s', NEW.view_oid);
        END IF;

        -- Watching a table shows its rows, as a trigger on it does.
        SELECT s.oid INTO denied
          FROM unnest(@extschema@._pg_tviews_watched(NEW.relations, NEW.unwatched)) s (oid)
         WHERE NOT has_table_privilege(s.oid, 'TRIGGER')
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('permission denied to create triggers on table %s', denied);
        END IF;
    END IF;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_meta_guard() IS 'Lets only the owner of a TVIEW, who may create triggers on its sources, write its metadata, and keeps schema and entity in step with the table. Rows of a table that is gone may be deleted by anyone.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_meta_guard() FROM PUBLIC;

CREATE OR REPLACE TRIGGER pg_tviews_meta_guard
    BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.pg_tview_meta
    FOR EACH ROW EXECUTE FUNCTION @extschema@._pg_tviews_meta_guard();

COMMENT ON TRIGGER pg_tviews_meta_guard ON @extschema@.pg_tview_meta IS 'Only the owner of a TVIEW writes its row.';

CREATE OR REPLACE TRIGGER pg_tviews_meta_guard
    BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.pg_tview_helpers
    FOR EACH ROW EXECUTE FUNCTION @extschema@._pg_tviews_meta_guard();

COMMENT ON TRIGGER pg_tviews_meta_guard ON @extschema@.pg_tview_helpers IS 'Only the owner of a TVIEW writes its rows.';

------------------------------------------------------------------------------------------------------------
-- Plans
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_plan(snapshot jsonb)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    plan    jsonb := @extschema@._pg_tviews_analyze(snapshot);
    refusal jsonb := plan #> '{refusals,0}';
    target  jsonb := snapshot -> 'target';
    missed  record;
BEGIN
    IF refusal IS NOT NULL THEN
        PERFORM @extschema@._pg_tviews_raise(refusal ->> 'code', refusal ->> 'message', refusal ->> 'detail', refusal ->> 'hint');
    END IF;

    SELECT k.name INTO missed
      FROM jsonb_array_elements_text(target -> 'key') k (name)
     WHERE NOT EXISTS (
               SELECT FROM jsonb_array_elements(snapshot -> 'relations') r, jsonb_array_elements(r -> 'columns') c
                WHERE r -> 'oid' = target -> 'view' AND c ->> 'name' = k.name)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_column',
            MESSAGE = format('view has no key column "%s"', missed.name),
            HINT = 'Give the view this column, or name its key columns in the option "key".';
    END IF;

    -- What the server says the view reads is either watched, can be, or was declared unwatched.
    FOR missed IN
        SELECT (r ->> 'oid')::oid::regclass AS relation, r ->> 'kind' AS kind,
               plan -> 'idle' @> (r -> 'oid')
               OR EXISTS (SELECT FROM jsonb_array_elements(plan -> 'occurrences') o WHERE o -> 'source' = r -> 'oid') AS occurs
          FROM jsonb_array_elements(snapshot -> 'relations') r
         WHERE r ->> 'kind' <> 'v'
           AND NOT (target -> 'unwatched' @> (r -> 'oid'))
         ORDER BY 1
    LOOP
        IF missed.kind NOT IN ('r', 'p') THEN
            RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
                MESSAGE = format('cannot watch %s', missed.relation),
                DETAIL = 'Changes can be captured on ordinary and partitioned tables only.',
                HINT = 'List it in the option "unwatched"; the TVIEW is then brought up to date by pg_tviews_refresh().';
        ELSIF NOT missed.occurs THEN
            RAISE EXCEPTION USING ERRCODE = 'internal_error',
                MESSAGE = format('analysis of view %s missed its source %s', (target ->> 'view')::oid::regclass, missed.relation);
        END IF;
    END LOOP;

    RETURN plan;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_plan(jsonb) IS 'Analyses a catalog snapshot and returns the plan. Raises the first refusal, and XX000 when the server knows of a source that the plan does not watch.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_plan(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_plan(jsonb) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_prepares(statement text, parameter_types text[])
RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name CONSTANT text := '_pg_tviews_' || md5(random()::text || clock_timestamp()::text);
BEGIN
    EXECUTE format('PREPARE %I%s AS %s', name, '(' || nullif(array_to_string(parameter_types, ', '), '') || ')', statement);
    EXECUTE format('DEALLOCATE %I', name);
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLERRM;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_prepares(text, text[]) IS 'Prepares a generated statement, without running it, and returns the error message; null when there is none.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_prepares(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_prepares(text, text[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_check_plan(plan jsonb, snapshot jsonb)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    occurrence jsonb;
    statement  record;
    types      text[];
    failure    text;
    reasons    jsonb := '{}';  -- id of an occurrence -> why its climb cannot be used
    rewritten  jsonb;
BEGIN
    FOR statement IN
        SELECT s.key AS name, s.value AS sql
          FROM jsonb_each_text(plan -> 'statements') s
         WHERE s.key IN ('update_one', 'recompute', 'whole', 'null_key')
    LOOP
        SELECT array_agg((k ->> 'type_name') || '[]' ORDER BY n) INTO types
          FROM jsonb_array_elements(plan -> 'key') WITH ORDINALITY k (k, n)
         WHERE statement.name IN ('update_one', 'recompute');
        failure := @extschema@._pg_tviews_prepares(statement.sql, types);
        IF failure IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'internal_error',
                MESSAGE = format('could not prepare the generated statement "%s"', statement.name),
                DETAIL = failure || E'\n' || statement.sql;
        END IF;
    END LOOP;

    FOR occurrence IN
        SELECT o FROM jsonb_array_elements(plan -> 'occurrences') o WHERE o #>> '{strategy,kind}' = 'link'
    LOOP
        SELECT array_agg((c ->> 'type_name') || '[]' ORDER BY f.position) INTO types
          FROM jsonb_array_elements(occurrence #> '{strategy,from}') WITH ORDINALITY f (num, position)
          JOIN jsonb_array_elements(snapshot -> 'relations') r ON r -> 'oid' = occurrence -> 'source'
          JOIN jsonb_array_elements(r -> 'columns') c ON c -> 'num' = f.num;
        failure := @extschema@._pg_tviews_prepares(occurrence #>> '{strategy,lookup}', types);
        IF failure IS NOT NULL THEN
            reasons := reasons || jsonb_build_object(occurrence ->> 'id', 'its lookup does not prepare: ' || failure);
        END IF;
    END LOOP;

    IF reasons = '{}' THEN
        RETURN plan;
    END IF;

    -- What climbs over a failed occurrence fails with it.
    LOOP
        SELECT reasons || jsonb_object_agg(o ->> 'id', format('it climbs over occurrence %s, whose lookup does not prepare', o #>> '{strategy,to}'))
          INTO rewritten
          FROM jsonb_array_elements(plan -> 'occurrences') o
         WHERE o #>> '{strategy,kind}' = 'link'
           AND NOT reasons ? (o ->> 'id') AND reasons ? (o #>> '{strategy,to}');
        EXIT WHEN rewritten IS NULL;
        reasons := rewritten;
    END LOOP;

    SELECT jsonb_agg(CASE WHEN reasons ? (o ->> 'id')
                          THEN o || jsonb_build_object('strategy', jsonb_build_object('kind', 'full'),
                                                       'reason', reasons -> (o ->> 'id'), 'links', '', 'missing_index', NULL)
                          ELSE o
                     END ORDER BY n) INTO rewritten
      FROM jsonb_array_elements(plan -> 'occurrences') WITH ORDINALITY o (o, n);

    RETURN plan || jsonb_build_object(
        'occurrences', rewritten,
        'notes', coalesce(plan -> 'notes', '[]') || (
            SELECT jsonb_agg(format('every change of %s (%s) compares the whole TVIEW: %s',
                                    (o ->> 'source')::oid::regclass, o ->> 'alias', reasons ->> (o ->> 'id')) ORDER BY n)
              FROM jsonb_array_elements(rewritten) WITH ORDINALITY o (o, n)
             WHERE reasons ? (o ->> 'id')));
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_check_plan(jsonb, jsonb) IS 'Prepares every generated statement of a plan and returns the plan, with strategy full where a lookup fails. Raises XX000 when a statement that writes the TVIEW fails.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_check_plan(jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_check_plan(jsonb, jsonb) TO PUBLIC;

------------------------------------------------------------------------------------------------------------
-- Dependency order
------------------------------------------------------------------------------------------------------------

-- SECURITY DEFINER: a TVIEW may gain or lose depth through one of another owner. Depths follow from the rows.
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_renumber()
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    total    CONSTANT bigint := (SELECT count(*) FROM @extschema@.pg_tview_meta);
    deepest  record;
    position record;
BEGIN
    FOR position IN
        WITH RECURSIVE edge (reader, source) AS MATERIALIZED (
            SELECT r.table_oid, s.table_oid
              FROM @extschema@.pg_tview_meta r
              JOIN @extschema@.pg_tview_meta s ON s.table_oid = ANY (r.relations)
        ),
        walk (tview, depth) AS (
            SELECT m.table_oid, 0 FROM @extschema@.pg_tview_meta m
            UNION
            SELECT e.reader, w.depth + 1 FROM walk w JOIN edge e ON e.source = w.tview WHERE w.depth < total
        )
        SELECT w.tview, max(w.depth) AS depth, m.depth AS recorded
          FROM walk w
          JOIN @extschema@.pg_tview_meta m ON m.table_oid = w.tview
         GROUP BY w.tview, m.depth
        HAVING max(w.depth) <> m.depth
         ORDER BY max(w.depth) DESC, w.tview
    LOOP
        -- A path as long as there are TVIEWs comes back to one of them.
        IF position.depth >= total THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_recursion',
                MESSAGE = format('TVIEW %s would depend on itself', position.tview),
                HINT = 'A TVIEW cannot read a table that is maintained from it. Read the view instead of the table.';
        END IF;
        UPDATE @extschema@.pg_tview_meta m SET depth = position.depth WHERE m.table_oid = position.tview;
        PERFORM @extschema@._pg_tviews_invalidate(position.tview);
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_renumber() IS 'Brings the depth of every TVIEW up to date. Raises 42P19 when TVIEWs depend on one another in a cycle.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_renumber() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_renumber() TO PUBLIC;

------------------------------------------------------------------------------------------------------------
-- Registration
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_columns(relation regclass)
RETURNS text[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(array_agg(
               format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
               || CASE WHEN a.attcollation <> t.typcollation THEN format(' COLLATE %I.%I', n.nspname, l.collname) ELSE '' END
               ORDER BY a.attnum), '{}')
      FROM pg_attribute a
      JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_collation l ON l.oid = a.attcollation
      LEFT JOIN pg_namespace n ON n.oid = l.collnamespace
     WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_columns(regclass) IS 'Returns the declarations of the relation''s columns, each with name, type and collation, in order.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_columns(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_columns(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_expected_columns(view regclass)
RETURNS text[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_columns($1)
           || CASE WHEN EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = $1 AND a.attname = 'updated_at' AND NOT a.attisdropped)
                   THEN '{}'::text[]
                   ELSE ARRAY['updated_at timestamp with time zone']
              END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_expected_columns(regclass) IS 'Returns the declarations of the columns a TVIEW''s table has: those of the view, and updated_at unless the view has a column of that name.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_expected_columns(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_expected_columns(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_install_guard(tview regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    declaration record;
    arguments   bytea := '';
    argument    text;
BEGIN
    SELECT m.entity, to_jsonb(m.key_columns)::text AS key, m.options::text AS options INTO STRICT declaration
      FROM @extschema@.pg_tview_meta m
     WHERE m.table_oid = tview;

    FOREACH argument IN ARRAY ARRAY[declaration.entity, declaration.key, declaration.options] LOOP
        arguments := arguments || convert_to(argument, getdatabaseencoding()) || '\x00'::bytea;
    END LOOP;

    IF NOT EXISTS (SELECT FROM pg_trigger t
                    WHERE t.tgrelid = tview AND t.tgname = 'pg_tviews_guard' AND t.tgenabled IN ('O', 'A')
                      AND t.tgfoid = '@extschema@._pg_tviews_guard()'::regprocedure AND t.tgargs = arguments) THEN
        EXECUTE format('CREATE OR REPLACE TRIGGER pg_tviews_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s(%L, %L, %L)',
                       tview, '@extschema@._pg_tviews_guard', declaration.entity, declaration.key, declaration.options);
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_install_guard(regclass) IS 'Creates the trigger that guards a TVIEW''s table, or replaces it when it is disabled or its declaration is out of date.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_install_guard(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_install_guard(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_invalidate_all(relations regclass[])
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_invalidate(c.oid::regclass) FROM pg_class c WHERE c.oid = ANY ($1::oid[])
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_invalidate_all(regclass[]) IS 'Makes every session forget the plans it has loaded for those of the relations that exist.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_invalidate_all(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_invalidate_all(regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_derive(tview regclass, replace_triggers boolean,
    OUT plan jsonb, OUT columns_changed boolean, OUT joined regclass[], OUT left_behind regclass[])
RETURNS record
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    meta        @extschema@.pg_tview_meta;
    owner       oid;
    snapshot    jsonb;
    reads       regclass[];
    sources     regclass[];
    relatives   regclass[];
    denied      regclass;
    fresh_print text;
BEGIN
    SELECT m.* INTO STRICT meta FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview;
    SELECT c.relowner INTO STRICT owner FROM pg_class c WHERE c.oid = tview;

    IF @extschema@._pg_tviews_columns(tview) <> @extschema@._pg_tviews_expected_columns(meta.view_oid) THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('columns of %s and %s would differ', tview, meta.view_oid),
            DETAIL = format('The table has (%s), the view gives (%s).',
                            array_to_string(@extschema@._pg_tviews_columns(tview), ', '),
                            array_to_string(@extschema@._pg_tviews_expected_columns(meta.view_oid), ', ')),
            HINT = 'Drop the TVIEW with pg_tviews_drop() and create it with the new definition.';
    END IF;

    PERFORM @extschema@._pg_tviews_require_watchable(tview);
    IF EXISTS (SELECT FROM pg_inherits i WHERE tview IN (i.inhrelid, i.inhparent)) THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('TVIEW %s cannot be a partition, have children or be a child of a table', tview),
            DETAIL = 'Its rows would be written and read through other tables.';
    END IF;

    snapshot := @extschema@._pg_tviews_current_snapshot(tview);
    plan := @extschema@._pg_tviews_check_plan(@extschema@._pg_tviews_plan(snapshot), snapshot);
    reads := ARRAY(SELECT (r ->> 'oid')::oid::regclass FROM jsonb_array_elements(snapshot -> 'relations') r ORDER BY 1);
    sources := @extschema@._pg_tviews_watched(reads, meta.unwatched);

    -- Whoever runs this: the right to watch is the TVIEW owner's.
    SELECT s.oid INTO denied FROM unnest(sources) s (oid) WHERE NOT has_table_privilege(owner, s.oid, 'TRIGGER') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('permission denied to create triggers on table %s', denied),
            DETAIL = format('TVIEW %s reads the table, so its owner needs the TRIGGER privilege on it.', tview),
            HINT = format('GRANT TRIGGER ON %s TO %I.', denied, pg_get_userbyid(owner));
    END IF;

    -- Policies may read anything and change unseen.
    SELECT s.oid INTO denied
      FROM unnest(sources) s (oid)
      JOIN pg_class c ON c.oid = s.oid AND c.relrowsecurity
     WHERE EXISTS (SELECT FROM pg_class v JOIN pg_roles r ON r.oid = v.relowner
                    WHERE v.oid = ANY (reads) AND v.relkind = 'v' AND NOT r.rolsuper AND NOT r.rolbypassrls
                      AND (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE')))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('cannot watch %s under row-level security', denied),
            DETAIL = format('Policies of the table apply to the owner of TVIEW %s or of a view it reads; what they let through can change unseen.', tview),
            HINT = 'Let the owner of the table, or a role with BYPASSRLS, own the views.';
    END IF;

    relatives := @extschema@._pg_tviews_capture_all(sources, meta.unwatched, replace_triggers);
    joined := ARRAY(SELECT unnest(relatives) EXCEPT SELECT unnest(meta.family) EXCEPT SELECT unnest(meta.relations));
    left_behind := ARRAY(SELECT unnest(meta.family) EXCEPT SELECT unnest(relatives) EXCEPT SELECT unnest(sources));

    fresh_print := @extschema@._pg_tviews_fingerprint(reads);
    columns_changed := split_part(fresh_print, '.', 2) <> split_part(meta.fingerprint, '.', 2);

    -- Flushes by the old plan and flushes by the new one would lock different things.
    IF plan <> meta.plan AND meta.plan <> '{}' THEN
        PERFORM @extschema@._pg_tviews_lock(tview);
    END IF;

    UPDATE @extschema@.pg_tview_meta m
       SET options = @extschema@._pg_tviews_options(tview),
           definition = pg_get_viewdef(meta.view_oid),
           relations = reads,
           family = relatives,
           fingerprint = fresh_print,
           plan = _pg_tviews_derive.plan
     WHERE m.table_oid = tview;

    DELETE FROM @extschema@.pg_tview_helpers h WHERE h.table_oid = tview;
    INSERT INTO @extschema@.pg_tview_helpers
           (table_oid, entity, occurrence, source, alias, strategy, reason, links, lookup, columns, missing_index)
    SELECT tview, meta.entity, (o ->> 'id')::integer, (o ->> 'source')::oid, o ->> 'alias', o #>> '{strategy,kind}',
           o ->> 'reason', coalesce(o ->> 'links', ''), o #>> '{strategy,lookup}',
           CASE jsonb_typeof(o -> 'columns')
               WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(o -> 'column_names'))
           END,
           o ->> 'missing_index'
      FROM jsonb_array_elements(plan -> 'occurrences') o;

    PERFORM @extschema@._pg_tviews_install_guard(tview);
    PERFORM @extschema@._pg_tviews_renumber();
    PERFORM @extschema@._pg_tviews_prune_capture(meta.relations || meta.family);
    PERFORM @extschema@._pg_tviews_invalidate_all(tview || meta.relations || meta.family || reads || relatives);
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_derive(regclass, boolean) IS 'Derives the plan of a registered TVIEW from the catalogs as they are, installs capture where it is missing (or everywhere) and stores the result. Returns the plan, whether columns of its relations changed, and what joined and left the family of its sources. Raises what pg_tviews_create() would.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_derive(regclass, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_derive(regclass, boolean) TO PUBLIC;

-- sql/40_create.sql
-- pg_tviews_create()

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_create_begin(entity text, adopt boolean, options jsonb, current name, path name[],
    OUT schema_name text, OUT entity_name text, OUT view_name text, OUT settled jsonb)
RETURNS record
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    occupied  record;
    unwatched regclass[];
BEGIN
    SELECT e.schema_name, e.entity_name INTO schema_name, entity_name FROM @extschema@._pg_tviews_entity(entity) e;
    schema_name := coalesce(schema_name, current);
    IF schema_name IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_schema_name', MESSAGE = 'no schema has been selected to create in';
    ELSIF starts_with(schema_name, 'pg_temp') THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported', MESSAGE = 'a TVIEW cannot be temporary';
    END IF;
    view_name := format('%I.%I', schema_name, 'v_' || entity_name);

    settled := coalesce(options, '{}');
    PERFORM @extschema@._pg_tviews_check_options(settled);
    IF settled ? 'unwatched' THEN
        -- A view stands for everything it reads.
        SELECT @extschema@._pg_tviews_reachable(array_agg(@extschema@._pg_tviews_relation(u.name, path))) INTO unwatched
          FROM jsonb_array_elements_text(settled -> 'unwatched') u (name);
        settled := settled || jsonb_build_object('unwatched', to_jsonb(coalesce(unwatched, '{}')::text[]));
    END IF;

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

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_create_finish(schema_name text, entity_name text, options jsonb)
RETURNS regclass
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    view_oid   CONSTANT regclass := format('%I.%I', schema_name, 'v_' || entity_name)::regclass;
    table_name CONSTANT text := format('%I.%I', schema_name, 'tv_' || entity_name);
    key        CONSTANT text[] := CASE WHEN options ? 'key'
                                       THEN ARRAY(SELECT jsonb_array_elements_text(options -> 'key'))
                                       ELSE ARRAY['pk_' || entity_name]
                                  END;
    unwatched  CONSTANT regclass[] := ARRAY(SELECT jsonb_array_elements_text(options -> 'unwatched'))::regclass[];
    reads      CONSTANT regclass[] := @extschema@._pg_tviews_reachable(ARRAY[view_oid]);
    tview      regclass;
    plan       jsonb;
    view_owner name;
    note       text;
BEGIN
    -- Refusals come before anything is created.
    PERFORM @extschema@._pg_tviews_plan(@extschema@._pg_tviews_snapshot(view_oid, schema_name, 'tv_' || entity_name, key, options));

    -- The table: columns of the view, then updated_at.
    EXECUTE format('CREATE TABLE %s (%s, PRIMARY KEY (%s)) WITH (fillfactor = %s)',
                   table_name,
                   array_to_string(@extschema@._pg_tviews_columns(view_oid)
                                   || CASE WHEN @extschema@._pg_tviews_expected_columns(view_oid) <> @extschema@._pg_tviews_columns(view_oid)
                                           THEN ARRAY['updated_at timestamp with time zone NOT NULL DEFAULT pg_catalog.now()']
                                           ELSE '{}'
                                      END, ', '),
                   (SELECT string_agg(format('%I', k.name), ', ' ORDER BY k.position) FROM unnest(key) WITH ORDINALITY k (name, position)),
                   coalesce((options ->> 'fillfactor')::numeric::integer, 85));
    tview := table_name::regclass;

    -- The table belongs to the owner of the view: what the view calls never runs with anyone else's rights.
    SELECT r.rolname INTO STRICT view_owner
      FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
     WHERE c.oid = view_oid;
    IF view_owner <> current_user THEN
        EXECUTE format('ALTER TABLE %s OWNER TO %I', tview, view_owner);
    END IF;

    INSERT INTO @extschema@.pg_tview_meta (entity, schema, table_oid, view_oid, key_columns, options, definition, relations, unwatched, settings, fingerprint, plan)
    VALUES (entity_name, schema_name, tview, view_oid, key, options, pg_get_viewdef(view_oid), '{}', unwatched, @extschema@._pg_tviews_settings(), '', '{}');
    SELECT d.plan INTO STRICT plan FROM @extschema@._pg_tviews_derive(tview, true) d;

    IF options -> 'create_indexes' = 'true' THEN
        FOR note IN
            SELECT DISTINCT h.missing_index COLLATE "C"
              FROM @extschema@.pg_tview_helpers h
             WHERE h.table_oid = tview AND h.missing_index IS NOT NULL
             ORDER BY 1
        LOOP
            EXECUTE note;
        END LOOP;
        SELECT d.plan INTO STRICT plan FROM @extschema@._pg_tviews_derive(tview, false) d;
    END IF;

    PERFORM @extschema@._pg_tviews_flush_whole(tview);
    EXECUTE format('ANALYZE %s', tview);

    FOR note IN SELECT jsonb_array_elements_text(plan -> 'notes') LOOP
        RAISE NOTICE USING MESSAGE = note;
    END LOOP;

    note := @extschema@._pg_tviews_unseen_functions(reads);
    IF note IS NOT NULL THEN
        RAISE WARNING USING
            MESSAGE = format('changes of what functions read are not seen by TVIEW %s', tview),
            DETAIL = format('The definition calls %s.', note),
            HINT = 'Declare functions that read no table IMMUTABLE; after changes of what the others read, run pg_tviews_refresh().';
    END IF;
    RETURN tview;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_create_finish(text, text, jsonb) IS 'Makes a TVIEW of the existing view v_<entity>: analysis, table, capture, metadata, contents. Returns the table.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_create_finish(text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_create_finish(text, text, jsonb) TO PUBLIC;

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

    RETURN @extschema@._pg_tviews_create_finish(target.schema_name, target.entity_name, target.settled);
END
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_create(text, text, jsonb) IS 'Creates a TVIEW: view v_<entity> from the definition (or the existing one when the definition is null), table tv_<entity> with the same columns and a primary key, capture on every source, and its contents. The entity may carry the prefix tv_ and a schema, and be quoted. Options: key (array of column names, default pk_<entity>), create_indexes (boolean), fillfactor (10 to 100, default 85), allow_volatile (boolean), unwatched (array of relation names; a view stands for all it reads). Returns the table. Raises 42602 or 42622 for a bad name, 22023 for a bad option, 42P07 when a name is taken, 42P01 when there is no view to use, 42501 without the rights it needs, 0A000 for what cannot be maintained, 23502 and 23505 for null and duplicate keys.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_create(text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_create(text, text, jsonb) TO PUBLIC;

-- sql/41_drop.sql
-- pg_tviews_drop()

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_forget(tview regclass)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    DELETE FROM @extschema@.pg_tview_helpers h WHERE h.table_oid = $1;
    DELETE FROM @extschema@.pg_tview_meta m WHERE m.table_oid = $1;
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_forget(regclass) IS 'Deletes the metadata of a TVIEW.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_forget(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_forget(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_drop(entity text, if_exists boolean, cascaded boolean, path name[])
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tview   regclass;
    meta    @extschema@.pg_tview_meta;
    half    record;
    message text;
    detail  text;
BEGIN
    IF if_exists THEN
        tview := @extschema@._pg_tviews_find(entity, path);
        IF tview IS NULL THEN
            RETURN false;
        END IF;
    ELSE
        tview := @extschema@._pg_tviews_require(entity, path);
    END IF;
    PERFORM @extschema@._pg_tviews_require_owner(tview);

    SELECT m.* INTO STRICT meta FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview;
    PERFORM @extschema@._pg_tviews_forget(tview);
    -- Waits for writers before it holds anything they want at their commit.
    PERFORM @extschema@._pg_tviews_prune_capture(meta.relations || meta.family);

    BEGIN
        FOR half IN
            SELECT c.oid::regclass AS relation, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind
              FROM pg_class c
             WHERE c.oid IN (meta.view_oid, meta.table_oid)
             ORDER BY c.relkind = 'v' DESC
        LOOP
            -- Dropping the first half with its dependents may have taken the second along.
            IF EXISTS (SELECT FROM pg_class c WHERE c.oid = half.relation) THEN
                EXECUTE format('DROP %s %s %s', half.kind, half.relation, CASE WHEN cascaded THEN 'CASCADE' ELSE 'RESTRICT' END);
            END IF;
        END LOOP;
    EXCEPTION WHEN dependent_objects_still_exist THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
        RAISE EXCEPTION USING ERRCODE = 'dependent_objects_still_exist', MESSAGE = message, DETAIL = detail,
            HINT = 'Call pg_tviews_drop() with cascade => true to drop the dependent objects too.';
    END;

    PERFORM @extschema@._pg_tviews_invalidate_all(meta.relations || meta.family);
    RETURN true;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_drop(text, boolean, boolean, name[]) IS 'Does the work of pg_tviews_drop() for a caller with the given path.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_drop(text, boolean, boolean, name[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_drop(text, boolean, boolean, name[]) TO PUBLIC;

-- No search_path of its own: it passes the caller's on.
CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_drop(entity text, if_exists boolean DEFAULT false, cascade boolean DEFAULT false)
RETURNS boolean
LANGUAGE sql VOLATILE
AS $$
    SELECT @extschema@._pg_tviews_drop($1, $2, $3, pg_catalog.current_schemas(true))
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_drop(text, boolean, boolean) IS 'Drops a TVIEW: table, view, metadata and the capture triggers no other TVIEW needs. Indexes that create_indexes made on sources stay. Returns false for an unknown TVIEW with if_exists, else raises 42704. Raises 2BP01 when other objects depend on it, unless cascade is true, and 42501 unless the caller owns it.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_drop(text, boolean, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_drop(text, boolean, boolean) TO PUBLIC;

-- sql/42_refresh.sql
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

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_verify_statement(tview regclass, sample bigint)
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
    sampled  text := '';
    among    text := '';
BEGIN
    SELECT m.* INTO STRICT meta FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview;

    SELECT string_agg(format('x.%I', a.attname), ', ' ORDER BY a.attnum) INTO STRICT fields
      FROM pg_attribute a
     WHERE a.attrelid = meta.view_oid AND a.attnum > 0 AND NOT a.attisdropped;

    SELECT string_agg(format('x.%I AS k%s', k.name, k.position), ', ' ORDER BY k.position),
           string_agg(format('t.k%s %s v.k%1$s', k.position, e.operator), ' AND ' ORDER BY k.position),
           string_agg(format('s.k%s %s x.%I', k.position, e.operator, k.name), ' AND ' ORDER BY k.position)
      INTO STRICT key_list, t_is_v, s_is_x
      FROM unnest(meta.key_columns) WITH ORDINALITY k (name, position)
      JOIN pg_attribute a ON a.attrelid = meta.table_oid AND a.attname::text = k.name
     CROSS JOIN LATERAL @extschema@._pg_tviews_equality(a.atttypid) e (operator);

    -- Keys of the table find what is superfluous, keys of the view what is missing.
    IF sample IS NOT NULL THEN
        sampled := format('s AS MATERIALIZED ((SELECT %1$s FROM %2$s x ORDER BY pg_catalog.random() LIMIT %4$s) UNION (SELECT %1$s FROM %3$s x ORDER BY pg_catalog.random() LIMIT %4$s)), ',
                          key_list, meta.table_oid, meta.view_oid, sample);
        among := format(' WHERE EXISTS (SELECT FROM s WHERE %s)', s_is_x);
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

COMMENT ON FUNCTION @extschema@._pg_tviews_verify_statement(regclass, bigint) IS 'Returns the statement that compares a TVIEW with its view; it gives the numbers of missing, extra and different rows.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_verify_statement(regclass, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_verify_statement(regclass, bigint) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_verify(wanted text, sample bigint, path name[])
RETURNS TABLE (entity text, missing bigint, extra bigint, different bigint)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    only_this regclass;
    tview     record;
    own       CONSTANT jsonb := @extschema@._pg_tviews_settings();
BEGIN
    IF sample < 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'sample must be at least 1';
    END IF;
    IF wanted IS NOT NULL THEN
        only_this := @extschema@._pg_tviews_require(wanted, path);
    END IF;

    PERFORM @extschema@.pg_tviews_flush();

    FOR tview IN
        SELECT m.table_oid, m.entity, m.settings
          FROM @extschema@.pg_tview_meta m
         WHERE CASE WHEN only_this IS NULL
                    THEN has_table_privilege(m.table_oid, 'SELECT') AND has_table_privilege(m.view_oid, 'SELECT')
                    ELSE m.table_oid = only_this
               END
         ORDER BY m.depth, m.schema, m.entity
    LOOP
        entity := tview.entity;
        -- The view prints values as the rows of the table were printed.
        PERFORM @extschema@._pg_tviews_apply_settings(tview.settings);
        EXECUTE @extschema@._pg_tviews_verify_statement(tview.table_oid, sample) INTO STRICT missing, extra, different;
        PERFORM @extschema@._pg_tviews_apply_settings(own);
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

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_install_stmt_triggers()
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tview   regclass;
    covered regclass[] := '{}';
BEGIN
    FOR tview IN
        SELECT m.table_oid
          FROM @extschema@.pg_tview_meta m
          JOIN pg_class c ON c.oid = m.table_oid
         WHERE pg_has_role(current_user, c.relowner, 'USAGE')
         ORDER BY m.depth, m.table_oid
    LOOP
        PERFORM @extschema@._pg_tviews_derive(tview, true);

        SELECT covered || @extschema@._pg_tviews_watched(m.relations, m.unwatched) || m.family INTO STRICT covered
          FROM @extschema@.pg_tview_meta m
         WHERE m.table_oid = tview;
    END LOOP;

    RETURN (SELECT 4 * count(DISTINCT r.oid) FROM unnest(covered) r (oid));
END
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_install_stmt_triggers() IS 'Creates or replaces the capture triggers on every source of every TVIEW of the caller, its partitions, children and parents, derives the plans again, and has TVIEWs compared with their views whose capture had gaps. Returns the number of capture triggers now in place.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_install_stmt_triggers() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_install_stmt_triggers() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_cascade(base_table_oid oid, pk_value bigint)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_changed($1::regclass, $2::text)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_cascade(oid, bigint) IS 'Treats the row of the base table with this primary key as changed, for every TVIEW that reads the table. Captured writes need no such call.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_cascade(oid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_cascade(oid, bigint) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_cascade(base_table_oid oid, pk_value text)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_changed($1::regclass, $2::text)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_cascade(oid, text) IS 'Treats the row of the base table with this primary key as changed, for every TVIEW that reads the table. Captured writes need no such call.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_cascade(oid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_cascade(oid, text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_insert(base_table_oid oid, pk_value bigint)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_changed($1::regclass, $2::text)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_insert(oid, bigint) IS 'Treats the row of the base table with this primary key as inserted, for every TVIEW that reads the table. Captured writes need no such call.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_insert(oid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_insert(oid, bigint) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_insert(base_table_oid oid, pk_value text)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_changed($1::regclass, $2::text)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_insert(oid, text) IS 'Treats the row of the base table with this primary key as inserted, for every TVIEW that reads the table. Captured writes need no such call.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_insert(oid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_insert(oid, text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_delete(base_table_oid oid, pk_value bigint)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_changed($1::regclass, $2::text)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_delete(oid, bigint) IS 'Treats the row of the base table with this primary key as deleted, for every TVIEW that reads the table. Captured writes need no such call.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_delete(oid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_delete(oid, bigint) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_delete(base_table_oid oid, pk_value text)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_changed($1::regclass, $2::text)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_delete(oid, text) IS 'Treats the row of the base table with this primary key as deleted, for every TVIEW that reads the table. Captured writes need no such call.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_delete(oid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_delete(oid, text) TO PUBLIC;

-- sql/50_explain.sql
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

COMMENT ON FUNCTION @extschema@.pg_tviews_explain(text) IS 'Explains how a TVIEW is maintained: one row per occurrence of a source in its definition. columns is null when every column matters; patched is null, because rows are recomputed. Raises 42704 for an unknown TVIEW.';
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
                                                     replace(replace(n.name, '\', '\\'), '"', '\"'),
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

-- sql/60_events.sql
-- DDL: plans follow their relations, and the halves of a TVIEW go together.
--
-- The event trigger functions are SECURITY DEFINER: whoever changes a source changes plans of TVIEWs that others
-- own. As they run with the rights of the extension's owner they plan and run nothing that a user wrote: they
-- analyse definitions, write metadata, create capture triggers and drop the other half of a TVIEW.

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_is_live(tview regclass)
RETURNS boolean
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM pg_trigger t
                    WHERE t.tgrelid = m.table_oid AND t.tgname = 'pg_tviews_guard'
                      AND t.tgfoid = '@extschema@._pg_tviews_guard()'::regprocedure)
           AND NOT EXISTS (SELECT FROM unnest(@extschema@._pg_tviews_watched(m.relations, m.unwatched) || m.family) r (oid)
                             JOIN pg_class c ON c.oid = r.oid
                            WHERE NOT @extschema@._pg_tviews_has_capture(r.oid))
      FROM @extschema@.pg_tview_meta m
     WHERE m.table_oid = $1
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_is_live(regclass) IS 'Returns whether a TVIEW has its guard and all its capture triggers. One that a restore is still building has not: it is left alone until the restore, which creates triggers after all data, is through.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_is_live(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_is_live(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_follow(tview regclass, refill boolean, created regclass[])
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    derived record;
    lapsed  CONSTANT boolean := (SELECT m.fingerprint = '' FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview);
    code    text;
    message text;
    detail  text;
    hint    text;
BEGIN
    -- The names follow the table, whatever else has happened.
    UPDATE @extschema@.pg_tview_meta m
       SET schema = n.nspname
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE m.table_oid = tview AND c.oid = tview
       AND (m.schema <> n.nspname OR starts_with(c.relname::text, 'tv_') AND m.entity <> substr(c.relname::text, 4));

    -- Replacing triggers waits for the writers in flight, who captured for what the view said before.
    SELECT d.* INTO STRICT derived FROM @extschema@._pg_tviews_derive(tview, refill) d;

    -- New partitions come empty; what is attached or detached brings or takes rows. New columns show in
    -- documents only where whole rows are read.
    IF refill OR lapsed
       OR cardinality(derived.left_behind) > 0
       OR NOT derived.joined <@ created
       OR derived.columns_changed
          AND EXISTS (SELECT FROM jsonb_array_elements(derived.plan -> 'occurrences') o WHERE jsonb_typeof(o -> 'columns') IS DISTINCT FROM 'array')
    THEN
        PERFORM @extschema@._pg_tviews_mark_whole(tview);
    END IF;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    PERFORM @extschema@._pg_tviews_raise(code, message,
                                         format('TVIEW %s could not be maintained after this command.', tview) || coalesce(' ' || nullif(detail, ''), ''),
                                         hint);
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_follow(regclass, boolean, regclass[]) IS 'Brings the metadata of a TVIEW in step after DDL, and queues the whole TVIEW when its contents may have changed: when told so, when capture had been disabled, or when tables other than the created ones joined or left. Raises an error that refuses the command when the TVIEW could not be maintained any more.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_follow(regclass, boolean, regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_follow(regclass, boolean, regclass[]) TO PUBLIC;

-- To be called while an event trigger for ddl_command_end runs.
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_refuse_ddl()
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    refused record;
BEGIN
    SELECT i.inhrelid::regclass AS child, a.oid AS source INTO refused
      FROM pg_event_trigger_ddl_commands() d
      JOIN pg_inherits i ON d.classid = 'pg_class'::regclass AND i.inhrelid = d.objid
     CROSS JOIN LATERAL unnest(@extschema@._pg_tviews_ancestors(ARRAY[i.inhrelid::regclass])) a (oid)
     WHERE d.schema_name = 'pg_temp' AND @extschema@._pg_tviews_needs_capture(a.oid)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('temporary table %s cannot be a child of %s', refused.child, refused.source),
            DETAIL = 'A TVIEW reads the parent, and its rows are the same for every session.';
    END IF;

    SELECT t.tgrelid::regclass AS relation, t.tgname AS name INTO refused
      FROM pg_event_trigger_ddl_commands() d
      JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
      JOIN @extschema@.pg_tview_meta m ON m.table_oid = t.tgrelid
     WHERE t.tgtype & 3 = 3
    UNION ALL
    SELECT w.ev_class::regclass, w.rulename
      FROM pg_event_trigger_ddl_commands() d
      JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
      JOIN @extschema@.pg_tview_meta m ON m.table_oid = w.ev_class
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('TVIEW %s cannot have the rule or row-level BEFORE trigger "%s"', refused.relation, refused.name),
            DETAIL = 'It could change what a flush writes.',
            HINT = 'Use an AFTER trigger.';
    END IF;

    SELECT t.tgrelid::regclass AS relation, t.tgname AS name INTO refused
      FROM pg_event_trigger_ddl_commands() d
      JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
     WHERE d.command_tag = 'ALTER TRIGGER' AND NOT d.in_extension
       AND t.tgfoid IN ('@extschema@._pg_tviews_capture()'::regprocedure, '@extschema@._pg_tviews_guard()'::regprocedure)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'dependent_objects_still_exist',
            MESSAGE = format('cannot alter trigger "%s" on %s because TVIEWs depend on it', refused.name, refused.relation);
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_refuse_ddl() IS 'Raises an error when the DDL command that has just run makes a temporary table part of a source, puts a rule or a row-level BEFORE trigger on a TVIEW, or alters a trigger that TVIEWs depend on.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_refuse_ddl() FROM PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_on_ddl_end()
RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    commands jsonb;
    touched  regclass[];
    replaced regclass[];
    created  regclass[];
    tview    record;
    other    record;
BEGIN
    PERFORM @extschema@._pg_tviews_require_fresh_metadata();
    IF NOT EXISTS (SELECT FROM @extschema@.pg_tview_meta) THEN
        RETURN;
    END IF;

    PERFORM @extschema@._pg_tviews_refuse_ddl();

    SELECT jsonb_agg(jsonb_build_object('class', d.classid::bigint, 'object', d.objid::bigint, 'tag', d.command_tag)) INTO commands
      FROM pg_event_trigger_ddl_commands() d
     WHERE d.schema_name IS DISTINCT FROM 'pg_temp' AND NOT d.in_extension;
    IF commands IS NULL THEN
        RETURN;
    END IF;

    -- Tables and views, also of the indexes.
    SELECT array_agg(DISTINCT coalesce(i.indrelid, c.oid)::regclass),
           array_agg(DISTINCT c.oid::regclass) FILTER (WHERE d.tag IN ('CREATE VIEW', 'CREATE RULE')),
           array_agg(DISTINCT c.oid::regclass) FILTER (WHERE d.tag IN ('CREATE TABLE', 'CREATE FOREIGN TABLE'))
      INTO touched, replaced, created
      FROM jsonb_to_recordset(commands) d (class oid, object oid, tag text)
      LEFT JOIN pg_rewrite w ON d.class = 'pg_rewrite'::regclass AND w.oid = d.object
      JOIN pg_class c ON c.oid = w.ev_class OR d.class = 'pg_class'::regclass AND c.oid = d.object
      LEFT JOIN pg_index i ON i.indexrelid = c.oid;
    touched := touched || @extschema@._pg_tviews_ancestors(touched)
               || ARRAY(SELECT m.table_oid FROM @extschema@.pg_tview_meta m
                         WHERE m.table_oid = ANY (@extschema@._pg_tviews_descendants(touched)));

    -- Renamed schemas: everything in them.
    SELECT touched || array_agg(r.oid) INTO touched
      FROM jsonb_to_recordset(commands) d (class oid, object oid)
      JOIN pg_class c ON d.class = 'pg_namespace'::regclass AND c.relnamespace = d.object
      JOIN (SELECT unnest(m.table_oid || m.relations) FROM @extschema@.pg_tview_meta m) r (oid) ON r.oid = c.oid;

    -- Views that call a replaced function, also through an operator, an aggregate or a cast, and tables with columns of
    -- an altered type: as good as redefined.
    WITH RECURSIVE changed (class, object) AS (
        SELECT d.class, d.object
          FROM jsonb_to_recordset(commands) d (class oid, object oid)
         WHERE d.class <> 'pg_class'::regclass
        UNION
        SELECT p.classid, p.objid
          FROM changed c
          JOIN pg_depend p ON p.refclassid = c.class AND p.refobjid = c.object
         WHERE p.classid IN ('pg_operator'::regclass, 'pg_proc'::regclass, 'pg_cast'::regclass, 'pg_opclass'::regclass)
    )
    SELECT replaced || array_agg(DISTINCT r.ev_class::regclass) INTO replaced
      FROM changed c
      JOIN pg_depend p ON p.refclassid = c.class AND p.refobjid = c.object AND p.classid = 'pg_rewrite'::regclass
      JOIN pg_rewrite r ON r.oid = p.objid AND r.rulename = '_RETURN';

    IF EXISTS (SELECT FROM jsonb_to_recordset(commands) d (tag text) WHERE d.tag IN ('ALTER TYPE', 'ALTER DOMAIN')) THEN
        SELECT replaced || array_agg(DISTINCT a.attrelid::regclass) INTO replaced
          FROM jsonb_to_recordset(commands) d (class oid, object oid)
          JOIN pg_type t ON d.class = 'pg_type'::regclass AND t.oid = d.object
                         OR d.class = 'pg_class'::regclass AND t.typrelid = d.object
          JOIN pg_attribute a ON a.atttypid IN (t.oid, t.typarray) AND NOT a.attisdropped;
    END IF;

    FOR tview IN
        SELECT m.table_oid, m.view_oid, coalesce(m.relations && replaced, false) AS refill
          FROM @extschema@.pg_tview_meta m
         WHERE (m.table_oid || m.relations || m.family) && (touched || replaced)
         ORDER BY m.depth, m.table_oid
    LOOP
        -- Nobody sees what is written while a capture trigger is disabled: remember it for when it is enabled again.
        UPDATE @extschema@.pg_tview_meta m
           SET fingerprint = ''
         WHERE m.table_oid = tview.table_oid
           AND EXISTS (SELECT FROM pg_trigger t
                        WHERE t.tgrelid = ANY (m.relations::oid[] || m.family::oid[])
                          AND t.tgfoid = '@extschema@._pg_tviews_capture()'::regprocedure
                          AND t.tgenabled NOT IN ('O', 'A'));

        CONTINUE WHEN NOT coalesce(@extschema@._pg_tviews_is_live(tview.table_oid), false);

        -- Both halves have one owner: a definition never runs with the rights of another role.
        SELECT o.oid::regclass AS half, CASE o.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind, r.rolname AS owner INTO other
          FROM pg_class t
          JOIN pg_class o ON o.relowner <> t.relowner
          JOIN pg_roles r ON r.oid = t.relowner
         WHERE (t.oid, o.oid) IN ((tview.table_oid, tview.view_oid), (tview.view_oid, tview.table_oid))
           AND t.oid = ANY (touched::oid[]) AND NOT o.oid = ANY (touched::oid[]);
        IF FOUND THEN
            EXECUTE format('ALTER %s %s OWNER TO %I', other.kind, other.half, other.owner);
        END IF;

        PERFORM @extschema@._pg_tviews_follow(tview.table_oid, tview.refill, coalesce(created, '{}'));
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_on_ddl_end() IS 'Derives the plans of the TVIEWs that a DDL command concerns again, installs capture on new partitions, lets names and owners follow, and queues TVIEWs whose contents may have changed.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_on_ddl_end() FROM PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_on_drop()
RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    dropped  oid[];
    cascaded oid[];
    schemas  text[];
    gone     @extschema@.pg_tview_meta[];
    meta     @extschema@.pg_tview_meta;
    half     regclass;
    tview    record;
    message  text;
    detail   text;
BEGIN
    PERFORM @extschema@._pg_tviews_require_fresh_metadata();
    IF NOT EXISTS (SELECT FROM @extschema@.pg_tview_meta) THEN
        RETURN;
    END IF;

    SELECT array_agg(d.objid) FILTER (WHERE d.classid = 'pg_class'::regclass),
           array_agg(d.objid) FILTER (WHERE d.classid = 'pg_class'::regclass AND NOT d.original),
           array_agg(DISTINCT d.schema_name) FILTER (WHERE d.object_type = 'index' AND d.original)
      INTO dropped, cascaded, schemas
      FROM pg_event_trigger_dropped_objects() d
     WHERE d.objsubid = 0 AND NOT d.is_temporary;
    SELECT t.relation, d.address_names[3] AS name INTO tview
      FROM pg_event_trigger_dropped_objects() d
     CROSS JOIN LATERAL to_regclass(format('%I.%I', d.address_names[1], d.address_names[2])) t (relation)
     WHERE d.object_type = 'trigger' AND NOT d.is_temporary
       AND (d.address_names[3] IN ('pg_tviews_insert', 'pg_tviews_update', 'pg_tviews_delete', 'pg_tviews_truncate')
            AND @extschema@._pg_tviews_needs_capture(t.relation)
            OR d.address_names[3] = 'pg_tviews_guard'
            AND EXISTS (SELECT FROM @extschema@.pg_tview_meta m WHERE m.table_oid = t.relation))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'dependent_objects_still_exist',
            MESSAGE = format('cannot drop trigger "%s" on %s because TVIEWs depend on it', tview.name, tview.relation),
            HINT = 'Drop the TVIEWs with pg_tviews_drop() first.';
    END IF;

    IF dropped IS NULL THEN
        RETURN;
    END IF;

    gone := ARRAY(SELECT m FROM @extschema@.pg_tview_meta m
                   WHERE m.table_oid = ANY (dropped) OR m.view_oid = ANY (dropped)
                   ORDER BY m.depth DESC, m.table_oid);

    -- Forget first: dropping the other half comes back here.
    FOREACH meta IN ARRAY gone LOOP
        PERFORM @extschema@._pg_tviews_forget(meta.table_oid);
    END LOOP;

    FOREACH meta IN ARRAY gone LOOP
        FOREACH half IN ARRAY ARRAY[meta.view_oid, meta.table_oid] LOOP
            BEGIN
                -- A half that went as somebody's dependent went by CASCADE; the other goes likewise.
                EXECUTE (
                    SELECT format('DROP %s %s %s', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, half,
                                  CASE WHEN meta.view_oid = ANY (cascaded) OR meta.table_oid = ANY (cascaded) THEN 'CASCADE' ELSE 'RESTRICT' END)
                      FROM pg_class c
                     WHERE c.oid = half);
            EXCEPTION
                WHEN null_value_not_allowed THEN
                    NULL;  -- this half is the one that was dropped
                WHEN dependent_objects_still_exist THEN
                    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
                    RAISE EXCEPTION USING ERRCODE = 'dependent_objects_still_exist', MESSAGE = message, DETAIL = detail,
                        HINT = 'Call pg_tviews_drop() with cascade => true to drop the TVIEW and the dependent objects.';
            END;
        END LOOP;
    END LOOP;

    FOREACH meta IN ARRAY gone LOOP
        PERFORM @extschema@._pg_tviews_prune_capture(meta.relations || meta.family);
        PERFORM @extschema@._pg_tviews_invalidate_all(meta.relations || meta.family);
    END LOOP;

    -- Partitions and children took their rows along. A dropped index may have been one a plan relies on.
    FOR tview IN
        SELECT m.table_oid, m.family && dropped::regclass[] AS refill
          FROM @extschema@.pg_tview_meta m
         WHERE m.family && dropped::regclass[]
            OR EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE c.oid = ANY (m.relations::oid[]) AND n.nspname::text = ANY (schemas))
         ORDER BY m.depth, m.table_oid
    LOOP
        CONTINUE WHEN NOT coalesce(@extschema@._pg_tviews_is_live(tview.table_oid), false);
        PERFORM @extschema@._pg_tviews_follow(tview.table_oid, tview.refill, '{}');
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_on_drop() IS 'Removes TVIEWs whose table or view was dropped, with the other half and the capture triggers nobody needs, and follows dropped partitions, children and indexes.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_on_drop() FROM PUBLIC;

CREATE EVENT TRIGGER pg_tviews_ddl_end ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'ALTER FOREIGN TABLE', 'ALTER MATERIALIZED VIEW', 'ALTER VIEW', 'ALTER INDEX', 'ALTER SCHEMA',
                 'ALTER TYPE', 'ALTER DOMAIN', 'ALTER FUNCTION', 'ALTER ROUTINE', 'ALTER OPERATOR',
                 'CREATE TABLE', 'CREATE FOREIGN TABLE', 'CREATE VIEW', 'CREATE RULE', 'ALTER TEXT SEARCH CONFIGURATION', 'CREATE TRIGGER', 'ALTER TRIGGER', 'CREATE INDEX', 'CREATE SCHEMA', 'CREATE FUNCTION', 'CREATE AGGREGATE')
    EXECUTE FUNCTION @extschema@._pg_tviews_on_ddl_end();

COMMENT ON EVENT TRIGGER pg_tviews_ddl_end IS 'Keeps the plans of TVIEWs in step with the relations they read.';

CREATE EVENT TRIGGER pg_tviews_drop ON sql_drop
    EXECUTE FUNCTION @extschema@._pg_tviews_on_drop();

COMMENT ON EVENT TRIGGER pg_tviews_drop IS 'Removes TVIEWs whose table or view is dropped.';

-- sql/70_monitoring.sql
-- Queue and health.

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_debug_queue()
RETURNS TABLE (entity text, key text, enqueued_at timestamptz)
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT q.entity, q.key, q.enqueued_at
      FROM jsonb_to_recordset(@extschema@._pg_tviews_queue()) q (entity text, key text, enqueued_at timestamptz)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_debug_queue() IS 'Lists the queue of this session''s transaction: TVIEW, key or link value as text, time the queue began to fill.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_debug_queue() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_debug_queue() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_check_jsonb_ivm()
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'jsonb_ivm')
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_check_jsonb_ivm() IS 'Returns whether extension jsonb_ivm is installed in this database. It is not needed.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_check_jsonb_ivm() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_check_jsonb_ivm() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_health_check()
RETURNS TABLE (check_name text, status text, details text)
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
    WITH
    installed (version) AS (
        SELECT e.extversion FROM pg_extension e WHERE e.extname = 'pg_tviews'
    ),
    tview AS (
        SELECT m.*, t.oid IS NOT NULL AND v.oid IS NOT NULL AS complete, t.relowner AS table_owner, v.relowner AS view_owner
          FROM @extschema@.pg_tview_meta m
          LEFT JOIN pg_class t ON t.oid = m.table_oid
          LEFT JOIN pg_class v ON v.oid = m.view_oid
    ),
    source AS (
        SELECT DISTINCT s.oid
          FROM tview t
         CROSS JOIN LATERAL unnest(@extschema@._pg_tviews_watched(t.relations, t.unwatched) || t.family) s (oid)
          JOIN pg_class c ON c.oid = s.oid
         WHERE t.complete
    ),
    finding (position, check_name, severity, good, bad) AS (
        SELECT 1, 'version', 'WARNING',
               format('library and catalog are at version %s', @extschema@.pg_tviews_version()),
               (SELECT format('the library has version %s, the catalog %s: ALTER EXTENSION pg_tviews UPDATE', @extschema@.pg_tviews_version(), i.version)
                  FROM installed i WHERE i.version <> @extschema@.pg_tviews_version())
        UNION ALL
        SELECT 2, 'event triggers', 'ERROR', 'present and enabled',
               (SELECT 'missing or disabled: ' || string_agg(n.name, ', ' ORDER BY n.name)
                  FROM (VALUES ('pg_tviews_ddl_end'), ('pg_tviews_drop')) n (name)
                 WHERE NOT EXISTS (SELECT FROM pg_event_trigger e WHERE e.evtname = n.name AND e.evtenabled IN ('O', 'A')))
        UNION ALL
        SELECT 3, 'objects', 'ERROR',
               format('%s TVIEWs have table and view', (SELECT count(*) FROM tview t)),
               (SELECT 'table or view is gone: ' || string_agg(format('%I.%I', t.schema, 'tv_' || t.entity), ', ' ORDER BY t.schema, t.entity)
                  FROM tview t WHERE NOT t.complete)
        UNION ALL
        SELECT 4, 'columns', 'ERROR', 'tables have the columns of their views',
               (SELECT 'table and view differ: ' || string_agg(t.table_oid::text, ', ' ORDER BY t.schema, t.entity)
                  FROM tview t
                 WHERE t.complete AND @extschema@._pg_tviews_columns(t.table_oid) <> @extschema@._pg_tviews_expected_columns(t.view_oid))
        UNION ALL
        SELECT 5, 'owners', 'WARNING', 'tables and views have the same owners',
               (SELECT 'table and view have different owners: ' || string_agg(t.table_oid::text, ', ' ORDER BY t.schema, t.entity)
                  FROM tview t WHERE t.complete AND t.table_owner <> t.view_owner)
        UNION ALL
        SELECT 6, 'guards', 'ERROR', 'tables are guarded against direct changes',
               (SELECT 'trigger pg_tviews_guard is missing or disabled: ' || string_agg(t.table_oid::text, ', ' ORDER BY t.schema, t.entity)
                  FROM tview t
                 WHERE t.complete
                   AND NOT EXISTS (SELECT FROM pg_trigger g
                                    WHERE g.tgrelid = t.table_oid AND g.tgname = 'pg_tviews_guard' AND g.tgenabled IN ('O', 'A')
                                      AND g.tgfoid = '@extschema@._pg_tviews_guard()'::regprocedure))
        UNION ALL
        SELECT 7, 'capture triggers', 'ERROR',
               format('%s tables have all capture triggers', (SELECT count(*) FROM source s)),
               (SELECT 'run pg_tviews_install_stmt_triggers(): missing or disabled on ' || string_agg(s.oid::text, ', ' ORDER BY s.oid::text)
                  FROM source s WHERE NOT @extschema@._pg_tviews_has_capture(s.oid))
        UNION ALL
        SELECT 8, 'partitions', 'ERROR', 'all partitions and inheritance children are watched',
               (SELECT 'run pg_tviews_install_stmt_triggers(): not watched are ' || string_agg(DISTINCT r.oid::text, ', ')
                  FROM tview t
                 CROSS JOIN LATERAL unnest(@extschema@._pg_tviews_family(@extschema@._pg_tviews_watched(t.relations, t.unwatched), t.unwatched)) r (oid)
                 WHERE t.complete AND r.oid <> ALL (t.relations || t.family))
        UNION ALL
        SELECT 9, 'crash safety', 'ERROR', 'all watched tables are logged',
               (SELECT 'a crash empties unlogged tables unseen: ' || string_agg(s.oid::text, ', ' ORDER BY s.oid::text)
                  FROM source s JOIN pg_class c ON c.oid = s.oid WHERE c.relpersistence <> 'p')
        UNION ALL
        SELECT 10, 'plans', 'WARNING', 'plans describe the relations as they are',
               (SELECT 'run pg_tviews_install_stmt_triggers(): every session derives anew the plan of '
                       || string_agg(t.table_oid::text, ', ' ORDER BY t.schema, t.entity)
                  FROM tview t
                 CROSS JOIN LATERAL @extschema@._pg_tviews_watcher(t.table_oid) w
                 WHERE t.complete AND NOT w.is_current)
        UNION ALL
        SELECT 11, 'volatility', 'WARNING', 'no definition depends on the time or on volatile functions',
               (SELECT 'created with allow_volatile: ' || string_agg(t.table_oid::text, ', ' ORDER BY t.schema, t.entity)
                  FROM tview t WHERE t.complete AND t.options -> 'allow_volatile' = 'true')
    )
    SELECT f.check_name, CASE WHEN f.bad IS NULL THEN 'OK' ELSE f.severity END, coalesce(f.bad, f.good)
      FROM finding f
     ORDER BY f.position
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_health_check() IS 'Checks the installation and every TVIEW without reading data: one row per check with status OK, WARNING or ERROR and what was found. A healthy installation has only OK rows.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_health_check() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_health_check() TO PUBLIC;
