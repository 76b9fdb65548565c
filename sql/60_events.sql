-- DDL: plans follow their relations, and the halves of a TVIEW go together.
--
-- The event trigger functions are SECURITY DEFINER: whoever changes a source changes plans of TVIEWs that others
-- own. As they run with the rights of the extension's owner they plan and run nothing that a user wrote: they
-- analyse definitions, write metadata, create capture triggers and drop the other half of a TVIEW.

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_is_live(tview regclass)
RETURNS boolean
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM pg_trigger t
                    WHERE t.tgrelid = m.table_oid AND t.tgname = 'pg_tviews_guard'
                      AND t.tgfoid = '@extschema@._pg_tviews_guard()'::regprocedure)
           AND NOT EXISTS (SELECT FROM unnest(@extschema@._pg_tviews_watched(m.relations, m.unwatched) || m.family) r (oid)
                             JOIN pg_class c ON c.oid = r.oid
                            WHERE NOT @extschema@._pg_tviews_has_capture(r.oid))
      FROM @extschema@.pg_tview_meta m
     WHERE m.table_oid = $1
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_is_live(regclass) IS 'Returns whether a TVIEW has its guard and all its capture triggers. One that a restore is still building has not: it is left alone until the restore, which creates triggers after all data, is through.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_is_live(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_is_live(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_follow(tview regclass, refill boolean, created regclass[])
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    derived record;
    former  CONSTANT text := (SELECT m.fingerprint FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview);
    latest  text;
    code    text;
    message text;
    detail  text;
    hint    text;
BEGIN
    -- The names follow the table, whatever else has happened.
    UPDATE @extschema@.pg_tview_meta m
       SET schema = n.nspname
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE m.table_oid = tview AND c.oid = tview
       AND (m.schema <> n.nspname OR starts_with(c.relname::text, 'tv_') AND m.entity <> substr(c.relname::text, 4));

    -- Replacing triggers waits for the writers in flight, who captured for what the view said before.
    SELECT d.* INTO STRICT derived FROM @extschema@._pg_tviews_derive(tview, refill) d;
    SELECT m.fingerprint INTO STRICT latest FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview;

    -- New partitions come empty; what is attached or detached brings or takes rows. New columns show in
    -- documents only where whole rows are read. Another expression gives a generated column other values, unseen by triggers.
    IF refill OR former = ''
       OR split_part(latest, '.', 3) <> split_part(former, '.', 3)
       OR cardinality(derived.left_behind) > 0
       OR NOT derived.joined <@ created
       OR derived.columns_changed
          AND EXISTS (SELECT FROM jsonb_array_elements(derived.plan -> 'occurrences') o WHERE jsonb_typeof(o -> 'columns') IS DISTINCT FROM 'array')
    THEN
        PERFORM @extschema@._pg_tviews_mark_whole(tview);
    END IF;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    PERFORM @extschema@._pg_tviews_raise(code, message,
                                         format('TVIEW %s could not be maintained after this command.', tview) || coalesce(' ' || nullif(detail, ''), ''),
                                         hint);
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_follow(regclass, boolean, regclass[]) IS 'Brings the metadata of a TVIEW in step after DDL, and queues the whole TVIEW when its contents may have changed: when told so, when capture had been disabled, when the expression of a generated column is another, or when tables other than the created ones joined or left. Raises an error that refuses the command when the TVIEW could not be maintained any more.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_follow(regclass, boolean, regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_follow(regclass, boolean, regclass[]) TO PUBLIC;

