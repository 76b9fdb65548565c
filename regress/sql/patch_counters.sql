-- Counts, sums and extremes are kept from the differences between rows. Each section shows how many rows were updated and how
-- many of these were patched, so that it fails where nothing is counted, and ends in the oracle.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA counters;
SET search_path = counters, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE orders (pk_order int PRIMARY KEY, fk_user int, amount int, big bigint, small smallint, placed date, at timestamptz, moment timestamp, note text);
CREATE INDEX ON orders (fk_user);
INSERT INTO users SELECT i, 'name ' || i FROM generate_series(1, 5) i;
INSERT INTO orders SELECT i, i % 3 + 1, i % 10, i, i % 7, date '2026-01-01' + i % 50, timestamptz '2026-01-01 12:00+00' + i * interval '1 hour',
                          timestamp '2026-01-01' + i * interval '1.5 s', 'note' FROM generate_series(1, 300) i;
-- The grouped form.
SELECT pg_tviews_create('user', $$
    SELECT u.pk_user,
           jsonb_build_object('id', u.pk_user, 'name', u.name, 'orders', count(o.pk_order), 'amount', coalesce(sum(o.amount), 0),
                              'more', jsonb_build_object('big', sum(o.big), 'first', min(o.placed), 'last', max(o.placed), 'at', max(o.at))) AS data
      FROM users u LEFT JOIN orders o ON o.fk_user = u.pk_user
     GROUP BY u.pk_user$$);
-- Subqueries.
SELECT pg_tviews_create('tally', $$
    SELECT u.pk_user,
           jsonb_build_object('name', u.name, 'orders', (SELECT count(*) FROM orders o WHERE o.fk_user = u.pk_user),
                              'notes', (SELECT count(o.note) FROM orders o WHERE o.fk_user = u.pk_user),
                              'amount', coalesce((SELECT sum(o.amount) FROM orders o WHERE o.fk_user = u.pk_user), 0),
                              'small', (SELECT coalesce(sum(o.small), 0) FROM orders o WHERE o.fk_user = u.pk_user),
                              'least', (SELECT min(o.amount) FROM orders o WHERE o.fk_user = u.pk_user),
                              'moment', (SELECT max(o.moment) FROM orders o WHERE o.fk_user = u.pk_user)) AS data
      FROM users u$$, '{"key": ["pk_user"]}');
SELECT alias, strategy, columns, patched FROM pg_tviews_explain('user');
SELECT alias, patched FROM pg_tviews_explain('tally') ORDER BY patched;

\set check 'SELECT oracle.counts(\'user\'), oracle.counts(\'tally\'), oracle.all();'
SELECT oracle.counts('user') || oracle.counts('tally') IS NOT NULL;

-- Rows come, change, move and go.
INSERT INTO orders VALUES (1001, 1, 7, 70, 2, '2026-05-01', '2026-05-01 10:00+00', '2026-05-01 10:00', NULL);
:check
SELECT data FROM tv_user WHERE pk_user = 1;
SELECT data FROM tv_tally WHERE pk_user = 1;
INSERT INTO orders SELECT 1100 + i, i % 3 + 1, i, i, 1, '2026-05-02', '2026-05-02', '2026-05-02', 'x' FROM generate_series(1, 30) i;
:check
UPDATE orders SET amount = amount + 1, note = NULL WHERE pk_order BETWEEN 10 AND 20;
:check
UPDATE orders SET fk_user = 2 WHERE pk_order = 1001;
:check
DELETE FROM orders WHERE pk_order BETWEEN 100 AND 110;
:check
-- Columns that nobody reads, and a change back.
UPDATE orders SET pk_order = pk_order WHERE pk_order < 10;
:check
-- A root row that changes as well is computed anew.
BEGIN;
UPDATE orders SET amount = 5 WHERE pk_order = 1001;
UPDATE users SET name = 'two' WHERE pk_user = 2;
COMMIT;
:check
-- Several statements, each with other rows.
BEGIN;
INSERT INTO orders VALUES (1002, 4, 1, 1, 1, '2026-01-01', '2026-01-01', '2026-01-01', 'first of four');
INSERT INTO orders VALUES (1003, 4, 2, 2, 2, '2026-01-02', '2026-01-02', '2026-01-02', 'second');
UPDATE orders SET amount = 0 WHERE pk_order = 21;
DELETE FROM orders WHERE pk_order = 22;
COMMIT;
:check
COPY orders (pk_order, fk_user, amount, big, small) FROM stdin;
1004	4	3	3	3
1005	5	\N	\N	\N
1006	\N	3	3	3
\.
:check

