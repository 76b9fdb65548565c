-- scale posts, ten per user, ten users per organisation.
CREATE TABLE tb_organisation (pk_organisation bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE tb_user (pk_user bigint PRIMARY KEY, fk_organisation bigint NOT NULL REFERENCES tb_organisation, name text NOT NULL);
CREATE TABLE tb_post (pk_post bigint PRIMARY KEY, fk_user bigint NOT NULL REFERENCES tb_user, title text NOT NULL);
INSERT INTO tb_organisation SELECT i, 'organisation ' || i FROM generate_series(1, :scale / 100) i;
INSERT INTO tb_user SELECT i, 1 + (i - 1) / 10, 'name ' || i FROM generate_series(1, :scale / 10) i;
INSERT INTO tb_post SELECT i, 1 + (i - 1) / 10, 'title ' || i FROM generate_series(1, :scale) i;
CREATE INDEX ON tb_user (fk_organisation);
CREATE INDEX ON tb_post (fk_user);
