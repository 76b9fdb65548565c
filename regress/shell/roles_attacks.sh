#!/usr/bin/env bash
# Attacks on rights: a database owner on the owner of the extension (a superuser), the owner of a TVIEW on those who look at it or write what it
# reads, anybody on the TVIEWs of others. Each must be refused, or run with no more than the attacker's own rights. What
# hostile code would do with somebody else's rights is noted in the table "spoils" by the function "raid".
set -euo pipefail
. regress/shell/lib/common.sh

database=$PGDATABASE
roles=(roles_dba roles_mallory roles_victim roles_writer)
cleanup() {
    PGDATABASE=postgres dropdb --if-exists --force "$database"
    for role in "${roles[@]}"; do
        psql -X -q -d postgres -c "DROP ROLE IF EXISTS $role"
    done
}
trap cleanup EXIT
for role in "${roles[@]}"; do
    run -d postgres -c "DROP ROLE IF EXISTS $role" -c "CREATE ROLE $role LOGIN" 2>/dev/null
done
run -d postgres -c "ALTER DATABASE \"$database\" OWNER TO roles_dba"

# as ROLE: psql as that role, which goes on after errors; prints SQLSTATEs and messages of errors, and results.
as() {
    { psql -X -q -A -t -v VERBOSITY=verbose -v SHOW_CONTEXT=never -U "$@" 2>&1 || true; } |
        sed -e 's/^psql:.*: \(ERROR: \)/\1/' -e '/^\(LOCATION\|DETAIL\|HINT\|LINE [0-9]*\|NOTICE\|WARNING\): /d' -e '/^ *\^\{0,1\}$/d'
}

# refused WHAT OUTPUT SQLSTATE
refused() {
    case $2 in
        "ERROR:  $3:"*) printf 'ok: %s\n' "$1" ;;
        *) expect "$1" "$2" "ERROR:  $3: ..." ;;
    esac
}

