-- Lineage through what the other files leave out: a row per feature, its explanation, and a write to each source, after
-- which the TVIEW has changed.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA lineage_features;
SET search_path = lineage_features, tviews;
CREATE TABLE team (pk_team int PRIMARY KEY, fk_parent int, name text, tags jsonb);
CREATE TABLE member (pk_member int PRIMARY KEY, fk_team int NOT NULL, name text, level int, langs text[]);
CREATE TABLE task (pk_task int PRIMARY KEY, fk_team int, fk_member int, title text, points int, done date);
CREATE INDEX ON team (fk_parent);
CREATE INDEX ON member (fk_team);
CREATE INDEX ON task (fk_team);
CREATE INDEX ON task (fk_member);
INSERT INTO team VALUES (1, NULL, 'all', '["x", "y"]'), (2, 1, 'core', '[]'), (3, 2, 'db', '["y"]'), (4, NULL, 'lone', NULL);
INSERT INTO member VALUES (1, 1, 'Ann', 3, '{rust,sql}'), (2, 2, 'Bob', 1, '{sql}'), (3, 3, 'Cid', 2, '{}');
INSERT INTO task VALUES (1, 1, 1, 'plan', 5, '2024-01-01'), (2, 2, 2, 'code', 8, NULL), (3, 3, 2, 'test', 2, NULL), (4, 9, NULL, 'stray', 1, NULL);

