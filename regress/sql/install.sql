-- Installing and dropping the extension, in a database of its own: other tests keep theirs.
\set SHOW_CONTEXT never
SELECT current_database() AS regress_database \gset
CREATE DATABASE regress_tviews_install TEMPLATE template0;
\c regress_tviews_install

-- Any schema will do, and nothing goes anywhere else.
CREATE SCHEMA "My Views";
CREATE EXTENSION pg_tviews SCHEMA "My Views";
SELECT e.extnamespace::regnamespace, e.extrelocatable, e.extversion = "My Views".pg_tviews_version() AS same_version
  FROM pg_extension e
 WHERE e.extname = 'pg_tviews';
-- Debian's servers do not list what is staged in another directory, from 15.20 and 17.12 on.
SELECT coalesce(bool_and(v.trusted AND v.superuser AND NOT v.relocatable AND a.default_version = v.version),
                current_setting('extension_destdir', true) <> '') AS as_declared
  FROM pg_available_extension_versions v JOIN pg_available_extensions a USING (name)
 WHERE v.name = 'pg_tviews' AND v.installed;
SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace) AS relations_in_public,
       (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace) AS functions_in_public;

-- Every object has a comment, every column of its tables and views too.
SELECT pg_describe_object(d.classid, d.objid, 0) AS without_comment
  FROM pg_depend d
 WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
   AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'pg_tviews')
   AND d.classid <> 'pg_type'::regclass -- row types
   AND obj_description(d.objid, d.classid::regclass::name) IS NULL
 ORDER BY 1;
SELECT a.attrelid::regclass AS relation, a.attname AS column_without_comment
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'v')
 WHERE c.relnamespace = '"My Views"'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
   AND col_description(a.attrelid, a.attnum) IS NULL
 ORDER BY 1, 2;
SELECT t.tgname AS trigger_without_comment
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = '"My Views"'::regnamespace AND NOT t.tgisinternal
   AND obj_description(t.oid, 'pg_trigger') IS NULL;
SELECT obj_description(oid, 'pg_extension') <> '' AS extension_is_described FROM pg_extension WHERE extname = 'pg_tviews';

-- Every setting is described.
SELECT "My Views".pg_tviews_flush();
SELECT count(*) > 0 AS has_settings, bool_and(short_desc <> '' AND extra_desc <> '') AS described
  FROM pg_settings WHERE name LIKE 'pg\_tviews.%';

-- Functions say which schemas they mean: those without a path of their own are in C or only pass the caller's on.
SELECT p.oid::regprocedure
  FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
 WHERE p.pronamespace = '"My Views"'::regnamespace AND l.lanname <> 'c' AND p.prokind <> 'a'
   AND NOT EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%')
 ORDER BY p.oid::regprocedure::text COLLATE "C";

-- It works from there, for TVIEWs in other schemas, whatever the search_path.
CREATE SCHEMA "App";
CREATE TABLE "App"."User" ("pk_User" int PRIMARY KEY, "Name" text);
INSERT INTO "App"."User" VALUES (1, 'Ann'), (2, 'Bob');
SET search_path = '';
SELECT "My Views".pg_tviews_create('"App"."User"', $$SELECT u."pk_User", jsonb_build_object('name', u."Name") AS data FROM "App"."User" u$$);
UPDATE "App"."User" SET "Name" = 'Anna' WHERE "pk_User" = 1;
INSERT INTO "App"."User" VALUES (3, 'Cid');
SELECT "pk_User", data FROM "App"."tv_User" ORDER BY 1;
SELECT * FROM "My Views".pg_tviews_verify();
SELECT * FROM "My Views".pg_tviews_health_check() WHERE status <> 'OK';
RESET search_path;

-- Twice in a database is an ordinary error, and it cannot be moved.
CREATE EXTENSION pg_tviews;
ALTER EXTENSION pg_tviews SET SCHEMA public;

