-- TVIEWs in place: pg_tviews_replace(), pg_tviews_recreate(), pg_tviews_convert_table(), CREATE TABLE AS.
--
-- The table stays what it is, with all that hangs on it (grants, indexes, triggers, comments, policies, publications,
-- views over it): its metadata are forgotten, its columns fitted to the view, and it is registered again.

------------------------------------------------------------------------------------------------------------
-- The table
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_alter_table(tview regclass, change text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    code    text;
    message text;
    detail  text;
BEGIN
    EXECUTE format('ALTER TABLE %s %s', tview, change);
EXCEPTION WHEN dependent_objects_still_exist OR feature_not_supported THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    PERFORM @extschema@._pg_tviews_raise(code, message, detail, format('Drop what uses the column of TVIEW %s first, or keep the column.', tview));
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_alter_table(regclass, text) IS 'Changes a TVIEW''s table; when something depends on a column, the error says what to do.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_alter_table(regclass, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_alter_table(regclass, text) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_fit_table(tview regclass, view regclass, key text[])
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    stamped CONSTANT boolean := @extschema@._pg_tviews_expected_columns(view) <> @extschema@._pg_tviews_columns(view);
    owner   CONSTANT name := (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = tview);
    change  record;
    column_ record;
BEGIN
    FOR change IN
        SELECT coalesce(v.attname, t.attname) AS name, v.attname IS NULL AS goes, t.attname IS NULL AS comes,
               format_type(v.atttypid, v.atttypmod)
               || CASE WHEN v.attcollation <> y.typcollation THEN format(' COLLATE %I.%I', n.nspname, l.collname) ELSE '' END AS type,
               y.typtype = 'd' AS of_domain
          FROM (SELECT a.* FROM pg_attribute a WHERE a.attrelid = view AND a.attnum > 0 AND NOT a.attisdropped) v
          JOIN pg_type y ON y.oid = v.atttypid
          LEFT JOIN pg_collation l ON l.oid = v.attcollation
          LEFT JOIN pg_namespace n ON n.oid = l.collnamespace
          FULL JOIN (SELECT a.* FROM pg_attribute a WHERE a.attrelid = tview AND a.attnum > 0 AND NOT a.attisdropped) t ON t.attname = v.attname
         WHERE (v.attname IS NULL AND NOT (stamped AND t.attname = 'updated_at')
                OR t.attname IS NULL
                OR (v.atttypid, v.atttypmod, v.attcollation) IS DISTINCT FROM (t.atttypid, t.atttypmod, t.attcollation))
           AND NOT (v.attname IS NULL AND stamped AND t.attname = 'updated_at')
         ORDER BY v.attname IS NOT NULL, coalesce(v.attnum, t.attnum)
    LOOP
        -- Casts, domains and constraints of the owner's would run as whoever does this.
        IF NOT change.goes AND (change.of_domain OR NOT change.comes) AND owner <> current_user THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('only its owner may change the type of column "%s" of TVIEW %s', change.name, tview),
                HINT = format('SET ROLE %I first.', owner);
        END IF;
        IF change.goes THEN
            PERFORM @extschema@._pg_tviews_alter_table(tview, format('DROP COLUMN %I', change.name));
        ELSIF change.comes THEN
            PERFORM @extschema@._pg_tviews_alter_table(tview, format('ADD COLUMN %I %s', change.name, change.type));
        ELSE
            BEGIN
                PERFORM @extschema@._pg_tviews_alter_table(tview, format('ALTER COLUMN %I TYPE %s USING %1$I::%2$s', change.name, change.type));
            EXCEPTION WHEN cannot_coerce OR data_exception THEN
                -- The values come from the view anyway.
                PERFORM @extschema@._pg_tviews_alter_table(tview, format('ALTER COLUMN %I TYPE %s USING NULL', change.name, change.type));
            END;
        END IF;
    END LOOP;

    -- updated_at is the view's column, or the time a row was written.
    SELECT a.attname IS NOT NULL AS is_there, a.atttypid = 'timestamptz'::regtype AND a.attnotnull AND a.atthasdef AS is_stamp, a.attnotnull, a.atthasdef
      INTO column_
      FROM (VALUES ('updated_at'::name)) u (name)
      LEFT JOIN pg_attribute a ON a.attrelid = tview AND a.attname = u.name AND NOT a.attisdropped;
    IF stamped AND NOT coalesce(column_.is_stamp, false) THEN
        IF column_.is_there THEN
            PERFORM @extschema@._pg_tviews_alter_table(tview, 'DROP COLUMN updated_at');
        END IF;
        PERFORM @extschema@._pg_tviews_alter_table(tview, 'ADD COLUMN updated_at timestamp with time zone NOT NULL DEFAULT pg_catalog.now()');
    ELSIF NOT stamped AND column_.is_stamp AND 'updated_at' <> ALL (key) THEN
        PERFORM @extschema@._pg_tviews_alter_table(tview, 'ALTER COLUMN updated_at DROP NOT NULL, ALTER COLUMN updated_at DROP DEFAULT');
    END IF;

    IF NOT @extschema@._pg_tviews_key_is_unique(tview, key) OR NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = tview AND i.indisprimary) THEN
        EXECUTE format('ALTER TABLE %s ADD %s (%s), %s', tview,
                       CASE WHEN EXISTS (SELECT FROM pg_index i WHERE i.indrelid = tview AND i.indisprimary) THEN 'UNIQUE' ELSE 'PRIMARY KEY' END,
                       (SELECT string_agg(format('%I', k.name), ', ' ORDER BY k.position) FROM unnest(key) WITH ORDINALITY k (name, position)),
                       (SELECT string_agg(format('ALTER COLUMN %I SET NOT NULL', k.name), ', ') FROM unnest(key) k (name)));
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_fit_table(regclass, regclass, text[]) IS 'Gives a table that is not registered the columns a TVIEW over the view has, and its primary key. Columns that stay keep their values and indexes. Raises 2BP01 or 0A000 when something depends on a column that goes or changes its type, and 42501 for anyone but the owner, superusers included, where that may run code of the owner''s.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_fit_table(regclass, regclass, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_fit_table(regclass, regclass, text[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_suspend(tview regclass)
RETURNS @extschema@.pg_tview_meta
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    meta @extschema@.pg_tview_meta;
BEGIN
    SELECT m.* INTO STRICT meta FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview;
    -- Waits for writers before it holds anything they want at their commit.
    PERFORM @extschema@._pg_tviews_capture_all(@extschema@._pg_tviews_watched(meta.relations, meta.unwatched), meta.unwatched, false, true);
    PERFORM @extschema@._pg_tviews_lock(tview);
    PERFORM @extschema@._pg_tviews_forget(tview);
    RETURN meta;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_suspend(regclass) IS 'Waits for the writers of the sources, locks a TVIEW against flushes and forgets its metadata, which it returns; for functions that register it again.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_suspend(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_suspend(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_resume(tview regclass, view regclass, key text[], options jsonb, settings jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM @extschema@._pg_tviews_fit_table(tview, view, key);
    PERFORM @extschema@._pg_tviews_register(tview, view, key, options, settings);
    PERFORM @extschema@._pg_tviews_flush_whole(tview);
    EXECUTE format('ANALYZE %s', tview);
    PERFORM @extschema@._pg_tviews_report(tview);
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_resume(regclass, regclass, text[], jsonb, jsonb) IS 'Makes a TVIEW of an existing table and view: fits the columns, registers it and writes the rows that differ.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_resume(regclass, regclass, text[], jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_resume(regclass, regclass, text[], jsonb, jsonb) TO PUBLIC;

