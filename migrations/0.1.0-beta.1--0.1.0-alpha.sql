SET LOCAL search_path TO pg_catalog, pg_temp;

-- The former version would take a TVIEW that is being filled for a complete one.
DO $$
DECLARE
    tview regclass := (SELECT m.table_oid FROM @extschema@.pg_tview_meta m WHERE NOT m.filled ORDER BY m.table_oid LIMIT 1);
BEGIN
    PERFORM @extschema@._pg_tviews_require_filled(tview);
END
$$;

DROP EVENT TRIGGER pg_tviews_ddl_end;
DROP EVENT TRIGGER pg_tviews_drop;
DROP EVENT TRIGGER pg_tviews_ddl_start;
DROP EVENT TRIGGER pg_tviews_create_table_as;

-- The former version captures by statement triggers only.
SELECT @extschema@._pg_tviews_reinstall_capture(false)
 WHERE EXISTS (SELECT FROM @extschema@.pg_tview_meta m WHERE m.options ? 'capture');

-- Nor do its guards carry settings.
DO $$
DECLARE
    tview record;
BEGIN
    FOR tview IN SELECT m.table_oid, m.entity, m.key_columns, m.options FROM @extschema@.pg_tview_meta m LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER pg_tviews_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION @extschema@._pg_tviews_guard(%L, %L, %L)',
                       tview.table_oid, tview.entity, to_jsonb(tview.key_columns), tview.options);
    END LOOP;
END
$$;

DROP FUNCTION @extschema@._pg_tviews_derive_again();
DROP FUNCTION @extschema@._pg_tviews_needs_row_capture(regclass);
DROP FUNCTION @extschema@._pg_tviews_capture_kind(regclass);
DROP FUNCTION @extschema@._pg_tviews_settle_capture(regclass[]);
DROP FUNCTION @extschema@._pg_tviews_reinstall_capture(boolean);
DROP FUNCTION @extschema@.pg_tviews_uninstall_stmt_triggers();
DROP FUNCTION @extschema@._pg_tviews_install_capture(regclass, boolean);
DROP FUNCTION @extschema@._pg_tviews_capture_all(regclass[], regclass[], boolean, boolean);
DROP FUNCTION @extschema@._pg_tviews_columns_agree(regclass, regclass);
DROP FUNCTION @extschema@._pg_tviews_key_is_unique(regclass, text[]);
DROP FUNCTION @extschema@._pg_tviews_settle_options(jsonb, name[]);
DROP FUNCTION @extschema@._pg_tviews_key(text, jsonb);
DROP FUNCTION @extschema@._pg_tviews_register(regclass, regclass, text[], jsonb, jsonb);
DROP FUNCTION @extschema@._pg_tviews_report(regclass);
DROP FUNCTION @extschema@._pg_tviews_create_finish(text, text, jsonb, jsonb);
DROP FUNCTION @extschema@._pg_tviews_alter_table(regclass, text);
DROP FUNCTION @extschema@._pg_tviews_fit_table(regclass, regclass, text[]);
DROP FUNCTION @extschema@._pg_tviews_suspend(regclass);
DROP FUNCTION @extschema@._pg_tviews_resume(regclass, regclass, text[], jsonb, jsonb);
DROP FUNCTION @extschema@._pg_tviews_adorn_view(regclass, regclass);
DROP FUNCTION @extschema@._pg_tviews_exchange_view(regclass, regclass);
DROP FUNCTION @extschema@._pg_tviews_replace_begin(text, jsonb, name[]);
DROP FUNCTION @extschema@._pg_tviews_replace_finish(regclass, regclass, jsonb);
DROP FUNCTION @extschema@.pg_tviews_replace(text, text, jsonb);
DROP FUNCTION @extschema@._pg_tviews_recreate_one(regclass);
DROP FUNCTION @extschema@._pg_tviews_recreate(text, name[]);
DROP FUNCTION @extschema@.pg_tviews_recreate(text);
DROP FUNCTION @extschema@._pg_tviews_convert(regclass, text, text);
DROP FUNCTION @extschema@.pg_tviews_convert_table(text, text);

