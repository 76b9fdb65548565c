-- What a database knows of the extension and of TVIEWs, to compare versions and restores. Used by regress/sql/upgrade.sql and the
-- shell tests of this folder.
-- One line per fact about the extension's objects and about the TVIEWs' triggers, tables and metadata.
CREATE SCHEMA facts;
CREATE TABLE facts.seen (state text, object text, fact text);
CREATE FUNCTION facts.now() RETURNS TABLE (object text, fact text) LANGUAGE sql SET search_path = pg_catalog AS $$
    WITH member AS (
        SELECT d.classid, d.objid
          FROM pg_depend d
         WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
           -- Row types are members from version 17 on.
           AND d.classid <> 'pg_type'::regclass
           AND d.refobjid = (SELECT e.oid FROM pg_extension e WHERE e.extname = 'pg_tviews')
    ),
    relation AS (SELECT c.* FROM pg_class c JOIN member m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid),
    described (object, fact) AS (
        SELECT pg_describe_object(m.classid, m.objid, 0), concat('comment: ', obj_description(m.objid, m.classid::regclass::name)) FROM member m
        UNION ALL
        SELECT pg_describe_object(m.classid, m.objid, 0), concat('initial privileges: ', i.privtype, ' ', i.objsubid, ' ', i.initprivs)
          FROM member m JOIN pg_init_privs i ON i.classoid = m.classid AND i.objoid = m.objid
        UNION ALL
        SELECT pg_describe_object('pg_proc'::regclass, p.oid, 0),
               concat_ws(' ', 'function:', p.proowner::regrole, p.proacl,
                         CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid)
                              ELSE (SELECT concat_ws(' ', a.aggtransfn, a.aggfinalfn, a.aggtranstype::regtype) FROM pg_aggregate a WHERE a.aggfnoid = p.oid) END)
          FROM pg_proc p JOIN member m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
        UNION ALL
        SELECT pg_describe_object('pg_class'::regclass, c.oid, 0),
               concat_ws(' ', 'relation:', c.relkind, c.relowner::regrole, c.relacl, c.relpersistence, c.relrowsecurity, c.reloptions,
                         CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid) END)
          FROM relation c
        UNION ALL
        SELECT pg_describe_object('pg_class'::regclass, c.oid, 0),
               concat_ws(' ', 'column', row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attacl,
                         pg_get_expr(b.adbin, b.adrelid), col_description(c.oid, a.attnum))
          FROM relation c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          LEFT JOIN pg_attrdef b ON b.adrelid = c.oid AND b.adnum = a.attnum
        UNION ALL
        SELECT pg_describe_object('pg_class'::regclass, c.oid, 0), concat_ws(' ', 'constraint:', o.conname, pg_get_constraintdef(o.oid))
          FROM relation c JOIN pg_constraint o ON o.conrelid = c.oid AND o.contype <> 'n'
        UNION ALL
        SELECT pg_describe_object('pg_class'::regclass, c.oid, 0), concat_ws(' ', 'index:', pg_get_indexdef(i.indexrelid))
          FROM relation c JOIN pg_index i ON i.indrelid = c.oid
        UNION ALL
        SELECT pg_describe_object('pg_class'::regclass, c.oid, 0), concat_ws(' ', 'trigger:', t.tgenabled, pg_get_triggerdef(t.oid), obj_description(t.oid, 'pg_trigger'))
          FROM relation c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
        UNION ALL
        SELECT pg_describe_object('pg_event_trigger'::regclass, e.oid, 0),
               concat_ws(' ', 'event trigger:', e.evtevent, e.evtowner::regrole, e.evtfoid::regproc, e.evtenabled, e.evttags)
          FROM pg_event_trigger e JOIN member m ON m.classid = 'pg_event_trigger'::regclass AND m.objid = e.oid
        UNION ALL
        SELECT 'extension', concat_ws(' ', 'dumped:', c.oid::regclass, '"' || k.condition || '"')
          FROM pg_extension e, unnest(e.extconfig, e.extcondition) k (oid, condition) JOIN pg_class c ON c.oid = k.oid
         WHERE e.extname = 'pg_tviews'
        UNION ALL
        SELECT 'TVIEWs', concat_ws(' ', 'trigger:', t.tgenabled, pg_get_triggerdef(t.oid))
          FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
         WHERE c.relnamespace = 'app'::regnamespace AND NOT t.tgisinternal
        UNION ALL
        SELECT 'TVIEWs', concat_ws(' ', 'relation:', c.oid::regclass, c.relkind, c.relowner::regrole, c.relacl, c.reloptions, obj_description(c.oid, 'pg_class'),
                                   CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid) WHEN 'i' THEN pg_get_indexdef(c.oid) END)
          FROM pg_class c WHERE c.relnamespace = 'app'::regnamespace
    )
    SELECT replace(object, ' tviews.', ' '), fact FROM described
