-- Lineage through GROUP BY, HAVING, DISTINCT, window functions and aggregates of every kind.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA lineage_aggregates;
SET search_path = lineage_aggregates, tviews;
\set explain 'SELECT format(''%s %s %s: %s'', source, alias, strategy, reason) FROM pg_tviews_explain(:''entity'') ORDER BY alias COLLATE "C", source::text COLLATE "C"; SELECT format(''  %s'', links) FROM pg_tviews_explain(:''entity'') WHERE links <> '''' ORDER BY alias COLLATE "C", links COLLATE "C";'
CREATE TABLE shop (pk_shop int PRIMARY KEY, name text, region text);
CREATE TABLE item (pk_item int PRIMARY KEY, name text);
CREATE TABLE sale (pk_sale int PRIMARY KEY, fk_shop int, fk_item int, amount numeric, sold date);
CREATE INDEX ON sale (fk_shop);
CREATE INDEX ON sale (fk_item);
INSERT INTO shop VALUES (1, 'A', 'north'), (2, 'B', 'north'), (3, 'C', 'south');
INSERT INTO item VALUES (1, 'nail'), (2, 'bolt');
INSERT INTO sale VALUES (1, 1, 1, 10, '2024-01-01'), (2, 1, 2, 20, '2024-01-02'), (3, 2, 1, 5, '2024-01-02'), (4, NULL, 1, 1, '2024-01-03');

-- GROUP BY a link: the group's row comes with its first child and goes with its last one.
SELECT pg_tviews_create('total', 'SELECT s.fk_shop AS pk_total, count(*) AS n, sum(s.amount) AS amount, max(s.sold) AS last FROM sale s WHERE s.fk_shop IS NOT NULL GROUP BY s.fk_shop');
\set entity total
:explain
SELECT oracle.diff('tv_total');
INSERT INTO sale VALUES (5, 3, 1, 7, '2024-02-01');
SELECT oracle.diff('tv_total');
UPDATE sale SET amount = amount + 1 WHERE pk_sale = 1;
SELECT oracle.diff('tv_total');
UPDATE sale SET fk_shop = 2 WHERE pk_sale = 5;
SELECT oracle.diff('tv_total');
UPDATE sale SET fk_shop = NULL WHERE fk_shop = 2;
SELECT oracle.diff('tv_total');
UPDATE sale SET fk_shop = 2 WHERE pk_sale IN (3, 5);
SELECT oracle.diff('tv_total');

-- GROUP BY the key of a joined table, with functionally dependent columns, FILTER, DISTINCT, ORDER BY in aggregates.
SELECT pg_tviews_create('shop', $$
    SELECT h.pk_shop, h.name, h.region, count(s.pk_sale) AS n, coalesce(sum(s.amount) FILTER (WHERE s.amount > 5), 0) AS big,
           count(DISTINCT s.fk_item) AS items, jsonb_agg(jsonb_build_object('item', i.name, 'amount', s.amount) ORDER BY s.pk_sale) FILTER (WHERE s.pk_sale IS NOT NULL) AS sales,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY s.amount) AS median
      FROM shop h LEFT JOIN sale s ON s.fk_shop = h.pk_shop LEFT JOIN item i ON i.pk_item = s.fk_item
     GROUP BY h.pk_shop $$);
\set entity shop
:explain
SELECT oracle.diff('tv_shop');
UPDATE item SET name = 'NAIL' WHERE pk_item = 1;
SELECT oracle.diff('tv_shop');
UPDATE shop SET region = 'west' WHERE pk_shop = 3;
SELECT oracle.diff('tv_shop');
DELETE FROM sale WHERE pk_sale = 2;
SELECT oracle.diff('tv_shop');
INSERT INTO shop VALUES (4, 'D', 'west');
SELECT oracle.diff('tv_shop');
DELETE FROM shop WHERE pk_shop = 4;
SELECT oracle.diff('tv_shop');

-- GROUP BY something that is no link but a value: the key is that value.
SELECT pg_tviews_create('region', 'SELECT h.region AS pk_region, count(DISTINCT h.pk_shop) AS shops, sum(s.amount) AS amount FROM shop h LEFT JOIN sale s ON s.fk_shop = h.pk_shop WHERE h.region IS NOT NULL GROUP BY h.region');
\set entity region
:explain
SELECT oracle.diff('tv_region');
UPDATE shop SET region = 'south' WHERE pk_shop = 1;
SELECT oracle.diff('tv_region');
UPDATE sale SET amount = 100 WHERE pk_sale = 3;
SELECT oracle.diff('tv_region');
UPDATE shop SET region = NULL WHERE pk_shop = 3;
SELECT oracle.diff('tv_region');

-- GROUP BY two columns, composite key; by an expression; by position; GROUP BY without aggregate.
SELECT pg_tviews_create('pair', 'SELECT s.fk_shop, s.fk_item, sum(s.amount) AS amount FROM sale s WHERE s.fk_shop IS NOT NULL AND s.fk_item IS NOT NULL GROUP BY 1, 2', '{"key": ["fk_shop", "fk_item"]}');
\set entity pair
:explain
SELECT pg_tviews_create('month', 'SELECT extract(month FROM s.sold)::int AS pk_month, sum(s.amount) AS amount FROM sale s GROUP BY extract(month FROM s.sold)');
\set entity month
:explain
SELECT pg_tviews_create('active', 'SELECT fk_item AS pk_active FROM sale GROUP BY fk_item');
\set entity active
:explain
SELECT oracle.diff('tv_pair');
SELECT oracle.diff('tv_month');
SELECT oracle.diff('tv_active');
INSERT INTO sale VALUES (6, 1, 2, 3, '2024-03-01'), (7, 1, 2, 4, '2024-03-05');
SELECT oracle.diff('tv_pair');
SELECT oracle.diff('tv_month');
SELECT oracle.diff('tv_active');
UPDATE sale SET sold = '2024-04-01', fk_item = 1 WHERE pk_sale = 6;
SELECT oracle.diff('tv_pair');
SELECT oracle.diff('tv_month');
DELETE FROM sale WHERE fk_item = 2;
SELECT oracle.diff('tv_pair');
SELECT oracle.diff('tv_month');
SELECT oracle.diff('tv_active');

-- HAVING: groups come and go with their contents.
SELECT pg_tviews_create('rich', 'SELECT s.fk_shop AS pk_rich, sum(s.amount) AS amount FROM sale s WHERE s.fk_shop > 0 GROUP BY s.fk_shop HAVING sum(s.amount) > 50 AND count(*) > (SELECT count(*) FROM item) - 2');
\set entity rich
:explain
SELECT oracle.diff('tv_rich');
UPDATE sale SET amount = 200 WHERE pk_sale = 1;
SELECT oracle.diff('tv_rich');
UPDATE sale SET amount = 1 WHERE pk_sale = 3;
SELECT oracle.diff('tv_rich');
INSERT INTO item VALUES (3, 'nut'), (4, 'screw');
SELECT oracle.diff('tv_rich');

-- Aggregate without GROUP BY: one row, whatever there is.
SELECT pg_tviews_create('all', 'SELECT 1 AS pk_all, count(*) AS n, sum(amount) AS amount FROM sale');
\set entity all
:explain
SELECT oracle.diff('tv_all');
DELETE FROM sale WHERE pk_sale = 4;
SELECT oracle.diff('tv_all');

-- Window functions: partitioned by the link, by the key, and not at all.
SELECT pg_tviews_create('ranked', 'SELECT s.pk_sale AS pk_ranked, s.amount, rank() OVER (PARTITION BY s.fk_shop ORDER BY s.amount DESC) AS place FROM sale s');
\set entity ranked
:explain
SELECT pg_tviews_create('share', $$
    SELECT h.pk_shop AS pk_share, (SELECT jsonb_agg(x.share ORDER BY x.pk_sale) FROM (
               SELECT s.pk_sale, s.fk_shop, round(s.amount / sum(s.amount) OVER (PARTITION BY s.fk_shop), 2) AS share FROM sale s) x
            WHERE x.fk_shop = h.pk_shop) AS shares FROM shop h $$);
\set entity share
:explain
INSERT INTO sale VALUES (8, 1, 1, 50, '2024-05-01'), (9, 2, 3, 60, '2024-05-02'), (10, 2, 3, 40, '2024-05-02');
SELECT oracle.diff('tv_ranked');
SELECT oracle.diff('tv_share');
UPDATE sale SET amount = 500 WHERE pk_sale = 8;
SELECT oracle.diff('tv_ranked');
SELECT oracle.diff('tv_share');
UPDATE sale SET fk_shop = 2 WHERE pk_sale = 8;
SELECT oracle.diff('tv_ranked');
SELECT oracle.diff('tv_share');

-- A derived table that groups, joined to the key; a group over a group.
SELECT pg_tviews_create('over', $$
    SELECT h.region AS pk_over, sum(t.amount) AS amount, array_agg(t.fk_shop ORDER BY t.fk_shop) AS shops
      FROM shop h JOIN (SELECT s.fk_shop, sum(s.amount) AS amount FROM sale s GROUP BY s.fk_shop) t ON t.fk_shop = h.pk_shop
     WHERE h.region IS NOT NULL GROUP BY h.region $$);
\set entity over
:explain
SELECT oracle.diff('tv_over');
UPDATE sale SET amount = 1 WHERE pk_sale = 8;
SELECT oracle.diff('tv_over');
UPDATE sale SET fk_shop = 1 WHERE pk_sale = 8;
SELECT oracle.diff('tv_over');
UPDATE shop SET region = 'south' WHERE pk_shop = 2;
SELECT oracle.diff('tv_over');

-- GROUPING SETS and ROLLUP give null keys, unless they are kept out.
SELECT pg_tviews_create('rollup', $$
    SELECT coalesce(h.region, 'all') AS pk_rollup, sum(s.amount) AS amount FROM shop h JOIN sale s ON s.fk_shop = h.pk_shop WHERE h.region IS NOT NULL GROUP BY ROLLUP (h.region) $$);
\set entity rollup
:explain
SELECT oracle.diff('tv_rollup');
UPDATE sale SET amount = 2 WHERE pk_sale = 8;
SELECT oracle.diff('tv_rollup');
UPDATE shop SET region = 'north' WHERE pk_shop = 2;
SELECT oracle.diff('tv_rollup');

SELECT oracle.all();
TRUNCATE sale;
SELECT oracle.all();
SELECT n FROM tv_all;
SET client_min_messages = warning;
DROP SCHEMA lineage_aggregates CASCADE;