DROP VIEW @extschema@.pg_tviews_statistics;
DROP VIEW @extschema@.pg_tviews_queue_realtime;
DROP VIEW @extschema@.pg_tviews_cache_stats;
DROP VIEW @extschema@.pg_tviews_performance_summary;
DROP TRIGGER pg_tviews_metrics_guard ON @extschema@.pg_tviews_metrics;
DROP FUNCTION @extschema@._pg_tviews_metrics_guard();
DROP FUNCTION @extschema@._pg_tviews_record(jsonb);
DROP FUNCTION @extschema@.pg_tviews_cleanup_metrics(integer);
DROP FUNCTION @extschema@._pg_tviews_statistics();
DROP FUNCTION @extschema@._pg_tviews_sessions();
DROP FUNCTION @extschema@._pg_tviews_caches();
DROP FUNCTION @extschema@._pg_tviews_is_shared();
ALTER TABLE @extschema@.pg_tviews_metrics DROP COLUMN flush_count, DROP COLUMN tviews;
DROP FUNCTION @extschema@.pg_tviews_commit_prepared(text);
DROP FUNCTION @extschema@.pg_tviews_rollback_prepared(text);
DROP FUNCTION @extschema@._pg_tviews_not_prepared(text, text);
DROP FUNCTION @extschema@.pg_tviews_recover_prepared_transactions();
DROP FUNCTION @extschema@._pg_tviews_on_ddl_start();
DROP FUNCTION @extschema@._pg_tviews_before_ddl(regclass, boolean, boolean);
DROP FUNCTION @extschema@._pg_tviews_lock_tables(regclass[], boolean);
DROP FUNCTION @extschema@._pg_tviews_lock_together(regclass[], boolean[]);
DROP FUNCTION @extschema@._pg_tviews_lock_relation(regclass, boolean);
DROP FUNCTION @extschema@._pg_tviews_lock_metadata(regclass, regclass, boolean);
DROP FUNCTION @extschema@._pg_tviews_on_create_table_as();
DROP FUNCTION @extschema@._pg_tviews_intercept(text);
DROP FUNCTION @extschema@._pg_tviews_refuse_type_change(regclass, text);
DROP FUNCTION @extschema@._pg_tviews_refuse_concurrent_detach(regclass);
DROP FUNCTION @extschema@._pg_tviews_declaration(bytea);
DROP FUNCTION @extschema@._pg_tviews_register_restored(regclass, text[]);
DROP FUNCTION @extschema@._pg_tviews_is_loaded(regclass[]);
DROP FUNCTION @extschema@._pg_tviews_settle_plan(regclass);
DROP FUNCTION @extschema@._pg_tviews_settle_plans();
DROP FUNCTION @extschema@._pg_tviews_place();
DROP FUNCTION @extschema@._pg_tviews_follow_restore();

DROP FUNCTION @extschema@._pg_tviews_verify_statement(regclass, bigint, boolean);
DROP FUNCTION @extschema@._pg_tviews_sampled_differences(bigint);

DROP AGGREGATE @extschema@._pg_tviews_agg(jsonb);
DROP FUNCTION @extschema@._pg_tviews_add_element(internal, jsonb);
DROP FUNCTION @extschema@._pg_tviews_finish_array(internal);
DROP FUNCTION @extschema@._pg_tviews_build_object("any");
DROP FUNCTION @extschema@.pg_tviews_jsonb_set(jsonb, text[], jsonb);
DROP FUNCTION @extschema@.pg_tviews_jsonb_set_many(jsonb, "any");
DROP FUNCTION @extschema@.pg_tviews_jsonb_merge(jsonb, text[], jsonb);
DROP FUNCTION @extschema@.pg_tviews_jsonb_set_elements(jsonb, text[], text, jsonb, bigint[], boolean);
DROP FUNCTION @extschema@._pg_tviews_compare(regclass, bigint, boolean);
DROP FUNCTION @extschema@._pg_tviews_refuse_lookalikes();
DROP FUNCTION @extschema@._pg_tviews_may_defer(regclass);
DROP FUNCTION @extschema@._pg_tviews_require_deferral(regclass);
DROP VIEW @extschema@.pg_tviews_progress;
DROP PROCEDURE @extschema@.pg_tviews_create_online(text, text, jsonb, integer);
DROP FUNCTION @extschema@._pg_tviews_unfilled(text, boolean, jsonb, integer, name, name[]);
DROP FUNCTION @extschema@._pg_tviews_create_unfilled(text, text, jsonb, jsonb);
DROP FUNCTION @extschema@._pg_tviews_create_empty(text, text, text, jsonb, jsonb, boolean);
DROP FUNCTION @extschema@._pg_tviews_primary_key(text[]);
DROP FUNCTION @extschema@._pg_tviews_key_query(regclass, boolean, text[], integer);
DROP FUNCTION @extschema@._pg_tviews_fill_more(regclass, boolean, text[], integer);
DROP FUNCTION @extschema@._pg_tviews_fill_finish(regclass);
DROP FUNCTION @extschema@._pg_tviews_require_filled(regclass);
DROP FUNCTION @extschema@._pg_tviews_comparison(oid, integer);
DROP FUNCTION @extschema@._pg_tviews_queue_keys(regclass, text);
DROP FUNCTION @extschema@._pg_tviews_show_progress(regclass, bigint);
DROP FUNCTION @extschema@._pg_tviews_end_progress();
DROP FUNCTION @extschema@._pg_tviews_progress();
DROP FUNCTION @extschema@._pg_tviews_query_of(regclass);
DROP TABLE @extschema@._pg_tviews_values;
ALTER TABLE @extschema@.pg_tview_meta DROP COLUMN filled;
