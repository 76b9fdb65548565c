-- Statistics, metrics, queues and caches: what they show is what has happened. In a database of its own, so that the counts are this test's.
\set SHOW_CONTEXT never
SELECT current_database() AS regress_database \gset
CREATE DATABASE regress_tviews_monitoring TEMPLATE template0;
\c regress_tviews_monitoring
\set SHOW_CONTEXT never
CREATE EXTENSION pg_tviews;
SET pg_tviews.metrics = off;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int REFERENCES users, title text);
CREATE INDEX ON post (fk_user);
INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 10) g;
INSERT INTO post SELECT g, g % 10 + 1, 'post ' || g FROM generate_series(1, 100) g;
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT pg_tviews_create('user', 'SELECT u.pk_user, u.name, (SELECT count(*) FROM tv_post t WHERE t.name = u.name) AS posts FROM users u');

-- These work as written on a healthy database.
SELECT * FROM pg_tviews_health_check() WHERE status != 'OK';
SELECT session, transaction_id, queue_size FROM pg_tviews_queue_realtime ORDER BY queue_size DESC;
SELECT cache_type, entries FROM pg_tviews_cache_stats;
SELECT application_name, count(*), avg(queue_size), max(queue_size) FROM pg_tviews_metrics WHERE recorded_at > now() - interval '1 hour' GROUP BY 1;
SELECT * FROM pg_tviews_performance_summary LIMIT 5;
SELECT pg_tviews_cleanup_metrics(7);

-- The queue of this session: with its transaction, gone with it.
BEGIN;
UPDATE users SET name = 'Ann' WHERE pk_user = 1;
SELECT session = pg_backend_pid() AS own, transaction_id = pg_current_xact_id()::text::bigint AS this, queue_size, entities, last_enqueued BETWEEN now() AND clock_timestamp() AS time
  FROM pg_tviews_queue_realtime;
UPDATE post SET title = 'new' WHERE pk_post IN (5, 6, 7);
SELECT queue_size, entities FROM pg_tviews_queue_realtime;
SELECT pg_tviews_queue_stats() -> 'queue_size' AS queue_size;
SELECT pg_tviews_flush();
SELECT count(*) FROM pg_tviews_queue_realtime;
ROLLBACK;
BEGIN;
UPDATE users SET name = 'Bob' WHERE pk_user = 2;
ROLLBACK;
SELECT count(*) FROM pg_tviews_queue_realtime;

-- Counters: a row per TVIEW, flushed or not. Each kind of write shows in its column. Rolled-back work counts.
CREATE VIEW counts AS
    SELECT entity, flushes, errors, rows_read, rows_inserted, rows_updated, rows_deleted, rows_skipped, scope FROM pg_tviews_statistics;
\c -
\set SHOW_CONTEXT never
SET pg_tviews.metrics = off;
SELECT * FROM counts ORDER BY entity;
UPDATE post SET title = 'one' WHERE pk_post = 1;
SELECT * FROM counts ORDER BY entity;
INSERT INTO post VALUES (101, 3, 'new'), (102, 4, 'new');
SELECT * FROM counts ORDER BY entity;
DELETE FROM post WHERE pk_post > 100;
SELECT * FROM counts ORDER BY entity;
-- Ten posts are computed, and are as they were.
SELECT pg_tviews_cascade('users'::regclass, 5);
SELECT * FROM counts ORDER BY entity;
-- A column that nothing reads.
ALTER TABLE users ADD COLUMN secret text;
SELECT flushes AS flushes_before FROM counts WHERE entity = 'user' \gset
UPDATE users SET secret = 'x';
SELECT flushes - :flushes_before AS flushes FROM counts WHERE entity = 'user';
BEGIN;
UPDATE post SET title = 'two' WHERE pk_post = 2;
SELECT pg_tviews_flush();
ROLLBACK;
SELECT flushes, rows_updated FROM counts WHERE entity = 'post';
-- A failure counts as an error of the TVIEW that failed.
ALTER TABLE tv_post ADD CONSTRAINT no_bad CHECK (title <> 'bad');
\set VERBOSITY terse
UPDATE post SET title = 'bad' WHERE pk_post = 2;
\set VERBOSITY default
SELECT entity, errors FROM counts ORDER BY entity;
SELECT entity, climb_ms >= 0 AND lock_ms >= 0 AND write_ms > 0 AS times, last_flush BETWEEN now() - interval '1 hour' AND now() AS last
  FROM pg_tviews_statistics WHERE entity = 'post';

