SET LOCAL search_path TO pg_catalog, pg_temp;

DROP EVENT TRIGGER pg_tviews_ddl_end;
DROP EVENT TRIGGER pg_tviews_drop;

DROP FUNCTION @extschema@._pg_tviews_derive_again();
