-- Counts and sums from the difference; the latest order from the index.
CREATE FUNCTION order_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE tv_user t
           SET data = t.data || jsonb_build_object('orders', (t.data ->> 'orders')::bigint + d.n, 'amount', (t.data ->> 'amount')::bigint + d.amount,
                                                   'latest', greatest((t.data ->> 'latest')::date, d.latest))
          FROM (SELECT n.fk_user, count(*) AS n, sum(n.amount) AS amount, max(n.placed) AS latest FROM new_rows n GROUP BY 1) d
         WHERE t.pk_user = d.fk_user;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE tv_user t
           SET data = t.data || jsonb_build_object('orders', (t.data ->> 'orders')::bigint - d.n, 'amount', (t.data ->> 'amount')::bigint - d.amount,
                                                   'latest', (SELECT max(o.placed) FROM tb_order o WHERE o.fk_user = t.pk_user))
          FROM (SELECT o.fk_user, count(*) AS n, sum(o.amount) AS amount FROM old_rows o GROUP BY 1) d
         WHERE t.pk_user = d.fk_user;
    ELSE
        UPDATE tv_user t
           SET data = t.data || jsonb_build_object('orders', (t.data ->> 'orders')::bigint + d.n, 'amount', (t.data ->> 'amount')::bigint + d.amount,
                                                   'latest', (SELECT max(o.placed) FROM tb_order o WHERE o.fk_user = t.pk_user))
          FROM (SELECT c.fk_user, sum(c.sign) AS n, sum(c.sign * c.amount) AS amount
                  FROM (SELECT fk_user, amount, placed, 1 AS sign FROM new_rows UNION ALL SELECT fk_user, amount, placed, -1 FROM old_rows) c
                 GROUP BY 1
                HAVING sum(c.sign) <> 0 OR sum(c.sign * c.amount) <> 0 OR count(DISTINCT c.placed) > 1) d
         WHERE t.pk_user = d.fk_user;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inserted AFTER INSERT ON tb_order REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION order_changed();
CREATE TRIGGER updated AFTER UPDATE ON tb_order REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION order_changed();
CREATE TRIGGER deleted AFTER DELETE ON tb_order REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION order_changed();
