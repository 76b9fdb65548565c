-- fuzz.py --seed 90000 --cases 1 --transactions 60
-- unexpected: 0A000 cannot PREPARE a transaction that has operated on temporary objects in PREPARE TRANSACTION 'g55'
-- Run it with psql in an empty database: every query between table and view must give no row.
\set QUIET on
SET client_min_messages = warning;
CREATE EXTENSION pg_tviews;
CREATE DOMAIN whole AS integer;
CREATE COLLATION ci (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TABLE t1 (id numeric(9,3) NOT NULL, n integer, s text, arr integer[], j jsonb, v varchar(20), u text, PRIMARY KEY (id));
CREATE TABLE t2 (pk_t2 text COLLATE "ci" NOT NULL, t1_id_0 numeric(9,3), t1_id_1 numeric(9,3), n integer, s text, big bigint, v varchar(20), amt numeric(8,2), j jsonb, u text, PRIMARY KEY (pk_t2));
ALTER TABLE t2 ADD FOREIGN KEY (t1_id_0) REFERENCES t1 (id) ON DELETE CASCADE;
CREATE INDEX ON t2 (t1_id_0);
CREATE INDEX ON t2 (t1_id_1);
CREATE TABLE t3 (id text COLLATE "ci" NOT NULL, pk_t2 text COLLATE "ci", t2_pk_t2_1 text COLLATE "ci" NOT NULL, t3_id_7 text COLLATE "ci" NOT NULL, n integer, s text, j jsonb, arr integer[], b boolean, u text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE t3_p0 PARTITION OF t3 FOR VALUES FROM (MINVALUE) TO ('k4');
CREATE TABLE t3_p1 (t2_pk_t2_1 text COLLATE "ci" NOT NULL, s text, b boolean, u text, gone integer, t3_id_7 text COLLATE "ci" NOT NULL, n integer, j jsonb, arr integer[], id text COLLATE "ci" NOT NULL, pk_t2 text COLLATE "ci", PRIMARY KEY (id));
ALTER TABLE t3_p1 DROP COLUMN gone;
ALTER TABLE t3 ATTACH PARTITION t3_p1 FOR VALUES FROM ('k4') TO (MAXVALUE);
ALTER TABLE t3 ADD FOREIGN KEY (pk_t2) REFERENCES t2 (pk_t2) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE t3 ADD FOREIGN KEY (t2_pk_t2_1) REFERENCES t2 (pk_t2) ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX ON t3 (t2_pk_t2_1);
ALTER TABLE t3 ADD FOREIGN KEY (t3_id_7) REFERENCES t3 (id) DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE t4 (t4_id integer NOT NULL, t2_pk_t2_0 text COLLATE "ci", n integer, s text, amt numeric(8,2), arr integer[], j jsonb, u text, PRIMARY KEY (t4_id));
CREATE INDEX ON t4 (t2_pk_t2_0);
INSERT INTO t1 (id, n, s, arr, j, v, u) SELECT (g), g % 5, 's' || g % 3, ARRAY[g, g % 3], jsonb_build_object('k', g), 'v' || g, 'u' FROM generate_series(1, 8) g;
INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) SELECT 'k' || (g), (1 + (g * 3) % 8), (1 + (g * 4) % 8), g % 5, 's' || g % 3, g % 3, 'v' || g, g * 1.5, jsonb_build_object('k', g), 'u' FROM generate_series(1, 8) g;
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr, b, u) SELECT 'k' || (g), 'k' || (1 + (g * 3) % 8), 'k' || (1 + (g * 4) % 8), 'k' || (1 + (g * 10) % 8), g % 5, 's' || g % 3, jsonb_build_object('k', g), ARRAY[g, g % 3], g % 2 = 0, 'u' FROM generate_series(1, 8) g;
INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) SELECT (g), 'k' || (1 + (g * 3) % 8), g % 5, 's' || g % 3, g * 1.5, ARRAY[g, g % 3], jsonb_build_object('k', g), 'u' FROM generate_series(1, 8) g;
ANALYZE;
SELECT pg_tviews_create('e1', $def$SELECT a1.id AS k0, a2.ord AS ord, a2.e AS e FROM t3 a1 CROSS JOIN LATERAL unnest(a1.arr) WITH ORDINALITY a2(e, ord)$def$, '{"key": ["k0", "ord"]}');
SELECT pg_tviews_create('e2', $def$SELECT a5.t3_id_7 AS pk_e2, a5.members AS members, jsonb_build_object('id', a5.id, 'f0', a5.n + 1) AS data FROM (SELECT a4.*, row_number() OVER (PARTITION BY a4.t3_id_7 ORDER BY a4.id) AS rn, count(*) OVER (PARTITION BY a4.t3_id_7) AS members FROM (SELECT a3.* FROM t3 a3 WHERE coalesce(a3.n, 0) < 4) a4 WHERE a4.t3_id_7 IS NOT NULL) a5 WHERE a5.rn = 1$def$, '{}');
SELECT pg_tviews_create('e3', $def$WITH w0 AS (SELECT * FROM t3 a14 WHERE CASE WHEN a14.n > 1 THEN true ELSE false END) SELECT a7.id AS pk_e3, a7.pk_t2 AS pk_t2, a7.t2_pk_t2_1 AS t2_pk_t2_1, a7.n AS n, jsonb_build_object('self', jsonb_build_object('id', a7.id, 'f0', CASE WHEN a7.n > 2 THEN 'hi' ELSE 'lo' END, 'sub', (SELECT max(a11.n) FROM t3 a11 JOIN t2 a12 ON a12.pk_t2 = a11.t2_pk_t2_1 JOIN t3 a13 ON a11.t3_id_7 = a13.id WHERE a11.t3_id_7 = a7.id)), 'p0', jsonb_build_object('id', a8.id, 'f0', a8.arr, 'f1', a8.j -> 'k', 'f2', NOT a8.b), 'p1', jsonb_build_object('id', a9.pk_t2, 'f0', a9.v, 'f1', a9.big, 'f2', nullif(a9.s, 'x')), 'p2', jsonb_build_object('id', a10.pk_t2, 'f0', CASE WHEN a10.amt > 2 THEN 'hi' ELSE 'lo' END), 's0', (SELECT sum(a15.n) FILTER (WHERE (a15.j ->> 'k') = '1') FROM w0 a15 WHERE a10.pk_t2 = a15.pk_t2)) AS data FROM (SELECT a6.* FROM t3 a6 WHERE NOT a6.b) a7 JOIN LATERAL (SELECT * FROM t3 x WHERE x.id = a7.t3_id_7) a8 ON true LEFT JOIN LATERAL (SELECT * FROM t2 x WHERE a7.t2_pk_t2_1 = x.pk_t2) a9 ON true LEFT JOIN t2 a10 ON a7.pk_t2 = a10.pk_t2 WHERE (SELECT count(*) FROM t3 a16 WHERE a16.t3_id_7 = a8.id AND lower(a16.s) = 'y' AND EXISTS (SELECT 1 FROM t3 a17 WHERE a16.id::text = a17.t3_id_7::text)) > 2$def$, '{}');
SELECT pg_tviews_create('e4', $def$SELECT a19.t4_id AS pk_e4, jsonb_build_object('self', to_jsonb(a19), 'p1', jsonb_build_object('id', a21.id, 'f0', nullif(a21.v, 'x'), 'f1', a21.j), 'p2', to_jsonb(a24.*), 'label', a25.label) AS data FROM (SELECT a18.* FROM t4 a18 WHERE length(a18.s) > 1) a19 LEFT JOIN t2 a20 ON a20.pk_t2 = a19.t2_pk_t2_0 LEFT JOIN t1 a21 ON a21.id = a20.t1_id_0 LEFT JOIN (SELECT DISTINCT ON (a22.id) a22.id, a22.n, a22.s, a22.arr, a22.j, a22.v FROM t1 a22 ORDER BY a22.id) a24 ON a24.id = a20.t1_id_1 LEFT JOIN (VALUES (1, 'one'), (2, 'two'), (3, NULL)) a25(num, label) ON a25.num = a19.n WHERE (a19.n > 2 OR a19.n IS NULL)$def$, '{}');
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
\set ON_ERROR_ROLLBACK on
INSERT INTO t3_p0 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr, b, u) VALUES ('k5', NULL, 'K8', 'K1', 4, 'It''s', '{"k": 2, "t": ["x"]}', '{2,2,5}', true, 'x'), ('K4', NULL, 'k5', 'k7', 0, 'x', NULL, NULL, NULL, 'xy'), ('k1', 'k2', 'k7', 'k3', 1, 'y', '[1, 2]', NULL, false, 'It''s'), ('K3', 'k4', 'k5', 'K6', 3, NULL, '"str"', NULL, true, 'z z');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t4 x SET n = coalesce(y.n, 0) + 1 FROM t2 y WHERE x.t2_pk_t2_0 = y.pk_t2;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET id = 'k2' WHERE id = 'k1';
\set ON_ERROR_ROLLBACK off
PREPARE TRANSACTION 'g1';
COMMIT PREPARED 'g1';
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
COPY t3_p1 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr, b, u) FROM STDIN;
K3	\N	K1	K2	5	z z	{}	{1,NULL}	true	xy
k1	K1	k4	k6	1	x	"str"	{1,NULL}	false	
\.
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
\set ON_ERROR_ROLLBACK on
DELETE FROM t3_p0 WHERE t3_id_7 = 'k3';
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
\set ON_ERROR_ROLLBACK on
DELETE FROM t4 WHERE t4_id = 2;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
MERGE INTO t2 x USING (VALUES ('K1'::text COLLATE "ci", NULL::numeric(9,3), 3::numeric(9,3), 6::integer, 'x'::text, NULL::bigint, ''::varchar(20), 10::numeric(8,2), '{"k": 2, "t": ["x"]}'::jsonb, 'x'::text)) y (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) ON x.pk_t2 = y.pk_t2 WHEN MATCHED THEN UPDATE SET n = y.n, u = y.u WHEN NOT MATCHED THEN INSERT (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES (y.pk_t2, y.t1_id_0, y.t1_id_1, y.n, y.s, y.big, y.v, y.amt, y.j, y.u);
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (2, 'k8', 0, '', 2.25, NULL, NULL, NULL), (5, 'k8', NULL, 'xy', 3.10, '{}', NULL, 'x') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET b = false, n = NULL WHERE id >= 'k4';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET t2_pk_t2_1 = 'k5' WHERE id IN ('k1', 'k1');
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
\set ON_ERROR_ROLLBACK on
DELETE FROM t2 WHERE t1_id_0 = 8;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s1;
\set ON_ERROR_ROLLBACK on
MERGE INTO t4 x USING (VALUES (3::integer, 'k5'::text COLLATE "ci", 2::integer, 'It''s'::text, 3.10::numeric(8,2), '{3}'::integer[], '[1, 2]'::jsonb, 'xy'::text)) y (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) ON x.t4_id = y.t4_id WHEN MATCHED THEN UPDATE SET s = y.s, u = y.u WHEN NOT MATCHED THEN INSERT (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (y.t4_id, y.t2_pk_t2_0, y.n, y.s, y.amt, y.arr, y.j, y.u);
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET amt = NULL WHERE t1_id_0 = 2;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
MERGE INTO t1 x USING (VALUES (6::numeric(9,3), NULL::integer, 'z z'::text, '{2,2,5}'::integer[], '{"k": 2, "t": ["x"]}'::jsonb, NULL::varchar(20), NULL::text), (8::numeric(9,3), 0::integer, ''::text, '{2,2,5}'::integer[], '"str"'::jsonb, ''::varchar(20), 'It''s'::text), (1::numeric(9,3), 5::integer, 'It''s'::text, '{2,2,5}'::integer[], '{"k": 2, "t": ["x"]}'::jsonb, 'z z'::varchar(20), 'x'::text)) y (id, n, s, arr, j, v, u) ON x.id = y.id WHEN MATCHED THEN UPDATE SET arr = y.arr, s = y.s WHEN NOT MATCHED THEN INSERT (id, n, s, arr, j, v, u) VALUES (y.id, y.n, y.s, y.arr, y.j, y.v, y.u);
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
DELETE FROM t2 WHERE pk_t2 IN ('k6', 'k3');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES ('k5', 5, 5, 6, 'z z', 2, 'x', 1.5, '{"k": 1}', 'y') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr, b, u) VALUES ('k3', 'K3', 'k4', 'K5', NULL, NULL, '"str"', NULL, true, 'y') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
WITH w0 AS (UPDATE t1 SET arr = '{1,NULL}', j = '[1, 2]' WHERE id = 1 RETURNING 1) DELETE FROM t2 WHERE t1_id_0 = 1;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
TRUNCATE t3_p0 CASCADE;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t1 WHERE id = 6;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
WITH w0 AS (INSERT INTO t1 (id, n, s, arr, j, v, u) VALUES (8, 0, NULL, '{2,2,5}', '{"k": 2, "t": ["x"]}', 'z z', 'It''s'), (6, 4, '', '{}', '[1, 2]', 'It''s', 'xy') RETURNING 1) DELETE FROM t2 WHERE t1_id_1 = 7;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (8, 'K8', NULL, 'xy', 0, NULL, '[1, 2]', NULL);
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
TRUNCATE t3_p1 CASCADE;
\set ON_ERROR_ROLLBACK off
PREPARE TRANSACTION 'g8';
ROLLBACK PREPARED 'g8';
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
UPDATE t4 SET n = NULL WHERE n < 3;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
UPDATE t2 SET t1_id_0 = NULL WHERE pk_t2 >= 'k2';
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (2, 'K7', 5, 'y', 1.5, NULL, '{}', NULL);
UPDATE t3_p1 SET t2_pk_t2_1 = 'k7' WHERE n IS NULL;
UPDATE t1 SET j = NULL WHERE id IN (2, 6);
INSERT INTO t1 (id, n, s, arr, j, v, u) VALUES (5, 2, '', NULL, NULL, NULL, 'x');
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET t2_pk_t2_1 = 'k4' WHERE t3_id_7 >= 'k1';
\set ON_ERROR_ROLLBACK off
DELETE FROM t4 WHERE t4_id = 4;
DECLARE m4 CURSOR FOR SELECT * FROM tv_e1;
FETCH 1 FROM m4;
UPDATE t4 SET t2_pk_t2_0 = 'k5' WHERE t4_id IN (8, 7);
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
FETCH ALL FROM m4;
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET v = 'y', j = NULL WHERE id = 4;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t3_p1 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr, b, u) VALUES ('k4', 'k5', 'k8', 'k6', 5, 'xy', '{"k": 2, "t": ["x"]}', '{3}', true, 'y') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (4, 'K4', 0, 'It''s', 2.25, '{2,2,5}', '"str"', 'It''s') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr, b, u) VALUES ('k4', 'k1', 'K2', 'k7', 4, '', '{"k": 1}', NULL, true, ''), ('K5', 'k8', 'K3', 'k1', 5, 'It''s', NULL, '{}', true, 'y'), ('k5', 'K8', 'k3', 'K2', 5, 'It''s', '{"k": 2, "t": ["x"]}', '{1,NULL}', NULL, 'x'), ('K8', 'k2', 'k7', 'k8', 5, 'z z', '{"k": 2, "t": ["x"]}', NULL, false, '');
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET arr = '{1,2}', n = 4 WHERE id = 7;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET s = '', amt = 1.5 WHERE t4_id IN (4, 5);
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET s = '' WHERE id >= 'k2';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
COPY t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) FROM STDIN;
8	\N	4	xy	\N	{}	{"k": 1}	y
3	k7	3	xy	2.25	{}	\N	xy
3	k1	5	\N	1.5	{1,2}	\N	\N
\.
\set ON_ERROR_ROLLBACK off
SAVEPOINT s3;
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET n = 6 WHERE id = 8;
\set ON_ERROR_ROLLBACK off
SELECT * FROM tv_e4;
\set ON_ERROR_ROLLBACK on
DELETE FROM t1 WHERE n < 2;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
COMMIT AND CHAIN;
INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (1, 'k2', 0, 'It''s', 2.25, NULL, '"str"', '') ON CONFLICT (t4_id) DO UPDATE SET n = excluded.n, amt = excluded.amt;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
UPDATE t3 x SET n = coalesce(y.n, 0) + 1 FROM t2 y WHERE x.t2_pk_t2_1 = y.pk_t2;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE t4 SET t2_pk_t2_0 = 'K7', amt = 2.25, arr = '{3}' WHERE t4_id IN (5, 2);
UPDATE t4 SET u = NULL WHERE t2_pk_t2_0 = 'k6';
SELECT pg_tviews_flush();
UPDATE t3 x SET n = coalesce(y.n, 0) + 1 FROM t2 y WHERE x.pk_t2 = y.pk_t2;
DO $do$ BEGIN BEGIN WITH w0 AS (DELETE FROM t1 WHERE id = 8 RETURNING 1) INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES ('k1', 7, 5, 2, 'It''s', 6, 'y', 2.25, NULL, 'y'); PERFORM count(*) FROM tv_e2;  EXCEPTION WHEN OTHERS THEN NULL; END; PERFORM count(*) FROM tv_e2; BEGIN INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (7, 'K7', NULL, 'It''s', NULL, '{1,NULL}', NULL, 'y'), (7, 'K5', 6, 'x', 1.5, '{1,NULL}', '[1, 2]', 'It''s'), (6, 'K7', 2, 'xy', NULL, '{1,2}', '{}', NULL), (3, 'k8', 3, 'xy', NULL, '{3}', '{}', 'z z'); EXCEPTION WHEN integrity_constraint_violation THEN NULL; END; END $do$;
UPDATE t2 SET v = 'xy' WHERE n = 0;
INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES ('K6', 7, 8, NULL, 'It''s', 1, 'x', 2.25, NULL, 'z z') ON CONFLICT DO NOTHING;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
\set ON_ERROR_ROLLBACK on
DO $do$ BEGIN BEGIN DELETE FROM t2 WHERE pk_t2 = 'k7'; PERFORM count(*) FROM tv_e3; PERFORM 1 / 0; EXCEPTION WHEN OTHERS THEN NULL; END; PERFORM count(*) FROM tv_e3; BEGIN UPDATE t1 SET s = NULL, arr = '{1,NULL}' WHERE id = 5; EXCEPTION WHEN integrity_constraint_violation THEN NULL; END; END $do$;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET arr = '{1,2}' WHERE id >= 7;
\set ON_ERROR_ROLLBACK off
SAVEPOINT m13;
ALTER TABLE t2 ADD COLUMN m13 integer DEFAULT 1;
UPDATE t2 SET u = 'b' WHERE pk_t2 = 'k3';
UPDATE t2 SET m13 = 2;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
ROLLBACK TO m13;
\set ON_ERROR_ROLLBACK on
UPDATE t3_p1 SET j = '{"k": 2, "t": ["x"]}' WHERE pk_t2 IN ('k8', 'k7');
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES ('k3', 1, NULL, 0, 'It''s', 1, 'xy', 3.10, NULL, 'It''s');
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (7, 'K1', 3, 'xy', 0, '{2,2,5}', '"str"', 'It''s') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s1;
\set ON_ERROR_ROLLBACK on
COPY t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) FROM STDIN;
8	k8	2	y	3.10	\N	[1, 2]	It's
3	k2	6	y	0	{3}	{"k": 2, "t": ["x"]}	xy
\.
\set ON_ERROR_ROLLBACK off
SAVEPOINT s2;
\set ON_ERROR_ROLLBACK on
COPY t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) FROM STDIN;
K7	8	4	4	x	1	x	3.10	{"k": 2, "t": ["x"]}	xy
k2	4	5	5		\N	x	0	[1, 2]	\N
K7	\N	4	2	\N	6	z z	\N	"str"	\N
\.
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET j = '{"k": 1}', n = 1 WHERE n < 2;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
UPDATE t3_p0 SET pk_t2 = 'k5' WHERE id = 'k4';
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES ('k7', 2, 6, 6, 'y', 2, NULL, 10, '{"k": 1}', 'xy'), ('K7', 7, 7, NULL, 'x', 3, 'xy', 10, '{"k": 2, "t": ["x"]}', 'y');
ALTER TABLE t2 ALTER COLUMN s SET STATISTICS 10;
INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES ('k6', 3, 8, 4, 'It''s', 2, 'xy', NULL, NULL, 'It''s'), ('K5', NULL, NULL, 0, '', NULL, 'xy', 1.5, '[1, 2]', 'xy'), ('k7', 1, NULL, 6, 'xy', 6, 'y', 1.5, '"str"', NULL), ('k2', 8, 6, 3, NULL, 1, 'x', 0, '{}', 'z z');
UPDATE t4 SET t2_pk_t2_0 = 'k2' WHERE t2_pk_t2_0 = 'k2';
SAVEPOINT s2;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET t1_id_1 = 3 WHERE pk_t2 = 'k6';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t1 WHERE n IS NULL;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET j = '{}', s = 'y';
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
UPDATE t3 SET u = NULL WHERE id >= 'k1';
SAVEPOINT s1;
INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) SELECT (g), 'k' || (1 + (g * 3) % 8), 4::integer, 'y'::text, 2.25::numeric(8,2), '{}'::integer[], NULL::jsonb, 'y'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
UPDATE t1 SET id = 7 WHERE id = 1;
INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES ('K4', 6, 1, 3, 'x', 6, '', 2.25, '[1, 2]', 'It''s'), ('k5', 5, NULL, NULL, NULL, 3, 'y', 1.5, '{"k": 2, "t": ["x"]}', 'It''s');
INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (7, 'k8', 0, NULL, 1.5, NULL, '{"k": 1}', 'xy');
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr, b, u) VALUES ('k6', 'k4', 'k4', 'K1', 0, 'x', '[1, 2]', '{2,2,5}', false, '') ON CONFLICT (id) DO UPDATE SET u = excluded.u, j = excluded.j;
UPDATE t1 SET s = NULL, arr = '{}' WHERE id IN (2, 1);
DELETE FROM t2 WHERE pk_t2 IN ('k6', 'k4');
INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES ('K1', 8, 4, 0, 'z z', 6, NULL, 1.5, '{}', NULL) ON CONFLICT DO NOTHING;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
MERGE INTO t1 x USING (VALUES (4::numeric(9,3), 1::integer, 'y'::text, '{1,NULL}'::integer[], '{"k": 2, "t": ["x"]}'::jsonb, 'x'::varchar(20), 'x'::text)) y (id, n, s, arr, j, v, u) ON x.id = y.id WHEN MATCHED AND x.n > 2 THEN DELETE WHEN MATCHED THEN UPDATE SET arr = y.arr, v = y.v WHEN NOT MATCHED THEN INSERT (id, n, s, arr, j, v, u) VALUES (y.id, y.n, y.s, y.arr, y.j, y.v, y.u);
SAVEPOINT s5;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
\set ON_ERROR_ROLLBACK on
DELETE FROM t4 WHERE t2_pk_t2_0 >= 'k5';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET u = 'd' WHERE id = 8;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t1 WHERE id = 3;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t1 (id, n, s, arr, j, v, u) VALUES (8, NULL, 'xy', '{1,2}', '{}', 'x', 'x') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t2 x SET n = coalesce(y.n, 0) + 1 FROM t1 y WHERE x.t1_id_1 = y.id;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr, b, u) VALUES ('k1', 'K8', 'k7', 'K5', 3, 'It''s', NULL, '{1,NULL}', false, 'z z') ON CONFLICT (id) DO UPDATE SET t3_id_7 = excluded.t3_id_7, j = excluded.j;
\set ON_ERROR_ROLLBACK off
COMMIT AND CHAIN;
UPDATE t2 SET t1_id_1 = NULL WHERE pk_t2 = 'k1';
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
DELETE FROM t2 WHERE pk_t2 = 'k7';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DO $do$ BEGIN BEGIN DELETE FROM t4 WHERE t4_id = 6; PERFORM count(*) FROM tv_e1;  EXCEPTION WHEN OTHERS THEN NULL; END; PERFORM count(*) FROM tv_e1; BEGIN INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (4, 'k6', 2, 'z z', 2.25, '{}', '{}', ''), (7, 'k3', 3, 'It''s', 2.25, '{3}', '[1, 2]', 'x') ON CONFLICT DO NOTHING; EXCEPTION WHEN integrity_constraint_violation THEN NULL; END; END $do$;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\set ON_ERROR_ROLLBACK on
INSERT INTO t1 (id, n, s, arr, j, v, u) VALUES (5, 0, 'y', '{2,2,5}', '{"k": 1}', '', 'z z') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t1 WHERE n IS NULL;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET n = n + 1 WHERE n = 4;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t4 WHERE t2_pk_t2_0 IN ('k7', 'k6');
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
ALTER TABLE t1 ADD COLUMN extra26 integer;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
UPDATE t4 x SET n = coalesce(y.n, 0) + 1 FROM t2 y WHERE x.t2_pk_t2_0 = y.pk_t2;
COPY t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) FROM STDIN;
7	K8	2		1.5	{2,2,5}	[1, 2]	x
2	k6	3	x	\N	{}	"str"	x
8	k1	\N	It's	\N	{}	\N	xy
\.
UPDATE t4 SET amt = 3.10, j = '[1, 2]' WHERE t2_pk_t2_0 = 'k6';
SAVEPOINT s3;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES ('k3', 5, 8, 6, 'y', NULL, 'y', 1.5, '[1, 2]', 'z z'), ('K5', 8, 7, 0, 'It''s', 3, 'z z', 3.10, '"str"', NULL);
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET n = n + 1 WHERE id = 'k4';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
TRUNCATE t2 CASCADE;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t2 WHERE t1_id_0 = 8;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (5, 'k4', 1, 'y', 0, '{1,NULL}', '{"k": 2, "t": ["x"]}', 'xy');
\set ON_ERROR_ROLLBACK off
SAVEPOINT s5;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr, b, u) VALUES ('k3', 'k6', 'k4', 'k1', 5, 'xy', '"str"', NULL, NULL, 'It''s'), ('k1', 'k1', 'k8', 'k6', NULL, 'xy', '[1, 2]', '{}', NULL, NULL), ('K4', NULL, 'K8', 'k1', 0, NULL, '{}', '{3}', false, 'x'), ('k6', 'k8', 'k3', 'k5', 5, '', '{"k": 2, "t": ["x"]}', '{1,NULL}', false, 'x') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s1;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (6, 'k1', 1, 'xy', NULL, '{1,2}', '{"k": 2, "t": ["x"]}', '');
\set ON_ERROR_ROLLBACK off
ROLLBACK TO s1;
\set ON_ERROR_ROLLBACK on
MERGE INTO t4 x USING (VALUES (4::integer, 'k1'::text COLLATE "ci", 1::integer, ''::text, 0::numeric(8,2), '{3}'::integer[], '{"k": 1}'::jsonb, 'It''s'::text), (6::integer, NULL::text COLLATE "ci", 4::integer, ''::text, 10::numeric(8,2), '{1,2}'::integer[], '[1, 2]'::jsonb, NULL::text)) y (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) ON x.t4_id = y.t4_id WHEN MATCHED THEN UPDATE SET t2_pk_t2_0 = y.t2_pk_t2_0, s = y.s WHEN NOT MATCHED THEN INSERT (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (y.t4_id, y.t2_pk_t2_0, y.n, y.s, y.amt, y.arr, y.j, y.u);
\set ON_ERROR_ROLLBACK off
ROLLBACK TO s1;
\set ON_ERROR_ROLLBACK on
MERGE INTO t1 x USING (VALUES (6::numeric(9,3), 2::integer, 'z z'::text, '{3}'::integer[], '"str"'::jsonb, 'x'::varchar(20), 'It''s'::text), (2::numeric(9,3), 3::integer, 'xy'::text, '{1,2}'::integer[], '[1, 2]'::jsonb, ''::varchar(20), 'It''s'::text)) y (id, n, s, arr, j, v, u) ON x.id = y.id WHEN MATCHED AND x.n > 2 THEN DELETE WHEN MATCHED THEN UPDATE SET s = y.s, j = y.j WHEN NOT MATCHED THEN INSERT (id, n, s, arr, j, v, u) VALUES (y.id, y.n, y.s, y.arr, y.j, y.v, y.u);
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES ('k8', 5, 5, NULL, 'y', 3, NULL, 3.10, '{}', NULL), ('k6', 2, NULL, 3, 'xy', 6, 'x', 3.10, '{"k": 2, "t": ["x"]}', ''), ('k8', NULL, 3, 5, 'xy', 0, 'z z', NULL, NULL, 'z z'), ('K6', 6, 8, 2, 'x', 1, 'y', NULL, NULL, 'y');
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
DO $do$ BEGIN BEGIN MERGE INTO t4 x USING (VALUES (8::integer, 'K1'::text COLLATE "ci", 4::integer, 'z z'::text, 0::numeric(8,2), '{}'::integer[], '{"k": 2, "t": ["x"]}'::jsonb, 'z z'::text), (5::integer, 'k5'::text COLLATE "ci", 0::integer, 'x'::text, 10::numeric(8,2), '{1,2}'::integer[], '{"k": 1}'::jsonb, NULL::text), (3::integer, 'k6'::text COLLATE "ci", NULL::integer, 'y'::text, 10::numeric(8,2), NULL::integer[], '[1, 2]'::jsonb, 'xy'::text)) y (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) ON x.t4_id = y.t4_id WHEN MATCHED THEN UPDATE SET n = y.n, t2_pk_t2_0 = y.t2_pk_t2_0 WHEN NOT MATCHED THEN INSERT (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (y.t4_id, y.t2_pk_t2_0, y.n, y.s, y.amt, y.arr, y.j, y.u);  PERFORM 1 / 0; EXCEPTION WHEN OTHERS THEN NULL; END;  BEGIN UPDATE t2 SET u = 'a' WHERE pk_t2 = 'k6'; EXCEPTION WHEN integrity_constraint_violation THEN NULL; END; END $do$;
INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u) VALUES (1, NULL, 1, NULL, 10, '{3}', '{}', 'z z') ON CONFLICT DO NOTHING;
SAVEPOINT s2;
MERGE INTO t2 x USING (VALUES ('k5'::text COLLATE "ci", 8::numeric(9,3), 4::numeric(9,3), 1::integer, 'x'::text, 4::bigint, 'z z'::varchar(20), 10::numeric(8,2), '{}'::jsonb, 'x'::text), ('K2'::text COLLATE "ci", 3::numeric(9,3), 3::numeric(9,3), NULL::integer, 'It''s'::text, 3::bigint, 'z z'::varchar(20), 10::numeric(8,2), '{"k": 1}'::jsonb, 'x'::text), ('k8'::text COLLATE "ci", 6::numeric(9,3), 5::numeric(9,3), 0::integer, 'It''s'::text, 0::bigint, 'x'::varchar(20), NULL::numeric(8,2), NULL::jsonb, 'z z'::text)) y (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) ON x.pk_t2 = y.pk_t2 WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES (y.pk_t2, y.t1_id_0, y.t1_id_1, y.n, y.s, y.big, y.v, y.amt, y.j, y.u);
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr, b, u) SELECT 'k' || (g), 'k' || (1 + (g * 1) % 8), 'k' || (1 + (g * 5) % 8), 'k' || (1 + (g * 4) % 8), 2::integer, 'x'::text, NULL::jsonb, '{3}'::integer[], false::boolean, 'z z'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
DELETE FROM t3 WHERE pk_t2 >= 'k8';
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr, b, u) VALUES ('k1', 'k5', 'k2', 'k6', 6, 'z z', '{}', '{1,2}', true, 'xy') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
ALTER TABLE t3 RENAME COLUMN arr TO arr_35;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
ALTER TABLE t4 RENAME COLUMN u TO u_36;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
UPDATE t4 SET t2_pk_t2_0 = 'k1' WHERE t4_id IN (3, 6);
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
\set ON_ERROR_ROLLBACK on
DELETE FROM t1 WHERE id = 1;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t1 (id, n, s, arr, j, v, u) VALUES (2, NULL, 'It''s', '{2,2,5}', '[1, 2]', NULL, 'It''s'), (1, 3, NULL, NULL, '{"k": 2, "t": ["x"]}', 'xy', 'z z'), (3, 6, '', NULL, '[1, 2]', 'z z', 'x'), (3, 6, '', '{2,2,5}', '{"k": 2, "t": ["x"]}', '', 'z z');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
WITH w0 AS (DELETE FROM t3 WHERE id = 'k7' RETURNING 1) DELETE FROM t1 WHERE id >= 7;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET s = 'x';
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
DELETE FROM t3_p1 WHERE n IS NULL;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
ROLLBACK;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
INSERT INTO t1 (id, n, s, arr, j, v, u) VALUES (6, 2, '', '{}', '{}', 'It''s', 'xy'), (2, 6, 'z z', '{}', '{}', 'z z', 'z z'), (6, 2, 'z z', '{3}', NULL, 'x', ''), (4, 5, '', '{1,2}', '"str"', 'It''s', 'y') ON CONFLICT DO NOTHING;
DELETE FROM t2 WHERE n < 1;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES ('k7', 2, 7, 5, 'x', NULL, 'x', 0, '{}', 'y') ON CONFLICT (pk_t2) DO UPDATE SET big = excluded.big, amt = excluded.amt;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET b = false, n = n + 1 WHERE id IN ('k8', 'k3');
\set ON_ERROR_ROLLBACK off
SAVEPOINT s2;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
\set ON_ERROR_ROLLBACK on
INSERT INTO t3_p0 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr_35, b, u) VALUES ('k6', NULL, 'k4', 'K2', 5, '', '{"k": 1}', '{2,2,5}', true, 'x') ON CONFLICT (id) DO UPDATE SET s = excluded.s, b = excluded.b;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES ('K3', 3, NULL, 5, NULL, 4, 'It''s', 2.25, '{"k": 2, "t": ["x"]}', 'y'), ('k8', 3, 3, NULL, 'z z', 2, '', 3.10, '{"k": 2, "t": ["x"]}', 'y');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr_35, b, u) SELECT 'k' || (g), 'k' || (1 + (g * 5) % 8), 'k' || (1 + (g * 4) % 8), 'k' || (1 + (g * 4) % 8), NULL::integer, 'z z'::text, NULL::jsonb, '{}'::integer[], false::boolean, 'It''s'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
RELEASE s2;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr_35, b, u) VALUES ('k1', 'k3', 'k5', 'K8', 3, 'It''s', NULL, '{1,2}', true, 'It''s') ON CONFLICT DO NOTHING;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES ('k8', 8, 3, NULL, 'y', NULL, 'xy', 3.10, '{}', 'xy') ON CONFLICT (pk_t2) DO UPDATE SET amt = excluded.amt, j = excluded.j;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET amt = 3.10 WHERE t4_id = 3;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE t1 SET s = 'xy', n = n + 1 WHERE n < 2;
UPDATE t3_p1 SET pk_t2 = 'k8' WHERE id = 'k3';
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
UPDATE t4 SET arr = '{1,2}', s = 'y' WHERE t2_pk_t2_0 >= 'k4';
UPDATE t3 SET s = 'It''s', j = '{"k": 2, "t": ["x"]}' WHERE id = 'k1';
UPDATE t3 SET arr_35 = '{3}', n = n + 1 WHERE t2_pk_t2_1 = 'k5';
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
INSERT INTO t1 (id, n, s, arr, j, v, u) SELECT (g), 0::integer, 'z z'::text, '{1,2}'::integer[], '{"k": 2, "t": ["x"]}'::jsonb, 'y'::varchar(20), 'y'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
SELECT * FROM tv_e2;
UPDATE t3 SET t3_id_7 = 'k1' WHERE pk_t2 IN ('k6', 'k6');
ROLLBACK;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
UPDATE t3 SET pk_t2 = 'k1' WHERE t2_pk_t2_1 IN ('k8', 'k8');
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
INSERT INTO t3_p0 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr_35, b, u) VALUES ('k8', 'K8', 'K4', 'K8', 1, '', '{"k": 1}', '{1,2}', true, 'y'), ('k3', 'K3', 'k3', 'K4', 6, NULL, '{}', '{}', true, 'y');
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
UPDATE t3_p0 SET t3_id_7 = 'K7' WHERE pk_t2 IN ('k4', 'k7');
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET t1_id_1 = 1, n = 3 WHERE n IS NULL;
\set ON_ERROR_ROLLBACK off
ROLLBACK;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET t1_id_1 = 6 WHERE pk_t2 = 'k3';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
MERGE INTO t2 x USING (VALUES ('k7'::text COLLATE "ci", 8::numeric(9,3), 6::numeric(9,3), 5::integer, ''::text, 3::bigint, 'z z'::varchar(20), 10::numeric(8,2), '[1, 2]'::jsonb, 'y'::text), ('k6'::text COLLATE "ci", 1::numeric(9,3), 6::numeric(9,3), 1::integer, 'It''s'::text, 1::bigint, 'z z'::varchar(20), 10::numeric(8,2), '{"k": 2, "t": ["x"]}'::jsonb, 'z z'::text)) y (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) ON x.pk_t2 = y.pk_t2 WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) VALUES (y.pk_t2, y.t1_id_0, y.t1_id_1, y.n, y.s, y.big, y.v, y.amt, y.j, y.u);
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET t1_id_1 = 6 WHERE pk_t2 >= 'k8';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr_35, b, u) VALUES ('k4', 'k8', 'k2', 'K6', 5, '', '{"k": 1}', '{}', true, '');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
COPY t1 (id, n, s, arr, j, v, u) FROM STDIN;
4	4	\N	{}	{"k": 1}	\N	x
\.
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
COPY t2 (pk_t2, t1_id_0, t1_id_1, n, s, big, v, amt, j, u) FROM STDIN;
k3	1	7	1		2	y	10	[1, 2]	\N
k5	8	2	6	\N	1	\N	\N	[1, 2]	\N
\.
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET n = NULL WHERE id = 'k5';
\set ON_ERROR_ROLLBACK off
SELECT * FROM tv_e1;
\set ON_ERROR_ROLLBACK on
DELETE FROM t2 WHERE pk_t2 = 'k8';
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET t2_pk_t2_0 = 'k6' WHERE t4_id = 1;
\set ON_ERROR_ROLLBACK off
SELECT * FROM tv_e4;
SELECT pg_tviews_cascade('t3'::regclass, 'k1'::text);
UPDATE t3 SET u = 'a';
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET pk_t2 = 'K4' WHERE pk_t2 = 'k1';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t1 WHERE id >= 1;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
TRUNCATE t4 CASCADE;
\set ON_ERROR_ROLLBACK off
UPDATE t3_p1 SET n = 3 WHERE id >= 'k3';
UPDATE t3 SET n = (SELECT count(*) FROM tv_e4) WHERE id = 'k8';
\set ON_ERROR_ROLLBACK on
MERGE INTO t4 x USING (VALUES (3::integer, 'K8'::text COLLATE "ci", 2::integer, 'z z'::text, 0::numeric(8,2), '{3}'::integer[], '{"k": 2, "t": ["x"]}'::jsonb, ''::text), (4::integer, NULL::text COLLATE "ci", 1::integer, NULL::text, 10::numeric(8,2), '{2,2,5}'::integer[], '[1, 2]'::jsonb, 'xy'::text)) y (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u_36) ON x.t4_id = y.t4_id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u_36) VALUES (y.t4_id, y.t2_pk_t2_0, y.n, y.s, y.amt, y.arr, y.j, y.u_36);
\set ON_ERROR_ROLLBACK off
DECLARE c55 CURSOR FOR SELECT * FROM tv_e4;
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr_35, b, u) VALUES ('k1', 'k1', 'K3', 'k2', 6, '', '{"k": 2, "t": ["x"]}', NULL, false, 'x') ON CONFLICT DO NOTHING;
ALTER TABLE t3 ALTER COLUMN s SET STATISTICS 10;
UPDATE t3 SET j = '{}', s = 'It''s' WHERE pk_t2 >= 'k7';
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (t4_id, t2_pk_t2_0, n, s, amt, arr, j, u_36) VALUES (6, 'k2', NULL, 'It''s', 2.25, '{}', NULL, 'y'), (7, 'k8', 0, '', 1.5, NULL, '"str"', 'It''s'), (1, 'k8', 3, 'xy', 0, NULL, '{"k": 2, "t": ["x"]}', 'y'), (3, 'k3', 6, 'x', 2.25, '{3}', '{"k": 1}', 'xy');
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr_35, b, u) VALUES ('k4', 'k6', 'k5', 'k3', 6, NULL, '[1, 2]', '{3}', false, '');
UPDATE t4 SET s = 'x', arr = '{2,2,5}' WHERE t4_id = 6;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET v = NULL WHERE t1_id_1 = 7;
\set ON_ERROR_ROLLBACK off
UPDATE t1 SET s = 'It''s', j = NULL WHERE id = 8;
CREATE TEMP TABLE m63 ON COMMIT DROP AS SELECT * FROM tv_e1;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t3_p0 SET t3_id_7 = 'K7', n = 5, b = false WHERE id >= 'k3';
\set ON_ERROR_ROLLBACK off
SAVEPOINT s2;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\set ON_ERROR_ROLLBACK on
COPY t3_p0 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr_35, b, u) FROM STDIN;
k6	\N	K8	K7	3	y	{"k": 1}	{3}	false	xy
K2	\N	k5	k8	6	It's	"str"	\N	\N	x
k4	k5	K1	k3	\N	y	"str"	{3}	false	x
\.
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, pk_t2, t2_pk_t2_1, t3_id_7, n, s, j, arr_35, b, u) VALUES ('K3', 'k2', 'k4', 'k7', 4, 'x', '{"k": 2, "t": ["x"]}', '{1,NULL}', false, 'x') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
PREPARE TRANSACTION 'g55';
COMMIT PREPARED 'g55';
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
