-- Capture triggers on sources: installed, checked, removed.

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_watched(relations regclass[], unwatched regclass[])
RETURNS regclass[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(array_agg(c.oid::regclass ORDER BY c.oid), '{}')
      FROM pg_class c
     WHERE c.oid = ANY ($1::oid[]) AND c.oid <> ALL ($2::oid[]) AND c.relkind IN ('r', 'p')
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_watched(regclass[], regclass[]) IS 'Returns the tables among the relations behind a view that are to be watched, in order of OID.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_watched(regclass[], regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_watched(regclass[], regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_family(sources regclass[], unwatched regclass[])
RETURNS regclass[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(array_agg(DISTINCT f.oid::regclass ORDER BY f.oid::regclass), '{}')
      FROM @extschema@._pg_tviews_descendants($1) d (oids)
     CROSS JOIN LATERAL unnest(d.oids || @extschema@._pg_tviews_ancestors($1 || d.oids)) f (oid)
     WHERE f.oid <> ALL ($1) AND f.oid <> ALL ($2)
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_family(regclass[], regclass[]) IS 'Returns the descendants of the sources and the ancestors of both, which need capture as well: a statement on a partition fires only its own triggers, one on a parent only that parent''s, and a child may have several.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_family(regclass[], regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_family(regclass[], regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_needs_capture(relation regclass)
RETURNS boolean
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM @extschema@.pg_tview_meta m
         WHERE $1 = ANY (m.relations) AND $1 <> ALL (m.unwatched) OR $1 = ANY (m.family))
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_needs_capture(regclass) IS 'Returns whether any TVIEW needs the capture triggers of the table.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_needs_capture(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_needs_capture(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_needs_row_capture(relation regclass)
RETURNS boolean
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM @extschema@.pg_tview_meta m
         WHERE m.options ->> 'capture' = 'row'
           AND ($1 = ANY (m.relations) AND $1 <> ALL (m.unwatched) OR $1 = ANY (m.family)))
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_needs_row_capture(regclass) IS 'Returns whether any TVIEW needs changes of the table captured row by row, also those that replication applies.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_needs_row_capture(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_needs_row_capture(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_capture_kind(relation regclass)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE
               WHEN bool_or(t.tgname = 'pg_tviews_truncate' AND t.tgenabled = 'A')
                    AND (c.relkind = 'p' OR bool_or(t.tgname = 'pg_tviews_row' AND t.tgenabled = 'A'))
               THEN 'row'
               WHEN count(*) FILTER (WHERE t.tgname IN ('pg_tviews_insert', 'pg_tviews_update', 'pg_tviews_delete', 'pg_tviews_truncate')
                                       AND t.tgenabled IN ('O', 'A')) = 4
               THEN 'statement'
           END
      FROM pg_class c
      JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgfoid = '@extschema@._pg_tviews_capture()'::regprocedure
     WHERE c.oid = $1
     GROUP BY c.relkind
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_capture_kind(regclass) IS 'Returns how changes of the table are captured, by triggers that are all present and enabled: row or statement; null when they are not captured. A partitioned table has no row triggers, its partitions have.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_capture_kind(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_capture_kind(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_has_capture(relation regclass)
RETURNS boolean
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE @extschema@._pg_tviews_capture_kind($1)
               WHEN 'row' THEN true
               WHEN 'statement' THEN NOT @extschema@._pg_tviews_needs_row_capture($1)
               ELSE false
           END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_has_capture(regclass) IS 'Returns whether the relation has all capture triggers that its TVIEWs need, enabled.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_has_capture(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_has_capture(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_require_watchable(relation regclass)
