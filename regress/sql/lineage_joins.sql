-- Lineage through joins: for each source how a change reaches the keys, and that it does.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA lineage_joins;
SET search_path = lineage_joins, tviews;
CREATE TABLE country (pk_country int PRIMARY KEY, name text);
CREATE TABLE city (pk_city int PRIMARY KEY, fk_country int REFERENCES country, name text);
CREATE TABLE person (pk_person int PRIMARY KEY, fk_city int REFERENCES city, fk_boss int REFERENCES person, name text, born_in int REFERENCES city);
CREATE TABLE skill (pk_skill int PRIMARY KEY, name text);
CREATE TABLE person_skill (fk_person int REFERENCES person, fk_skill int REFERENCES skill, grade int, PRIMARY KEY (fk_person, fk_skill));
CREATE INDEX ON city (fk_country);
CREATE INDEX ON person (fk_city);
CREATE INDEX ON person (born_in);
CREATE INDEX ON person (fk_boss);
CREATE INDEX ON person_skill (fk_skill);
INSERT INTO country VALUES (1, 'FR'), (2, 'DE');
INSERT INTO city VALUES (1, 1, 'Lyon'), (2, 2, 'Bonn'), (3, 2, 'Kiel'), (4, NULL, 'Atlantis');
INSERT INTO person VALUES (1, 1, NULL, 'Ann', 2), (2, 2, 1, 'Bob', 2), (3, NULL, 1, 'Cid', NULL);
INSERT INTO skill VALUES (1, 'sql'), (2, 'rust');
INSERT INTO person_skill VALUES (1, 1, 5), (2, 1, 3), (2, 2, 4);

