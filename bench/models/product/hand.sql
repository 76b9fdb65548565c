CREATE FUNCTION product_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tv_product t
       SET data = t.data || jsonb_build_object('name', n.name, 'price', n.price)
                  || CASE WHEN n.fk_category = o.fk_category AND n.fk_supplier = o.fk_supplier THEN '{}' ELSE
                     (SELECT jsonb_build_object('category', jsonb_build_object('id', c.pk_category, 'name', c.name),
                                                'supplier', jsonb_build_object('id', s.pk_supplier, 'name', s.name, 'country', s.country))
                        FROM tb_category c, tb_supplier s WHERE c.pk_category = n.fk_category AND s.pk_supplier = n.fk_supplier) END
      FROM new_rows n JOIN old_rows o USING (pk_product)
     WHERE t.pk_product = n.pk_product
       AND (n.name, n.price, n.fk_category, n.fk_supplier) IS DISTINCT FROM (o.name, o.price, o.fk_category, o.fk_supplier);
    RETURN NULL;
END $$;
CREATE FUNCTION category_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tv_product t SET data = jsonb_set(t.data, '{category,name}', to_jsonb(n.name))
      FROM new_rows n JOIN old_rows o USING (pk_category) JOIN tb_product p ON p.fk_category = n.pk_category
     WHERE t.pk_product = p.pk_product AND n.name <> o.name;
    RETURN NULL;
END $$;
CREATE FUNCTION supplier_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tv_product t SET data = jsonb_set(t.data, '{supplier}', jsonb_build_object('id', n.pk_supplier, 'name', n.name, 'country', n.country))
      FROM new_rows n JOIN old_rows o USING (pk_supplier) JOIN tb_product p ON p.fk_supplier = n.pk_supplier
     WHERE t.pk_product = p.pk_product AND (n.name, n.country) IS DISTINCT FROM (o.name, o.country);
    RETURN NULL;
END $$;
CREATE FUNCTION inventory_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tv_product t SET data = jsonb_set(t.data, '{stock}', to_jsonb((t.data ->> 'stock')::bigint + d.quantity))
      FROM (SELECT n.fk_product, sum(n.quantity - o.quantity) AS quantity
              FROM new_rows n JOIN old_rows o USING (fk_product, warehouse) GROUP BY 1) d
     WHERE t.pk_product = d.fk_product AND d.quantity <> 0;
    RETURN NULL;
END $$;
-- Count and average are read from the index on (fk_product, pk_review), ten rows of it.
CREATE FUNCTION review_part(product bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'reviews', (SELECT jsonb_build_object('count', count(*), 'average', round(avg(r.rating), 2)) FROM tb_review r WHERE r.fk_product = product),
        'recent', (SELECT jsonb_agg(jsonb_build_object('id', l.pk_review, 'rating', l.rating, 'body', l.body) ORDER BY l.pk_review DESC)
                     FROM (SELECT r.pk_review, r.rating, r.body FROM tb_review r WHERE r.fk_product = product ORDER BY r.pk_review DESC LIMIT 5) l))
$$;
CREATE FUNCTION review_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tv_product t SET data = t.data || review_part(t.pk_product) WHERE t.pk_product IN (SELECT n.fk_product FROM new_rows n);
    RETURN NULL;
END $$;
CREATE TRIGGER updated AFTER UPDATE ON tb_product REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION product_updated();
CREATE TRIGGER updated AFTER UPDATE ON tb_category REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION category_updated();
CREATE TRIGGER updated AFTER UPDATE ON tb_supplier REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION supplier_updated();
CREATE TRIGGER updated AFTER UPDATE ON tb_inventory REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION inventory_updated();
CREATE TRIGGER inserted AFTER INSERT ON tb_review REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION review_inserted();