------------------------------------------------------------------------------------------------------------
-- The view
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_adorn_view(former regclass, view regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    command text;
BEGIN
    FOR command IN
        SELECT c.command
          FROM (
            SELECT 1, format('ALTER VIEW %s OWNER TO %I', view, r.rolname)
              FROM pg_class f JOIN pg_roles r ON r.oid = f.relowner JOIN pg_class v ON v.oid = view AND v.relowner <> f.relowner
             WHERE f.oid = former
            UNION ALL
            SELECT 2, format('ALTER VIEW %s SET (%s)', view, array_to_string(f.reloptions, ', '))
              FROM pg_class f WHERE f.oid = former AND f.reloptions IS NOT NULL
            UNION ALL
            -- What default privileges gave is not what the former view had.
            SELECT DISTINCT 3, format('REVOKE ALL ON %s FROM %s', view, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END)
              FROM pg_class v CROSS JOIN LATERAL aclexplode(v.relacl) g WHERE v.oid = view
            UNION ALL
            SELECT 4, format('GRANT %s ON %s TO %s%s', g.privilege_type, view,
                             CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
                             CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
              FROM pg_class f CROSS JOIN LATERAL aclexplode(coalesce(f.relacl, acldefault('r', f.relowner))) g WHERE f.oid = former
            UNION ALL
            SELECT 4, format('GRANT %s (%I) ON %s TO %s%s', g.privilege_type, a.attname, view,
                             CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
                             CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
              FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) g
             WHERE a.attrelid = former AND NOT a.attisdropped
               AND EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = view AND b.attname = a.attname AND b.attnum > 0)
            UNION ALL
            SELECT 5, CASE d.objsubid WHEN 0 THEN format('COMMENT ON VIEW %s IS %L', view, d.description)
                                      ELSE format('COMMENT ON COLUMN %s.%I IS %L', view, a.attname, d.description) END
              FROM pg_description d
              LEFT JOIN pg_attribute a ON a.attrelid = former AND a.attnum = d.objsubid
             WHERE d.classoid = 'pg_class'::regclass AND d.objoid = former
               AND (d.objsubid = 0 OR EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = view AND b.attname = a.attname AND b.attnum > 0))
          ) c (step, command)
         ORDER BY c.step
    LOOP
        EXECUTE command;
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_adorn_view(regclass, regclass) IS 'Gives a view the owner, options, privileges and comments of another.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_adorn_view(regclass, regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_adorn_view(regclass, regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_exchange_view(former regclass, scratch regclass)
RETURNS regclass
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    old_columns CONSTANT text[] := @extschema@._pg_tviews_columns(former);
    new_columns CONSTANT text[] := @extschema@._pg_tviews_columns(scratch);
    name        CONSTANT name := (SELECT c.relname FROM pg_class c WHERE c.oid = former);
    definition  CONSTANT text := @extschema@._pg_tviews_query_of(scratch);
    options     CONSTANT text := (SELECT 'WITH (' || array_to_string(c.reloptions, ', ') || ')' FROM pg_class c WHERE c.oid = former);
    message     text;
    detail      text;