RETURNS void
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_relation pg_class;
BEGIN
    SELECT c.* INTO found_relation FROM pg_class c WHERE c.oid = relation;

    IF found_relation.relkind NOT IN ('r', 'p') THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('cannot watch %s', relation),
            DETAIL = 'Changes can be captured on ordinary and partitioned tables only.',
            HINT = 'List it in the option "unwatched"; the TVIEW is then brought up to date by pg_tviews_refresh().';
    ELSIF found_relation.relpersistence <> 'p' THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('cannot watch %s', relation),
            DETAIL = CASE found_relation.relpersistence
                         WHEN 'u' THEN 'The table is unlogged: a crash empties it without any trigger.'
                         ELSE 'The table is temporary.'
                     END,
            HINT = CASE found_relation.relpersistence
                       WHEN 'u' THEN format('ALTER TABLE %s SET LOGGED, or list it in the option "unwatched".', relation)
                       ELSE 'Read a permanent table.'
                   END;
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_require_watchable(regclass) IS 'Raises 0A000 unless changes of the relation can be captured: it is an ordinary or partitioned table, and logged.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_require_watchable(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_require_watchable(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_lock_together(relations regclass[], exclusive boolean[])
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    own      CONSTANT text := current_setting('lock_timeout');
    -- A writer that waits for one of these locks looks for deadlocks after deadlock_timeout.
    patience interval := least(current_setting('deadlock_timeout')::interval / 2, '1 s');
    alone    integer := 1;
    at       integer;
BEGIN
    IF own <> '0' THEN
        FOR i IN 1 .. cardinality(relations) LOOP
            PERFORM @extschema@._pg_tviews_lock_relation(relations[i], exclusive[i]);
        END LOOP;
        RETURN;
    END IF;

    -- Writers lock tables in any order. So what cannot be had soon is waited for while nothing else is held.
    LOOP
        BEGIN
            at := NULL;
            PERFORM @extschema@._pg_tviews_lock_relation(relations[alone], exclusive[alone]);
            PERFORM set_config('lock_timeout', ceil(extract(epoch FROM patience) * 1000)::text, true);
            FOR i IN 1 .. cardinality(relations) LOOP
                at := i;
                PERFORM @extschema@._pg_tviews_lock_relation(relations[i], exclusive[i]);
            END LOOP;
            PERFORM set_config('lock_timeout', own, true);
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            alone := at;
            -- Transactions that overlap all the time are outlasted in the end.
            patience := patience * 1.5;
        END;
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_lock_together(regclass[], boolean[]) IS 'Locks relations, in this order, against everybody (exclusive) or against writers. What others hold is waited for while none of the others is held, so that writers do not deadlock with DDL; where lock_timeout is set it bounds each wait instead.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_lock_together(regclass[], boolean[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_lock_together(regclass[], boolean[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_lock_tables(relations regclass[], exclusive boolean)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_lock_together(array_agg(r.oid ORDER BY coalesce(m.depth, 0), r.oid), array_agg($2))
      FROM unnest($1) r (oid)
      LEFT JOIN @extschema@.pg_tview_meta m ON m.table_oid = r.oid
    HAVING count(*) > 0
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_lock_tables(regclass[], boolean) IS 'Locks tables together, all in one way, those of TVIEWs after what they depend on.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_lock_tables(regclass[], boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_lock_tables(regclass[], boolean) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_install_capture(relation regclass, by_row boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    capture CONSTANT text := '@extschema@._pg_tviews_capture()';
BEGIN
    IF NOT has_table_privilege(relation, 'TRIGGER') THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('permission denied to create triggers on table %s', relation),
            HINT = format('GRANT TRIGGER ON %s TO %I.', relation, current_user);
    END IF;

    -- Creating a trigger waits for the writers in flight, also when it replaces the same trigger.
    EXECUTE format('CREATE OR REPLACE TRIGGER pg_tviews_truncate AFTER TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s', relation, capture);
    IF NOT by_row THEN
        EXECUTE format('CREATE OR REPLACE TRIGGER pg_tviews_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS pg_tviews_new FOR EACH STATEMENT EXECUTE FUNCTION %s', relation, capture);
        EXECUTE format('CREATE OR REPLACE TRIGGER pg_tviews_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS pg_tviews_old NEW TABLE AS pg_tviews_new FOR EACH STATEMENT EXECUTE FUNCTION %s', relation, capture);
        EXECUTE format('CREATE OR REPLACE TRIGGER pg_tviews_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS pg_tviews_old FOR EACH STATEMENT EXECUTE FUNCTION %s', relation, capture);
    ELSIF (SELECT c.relkind FROM pg_class c WHERE c.oid = relation) <> 'p' THEN
        -- On a partitioned table it would come a second time to every partition.
        EXECUTE format('CREATE OR REPLACE TRIGGER pg_tviews_row AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION %s', relation, capture);
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_install_capture(regclass, boolean) IS 'Creates or replaces the capture triggers of one kind on one table, waiting for its writers; _pg_tviews_settle_capture() does the rest. Raises 42501 without the TRIGGER privilege.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_install_capture(regclass, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_install_capture(regclass, boolean) TO PUBLIC;

