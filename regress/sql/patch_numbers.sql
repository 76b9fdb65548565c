-- Sums, averages and extremes of numeric columns, and counters over rows that constants choose, kept from differences. Like
-- patch_counters, each section shows how many rows were updated and how many of these were patched, and ends in the oracle.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA numbers;
SET search_path = numbers, tviews;
CREATE TYPE state AS ENUM ('open', 'paid', 'void');
CREATE DOMAIN money2 AS numeric(12,2);
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE invoices (pk int PRIMARY KEY, fk_user int, amount numeric(12,2), tax numeric(10,4) NOT NULL DEFAULT 0, whole numeric(9,0), rating smallint,
                       state state, urgent boolean NOT NULL DEFAULT false, channel varchar(10), big bigint, day date);
CREATE INDEX ON invoices (fk_user);
INSERT INTO users SELECT i, 'name ' || i FROM generate_series(1, 6) i;
INSERT INTO invoices SELECT i, i % 4 + 1, i * 1.37, i / 7.0, i * 3, i % 5, (ARRAY['open', 'paid', 'void'])[i % 3 + 1]::state, i % 2 = 0,
                            (ARRAY['web', 'shop', NULL])[i % 3 + 1], i * 1000000007::bigint, date '2026-01-01' + i FROM generate_series(1, 60) i;
-- The grouped form.
SELECT pg_tviews_create('ledger', $$
    SELECT u.pk_user,
           jsonb_build_object('n', count(i.pk), 'amounts', count(i.amount), 'amount', sum(i.amount), 'mean', avg(i.amount), 'tax', coalesce(sum(i.tax), 0),
                              'least', min(i.amount), 'most', max(i.tax), 'whole', coalesce(sum(i.whole), 0),
                              'open', jsonb_build_object('n', count(*) FILTER (WHERE i.state = 'open'), 'tax', sum(i.tax) FILTER (WHERE i.state = 'open'),
                                                         'mean', coalesce(avg(i.tax) FILTER (WHERE i.state = 'open'), 0),
                                                         'last', max(i.day) FILTER (WHERE i.state = 'open')),
                              'urgent', count(i.amount) FILTER (WHERE i.urgent AND i.state IN ('open', 'paid'))) AS data
      FROM users u LEFT JOIN invoices i ON i.fk_user = u.pk_user
     GROUP BY u.pk_user$$, '{"key": ["pk_user"]}');
-- Subqueries, each with a condition of its own.
SELECT pg_tviews_create('digest', $$
    SELECT u.pk_user,
           jsonb_build_object('all', (SELECT count(*) FROM invoices i WHERE i.fk_user = u.pk_user),
                              'paid', (SELECT coalesce(sum(i.amount), 0) FROM invoices i WHERE i.fk_user = u.pk_user AND i.state = 'paid'),
                              'paid_n', (SELECT count(i.amount) FROM invoices i WHERE i.fk_user = u.pk_user AND i.state = 'paid'),
                              'paid_mean', (SELECT avg(i.amount) FROM invoices i WHERE i.fk_user = u.pk_user AND i.state = 'paid'),
                              'rating', (SELECT avg(i.rating) FROM invoices i WHERE i.fk_user = u.pk_user AND NOT i.urgent),
                              'ratings', (SELECT count(i.rating) FROM invoices i WHERE i.fk_user = u.pk_user AND NOT i.urgent),
                              'big', (SELECT coalesce(avg(i.big), 0) FROM invoices i WHERE i.fk_user = u.pk_user),
                              'bigs', (SELECT count(i.big) FROM invoices i WHERE i.fk_user = u.pk_user),
                              'web', (SELECT sum(i.whole) FROM invoices i WHERE i.fk_user = u.pk_user AND i.channel = 'web'),
                              'nowhere', (SELECT max(i.whole) FROM invoices i WHERE i.fk_user = u.pk_user AND i.channel IS NULL AND i.state IS NOT NULL)) AS data
      FROM users u$$, '{"key": ["pk_user"]}');
