SELECT p.pk_product,
       jsonb_build_object(
           'id', p.pk_product, 'name', p.name, 'price', p.price,
           'category', jsonb_build_object('id', c.pk_category, 'name', c.name),
           'supplier', jsonb_build_object('id', s.pk_supplier, 'name', s.name, 'country', s.country),
           'stock', (SELECT coalesce(sum(i.quantity), 0) FROM tb_inventory i WHERE i.fk_product = p.pk_product),
           'reviews', (SELECT jsonb_build_object('count', count(*), 'average', round(avg(r.rating), 2)) FROM tb_review r WHERE r.fk_product = p.pk_product),
           'recent', (SELECT jsonb_agg(jsonb_build_object('id', l.pk_review, 'rating', l.rating, 'body', l.body) ORDER BY l.pk_review DESC)
                        FROM (SELECT r.pk_review, r.rating, r.body FROM tb_review r
                               WHERE r.fk_product = p.pk_product ORDER BY r.pk_review DESC LIMIT 5) l)) AS data
  FROM tb_product p
  JOIN tb_category c ON c.pk_category = p.fk_category
  JOIN tb_supplier s ON s.pk_supplier = p.fk_supplier
