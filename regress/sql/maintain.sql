-- Every kind of write is maintained.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA maintain;
SET search_path = maintain, tviews;

-- Two paths lead from a user to a post: author and commenters.
CREATE TABLE users (pk_user int PRIMARY KEY, name text NOT NULL, note text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE, title text);
CREATE TABLE comment (pk_comment int PRIMARY KEY,
                      fk_post int NOT NULL REFERENCES post ON DELETE CASCADE ON UPDATE CASCADE,
                      fk_user int REFERENCES users ON DELETE SET NULL ON UPDATE CASCADE,
                      body text);
CREATE INDEX ON post (fk_user);
CREATE INDEX ON comment (fk_post);
CREATE INDEX ON comment (fk_user);
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cid');
INSERT INTO post VALUES (1, 1, 'p1'), (2, 2, 'p2');
INSERT INTO comment VALUES (1, 1, 2, 'c1'), (2, 1, 3, 'c2'), (3, 2, 3, 'c3');
SELECT pg_tviews_create('post', $$
    SELECT p.pk_post,
           jsonb_build_object('title', p.title, 'author', u.name,
               'comments', (SELECT jsonb_agg(jsonb_build_array(c.body, w.name) ORDER BY c.pk_comment)
                              FROM comment c LEFT JOIN users w ON w.pk_user = c.fk_user
                             WHERE c.fk_post = p.pk_post)) AS data
      FROM post p LEFT JOIN users u ON u.pk_user = p.fk_user
$$);
SELECT pg_tviews_create('user', $$
    SELECT u.pk_user, u.name, count(p.pk_post) AS posts
      FROM users u LEFT JOIN post p ON p.fk_user = u.pk_user GROUP BY u.pk_user
$$);
SELECT format('%s %s %s', source, alias, strategy) FROM pg_tviews_explain('post') ORDER BY alias COLLATE "C";
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');

-- INSERT: a root, a child, several rows, from a query, with RETURNING.
INSERT INTO post VALUES (3, 3, 'p3');
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');
INSERT INTO comment VALUES (4, 3, 1, 'c4') RETURNING pk_comment;
SELECT oracle.diff('tv_post');
INSERT INTO comment SELECT n, n % 3 + 1, NULL, 'c' || n FROM generate_series(5, 7) n;
SELECT oracle.diff('tv_post');

-- UPDATE: a user who is author and commenter, FROM another table, a child that moves, a root's key.
UPDATE users SET name = 'Bobby' WHERE pk_user = 2;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');
UPDATE post p SET title = p.title || ' by ' || u.name FROM users u WHERE u.pk_user = p.fk_user AND u.pk_user > 1;
SELECT oracle.diff('tv_post');
UPDATE comment SET fk_post = 2 WHERE pk_comment = 1;
SELECT oracle.diff('tv_post');
UPDATE comment SET fk_user = 1 WHERE fk_user IS NULL;
SELECT oracle.diff('tv_post');
UPDATE post SET fk_user = 3 WHERE pk_post = 1;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');

-- Foreign keys that cascade: update of a key, set null, delete.
UPDATE users SET pk_user = 30 WHERE pk_user = 3;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');
UPDATE post SET pk_post = 20 WHERE pk_post = 2;
SELECT oracle.diff('tv_post');
INSERT INTO users VALUES (4, 'Dan');
INSERT INTO comment VALUES (8, 1, 4, 'c8');
SELECT oracle.diff('tv_post');
DELETE FROM users WHERE pk_user = 4;
SELECT oracle.diff('tv_post');
DELETE FROM users WHERE pk_user = 30;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');

-- DELETE: a child, a root, USING another table.
DELETE FROM comment WHERE pk_comment = 1;
SELECT oracle.diff('tv_post');
DELETE FROM post WHERE pk_post = 20;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');

-- TRUNCATE: one table, several, CASCADE.
INSERT INTO post VALUES (4, 1, 'p4'), (5, 2, 'p5');
INSERT INTO comment VALUES (10, 4, 1, 'c10'), (11, 5, 2, 'c11');
SELECT oracle.diff('tv_post');
TRUNCATE comment;
SELECT oracle.diff('tv_post');
TRUNCATE post CASCADE;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');
BEGIN;
TRUNCATE users, post, comment;
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cid');
INSERT INTO post VALUES (1, 1, 'p1'), (2, 2, 'p2');
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');

-- INSERT ... ON CONFLICT: does nothing, inserts, updates, both in one statement, moves a child.
INSERT INTO post VALUES (1, 2, 'no') ON CONFLICT DO NOTHING;
SELECT oracle.diff('tv_post');
INSERT INTO post VALUES (1, 2, 'p1 again'), (3, 3, 'p3 new') ON CONFLICT (pk_post) DO UPDATE SET title = excluded.title, fk_user = excluded.fk_user;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');
INSERT INTO comment VALUES (1, 1, 1, 'c1') ON CONFLICT (pk_comment) DO UPDATE SET fk_post = excluded.fk_post;
INSERT INTO comment VALUES (1, 3, 1, 'c1') ON CONFLICT (pk_comment) DO UPDATE SET fk_post = excluded.fk_post;
SELECT oracle.diff('tv_post');

-- MERGE: updates, deletes and inserts in one statement.
MERGE INTO post p USING (VALUES (1, 'merged'), (2, NULL), (7, 'fresh')) s (id, title) ON s.id = p.pk_post
 WHEN MATCHED AND s.title IS NULL THEN DELETE
 WHEN MATCHED THEN UPDATE SET title = s.title
 WHEN NOT MATCHED THEN INSERT VALUES (s.id, 1, s.title);
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');

