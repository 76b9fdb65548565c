-- Partitioned and inherited sources: a write may come in through any part, and parts come and go.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA partitions;
SET search_path = partitions, tviews;

CREATE TABLE place (pk_place int PRIMARY KEY, name text);
INSERT INTO place VALUES (1, 'north'), (2, 'south');
CREATE TABLE event (pk_event int, region int, fk_place int, note text, PRIMARY KEY (pk_event, region)) PARTITION BY LIST (region);
CREATE TABLE event_1 PARTITION OF event FOR VALUES IN (1);
-- Other order of columns, and a dropped one: attribute numbers differ from those of the parent.
CREATE TABLE event_2 (gone int, note text, fk_place int, region int NOT NULL, pk_event int NOT NULL, PRIMARY KEY (pk_event, region));
ALTER TABLE event_2 DROP COLUMN gone;
ALTER TABLE event ATTACH PARTITION event_2 FOR VALUES IN (2);
-- Partitions of partitions.
CREATE TABLE event_3 PARTITION OF event FOR VALUES IN (3, 4) PARTITION BY RANGE (pk_event);
CREATE TABLE event_3_low PARTITION OF event_3 FOR VALUES FROM (0) TO (100);
INSERT INTO event VALUES (1, 1, 1, 'e1'), (2, 2, 2, 'e2'), (3, 3, 1, 'e3');

SELECT pg_tviews_create('event', $$
    SELECT e.pk_event, e.region, p.name AS place, e.note FROM event e JOIN place p ON p.pk_place = e.fk_place
$$, '{"key": ["pk_event", "region"]}');
SELECT pg_tviews_create('place', $$
    SELECT p.pk_place, p.name, (SELECT array_agg(e.note ORDER BY e.pk_event) FROM event e WHERE e.fk_place = p.pk_place) AS events FROM place p
$$);
SELECT format('%s %s %s', source, alias, strategy) FROM pg_tviews_explain('event') ORDER BY alias COLLATE "C";
SELECT format('%s %s %s', source, alias, strategy) FROM pg_tviews_explain('place') ORDER BY alias COLLATE "C";
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');

-- Through the root, for each partition.
INSERT INTO event VALUES (4, 1, 2, 'e4'), (5, 2, 1, 'e5'), (6, 4, 2, 'e6');
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');
UPDATE event SET note = note || '!';
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');
DELETE FROM event WHERE pk_event = 5;
SELECT oracle.diff('tv_event');

-- Through a partition, the one with other attribute numbers too, and at every level.
INSERT INTO event_1 VALUES (7, 1, 1, 'e7');
INSERT INTO event_2 (pk_event, region, fk_place, note) VALUES (8, 2, 1, 'e8');
INSERT INTO event_3 VALUES (9, 3, 1, 'e9');
INSERT INTO event_3_low VALUES (10, 4, 1, 'e10');
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');
UPDATE event_1 SET fk_place = 2 WHERE pk_event = 7;
UPDATE event_2 SET fk_place = 2 WHERE pk_event = 8;
UPDATE event_3_low SET fk_place = 2 WHERE pk_event = 9;
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');
DELETE FROM event_2 WHERE pk_event = 8;
DELETE FROM event_3 WHERE pk_event = 9;
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');
COPY event_2 (pk_event, region, fk_place, note) FROM STDIN;
11	2	1	copied
\.
COPY event FROM STDIN;
12	2	1	copied too
13	3	2	copied as well
\.
SELECT oracle.diff('tv_event');

-- A row moves to another partition: within an update of many, of the key, by an upsert, by MERGE.
UPDATE event SET region = 2 WHERE pk_event = 1;
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');
UPDATE event SET region = CASE region WHEN 2 THEN 1 ELSE 2 END, note = 'swapped' WHERE region IN (1, 2);
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');
UPDATE event SET region = 4, fk_place = 1 WHERE pk_event = 6;
UPDATE event SET region = 1, fk_place = 2 WHERE pk_event = 3;
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');
MERGE INTO event e USING (VALUES (3, 3)) s (id, region) ON s.id = e.pk_event WHEN MATCHED THEN UPDATE SET region = s.region;
SELECT oracle.diff('tv_event');
MERGE INTO event e USING (VALUES (1, 3), (99, 3)) s (id, region) ON s.id = e.pk_event
 WHEN MATCHED THEN UPDATE SET region = s.region
 WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.region, 1, 'merged');
SELECT oracle.diff('tv_event');

-- A row that a trigger keeps from arriving is gone.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON event_3_low FOR EACH ROW EXECUTE FUNCTION refuse();
UPDATE event SET region = CASE WHEN pk_event = 4 THEN 3 ELSE region END, note = 'lost on the way' WHERE pk_event IN (2, 4, 7);
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');
DROP TRIGGER refuse ON event_3_low;

-- New partitions: created, attached empty, attached with rows, a whole subtree.
CREATE TABLE event_5 PARTITION OF event FOR VALUES IN (5);
INSERT INTO event_5 VALUES (50, 5, 1, 'e50');
SELECT oracle.diff('tv_event');
INSERT INTO event VALUES (51, 5, 1, 'e51');
SELECT oracle.diff('tv_event');
CREATE TABLE event_6 (note text, pk_event int NOT NULL, region int NOT NULL, fk_place int, PRIMARY KEY (pk_event, region));
INSERT INTO event_6 VALUES ('e60', 60, 6, 2), ('e61', 61, 6, 1);
SELECT oracle.diff('tv_event');
ALTER TABLE event ATTACH PARTITION event_6 FOR VALUES IN (6);
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');
UPDATE event_6 SET note = 'e60 new' WHERE pk_event = 60;
DELETE FROM event_6 WHERE pk_event = 61;
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');
CREATE TABLE event_7 (LIKE event INCLUDING ALL) PARTITION BY RANGE (pk_event);
CREATE TABLE event_7_low PARTITION OF event_7 FOR VALUES FROM (0) TO (1000);
INSERT INTO event_7 VALUES (70, 7, 1, 'e70');
ALTER TABLE event ATTACH PARTITION event_7 FOR VALUES IN (7);
SELECT oracle.diff('tv_event');
UPDATE event_7_low SET note = 'e70 new';
SELECT oracle.diff('tv_event');
CREATE TABLE event_default PARTITION OF event DEFAULT;
INSERT INTO event VALUES (900, 9, 1, 'e900');
SELECT oracle.diff('tv_event');

