-- Columns that stand in a document as they stand in the row with its key: an update writes what was captured, and does not ask the view.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA patch_copies;
SET search_path = patch_copies, tviews;
CREATE ROLE patch_copies_owner;
GRANT USAGE, CREATE ON SCHEMA patch_copies TO patch_copies_owner;
CREATE TABLE author (pk_author int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_author int, title text, body text, views bigint, open boolean);
CREATE INDEX ON post (fk_author);
INSERT INTO author VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO post VALUES (1, 1, 'one', 'first', 0, true), (2, 1, 'two', NULL, NULL, false), (3, 2, 'three', 'third', 7, true);
GRANT SELECT ON author, post TO patch_copies_owner;
GRANT TRIGGER ON author, post TO patch_copies_owner;
SET ROLE patch_copies_owner;
SELECT pg_tviews_create('post', $$
    SELECT p.pk_post, jsonb_build_object('title', p.title, 'again', jsonb_build_object('title', p.title), 'body', p.body, 'views', p.views,
           'upper', upper(p.body), 'author', a.name) AS data
      FROM post p LEFT JOIN author a ON a.pk_author = p.fk_author WHERE p.open$$);
RESET ROLE;
SELECT unnest(patched) FROM pg_tviews_explain('post') WHERE alias = 'p';
SELECT oracle.diff('tv_post');
-- Whoever asks the view fails from here on.
REVOKE SELECT ON author FROM patch_copies_owner;
UPDATE post SET title = 'eins' WHERE pk_post = 1;
UPDATE post SET views = views + 1, title = NULL WHERE pk_post IN (1, 3);
UPDATE post SET views = NULL WHERE pk_post = 3;
BEGIN;
UPDATE post SET views = 5 WHERE pk_post = 1;
SELECT data -> 'views' FROM tv_post WHERE pk_post = 1;
COMMIT;
INSERT INTO post VALUES (1, 1, 'x') ON CONFLICT (pk_post) DO UPDATE SET title = excluded.title;
MERGE INTO post p USING author a ON p.pk_post = a.pk_author WHEN MATCHED AND p.open THEN UPDATE SET views = 9;
SELECT pk_post, data FROM tv_post ORDER BY pk_post;
-- These ask the view: an expression reads the column, the row comes again, was computed in this transaction, or its savepoint rolled back.
UPDATE post SET body = 'neu' WHERE pk_post = 1;
BEGIN;
UPDATE post SET title = 'a' WHERE pk_post = 1;
UPDATE post SET title = 'b' WHERE pk_post = 1;
COMMIT;
BEGIN;
UPDATE post SET title = 'a' WHERE pk_post = 1;
SELECT count(*) FROM tv_post;
UPDATE post SET title = 'b' WHERE pk_post = 1;
COMMIT;
BEGIN;
UPDATE post SET title = 'a' WHERE pk_post = 1;
SAVEPOINT s;
ROLLBACK TO s;
COMMIT;
-- A row that the view lacks is asked for, too, when what keeps it out is no constant.
GRANT SELECT ON author TO patch_copies_owner;
SELECT oracle.diff('tv_post');
UPDATE post SET title = 'hidden' WHERE pk_post = 2;
SELECT oracle.diff('tv_post');

