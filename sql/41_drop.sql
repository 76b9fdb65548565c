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
