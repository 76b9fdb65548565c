-- The role that prometheus-postgres-exporter logs in as. Run in the database, by a superuser or the extension's owner with CREATEROLE:
--   psql -v schema=tviews -f exporter.sql
\set ON_ERROR_STOP on
SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tviews_exporter') AS is_new \gset
\if :is_new
CREATE ROLE tviews_exporter LOGIN;
\endif
GRANT pg_monitor TO tviews_exporter;
GRANT USAGE ON SCHEMA :"schema" TO tviews_exporter;
SELECT current_database() AS database \gset
ALTER ROLE tviews_exporter IN DATABASE :"database" SET search_path = :"schema";
-- What a scrape does in the database is not what it is to measure, and must not wait long.
ALTER ROLE tviews_exporter IN DATABASE :"database" SET statement_timeout = '30s';