-- The caches of this session: the first look-up of a thing misses, later ones hit.
\c -
\set SHOW_CONTEXT never
SET pg_tviews.metrics = off;
SELECT cache_type, entries, hits, misses FROM pg_tviews_cache_stats;
UPDATE post SET title = 'one' WHERE pk_post = 3;
SELECT cache_type, entries, misses > 0 AS missed FROM pg_tviews_cache_stats;
CREATE TEMP TABLE before AS SELECT * FROM pg_tviews_cache_stats;
UPDATE post SET title = 'two' WHERE pk_post = 3;
SELECT b.cache_type, a.hits > b.hits AS hit FROM before b JOIN pg_tviews_cache_stats a USING (cache_type);

-- Metrics, all: a row per transaction that flushed, none for one that did not or was rolled back.
CREATE VIEW recorded AS
    SELECT application_name, queue_size, refresh_count, iteration_count, graph_cache_hit, bulk_refresh_count AS bulk,
           individual_refresh_count AS individual, flush_count
      FROM pg_tviews_metrics ORDER BY recorded_at;
SELECT * FROM recorded;
SET pg_tviews.metrics = 'all';
SET application_name = 'shop';
UPDATE post SET title = 'three' WHERE pk_post = 3;
UPDATE post SET title = 'four' WHERE pk_post IN (4, 5, 6);
SELECT 1 AS nothing;
\set VERBOSITY terse
UPDATE post SET title = 'bad' WHERE pk_post = 7;
\set VERBOSITY default
BEGIN;
UPDATE post SET title = 'five' WHERE pk_post = 7;
ROLLBACK;
BEGIN;
UPDATE post SET title = 'six' WHERE pk_post = 8;
SELECT title FROM tv_post WHERE pk_post = 8;
UPDATE post SET title = 'seven' WHERE pk_post = 9;
COMMIT;
SELECT * FROM recorded;
SELECT count(DISTINCT transaction_id) = count(*) AS own_transactions, bool_and(timing_ms > 0) AS timed, bool_and(recorded_at > now() - interval '1 hour') AS recent
  FROM pg_tviews_metrics;
SELECT application_name, count(*), round(avg(queue_size), 2) AS avg, max(queue_size) FROM pg_tviews_metrics WHERE recorded_at > now() - interval '1 hour' GROUP BY 1;
SELECT entity, flushes, errors, rows_read, rows_written, rows_skipped, total_ms > 0 AS timed, round(avg_ms - total_ms / flushes, 2) = 0 AS average
  FROM pg_tviews_performance_summary LIMIT 5;

-- What a rolled-back transaction did is counted with the next row.
BEGIN;
UPDATE post SET title = 'eight' WHERE pk_post = 10;
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$;
CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON pg_temp.before DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail();
SELECT pg_tviews_flush();
INSERT INTO before (cache_type) VALUES ('x');
COMMIT;
UPDATE post SET title = 'nine' WHERE pk_post = 10;
SELECT flush_count, refresh_count FROM recorded OFFSET 3;

-- Prepared transactions.
BEGIN;
UPDATE post SET title = 'ten' WHERE pk_post = 11;
PREPARE TRANSACTION 'monitoring';
SELECT count(*) FROM pg_tviews_metrics;
COMMIT PREPARED 'monitoring';
SELECT count(*) FROM pg_tviews_metrics;

