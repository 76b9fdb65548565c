-- Versions: up, down and up again, with TVIEWs and data in place, give the catalog of a fresh installation.
-- In a database of its own. What this prints is the record of what each step adds and removes.
\set SHOW_CONTEXT never
SELECT current_database() AS regress_database \gset
CREATE DATABASE regress_tviews_upgrade TEMPLATE template0;
\c regress_tviews_upgrade
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET check_function_bodies = off;

\set ECHO none
\i regress/upgrade/facts.sql
\set ECHO all

CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews VERSION '0.1.0-alpha';
SELECT facts.tables();
GRANT SELECT ON app.tv_post TO PUBLIC;
CREATE INDEX own_index ON app.tv_post (name);
INSERT INTO facts.seen SELECT '0.1.0-alpha', * FROM facts.now();

-- The library with the SQL of the first version.
SELECT facts.write();
SELECT * FROM facts.oracle();
SELECT check_name, status FROM tviews.pg_tviews_health_check() WHERE status <> 'OK';

-- Up.
ALTER EXTENSION pg_tviews UPDATE TO '0.1.0-beta.1';
INSERT INTO facts.seen SELECT '0.1.0-beta.1', * FROM facts.now();
SELECT facts.compare('0.1.0-alpha', '0.1.0-beta.1');
SELECT facts.write();
SELECT * FROM facts.oracle();
SELECT check_name, status, details FROM tviews.pg_tviews_health_check() WHERE status <> 'OK';
ALTER TABLE app.users RENAME COLUMN name TO full_name;
UPDATE app.users SET full_name = 'renamed' WHERE pk_user = 1;
ALTER TABLE app.users RENAME COLUMN full_name TO name;
SELECT * FROM facts.oracle();

-- Down: nothing of the later version is left, not in the TVIEWs either.
SELECT tviews.pg_tviews_uninstall_stmt_triggers();
ALTER EXTENSION pg_tviews UPDATE TO '0.1.0-alpha';
INSERT INTO facts.seen SELECT 'down', * FROM facts.now();
SELECT * FROM facts.differences('0.1.0-alpha', 'down');
SELECT facts.write();
SELECT * FROM facts.oracle();
ALTER TABLE app.users RENAME COLUMN name TO full_name;
UPDATE app.users SET full_name = 'renamed again' WHERE pk_user = 1;
ALTER TABLE app.users RENAME COLUMN full_name TO name;
SELECT * FROM facts.oracle();

-- Up again, rolled back, and in another session, whose caches are new.
BEGIN;
ALTER EXTENSION pg_tviews UPDATE;
SELECT facts.write();
SELECT * FROM facts.oracle();
ROLLBACK;
SELECT facts.write();
SELECT * FROM facts.oracle();
\c -
\set SHOW_CONTEXT never
SET client_min_messages = warning;
ALTER EXTENSION pg_tviews UPDATE;
INSERT INTO facts.seen SELECT 'up again', * FROM facts.now();
SELECT * FROM facts.differences('0.1.0-beta.1', 'up again');
SELECT facts.write();
SELECT * FROM facts.oracle();
SELECT check_name, status, details FROM tviews.pg_tviews_health_check() WHERE status <> 'OK';

-- A catalog the library does not know: a clear error instead of a stale TVIEW, and it can be mended.
UPDATE pg_extension SET extversion = '9.9.9' WHERE extname = 'pg_tviews';
\c -
\set SHOW_CONTEXT never
SET client_min_messages = warning;
UPDATE app.users SET name = 'unseen';
\echo :LAST_ERROR_SQLSTATE
SELECT check_name, status FROM tviews.pg_tviews_health_check() WHERE status <> 'OK';
UPDATE pg_extension SET extversion = '0.1.0-beta.1' WHERE extname = 'pg_tviews';
UPDATE app.users SET name = 'seen' WHERE pk_user = 2;
SELECT * FROM facts.oracle();

-- Fresh.
DROP EXTENSION pg_tviews CASCADE;
DROP SCHEMA app CASCADE;
CREATE EXTENSION pg_tviews SCHEMA tviews VERSION '0.1.0-beta.1';
SELECT facts.tables();
GRANT SELECT ON app.tv_post TO PUBLIC;
CREATE INDEX own_index ON app.tv_post (name);
INSERT INTO facts.seen SELECT 'fresh', * FROM facts.now();
SELECT * FROM facts.differences('fresh', '0.1.0-beta.1');
SELECT count(*) > 250 AS many_facts FROM facts.seen WHERE state = 'fresh';

\c :regress_database
DROP DATABASE regress_tviews_upgrade;
