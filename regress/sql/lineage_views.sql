-- Lineage through views, and TVIEWs over TVIEWs: by the view, by the table, in diamonds.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA lineage_views;
SET search_path = lineage_views, tviews;
\set explain 'SELECT format(''%s %s %s: %s'', source, alias, strategy, reason) FROM pg_tviews_explain(:''entity'') ORDER BY alias COLLATE "C", source::text COLLATE "C"; SELECT format(''  %s'', links) FROM pg_tviews_explain(:''entity'') WHERE links <> '''' ORDER BY alias COLLATE "C", links COLLATE "C";'
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text);
CREATE TABLE comment (pk_comment int PRIMARY KEY, fk_post int, fk_user int, body text);
CREATE INDEX ON post (fk_user);
CREATE INDEX ON comment (fk_post);
CREATE INDEX ON comment (fk_user);
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO post VALUES (1, 1, 'p1'), (2, 2, 'p2');
INSERT INTO comment VALUES (1, 1, 2, 'c1'), (2, 2, 1, 'c2');

-- Plain views over plain views.
CREATE VIEW person AS SELECT pk_user AS id, upper(name) AS name FROM users;
CREATE VIEW authored AS SELECT p.pk_post, p.title, u.name AS author, p.fk_user FROM post p JOIN person u ON u.id = p.fk_user;
CREATE VIEW loud AS SELECT fk_post, count(*) AS comments FROM comment GROUP BY fk_post;
SELECT pg_tviews_create('plain', 'SELECT a.pk_post AS pk_plain, a.title, a.author, l.comments FROM authored a LEFT JOIN loud l ON l.fk_post = a.pk_post');
\set entity plain
:explain
SELECT oracle.diff('tv_plain');
UPDATE users SET name = 'Anna' WHERE pk_user = 1;
SELECT oracle.diff('tv_plain');
INSERT INTO comment VALUES (3, 1, 1, 'c3');
SELECT oracle.diff('tv_plain');
UPDATE comment SET fk_post = 2 WHERE pk_comment = 3;
SELECT oracle.diff('tv_plain');
UPDATE post SET fk_user = 2 WHERE pk_post = 1;
SELECT oracle.diff('tv_plain');

-- One view used twice, and in a subquery.
SELECT pg_tviews_create('twice', 'SELECT a.id AS pk_twice, a.name, (SELECT string_agg(b.name, '','' ORDER BY b.id) FROM person b WHERE b.id <> a.id) AS others, c.name AS next FROM person a LEFT JOIN person c ON c.id = a.id + 1');
\set entity twice
:explain
SELECT oracle.diff('tv_twice');
UPDATE users SET name = 'Bert' WHERE pk_user = 2;
SELECT oracle.diff('tv_twice');
INSERT INTO users VALUES (3, 'Cid');
SELECT oracle.diff('tv_twice');

-- TVIEWs over TVIEWs. By the view v_: what it reads is read. By the table tv_: that is what is read.
SELECT pg_tviews_create('user', 'SELECT pk_user, jsonb_build_object(''name'', name) AS data FROM users');
SELECT pg_tviews_create('comment', 'SELECT c.pk_comment, c.fk_post, jsonb_build_object(''body'', c.body, ''by'', u.data) AS data FROM comment c JOIN v_user u ON u.pk_user = c.fk_user');
\set entity comment
:explain
SELECT pg_tviews_create('post', $$
    SELECT p.pk_post, p.fk_user, jsonb_build_object('title', p.title, 'by', u.data,
               'comments', (SELECT jsonb_agg(c.data ORDER BY c.pk_comment) FROM tv_comment c WHERE c.fk_post = p.pk_post)) AS data
      FROM post p LEFT JOIN tv_user u ON u.pk_user = p.fk_user $$);
\set entity post
:explain
SELECT pg_tviews_create('feed', 'SELECT u.pk_user AS pk_feed, u.data, (SELECT jsonb_agg(p.data ORDER BY p.pk_post) FROM tv_post p WHERE p.fk_user = u.pk_user) AS posts FROM tv_user u');
\set entity feed
:explain
SELECT entity || ' ' || depth FROM pg_tview_meta WHERE schema = 'lineage_views' ORDER BY depth, entity COLLATE "C";
SELECT oracle.diff('tv_user');
SELECT oracle.diff('tv_comment');
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_feed');
-- One write goes all the way up: user -> comment -> post -> feed, by several paths, in one commit.
UPDATE users SET name = 'Ann' WHERE pk_user = 1;
SELECT oracle.diff('tv_user');
SELECT oracle.diff('tv_comment');
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_feed');
UPDATE comment SET body = 'c1 new', fk_post = 2 WHERE pk_comment = 1;
SELECT oracle.diff('tv_comment');
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_feed');
DELETE FROM comment WHERE pk_comment = 2;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_feed');
UPDATE post SET fk_user = 3 WHERE pk_post = 1;
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_feed');
DELETE FROM users WHERE pk_user = 3;
SELECT oracle.diff('tv_user');
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_feed');
TRUNCATE comment;
SELECT oracle.diff('tv_comment');
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_feed');

-- Reading the topmost flushes what it stands on; reading one in the middle leaves the rest for later.
BEGIN;
INSERT INTO comment VALUES (5, 1, 2, 'c5');
UPDATE users SET name = 'Robert' WHERE pk_user = 2;
SELECT pk_feed, posts FROM tv_feed ORDER BY 1;
UPDATE users SET name = 'Rob' WHERE pk_user = 2;
SELECT pk_comment, data FROM tv_comment ORDER BY 1;
UPDATE comment SET body = 'c5 new' WHERE pk_comment = 5;
COMMIT;
SELECT oracle.diff('tv_comment');
SELECT oracle.diff('tv_post');
SELECT oracle.diff('tv_feed');

-- A diamond: two TVIEWs over one, one over both; a write in the middle of nothing in effect stops there.
SELECT pg_tviews_create('upper', 'SELECT pk_user AS pk_upper, upper(data ->> ''name'') AS name FROM tv_user');
SELECT pg_tviews_create('lower', 'SELECT pk_user AS pk_lower, lower(data ->> ''name'') AS name FROM tv_user');
SELECT pg_tviews_create('both', 'SELECT u.pk_upper AS pk_both, u.name || l.name AS name FROM tv_upper u JOIN tv_lower l ON l.pk_lower = u.pk_upper');
\set entity both
:explain
SELECT oracle.diff('tv_upper');
SELECT oracle.diff('tv_lower');
SELECT oracle.diff('tv_both');
UPDATE users SET name = 'Annie' WHERE pk_user = 1;
SELECT oracle.diff('tv_both');
SELECT oracle.mark('tv_upper');
SELECT oracle.mark('tv_both');
UPDATE users SET name = 'ANNIE' WHERE pk_user = 1;
SELECT oracle.diff('tv_user');
SELECT oracle.written('tv_upper'), oracle.written('tv_both');
DELETE FROM users WHERE pk_user = 1;
SELECT oracle.diff('tv_both');
INSERT INTO users VALUES (1, 'Ann');
SELECT oracle.diff('tv_both');

-- What is read stays while it is read; cascade takes the readers along.
SELECT pg_tviews_drop('user');
UPDATE users SET name = 'Ada' WHERE pk_user = 1;
SELECT oracle.all();
SET client_min_messages = warning;
SELECT pg_tviews_drop('upper', cascade => true);
SELECT entity || ' ' || depth FROM pg_tview_meta WHERE schema = 'lineage_views' ORDER BY depth, entity COLLATE "C";
UPDATE users SET name = 'Ann' WHERE pk_user = 1;
SELECT oracle.diff('tv_feed');
SELECT oracle.all();
DROP SCHEMA lineage_views CASCADE;
SELECT entity FROM pg_tview_meta WHERE schema = 'lineage_views';