$$;
-- Objects that one state has and the other has not.
CREATE FUNCTION facts.compare(before text, after text) RETURNS SETOF text LANGUAGE sql AS $$
    WITH b AS (SELECT object FROM facts.seen WHERE state = before), a AS (SELECT object FROM facts.seen WHERE state = after)
    SELECT concat(what, object) COLLATE "C"
      FROM (SELECT 'added   ' AS what, d.* FROM (TABLE a EXCEPT TABLE b) d UNION ALL SELECT 'removed ', d.* FROM (TABLE b EXCEPT TABLE a) d) d
     ORDER BY 1
$$;
-- Fact by fact, for states that have to be equal.
CREATE FUNCTION facts.differences(before text, after text) RETURNS TABLE (only_in text, object text, fact text) LANGUAGE sql AS $$
    WITH b AS (SELECT object, fact FROM facts.seen WHERE state = before), a AS (SELECT object, fact FROM facts.seen WHERE state = after)
    (SELECT before, d.* FROM (TABLE b EXCEPT ALL TABLE a) d) UNION ALL (SELECT after, d.* FROM (TABLE a EXCEPT ALL TABLE b) d)
    ORDER BY object, fact, before
$$;
CREATE FUNCTION facts.oracle() RETURNS TABLE (tview regclass, wrong bigint) LANGUAGE plpgsql AS $$
DECLARE
    columns text;
BEGIN
    FOR tview, columns IN
        SELECT m.table_oid, (SELECT string_agg(quote_ident(a.attname), ', ') FROM pg_attribute a WHERE a.attrelid = m.view_oid AND a.attnum > 0)
          FROM tviews.pg_tview_meta m ORDER BY m.entity
    LOOP
        EXECUTE format('SELECT count(*) FROM ((SELECT %1$s FROM %2$s EXCEPT ALL SELECT %1$s FROM %3$s) UNION ALL (SELECT %1$s FROM %3$s EXCEPT ALL SELECT %1$s FROM %2$s)) d',
                       columns, tview, replace(tview::text, 'tv_', 'v_')) INTO wrong;
        RETURN NEXT;
    END LOOP;
END
$$;
-- Writes of every kind; then what is wrong.
CREATE FUNCTION facts.write() RETURNS void LANGUAGE sql AS $$
    UPDATE app.users SET name = name || '.' WHERE pk_user % 2 = 1;
    INSERT INTO app.post SELECT max(pk_post) + 1, 2, 'new' FROM app.post;
    DELETE FROM app.post WHERE pk_post = (SELECT min(pk_post) FROM app.post);
$$;
CREATE FUNCTION facts.tables() RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    CREATE SCHEMA app;
    CREATE TABLE app.users (pk_user int PRIMARY KEY, name text);
    CREATE TABLE app.post (pk_post int PRIMARY KEY, fk_user int REFERENCES app.users, title text);
    INSERT INTO app.users SELECT g, 'user ' || g FROM generate_series(1, 5) g;
    INSERT INTO app.post SELECT g, g % 5 + 1, 'post ' || g FROM generate_series(1, 20) g;
    PERFORM tviews.pg_tviews_create('app.post', 'SELECT p.pk_post, p.title, u.name FROM app.post p JOIN app.users u ON u.pk_user = p.fk_user', '{"fillfactor": 70}');
    PERFORM tviews.pg_tviews_create('app.user', 'SELECT u.pk_user, u.name, (SELECT count(*) FROM app.tv_post t WHERE t.name = u.name) AS posts FROM app.users u');
END
$$;