BEGIN
    -- The server can replace a view that keeps its columns and gets new ones after them.
    IF new_columns[1:cardinality(old_columns)] = old_columns THEN
        EXECUTE format('DROP VIEW %s', scratch);
        EXECUTE format('CREATE OR REPLACE VIEW %s %s AS %s', former, options, definition);
        RETURN former;
    END IF;

    PERFORM @extschema@._pg_tviews_adorn_view(former, scratch);
    BEGIN
        EXECUTE format('DROP VIEW %s', former);
    EXCEPTION WHEN dependent_objects_still_exist THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
        RAISE EXCEPTION USING ERRCODE = 'dependent_objects_still_exist', MESSAGE = message, DETAIL = detail,
            HINT = 'A view that others read can only get more columns at its end. Let them read the table of the TVIEW instead, or drop them first.';
    END;
    EXECUTE format('ALTER VIEW %s RENAME TO %I', scratch, name);
    RETURN scratch;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_exchange_view(regclass, regclass) IS 'Gives a view the query of another, which goes: in place where the columns allow it, else by putting the other in its place with owner, options, privileges and comments. Returns the view that is there afterwards. Raises 2BP01 when other views read one that cannot be changed in place.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_exchange_view(regclass, regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_exchange_view(regclass, regclass) TO PUBLIC;

