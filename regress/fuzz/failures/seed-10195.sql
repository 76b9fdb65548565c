-- fuzz.py --seed 10195 --cases 1 --transactions 60
-- unexpected: 42P01 relation "t3" does not exist
-- LINE 1: UPDATE t3 SET t1_pk_t1_1 = 7 WHERE pk_t3 = 6
--                ^ in UPDATE t3 SET t1_pk_t1_1 = 7 WHERE pk_t3 = 6
-- Run it with psql in an empty database: every query between table and view must give no row.
\set QUIET on
SET client_min_messages = warning;
CREATE EXTENSION pg_tviews;
\echo -- transaction
BEGIN;
\set ON_ERROR_ROLLBACK on
UPDATE t3 SET t1_pk_t1_1 = 7 WHERE pk_t3 = 6;
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_ROLLBACK on
TRUNCATE t1 CASCADE;
\set ON_ERROR_ROLLBACK off
