-- The functions that change documents give the bytes of the server's own.
CREATE SCHEMA jsonb;
SET search_path = jsonb, tviews, pg_catalog;
SELECT setseed(0.42);

-- Whether two values have the same bytes.
CREATE FUNCTION same(a jsonb, b jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN ROW(a)::record OPERATOR(pg_catalog.*=) ROW(b)::record AND a::text = b::text;
END
$$;

-- A random object of so many pairs at most.
CREATE FUNCTION any_object(levels integer, pairs integer) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    RETURN coalesce(jsonb_object_agg(repeat(chr(97 + (random() * 9)::integer), (random() * 3)::integer) || CASE WHEN random() < 0.3 THEN n::text ELSE '' END,
                                     any_value(levels)), '{}')
      FROM generate_series(1, pairs) n;
END
$$;
-- A random value: scalars of all kinds, arrays and objects, nested so many levels at most.
CREATE FUNCTION any_value(levels integer) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    kind integer := (random() * CASE WHEN levels > 0 THEN 11 ELSE 7 END)::integer;
BEGIN
    IF kind = 8 THEN
        RETURN coalesce(jsonb_agg(any_value(levels - 1)), '[]') FROM generate_series(1, (random() * 5)::integer);
    END IF;
    RETURN CASE kind
        WHEN 0 THEN 'null'::jsonb
        WHEN 1 THEN to_jsonb(random() < 0.5)
        WHEN 2 THEN to_jsonb((random() * 2e9 - 1e9)::integer)
        WHEN 3 THEN to_jsonb(round(((random() - 0.5) * 10 ^ (random() * 30)::integer)::numeric, (random() * 12)::integer))
        WHEN 4 THEN to_jsonb(((random() - 0.5) * 10 ^ (random() * 12)::integer)::bigint * 1000000)
        WHEN 5 THEN to_jsonb(repeat(chr(97 + (random() * 25)::integer), (random() * 9)::integer))
        WHEN 6 THEN to_jsonb(chr(228) || ' "' || repeat('x', (random() * 200)::integer))
        WHEN 7 THEN '[]'::jsonb
        ELSE any_object(levels - 1, (random() * 6)::integer)
    END;
END
$$;
-- All paths of a document that lead through objects only.
CREATE FUNCTION paths(document jsonb) RETURNS SETOF text[] LANGUAGE sql AS $$
    WITH RECURSIVE place (path, value) AS (
        SELECT ARRAY[e.key], e.value FROM jsonb_each(document) e
        UNION ALL
        SELECT p.path || e.key, e.value
          FROM place p, jsonb_each(CASE jsonb_typeof(p.value) WHEN 'object' THEN p.value ELSE '{}' END) e)
    SELECT path FROM place
$$;

CREATE TABLE sample AS
SELECT i, any_object(3, 1 + i % 70) AS document, any_value(2) AS value, any_object(1, i % 50) AS object, any_value(1) AS another
  FROM generate_series(1, 600) i;
CREATE TABLE place AS
SELECT s.i, p.path, s.document #> p.path AS former, row_number() OVER (PARTITION BY s.i ORDER BY random()) AS n
  FROM sample s, paths(s.document) p (path);
SELECT count(*) > 5000 AS many, max(cardinality(path)) AS deepest, count(*) FILTER (WHERE cardinality(path) > 1) > 2000 AS nested FROM place;

-- One value, and two in one pass.
SELECT count(*) > 1500 AS many, count(*) FILTER (WHERE NOT same(ours, theirs)) AS differing, count(*) FILTER (WHERE NOT same(ours, document)) > 1000 AS changed
  FROM (SELECT s.document, pg_tviews_jsonb_set(s.document, p.path, s.value) AS ours, jsonb_set(s.document, p.path, s.value, false) AS theirs
          FROM sample s JOIN place p USING (i) WHERE p.n <= 3) c;
SELECT count(*) > 400 AS many, count(*) FILTER (WHERE NOT same(ours, theirs)) AS differing
  FROM (SELECT pg_tviews_jsonb_set_many(s.document, a.path, s.value, b.path, s.another) AS ours,
               jsonb_set(jsonb_set(s.document, a.path, s.value), b.path, s.another) AS theirs
          FROM sample s JOIN place a USING (i) JOIN place b USING (i)
         WHERE a.n = 1 AND b.n = 2
           AND a.path[:cardinality(b.path)] <> b.path AND b.path[:cardinality(a.path)] <> a.path) c;
-- What is there already changes nothing.
SELECT count(*) > 2000 AS many, count(*) FILTER (WHERE NOT same(pg_tviews_jsonb_set(s.document, p.path, p.former), s.document)) AS differing
  FROM sample s JOIN place p USING (i) WHERE p.n <= 5;
-- Values of other types; constant paths.
SELECT count(*) AS cases, count(*) FILTER (WHERE NOT same(ours, theirs)) AS differing
  FROM (SELECT pg_tviews_jsonb_set_many(d, ARRAY['n', 'i'], s.i, ARRAY['n', 'b'], s.i % 2 = 0, '{t}'::text[], 'text', ARRAY['f'], s.i::float8 / 3,
                                        ARRAY['d'], date '2000-01-01' + s.i, ARRAY['null'], NULL, ARRAY['m'], round(s.i / 7.0, s.i % 9)) AS ours,
               s.object || jsonb_build_object('n', jsonb_build_object('i', s.i, 'b', s.i % 2 = 0), 't', 'text', 'f', s.i::float8 / 3,
                                              'd', date '2000-01-01' + s.i, 'null', NULL, 'm', round(s.i / 7.0, s.i % 9)) AS theirs
          FROM (SELECT *, object || '{"n": {"i": 1, "b": 2}, "t": [1, 2], "f": 0, "d": {}, "null": 5, "m": ""}' AS d FROM sample) s) c;

-- Objects merged, at the top and below.
SELECT count(*) AS cases, count(*) FILTER (WHERE NOT same(pg_tviews_jsonb_merge(document, '{}', object), document || object)) AS differing,
       count(*) FILTER (WHERE NOT same(pg_tviews_jsonb_merge(object, '{}', document), object || document)) AS differing
  FROM sample;
SELECT count(*) > 800 AS many, count(*) FILTER (WHERE NOT same(ours, theirs)) AS differing
  FROM (SELECT pg_tviews_jsonb_merge(s.document, p.path, s.object) AS ours, jsonb_set(s.document, p.path, p.former || s.object) AS theirs
          FROM sample s JOIN place p USING (i) WHERE jsonb_typeof(p.former) = 'object') c;

-- Elements: as the aggregate over the changed rows gives them.
CREATE TABLE list AS
SELECT i, (random() * 40)::integer AS size, random() < 0.5 AS descending, any_object(1, 5) AS beside FROM generate_series(1, 500) i;
CREATE TABLE element AS
SELECT l.i, n * 3 - 20 AS id, any_object(1, (random() * 4)::integer) AS element, any_object(1, 3) AS new,
       (ARRAY['keep', 'keep', 'keep', 'remove', 'replace', 'insert', 'absent'])[1 + (random() * 6)::integer] AS fate
  FROM list l, generate_series(1, l.size) n;
UPDATE element SET element = element || jsonb_build_object('id', id), new = new || jsonb_build_object('id', id);
CREATE INDEX ON element (i);
ANALYZE element;
-- The elements of a list with some fates, those with others in their new form.
CREATE FUNCTION elements_of(list integer, backwards boolean, fates text[], new_of text[]) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(CASE WHEN e.fate = ANY (new_of) THEN e.new ELSE e.element END ORDER BY CASE WHEN backwards THEN -e.id ELSE e.id END), '[]')
      FROM element e WHERE e.i = list AND e.fate = ANY (fates)