-- To be called while an event trigger for ddl_command_end runs.
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_refuse_ddl()
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    refused record;
BEGIN
    SELECT i.inhrelid::regclass AS child, a.oid AS source INTO refused
      FROM pg_event_trigger_ddl_commands() d
      JOIN pg_inherits i ON d.classid = 'pg_class'::regclass AND i.inhrelid = d.objid
     CROSS JOIN LATERAL unnest(@extschema@._pg_tviews_ancestors(ARRAY[i.inhrelid::regclass])) a (oid)
     WHERE d.schema_name = 'pg_temp' AND @extschema@._pg_tviews_needs_capture(a.oid)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('temporary table %s cannot be a child of %s', refused.child, refused.source),
            DETAIL = 'A TVIEW reads the parent, and its rows are the same for every session.';
    END IF;

    SELECT t.tgrelid::regclass AS relation, t.tgname AS name INTO refused
      FROM pg_event_trigger_ddl_commands() d
      JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
      JOIN @extschema@.pg_tview_meta m ON m.table_oid = t.tgrelid
     WHERE t.tgtype & 3 = 3
    UNION ALL
    SELECT w.ev_class::regclass, w.rulename
      FROM pg_event_trigger_ddl_commands() d
      JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
      JOIN @extschema@.pg_tview_meta m ON m.table_oid = w.ev_class
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('TVIEW %s cannot have the rule or row-level BEFORE trigger "%s"', refused.relation, refused.name),
            DETAIL = 'It could change what a flush writes.',
            HINT = 'Use an AFTER trigger.';
    END IF;

    PERFORM @extschema@._pg_tviews_require_deferral(t.tgrelid)
       FROM pg_event_trigger_ddl_commands() d
       JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
       JOIN @extschema@.pg_tview_meta m ON m.table_oid = t.tgrelid
      WHERE t.tgdeferrable;

    -- Also one that replaces a capture trigger or a guard.
    SELECT t.tgrelid::regclass AS relation, t.tgname AS name INTO refused
      FROM pg_event_trigger_ddl_commands() d
      JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
     WHERE t.tgname IN ('pg_tviews_insert', 'pg_tviews_update', 'pg_tviews_delete', 'pg_tviews_truncate', 'pg_tviews_row')
       AND t.tgfoid <> '@extschema@._pg_tviews_capture()'::regprocedure AND @extschema@._pg_tviews_needs_capture(t.tgrelid)
        OR t.tgname = 'pg_tviews_guard'
       AND t.tgfoid <> '@extschema@._pg_tviews_guard()'::regprocedure AND EXISTS (SELECT FROM @extschema@.pg_tview_meta m WHERE m.table_oid = t.tgrelid)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'dependent_objects_still_exist',
            MESSAGE = format('cannot create trigger "%s" on %s because TVIEWs depend on the one of that name', refused.name, refused.relation),
            HINT = 'Choose another name.';
    END IF;

    SELECT t.tgrelid::regclass AS relation, t.tgname AS name INTO refused
      FROM pg_event_trigger_ddl_commands() d
      JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
     WHERE d.command_tag = 'ALTER TRIGGER' AND NOT d.in_extension
       AND t.tgfoid IN ('@extschema@._pg_tviews_capture()'::regprocedure, '@extschema@._pg_tviews_guard()'::regprocedure)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'dependent_objects_still_exist',
            MESSAGE = format('cannot alter trigger "%s" on %s because TVIEWs depend on it', refused.name, refused.relation);
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_refuse_ddl() IS 'Raises an error when the DDL command that has just run makes a temporary table part of a source, puts a rule, a row-level BEFORE trigger or a deferrable trigger that may not be on a TVIEW, or alters or replaces a trigger that TVIEWs depend on.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_refuse_ddl() FROM PUBLIC;

------------------------------------------------------------------------------------------------------------
-- Restores. A whole dump brings the metadata, with plans for relations that had other OIDs. A dump of the schema only, or of
-- one schema, brings none: the guard of a TVIEW's table then says what it is. Both are seen when triggers are created,
-- which comes after all data. A restore creates its own triggers, in parallel too: nothing here creates one that a dump has, or waits long.
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_declaration(arguments bytea)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    parts text[] := '{}';
    rest  bytea := arguments;
    cut   integer;
BEGIN
    LOOP
        cut := position(decode('00', 'hex') IN rest);
        EXIT WHEN cut = 0;
        parts := parts || convert_from(substring(rest FROM 1 FOR cut - 1), getdatabaseencoding());
        rest := substring(rest FROM cut + 1);
    END LOOP;
    RETURN parts;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_declaration(bytea) IS 'Splits the arguments of a trigger (pg_trigger.tgargs).';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_declaration(bytea) FROM PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_is_loaded(relations regclass[])
RETURNS boolean
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
SET row_security = off
AS $$
DECLARE
    relation regclass;
    has_rows boolean;
BEGIN
    FOREACH relation IN ARRAY relations LOOP
        IF NOT @extschema@._pg_tviews_has_capture(relation) THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', relation) INTO has_rows;
            IF NOT has_rows THEN
                RETURN false;
            END IF;
        END IF;
    END LOOP;
    RETURN true;
EXCEPTION WHEN insufficient_privilege THEN
    RETURN false;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_is_loaded(regclass[]) IS 'Returns whether a restore has loaded the data of these tables for certain: they have capture triggers, which come after the data, or rows. A policy on one, whose code may be anyone''s, is not run.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_is_loaded(regclass[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_register_restored(tview regclass, declaration text[])
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '500ms'
AS $$
DECLARE
    found     record;
    options   jsonb;
    reads     regclass[];
    unwatched regclass[];
    denied    regclass;
    message   text;
