-- What flushes have done and are about to do: counters, metrics, queues, caches.

CREATE OR REPLACE VIEW @extschema@.pg_tviews_statistics AS
    SELECT m.schema, m.entity, m.table_oid,
           coalesce(s.flushes, 0) AS flushes,
           coalesce(s.errors, 0) AS errors,
           coalesce(s.rows_read, 0) AS rows_read,
           coalesce(s.rows_inserted, 0) AS rows_inserted,
           coalesce(s.rows_updated, 0) AS rows_updated,
           coalesce(s.rows_deleted, 0) AS rows_deleted,
           coalesce(s.rows_read OPERATOR(pg_catalog.-) s.rows_inserted OPERATOR(pg_catalog.-) s.rows_updated, 0) AS rows_skipped,
           pg_catalog.round(coalesce(s.climb_us, 0) OPERATOR(pg_catalog./) 1000.0, 3) AS climb_ms,
           pg_catalog.round(coalesce(s.lock_us, 0) OPERATOR(pg_catalog./) 1000.0, 3) AS lock_ms,
           pg_catalog.round(coalesce(s.write_us, 0) OPERATOR(pg_catalog./) 1000.0, 3) AS write_ms,
           s.last_flush,
           CASE WHEN @extschema@._pg_tviews_is_shared() THEN 'server' ELSE 'session' END AS scope,
           coalesce(s.rows_patched, 0) AS rows_patched
      FROM @extschema@.pg_tview_meta m
      LEFT JOIN pg_catalog.jsonb_to_recordset(@extschema@._pg_tviews_statistics())
                s (tview oid, flushes bigint, errors bigint, rows_read bigint, rows_inserted bigint, rows_updated bigint,
                   rows_deleted bigint, rows_patched bigint, climb_us bigint, lock_us bigint, write_us bigint, last_flush timestamptz)
        ON s.tview OPERATOR(pg_catalog.=) m.table_oid::oid;

COMMENT ON VIEW @extschema@.pg_tviews_statistics IS 'What flushes have done per TVIEW: of all sessions since the server was started when it preloads the library, else of this session. What rolled-back transactions did is counted too.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.schema IS 'Schema of the TVIEW.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.entity IS 'Name of the TVIEW without prefix.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.table_oid IS 'The TVIEW''s table.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.flushes IS 'How often the TVIEW was brought up to date.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.errors IS 'Attempts that failed, and the transaction with them.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.rows_read IS 'Rows the view gave.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.rows_inserted IS 'Rows inserted into the table.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.rows_updated IS 'Rows of the table that were updated.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.rows_deleted IS 'Rows deleted from the table.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.rows_skipped IS 'Rows the view gave that were in the table already, and were not written.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.climb_ms IS 'Milliseconds spent on the way from changed rows to keys, locks excepted.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.lock_ms IS 'Milliseconds spent acquiring locks, waiting included.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.write_ms IS 'Milliseconds spent computing rows from the view and writing those that differ; one statement does both.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.last_flush IS 'When the TVIEW was last brought up to date.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.rows_patched IS 'Of the rows updated, those whose document was patched instead of computed anew.';
COMMENT ON COLUMN @extschema@.pg_tviews_statistics.scope IS 'server when the counters are those of all sessions, session when they are those of this one.';
REVOKE ALL ON @extschema@.pg_tviews_statistics FROM PUBLIC;
GRANT SELECT ON @extschema@.pg_tviews_statistics TO PUBLIC;

------------------------------------------------------------------------------------------------------------
-- Queues
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE VIEW @extschema@.pg_tviews_queue_realtime AS
    SELECT s.session, s.transaction_id, s.queue_size,
           ARRAY(SELECT m.entity
                   FROM @extschema@.pg_tview_meta m
                  WHERE s.tviews OPERATOR(pg_catalog.@>) pg_catalog.to_jsonb(m.table_oid::oid::bigint)
                  ORDER BY m.entity) AS entities,
           s.last_enqueued
      FROM pg_catalog.jsonb_to_recordset(@extschema@._pg_tviews_sessions())
           s (session integer, transaction_id bigint, queue_size bigint, tviews jsonb, last_enqueued timestamptz);