SELECT alias, unnest(patched) FROM pg_tviews_explain('ledger') WHERE patched IS NOT NULL;
SELECT alias, patched FROM pg_tviews_explain('digest') WHERE alias = 'i' ORDER BY patched;

\set check 'SELECT oracle.counts(\'ledger\'), oracle.counts(\'digest\'), oracle.all();'
SELECT oracle.counts('ledger') || oracle.counts('digest') IS NOT NULL;

-- Rows come, change, move and go; some are chosen by nothing, by one value, by several.
INSERT INTO invoices VALUES (1001, 1, 10.10, 0.0001, 7, 5, 'open', true, 'web', 1, '2027-01-01');
:check
SELECT data FROM tv_ledger WHERE pk_user = 1;
SELECT data FROM tv_digest WHERE pk_user = 1;
INSERT INTO invoices (pk, fk_user, tax) VALUES (1002, 1, 0), (1003, 2, 1.5);
:check
UPDATE invoices SET amount = amount - 0.01 WHERE pk BETWEEN 5 AND 9;
:check
UPDATE invoices SET state = 'paid' WHERE pk IN (1001, 3, 6);
:check
UPDATE invoices SET state = NULL WHERE pk = 1001;
:check
UPDATE invoices SET channel = NULL, urgent = NOT urgent, fk_user = 3 WHERE pk = 1001;
:check
DELETE FROM invoices WHERE pk IN (10, 11, 12, 13, 1001);
:check
-- Of a change that no condition of any value lets through nothing is queued.
UPDATE invoices SET channel = 'shop' WHERE pk = 1002;
:check
SELECT pg_tviews_create('paid', $$
    SELECT u.pk_user, jsonb_build_object('paid', (SELECT sum(i.amount) FROM invoices i WHERE i.fk_user = u.pk_user AND i.state = 'paid')) AS data
      FROM users u$$, '{"key": ["pk_user"]}');
UPDATE invoices SET amount = amount + 1 WHERE state = 'void';
SELECT flushes FROM pg_tviews_statistics WHERE entity = 'paid';
UPDATE invoices SET amount = amount + 1 WHERE state = 'paid';
SELECT flushes FROM pg_tviews_statistics WHERE entity = 'paid';
SELECT pg_tviews_drop('paid');
:check

-- The first of a group and its last: what is null then is told by the number beside it.
INSERT INTO invoices VALUES (2001, 6, 5.00, 1, 1, 1, 'open', false, 'web', 5, '2026-01-01');
:check
SELECT data FROM tv_ledger WHERE pk_user = 6;
UPDATE invoices SET amount = 0, tax = 0, whole = 0 WHERE pk = 2001;
:check
SELECT data FROM tv_ledger WHERE pk_user = 6;
UPDATE invoices SET state = 'void' WHERE pk = 2001;
:check
UPDATE invoices SET amount = NULL WHERE pk = 2001;
:check
DELETE FROM invoices WHERE pk = 2001;
:check
SELECT data FROM tv_ledger WHERE pk_user = 6;

-- Averages that do not come out even, negative ones, and sums that are too large to count.
INSERT INTO invoices SELECT 2100 + i, 5, -1.0 / i, 1.0 / i, -i, i, 'paid', false, 'web', -i, NULL FROM generate_series(1, 7) i;
:check
INSERT INTO invoices SELECT 2200 + i, 5, 2.0 / i, 1.0 / i, -i, i, 'paid', false, 'web', -i, NULL FROM generate_series(1, 4) i;
:check
SELECT data FROM tv_ledger WHERE pk_user = 5;
SELECT data FROM tv_digest WHERE pk_user = 5;
DELETE FROM invoices WHERE pk BETWEEN 2200 AND 2203;
:check
UPDATE invoices SET big = 9223372036854775807 WHERE fk_user = 5;
:check
UPDATE invoices SET amount = 9999999999.99 WHERE fk_user = 5;
:check
UPDATE invoices SET amount = amount - 1, big = big - 1 WHERE pk = 2101;
:check
-- NaN is no number that is counted, and while it is there the group is computed.
UPDATE invoices SET amount = 'NaN' WHERE pk = 2101;
:check
UPDATE invoices SET amount = 3 WHERE pk = 2102;
:check
UPDATE invoices SET amount = 2 WHERE pk = 2101;
:check
UPDATE invoices SET amount = 1 WHERE pk = 2102;
:check

