-- Queue and health.

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_debug_queue()
RETURNS TABLE (entity text, key text, enqueued_at timestamptz)
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT q.entity, q.key, q.enqueued_at
      FROM jsonb_to_recordset(@extschema@._pg_tviews_queue()) q (entity text, key text, enqueued_at timestamptz)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_debug_queue() IS 'Lists the queue of this session''s transaction: TVIEW, key, link value or value to be looked at as text, time the queue began to fill.';
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

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_sampled_differences(sample bigint)
RETURNS TABLE (tview regclass, problem text)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wrong bigint;
BEGIN
    PERFORM @extschema@.pg_tviews_flush();

    FOR tview IN
        SELECT m.table_oid
          FROM @extschema@.pg_tview_meta m
          JOIN pg_class t ON t.oid = m.table_oid
          JOIN pg_class v ON v.oid = m.view_oid
         WHERE has_table_privilege(t.oid, 'SELECT') AND has_table_privilege(v.oid, 'SELECT')
           AND m.options -> 'allow_volatile' IS DISTINCT FROM 'true' AND m.unwatched = '{}'
         ORDER BY m.depth, m.table_oid
    LOOP
        BEGIN
            SELECT r.missing + r.extra + r.different INTO STRICT wrong
              FROM jsonb_to_record(@extschema@._pg_tviews_compare(tview, sample, false)) r (missing bigint, extra bigint, different bigint);
            problem := CASE WHEN wrong > 0 THEN format('%s (%s of a sample)', tview, wrong) END;
        EXCEPTION WHEN OTHERS THEN
            problem := format('%s (%s)', tview, SQLERRM);
        END;
        RETURN NEXT;
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_sampled_differences(bigint) IS 'Flushes, then compares so many random rows of each TVIEW that the caller may read with its view; problem is null when they are equal. TVIEWs with allow_volatile or unwatched sources are left out.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_sampled_differences(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_sampled_differences(bigint) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_health_check()
RETURNS TABLE (check_name text, status text, details text)
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_settle_plans();

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
    -- Capture of the kind that the TVIEWs have: on a subscriber, going back to statements would lose replicated changes.
    -- That leaves the kind of capture as it is: the first two give all TVIEWs the same.
    repair (call) AS (
        SELECT CASE WHEN NOT coalesce(bool_or(t.options ->> 'capture' = 'row'), false) THEN 'pg_tviews_install_stmt_triggers()'
                    WHEN bool_and(coalesce(t.options ->> 'capture' = 'row', false)) THEN 'pg_tviews_uninstall_stmt_triggers()'
                    ELSE 'pg_tviews_recreate()' END
          FROM tview t
    ),
    -- By the indexes there are now: the server tells nobody of those it drops concurrently. Reading all of a table of less than a
    -- megabyte costs about what the index would.
    wanted_index (statement) AS (
        SELECT DISTINCT o ->> 'missing_index'
          FROM tview t
         CROSS JOIN LATERAL (SELECT @extschema@._pg_tviews_analyze(@extschema@._pg_tviews_current_snapshot(t.table_oid)) -> 'occurrences') p (list)
         CROSS JOIN LATERAL jsonb_array_elements(p.list) o
         CROSS JOIN LATERAL (SELECT (p.list -> (o #>> '{strategy,to}')::integer ->> 'source')::oid::regclass) s (oid)
         WHERE t.complete AND o ->> 'missing_index' IS NOT NULL
           AND (SELECT sum(pg_relation_size(r.oid)) FROM unnest(s.oid || @extschema@._pg_tviews_descendants(ARRAY[s.oid])) r (oid)) >= 1048576
    ),
    difference AS (
        SELECT d.* FROM @extschema@._pg_tviews_sampled_differences(100) d
    ),
    -- Rows that VACUUM has not taken away, and files far larger than rows of the average width would fill.
    bloat AS (
        SELECT c.oid,
               CASE WHEN s.n_dead_tup > 10000 AND s.n_dead_tup > s.n_live_tup
                    THEN format('%s dead rows, %s live', s.n_dead_tup, s.n_live_tup)
                    WHEN c.relpages > 1280
                         AND c.relpages * current_setting('block_size')::numeric > 3 * c.reltuples::numeric * (32 + w.width) * 100 / 85
                    THEN format('%s for %s rows', pg_size_pretty(c.relpages * current_setting('block_size')::bigint), c.reltuples)
               END AS reason
          FROM tview t
          JOIN pg_class c ON c.oid = t.table_oid
          LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
         CROSS JOIN LATERAL (SELECT sum(p.avg_width) AS width FROM pg_stats p
                              WHERE p.schemaname = t.schema AND p.tablename = c.relname) w
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
        SELECT 5, 'keys', 'ERROR', 'tables have a unique index on their key',
               (SELECT 'run pg_tviews_recreate(): no unique index on the key of ' || string_agg(t.table_oid::text, ', ' ORDER BY t.schema, t.entity)
                  FROM tview t
                 WHERE t.complete AND NOT @extschema@._pg_tviews_key_is_unique(t.table_oid, t.key_columns))
        UNION ALL
        SELECT 6, 'owners', 'WARNING', 'tables and views have the same owners',
               (SELECT 'table and view have different owners: ' || string_agg(t.table_oid::text, ', ' ORDER BY t.schema, t.entity)
                  FROM tview t WHERE t.complete AND t.table_owner <> t.view_owner)
        UNION ALL
        SELECT 7, 'guards', 'ERROR', 'tables are guarded against direct changes',
               (SELECT 'trigger pg_tviews_guard is missing or disabled: ' || string_agg(t.table_oid::text, ', ' ORDER BY t.schema, t.entity)
                  FROM tview t
                 WHERE t.complete
                   AND NOT EXISTS (SELECT FROM pg_trigger g
                                    WHERE g.tgrelid = t.table_oid AND g.tgname = 'pg_tviews_guard' AND g.tgenabled IN ('O', 'A')
                                      AND g.tgfoid = '@extschema@._pg_tviews_guard()'::regprocedure))
        UNION ALL
        SELECT 8, 'capture triggers', 'ERROR',
               format('%s tables have all capture triggers', (SELECT count(*) FROM source s)),
               (SELECT format('run %s: missing or disabled on ', (SELECT r.call FROM repair r)) || string_agg(s.oid::text, ', ' ORDER BY s.oid::text)
                  FROM source s WHERE NOT @extschema@._pg_tviews_has_capture(s.oid))
        UNION ALL
        SELECT 9, 'partitions', 'ERROR', 'all partitions and inheritance children are watched',
               (SELECT format('run %s: not watched are ', (SELECT r.call FROM repair r)) || string_agg(DISTINCT r.oid::text, ', ')
                  FROM tview t
                 CROSS JOIN LATERAL unnest(@extschema@._pg_tviews_family(@extschema@._pg_tviews_watched(t.relations, t.unwatched), t.unwatched)) r (oid)
                 WHERE t.complete AND r.oid <> ALL (t.relations || t.family))
        UNION ALL
        SELECT 10, 'crash safety', 'ERROR', 'all watched tables are logged',
               (SELECT 'a crash empties unlogged tables unseen: ' || string_agg(s.oid::text, ', ' ORDER BY s.oid::text)
                  FROM source s JOIN pg_class c ON c.oid = s.oid WHERE c.relpersistence <> 'p')
        UNION ALL
        SELECT 11, 'plans', 'WARNING', 'plans describe the relations as they are',
               (SELECT format('run %s: every session derives anew the plan of ', (SELECT r.call FROM repair r))
                       || string_agg(t.table_oid::text, ', ' ORDER BY t.schema, t.entity)
                  FROM tview t
                 CROSS JOIN LATERAL @extschema@._pg_tviews_watcher(t.table_oid) w
                 WHERE t.complete AND NOT w.is_current)
        UNION ALL
        SELECT 12, 'volatility', 'WARNING', 'no definition depends on the time or on volatile functions',
               (SELECT 'created with allow_volatile: ' || string_agg(t.table_oid::text, ', ' ORDER BY t.schema, t.entity)
                  FROM tview t WHERE t.complete AND t.options -> 'allow_volatile' = 'true')
        UNION ALL
        SELECT 13, 'registration', 'ERROR', 'every guarded table and every lineage row belongs to a TVIEW',
               (SELECT 'not registered in pg_tview_meta: ' || string_agg(o.oid::text, ', ' ORDER BY o.oid::text)
                  FROM (SELECT g.tgrelid::regclass FROM pg_trigger g WHERE g.tgfoid = '@extschema@._pg_tviews_guard()'::regprocedure
                        UNION SELECT h.table_oid FROM @extschema@.pg_tview_helpers h) o (oid)
                 WHERE NOT EXISTS (SELECT FROM tview t WHERE t.table_oid = o.oid))
        UNION ALL
        SELECT 14, 'indexes', 'WARNING', 'lookups in large tables have their indexes',
               (SELECT 'lookups read whole tables: ' || string_agg(w.statement, '; ' ORDER BY w.statement) FROM wanted_index w)
        UNION ALL
        SELECT 15, 'full sources', 'WARNING', 'no source of strategy full is written much',
               (SELECT 'every write compares the whole TVIEW: '
                       || string_agg(DISTINCT format('%s for %s', h.source, h.table_oid), ', ' ORDER BY format('%s for %s', h.source, h.table_oid))
                  FROM @extschema@.pg_tview_helpers h
                  JOIN pg_stat_all_tables s ON s.relid = h.source
                 -- Rows that are just there were loaded once.
                 WHERE h.strategy = 'full' AND s.n_tup_ins + s.n_tup_upd + s.n_tup_del - s.n_live_tup > 10000)
        UNION ALL
        SELECT 16, 'contents', 'ERROR',
               format('samples of %s TVIEWs equal their views', (SELECT count(*) FROM difference d WHERE d.problem IS NULL)),
               (SELECT 'run pg_tviews_verify() and pg_tviews_refresh(): ' || string_agg(d.problem, ', ' ORDER BY d.problem) FROM difference d)
        UNION ALL
        SELECT 17, 'bloat', 'WARNING', 'tables are not bloated',
               (SELECT 'VACUUM (or VACUUM FULL, pg_repack): ' || string_agg(format('%s (%s)', b.oid::regclass, b.reason), ', ' ORDER BY b.oid::regclass::text)
                  FROM bloat b WHERE b.reason IS NOT NULL)
        UNION ALL
        SELECT 18, 'prepared transactions', 'WARNING', 'no prepared transaction holds locks of TVIEWs',
               (SELECT 'writers of the same rows wait until they are committed or rolled back: '
                       || string_agg(format('%L since %s', p.gid, p.prepared), ', ' ORDER BY p.prepared)
                  FROM pg_prepared_xacts p
                 WHERE p.database = current_database()
                   AND EXISTS (SELECT FROM pg_locks x JOIN pg_locks l ON l.virtualtransaction = x.virtualtransaction
                                WHERE x.locktype = 'transactionid' AND x.transactionid = p.transaction
                                  AND x.pid IS NULL AND l.pid IS NULL AND l.locktype = 'advisory'
                                  -- Tags of locks on TVIEWs, edges and values.
                                  AND l.objsubid IN (x'7456'::integer, x'7457'::integer, x'7458'::integer)))
        UNION ALL
        SELECT 19, 'subscriptions', 'ERROR', 'replicated changes of sources are captured',
               (SELECT 'run pg_tviews_uninstall_stmt_triggers(): capture by statement misses replicated changes of '
                       || string_agg(DISTINCT s.oid::text, ', ' ORDER BY s.oid::text)
                  FROM source s JOIN pg_subscription_rel r ON r.srrelid = s.oid
                 WHERE @extschema@._pg_tviews_capture_kind(s.oid) = 'statement')
        UNION ALL
        SELECT 20, 'fills', 'WARNING', 'all TVIEWs are filled',
               (SELECT 'CALL pg_tviews_create_online(), unless a session is at it: ' || string_agg(t.table_oid::text, ', ' ORDER BY t.schema, t.entity)
                  FROM tview t WHERE NOT t.filled)
    )
    SELECT f.check_name, CASE WHEN f.bad IS NULL THEN 'OK' ELSE f.severity END, coalesce(f.bad, f.good)
      FROM finding f
     ORDER BY f.position
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_health_check() IS 'Checks the installation and every TVIEW, and compares a sample of each TVIEW that the caller may read with its view: one row per check with status OK, WARNING or ERROR and what was found. Stores the plans of TVIEWs that have just been restored or upgraded. A healthy installation has only OK rows.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_health_check() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_health_check() TO PUBLIC;
