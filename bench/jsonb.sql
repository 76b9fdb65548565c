-- Documents of so many elements, and what is measured of them (bench/jsonb.sh).
CREATE EXTENSION pg_tviews;
CREATE TABLE document AS
SELECT n AS size, d.document, d.document -> 'comments' AS list,
       jsonb_build_object('id', n / 2 * 2, 'author', 'somebody else', 'text', 'another text', 'likes', 7, 'at', timestamptz '2026-01-01 00:00+00') AS element
  FROM unnest(ARRAY[10, 500, 5000]) n,
       LATERAL (SELECT jsonb_build_object(
                           'id', n, 'title', 'title ' || n, 'likes', 17, 'author', jsonb_build_object('id', 5, 'name', 'somebody', 'karma', 1234.50),
                           'comments', (SELECT jsonb_agg(jsonb_build_object('id', 2 * k, 'author', 'author ' || k % 97, 'text', md5(k::text), 'likes', k % 7,
                                                                            'at', timestamptz '2026-01-01 00:00+00' + k * interval '1 minute') ORDER BY k)
                                          FROM generate_series(1, n) k)) AS document) d;

-- The two expressions of each comparison; d.document has the array at "comments", k is the place of the changed element in it.
CREATE TABLE comparison (position integer GENERATED ALWAYS AS IDENTITY, name text, ours text, theirs text);
INSERT INTO comparison (name, ours, theirs) VALUES
    ('set one value, below', $$pg_tviews_jsonb_set(d.document, '{author,name}', to_jsonb(i))$$, $$jsonb_set(d.document, '{author,name}', to_jsonb(i))$$),
    ('set three values', $$pg_tviews_jsonb_set_many(d.document, ARRAY['author', 'name'], i, ARRAY['title'], i, ARRAY['likes'], i)$$,
     $$jsonb_set(jsonb_set(jsonb_set(d.document, '{author,name}', to_jsonb(i)), '{title}', to_jsonb(i)), '{likes}', to_jsonb(i))$$),
    ('set what is there', $$pg_tviews_jsonb_set(d.document, '{author,name}', CASE WHEN i > 0 THEN '"somebody"'::jsonb END)$$,
     $$jsonb_set(d.document, '{author,name}', CASE WHEN i > 0 THEN '"somebody"'::jsonb END)$$),
    ('merge an object', $$pg_tviews_jsonb_merge(d.document, '{}', jsonb_build_object('title', i, 'new', i))$$, $$d.document || jsonb_build_object('title', i, 'new', i)$$),
    ('replace an element', $$pg_tviews_jsonb_set_elements(d.document, '{comments}', 'id', jsonb_build_array(jsonb_set(d.element, '{likes}', to_jsonb(i))))$$,
     $$jsonb_set(d.document, ARRAY['comments', (d.size / 2 - 1)::text], jsonb_set(d.element, '{likes}', to_jsonb(i)))$$),
    ('replace an element, its place not known', $$pg_tviews_jsonb_set_elements(d.document, '{comments}', 'id', jsonb_build_array(jsonb_set(d.element, '{likes}', to_jsonb(i))))$$,
     $$jsonb_set(d.document, ARRAY['comments', (SELECT (e.n - 1)::text FROM jsonb_array_elements(d.document -> 'comments') WITH ORDINALITY e (element, n) WHERE e.element -> 'id' = d.element -> 'id')], jsonb_set(d.element, '{likes}', to_jsonb(i)))$$),
    ('insert an element', $$pg_tviews_jsonb_set_elements(d.document, '{comments}', 'id', jsonb_build_array(d.element || jsonb_build_object('likes', i, 'id', d.size + 1)))$$,
     $$jsonb_insert(d.document, ARRAY['comments', (d.size / 2)::text], d.element || jsonb_build_object('likes', i, 'id', d.size + 1))$$),
    ('remove an element', $$pg_tviews_jsonb_set_elements(d.document, '{comments}', 'id', '[]', ARRAY[d.size + i % 2 * 2])$$,
     $$d.document #- ARRAY['comments', (d.size / 2 - 1 + i % 2)::text]$$),
    ('remove an element of an array alone', $$pg_tviews_jsonb_set_elements(d.list, '{}', 'id', '[]', ARRAY[d.size + i * 0])$$, $$d.list - (d.size / 2 - 1 + i * 0)$$);
