-- The functions that build documents give the server's bytes, and flushes use them.
CREATE SCHEMA documents;
SET search_path = documents;

-- Whether two values have the same bytes.
CREATE FUNCTION same(a jsonb, b jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT ROW(a)::record OPERATOR(pg_catalog.*=) ROW(b)::record
$$;
CREATE DOMAIN title AS varchar(30);
CREATE TYPE mood AS ENUM ('sad', 'fine');
CREATE TYPE pair AS (a integer, b text);

-- Every kind of value, with random contents; one in nine is null.
CREATE TABLE sample AS
SELECT i,
       CASE WHEN i % 9 <> 0 THEN random() < 0.5 END AS c_bool,
       CASE WHEN i % 9 <> 1 THEN (random() * 60000 - 30000)::smallint END AS c_int2,
       CASE WHEN i % 9 <> 2 THEN (random() * 4e9 - 2e9)::integer END AS c_int4,
       CASE WHEN i % 9 <> 3 THEN ((random() - 0.5) * 10 ^ (i % 20))::numeric::bigint END AS c_int8,
       CASE WHEN i % 9 <> 4 THEN round(((random() - 0.5) * 10 ^ (i % 60 - 30))::numeric, i % 40) END AS c_numeric,
       CASE WHEN i % 9 <> 5 THEN repeat(chr(97 + i % 26), i % 300) END AS c_text,
       CASE WHEN i % 9 <> 6 THEN 'title "' || i END::title AS c_domain,
       CASE WHEN i % 9 <> 7 THEN 'x' || i % 7 END::char(9) AS c_char,
       CASE WHEN i % 9 <> 8 THEN md5(i::text)::uuid END AS c_uuid,
       CASE WHEN i % 9 <> 0 THEN date '2000-01-01' + i END AS c_date,
       CASE WHEN i % 9 <> 1 THEN timestamp '2000-01-01' + i * interval '1 day 1 minute 1 millisecond' END AS c_timestamp,
       CASE WHEN i % 9 <> 2 THEN timestamptz '2000-01-01 00:00+00' - i * interval '1 day' END AS c_timestamptz,
       CASE WHEN i % 9 <> 3 THEN ((random() - 0.5) * 10 ^ (i % 30))::double precision END AS c_float8,
       CASE WHEN i % 9 <> 4 THEN ARRAY[i, NULL, -i] END AS c_array,
       CASE WHEN i % 9 <> 5 THEN ROW(i, 'b')::pair END AS c_row,
       CASE WHEN i % 9 <> 6 THEN (ARRAY['sad', 'fine'])[1 + i % 2]::mood END AS c_enum,
       CASE WHEN i % 9 <> 7 THEN json_build_object('j', i, 'k', '[]'::json) END AS c_json,
       CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN to_jsonb(i) WHEN 2 THEN '"s"' WHEN 3 THEN 'null' WHEN 4 THEN '[]'
                  WHEN 5 THEN jsonb_build_object('a', i, 'b', repeat('b', i % 5), 'nested', jsonb_build_array(1.50, true, '{}'::jsonb))
                  ELSE (SELECT jsonb_agg(k) FROM generate_series(1, i % 80) k) END AS c_jsonb
  FROM generate_series(1, 3000) i;
INSERT INTO sample (i, c_int2, c_int4, c_int8, c_numeric, c_date, c_timestamp, c_timestamptz, c_float8)
VALUES (-1, -32768, -2147483648, -9223372036854775808, 'NaN', '-infinity', 'infinity', '-infinity', 'NaN'),
       (-2, 32767, 2147483647, 9223372036854775807, 'Infinity', 'infinity', '4713-01-01 BC', 'infinity', '-Infinity'),
       (-3, 0, 10000, 100000000, '-Infinity', '0001-01-01 BC', '0001-01-01', '1999-12-31 23:59:59.999999+00', 1e-300),
       (-4, 1, 1, 1, 0.00, NULL, NULL, NULL, 0);

SELECT count(*) AS differing
  FROM sample s
 WHERE NOT same(jsonb_build_object('bool', c_bool, 'i2', c_int2, 'i4', c_int4, 'i8', c_int8, 'n', c_numeric, 'text', c_text, 'domain', c_domain,
                                   'char', c_char, 'uuid', c_uuid, 'date', c_date, 'ts', c_timestamp, 'tz', c_timestamptz, 'f', c_float8,
                                   'array', c_array, 'row', c_row, 'enum', c_enum, 'json', c_json, 'jsonb', c_jsonb, 'literal', 'x', 'null', NULL),
                tviews._pg_tviews_build_object('bool', c_bool, 'i2', c_int2, 'i4', c_int4, 'i8', c_int8, 'n', c_numeric, 'text', c_text, 'domain', c_domain,
                                   'char', c_char, 'uuid', c_uuid, 'date', c_date, 'ts', c_timestamp, 'tz', c_timestamptz, 'f', c_float8,
                                   'array', c_array, 'row', c_row, 'enum', c_enum, 'json', c_json, 'jsonb', c_jsonb, 'literal', 'x', 'null', NULL));
SELECT count(*) AS differing FROM sample s
 WHERE NOT same(jsonb_build_object('s', s, 'i', s.i), tviews._pg_tviews_build_object('s', s, 'i', s.i));
-- The same key twice, keys that are no constants, no pairs of interest.
SELECT count(*) AS differing FROM sample s
 WHERE NOT same(jsonb_build_object('a', i, 'b', 1, 'a', c_text), tviews._pg_tviews_build_object('a', i, 'b', 1, 'a', c_text))
    OR NOT same(jsonb_build_object(coalesce(c_text, 'k'), i, 'k', c_jsonb, md5(i::text), 2),
                tviews._pg_tviews_build_object(coalesce(c_text, 'k'), i, 'k', c_jsonb, md5(i::text), 2));
SELECT count(*) AS groups, count(*) FILTER (WHERE NOT same(theirs, ours)) AS differing
  FROM (SELECT jsonb_agg(c_jsonb ORDER BY i DESC) AS theirs, tviews._pg_tviews_agg(c_jsonb ORDER BY i DESC) AS ours FROM sample GROUP BY i % 97, i % 13) g;
SELECT same(jsonb_agg(c_jsonb), tviews._pg_tviews_agg(c_jsonb)) AS all_of_them,
       same(jsonb_agg(DISTINCT c_jsonb) FILTER (WHERE i % 2 = 0), tviews._pg_tviews_agg(DISTINCT c_jsonb) FILTER (WHERE i % 2 = 0)) AS some
  FROM sample;
SELECT tviews._pg_tviews_agg(c_jsonb) AS of_nothing FROM sample WHERE false;
SELECT i, tviews._pg_tviews_agg(to_jsonb(i)) OVER (ORDER BY i) AS running FROM generate_series(1, 3) i;

-- What they do not take.
SELECT tviews._pg_tviews_build_object('a');
SELECT tviews._pg_tviews_build_object(NULL::text, 1);
SELECT tviews._pg_tviews_build_object(1, 2);
SELECT tviews._pg_tviews_build_object(VARIADIC ARRAY['a', 'b']);

-- A flush calls them, the view does not.
CREATE TABLE tb_sample AS SELECT i, c_bool, c_int8, c_text, c_numeric, c_jsonb, c_timestamptz FROM sample;
ALTER TABLE tb_sample ADD PRIMARY KEY (i);
CREATE VIEW v_sample AS
SELECT s.i AS pk_sample,
       jsonb_build_object('id', s.i, 'text', s.c_text, 'n', s.c_numeric,
                          'near', (SELECT jsonb_agg(jsonb_build_object('i', n.i, 'b', n.c_bool, 'tz', n.c_timestamptz, 'j', n.c_jsonb) ORDER BY n.i)
                                     FROM tb_sample n WHERE n.c_int8 = s.c_int8)) AS data
  FROM tb_sample s;
CREATE INDEX ON tb_sample (c_int8);
ANALYZE tb_sample;
SELECT tviews.pg_tviews_create('sample');
SELECT oracle.check('tv_sample');
SELECT count(*) AS differing FROM v_sample v JOIN tv_sample t USING (pk_sample) WHERE NOT same(v.data, t.data);
UPDATE tb_sample SET c_text = c_text || '!' WHERE i % 100 = 0;
UPDATE tb_sample SET c_int8 = 7, c_bool = NOT c_bool WHERE i BETWEEN 50 AND 70;
UPDATE tb_sample SET c_numeric = 1.00 WHERE i = 3;
SELECT oracle.check('tv_sample');
SELECT count(*) AS differing FROM v_sample v JOIN tv_sample t USING (pk_sample) WHERE NOT same(v.data, t.data);
-- Small tables are read by their indexes: what a flush of one row reads does not grow with the table it joins.
CREATE TABLE tb_author (pk_author integer PRIMARY KEY, name text);
CREATE TABLE tb_book (pk_book integer PRIMARY KEY, fk_author integer, title text);
INSERT INTO tb_author SELECT i, 'author ' || i FROM generate_series(1, 1000) i;
INSERT INTO tb_book SELECT i, 1 + i % 1000, 'book ' || i FROM generate_series(1, 3000) i;
CREATE INDEX ON tb_book (fk_author);
ANALYZE tb_author, tb_book;
SELECT tviews.pg_tviews_create('book', $$
    SELECT b.pk_book, jsonb_build_object('title', b.title, 'author', jsonb_build_object('name', a.name)) AS data
      FROM tb_book b JOIN tb_author a ON a.pk_author = b.fk_author $$);
UPDATE tb_book SET title = 'first' WHERE pk_book IN (5, 6);
SET track_functions = 'all';
BEGIN;
CREATE TEMP TABLE before AS SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE schemaname = 'documents';
UPDATE tb_book SET title = 'another' WHERE pk_book = 5;
SELECT tviews.pg_tviews_flush();
UPDATE tb_author SET name = 'another' WHERE pk_author = 5;
SELECT tviews.pg_tviews_flush();
SELECT relname, s.seq_scan - b.seq_scan AS read_as_a_whole
  FROM pg_stat_xact_user_tables s JOIN before b USING (relname) WHERE schemaname = 'documents' AND relname LIKE '%book' OR relname = 'tb_author' ORDER BY relname;
-- For three rows of tv_book: what was copied into one is not built.
SELECT calls FROM pg_stat_xact_user_functions WHERE schemaname = 'tviews' AND funcname = '_pg_tviews_build_object';
COMMIT;
RESET track_functions;
SELECT oracle.check('tv_book');
\set VERBOSITY terse
DROP SCHEMA documents CASCADE;