-- Metrics, sampled: one row per interval stands for all flushes since the last one.
SELECT pg_tviews_cleanup_metrics(0);
SET pg_tviews.metrics = 'sampled';
SHOW pg_tviews.metrics_interval;
UPDATE post SET title = 'a' WHERE pk_post = 12;
UPDATE post SET title = 'b' WHERE pk_post IN (12, 13);
UPDATE post SET title = 'c' WHERE pk_post = 12;
SELECT count(*) FROM recorded;
SET pg_tviews.metrics_interval = 0;
UPDATE post SET title = 'd' WHERE pk_post = 12;
SELECT * FROM recorded;
RESET pg_tviews.metrics_interval;
\c -
\set SHOW_CONTEXT never
SELECT pg_tviews_cleanup_metrics(0);
UPDATE post SET title = 'e' WHERE pk_post = 12;
UPDATE post SET title = 'f' WHERE pk_post = 12;
SELECT flush_count FROM recorded;
-- A read-only transaction writes nothing, whatever is due.
SET pg_tviews.metrics = 'all';
BEGIN READ ONLY;
SELECT count(*) FROM tv_post;
SELECT pg_current_xact_id_if_assigned();
COMMIT;
SELECT count(*) FROM recorded;

-- It waits for nobody: while the table is locked, rows are written later.
PREPARE later AS UPDATE post SET title = $1 WHERE pk_post = 14;
BEGIN;
LOCK pg_tviews_metrics IN ACCESS EXCLUSIVE MODE;
PREPARE TRANSACTION 'vacuum full';
EXECUTE later('while it is locked');
COMMIT PREPARED 'vacuum full';
SELECT count(*) FROM recorded;
EXECUTE later('when it is not');
SELECT flush_count, refresh_count FROM recorded OFFSET 1;

-- A TVIEW over the metrics is a TVIEW.
SELECT pg_tviews_create('app', 'SELECT application_name AS pk_app, sum(flush_count) AS flushes FROM pg_tviews_metrics GROUP BY 1');
EXECUTE later('and again');
SELECT pk_app, t.flushes = (SELECT sum(flush_count) FROM pg_tviews_metrics) AS up_to_date FROM tv_app t;
SELECT * FROM pg_tviews_verify();
SELECT pg_tviews_drop('app');

-- Cleaning up: only what is older; only by owners.
SELECT pg_tviews_cleanup_metrics(-1);
SELECT pg_tviews_cleanup_metrics(NULL);
UPDATE pg_tviews_metrics SET recorded_at = recorded_at - interval '8 days' WHERE recorded_at = (SELECT min(recorded_at) FROM pg_tviews_metrics);
SELECT count(*) FROM pg_tviews_metrics;
SELECT pg_tviews_cleanup_metrics();
SELECT pg_tviews_cleanup_metrics(7);
SELECT count(*) FROM pg_tviews_metrics;
CREATE ROLE regress_tviews_operator;
SET ROLE regress_tviews_operator;
SELECT count(*) FROM pg_tviews_metrics;
SELECT pg_tviews_cleanup_metrics(0);
DELETE FROM pg_tviews_metrics;
INSERT INTO pg_tviews_metrics DEFAULT VALUES;
UPDATE pg_tviews_metrics SET queue_size = 0;
TRUNCATE pg_tviews_metrics;
SELECT _pg_tviews_record('{}');
RESET ROLE;
ALTER DATABASE regress_tviews_monitoring OWNER TO regress_tviews_operator;
SET ROLE regress_tviews_operator;
SELECT pg_tviews_cleanup_metrics(0) > 0 AS deleted;
RESET ROLE;
SELECT count(*) FROM pg_tviews_metrics;

-- Settings.
SET pg_tviews.metrics = 'some';
\set VERBOSITY sqlstate
SET pg_tviews.metrics_interval = -1;
\set VERBOSITY default
SELECT name, setting, unit, enumvals FROM pg_settings WHERE name LIKE 'pg\_tviews.metrics%' ORDER BY name;