-- The first of a group, nulls, and the last: what is null then cannot be told from the difference.
UPDATE orders SET amount = NULL, big = NULL WHERE pk_order = 1004;
:check
DELETE FROM orders WHERE pk_order = 1005;
:check
SELECT data FROM tv_user WHERE pk_user = 5;
INSERT INTO orders VALUES (1005, 5, 0, 0, 0, NULL, NULL, NULL, NULL);
:check
SELECT data FROM tv_user WHERE pk_user = 5;
UPDATE orders SET amount = -3, big = -3 WHERE pk_order = 1005;
:check
INSERT INTO orders VALUES (1007, 5, 3, 3, 0, NULL, NULL, NULL, NULL);
:check
SELECT data FROM tv_user WHERE pk_user = 5;
UPDATE orders SET fk_user = NULL WHERE fk_user = 5;
:check
UPDATE orders SET fk_user = 5 WHERE pk_order = 1007;
:check

-- Extremes: another like it, one that goes, one that is replaced, infinity.
INSERT INTO orders VALUES (1010, 4, 1, 1, 1, '2026-06-01', '2026-06-01', '2026-06-01', ''), (1011, 4, 1, 1, 1, '2026-06-01', '2026-06-01', '2026-06-01', '');
:check
DELETE FROM orders WHERE pk_order = 1010;
:check
DELETE FROM orders WHERE pk_order = 1011;
:check
UPDATE orders SET placed = '2026-07-01', at = '2026-07-01', moment = '2026-07-01' WHERE pk_order = 1003;
:check
UPDATE orders SET placed = 'infinity', at = 'infinity', moment = 'infinity' WHERE pk_order = 1002;
:check
SELECT data FROM tv_user WHERE pk_user = 4;
INSERT INTO orders VALUES (1012, 4, 1, 1, 1, '0044-03-15 BC', '2026-06-01', '2026-06-01', '');
INSERT INTO orders VALUES (1013, 4, 1, 1, 1, '0045-03-15 BC', '12026-06-01', '12026-06-01', '');
:check
SELECT data FROM tv_user WHERE pk_user = 4;

-- Zones: what is stored is read as it was printed.
BEGIN;
SET LOCAL TimeZone = 'Asia/Kolkata';
SET LOCAL DateStyle = 'SQL, DMY';
INSERT INTO orders VALUES (1014, 3, 1, 1, 1, '2027-05-06', '2027-06-01 00:00+00', '2027-05-06 01:02:03.45', '');
COMMIT;
:check

-- A row that comes twice in one transaction is not counted, in whatever order and by whatever statements.
BEGIN;
INSERT INTO orders VALUES (1020, 1, 100, 100, 1, '2026-01-01', '2026-05-02', '2026-05-02', '');
UPDATE orders SET amount = 50 WHERE pk_order = 1020;
COMMIT;
:check
WITH gone AS (DELETE FROM orders WHERE pk_order = 1020 RETURNING *)
INSERT INTO orders SELECT pk_order, 2, 30, 30, 1, placed, at, moment, note FROM gone;
:check
BEGIN;
DELETE FROM orders WHERE pk_order = 1020;
INSERT INTO orders VALUES (1020, 3, 20, 20, 1, '2026-01-01', '2026-05-02', '2026-05-02', '');
COMMIT;
:check
INSERT INTO orders VALUES (1020, 1, 1, 1, 1, NULL, NULL, NULL, NULL), (1021, 1, 1, 1, 1, NULL, NULL, NULL, NULL)
    ON CONFLICT (pk_order) DO UPDATE SET amount = 99, fk_user = 2;
