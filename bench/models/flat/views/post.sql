SELECT p.pk_post,
       jsonb_build_object('id', p.pk_post, 'title', p.title, 'body', p.body,
                          'author', jsonb_build_object('id', u.pk_user, 'name', u.name, 'email', u.email)) AS data
  FROM tb_post p
  JOIN tb_user u ON u.pk_user = p.fk_user
