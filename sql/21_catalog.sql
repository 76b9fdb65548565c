-- What the analyser may know about the database, read from the system catalogs.

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_base_type(type oid)
RETURNS oid
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE chain (oid, base, level) AS (
        SELECT t.oid, t.typbasetype, 0 FROM pg_type t WHERE t.oid = $1
        UNION ALL
        SELECT t.oid, t.typbasetype, c.level + 1 FROM chain c JOIN pg_type t ON t.oid = c.base
    )
    SELECT c.oid FROM chain c ORDER BY c.level DESC LIMIT 1
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_base_type(oid) IS 'Returns the type a domain, at any depth, is made from; any other type itself.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_base_type(oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_base_type(oid) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_comparison(type oid, strategy integer)
RETURNS text
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    base     pg_type;
    is_array boolean;
    operator text;
BEGIN
    SELECT t.* INTO base FROM pg_type t WHERE t.oid = @extschema@._pg_tviews_base_type(type);

    -- The operator of a container exists for any contents and fails when these have none.
    is_array := base.typelem <> 0 AND base.typsubscript = 'array_subscript_handler'::regproc;
    IF is_array AND @extschema@._pg_tviews_comparison(base.typelem, strategy) IS NULL THEN
        RETURN NULL;
    ELSIF base.typtype = 'c' AND EXISTS (
        SELECT FROM pg_attribute a
         WHERE a.attrelid = base.typrelid AND a.attnum > 0 AND NOT a.attisdropped
           AND @extschema@._pg_tviews_comparison(a.atttypid, strategy) IS NULL) THEN
        RETURN NULL;
    END IF;

    -- The server's rule for the default operator class: the type's own, else one of a preferred type that it
    -- needs no conversion to, else the only one it needs no conversion to.
    SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname) INTO operator
      FROM (
            SELECT k.opcfamily, k.opcintype,
                   CASE WHEN k.opcintype = base.oid THEN 0 WHEN i.typispreferred THEN 1 ELSE 2 END AS preference
              FROM pg_opclass k
              JOIN pg_am m ON m.oid = k.opcmethod AND m.amname = 'btree'
              JOIN pg_type i ON i.oid = k.opcintype
             WHERE k.opcdefault
               AND (k.opcintype = base.oid
                    OR EXISTS (SELECT FROM pg_cast c
                                WHERE c.castsource = base.oid AND c.casttarget = k.opcintype
                                  AND c.castmethod = 'b' AND c.castcontext = 'i')
                    OR k.opcintype = 'anyarray'::regtype AND is_array
                    OR k.opcintype = 'anyenum'::regtype AND base.typtype = 'e'
                    OR k.opcintype = 'anyrange'::regtype AND base.typtype = 'r'
                    OR k.opcintype = 'anymultirange'::regtype AND base.typtype = 'm'
                    OR k.opcintype = 'record'::regtype AND base.typtype = 'c')
           ) candidate
      JOIN pg_amop a ON a.amopfamily = candidate.opcfamily
                    AND a.amoplefttype = candidate.opcintype AND a.amoprighttype = candidate.opcintype
                    AND a.amopstrategy = strategy
      JOIN pg_operator o ON o.oid = a.amopopr
      JOIN pg_namespace n ON n.oid = o.oprnamespace
     GROUP BY candidate.preference, n.nspname, o.oprname
    HAVING count(*) = 1
     ORDER BY candidate.preference
     LIMIT 1;

    RETURN operator;