-- What is stored is not what it should be.
SET session_replication_role = replica;
UPDATE tv_ledger SET data = data || '{"amount": 1.5, "tax": 0.5}' WHERE pk_user = 1;
UPDATE tv_ledger SET data = data || '{"mean": "much"}' WHERE pk_user = 2;
UPDATE tv_ledger SET data = data || '{"mean": 1.5}' WHERE pk_user = 3;
UPDATE tv_ledger SET data = data || '{"amounts": null}' WHERE pk_user = 4;
RESET session_replication_role;
INSERT INTO invoices (pk, fk_user, amount) VALUES (3001, 1, 1), (3002, 2, 1), (3003, 3, 1), (3004, 4, 1);
:check

-- Many changes, in transactions of several statements, each compared with the view.
CREATE PROCEDURE walk(steps int) LANGUAGE plpgsql AS $$
DECLARE
    verdict text;
BEGIN
    FOR i IN 1..steps LOOP
        INSERT INTO numbers.invoices VALUES (5000 + i, i % 7, (i * 7919 % 2003) / 100.0, (i * 104729 % 1009) / 10000.0, i * 31 % 17, i % 6,
                                     (ARRAY['open', 'paid', 'void', NULL])[i % 4 + 1]::numbers.state, i % 3 = 0, (ARRAY['web', 'shop', NULL])[i % 3 + 1], i * 13 % 11, NULL);
        IF i % 3 = 0 THEN
            UPDATE numbers.invoices SET state = (ARRAY['open', 'paid', 'void', NULL])[i * 7 % 4 + 1]::numbers.state, urgent = NOT urgent WHERE pk = 5000 + i / 2;
        END IF;
        IF i % 4 = 1 THEN
            UPDATE numbers.invoices SET amount = -amount, rating = NULL WHERE pk BETWEEN 5000 + i / 3 AND 5001 + i / 3;
        END IF;
        IF i % 5 = 2 THEN
            DELETE FROM numbers.invoices WHERE pk = 5000 + i / 4;
        END IF;
        IF i % 11 = 5 THEN
            DELETE FROM numbers.invoices WHERE fk_user = i % 7;
        END IF;
        IF i % 6 = 3 THEN
            UPDATE numbers.invoices SET fk_user = (fk_user + 1) % 7, whole = whole + 1 WHERE pk = 4999 + i;
        END IF;
        COMMIT;
        verdict := oracle.all('numbers');
        IF verdict <> 'ok' THEN
            RAISE EXCEPTION 'step %: %', i, verdict;
        END IF;
    END LOOP;
END
$$;
CALL walk(120);
SELECT s.rows_patched > 100, oracle.all() FROM pg_tviews_statistics s WHERE s.schema = 'numbers' AND s.entity = 'ledger';
SELECT s.rows_patched > 100 FROM pg_tviews_statistics s WHERE s.schema = 'numbers' AND s.entity = 'digest';
SELECT oracle.counts('ledger') || oracle.counts('digest') IS NOT NULL;