-- The same, and it comes out right: each row more than once, in every order that triggers make of it.
BEGIN;
UPDATE post SET title = 'a', views = 1 WHERE pk_post = 1;
UPDATE post SET title = 'b' WHERE pk_post = 1;
UPDATE post SET views = 2 WHERE pk_post = 3;
COMMIT;
SELECT oracle.diff('tv_post');
BEGIN;
UPDATE post SET title = 'c' WHERE pk_post = 1;
SAVEPOINT s;
UPDATE post SET title = 'd' WHERE pk_post = 1;
UPDATE post SET title = 'e' WHERE pk_post = 3;
ROLLBACK TO s;
COMMIT;
SELECT oracle.diff('tv_post');
BEGIN;
SAVEPOINT s;
UPDATE post SET title = 'd' WHERE pk_post = 1;
ROLLBACK TO s;
UPDATE post SET title = 'f' WHERE pk_post = 3;
COMMIT;
SELECT oracle.diff('tv_post');
BEGIN;
UPDATE post SET title = 'g' WHERE pk_post = 1;
UPDATE post SET pk_post = 11 WHERE pk_post = 1;
UPDATE post SET title = 'h' WHERE pk_post = 11;
UPDATE post SET title = 'i' WHERE pk_post = 3;
DELETE FROM post WHERE pk_post = 3;
INSERT INTO post VALUES (3, 1, 'j', NULL, 1, true);
COMMIT;
SELECT oracle.diff('tv_post');
BEGIN;
UPDATE post SET title = 'k' WHERE pk_post = 3;
UPDATE post SET open = false WHERE pk_post = 3;
COMMIT;
SELECT oracle.diff('tv_post');
BEGIN;
UPDATE post SET title = 'l' WHERE pk_post = 3;
UPDATE post SET open = true WHERE pk_post = 3;
UPDATE author SET name = 'Anna' WHERE pk_author = 1;
COMMIT;
SELECT oracle.diff('tv_post');
-- Statements within one another are captured from the inside out.
CREATE FUNCTION nested() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 THEN
        UPDATE post SET title = NEW.title || ' nested' WHERE pk_post = NEW.pk_post;
        IF NEW.views = 100 THEN
            BEGIN
                UPDATE post SET title = 'undone' WHERE pk_post = NEW.pk_post;
                RAISE division_by_zero;
            EXCEPTION WHEN division_by_zero THEN NULL;
            END;
        ELSIF NEW.views = 101 THEN
            PERFORM count(*) FROM tv_post;
        END IF;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER nested AFTER UPDATE OF title ON post FOR EACH ROW EXECUTE FUNCTION nested();
UPDATE post SET title = 'm' WHERE pk_post = 11;
SELECT oracle.diff('tv_post');
UPDATE post SET title = 'n', views = 100 WHERE pk_post = 11;
SELECT oracle.diff('tv_post');
UPDATE post SET title = 'o', views = 101 WHERE pk_post = 11;
SELECT oracle.diff('tv_post');
DROP TRIGGER nested ON post;
-- Isolation levels, and a prepared transaction's end is that of any.
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE post SET title = 'p' WHERE pk_post = 11;
SELECT data -> 'title' FROM tv_post WHERE pk_post = 11;
UPDATE post SET title = 'q' WHERE pk_post = 11;
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
UPDATE post SET title = 'r' WHERE pk_post = 3;
COMMIT;
SELECT oracle.diff('tv_post');
-- More than is kept.
UPDATE post SET title = repeat('long ', 1000000) WHERE pk_post = 11;
UPDATE post SET title = repeat('long ', 1000000) || pk_post;
SELECT md5(data::text), oracle.check('tv_post') FROM tv_post ORDER BY pk_post;
-- Someone has written the document: what does not fit is computed anew.
SET session_replication_role = replica;
UPDATE tv_post SET data = '{"title": 1}' WHERE pk_post = 3;
DELETE FROM tv_post WHERE pk_post = 11;
RESET session_replication_role;
UPDATE post SET title = 't' || pk_post;
SELECT data #>> '{again,title}', oracle.check('tv_post') FROM tv_post ORDER BY pk_post;

-- Types.
CREATE DOMAIN positive AS numeric CHECK (value > 0);
CREATE TABLE kinds (pk_kinds uuid PRIMARY KEY, b boolean, i2 int2, i4 int4, i8 int8, n numeric, n2 numeric(8, 2), t text, v varchar(20), c char(5), d date, ts timestamp,
    tz timestamptz, u uuid, j jsonb, p positive, tag text COLLATE "C", f float8, js json, a int[]);
INSERT INTO kinds (pk_kinds) VALUES ('00000000-0000-0000-0000-000000000001'), ('00000000-0000-0000-0000-000000000002');
SET timezone = 'Asia/Tokyo';
SELECT pg_tviews_create('kinds', $$
    SELECT k.pk_kinds, jsonb_build_object('b', k.b, 'i2', k.i2, 'i4', k.i4, 'i8', k.i8, 'n', k.n, 'n2', k.n2, 't', k.t, 'v', k.v, 'c', k.c, 'd', k.d, 'ts', k.ts,
           'tz', k.tz, 'u', k.u, 'j', k.j, 'p', k.p, 'tag', k.tag, 'f', k.f, 'js', k.js, 'a', k.a) AS data FROM kinds k$$);
