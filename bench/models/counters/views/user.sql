SELECT u.pk_user,
       jsonb_build_object('id', u.pk_user, 'name', u.name, 'orders', count(o.pk_order),
                          'amount', coalesce(sum(o.amount), 0), 'latest', max(o.placed)) AS data
  FROM tb_user u
  LEFT JOIN tb_order o ON o.fk_user = u.pk_user
 GROUP BY u.pk_user
