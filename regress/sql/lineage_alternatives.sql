-- Lineage where a condition leaves open which of several links holds, is no equality of two columns, or leads to a part
-- of the key only.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA lineage_alternatives;
SET search_path = lineage_alternatives, tviews;
CREATE TABLE person (pk_person int PRIMARY KEY, name text);
CREATE TABLE doc (pk_doc int PRIMARY KEY, fk_author int, fk_editor int, title text, readers int[], at date, kind text);
CREATE TABLE price (pk_price int PRIMARY KEY, since date NOT NULL, until date NOT NULL, amount numeric(6,2));
CREATE INDEX ON doc (fk_author);
CREATE INDEX ON doc (fk_editor);
INSERT INTO person VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cid'), (4, 'Dan');
INSERT INTO doc VALUES (1, 1, 2, 'a', '{1,3}', '2024-01-10', 'x'), (2, 2, NULL, 'b', '{}', '2024-02-10', 'y'),
                       (3, NULL, 3, 'c', '{2,2,NULL}', '2024-02-29', 'x'), (4, NULL, NULL, 'd', NULL, NULL, NULL);
INSERT INTO price VALUES (1, '2024-01-01', '2024-02-01', 10), (2, '2024-02-01', '2024-03-01', 20);

\set explain 'SELECT format(''%s %s %s: %s'', source, alias, strategy, reason) FROM pg_tviews_explain(:''entity'') ORDER BY alias COLLATE "C", links COLLATE "C"; SELECT format(''  %s'', links) FROM pg_tviews_explain(:''entity'') WHERE links <> '''' ORDER BY links COLLATE "C"; SELECT format(''  %s'', missing_index) FROM pg_tviews_explain(:''entity'') WHERE missing_index IS NOT NULL ORDER BY 1;'

-- OR of two links.
SELECT pg_tviews_create('either', 'SELECT d.pk_doc AS pk_either, d.title, string_agg(p.name, '','' ORDER BY p.pk_person) AS people FROM doc d LEFT JOIN person p ON p.pk_person = d.fk_author OR p.pk_person = d.fk_editor GROUP BY d.pk_doc');
\set entity either
:explain
SELECT oracle.diff('tv_either');
UPDATE person SET name = 'Anne' WHERE pk_person = 1;
SELECT oracle.diff('tv_either');
UPDATE person SET name = 'Cyd' WHERE pk_person = 3;
SELECT oracle.diff('tv_either');
UPDATE doc SET fk_editor = 4 WHERE pk_doc = 2;
SELECT oracle.diff('tv_either');
DELETE FROM person WHERE pk_person = 4;
SELECT oracle.diff('tv_either');
BEGIN;
UPDATE doc SET fk_author = NULL WHERE pk_doc = 1;
UPDATE person SET name = 'Ann' WHERE pk_person = 1;
UPDATE person SET pk_person = 5 WHERE pk_person = 2;
COMMIT;
SELECT oracle.diff('tv_either');
INSERT INTO person VALUES (2, 'Bob'), (4, 'Dan');
SELECT oracle.diff('tv_either');

-- The same as IN; the key itself may be one of the alternatives.
SELECT pg_tviews_create('among', 'SELECT d.pk_doc AS pk_among, p.name FROM doc d JOIN person p ON p.pk_person IN (d.fk_author, d.pk_doc) AND p.pk_person <> 3 AND d.pk_doc <> 1');
\set entity among
:explain
SELECT oracle.diff('tv_among');
UPDATE person SET name = lower(name);
SELECT oracle.diff('tv_among');
UPDATE doc SET fk_author = NULL WHERE pk_doc = 2;
SELECT oracle.diff('tv_among');

-- Equality with a value that is one of two, made here or in a subquery.
SELECT pg_tviews_create('responsible', 'SELECT d.pk_doc AS pk_responsible, p.name, q.name AS other FROM doc d LEFT JOIN person p ON p.pk_person = coalesce(d.fk_editor, d.fk_author) LEFT JOIN (SELECT e.pk_doc, CASE WHEN e.kind = ''x'' THEN e.fk_author ELSE e.fk_editor END AS who FROM doc e) w ON w.pk_doc = d.pk_doc LEFT JOIN person q ON q.pk_person = w.who');
\set entity responsible
:explain
SELECT oracle.diff('tv_responsible');
UPDATE person SET name = upper(name);
SELECT oracle.diff('tv_responsible');
UPDATE doc SET kind = CASE kind WHEN 'x' THEN 'y' ELSE 'x' END, fk_editor = 1 WHERE pk_doc < 3;
SELECT oracle.diff('tv_responsible');
DELETE FROM person WHERE pk_person = 1;
SELECT oracle.diff('tv_responsible');

-- One alternative has no link: the source is compared in full.
SELECT pg_tviews_create('open', 'SELECT d.pk_doc AS pk_open, count(p.*) AS n FROM doc d LEFT JOIN person p ON p.pk_person = d.fk_author OR d.kind = ''x'' GROUP BY d.pk_doc');
\set entity open
:explain
SELECT oracle.diff('tv_open');
INSERT INTO person VALUES (1, 'Ann');
SELECT oracle.diff('tv_open');

-- Elements of an array column, in a condition and in FROM.
SELECT pg_tviews_create('readers', 'SELECT d.pk_doc AS pk_readers, (SELECT string_agg(p.name, '','' ORDER BY p.pk_person) FROM person p WHERE p.pk_person = ANY (d.readers)) AS names, (SELECT count(*) FROM unnest(d.readers) WITH ORDINALITY r(reader, place) JOIN person p ON p.pk_person = r.reader) AS n FROM doc d');
\set entity readers
:explain
SELECT oracle.diff('tv_readers');
UPDATE person SET name = 'Zoe' WHERE pk_person = 2;
SELECT oracle.diff('tv_readers');
UPDATE doc SET readers = readers || 4 WHERE pk_doc <> 2;
SELECT oracle.diff('tv_readers');
DELETE FROM person WHERE pk_person = 4;
SELECT oracle.diff('tv_readers');
BEGIN;
UPDATE doc SET readers = '{1}' WHERE pk_doc = 3;
UPDATE person SET name = 'Yan' WHERE pk_person = 2;
INSERT INTO person VALUES (4, 'Dan');
COMMIT;
SELECT oracle.diff('tv_readers');

-- An order: which price was valid.
SELECT pg_tviews_create('priced', 'SELECT d.pk_doc AS pk_priced, r.amount FROM doc d LEFT JOIN price r ON d.at >= r.since AND d.at < r.until');
\set entity priced
:explain
SELECT oracle.diff('tv_priced');
UPDATE price SET amount = 21 WHERE pk_price = 2;
SELECT oracle.diff('tv_priced');
UPDATE price SET until = '2024-02-15' WHERE pk_price = 2;
SELECT oracle.diff('tv_priced');
INSERT INTO price VALUES (3, '2024-02-15', '2024-12-31', 30);
SELECT oracle.diff('tv_priced');
UPDATE doc SET at = '2024-12-01' WHERE pk_doc IN (1, 4);
SELECT oracle.diff('tv_priced');
DELETE FROM price WHERE pk_price = 3;
SELECT oracle.diff('tv_priced');

-- A part of the key: what one row gives is refreshed together.
SELECT pg_tviews_create('places', 'SELECT d.pk_doc, r.place, r.reader FROM doc d CROSS JOIN unnest(d.readers) WITH ORDINALITY r(reader, place)', '{"key": ["pk_doc", "place"]}');
\set entity places
:explain
SELECT oracle.diff('tv_places');
SELECT oracle.mark('tv_places');
UPDATE doc SET readers = '{9,8}' WHERE pk_doc = 1;
SELECT oracle.diff('tv_places');
SELECT oracle.written('tv_places');
UPDATE doc SET readers = NULL WHERE pk_doc = 3;
SELECT oracle.diff('tv_places');
DELETE FROM doc WHERE pk_doc = 4;
SELECT oracle.diff('tv_places');
SELECT pg_tviews_create('months', 'SELECT coalesce(d.kind, '''') AS kind, date_trunc(''month'', d.at) AS month, d.fk_editor, count(*) AS n FROM doc d WHERE d.fk_editor IS NOT NULL AND d.at IS NOT NULL GROUP BY 1, 2, 3', '{"key": ["kind", "month", "fk_editor"]}');
\set entity months
:explain
SELECT oracle.diff('tv_months');
UPDATE doc SET at = at - 30;
SELECT oracle.diff('tv_months');
UPDATE doc SET kind = NULL, fk_editor = 1;
SELECT oracle.diff('tv_months');

-- Grouping sets that all have the key.
SELECT pg_tviews_create('totals', 'SELECT d.fk_editor, coalesce(d.kind, ''?'') AS kind, grouping(d.kind) AS total, count(*) AS n FROM doc d WHERE d.fk_editor IS NOT NULL GROUP BY GROUPING SETS ((d.fk_editor, d.kind), (d.fk_editor))', '{"key": ["fk_editor", "kind", "total"]}');
\set entity totals
:explain
SELECT oracle.diff('tv_totals');
INSERT INTO doc VALUES (5, NULL, 1, 'e', NULL, '2024-05-05', 'x'), (6, NULL, 2, 'f', NULL, '2024-05-05', 'x');
SELECT oracle.diff('tv_totals');
UPDATE doc SET kind = 'z' WHERE pk_doc = 5;
SELECT oracle.diff('tv_totals');
DELETE FROM doc WHERE pk_doc = 6;
SELECT oracle.diff('tv_totals');

SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA lineage_alternatives CASCADE;
