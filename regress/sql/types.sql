-- What rows and documents hold: types without equality, values that are equal and yet differ, session settings.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA types;
SET search_path = types, tviews;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE pair AS (a int, b text);
CREATE TABLE thing (
    pk_thing int PRIMARY KEY,
    j json, jb jsonb, x xml, p point, b box, c circle, n numeric, f4 real, f8 float8, t text, v varchar(5), ch char(5), by bytea,
    d date, ts timestamp, tz timestamptz, ti time, i interval, u uuid, bo boolean, bi bit(3), a int[], aa text[][], m mood, dom positive, co pair, ca pair[],
    r int4range, ip inet, tsv tsvector, mo money);
CREATE TABLE link (pk_link int PRIMARY KEY, fk_thing int);
-- Every column as it is, whole rows as documents, and aggregates of them.
SELECT pg_tviews_create('thing', 'SELECT * FROM thing');
SELECT pg_tviews_create('doc', 'SELECT t.pk_thing AS pk_doc, to_jsonb(t.*) AS data, row_to_json(t.*) AS text FROM thing t');
SELECT pg_tviews_create('link', 'SELECT l.pk_link, jsonb_agg(t.*) AS things, array_agg(t.p) AS points FROM link l LEFT JOIN thing t ON t.pk_thing = l.fk_thing GROUP BY l.pk_link');
INSERT INTO thing (pk_thing) VALUES (1), (2);
INSERT INTO link VALUES (1, 1), (2, NULL);
SELECT oracle.all();

-- Each column changes, one at a time; its document follows. Counted, since all of them are compared by the oracle.
CREATE PROCEDURE change(col text, value text) LANGUAGE plpgsql AS $$
DECLARE
    verdict text;
    shown   text;
BEGIN
    PERFORM oracle.mark('tv_thing');
    EXECUTE format('UPDATE thing SET %I = %s WHERE pk_thing = 1', col, value);
    COMMIT;
    verdict := oracle.all();
    EXECUTE format('SELECT %I::text FROM tv_thing WHERE pk_thing = 1', col) INTO shown;
    RAISE NOTICE '% = %, % written, %', col, coalesce(shown, 'NULL'), oracle.written('tv_thing'), verdict;
END $$;
-- Different spelling of what is the same value is another value to a reader.
CALL change('j', $$'{"a": 1}'$$);
CALL change('j', $$'{"a":1}'$$);
CALL change('j', $$'{"a":1, "a":2}'$$);
CALL change('jb', $$'{"a": 1.0, "b": null}'$$);
CALL change('jb', $$'{"a": 1.00, "b": null}'$$);
CALL change('jb', $$'{"b": null, "a": 1.00}'$$);
CALL change('jb', $$'null'$$);
CALL change('jb', 'NULL');
CALL change('p', $$'(1,2)'$$);
CALL change('p', $$'(1,3)'$$);
CALL change('b', $$'(1,1),(0,0)'$$);
CALL change('b', $$'(1,0.5),(0,-0.5)'$$);
CALL change('c', $$'<(0,0),1>'$$);
CALL change('c', $$'<(5,5),1>'$$);
CALL change('n', '1.0');
CALL change('n', '1.00');
CALL change('n', $$'NaN'$$);
CALL change('n', '1e30');
CALL change('f4', '1.1');
CALL change('f8', '0');
CALL change('f8', $$'-0'$$);
CALL change('f8', '0.1::float8 + 0.2');
CALL change('f8', $$'NaN'$$);
CALL change('t', $$''$$);
CALL change('t', $$'line' || chr(10) || 'feed \ " '' é 漢'$$);
CALL change('t', $$repeat('long ', 3)$$);
CALL change('v', $$'abc'$$);
CALL change('ch', $$'ab'$$);
CALL change('by', $$'\x00ff'$$);
CALL change('d', $$'2024-02-29'$$);
CALL change('ts', $$'2024-02-29 12:00'$$);
CALL change('tz', $$'2024-02-29 12:00+00'$$);
CALL change('ti', $$'23:59:60'$$);
CALL change('i', $$'1 day'$$);
CALL change('i', $$'24 hours'$$);
CALL change('u', $$'00000000-0000-0000-0000-000000000001'$$);
CALL change('bo', 'false');
CALL change('bi', $$B'101'$$);
CALL change('a', $$'{1,NULL,3}'$$);
CALL change('a', $$'[0:2]={1,NULL,3}'$$);
CALL change('a', $$'{}'$$);
CALL change('aa', $$'{{a,b},{c,"d,e"}}'$$);
CALL change('m', $$'ok'$$);
CALL change('dom', '5');
CALL change('co', $$'(1,)'$$);
CALL change('co', $$'(,)'$$);
CALL change('co', 'NULL');
CALL change('ca', $$ARRAY['(1,x)', '(2,"y z")']::pair[]$$);
CALL change('r', $$'[1,5]'$$);
CALL change('r', $$'empty'$$);
CALL change('ip', $$'10.0.0.1'$$);
CALL change('ip', $$'10.0.0.1/8'$$);
CALL change('tsv', $$'a:1 b:2'$$);
CALL change('mo', '12.5');
-- The same again: nothing is written.
CALL change('n', $$'1e30'$$);
CALL change('j', 'j');
SELECT oracle.mark('tv_thing'), oracle.mark('tv_doc'), oracle.mark('tv_link');
UPDATE thing SET j = j, p = p, f8 = f8, tz = tz, co = co;
SELECT oracle.written('tv_thing'), oracle.written('tv_doc'), oracle.written('tv_link');
SELECT data ->> 'tz', data ->> 'n', data -> 'co' FROM tv_doc WHERE pk_doc = 1;

