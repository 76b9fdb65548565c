-- Where rows are shared, made null or printed otherwise than the text of a view shows at first sight.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA corners;
SET search_path = corners, tviews;

-- A child with two parents: a statement on the one changes rows of the other, and fires triggers of the one only.
CREATE TABLE named (pk_thing int, name text);
CREATE TABLE priced (pk_thing int, price int);
CREATE TABLE ware (shelf int) INHERITS (named, priced);
INSERT INTO ware VALUES (1, 'chair', 50, 7), (2, 'table', 90, 7), (3, 'lamp', 20, 8);
SELECT pg_tviews_create('priced', 'SELECT pk_thing AS pk_priced, price FROM priced');
SELECT pg_tviews_create('named', 'SELECT pk_thing AS pk_named, name FROM named');
UPDATE named SET pk_thing = 10 WHERE name = 'chair';
SELECT oracle.diff('tv_priced');
DELETE FROM named WHERE name = 'lamp';
SELECT oracle.diff('tv_priced');
UPDATE priced SET pk_thing = 20 WHERE price = 90;
SELECT oracle.diff('tv_named');
TRUNCATE priced;
SELECT oracle.all();

-- One that comes by a second parent later, also to a session that has written the first.
CREATE TABLE weighed (pk_thing int, grams int);
CREATE TABLE parcel (pk_thing int, name text, grams int);
INSERT INTO parcel VALUES (5, 'parcel', 500);
ALTER TABLE parcel INHERIT named;
ALTER TABLE parcel INHERIT weighed;
UPDATE weighed SET pk_thing = 6;
SELECT oracle.diff('tv_named');
ALTER TABLE parcel NO INHERIT weighed;
DELETE FROM weighed;
UPDATE parcel SET pk_thing = 7;
SELECT oracle.diff('tv_named');
SELECT pg_tviews_create('named_by_row', 'SELECT pk_thing AS pk_named_by_row, name FROM named', '{"capture": "row"}');
ALTER TABLE parcel INHERIT weighed;
UPDATE weighed SET pk_thing = 8;
SELECT oracle.all();

-- A column that is not in all grouping sets is null in some rows, although it is declared not to be: a null meets it.
CREATE TABLE sale (pk_sale int PRIMARY KEY, region int NOT NULL, amount int);
CREATE TABLE note (pk_note int PRIMARY KEY, region int);
INSERT INTO sale VALUES (1, 10, 5), (2, 20, 6);
INSERT INTO note VALUES (1, 10), (2, NULL);
SELECT pg_tviews_create('noted', $$
    SELECT s.pk_sale AS pk_noted, string_agg(n.pk_note::text, ',' ORDER BY n.pk_note) AS notes
      FROM (SELECT pk_sale, region FROM sale GROUP BY GROUPING SETS ((pk_sale, region), (pk_sale))) s
      LEFT JOIN note n ON n.region IS NOT DISTINCT FROM s.region
     GROUP BY s.pk_sale$$);
SELECT oracle.diff('tv_noted');
INSERT INTO note VALUES (3, NULL);
SELECT oracle.diff('tv_noted');
SELECT pg_tviews_create('rolled', $$
    SELECT s.pk_sale AS pk_rolled, count(n.pk_note) AS notes
      FROM (SELECT pk_sale, region FROM sale GROUP BY pk_sale, ROLLUP (region)) s
      LEFT JOIN note n ON n.region IS NOT DISTINCT FROM s.region
     GROUP BY s.pk_sale$$);
UPDATE note SET region = NULL WHERE pk_note = 1;
SELECT oracle.diff('tv_rolled');
-- Likewise where CASE has no ELSE.
SELECT pg_tviews_create('cased', $$
    SELECT s.pk_sale AS pk_cased, count(n.pk_note) AS notes
      FROM (SELECT pk_sale, region AS r, CASE WHEN amount > 5 THEN region END AS region FROM sale) s
      JOIN note m ON m.region IS NULL OR m.region = s.region
      LEFT JOIN note n ON n.region IS NOT DISTINCT FROM s.region
     GROUP BY s.pk_sale$$);
INSERT INTO note VALUES (4, NULL);
DELETE FROM note WHERE pk_note = 3;
SELECT oracle.all();
-- A text of such a column is no key.
CREATE TABLE empty_yet (pk int PRIMARY KEY, x text NOT NULL);
SELECT pg_tviews_create('text_of', $$SELECT x || '!' AS pk_text_of, count(*) AS n FROM empty_yet GROUP BY GROUPING SETS ((pk, x), (pk))$$);
INSERT INTO empty_yet VALUES (1, 'one');
\echo :LAST_ERROR_SQLSTATE
SELECT oracle.all();