BEGIN
    -- Jobs of a parallel restore do not see what the others have not committed, and depth depends on that. None of them holds
    -- what a registration needs for long.
    PERFORM set_config('lock_timeout', '0', true);
    PERFORM @extschema@._pg_tviews_lock_metadata('@extschema@.pg_tview_meta', '@extschema@.pg_tview_meta', true);
    PERFORM @extschema@._pg_tviews_lock_metadata('@extschema@.pg_tview_meta', tview, true);
    PERFORM set_config('lock_timeout', '500ms', true);
    IF EXISTS (SELECT FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview) THEN
        RETURN;
    END IF;

    SELECT n.nspname AS schema, c.relowner AS owner, substr(c.relname::text, 4) AS entity, v.oid::regclass AS view,
           starts_with(c.relname::text, 'tv_') AND v.relowner = c.relowner AND v.relkind = 'v' AS fits,
           -- Whoever may only create triggers does not make a TVIEW of somebody else's table.
           pg_has_role(session_user, c.relowner, 'USAGE') AS owned
      INTO STRICT found
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_class v ON v.relnamespace = c.relnamespace AND v.relname::text = 'v_' || substr(c.relname::text, 4)
     WHERE c.oid = tview;

    IF NOT coalesce(found.fits, false) THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_table', MESSAGE = format('its view %I.%I does not exist', found.schema, 'v_' || found.entity);
    ELSIF NOT found.owned THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('must be owner of table %s', tview);
    END IF;

    options := declaration[3]::jsonb;
    PERFORM @extschema@._pg_tviews_check_options(options);
    reads := @extschema@._pg_tviews_reachable(ARRAY[found.view]);
    unwatched := ARRAY(SELECT to_regclass(u.name) FROM jsonb_array_elements_text(options -> 'unwatched') u (name) WHERE to_regclass(u.name) IS NOT NULL);

    -- Whoever restores: the right to watch is the owner's.
    SELECT s.oid INTO denied
      FROM unnest(@extschema@._pg_tviews_watched(reads, unwatched)) s (oid)
     WHERE NOT has_table_privilege(found.owner, s.oid, 'TRIGGER')
     LIMIT 1;
    IF denied IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('its owner may not create triggers on table %s', denied);
    END IF;

    INSERT INTO @extschema@.pg_tview_meta (entity, schema, table_oid, view_oid, key_columns, options, definition, relations, family, unwatched, settings, fingerprint, plan)
    VALUES (found.entity, found.schema, tview, found.view, ARRAY(SELECT jsonb_array_elements_text(declaration[2]::jsonb)), options,
            @extschema@._pg_tviews_query_of(found.view), reads, @extschema@._pg_tviews_family(@extschema@._pg_tviews_watched(reads, unwatched), unwatched), unwatched,
            declaration[4]::jsonb, 'restored', '{}');
    PERFORM @extschema@._pg_tviews_renumber();
    PERFORM @extschema@._pg_tviews_invalidate_all(tview || reads);
    -- The rows may be older or newer than those of the sources; TVIEWs over this one may not have capture on it yet. Where a
    -- source is still to be loaded, by another job of the restore, the rows are those of the dump, and right when it is.
    PERFORM @extschema@._pg_tviews_flush_whole(r.tview)
       FROM (WITH RECURSIVE reader (tview) AS (
                 SELECT _pg_tviews_register_restored.tview
                 UNION
                 SELECT m.table_oid FROM reader r JOIN @extschema@.pg_tview_meta m ON r.tview = ANY (m.relations))
             SELECT m.table_oid AS tview
               FROM reader r
               JOIN @extschema@.pg_tview_meta m ON m.table_oid = r.tview
              WHERE @extschema@._pg_tviews_is_loaded(@extschema@._pg_tviews_watched(m.relations, m.unwatched) || m.family)
              ORDER BY m.depth, m.table_oid) r;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
    RAISE WARNING USING
        MESSAGE = format('could not make a TVIEW of restored table %s: %s', tview, message),
        HINT = format('Remove the cause, then call pg_tviews_convert_table(%L), or drop the table.', tview);
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_register_restored(regclass, text[]) IS 'Registers a TVIEW that a restore has brought without metadata, as its guard declares it, and compares its rows with the view. Warns when it cannot.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_register_restored(regclass, text[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_settle_plan(tview regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '500ms'
AS $$
BEGIN
    -- Sessions derive a plan that is not stored themselves: a lock, or a privilege a restore grants at its end, can wait. Waiting
    -- for the job that loads the helpers, and adds those of several TVIEWs, could be a deadlock.
    IF @extschema@._pg_tviews_lock_metadata('@extschema@.pg_tview_helpers', tview, false) THEN
        PERFORM @extschema@._pg_tviews_derive(tview, false);
    END IF;
EXCEPTION WHEN OTHERS THEN
    NULL;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_settle_plan(regclass) IS 'Stores a plan for the relations as they are, if that can be done now.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_settle_plan(regclass) FROM PUBLIC;

-- SECURITY DEFINER: whoever looks first stores them, which changes nothing but what sessions do not have to do again. Only for relations
-- that have come from elsewhere with their definitions: one that is another here was changed behind the event triggers' back.
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_settle_plans()
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tview regclass;
BEGIN
    IF current_setting('transaction_read_only') = 'on' OR current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RETURN;
    END IF;
    FOR tview IN
        SELECT m.table_oid
          FROM @extschema@.pg_tview_meta m
         WHERE m.fingerprint <> '' AND split_part(m.fingerprint, '.', 4) <> @extschema@._pg_tviews_place()
           AND @extschema@._pg_tviews_is_live(m.table_oid)
         ORDER BY m.depth, m.table_oid
    LOOP
        PERFORM @extschema@._pg_tviews_settle_plan(tview);
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_settle_plans() IS 'Stores, where it can be done now, plans of TVIEWs that a restore or pg_upgrade has brought with those of another database or cluster. Does nothing in a transaction that is read-only or above READ COMMITTED.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_settle_plans() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_settle_plans() TO PUBLIC;

-- To be called while an event trigger for ddl_command_end runs.
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_follow_restore()
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    place   constant text := @extschema@._pg_tviews_place();
    created record;
    members regclass[];
    tview   regclass;
