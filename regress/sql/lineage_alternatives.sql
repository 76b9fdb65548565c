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
CREATE TABLE membership (fk_person int, fk_doc int, PRIMARY KEY (fk_person, fk_doc));
CREATE TABLE late (id int PRIMARY KEY, who int);
CREATE INDEX ON doc (fk_author);
CREATE INDEX ON doc (fk_editor);
INSERT INTO person VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cid'), (4, 'Dan');
INSERT INTO doc VALUES (1, 1, 2, 'a', '{1,3}', '2024-01-10', 'x'), (2, 2, NULL, 'b', '{}', '2024-02-10', 'y'),
                       (3, NULL, 3, 'c', '{2,2,NULL}', '2024-02-29', 'x'), (4, NULL, NULL, 'd', NULL, NULL, NULL);
INSERT INTO membership VALUES (1, 1), (3, 1), (3, 3);
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

-- The row of a scalar subquery: the latest document of a person. What it finds is climbed to from outside as well.
SELECT pg_tviews_create('latest', 'SELECT p.pk_person AS pk_latest, p.name, d.title FROM person p LEFT JOIN doc d ON d.pk_doc = (SELECT e.pk_doc FROM doc e WHERE e.fk_editor = p.pk_person ORDER BY e.at DESC NULLS LAST, e.pk_doc LIMIT 1)');
\set entity latest
:explain
SELECT oracle.diff('tv_latest');
UPDATE doc SET title = title || '!' WHERE fk_editor = 1;
SELECT oracle.diff('tv_latest');
UPDATE doc SET at = '2025-01-01' WHERE pk_doc = 3;
SELECT oracle.diff('tv_latest');
DELETE FROM doc WHERE pk_doc = 3;
SELECT oracle.diff('tv_latest');
BEGIN;
UPDATE doc SET fk_editor = 2 WHERE pk_doc = 1;
UPDATE doc SET title = 'A' WHERE pk_doc = 1;
COMMIT;
SELECT oracle.diff('tv_latest');

-- A source outside EXISTS that is tied to the key only through it.
SELECT pg_tviews_create('allowed', 'SELECT d.pk_doc AS pk_allowed, string_agg(p.name, '','' ORDER BY p.pk_person) AS names FROM doc d CROSS JOIN person p WHERE EXISTS (SELECT FROM membership m WHERE m.fk_person = p.pk_person AND m.fk_doc = d.pk_doc) GROUP BY d.pk_doc');
\set entity allowed
:explain
SELECT oracle.diff('tv_allowed');
UPDATE person SET name = 'Eve' WHERE pk_person = 3;
SELECT oracle.diff('tv_allowed');
BEGIN;
UPDATE person SET name = 'Eva' WHERE pk_person = 3;
DELETE FROM membership WHERE fk_person = 3 AND fk_doc = 1;
COMMIT;
SELECT oracle.diff('tv_allowed');
INSERT INTO membership VALUES (2, 2);
SELECT oracle.diff('tv_allowed');

-- NOT IN between columns that are not null; a null-safe equality; OFFSET 0; a window and DISTINCT ON over a key.
SELECT pg_tviews_create('lonely', 'SELECT d.pk_doc AS pk_lonely, q.n, r.kind FROM doc d LEFT JOIN (SELECT m.fk_doc, row_number() OVER (PARTITION BY m.fk_doc, m.fk_person) AS n, m.fk_person FROM membership m OFFSET 0) q ON q.fk_doc IS NOT DISTINCT FROM d.pk_doc AND q.fk_person = 2 LEFT JOIN (SELECT DISTINCT ON (e.pk_doc) e.pk_doc, e.kind, e.fk_editor FROM doc e ORDER BY e.pk_doc) r ON r.fk_editor = d.pk_doc AND r.pk_doc < 3 WHERE d.pk_doc NOT IN (SELECT m.fk_doc FROM membership m WHERE m.fk_person = 3)');
\set entity lonely
:explain
SELECT oracle.diff('tv_lonely');
INSERT INTO membership VALUES (3, 2), (2, 1);
SELECT oracle.diff('tv_lonely');
DELETE FROM membership WHERE fk_person = 3;
SELECT oracle.diff('tv_lonely');
UPDATE doc SET kind = 'k' || pk_doc;
SELECT oracle.diff('tv_lonely');

