SET LOCAL search_path TO pg_catalog, pg_temp;

DROP EVENT TRIGGER pg_tviews_ddl_end;
DROP EVENT TRIGGER pg_tviews_drop;

-- The former version captures by statement triggers only.
SELECT @extschema@._pg_tviews_reinstall_capture(false)
 WHERE EXISTS (SELECT FROM @extschema@.pg_tview_meta m WHERE m.options ? 'capture');

DROP FUNCTION @extschema@._pg_tviews_derive_again();
DROP FUNCTION @extschema@._pg_tviews_needs_row_capture(regclass);
DROP FUNCTION @extschema@._pg_tviews_capture_kind(regclass);
DROP FUNCTION @extschema@._pg_tviews_settle_capture(regclass[]);
DROP FUNCTION @extschema@._pg_tviews_reinstall_capture(boolean);
DROP FUNCTION @extschema@.pg_tviews_uninstall_stmt_triggers();
DROP FUNCTION @extschema@._pg_tviews_install_capture(regclass, boolean);
DROP FUNCTION @extschema@._pg_tviews_capture_all(regclass[], regclass[], boolean, boolean);