-- SECURITY DEFINER: creating a trigger takes the TRIGGER privilege, dropping or enabling one the table's owner. It touches
-- nothing but capture triggers, in the way the TVIEWs that need them say.
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_settle_capture(relations regclass[])
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found   record;
    surplus name;
BEGIN
    FOR found IN
        SELECT c.oid::regclass AS relation, n.by_row,
               CASE WHEN n.by_row AND c.relkind = 'p'
                    THEN NOT EXISTS (SELECT FROM unnest(@extschema@._pg_tviews_descendants(ARRAY[c.oid::regclass])) l (oid)
                                       JOIN pg_class k ON k.oid = l.oid AND k.relkind = 'r'
                                      WHERE NOT EXISTS (SELECT FROM pg_trigger r
                                                         WHERE r.tgrelid = k.oid AND r.tgname = 'pg_tviews_row' AND r.tgenabled IN ('O', 'A')
                                                           AND r.tgfoid = '@extschema@._pg_tviews_capture()'::regprocedure))
                    WHEN n.by_row THEN bool_or(t.tgname = 'pg_tviews_row')
                    ELSE count(*) FILTER (WHERE t.tgname IN ('pg_tviews_insert', 'pg_tviews_update', 'pg_tviews_delete') AND t.tgenabled IN ('O', 'A')) = 3
               END AS complete,
               string_agg(format('ENABLE ALWAYS TRIGGER %I', t.tgname), ', ' ORDER BY t.tgname)
                   FILTER (WHERE n.by_row AND t.tgname IN ('pg_tviews_row', 'pg_tviews_truncate') AND t.tgenabled <> 'A') AS enable
          FROM pg_class c
         CROSS JOIN LATERAL @extschema@._pg_tviews_needs_row_capture(c.oid) n (by_row)
          JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgfoid = '@extschema@._pg_tviews_capture()'::regprocedure
         WHERE c.oid = ANY (relations::oid[]) AND @extschema@._pg_tviews_needs_capture(c.oid)
         GROUP BY c.oid, c.relkind, n.by_row
         ORDER BY c.oid
    LOOP
        -- Triggers of the other kind stay until those of the right one are there.
        CONTINUE WHEN NOT found.complete;

        IF found.enable IS NOT NULL THEN
            EXECUTE format('ALTER TABLE ONLY %s %s', found.relation, found.enable);
        END IF;

        FOR surplus IN
            SELECT t.tgname
              FROM pg_trigger t
             WHERE t.tgrelid = found.relation AND t.tgfoid = '@extschema@._pg_tviews_capture()'::regprocedure
               AND CASE WHEN found.by_row THEN t.tgname IN ('pg_tviews_insert', 'pg_tviews_update', 'pg_tviews_delete') ELSE t.tgname = 'pg_tviews_row' END
        LOOP
            EXECUTE format('DROP TRIGGER %I ON %s', surplus, found.relation);
        END LOOP;
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_settle_capture(regclass[]) IS 'Gives the capture triggers of tables the form their TVIEWs need, once those of the right kind have been created: row triggers are enabled for replication too, and triggers of the other kind dropped. Leaves alone what no TVIEW reads.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_settle_capture(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_settle_capture(regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_capture_all(sources regclass[], unwatched regclass[], by_row boolean, replace boolean)
RETURNS regclass[]
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation regclass;
    family   regclass[];
    done     regclass[] := '{}';
    todo     regclass[];
    complete boolean;