-- What is joined to a set operation climbs into its branches; a tag of the branch is no part of what is climbed to.
SELECT pg_tviews_create('work', 'SELECT s.kind, s.id, p.name FROM (SELECT ''doc'' AS kind, d.pk_doc AS id, d.fk_editor AS who FROM doc d UNION ALL SELECT ''price'', r.pk_price, NULL FROM price r UNION ALL SELECT ''late'', l.id, l.who FROM late l) s LEFT JOIN person p ON p.pk_person = s.who', '{"key": ["kind", "id"]}');
\set entity work
:explain
SELECT oracle.diff('tv_work');
UPDATE person SET name = upper(name);
SELECT oracle.diff('tv_work');
DELETE FROM price WHERE pk_price = 2;
SELECT oracle.diff('tv_work');
SELECT pg_tviews_create('union', 'SELECT s.id AS pk_union, p.name, (SELECT count(*) FROM membership m WHERE m.fk_doc = s.id) AS n FROM (SELECT d.pk_doc AS id, d.fk_editor AS who FROM doc d UNION SELECT l.id, l.who FROM late l) s LEFT JOIN person p ON p.pk_person = s.who');
\set entity union
:explain
SELECT oracle.diff('tv_union');
UPDATE person SET name = lower(name) WHERE pk_person < 4;
SELECT oracle.diff('tv_union');
INSERT INTO late VALUES (70, 1), (71, 3);
SELECT oracle.diff('tv_union');
INSERT INTO membership VALUES (1, 70);
SELECT oracle.diff('tv_union');
UPDATE person SET name = 'Cleo' WHERE pk_person = 3;
SELECT oracle.diff('tv_union');

-- A key that is one of two columns.
SELECT pg_tviews_create('merged', 'SELECT coalesce(d.pk_doc, l.id) AS pk_merged, d.title, l.who FROM late l LEFT JOIN doc d ON d.pk_doc = l.id');
\set entity merged
:explain
SELECT oracle.diff('tv_merged');
INSERT INTO late VALUES (1, 2);
SELECT oracle.diff('tv_merged');
UPDATE doc SET title = 'one' WHERE pk_doc = 1;
SELECT oracle.diff('tv_merged');
DELETE FROM doc WHERE pk_doc = 1;
SELECT oracle.diff('tv_merged');

SELECT count(pg_tviews_drop(entity)) FROM unnest('{work,union,merged}'::text[]) entity;
-- A plan that leans on a unique key: without it the definition is analysed again.
SELECT pg_tviews_create('numbered', 'SELECT p.pk_person AS pk_numbered, q.n FROM person p LEFT JOIN (SELECT l.who, row_number() OVER (PARTITION BY l.id) AS n FROM late l) q ON q.who = p.pk_person AND q.n < 9');
\set entity numbered
:explain
SELECT oracle.diff('tv_numbered');
ALTER TABLE late DROP CONSTRAINT late_pkey;
:explain
INSERT INTO late VALUES (71, 5);
SELECT oracle.diff('tv_numbered');
DELETE FROM late WHERE who = 5;
ALTER TABLE late ADD PRIMARY KEY (id);
:explain
SELECT oracle.diff('tv_numbered');

-- Rows in one partition of a window change one another; what they are joined to climbs over the partition.
SELECT pg_tviews_create('ranked', 'SELECT d.pk_doc AS pk_ranked, rank() OVER (PARTITION BY d.fk_editor ORDER BY p.name, d.pk_doc) AS place, count(*) OVER (PARTITION BY d.fk_editor) AS of FROM doc d LEFT JOIN person p ON p.pk_person = d.fk_author WHERE d.fk_editor IS NOT NULL');
\set entity ranked
:explain
SELECT oracle.diff('tv_ranked');
INSERT INTO doc VALUES (8, 4, 1, 'h'), (9, 5, 1, 'i'), (10, 1, 2, 'j'), (11, 1, NULL, 'k');
SELECT oracle.diff('tv_ranked');
UPDATE person SET name = 'Aaron' WHERE pk_person = 5;
SELECT oracle.diff('tv_ranked');
UPDATE doc SET fk_editor = 2 WHERE pk_doc = 9;
SELECT oracle.diff('tv_ranked');
BEGIN;
UPDATE doc SET fk_editor = NULL WHERE pk_doc IN (9, 10);
UPDATE person SET name = 'Zed' WHERE pk_person = 4;
DELETE FROM doc WHERE pk_doc = 8;
COMMIT;
SELECT oracle.diff('tv_ranked');
-- Partitions may be null: nulls meet nulls.
SELECT pg_tviews_create('loose', 'SELECT d.pk_doc AS pk_loose, count(*) OVER (PARTITION BY d.fk_editor) AS of FROM doc d');
\set entity loose
:explain
SELECT oracle.diff('tv_loose');
INSERT INTO doc VALUES (12, 1, NULL, 'l');
SELECT oracle.diff('tv_loose');
UPDATE doc SET fk_editor = 2 WHERE pk_doc = 12;
SELECT oracle.diff('tv_loose');
UPDATE doc SET fk_editor = NULL WHERE fk_editor = 2;
SELECT oracle.diff('tv_loose');
DELETE FROM doc WHERE pk_doc = 12;
SELECT oracle.diff('tv_loose');
-- Only the partitions concerned are looked at.
SELECT lookup FROM pg_tviews_explain('loose') WHERE lookup IS NOT NULL;
INSERT INTO doc VALUES (13, 1, 77, 'm');
SELECT oracle.diff('tv_loose');

