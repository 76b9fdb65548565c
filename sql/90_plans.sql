-- Plans after an upgrade. When the extension is created there is no TVIEW yet.

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_derive_again()
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tview regclass;
BEGIN
    FOR tview IN SELECT m.table_oid FROM @extschema@.pg_tview_meta m ORDER BY m.depth, m.table_oid LOOP
        BEGIN
            -- What a former version did not keep is as in the session that upgrades.
            UPDATE @extschema@.pg_tview_meta m SET settings = @extschema@._pg_tviews_settings() || m.settings WHERE m.table_oid = tview;
            PERFORM @extschema@._pg_tviews_derive(tview, false);
        EXCEPTION WHEN OTHERS THEN
            -- A plan that does not fit its fingerprint is not used: sessions derive their own.
            UPDATE @extschema@.pg_tview_meta m SET fingerprint = '' WHERE m.table_oid = tview;
            RAISE WARNING USING
                MESSAGE = format('could not derive the plan of TVIEW %s again', tview),
                DETAIL = SQLERRM,
                HINT = 'Remove the cause, then run pg_tviews_install_stmt_triggers() and pg_tviews_verify().';
        END;
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_derive_again() IS 'Derives the plans of all TVIEWs with the present library and stores them; for upgrades.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_derive_again() FROM PUBLIC;

SELECT @extschema@._pg_tviews_derive_again();