COMMENT ON VIEW @extschema@.pg_tviews_queue_realtime IS 'Sessions of this database with changes that are still to be brought into TVIEWs: all of them when the server preloads the library, else this one.';
COMMENT ON COLUMN @extschema@.pg_tviews_queue_realtime.session IS 'Process number of the session, as in pg_stat_activity.pid.';
COMMENT ON COLUMN @extschema@.pg_tviews_queue_realtime.transaction_id IS 'Number of its transaction, with the epoch.';
COMMENT ON COLUMN @extschema@.pg_tviews_queue_realtime.queue_size IS 'Distinct keys and link values in the queue.';
COMMENT ON COLUMN @extschema@.pg_tviews_queue_realtime.entities IS 'TVIEWs they are queued for; of other sessions the first 16.';
COMMENT ON COLUMN @extschema@.pg_tviews_queue_realtime.last_enqueued IS 'When the statement began that last made the queue longer.';
REVOKE ALL ON @extschema@.pg_tviews_queue_realtime FROM PUBLIC;
GRANT SELECT ON @extschema@.pg_tviews_queue_realtime TO PUBLIC;

------------------------------------------------------------------------------------------------------------
-- Caches
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE VIEW @extschema@.pg_tviews_cache_stats AS
    SELECT c.cache_type, c.entries, c.hits, c.misses
      FROM pg_catalog.jsonb_to_recordset(@extschema@._pg_tviews_caches())
           c (cache_type text, entries bigint, hits bigint, misses bigint);

COMMENT ON VIEW @extschema@.pg_tviews_cache_stats IS 'The caches of this session since it began.';
COMMENT ON COLUMN @extschema@.pg_tviews_cache_stats.cache_type IS 'plans: decoded plans of TVIEWs; sources: what capture needs to know of a source; statements: prepared statements.';
COMMENT ON COLUMN @extschema@.pg_tviews_cache_stats.entries IS 'Entries now.';
COMMENT ON COLUMN @extschema@.pg_tviews_cache_stats.hits IS 'Look-ups that found an entry.';
COMMENT ON COLUMN @extschema@.pg_tviews_cache_stats.misses IS 'Look-ups that had to make one.';
REVOKE ALL ON @extschema@.pg_tviews_cache_stats FROM PUBLIC;
GRANT SELECT ON @extschema@.pg_tviews_cache_stats TO PUBLIC;

------------------------------------------------------------------------------------------------------------
-- Metrics
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_record(sample jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO @extschema@.pg_tviews_metrics
           (application_name, transaction_id, queue_size, refresh_count, iteration_count, timing_ms, graph_cache_hit,
            bulk_refresh_count, individual_refresh_count, flush_count, tviews)
    SELECT current_setting('application_name'), pg_current_xact_id()::text::bigint,
           s.queue_size, s.refresh_count, s.iteration_count, s.timing_ms, s.graph_cache_hit,
           s.bulk_refresh_count, s.individual_refresh_count, s.flush_count,
           (SELECT coalesce(jsonb_agg((t.tview - 'tview') || jsonb_build_object('schema', m.schema, 'entity', m.entity)), '[]')
              FROM jsonb_array_elements(s.tviews) t (tview)
              JOIN @extschema@.pg_tview_meta m ON m.table_oid = (t.tview ->> 'tview')::oid)
      FROM jsonb_to_record(sample)
           s (queue_size bigint, refresh_count bigint, iteration_count bigint, timing_ms double precision, graph_cache_hit boolean,
              bulk_refresh_count bigint, individual_refresh_count bigint, flush_count bigint, tviews jsonb);
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_record(jsonb) IS 'Writes a row of pg_tviews_metrics. Called by the library at commit.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_record(jsonb) FROM PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_metrics_guard()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_tviews' AND pg_has_role(current_user, e.extowner, 'USAGE'))
       AND NOT EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database() AND pg_has_role(current_user, d.datdba, 'USAGE'))
    THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = 'permission denied to delete recorded flushes',
            DETAIL = 'Only the owners of the extension and of the database may do that.';
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_metrics_guard() IS 'Lets only the owners of the extension and of the database delete rows of pg_tviews_metrics.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_metrics_guard() FROM PUBLIC;

CREATE OR REPLACE TRIGGER pg_tviews_metrics_guard
    BEFORE DELETE ON @extschema@.pg_tviews_metrics
    FOR EACH STATEMENT EXECUTE FUNCTION @extschema@._pg_tviews_metrics_guard();

COMMENT ON TRIGGER pg_tviews_metrics_guard ON @extschema@.pg_tviews_metrics IS 'Only the owners of the extension and of the database delete rows.';

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_cleanup_metrics(days_old integer DEFAULT 30)
RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    deleted integer;
BEGIN
    IF days_old < 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'days_old must not be negative';
    END IF;
    DELETE FROM @extschema@.pg_tviews_metrics m WHERE m.recorded_at < clock_timestamp() - make_interval(days => days_old);
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_cleanup_metrics(integer) IS 'Deletes recorded flushes that are older than so many days and returns how many rows that were. Raises 42501 unless the caller owns the extension or the database, and 22023 for a negative number.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_cleanup_metrics(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_cleanup_metrics(integer) TO PUBLIC;