-- Dropping and creating all TVIEWs from their definitions, in one transaction.
SELECT pg_tviews_drop('user'), pg_tviews_drop('post');
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT pg_tviews_create('user', 'SELECT u.pk_user, u.name FROM users u');
BEGIN;
CREATE TEMP TABLE tviews AS SELECT entity, pg_get_viewdef('v_' || entity) AS definition FROM pg_tview_meta;
SELECT pg_tviews_drop(entity, true) FROM pg_tview_meta;
SELECT pg_tviews_create(entity, definition) FROM tviews \g /dev/null
COMMIT;
UPDATE users SET name = 'Ann' WHERE pk_user = 1;
SELECT * FROM pg_tviews_verify() ORDER BY entity;
SELECT * FROM pg_tviews_health_check() WHERE status != 'OK';
-- Where TVIEWs build on one another, in the order of depth: without it the command is refused, and nothing has happened.
SELECT pg_tviews_create('reader', 'SELECT pk_post AS pk_reader, name FROM tv_post'), pg_tviews_create('name', 'SELECT name AS pk_name, count(*) AS posts FROM tv_post JOIN tv_reader USING (name) GROUP BY 1');
BEGIN;
SELECT pg_tviews_drop('post', true);
ROLLBACK;
BEGIN;
DROP TABLE tviews;
CREATE TEMP TABLE tviews AS SELECT entity, depth, pg_get_viewdef('v_' || entity) AS definition FROM pg_tview_meta;
SELECT pg_tviews_drop(entity, true) FROM pg_tview_meta ORDER BY depth DESC, entity;
SELECT pg_tviews_create(entity, definition) FROM tviews ORDER BY depth, entity;
COMMIT;
UPDATE users SET name = 'Anna' WHERE pk_user = 1;
SELECT m.depth, v.* FROM pg_tview_meta m JOIN pg_tviews_verify() v USING (entity) ORDER BY m.depth, m.entity;
SELECT * FROM pg_tviews_health_check() WHERE status != 'OK';
SELECT pg_tviews_drop('name'), pg_tviews_drop('reader');

