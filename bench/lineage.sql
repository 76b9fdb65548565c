-- A definition over twelve sources and four levels of views, and two hundred TVIEWs over one table. Used by lineage.sh.
CREATE EXTENSION pg_tviews;

CREATE TABLE country (pk_country int PRIMARY KEY, name text);
CREATE TABLE city (pk_city int PRIMARY KEY, fk_country int REFERENCES country, name text);
CREATE TABLE address (pk_address int PRIMARY KEY, fk_city int REFERENCES city, street text);
CREATE TABLE person (pk_person int PRIMARY KEY, fk_address int REFERENCES address, name text);
CREATE TABLE brand (pk_brand int PRIMARY KEY, name text);
CREATE TABLE category (pk_category int PRIMARY KEY, fk_parent int REFERENCES category, name text);
CREATE TABLE product (pk_product int PRIMARY KEY, fk_brand int REFERENCES brand, fk_category int REFERENCES category, name text);
CREATE TABLE price (pk_price int PRIMARY KEY, fk_product int REFERENCES product, amount numeric);
CREATE TABLE review (pk_review int PRIMARY KEY, fk_product int REFERENCES product, fk_person int REFERENCES person, stars int);
CREATE TABLE purchase (pk_purchase int PRIMARY KEY, fk_person int REFERENCES person, placed date);
CREATE TABLE line (pk_line int PRIMARY KEY, fk_purchase int REFERENCES purchase, fk_product int REFERENCES product, quantity int);
CREATE TABLE shipment (pk_shipment int PRIMARY KEY, fk_purchase int REFERENCES purchase, fk_address int REFERENCES address, sent date);

CREATE VIEW place AS
    SELECT c.pk_city, jsonb_build_object('city', c.name, 'country', n.name) AS place FROM city c LEFT JOIN country n ON n.pk_country = c.fk_country;
CREATE VIEW located AS
    SELECT a.pk_address, jsonb_build_object('street', a.street, 'place', p.place) AS address FROM address a LEFT JOIN place p ON p.pk_city = a.fk_city;
CREATE VIEW customer AS
    SELECT p.pk_person, p.name, l.address FROM person p LEFT JOIN located l ON l.pk_address = p.fk_address;
CREATE VIEW article AS
    SELECT p.pk_product, p.name, b.name AS brand, c.name AS category, u.name AS parent,
           (SELECT r.amount FROM price r WHERE r.fk_product = p.pk_product ORDER BY r.pk_price DESC LIMIT 1) AS price,
           (SELECT jsonb_agg(jsonb_build_object('stars', r.stars, 'by', k.name) ORDER BY r.pk_review)
              FROM review r JOIN customer k ON k.pk_person = r.fk_person WHERE r.fk_product = p.pk_product) AS reviews
      FROM product p LEFT JOIN brand b ON b.pk_brand = p.fk_brand
      LEFT JOIN category c ON c.pk_category = p.fk_category LEFT JOIN category u ON u.pk_category = c.fk_parent;
\set definition 'SELECT o.pk_purchase, o.placed, jsonb_build_object(''by'', to_jsonb(k.*), ''lines'', (SELECT jsonb_agg(jsonb_build_object(''n'', l.quantity, ''article'', to_jsonb(a.*)) ORDER BY l.pk_line) FROM line l JOIN article a ON a.pk_product = l.fk_product WHERE l.fk_purchase = o.pk_purchase), ''shipped'', (SELECT jsonb_agg(d.address ORDER BY s.pk_shipment) FROM shipment s JOIN located d ON d.pk_address = s.fk_address WHERE s.fk_purchase = o.pk_purchase)) AS data FROM purchase o LEFT JOIN customer k ON k.pk_person = o.fk_person'

-- The first call in a session also loads the library and the catalog.
SELECT jsonb_array_length(pg_tviews_analyze_select(:'definition') -> 'occurrences') AS occurrences \gset
SELECT clock_timestamp() AS begin \gset
SELECT pg_tviews_analyze_select(:'definition') IS NOT NULL AS analysed \gset
SELECT round((extract(epoch FROM clock_timestamp() - :'begin'::timestamptz) * 1000)::numeric) AS analysed \gset
SELECT clock_timestamp() AS begin \gset
SET client_min_messages = error;
SELECT pg_tviews_create('purchase', :'definition') AS created \gset
RESET client_min_messages;
SELECT round((extract(epoch FROM clock_timestamp() - :'begin'::timestamptz) * 1000)::numeric) AS created,
       (SELECT count(DISTINCT source) FROM pg_tview_helpers) AS sources,
       (SELECT count(*) FROM pg_tview_helpers WHERE strategy = 'full') AS whole \gset
\echo :sources sources, :occurrences occurrences (:whole maintained as a whole): analysed in :analysed ms, created in :created ms

-- Half of the TVIEWs read one column of item, half of them another.
CREATE TABLE item (pk_item int PRIMARY KEY, a int, b int, unread int);
CREATE TABLE other (pk_other int PRIMARY KEY, a int, b int, unread int);
INSERT INTO item SELECT g, g, g, g FROM generate_series(1, 1000) g;
INSERT INTO other SELECT g, g, g, g FROM generate_series(1, 1000) g;