CREATE OR REPLACE VIEW @extschema@.pg_tviews_performance_summary AS
    SELECT t.schema, t.entity,
           pg_catalog.sum(t.flushes)::bigint AS flushes,
           pg_catalog.sum(t.errors)::bigint AS errors,
           pg_catalog.sum(t.rows_read)::bigint AS rows_read,
           pg_catalog.sum(t.rows_inserted OPERATOR(pg_catalog.+) t.rows_updated OPERATOR(pg_catalog.+) t.rows_deleted)::bigint AS rows_written,
           pg_catalog.sum(t.rows_read OPERATOR(pg_catalog.-) t.rows_inserted OPERATOR(pg_catalog.-) t.rows_updated)::bigint AS rows_skipped,
           pg_catalog.round(pg_catalog.sum(t.time_us) OPERATOR(pg_catalog./) 1000.0, 3) AS total_ms,
           pg_catalog.round(pg_catalog.sum(t.time_us) OPERATOR(pg_catalog./) nullif(pg_catalog.sum(t.flushes), 0) OPERATOR(pg_catalog./) 1000.0, 3) AS avg_ms,
           pg_catalog.round(pg_catalog.sum(t.climb_us) OPERATOR(pg_catalog./) 1000.0, 3) AS climb_ms,
           pg_catalog.round(pg_catalog.sum(t.lock_us) OPERATOR(pg_catalog./) 1000.0, 3) AS lock_ms,
           pg_catalog.round(pg_catalog.sum(t.write_us) OPERATOR(pg_catalog./) 1000.0, 3) AS write_ms,
           pg_catalog.max(m.recorded_at) AS last_recorded
      FROM @extschema@.pg_tviews_metrics m
     CROSS JOIN LATERAL (
           SELECT r.*, r.climb_us OPERATOR(pg_catalog.+) r.lock_us OPERATOR(pg_catalog.+) r.write_us AS time_us
             FROM pg_catalog.jsonb_to_recordset(m.tviews)
                  r (schema text, entity text, flushes bigint, errors bigint, rows_read bigint, rows_inserted bigint,
                     rows_updated bigint, rows_deleted bigint, climb_us bigint, lock_us bigint, write_us bigint)) t
     GROUP BY t.schema, t.entity
     ORDER BY pg_catalog.sum(t.time_us) DESC, t.schema, t.entity;

COMMENT ON VIEW @extschema@.pg_tviews_performance_summary IS 'What pg_tviews_metrics has recorded of all sessions, by TVIEW, the most expensive first. What a session did after its last row is not in it.';
COMMENT ON COLUMN @extschema@.pg_tviews_performance_summary.schema IS 'Schema of the TVIEW.';
COMMENT ON COLUMN @extschema@.pg_tviews_performance_summary.entity IS 'Name of the TVIEW without prefix.';
COMMENT ON COLUMN @extschema@.pg_tviews_performance_summary.flushes IS 'How often it was brought up to date.';
COMMENT ON COLUMN @extschema@.pg_tviews_performance_summary.errors IS 'Attempts that failed.';
COMMENT ON COLUMN @extschema@.pg_tviews_performance_summary.rows_read IS 'Rows the view gave.';
COMMENT ON COLUMN @extschema@.pg_tviews_performance_summary.rows_written IS 'Rows inserted, updated or deleted.';
COMMENT ON COLUMN @extschema@.pg_tviews_performance_summary.rows_skipped IS 'Rows the view gave that were in the table already.';
COMMENT ON COLUMN @extschema@.pg_tviews_performance_summary.total_ms IS 'Milliseconds spent in all.';
COMMENT ON COLUMN @extschema@.pg_tviews_performance_summary.avg_ms IS 'Milliseconds per flush.';
COMMENT ON COLUMN @extschema@.pg_tviews_performance_summary.climb_ms IS 'Milliseconds spent on the way from changed rows to keys.';
COMMENT ON COLUMN @extschema@.pg_tviews_performance_summary.lock_ms IS 'Milliseconds spent acquiring locks, waiting included.';
COMMENT ON COLUMN @extschema@.pg_tviews_performance_summary.write_ms IS 'Milliseconds spent computing and writing rows.';
COMMENT ON COLUMN @extschema@.pg_tviews_performance_summary.last_recorded IS 'When the newest row with this TVIEW was recorded.';
REVOKE ALL ON @extschema@.pg_tviews_performance_summary FROM PUBLIC;
GRANT SELECT ON @extschema@.pg_tviews_performance_summary TO PUBLIC;
