-- fuzz.py --seed 90005 --cases 1 --transactions 60
-- unexpected: 2BP01 cannot drop view public.v_e1 because other objects depend on it
-- DETAIL:  view public.v_e2 depends on view public.v_e1
-- HINT:  Call pg_tviews_drop() with cascade => true to drop the dependent objects too.
-- CONTEXT:  PL/pgSQL function public._pg_tviews_drop(text,boolean,boolean,name[]) line 36 at RAISE in SELECT pg_tviews_drop('e1')
-- Run it with psql in an empty database: every query between table and view must give no row.
\set QUIET on
SET client_min_messages = warning;
CREATE EXTENSION pg_tviews;
CREATE DOMAIN whole AS integer;
CREATE COLLATION ci (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TABLE t1 (t1_id whole NOT NULL, n integer, s text, j jsonb, amt numeric(8,2), u text, PRIMARY KEY (t1_id));
CREATE TABLE t2 (t2_id whole NOT NULL, n integer, s text, v varchar(20), j jsonb, arr integer[], u text, PRIMARY KEY (t2_id));
CREATE TABLE t2_c (own integer, PRIMARY KEY (t2_id)) INHERITS (t2);
CREATE TABLE t3 (id bigint NOT NULL, t2_t2_id_0 integer, t1_id whole, n integer, s text, b boolean, big bigint, u text, PRIMARY KEY (id));
CREATE INDEX ON t3 (t2_t2_id_0);
ALTER TABLE t3 ADD FOREIGN KEY (t1_id) REFERENCES t1 (t1_id) ON DELETE CASCADE;
CREATE INDEX ON t3 (t1_id);
CREATE TABLE t4 (pk_t4 varchar(40) NOT NULL, t2_t2_id_0 whole, t2_id whole, t4_pk_t4_7 varchar(40) NOT NULL, n integer, s text, arr integer[], u text, PRIMARY KEY (pk_t4));
CREATE INDEX ON t4 (t2_t2_id_0);
CREATE INDEX ON t4 (t2_id);
ALTER TABLE t4 ADD FOREIGN KEY (t4_pk_t4_7) REFERENCES t4 (pk_t4) ON UPDATE CASCADE;
CREATE TABLE t5 (id uuid NOT NULL, pk_t4 varchar(40), t5_id_7 uuid, n integer, s text, arr integer[], big bigint, amt numeric(8,2), b boolean, u text, PRIMARY KEY (id));
CREATE INDEX ON t5 (pk_t4);
ALTER TABLE t5 ADD FOREIGN KEY (t5_id_7) REFERENCES t5 (id) ON DELETE CASCADE;
CREATE INDEX ON t5 (t5_id_7);
INSERT INTO t1 (t1_id, n, s, j, amt, u) SELECT (g), g % 5, 's' || g % 3, jsonb_build_object('k', g), g * 1.5, 'u' FROM generate_series(1, 8) g;
INSERT INTO t2 (t2_id, n, s, v, j, arr, u) SELECT (g), g % 5, 's' || g % 3, 'v' || g, jsonb_build_object('k', g), ARRAY[g, g % 3], 'u' FROM generate_series(1, 8) g;
INSERT INTO t2_c (t2_id, n, s, v, j, arr, u) SELECT (g), g % 5, 's' || g % 3, 'v' || g, jsonb_build_object('k', g), ARRAY[g, g % 3], 'u' FROM generate_series(9, 11) g;
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) SELECT (g), (1 + (g * 3) % 8), (1 + (g * 4) % 8), g % 5, 's' || g % 3, g % 2 = 0, g % 3, 'u' FROM generate_series(1, 8) g;
INSERT INTO t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) SELECT 'k' || (g), (1 + (g * 3) % 8), (1 + (g * 4) % 8), 'k' || (1 + (g * 10) % 8), g % 5, 's' || g % 3, ARRAY[g, g % 3], 'u' FROM generate_series(1, 8) g;
INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) SELECT ('00000000-0000-4000-8000-' || lpad((g)::text, 12, '0'))::uuid, 'k' || (1 + (g * 3) % 8), ('00000000-0000-4000-8000-' || lpad((1 + (g * 10) % 8)::text, 12, '0'))::uuid, g % 5, 's' || g % 3, ARRAY[g, g % 3], g % 3, g * 1.5, g % 2 = 0, 'u' FROM generate_series(1, 8) g;
ANALYZE;
SELECT pg_tviews_create('e1', $def$SELECT a1.t2_id AS pk_e1, a1.n AS n, jsonb_build_object('self', to_jsonb(a1.*), 's0', (SELECT max(a2.n) FROM t3 a2 WHERE a1.t2_id = a2.t2_t2_id_0 AND a2.big > 0)) AS data FROM t2 a1 WHERE 2 = ANY (a1.arr)$def$, '{}');
SELECT pg_tviews_create('e2', $def$SELECT a5.id AS pk_e2, CASE WHEN a7.n > 2 THEN 'hi' ELSE 'lo' END AS x1, a5.t2_t2_id_0 AS t2_t2_id_0, jsonb_build_object('self', jsonb_build_object('id', a5.id, 'f0', a5.big, 'f1', a5.b, 'sub', (SELECT count(*) FROM t3 a8 WHERE a8.n = a5.n)), 'p1', jsonb_build_object('id', a7.t1_id, 'f0', coalesce(a7.amt, -1), 'f1', a7.s, 'f2', a7.j -> 'k'), 's0', (SELECT jsonb_object_agg(a10.id::text, jsonb_build_object('id', a10.id, 'f0', a10.big::text, 'f1', a10.n) ORDER BY a10.id) FROM (SELECT a9.* FROM t3 a9 WHERE a9.b) a10 LEFT JOIN t1 a11 ON a10.t1_id = a11.t1_id AND a10.n % 2 = 0 JOIN v_e1 a12 ON a10.t2_t2_id_0 = a12.pk_e1 WHERE a7.t1_id = a10.t1_id AND NOT EXISTS (SELECT FROM t5 a13 WHERE a13.n = a10.n))) AS data FROM (SELECT a3.id, a3.t2_t2_id_0, a3.t1_id, a3.n, a3.s, a3.b, a3.big FROM t3 a3 WHERE a3.b IS NOT NULL UNION SELECT a4.id, a4.t2_t2_id_0, a4.t1_id, a4.n, a4.s, a4.b, a4.big FROM t3 a4 WHERE a4.n IN (1, 2, 3)) a5 LEFT JOIN v_e1 a6 ON a6.pk_e1 = a5.t2_t2_id_0 JOIN t1 a7 ON a7.t1_id = a5.t1_id$def$, '{}');
SELECT pg_tviews_create('e3', $def$SELECT 'b0' AS kind, a15.id::text AS id, jsonb_build_object('id', a15.id, 'f0', a15.big, 'f1', a15.n, 'f2', a15.n) AS data FROM t3 a15 UNION ALL SELECT 'b1' AS kind, "A 16".t2_id::text AS id, jsonb_build_object('id', "A 16".t2_id, 'f0', "A 16".j -> 'k', 'sub', EXISTS (SELECT FROM t4 a17 WHERE "A 16".t2_id = a17.t2_id)) AS data FROM t2 "A 16" WHERE "A 16".s <> 'x'$def$, '{"key": ["kind", "id"]}');
SELECT pg_tviews_create('e4', $def$SELECT a18.id AS pk_e4, a18.t1_id AS t1_id, a18.n AS n, jsonb_build_object('self', jsonb_build_object('id', a18.id, 'f0', NOT a18.b), 'p0', jsonb_build_object('id', a19.t1_id, 'f0', coalesce(a19.n, -1), 'f1', upper(a19.s), 'sub', (SELECT jsonb_object_agg(a20.id::text, jsonb_build_object('id', a20.id, 'f0', a20.big, 'f1', coalesce(a20.big, -1)) ORDER BY a20.id) FROM t3 a20 WHERE a19.t1_id = a20.t1_id))) AS data FROM t3 a18 LEFT JOIN (SELECT * FROM t1) a19 ON a18.t1_id = a19.t1_id$def$, '{}');
SELECT pg_tviews_create('e5', $def$WITH w0 AS (SELECT * FROM t4 a22 WHERE coalesce(a22.n, 0) < 4) SELECT a21.id AS pk_e5, a23.arr AS x0, a25.n + 1 AS x1, a21.pk_t4 AS pk_t4, a21.n AS n, jsonb_build_object('self', jsonb_build_object('id', a21.id, 'f0', coalesce(a21.n, -1), 'f1', a21.big, 'f2', a21.big + 1), 'p0', jsonb_build_object('id', a23.pk_t4, 'f0', CASE WHEN a23.n > 2 THEN 'hi' ELSE 'lo' END), 's0', (SELECT a26.amt::text FROM t5 a26 WHERE a26.t5_id_7 = a21.id AND a26.amt > 2 ORDER BY a26.id LIMIT 1)) AS data FROM t5 a21 LEFT JOIN w0 a23 ON a23.pk_t4 = a21.pk_t4 JOIN (SELECT a24.* FROM t2 a24 WHERE a24.v LIKE 's%') a25 ON a25.t2_id = a23.t2_t2_id_0$def$, '{}');
SELECT pg_tviews_create('e6', $def$SELECT a27.t2_id AS pk_e6, to_jsonb(a27) AS data, (SELECT count(*) FROM t3 a28 WHERE a28.n = a27.n OR a28.n = a27.n + 1) AS cnt, (SELECT count(*) FROM t3 a28 WHERE a28.n = a27.n) AS same FROM t2 a27$def$, '{}');
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (2, 5, 8, NULL, 'y', true, 4, ''), (2, NULL, 4, 2, 'xy', NULL, NULL, NULL), (8, 1, NULL, 6, '', true, 2, 'x'), (3, 2, 6, 3, 'x', false, 6, 'y') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) VALUES ('k5', 3, 8, 'k2', 6, NULL, '{2,2,5}', '');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t5 SET id = '00000000-0000-4000-8000-000000000003' WHERE pk_t4 = 'k4';
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
\set ON_ERROR_ROLLBACK on
DELETE FROM t2 WHERE t2_id = 1;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
INSERT INTO t2_c (t2_id, n, s, v, j, arr, u) VALUES (11, 4, 'y', NULL, '"str"', '{1,NULL}', 'z z');
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
UPDATE t2 SET j = '{}', v = 'z z' WHERE t2_id >= 11;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET s = 'xy', j = '{}' WHERE n = 5;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DO $do$ BEGIN BEGIN UPDATE t4 SET t4_pk_t4_7 = 'k6', s = 'xy' WHERE t4_pk_t4_7 = 'k1'; PERFORM count(*) FROM tv_e5;  EXCEPTION WHEN OTHERS THEN NULL; END; PERFORM count(*) FROM tv_e5; BEGIN INSERT INTO t2 (t2_id, n, s, v, j, arr, u) VALUES (2, 6, 'xy', 'x', '"str"', '{1,NULL}', 'x') ON CONFLICT DO NOTHING; EXCEPTION WHEN integrity_constraint_violation THEN NULL; END; END $do$;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
WITH w0 AS (DELETE FROM t2 WHERE t2_id >= 4 RETURNING 1) INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) VALUES ('00000000-0000-4000-8000-000000000001', 'k6', '00000000-0000-4000-8000-000000000005', 1, 'xy', '{1,NULL}', NULL, 2.25, NULL, 'It''s'), ('00000000-0000-4000-8000-000000000001', 'k1', '00000000-0000-4000-8000-000000000003', 1, 'z z', '{2,2,5}', 4, 10, true, 'x'), ('00000000-0000-4000-8000-000000000006', 'k6', '00000000-0000-4000-8000-000000000007', 2, '', '{2,2,5}', 1, 0, false, NULL), ('00000000-0000-4000-8000-000000000003', 'k5', '00000000-0000-4000-8000-000000000007', 0, 'y', '{}', 2, 0, false, '');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET s = 'It''s' WHERE n IS NULL;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE ONLY t2 SET arr = '{}';
\set ON_ERROR_ROLLBACK off
SAVEPOINT s1;
\set ON_ERROR_ROLLBACK on
UPDATE t5 SET t5_id_7 = '00000000-0000-4000-8000-000000000008' WHERE pk_t4 IN ('k8', 'k4');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) SELECT (g), (1 + (g * 4) % 8), (1 + (g * 2) % 8), 2::integer, 'xy'::text, false::boolean, 0::bigint, ''::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (t2_id, n, s, v, j, arr, u) SELECT (g), NULL::integer, 'z z'::text, NULL::varchar(20), '{"k": 2, "t": ["x"]}'::jsonb, '{}'::integer[], 'xy'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET s = 'y', v = '' WHERE t2_id >= 3;
\set ON_ERROR_ROLLBACK off
ROLLBACK TO s1;
\set ON_ERROR_ROLLBACK on
INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) VALUES ('00000000-0000-4000-8000-000000000007', 'k6', NULL, 2, NULL, '{3}', 4, 0, NULL, 'z z');
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE t4 SET t2_id = 3 WHERE pk_t4 = 'k6';
SELECT * FROM tv_e2;
INSERT INTO t1 (t1_id, n, s, j, amt, u) VALUES (5, NULL, 'It''s', NULL, 2.25, 'x'), (2, 0, '', '{"k": 2, "t": ["x"]}', 2.25, 'x'), (1, 6, NULL, '[1, 2]', 2.25, ''), (2, 6, 'z z', '{"k": 2, "t": ["x"]}', 10, 'xy');
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
UPDATE t5 SET pk_t4 = 'k2' WHERE id >= '00000000-0000-4000-8000-000000000002';
SAVEPOINT s3;
UPDATE t2 SET n = 1, j = '{}' WHERE t2_id = 7;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (2, 8, 5, 6, 'x', false, 0, ''), (2, 7, 3, 2, 'y', true, 4, 'x'), (3, 8, 2, 1, 'It''s', true, 2, NULL), (2, NULL, 3, NULL, 'z z', true, 0, '') ON CONFLICT DO NOTHING;
UPDATE t3 SET n = (SELECT count(*) FROM tv_e2) WHERE id = 8;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) VALUES ('00000000-0000-4000-8000-000000000008', 'k7', '00000000-0000-4000-8000-000000000003', 2, 'z z', '{1,2}', 3, 1.5, false, 'It''s') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t5 SET n = 2, big = 0 WHERE id >= '00000000-0000-4000-8000-000000000008';
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET t1_id = 4, big = 3, n = n + 1 WHERE id = 2;
\set ON_ERROR_ROLLBACK off
PREPARE TRANSACTION 'g8';
COMMIT PREPARED 'g8';
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN;
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (7, 5, NULL, 1, 'xy', false, 5, 'It''s') ON CONFLICT (id) DO UPDATE SET big = excluded.big, t1_id = excluded.t1_id;
UPDATE t3 SET t1_id = 6 WHERE id >= 7;
DELETE FROM t2_c WHERE t2_id >= 10;
TRUNCATE t1 CASCADE;
UPDATE t1 SET s = 'y' WHERE t1_id = 1;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET t2_id = 3 WHERE pk_t4 = 'k8';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET t1_id = 7 WHERE id IN (8, 6);
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t2_c (t2_id, n, s, v, j, arr, u) VALUES (10, 4, NULL, NULL, '"str"', '{}', 'y');
\set ON_ERROR_ROLLBACK off
DO $do$ DECLARE r record; BEGIN FOR r IN SELECT * FROM tv_e1 LOOP NULL; END LOOP; END $do$;
\set ON_ERROR_ROLLBACK on
UPDATE t2_c SET v = 'z z', j = '{"k": 1}' WHERE t2_id >= 10;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
COPY t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) FROM STDIN;
00000000-0000-4000-8000-000000000004	k2	00000000-0000-4000-8000-000000000007	1	xy	{1,2}	6	10	true	z z
00000000-0000-4000-8000-000000000004	k3	00000000-0000-4000-8000-000000000008	4	x	{}	6	1.5	true	It's
00000000-0000-4000-8000-000000000007	k6	00000000-0000-4000-8000-000000000004	1	\N	{}	2	0	false	z z
\.
UPDATE t1 SET s = 'x', j = NULL WHERE n IS NULL;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
DELETE FROM t4 WHERE t4_pk_t4_7 = 'k6';
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) VALUES ('00000000-0000-4000-8000-000000000005', 'k6', '00000000-0000-4000-8000-000000000007', 2, 'xy', '{1,NULL}', 0, 1.5, false, 'xy') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t4 x SET n = coalesce(y.n, 0) + 1 FROM t2 y WHERE x.t2_id = y.t2_id;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
WITH w0 AS (INSERT INTO t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) VALUES ('k7', 6, 1, 'k6', 6, 'x', '{2,2,5}', 'xy') ON CONFLICT (pk_t4) DO UPDATE SET u = excluded.u, n = excluded.n RETURNING 1) UPDATE t5 SET n = 3, s = '' WHERE id IN ('00000000-0000-4000-8000-000000000006', '00000000-0000-4000-8000-000000000007');
\set ON_ERROR_ROLLBACK off
ROLLBACK;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
UPDATE t2_c SET arr = NULL;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET s = NULL, j = '"str"' WHERE t1_id = 3;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t5 SET pk_t4 = 'k1', arr = '{}' WHERE pk_t4 >= 'k1';
\set ON_ERROR_ROLLBACK off
SAVEPOINT s2;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t4 x SET n = coalesce(y.n, 0) + 1 FROM t2 y WHERE x.t2_t2_id_0 = y.t2_id;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s3;
SELECT pg_tviews_flush();
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (t2_id, n, s, v, j, arr, u) VALUES (1, 3, 'y', 'x', '"str"', '{3}', NULL), (3, 0, 'z z', 'z z', '[1, 2]', '{}', 'z z'), (6, 3, 'It''s', 'It''s', '{"k": 1}', '{2,2,5}', 'It''s'), (1, 1, 'xy', 'x', '"str"', '{2,2,5}', 'xy') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE t2_c SET v = 'x', n = NULL WHERE n IS NULL;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (t2_id, n, s, v, j, arr, u) SELECT (g), 3::integer, 'x'::text, 'z z'::varchar(20), '"str"'::jsonb, '{}'::integer[], 'z z'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
DO $do$ DECLARE r record; BEGIN FOR r IN SELECT * FROM tv_e1 LOOP NULL; END LOOP; END $do$;
\set ON_ERROR_ROLLBACK on
MERGE INTO t1 x USING (VALUES (2::whole, 0::integer, ''::text, NULL::jsonb, 1.5::numeric(8,2), 'y'::text), (6::whole, 0::integer, 'It''s'::text, '[1, 2]'::jsonb, 10::numeric(8,2), 'xy'::text)) y (t1_id, n, s, j, amt, u) ON x.t1_id = y.t1_id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (t1_id, n, s, j, amt, u) VALUES (y.t1_id, y.n, y.s, y.j, y.amt, y.u);
\set ON_ERROR_ROLLBACK off
SAVEPOINT s3;
SELECT pg_tviews_flush();
\set ON_ERROR_ROLLBACK on
DELETE FROM t3 WHERE id IN (3, 8);
\set ON_ERROR_ROLLBACK off
COMMIT AND CHAIN;
INSERT INTO t1 (t1_id, n, s, j, amt, u) VALUES (3, 2, 'It''s', '{}', 2.25, 'z z');
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) SELECT ('00000000-0000-4000-8000-' || lpad((g)::text, 12, '0'))::uuid, 'k' || (1 + (g * 2) % 8), ('00000000-0000-4000-8000-' || lpad((1 + (g * 2) % 8)::text, 12, '0'))::uuid, 5::integer, ''::text, '{3}'::integer[], 4::bigint, 1.5::numeric(8,2), false::boolean, NULL::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s1;
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (6, 8, NULL, 3, '', NULL, 4, 'z z');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (t2_id, n, s, v, j, arr, u) VALUES (6, 0, '', 'It''s', '{"k": 1}', '{1,2}', 'It''s');
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) VALUES ('k6', NULL, 2, 'k3', 6, NULL, '{3}', 'xy'), ('k4', 7, NULL, 'k5', 1, '', NULL, 'x'), ('k2', 2, NULL, 'k7', 3, 'y', NULL, 'xy'), ('k2', 3, 3, 'k4', 0, '', '{2,2,5}', 'x');
\set ON_ERROR_ROLLBACK off
SAVEPOINT s1;
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (3, 5, 4, 4, 'It''s', false, 1, 'x');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) SELECT ('00000000-0000-4000-8000-' || lpad((g)::text, 12, '0'))::uuid, 'k' || (1 + (g * 2) % 8), ('00000000-0000-4000-8000-' || lpad((1 + (g * 3) % 8)::text, 12, '0'))::uuid, 1::integer, 'y'::text, '{}'::integer[], 6::bigint, 2.25::numeric(8,2), true::boolean, 'z z'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s3;
\set ON_ERROR_ROLLBACK on
DO $do$ BEGIN BEGIN MERGE INTO t1 x USING (VALUES (5::whole, 6::integer, 'x'::text, '[1, 2]'::jsonb, NULL::numeric(8,2), 'It''s'::text)) y (t1_id, n, s, j, amt, u) ON x.t1_id = y.t1_id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (t1_id, n, s, j, amt, u) VALUES (y.t1_id, y.n, y.s, y.j, y.amt, y.u);   EXCEPTION WHEN OTHERS THEN NULL; END;  BEGIN UPDATE t4 SET u = 'a' WHERE pk_t4 = 'k1'; EXCEPTION WHEN integrity_constraint_violation THEN NULL; END; END $do$;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s4;
SELECT pg_tviews_flush();
\set ON_ERROR_ROLLBACK on
INSERT INTO t1 (t1_id, n, s, j, amt, u) VALUES (7, 0, 'z z', '"str"', 3.10, 'It''s') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s5;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET amt = 2.25, s = 'It''s' WHERE t1_id IN (7, 3);
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t5 WHERE id = '00000000-0000-4000-8000-000000000005';
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET j = '{}' WHERE t1_id = 8;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t1 (t1_id, n, s, j, amt, u) SELECT (g), 1::integer, 'z z'::text, '{}'::jsonb, NULL::numeric(8,2), 'y'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s4;
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (3, 5, 5, 1, 'x', NULL, 4, NULL), (3, 6, 8, 2, 'y', true, 6, 'x'), (4, 7, 1, 6, 'xy', true, 1, 'x'), (2, 8, 1, 5, 'z z', false, 6, 'x');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t2 WHERE n = 6;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
UPDATE t4 SET s = 'y', n = NULL WHERE pk_t4 >= 'k6';
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) VALUES ('k5', 5, NULL, 'k6', 0, 'x', '{2,2,5}', 'x'), ('k4', 8, 1, 'k6', NULL, 'z z', '{1,2}', '');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) SELECT 'k' || (g), (1 + (g * 4) % 8), (1 + (g * 2) % 8), 'k' || (1 + (g * 2) % 8), 3::integer, 'It''s'::text, '{3}'::integer[], 'y'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t5 SET amt = 1.5 WHERE pk_t4 IN ('k3', 'k6');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t4 WHERE pk_t4 = 'k5';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET id = 5 WHERE n = 2;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s5;
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET u = 'd';
\set ON_ERROR_ROLLBACK off
ROLLBACK;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN;
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (5, 3, 3, 1, 'x', NULL, 3, 'It''s'), (8, NULL, 7, NULL, NULL, true, 5, '') ON CONFLICT DO NOTHING;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
UPDATE t1 SET amt = 10 WHERE t1_id = 5;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
\set ON_ERROR_ROLLBACK on
INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) VALUES ('00000000-0000-4000-8000-000000000004', 'k2', NULL, 0, NULL, '{1,2}', 0, 0, false, 'x'), ('00000000-0000-4000-8000-000000000007', NULL, '00000000-0000-4000-8000-000000000005', 6, 'z z', NULL, 2, 3.10, false, NULL);
\set ON_ERROR_ROLLBACK off
SAVEPOINT s1;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
UPDATE t3 x SET n = coalesce(y.n, 0) + 1 FROM t1 y WHERE x.t1_id = y.t1_id;
DECLARE m24 CURSOR FOR SELECT * FROM tv_e3;
FETCH 1 FROM m24;
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (8, NULL, 4, NULL, NULL, true, 1, 'x') ON CONFLICT DO NOTHING;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
FETCH ALL FROM m24;
\set ON_ERROR_ROLLBACK on
INSERT INTO t1 (t1_id, n, s, j, amt, u) VALUES (8, NULL, 'It''s', '[1, 2]', 2.25, 'It''s');
\set ON_ERROR_ROLLBACK off
COMMIT AND CHAIN;
INSERT INTO t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) VALUES ('k1', 1, 6, 'k1', 2, 'y', '{1,NULL}', 'y') ON CONFLICT DO NOTHING;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET t1_id = 1 WHERE id >= 7;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (5, 7, 5, 4, 'xy', true, NULL, 'y'), (2, 4, 3, 5, NULL, false, 3, NULL);
\set ON_ERROR_ROLLBACK off
SAVEPOINT s2;
\set ON_ERROR_ROLLBACK on
MERGE INTO t3 x USING (VALUES (3::bigint, 8::integer, NULL::whole, 3::integer, NULL::text, NULL::boolean, 3::bigint, 'xy'::text)) y (id, t2_t2_id_0, t1_id, n, s, b, big, u) ON x.id = y.id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (y.id, y.t2_t2_id_0, y.t1_id, y.n, y.s, y.b, y.big, y.u);
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
WITH w0 AS (INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (4, 8, 2, 0, NULL, NULL, NULL, 'z z'), (8, 2, 6, NULL, 'x', false, 0, NULL), (6, NULL, 8, NULL, 'z z', true, 0, 'y'), (4, 5, NULL, NULL, NULL, NULL, 0, 'z z') RETURNING 1) DELETE FROM t4 WHERE pk_t4 = 'k4';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (1, 4, NULL, 5, 'y', true, NULL, 'y'), (1, 3, 1, 3, 'It''s', NULL, 4, 'It''s'), (4, 8, 1, 0, NULL, false, 6, ''), (7, 5, NULL, 0, 'It''s', true, 2, 'z z') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t4 WHERE t4_pk_t4_7 = 'k3';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET t2_t2_id_0 = 6 WHERE pk_t4 IN ('k1', 'k2');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET amt = 10, j = '"str"' WHERE t1_id = 8;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t4 WHERE pk_t4 >= 'k8';
\set ON_ERROR_ROLLBACK off
SELECT * FROM tv_e5;
PREPARE TRANSACTION 'g26';
ROLLBACK PREPARED 'g26';
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (4, 1, 8, 6, NULL, true, 3, 'xy') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) SELECT ('00000000-0000-4000-8000-' || lpad((g)::text, 12, '0'))::uuid, 'k' || (1 + (g * 1) % 8), ('00000000-0000-4000-8000-' || lpad((1 + (g * 3) % 8)::text, 12, '0'))::uuid, 0::integer, NULL::text, '{2,2,5}'::integer[], NULL::bigint, 3.10::numeric(8,2), NULL::boolean, 'z z'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
COPY t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) FROM STDIN;
00000000-0000-4000-8000-000000000007	k3	00000000-0000-4000-8000-000000000006	4	y	{}	2	10	false	x
\.
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\set ON_ERROR_ROLLBACK on
DO $do$ BEGIN BEGIN INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) VALUES ('00000000-0000-4000-8000-000000000001', 'k4', '00000000-0000-4000-8000-000000000005', 4, 'xy', '{3}', 2, 3.10, true, 'y'), ('00000000-0000-4000-8000-000000000008', 'k4', NULL, NULL, NULL, '{2,2,5}', 4, NULL, NULL, NULL), ('00000000-0000-4000-8000-000000000006', NULL, '00000000-0000-4000-8000-000000000002', 1, NULL, '{1,2}', NULL, NULL, NULL, ''), ('00000000-0000-4000-8000-000000000008', 'k2', '00000000-0000-4000-8000-000000000007', 6, '', '{}', 6, NULL, true, 'xy') ON CONFLICT DO NOTHING; PERFORM count(*) FROM tv_e2; PERFORM 1 / 0; EXCEPTION WHEN OTHERS THEN NULL; END; PERFORM count(*) FROM tv_e2; BEGIN DELETE FROM t1 WHERE t1_id = 4; EXCEPTION WHEN integrity_constraint_violation THEN NULL; END; END $do$;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
COPY t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) FROM STDIN;
k7	7	2	k8	4	xy	{3}	xy
k3	7	3	k8	\N	y	{3}	x
\.
UPDATE t2 SET n = NULL, j = '[1, 2]' WHERE n IS NULL;
INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) SELECT ('00000000-0000-4000-8000-' || lpad((g)::text, 12, '0'))::uuid, 'k' || (1 + (g * 2) % 8), ('00000000-0000-4000-8000-' || lpad((1 + (g * 1) % 8)::text, 12, '0'))::uuid, 4::integer, 'y'::text, NULL::integer[], NULL::bigint, 3.10::numeric(8,2), NULL::boolean, NULL::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
INSERT INTO t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) VALUES ('k4', 4, 2, 'k3', NULL, 'xy', '{3}', 'x') ON CONFLICT (pk_t4) DO UPDATE SET t2_id = excluded.t2_id, u = excluded.u;
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (6, 5, 4, 6, '', true, 5, NULL), (7, 7, NULL, 0, 'xy', false, 5, 'xy'), (4, 3, NULL, 3, '', false, 6, NULL), (6, 2, 7, 0, 'It''s', false, NULL, '');
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN;
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (8, 4, NULL, 2, 'x', true, 0, 'It''s'), (3, 2, 5, 0, NULL, true, 0, 'x');
INSERT INTO t2_c (t2_id, n, s, v, j, arr, u) VALUES (9, 1, 'It''s', 'y', '{}', '{1,2}', 'xy');
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
UPDATE t2_c SET v = 'It''s', j = '{}' WHERE t2_id IN (10, 11);
UPDATE t5 SET t5_id_7 = '00000000-0000-4000-8000-000000000008', big = 5;
UPDATE t1 SET u = 'b' WHERE t1_id = 4;
UPDATE t1 SET n = (SELECT count(*) FROM tv_e6) WHERE n < 4;
UPDATE t5 SET u = 'b' WHERE id IN ('00000000-0000-4000-8000-000000000004', '00000000-0000-4000-8000-000000000006');
DO $do$ DECLARE r record; BEGIN FOR r IN SELECT * FROM tv_e6 LOOP NULL; END LOOP; END $do$;
MERGE INTO t4 x USING (VALUES ('k2'::varchar(40), 8::whole, 2::whole, 'k1'::varchar(40), 5::integer, 'y'::text, '{2,2,5}'::integer[], 'z z'::text)) y (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) ON x.pk_t4 = y.pk_t4 WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) VALUES (y.pk_t4, y.t2_t2_id_0, y.t2_id, y.t4_pk_t4_7, y.n, y.s, y.arr, y.u);
INSERT INTO t2 (t2_id, n, s, v, j, arr, u) VALUES (8, NULL, 'y', 'y', '{"k": 1}', NULL, NULL);
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET n = 1, s = 'xy' WHERE pk_t4 IN ('k7', 'k6');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
WITH w0 AS (DELETE FROM t1 WHERE t1_id = 6 RETURNING 1), w1 AS (DELETE FROM t5 WHERE id IN ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000008') RETURNING 1) DELETE FROM t3 WHERE id IN (6, 6);
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t1 WHERE t1_id = 8;
\set ON_ERROR_ROLLBACK off
PREPARE TRANSACTION 'g31';
ROLLBACK PREPARED 'g31';
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET amt = 2.25, n = n + 1 WHERE t1_id = 1;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET big = 2, s = NULL WHERE id >= 4;
\set ON_ERROR_ROLLBACK off
ROLLBACK;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (t2_id, n, s, v, j, arr, u) VALUES (1, 3, 'xy', 'xy', '[1, 2]', '{2,2,5}', 'xy');
\set ON_ERROR_ROLLBACK off
INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) VALUES ('00000000-0000-4000-8000-000000000006', 'k3', '00000000-0000-4000-8000-000000000001', 3, 'z z', '{2,2,5}', 5, 10, false, 'y'), ('00000000-0000-4000-8000-000000000007', 'k7', '00000000-0000-4000-8000-000000000007', 4, 'It''s', '{1,NULL}', 1, 10, false, 'It''s');
SELECT pg_tviews_refresh('e5');
UPDATE t5 SET u = 'a' WHERE id = '00000000-0000-4000-8000-000000000007';
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (1, 2, NULL, NULL, 'xy', true, 0, 'y');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
WITH w0 AS (INSERT INTO t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) VALUES ('k5', 4, 8, 'k1', 0, 'xy', '{2,2,5}', 'xy'), ('k3', 6, 2, 'k3', 3, 'x', '{3}', NULL), ('k7', 6, 5, 'k6', 4, 'xy', '{}', 'xy'), ('k1', 4, 8, 'k1', 4, 'x', '{3}', 'y') ON CONFLICT DO NOTHING RETURNING 1) INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (8, 3, 6, 2, 'x', NULL, 3, 'y'), (5, 3, 3, 1, 'y', true, 0, ''), (8, NULL, 6, NULL, 'y', true, NULL, 'xy'), (1, 3, 8, 6, NULL, false, NULL, '') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM ONLY t2 WHERE n IS NULL;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
TRUNCATE t2_c CASCADE;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET t2_t2_id_0 = 6 WHERE id >= 8;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
UPDATE t2 SET n = n + 1 WHERE t2_id = 12;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
WITH w0 AS (UPDATE t4 SET t2_t2_id_0 = 5, s = '' WHERE t4_pk_t4_7 = 'k2' RETURNING 1) UPDATE t3 SET s = '' WHERE t1_id = 4;
SAVEPOINT s1;
DELETE FROM t5 WHERE n IS NULL;
UPDATE t3 SET u = 'd' WHERE n = 3;
WITH w0 AS (DELETE FROM t5 WHERE id = '00000000-0000-4000-8000-000000000005' RETURNING 1) INSERT INTO t1 (t1_id, n, s, j, amt, u) VALUES (7, 3, 'z z', NULL, 10, ''), (4, 3, 'It''s', '{"k": 2, "t": ["x"]}', NULL, 'x'), (1, 1, 'xy', '{"k": 2, "t": ["x"]}', 2.25, NULL), (1, 4, NULL, '[1, 2]', NULL, 'xy');
COPY tv_e6 TO '/dev/null';
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
MERGE INTO t3 x USING (VALUES (5::bigint, 2::integer, 3::whole, 6::integer, 'It''s'::text, false::boolean, 6::bigint, 'It''s'::text), (7::bigint, 8::integer, 7::whole, 0::integer, 'It''s'::text, true::boolean, NULL::bigint, NULL::text), (2::bigint, 1::integer, NULL::whole, 5::integer, 'x'::text, true::boolean, 4::bigint, 'It''s'::text), (4::bigint, 1::integer, 3::whole, NULL::integer, ''::text, NULL::boolean, 0::bigint, 'xy'::text)) y (id, t2_t2_id_0, t1_id, n, s, b, big, u) ON x.id = y.id WHEN MATCHED AND x.n > 2 THEN DELETE WHEN MATCHED THEN UPDATE SET n = y.n, s = y.s WHEN NOT MATCHED THEN INSERT (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (y.id, y.t2_t2_id_0, y.t1_id, y.n, y.s, y.b, y.big, y.u);
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) VALUES ('00000000-0000-4000-8000-000000000007', 'k3', '00000000-0000-4000-8000-000000000003', 3, NULL, '{2,2,5}', NULL, 10, true, 'xy') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
TRUNCATE t3 CASCADE;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t5 WHERE id = '00000000-0000-4000-8000-000000000005';
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\set ON_ERROR_ROLLBACK on
DELETE FROM t5 WHERE id = '00000000-0000-4000-8000-000000000003';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET s = 'It''s' WHERE t1_id = 7;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
DELETE FROM t2 WHERE t2_id = 9;
INSERT INTO t2 (t2_id, n, s, v, j, arr, u) VALUES (2, 0, '', 'It''s', '{"k": 2, "t": ["x"]}', '{}', 'xy');
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) VALUES ('k6', NULL, 3, 'k5', 4, '', '{1,NULL}', '');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET s = 'x' WHERE id = 5;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET t2_id = 3 WHERE t4_pk_t4_7 IN ('k8', 'k8');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET n = n + 1 WHERE t1_id = 4;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s4;
\set ON_ERROR_ROLLBACK on
INSERT INTO t1 (t1_id, n, s, j, amt, u) SELECT (g), 4::integer, 'y'::text, '[1, 2]'::jsonb, 1.5::numeric(8,2), ''::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
DO $do$ DECLARE r record; BEGIN FOR r IN SELECT * FROM tv_e2 LOOP NULL; END LOOP; END $do$;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET t4_pk_t4_7 = 'k2', s = '' WHERE pk_t4 = 'k7';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t1 (t1_id, n, s, j, amt, u) VALUES (6, 2, '', '{"k": 1}', 10, 'It''s') ON CONFLICT (t1_id) DO UPDATE SET n = excluded.n, j = excluded.j;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
MERGE INTO t1 x USING (VALUES (1::whole, 0::integer, 'xy'::text, '{"k": 2, "t": ["x"]}'::jsonb, NULL::numeric(8,2), ''::text), (7::whole, 6::integer, NULL::text, '[1, 2]'::jsonb, 10::numeric(8,2), ''::text), (3::whole, NULL::integer, 'z z'::text, '{"k": 2, "t": ["x"]}'::jsonb, NULL::numeric(8,2), 'It''s'::text)) y (t1_id, n, s, j, amt, u) ON x.t1_id = y.t1_id WHEN MATCHED AND x.n > 2 THEN DELETE WHEN MATCHED THEN UPDATE SET u = y.u, j = y.j WHEN NOT MATCHED THEN INSERT (t1_id, n, s, j, amt, u) VALUES (y.t1_id, y.n, y.s, y.j, y.amt, y.u);
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t2 WHERE t2_id = 12;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DO $do$ BEGIN BEGIN MERGE INTO t4 x USING (VALUES ('k7'::varchar(40), 4::whole, 8::whole, 'k7'::varchar(40), 0::integer, 'z z'::text, '{}'::integer[], NULL::text), ('k6'::varchar(40), 3::whole, 6::whole, 'k6'::varchar(40), 6::integer, 'x'::text, '{3}'::integer[], 'It''s'::text)) y (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) ON x.pk_t4 = y.pk_t4 WHEN MATCHED AND x.n > 2 THEN DELETE WHEN MATCHED THEN UPDATE SET s = y.s, u = y.u WHEN NOT MATCHED THEN INSERT (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) VALUES (y.pk_t4, y.t2_t2_id_0, y.t2_id, y.t4_pk_t4_7, y.n, y.s, y.arr, y.u); PERFORM count(*) FROM tv_e5;  EXCEPTION WHEN OTHERS THEN NULL; END; PERFORM count(*) FROM tv_e5; BEGIN UPDATE ONLY t2 SET arr = '{}'; EXCEPTION WHEN integrity_constraint_violation THEN NULL; END; END $do$;
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET v = NULL WHERE t2_id IN (4, 5);
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE t5 SET t5_id_7 = '00000000-0000-4000-8000-000000000006', amt = 1.5 WHERE id = '00000000-0000-4000-8000-000000000007';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DO $do$ BEGIN BEGIN UPDATE t1 SET s = 'xy' WHERE t1_id = 1;  PERFORM 1 / 0; EXCEPTION WHEN OTHERS THEN NULL; END;  BEGIN UPDATE t3 SET s = 'It''s' WHERE id = 3; EXCEPTION WHEN integrity_constraint_violation THEN NULL; END; END $do$;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET t2_id = 6 WHERE pk_t4 IN ('k6', 'k6');
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
INSERT INTO t5 (id, pk_t4, t5_id_7, n, s, arr, big, amt, b, u) VALUES ('00000000-0000-4000-8000-000000000007', 'k1', '00000000-0000-4000-8000-000000000004', 3, 'y', '{2,2,5}', 1, NULL, true, 'z z');
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
COPY t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) FROM STDIN;
k2	1	\N	k7	5	y	{1,2}	y
k3	\N	1	k4	0	x	{3}	\N
k4	5	6	k8	5	\N	{3}	\N
\.
TRUNCATE t4 CASCADE;
DECLARE c58 CURSOR FOR SELECT * FROM tv_e5;
UPDATE t4 SET u = NULL;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
INSERT INTO t2_c (t2_id, n, s, v, j, arr, u) VALUES (12, 5, 'It''s', 'z z', '{}', '{3}', 'z z') ON CONFLICT DO NOTHING;
COMMIT AND CHAIN;
UPDATE t1 SET n = n + 1;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
UPDATE t4 SET t4_pk_t4_7 = 'k2' WHERE pk_t4 = 'k5';
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) VALUES ('k7', NULL, 7, 'k7', 5, NULL, '{}', 'x') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t1 (t1_id, n, s, j, amt, u) VALUES (1, NULL, '', '{"k": 2, "t": ["x"]}', 0, 'z z'), (6, 1, 'It''s', '{"k": 2, "t": ["x"]}', 0, 'x');
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
ALTER TABLE t2 ADD COLUMN extra44 integer DEFAULT 3;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET j = '"str"' WHERE t2_id IN (10, 7);
\set ON_ERROR_ROLLBACK off
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET j = NULL WHERE n IS NULL;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t1 SET j = '{"k": 1}', n = 2;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET id = 7 WHERE id >= 5;
\set ON_ERROR_ROLLBACK off
DELETE FROM t3 WHERE t1_id IN (8, 4);
SELECT pg_tviews_drop('e1');
MERGE INTO t3 x USING (VALUES (2::bigint, 1::integer, 7::whole, 5::integer, 'It''s'::text, NULL::boolean, 3::bigint, 'z z'::text), (4::bigint, 5::integer, 8::whole, 4::integer, 'z z'::text, NULL::boolean, 1::bigint, 'y'::text), (8::bigint, 7::integer, NULL::whole, NULL::integer, NULL::text, NULL::boolean, 6::bigint, 'xy'::text)) y (id, t2_t2_id_0, t1_id, n, s, b, big, u) ON x.id = y.id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (id, t2_t2_id_0, t1_id, n, s, b, big, u) VALUES (y.id, y.t2_t2_id_0, y.t1_id, y.n, y.s, y.b, y.big, y.u);
SELECT pg_tviews_create('e1', $def$SELECT a1.t2_id AS pk_e1, a1.n AS n, jsonb_build_object('self', to_jsonb(a1.*), 's0', (SELECT max(a2.n) FROM t3 a2 WHERE a1.t2_id = a2.t2_t2_id_0 AND a2.big > 0)) AS data FROM t2 a1 WHERE 2 = ANY (a1.arr)$def$, '{}');
INSERT INTO t3 (id, t2_t2_id_0, t1_id, n, s, b, big, u) SELECT (g), (1 + (g * 1) % 8), (1 + (g * 3) % 8), 2::integer, 'y'::text, true::boolean, 5::bigint, 'x'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
\set ON_ERROR_ROLLBACK on
COPY t4 (pk_t4, t2_t2_id_0, t2_id, t4_pk_t4_7, n, s, arr, u) FROM STDIN;
k8	\N	3	k7	1	\N	{1,NULL}	x
k2	\N	6	k5	3	x	\N	\N
\.
\set ON_ERROR_ROLLBACK off
SAVEPOINT s4;
DECLARE c67 CURSOR FOR SELECT * FROM tv_e1;
\set ON_ERROR_ROLLBACK on
DELETE FROM t4 WHERE pk_t4 = 'k1';
\set ON_ERROR_ROLLBACK off
RELEASE s4;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
SELECT 'only in tv_e4' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x) d UNION ALL SELECT 'only in v_e4', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e4 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e4 x) d;
SELECT 'only in tv_e5' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x) d UNION ALL SELECT 'only in v_e5', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e5 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e5 x) d;
SELECT 'only in tv_e6' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x) d UNION ALL SELECT 'only in v_e6', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e6 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e6 x) d;
