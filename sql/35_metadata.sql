-- The rows of pg_tview_meta and pg_tview_helpers: who may write them, how they are derived.

------------------------------------------------------------------------------------------------------------
-- Guard
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_meta_guard()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tv     record;
    row_id regclass;
    denied regclass;
BEGIN
    PERFORM @extschema@._pg_tviews_note_metadata();

    -- Data restored over a schema that has registered its TVIEWs itself: those rows know the relations as they are.
    IF TG_OP = 'INSERT' THEN
        -- Jobs of a parallel restore add the same rows in two ways, as data and by creating triggers, and see nothing of each other until they commit.
        PERFORM @extschema@._pg_tviews_lock_metadata(TG_RELID, NEW.table_oid, true);
        IF TG_TABLE_NAME = 'pg_tview_meta' THEN
            IF EXISTS (SELECT FROM @extschema@.pg_tview_meta m WHERE m.table_oid = NEW.table_oid) THEN
                RETURN NULL;
            END IF;
        ELSIF EXISTS (SELECT FROM @extschema@.pg_tview_helpers h WHERE h.table_oid = NEW.table_oid AND h.occurrence = NEW.occurrence) THEN
            RETURN NULL;
        END IF;
    END IF;

    FOREACH row_id IN ARRAY CASE TG_OP
                                WHEN 'INSERT' THEN ARRAY[NEW.table_oid]
                                WHEN 'DELETE' THEN ARRAY[OLD.table_oid]
                                ELSE ARRAY[OLD.table_oid, NEW.table_oid]
                            END
    LOOP
        SELECT c.relowner, c.relname, n.nspname INTO tv
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.oid = row_id;

        IF NOT FOUND THEN
            CONTINUE WHEN TG_OP = 'DELETE';
            RAISE EXCEPTION USING ERRCODE = 'undefined_table',
                MESSAGE = format('relation with OID %s does not exist', row_id::oid);
        ELSIF NOT pg_has_role(current_user, tv.relowner, 'USAGE') THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('must be owner of TVIEW %s', row_id);
        END IF;
    END LOOP;

    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;

    -- Names follow the table.
    NEW.entity := CASE WHEN starts_with(tv.relname::text, 'tv_') THEN substr(tv.relname::text, 4) ELSE NEW.entity END;

    IF TG_TABLE_NAME = 'pg_tview_meta' THEN
        NEW.schema := tv.nspname;

        IF NOT EXISTS (SELECT FROM pg_class v
                        WHERE v.oid = NEW.view_oid AND pg_has_role(current_user, v.relowner, 'USAGE')) THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('must be owner of view %s', NEW.view_oid);
        END IF;

        -- The halves of a TVIEW go together, so they are one role's.
        IF (TG_OP = 'INSERT' OR (OLD.table_oid, OLD.view_oid) IS DISTINCT FROM (NEW.table_oid, NEW.view_oid))
           AND EXISTS (SELECT FROM pg_class v WHERE v.oid = NEW.view_oid AND v.relowner <> tv.relowner) THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('%s and %s have different owners', NEW.table_oid, NEW.view_oid);
        END IF;

        -- Nobody else's tables: what is in the family counts as needed by the TVIEW.
        IF (TG_OP = 'INSERT' OR NEW.family <> OLD.family)
           AND NOT NEW.family <@ @extschema@._pg_tviews_family(@extschema@._pg_tviews_watched(NEW.relations, NEW.unwatched), NEW.unwatched) THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('family of TVIEW %s names tables that are neither parts nor parents of its sources', NEW.table_oid);
        END IF;

        -- Watching a table shows its rows, as a trigger on it does.
        SELECT s.oid INTO denied
          FROM unnest(@extschema@._pg_tviews_watched(NEW.relations, NEW.unwatched)) s (oid)
         WHERE NOT has_table_privilege(s.oid, 'TRIGGER')
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('permission denied to create triggers on table %s', denied);
        END IF;
    END IF;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_meta_guard() IS 'Lets only the owner of a TVIEW, who may create triggers on its sources, write its metadata, and keeps schema and entity in step with the table. Rows of a table that is gone may be deleted by anyone; a second row for a TVIEW is left out.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_meta_guard() FROM PUBLIC;