SET timezone = 'UTC';
UPDATE kinds SET b = true, i2 = -32768, i4 = 2147483647, i8 = -9223372036854775808, n = 1.500, n2 = 1.5, t = E'a"\\\n\u00e9', v = '', c = 'x', d = '2024-02-29',
    ts = '2024-02-29 12:00:00.5', tz = '2024-02-29 12:00:00+00', u = pk_kinds, j = '{"b": [1, {"x": null}], "a": 1.0}', p = 0.10, tag = 'x';
SET timezone = 'Asia/Tokyo';
SELECT oracle.diff('tv_kinds');
SET timezone = 'UTC';
UPDATE kinds SET n = 'NaN', d = 'infinity', ts = '-infinity', tz = 'infinity', j = '"x"', t = repeat('t', 10000), v = NULL, n2 = 0 WHERE pk_kinds::text LIKE '%1';
UPDATE kinds SET n = '-Infinity', d = '0044-03-15 BC', j = '[]', i8 = 0, p = 1e30, b = false, tz = tz + interval '1 hour' WHERE pk_kinds::text LIKE '%2';
SET timezone = 'Asia/Tokyo';
SELECT data - 't', oracle.check('tv_kinds') FROM tv_kinds ORDER BY pk_kinds;
UPDATE kinds SET j = 'null', f = 0.1, js = '{"a":  1}', a = '{1,NULL}', t = t || 'x';
UPDATE kinds SET f = 'NaN', i4 = 1;
SELECT data - 't', oracle.check('tv_kinds') FROM tv_kinds ORDER BY pk_kinds;

-- A partitioned source whose parts have their columns elsewhere, rows that move, and a TVIEW above.
CREATE TABLE event (pk_event int, kind int, label text, note text, PRIMARY KEY (pk_event, kind)) PARTITION BY LIST (kind);
CREATE TABLE event_1 PARTITION OF event FOR VALUES IN (1);
CREATE TABLE event_2 (note text, extra int, label text, kind int NOT NULL, pk_event int NOT NULL, PRIMARY KEY (pk_event, kind));
ALTER TABLE event_2 DROP COLUMN extra;
ALTER TABLE event ATTACH PARTITION event_2 FOR VALUES IN (2);
INSERT INTO event VALUES (1, 1, 'a', 'x'), (2, 2, 'b', 'y'), (3, 2, 'c', 'z');
SELECT pg_tviews_create('event', 'SELECT e.pk_event, e.kind, jsonb_build_object(''label'', e.label, ''note'', e.note) AS data FROM event e', '{"key": ["pk_event", "kind"]}');
SELECT pg_tviews_create('above', 'SELECT e.pk_event AS pk_above, e.kind, jsonb_build_object(''data'', e.data, ''kind'', e.kind) AS data FROM tv_event e', '{"key": ["pk_above", "kind"]}');
UPDATE event SET label = label || '+';
UPDATE event_2 SET note = 'direct' WHERE pk_event = 3;
UPDATE event SET kind = 1, label = 'moved' WHERE pk_event = 2;
BEGIN;
UPDATE event SET label = 'p' WHERE pk_event = 3;
UPDATE event_2 SET label = 'q', note = 'r' WHERE pk_event = 3;
COMMIT;
SELECT oracle.diff('tv_event');
SELECT oracle.diff('tv_above');