------------------------------------------------------------------------------------------------------------
-- pg_tviews_replace()
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_replace_begin(entity text, options jsonb, path name[], OUT tview regclass, OUT scratch text, OUT settled jsonb)
RETURNS record
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    tview := @extschema@._pg_tviews_require(entity, path);
    PERFORM @extschema@._pg_tviews_require_owner(tview);
    PERFORM @extschema@._pg_tviews_require_filled(tview);
    settled := @extschema@._pg_tviews_settle_options(options, path);
    SELECT format('%I.%I', n.nspname, ('_pg_tviews_' || v.relname)::name) INTO STRICT scratch
      FROM @extschema@.pg_tview_meta m
      JOIN pg_class v ON v.oid = m.view_oid
      JOIN pg_namespace n ON n.oid = v.relnamespace
     WHERE m.table_oid = tview;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_replace_begin(text, jsonb, name[]) IS 'Finds the TVIEW and checks options for pg_tviews_replace(); returns the table, a name for the view that is to hold the new definition for a while, and the options with qualified names.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_replace_begin(text, jsonb, name[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_replace_begin(text, jsonb, name[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_replace_finish(tview regclass, scratch regclass, changed jsonb)
RETURNS regclass
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    options jsonb;
    key     text[];
    meta    @extschema@.pg_tview_meta;
    view    regclass;
BEGIN
    PERFORM @extschema@._pg_tviews_require_owner(tview);
    SELECT m.* INTO STRICT meta FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview;
    options := @extschema@._pg_tviews_options(tview) || changed;
    key := @extschema@._pg_tviews_key(meta.entity, options);

    IF NOT (key <@ meta.key_columns AND key @> meta.key_columns) THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('cannot change the key of TVIEW %s in place', tview),
            DETAIL = format('The key is (%s).', array_to_string(meta.key_columns, ', ')),
            HINT = 'Drop the TVIEW with pg_tviews_drop() and create it with the new key.';
    ELSIF meta.view_oid = ANY (@extschema@._pg_tviews_reachable(ARRAY[scratch])) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_recursion',
            MESSAGE = format('TVIEW %s would depend on itself', tview),
            DETAIL = format('The definition reads %s.', meta.view_oid);
    END IF;

    -- Refusals come before anything is changed.
    PERFORM @extschema@._pg_tviews_plan(@extschema@._pg_tviews_snapshot(coalesce(scratch, meta.view_oid), meta.schema, 'tv_' || meta.entity, key, options));

    meta := @extschema@._pg_tviews_suspend(tview);
    view := CASE WHEN scratch IS NULL THEN meta.view_oid ELSE @extschema@._pg_tviews_exchange_view(meta.view_oid, scratch) END;
    IF changed ? 'fillfactor' THEN
        EXECUTE format('ALTER TABLE %s SET (fillfactor = %s)', tview, (changed ->> 'fillfactor')::numeric::integer);
    END IF;
    PERFORM @extschema@._pg_tviews_resume(tview, view, meta.key_columns, options, meta.settings);
    RETURN tview;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_replace_finish(regclass, regclass, jsonb) IS 'Gives a TVIEW the definition of another view, which goes (null: keeps its own), and other options. Returns the table.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_replace_finish(regclass, regclass, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_replace_finish(regclass, regclass, jsonb) TO PUBLIC;

-- No search_path of its own: the definition means what it means to the caller.
CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_replace(entity text, definition text, options jsonb DEFAULT '{}')
RETURNS regclass
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    target record;
BEGIN
    SELECT b.* INTO target FROM @extschema@._pg_tviews_replace_begin(entity, options, pg_catalog.current_schemas(true)) b;

    IF definition IS NOT NULL THEN
        PERFORM @extschema@._pg_tviews_check_select(definition);
        -- The line feed ends a comment the definition may end with.
        EXECUTE pg_catalog.format(E'CREATE VIEW %s AS %s\n', target.scratch, definition);
    END IF;

    RETURN @extschema@._pg_tviews_replace_finish(target.tview, CASE WHEN definition IS NOT NULL THEN target.scratch::pg_catalog.regclass END, target.settled);