CREATE OR REPLACE TRIGGER pg_tviews_meta_guard
    BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.pg_tview_meta
    FOR EACH ROW EXECUTE FUNCTION @extschema@._pg_tviews_meta_guard();

COMMENT ON TRIGGER pg_tviews_meta_guard ON @extschema@.pg_tview_meta IS 'Only the owner of a TVIEW writes its row.';

CREATE OR REPLACE TRIGGER pg_tviews_meta_guard
    BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.pg_tview_helpers
    FOR EACH ROW EXECUTE FUNCTION @extschema@._pg_tviews_meta_guard();

COMMENT ON TRIGGER pg_tviews_meta_guard ON @extschema@.pg_tview_helpers IS 'Only the owner of a TVIEW writes its rows.';

------------------------------------------------------------------------------------------------------------
-- Plans
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_plan(snapshot jsonb)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    plan    jsonb := @extschema@._pg_tviews_analyze(snapshot);
    refusal jsonb := plan #> '{refusals,0}';
    target  jsonb := snapshot -> 'target';
    missed  record;
BEGIN
    IF refusal IS NOT NULL THEN
        PERFORM @extschema@._pg_tviews_raise(refusal ->> 'code', refusal ->> 'message', refusal ->> 'detail', refusal ->> 'hint');
    END IF;

    SELECT k.name INTO missed
      FROM jsonb_array_elements_text(target -> 'key') k (name)
     WHERE NOT EXISTS (
               SELECT FROM jsonb_array_elements(snapshot -> 'relations') r, jsonb_array_elements(r -> 'columns') c
                WHERE r -> 'oid' = target -> 'view' AND c ->> 'name' = k.name)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_column',
            MESSAGE = format('view has no key column "%s"', missed.name),
            HINT = 'Give the view this column, or name its key columns in the option "key".';
    END IF;

    -- What the server says the view reads is either watched, can be, or was declared unwatched.
    FOR missed IN
        SELECT (r ->> 'oid')::oid::regclass AS relation, r ->> 'kind' AS kind,
               plan -> 'idle' @> (r -> 'oid')
               OR EXISTS (SELECT FROM jsonb_array_elements(plan -> 'occurrences') o WHERE o -> 'source' = r -> 'oid') AS occurs
          FROM jsonb_array_elements(snapshot -> 'relations') r
         WHERE r ->> 'kind' <> 'v'
           AND NOT (target -> 'unwatched' @> (r -> 'oid'))
         ORDER BY 1
    LOOP
        IF missed.kind NOT IN ('r', 'p') THEN
            RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
                MESSAGE = format('cannot watch %s', missed.relation),
                DETAIL = 'Changes can be captured on ordinary and partitioned tables only.',
                HINT = 'List it in the option "unwatched"; the TVIEW is then brought up to date by pg_tviews_refresh().';
        ELSIF NOT missed.occurs THEN
            RAISE EXCEPTION USING ERRCODE = 'internal_error',
                MESSAGE = format('analysis of view %s missed its source %s', (target ->> 'view')::oid::regclass, missed.relation);
        END IF;
    END LOOP;

    RETURN plan;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_plan(jsonb) IS 'Analyses a catalog snapshot and returns the plan. Raises the first refusal, and XX000 when the server knows of a source that the plan does not watch.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_plan(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_plan(jsonb) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_prepares(statement text, parameter_types text[])
RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name CONSTANT text := '_pg_tviews_' || md5(random()::text || clock_timestamp()::text);
BEGIN
    EXECUTE format('PREPARE %I%s AS %s', name, '(' || nullif(array_to_string(parameter_types, ', '), '') || ')', statement);
    EXECUTE format('DEALLOCATE %I', name);
    RETURN NULL;