-- A table with children, or whose key is not unique, is asked; as is one under policies.
CREATE TABLE parent (pk_parent int PRIMARY KEY, label text);
CREATE TABLE child (extra int) INHERITS (parent);
INSERT INTO parent VALUES (1, 'a');
INSERT INTO child VALUES (2, 'b', 1);
SELECT pg_tviews_create('parent', 'SELECT p.pk_parent, jsonb_build_object(''label'', p.label) AS data FROM parent p');
UPDATE parent SET label = label || '+';
UPDATE ONLY parent SET label = 'only';
UPDATE child SET label = 'child', extra = 2;
SELECT oracle.diff('tv_parent');
CREATE TABLE twice (k int NOT NULL, n int, label text);
INSERT INTO twice VALUES (1, 1, 'a'), (1, 2, 'b');
SELECT pg_tviews_create('twice', 'SELECT DISTINCT ON (t.k) t.k AS pk_twice, jsonb_build_object(''label'', t.label) AS data FROM twice t ORDER BY t.k, t.n');
UPDATE twice SET label = 'c' WHERE n = 2;
SELECT oracle.diff('tv_twice');
-- A row that leads to the key, over another: one that an update changes alone is copied to the keys it leads to.
CREATE TABLE land (pk_land int PRIMARY KEY, name text, code char(2));
CREATE TABLE city (pk_city int PRIMARY KEY, fk_land int REFERENCES land, name text);
CREATE TABLE gate (pk_gate int PRIMARY KEY);
CREATE TABLE person (pk_person int PRIMARY KEY, fk_city int REFERENCES city, fk_gate int REFERENCES gate, name text);
CREATE INDEX ON city (fk_land);
CREATE INDEX ON person (fk_city);
INSERT INTO land VALUES (1, 'Frankreich', 'FR'), (2, 'Deutschland', 'DE');
INSERT INTO city VALUES (1, 1, 'Lyon'), (2, 2, 'Bonn'), (3, NULL, 'Atlantis');
INSERT INTO gate VALUES (1);
INSERT INTO person VALUES (1, 1, 1, 'Ann'), (2, 2, 1, 'Bob'), (3, 2, 1, 'Cid'), (4, 3, 1, 'Dan'), (5, NULL, 1, 'Eve');
GRANT SELECT, TRIGGER ON land, city, gate, person TO patch_copies_owner;
SET ROLE patch_copies_owner;
SELECT pg_tviews_create('person', $$
    SELECT p.pk_person, jsonb_build_object('name', p.name, 'city', jsonb_build_object('name', c.name, 'land', jsonb_build_object('name', l.name, 'code', l.code))) AS data
      FROM person p JOIN gate g ON g.pk_gate = p.fk_gate JOIN city c ON c.pk_city = p.fk_city JOIN land l ON l.pk_land = c.fk_land$$);
SELECT pg_tviews_create('outer', $$
    SELECT p.pk_person AS pk_outer, jsonb_build_object('city', c.name, 'land', l.name) AS data
      FROM person p JOIN gate g ON g.pk_gate = p.fk_gate LEFT JOIN city c ON c.pk_city = p.fk_city LEFT JOIN land l ON l.pk_land = c.fk_land$$);
