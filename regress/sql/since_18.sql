-- What servers have from version 18 on. Older ones end here (expected/since_18_1.out).
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA since_18;
SET search_path = since_18, tviews;
SELECT current_setting('server_version_num')::integer < 180000 AS too_old \gset
\if :too_old
DROP SCHEMA since_18;
\quit
\endif

-- Columns that are computed when they are read: in no row image, yet in documents, conditions, links and keys.
CREATE TABLE users (pk_user int PRIMARY KEY, name text, shown text GENERATED ALWAYS AS (upper(name)) VIRTUAL, twice int GENERATED ALWAYS AS (pk_user * 2));
CREATE TABLE post (pk_post int PRIMARY KEY, number int, title text, fk_user int GENERATED ALWAYS AS (number / 10) VIRTUAL);
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO post VALUES (1, 10, 'p1'), (2, 20, 'p2');
SELECT pg_tviews_create('user', 'SELECT pk_user, shown FROM users');
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.shown FROM post p LEFT JOIN users u ON u.pk_user = p.fk_user');
SELECT pg_tviews_create('writer', 'SELECT u.pk_user AS pk_writer, (SELECT jsonb_agg(p.title ORDER BY p.pk_post) FROM post p WHERE p.fk_user = u.pk_user) AS posts FROM users u');
SELECT pg_tviews_create('double', 'SELECT twice AS pk_double, name FROM users');
SELECT format('%s: %s %s', 'tv_' || e, x.alias, x.strategy) FROM unnest('{user,post,writer,double}'::text[]) e, pg_tviews_explain(e) x ORDER BY 1;
SELECT oracle.diff('tv_' || e) FROM unnest('{user,post,writer,double}'::text[]) e;
UPDATE users SET name = 'Zoe' WHERE pk_user = 1;
SELECT oracle.diff('tv_' || e) FROM unnest('{user,post,writer,double}'::text[]) e;
UPDATE post SET number = 15 WHERE pk_post = 2;
SELECT oracle.diff('tv_' || e) FROM unnest('{user,post,writer,double}'::text[]) e;
INSERT INTO users VALUES (3, 'Cid');
INSERT INTO post VALUES (3, 33, 'p3');
DELETE FROM post WHERE pk_post = 1;
SELECT oracle.diff('tv_' || e) FROM unnest('{user,post,writer,double}'::text[]) e;
UPDATE users SET pk_user = 4 WHERE pk_user = 2;
SELECT oracle.diff('tv_' || e) FROM unnest('{user,post,writer,double}'::text[]) e;
ALTER TABLE users ALTER COLUMN shown SET EXPRESSION AS (lower(name));
SELECT oracle.diff('tv_' || e) FROM unnest('{user,post,writer,double}'::text[]) e;
-- Row by row.
SELECT pg_tviews_uninstall_stmt_triggers() > 0;
UPDATE users SET name = 'Dan' WHERE pk_user = 3;
UPDATE post SET number = 40;
SELECT oracle.diff('tv_' || e) FROM unnest('{user,post,writer,double}'::text[]) e;
SELECT pg_tviews_install_stmt_triggers() > 0;
SELECT pg_tviews_cascade('users'::regclass, 3);

-- NOT NULL that has not been validated holds for new rows only: NOT IN may still meet a null.
CREATE TABLE list (pk_list int PRIMARY KEY, fk_user int);
INSERT INTO list VALUES (1, NULL);
ALTER TABLE list ADD CONSTRAINT filled NOT NULL fk_user NOT VALID;
SELECT pg_tviews_create('unlisted', 'SELECT u.pk_user AS pk_unlisted FROM users u WHERE u.pk_user NOT IN (SELECT l.fk_user FROM list l)');
SELECT x.alias, x.strategy FROM pg_tviews_explain('unlisted') x ORDER BY 1;
SELECT oracle.diff('tv_unlisted');
DELETE FROM list WHERE pk_list = 1;
SELECT oracle.diff('tv_unlisted');
ALTER TABLE list VALIDATE CONSTRAINT filled;
SELECT x.alias, x.strategy FROM pg_tviews_explain('unlisted') x ORDER BY 1;
INSERT INTO list VALUES (2, 3);
SELECT oracle.diff('tv_unlisted');

-- Temporal keys and references; references that are not enforced.
CREATE TABLE room (pk_room int4range, during daterange, name text, PRIMARY KEY (pk_room, during WITHOUT OVERLAPS));
CREATE TABLE booking (pk_booking int PRIMARY KEY, fk_room int4range, during daterange, fk_user int REFERENCES users NOT ENFORCED,
                      FOREIGN KEY (fk_room, PERIOD during) REFERENCES room (pk_room, PERIOD during));
INSERT INTO room VALUES ('[1,1]', '[2025-01-01,2025-02-01)', 'red'), ('[1,1]', '[2025-02-01,2025-03-01)', 'blue');
INSERT INTO booking VALUES (1, '[1,1]', '[2025-01-05,2025-01-07)', 3), (2, '[1,1]', '[2025-02-05,2025-02-07)', 99);
SELECT pg_tviews_create('booking', $$
    SELECT b.pk_booking, r.name, u.shown FROM booking b JOIN room r ON r.pk_room = b.fk_room AND r.during @> b.during LEFT JOIN users u ON u.pk_user = b.fk_user $$);
SELECT pg_tviews_create('room', 'SELECT pk_room, during, name FROM room', '{"key": ["pk_room", "during"]}');
SELECT oracle.diff('tv_booking');
UPDATE room SET name = 'green' WHERE during @> date '2025-02-01';
UPDATE users SET name = 'Eve' WHERE pk_user = 3;
SELECT oracle.diff('tv_booking');
SELECT oracle.diff('tv_room');

-- Old and new rows returned by the writing statement.
WITH w AS (UPDATE users SET name = name || '!' RETURNING old.name AS before, new.name AS after)
SELECT before, after FROM w ORDER BY before;
INSERT INTO users VALUES (3, 'Fay') ON CONFLICT (pk_user) DO UPDATE SET name = excluded.name RETURNING old.name, new.shown;
SELECT oracle.all();

SET client_min_messages = warning;
DROP SCHEMA since_18 CASCADE;
