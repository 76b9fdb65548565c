SET LOCAL search_path TO pg_catalog, pg_temp;

DO $$
BEGIN
    IF @extschema@.pg_tviews_version() = '0.1.0-alpha' THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = 'library pg_tviews is still at version 0.1.0-alpha',
            HINT = 'Install the files of the new version, then reconnect: this session has loaded the former library.';
    END IF;
END
$$;

DROP EVENT TRIGGER pg_tviews_ddl_end;
DROP EVENT TRIGGER pg_tviews_drop;

DROP FUNCTION @extschema@._pg_tviews_install_capture(regclass);
DROP FUNCTION @extschema@._pg_tviews_capture_all(regclass[], regclass[], boolean);
DROP FUNCTION @extschema@._pg_tviews_create_finish(text, text, jsonb);
ALTER TABLE @extschema@.pg_tview_meta ADD COLUMN filled boolean NOT NULL DEFAULT true;
ALTER TABLE @extschema@.pg_tviews_metrics
    ADD COLUMN flush_count bigint NOT NULL DEFAULT 1,
    ADD COLUMN tviews      jsonb  NOT NULL DEFAULT '[]';
CREATE TABLE @extschema@._pg_tviews_values (
    table_oid regclass NOT NULL,
    queries   text[]   NOT NULL,
    images    bytea[]  NOT NULL,
    CONSTRAINT _pg_tviews_values_pkey PRIMARY KEY (table_oid),
    CONSTRAINT _pg_tviews_values_table_oid_fkey FOREIGN KEY (table_oid) REFERENCES @extschema@.pg_tview_meta ON DELETE CASCADE
);

DROP FUNCTION @extschema@._pg_tviews_verify_statement(regclass, bigint);
DROP FUNCTION @extschema@._pg_tviews_apply_settings(jsonb);
