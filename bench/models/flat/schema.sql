-- scale posts with ten per author. From 10^5 on also ten authors of 1,000 posts each and one of 100,000.
CREATE TABLE tb_user (
    pk_user bigint PRIMARY KEY,
    name    text NOT NULL,
    email   text NOT NULL,
    logins  integer NOT NULL DEFAULT 0
);
CREATE TABLE tb_post (
    pk_post bigint PRIMARY KEY,
    fk_user bigint NOT NULL REFERENCES tb_user,
    title   text NOT NULL,
    body    text NOT NULL,
    visits  integer NOT NULL DEFAULT 0
);
INSERT INTO tb_user SELECT i, 'name ' || i, 'user' || i || '@example.org' FROM generate_series(1, :scale / 10) i;
INSERT INTO tb_post SELECT i, 1 + (i - 1) / 10, 'title ' || i, repeat('body of post ' || i || ' ', 8) FROM generate_series(1, :scale) i;
INSERT INTO tb_user SELECT 10000000 + i, 'name ' || i, 'big' || i || '@example.org' FROM generate_series(1, 10) i;
INSERT INTO tb_post SELECT 10000000 + i, 10000001 + (i - 1) / 1000, 'title ' || i, repeat('body of post ' || i || ' ', 8)
  FROM generate_series(1, 10000) i WHERE :scale >= 100000;
INSERT INTO tb_user VALUES (20000001, 'name', 'huge@example.org');
INSERT INTO tb_post SELECT 20000000 + i, 20000001, 'title ' || i, repeat('body of post ' || i || ' ', 8)
  FROM generate_series(1, 100000) i WHERE :scale >= 100000;
CREATE INDEX ON tb_post (fk_user);