-- A label that gets another name, one that comes, a column that may be null from now on.
ALTER TYPE state RENAME VALUE 'paid' TO 'settled';
INSERT INTO invoices (pk, fk_user, amount, state) VALUES (4501, 1, 1, 'settled'), (4502, 2, 1, 'void');
:check
ALTER TYPE state ADD VALUE 'late';
UPDATE invoices SET state = 'late' WHERE pk IN (4501, 4502);
:check
UPDATE invoices SET state = 'settled' WHERE pk IN (4501, 4502);
:check
-- The same between changes of one transaction.
BEGIN;
INSERT INTO invoices (pk, fk_user, amount, state) VALUES (4601, 1, 1, 'open'), (4602, 2, 1, 'settled');
ALTER TYPE state RENAME VALUE 'settled' TO 'paid';
UPDATE invoices SET state = 'paid' WHERE pk = 4501;
INSERT INTO invoices (pk, fk_user, amount, state) VALUES (4603, 1, 1, 'open'), (4604, 2, 1, 'paid');
COMMIT;
:check
BEGIN;
INSERT INTO invoices (pk, fk_user, tax, state) VALUES (4605, 1, 1, 'open'), (4606, 6, 1, 'open');
ALTER TABLE invoices ALTER tax DROP NOT NULL;
DELETE FROM invoices WHERE pk = 4605;
INSERT INTO invoices (pk, fk_user, tax, state) VALUES (4607, 1, NULL, 'open'), (4608, 4, NULL, 'open');
COMMIT;
SELECT oracle.all();
INSERT INTO invoices (pk, fk_user, tax, state) VALUES (4001, 1, NULL, 'open'), (4002, 6, NULL, 'open');
SELECT oracle.all();
UPDATE invoices SET tax = 1 WHERE pk = 4002;
SELECT oracle.all();
DELETE FROM invoices WHERE pk = 4002;
SELECT oracle.all();
SELECT pg_tviews_drop('ledger'), pg_tviews_drop('digest');

-- Partitions with columns in another order.
CREATE TABLE parts (pk int, region int, fk_user int, amount numeric(8,3), state state, PRIMARY KEY (pk, region)) PARTITION BY LIST (region);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE part_2 (state state, amount numeric(8,3), gone text, region int NOT NULL, fk_user int, pk int NOT NULL);
ALTER TABLE part_2 DROP COLUMN gone;
ALTER TABLE parts ATTACH PARTITION part_2 FOR VALUES IN (2);
SELECT pg_tviews_create('parts', $$
    SELECT u.pk_user, jsonb_build_object('n', count(p.amount), 'sum', coalesce(sum(p.amount), 0), 'mean', avg(p.amount),
                                         'open', count(*) FILTER (WHERE p.state = 'open')) AS data
      FROM users u LEFT JOIN parts p ON p.fk_user = u.pk_user AND p.state IN ('open', 'late') GROUP BY u.pk_user$$, '{"key": ["pk_user"]}');
\set check 'SELECT oracle.counts(\'parts\'), oracle.all();'
SELECT oracle.counts('parts') IS NOT NULL;
INSERT INTO parts SELECT i, i % 2 + 1, i % 3 + 1, i / 3.0, (ARRAY['open', 'void', 'late'])[i % 3 + 1]::state FROM generate_series(1, 30) i;
:check
UPDATE parts SET amount = amount * 2, state = 'open' WHERE pk % 5 = 0;
:check
UPDATE parts SET region = 3 - region, amount = amount + 0.001 WHERE pk < 10;
:check
DELETE FROM part_2 WHERE pk % 4 = 0;
:check
SELECT pg_tviews_drop('parts');

-- What is not kept: numbers of any scale, or of a domain; an average alone; conditions that say more.
CREATE TABLE other (pk int PRIMARY KEY, fk_user int, free numeric, wide numeric(20,2), rough numeric(5,-2), bought money2, score float8, padded char(3), name text COLLATE "C");
\set of 'format(\'SELECT u.pk_user, jsonb_build_object(\'\'v\'\', (SELECT %s FROM other o WHERE o.fk_user = u.pk_user %s)) AS data FROM users u\''
SELECT v, oracle.kept(:of, v, '')) FROM unnest(ARRAY['sum(o.free)', 'sum(o.wide)', 'max(o.rough)', 'sum(o.bought)', 'avg(o.pk)', 'sum(o.score)', 'count(o.free)']) v;
SELECT c, oracle.kept(:of, 'count(*)', c)) FROM unnest(ARRAY['AND o.pk > 3', 'AND o.padded = ''a''', 'AND (o.pk = 1 OR o.pk = 2)', 'AND o.pk = ANY (ARRAY[1, 2])', 'AND o.name = ''x''',
                                                'AND lower(o.name) = ''x''', 'AND o.free = 1', 'AND o.score IS NULL', 'AND u.name = ''x''', 'AND o.pk <> 1']) c;
SET client_min_messages = warning;
DROP SCHEMA numbers CASCADE;