-- COPY.
COPY comment FROM STDIN;
20	1	2	copied
21	7	\N	copied too
\.
SELECT oracle.diff('tv_post');

-- Writable CTEs: several tables in one statement, none of which sees the others' writes.
WITH u AS (INSERT INTO users VALUES (5, 'Eve') RETURNING pk_user),
     p AS (INSERT INTO post SELECT 8, pk_user, 'p8' FROM u RETURNING pk_post),
     gone AS (DELETE FROM comment WHERE pk_comment = 20 RETURNING body)
INSERT INTO comment SELECT 22, p.pk_post, u.pk_user, gone.body FROM u, p, gone;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');
WITH moved AS (UPDATE post SET fk_user = 2 WHERE pk_post = 8 RETURNING fk_user),
     named AS (UPDATE users SET name = 'Robert' WHERE pk_user = 2)
UPDATE comment SET fk_post = 1 WHERE pk_comment = 22;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');

-- The link moves and its target is renamed in one transaction, either way round.
BEGIN;
UPDATE post SET fk_user = 1 WHERE pk_post = 8;
UPDATE users SET name = 'Anna' WHERE pk_user = 1;
COMMIT;
SELECT oracle.diff('tv_post');
BEGIN;
UPDATE users SET name = 'Bob' WHERE pk_user = 2;
UPDATE post SET fk_user = 2 WHERE pk_post = 8;
COMMIT;
SELECT oracle.diff('tv_post');
-- ... and moves away again before the commit.
BEGIN;
UPDATE comment SET fk_post = 7 WHERE pk_comment = 22;
UPDATE comment SET fk_post = 3 WHERE pk_comment = 22;
COMMIT;
SELECT oracle.diff('tv_post');

-- What is built and torn down in one transaction leaves nothing.
BEGIN;
INSERT INTO users VALUES (9, 'Ida');
INSERT INTO post VALUES (9, 9, 'p9');
INSERT INTO comment VALUES (90, 9, 9, 'c90'), (91, 1, 9, 'c91');
DELETE FROM users WHERE pk_user = 9;
COMMIT;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');
BEGIN;
UPDATE users SET name = 'never';
ROLLBACK;
SELECT oracle.diff('tv_post');

-- Cursors, functions, triggers and rules of the user write too.
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM users WHERE pk_user = 1 FOR UPDATE;
MOVE c;
UPDATE users SET name = 'Anne' WHERE CURRENT OF c;
COMMIT;
SELECT oracle.diff('tv_post');
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.title := upper(NEW.title); RETURN NEW; END $$;
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON post FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE FUNCTION log_post() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO comment VALUES (1000 + NEW.pk_post, NEW.pk_post, NULL, 'log'); RETURN NULL; END $$;
CREATE TRIGGER log_post AFTER INSERT ON post FOR EACH ROW EXECUTE FUNCTION log_post();
INSERT INTO post VALUES (10, 3, 'loud');
SELECT oracle.diff('tv_post');
CREATE VIEW loud AS SELECT pk_post, title FROM post WHERE pk_post >= 10;
UPDATE loud SET title = 'through a view';
SELECT oracle.diff('tv_post');
DROP TRIGGER stamp ON post;
DROP TRIGGER log_post ON post;

-- A write that fails changes nothing, also when it fails late.
INSERT INTO comment VALUES (50, 1, 1, 'fine'), (51, 999, 1, 'no such post');
UPDATE post SET pk_post = 1;
SELECT oracle.diff('tv_post');

-- NULLs in links, and rows that stop and start to take part.
INSERT INTO post VALUES (11, NULL, 'orphan');
UPDATE post SET fk_user = 3 WHERE pk_post = 11;
UPDATE post SET fk_user = NULL WHERE pk_post = 11;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_user');

-- Many rows: a statement on thousands, a transaction of many statements.
INSERT INTO users SELECT n, 'user ' || n FROM generate_series(100, 1099) n;
INSERT INTO post SELECT n, n, 'post ' || n FROM generate_series(100, 1099) n;
INSERT INTO comment SELECT n, n % 1000 + 100, n % 500 + 100, 'c' FROM generate_series(10000, 14999) n;
SELECT oracle.all();
UPDATE users SET name = name || '!' WHERE pk_user >= 100;
SELECT count(*) FROM tv_post WHERE data ->> 'author' LIKE 'user %!' AND data #>> '{comments,0,1}' LIKE 'user %!';
SELECT oracle.all();
DO $$ BEGIN FOR i IN 100 .. 199 LOOP UPDATE users SET name = 'U' || i WHERE pk_user = i; DELETE FROM comment WHERE pk_comment = 10000 + i; END LOOP; END $$;
SELECT count(*) FROM tv_post WHERE data ->> 'author' ~ '^U\d+$';
SELECT oracle.all();
DELETE FROM users WHERE pk_user >= 100;
SELECT count(*) FROM tv_post;
SELECT oracle.all();

-- Direct writes of a TVIEW are refused, whoever tries, and say what to do.
INSERT INTO tv_post VALUES (0, '{}');
UPDATE tv_post SET data = '{}';
DELETE FROM tv_post;
TRUNCATE tv_post;
COPY tv_post (pk_post, data) FROM STDIN;
99	{}
\.
MERGE INTO tv_post USING (SELECT 1) s ON false WHEN NOT MATCHED THEN INSERT VALUES (0, '{}');
\echo :LAST_ERROR_SQLSTATE
SELECT oracle.diff('tv_post');
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA maintain CASCADE;