BEGIN
    FOR created IN
        SELECT t.tgrelid::regclass AS relation, t.tgfoid = '@extschema@._pg_tviews_guard()'::regprocedure AS is_guard,
               @extschema@._pg_tviews_declaration(t.tgargs) AS declaration
          FROM pg_event_trigger_ddl_commands() d
          JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
         WHERE t.tgfoid IN ('@extschema@._pg_tviews_guard()'::regprocedure, '@extschema@._pg_tviews_capture()'::regprocedure)
    LOOP
        IF created.is_guard AND cardinality(created.declaration) = 4
           AND NOT EXISTS (SELECT FROM @extschema@.pg_tview_meta m WHERE m.table_oid = created.relation) THEN
            PERFORM @extschema@._pg_tviews_register_restored(created.relation, created.declaration);
        END IF;

        -- A dump leaves out the triggers of tables that belong to another extension, and most of their rows.
        IF created.is_guard THEN
            SELECT array_agg(s.oid ORDER BY s.oid) INTO members
              FROM @extschema@.pg_tview_meta m
             CROSS JOIN LATERAL unnest(@extschema@._pg_tviews_watched(m.relations, m.unwatched) || m.family) s (oid)
             WHERE m.table_oid = created.relation AND NOT @extschema@._pg_tviews_has_capture(s.oid)
               AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype = 'e');
            PERFORM @extschema@._pg_tviews_install_capture(s.oid, @extschema@._pg_tviews_needs_row_capture(s.oid)) FROM unnest(members) s (oid);
            PERFORM @extschema@._pg_tviews_settle_capture(members);
            PERFORM @extschema@._pg_tviews_mark_whole(created.relation) WHERE members IS NOT NULL;
        END IF;

        FOR tview IN
            SELECT m.table_oid
              FROM @extschema@.pg_tview_meta m
             WHERE created.relation = ANY (m.table_oid || m.relations || m.family)
               -- An empty one belongs to a TVIEW somebody is working on; one of the same relations has not been restored, which is soon told.
               AND m.fingerprint <> ''
               AND (split_part(m.fingerprint, '.', 4), split_part(m.fingerprint, '.', 5)) <> (place, md5(array_to_string(m.relations::oid[], ' ')))
               AND m.fingerprint <> @extschema@._pg_tviews_fingerprint(m.relations)
               AND @extschema@._pg_tviews_is_live(m.table_oid)
             ORDER BY m.depth, m.table_oid
        LOOP
            PERFORM @extschema@._pg_tviews_settle_plan(tview);
        END LOOP;
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_follow_restore() IS 'When the command that has just run created a trigger of the extension: registers the TVIEW it declares, gives tables of other extensions the triggers that no dump has, and stores the plans of TVIEWs that have all their triggers now.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_follow_restore() FROM PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_refuse_type_change(relation regclass, column_name text)
RETURNS void
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    reader record;
BEGIN
    SELECT m.table_oid AS tview, m.view_oid AS view INTO reader
      FROM pg_attribute a
      JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
                      AND d.classid = 'pg_rewrite'::regclass
      JOIN pg_rewrite r ON r.oid = d.objid
      JOIN @extschema@.pg_tview_meta m ON r.ev_class = ANY (m.relations)
     WHERE a.attrelid = relation AND a.attname::text = column_name
     ORDER BY m.depth, m.table_oid
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('cannot alter type of column "%s" of %s because TVIEW %s reads it', column_name, relation, reader.tview),
            DETAIL = format('View %s depends on the column.', reader.view),
            HINT = format('In one transaction: keep pg_get_viewdef(%L), call pg_tviews_drop(%L), alter the column, and call pg_tviews_create() with the definition.',
                          reader.view, reader.tview);
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_refuse_type_change(regclass, text) IS 'Raises 0A000 with what to do when a TVIEW reads the column, whose type is about to be changed.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_refuse_type_change(regclass, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_refuse_type_change(regclass, text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_refuse_concurrent_detach(relation regclass)
RETURNS void
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF @extschema@._pg_tviews_needs_capture(relation) THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('cannot detach a partition of %s concurrently because TVIEWs read it', relation),
            DETAIL = 'The partition''s rows leave the views with the first of two transactions, and TVIEWs follow with the second, which may never come.',
            HINT = 'Detach it without CONCURRENTLY.';
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_refuse_concurrent_detach(regclass) IS 'Raises 0A000 when TVIEWs read a table of which a partition is about to be detached in two transactions.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_refuse_concurrent_detach(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_refuse_concurrent_detach(regclass) TO PUBLIC;

