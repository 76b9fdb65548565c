-- Key types, single and composite, and what happens to a row whose key changes.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA keys;
SET search_path = keys, tviews;

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN code AS text CHECK (VALUE ~ '^[a-z]+$');
CREATE TYPE pair AS (a int, b text);
CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

-- One parent and two children for each type, made by a procedure so that every type meets the same writes.
CREATE PROCEDURE try_key(type_name text, a text, b text, c text) LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    RAISE NOTICE '--- %', type_name;
    EXECUTE format('CREATE TABLE parent (pk_parent %s PRIMARY KEY, name text)', type_name);
    EXECUTE format('CREATE TABLE child (pk_child int PRIMARY KEY, fk_parent %s REFERENCES parent ON UPDATE CASCADE ON DELETE CASCADE, name text)', type_name);
    CREATE INDEX ON child (fk_parent);
    EXECUTE format('INSERT INTO parent VALUES (%1$L, ''A''), (%2$L, ''B'')', a, b);
    EXECUTE format('INSERT INTO child VALUES (1, %1$L, ''one''), (2, %2$L, ''two'')', a, b);
    -- the key itself, children below it, and the parent reached from a child with another key
    PERFORM pg_tviews_create('parent', 'SELECT p.pk_parent, p.name, (SELECT jsonb_agg(c.name ORDER BY c.pk_child) FROM child c WHERE c.fk_parent = p.pk_parent) AS children FROM parent p');
    PERFORM pg_tviews_create('child', 'SELECT c.pk_child, c.name, p.name AS parent FROM child c LEFT JOIN parent p ON p.pk_parent = c.fk_parent');
    PERFORM pg_tviews_create('count', 'SELECT c.fk_parent AS pk_count, count(*) AS n FROM child c WHERE c.fk_parent IS NOT NULL GROUP BY c.fk_parent');
    FOR line IN SELECT format('%s %s', strategy, e.alias) FROM (VALUES ('parent'), ('child'), ('count')) t (n), LATERAL pg_tviews_explain(n) e LOOP
        RAISE NOTICE '%', line;
    END LOOP;
    COMMIT;
    EXECUTE format('INSERT INTO child VALUES (3, %L, ''three'')', a);
    COMMIT;
    CALL show('insert a child');
    EXECUTE format('UPDATE child SET fk_parent = %L WHERE pk_child = 3', b);
    COMMIT;
    CALL show('move it');
    EXECUTE format('UPDATE parent SET name = ''AA'' WHERE pk_parent = %L::%s', a, type_name);
    COMMIT;
    CALL show('rename the parent');
    EXECUTE format('UPDATE parent SET pk_parent = %L WHERE pk_parent = %L::%s', c, a, type_name);
    COMMIT;
    CALL show('change its key');
    EXECUTE format('DELETE FROM parent WHERE pk_parent = %L::%s', b, type_name);
    COMMIT;
    CALL show('delete the other');
    SET LOCAL client_min_messages = warning;
    DROP TABLE parent, child CASCADE;
END
$$;
CREATE PROCEDURE show(what text) LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE '%: % | % | % | %', what,
        (SELECT string_agg(concat_ws(' ', pk_parent, name, children), ', ' ORDER BY name) FROM tv_parent),
        (SELECT string_agg(concat_ws(' ', pk_child, name, parent), ', ' ORDER BY pk_child) FROM tv_child),
        (SELECT string_agg(concat_ws(' ', pk_count, n), ', ' ORDER BY pk_count) FROM tv_count),
        oracle.all('keys');
END
$$;

