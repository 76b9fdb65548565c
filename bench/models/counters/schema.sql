-- scale users with ten orders each; ten users with 1,000.
CREATE TABLE tb_user (pk_user bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE tb_order (
    pk_order bigint PRIMARY KEY,
    fk_user  bigint NOT NULL REFERENCES tb_user,
    amount   integer NOT NULL,
    placed   date NOT NULL,
    note     text NOT NULL DEFAULT ''
);
INSERT INTO tb_user SELECT i, 'name ' || i FROM generate_series(1, :scale) i;
INSERT INTO tb_user SELECT 10000000 + i, 'name ' || i FROM generate_series(1, 10) i;
INSERT INTO tb_order SELECT i, 1 + (i - 1) / 10, i % 1000, date '2026-01-01' + (i % 300)::integer FROM generate_series(1, :scale * 10) i;
INSERT INTO tb_order SELECT 100000000 + i, 10000001 + (i - 1) / 1000, i % 1000, date '2026-01-01' + (i % 300)::integer FROM generate_series(1, 10000) i;
CREATE INDEX ON tb_order (fk_user, placed);
