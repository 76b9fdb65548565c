-- Keys that no column of a table is: made of columns of a row, or given by VALUES or a function.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA lineage_keys;
SET search_path = lineage_keys, tviews;
CREATE TABLE author (pk_author int PRIMARY KEY, name text, city varchar(20));
CREATE TABLE book (pk_book int PRIMARY KEY, fk_author int, title text, at timestamp, stars smallint, price numeric);
CREATE TABLE copy (fk_book int, number int, state text, PRIMARY KEY (fk_book, number));
CREATE INDEX ON book (fk_author);
INSERT INTO author VALUES (1, 'Ann', 'Ulm'), (2, 'ann', NULL), (3, 'Bob', 'ULM');
INSERT INTO book VALUES (1, 1, 'one', '2024-01-10 10:00', 3, 1.0), (2, 1, 'two', '2024-01-10 11:00', 5, 2.5), (3, 2, 'three', '2024-03-01 00:00', 3, 2.50), (4, NULL, 'four', NULL, NULL, NULL);
INSERT INTO copy VALUES (1, 1, 'new'), (1, 2, 'old'), (3, 1, 'lent');

\set explain 'SELECT format(''%s %s %s: %s'', source, alias, strategy, reason) FROM pg_tviews_explain(:''entity'') ORDER BY alias COLLATE "C", links COLLATE "C"; SELECT format(''  %s'', links) FROM pg_tviews_explain(:''entity'') WHERE links <> '''' ORDER BY links COLLATE "C"; SELECT format(''  %s'', lookup) FROM pg_tviews_explain(:''entity'') WHERE strategy = ''key'' AND lookup IS NOT NULL ORDER BY lookup COLLATE "C";'

-- Branches with keys of their own, one of them put together.
SELECT pg_tviews_create('item', $$
    SELECT 'book' AS kind, b.pk_book::text AS id, jsonb_build_object('title', b.title, 'author', a.name) AS data
      FROM book b LEFT JOIN author a ON a.pk_author = b.fk_author
    UNION ALL
    SELECT 'copy', c.fk_book::text || '/' || c.number::text, jsonb_build_object('state', c.state, 'title', b.title)
      FROM copy c JOIN book b ON b.pk_book = c.fk_book $$, '{"key": ["kind", "id"]}');
\set entity item
:explain
SELECT oracle.diff('tv_item');
UPDATE author SET name = 'Anna' WHERE pk_author = 1;
SELECT oracle.diff('tv_item');
UPDATE book SET pk_book = 7 WHERE pk_book = 3;
SELECT oracle.diff('tv_item');
UPDATE copy SET fk_book = 7, state = 'back' WHERE fk_book = 3;
SELECT oracle.diff('tv_item');
INSERT INTO copy VALUES (7, 2, 'new');
DELETE FROM copy WHERE fk_book = 1 AND number = 1;
SELECT oracle.diff('tv_item');
BEGIN;
UPDATE book SET fk_author = 3 WHERE pk_book = 7;
UPDATE author SET name = 'Rob' WHERE pk_author = 3;
UPDATE copy SET number = 5 WHERE fk_book = 7 AND number = 1;
SELECT id, data FROM tv_item WHERE id LIKE '7%' ORDER BY id;
COMMIT;
SELECT oracle.diff('tv_item');

-- Only the rows of that key are looked at.
SELECT oracle.mark('tv_item');
UPDATE copy SET state = 'lost' WHERE fk_book = 7 AND number = 2;
SELECT oracle.written('tv_item'), oracle.check('tv_item');

-- Groups of an expression: rows appear and vanish with them.
SELECT pg_tviews_create('day', $$
    SELECT date_trunc('day', b.at) AS pk_day, count(*) AS books, string_agg(b.title, ',' ORDER BY b.pk_book) AS titles
      FROM book b WHERE b.at IS NOT NULL GROUP BY date_trunc('day', b.at) $$);
\set entity day
:explain
SELECT oracle.diff('tv_day');
UPDATE book SET at = at + interval '1 hour' WHERE pk_book = 2;
UPDATE book SET at = '2024-03-02 08:00' WHERE pk_book = 1;
SELECT oracle.diff('tv_day');
UPDATE book SET at = NULL WHERE pk_book = 2;
UPDATE book SET at = 'infinity' WHERE pk_book = 4;
SELECT oracle.diff('tv_day');

-- Of months; a row that the view does not show may have a value that is before all months.
SELECT pg_tviews_create('month', $$
    SELECT date_trunc('month', b.at) AS pk_month, count(*) AS books FROM book b WHERE b.at > '2000-01-01' GROUP BY date_trunc('month', b.at) $$);
\set entity month
:explain
SELECT oracle.diff('tv_month');
INSERT INTO book VALUES (5, 1, 'five', '2024-03-30', 5, 1), (6, 1, 'six', '2000-01-02', 4, 1), (8, 1, 'eight', '4714-11-25 00:00 BC', 5, 1);
SELECT oracle.diff('tv_month');
DELETE FROM book WHERE pk_book IN (6, 8);
SELECT oracle.diff('tv_month');

-- Made below, shown and joined above.
SELECT pg_tviews_create('hour', $$
    SELECT q.hour AS pk_hour, q.books, (SELECT count(*) FROM book c WHERE date_trunc('hour', c.at) = q.hour AND c.stars > 3) AS good
      FROM (SELECT date_trunc('hour', b.at) AS hour, count(*) AS books FROM book b WHERE b.at > '2000-01-01' GROUP BY 1) q $$);
\set entity hour
:explain
SELECT oracle.diff('tv_hour');
UPDATE book SET stars = 4 WHERE pk_book = 1;
SELECT oracle.diff('tv_hour');
UPDATE book SET at = '2024-03-02 08:59' WHERE pk_book = 5;
SELECT oracle.diff('tv_hour');

-- Names in lower case: many rows have one key.
SELECT pg_tviews_create('name', $$
    SELECT lower(a.name) AS pk_name, array_agg(a.pk_author ORDER BY a.pk_author) AS authors, count(*) AS n FROM author a GROUP BY lower(a.name) HAVING count(*) < 3 $$);
\set entity name
:explain
SELECT oracle.diff('tv_name');
UPDATE author SET name = 'ANN' WHERE pk_author = 3;
SELECT oracle.diff('tv_name');
UPDATE author SET name = 'ann' WHERE pk_author = 1;
SELECT oracle.diff('tv_name');
DELETE FROM author WHERE pk_author = 3;
SELECT oracle.diff('tv_name');

-- A null among what the key is made of is a null key.
UPDATE author SET name = NULL WHERE pk_author = 2;
SELECT oracle.check('tv_name');

-- Traps: equal numbers that look different, text that depends on settings.
SELECT pg_tviews_create('price', 'SELECT b.price::text AS pk_price, b.title FROM book b WHERE b.pk_book < 3');
SELECT pg_tviews_create('moment', 'SELECT b.at::text AS pk_moment, count(*) AS n FROM book b WHERE b.at IS NOT NULL GROUP BY b.at');
UPDATE book SET price = 1.00 WHERE pk_book = 1;
SELECT oracle.diff('tv_price');

-- A list of constants: what equals its column holds the key, and no source needs to be read as a whole.
SELECT pg_tviews_create('rating', $$
    SELECT v.id AS pk_rating, v.label, (SELECT count(*) FROM book b WHERE b.stars = v.id) AS books, d.latest
      FROM (VALUES (1, 'poor'), (3, 'fair'), (5, 'good')) v(id, label)
      LEFT JOIN LATERAL (SELECT jsonb_build_object('title', b.title, 'by', a.name) AS latest FROM book b LEFT JOIN author a ON a.pk_author = b.fk_author
                          WHERE b.stars = v.id ORDER BY b.pk_book DESC LIMIT 1) d ON true $$);
\set entity rating
:explain
SELECT oracle.diff('tv_rating');
UPDATE book SET stars = 5 WHERE pk_book = 1;
SELECT oracle.diff('tv_rating');
UPDATE author SET name = 'Annie' WHERE pk_author = 1;
SELECT oracle.diff('tv_rating');
DELETE FROM book WHERE stars = 3;
SELECT oracle.diff('tv_rating');

-- The same out of a function; a key that is only shown further out.
SELECT pg_tviews_create('number', $$
    SELECT q.n AS pk_number, q.authors, (SELECT count(*) FROM copy c WHERE c.number = q.n) AS copies
      FROM (SELECT g.n, count(a.pk_author) AS authors FROM generate_series(1, 5) g(n) LEFT JOIN author a ON a.pk_author = g.n GROUP BY g.n) q $$);
\set entity number
:explain
SELECT oracle.diff('tv_number');
UPDATE author SET pk_author = 4 WHERE pk_author = 2;
SELECT oracle.diff('tv_number');
UPDATE copy SET number = 3 WHERE fk_book = 7 AND number = 2;
SELECT oracle.diff('tv_number');

-- Trap: what the function is given decides which keys there are.
SELECT pg_tviews_create('upto', 'SELECT g.n AS pk_upto, count(*) AS n FROM book b, generate_series(1, b.stars) g(n) GROUP BY g.n');
UPDATE book SET stars = 2 WHERE pk_book = 2;
SELECT oracle.diff('tv_upto');

SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA lineage_keys CASCADE;