BEGIN
    -- A partition may be attached before its parent is locked: look again until nothing is new.
    LOOP
        family := @extschema@._pg_tviews_family(sources, unwatched);
        SELECT array_agg(t.oid ORDER BY t.oid) INTO todo FROM unnest(sources || family) t (oid) WHERE t.oid <> ALL (done);
        EXIT WHEN todo IS NULL;

        -- What creating the triggers locks. Without the right to create them that fails in its own words.
        PERFORM @extschema@._pg_tviews_lock_tables(array_agg(t.oid), false)
           FROM unnest(todo) t (oid)
          WHERE (replace OR NOT @extschema@._pg_tviews_has_capture(t.oid)
                 OR by_row AND @extschema@._pg_tviews_capture_kind(t.oid) <> 'row')
            AND has_table_privilege(t.oid, 'TRIGGER');

        FOREACH relation IN ARRAY todo LOOP
            PERFORM @extschema@._pg_tviews_require_watchable(relation);
            complete := @extschema@._pg_tviews_capture_kind(relation) IS NOT NULL;
            IF replace OR NOT @extschema@._pg_tviews_has_capture(relation)
               OR by_row AND @extschema@._pg_tviews_capture_kind(relation) <> 'row' THEN
                PERFORM @extschema@._pg_tviews_install_capture(relation, by_row OR @extschema@._pg_tviews_needs_row_capture(relation));
            END IF;
            -- Nobody knows what was written while a TVIEW already relied on triggers that were missing.
            IF NOT complete THEN
                PERFORM @extschema@._pg_tviews_mark_whole(m.table_oid)
                   FROM @extschema@.pg_tview_meta m
                  WHERE relation = ANY (m.relations) AND relation <> ALL (m.unwatched) OR relation = ANY (m.family);
            END IF;
        END LOOP;
        done := done || todo;
    END LOOP;
    RETURN family;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_capture_all(regclass[], regclass[], boolean, boolean) IS 'Creates the capture triggers on the sources and their family in order of OID, all of them or only where some are missing, row by row when told so or when another TVIEW needs it, and returns the family. TVIEWs that relied on missing triggers are queued whole. Raises 0A000 for what cannot be watched.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_capture_all(regclass[], regclass[], boolean, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_capture_all(regclass[], regclass[], boolean, boolean) TO PUBLIC;

-- SECURITY DEFINER: dropping a trigger is a right of the table's owner, creating one is not. It removes nothing
-- but capture triggers that no TVIEW needs.
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_prune_capture(relations regclass[])
RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    unneeded regclass[];
    relation regclass;
    surplus  record;
    dropped  integer := 0;
BEGIN
    -- An older snapshot may miss a TVIEW created since. Triggers without a TVIEW do nothing.
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RETURN 0;
    END IF;

    unneeded := ARRAY(
        SELECT DISTINCT t.tgrelid::regclass
          FROM pg_trigger t
         WHERE t.tgrelid = ANY (relations::oid[]) AND t.tgfoid = '@extschema@._pg_tviews_capture()'::regprocedure
           AND NOT @extschema@._pg_tviews_needs_capture(t.tgrelid)
         ORDER BY 1);
    PERFORM @extschema@._pg_tviews_lock_tables(unneeded, true);

    FOREACH relation IN ARRAY unneeded LOOP
        -- A TVIEW that was just being created over the table is there now.
        CONTINUE WHEN @extschema@._pg_tviews_needs_capture(relation);

        FOR surplus IN
            SELECT t.tgname
              FROM pg_trigger t
             WHERE t.tgrelid = relation AND NOT t.tgisinternal
               AND t.tgfoid = '@extschema@._pg_tviews_capture()'::regprocedure
        LOOP
            EXECUTE format('DROP TRIGGER %I ON %s', surplus.tgname, relation);
            dropped := dropped + 1;
        END LOOP;
    END LOOP;
    RETURN dropped;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_prune_capture(regclass[]) IS 'Drops the capture triggers of those of the relations that no TVIEW needs watched any more and returns their number. Does nothing at REPEATABLE READ and above.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_prune_capture(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_prune_capture(regclass[]) TO PUBLIC;