-- The server locks a view before an event trigger for its end can wait for writers, and writers want the view when they commit.
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_before_ddl(relation regclass, is_drop boolean, cascades boolean)
RETURNS regclass
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT is_drop THEN
        PERFORM @extschema@._pg_tviews_lock_tables(array_agg(DISTINCT s.oid), false)
           FROM @extschema@.pg_tview_meta m
          CROSS JOIN LATERAL unnest(@extschema@._pg_tviews_watched(m.relations, m.unwatched) || m.family) s (oid)
          WHERE relation = ANY (m.relations);
        RETURN NULL;
    END IF;

    -- What is locked when the TVIEWs go: sources that nobody else watches, then the view and the table, as a flush does.
    PERFORM @extschema@._pg_tviews_lock_together(array_agg(l.oid::regclass ORDER BY l.depth, l.step, l.oid), array_agg(true))
       FROM (
        WITH RECURSIVE gone (tview) AS (
            SELECT m.table_oid FROM @extschema@.pg_tview_meta m
             WHERE relation IN (m.table_oid, m.view_oid) OR cascades AND relation = ANY (m.relations)
            UNION
            SELECT m.table_oid FROM gone g JOIN @extschema@.pg_tview_meta m ON g.tview = ANY (m.relations)
        )
        SELECT DISTINCT s.oid, coalesce(o.depth, 0) AS depth, 0 AS step
          FROM gone g
          JOIN @extschema@.pg_tview_meta m ON m.table_oid = g.tview
         CROSS JOIN LATERAL unnest(@extschema@._pg_tviews_watched(m.relations, m.unwatched) || m.family) s (oid)
          LEFT JOIN @extschema@.pg_tview_meta o ON o.table_oid = s.oid
         WHERE NOT EXISTS (SELECT FROM @extschema@.pg_tview_meta k
                            WHERE k.table_oid NOT IN (SELECT g.tview FROM gone g)
                              AND (s.oid = ANY (k.relations) AND s.oid <> ALL (k.unwatched) OR s.oid = ANY (k.family)))
        UNION ALL
        SELECT h.oid, m.depth, h.step
          FROM gone g
          JOIN @extschema@.pg_tview_meta m ON m.table_oid = g.tview
         CROSS JOIN LATERAL (VALUES (m.view_oid, 1), (m.table_oid, 2)) h (oid, step)) l
     HAVING count(*) > 0;
    RETURN (SELECT CASE relation WHEN m.table_oid THEN m.view_oid ELSE m.table_oid END
              FROM @extschema@.pg_tview_meta m
             WHERE relation IN (m.table_oid, m.view_oid));
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_before_ddl(regclass, boolean, boolean) IS 'Waits for writers before a view that TVIEWs read is redefined, or half of a TVIEW is dropped, and locks what that is going to lock. Returns the other half of a TVIEW that is dropped.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_before_ddl(regclass, boolean, boolean) FROM PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_on_ddl_end()
RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
    concerns record;
    names    text;
    commands jsonb;
    touched  regclass[];
    replaced regclass[];
    created  regclass[];
    tview    record;
    other    record;
