-- The functions of the library. The C symbol is the SQL name with the suffix _wrapper.

-- Functions here run with the rights of the extension's owner, also for a database owner who is no superuser but owns the
-- schema. A function or type of his that looks like one of ours could be taken for it in their calls. No parameters, and only
-- pg_catalog within: this one cannot be.
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_refuse_lookalikes()
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    home    record;
    refused text;
BEGIN
    SELECT c.relnamespace AS schema, c.relowner AS owner INTO STRICT home
      FROM pg_class c
     WHERE c.relname = 'pg_tview_meta'
       AND c.relnamespace = (SELECT e.extnamespace FROM pg_extension e WHERE e.extname = 'pg_tviews');

    -- The owner of an extension that runs with more rights than his may add members to it, so what counts is who owns them.
    SELECT o.name INTO refused
      FROM (SELECT 'function ' || p.oid::regprocedure::text
              FROM pg_proc p
             WHERE (p.proname >= '_pg_tviews_' AND p.proname < '_pg_tviews`' OR p.proname >= 'pg_tviews_' AND p.proname < 'pg_tviews`')
               AND p.pronamespace = home.schema AND p.proowner <> home.owner
            UNION ALL
            SELECT 'type ' || t.oid::regtype::text
              FROM pg_type t
             WHERE (t.typname >= '_pg_tviews_' AND t.typname < '_pg_tviews`' OR t.typname >= 'pg_tviews_' AND t.typname < 'pg_tviews`')
               AND t.typnamespace = home.schema AND t.typowner <> home.owner AND t.typrelid = 0 AND t.typelem = 0) o (name)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'reserved_name',
            MESSAGE = format('%s has a name that is reserved for extension pg_tviews', refused),
            DETAIL = 'In the schema of the extension it could be called in place of one of the extension''s functions, with the rights of their owner.',
            HINT = 'Give it another name or another schema.';
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_refuse_lookalikes() IS 'Raises 42939 when the extension''s schema holds a function or type that is named like the extension''s and has another owner.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_refuse_lookalikes() FROM PUBLIC;

SELECT @extschema@._pg_tviews_refuse_lookalikes();

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

COMMENT ON FUNCTION @extschema@._pg_tviews_guard() IS 'Refuses direct changes of a TVIEW''s table. Its arguments carry the declaration of the TVIEW: entity, then key columns, options and settings as JSON.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_guard() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_guard() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_on_ddl_start()
RETURNS event_trigger
LANGUAGE c
AS 'MODULE_PATHNAME', '_pg_tviews_on_ddl_start_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_on_ddl_start() IS 'Notes the query of CREATE TABLE AS before it runs, and refuses another type for a column that a TVIEW reads, saying what to do.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_on_ddl_start() FROM PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_on_create_table_as()
RETURNS event_trigger
LANGUAGE c
AS 'MODULE_PATHNAME', '_pg_tviews_on_create_table_as_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_on_create_table_as() IS 'Makes a TVIEW of a table tv_<entity> that was created from a query.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_on_create_table_as() FROM PUBLIC;

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

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_queue_keys(tview regclass, query text)
RETURNS jsonb
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', '_pg_tviews_queue_keys_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_queue_keys(regclass, text) IS 'Runs a query as the owner of the TVIEW and with its settings, and queues the keys it returns. Returns their number and the last one as texts: {"keys": 2, "last": ["7", "x"]}.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_queue_keys(regclass, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_queue_keys(regclass, text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_show_progress(tview regclass, rows_done bigint)
RETURNS void
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', '_pg_tviews_show_progress_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_show_progress(regclass, bigint) IS 'Shows the other sessions that this one is filling the TVIEW, and how many rows it has done.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_show_progress(regclass, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_show_progress(regclass, bigint) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_end_progress()
RETURNS void
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', '_pg_tviews_end_progress_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_end_progress() IS 'Takes back what _pg_tviews_show_progress() shows.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_end_progress() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_end_progress() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_progress()
RETURNS jsonb
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', '_pg_tviews_progress_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_progress() IS 'Returns what the sessions of this database are filling or comparing, for pg_tviews_progress.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_progress() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_progress() TO PUBLIC;

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

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_lock_metadata(metadata regclass, tview regclass, wait boolean)
RETURNS boolean
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', '_pg_tviews_lock_metadata_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_lock_metadata(regclass, regclass, boolean) IS 'Keeps other transactions from adding rows of a TVIEW to pg_tview_meta or pg_tview_helpers until the end of this one; returns whether it does. Does nothing for who owns neither.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_lock_metadata(regclass, regclass, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_lock_metadata(regclass, regclass, boolean) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_lock_relation(relation regclass, exclusive boolean)
RETURNS void
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', '_pg_tviews_lock_relation_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_lock_relation(regclass, boolean) IS 'Locks a relation until the end of the transaction: against everybody, or against writers. Whoever may LOCK it may, and whoever may create triggers on it may lock it against writers.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_lock_relation(regclass, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_lock_relation(regclass, boolean) TO PUBLIC;

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

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_compare(tview regclass, sample bigint, of_view boolean)
RETURNS jsonb
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', '_pg_tviews_compare_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_compare(regclass, bigint, boolean) IS 'Compares a TVIEW with its view, or a sample of its rows, and returns the numbers of missing, extra and different rows. Runs the view with the rights and settings of the TVIEW. Raises 42704 for what is no TVIEW and 42501 unless the caller may read table and view.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_compare(regclass, bigint, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_compare(regclass, bigint, boolean) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_queue()
RETURNS jsonb
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', '_pg_tviews_queue_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_queue() IS 'Returns the entries of this session''s queue as an array of objects with entity, key and enqueued_at.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_queue() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_queue() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_statistics()
RETURNS jsonb
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', '_pg_tviews_statistics_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_statistics() IS 'Returns the counters of TVIEWs as an array of objects: of all sessions when the server preloads the library, else of this one. Times are in microseconds.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_statistics() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_sessions()
RETURNS jsonb
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', '_pg_tviews_sessions_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_sessions() IS 'Returns the sessions of this database that have something queued, as an array of objects: all when the server preloads the library, else this one.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_sessions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_sessions() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_caches()
RETURNS jsonb
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', '_pg_tviews_caches_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_caches() IS 'Returns the caches of this session as an array of objects.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_caches() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_caches() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_is_shared()
RETURNS boolean
LANGUAGE c STABLE
AS 'MODULE_PATHNAME', '_pg_tviews_is_shared_wrapper';

COMMENT ON FUNCTION @extschema@._pg_tviews_is_shared() IS 'Returns whether the server preloads the library, so that sessions see one another.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_is_shared() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_is_shared() TO PUBLIC;