EXCEPTION
    -- Others are in the way, or memory is short.
    WHEN transaction_rollback OR insufficient_resources OR object_not_in_prerequisite_state THEN
        RAISE;
    WHEN OTHERS THEN
        RETURN SQLERRM;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_prepares(text, text[]) IS 'Prepares a generated statement, without running it, and returns the error message; null when there is none. Raises what is not the statement''s fault, such as 40P01.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_prepares(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_prepares(text, text[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_check_plan(plan jsonb, snapshot jsonb)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    occurrence jsonb;
    statement  record;
    types      text[];
    failure    text;
    reasons    jsonb := '{}';  -- id of an occurrence -> why its climb cannot be used
    rewritten  jsonb;
BEGIN
    FOR statement IN
        SELECT s.key AS name, s.value AS sql
          FROM jsonb_each_text(plan -> 'statements') s
         WHERE s.key IN ('fetch', 'fetch_some', 'recompute', 'whole', 'null_key') AND s.value <> ''
    LOOP
        SELECT array_agg((k ->> 'type_name') || CASE WHEN statement.name IN ('fetch_some', 'recompute') THEN '[]' ELSE '' END ORDER BY n) INTO types
          FROM jsonb_array_elements(plan -> 'key') WITH ORDINALITY k (k, n)
         WHERE statement.name IN ('fetch', 'fetch_some', 'recompute');
        failure := @extschema@._pg_tviews_prepares(statement.sql, types);
        IF failure IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'internal_error',
                MESSAGE = format('could not prepare the generated statement "%s"', statement.name),
                DETAIL = failure || E'\n' || statement.sql;
        END IF;
    END LOOP;

    FOR occurrence IN
        SELECT o FROM jsonb_array_elements(plan -> 'occurrences') o WHERE o #>> '{strategy,lookup}' IS NOT NULL
    LOOP
        SELECT array_agg((c ->> 'type_name') || '[]' ORDER BY f.position) INTO types
          FROM jsonb_array_elements(coalesce(occurrence #> '{strategy,from}', occurrence #> '{strategy,columns}')) WITH ORDINALITY f (num, position)
          JOIN jsonb_array_elements(snapshot -> 'relations') r ON r -> 'oid' = occurrence -> 'source'
          JOIN jsonb_array_elements(r -> 'columns') c ON c -> 'num' = f.num;
        failure := @extschema@._pg_tviews_prepares(occurrence #>> '{strategy,lookup}', types);
        IF failure IS NOT NULL THEN
            reasons := reasons || jsonb_build_object(occurrence ->> 'id', 'its lookup does not prepare: ' || failure);
        END IF;
    END LOOP;

    -- A patch, and a look at a value, are other ways to do what can be done without.
    SELECT jsonb_agg(CASE WHEN o ? 'patch' AND @extschema@._pg_tviews_prepares(o #>> '{patch,fetch}', t.list) IS NOT NULL
                          THEN o - 'patch'
                          WHEN o ? 'value' AND @extschema@._pg_tviews_prepares(o ->> 'value', NULL) IS NOT NULL
                          THEN o - 'value' || jsonb_build_object('reason', replace(o ->> 'reason', '; the whole is compared only when the value of this subquery changes', ''))
                          ELSE o
                     END ORDER BY n) INTO rewritten
      FROM jsonb_array_elements(plan -> 'occurrences') WITH ORDINALITY o (o, n)
     CROSS JOIN (SELECT array_agg((k ->> 'type_name') || '[]' ORDER BY n) AS list
                   FROM jsonb_array_elements(plan -> 'key') WITH ORDINALITY k (k, n)) t;
    plan := plan || jsonb_build_object('occurrences', coalesce(rewritten, '[]'));

    IF reasons = '{}' THEN
        RETURN plan;
    END IF;

    -- What climbs over a failed occurrence fails with it.
    LOOP
        SELECT reasons || jsonb_object_agg(o ->> 'id', format('it climbs over occurrence %s, whose lookup does not prepare', o #>> '{strategy,to}'))
          INTO rewritten
          FROM jsonb_array_elements(plan -> 'occurrences') o
         WHERE o #>> '{strategy,kind}' = 'link'
           AND NOT reasons ? (o ->> 'id') AND reasons ? (o #>> '{strategy,to}');
        EXIT WHEN rewritten IS NULL;
        reasons := rewritten;
    END LOOP;

    SELECT jsonb_agg(CASE WHEN reasons ? (o ->> 'id')
                          THEN o - '{patch,counters,restrictions}'::text[] || jsonb_build_object('strategy', jsonb_build_object('kind', 'full'),
                                                       'reason', reasons -> (o ->> 'id'), 'links', '', 'missing_index', NULL)
                          ELSE o
                     END ORDER BY n) INTO rewritten
      FROM jsonb_array_elements(plan -> 'occurrences') WITH ORDINALITY o (o, n);

    RETURN plan || jsonb_build_object(
        'occurrences', rewritten,
        'notes', coalesce(plan -> 'notes', '[]') || (
            SELECT jsonb_agg(format('every change of %s (%s) compares the whole TVIEW: %s',
                                    (o ->> 'source')::oid::regclass, o ->> 'alias', reasons ->> (o ->> 'id')) ORDER BY n)
              FROM jsonb_array_elements(rewritten) WITH ORDINALITY o (o, n)
             WHERE reasons ? (o ->> 'id')));
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_check_plan(jsonb, jsonb) IS 'Prepares every generated statement of a plan and returns the plan, with strategy full where a lookup fails. Raises XX000 when a statement that writes the TVIEW fails.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_check_plan(jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_check_plan(jsonb, jsonb) TO PUBLIC;

------------------------------------------------------------------------------------------------------------
-- Dependency order
------------------------------------------------------------------------------------------------------------

-- SECURITY DEFINER: a TVIEW may gain or lose depth through one of another owner. Depths follow from the rows.
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_renumber()
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    total    CONSTANT bigint := (SELECT count(*) FROM @extschema@.pg_tview_meta);
    deepest  record;
    position record;
BEGIN
    FOR position IN
        WITH RECURSIVE edge (reader, source) AS MATERIALIZED (
            SELECT r.table_oid, s.table_oid
              FROM @extschema@.pg_tview_meta r
              JOIN @extschema@.pg_tview_meta s ON s.table_oid = ANY (r.relations)
        ),
        walk (tview, depth) AS (
            SELECT m.table_oid, 0 FROM @extschema@.pg_tview_meta m
            UNION
            SELECT e.reader, w.depth + 1 FROM walk w JOIN edge e ON e.source = w.tview WHERE w.depth < total
        )
        SELECT w.tview, max(w.depth) AS depth, m.depth AS recorded
          FROM walk w
          JOIN @extschema@.pg_tview_meta m ON m.table_oid = w.tview
         GROUP BY w.tview, m.depth
        HAVING max(w.depth) <> m.depth
         ORDER BY max(w.depth) DESC, w.tview
    LOOP
        -- A path as long as there are TVIEWs comes back to one of them.
        IF position.depth >= total THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_recursion',
                MESSAGE = format('TVIEW %s would depend on itself', position.tview),
                HINT = 'A TVIEW cannot read a table that is maintained from it. Read the view instead of the table.';
        END IF;
        UPDATE @extschema@.pg_tview_meta m SET depth = position.depth WHERE m.table_oid = position.tview;
        PERFORM @extschema@._pg_tviews_invalidate(position.tview);
    END LOOP;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_renumber() IS 'Brings the depth of every TVIEW up to date. Raises 42P19 when TVIEWs depend on one another in a cycle.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_renumber() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_renumber() TO PUBLIC;

------------------------------------------------------------------------------------------------------------
-- Registration
------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_columns(relation regclass)
RETURNS text[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(array_agg(
               format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
               || CASE WHEN a.attcollation <> t.typcollation THEN format(' COLLATE %I.%I', n.nspname, l.collname) ELSE '' END
               ORDER BY a.attnum), '{}')
      FROM pg_attribute a
      JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_collation l ON l.oid = a.attcollation
      LEFT JOIN pg_namespace n ON n.oid = l.collnamespace
     WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_columns(regclass) IS 'Returns the declarations of the relation''s columns, each with name, type and collation, in order.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_columns(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_columns(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_expected_columns(view regclass)
RETURNS text[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_columns($1)
           || CASE WHEN EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = $1 AND a.attname = 'updated_at' AND NOT a.attisdropped)
                   THEN '{}'::text[]
                   ELSE ARRAY[format('%I timestamp with time zone', 'updated_at')]
              END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_expected_columns(regclass) IS 'Returns the declarations of the columns a TVIEW''s table has: those of the view, and updated_at unless the view has a column of that name.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_expected_columns(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_expected_columns(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_columns_agree(tview regclass, view regclass)
RETURNS boolean
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT ARRAY(SELECT c.declaration FROM unnest(@extschema@._pg_tviews_columns($1)) c (declaration) ORDER BY 1)
         = ARRAY(SELECT c.declaration FROM unnest(@extschema@._pg_tviews_expected_columns($2)) c (declaration) ORDER BY 1)
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_columns_agree(regclass, regclass) IS 'Returns whether a table has the columns that a TVIEW over the view must have, in whatever order.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_columns_agree(regclass, regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_columns_agree(regclass, regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_key_is_unique(relation regclass, key text[])
RETURNS boolean
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM pg_index i
         WHERE i.indrelid = $1 AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
           AND ARRAY(SELECT a.attname::text
                       FROM unnest(i.indkey::smallint[]) WITH ORDINALITY c (attnum, position)
                       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = c.attnum
                      WHERE c.position <= i.indnkeyatts
                      ORDER BY 1)
               = ARRAY(SELECT k.name FROM unnest($2) k (name) ORDER BY 1))
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_key_is_unique(regclass, text[]) IS 'Returns whether a table has a unique index on exactly these columns that is checked at once.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_key_is_unique(regclass, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_key_is_unique(regclass, text[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_install_guard(tview regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    declaration record;
    arguments   bytea := '';
    argument    text;
BEGIN
    SELECT m.entity, to_jsonb(m.key_columns)::text AS key, m.options::text AS options, m.settings::text AS settings INTO STRICT declaration
      FROM @extschema@.pg_tview_meta m
     WHERE m.table_oid = tview;

    FOREACH argument IN ARRAY ARRAY[declaration.entity, declaration.key, declaration.options, declaration.settings] LOOP
        arguments := arguments || convert_to(argument, getdatabaseencoding()) || decode('00', 'hex');
    END LOOP;

    IF NOT EXISTS (SELECT FROM pg_trigger t
                    WHERE t.tgrelid = tview AND t.tgname = 'pg_tviews_guard' AND t.tgenabled IN ('O', 'A')
                      AND t.tgfoid = '@extschema@._pg_tviews_guard()'::regprocedure AND t.tgargs = arguments) THEN
        EXECUTE format('CREATE OR REPLACE TRIGGER pg_tviews_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s(%L, %L, %L, %L)',
                       tview, '@extschema@._pg_tviews_guard', declaration.entity, declaration.key, declaration.options, declaration.settings);
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_install_guard(regclass) IS 'Creates the trigger that guards a TVIEW''s table, or replaces it when it is disabled or its declaration is out of date.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_install_guard(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_install_guard(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_invalidate_all(relations regclass[])
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_invalidate(c.oid::regclass) FROM pg_class c WHERE c.oid = ANY ($1::oid[])
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_invalidate_all(regclass[]) IS 'Makes every session forget the plans it has loaded for those of the relations that exist.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_invalidate_all(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_invalidate_all(regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_require_deferral(tview regclass)
RETURNS void
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    deferred name := (SELECT t.tgname FROM pg_trigger t WHERE t.tgrelid = tview AND t.tgdeferrable ORDER BY t.oid LIMIT 1);
BEGIN
    IF deferred IS NOT NULL AND NOT @extschema@._pg_tviews_may_defer(tview) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('TVIEW %s cannot have deferrable constraints or triggers', tview),
            DETAIL = format('"%s" could run with the rights of those who write tables on which the owner of the TVIEW may not create triggers.', deferred),
            HINT = 'Make it NOT DEFERRABLE.';
    END IF;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_require_deferral(regclass) IS 'Raises 42501 when a TVIEW has deferrable constraints or triggers and _pg_tviews_may_defer() is false.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_require_deferral(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_require_deferral(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_derive(tview regclass, replace_triggers boolean,
    OUT plan jsonb, OUT columns_changed boolean, OUT joined regclass[], OUT left_behind regclass[])
RETURNS record
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    meta        @extschema@.pg_tview_meta;
    owner       oid;
    snapshot    jsonb;
    reads       regclass[];
    sources     regclass[];
    relatives   regclass[];
    denied      regclass;
    fresh_print text;
BEGIN
    SELECT m.* INTO STRICT meta FROM @extschema@.pg_tview_meta m WHERE m.table_oid = tview;
    SELECT c.relowner INTO STRICT owner FROM pg_class c WHERE c.oid = tview;

    IF NOT @extschema@._pg_tviews_columns_agree(tview, meta.view_oid) THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('columns of %s and %s would differ', tview, meta.view_oid),
            DETAIL = format('The table has (%s), the view gives (%s).',
                            array_to_string(@extschema@._pg_tviews_columns(tview), ', '),
                            array_to_string(@extschema@._pg_tviews_expected_columns(meta.view_oid), ', ')),
            HINT = 'Give the TVIEW its new definition with pg_tviews_replace().';
    END IF;

    IF EXISTS (SELECT FROM pg_class c WHERE c.oid = tview AND c.relpersistence = 'u') THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('TVIEW %s cannot be unlogged', tview),
            DETAIL = 'A crash would empty it unseen.';
    END IF;
    PERFORM @extschema@._pg_tviews_require_watchable(tview);
    IF EXISTS (SELECT FROM pg_inherits i WHERE tview IN (i.inhrelid, i.inhparent)) THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('TVIEW %s cannot be a partition, have children or be a child of a table', tview),
            DETAIL = 'Its rows would be written and read through other tables.';
    END IF;

    snapshot := @extschema@._pg_tviews_current_snapshot(tview);
    plan := @extschema@._pg_tviews_check_plan(@extschema@._pg_tviews_plan(snapshot), snapshot);
    reads := ARRAY(SELECT (r ->> 'oid')::oid::regclass FROM jsonb_array_elements(snapshot -> 'relations') r ORDER BY 1);
    sources := @extschema@._pg_tviews_watched(reads, meta.unwatched);

    -- Whoever runs this: the right to watch is the TVIEW owner's.
    SELECT s.oid INTO denied FROM unnest(sources) s (oid) WHERE NOT has_table_privilege(owner, s.oid, 'TRIGGER') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('permission denied to create triggers on table %s', denied),
            DETAIL = format('TVIEW %s reads the table, so its owner needs the TRIGGER privilege on it.', tview),
            HINT = format('GRANT TRIGGER ON %s TO %I.', denied, pg_get_userbyid(owner));
    END IF;

    -- Policies may read anything and change unseen.
    SELECT s.oid INTO denied
      FROM unnest(sources) s (oid)
      JOIN pg_class c ON c.oid = s.oid AND c.relrowsecurity
     WHERE EXISTS (SELECT FROM pg_class v JOIN pg_roles r ON r.oid = v.relowner
                    WHERE v.oid = ANY (reads) AND v.relkind = 'v' AND NOT r.rolsuper AND NOT r.rolbypassrls
                      AND (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE')))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('cannot watch %s under row-level security', denied),
            DETAIL = format('Policies of the table apply to the owner of TVIEW %s or of a view it reads; what they let through can change unseen.', tview),
            HINT = 'Let the owner of the table, or a role with BYPASSRLS, own the views.';
    END IF;

    -- Flushes write as the owner, whom forced policies would keep from rows.
    IF EXISTS (SELECT FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
                WHERE c.oid = tview AND c.relrowsecurity AND c.relforcerowsecurity AND NOT r.rolsuper AND NOT r.rolbypassrls) THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('cannot maintain TVIEW %s under forced row-level security', tview),
            DETAIL = 'Its owner writes all its rows, and policies would apply to him.',
            HINT = format('Policies apply to other roles without it: ALTER TABLE %s NO FORCE ROW LEVEL SECURITY.', tview);
    END IF;

    PERFORM @extschema@._pg_tviews_require_deferral(tview);
    relatives := @extschema@._pg_tviews_capture_all(sources, meta.unwatched, coalesce(meta.options ->> 'capture' = 'row', false), replace_triggers);
    joined := ARRAY(SELECT unnest(relatives) EXCEPT SELECT unnest(meta.family) EXCEPT SELECT unnest(meta.relations));
    left_behind := ARRAY(SELECT unnest(meta.family) EXCEPT SELECT unnest(relatives) EXCEPT SELECT unnest(sources));

    fresh_print := @extschema@._pg_tviews_fingerprint(reads);
    columns_changed := split_part(fresh_print, '.', 2) <> split_part(meta.fingerprint, '.', 2);

    -- Flushes by the old plan and flushes by the new one would lock different things.
    IF plan <> meta.plan AND meta.plan <> '{}' THEN
        PERFORM @extschema@._pg_tviews_lock(tview);
    END IF;

    PERFORM @extschema@._pg_tviews_lock_metadata('@extschema@.pg_tview_helpers', tview, true);
    UPDATE @extschema@.pg_tview_meta m
       SET options = @extschema@._pg_tviews_options(tview),
           definition = @extschema@._pg_tviews_query_of(meta.view_oid),
           relations = reads,
           family = relatives,
           fingerprint = fresh_print,
           plan = _pg_tviews_derive.plan
     WHERE m.table_oid = tview;
    PERFORM @extschema@._pg_tviews_settle_capture(sources || relatives);

    DELETE FROM @extschema@.pg_tview_helpers h WHERE h.table_oid = tview;
    INSERT INTO @extschema@.pg_tview_helpers
           (table_oid, entity, occurrence, source, alias, strategy, reason, links, lookup, columns, patched, missing_index)
    SELECT tview, meta.entity, (o ->> 'id')::integer, (o ->> 'source')::oid, o ->> 'alias', o #>> '{strategy,kind}',
           o ->> 'reason', coalesce(o ->> 'links', ''), o #>> '{strategy,lookup}',
           CASE jsonb_typeof(o -> 'columns')
               WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(o -> 'column_names'))
           END,
           CASE WHEN o ?| ARRAY['patch', 'counters']
                THEN ARRAY(SELECT jsonb_array_elements_text(coalesce(o #> '{patch,places}', o #> '{counters,places}'))) END,
           o ->> 'missing_index'
      FROM jsonb_array_elements(plan -> 'occurrences') o;

    PERFORM @extschema@._pg_tviews_install_guard(tview);
    PERFORM @extschema@._pg_tviews_renumber();
    PERFORM @extschema@._pg_tviews_prune_capture(meta.relations || meta.family);
    PERFORM @extschema@._pg_tviews_invalidate_all(tview || meta.relations || meta.family || reads || relatives);
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_derive(regclass, boolean) IS 'Derives the plan of a registered TVIEW from the catalogs as they are, installs capture where it is missing (or everywhere) and stores the result. Returns the plan, whether columns of its relations changed, and what joined and left the family of its sources. Raises what pg_tviews_create() would.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_derive(regclass, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_derive(regclass, boolean) TO PUBLIC;
