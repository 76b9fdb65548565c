-- fuzz.py --seed 90001 --cases 1 --transactions 60
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
CREATE TABLE t1 (pk_t1 varchar(40) NOT NULL, n integer, s text, amt numeric(8,2), arr integer[], u text, PRIMARY KEY (pk_t1));
CREATE TABLE t2 (t2_id whole NOT NULL, pk_t1 text NOT NULL, t1_pk_t1_1 varchar(40) NOT NULL, n integer, s text, amt numeric(8,2), arr integer[], b boolean, big bigint, u text, PRIMARY KEY (t2_id));
CREATE INDEX ON t2 (pk_t1);
ALTER TABLE t2 ADD FOREIGN KEY (t1_pk_t1_1) REFERENCES t1 (pk_t1) ON UPDATE CASCADE;
CREATE TABLE t3 (t3_id whole NOT NULL, t1_pk_t1_0 varchar(40), t3_t3_id_7 whole, n integer, s text, b boolean, v varchar(20), u text, PRIMARY KEY (t3_id));
ALTER TABLE t3 ADD FOREIGN KEY (t1_pk_t1_0) REFERENCES t1 (pk_t1) ON DELETE CASCADE;
CREATE INDEX ON t3 (t1_pk_t1_0);
ALTER TABLE t3 ADD FOREIGN KEY (t3_t3_id_7) REFERENCES t3 (t3_id) ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX ON t3 (t3_t3_id_7);
CREATE TABLE t4 (id smallint NOT NULL, t3_t3_id_0 smallint, t4_id_7 smallint, n integer, s text, big bigint, arr integer[], b boolean, j jsonb, u text, PRIMARY KEY (id));
CREATE INDEX ON t4 (t3_t3_id_0);
CREATE TABLE t5 (t5_id smallint NOT NULL, t1_pk_t1_0 varchar(40) NOT NULL, n integer, s text, j jsonb, arr integer[], amt numeric(8,2), big bigint, u text, PRIMARY KEY (t5_id));
ALTER TABLE t5 ADD FOREIGN KEY (t1_pk_t1_0) REFERENCES t1 (pk_t1) ON DELETE CASCADE ON UPDATE CASCADE;
INSERT INTO t1 (pk_t1, n, s, amt, arr, u) SELECT 'k' || (g), g % 5, 's' || g % 3, g * 1.5, ARRAY[g, g % 3], 'u' FROM generate_series(1, 8) g;
INSERT INTO t2 (t2_id, pk_t1, t1_pk_t1_1, n, s, amt, arr, b, big, u) SELECT (g), 'k' || (1 + (g * 3) % 8), 'k' || (1 + (g * 4) % 8), g % 5, 's' || g % 3, g * 1.5, ARRAY[g, g % 3], g % 2 = 0, g % 3, 'u' FROM generate_series(1, 8) g;
INSERT INTO t3 (t3_id, t1_pk_t1_0, t3_t3_id_7, n, s, b, v, u) SELECT (g), 'k' || (1 + (g * 3) % 8), (1 + (g * 10) % 8), g % 5, 's' || g % 3, g % 2 = 0, 'v' || g, 'u' FROM generate_series(1, 8) g;
INSERT INTO t4 (id, t3_t3_id_0, t4_id_7, n, s, big, arr, b, j, u) SELECT (g), (1 + (g * 3) % 8), (1 + (g * 10) % 8), g % 5, 's' || g % 3, g % 3, ARRAY[g, g % 3], g % 2 = 0, jsonb_build_object('k', g), 'u' FROM generate_series(1, 8) g;
INSERT INTO t5 (t5_id, t1_pk_t1_0, n, s, j, arr, amt, big, u) SELECT (g), 'k' || (1 + (g * 3) % 8), g % 5, 's' || g % 3, jsonb_build_object('k', g), ARRAY[g, g % 3], g * 1.5, g % 3, 'u' FROM generate_series(1, 8) g;
ANALYZE;
SELECT pg_tviews_create('e1', $def$WITH w0 AS NOT MATERIALIZED (SELECT * FROM t2 a5 WHERE cardinality(a5.arr) > 1), w1 AS MATERIALIZED (SELECT * FROM t1 a9 WHERE cardinality(a9.arr) > 1) SELECT a1.pk_t1 AS pk_e1, jsonb_build_object('self', jsonb_build_object('id', a1.pk_t1, 'f0', a1.s), 's0', (SELECT jsonb_object_agg(a4.t2_id::text, to_jsonb(a4) ORDER BY a4.n DESC, a4.t2_id) FROM (SELECT DISTINCT a2.t2_id, a2.pk_t1, a2.t1_pk_t1_1, a2.n, a2.s, a2.amt, a2.arr, a2.b, a2.big FROM t2 a2) a4 WHERE a1.pk_t1 = a4.t1_pk_t1_1), 'l0', a7.doc, 'l1', a11.doc, 'unnest', a12.es) AS data FROM t1 a1 LEFT JOIN LATERAL (SELECT jsonb_build_object('id', a6.t2_id, 'f0', a6.b, 'f1', nullif(a6.s, 'x')) AS doc FROM w0 a6 WHERE a1.pk_t1 IS NOT DISTINCT FROM a6.pk_t1 ORDER BY a6.t2_id LIMIT 1) a7 ON true LEFT JOIN LATERAL (SELECT jsonb_build_object('id', "A 8".t5_id, 'f0', "A 8".arr, 'f1', "A 8".big) AS doc FROM t5 "A 8" LEFT JOIN w1 "A 10" ON "A 10".pk_t1 = "A 8".t1_pk_t1_0 WHERE a1.pk_t1 = "A 8".t1_pk_t1_0 ORDER BY "A 8".t5_id LIMIT 1) a11 ON true LEFT JOIN LATERAL (SELECT array_agg(e * 2 ORDER BY e, o) AS es FROM unnest(a1.arr) WITH ORDINALITY q(e, o)) a12 ON true$def$, '{}');
SELECT pg_tviews_create('e2', $def$SELECT a13.pk_e1 AS pk_e2, jsonb_build_object('self', jsonb_build_object('id', a13.pk_e1, 'f0', a13.pk_e1), 'l0', a17.doc) AS data FROM v_e1 a13 LEFT JOIN LATERAL (SELECT jsonb_build_object('id', a16.t3_id, 'f0', a16.s, 'f1', a16.n, 'f2', NOT a16.b, 'sub', (SELECT sum(a19.n) FILTER (WHERE a19.s IS NOT NULL) FROM (SELECT a18.* FROM t4 a18 WHERE a18.s <> 'x') a19 WHERE a16.t3_id = a19.t3_t3_id_0 AND a19.j ? 'k')) AS doc FROM (SELECT a14.t3_id, a14.t1_pk_t1_0, a14.t3_t3_id_7, a14.n, a14.s, a14.b, a14.v, row_number() OVER (PARTITION BY a14.t3_id ORDER BY a14.t3_id) AS rn15 FROM t3 a14) a16 WHERE a16.t1_pk_t1_0 = a13.pk_e1 AND a16.b IS NOT NULL ORDER BY a16.t3_id LIMIT 1) a17 ON true WHERE EXISTS (SELECT 1 FROM t2 a20 WHERE a20.t1_pk_t1_1 = a13.pk_e1)$def$, '{}');
SELECT pg_tviews_create('e3', $def$SELECT a21.t5_id AS pk_e3, a21.t1_pk_t1_0 AS t1_pk_t1_0, jsonb_build_object('self', jsonb_build_object('id', a21.t5_id, 'f0', a21.n, 'f1', a21.big, 'f2', a21.amt::text), 'l1', jsonb_build_array(a23.cnt, a23.agg)) AS data FROM t5 a21 JOIN LATERAL (SELECT count(*) AS cnt, jsonb_agg(jsonb_build_object('id', a22.t5_id, 'f0', a22.j, 'f1', a22.amt) ORDER BY a22.t5_id) AS agg FROM t5 a22 WHERE a21.n = ANY (a22.arr)) a23 ON true$def$, '{}');
\echo -- transaction
DELETE FROM t4 WHERE t4_id_7 = 7;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO t3 (t3_id, t1_pk_t1_0, t3_t3_id_7, n, s, b, v, u) VALUES (7, NULL, 2, 1, '', false, 'x', NULL), (1, 'k2', 5, 4, NULL, false, 'x', 'x'), (5, 'k2', 1, 1, 'It''s', false, '', ''), (4, 'k1', 4, NULL, NULL, false, 'x', NULL);
INSERT INTO t2 (t2_id, pk_t1, t1_pk_t1_1, n, s, amt, arr, b, big, u) VALUES (8, 'k3', 'k2', NULL, 'x', 10, '{1,NULL}', NULL, 5, 'z z'), (8, 'k7', 'k7', 1, 'x', 0, '{1,2}', false, 5, 'y') ON CONFLICT DO NOTHING;
UPDATE t2 SET t1_pk_t1_1 = 'k8' WHERE pk_t1 IN ('k3', 'k8');
DELETE FROM t2 WHERE n IS NULL;
UPDATE t5 SET t1_pk_t1_0 = 'k5' WHERE t5_id = 2;
INSERT INTO t4 (id, t3_t3_id_0, t4_id_7, n, s, big, arr, b, j, u) VALUES (7, 7, 1, 2, 'x', 2, '{1,NULL}', false, '{}', 'y') ON CONFLICT (id) DO UPDATE SET t4_id_7 = excluded.t4_id_7, arr = excluded.arr;
COMMIT AND CHAIN;
TRUNCATE t1 CASCADE;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\echo -- transaction
DO $do$ BEGIN BEGIN UPDATE t1 SET s = 'x', n = 4 WHERE pk_t1 >= 'k7';  PERFORM 1 / 0; EXCEPTION WHEN OTHERS THEN NULL; END;  BEGIN WITH w1 AS (INSERT INTO t5 (t5_id, t1_pk_t1_0, n, s, j, arr, amt, big, u) VALUES (3, 'k6', 6, 'xy', '[1, 2]', '{1,NULL}', 10, 0, 'It''s'), (2, 'k7', 6, 'x', '{"k": 2, "t": ["x"]}', NULL, 1.5, 5, NULL), (4, 'k1', 2, NULL, '{"k": 1}', '{1,2}', NULL, NULL, 'It''s'), (5, 'k3', 4, 'xy', '[1, 2]', '{}', 1.5, 2, '') RETURNING 1) DELETE FROM t2 WHERE t2_id = 6; EXCEPTION WHEN integrity_constraint_violation THEN NULL; END; END $do$;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\echo -- transaction
BEGIN;
WITH w0 AS (UPDATE t5 SET t1_pk_t1_0 = 'k3' WHERE t5_id = 6 RETURNING 1), w1 AS (DELETE FROM t1 WHERE pk_t1 IN ('k7', 'k5') RETURNING 1) DELETE FROM t4 WHERE id = 8;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
UPDATE t5 SET big = 6, j = '{"k": 1}' WHERE t5_id >= 1;
DELETE FROM t5 WHERE n = 6 AND EXISTS (SELECT FROM tv_e2);
UPDATE t5 SET t1_pk_t1_0 = 'k4' WHERE t5_id IN (3, 5);
SAVEPOINT m8;
MERGE INTO t3 x USING (VALUES (4::whole, 'k1'::varchar(40), 6::whole, 0::integer, 'x'::text, false::boolean, 'It''s'::varchar(20), 'y'::text), (1::whole, 'k2'::varchar(40), 7::whole, 1::integer, 'y'::text, true::boolean, 'x'::varchar(20), 'y'::text)) y (t3_id, t1_pk_t1_0, t3_t3_id_7, n, s, b, v, u) ON x.t3_id = y.t3_id WHEN MATCHED THEN UPDATE SET u = y.u, v = y.v WHEN NOT MATCHED THEN INSERT (t3_id, t1_pk_t1_0, t3_t3_id_7, n, s, b, v, u) VALUES (y.t3_id, y.t1_pk_t1_0, y.t3_t3_id_7, y.n, y.s, y.b, y.v, y.u);
SELECT pg_tviews_create('e1_m8', $def$WITH w0 AS NOT MATERIALIZED (SELECT * FROM t2 a5 WHERE cardinality(a5.arr) > 1), w1 AS MATERIALIZED (SELECT * FROM t1 a9 WHERE cardinality(a9.arr) > 1) SELECT a1.pk_t1 AS pk_e1_m8, jsonb_build_object('self', jsonb_build_object('id', a1.pk_t1, 'f0', a1.s), 's0', (SELECT jsonb_object_agg(a4.t2_id::text, to_jsonb(a4) ORDER BY a4.n DESC, a4.t2_id) FROM (SELECT DISTINCT a2.t2_id, a2.pk_t1, a2.t1_pk_t1_1, a2.n, a2.s, a2.amt, a2.arr, a2.b, a2.big FROM t2 a2) a4 WHERE a1.pk_t1 = a4.t1_pk_t1_1), 'l0', a7.doc, 'l1', a11.doc, 'unnest', a12.es) AS data FROM t1 a1 LEFT JOIN LATERAL (SELECT jsonb_build_object('id', a6.t2_id, 'f0', a6.b, 'f1', nullif(a6.s, 'x')) AS doc FROM w0 a6 WHERE a1.pk_t1 IS NOT DISTINCT FROM a6.pk_t1 ORDER BY a6.t2_id LIMIT 1) a7 ON true LEFT JOIN LATERAL (SELECT jsonb_build_object('id', "A 8".t5_id, 'f0', "A 8".arr, 'f1', "A 8".big) AS doc FROM t5 "A 8" LEFT JOIN w1 "A 10" ON "A 10".pk_t1 = "A 8".t1_pk_t1_0 WHERE a1.pk_t1 = "A 8".t1_pk_t1_0 ORDER BY "A 8".t5_id LIMIT 1) a11 ON true LEFT JOIN LATERAL (SELECT array_agg(e * 2 ORDER BY e, o) AS es FROM unnest(a1.arr) WITH ORDINALITY q(e, o)) a12 ON true$def$, '{}');
WITH w0 AS (INSERT INTO t2 (t2_id, pk_t1, t1_pk_t1_1, n, s, amt, arr, b, big, u) VALUES (1, 'k1', 'k2', NULL, '', 1.5, '{1,2}', true, 5, 'It''s') ON CONFLICT DO NOTHING RETURNING 1) INSERT INTO t3 (t3_id, t1_pk_t1_0, t3_t3_id_7, n, s, b, v, u) VALUES (5, 'k3', NULL, 3, 'xy', NULL, 'x', 'xy'), (1, 'k2', 6, 2, 'y', true, 'y', 'z z'), (5, 'k5', 7, 1, 'It''s', false, 'It''s', 'It''s'), (7, 'k7', 3, 0, 'y', true, 'z z', 'xy') ON CONFLICT DO NOTHING;
SELECT count(*) FROM tv_e1_m8;
ROLLBACK TO m8;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
UPDATE t3 SET s = 'xy' WHERE t3_id = 8;
TRUNCATE t5 CASCADE;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
INSERT INTO t3 (t3_id, t1_pk_t1_0, t3_t3_id_7, n, s, b, v, u) VALUES (4, NULL, 2, NULL, 'z z', NULL, NULL, 'y');
PREPARE TRANSACTION 'g4';
COMMIT PREPARED 'g4';
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL SERIALIZABLE;
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET big = 0, s = NULL WHERE t2_id >= 1;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET v = 'x', b = false WHERE t3_id = 1;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t5 (t5_id, t1_pk_t1_0, n, s, j, arr, amt, big, u) SELECT (g), 'k' || (1 + (g * 5) % 8), 0::integer, 'xy'::text, '[1, 2]'::jsonb, NULL::integer[], 1.5::numeric(8,2), 6::bigint, 'z z'::text FROM generate_series(1, 8) g ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
DELETE FROM t4 WHERE id >= 7;
TRUNCATE t4;
UPDATE t4 SET id = 4 WHERE t3_t3_id_0 = 6;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\echo -- transaction
DO $do$ BEGIN BEGIN UPDATE t3 SET b = false, n = 1 WHERE t3_id = 1; PERFORM count(*) FROM tv_e1;  EXCEPTION WHEN OTHERS THEN NULL; END; PERFORM count(*) FROM tv_e1; BEGIN UPDATE t1 SET amt = NULL, s = 'z z' WHERE pk_t1 IN ('k4', 'k1'); EXCEPTION WHEN integrity_constraint_violation THEN NULL; END; END $do$;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL READ COMMITTED;
\set ON_ERROR_ROLLBACK on
DELETE FROM t5 WHERE t5_id >= 8;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\echo -- transaction
UPDATE t1 SET arr = '{}' WHERE n = 2;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (t2_id, pk_t1, t1_pk_t1_1, n, s, amt, arr, b, big, u) VALUES (7, 'k4', 'k7', 4, NULL, NULL, '{}', NULL, 5, 'y'), (6, 'k1', 'k7', 2, NULL, 3.10, '{1,NULL}', true, 0, 'y'), (8, 'k8', 'k3', 0, 'It''s', 3.10, '{2,2,5}', true, 3, NULL), (8, 'k3', 'k1', 6, 'y', 2.25, '{1,2}', false, 1, '') ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
COPY t3 (t3_id, t1_pk_t1_0, t3_t3_id_7, n, s, b, v, u) FROM STDIN;
1	k8	\N	4	z z	\N	\N	\N
3	\N	8	6	It's	true	x	x
\.
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
UPDATE t2 SET t1_pk_t1_1 = 'k5' WHERE t2_id >= 5;
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
DELETE FROM t3 WHERE t3_id = 5;
\set ON_ERROR_ROLLBACK off
UPDATE t1 SET s = '', arr = '{}' WHERE pk_t1 IN ('k2', 'k3');
ALTER TABLE t1 ALTER COLUMN s SET STATISTICS 10;
UPDATE t1 SET s = 'z z', arr = '{2,2,5}' WHERE n = 1;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
\set ON_ERROR_ROLLBACK on
INSERT INTO t5 (t5_id, t1_pk_t1_0, n, s, j, arr, amt, big, u) VALUES (4, 'k5', NULL, NULL, '{}', '{}', 10, 0, '');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t3 (t3_id, t1_pk_t1_0, t3_t3_id_7, n, s, b, v, u) VALUES (7, 'k2', 4, 5, 'It''s', false, NULL, '');
\set ON_ERROR_ROLLBACK off
SAVEPOINT s2;
\set ON_ERROR_ROLLBACK on
MERGE INTO t3 x USING (VALUES (3::whole, 'k2'::varchar(40), 8::whole, 0::integer, ''::text, true::boolean, ''::varchar(20), 'It''s'::text), (8::whole, 'k1'::varchar(40), NULL::whole, 2::integer, 'y'::text, false::boolean, NULL::varchar(20), 'y'::text)) y (t3_id, t1_pk_t1_0, t3_t3_id_7, n, s, b, v, u) ON x.t3_id = y.t3_id WHEN MATCHED AND x.n > 2 THEN DELETE WHEN MATCHED THEN UPDATE SET t3_t3_id_7 = y.t3_t3_id_7, b = y.b WHEN NOT MATCHED THEN INSERT (t3_id, t1_pk_t1_0, t3_t3_id_7, n, s, b, v, u) VALUES (y.t3_id, y.t1_pk_t1_0, y.t3_t3_id_7, y.n, y.s, y.b, y.v, y.u);
\set ON_ERROR_ROLLBACK off
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\echo -- transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE t4 SET t3_t3_id_0 = 3 WHERE n = 3;
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\echo -- transaction
INSERT INTO t1 (pk_t1, n, s, amt, arr, u) VALUES ('k6', 6, '', 2.25, '{3}', 'z z') ON CONFLICT DO NOTHING;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
MERGE INTO t2 x USING (VALUES (5::whole, 'k1'::text, 'k8'::varchar(40), 5::integer, NULL::text, 1.5::numeric(8,2), '{1,2}'::integer[], true::boolean, NULL::bigint, 'z z'::text), (2::whole, 'k4'::text, 'k7'::varchar(40), 3::integer, 'xy'::text, 1.5::numeric(8,2), '{3}'::integer[], true::boolean, 4::bigint, ''::text), (7::whole, 'k5'::text, 'k2'::varchar(40), NULL::integer, 'y'::text, 3.10::numeric(8,2), '{1,2}'::integer[], false::boolean, 6::bigint, 'It''s'::text)) y (t2_id, pk_t1, t1_pk_t1_1, n, s, amt, arr, b, big, u) ON x.t2_id = y.t2_id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (t2_id, pk_t1, t1_pk_t1_1, n, s, amt, arr, b, big, u) VALUES (y.t2_id, y.pk_t1, y.t1_pk_t1_1, y.n, y.s, y.amt, y.arr, y.b, y.big, y.u);
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (t2_id, pk_t1, t1_pk_t1_1, n, s, amt, arr, b, big, u) VALUES (6, 'k1', 'k8', NULL, 'x', 3.10, '{1,2}', true, NULL, NULL) ON CONFLICT DO NOTHING;
\set ON_ERROR_ROLLBACK off
SAVEPOINT s2;
UPDATE t3 SET t1_pk_t1_0 = 'k1', n = 5, s = '' WHERE t3_t3_id_7 IN (5, 3);
SELECT pg_tviews_drop('e1');
INSERT INTO t3 (t3_id, t1_pk_t1_0, t3_t3_id_7, n, s, b, v, u) VALUES (5, 'k4', 7, 6, 'z z', NULL, 'It''s', 'x'), (3, 'k7', NULL, 0, 'xy', false, NULL, 'It''s');
SELECT pg_tviews_create('e1', $def$WITH w0 AS NOT MATERIALIZED (SELECT * FROM t2 a5 WHERE cardinality(a5.arr) > 1), w1 AS MATERIALIZED (SELECT * FROM t1 a9 WHERE cardinality(a9.arr) > 1) SELECT a1.pk_t1 AS pk_e1, jsonb_build_object('self', jsonb_build_object('id', a1.pk_t1, 'f0', a1.s), 's0', (SELECT jsonb_object_agg(a4.t2_id::text, to_jsonb(a4) ORDER BY a4.n DESC, a4.t2_id) FROM (SELECT DISTINCT a2.t2_id, a2.pk_t1, a2.t1_pk_t1_1, a2.n, a2.s, a2.amt, a2.arr, a2.b, a2.big FROM t2 a2) a4 WHERE a1.pk_t1 = a4.t1_pk_t1_1), 'l0', a7.doc, 'l1', a11.doc, 'unnest', a12.es) AS data FROM t1 a1 LEFT JOIN LATERAL (SELECT jsonb_build_object('id', a6.t2_id, 'f0', a6.b, 'f1', nullif(a6.s, 'x')) AS doc FROM w0 a6 WHERE a1.pk_t1 IS NOT DISTINCT FROM a6.pk_t1 ORDER BY a6.t2_id LIMIT 1) a7 ON true LEFT JOIN LATERAL (SELECT jsonb_build_object('id', "A 8".t5_id, 'f0', "A 8".arr, 'f1', "A 8".big) AS doc FROM t5 "A 8" LEFT JOIN w1 "A 10" ON "A 10".pk_t1 = "A 8".t1_pk_t1_0 WHERE a1.pk_t1 = "A 8".t1_pk_t1_0 ORDER BY "A 8".t5_id LIMIT 1) a11 ON true LEFT JOIN LATERAL (SELECT array_agg(e * 2 ORDER BY e, o) AS es FROM unnest(a1.arr) WITH ORDINALITY q(e, o)) a12 ON true$def$, '{}');
UPDATE t3 SET s = '', v = '' WHERE t3_id = 7;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (id, t3_t3_id_0, t4_id_7, n, s, big, arr, b, j, u) VALUES (6, 6, NULL, 1, 'y', 3, '{1,NULL}', true, '{"k": 1}', 'It''s'), (2, 1, 1, 3, 'xy', 1, '{}', NULL, '{"k": 2, "t": ["x"]}', 'z z'), (5, 1, 2, 1, 'x', 5, NULL, NULL, '{"k": 2, "t": ["x"]}', NULL), (8, 8, 2, 4, 'z z', NULL, '{2,2,5}', true, '"str"', 'z z');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t2 (t2_id, pk_t1, t1_pk_t1_1, n, s, amt, arr, b, big, u) VALUES (6, 'k8', 'k5', 3, 'x', 10, '{2,2,5}', false, NULL, 'z z');
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
DELETE FROM t4 WHERE t3_t3_id_0 = 7;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
INSERT INTO t4 (id, t3_t3_id_0, t4_id_7, n, s, big, arr, b, j, u) VALUES (8, 5, 7, 6, 'It''s', NULL, '{2,2,5}', false, '{"k": 1}', 'xy'), (8, 1, 3, 1, 'xy', 2, '{1,NULL}', true, '{"k": 2, "t": ["x"]}', 'y');
\set ON_ERROR_ROLLBACK off
SAVEPOINT s6;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
COMMIT AND CHAIN;
UPDATE t5 SET t5_id = 2 WHERE t1_pk_t1_0 = 'k2';
COMMIT;
SELECT 'only in tv_e1' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x) d UNION ALL SELECT 'only in v_e1', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e1 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e1 x) d;
SELECT 'only in tv_e2' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x) d UNION ALL SELECT 'only in v_e2', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e2 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e2 x) d;
SELECT 'only in tv_e3' AS side, d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x) d UNION ALL SELECT 'only in v_e3', d.* FROM (SELECT to_jsonb(x) - 'updated_at' FROM v_e3 x EXCEPT ALL SELECT to_jsonb(x) - 'updated_at' FROM tv_e3 x) d;