-- Large values, compressed and stored out of line.
UPDATE thing SET t = (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 2000) i), jb = (SELECT jsonb_object_agg(i, repeat('x', i)) FROM generate_series(1, 200) i) WHERE pk_thing = 1;
SELECT length(t), length(jb::text) FROM tv_thing WHERE pk_thing = 1;
SELECT oracle.all();
SELECT oracle.mark('tv_thing');
UPDATE thing SET t = t || '', jb = jb || '{}' WHERE pk_thing = 1;
UPDATE thing SET t = substr(t, 1, length(t) - 1) || right(t, 1) WHERE pk_thing = 1;
SELECT oracle.written('tv_thing');
UPDATE thing SET t = t || '.' WHERE pk_thing = 1;
SELECT length(t) FROM tv_thing WHERE pk_thing = 1;
UPDATE thing SET t = 'short', jb = '{}' WHERE pk_thing = 1;
SELECT oracle.all();

-- Rows are computed with the settings of the session that created the TVIEW, whoever writes: TimeZone, DateStyle, IntervalStyle ...
SELECT text ->> 'tz', data ->> 'tz' FROM tv_doc WHERE pk_doc = 1;
SET TimeZone = 'Asia/Tokyo';
SET DateStyle = 'ISO, DMY';
SET IntervalStyle = 'iso_8601';
SET bytea_output = 'escape';
SET extra_float_digits = -5;
SET lc_monetary = 'C';
SET xmlbinary = 'hex';
INSERT INTO thing (pk_thing, tz, d, i, f8, by, mo) VALUES (3, '2024-07-01 00:00+00', '2024-07-01', '1 day 2 hours', 0.1 + 0.2::float8, '\x00ff', 3);
UPDATE thing SET tz = '2024-07-01 12:00+00' WHERE pk_thing = 1;
RESET ALL;
SET search_path = types, tviews;
SELECT data ->> 'tz', data ->> 'd', data ->> 'i', data ->> 'f8', data ->> 'by' FROM tv_doc WHERE pk_doc IN (1, 3) ORDER BY pk_doc;
SELECT oracle.all();
-- A session with other settings that reads first within its transaction.
SET TimeZone = 'Asia/Tokyo';
BEGIN;
UPDATE thing SET tz = '2024-12-24 12:00+00' WHERE pk_thing = 3;
SELECT data ->> 'tz' FROM tv_doc WHERE pk_doc = 3;
SHOW TimeZone;
COMMIT;
SELECT pg_tviews_refresh('doc');
RESET TimeZone;
SELECT oracle.all();

-- NULLs everywhere, and rows of nothing but NULLs.
UPDATE thing SET (j, jb, p, n, t, tz, a, co) = (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT jsonb_strip_nulls(data) FROM tv_doc WHERE pk_doc = 2;
DELETE FROM thing WHERE pk_thing = 1;
SELECT pk_link, things, points FROM tv_link ORDER BY 1;
SELECT oracle.all();

-- A view without columns other than its key, and one with very many.
SELECT format('SELECT pk_thing AS pk_wide, %s FROM thing', string_agg(format('pk_thing + %s AS c%s', i, i), ', ')) AS wide FROM generate_series(1, 500) i \gset
SELECT pg_tviews_create('wide', :'wide');
UPDATE thing SET pk_thing = 20 WHERE pk_thing = 2;
SELECT pk_wide, c1, c500 FROM tv_wide ORDER BY 1;
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA types CASCADE;