:check
MERGE INTO orders o USING (VALUES (1020), (1022), (1021)) v (id) ON o.pk_order = v.id
 WHEN MATCHED AND o.pk_order = 1021 THEN DELETE
 WHEN MATCHED THEN UPDATE SET amount = o.amount + 1
 WHEN NOT MATCHED THEN INSERT VALUES (v.id, 2, 5, 5, 5, NULL, NULL, NULL, NULL);
:check
-- A row that takes another's identity.
BEGIN;
UPDATE orders SET pk_order = 2022, amount = 6 WHERE pk_order = 1022;
INSERT INTO orders VALUES (1022, 2, 7, 7, 7, NULL, NULL, NULL, NULL);
COMMIT;
:check
BEGIN;
UPDATE orders SET amount = 1 WHERE pk_order = 1022;
UPDATE orders SET pk_order = 3022 WHERE pk_order = 1022;
UPDATE orders SET amount = 2 WHERE pk_order = 3022;
COMMIT;
:check

-- What was between two changes of a row is no extreme of what has come.
BEGIN;
INSERT INTO orders VALUES (1023, 2, 5, 5, 5, '2040-01-01', '2040-01-01', '2040-01-01', '');
UPDATE orders SET placed = '2026-01-01', at = '2026-01-01', moment = '2026-01-01' WHERE pk_order = 1023;
COMMIT;
:check
BEGIN;
UPDATE orders SET placed = '2040-01-01', at = '2040-01-01', moment = '2040-01-01' WHERE pk_order = 1023;
UPDATE orders SET pk_order = 3023, placed = '2026-01-01', at = '2026-01-01', moment = '2026-01-01' WHERE pk_order = 1023;
COMMIT;
:check

-- Row triggers that update the row once more, before and after capture.
CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.amount < 1000 THEN
        UPDATE counters.orders SET amount = new.amount + 1000 WHERE pk_order = new.pk_order;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER again AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION again();