BEGIN
    -- Most commands concern nobody, and a script of an extension has hundreds: one cheap query first. What is neither a relation, part of
    -- one, a schema nor a cast matters by what depends on it.
    SELECT coalesce(bool_or(d.classid = 'pg_namespace'::regclass), false) AS a_schema,
           coalesce(bool_or(d.classid IN ('pg_proc'::regclass, 'pg_type'::regclass) AND d.schema_name = (parse_ident('@extschema@'))[1]), false) AS own_schema,
           coalesce(bool_or(d.classid = 'pg_trigger'::regclass), false) AS a_trigger,
           coalesce(bool_or(d.classid IN ('pg_class'::regclass, 'pg_rewrite'::regclass, 'pg_trigger'::regclass, 'pg_namespace'::regclass)), false) AS a_relation,
           coalesce(bool_or(d.classid = 'pg_cast'::regclass
                            OR EXISTS (SELECT FROM pg_depend p
                                        WHERE p.refclassid = d.classid AND p.refobjid = d.objid
                                          AND (p.classid IN ('pg_rewrite'::regclass, 'pg_operator'::regclass, 'pg_proc'::regclass, 'pg_cast'::regclass,
                                                             'pg_opclass'::regclass, 'pg_type'::regclass, 'pg_ts_config'::regclass)
                                               OR p.classid = 'pg_class'::regclass AND p.objsubid > 0)
                                       OFFSET 0)), false) AS dependents
      INTO concerns
      FROM pg_event_trigger_ddl_commands() d;

    -- The functions name the schema they are in; somebody else's of the former name would be called.
    IF concerns.a_schema AND NOT EXISTS (SELECT FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                                          WHERE e.extname = 'pg_tviews' AND n.nspname = (parse_ident('@extschema@'))[1]) THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = 'cannot rename schema @extschema@ because it holds extension pg_tviews';
    END IF;
    PERFORM @extschema@._pg_tviews_require_fresh_metadata();
    IF concerns.own_schema THEN
        PERFORM @extschema@._pg_tviews_refuse_lookalikes();
    END IF;
    IF concerns.a_trigger THEN
        PERFORM @extschema@._pg_tviews_follow_restore();
    END IF;
    IF NOT (concerns.a_relation OR concerns.dependents) OR NOT EXISTS (SELECT FROM @extschema@.pg_tview_meta) THEN
        RETURN;
    END IF;

    IF concerns.a_relation THEN
        PERFORM @extschema@._pg_tviews_refuse_ddl();
    END IF;

    SELECT jsonb_agg(jsonb_build_object('class', d.classid::bigint, 'object', d.objid::bigint, 'tag', d.command_tag)) INTO commands
      FROM pg_event_trigger_ddl_commands() d
     WHERE d.schema_name IS DISTINCT FROM 'pg_temp';
    IF commands IS NULL THEN
        RETURN;
    END IF;

    IF concerns.a_relation THEN
        -- Tables and views, also of the indexes.
        SELECT array_agg(DISTINCT coalesce(i.indrelid, c.oid)::regclass),
               array_agg(DISTINCT c.oid::regclass) FILTER (WHERE d.tag IN ('CREATE VIEW', 'CREATE RULE')),
               array_agg(DISTINCT c.oid::regclass) FILTER (WHERE d.tag IN ('CREATE TABLE', 'CREATE FOREIGN TABLE'))
          INTO touched, replaced, created
          FROM jsonb_to_recordset(commands) d (class oid, object oid, tag text)
          LEFT JOIN pg_rewrite w ON d.class = 'pg_rewrite'::regclass AND w.oid = d.object
          JOIN pg_class c ON c.oid = w.ev_class OR d.class = 'pg_class'::regclass AND c.oid = d.object
          LEFT JOIN pg_index i ON i.indexrelid = c.oid;
        -- A type's attributes are the columns of its typed tables.
        touched := touched || ARRAY(SELECT t.oid::regclass FROM pg_class t JOIN pg_class c ON c.reltype = t.reloftype WHERE c.oid = ANY (touched::oid[]));
        touched := touched || @extschema@._pg_tviews_ancestors(touched)
                   || ARRAY(SELECT m.table_oid FROM @extschema@.pg_tview_meta m
                             WHERE m.table_oid = ANY (@extschema@._pg_tviews_descendants(touched)));

        -- Renamed schemas: everything in them.
        SELECT touched || array_agg(r.oid) INTO touched
          FROM jsonb_to_recordset(commands) d (class oid, object oid)
          JOIN pg_class c ON d.class = 'pg_namespace'::regclass AND c.relnamespace = d.object
          JOIN (SELECT unnest(m.table_oid || m.relations) FROM @extschema@.pg_tview_meta m) r (oid) ON r.oid = c.oid;
    END IF;

    -- Views that call a replaced function, also through an operator, an aggregate or a cast, and tables with columns of
    -- an altered type, also inside an array, a range, a domain, a composite type or another table's row type: as good as
    -- redefined. A table's own rows are followed by the columns of the plan.
    -- OFFSET 0: by the index, one object after another. pg_depend may be large, and a script of an extension has many commands.
    WITH RECURSIVE changed (class, object) AS (
        SELECT CASE WHEN d.class IN ('pg_class'::regclass, 'pg_cast'::regclass) THEN 'pg_type'::regclass::oid ELSE d.class END,
               CASE d.class WHEN 'pg_class'::regclass THEN (SELECT c.reltype FROM pg_class c WHERE c.oid = d.object)
                            -- A cast to json decides how a type looks in documents.
                            WHEN 'pg_cast'::regclass THEN (SELECT k.castsource FROM pg_cast k WHERE k.oid = d.object)
                            ELSE d.object END
          FROM jsonb_to_recordset(commands) d (class oid, object oid)
        UNION
        SELECT CASE WHEN p.classid = 'pg_class'::regclass THEN 'pg_type'::regclass::oid ELSE p.classid END,
               CASE WHEN p.classid = 'pg_class'::regclass THEN (SELECT c.reltype FROM pg_class c WHERE c.oid = p.objid) ELSE p.objid END
          FROM changed o
         CROSS JOIN LATERAL (SELECT d.* FROM pg_depend d WHERE d.refclassid = o.class AND d.refobjid = o.object OFFSET 0) p
         WHERE p.classid IN ('pg_operator'::regclass, 'pg_proc'::regclass, 'pg_cast'::regclass, 'pg_opclass'::regclass,
                             'pg_type'::regclass, 'pg_ts_config'::regclass)
            OR p.classid = 'pg_class'::regclass AND p.objsubid > 0
    )
    SELECT replaced || array_agg(DISTINCT r.relation::regclass) INTO replaced
      FROM changed c
     CROSS JOIN LATERAL (SELECT d.* FROM pg_depend d WHERE d.refclassid = c.class AND d.refobjid = c.object OFFSET 0) p
     CROSS JOIN LATERAL (
            SELECT CASE WHEN p.classid = 'pg_rewrite'::regclass THEN (SELECT w.ev_class FROM pg_rewrite w WHERE w.oid = p.objid AND w.rulename = '_RETURN')
                        WHEN p.classid = 'pg_class'::regclass AND p.objsubid > 0 THEN p.objid END) r (relation)
     WHERE r.relation IS NOT NULL;

    IF NOT EXISTS (SELECT FROM @extschema@.pg_tview_meta m WHERE (m.table_oid || m.relations || m.family) && (touched || replaced)) THEN
        RETURN;
    END IF;

    -- All sources of the TVIEWs whose capture is about to be replaced.
    PERFORM @extschema@._pg_tviews_lock_tables(array_agg(DISTINCT s.oid), false)
       FROM @extschema@.pg_tview_meta m
      CROSS JOIN LATERAL unnest(@extschema@._pg_tviews_watched(m.relations, m.unwatched) || m.family) s (oid)
      WHERE m.relations && replaced AND @extschema@._pg_tviews_is_live(m.table_oid);

    -- In the stored form of a query, whose text would take locks to print: constants, columns and results of these types.
    names := ':(consttype|vartype|resulttype|funcresulttype) ('
             || (SELECT string_agg(t.oid::text, '|') FROM pg_type t
                  WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typname ~ '^reg')
             || ') ';
    FOR tview IN
        SELECT m.table_oid, m.view_oid,
               coalesce(m.relations && replaced, false)
               -- A view with a regclass or its like may print a name that is another now.
               OR EXISTS (SELECT FROM pg_class c
                             JOIN pg_rewrite r ON r.ev_class = c.oid
                           WHERE c.oid = ANY (m.relations::oid[]) AND c.relkind = 'v' AND r.ev_action::text ~ names) AS refill
          FROM @extschema@.pg_tview_meta m
         WHERE (m.table_oid || m.relations || m.family) && (touched || replaced)
         ORDER BY m.depth, m.table_oid
    LOOP
        -- Nobody sees what is written while a capture trigger is disabled: remember it for when it is enabled again.
        UPDATE @extschema@.pg_tview_meta m
           SET fingerprint = ''
         WHERE m.table_oid = tview.table_oid
           AND EXISTS (SELECT FROM pg_trigger t
                        WHERE t.tgrelid = ANY (m.relations::oid[] || m.family::oid[])
                          AND t.tgfoid = '@extschema@._pg_tviews_capture()'::regprocedure
                          AND t.tgenabled NOT IN ('O', 'A'));

        CONTINUE WHEN NOT coalesce(@extschema@._pg_tviews_is_live(tview.table_oid), false);

        -- Both halves have one owner: a definition never runs with the rights of another role.
        SELECT o.oid::regclass AS half, CASE o.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind, r.rolname AS owner INTO other
          FROM pg_class t
          JOIN pg_class o ON o.relowner <> t.relowner
          JOIN pg_roles r ON r.oid = t.relowner
         WHERE (t.oid, o.oid) IN ((tview.table_oid, tview.view_oid), (tview.view_oid, tview.table_oid))
           AND t.oid = ANY (touched::oid[]) AND NOT o.oid = ANY (touched::oid[]);
        IF FOUND THEN
            EXECUTE format('ALTER %s %s OWNER TO %I', other.kind, other.half, other.owner);
        END IF;

        PERFORM @extschema@._pg_tviews_follow(tview.table_oid, tview.refill, coalesce(created, '{}'));
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_on_ddl_end() IS 'Derives the plans of the TVIEWs that a DDL command concerns again, installs capture on new partitions, lets names and owners follow, and queues TVIEWs whose contents may have changed.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_on_ddl_end() FROM PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_on_drop()
RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    dropped  oid[];
    cascaded oid[];
    schemas  text[];
    gone     @extschema@.pg_tview_meta[];
    meta     @extschema@.pg_tview_meta;
    half     regclass;
    tview    record;
    message  text;
    detail   text;