run -U roles_dba <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
GRANT USAGE ON SCHEMA tviews TO PUBLIC;
CREATE SCHEMA app;
GRANT ALL ON SCHEMA app TO PUBLIC;
CREATE TABLE app.spoils (what text, rights name);
GRANT ALL ON app.spoils TO PUBLIC;
CREATE FUNCTION app.raid(what text, attacker name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_has_role(attacker, current_user, 'MEMBER') THEN
        INSERT INTO app.spoils VALUES (what, current_user);
    END IF;
END $$;
-- Leaves a table in the session it finds itself in.
CREATE FUNCTION app.plant(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TEMP TABLE %I (x int)', name);
    INSERT INTO app.spoils VALUES ('temporary table', session_user);
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END $$;
SQL
no_spoils() { expect "$1: nothing ran with other rights" "$(value 'SELECT * FROM app.spoils')" ''; }

echo '--- the owner of the database'
expect 'the extension is his' "$(value "SELECT extowner::regrole FROM pg_extension WHERE extname = 'pg_tviews'")" roles_dba
for object in 'FUNCTION tviews._pg_tviews_needs_row_capture(oid) RETURNS boolean LANGUAGE sql RETURN false' \
    'PROCEDURE tviews._pg_tviews_follow(oid) LANGUAGE sql BEGIN ATOMIC END' \
    'AGGREGATE tviews.pg_tviews_version(oid) (SFUNC = oidlarger, STYPE = oid)' \
    'DOMAIN tviews._pg_tviews_needs_row_capture AS oid' \
    'TYPE tviews._pg_tviews_is_live AS RANGE (SUBTYPE = oid)'; do
    refused "a look-alike: CREATE $object" "$(as roles_dba -c "CREATE $object" | head -n 1)" 42939
done
run -U roles_dba -c 'CREATE FUNCTION tviews.innocent(oid) RETURNS boolean LANGUAGE sql RETURN false' -c 'CREATE DOMAIN app._pg_tviews_is_live AS oid'
refused 'a look-alike by a new name' "$(as roles_dba -c 'ALTER FUNCTION tviews.innocent(oid) RENAME TO _pg_tviews_is_live')" 42939
refused 'a look-alike from another schema' "$(as roles_dba -c 'ALTER DOMAIN app._pg_tviews_is_live SET SCHEMA tviews')" 42939
run -U roles_dba -c 'ALTER EXTENSION pg_tviews ADD FUNCTION tviews.innocent(oid)'
refused 'a look-alike that is a member' "$(as roles_dba -c 'ALTER FUNCTION tviews.innocent(oid) RENAME TO _pg_tviews_is_live')" 42939
run -U roles_dba -c 'ALTER EXTENSION pg_tviews DROP FUNCTION tviews.innocent(oid)' -c 'DROP FUNCTION tviews.innocent(oid)' -c 'DROP DOMAIN app._pg_tviews_is_live'
refused "the schema's name for another schema" "$(as roles_dba -c 'ALTER SCHEMA tviews RENAME TO former')" 0A000
refused 'a body for a function' "$(as roles_dba -c "CREATE OR REPLACE FUNCTION tviews._pg_tviews_refuse_lookalikes() RETURNS void LANGUAGE plpgsql AS 'BEGIN END'")" 42501
refused 'a trigger on the metadata' "$(as roles_dba -c 'CREATE TRIGGER t BEFORE INSERT ON tviews.pg_tview_meta FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()')" 42501
refused 'an event trigger switched off' "$(as roles_dba -c 'ALTER EVENT TRIGGER pg_tviews_ddl_end DISABLE')" 42501
run -d postgres -c "CREATE DATABASE ${database}_early OWNER roles_dba"
run -U roles_dba -d "${database}_early" -c 'CREATE SCHEMA tviews' -c 'CREATE FUNCTION tviews._pg_tviews_needs_row_capture(oid) RETURNS boolean LANGUAGE sql RETURN false'
refused 'a look-alike that waits for the extension' "$(as roles_dba -d "${database}_early" -c 'CREATE EXTENSION pg_tviews SCHEMA tviews')" 42939
run -d postgres -c "DROP DATABASE ${database}_early"

echo '--- the owner of a TVIEW, and those who look at it'
run -U roles_mallory <<'SQL'
SET search_path = app, tviews;
CREATE TABLE bait (pk_bait int PRIMARY KEY, name text);
INSERT INTO bait VALUES (1, 'one'), (2, 'two');
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON bait TO PUBLIC;
CREATE FUNCTION bite(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM app.raid('definition', 'roles_mallory');
    RETURN $1;
END $$;
SELECT pg_tviews_create('bait', 'SELECT pk_bait, bite(name) AS name FROM bait') \g /dev/null
GRANT SELECT ON tv_bait, v_bait TO PUBLIC;
SQL
run -c 'UPDATE app.bait SET name = upper(name)' -c 'SELECT tviews.pg_tviews_refresh()' -c 'SELECT tviews.pg_tviews_recreate()' \
    -c 'SELECT tviews.pg_tviews_verify()' -c "SELECT tviews.pg_tviews_verify('app.bait', 1)" -c 'SELECT tviews.pg_tviews_health_check()' \
    -c 'SELECT tviews.pg_tviews_install_stmt_triggers()' -c 'ALTER TABLE app.bait ADD COLUMN more int' >/dev/null
run -U roles_victim -c 'SELECT tviews.pg_tviews_verify()' -c 'SELECT tviews.pg_tviews_health_check()' -c 'INSERT INTO app.bait VALUES (3)' >/dev/null
no_spoils 'a definition'
expect_true_views 'the bait' -U roles_mallory

# A function that changes the session it finds itself in, from within a flush and a comparison.
run -U roles_mallory <<'SQL'
SET search_path = app, tviews;
CREATE OR REPLACE FUNCTION bite(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    BEGIN
        PERFORM set_config('session_authorization', session_user, false);
        PERFORM app.raid('session_authorization', 'roles_mallory');
    EXCEPTION WHEN OTHERS THEN NULL; END;
    BEGIN
        PERFORM set_config('role', 'none', false);
        PERFORM app.raid('role', 'roles_mallory');
    EXCEPTION WHEN OTHERS THEN NULL; END;
    IF session_user <> 'roles_mallory' THEN
        PERFORM app.plant('bait');
    END IF;
    PERFORM set_config('search_path', 'hell', false), set_config('row_security', 'off', false);
    RETURN $1;
END $$;
SQL
expect 'settings of the session stay' "$(value "SET search_path = app; UPDATE bait SET name = name || '!'; SELECT tviews.pg_tviews_refresh() IS NOT NULL; SELECT count(*) > 0 FROM tviews.pg_tviews_health_check(); SELECT current_user, current_setting('search_path'), current_setting('row_security')")" 't
t
postgres|app|on'
no_spoils 'a flush'

echo '--- those who write what a TVIEW reads'
# An index of an expression is opened with the names as its owner has them, also by a flush that runs no statement.
run -U roles_victim <<'SQL'
SET search_path = app, tviews;
CREATE TABLE article (pk_article int PRIMARY KEY, title text);
CREATE TABLE remark (pk_remark int PRIMARY KEY, fk_article int);
GRANT SELECT, INSERT ON remark TO roles_writer;
INSERT INTO article VALUES (1, 'one');
CREATE FUNCTION folded(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
SELECT pg_tviews_create('article', 'SELECT a.pk_article, jsonb_build_object(''title'', a.title, ''n'', (SELECT count(*) FROM remark r WHERE r.fk_article = a.pk_article)) AS data FROM article a') \g /dev/null
CREATE INDEX ON tv_article (app.folded(data ->> 'title'));
SQL
run -c 'CREATE SCHEMA writer AUTHORIZATION roles_writer'
run -U roles_writer <<'SQL'
GRANT USAGE ON SCHEMA writer TO PUBLIC;
CREATE FUNCTION writer.raid() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM app.raid('index', 'roles_writer'); END $$;
CREATE FUNCTION writer.lower(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM writer.raid(); RETURN pg_catalog.lower($1); END $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA writer TO PUBLIC;
SQL
run -U roles_writer -c 'SET search_path = writer, pg_catalog' -c 'INSERT INTO app.remark VALUES (1, 1)'
expect 'the writer has written' "$(value "SELECT data -> 'n' FROM app.tv_article")" 1
no_spoils 'an index'
run -U roles_victim -c "SELECT tviews.pg_tviews_drop('app.article')" >/dev/null

# Metadata that the owner of a TVIEW writes.
run -U roles_mallory -c "UPDATE tviews.pg_tview_meta SET settings = '{\"session_replication_role\": \"replica\", \"role\": \"roles_mallory\", \"row_security\": \"off\"}'"
expect 'a TVIEW sets no settings but those that print' "$(value "BEGIN; SELECT count(*) FROM tviews.pg_tviews_verify(); SELECT count(*) > 9 FROM tviews.pg_tviews_health_check(); UPDATE app.bait SET name = 'x'; SELECT current_user, current_setting('session_replication_role'), current_setting('row_security'); COMMIT")" '1
t
postgres|origin|on'
expect_true_views 'the bait' -U roles_mallory
run -U roles_mallory -c "UPDATE tviews.pg_tview_meta SET options = '{\"create_indexes\": true}', definition = 'SELECT 1 AS pk_bait; SELECT app.raid(''metadata'', ''roles_mallory'')'" \
    -c "INSERT INTO tviews.pg_tview_helpers (table_oid, entity, occurrence, source, alias, strategy, reason, missing_index) VALUES ('app.tv_bait', 'bait', 99, 'app.bait', 'b', 'key', '', 'SELECT app.raid(''index'', ''roles_mallory'')')"
run -c 'SELECT tviews.pg_tviews_recreate()' >/dev/null
no_spoils 'metadata'

# A row that outlives its objects: written while another session drops them.
run -U roles_mallory -c "SET client_min_messages = warning; CREATE TABLE app.tv_ghost (pk_ghost int PRIMARY KEY, updated_at timestamptz); CREATE VIEW app.v_ghost AS SELECT 1 AS pk_ghost"
ghost="INSERT INTO tviews.pg_tview_meta (entity, schema, table_oid, view_oid, key_columns, definition, relations, fingerprint, plan)
    VALUES ('ghost', 'app', 'app.tv_ghost', 'app.v_ghost', '{pk_ghost}', 'SELECT 1 AS pk_ghost; SELECT app.raid(''ghost'', ''roles_mallory'')', '{}', '', '{}')"
mkfifo "$PG_TVIEWS_SERVER/ghost" 2>/dev/null || true
psql -X -q -U roles_mallory <"$PG_TVIEWS_SERVER/ghost" >/dev/null 2>&1 &
ghost_session=$!
exec 7>"$PG_TVIEWS_SERVER/ghost"
printf 'BEGIN; %s;\n' "$ghost" >&7
for _ in $(seq 100); do
    [ "$(value "SELECT count(*) FROM pg_stat_activity WHERE usename = 'roles_mallory' AND state = 'idle in transaction' AND query LIKE 'INSERT%'")" = 0 ] || break
    sleep 0.1
done
run -U roles_mallory -c 'DROP VIEW app.v_ghost' -c 'DROP TABLE app.tv_ghost'
printf 'COMMIT;\n' >&7
exec 7>&-
wait "$ghost_session"
rm -f "$PG_TVIEWS_SERVER/ghost"
expect 'the ghost is there' "$(value "SELECT count(*) FROM tviews.pg_tview_meta WHERE entity = 'ghost'")" 1
refused 'pg_tviews_recreate() by a superuser of what nobody owns' "$(as postgres -c 'SELECT tviews.pg_tviews_recreate()')" 42501
no_spoils 'a ghost'
expect 'the health check names it' "$(value "SELECT details FROM tviews.pg_tviews_health_check() WHERE check_name = 'objects'")" 'table or view is gone: app.tv_ghost'
run -c "DELETE FROM tviews.pg_tview_meta WHERE entity = 'ghost'"

# A column that only a domain of the owner's fits, for somebody else to fit.
run -U roles_mallory <<'SQL'
SET search_path = app, tviews;
CREATE DOMAIN trap AS int CHECK (app.raid('domain', 'roles_mallory') IS NOT NULL);
CREATE TABLE lure (pk_lure int PRIMARY KEY);
INSERT INTO lure VALUES (1);
SELECT pg_tviews_create('lure', 'SELECT pk_lure, 1 AS trap FROM lure') \g /dev/null
SQL
refused 'pg_tviews_replace() by a superuser with a domain' "$(as postgres -c "SELECT tviews.pg_tviews_replace('app.lure', 'SELECT pk_lure, 1::app.trap AS trap FROM app.lure')")" 42501
run -U roles_mallory -c "SELECT tviews.pg_tviews_replace('app.lure', 'SELECT pk_lure, 1::app.trap AS trap FROM app.lure')" \
    -c 'ALTER TABLE app.lure DISABLE TRIGGER pg_tviews_update' -c 'ALTER TABLE app.tv_lure ALTER COLUMN trap TYPE text' >/dev/null
as postgres -c "SELECT tviews.pg_tviews_recreate('app.lure')" >/dev/null
no_spoils 'a domain'
run -U roles_mallory -c "SELECT tviews.pg_tviews_drop('app.lure')" -c 'DROP TABLE app.lure' -c 'DROP DOMAIN app.trap' >/dev/null

echo '--- anybody, and the TVIEWs of others'
run -U roles_victim <<'SQL'
SET search_path = app, tviews;
CREATE TABLE good (pk_good int, name text, PRIMARY KEY (pk_good)) PARTITION BY LIST (pk_good);
CREATE TABLE good_1 PARTITION OF good FOR VALUES IN (1, 2, 3);
CREATE TABLE good_2 PARTITION OF good DEFAULT;
INSERT INTO good VALUES (1, 'one'), (4, 'four');
SELECT pg_tviews_create('good', 'SELECT pk_good, name FROM good') \g /dev/null
GRANT SELECT ON good, tv_good, v_good TO PUBLIC;
SQL
for command in "UPDATE tviews.pg_tview_meta SET plan = '{}' WHERE entity = 'good'" \
    "DELETE FROM tviews.pg_tview_meta WHERE entity = 'good'" \
    "DELETE FROM tviews.pg_tview_helpers WHERE entity = 'good'" \
    "UPDATE tviews.pg_tview_meta SET view_oid = 'app.v_good' WHERE entity = 'bait'" \
    "UPDATE tviews.pg_tview_meta SET table_oid = 'app.tv_good' WHERE entity = 'bait'" \
    "UPDATE tviews.pg_tview_meta SET relations = relations || 'app.good'::regclass WHERE entity = 'bait'" \
    "UPDATE tviews.pg_tview_meta SET family = '{app.good}', options = '{\"capture\": \"row\"}' WHERE entity = 'bait'" \
    "SELECT tviews.pg_tviews_drop('app.good')" "SELECT tviews.pg_tviews_drop('app.good', true, true)" \
    "SELECT tviews.pg_tviews_replace('app.good', 'SELECT pk_good, name FROM app.good')" \
    "SELECT tviews.pg_tviews_recreate('app.good')" "SELECT tviews.pg_tviews_refresh('app.good')" \
    "SELECT tviews.pg_tviews_convert_table('app.good_1', 'good_1')" \
    "SELECT tviews._pg_tviews_lock('app.tv_good')" "SELECT tviews._pg_tviews_mark_whole('app.tv_good')" "SELECT tviews._pg_tviews_flush_whole('app.tv_good')" \
    "SELECT tviews._pg_tviews_forget('app.tv_good')" "SELECT tviews._pg_tviews_register('app.tv_good', 'app.v_good', '{pk_good}', '{}', '{}')" \
    "SELECT tviews._pg_tviews_derive('app.tv_good', true)" "SELECT tviews._pg_tviews_install_capture('app.good', true)" \
    "SELECT tviews.pg_tviews_cascade('app.good'::regclass, 1)" "SELECT tviews.pg_tviews_delete('app.good'::regclass, 99)" \
    "TRUNCATE tviews.pg_tviews_metrics" "DELETE FROM tviews.pg_tviews_metrics" "TRUNCATE tviews.pg_tview_meta" \
    "SELECT tviews._pg_tviews_record('{}')" "SELECT tviews._pg_tviews_derive_again()" "SELECT tviews._pg_tviews_register_restored('app.tv_good', '{}')" \
    "CREATE TRIGGER pg_tviews_guard BEFORE INSERT ON app.tv_good FOR EACH STATEMENT EXECUTE FUNCTION tviews._pg_tviews_guard()"; do
    refused "$command" "$(as roles_mallory -c "$command" | tail -n 1)" 42501
done
refused 'a view without SELECT' "$(run -U roles_victim -c 'REVOKE SELECT ON app.v_good FROM PUBLIC'; as roles_mallory -c "SELECT tviews._pg_tviews_compare('app.tv_good', NULL, true)")" 42501
run -U roles_victim -c 'GRANT SELECT ON app.v_good TO PUBLIC'
run -U roles_mallory -c "SELECT tviews._pg_tviews_prune_capture('{app.good,app.good_1,app.good_2}')" -c "SELECT tviews._pg_tviews_settle_capture('{app.good,app.good_1,app.good_2}')" \
    -c 'SELECT tviews._pg_tviews_renumber()' -c "SELECT tviews._pg_tviews_invalidate('app.good')" >/dev/null
run -U roles_victim -c "INSERT INTO app.good VALUES (2, 'two'), (5, 'five')" -c "UPDATE app.good SET name = upper(name)"
expect_true_views 'after the attacks' -U roles_mallory

# With the TRIGGER privilege, somebody may create triggers, but not put them in the place of the capture triggers.
run -U roles_victim -c 'GRANT TRIGGER ON app.good TO roles_mallory'
refused 'a capture trigger replaced' "$(as roles_mallory -c 'CREATE OR REPLACE TRIGGER pg_tviews_update AFTER UPDATE ON app.good FOR EACH STATEMENT EXECUTE FUNCTION suppress_redundant_updates_trigger()')" 2BP01
# Row capture of the parent alone would leave the statements on it unseen.
run -U roles_mallory -c "UPDATE tviews.pg_tview_meta SET relations = relations || 'app.good'::regclass, options = '{\"capture\": \"row\"}' WHERE entity = 'bait'" \
    -c "SELECT tviews._pg_tviews_settle_capture('{app.good}')" >/dev/null
run -U roles_victim -c "UPDATE app.good SET name = lower(name)" -c 'REVOKE TRIGGER ON app.good FROM roles_mallory'
expect_true_views 'after row capture for one table' -U roles_mallory
run -U roles_mallory -c "SET client_min_messages = warning; SELECT tviews.pg_tviews_drop('app.bait')" >/dev/null

# A guard that declares a TVIEW over a table which its owner may read, not watch.
run -U roles_mallory -c 'CREATE VIEW app.v_spy AS SELECT pk_good AS pk_spy, app.bite(name) AS name FROM app.good' -c 'CREATE TABLE app.tv_spy (pk_spy int PRIMARY KEY, name text, updated_at timestamptz NOT NULL DEFAULT now())' \
    -c "SET client_min_messages = error; CREATE TRIGGER pg_tviews_guard BEFORE INSERT ON app.tv_spy FOR EACH STATEMENT EXECUTE FUNCTION tviews._pg_tviews_guard('spy', '[\"pk_spy\"]', '{}', '{}')"
expect 'no TVIEW without the right to watch' "$(value "SELECT count(*) FROM tviews.pg_tview_meta WHERE entity = 'spy'")" 0
run -U roles_mallory -c 'DROP TABLE app.tv_spy' -c 'DROP VIEW app.v_spy'
no_spoils 'all of it'

echo '--- a chain of TVIEWs: the owner of the last may not reach those who write what the first reads'
run -U roles_victim <<'SQL'
GRANT SELECT, TRIGGER ON app.tv_good TO roles_mallory;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.good TO roles_writer;
SQL
run -U roles_mallory <<'SQL'
SET search_path = app, tviews;
CREATE OR REPLACE FUNCTION bite(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF session_user <> 'roles_mallory' THEN
        PERFORM app.plant('good');
    END IF;
    RETURN $1;
END $$;
SELECT pg_tviews_create('last', 'SELECT pk_good AS pk_last, bite(name) AS name FROM tv_good') \g /dev/null
CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM app.raid('deferred trigger', 'roles_mallory'); RETURN NULL; END $$;
SQL
run -U roles_writer -c "UPDATE app.good SET name = 'changed' WHERE pk_good = 1"
no_spoils 'a TVIEW of a TVIEW'
late='CREATE CONSTRAINT TRIGGER late AFTER INSERT OR UPDATE ON app.tv_last DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.at_commit()'
refused 'a deferred trigger' "$(as roles_mallory -c "$late")" 42501
refused 'a deferred constraint' "$(as roles_mallory -c 'ALTER TABLE app.tv_last ADD UNIQUE (name) DEFERRABLE')" 42501
expect_true_views 'the chain' -U roles_mallory
# Who could have a trigger on the first table anyway may have it. With the right taken away, the writes fail.
run -U roles_victim -c 'GRANT TRIGGER ON app.good TO roles_mallory'
run -U roles_mallory -c "$late" -c "CREATE OR REPLACE FUNCTION app.bite(text) RETURNS text LANGUAGE sql IMMUTABLE RETURN \$1"
run -U roles_writer -c "UPDATE app.good SET name = 'again' WHERE pk_good = 1"
expect_true_views 'the chain' -U roles_mallory
run -c 'TRUNCATE app.spoils'
run -U roles_victim -c 'REVOKE TRIGGER ON app.good FROM roles_mallory'
refused 'a deferred trigger whose right is gone' "$(as roles_writer -c "UPDATE app.good SET name = 'late' WHERE pk_good = 1")" 42501
no_spoils 'a deferred trigger'
expect_true_views 'the chain' -U roles_mallory

echo '--- names: a search_path that begins with traps, and identifiers that try to break out'
run -c 'CREATE SCHEMA hell AUTHORIZATION roles_mallory' -c "SET client_min_messages = warning; DROP TABLE app.tv_last" -c 'GRANT USAGE ON SCHEMA hell TO PUBLIC'
run -U roles_mallory <<'SQL'
SET search_path = hell;
CREATE FUNCTION trap(anyelement, anyelement) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM app.raid('operator', 'roles_mallory'); RETURN true; END $$;
CREATE FUNCTION trap(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM app.raid('operator', 'roles_mallory'); RETURN true; END $$;
CREATE FUNCTION spring(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM app.raid('operator', 'roles_mallory'); RETURN $1; END $$;
CREATE OPERATOR = (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = trap);
CREATE OPERATOR = (LEFTARG = text, RIGHTARG = text, FUNCTION = trap);
CREATE OPERATOR <> (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = trap);
CREATE OPERATOR || (LEFTARG = text, RIGHTARG = text, FUNCTION = spring);
CREATE FUNCTION format(text, VARIADIC text[]) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM app.raid('function', 'roles_mallory'); RETURN $1; END $$;
CREATE FUNCTION format(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM app.raid('function', 'roles_mallory'); RETURN $1; END $$;
CREATE FUNCTION current_schemas(boolean) RETURNS name[] LANGUAGE plpgsql AS $$ BEGIN PERFORM app.raid('function', 'roles_mallory'); RETURN '{hell}'; END $$;
CREATE FUNCTION current_schema() RETURNS name LANGUAGE plpgsql AS $$ BEGIN PERFORM app.raid('function', 'roles_mallory'); RETURN 'hell'; END $$;
CREATE TABLE pg_class (oid oid, relname name);
CREATE TABLE pg_tview_meta (entity text);
CREATE VIEW pg_trigger AS SELECT app.raid('view', 'roles_mallory')::text AS tgname;
CREATE DOMAIN regclass AS pg_catalog.regclass CHECK (app.raid('domain', 'roles_mallory') IS NOT NULL);
CREATE DOMAIN jsonb AS pg_catalog.jsonb CHECK (app.raid('domain', 'roles_mallory') IS NOT NULL);
GRANT ALL ON ALL TABLES IN SCHEMA hell TO PUBLIC;
SQL
PGOPTIONS='-c search_path=hell,pg_catalog,app,tviews' run >/dev/null 2>&1 <<'SQL' || echo 'an error among traps' >&2
SELECT pg_tviews_create('app.under', 'SELECT pk_good AS pk_under, name FROM app.good', '{"create_indexes": true}');
UPDATE good SET name = 'under' WHERE pk_good OPERATOR(pg_catalog.=) 1;
BEGIN;
DELETE FROM good WHERE pk_good OPERATOR(pg_catalog.=) 4;
TABLE tv_under;
COMMIT;
SELECT pg_tviews_replace('app.under', 'SELECT pk_good AS pk_under, name, 1 AS more FROM app.good');
SELECT pg_tviews_refresh(), pg_tviews_recreate(), pg_tviews_install_stmt_triggers(), pg_tviews_flush(), pg_tviews_queue_stats(), pg_tviews_graph();
SELECT * FROM pg_tviews_verify();
SELECT * FROM pg_tviews_health_check();
SELECT * FROM pg_tviews_explain('under');
SELECT pg_tviews_analyze_select('SELECT pk_good, name FROM app.good');
SELECT pg_tviews_infer_types('good', NULL);
SELECT pg_tviews_cascade('app.good'::pg_catalog.regclass, 1);
SELECT * FROM pg_tviews_statistics;
SELECT * FROM pg_tviews_queue_realtime;
SELECT * FROM pg_tviews_cache_stats;
SELECT * FROM pg_tviews_performance_summary;
SELECT * FROM pg_tviews_recover_prepared_transactions();
SELECT pg_tviews_cleanup_metrics(7);
ALTER TABLE good ADD COLUMN after_all int;
CREATE TABLE app.tv_late AS SELECT pk_good AS pk_late, name FROM app.good;
SQL
no_spoils 'traps'
expect 'traps do not keep anything from being done' "$(value "SELECT string_agg(entity, ' ' ORDER BY entity) FROM tviews.pg_tview_meta")" 'good late under'
expect_true_views 'among traps'

run -d "$database" <<'SQL'
CREATE SCHEMA "a"";'b$$";
SET search_path = "a"";'b$$", tviews;
CREATE TABLE "t""; DROP TABLE app.good; --" ("pk_x""'); SELECT 1; --" int PRIMARY KEY, "fk'' $1 \ %s %I" int, "data}" text);
CREATE TABLE "p$$;'" ("pk""p" int PRIMARY KEY, "n'ame" text);
INSERT INTO "p$$;'" VALUES (1, 'one');
INSERT INTO "t""; DROP TABLE app.good; --" VALUES (1, 1, '$$');
SELECT pg_tviews_create('"x""''); SELECT 1; --"',
    $q$ SELECT t."pk_x""'); SELECT 1; --", t."data}" AS "d'""$$", p."n'ame" AS "n%s""" FROM "t""; DROP TABLE app.good; --" t LEFT JOIN "p$$;'" p ON p."pk""p" = t."fk'' $1 \ %s %I" $q$,
    '{"create_indexes": true}') \g /dev/null
UPDATE "p$$;'" SET "n'ame" = 'two';
INSERT INTO "t""; DROP TABLE app.good; --" VALUES (2, 1, '$$'), (3, 7, '');
ALTER TABLE "p$$;'" RENAME "n'ame" TO "'; $$""";
ALTER SCHEMA "a"";'b$$" RENAME TO "c'"";";
SET search_path = "c'"";", tviews;
UPDATE "p$$;'" SET "'; $$""" = 'three';
SQL
expect_true_views 'names'
expect 'every check is well' "$(value "SELECT check_name, details FROM tviews.pg_tviews_health_check() WHERE status <> 'OK'")" ''
