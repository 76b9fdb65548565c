-- fuzz.py --seed 90003 --cases 1 --transactions 60
-- unexpected: 0A000 cannot PREPARE a transaction that has operated on temporary objects in PREPARE TRANSACTION 'g36'
-- Run it with psql in an empty database: every query between table and view must give no row.
\set QUIET on
SET client_min_messages = warning;
CREATE EXTENSION pg_tviews;
CREATE DOMAIN whole AS integer;
CREATE COLLATION ci (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TABLE t1 (id timestamp NOT NULL, n integer, s text, b boolean, u text, PRIMARY KEY (id)) PARTITION BY HASH (id);
CREATE TABLE t1_p0 PARTITION OF t1 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE t1_p1 (u text, id timestamp NOT NULL, n integer, gone integer, b boolean, s text, PRIMARY KEY (id));
ALTER TABLE t1_p1 DROP COLUMN gone;
ALTER TABLE t1 ATTACH PARTITION t1_p1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE t2 (t2_id whole NOT NULL, no varchar(40) NOT NULL, id timestamp, n integer, s text, arr integer[], u text, PRIMARY KEY (t2_id, no));
ALTER TABLE t2 ADD FOREIGN KEY (id) REFERENCES t1 (id) ON DELETE SET NULL ON UPDATE CASCADE;
CREATE INDEX ON t2 (id);
CREATE TABLE t3 (t3_id integer NOT NULL, n integer, s text, j jsonb, b boolean, arr integer[], u text, PRIMARY KEY (t3_id)) PARTITION BY HASH (t3_id);
CREATE TABLE t3_p0 PARTITION OF t3 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE t3_p1 (n integer, s text, u text, t3_id integer NOT NULL, j jsonb, gone integer, arr integer[], b boolean, PRIMARY KEY (t3_id));
ALTER TABLE t3_p1 DROP COLUMN gone;
ALTER TABLE t3 ATTACH PARTITION t3_p1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE t4 (pk_t4 varchar(40) NOT NULL, t2_t2_id_0 whole NOT NULL, t2_no_0 varchar(40) NOT NULL, t4_pk_t4_7 varchar(40) NOT NULL, n integer, s text, arr integer[], u text, PRIMARY KEY (pk_t4)) PARTITION BY HASH (pk_t4);
CREATE TABLE t4_p0 PARTITION OF t4 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE t4_p1 (n integer, gone integer, t2_no_0 varchar(40) NOT NULL, pk_t4 varchar(40) NOT NULL, t4_pk_t4_7 varchar(40) NOT NULL, arr integer[], t2_t2_id_0 whole NOT NULL, s text, u text, PRIMARY KEY (pk_t4));
ALTER TABLE t4_p1 DROP COLUMN gone;
ALTER TABLE t4 ATTACH PARTITION t4_p1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE INDEX ON t4 (t2_t2_id_0, t2_no_0);
CREATE INDEX ON t4 (t4_pk_t4_7);
CREATE TABLE t5 (id numeric(8,2) NOT NULL, t3_t3_id_0 integer NOT NULL, n integer, s text, arr integer[], j jsonb, amt numeric(8,2), b boolean, u text, PRIMARY KEY (id));
CREATE TABLE t5_c (own integer, PRIMARY KEY (id)) INHERITS (t5);
INSERT INTO t1 (id, n, s, b, u) SELECT date '2023-12-31' + (g), g % 5, 's' || g % 3, g % 2 = 0, 'u' FROM generate_series(1, 8) g;
INSERT INTO t2 (t2_id, no, id, n, s, arr, u) SELECT (g), 'k' || (1 + g % 2), date '2023-12-31' + (1 + (g * 3) % 8), g % 5, 's' || g % 3, ARRAY[g, g % 3], 'u' FROM generate_series(1, 8) g;
INSERT INTO t3 (t3_id, n, s, j, b, arr, u) SELECT (g), g % 5, 's' || g % 3, jsonb_build_object('k', g), g % 2 = 0, ARRAY[g, g % 3], 'u' FROM generate_series(1, 8) g;
INSERT INTO t4 (pk_t4, t2_t2_id_0, t2_no_0, t4_pk_t4_7, n, s, arr, u) SELECT 'k' || (g), (1 + (g * 3) % 8), 'k' || (1 + (1 + (g * 3) % 8) % 2), 'k' || (1 + (g * 10) % 8), g % 5, 's' || g % 3, ARRAY[g, g % 3], 'u' FROM generate_series(1, 8) g;
INSERT INTO t5 (id, t3_t3_id_0, n, s, arr, j, amt, b, u) SELECT (g), (1 + (g * 3) % 8), g % 5, 's' || g % 3, ARRAY[g, g % 3], jsonb_build_object('k', g), g * 1.5, g % 2 = 0, 'u' FROM generate_series(1, 8) g;
INSERT INTO t5_c (id, t3_t3_id_0, n, s, arr, j, amt, b, u) SELECT (g), (1 + (g * 3) % 8), g % 5, 's' || g % 3, ARRAY[g, g % 3], jsonb_build_object('k', g), g * 1.5, g % 2 = 0, 'u' FROM generate_series(9, 11) g;
ANALYZE;
CREATE VIEW pv2 WITH (security_barrier) AS SELECT a3.id, a3.n, a3.s, a3.b FROM t1 a3;
SELECT pg_tviews_create('e3', $def$SELECT a4.pk_t4 AS pk_e3, a4.n AS n, jsonb_build_object('self', jsonb_build_object('id', a4.pk_t4, 'f0', a4.arr, 'f1', a4.n::text, 'f2', a4.s), 'l0', jsonb_build_array(a6.cnt, a6.agg)) AS data FROM t4 a4 LEFT JOIN LATERAL (SELECT count(*) AS cnt, jsonb_agg(jsonb_build_object('id', a5.pk_t4, 'f0', a5.n, 'f1', a5.arr, 'f2', a5.s, 'sub', to_jsonb(ARRAY(SELECT jsonb_build_object('id', a7.pk_t4, 'f0', a7.n, 'f1', a7.arr) FROM (SELECT * FROM t4) a7 WHERE a7.t4_pk_t4_7 = a5.pk_t4 AND a7.s IS NOT NULL ORDER BY a7.pk_t4))) ORDER BY a5.n DESC NULLS LAST, a5.pk_t4) AS agg FROM t4 a5 WHERE a5.t4_pk_t4_7 = a4.pk_t4) a6 ON true$def$, '{}');
SELECT pg_tviews_create('e4', $def$WITH w0 AS NOT MATERIALIZED (SELECT * FROM t3 a9 WHERE a9.n > 2) SELECT a8.id AS pk_e4, a10.s || '!' AS x0, a8.t3_t3_id_0 AS t3_t3_id_0, a8.n AS n, jsonb_build_object('self', jsonb_build_object('id', a8.id, 'f0', NOT a8.b, 'f1', NOT a8.b), 'p0', to_jsonb(a10.*)) AS data FROM t5 a8 LEFT JOIN w0 a10 ON a8.t3_t3_id_0 = a10.t3_id WHERE a8.t3_t3_id_0 IN (SELECT a11.t3_id FROM t3 a11 WHERE a11.s <> 'x')$def$, '{}');
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
UPDATE t4_p1 SET n = NULL, arr = '{2,2,5}' WHERE t2_t2_id_0 = 6;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
\set ON_ERROR_ROLLBACK on
COPY t1_p1 (id, n, s, b, u) FROM STDIN;
2024-01-06	4		false	y
2024-01-08	3	It's	\N	x
2024-01-06	6	xy	false	x
\.
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET t4_pk_t4_7 = 'k6' WHERE pk_t4 = 'k5';
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
DELETE FROM t2 WHERE t2_id >= 3;
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
INSERT INTO t1_p1 (id, n, s, b, u) VALUES ('2024-01-01', NULL, 'xy', false, ''), ('2024-01-06', 5, 'It''s', false, 'xy'), ('2024-01-06', 0, 'x', NULL, 'xy'), ('2024-01-07', 4, 'It''s', false, 'y') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t3_p1 (t3_id, n, s, j, b, arr, u) VALUES (5, NULL, 'x', '[1, 2]', true, '{3}', 'z z'), (7, NULL, 'z z', '{"k": 2, "t": ["x"]}', false, '{1,NULL}', ''), (8, 4, 'It''s', '{"k": 2, "t": ["x"]}', NULL, '{1,NULL}', NULL), (5, 0, 'xy', '{"k": 2, "t": ["x"]}', true, '{2,2,5}', NULL);
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
COPY t2 (t2_id, no, id, n, s, arr, u) FROM STDIN;
7	k2	\N	2	y	{2,2,5}	xy
6	k2	2024-01-01	\N	xy	{1,2}	It's
8	k2	2024-01-05	4	x	{1,NULL}	x
\.
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
WITH w1 AS (DELETE FROM t5_c WHERE t3_t3_id_0 = 5 RETURNING 1) UPDATE t3 SET s = 'It''s' WHERE t3_id >= 5;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s4;
\set ON_ERROR_ROLLBACK on
INSERT INTO t5_c (id, t3_t3_id_0, n, s, arr, j, amt, b, u) VALUES (10, 3, 1, 'It''s', '{1,NULL}', '{"k": 1}', 1.5, false, NULL);
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
DELETE FROM t2 WHERE t2_id = 6;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
INSERT INTO t5 (id, t3_t3_id_0, n, s, arr, j, amt, b, u) VALUES (2, 3, 4, 'xy', '{1,2}', '{}', NULL, true, '') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
COMMIT AND CHAIN;
UPDATE t3_p0 SET b = true, arr = '{2,2,5}' WHERE t3_id = 6;
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (t2_id, no, id, n, s, arr, u) VALUES (8, 'k2', '2024-01-04', NULL, NULL, '{2,2,5}', 'z z'), (7, 'k2', '2024-01-08', 4, NULL, '{1,NULL}', 'y'), (7, 'k2', '2024-01-01', NULL, 'y', '{3}', 'It''s'), (1, 'k1', NULL, 6, 'x', NULL, 'z z');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET b = false WHERE id >= '2024-01-08';
\set ON_ERROR_ROLLBACK off
SELECT * FROM tv_e3;
\set ON_ERROR_ROLLBACK on
UPDATE t5 SET t3_t3_id_0 = 1, amt = 10, n = 6 WHERE t3_t3_id_0 >= 6;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
INSERT INTO t4_p0 (pk_t4, t2_t2_id_0, t2_no_0, t4_pk_t4_7, n, s, arr, u) VALUES ('k6', 4, 'k2', 'k1', 2, 'z z', '{}', 'It''s') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
WITH w0 AS (DELETE FROM t5_c WHERE n IS NULL RETURNING 1) UPDATE t2 x SET n = coalesce(y.n, 0) + 1 FROM t1 y WHERE x.id = y.id;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET id = NULL WHERE n = 6;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
UPDATE t4 SET t2_t2_id_0 = 3, t2_no_0 = 'k2', s = 'z z', arr = '{2,2,5}' WHERE pk_t4 = 'k5';
ALTER TABLE t4_p1 RENAME TO m6;
UPDATE m6 SET n = 5;
ALTER TABLE m6 RENAME TO t4_p1;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\set ON_ERROR_ROLLBACK on
INSERT INTO t1 (id, n, s, b, u) VALUES ('2024-01-08', 6, NULL, true, '');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET n = n + 1 WHERE id = '2024-01-01';
\set ON_ERROR_ROLLBACK off
SAVEPOINT s3;
\set ON_ERROR_ROLLBACK on
UPDATE t1_p0 SET id = '2024-01-05';
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
DELETE FROM t4 WHERE t2_t2_id_0 >= 7;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
UPDATE t5 SET j = '"str"' WHERE t3_t3_id_0 = 5;
UPDATE t2 SET n = 2, arr = '{1,NULL}' WHERE t2_id = 8;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
INSERT INTO t1 (id, n, s, b, u) VALUES ('2024-01-04', 1, 'y', NULL, 'xy') ON CONFLICT DO NOTHING;
UPDATE t4 SET t2_t2_id_0 = 3, t2_no_0 = 'k2', n = n + 1 WHERE n IS NULL;
DELETE FROM t3 WHERE n = 1;
DELETE FROM t2 WHERE t2_id >= 7;
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
WITH w0 AS (DELETE FROM t1 WHERE id = '2024-01-08' RETURNING 1), w1 AS (INSERT INTO t5 (id, t3_t3_id_0, n, s, arr, j, amt, b, u) VALUES (2, 1, 6, 'x', '{2,2,5}', '{"k": 1}', 2.25, true, 'It''s'), (5, 4, 5, 'xy', NULL, NULL, 3.10, true, '') RETURNING 1) DELETE FROM t2 WHERE t2_id >= 4;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
INSERT INTO t5_c (id, t3_t3_id_0, n, s, arr, j, amt, b, u) VALUES (12, 6, NULL, 'It''s', '{2,2,5}', '"str"', NULL, true, 'xy');
\set ON_ERROR_ROLLBACK off
SELECT pg_tviews_flush();
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET n = n + 1 WHERE id = '2024-01-05';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t5_c (id, t3_t3_id_0, n, s, arr, j, amt, b, u) VALUES (12, 5, 4, 'z z', '{3}', '[1, 2]', 10, false, 'xy'), (12, 6, 5, 'x', NULL, '[1, 2]', 1.5, NULL, '');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t1_p0 WHERE id = '2024-01-06';
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET s = 'y' WHERE n < 4;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE ONLY t5 SET t3_t3_id_0 = 5 WHERE n = 4;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
MERGE INTO t2 x USING (VALUES (4::whole, 'k1'::varchar(40), NULL::timestamp, 2::integer, NULL::text, '{1,NULL}'::integer[], NULL::text)) y (t2_id, no, id, n, s, arr, u) ON x.t2_id = y.t2_id AND x.no = y.no WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (t2_id, no, id, n, s, arr, u) VALUES (y.t2_id, y.no, y.id, y.n, y.s, y.arr, y.u);
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE t5_c SET b = true, j = '{"k": 2, "t": ["x"]}' WHERE id IN (11, 9);
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t4_p1 SET t4_pk_t4_7 = 'k3' WHERE pk_t4 = 'k6';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t1 WHERE id = '2024-01-06';
\set ON_ERROR_ROLLBACK off
PREPARE TRANSACTION 'g16';
COMMIT PREPARED 'g16';
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
MERGE INTO t2 x USING (VALUES (6::whole, 'k2'::varchar(40), '2024-01-01'::timestamp, 2::integer, NULL::text, '{2,2,5}'::integer[], 'xy'::text), (3::whole, 'k1'::varchar(40), '2024-01-04'::timestamp, 3::integer, 'It''s'::text, '{3}'::integer[], 'z z'::text), (2::whole, 'k2'::varchar(40), '2024-01-02'::timestamp, 1::integer, 'xy'::text, NULL::integer[], ''::text), (5::whole, 'k2'::varchar(40), '2024-01-06'::timestamp, 0::integer, 'y'::text, '{3}'::integer[], 'It''s'::text)) y (t2_id, no, id, n, s, arr, u) ON x.t2_id = y.t2_id AND x.no = y.no WHEN MATCHED THEN UPDATE SET id = y.id, s = y.s WHEN NOT MATCHED THEN INSERT (t2_id, no, id, n, s, arr, u) VALUES (y.t2_id, y.no, y.id, y.n, y.s, y.arr, y.u);
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
UPDATE t4_p1 SET s = '' WHERE t2_no_0 = 'k1';
SELECT pg_tviews_flush();
UPDATE t3_p0 SET b = false, s = 'y' WHERE n IS NULL;
INSERT INTO t1 (id, n, s, b, u) VALUES ('2024-01-05', 4, 'It''s', false, 'xy'), ('2024-01-01', 5, 'z z', NULL, 'z z'), ('2024-01-06', 4, 'y', false, 'y'), ('2024-01-01', NULL, 'It''s', true, '');
UPDATE t2 SET id = '2024-01-07' WHERE t2_id = 6;
UPDATE t3 SET n = 2, s = NULL WHERE t3_id >= 7;
INSERT INTO t3 (t3_id, n, s, j, b, arr, u) VALUES (6, 3, 'xy', NULL, true, NULL, NULL);
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO t1 (id, n, s, b, u) VALUES ('2024-01-04', 5, 'xy', false, 'y');
INSERT INTO t1_p1 (id, n, s, b, u) VALUES ('2024-01-02', 6, 'z z', true, 'z z') ON CONFLICT DO NOTHING;
ALTER TABLE t1 RENAME TO m17;
DELETE FROM m17 WHERE id >= '2024-01-04';
ALTER TABLE m17 RENAME TO t1;
SELECT pg_tviews_flush();
UPDATE t3 SET j = '[1, 2]' WHERE t3_id = 5;
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
DELETE FROM t2 WHERE t2_id = 2;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (pk_t4, t2_t2_id_0, t2_no_0, t4_pk_t4_7, n, s, arr, u) VALUES ('k5', 7, 'k2', 'k1', NULL, 'x', '{3}', 'It''s') ON CONFLICT (pk_t4) DO UPDATE SET t2_t2_id_0 = excluded.t2_t2_id_0, arr = excluded.arr;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET s = 'It''s' WHERE id = '2024-01-06';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (t3_id, n, s, j, b, arr, u) VALUES (8, 6, 'y', '{"k": 2, "t": ["x"]}', false, '{1,NULL}', 'z z'), (3, 4, 'xy', '"str"', true, NULL, 'xy') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET s = 'x' WHERE id >= '2024-01-06';
\set ON_ERROR_ROLLBACK off
DO $do$ DECLARE r record; BEGIN FOR r IN SELECT * FROM tv_e3 LOOP NULL; END LOOP; END $do$;
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
INSERT INTO t1_p0 (id, n, s, b, u) VALUES ('2024-01-05', 5, NULL, true, 'y'), ('2024-01-04', NULL, 'It''s', false, 'z z');
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
UPDATE t5 SET u = NULL WHERE n IS NULL;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
WITH w0 AS (UPDATE t3_p1 SET arr = '{1,NULL}' WHERE t3_id = 1 RETURNING 1) UPDATE t2 SET id = '2024-01-05', n = 6 WHERE t2_id = 7;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET t2_t2_id_0 = 8, t2_no_0 = 'k2' WHERE pk_t4 = 'k3';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
WITH w0 AS (INSERT INTO t5_c (id, t3_t3_id_0, n, s, arr, j, amt, b, u) VALUES (11, 6, 1, NULL, '{3}', NULL, 3.10, NULL, 'x'), (10, 2, 2, '', '{}', '{}', 2.25, true, 'z z'), (11, 3, 5, 'y', '{}', '[1, 2]', 1.5, true, 'x'), (11, 4, 2, 'xy', NULL, NULL, 2.25, true, '') ON CONFLICT DO NOTHING RETURNING 1) INSERT INTO t3_p1 (t3_id, n, s, j, b, arr, u) VALUES (8, 4, NULL, '[1, 2]', true, NULL, 'z z'), (1, NULL, 'x', '{"k": 1}', false, '{2,2,5}', 'It''s');
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
\set ON_ERROR_ROLLBACK on
DELETE FROM t5 WHERE t3_t3_id_0 IN (3, 1);
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DO $do$ BEGIN BEGIN UPDATE t3 SET b = false WHERE t3_id = 3;   EXCEPTION WHEN OTHERS THEN NULL; END;  BEGIN DELETE FROM t3_p1 WHERE n = 4; EXCEPTION WHEN integrity_constraint_violation THEN NULL; END; END $do$;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET s = 'x', arr = NULL WHERE n < 4;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET n = 0 WHERE t3_id = 2;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s4;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
INSERT INTO t3 (t3_id, n, s, j, b, arr, u) VALUES (8, 3, 'xy', '"str"', false, '{1,NULL}', 'x') ON CONFLICT DO NOTHING;
UPDATE t2 SET id = NULL WHERE n = 1;
DELETE FROM ONLY t5 WHERE id >= 7;
SAVEPOINT s3;
UPDATE t3 SET j = '"str"' WHERE t3_id = 2;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
UPDATE t3 SET arr = '{1,NULL}', j = '{"k": 1}' WHERE t3_id >= 5;
ROLLBACK TO s3;
DELETE FROM t3 WHERE t3_id = 3;
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
INSERT INTO t3 (t3_id, n, s, j, b, arr, u) VALUES (2, 3, 'z z', '"str"', false, '{2,2,5}', 'y'), (6, 6, 'z z', NULL, false, '{}', 'xy'), (3, NULL, 'xy', '{"k": 1}', true, '{}', 'x'), (3, 0, 'It''s', '{"k": 2, "t": ["x"]}', true, '{3}', 'xy');
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
INSERT INTO t3 (t3_id, n, s, j, b, arr, u) SELECT (g), 0::integer, 'x'::text, NULL::jsonb, false::boolean, '{2,2,5}'::integer[], 'z z'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (t2_id, no, id, n, s, arr, u) VALUES (3, 'k2', '2024-01-02', 3, 'z z', '{2,2,5}', '');
\set ON_ERROR_ROLLBACK off
SELECT pg_tviews_flush();
\set ON_ERROR_ROLLBACK on
INSERT INTO t5 (id, t3_t3_id_0, n, s, arr, j, amt, b, u) VALUES (4, 2, 4, 'y', '{2,2,5}', '{}', 2.25, NULL, 'x'), (7, 6, 3, '', '{}', '"str"', NULL, false, 'z z') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3_p0 SET arr = NULL, s = NULL WHERE t3_id >= 5;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t1_p0 SET n = n + 1;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
ROLLBACK;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
DELETE FROM t5_c WHERE t3_t3_id_0 = 7;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
INSERT INTO t1 (id, n, s, b, u) SELECT date '2023-12-31' + (g), 5::integer, 'z z'::text, true::boolean, ''::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (t2_id, no, id, n, s, arr, u) SELECT (g), 'k' || (1 + g % 2), date '2023-12-31' + (1 + (g * 4) % 8), 4::integer, 'z z'::text, '{}'::integer[], 'y'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
WITH w0 AS (DELETE FROM t4 WHERE pk_t4 = 'k4' RETURNING 1) INSERT INTO t3_p1 (t3_id, n, s, j, b, arr, u) VALUES (3, 1, 'x', '{"k": 2, "t": ["x"]}', false, '{2,2,5}', 'It''s'), (2, NULL, 'x', '{"k": 1}', true, '{2,2,5}', 'x'), (7, NULL, 'x', '{}', false, '{}', 'y'), (3, 2, 'x', '{"k": 2, "t": ["x"]}', true, '{}', 'xy') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t5_c WHERE id >= 8;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET t2_t2_id_0 = 5, t2_no_0 = 'k1', arr = NULL, n = n + 1 WHERE pk_t4 = 'k7';
\set ON_ERROR_ROLLBACK off
SAVEPOINT s4;
ROLLBACK;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET id = '2024-01-08' WHERE t2_id = 6;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (t2_id, no, id, n, s, arr, u) VALUES (1, 'k2', '2024-01-04', 4, 'xy', '{}', 'It''s');
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t3_p0 SET n = n + 1 WHERE t3_id = 1;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\set ON_ERROR_ROLLBACK on
DELETE FROM t3_p1 WHERE t3_id = 4;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET t2_t2_id_0 = 4, t2_no_0 = 'k1', arr = '{2,2,5}' WHERE t4_pk_t4_7 IN ('k1', 'k6');
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET t2_t2_id_0 = 7, t2_no_0 = 'k2', arr = '{1,NULL}', n = 6 WHERE pk_t4 = 'k8';
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
UPDATE t3 SET n = 6 WHERE t3_id IN (4, 2);
INSERT INTO t3 (t3_id, n, s, j, b, arr, u) VALUES (8, NULL, NULL, '[1, 2]', true, NULL, 'y'), (8, 2, 'It''s', '{"k": 2, "t": ["x"]}', NULL, '{2,2,5}', NULL), (7, 5, 'z z', NULL, true, '{1,NULL}', 'x'), (7, NULL, 'y', '{"k": 1}', true, NULL, 'It''s');
UPDATE t5_c SET j = '"str"' WHERE t3_t3_id_0 = 4;
SAVEPOINT s3;
DELETE FROM t2 WHERE n = 1;
UPDATE ONLY t5 SET arr = '{1,2}', amt = 10 WHERE t3_t3_id_0 >= 6;
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET s = 'x' WHERE t3_id = 2;
\set ON_ERROR_ROLLBACK off
SELECT pg_tviews_flush();
COMMIT;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
DELETE FROM t1 WHERE id IN ('2024-01-06', '2024-01-04');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET u = 'd' WHERE t2_id = 2;
\set ON_ERROR_ROLLBACK off
UPDATE t3 SET u = 'a' WHERE n = 6;
CREATE TEMP TABLE m35 ON COMMIT DROP AS SELECT * FROM tv_e4;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t5_c SET b = false WHERE t3_t3_id_0 IN (7, 5);
\set ON_ERROR_ROLLBACK off
PREPARE TRANSACTION 'g36';
COMMIT PREPARED 'g36';
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