-- Attached and written in the same transaction, by a session that has its plans loaded.
BEGIN;
CREATE TABLE event_8 (LIKE event INCLUDING ALL);
INSERT INTO event_8 VALUES (80, 8, 1, 'e80');
ALTER TABLE event ATTACH PARTITION event_8 FOR VALUES IN (8);
INSERT INTO event_8 VALUES (81, 8, 1, 'e81');
SELECT pk_event, note FROM tv_event WHERE region = 8 ORDER BY 1;
COMMIT;
SELECT oracle.diff('tv_event');

-- Partitions leave: detached, dropped, truncated. One that left is on its own.
ALTER TABLE event DETACH PARTITION event_6;
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');
INSERT INTO event_6 (pk_event, region, fk_place, note) VALUES (62, 6, 1, 'alone');
SELECT oracle.diff('tv_event');
SELECT tgname FROM pg_trigger WHERE tgrelid = 'event_6'::regclass AND tgname LIKE 'pg_tviews%' ORDER BY 1;
ALTER TABLE event DETACH PARTITION event_default;
-- In two transactions the first would leave view and TVIEW apart.
ALTER TABLE event DETACH PARTITION event_8 CONCURRENTLY;
\echo :LAST_ERROR_SQLSTATE
ALTER TABLE event DETACH PARTITION event_8;
SELECT oracle.diff('tv_event');
DROP TABLE event_5;
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');
TRUNCATE event_2;
SELECT oracle.diff('tv_event');
TRUNCATE event_3;
SELECT oracle.diff('tv_event');
DROP TABLE event_7;
SELECT oracle.diff('tv_event');
BEGIN;
ALTER TABLE event DETACH PARTITION event_1;
INSERT INTO event_1 VALUES (100, 1, 1, 'detached');
SELECT count(*) FROM tv_event;
ROLLBACK;
SELECT oracle.diff('tv_event');
INSERT INTO event_1 VALUES (101, 1, 1, 'still attached');
SELECT oracle.diff('tv_event');
TRUNCATE event;
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_place');

-- A TVIEW over one partition: written through the root.
SELECT pg_tviews_create('low', 'SELECT pk_event AS pk_low, note FROM event_3_low');
INSERT INTO event VALUES (5, 3, 1, 'through the root'), (6, 1, 1, 'elsewhere');
SELECT oracle.diff('tv_low');
UPDATE event_3 SET note = 'through the middle';
SELECT oracle.diff('tv_low');
UPDATE event SET region = 1 WHERE pk_event = 5;
SELECT oracle.diff('tv_low');
UPDATE event SET region = 4 WHERE pk_event = 6;
SELECT oracle.diff('tv_low');
SELECT oracle.diff('tv_event');
SELECT oracle.all();

-- Inheritance: children's rows belong to the parent's, ONLY leaves them out.
CREATE TABLE animal (pk_animal int, name text);
CREATE TABLE dog (breed text) INHERITS (animal);
INSERT INTO animal VALUES (1, 'generic');
INSERT INTO dog VALUES (2, 'Rex', 'collie');
SELECT pg_tviews_create('animal', 'SELECT pk_animal, name FROM animal');
SELECT pg_tviews_create('only', 'SELECT pk_animal AS pk_only, name FROM ONLY animal');
SELECT oracle.diff('tv_animal');
SELECT oracle.diff('tv_only');
INSERT INTO dog VALUES (3, 'Fido', 'poodle');
UPDATE dog SET name = 'Rex II' WHERE pk_animal = 2;
SELECT oracle.diff('tv_animal');
UPDATE animal SET name = upper(name);
SELECT oracle.diff('tv_animal');
SELECT oracle.diff('tv_only');
UPDATE ONLY animal SET name = 'alone';
SELECT oracle.diff('tv_only');
CREATE TABLE cat (claws int, name text, pk_animal int);
INSERT INTO cat VALUES (4, 'Tom', 10);
ALTER TABLE cat INHERIT animal;
SELECT oracle.diff('tv_animal');
UPDATE cat SET name = 'Tommy';
SELECT oracle.diff('tv_animal');
ALTER TABLE cat NO INHERIT animal;
SELECT oracle.diff('tv_animal');
UPDATE cat SET name = 'own';
DELETE FROM animal WHERE pk_animal = 3;
SELECT oracle.diff('tv_animal');
DROP TABLE dog;
SELECT oracle.diff('tv_animal');
-- Keys are not unique over children: the second row of a key is refused when it comes.
CREATE TABLE bird () INHERITS (animal);
INSERT INTO bird VALUES (1, 'twin');
SELECT oracle.diff('tv_animal');
SELECT oracle.all();
SELECT check_name, details FROM pg_tviews_health_check() WHERE status <> 'OK';
SET client_min_messages = warning;
DROP SCHEMA partitions CASCADE;