\set explain 'SELECT format(''%s %s %s: %s'', source, alias, strategy, reason) FROM pg_tviews_explain(:''entity'') ORDER BY alias COLLATE "C", source::text COLLATE "C"; SELECT format(''  %s'', links) FROM pg_tviews_explain(:''entity'') WHERE links <> '''' ORDER BY alias COLLATE "C", links COLLATE "C";'

-- A chain of inner joins.
SELECT pg_tviews_create('chain', 'SELECT p.pk_person AS pk_chain, p.name, c.name AS city, n.name AS country FROM person p JOIN city c ON c.pk_city = p.fk_city JOIN country n ON n.pk_country = c.fk_country');
\set entity chain
:explain
SELECT oracle.diff('tv_chain');
UPDATE country SET name = 'Deutschland' WHERE pk_country = 2;
SELECT oracle.diff('tv_chain');
UPDATE city SET fk_country = 1 WHERE pk_city = 2;
SELECT oracle.diff('tv_chain');
UPDATE person SET fk_city = 3 WHERE pk_person = 3;
SELECT oracle.diff('tv_chain');
UPDATE person SET fk_city = 4 WHERE pk_person = 3;
SELECT oracle.diff('tv_chain');
INSERT INTO person VALUES (4, 3, NULL, 'Dan');
SELECT oracle.diff('tv_chain');
DELETE FROM person WHERE pk_person = 4;
SELECT oracle.diff('tv_chain');

-- A chain of left joins: rows stay when their targets go.
SELECT pg_tviews_create('left', 'SELECT p.pk_person AS pk_left, c.name AS city, n.name AS country FROM person p LEFT JOIN (city c LEFT JOIN country n ON n.pk_country = c.fk_country) ON c.pk_city = p.fk_city');
\set entity left
:explain
SELECT oracle.diff('tv_left');
UPDATE city SET fk_country = 2 WHERE pk_city IN (2, 4);
SELECT oracle.diff('tv_left');
UPDATE country SET name = 'DE' WHERE pk_country = 2;
SELECT oracle.diff('tv_left');
UPDATE person SET fk_city = NULL WHERE pk_person = 3;
SELECT oracle.diff('tv_left');
UPDATE city SET pk_city = 40 WHERE pk_city = 4;
UPDATE person SET fk_city = 40 WHERE pk_person = 3;
SELECT oracle.diff('tv_left');

-- Conditions beside the link, and one that mentions the preserved side.
SELECT pg_tviews_create('conditions', $$
    SELECT p.pk_person AS pk_conditions, p.name, c.name AS city
      FROM person p LEFT JOIN city c ON c.pk_city = p.fk_city AND c.name LIKE 'K%' AND p.name <> 'Ann'
     WHERE p.name <> 'Nobody' $$);
\set entity conditions
:explain
SELECT oracle.diff('tv_conditions');
UPDATE city SET name = 'Köln' WHERE pk_city = 2;
SELECT oracle.diff('tv_conditions');
UPDATE person SET name = 'Nobody' WHERE pk_person = 3;
SELECT oracle.diff('tv_conditions');
UPDATE person SET name = 'Cid' WHERE pk_person = 3;
SELECT oracle.diff('tv_conditions');

-- Right and full joins.
SELECT pg_tviews_create('right', 'SELECT c.pk_city AS pk_right, c.name, n.name AS country FROM country n RIGHT JOIN city c ON c.fk_country = n.pk_country');
\set entity right
:explain
SELECT oracle.diff('tv_right');
UPDATE country SET name = 'D' WHERE pk_country = 2;
SELECT oracle.diff('tv_right');
DELETE FROM person WHERE pk_person = 3;
DELETE FROM city WHERE pk_city = 40;
INSERT INTO city VALUES (4, NULL, 'Atlantis');
SELECT oracle.diff('tv_right');
INSERT INTO person VALUES (3, 4, 1, 'Cid');
SELECT pg_tviews_create('fulljoin', $$
    SELECT coalesce(c.pk_city, -n.pk_country) AS pk_fulljoin, c.name, n.name AS country FROM city c FULL JOIN country n ON n.pk_country = c.fk_country $$);
\set entity fulljoin
:explain
SELECT oracle.diff('tv_fulljoin');
INSERT INTO country VALUES (3, 'IT');
SELECT oracle.diff('tv_fulljoin');
UPDATE city SET fk_country = 3 WHERE pk_city = 4;
SELECT oracle.diff('tv_fulljoin');
UPDATE city SET fk_country = NULL WHERE pk_city = 4;
DELETE FROM country WHERE pk_country = 3;
SELECT oracle.diff('tv_fulljoin');

-- Self-joins: each occurrence has its own way to the key.
SELECT pg_tviews_create('boss', 'SELECT p.pk_person AS pk_boss, p.name, b.name AS boss, bb.name AS bigger FROM person p LEFT JOIN person b ON b.pk_person = p.fk_boss LEFT JOIN person bb ON bb.pk_person = b.fk_boss');
\set entity boss
:explain
SELECT oracle.diff('tv_boss');
UPDATE person SET name = 'Anna' WHERE pk_person = 1;
SELECT oracle.diff('tv_boss');
UPDATE person SET fk_boss = 2 WHERE pk_person = 3;
SELECT oracle.diff('tv_boss');
UPDATE person SET fk_boss = 3 WHERE pk_person = 1;
SELECT oracle.diff('tv_boss');
UPDATE person SET fk_boss = NULL WHERE pk_person = 1;
SELECT oracle.diff('tv_boss');

-- A star: two paths to the same table, by two columns.
SELECT pg_tviews_create('star', 'SELECT p.pk_person AS pk_star, h.name AS home, b.name AS birthplace, hn.name AS home_country, bn.name AS birth_country FROM person p LEFT JOIN city h ON h.pk_city = p.fk_city LEFT JOIN city b ON b.pk_city = p.born_in LEFT JOIN country hn ON hn.pk_country = h.fk_country LEFT JOIN country bn ON bn.pk_country = b.fk_country');
\set entity star
:explain
SELECT oracle.diff('tv_star');
UPDATE city SET name = 'Bonn' WHERE pk_city = 2;
SELECT oracle.diff('tv_star');
UPDATE country SET name = 'DEU' WHERE pk_country = 2;
SELECT oracle.diff('tv_star');
UPDATE person SET born_in = fk_city, fk_city = born_in WHERE pk_person = 1;
SELECT oracle.diff('tv_star');

-- Many to many: the key is that of the middle, or of both ends.
SELECT pg_tviews_create('graded', 'SELECT ps.fk_person AS person, ps.fk_skill AS skill, p.name, s.name AS skill_name, ps.grade FROM person_skill ps JOIN person p ON p.pk_person = ps.fk_person JOIN skill s ON s.pk_skill = ps.fk_skill', '{"key": ["person", "skill"]}');
\set entity graded
:explain
SELECT oracle.diff('tv_graded');
UPDATE skill SET name = 'SQL' WHERE pk_skill = 1;
SELECT oracle.diff('tv_graded');
UPDATE person SET name = 'Bobby' WHERE pk_person = 2;
SELECT oracle.diff('tv_graded');
UPDATE person_skill SET fk_person = 3 WHERE fk_person = 2 AND fk_skill = 1;
SELECT oracle.diff('tv_graded');
SELECT pg_tviews_create('ends', 'SELECT p.pk_person, s.pk_skill, p.name, s.name AS skill FROM person p JOIN person_skill ps ON ps.fk_person = p.pk_person JOIN skill s ON ps.fk_skill = s.pk_skill', '{"key": ["pk_person", "pk_skill"]}');
\set entity ends
:explain
SELECT oracle.diff('tv_ends');
DELETE FROM person_skill WHERE fk_person = 3;
UPDATE skill SET name = 'Rust' WHERE pk_skill = 2;
SELECT oracle.diff('tv_ends');

-- USING and NATURAL, old comma joins, a link written the other way round, through a chain of equalities.
CREATE TABLE a (id int PRIMARY KEY, x int, va text);
CREATE TABLE b (id int PRIMARY KEY, x int, vb text);
CREATE TABLE c (id int PRIMARY KEY, y int, vc text);
INSERT INTO a VALUES (1, 10, 'a1'), (2, 20, 'a2');
INSERT INTO b VALUES (1, 10, 'b1'), (2, 20, 'b2'), (3, 30, 'b3');
INSERT INTO c VALUES (1, 10, 'c1'), (2, 30, 'c2');
SELECT pg_tviews_create('using', 'SELECT id AS pk_using, va, vb, vc FROM a JOIN b USING (id) LEFT JOIN c USING (id)');
\set entity using
:explain
SELECT pg_tviews_create('natural', 'SELECT id AS pk_natural, va, vb FROM a NATURAL JOIN b');
\set entity natural
:explain
SELECT pg_tviews_create('comma', 'SELECT a.id AS pk_comma, va, vb, vc FROM a, b, c WHERE b.x = a.x AND c.y = b.x');
\set entity comma
:explain
SELECT pg_tviews_create('equal', 'SELECT c.id AS pk_equal, va, vb, vc FROM c JOIN b ON b.id = c.id JOIN a ON a.id = b.id');
\set entity equal
:explain
SELECT pg_tviews_create('constant', 'SELECT a.id AS pk_constant, va, vb FROM a LEFT JOIN b ON b.id = 2 AND b.x = 20');
\set entity constant
:explain
SELECT oracle.diff('tv_using');
SELECT oracle.diff('tv_natural');
SELECT oracle.diff('tv_comma');
SELECT oracle.diff('tv_equal');
SELECT oracle.diff('tv_constant');
UPDATE a SET va = 'A1', x = 30 WHERE id = 1;
SELECT oracle.diff('tv_using');
SELECT oracle.diff('tv_natural');
SELECT oracle.diff('tv_comma');
SELECT oracle.diff('tv_equal');
SELECT oracle.diff('tv_constant');
UPDATE b SET vb = upper(vb);
SELECT oracle.diff('tv_using');
SELECT oracle.diff('tv_natural');
SELECT oracle.diff('tv_comma');
SELECT oracle.diff('tv_equal');
SELECT oracle.diff('tv_constant');
UPDATE c SET vc = 'C2', y = 20 WHERE id = 2;
SELECT oracle.diff('tv_using');
SELECT oracle.diff('tv_comma');
SELECT oracle.diff('tv_equal');
DELETE FROM b WHERE id = 2;
SELECT oracle.diff('tv_using');
SELECT oracle.diff('tv_natural');
SELECT oracle.diff('tv_comma');
SELECT oracle.diff('tv_equal');
SELECT oracle.diff('tv_constant');

-- Types: a link between int and bigint, text and varchar.
CREATE TABLE big (id bigint PRIMARY KEY, code varchar(10), note text);
CREATE TABLE small (id int PRIMARY KEY, big_id int, code text);
INSERT INTO big VALUES (1, 'x', 'one'), (2, 'y', 'two');
INSERT INTO small VALUES (1, 1, 'x'), (2, 2, 'x');
SELECT pg_tviews_create('mixed', 'SELECT s.id AS pk_mixed, b.note, o.note AS other FROM small s LEFT JOIN big b ON b.id = s.big_id LEFT JOIN big o ON o.code = s.code');
\set entity mixed
:explain
SELECT oracle.diff('tv_mixed');
UPDATE big SET note = upper(note);
SELECT oracle.diff('tv_mixed');
UPDATE big SET code = 'z', note = 'zwei' WHERE id = 2;
UPDATE small SET code = 'z', big_id = 1 WHERE id = 2;
SELECT oracle.diff('tv_mixed');

-- A link of arrays, and one of types with more than one equality.
CREATE TABLE tagged (id int PRIMARY KEY, tags int[], amount numeric);
CREATE TABLE tag_note (tags int[] PRIMARY KEY, note text);
CREATE TABLE amount_note (amount double precision PRIMARY KEY, note text);
INSERT INTO tagged VALUES (1, '{1,2}', 1.0), (2, '{2}', 2.5);
INSERT INTO tag_note VALUES ('{1,2}', 'both'), ('{2}', 'one');
INSERT INTO amount_note VALUES (1, 'unit'), (2.5, 'more');
SELECT pg_tviews_create('tagged', 'SELECT t.id AS pk_tagged, n.note, m.note AS size FROM tagged t LEFT JOIN tag_note n ON n.tags = t.tags LEFT JOIN amount_note m ON m.amount = t.amount');
\set entity tagged
:explain
SELECT oracle.diff('tv_tagged');
UPDATE tag_note SET note = upper(note);
UPDATE amount_note SET note = upper(note) WHERE amount = 1;
SELECT oracle.diff('tv_tagged');
UPDATE tagged SET tags = '{2}', amount = 2.50 WHERE id = 1;
SELECT oracle.diff('tv_tagged');

-- An outer join's equality does not hold for its preserved side: the link must not be used for that.
SELECT pg_tviews_create('preserved', 'SELECT a.id AS pk_preserved, a.va, b.id AS b_id, b.vb FROM a LEFT JOIN b ON b.id = a.id AND a.x > 15');
\set entity preserved
:explain
SELECT oracle.diff('tv_preserved');
UPDATE a SET x = 1 WHERE id = 1;
SELECT oracle.diff('tv_preserved');
UPDATE a SET x = 100;
SELECT oracle.diff('tv_preserved');
UPDATE b SET id = 2 WHERE id = 3;
SELECT oracle.diff('tv_preserved');

-- The key is taken from the nullable side.
SELECT pg_tviews_create('nullable', 'SELECT b.id AS pk_nullable, b.vb, a.va, c.vc FROM a LEFT JOIN b ON b.id = a.id LEFT JOIN c ON c.id = a.id WHERE b.id IS NOT NULL');
\set entity nullable
:explain
SELECT oracle.diff('tv_nullable');
UPDATE a SET id = 3 WHERE id = 1;
SELECT oracle.diff('tv_nullable');
INSERT INTO b VALUES (3, 30, 'b3');
SELECT oracle.diff('tv_nullable');
UPDATE c SET id = 3, vc = 'C3' WHERE id = 1;
SELECT oracle.diff('tv_nullable');
UPDATE a SET id = 1, va = 'again' WHERE id = 3;
SELECT oracle.diff('tv_nullable');

-- No link at all: every change reaches every row.
SELECT pg_tviews_create('cross', 'SELECT a.id AS pk_cross, a.va, k.n FROM a CROSS JOIN (SELECT count(*) AS n FROM skill) k');
\set entity cross
:explain
SELECT oracle.diff('tv_cross');
INSERT INTO skill VALUES (3, 'c');
SELECT oracle.diff('tv_cross');
UPDATE a SET va = 'A' WHERE id = 2;
SELECT oracle.diff('tv_cross');

SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA lineage_joins CASCADE;