\set explain 'SELECT format(''%s %s %s: %s'', source, alias, strategy, reason) FROM pg_tviews_explain(:''entity'') ORDER BY alias COLLATE "C", source::text COLLATE "C", reason COLLATE "C"; SELECT format(''  %s'', links) FROM pg_tviews_explain(:''entity'') WHERE links <> '''' ORDER BY alias COLLATE "C", links COLLATE "C";'

-- A full join of two groups: the key is in neither table alone.
SELECT pg_tviews_create('load', $$
    SELECT fk_team AS pk_load, m.members, t.points
      FROM (SELECT fk_team, count(*) AS members FROM member GROUP BY fk_team) m
      FULL JOIN (SELECT fk_team, sum(points) AS points FROM task WHERE fk_team IS NOT NULL GROUP BY fk_team) t USING (fk_team) $$);
\set entity load
:explain
SELECT oracle.diff('tv_load');
INSERT INTO member VALUES (4, 7, 'Dan', 1, '{}');
SELECT oracle.diff('tv_load');
UPDATE task SET fk_team = 7, points = 10 WHERE pk_task = 4;
SELECT oracle.diff('tv_load');
DELETE FROM member WHERE pk_member = 4;
SELECT oracle.diff('tv_load');
UPDATE task SET fk_team = NULL WHERE pk_task = 4;
SELECT oracle.diff('tv_load');

-- A full join of tables by their keys.
SELECT pg_tviews_create('pairs', 'SELECT coalesce(m.pk_member, t.pk_task) AS pk_pairs, m.name, t.title FROM member m FULL JOIN task t ON t.pk_task = m.pk_member');
\set entity pairs
:explain
SELECT oracle.diff('tv_pairs');
UPDATE task SET pk_task = 5 WHERE pk_task = 3;
SELECT oracle.diff('tv_pairs');
INSERT INTO member VALUES (5, 2, 'Eve', 2, '{sql}');
SELECT oracle.diff('tv_pairs');
DELETE FROM member WHERE pk_member = 5;
SELECT oracle.diff('tv_pairs');

-- NATURAL and USING over a derived table, with conditions that are no equality beside the link.
SELECT pg_tviews_create('natural', $$
    SELECT pk_task AS pk_natural, title, of_team, who
      FROM task NATURAL LEFT JOIN (SELECT pk_team AS fk_team, name AS of_team FROM team) n
      LEFT JOIN (SELECT pk_member AS fk_member, name AS who, level FROM member) u USING (fk_member) WHERE u.level <= task.points $$);
\set entity natural
:explain
SELECT oracle.diff('tv_natural');
UPDATE team SET name = 'CORE' WHERE pk_team = 2;
SELECT oracle.diff('tv_natural');
UPDATE member SET level = 4 WHERE pk_member = 2;
SELECT oracle.diff('tv_natural');
UPDATE task SET fk_team = 3 WHERE pk_task = 2;
SELECT oracle.diff('tv_natural');

-- A hierarchy with a fixed number of levels, upwards and downwards.
SELECT pg_tviews_create('levels', $$
    SELECT t.pk_team AS pk_levels, t.name, u.name AS up, v.name AS top,
           (SELECT jsonb_agg(jsonb_build_array(d.name, (SELECT count(*) FROM team e WHERE e.fk_parent = d.pk_team)) ORDER BY d.pk_team)
              FROM team d WHERE d.fk_parent = t.pk_team) AS down
      FROM team t LEFT JOIN team u ON u.pk_team = t.fk_parent LEFT JOIN team v ON v.pk_team = u.fk_parent $$);
\set entity levels
:explain
SELECT oracle.diff('tv_levels');
UPDATE team SET name = 'ALL' WHERE pk_team = 1;
SELECT oracle.diff('tv_levels');
UPDATE team SET fk_parent = 3 WHERE pk_team = 4;
SELECT oracle.diff('tv_levels');
UPDATE team SET fk_parent = NULL WHERE pk_team = 2;
SELECT oracle.diff('tv_levels');

-- LATERAL with ORDER BY and LIMIT: the two best, each with what another source says of them.
SELECT pg_tviews_create('best', $$
    SELECT t.pk_team AS pk_best, t.name, b.best, l.title AS last
      FROM team t
      LEFT JOIN LATERAL (SELECT jsonb_agg(q.doc ORDER BY q.points DESC) AS best
                           FROM (SELECT k.points, jsonb_build_array(k.title, m.name) AS doc
                                   FROM task k LEFT JOIN member m ON m.pk_member = k.fk_member
                                  WHERE k.fk_team = t.pk_team ORDER BY k.points DESC, k.pk_task LIMIT 2) q) b ON true
      LEFT JOIN LATERAL (SELECT k.title FROM task k WHERE k.fk_team = t.pk_team ORDER BY k.pk_task DESC LIMIT 1) l ON true $$);
\set entity best
:explain
SELECT oracle.diff('tv_best');
INSERT INTO task VALUES (6, 3, 3, 'tune', 4, NULL), (7, 3, 1, 'doc', 1, NULL);
SELECT oracle.diff('tv_best');
UPDATE task SET points = 0 WHERE pk_task = 2;
SELECT oracle.diff('tv_best');
UPDATE member SET name = 'Cyd' WHERE pk_member = 3;
SELECT oracle.diff('tv_best');
DELETE FROM task WHERE pk_task = 7;
SELECT oracle.diff('tv_best');

-- Correlated subqueries in ON, in HAVING, inside an aggregate and inside LATERAL.
SELECT pg_tviews_create('inside', $$
    SELECT t.pk_team AS pk_inside, count(m.pk_member) AS n,
           sum((SELECT count(*) FROM task k WHERE k.fk_member = m.pk_member)) AS tasks, max(l.level) AS level
      FROM team t
      LEFT JOIN member m ON m.fk_team = t.pk_team AND EXISTS (SELECT FROM task k WHERE k.fk_member = m.pk_member AND k.points > 1)
      LEFT JOIN LATERAL (SELECT x.level FROM member x WHERE x.fk_team = t.pk_team
                            AND x.level > (SELECT count(*) FROM task k WHERE k.fk_team = x.fk_team AND k.done IS NOT NULL)) l ON true
     GROUP BY t.pk_team HAVING NOT EXISTS (SELECT FROM task k WHERE k.fk_team = t.pk_team AND k.title = 'secret') $$);
\set entity inside
:explain
SELECT oracle.diff('tv_inside');
UPDATE task SET fk_member = 3 WHERE pk_task = 5;
SELECT oracle.diff('tv_inside');
UPDATE task SET done = '2024-02-02', fk_team = 3 WHERE pk_task = 2;
UPDATE task SET done = '2024-02-02', fk_team = 3 WHERE pk_task = 6;
SELECT oracle.diff('tv_inside');
UPDATE task SET title = 'secret' WHERE pk_task = 1;
SELECT oracle.diff('tv_inside');
UPDATE member SET fk_team = 4, level = 9 WHERE pk_member = 1;
SELECT oracle.diff('tv_inside');
INSERT INTO team VALUES (5, 4, 'new', '["z"]');
SELECT oracle.diff('tv_inside');

-- A semi-join to groups; NOT IN over columns that are not null.
SELECT pg_tviews_create('busy', 'SELECT m.pk_member AS pk_busy, m.name FROM member m WHERE m.pk_member IN (SELECT q.fk_member FROM (SELECT fk_member, sum(points) AS points FROM task GROUP BY fk_member) q WHERE q.points > 4)');
\set entity busy
:explain
SELECT pg_tviews_create('empty', 'SELECT t.pk_team AS pk_empty, t.name FROM team t WHERE t.pk_team NOT IN (SELECT m.fk_team FROM member m)');
\set entity empty
:explain
SELECT oracle.diff('tv_busy');
SELECT oracle.diff('tv_empty');
UPDATE task SET points = 50 WHERE pk_task = 2;
UPDATE member SET fk_team = 1, name = 'Anna' WHERE pk_member = 1;
SELECT oracle.diff('tv_busy');
SELECT oracle.diff('tv_empty');
UPDATE team SET name = 'newer' WHERE pk_team = 5;
SELECT oracle.diff('tv_empty');

-- Elements of a document and of an array: aggregated, as rows, as the link.
SELECT pg_tviews_create('tags', $$
    SELECT t.pk_team AS pk_tags, e.tags, (SELECT string_agg(u.name, ',' ORDER BY u.pk_team) FROM team u WHERE u.tags @> t.tags AND u.fk_parent = t.pk_team) AS same
      FROM team t CROSS JOIN LATERAL (SELECT string_agg(x.tag || x.place, ',' ORDER BY x.place) AS tags
                                        FROM jsonb_array_elements_text(t.tags) WITH ORDINALITY x (tag, place)) e $$);
\set entity tags
:explain
SELECT pg_tviews_create('langs', $$
    SELECT x.place, m.pk_member, x.lang, t.name FROM member m CROSS JOIN LATERAL unnest(m.langs) WITH ORDINALITY x (lang, place)
      JOIN team t ON t.pk_team = m.fk_team $$, '{"key": ["pk_member", "place"]}');
\set entity langs
:explain
SELECT oracle.diff('tv_tags');
SELECT oracle.diff('tv_langs');
UPDATE team SET tags = '["z", "x"]' WHERE pk_team = 1;
SELECT oracle.diff('tv_tags');
UPDATE member SET langs = '{c}' WHERE pk_member = 1;
UPDATE team SET name = 'Core' WHERE pk_team = 2;
SELECT oracle.diff('tv_langs');

-- VALUES: as a table of labels, and as what the rows are made of; a list of numbers.
SELECT pg_tviews_create('label', $$
    SELECT m.pk_member AS pk_label, m.name, v.label FROM member m LEFT JOIN (VALUES (1, 'junior'), (2, 'mid'), (3, 'senior')) v (level, label) ON v.level = m.level $$);
\set entity label
:explain
SELECT pg_tviews_create('grade', $$
    SELECT v.level AS pk_grade, v.label, (SELECT string_agg(m.name, ',' ORDER BY m.pk_member) FROM member m WHERE m.level = v.level) AS members
      FROM (VALUES (1, 'junior'), (2, 'mid'), (3, 'senior')) v (level, label) $$);
\set entity grade
:explain
SELECT pg_tviews_create('number', 'SELECT g.n AS pk_number, (SELECT count(*) FROM member m WHERE m.level = g.n) AS members FROM generate_series(1, 4) g (n)');
\set entity number
:explain
SELECT oracle.diff('tv_label');
SELECT oracle.diff('tv_grade');
SELECT oracle.diff('tv_number');
UPDATE member SET level = level - 1 WHERE level > 1;
SELECT oracle.diff('tv_label');
SELECT oracle.diff('tv_grade');
SELECT oracle.diff('tv_number');

-- Windows partitioned by what ties the row to the key; the row itself as the key of its rank in a group.
SELECT pg_tviews_create('first', $$
    SELECT q.fk_team AS pk_first, q.name, q.members FROM (
        SELECT m.*, row_number() OVER w AS place, count(*) OVER (PARTITION BY m.fk_team) AS members
          FROM member m WINDOW w AS (PARTITION BY m.fk_team ORDER BY m.level DESC, m.pk_member)) q WHERE q.place = 1 $$);
\set entity first
:explain
SELECT pg_tviews_create('running', 'SELECT k.pk_task AS pk_running, k.title, sum(k.points) OVER (PARTITION BY k.fk_team ORDER BY k.pk_task) AS so_far FROM task k');
\set entity running
:explain
SELECT oracle.diff('tv_first');
SELECT oracle.diff('tv_running');
UPDATE member SET fk_team = 2, level = 7 WHERE pk_member = 3;
SELECT oracle.diff('tv_first');
UPDATE task SET points = 100 WHERE pk_task = 2;
SELECT oracle.diff('tv_running');
UPDATE task SET fk_team = 1 WHERE pk_task = 2;
SELECT oracle.diff('tv_running');

-- Grouping sets, the group in each.
SELECT pg_tviews_create('subtotals', $$
    SELECT q.fk_team AS pk_subtotals, jsonb_agg(jsonb_build_array(q.fk_member, q.points) ORDER BY q.total, q.fk_member) AS data FROM (
        SELECT k.fk_team, k.fk_member, grouping(k.fk_member) AS total, sum(k.points) AS points FROM task k WHERE k.fk_team IS NOT NULL
         GROUP BY GROUPING SETS ((k.fk_team, k.fk_member), (k.fk_team))) q GROUP BY q.fk_team $$);
\set entity subtotals
:explain
SELECT oracle.diff('tv_subtotals');
UPDATE task SET points = 3 WHERE pk_task = 5;
SELECT oracle.diff('tv_subtotals');
UPDATE task SET fk_team = 2 WHERE pk_task = 6;
SELECT oracle.diff('tv_subtotals');

-- Security-barrier and security-invoker views, one over the other.
CREATE VIEW open_task WITH (security_barrier) AS SELECT pk_task, fk_team, fk_member, title FROM task WHERE done IS NULL;
CREATE VIEW open_work WITH (security_invoker) AS SELECT o.fk_member, o.title, t.name AS team FROM open_task o JOIN team t ON t.pk_team = o.fk_team;
SELECT pg_tviews_create('open', 'SELECT m.pk_member AS pk_open, m.name, (SELECT string_agg(w.title || w.team, '','' ORDER BY w.title) FROM open_work w WHERE w.fk_member = m.pk_member) AS work FROM member m');
\set entity open
:explain
SELECT oracle.diff('tv_open');
UPDATE task SET done = NULL WHERE pk_task = 6;
SELECT oracle.diff('tv_open');
UPDATE team SET name = 'CORE' WHERE pk_team = 2;
SELECT oracle.diff('tv_open');
UPDATE member SET name = 'Bo' WHERE pk_member = 2;
SELECT oracle.diff('tv_open');

-- A partitioned table and one with children, on the way to the key and at its end.
CREATE TABLE reading (pk_reading int, fk_sensor int, value int, PRIMARY KEY (pk_reading, fk_sensor)) PARTITION BY RANGE (fk_sensor);
CREATE TABLE reading_low PARTITION OF reading FOR VALUES FROM (MINVALUE) TO (10);
CREATE TABLE reading_high (fk_sensor int NOT NULL, junk int, value int, pk_reading int NOT NULL);
ALTER TABLE reading_high DROP COLUMN junk;
ALTER TABLE reading ATTACH PARTITION reading_high FOR VALUES FROM (10) TO (MAXVALUE);
CREATE TABLE sensor (pk_sensor int PRIMARY KEY, fk_place int);
CREATE TABLE camera (PRIMARY KEY (pk_sensor), lens text) INHERITS (sensor);
CREATE TABLE place (pk_place int PRIMARY KEY, name text);
INSERT INTO place VALUES (1, 'hall'), (2, 'roof');
INSERT INTO sensor VALUES (1, 1), (2, 2);
INSERT INTO camera VALUES (11, 1, 'wide');
INSERT INTO reading VALUES (1, 1, 5), (2, 1, 7), (3, 2, 1), (4, 11, 9);
SELECT pg_tviews_create('place', 'SELECT p.pk_place, p.name, count(DISTINCT s.pk_sensor) AS sensors, sum(r.value) AS value FROM place p LEFT JOIN sensor s ON s.fk_place = p.pk_place LEFT JOIN reading r ON r.fk_sensor = s.pk_sensor GROUP BY p.pk_place', '{"create_indexes": true}');
\set entity place
:explain
SELECT oracle.diff('tv_place');
UPDATE reading SET value = 100 WHERE pk_reading = 4;
SELECT oracle.diff('tv_place');
UPDATE reading_low SET value = 50 WHERE pk_reading = 1;
SELECT oracle.diff('tv_place');
UPDATE reading SET fk_sensor = 2 WHERE pk_reading = 4;
SELECT oracle.diff('tv_place');
UPDATE camera SET fk_place = 2;
SELECT oracle.diff('tv_place');
UPDATE sensor SET fk_place = 1 WHERE pk_sensor = 11;
SELECT oracle.diff('tv_place');
INSERT INTO reading_high (pk_reading, fk_sensor, value) VALUES (5, 11, 1000);
SELECT oracle.diff('tv_place');
UPDATE place SET name = 'HALL' WHERE pk_place = 1;
SELECT oracle.diff('tv_place');

-- A diamond: what stands at its end is written once in a flush, though several ways lead there.
CREATE TABLE writes (entity text, rows bigint);
CREATE FUNCTION count_write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lineage_features.writes SELECT TG_ARGV[0], count(*) FROM written;
    RETURN NULL;
END
$$;
SELECT pg_tviews_create('base', 'SELECT pk_member AS pk_base, fk_team, name FROM member');
SELECT pg_tviews_create('left', 'SELECT pk_base AS pk_left, fk_team, upper(name) AS name FROM tv_base');
SELECT pg_tviews_create('right', 'SELECT fk_team AS pk_right, count(*) AS n, string_agg(name, '','' ORDER BY pk_base) AS names FROM tv_base GROUP BY fk_team');
SELECT pg_tviews_create('end', 'SELECT l.pk_left AS pk_end, l.name, r.n, r.names, b.name AS base FROM tv_left l JOIN tv_right r ON r.pk_right = l.fk_team JOIN tv_base b ON b.pk_base = l.pk_left');
\set entity end
:explain
CREATE TRIGGER counted AFTER UPDATE ON tv_end REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_write('end');
SELECT oracle.diff('tv_end');
BEGIN;
UPDATE member SET name = 'Bea' WHERE pk_member = 2;
UPDATE member SET name = 'Zoe' WHERE pk_member = 3;
UPDATE member SET level = 1;
COMMIT;
SELECT oracle.diff('tv_end');
SELECT entity, rows FROM writes WHERE rows > 0;
UPDATE member SET fk_team = 1 WHERE pk_member = 3;
SELECT oracle.diff('tv_end');

-- Recursion with the key passed through; a subquery that is tied to no row.
SELECT pg_tviews_create('below', $$
    WITH RECURSIVE w (top, here) AS (
        SELECT t.pk_team, t.pk_team FROM team t
        UNION
        SELECT w.top, d.pk_team FROM w JOIN team d ON d.fk_parent = w.here)
    SELECT w.top AS pk_below, array_agg(w.here ORDER BY w.here) AS teams FROM w GROUP BY w.top $$);
\set entity below
:explain
SELECT pg_tviews_create('compared', 'SELECT m.pk_member AS pk_compared, m.level - (SELECT max(x.level) FROM member x) AS behind FROM member m');
\set entity compared
:explain
SELECT oracle.diff('tv_below');
SELECT oracle.diff('tv_compared');
UPDATE team SET fk_parent = 5 WHERE pk_team = 2;
SELECT oracle.diff('tv_below');
UPDATE member SET level = 6 WHERE pk_member = 3;
SELECT oracle.diff('tv_compared');

-- Numbers that are equal and look different, on the way to what is made of them: neither stands for the other.
CREATE TABLE rate (pk_rate int PRIMARY KEY, fk_team int, rate numeric);
CREATE TABLE label (pk_label int PRIMARY KEY, label text);
INSERT INTO rate VALUES (1, 4, 1.0), (2, 4, 1.00);
INSERT INTO label VALUES (1, '1.0'), (2, '1.00');
SELECT pg_tviews_create('rated', 'SELECT l.pk_label AS pk_rated, t.name FROM label l JOIN rate r ON r.rate::text = l.label JOIN team t ON t.pk_team = r.fk_team');
\set entity rated
:explain
SELECT oracle.diff('tv_rated');
UPDATE team SET name = 'single' WHERE pk_team = 4;
SELECT oracle.diff('tv_rated');
UPDATE rate SET fk_team = 3 WHERE pk_rate = 2;
SELECT oracle.diff('tv_rated');

-- A field of a document that is text.
CREATE TABLE event (pk_event int PRIMARY KEY, doc jsonb);
INSERT INTO event VALUES (1, '{"by": "Ann"}'), (2, '{"by": null}'), (3, '[1]'), (4, '{"by": 3}');
SELECT pg_tviews_create('events', $$
    SELECT l.pk_label AS pk_events, l.label, (SELECT count(*) FROM event e WHERE e.doc ->> 'by' = l.label) AS events,
           (SELECT jsonb_agg(e.pk_event ORDER BY e.pk_event) FROM event e WHERE e.doc -> 'to' ->> 'name' = l.label) AS received FROM label l $$);
\set entity events
:explain
SELECT oracle.diff('tv_events');
INSERT INTO label VALUES (3, 'Ann'), (4, '3');
SELECT oracle.diff('tv_events');
UPDATE event SET doc = doc || '{"to": {"name": "3"}}' WHERE pk_event = 1;
SELECT oracle.diff('tv_events');
UPDATE event SET doc = '{"by": "1.0"}' WHERE pk_event IN (2, 3);
SELECT oracle.diff('tv_events');
DELETE FROM event WHERE pk_event = 4;
SELECT oracle.diff('tv_events');

SELECT oracle.all();
TRUNCATE task, member;
SELECT oracle.all();
SET client_min_messages = warning;
DROP SCHEMA lineage_features CASCADE;