END
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_replace(text, text, jsonb) IS 'Gives a TVIEW a new definition in place (null: keeps it) and writes the rows that differ. The table keeps its grants, indexes, triggers and comments, and what reads it, as far as its columns stay; columns come and go with the definition. Options given replace those of the same name. Writers of the sources wait until the end of the transaction; readers of the table do so only when its columns change. Returns the table. Raises 42704 for an unknown TVIEW, 42501 without the rights it needs, 0A000 for what cannot be maintained and for another key, 2BP01 when something depends on a column that goes, and otherwise what pg_tviews_create() does.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_replace(text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_replace(text, text, jsonb) TO PUBLIC;

------------------------------------------------------------------------------------------------------------
-- pg_tviews_recreate()
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_recreate_one(tview regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    has_table CONSTANT boolean := EXISTS (SELECT FROM pg_class c WHERE c.oid = tview);
    has_view  boolean;
    meta      @extschema@.pg_tview_meta;
    view      regclass;
    view_name text;
BEGIN
    PERFORM @extschema@._pg_tviews_require_owner(tview);
    PERFORM @extschema@._pg_tviews_require_filled(tview);
    SELECT m.* INTO STRICT meta FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview;
    has_view := EXISTS (SELECT FROM pg_class c WHERE c.oid = meta.view_oid);
    view_name := format('%I.%I', meta.schema, 'v_' || meta.entity);

    -- The row says what is to be created; only its author may be trusted to have written it.
    IF NOT (has_table AND has_view) AND current_user IS DISTINCT FROM
       (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid IN (tview, meta.view_oid)) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('%s of TVIEW %I.%I does not exist', CASE WHEN has_table THEN 'view' WHEN has_view THEN 'table' ELSE 'table and view' END,
                             meta.schema, meta.entity),
            DETAIL = 'Only the owner of what is left of it may create it anew from its metadata.',
            HINT = CASE WHEN has_table OR has_view THEN 'SET ROLE to the owner first.'
                        ELSE 'Delete its row from pg_tview_meta; column definition tells what it was.'
                   END;
    END IF;

    IF has_table AND has_view THEN
        meta := @extschema@._pg_tviews_suspend(tview);
    ELSE
        PERFORM @extschema@._pg_tviews_forget(tview);
    END IF;

    view := meta.view_oid;
    IF NOT has_view THEN
        PERFORM @extschema@._pg_tviews_check_select(meta.definition);
        EXECUTE format('CREATE VIEW %s AS %s', view_name, meta.definition);
        view := view_name::regclass;
    END IF;
    IF has_table THEN
        PERFORM @extschema@._pg_tviews_resume(tview, view, meta.key_columns, meta.options, meta.settings);
    ELSE
        PERFORM @extschema@._pg_tviews_create_finish(meta.schema, meta.entity, meta.options, meta.settings);
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_recreate_one(regclass) IS 'Does the work of pg_tviews_recreate() for one TVIEW, of which table or view may be missing.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_recreate_one(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_recreate_one(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_recreate(entity text, path name[])
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tviews regclass[];
    tview  regclass;
BEGIN
    IF entity IS NOT NULL THEN
        tviews := ARRAY[@extschema@._pg_tviews_require(entity, path)];
    ELSE
        SELECT array_agg(m.table_oid ORDER BY m.depth, m.table_oid) INTO tviews
          FROM @extschema@.pg_tview_meta m
          LEFT JOIN pg_class c ON c.oid = m.table_oid
         -- What is being filled is not there yet.
         WHERE m.filled AND (c.oid IS NULL OR pg_has_role(current_user, c.relowner, 'USAGE'));
    END IF;

    FOREACH tview IN ARRAY coalesce(tviews, '{}') LOOP
        PERFORM @extschema@._pg_tviews_recreate_one(tview);
    END LOOP;
    RETURN coalesce(cardinality(tviews), 0);
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_recreate(text, name[]) IS 'Does the work of pg_tviews_recreate() for a caller with the given path.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_recreate(text, name[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_recreate(text, name[]) TO PUBLIC;

-- No search_path of its own: it passes the caller's on.
CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_recreate(entity text DEFAULT NULL)
RETURNS integer
LANGUAGE sql VOLATILE
AS $$
    SELECT @extschema@._pg_tviews_recreate($1, pg_catalog.current_schemas(true))
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_recreate(text) IS 'Builds a TVIEW, or all TVIEWs of the caller in dependency order, anew from the definition: metadata, plan, capture, guard, columns, key and every row that is wrong; a missing view or table is created. Grants, the users'' own indexes, triggers, comments, storage options and what reads the table stay. Returns how many. Raises 42704 for an unknown TVIEW, 42501 unless the caller owns it, and what pg_tviews_create() does.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_recreate(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_recreate(text) TO PUBLIC;

------------------------------------------------------------------------------------------------------------
-- pg_tviews_convert_table()
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_convert(relation regclass, entity text, definition text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found     record;
    wanted    record;
    view_name text;
    view      regclass;
    options   jsonb := '{}';
    surplus   text;
BEGIN
    IF EXISTS (SELECT FROM @extschema@.pg_tview_meta m WHERE m.table_oid = relation) THEN
        RETURN false;
    END IF;

    SELECT c.relname::text AS name, n.nspname AS schema, c.relkind, pg_has_role(current_user, c.relowner, 'USAGE') AS owned INTO STRICT found
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.oid = relation;
    IF found.relkind <> 'r' THEN
        RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('%s is not a table', relation);
    ELSIF NOT found.owned THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('must be owner of table %s', relation);
    ELSIF entity IS NULL AND NOT starts_with(found.name, 'tv_') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_name',
            MESSAGE = format('the name of table %s does not begin with tv_', relation),
            HINT = 'Name the entity in the second argument; the table is then renamed.';
    END IF;
    PERFORM @extschema@._pg_tviews_require_watchable(relation);

    wanted := @extschema@._pg_tviews_entity(coalesce(entity, quote_ident(found.name)));
    IF wanted.schema_name <> found.schema THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_name',
            MESSAGE = format('table %s is not in schema "%s"', relation, wanted.schema_name),
            HINT = 'A TVIEW has the schema of its table.';
    ELSIF found.name <> 'tv_' || wanted.entity_name THEN
        EXECUTE format('ALTER TABLE %s RENAME TO %I', relation, 'tv_' || wanted.entity_name);
    END IF;

    view_name := format('%I.%I', found.schema, 'v_' || wanted.entity_name);
    view := to_regclass(view_name);
    IF definition IS NOT NULL THEN
        EXECUTE format('CREATE VIEW %s (%s) AS %s', view_name,
                       (SELECT string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum)
                          FROM pg_attribute a WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped),
                       definition);
        view := view_name::regclass;
    ELSIF view IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_table',
            MESSAGE = format('view %s does not exist', view_name),
            DETAIL = 'A table does not know the query it was made from.',
            HINT = 'Create the view with that query first.';
    ELSIF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = view AND c.relkind = 'v') THEN
        RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('%s is not a view', view);
    ELSIF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = view AND pg_has_role(current_user, c.relowner, 'USAGE')) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('must be owner of view %s', view);
    END IF;

    -- Nothing of the user's is thrown away.
    SELECT string_agg(d.declaration, ', ') INTO surplus
      FROM unnest(@extschema@._pg_tviews_columns(relation)) d (declaration)
     WHERE d.declaration <> ALL (@extschema@._pg_tviews_expected_columns(view));
    IF surplus IS NOT NULL OR NOT @extschema@._pg_tviews_columns(view) <@ @extschema@._pg_tviews_columns(relation) THEN
        RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
            MESSAGE = format('columns of %s and %s differ', relation, view),
            DETAIL = format('The table has (%s), the view gives (%s).',
                            array_to_string(@extschema@._pg_tviews_columns(relation), ', '),
                            array_to_string(@extschema@._pg_tviews_columns(view), ', '));
    END IF;

    -- Without a column pk_<entity>, the table's own primary key.
    IF NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = view AND a.attname::text = 'pk_' || wanted.entity_name) THEN
        SELECT jsonb_build_object('key', jsonb_agg(a.attname ORDER BY array_position(i.indkey::smallint[], a.attnum))) INTO options
          FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
         WHERE i.indrelid = relation AND i.indisprimary
         GROUP BY i.indexrelid;
        options := coalesce(options, '{}');
    END IF;
    PERFORM @extschema@._pg_tviews_plan(@extschema@._pg_tviews_snapshot(
        view, found.schema, 'tv_' || wanted.entity_name, @extschema@._pg_tviews_key(wanted.entity_name, options), options));

    PERFORM @extschema@._pg_tviews_resume(relation, view, @extschema@._pg_tviews_key(wanted.entity_name, options), options, @extschema@._pg_tviews_settings());
    RETURN true;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_convert(regclass, text, text) IS 'Makes a TVIEW of a table, with the view v_<entity> or, given a definition, a new one with the table''s column names. Returns false when it is one already.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_convert(regclass, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_convert(regclass, text, text) TO PUBLIC;