-- Two columns, what is joined beside them, and a row joined that may be missing.
CREATE TABLE shelf (pk_shelf int PRIMARY KEY, room int, floor text, fk_person int, label text);
INSERT INTO shelf VALUES (1, 1, 'a', 1, 'x'), (2, 1, NULL, 1, 'y'), (3, NULL, NULL, 3, 'z'), (4, NULL, 'a', NULL, 'v'), (5, 1, NULL, 3, 'w'), (6, NULL, NULL, NULL, 'u');
SELECT pg_tviews_create('shelf', $$
    SELECT s.pk_shelf, p.name, string_agg(s.label || coalesce(p.name, '-'), ',') OVER (PARTITION BY s.room, s.floor ORDER BY s.pk_shelf
               ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS labels
      FROM shelf s LEFT JOIN person p ON p.pk_person = s.fk_person WHERE s.label <> 'none' $$);
\set entity shelf
:explain
SELECT oracle.diff('tv_shelf');
UPDATE person SET name = 'ANN' WHERE pk_person = 1;
SELECT oracle.diff('tv_shelf');
UPDATE shelf SET floor = NULL, label = 't' WHERE pk_shelf = 4;
SELECT oracle.diff('tv_shelf');
UPDATE shelf SET room = NULL WHERE pk_shelf = 5;
SELECT oracle.diff('tv_shelf');
UPDATE shelf SET label = 'none' WHERE pk_shelf = 3;
SELECT oracle.diff('tv_shelf');
BEGIN;
UPDATE shelf SET fk_person = 2 WHERE pk_shelf = 6;
SAVEPOINT a;
UPDATE shelf SET floor = 'b' WHERE room IS NULL;
SELECT pk_shelf, labels FROM tv_shelf ORDER BY 1;
ROLLBACK TO a;
DELETE FROM shelf WHERE pk_shelf = 4;
COMMIT;
SELECT oracle.diff('tv_shelf');

-- A partition by a column that is null where its row is missing is another matter.
SELECT pg_tviews_create('named', 'SELECT s.pk_shelf AS pk_named, count(*) OVER (PARTITION BY p.name) AS of FROM shelf s LEFT JOIN person p ON p.pk_person = s.fk_person');
\set entity named
:explain
UPDATE person SET name = NULL WHERE pk_person = 1;
SELECT oracle.diff('tv_named');
UPDATE shelf SET fk_person = NULL WHERE pk_shelf = 2;
SELECT oracle.diff('tv_named');

-- IS NOT DISTINCT FROM between columns that may be null.
SELECT pg_tviews_create('alike', 'SELECT p.pk_person AS pk_alike, p.name, (SELECT jsonb_agg(s.pk_shelf ORDER BY s.pk_shelf) FROM shelf s WHERE s.floor IS NOT DISTINCT FROM p.name) AS shelves FROM person p');
\set entity alike
:explain
SELECT oracle.diff('tv_alike');
UPDATE shelf SET floor = 'ann' WHERE pk_shelf = 1;
UPDATE shelf SET floor = NULL WHERE pk_shelf = 4;
SELECT oracle.diff('tv_alike');
UPDATE person SET name = NULL WHERE pk_person = 3;
SELECT oracle.diff('tv_alike');
UPDATE person SET name = 'ann' WHERE pk_person = 1;
SELECT oracle.diff('tv_alike');

-- From an array to what equals its elements: captured from old and new images, and handed on by a look-up.
CREATE TABLE note (pk_note int PRIMARY KEY, fk_doc int, body text);
CREATE INDEX ON note (fk_doc);
INSERT INTO doc VALUES (21, 1, 2, 'one', '{1,3}'), (22, 2, NULL, 'two', '{}'), (23, NULL, 3, 'three', '{2,2,NULL}');
INSERT INTO note VALUES (1, 21, 'first'), (2, 21, 'second'), (3, 23, 'third');
SELECT pg_tviews_create('reading', $$
    SELECT p.pk_person AS pk_reading, (SELECT string_agg(d.title, ',' ORDER BY d.pk_doc) FROM doc d WHERE p.pk_person = ANY (d.readers)) AS titles,
           (SELECT count(*) FROM doc d CROSS JOIN unnest(d.readers) r(reader) JOIN note n ON n.fk_doc = d.pk_doc WHERE r.reader = p.pk_person) AS notes
      FROM person p $$);
\set entity reading
:explain
SELECT lookup FROM pg_tviews_explain('reading') WHERE source = 'note'::regclass;
SELECT oracle.diff('tv_reading');
UPDATE doc SET readers = '{4,5,NULL,5}' WHERE pk_doc = 21;
SELECT oracle.diff('tv_reading');
UPDATE doc SET title = upper(title) WHERE pk_doc = 21;
SELECT oracle.diff('tv_reading');
INSERT INTO note VALUES (4, 21, 'fourth');
SELECT oracle.diff('tv_reading');
UPDATE doc SET readers = '{{1,2},{3,4}}' WHERE pk_doc = 23;
SELECT oracle.diff('tv_reading');
UPDATE doc SET readers = NULL WHERE pk_doc = 21;
SELECT oracle.diff('tv_reading');
BEGIN;
UPDATE note SET fk_doc = 22 WHERE pk_note = 2;
UPDATE doc SET readers = array_append(readers, 2) WHERE pk_doc = 22;
UPDATE person SET pk_person = 6 WHERE pk_person = 2;
UPDATE doc SET readers = array_append(readers, 6) WHERE pk_doc = 22;
COMMIT;
SELECT oracle.diff('tv_reading');
DELETE FROM doc WHERE pk_doc = 23;
SELECT oracle.diff('tv_reading');
INSERT INTO doc VALUES (23, NULL, 3, 'c', '{3,4}');
SELECT oracle.diff('tv_reading');

-- An array is read also where it leads nowhere.
SELECT pg_tviews_create('unmet', 'SELECT d.pk_doc AS pk_unmet FROM doc d EXCEPT ALL SELECT o.pk_doc FROM doc o WHERE 3 = ANY (o.readers) AND 4 <> ALL (o.readers)');
SELECT alias, columns FROM pg_tviews_explain('unmet') ORDER BY alias;
SELECT oracle.diff('tv_unmet');
UPDATE doc SET readers = '{3}' WHERE pk_doc = 22;
SELECT oracle.diff('tv_unmet');
UPDATE doc SET readers = '{3,4}' WHERE pk_doc = 22;
SELECT oracle.diff('tv_unmet');

-- A key that is null where its column is not: noticed all the same.
CREATE TABLE gate (id int PRIMARY KEY, word text, n int);
INSERT INTO gate VALUES (1, 'a', 5), (2, 'b', 6), (3, 'c', 7);
SELECT pg_tviews_create('cased', 'SELECT CASE WHEN g.n > 3 THEN g.id END AS pk_cased, g.word FROM gate g');
SELECT pg_tviews_create('nullif', 'SELECT nullif(g.id, g.n) AS pk_nullif, g.word FROM gate g');
UPDATE gate SET n = 1 WHERE id = 2;
UPDATE gate SET n = 3 WHERE id = 3;
UPDATE gate SET n = 8, word = upper(word);
SELECT oracle.diff('tv_cased');
SELECT oracle.diff('tv_nullif');

-- A branch gives the column of a set operation a collation in which other texts are equal than in that of another branch.
CREATE COLLATION ci (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TABLE folded (id int PRIMARY KEY, word text COLLATE ci);
INSERT INTO folded VALUES (7, 'a');
SELECT pg_tviews_create('collated', 'SELECT g.id AS pk_collated, g.word, (SELECT string_agg(s.id::text, '','' ORDER BY s.id) FROM (SELECT d.pk_doc AS id, d.title AS word FROM doc d UNION ALL SELECT f.id, upper(f.word) FROM folded f) s WHERE s.word = g.word) AS ids FROM gate g');
\set entity collated
:explain
SELECT oracle.diff('tv_collated');
INSERT INTO doc VALUES (24, NULL, NULL, 'a', NULL), (25, NULL, NULL, 'B', NULL);
SELECT oracle.diff('tv_collated');
DELETE FROM doc WHERE pk_doc IN (24, 25);
SELECT oracle.diff('tv_collated');

SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA lineage_alternatives CASCADE;