-- Functions of the time and the session as elements of FROM, and in what the parser does not understand.
SELECT pg_tviews_create('from_now', 'SELECT pk_sale AS pk_from_now, n FROM sale CROSS JOIN now() n');
SELECT pg_tviews_create('rows_from', 'SELECT pk_sale AS pk_rows_from, n FROM sale, ROWS FROM (now(), generate_series(1, 1)) AS r (n, m)');
SELECT pg_tviews_create('xml', 'SELECT pk_sale AS pk_xml, xmlforest(pk_sale AS a, current_user AS b)::text AS x FROM sale');
SELECT pg_tviews_create('stat', 'SELECT pk_sale AS pk_stat, pg_stat_get_live_tuples(1259) AS n FROM sale');
SELECT pg_tviews_create('who', 'SELECT pk_sale AS pk_who, getpgusername() AS n FROM sale');

-- Settings that functions read texts and print names by are those of the session that created the TVIEW.
CREATE TABLE word (pk_word int PRIMARY KEY, name text);
SELECT pg_tviews_create('quoted', 'SELECT pk_word AS pk_quoted, quote_ident(name) AS name, (''{'' || name || '',null}'')::text[] AS list FROM word');
-- A flush with the settings as they should be comes first: what it has seen of them is remembered.
INSERT INTO word VALUES (2, 'before');
SET quote_all_identifiers = on;
INSERT INTO word VALUES (1, 'plain');
RESET quote_all_identifiers;
SET array_nulls = off;
INSERT INTO word VALUES (3, 'after');
RESET array_nulls;
SELECT oracle.diff('tv_quoted');
CREATE FUNCTION is_nothing(t text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT t = NULL $$;
CREATE FUNCTION with_tail(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN t || 'a\tb'; END $$;
SELECT pg_tviews_create('parsed', 'SELECT pk_word AS pk_parsed, is_nothing(name) AS nothing, with_tail(name) AS tail FROM word');
INSERT INTO word VALUES (4, 'before');
\c -
SET search_path = corners, tviews;
SET transform_null_equals = on;
SET standard_conforming_strings = off;
SET escape_string_warning = off;
INSERT INTO word VALUES (5, NULL), (6, 'after');
\c -
SET search_path = corners, tviews;
SELECT oracle.diff('tv_parsed');
-- A look-up in an index gives all of its rows.
CREATE TABLE person_of (pk_person int PRIMARY KEY, name text);
CREATE TABLE team (pk_team int PRIMARY KEY, persons int[] NOT NULL);
INSERT INTO person_of SELECT i, 'name ' || i FROM generate_series(1, 50) i;
INSERT INTO team SELECT i, ARRAY[i % 50 + 1, i * 7 % 50 + 1] FROM generate_series(1, 5000) i;
CREATE INDEX ON team USING gin (persons);
ANALYZE team;
SELECT pg_tviews_create('team', 'SELECT t.pk_team, (SELECT jsonb_agg(p.name ORDER BY p.pk_person) FROM person_of p WHERE p.pk_person = ANY (t.persons)) AS data FROM team t');
SET gin_fuzzy_search_limit = 10;
UPDATE person_of SET name = 'other' WHERE pk_person = 3;
RESET gin_fuzzy_search_limit;
SELECT oracle.check('tv_team');
-- What a plan is made of does not look otherwise in a session that quotes all names, nor does one that reads backslashes as escapes fail.
CREATE TEMP TABLE seen AS SELECT m.entity, tviews._pg_tviews_current_snapshot(m.table_oid) AS snapshot, tviews._pg_tviews_fingerprint(ARRAY[m.table_oid, m.view_oid]) AS fingerprint
  FROM pg_tview_meta m;
SET quote_all_identifiers = on;
SET standard_conforming_strings = off;
SET escape_string_warning = off;
SELECT count(*) > 5, bool_and(s.snapshot = tviews._pg_tviews_current_snapshot(m.table_oid)), bool_and(s.fingerprint = tviews._pg_tviews_fingerprint(ARRAY[m.table_oid, m.view_oid]))
  FROM pg_tview_meta m JOIN seen s USING (entity);
SELECT pg_tviews_create('there', 'SELECT w.pk_word AS pk_there, w.name, n.name AS other FROM word w LEFT JOIN person_of n ON n.pk_person = w.pk_word');
ALTER TABLE word ADD COLUMN more int;
SELECT * FROM pg_tviews_health_check() WHERE status <> 'OK';
RESET quote_all_identifiers;
RESET standard_conforming_strings;
RESET escape_string_warning;
SELECT pg_tviews_create('here', 'SELECT w.pk_word AS pk_here, w.name, n.name AS other FROM word w LEFT JOIN person_of n ON n.pk_person = w.pk_word');
SELECT t.plan -> 'occurrences' = h.plan -> 'occurrences' FROM pg_tview_meta t, pg_tview_meta h WHERE t.entity = 'there' AND h.entity = 'here';

-- Attributes of a type are columns of its tables.
CREATE TYPE person_type AS (pk_person int, name text);
CREATE TABLE person OF person_type (PRIMARY KEY (pk_person));
INSERT INTO person VALUES (1, 'Ada');
SELECT pg_tviews_create('person', 'SELECT pk_person, to_jsonb(person) AS data FROM person');
SELECT oracle.diff('tv_person');
ALTER TYPE person_type ADD ATTRIBUTE born int CASCADE;
SELECT oracle.diff('tv_person');
ALTER TYPE person_type RENAME ATTRIBUTE name TO full_name CASCADE;
SELECT oracle.diff('tv_person');
ALTER TYPE person_type DROP ATTRIBUTE born CASCADE;
SELECT oracle.diff('tv_person');

-- A cast to json decides how values look in documents.
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TABLE face (pk_face int PRIMARY KEY, mood mood);
INSERT INTO face VALUES (1, 'happy');
SELECT pg_tviews_create('face', 'SELECT pk_face, jsonb_build_object(''mood'', mood) AS data FROM face');
SELECT oracle.diff('tv_face');
CREATE FUNCTION mood_json(mood) RETURNS json LANGUAGE sql IMMUTABLE AS $$SELECT '{"made": true}'::json$$;
CREATE CAST (mood AS json) WITH FUNCTION mood_json(mood);
SELECT oracle.diff('tv_face');
DROP CAST (mood AS json);
SELECT oracle.diff('tv_face');

-- A MERGE into an inheritance parent is no MERGE into a partitioned table.
CREATE TABLE stock (pk_stock int, n int);
CREATE TABLE stock_here (shelf int) INHERITS (stock);
INSERT INTO stock VALUES (1, 1);
INSERT INTO stock_here VALUES (2, 2, 2);
SELECT pg_tviews_create('stock', 'SELECT pk_stock, n FROM stock');
SELECT oracle.diff('tv_stock');
MERGE INTO stock USING (VALUES (1), (2), (3)) s (pk) ON pk_stock = s.pk
 WHEN MATCHED THEN UPDATE SET n = n + 1, pk_stock = pk_stock + 10
 WHEN NOT MATCHED THEN INSERT VALUES (s.pk, 0);
SELECT oracle.diff('tv_stock');

-- A single round is enough for a commit that records its flush.
SET pg_tviews.max_cascade_depth = 1;
SET pg_tviews.metrics = 'all';
UPDATE person SET full_name = 'Ada Lovelace';
RESET pg_tviews.max_cascade_depth;
RESET pg_tviews.metrics;
SELECT oracle.diff('tv_person');

-- An array that functions may change in place, read twice in one row.
CREATE TABLE reader (pk_reader int PRIMARY KEY, fk_list int);
CREATE TABLE list (pk_list int PRIMARY KEY, items int[]);
INSERT INTO list SELECT i, ARRAY[i] FROM generate_series(1, 1000) i;
INSERT INTO reader SELECT i, i FROM generate_series(1, 1000) i;
ANALYZE list, reader;
SELECT pg_tviews_create('reader', $$
    SELECT r.pk_reader, jsonb_build_object('two', array_append(l.more, 2), 'three', array_append(l.more, 3)) AS data
      FROM reader r LEFT JOIN (SELECT pk_list, array_append(items, 1) AS more FROM list) l ON l.pk_list = r.fk_list$$);
UPDATE reader SET fk_list = 8 WHERE pk_reader = 7;
SELECT data FROM tv_reader WHERE pk_reader = 7;

-- A function of the server that calls a user's, which fails once.
CREATE FUNCTION is_small(int) RETURNS boolean LANGUAGE plpgsql STABLE AS 'BEGIN RETURN $1 < 90; END';
CREATE DOMAIN small AS int CHECK (is_small(VALUE));
CREATE TYPE pair AS (a small, b text);
CREATE TABLE doc (pk_doc int PRIMARY KEY, doc jsonb);
INSERT INTO doc SELECT i, '{"a": 1}' FROM generate_series(1, 500) i;
ANALYZE doc;
SELECT pg_tviews_create('doc', 'SELECT pk_doc, to_jsonb(jsonb_populate_record(NULL::pair, doc)) AS data FROM doc');
UPDATE doc SET doc = '{"a": 2}' WHERE pk_doc = 1;
SET check_function_bodies = off;
CREATE OR REPLACE FUNCTION is_small(int) RETURNS boolean LANGUAGE plpgsql STABLE AS 'BEGIN RETURN $1 << 90 oops; END IF;';
\set VERBOSITY sqlstate
UPDATE doc SET doc = '{"a": 95}' WHERE pk_doc = 2;
UPDATE doc SET doc = '{"a": 3}' WHERE pk_doc = 2;
CREATE OR REPLACE FUNCTION is_small(int) RETURNS boolean LANGUAGE plpgsql STABLE AS 'BEGIN RETURN $1 < 90; END';
\set VERBOSITY default
UPDATE doc SET doc = '{"a": 3}' WHERE pk_doc = 2;
SELECT data FROM tv_doc WHERE pk_doc < 3 ORDER BY 1;
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA corners CASCADE;
