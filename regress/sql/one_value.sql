-- Subqueries with one value for all rows of a view: what they read is of strategy full, but all of the TVIEW is compared only when
-- such a value has become another.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA one_value;
SET search_path = one_value, tviews;
-- Rows that the flushes since the last call have computed, and the verdict.
CREATE FUNCTION computed(tview regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    was bigint := coalesce(nullif(current_setting('one_value.' || tview, true), ''), '0');
    is_now bigint := (SELECT s.rows_read FROM pg_tviews_statistics s WHERE 'tv_' || s.entity = tview::text);
BEGIN
    PERFORM set_config('one_value.' || tview, is_now::text, false);
    RETURN is_now - was || ', ' || oracle.check(tview);
END
$$;
\set computed 'SELECT computed(''tv_item'');'
\set explain 'SELECT format(''%s %s: %s'', alias, strategy, reason) FROM pg_tviews_explain(:''entity'') ORDER BY alias COLLATE "C", reason COLLATE "C";'
\set kept 'SELECT queries FROM _pg_tviews_values WHERE table_oid = ''tv_item''::regclass;'
CREATE TABLE setting (name text, value int, note text);
CREATE TABLE calendar (day date, label text);
CREATE TABLE item (pk_item int PRIMARY KEY, amount int);
INSERT INTO setting VALUES ('factor', 10), ('most', 100);
INSERT INTO calendar VALUES ('2020-01-01', 'a'), ('2020-01-02', 'b');
INSERT INTO item SELECT g, g FROM generate_series(1, 5) g;
SELECT pg_tviews_create('item', $$
    SELECT i.pk_item, i.amount, (SELECT max(c.day) FROM calendar c) AS latest, s.n,
           (SELECT k.label FROM calendar k ORDER BY k.day DESC LIMIT 1) AS label
      FROM item i CROSS JOIN (SELECT count(*) AS n FROM setting t WHERE t.name = 'factor') s
     WHERE i.amount < (SELECT x.value FROM setting x WHERE x.name = 'most') AND EXISTS (SELECT FROM calendar e WHERE e.label IS NOT NULL)$$);
\set entity item
:explain
:kept
:computed
-- No value is another; then one is.
INSERT INTO calendar VALUES ('2019-01-01', 'c');
UPDATE calendar SET label = 'x' WHERE day = '2020-01-01';
DELETE FROM calendar WHERE day = '2019-01-01';
UPDATE setting SET value = 11 WHERE name = 'factor';
UPDATE setting SET note = 'unread';
:computed
INSERT INTO calendar VALUES ('2021-01-01', 'd');
:computed
UPDATE calendar SET label = 'e' WHERE day = '2021-01-01';
:computed
INSERT INTO setting VALUES ('factor', 3);
:computed
UPDATE calendar SET label = NULL WHERE day = '2021-01-01';
:computed
UPDATE calendar SET label = NULL;
:computed
UPDATE calendar SET label = 'f' WHERE day = '2020-01-01';
:computed
UPDATE setting SET value = 3 WHERE name = 'most';
:computed
UPDATE setting SET value = NULL WHERE name = 'most';
:computed
DELETE FROM setting WHERE name = 'most';
:computed
INSERT INTO setting VALUES ('most', 100);
:computed
-- Keys are brought up to date beside a value that stays, and computed with the rest when it does not.
BEGIN;
UPDATE item SET amount = 9 WHERE pk_item = 1;
INSERT INTO calendar VALUES ('2018-01-01', 'g');
COMMIT;
:computed
BEGIN;
UPDATE item SET amount = 10 WHERE pk_item = 1;
INSERT INTO calendar VALUES ('2022-01-01', 'h');
COMMIT;
:computed
-- There and back, with and without a look in between.
BEGIN;
UPDATE setting SET value = 3 WHERE name = 'most';
UPDATE setting SET value = 100 WHERE name = 'most';
COMMIT;
:computed
BEGIN;
UPDATE setting SET value = 3 WHERE name = 'most';
SELECT count(*) FROM tv_item;
UPDATE setting SET value = 100 WHERE name = 'most';
COMMIT;
:computed
-- Savepoints: what was found unchanged has changed after a rollback, what was written is not there any more.
BEGIN;
UPDATE setting SET value = 3 WHERE name = 'most';
SAVEPOINT a;
UPDATE setting SET value = 100 WHERE name = 'most';
SELECT count(*) FROM tv_item;
ROLLBACK TO a;
COMMIT;
SELECT count(*) FROM tv_item;
:computed
BEGIN;
SAVEPOINT a;
UPDATE setting SET value = 100 WHERE name = 'most';
SELECT count(*) FROM tv_item;
ROLLBACK TO a;
UPDATE setting SET note = 'x', value = 3 WHERE name = 'most';
SELECT count(*) FROM tv_item;
SAVEPOINT b;
UPDATE setting SET value = 100 WHERE name = 'most';
SELECT count(*) FROM tv_item;
RELEASE b;
SAVEPOINT c;
UPDATE setting SET value = 3 WHERE name = 'most';
SELECT count(*) FROM tv_item;
ROLLBACK TO c;
COMMIT;
SELECT count(*) FROM tv_item;
:computed
BEGIN;
UPDATE setting SET value = 3 WHERE name = 'most';
SELECT count(*) FROM tv_item;
ROLLBACK;
:computed
-- Of its own snapshot a transaction keeps no value: all is compared, and at the end again.
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE setting SET value = 4 WHERE name = 'most';
SELECT count(*) FROM tv_item;
:kept
UPDATE setting SET value = 100 WHERE name = 'most';
COMMIT;
:computed
BEGIN ISOLATION LEVEL SERIALIZABLE;
UPDATE setting SET value = 100 WHERE name = 'most';
COMMIT;
:computed
-- Statements that empty, rewrite or replace a source, in their transaction and after it.
BEGIN;
TRUNCATE calendar;
INSERT INTO calendar VALUES ('2022-01-01', 'h');
COMMIT;
:computed
BEGIN;
ALTER TABLE setting ALTER COLUMN note TYPE varchar(20) USING 'rewritten';
UPDATE setting SET value = 10 WHERE name = 'most';
COMMIT;
:computed
BEGIN;
TRUNCATE setting;
COMMIT;
:computed
INSERT INTO setting VALUES ('most', 100), ('factor', 1);
:computed
ALTER TABLE setting RENAME TO settings;
ALTER TABLE settings RENAME COLUMN name TO key;
UPDATE settings SET value = 5 WHERE key = 'most';
:computed
UPDATE settings SET value = 5 WHERE key = 'most';
INSERT INTO calendar VALUES ('2017-01-01', 'g');
:computed
-- Whatever else computes all rows keeps the values, too.
SET session_replication_role = replica;
UPDATE settings SET value = 100 WHERE key = 'most';
RESET session_replication_role;
SELECT pg_tviews_refresh('item');
UPDATE settings SET value = 5 WHERE key = 'most';
:computed
-- A row that is computed while a statement runs shows a value that was another before and is after.
INSERT INTO settings VALUES ('second', 1);
UPDATE settings SET value = 100 WHERE key = 'most';
CREATE FUNCTION look() RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT count(*) >= 0 FROM tv_item';
:computed
BEGIN;
UPDATE item SET amount = 7 WHERE pk_item = 2;
UPDATE settings SET key = CASE key WHEN 'second' THEN 'factor' ELSE 'second' END
 WHERE key = 'factor' OR key = 'second' AND look() RETURNING key;
COMMIT;
:computed
-- Two rows where there may be one: the view fails, and so does who makes it so.
INSERT INTO settings VALUES ('most', 7);
:computed
TRUNCATE item;
INSERT INTO settings VALUES ('most', 7);
:computed
INSERT INTO item VALUES (1, 1);
DELETE FROM settings WHERE value = 7;
INSERT INTO item VALUES (1, 1);
:computed

-- A value that looks different is another: of equal numbers, texts and documents.
CREATE TABLE rate (day date PRIMARY KEY, number numeric, word text, document jsonb, list int[]);
INSERT INTO rate VALUES ('2020-01-01', 1.0, 'x', '{"a": 1}', '{1}');
SELECT pg_tviews_create('priced', $$
    SELECT i.pk_item AS pk_priced, (SELECT r.number FROM rate r ORDER BY r.day DESC LIMIT 1) AS number,
           (SELECT max(r.word) FROM rate r) AS word, (SELECT r.document FROM rate r WHERE r.day = '2020-01-01') AS document,
           (SELECT max(r.list) FROM rate r) AS list
      FROM item i$$);
SELECT oracle.diff('tv_priced');
UPDATE rate SET number = 1.00;
SELECT oracle.diff('tv_priced');
UPDATE rate SET document = '{"a": 1.0}';
SELECT oracle.diff('tv_priced');
UPDATE rate SET word = repeat('long', 5000), list = '[0:0]={1}';
SELECT md5(word), list FROM tv_priced;
SELECT oracle.check('tv_priced');
SELECT oracle.mark('tv_priced');
UPDATE rate SET word = word || '', list = '[0:0]={1}', number = 1.00, document = '{"a": 1.0}';
SELECT oracle.written('tv_priced'), oracle.check('tv_priced');
INSERT INTO rate VALUES ('2021-01-01', NULL, NULL, NULL, NULL);
SELECT number, oracle.check('tv_priced') FROM tv_priced;

-- A constant means the same, whatever the settings of the session are that derives the plan.
CREATE TABLE event (day date, span interval, speed float8);
SELECT pg_tviews_create('dated', $$
    SELECT i.pk_item AS pk_dated, (SELECT count(*) FROM event e WHERE e.day = '2020-02-01') AS days,
           (SELECT count(*) FROM event e WHERE e.span = '-1 mon 2 days'::interval) AS spans,
           (SELECT count(*) FROM event e WHERE e.speed = '0.12345678901'::float8) AS speeds
      FROM item i$$);
SET DateStyle = 'SQL, DMY';
SET IntervalStyle = sql_standard;
SET extra_float_digits = -10;
ALTER TABLE event RENAME COLUMN speed TO velocity;
RESET DateStyle;
RESET IntervalStyle;
RESET extra_float_digits;
SELECT o ->> 'value' FROM pg_tview_meta m, jsonb_array_elements(m.plan::jsonb -> 'occurrences') o WHERE m.entity = 'dated' AND o ? 'value' ORDER BY 1;
INSERT INTO event VALUES ('2020-02-01', '-1 mon 2 days', 0.12345678901);
SELECT DISTINCT days, spans, speeds, oracle.check('tv_dated') FROM tv_dated;
-- Nor is what is created anew another view.
SET session_replication_role = replica;
DROP VIEW v_dated;
RESET session_replication_role;
SELECT pg_tviews_recreate('dated');
SELECT DISTINCT days, spans, speeds, oracle.check('tv_dated') FROM tv_dated;
SELECT pg_tviews_drop('dated');

-- A TVIEW below: its rows count as they are written.
SELECT pg_tviews_create('above', 'SELECT i.pk_item AS pk_above, (SELECT max(t.amount) FROM tv_item t) AS most FROM item i');
SELECT computed('tv_above');
INSERT INTO item VALUES (2, 2), (3, 3);
SELECT computed('tv_above');
INSERT INTO settings VALUES ('unread', 1);
UPDATE settings SET value = 3 WHERE key = 'most';
SELECT computed('tv_above');
UPDATE item SET amount = amount WHERE pk_item = 1;
UPDATE item SET amount = 0 WHERE pk_item = 1;
SELECT computed('tv_above');
SELECT oracle.all();

-- While a plan has no value nothing is kept: one that comes back finds nothing that was before.
SELECT pg_tviews_create('lost', 'SELECT i.pk_item AS pk_lost, (SELECT max(r.day) FROM rate r) AS day FROM item i');
CREATE TABLE stored AS SELECT plan FROM pg_tview_meta WHERE entity = 'lost';
UPDATE pg_tview_meta SET plan = plan #- '{occurrences,1,value}' WHERE entity = 'lost';
\c -
SET search_path = one_value, tviews;
INSERT INTO rate VALUES ('2022-01-01');
UPDATE pg_tview_meta SET plan = s.plan FROM stored s WHERE entity = 'lost';
\c -
SET search_path = one_value, tviews;
DELETE FROM rate WHERE day = '2022-01-01';
SELECT oracle.check('tv_lost');
SELECT pg_tviews_drop('lost');

-- What is kept is nobody's to write or read, and goes with the TVIEW.
CREATE ROLE one_value_user;
SET ROLE one_value_user;
TABLE tviews._pg_tviews_values;
DELETE FROM tviews._pg_tviews_values;
RESET ROLE;
DROP ROLE one_value_user;
SELECT pg_tviews_drop('above');
SELECT pg_tviews_drop('item');
SELECT count(*) FROM _pg_tviews_values v LEFT JOIN pg_class c ON c.oid = v.table_oid WHERE c.oid IS NULL;
SET client_min_messages = warning;
DROP SCHEMA one_value CASCADE;