RESET ROLE;
-- Whoever asks a view fails from here on.
REVOKE SELECT ON gate FROM patch_copies_owner;
UPDATE city SET name = 'BONN' WHERE pk_city = 2;
UPDATE land SET name = 'DEUTSCHLAND' WHERE pk_land = 2;
UPDATE land SET name = NULL, code = NULL WHERE pk_land = 1;
UPDATE land SET name = 'FRANKREICH', code = 'XX' WHERE pk_land = 1;
BEGIN;
UPDATE land SET code = 'D' WHERE pk_land = 2;
SELECT pk_person, data -> 'city' FROM tv_person ORDER BY pk_person;
COMMIT;
SELECT pk_outer, data FROM tv_outer ORDER BY pk_outer;
-- These ask: a row that leads to a key the view lacks, several rows, one twice, one that was computed in this transaction, a rolled back savepoint.
UPDATE city SET name = 'ATLANTIS' WHERE pk_city = 3;
UPDATE city SET name = lower(name);
BEGIN;
UPDATE city SET name = 'a' WHERE pk_city = 1;
UPDATE city SET name = 'b' WHERE pk_city = 1;
COMMIT;
BEGIN;
UPDATE city SET name = 'a' WHERE pk_city = 1;
SELECT count(*) FROM tv_person;
SELECT count(*) FROM tv_outer;
UPDATE city SET name = 'b' WHERE pk_city = 1;
COMMIT;
BEGIN;
UPDATE city SET name = 'a' WHERE pk_city = 1;
SAVEPOINT s;
ROLLBACK TO s;
COMMIT;
GRANT SELECT ON gate TO patch_copies_owner;
SELECT oracle.diff('tv_person');
SELECT oracle.diff('tv_outer');
-- The same comes out right, and so do two levels at once and links that move with the name.
UPDATE city SET name = lower(name);
SELECT oracle.check('tv_person'), oracle.check('tv_outer');
BEGIN;
UPDATE city SET name = 'Lyon' WHERE pk_city = 1;
UPDATE city SET name = 'Lugdunum' WHERE pk_city = 1;
COMMIT;
SELECT oracle.check('tv_person'), oracle.check('tv_outer');
BEGIN;
UPDATE city SET name = 'Bonn' WHERE pk_city = 2;
UPDATE land SET name = 'BRD' WHERE pk_land = 2;
COMMIT;
SELECT oracle.check('tv_person'), oracle.check('tv_outer');
BEGIN;
UPDATE land SET name = 'Gallien' WHERE pk_land = 1;
UPDATE city SET fk_land = 1 WHERE pk_city = 2;
UPDATE person SET fk_city = 3 WHERE pk_person = 3;
INSERT INTO person VALUES (7, 2, 1, 'Gus');
DELETE FROM person WHERE pk_person = 1;
COMMIT;
SELECT oracle.check('tv_person'), oracle.check('tv_outer');
BEGIN;
UPDATE land SET name = 'Germanien' WHERE pk_land = 2;
SAVEPOINT s;
UPDATE city SET fk_land = 2 WHERE pk_city = 2;
UPDATE land SET name = 'undone' WHERE pk_land = 2;
ROLLBACK TO s;
UPDATE city SET fk_land = 2 WHERE pk_city = 1;
COMMIT;
SELECT oracle.check('tv_person'), oracle.check('tv_outer');
BEGIN;
UPDATE land SET name = 'both' WHERE pk_land = 2;
ALTER TABLE city DROP CONSTRAINT city_fk_land_fkey;
UPDATE land SET pk_land = 22 WHERE pk_land = 2;
UPDATE land SET name = 'moved' WHERE pk_land = 22;
COMMIT;
SELECT oracle.check('tv_person'), oracle.check('tv_outer');
BEGIN;
UPDATE land SET name = 'x' WHERE pk_land = 1;
DELETE FROM land WHERE pk_land = 1;
INSERT INTO land VALUES (1, 'new', 'NE'), (2, 'back', 'BA');
UPDATE land SET name = 'newer' WHERE pk_land = 1;
COMMIT;
SELECT oracle.diff('tv_person');
SELECT oracle.diff('tv_outer');
-- Someone has written the document, or the row is missing: it is computed anew.
SET session_replication_role = replica;
UPDATE tv_person SET data = '{"city": 1}' WHERE pk_person = 2;
DELETE FROM tv_person WHERE pk_person = 7;
RESET session_replication_role;
UPDATE city SET name = 'anew' WHERE pk_city = 2;
SELECT oracle.check('tv_person');
-- A source that the owner may not read is asked for.
REVOKE SELECT ON land FROM patch_copies_owner;
UPDATE land SET name = 'secret' WHERE pk_land = 1;
GRANT SELECT ON land TO patch_copies_owner;
SELECT oracle.check('tv_person'), oracle.check('tv_outer');

-- The keys that are found are not all of documents that show the row: an outer join that asks for more, rows of which another condition
-- chooses one, values that lead there and are no key.
CREATE TABLE item (pk_item int PRIMARY KEY, fk_shop int, shown boolean, slot int, label text);
CREATE TABLE shop (pk_shop int PRIMARY KEY, name text, town text, open boolean);
INSERT INTO shop VALUES (1, 'one', 'A', true), (2, 'two', 'B', false), (3, 'three', 'A', false);
INSERT INTO item VALUES (1, 1, true, 1, 'A'), (2, 1, false, 1, 'B'), (3, 2, true, 2, 'C'), (4, 3, false, 3, NULL);
SELECT pg_tviews_create('asked', $$
    SELECT i.pk_item AS pk_asked, jsonb_build_object('name', s.name) AS data FROM item i LEFT JOIN shop s ON s.pk_shop = i.fk_shop AND i.shown$$);
SELECT pg_tviews_create('chosen', $$
    SELECT i.slot AS pk_chosen, jsonb_build_object('name', s.name) AS data FROM item i JOIN shop s ON s.pk_shop = i.fk_shop WHERE i.label <> 'B'$$);
SELECT pg_tviews_create('town', $$
    SELECT i.pk_item AS pk_town, jsonb_build_object('name', s.name) AS data FROM item i JOIN shop s ON s.town = i.label WHERE s.open OR i.shown IS NULL$$);
