-- scale posts with ten comments each; ten posts with 500, four with 5,000. A hundred comments per author.
CREATE TABLE tb_user (pk_user bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE tb_post (pk_post bigint PRIMARY KEY, title text NOT NULL);
CREATE TABLE tb_comment (
    pk_comment bigint PRIMARY KEY,
    fk_post    bigint NOT NULL REFERENCES tb_post,
    fk_user    bigint NOT NULL REFERENCES tb_user,
    body       text NOT NULL,
    likes      integer NOT NULL DEFAULT 0
);
INSERT INTO tb_user SELECT i, 'name ' || i FROM generate_series(1, greatest(:scale / 10, 100)) i;
INSERT INTO tb_post SELECT i, 'title ' || i FROM generate_series(1, :scale) i;
INSERT INTO tb_post SELECT 10000000 + i, 'title ' || i FROM generate_series(1, 10) i;
INSERT INTO tb_post SELECT 20000000 + i, 'title ' || i FROM generate_series(1, 4) i;
INSERT INTO tb_comment SELECT i, 1 + (i - 1) / 10, 1 + i % greatest(:scale / 10, 100), 'comment number ' || i
  FROM generate_series(1, :scale * 10) i;
INSERT INTO tb_comment SELECT 100000000 + i, 10000001 + (i - 1) / 500, 1 + i % 100, 'comment number ' || i FROM generate_series(1, 5000) i;
INSERT INTO tb_comment SELECT 200000000 + i, 20000001 + (i - 1) / 5000, 1 + i % 100, 'comment number ' || i FROM generate_series(1, 20000) i;
CREATE INDEX ON tb_comment (fk_post, pk_comment);
CREATE INDEX ON tb_comment (fk_user);
