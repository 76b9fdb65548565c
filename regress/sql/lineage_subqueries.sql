-- Lineage through subqueries: scalar, ARRAY, EXISTS, IN, LATERAL, derived tables, WITH, set operations.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA lineage_subqueries;
SET search_path = lineage_subqueries, tviews;
\set explain 'SELECT format(''%s %s %s: %s'', source, alias, strategy, reason) FROM pg_tviews_explain(:''entity'') ORDER BY alias COLLATE "C", source::text COLLATE "C"; SELECT format(''  %s'', links) FROM pg_tviews_explain(:''entity'') WHERE links <> '''' ORDER BY alias COLLATE "C", links COLLATE "C";'
CREATE TABLE users (pk_user int PRIMARY KEY, name text, banned boolean NOT NULL DEFAULT false);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text, deleted boolean NOT NULL DEFAULT false);
CREATE TABLE comment (pk_comment int PRIMARY KEY, fk_post int, fk_user int, body text);
CREATE TABLE vote (pk_vote int PRIMARY KEY, fk_comment int, fk_user int, points int);
CREATE INDEX ON post (fk_user);
CREATE INDEX ON comment (fk_post);
CREATE INDEX ON comment (fk_user);
CREATE INDEX ON vote (fk_comment);
CREATE INDEX ON vote (fk_user);
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cid');
INSERT INTO post VALUES (1, 1, 'p1'), (2, 2, 'p2'), (3, 2, 'p3');
INSERT INTO comment VALUES (1, 1, 2, 'c1'), (2, 1, 3, 'c2'), (3, 2, 3, 'c3');
INSERT INTO vote VALUES (1, 1, 1, 5), (2, 1, 3, 1), (3, 3, 1, 2);

-- Correlated scalar subqueries, nested, with joins inside.
SELECT pg_tviews_create('nested', $$
    SELECT p.pk_post AS pk_nested, p.title,
           (SELECT jsonb_agg(jsonb_build_object('body', c.body, 'by', u.name,
                             'votes', (SELECT jsonb_agg(jsonb_build_array(w.name, v.points) ORDER BY v.pk_vote)
                                         FROM vote v JOIN users w ON w.pk_user = v.fk_user WHERE v.fk_comment = c.pk_comment))
                            ORDER BY c.pk_comment)
              FROM comment c LEFT JOIN users u ON u.pk_user = c.fk_user WHERE c.fk_post = p.pk_post) AS comments
      FROM post p $$);
\set entity nested
:explain
SELECT oracle.diff('tv_nested');
UPDATE vote SET points = 6 WHERE pk_vote = 1;
SELECT oracle.diff('tv_nested');
UPDATE users SET name = 'Cyd' WHERE pk_user = 3;
SELECT oracle.diff('tv_nested');
UPDATE vote SET fk_comment = 3 WHERE pk_vote = 2;
SELECT oracle.diff('tv_nested');
UPDATE comment SET fk_post = 3 WHERE pk_comment = 3;
SELECT oracle.diff('tv_nested');
DELETE FROM vote WHERE pk_vote = 3;
SELECT oracle.diff('tv_nested');
INSERT INTO post VALUES (4, 1, 'p4');
SELECT oracle.diff('tv_nested');

-- ARRAY(), a subquery with LIMIT (what is inside it counts), one that correlates two levels up.
SELECT pg_tviews_create('array', $$
    SELECT u.pk_user AS pk_array, ARRAY(SELECT p.title FROM post p WHERE p.fk_user = u.pk_user ORDER BY p.pk_post) AS titles,
           (SELECT p.title FROM post p WHERE p.fk_user = u.pk_user ORDER BY p.pk_post DESC LIMIT 1) AS newest
      FROM users u $$);
SELECT pg_tviews_create('best', $$
    SELECT u.pk_user AS pk_best,
           (SELECT max((SELECT max(c.body) FROM comment c WHERE c.fk_post = p.pk_post AND c.fk_user <> u.pk_user)) FROM post p WHERE p.fk_user = u.pk_user) AS best
      FROM users u $$);
\set entity array
:explain
\set entity best
:explain
SELECT oracle.diff('tv_array');
SELECT oracle.diff('tv_best');
UPDATE post SET fk_user = 3 WHERE pk_post = 3;
SELECT oracle.diff('tv_array');
SELECT oracle.diff('tv_best');
UPDATE comment SET body = 'z' WHERE pk_comment = 1;
SELECT oracle.diff('tv_array');
SELECT oracle.diff('tv_best');
UPDATE comment SET fk_user = 1 WHERE pk_comment = 1;
SELECT oracle.diff('tv_array');
SELECT oracle.diff('tv_best');
DELETE FROM post WHERE pk_post = 4;
SELECT oracle.diff('tv_array');
SELECT oracle.diff('tv_best');

-- EXISTS, NOT EXISTS, IN, NOT IN, ANY, ALL, in WHERE and as values.
SELECT pg_tviews_create('exists', 'SELECT u.pk_user AS pk_exists, u.name FROM users u WHERE EXISTS (SELECT FROM post p WHERE p.fk_user = u.pk_user)');
\set entity exists
:explain
SELECT pg_tviews_create('notexists', 'SELECT u.pk_user AS pk_notexists, u.name FROM users u WHERE NOT EXISTS (SELECT FROM comment c WHERE c.fk_user = u.pk_user)');
\set entity notexists
:explain
SELECT pg_tviews_create('in', 'SELECT u.pk_user AS pk_in, u.name FROM users u WHERE u.pk_user IN (SELECT p.fk_user FROM post p WHERE NOT p.deleted)');
\set entity in
:explain
SELECT pg_tviews_create('notin', 'SELECT u.pk_user AS pk_notin, u.name FROM users u WHERE u.pk_user NOT IN (SELECT c.fk_user FROM comment c WHERE c.fk_user IS NOT NULL)');
\set entity notin
:explain
SELECT pg_tviews_create('flags', $$
    SELECT u.pk_user AS pk_flags, u.pk_user = ANY (SELECT v.fk_user FROM vote v) AS voted, EXISTS (SELECT FROM post p WHERE p.fk_user = u.pk_user AND p.deleted) AS has_deleted,
           u.pk_user >= ALL (SELECT c.fk_user FROM comment c) AS last FROM users u $$);
\set entity flags
:explain
SELECT oracle.diff('tv_exists');
SELECT oracle.diff('tv_notexists');
SELECT oracle.diff('tv_in');
SELECT oracle.diff('tv_notin');
SELECT oracle.diff('tv_flags');
DELETE FROM post WHERE fk_user = 3;
SELECT oracle.diff('tv_exists');
SELECT oracle.diff('tv_in');
UPDATE post SET deleted = true WHERE fk_user = 2;
SELECT oracle.diff('tv_exists');
SELECT oracle.diff('tv_in');
SELECT oracle.diff('tv_flags');
UPDATE comment SET fk_user = 2 WHERE pk_comment = 1;
SELECT oracle.diff('tv_notexists');
SELECT oracle.diff('tv_notin');
SELECT oracle.diff('tv_flags');
DELETE FROM comment WHERE fk_user = 3;
SELECT oracle.diff('tv_notexists');
SELECT oracle.diff('tv_notin');
SELECT oracle.diff('tv_flags');
INSERT INTO vote VALUES (5, 1, 2, 1);
SELECT oracle.diff('tv_flags');
UPDATE users SET name = 'Cecil' WHERE pk_user = 3;
SELECT oracle.all();

-- LATERAL, derived tables, derived tables that group, filter and rename.
INSERT INTO post VALUES (5, 3, 'p5'), (6, 3, 'p6');
SELECT pg_tviews_create('lateral', 'SELECT u.pk_user AS pk_lateral, u.name, l.title, l.n FROM users u LEFT JOIN LATERAL (SELECT max(p.title) AS title, count(*) AS n FROM post p WHERE p.fk_user = u.pk_user) l ON true');
\set entity lateral
:explain
SELECT pg_tviews_create('latest', 'SELECT u.pk_user AS pk_latest, l.title FROM users u CROSS JOIN LATERAL (SELECT p.title FROM post p WHERE p.fk_user = u.pk_user ORDER BY p.pk_post DESC LIMIT 1) l');
\set entity latest
:explain
SELECT pg_tviews_create('derived', $$
    SELECT u.pk_user AS pk_derived, u.name, d.n, d.titles
      FROM users u JOIN (SELECT x.owner, count(*) AS n, array_agg(x.title ORDER BY x.title) AS titles
                           FROM (SELECT p.fk_user AS owner, p.title FROM post p WHERE NOT p.deleted) x GROUP BY x.owner) d ON d.owner = u.pk_user $$);
\set entity derived
:explain
SELECT oracle.diff('tv_lateral');
SELECT oracle.diff('tv_latest');
SELECT oracle.diff('tv_derived');
UPDATE post SET fk_user = 1 WHERE pk_post = 6;
SELECT oracle.diff('tv_lateral');
SELECT oracle.diff('tv_latest');
SELECT oracle.diff('tv_derived');
DELETE FROM post WHERE pk_post = 5;
SELECT oracle.diff('tv_lateral');
SELECT oracle.diff('tv_latest');
SELECT oracle.diff('tv_derived');
UPDATE post SET deleted = false WHERE pk_post = 2;
SELECT oracle.diff('tv_derived');
UPDATE users SET name = 'Robert' WHERE pk_user = 2;
SELECT oracle.diff('tv_derived');

-- WITH: used once, used twice, MATERIALIZED, nested, in a subquery.
SELECT pg_tviews_create('with', $$
    WITH live AS (SELECT * FROM post WHERE NOT deleted),
         counted AS MATERIALIZED (SELECT fk_user, count(*) AS n FROM live GROUP BY fk_user)
    SELECT u.pk_user AS pk_with, u.name, c.n, (SELECT min(l.title) FROM live l WHERE l.fk_user = u.pk_user) AS first
      FROM users u LEFT JOIN counted c ON c.fk_user = u.pk_user $$);
\set entity with
:explain
SELECT oracle.diff('tv_with');
INSERT INTO post VALUES (7, 2, 'p0');
SELECT oracle.diff('tv_with');
UPDATE post SET deleted = true WHERE pk_post = 7;
SELECT oracle.diff('tv_with');
UPDATE post SET fk_user = 3, deleted = false WHERE pk_post = 7;
SELECT oracle.diff('tv_with');

-- Set operations: each branch has its own lineage.
SELECT pg_tviews_create('union', $$
    SELECT 'post' AS kind, p.pk_post AS id, p.title AS text, u.name FROM post p LEFT JOIN users u ON u.pk_user = p.fk_user
    UNION ALL
    SELECT 'comment', c.pk_comment, c.body, u.name FROM comment c JOIN users u ON u.pk_user = c.fk_user $$, '{"key": ["kind", "id"]}');
\set entity union
:explain
SELECT pg_tviews_create('except', 'SELECT pk_user AS pk_except FROM users EXCEPT SELECT fk_user FROM comment');
\set entity except
:explain
SELECT pg_tviews_create('intersect', 'SELECT pk_user AS pk_intersect FROM users INTERSECT SELECT fk_user FROM post');
\set entity intersect
:explain
SELECT pg_tviews_create('merged', 'SELECT d.id AS pk_merged, d.who FROM (SELECT pk_user AS id, name AS who FROM users WHERE pk_user < 3 UNION SELECT pk_post + 1000, title FROM post) d');
\set entity merged
:explain
SELECT oracle.diff('tv_union');
SELECT oracle.diff('tv_except');
SELECT oracle.diff('tv_intersect');
SELECT oracle.diff('tv_merged');
UPDATE users SET name = 'Bob' WHERE pk_user = 2;
SELECT oracle.diff('tv_union');
SELECT oracle.diff('tv_merged');
UPDATE comment SET fk_user = 1;
SELECT oracle.diff('tv_union');
SELECT oracle.diff('tv_except');
INSERT INTO comment VALUES (8, 1, 3, 'c8');
SELECT oracle.diff('tv_union');
SELECT oracle.diff('tv_except');
UPDATE post SET fk_user = 2, title = 'moved' WHERE pk_post IN (1, 6);
SELECT oracle.diff('tv_union');
SELECT oracle.diff('tv_intersect');
SELECT oracle.diff('tv_merged');
DELETE FROM users WHERE pk_user = 1;
SELECT oracle.diff('tv_union');
SELECT oracle.diff('tv_except');
SELECT oracle.diff('tv_intersect');
SELECT oracle.diff('tv_merged');

-- DISTINCT and DISTINCT ON over the key.
SELECT pg_tviews_create('distinct', 'SELECT DISTINCT p.fk_user AS pk_distinct FROM post p WHERE p.fk_user IS NOT NULL');
\set entity distinct
:explain
SELECT pg_tviews_create('first', 'SELECT DISTINCT ON (p.fk_user) p.fk_user AS pk_first, p.title FROM post p WHERE p.fk_user IS NOT NULL ORDER BY p.fk_user, p.pk_post');
\set entity first
:explain
SELECT oracle.diff('tv_distinct');
SELECT oracle.diff('tv_first');
INSERT INTO post VALUES (0, 3, 'p00'), (8, 4, 'p8');
SELECT oracle.diff('tv_distinct');
SELECT oracle.diff('tv_first');
DELETE FROM post WHERE pk_post IN (0, 8);
SELECT oracle.diff('tv_distinct');
SELECT oracle.diff('tv_first');

-- A row that an outer join adds takes the place of a null row, which is the same as other nulls, and which NOT IN makes of everything null.
CREATE TABLE outer_a (id int PRIMARY KEY, x int);
CREATE TABLE outer_b (id int PRIMARY KEY, c int, x int NOT NULL);
CREATE TABLE outer_c (id int PRIMARY KEY, x int NOT NULL);
INSERT INTO outer_a VALUES (1, 10), (2, NULL);
INSERT INTO outer_b VALUES (1, 1, 10), (2, 2, 20), (3, NULL, 30);
INSERT INTO outer_c VALUES (1, 10), (2, 20), (3, 30);
SELECT pg_tviews_create('alike', 'SELECT a.id AS pk_alike, (SELECT count(*) FROM outer_b b LEFT JOIN outer_c c ON c.id = b.c WHERE c.x IS NOT DISTINCT FROM a.x) AS n FROM outer_a a');
SELECT pg_tviews_create('none', 'SELECT a.id AS pk_none FROM outer_a a WHERE a.id NOT IN (SELECT c.x FROM outer_b b LEFT JOIN outer_c c ON c.id = b.c WHERE b.id < 3)');
SELECT pg_tviews_create('ranked', 'SELECT b.id AS pk_ranked, c.x, rank() OVER (PARTITION BY c.x ORDER BY b.id) AS n FROM outer_b b LEFT JOIN outer_c c ON c.id = b.c');
SELECT pg_tviews_create('beside', 'SELECT a.id AS pk_beside, c.x FROM outer_a a LEFT JOIN outer_c c ON c.x IS NOT DISTINCT FROM a.x');
SELECT oracle.diff('tv_alike');
SELECT oracle.diff('tv_none');
SELECT oracle.diff('tv_ranked');
SELECT oracle.diff('tv_beside');
DELETE FROM outer_c WHERE id = 2;
SELECT oracle.diff('tv_alike');
SELECT oracle.diff('tv_none');
SELECT oracle.diff('tv_ranked');
SELECT oracle.diff('tv_beside');
INSERT INTO outer_c VALUES (2, 40);
SELECT oracle.diff('tv_alike');
SELECT oracle.diff('tv_none');
SELECT oracle.diff('tv_ranked');
UPDATE outer_c SET id = 4 WHERE id = 1;
SELECT oracle.check('tv_alike'), oracle.check('tv_none'), oracle.check('tv_ranked'), oracle.check('tv_beside');
-- The condition of the join itself says which row it adds: that is no matter of null rows.
SELECT m.entity, e.alias, e.strategy FROM pg_tview_meta m CROSS JOIN LATERAL pg_tviews_explain(m.entity) e WHERE m.entity IN ('alike', 'beside', 'none', 'ranked') ORDER BY m.entity COLLATE "C", e.alias COLLATE "C", e.strategy;
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA lineage_subqueries CASCADE;