-- A session that has never loaded the library drops it.
\c -
\set SHOW_CONTEXT never
\set VERBOSITY terse
DROP EXTENSION pg_tviews;
SELECT count(*) AS triggers FROM pg_trigger WHERE tgrelid = '"App"."User"'::regclass AND NOT tgisinternal;
SET client_min_messages = warning;
DROP EXTENSION pg_tviews CASCADE;
RESET client_min_messages;

-- Nothing that breaks a write is left; the tables stay with their rows, and can be written too.
SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE NOT tgisinternal;
SELECT evtname FROM pg_event_trigger;
SELECT count(*) AS functions FROM pg_proc WHERE pronamespace = '"My Views"'::regnamespace;
SELECT count(*) AS relations FROM pg_class WHERE relnamespace = '"My Views"'::regnamespace;
UPDATE "App"."User" SET "Name" = 'Ada' WHERE "pk_User" = 1;
INSERT INTO "App"."User" VALUES (4, 'Dan');
DELETE FROM "App"."User" WHERE "pk_User" = 2;
SELECT * FROM "App"."User" ORDER BY 1;
SELECT "pk_User", data FROM "App"."tv_User" ORDER BY 1;
SELECT "pk_User", data FROM "App"."v_User" ORDER BY 1;
UPDATE "App"."tv_User" SET data = '{}' WHERE "pk_User" = 3;
TRUNCATE "App"."User";
DROP TABLE "App"."tv_User";
DROP VIEW "App"."v_User";

-- Dropped by one session while the other has the library and plans loaded: the session that installed again goes on.
INSERT INTO "App"."User" VALUES (1, 'Ann');
CREATE EXTENSION pg_tviews;
SELECT pg_tviews_create('"App"."User"', $$SELECT u."pk_User", u."Name" FROM "App"."User" u$$);
UPDATE "App"."User" SET "Name" = 'Anna';
SELECT "pk_User", "Name" FROM "App"."tv_User";
BEGIN;
UPDATE "App"."User" SET "Name" = 'lost';
SET LOCAL client_min_messages = warning;
DROP EXTENSION pg_tviews CASCADE;
COMMIT;
UPDATE "App"."User" SET "Name" = 'Ada';
TABLE "App"."User";
DROP TABLE "App"."tv_User";
DROP VIEW "App"."v_User";

-- The drop is undone with its transaction: capture goes on, in this session too.
CREATE EXTENSION pg_tviews;
SELECT pg_tviews_create('"App"."User"', $$SELECT u."pk_User", u."Name" FROM "App"."User" u$$);
BEGIN;
SET LOCAL client_min_messages = warning;
DROP EXTENSION pg_tviews CASCADE;
UPDATE "App"."User" SET "Name" = 'not seen';
ROLLBACK;
UPDATE "App"."User" SET "Name" = 'seen';
SELECT "pk_User", "Name" FROM "App"."tv_User";
SELECT * FROM pg_tviews_verify();
SET client_min_messages = warning;
DROP EXTENSION pg_tviews CASCADE;
DROP SCHEMA "App" CASCADE;
RESET client_min_messages;

-- The owner of a database installs it without being superuser, and then needs nothing else.
CREATE ROLE regress_tviews_installer;
ALTER DATABASE regress_tviews_install OWNER TO regress_tviews_installer;
SET ROLE regress_tviews_installer;
CREATE SCHEMA app;
CREATE EXTENSION pg_tviews SCHEMA app;
SET search_path = app;
CREATE TABLE item (pk_item int PRIMARY KEY, name text);
SELECT pg_tviews_create('item', 'SELECT pk_item, name FROM item');
INSERT INTO item VALUES (1, 'one');
UPDATE item SET name = 'uno';
SELECT pk_item, name FROM tv_item;
SELECT * FROM pg_tviews_verify();
ALTER TABLE item RENAME COLUMN name TO label;
UPDATE item SET label = 'eins';
SELECT pk_item, name FROM tv_item;
SELECT * FROM pg_tviews_health_check() WHERE status <> 'OK';
DROP EXTENSION pg_tviews CASCADE;
INSERT INTO item VALUES (2, 'zwei');
TABLE item ORDER BY 1;

\c :regress_database
DROP DATABASE regress_tviews_install;
DROP ROLE regress_tviews_installer;
