-- Prepared transactions contain their refresh. What is here looks at them; it has nothing to do.

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_not_prepared(gid text, command text)
RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    prepared record;
    may_end  boolean;
BEGIN
    SELECT p.* INTO prepared FROM pg_prepared_xacts p WHERE p.gid = $1;
    IF NOT FOUND THEN
        RETURN format('No transaction "%s" is prepared. What it changed in TVIEWs was part of it: nothing is left to do.', gid);
    END IF;

    may_end := prepared.owner = current_user OR (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user);
    RAISE EXCEPTION USING
        ERRCODE = CASE WHEN may_end THEN 'object_not_in_prerequisite_state' ELSE 'insufficient_privilege' END,
        MESSAGE = format('transaction "%s" is still prepared', gid),
        DETAIL = format('Role "%s" prepared it in database "%s" at %s.', prepared.owner, prepared.database, prepared.prepared),
        HINT = concat_ws(', ',
            CASE WHEN NOT may_end THEN format('As role "%s" or a superuser', prepared.owner) END,
            CASE WHEN prepared.database <> current_database() THEN format('%s database "%s"', CASE WHEN may_end THEN 'In' ELSE 'in' END, prepared.database) END,
            format('%s %s PREPARED %L, which needs no step after it.',
                   CASE WHEN may_end AND prepared.database = current_database() THEN 'Run' ELSE 'run' END, command, gid));
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_not_prepared(text, text) IS 'Returns that no transaction is prepared under this name; raises 55000, or 42501 when the caller may not end it, with the command to run when there is one.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_not_prepared(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_not_prepared(text, text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_commit_prepared(gid text)
RETURNS text
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_not_prepared($1, 'COMMIT')
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_commit_prepared(text) IS 'For scripts that expect a step after COMMIT PREPARED: there is none, a prepared transaction contains its refresh. Says so, or raises 55000 while the transaction is still prepared (a function cannot run COMMIT PREPARED), 42501 when the caller may not end it.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_commit_prepared(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_commit_prepared(text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_rollback_prepared(gid text)
RETURNS text
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_not_prepared($1, 'ROLLBACK')
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_rollback_prepared(text) IS 'For scripts that expect a step after ROLLBACK PREPARED: there is none. Says so, or raises 55000 while the transaction is still prepared (a function cannot run ROLLBACK PREPARED), 42501 when the caller may not end it.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_rollback_prepared(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_rollback_prepared(text) TO PUBLIC;

-- 29782 is the fourth field of the lock tag of a TVIEW (0x7456 in src/pg/locks.rs); the second is its table. The locks of a prepared
-- transaction have no pid. Their virtual transaction is that of the session that prepared it, or -1/ and the transaction after a
-- restart; the lock on its own transaction number tells which transaction it is.
CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_recover_prepared_transactions()
RETURNS TABLE (gid text, prepared timestamptz, owner name, tviews regclass[])
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
    WITH held AS MATERIALIZED (SELECT l.* FROM pg_locks l WHERE l.pid IS NULL)
    SELECT p.gid, p.prepared, p.owner, array_agg(DISTINCT h.classid::regclass)
      FROM pg_prepared_xacts p
      JOIN held t ON t.locktype = 'transactionid' AND t.transactionid = p.transaction
      JOIN held h ON h.locktype = 'advisory' AND h.objsubid = 29782 AND h.virtualtransaction = t.virtualtransaction
     WHERE p.database = current_database()
     GROUP BY p.gid, p.prepared, p.owner
     ORDER BY p.prepared, p.gid
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_recover_prepared_transactions() IS 'Lists the prepared transactions of this database that have changed TVIEWs: name, time, owner, TVIEWs. They hold the locks on what they changed, also over a restart, until COMMIT PREPARED or ROLLBACK PREPARED; nothing else is needed to recover them.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_recover_prepared_transactions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_recover_prepared_transactions() TO PUBLIC;