$$;
SELECT count(*) AS cases, count(*) FILTER (WHERE NOT same(ours, theirs)) AS differing, count(*) FILTER (WHERE NOT same(ours, document)) > 300 AS changed
  FROM (SELECT document,
               pg_tviews_jsonb_set_elements(document, '{nest,list}', 'id', elements_of(i, random() < 0.5, '{replace,insert}', '{replace,insert}'),
                                            ARRAY(SELECT e.id FROM element e WHERE e.i = l.i AND e.fate IN ('remove', 'absent') ORDER BY random()), descending) AS ours,
               jsonb_set(document, '{nest,list}', elements_of(i, descending, '{keep,replace,insert}', '{replace,insert}')) AS theirs
          FROM (SELECT *, beside || jsonb_build_object('nest', beside || jsonb_build_object('list', elements_of(i, descending, '{keep,replace,remove}', '{}'))) AS document
                  FROM list) l) c;
-- One at a time, against the server's operators.
SELECT count(*) > 2000 AS many,
       count(*) FILTER (WHERE NOT same(pg_tviews_jsonb_set_elements(list, '{}', 'id', '[]', ARRAY[id]), list - place)) AS differing_removed,
       count(*) FILTER (WHERE NOT same(pg_tviews_jsonb_set_elements(jsonb_build_object('l', list), '{l}', 'id', '[]', ARRAY[id]),
                                       jsonb_build_object('l', list) #- ARRAY['l', place::text])) AS differing_removed_below,
       count(*) FILTER (WHERE NOT same(pg_tviews_jsonb_set_elements(list, '{}', 'id', jsonb_build_array(new)), jsonb_set(list, ARRAY[place::text], new))) AS differing_replaced,
       count(*) FILTER (WHERE NOT same(pg_tviews_jsonb_set_elements(list - place, '{}', 'id', jsonb_build_array(new)),
                                       jsonb_insert(list - place, ARRAY[place::text], new))) AS differing_inserted
  FROM (SELECT e.id, e.new, (row_number() OVER (PARTITION BY e.i ORDER BY e.id) - 1)::integer AS place,
               elements_of(e.i, false, '{keep,remove,replace,insert,absent}', '{}') AS list
          FROM element e WHERE e.i <= 150 OFFSET 0) c;

-- Stored documents, in the row, compressed and outside.
CREATE TABLE stored AS
SELECT n, jsonb_build_object('n', n, 'text', repeat('abc', n), 'list', (SELECT jsonb_agg(jsonb_build_object('id', k, 'hash', md5((n * k)::text)) ORDER BY k) FROM generate_series(1, n) k)) AS document
  FROM unnest(ARRAY[1, 10, 100, 1000, 5000]) n;
SELECT n, same(pg_tviews_jsonb_set(document, '{n}', '"x"'), jsonb_set(document, '{n}', '"x"')) AS set,
       same(pg_tviews_jsonb_merge(document, '{}', '{"m": 1}'), document || '{"m": 1}') AS merged,
       same(pg_tviews_jsonb_set_elements(document, '{list}', 'id', '[]', ARRAY[n]), document #- '{list,-1}') AS removed
  FROM stored ORDER BY n;
-- Unchanged, it is not even written again.
CREATE TABLE unchanged AS SELECT n, document FROM stored;
UPDATE unchanged SET document = pg_tviews_jsonb_set(document, '{n}', to_jsonb(n));
SELECT count(*) AS differing FROM stored s JOIN unchanged u USING (n) WHERE pg_column_size(s.document) <> pg_column_size(u.document) OR NOT same(s.document, u.document);

-- Nulls.
SELECT pg_tviews_jsonb_set(NULL, '{a}', '1') IS NULL AS set, pg_tviews_jsonb_set_many(NULL, ARRAY['a'], 1) IS NULL AS set_many,
       pg_tviews_jsonb_merge(NULL, '{}', '{}') IS NULL AS merge, pg_tviews_jsonb_set_elements(NULL, '{}', 'id', '[]') IS NULL AS set_elements;
SELECT pg_tviews_jsonb_set_elements('[]', '{}', 'id', '[{"id": 2}, {"id": 1}]') AS from_empty,
       pg_tviews_jsonb_set_elements('[{"id": 1}]', '{}', 'id', '[]', '{1,2}') AS to_empty,
       pg_tviews_jsonb_set_elements('[{"id": 9}, {"id": 4}]', '{}', 'id', '[{"id": 5}]', descending => true) AS descending;

-- What they do not take.
\set document '{"a": {"b": 1}, "s": "x", "l": [{"id": 1}, {"id": 3}], "o": [{"id": 1}, {"id": 1}], "m": [{"id": 1}, 2], "f": [{"id": 1.0}]}'
CREATE FUNCTION refused(call text) RETURNS TABLE (code text, message text, detail text, hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT ' || call;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN NEXT;
END
$$;
\pset format unaligned
\pset fieldsep '\n    '
\pset tuples_only on
SELECT c.call, r.*
  FROM unnest(ARRAY[
    $$set(d, '{}', '1')$$,
    $$set(d, '{x}', '1')$$,
    $$set(d, '{a,x}', '1')$$,
    $$set(d, '{s,x}', '1')$$,
    $$set(d, '{l,0}', '1')$$,
    $$set('[1]', '{0}', '2')$$,
    $$set('1', '{0}', '2')$$,
    $$set(d, '{{a},{b}}', '1')$$,
    $$set(d, '{a,NULL}', '1')$$,
    $$set(d, array_fill('a'::text, '{1001}'), '1')$$,
    $$set_many(d, ARRAY['a'])$$,
    $$set_many(d, ARRAY['s'], 1, ARRAY['s'], 2)$$,
    $$set_many(d, ARRAY['a', 'b'], 1, ARRAY['a'], 2)$$,
    $$set_many(d, '{a}', 1)$$,
    $$set_many(d, NULL::text[], 1)$$,
    $$set_many(d, VARIADIC ARRAY['a', 'b'])$$,
    $$set_many(d)$$,
    $$merge(d, '{}', '[]')$$,
    $$merge(d, '{s}', '{}')$$,
    $$merge(d, '{x}', '{}')$$,
    $$merge('[]', '{}', '{}')$$,
    $$set_elements(d, '{a}', 'id', '[]')$$,
    $$set_elements(d, '{x}', 'id', '[]')$$,
    $$set_elements(d, '{l}', 'name', '[]')$$,
    $$set_elements(d, '{l}', 'id', '{}')$$,
    $$set_elements(d, '{l}', 'id', '[{"id": 1}, {"id": "2"}]')$$,
    $$set_elements(d, '{l}', 'id', '[{"id": 1}, {"id": 1}]')$$,
    $$set_elements(d, '{l}', 'id', '[{"id": 1}]', '{1}')$$,
    $$set_elements(d, '{l}', 'id', '[]', '{NULL}')$$,
    $$set_elements(d, '{l}', 'id', '[]', descending => true)$$,
    $$set_elements(d, '{o}', 'id', '[]')$$,
    $$set_elements(d, '{m}', 'id', '[]')$$,
    $$set_elements(d, '{f}', 'id', '[]')$$]) WITH ORDINALITY c (call, n)
       LEFT JOIN LATERAL refused('pg_tviews_jsonb_' || replace(c.call, '(d,', format('(%L::jsonb,', :'document'))) r ON true
 ORDER BY c.n;
\set VERBOSITY terse
DROP SCHEMA jsonb CASCADE;
