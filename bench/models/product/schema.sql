-- scale products; a hundred categories, a supplier per twenty products, two warehouses and ten reviews per product.
CREATE TABLE tb_category (pk_category bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE tb_supplier (pk_supplier bigint PRIMARY KEY, name text NOT NULL, country text NOT NULL);
CREATE TABLE tb_product (
    pk_product  bigint PRIMARY KEY,
    fk_category bigint NOT NULL REFERENCES tb_category,
    fk_supplier bigint NOT NULL REFERENCES tb_supplier,
    name        text NOT NULL,
    price       numeric(10, 2) NOT NULL
);
CREATE TABLE tb_inventory (
    fk_product bigint NOT NULL REFERENCES tb_product,
    warehouse  integer NOT NULL,
    quantity   integer NOT NULL,
    PRIMARY KEY (fk_product, warehouse)
);
CREATE TABLE tb_review (
    pk_review  bigint PRIMARY KEY,
    fk_product bigint NOT NULL REFERENCES tb_product,
    rating     integer NOT NULL,
    body       text NOT NULL
);
INSERT INTO tb_category SELECT i, 'category ' || i FROM generate_series(1, 100) i;
INSERT INTO tb_supplier SELECT i, 'supplier ' || i, 'country ' || i % 50 FROM generate_series(1, greatest(:scale / 20, 1)) i;
INSERT INTO tb_product SELECT i, 1 + i % 100, 1 + i % greatest(:scale / 20, 1), 'product ' || i, i % 1000 + 0.99 FROM generate_series(1, :scale) i;
INSERT INTO tb_inventory SELECT i, w, (i * w) % 100 FROM generate_series(1, :scale) i, generate_series(1, 2) w;
INSERT INTO tb_review SELECT i, 1 + i % :scale, 1 + i % 5, 'review number ' || i FROM generate_series(1, :scale * 10) i;
CREATE INDEX ON tb_product (fk_category);
CREATE INDEX ON tb_product (fk_supplier);
CREATE INDEX ON tb_review (fk_product, pk_review);