-- Health: each check finds what it is for.
CREATE VIEW unhealthy AS SELECT check_name, status, details FROM pg_tviews_health_check() WHERE status <> 'OK';
SELECT check_name, status FROM pg_tviews_health_check();
-- Indexes: those of large tables matter, as they are at the time of the check, whatever commands were seen.
DROP INDEX post_fk_user_idx;
SELECT * FROM unhealthy;
INSERT INTO post SELECT g, NULL, 'long ' || repeat('x', 500) FROM generate_series(10001, 13000) g;
SELECT * FROM unhealthy;
CREATE INDEX CONCURRENTLY post_fk_user_idx ON post (fk_user);
SELECT * FROM unhealthy;
DROP INDEX CONCURRENTLY post_fk_user_idx;
SELECT * FROM unhealthy;
CREATE INDEX post_fk_user_idx ON post (fk_user);
DELETE FROM post WHERE pk_post > 10000;
VACUUM post, tv_post;
SELECT * FROM unhealthy;
SET session_replication_role = replica;
UPDATE tv_post SET title = 'wrong' WHERE pk_post = 50;
RESET session_replication_role;
SELECT * FROM unhealthy;
SELECT pg_tviews_refresh();
BEGIN;
UPDATE post SET title = 'prepared' WHERE pk_post = 50;
PREPARE TRANSACTION 'hanging';
SELECT check_name, status, regexp_replace(details, 'since .*', 'since ...') FROM unhealthy;
COMMIT PREPARED 'hanging';
SELECT * FROM unhealthy;
-- Plans that a restore or pg_upgrade has brought along: who looks first, whoever it is, stores those for this database.
UPDATE pg_tview_meta SET fingerprint = 'a.b.c.elsewhere';
BEGIN READ ONLY;
SELECT * FROM unhealthy;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT check_name, status FROM unhealthy;
COMMIT;
SET ROLE regress_tviews_operator;
SELECT check_name, status FROM pg_tviews_health_check() WHERE check_name = 'plans';
RESET ROLE;
SELECT entity, fingerprint = _pg_tviews_fingerprint(relations) AS stored FROM pg_tview_meta ORDER BY entity;
UPDATE post SET title = 'stored' WHERE pk_post = 50;
SELECT * FROM unhealthy;
-- Not those of this database: DDL that no event trigger has seen may have changed more than plans.
UPDATE pg_tview_meta SET fingerprint = regexp_replace(fingerprint, '^[^.]*', 'a') WHERE entity = 'post';
SELECT * FROM unhealthy;
SELECT * FROM unhealthy;
SELECT pg_tviews_install_stmt_triggers() > 0 AS installed;
SELECT * FROM unhealthy;
-- Metadata that are gone, and lineage without a TVIEW.
BEGIN;
SET LOCAL session_replication_role = replica;
DELETE FROM pg_tview_meta WHERE entity = 'user';
SELECT check_name, status, details FROM unhealthy WHERE check_name = 'registration';
ROLLBACK;
-- What is done while the event triggers are off.
BEGIN;
ALTER EVENT TRIGGER pg_tviews_create_table_as DISABLE;
ALTER EVENT TRIGGER pg_tviews_ddl_end DISABLE;
ALTER EVENT TRIGGER pg_tviews_ddl_start DISABLE;
SELECT * FROM unhealthy;
ALTER TABLE tv_post ADD COLUMN extra int;
ALTER VIEW v_user OWNER TO regress_tviews_operator;
ALTER TABLE post SET UNLOGGED;
CREATE TABLE more_users () INHERITS (users);
SELECT * FROM unhealthy WHERE check_name IN ('columns', 'owners', 'crash safety', 'partitions');
ALTER EVENT TRIGGER pg_tviews_drop DISABLE;
DROP VIEW v_post;
SELECT * FROM unhealthy WHERE check_name IN ('event triggers', 'objects');
ROLLBACK;
BEGIN;
UPDATE pg_extension SET extversion = '0.1.0-alpha' WHERE extname = 'pg_tviews';
SELECT status, replace(details, pg_tviews_version(), '?') AS details FROM unhealthy WHERE check_name = 'version';
ROLLBACK;
BEGIN;
SELECT pg_tviews_create('clock', 'SELECT pk_user AS pk_clock, now() AS now FROM users', '{"allow_volatile": true}');
SELECT * FROM unhealthy;
ROLLBACK;
SELECT * FROM unhealthy;
-- A source of strategy full that is written much. What was loaded once does not count.
CREATE TABLE score (id int PRIMARY KEY, points int);
INSERT INTO score SELECT g, g FROM generate_series(1, 3000) g;
SELECT pg_tviews_create('rank', 'SELECT id AS pk_rank, row_number() OVER (ORDER BY points DESC, id) AS place FROM score');
SELECT pg_stat_force_next_flush();
SELECT * FROM unhealthy;
UPDATE score SET points = points + 1;
UPDATE score SET points = points + 1;
UPDATE score SET points = points + 1;
UPDATE score SET points = points + 1;
SELECT pg_stat_force_next_flush();
SELECT * FROM unhealthy;
SELECT pg_tviews_drop('rank');
-- Bloat.
ALTER TABLE tv_post SET (autovacuum_enabled = off);
INSERT INTO post SELECT g, 1, 'bulk' FROM generate_series(1001, 7000) g;
UPDATE post SET title = 'bulk 1' WHERE pk_post > 1000;
UPDATE post SET title = 'bulk 2' WHERE pk_post > 1000;
UPDATE post SET title = 'bulk 3' WHERE pk_post > 1000;
SELECT pg_stat_force_next_flush();
SELECT check_name, status, regexp_replace(details, '[0-9]+', 'n', 'g') AS details FROM unhealthy;
VACUUM tv_post;
SELECT pg_stat_force_next_flush();
SELECT * FROM unhealthy;

\c :regress_database
DROP DATABASE regress_tviews_monitoring;
DROP ROLE regress_tviews_operator;
