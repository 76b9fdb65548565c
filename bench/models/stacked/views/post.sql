SELECT p.pk_post, jsonb_build_object('id', p.pk_post, 'title', p.title, 'author', u.data) AS data
  FROM tb_post p
  JOIN tv_user u ON u.pk_user = p.fk_user