BEGIN
    PERFORM @extschema@._pg_tviews_require_fresh_metadata();
    IF NOT EXISTS (SELECT FROM @extschema@.pg_tview_meta) THEN
        RETURN;
    END IF;

    SELECT array_agg(d.objid) FILTER (WHERE d.classid = 'pg_class'::regclass),
           array_agg(d.objid) FILTER (WHERE d.classid = 'pg_class'::regclass AND NOT d.original),
           array_agg(DISTINCT d.schema_name) FILTER (WHERE d.object_type = 'index' AND d.original)
      INTO dropped, cascaded, schemas
      FROM pg_event_trigger_dropped_objects() d
     WHERE d.objsubid = 0 AND NOT d.is_temporary;
    SELECT t.relation, d.address_names[3] AS name INTO tview
      FROM pg_event_trigger_dropped_objects() d
     CROSS JOIN LATERAL to_regclass(format('%I.%I', d.address_names[1], d.address_names[2])) t (relation)
     WHERE d.object_type = 'trigger' AND NOT d.is_temporary
       AND (d.address_names[3] IN ('pg_tviews_insert', 'pg_tviews_update', 'pg_tviews_delete', 'pg_tviews_truncate', 'pg_tviews_row')
            AND @extschema@._pg_tviews_needs_capture(t.relation) AND NOT @extschema@._pg_tviews_has_capture(t.relation)
            OR d.address_names[3] = 'pg_tviews_guard'
            AND EXISTS (SELECT FROM @extschema@.pg_tview_meta m WHERE m.table_oid = t.relation))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'dependent_objects_still_exist',
            MESSAGE = format('cannot drop trigger "%s" on %s because TVIEWs depend on it', tview.name, tview.relation),
            HINT = 'Drop the TVIEWs with pg_tviews_drop() first.';
    END IF;

    -- Without its cast to json a type looks otherwise in documents; which columns have it the cast does not tell any more.
    PERFORM @extschema@._pg_tviews_mark_whole(m.table_oid)
       FROM @extschema@.pg_tview_meta m
      WHERE EXISTS (SELECT FROM pg_event_trigger_dropped_objects() d WHERE d.object_type = 'cast' AND d.address_args[1] IN ('json', 'pg_catalog.json'))
        AND NOT m.table_oid = ANY (coalesce(dropped, '{}')) AND NOT m.view_oid = ANY (coalesce(dropped, '{}'));

    IF dropped IS NULL THEN
        RETURN;
    END IF;

    gone := ARRAY(SELECT m FROM @extschema@.pg_tview_meta m
                   WHERE m.table_oid = ANY (dropped) OR m.view_oid = ANY (dropped)
                   ORDER BY m.depth DESC, m.table_oid);

    -- Forget first: dropping the other half comes back here.
    FOREACH meta IN ARRAY gone LOOP
        PERFORM @extschema@._pg_tviews_forget(meta.table_oid);
    END LOOP;

    FOREACH meta IN ARRAY gone LOOP
        FOREACH half IN ARRAY ARRAY[meta.view_oid, meta.table_oid] LOOP
            BEGIN
                -- A half that went as somebody's dependent went by CASCADE; the other goes likewise.
                EXECUTE (
                    SELECT format('DROP %s %s %s', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, half,
                                  CASE WHEN meta.view_oid = ANY (cascaded) OR meta.table_oid = ANY (cascaded) THEN 'CASCADE' ELSE 'RESTRICT' END)
                      FROM pg_class c
                     WHERE c.oid = half);
            EXCEPTION
                WHEN null_value_not_allowed THEN
                    NULL;  -- this half is the one that was dropped
                WHEN dependent_objects_still_exist THEN
                    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
                    RAISE EXCEPTION USING ERRCODE = 'dependent_objects_still_exist', MESSAGE = message, DETAIL = detail,
                        HINT = 'Call pg_tviews_drop() with cascade => true to drop the TVIEW and the dependent objects.';
            END;
        END LOOP;
    END LOOP;

    FOREACH meta IN ARRAY gone LOOP
        PERFORM @extschema@._pg_tviews_prune_capture(meta.relations || meta.family);
        PERFORM @extschema@._pg_tviews_invalidate_all(meta.relations || meta.family);
    END LOOP;

    -- Of an index only the schema is told.
    SELECT m.table_oid AS relation, d.object_type AS kind, d.address_names[cardinality(d.address_names)] AS name INTO tview
      FROM pg_event_trigger_dropped_objects() d
      JOIN @extschema@.pg_tview_meta m
        ON d.object_type = 'table constraint' AND m.table_oid = to_regclass(format('%I.%I', d.address_names[1], d.address_names[2]))
        OR d.object_type = 'index' AND m.schema = d.schema_name::name
     WHERE d.original AND NOT d.is_temporary AND NOT @extschema@._pg_tviews_key_is_unique(m.table_oid, m.key_columns)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'dependent_objects_still_exist',
            MESSAGE = format('cannot drop %s "%s" because TVIEW %s needs it', replace(tview.kind, 'table ', ''), tview.name, tview.relation),
            DETAIL = format('Without it nothing keeps the key (%s) unique.',
                            (SELECT array_to_string(m.key_columns, ', ') FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview.relation)),
            HINT = 'To replace it, drop the former one and add another, not deferrable, in one ALTER TABLE.';
    END IF;

    -- Partitions and children took their rows along. A dropped index may have been one a plan relies on.
    FOR tview IN
        SELECT m.table_oid, m.family && dropped::regclass[] AS refill
          FROM @extschema@.pg_tview_meta m
         WHERE m.family && dropped::regclass[]
            OR EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE c.oid = ANY (m.relations::oid[]) AND n.nspname::text = ANY (schemas))
         ORDER BY m.depth, m.table_oid
    LOOP
        CONTINUE WHEN NOT coalesce(@extschema@._pg_tviews_is_live(tview.table_oid), false);
        PERFORM @extschema@._pg_tviews_follow(tview.table_oid, tview.refill, '{}');
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_on_drop() IS 'Removes TVIEWs whose table or view was dropped, with the other half and the capture triggers nobody needs, and follows dropped partitions, children and indexes. Refuses to drop triggers and the unique index that a TVIEW needs.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_on_drop() FROM PUBLIC;