CALL try_key('smallint', '1', '-2', '32767');
CALL try_key('int', '1', '-2', '2147483647');
CALL try_key('bigint', '1', '-2', '9223372036854775807');
CALL try_key('uuid', '00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 'ffffffff-ffff-ffff-ffff-ffffffffffff');
CALL try_key('text', 'plain', 'it''s "quoted", {braced} \ NULL', '');
CALL try_key('varchar(10)', 'a', 'b', 'c');
CALL try_key('char(3)', 'a', 'b', 'c');
CALL try_key('name', 'a', 'b', 'c');
CALL try_key('date', '2024-02-29', 'infinity', '0001-01-01 BC');
CALL try_key('timestamp', '2024-02-29 12:00', 'infinity', '2024-02-29 12:00:00.000001');
CALL try_key('timestamptz', '2024-02-29 12:00+00', '-infinity', '2024-02-29 12:00:00.000001+00');
CALL try_key('interval', '1 day', '25 hours', '1 mon');
CALL try_key('numeric', '1.0', '1e-20', '12345678901234567890.123456789');
CALL try_key('numeric(6,2)', '1.0', '-1.25', '9999.99');
CALL try_key('real', '1.5', '-0.1', 'infinity');
CALL try_key('double precision', '0', '0.1', 'NaN');
CALL try_key('mood', 'sad', 'ok', 'happy');
CALL try_key('code', 'a', 'b', 'c');
CALL try_key('pair', '(1,a)', '(1,)', '(,)');
CALL try_key('int4range', '[1,5)', 'empty', '(,)');
CALL try_key('bytea', '\x00', '\x', '\xff');
CALL try_key('inet', '10.0.0.1', '10.0.0.0/8', '::1');
CALL try_key('bit varying', '101', '1', '0000');
CALL try_key('jsonb', '{"a": 1}', '[]', 'null');
CALL try_key('text COLLATE caseless', 'a', 'b', 'c');
CALL try_key('"char"', 'a', 'b', 'c');
CALL try_key('oid', '1', '4294967295', '0');
\pset tuples_only off
\pset format aligned

-- Values that are equal and yet differ: there is one row for them, and it shows what the view shows.
CREATE TABLE amount (pk_amount numeric PRIMARY KEY, note text);
CREATE TABLE part (pk_part int PRIMARY KEY, fk_amount numeric, note text);
INSERT INTO amount VALUES (1.0, 'one'), (2, 'two');
SELECT pg_tviews_create('amount', 'SELECT a.pk_amount, a.note, (SELECT array_agg(p.note ORDER BY p.pk_part) FROM part p WHERE p.fk_amount = a.pk_amount) AS parts FROM amount a');
INSERT INTO part VALUES (1, 1.00, 'p1'), (2, 1, 'p2'), (3, 2.000, 'p3');
UPDATE amount SET pk_amount = 1.000 WHERE pk_amount = 1;
UPDATE amount SET note = 'deux' WHERE pk_amount = 2.0000;
SELECT pk_amount, note, parts FROM tv_amount ORDER BY 1;
SELECT oracle.all();
CREATE TABLE word (pk_word text COLLATE caseless PRIMARY KEY, note text);
CREATE TABLE usage (pk_usage int PRIMARY KEY, fk_word text COLLATE caseless);
INSERT INTO word VALUES ('Abc', 'one');
SELECT pg_tviews_create('word', 'SELECT w.pk_word, w.note, (SELECT count(*) FROM usage u WHERE u.fk_word = w.pk_word) AS usages FROM word w');
INSERT INTO usage VALUES (1, 'ABC'), (2, 'abc'), (3, 'abd');
SELECT pk_word, note, usages FROM tv_word;
UPDATE word SET pk_word = 'aBC';
SELECT pk_word, note, usages FROM tv_word;
UPDATE word SET note = 'two' WHERE pk_word = 'ABC';
DELETE FROM usage WHERE fk_word = 'abc';
SELECT pk_word, note, usages FROM tv_word;
SELECT oracle.all();

-- Composite keys: any order, part of them in each source.
CREATE TABLE stock (shop int, "Item No" text, amount int, PRIMARY KEY (shop, "Item No"));
CREATE TABLE shop (pk_shop int PRIMARY KEY, name text);
CREATE TABLE sale (pk_sale int PRIMARY KEY, shop int, item text, sold date, FOREIGN KEY (shop, item) REFERENCES stock ON UPDATE CASCADE ON DELETE CASCADE);
INSERT INTO shop VALUES (1, 'north'), (2, 'south');
INSERT INTO stock VALUES (1, 'nail', 100), (1, 'bolt', 50), (2, 'nail', 10);
INSERT INTO sale VALUES (1, 1, 'nail', '2024-01-01'), (2, 1, 'nail', '2024-01-02');
SELECT pg_tviews_create('stock', $$
    SELECT s."Item No", s.shop, h.name, s.amount,
           (SELECT jsonb_agg(x.sold ORDER BY x.pk_sale) FROM sale x WHERE x.shop = s.shop AND x.item = s."Item No") AS sales
      FROM stock s JOIN shop h ON h.pk_shop = s.shop
$$, '{"key": ["Item No", "shop"]}');
\d tv_stock
SELECT source, alias, strategy, links FROM pg_tviews_explain('stock') ORDER BY alias COLLATE "C";
SELECT oracle.diff('tv_stock');
INSERT INTO sale VALUES (3, 2, 'nail', '2024-02-01');
SELECT oracle.diff('tv_stock');
UPDATE sale SET item = 'bolt' WHERE pk_sale = 2;
SELECT oracle.diff('tv_stock');
UPDATE shop SET name = 'North' WHERE pk_shop = 1;
SELECT oracle.diff('tv_stock');
UPDATE stock SET shop = 2 WHERE shop = 1 AND "Item No" = 'bolt';
SELECT oracle.diff('tv_stock');
DELETE FROM stock WHERE shop = 2;
SELECT oracle.diff('tv_stock');

-- Keys swap, shift and cycle within a statement and within a transaction.
CREATE TABLE seat (pk_seat int PRIMARY KEY DEFERRABLE INITIALLY IMMEDIATE, name text);
INSERT INTO seat SELECT n, 'guest ' || n FROM generate_series(1, 5) n;
SELECT pg_tviews_create('seat', 'SELECT pk_seat, name FROM seat');
SELECT oracle.diff('tv_seat');
UPDATE seat SET pk_seat = pk_seat % 5 + 1;
SELECT oracle.diff('tv_seat');
BEGIN;
UPDATE seat SET pk_seat = 100 WHERE pk_seat = 1;
UPDATE seat SET pk_seat = 1 WHERE pk_seat = 2;
UPDATE seat SET pk_seat = 2 WHERE pk_seat = 100;
COMMIT;
SELECT oracle.diff('tv_seat');
BEGIN;
DELETE FROM seat WHERE pk_seat = 3;
INSERT INTO seat VALUES (3, 'newcomer');
COMMIT;
SELECT oracle.diff('tv_seat');
BEGIN;
INSERT INTO seat VALUES (6, 'passing');
DELETE FROM seat WHERE pk_seat = 6;
COMMIT;
SELECT oracle.diff('tv_seat');
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA keys CASCADE;
