-- Foreign keys that refer to a TVIEW's table, and from it to others: they see what is pending, and hold at commit.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA foreign_keys;
SET search_path = foreign_keys, tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text);
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
SELECT pg_tviews_create('post', 'SELECT p.pk_post, p.fk_user, p.title, u.name FROM post p LEFT JOIN users u ON u.pk_user = p.fk_user');

-- To the TVIEW: a row of it that is pending is there for the check, at every level.
CREATE TABLE bookmark (pk_bookmark int PRIMARY KEY, fk_post int REFERENCES tv_post);
CREATE TABLE later (pk_later int PRIMARY KEY, fk_post int REFERENCES tv_post DEFERRABLE INITIALLY DEFERRED);
BEGIN;
INSERT INTO post VALUES (1, 1, 'p1');
INSERT INTO bookmark VALUES (1, 1);
INSERT INTO later VALUES (1, 1);
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO post VALUES (2, 2, 'p2');
INSERT INTO bookmark VALUES (2, 2);
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
INSERT INTO post VALUES (3, 2, 'p3');
INSERT INTO bookmark VALUES (3, 3);
COMMIT;
-- What refers to it may come first when the check is deferred.
BEGIN;
INSERT INTO later VALUES (4, 4);
INSERT INTO post VALUES (4, 1, 'p4');
COMMIT;
INSERT INTO bookmark VALUES (9, 9);
BEGIN;
INSERT INTO later VALUES (9, 9);
COMMIT;
-- A row that is referred to stays.
DELETE FROM post WHERE pk_post = 1;
BEGIN;
DELETE FROM post WHERE pk_post = 4;
DELETE FROM later WHERE fk_post = 4;
COMMIT;
SELECT pk_post FROM tv_post ORDER BY 1;
DROP TABLE bookmark, later;
CREATE TABLE child (pk_child int PRIMARY KEY, fk_post int REFERENCES tv_post ON DELETE CASCADE);
INSERT INTO child VALUES (1, 1), (2, 2);
DELETE FROM post WHERE pk_post = 1;
SELECT pk_child FROM child;
DROP TABLE child;

-- From the TVIEW, immediate and deferred.
CREATE TABLE known (pk_known int PRIMARY KEY);
INSERT INTO known VALUES (2);
ALTER TABLE tv_post ADD CONSTRAINT known FOREIGN KEY (fk_user) REFERENCES known;
INSERT INTO post VALUES (5, 2, 'p5');
INSERT INTO post VALUES (6, 1, 'p6');
ALTER TABLE tv_post ALTER CONSTRAINT known DEFERRABLE INITIALLY DEFERRED;
INSERT INTO post VALUES (6, 1, 'p6');
BEGIN;
INSERT INTO post VALUES (6, 1, 'p6');
SELECT count(*) FROM tv_post;
INSERT INTO known VALUES (1);
COMMIT;
DELETE FROM known WHERE pk_known = 1;
SELECT pk_post, fk_user, title, name FROM tv_post ORDER BY 1;
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA foreign_keys CASCADE;