CREATE EVENT TRIGGER pg_tviews_ddl_end ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'ALTER FOREIGN TABLE', 'ALTER MATERIALIZED VIEW', 'ALTER VIEW', 'ALTER INDEX', 'ALTER SCHEMA',
                 'ALTER TYPE', 'ALTER DOMAIN', 'ALTER FUNCTION', 'ALTER ROUTINE', 'ALTER OPERATOR',
                 'CREATE TABLE', 'CREATE FOREIGN TABLE', 'CREATE VIEW', 'CREATE CAST', 'CREATE RULE', 'ALTER TEXT SEARCH CONFIGURATION', 'ALTER TEXT SEARCH DICTIONARY', 'CREATE TRIGGER', 'ALTER TRIGGER', 'CREATE INDEX', 'CREATE SCHEMA', 'CREATE FUNCTION', 'CREATE AGGREGATE',
                 'CREATE PROCEDURE', 'ALTER PROCEDURE', 'ALTER AGGREGATE', 'CREATE TYPE', 'CREATE DOMAIN')
    EXECUTE FUNCTION @extschema@._pg_tviews_on_ddl_end();

COMMENT ON EVENT TRIGGER pg_tviews_ddl_end IS 'Keeps the plans of TVIEWs in step with the relations they read.';

CREATE EVENT TRIGGER pg_tviews_drop ON sql_drop
    EXECUTE FUNCTION @extschema@._pg_tviews_on_drop();

COMMENT ON EVENT TRIGGER pg_tviews_drop IS 'Removes TVIEWs whose table or view is dropped.';

CREATE EVENT TRIGGER pg_tviews_ddl_start ON ddl_command_start
    WHEN TAG IN ('CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE', 'CREATE VIEW', 'DROP VIEW', 'DROP TABLE')
    EXECUTE FUNCTION @extschema@._pg_tviews_on_ddl_start();

COMMENT ON EVENT TRIGGER pg_tviews_ddl_start IS 'Looks at statements before they run.';

CREATE EVENT TRIGGER pg_tviews_create_table_as ON ddl_command_end
    WHEN TAG IN ('CREATE TABLE AS', 'SELECT INTO')
    EXECUTE FUNCTION @extschema@._pg_tviews_on_create_table_as();

COMMENT ON EVENT TRIGGER pg_tviews_create_table_as IS 'Makes TVIEWs of tables created from a query.';
