-- What servers have from version 17 on. Older ones end here (expected/since_17_1.out).
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA since_17;
SET search_path = since_17, tviews;
SELECT current_setting('server_version_num')::integer < 170000 AS too_old \gset
\if :too_old
DROP SCHEMA since_17;
\quit
\endif

-- Another expression for a generated column, also of a partition, gives it other values without any trigger.
CREATE TABLE item (pk_item int PRIMARY KEY, price int NOT NULL, gross int GENERATED ALWAYS AS (price * 2) STORED);
CREATE TABLE part (pk_part int, region int, price int, gross int GENERATED ALWAYS AS (price * 2) STORED, PRIMARY KEY (pk_part, region)) PARTITION BY LIST (region);
CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
CREATE TABLE part_2 PARTITION OF part FOR VALUES IN (2);
INSERT INTO item VALUES (1, 10), (2, 20);
INSERT INTO part VALUES (1, 1, 10), (2, 2, 20);
SELECT pg_tviews_create('item', 'SELECT pk_item, gross FROM item');
SELECT pg_tviews_create('part', 'SELECT pk_part, region, gross FROM part', '{"key": ["pk_part", "region"]}');
SELECT oracle.diff('tv_item');
SELECT oracle.diff('tv_part');
ALTER TABLE item ALTER COLUMN gross SET EXPRESSION AS (price * 3);
SELECT oracle.diff('tv_item');
ALTER TABLE part ALTER COLUMN gross SET EXPRESSION AS (price * 3);
SELECT oracle.diff('tv_part');
ALTER TABLE part_1 ALTER COLUMN gross SET EXPRESSION AS (price * 4);
SELECT oracle.diff('tv_part');
-- What does not change the expression writes nothing.
SELECT oracle.mark('tv_item');
ALTER TABLE item ADD COLUMN other int;
SELECT oracle.written('tv_item');

-- MERGE: rows of the target without partner, RETURNING, into a view, between partitions.
CREATE VIEW items AS SELECT pk_item, price FROM item;
MERGE INTO items t USING (VALUES (1, 11), (3, 33)) s (pk, price) ON t.pk_item = s.pk
    WHEN MATCHED THEN UPDATE SET price = s.price
    WHEN NOT MATCHED THEN INSERT VALUES (s.pk, s.price)
    WHEN NOT MATCHED BY SOURCE THEN DELETE
    RETURNING merge_action(), t.pk_item;
SELECT oracle.diff('tv_item');
MERGE INTO part t USING (VALUES (2)) s (pk) ON t.pk_part = s.pk
    WHEN NOT MATCHED BY SOURCE THEN UPDATE SET region = 2, price = 5
    WHEN MATCHED THEN UPDATE SET price = 7;
SELECT oracle.diff('tv_part');

-- Conditions and results of SQL/JSON.
CREATE TABLE doc (pk_doc int PRIMARY KEY, fk_item int REFERENCES item, body jsonb);
INSERT INTO doc VALUES (1, 1, '{"tags": [{"t": "a"}, {"t": "b"}]}'), (2, 3, '{"tags": []}');
SELECT pg_tviews_create('doc', $$
    SELECT d.pk_doc, JSON_VALUE(d.body, '$.tags[0].t') AS first, JSON_OBJECT('gross' VALUE i.gross RETURNING jsonb) AS item,
           (SELECT string_agg(j.t, ',' ORDER BY j.n) FROM JSON_TABLE(d.body, '$.tags[*]' COLUMNS (n FOR ORDINALITY, t text PATH '$.t')) j) AS tags
      FROM doc d JOIN item i ON i.pk_item = d.fk_item WHERE JSON_EXISTS(d.body, '$.tags') $$);
SELECT oracle.diff('tv_doc');
UPDATE item SET price = 100 WHERE pk_item = 3;
UPDATE doc SET body = '{"tags": [{"t": "c"}]}' WHERE pk_doc = 2;
SELECT oracle.diff('tv_doc');

SELECT oracle.all();

SET client_min_messages = warning;
DROP SCHEMA since_17 CASCADE;
