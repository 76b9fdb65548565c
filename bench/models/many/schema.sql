-- scale rows, read by as many TVIEWs as the model's name says.
CREATE TABLE tb_item (pk_item bigint PRIMARY KEY, name text NOT NULL, note text NOT NULL DEFAULT '');
INSERT INTO tb_item SELECT i, 'item ' || i FROM generate_series(1, :scale) i;