UPDATE orders SET amount = 8 WHERE pk_order = 23;
:check
INSERT INTO orders VALUES (1030, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
:check
DROP TRIGGER again ON orders;
CREATE TRIGGER zz_again AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION again();
UPDATE orders SET amount = 8 WHERE pk_order = 24;
:check
DROP TRIGGER zz_again ON orders;
CREATE FUNCTION again_before() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.amount := new.amount + 10; RETURN new; END $$;
CREATE TRIGGER before BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION again_before();
UPDATE orders SET amount = 8 WHERE pk_order = 24;
:check
DROP TRIGGER before ON orders;

-- Savepoints that are rolled back.
BEGIN;
SAVEPOINT one;
INSERT INTO orders VALUES (1031, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
ROLLBACK TO one;
INSERT INTO orders VALUES (1032, 1, 2, 1, 1, NULL, NULL, NULL, NULL);
COMMIT;
:check
BEGIN;
SAVEPOINT one;
INSERT INTO orders VALUES (1033, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
ROLLBACK TO one;
INSERT INTO orders VALUES (1033, 1, 2, 1, 1, NULL, NULL, NULL, NULL);
COMMIT;
:check
-- With a flush in it, which comes back.
BEGIN;
SAVEPOINT one;
INSERT INTO orders VALUES (1035, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
SELECT pg_tviews_flush();
ROLLBACK TO one;
COMMIT;
:check
-- One that is not.
BEGIN;
SAVEPOINT one;
INSERT INTO orders VALUES (1034, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
RELEASE one;
COMMIT;
:check

-- Reads in the middle: between statements, within one, and by a trigger.
BEGIN;
INSERT INTO orders VALUES (1040, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
SELECT data -> 'orders' FROM tv_user WHERE pk_user = 1;
INSERT INTO orders VALUES (1041, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
COMMIT;
:check
-- On one snapshot, whose flush is done again at commit.
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO orders VALUES (1038, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
SELECT data -> 'orders' FROM tv_tally WHERE pk_user = 1;
COMMIT;
:check
CREATE FUNCTION looks() RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN 0 * (SELECT count(data) FROM counters.tv_user) + 0 * (SELECT count(data) FROM counters.tv_tally); END $$;
BEGIN;
INSERT INTO orders VALUES (1042, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
INSERT INTO orders SELECT 1042 + i, 1, looks() + 1, 1, 1 FROM generate_series(1, 3) i;
COMMIT;
:check
CREATE FUNCTION looks_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM counters.looks(); RETURN NULL; END $$;
CREATE TRIGGER looks AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION looks_on();
BEGIN;
DELETE FROM orders WHERE pk_order = 1044;
INSERT INTO orders VALUES (1046, 1, 1, 1, 1, NULL, NULL, NULL, NULL), (1047, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
COMMIT;
:check
INSERT INTO orders VALUES (1048, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
:check
DROP TRIGGER looks ON orders;
-- A refresh in the middle, and within a statement.
BEGIN;
INSERT INTO orders VALUES (1050, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
SELECT pg_tviews_refresh('user') IS NOT NULL;
INSERT INTO orders VALUES (1051, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
COMMIT;
:check
CREATE FUNCTION refreshes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM tviews.pg_tviews_refresh('user'); RETURN NULL; END $$;
CREATE TRIGGER refreshes AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION refreshes();
INSERT INTO orders VALUES (1052, 1, 1, 1, 1, NULL, NULL, NULL, NULL), (1053, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
:check
DROP TRIGGER refreshes ON orders;
-- A deferred trigger that writes at commit.
CREATE FUNCTION follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.amount < 2000 THEN
        UPDATE counters.orders SET amount = 2000 WHERE pk_order = new.pk_order;
        INSERT INTO counters.orders VALUES (new.pk_order + 5000, 2, 2000);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER follows AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION follows();
INSERT INTO orders VALUES (1060, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
:check
DROP TRIGGER follows ON orders;


-- Keys of users: one that is new, one that changes, one that goes with its orders.
BEGIN;
INSERT INTO users VALUES (6, 'six');
INSERT INTO orders VALUES (1070, 6, 1, 1, 1, NULL, NULL, NULL, NULL);
COMMIT;
:check
UPDATE users SET pk_user = 7 WHERE pk_user = 6;
UPDATE orders SET fk_user = 7 WHERE fk_user = 6;
:check
-- No user at all.
INSERT INTO orders VALUES (1071, 77, 1, 1, 1, NULL, NULL, NULL, NULL);
:check
INSERT INTO users VALUES (77, 'seventy-seven');
:check
DELETE FROM orders WHERE fk_user = 6;
ALTER TABLE orders ADD FOREIGN KEY (fk_user) REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE;
UPDATE users SET pk_user = 8 WHERE pk_user = 77;
:check
DELETE FROM users WHERE pk_user = 8;
:check
ALTER TABLE orders DROP CONSTRAINT orders_fk_user_fkey;

-- Many rows, then all of them.
INSERT INTO orders SELECT 10000 + i, i % 5 + 1, i % 100, i, i % 10, NULL, NULL, NULL, NULL FROM generate_series(1, 10000) i;
:check
DELETE FROM orders WHERE pk_order > 15000;
:check
BEGIN;
DELETE FROM orders WHERE pk_order > 12000;
TRUNCATE orders;
INSERT INTO orders VALUES (1, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
COMMIT;
:check

-- What is stored is not what it should be: the row is computed. A counter that is off stays so.
SET session_replication_role = replica;
INSERT INTO orders VALUES (2, 1, 1, 1, 1, NULL, NULL, NULL, NULL);
UPDATE tv_tally SET data = data || '{"amount": "many"}' WHERE pk_user = 2;
UPDATE tv_tally SET data = data - 'amount' WHERE pk_user = 3;
UPDATE tv_tally SET data = data || '{"orders": 1.5}' WHERE pk_user = 4;
DELETE FROM tv_tally WHERE pk_user = 5;
RESET session_replication_role;
INSERT INTO orders VALUES (3, 1, 1), (4, 2, 1), (5, 3, 1), (6, 4, 1), (7, 5, 1);
SELECT oracle.counts('user'), oracle.counts('tally'), oracle.check('tv_tally');
SELECT pg_tviews_refresh('user') + pg_tviews_refresh('tally');
:check

-- Row security: owners are exempt, but what shows is another set of rows than what changes.
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
SELECT count(patched) FROM pg_tviews_explain('user') WHERE alias = 'o';
INSERT INTO orders VALUES (8, 1, 1);
:check
ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
SELECT count(patched) FROM pg_tviews_explain('user') WHERE alias = 'o';
INSERT INTO orders VALUES (9, 1, 1);
:check
-- Without a unique index rows are not known again.
BEGIN;
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
SELECT count(patched) FROM pg_tviews_explain('user') WHERE alias = 'o';
ROLLBACK;
-- A table that inherits from it.
BEGIN;
CREATE TABLE more_orders () INHERITS (orders);
SELECT count(patched) FROM pg_tviews_explain('user') WHERE alias = 'o';
INSERT INTO more_orders VALUES (1, 1, 1);
COMMIT;
INSERT INTO more_orders VALUES (9, 1, 1);
UPDATE orders SET amount = amount + 1 WHERE pk_order = 9;
:check
DROP TABLE more_orders;

-- A TVIEW above that reads the counted one.
SELECT pg_tviews_create('sum', $$
    SELECT 1 AS pk_sum, jsonb_build_object('orders', sum((t.data ->> 'orders')::int)) AS data FROM tv_user t$$);
INSERT INTO orders VALUES (10, 1, 1);
SELECT oracle.counts('user'), oracle.all();
SELECT pg_tviews_drop('sum');

-- A trigger or a unique index of the user's on the table: rows are computed.
CREATE UNIQUE INDEX ON tv_user ((data ->> 'name'));
INSERT INTO orders VALUES (11, 1, 1);
:check
DROP INDEX tv_user_expr_idx;
SELECT pg_tviews_drop('user'), pg_tviews_drop('tally');

-- Composite keys of other types, counted by two of the tables.
CREATE TABLE shop (region text, no bigint, name text, PRIMARY KEY (region, no));
CREATE TABLE sale (region text, no bigint, item text NOT NULL, day date NOT NULL, pieces bigint, PRIMARY KEY (region, no, item, day));
CREATE TABLE visit (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), region text, no bigint, people int);
INSERT INTO shop SELECT r, n, r || n FROM unnest(ARRAY['north', 'south', '']) r, generate_series(1, 3) n;
SELECT pg_tviews_create('shop', $$
    SELECT s.region, s.no,
           jsonb_build_object('sales', (SELECT count(*) FROM sale x WHERE x.no = s.no AND x.region = s.region),
                              'pieces', (SELECT sum(x.pieces) FROM sale x WHERE s.region = x.region AND x.no = s.no),
                              'people', (SELECT coalesce(sum(v.people), 0) FROM visit v WHERE v.region = s.region AND v.no = s.no)) AS data
      FROM shop s$$, '{"key": ["region", "no"]}');
SELECT alias, patched FROM pg_tviews_explain('shop') ORDER BY 1, 2;
\set check 'SELECT oracle.counts(\'shop\'), oracle.all();'
SELECT oracle.counts('shop') IS NOT NULL;
INSERT INTO sale SELECT r, i % 4, 'item ' || i, date '2026-01-01', i FROM unnest(ARRAY['north', '', 'west']) r, generate_series(1, 20) i;
:check
INSERT INTO visit (region, no, people) SELECT 'south', 1, i FROM generate_series(1, 10) i;
:check
UPDATE sale SET pieces = 9223372036854775807 WHERE region = 'north' AND no = 1;
:check
SELECT data FROM tv_shop WHERE region = 'north' AND no = 1;
UPDATE sale SET pieces = 1 WHERE region = 'north' AND no = 1;
:check
UPDATE sale SET region = 'south' WHERE region = 'north';
:check
BEGIN;
INSERT INTO sale VALUES ('south', 1, 'more', '2026-01-01', 5);
INSERT INTO visit (region, no, people) VALUES ('south', 1, 5), ('south', 2, 5);
COMMIT;
:check
DELETE FROM sale;
:check
SELECT pg_tviews_drop('shop');

-- A partitioned source: rows that stay, move, and are written through a partition.
CREATE TABLE part_orders (pk int, region int, fk_user int, amount int, PRIMARY KEY (pk, region)) PARTITION BY LIST (region);
CREATE TABLE part_1 PARTITION OF part_orders FOR VALUES IN (1);
CREATE TABLE part_2 (amount int, region int NOT NULL, gone text, pk int NOT NULL, fk_user int);
ALTER TABLE part_2 DROP COLUMN gone;
ALTER TABLE part_orders ATTACH PARTITION part_2 FOR VALUES IN (2);
INSERT INTO part_orders SELECT i, i % 2 + 1, i % 5 + 1, i FROM generate_series(1, 100) i;
SELECT pg_tviews_create('parts', $$
    SELECT u.pk_user, jsonb_build_object('n', count(o.pk), 'amount', coalesce(sum(o.amount), 0), 'most', max(o.amount)) AS data
      FROM users u LEFT JOIN part_orders o ON o.fk_user = u.pk_user GROUP BY u.pk_user$$, '{"key": ["pk_user"]}');
\set check 'SELECT oracle.counts(\'parts\'), oracle.all();'
SELECT oracle.counts('parts') IS NOT NULL;
INSERT INTO part_orders VALUES (101, 1, 1, 5), (102, 2, 2, 5);
:check
INSERT INTO part_2 (pk, region, fk_user, amount) VALUES (103, 2, 1, 500);
:check
UPDATE part_orders SET amount = amount + 1 WHERE pk < 10;
:check
-- The identity changes with the partition.
UPDATE part_orders SET region = 3 - region, amount = amount + 1 WHERE pk < 10;
:check
MERGE INTO part_orders o USING (VALUES (101), (104)) v (id) ON o.pk = v.id
 WHEN MATCHED THEN UPDATE SET region = 3 - region, amount = amount + 1
 WHEN NOT MATCHED THEN INSERT VALUES (v.id, 1, 1, 1);
:check
CREATE TABLE part_3 (LIKE part_orders INCLUDING ALL);
INSERT INTO part_3 VALUES (200, 3, 1, 1000);
BEGIN;
INSERT INTO part_orders VALUES (105, 1, 1, 5);
ALTER TABLE part_orders ATTACH PARTITION part_3 FOR VALUES IN (3);
INSERT INTO part_orders VALUES (201, 3, 1, 5);
COMMIT;
:check
BEGIN;
INSERT INTO part_orders VALUES (106, 1, 1, 5);
ALTER TABLE part_orders DETACH PARTITION part_3;
INSERT INTO part_orders VALUES (107, 1, 1, 5);
COMMIT;
:check
INSERT INTO part_orders VALUES (108, 1, 1, 5);
:check
SELECT pg_tviews_drop('parts');

-- Row capture, with a partition key that a row leaves, and in the middle of row triggers.
SELECT pg_tviews_create('rows', $$
    SELECT u.pk_user, jsonb_build_object('n', count(o.pk), 'amount', coalesce(sum(o.amount), 0), 'most', max(o.amount)) AS data
      FROM users u LEFT JOIN part_orders o ON o.fk_user = u.pk_user GROUP BY u.pk_user$$, '{"key": ["pk_user"], "capture": "row"}');
\set check 'SELECT oracle.counts(\'rows\'), oracle.all();'
SELECT oracle.counts('rows') IS NOT NULL;
INSERT INTO part_orders SELECT 300 + i, i % 2 + 1, 1, 1 FROM generate_series(1, 10) i;
:check
UPDATE part_orders SET amount = amount + 1 WHERE pk > 300;
:check
UPDATE part_orders SET region = 3 - region, amount = amount + 1 WHERE pk > 300;
:check
SET session_replication_role = replica;
DELETE FROM part_orders WHERE pk = 305;
RESET session_replication_role;
:check
SELECT pg_tviews_drop('rows');

-- What is not counted.
CREATE TABLE other (pk int PRIMARY KEY, fk_user bigint, fk_code text COLLATE "C", price numeric, score float8, flag bool, unique_later int);
-- Keys of two types, inexact sums, other aggregates, conditions.
SELECT oracle.kept($$SELECT u.pk_user, jsonb_build_object('n', (SELECT count(*) FROM other o WHERE o.fk_user = u.pk_user)) AS data FROM users u$$);
SELECT oracle.kept($$SELECT u.pk_user, jsonb_build_object('n', (SELECT sum(o.score) FROM other o WHERE o.pk = u.pk_user)) AS data FROM users u$$);
SELECT oracle.kept($$SELECT u.pk_user, jsonb_build_object('n', (SELECT avg(o.amount) FROM orders o WHERE o.fk_user = u.pk_user)) AS data FROM users u$$);
SELECT oracle.kept($$SELECT u.pk_user, jsonb_build_object('n', (SELECT count(DISTINCT o.amount) FROM orders o WHERE o.fk_user = u.pk_user)) AS data FROM users u$$);
SELECT oracle.kept($$SELECT u.pk_user, jsonb_build_object('n', (SELECT count(*) FROM orders o WHERE o.fk_user = u.pk_user AND o.amount > 3)) AS data FROM users u$$);
SELECT oracle.kept($$SELECT u.pk_user, jsonb_build_object('n', count(*)) AS data FROM users u LEFT JOIN orders o ON o.fk_user = u.pk_user GROUP BY u.pk_user$$);
SELECT oracle.kept($$SELECT u.pk_user, jsonb_build_object('n', count(o.pk_order)) AS data FROM users u JOIN orders o ON o.fk_user = u.pk_user GROUP BY u.pk_user$$);
-- An aggregate that names nothing of the counted rows depends on how many they are all the same.
SELECT v, oracle.kept(format($$SELECT u.pk_user, jsonb_build_object('n', count(o.pk_order), 'v', %s) AS data FROM users u LEFT JOIN orders o ON o.fk_user = u.pk_user GROUP BY u.pk_user$$, v))
  FROM unnest(ARRAY['count(*)', 'count(u.name)', 'sum(1)', 'sum(u.pk_user)', 'string_agg(u.name, '','')', 'jsonb_agg(1)', '(SELECT count(u.pk_user))', 'count(*) FILTER (WHERE true)']) v;
SELECT pg_tviews_create('both', $$
    SELECT u.pk_user, count(*) AS lines, jsonb_build_object('n', count(o.pk_order), 'rows', count(*), 'ids', sum(u.pk_user)) AS data
      FROM users u LEFT JOIN orders o ON o.fk_user = u.pk_user GROUP BY u.pk_user$$, '{"key": ["pk_user"]}');
SELECT pg_tviews_create('none', $$SELECT u.pk_user, jsonb_build_object('n', (SELECT count(*) FROM ONLY part_orders p WHERE p.fk_user = u.pk_user)) AS data FROM users u$$, '{"key": ["pk_user"]}');
INSERT INTO orders VALUES (9001, 1, 1), (9002, 1, 1);
INSERT INTO part_orders VALUES (9001, 1, 1, 5);
SELECT oracle.all();
SELECT pg_tviews_drop('both'), pg_tviews_drop('none');
-- These are.
SELECT oracle.kept($$SELECT u.pk_user, jsonb_build_object('n', count(o.pk_order)) AS data FROM users u LEFT JOIN orders o ON o.fk_user = u.pk_user WHERE u.name <> 'x' GROUP BY u.pk_user$$);
SELECT oracle.kept($$SELECT u.pk_user, jsonb_build_object('n', (SELECT count(*) FROM orders o WHERE u.pk_user = o.fk_user)) AS data FROM users u JOIN users b ON b.pk_user = u.pk_user$$);
DROP SCHEMA counters CASCADE;