-- No search_path of its own: it passes the caller's on.
CREATE OR REPLACE FUNCTION @extschema@.pg_tviews_convert_table(table_name text, entity_name text DEFAULT NULL)
RETURNS boolean
LANGUAGE sql VOLATILE
AS $$
    SELECT @extschema@._pg_tviews_convert(@extschema@._pg_tviews_relation($1, pg_catalog.current_schemas(true)), $2, NULL)
$$;

COMMENT ON FUNCTION @extschema@.pg_tviews_convert_table(text, text) IS 'Makes a TVIEW of an existing table: by name tv_<entity>, else it is renamed to that. View v_<entity> must exist and have the same columns; updated_at is added unless both have it. The key is pk_<entity>, or the table''s primary key. Indexes, grants and triggers stay; rows that differ from the view are written. Returns false when the table is a TVIEW already. Raises 42P01 when table or view do not exist, 42804 when their columns differ, 42501 unless the caller owns both, and what pg_tviews_create() does.';
REVOKE ALL ON FUNCTION @extschema@.pg_tviews_convert_table(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@.pg_tviews_convert_table(text, text) TO PUBLIC;

------------------------------------------------------------------------------------------------------------
-- CREATE TABLE AS
------------------------------------------------------------------------------------------------------------

-- To be called while an event trigger for ddl_command_end runs. Not SECURITY DEFINER: the view is the caller's.
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_intercept(definition text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    created record;
    message text;
    detail  text;
    hint    text;
BEGIN
    SELECT d.objid::regclass AS relation, format('%I.%I', n.nspname, 'v_' || substr(c.relname::text, 4)) AS view_name INTO created
      FROM pg_event_trigger_ddl_commands() d
      JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid AND c.relkind = 'r'
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT d.in_extension
     LIMIT 1;
    -- IF NOT EXISTS: it did.
    IF NOT FOUND THEN
        RETURN;
    END IF;

    BEGIN
        IF definition = '' THEN
            RAISE EXCEPTION USING ERRCODE = 'feature_not_supported', MESSAGE = 'the table is not filled by a SELECT';
        ELSIF to_regclass(created.view_name) IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'duplicate_table',
                MESSAGE = format('relation %s already exists', created.view_name),
                HINT = format('If it holds the query, call pg_tviews_convert_table(%L).', created.relation);
        END IF;
        PERFORM @extschema@._pg_tviews_convert(created.relation, NULL, definition);
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        RAISE NOTICE USING
            MESSAGE = format('%s is an ordinary table, not a TVIEW: %s', created.relation, message),
            DETAIL = coalesce(nullif(detail, ''), 'Tables whose name begins with tv_ become TVIEWs when created from a query.'),
            HINT = coalesce(nullif(hint, ''), 'Set pg_tviews.intercept_ctas to off for tables that are to be ordinary ones.');
    END;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_intercept(text) IS 'Makes a TVIEW of the table that a CREATE TABLE AS has just created from this query (empty: not from a query); when that cannot be, says why in a NOTICE.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_intercept(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_intercept(text) TO PUBLIC;