SELECT pg_tviews_create('within', $$
    SELECT i.pk_item AS pk_within, jsonb_build_object('name', s.name, 'other', o.name) AS data
      FROM item i LEFT JOIN (shop s JOIN shop o ON o.pk_shop = s.pk_shop AND o.open) ON s.pk_shop = i.fk_shop$$);
UPDATE shop SET name = name || '+' WHERE pk_shop = 1;
UPDATE shop SET name = name || '+' WHERE pk_shop = 2;
UPDATE shop SET name = name || '+' WHERE pk_shop = 3;
SELECT oracle.diff('tv_asked');
SELECT oracle.diff('tv_chosen');
SELECT oracle.diff('tv_town');
SELECT oracle.diff('tv_within');

-- An index that tells rows apart which the column does not: its rows have no key of their own.
CREATE COLLATION folded (provider = icu, deterministic = false, locale = 'und-u-ks-level2');
CREATE TABLE kind (pk_kind int PRIMARY KEY);
CREATE TABLE word (word text COLLATE folded NOT NULL, fk_kind int NOT NULL, label text);
CREATE UNIQUE INDEX ON word (word COLLATE "C");
CREATE TABLE use (pk_use int PRIMARY KEY, word text COLLATE folded);
INSERT INTO kind VALUES (1);
INSERT INTO word VALUES ('a', 1, 'small'), ('A', 2, 'large');
INSERT INTO use VALUES (1, 'a');
SELECT pg_tviews_create('word', 'SELECT w.word AS pk_word, jsonb_build_object(''label'', w.label) AS data FROM word w JOIN kind k ON k.pk_kind = w.fk_kind');
SELECT pg_tviews_create('use', 'SELECT u.pk_use, jsonb_build_object(''label'', w.label) AS data FROM use u JOIN word w ON w.word = u.word JOIN kind k ON k.pk_kind = w.fk_kind');
UPDATE word SET label = 'other' WHERE fk_kind = 2;
SELECT oracle.diff('tv_word');
SELECT oracle.diff('tv_use');
UPDATE word SET label = 'shown' WHERE fk_kind = 1;
SELECT oracle.diff('tv_word');
SELECT oracle.diff('tv_use');
CREATE EXTENSION citext SCHEMA patch_copies;
CREATE TABLE country (pk_country int PRIMARY KEY, code citext, name text, level int);
CREATE UNIQUE INDEX ON country (code text_ops);
CREATE TABLE citizen (code citext, name text, level int);
CREATE UNIQUE INDEX ON citizen (code text_ops);
INSERT INTO country VALUES (1, 'x', 'shown', 1), (2, 'X', 'not', 0);
INSERT INTO citizen VALUES ('x', 'one', 1), ('X', 'other', 2);
SELECT pg_tviews_create('citizen', 'SELECT c.code AS pk_citizen, jsonb_build_object(''name'', c.name, ''country'', k.name) AS data FROM citizen c JOIN country k ON k.code = c.code WHERE k.level = c.level');
UPDATE country SET name = 'other' WHERE pk_country = 2;
SELECT oracle.diff('tv_citizen');
UPDATE citizen SET name = 'hidden' WHERE level = 2;
SELECT oracle.diff('tv_citizen');
-- A key that goes where no event trigger sees it.
CREATE TABLE place (pk_place int, name text, level int);
CREATE UNIQUE INDEX place_key ON place (pk_place);
CREATE TABLE guest (pk_guest int PRIMARY KEY, fk_place int, level int);
INSERT INTO place VALUES (1, 'one', 1);
INSERT INTO guest VALUES (1, 1, 1);
SELECT pg_tviews_create('guest', 'SELECT g.pk_guest, jsonb_build_object(''name'', p.name) AS data FROM guest g JOIN place p ON p.pk_place = g.fk_place WHERE p.level >= g.level');
SET session_replication_role = replica;
DROP INDEX place_key;
SET session_replication_role = origin;
INSERT INTO place VALUES (1, 'hidden', 0);
UPDATE place SET name = 'other' WHERE level = 0;
SELECT oracle.diff('tv_guest');
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA patch_copies CASCADE;
DROP ROLE patch_copies_owner;