END
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_comparison(oid, integer) IS 'Returns the operator of the type''s default btree operator class with this strategy number (3: =, 4: >=, 5: >), ready to use: OPERATOR(pg_catalog.=); null when the type has none.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_comparison(oid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_comparison(oid, integer) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_equality(type oid)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_comparison($1, 3)
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_equality(oid) IS 'Returns the equality operator of the type''s default btree operator class, ready to use: OPERATOR(pg_catalog.=); null when the type has none.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_equality(oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_equality(oid) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_reads(view oid)
RETURNS SETOF oid
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    -- A sequence counts when it is read like a table, not when it is an argument of nextval().
    SELECT c.oid
      FROM pg_rewrite r
      JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
      JOIN pg_class c ON c.oid = d.refobjid
     WHERE r.ev_class = $1 AND r.rulename = '_RETURN' AND c.oid <> $1
       AND (c.relkind IN ('r', 'p', 'v', 'm', 'f') OR c.relkind = 'S' AND d.refobjsubid > 0)
    UNION
    -- Dependencies on the system catalogs are not recorded: the query itself names those.
    SELECT c.oid
      FROM pg_rewrite r
     CROSS JOIN LATERAL regexp_matches(r.ev_action::text, ':relid ([0-9]+)', 'g') m
      JOIN pg_class c ON c.oid = m[1]::oid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE r.ev_class = $1 AND r.rulename = '_RETURN' AND c.oid <> $1 AND n.nspname = 'pg_catalog'
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_reads(oid) IS 'Returns the relations the view''s own query reads.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_reads(oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_reads(oid) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_reachable(relations regclass[])
RETURNS regclass[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE reached (oid) AS (
        SELECT c.oid FROM pg_class c WHERE c.oid = ANY ($1::oid[])
        UNION
        SELECT d.oid
          FROM reached r
          JOIN pg_class c ON c.oid = r.oid AND c.relkind = 'v'
         CROSS JOIN LATERAL @extschema@._pg_tviews_reads(c.oid) d (oid)
    )
    SELECT coalesce(array_agg(r.oid::regclass ORDER BY r.oid), '{}') FROM reached r
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_reachable(regclass[]) IS 'Returns the relations and everything reachable from them through views, in order of OID.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_reachable(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_reachable(regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_descendants(relations regclass[])
RETURNS regclass[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE down (oid) AS (
        SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = ANY ($1::oid[]) AND NOT i.inhdetachpending
        UNION
        SELECT i.inhrelid FROM down d JOIN pg_inherits i ON i.inhparent = d.oid AND NOT i.inhdetachpending
    )
    SELECT coalesce(array_agg(d.oid::regclass ORDER BY d.oid), '{}') FROM down d
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_descendants(regclass[]) IS 'Returns the partitions and inheritance children of the relations, at any level, in order of OID.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_descendants(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_descendants(regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_ancestors(relations regclass[])
RETURNS regclass[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE up (oid) AS (
        SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid = ANY ($1::oid[]) AND NOT i.inhdetachpending
        UNION
        SELECT i.inhparent FROM up u JOIN pg_inherits i ON i.inhrelid = u.oid AND NOT i.inhdetachpending
    )
    SELECT coalesce(array_agg(u.oid::regclass ORDER BY u.oid), '{}') FROM up u
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_ancestors(regclass[]) IS 'Returns the tables the relations are partitions or inheritance children of, at any level, in order of OID.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_ancestors(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_ancestors(regclass[]) TO PUBLIC;

-- What a constant looks like depends on settings; whoever reads the text may have others.
CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_query_of(view regclass)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET DateStyle = 'ISO, YMD'
SET IntervalStyle = 'postgres'
SET TimeZone = 'UTC'
SET extra_float_digits = 1
AS $$
    SELECT pg_get_viewdef($1)
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_query_of(regclass) IS 'Returns the query of a view, in which dates, times, intervals and floating-point numbers mean the same to sessions with other settings.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_query_of(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_query_of(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_snapshot(view regclass, tv_schema text, tv_table text, key text[], options jsonb)
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
AS $$
    WITH
    relation AS MATERIALIZED (
        SELECT c.oid, c.relname, c.relkind, n.nspname,
               -- Keys and NOT NULL of an inheritance parent say nothing about its children.
               c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid) AS inherited,
               c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
                   AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
                   AND NOT EXISTS (SELECT FROM @extschema@.pg_tview_meta m WHERE m.table_oid = c.oid) AS stands_alone
          FROM unnest(@extschema@._pg_tviews_reachable(ARRAY[$1])) r (oid)
          JOIN pg_class c ON c.oid = r.oid
          JOIN pg_namespace n ON n.oid = c.relnamespace
    ),
    attribute AS MATERIALIZED (
        SELECT a.attrelid, a.attnum, a.attname, a.attcollation, a.atttypid,
               -- The modifier is 4 more than 65536 times the precision and, in 11 bits with a sign, the scale.
               CASE WHEN a.atttypid = 'numeric'::regtype AND a.atttypmod >= 4 AND (a.atttypmod - 4) >> 16 <= 18 AND (a.atttypmod - 4) & 2047 < 1024
                    THEN (a.atttypmod - 4) & 2047 END AS scale,
               a.attnotnull AND NOT (r.inherited AND EXISTS (
                   SELECT FROM unnest(@extschema@._pg_tviews_descendants(ARRAY[r.oid::regclass])) d (oid)
                     JOIN pg_attribute b ON b.attrelid = d.oid AND b.attname = a.attname AND NOT b.attnotnull))
               -- From version 18 on, rows that were there before may be null all the same.
               AND NOT EXISTS (SELECT FROM pg_constraint o
                                WHERE o.conrelid = a.attrelid AND o.contype = 'n' AND o.conkey = ARRAY[a.attnum] AND NOT o.convalidated) AS not_null,
               a.attgenerated = 'v' AS virtual
          FROM relation r
          JOIN pg_attribute a ON a.attrelid = r.oid
         WHERE a.attnum > 0 AND NOT a.attisdropped
    ),
    type AS MATERIALIZED (
        SELECT t.oid, b.oid AS base, format_type(b.oid, -1) AS name, @extschema@._pg_tviews_equality(b.oid) AS eq, y.typtype = 'e' AS is_enum
          FROM (SELECT DISTINCT a.atttypid AS oid FROM attribute a) t
         CROSS JOIN LATERAL @extschema@._pg_tviews_base_type(t.oid) b (oid)
          JOIN pg_type y ON y.oid = b.oid
    ),
    columns AS (
        SELECT a.attrelid,
               jsonb_agg(jsonb_build_object(
                   'num', a.attnum, 'name', a.attname, 'type_oid', t.base::bigint, 'type_name', t.name,
                   'collation', a.attcollation::bigint, 'not_null', a.not_null, 'is_enum', t.is_enum, 'scale', a.scale,
                   -- Row images do not hold what is computed when it is read, so nothing can be looked up by it.
                   'eq', CASE WHEN NOT a.virtual THEN t.eq END) ORDER BY a.attnum) AS list
          FROM attribute a
          JOIN type t ON t.oid = a.atttypid
         GROUP BY a.attrelid
    ),
    index AS (
        SELECT i.indrelid, i.indexrelid,
               i.indisunique AND i.indimmediate AND i.indexprs IS NULL
               -- Rows that are the same as the columns compare them may differ for an index with another collation or operator class.
               AND NOT EXISTS (
                   SELECT
                     FROM unnest(i.indkey::smallint[], i.indcollation::oid[], i.indclass::oid[]) WITH ORDINALITY k (attnum, collation_oid, opclass, position)
                     JOIN attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                     JOIN type t ON t.oid = a.atttypid
                     JOIN pg_opclass o ON o.oid = k.opclass
                    WHERE k.position <= i.indnkeyatts
                      AND (k.collation_oid <> a.attcollation
                           OR NOT o.opcdefault
                           -- The default of a type that this one can be taken for is not its own.
                           OR EXISTS (SELECT FROM pg_opclass d WHERE d.opcmethod = o.opcmethod AND d.opcintype = t.base AND d.opcdefault AND d.oid <> o.oid))) AS is_unique,
               m.amname IN ('btree', 'hash') AS finds_equals,
               (SELECT jsonb_agg(k.attnum ORDER BY k.position)
                  FROM unnest(i.indkey::smallint[]) WITH ORDINALITY k (attnum, position)
                 WHERE k.position <= i.indnkeyatts) AS key
          FROM relation r
          JOIN pg_index i ON i.indrelid = r.oid
          JOIN pg_class c ON c.oid = i.indexrelid
          JOIN pg_am m ON m.oid = c.relam
         WHERE i.indisvalid AND i.indislive AND i.indpred IS NULL
    )
    SELECT jsonb_build_object(
        'target', jsonb_build_object(
            'schema', $2,
            'table', $3,
            'view', $1::oid::bigint,
            'key', to_jsonb($4),
            'updated_at', NOT EXISTS (SELECT FROM attribute a WHERE a.attrelid = $1 AND a.attname = 'updated_at'),
            'allow_volatile', coalesce($5 -> 'allow_volatile' = 'true', false),
            'unwatched', (SELECT coalesce(jsonb_agg(to_regclass(u.name)::oid::bigint), '[]')
                            FROM jsonb_array_elements_text(coalesce($5 -> 'unwatched', '[]')) u (name)
                           WHERE to_regclass(u.name) IS NOT NULL)),
        'relations', (
            SELECT jsonb_agg(jsonb_build_object(
                       'oid', r.oid::bigint,
                       'schema', r.nspname,
                       'name', r.relname,
                       'kind', r.relkind,
                       'system', r.nspname IN ('pg_catalog', 'information_schema'),
                       'definition', CASE r.relkind WHEN 'v' THEN @extschema@._pg_tviews_query_of(r.oid) END,
                       'volatile', CASE r.relkind WHEN 'v' THEN @extschema@._pg_tviews_query_is_volatile(r.oid) ELSE false END,
                       'depends_on', CASE r.relkind WHEN 'v' THEN
                            (SELECT coalesce(jsonb_agg(d.oid::bigint ORDER BY d.oid), '[]')
                               FROM @extschema@._pg_tviews_reads(r.oid) d (oid)) ELSE '[]' END,
                       'columns', coalesce(c.list, '[]'),
                       'unique', (SELECT coalesce(jsonb_agg(i.key ORDER BY i.indexrelid), '[]')
                                    FROM index i WHERE i.indrelid = r.oid AND i.is_unique AND NOT r.inherited),
                       'indexes', (SELECT coalesce(jsonb_agg(i.key ORDER BY i.indexrelid), '[]')
                                     FROM index i WHERE i.indrelid = r.oid AND i.finds_equals),
                       'plain', r.stands_alone AND NOT r.inherited) ORDER BY r.oid)
              FROM relation r
              LEFT JOIN columns c ON c.attrelid = r.oid),
        'aggregates', (SELECT jsonb_agg(DISTINCT p.proname ORDER BY p.proname) FROM pg_proc p WHERE p.prokind = 'a'))
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_snapshot(regclass, text, text, text[], jsonb) IS 'Returns the catalog snapshot of a view that is to back the TVIEW with this schema, table, key and options: everything the analyser may know. Names in options.unwatched are schema-qualified; those that no longer exist are left out.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_snapshot(regclass, text, text, text[], jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_snapshot(regclass, text, text, text[], jsonb) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_options(tview regclass)
RETURNS jsonb
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN m.options ? 'unwatched'
                THEN m.options || jsonb_build_object('unwatched', (
                         SELECT coalesce(jsonb_agg(c.oid::regclass::text ORDER BY u.position), '[]')
                           FROM unnest(m.unwatched) WITH ORDINALITY u (oid, position)
                           JOIN pg_class c ON c.oid = u.oid))
                ELSE m.options
           END
      FROM @extschema@.pg_tview_meta m
     WHERE m.table_oid = $1
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_options(regclass) IS 'Returns the options of a TVIEW with the present names of the relations in options.unwatched.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_options(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_options(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_current_snapshot(tview regclass)
RETURNS jsonb
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT @extschema@._pg_tviews_snapshot(m.view_oid, n.nspname, c.relname, m.key_columns, @extschema@._pg_tviews_options($1))
      FROM @extschema@.pg_tview_meta m
      JOIN pg_class c ON c.oid = m.table_oid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE m.table_oid = $1
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_current_snapshot(regclass) IS 'Returns the catalog snapshot of an existing TVIEW as of now; null when there is no such TVIEW.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_current_snapshot(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_current_snapshot(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_place()
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT concat(s.system_identifier, ' ', d.oid) FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_place() IS 'Returns what tells this database from any other one: the identifier of its cluster, which a dump or pg_upgrade leaves behind and a physical copy keeps, and its OID.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_place() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_place() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_fingerprint(relations regclass[])
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT md5(coalesce(string_agg(concat_ws(' ', c.oid, quote_literal(n.nspname), quote_literal(c.relname), r.xmin), ',' ORDER BY c.oid), ''))
           || '.'
           || md5(coalesce(string_agg(concat_ws(' ', c.oid, a.list), ',' ORDER BY c.oid), ''))
           || '.'
           -- Partitions may have expressions of their own.
           || (SELECT md5(coalesce(string_agg(concat_ws(' ', a.attrelid, a.attnum, d.adbin::text), ',' ORDER BY a.attrelid, a.attnum), ''))
                 FROM unnest($1 || @extschema@._pg_tviews_descendants($1)) r (oid)
                 JOIN pg_attribute a ON a.attrelid = r.oid AND a.attgenerated <> ''
                 JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum)
           || '.'
           || @extschema@._pg_tviews_place()
           || '.'
           || md5(array_to_string($1::oid[], ' '))
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN' AND c.relkind = 'v'
     CROSS JOIN LATERAL (
            SELECT string_agg(concat_ws(' ', a.attnum, quote_literal(a.attname), a.atttypid), ' ' ORDER BY a.attnum) AS list
              FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) a
     WHERE c.oid = ANY ($1::oid[])
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_fingerprint(regclass[]) IS 'Returns a digest of what a plan takes for granted about the relations, in five parts: OIDs, names and versions of view definitions; numbers, names and types of columns; expressions of generated columns; the database; OIDs. Relations that do not exist are left out but of the last.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_fingerprint(regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_fingerprint(regclass[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_settings()
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(s.name, s.setting ORDER BY s.name)
      FROM pg_settings s
     WHERE s.name IN ('TimeZone', 'DateStyle', 'IntervalStyle', 'extra_float_digits', 'bytea_output', 'xmlbinary',
                      'xmloption', 'array_nulls', 'quote_all_identifiers', 'standard_conforming_strings', 'transform_null_equals', 'timezone_abbreviations', 'lc_monetary', 'lc_numeric', 'lc_time', 'default_text_search_config')
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_settings() IS 'Returns the session''s settings that decide how a view prints values and reads texts, by name.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_settings() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_settings() TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_may_defer(tview regclass)
RETURNS boolean
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE read (oid) AS (
        SELECT $1
        UNION
        SELECT s.oid
          FROM read r
          JOIN @extschema@.pg_tview_meta m ON m.table_oid = r.oid
         CROSS JOIN LATERAL unnest(m.relations) s (oid)
          JOIN pg_class c ON c.oid = s.oid AND c.relkind IN ('r', 'p')
         WHERE s.oid <> ALL (m.unwatched)
    )
    SELECT bool_and(has_table_privilege(t.relowner, r.oid, 'TRIGGER')) FROM read r, pg_class t WHERE t.oid = $1
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_may_defer(regclass) IS 'Returns whether flushes of a TVIEW may leave deferred triggers to the end of the transaction, where they run with the rights of whoever commits: its owner may create triggers on all tables that it is maintained from, also through other TVIEWs, and so could run them there anyway.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_may_defer(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_may_defer(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_watcher(tview regclass)
RETURNS TABLE (table_oid oid, view_oid oid, entity text, owner oid, depth integer, plan jsonb, is_current boolean, settings jsonb, has_deferred boolean)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
ROWS 1
AS $$
    SELECT m.table_oid::oid, m.view_oid::oid, m.table_oid::text, c.relowner, m.depth, m.plan,
           m.fingerprint = @extschema@._pg_tviews_fingerprint(m.relations)
           -- A plan that watches what the TVIEW may not watch is not used, whoever wrote it.
           AND NOT EXISTS (
               SELECT FROM jsonb_array_elements(m.plan -> 'occurrences') o
                WHERE (o ->> 'source')::oid <> ALL (m.relations::oid[])
                   OR (o ->> 'source')::oid = ANY (m.unwatched::oid[])),
           m.settings,
           CASE WHEN EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = m.table_oid AND t.tgdeferrable)
                THEN @extschema@._pg_tviews_may_defer(m.table_oid)
                ELSE false
           END
      FROM @extschema@.pg_tview_meta m
      JOIN pg_class c ON c.oid = m.table_oid
      JOIN pg_class v ON v.oid = m.view_oid
     WHERE m.table_oid = $1
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_watcher(regclass) IS 'Returns what a session needs to maintain one TVIEW: its relations, its name for messages, the owner of its table, its depth, its plan, whether the plan still describes the relations, the settings its rows are computed with and whether its table has triggers that can be, and may be, deferred.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_watcher(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_watcher(regclass) TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@._pg_tviews_watchers(relation regclass)
RETURNS TABLE (table_oid oid, view_oid oid, entity text, owner oid, depth integer, plan jsonb, is_current boolean, settings jsonb, has_deferred boolean)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
ROWS 5
AS $$
    WITH family (oid) AS MATERIALIZED (
        SELECT $1
        UNION ALL
        SELECT unnest(d.oids || @extschema@._pg_tviews_ancestors($1 || d.oids)) FROM @extschema@._pg_tviews_descendants(ARRAY[$1]) d (oids)
         WHERE EXISTS (SELECT FROM pg_inherits i WHERE $1 IN (i.inhrelid, i.inhparent))
    )
    SELECT w.table_oid, w.view_oid, w.entity, w.owner, w.depth, w.plan, w.is_current, w.settings, w.has_deferred
      FROM @extschema@.pg_tview_meta m
     CROSS JOIN LATERAL @extschema@._pg_tviews_watcher(m.table_oid) w
     WHERE EXISTS (SELECT FROM family f WHERE f.oid = ANY (m.relations) AND f.oid <> ALL (m.unwatched))
     ORDER BY w.depth, w.table_oid
$$;

COMMENT ON FUNCTION @extschema@._pg_tviews_watchers(regclass) IS 'Returns the TVIEWs that read the relation, one of its descendants or an ancestor of any of these and watch it, as _pg_tviews_watcher() does, in dependency order.';
REVOKE ALL ON FUNCTION @extschema@._pg_tviews_watchers(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @extschema@._pg_tviews_watchers(regclass) TO PUBLIC;
