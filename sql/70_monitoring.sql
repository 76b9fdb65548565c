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
                 WHERE t.complete AND NOT @extschema@._pg_tviews_columns_agree(t.table_oid, t.view_oid))
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
