SELECT p.pk_post,
       jsonb_build_object('id', p.pk_post, 'title', p.title, 'comments', coalesce(
           (SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment, 'body', c.body,
                                                'author', jsonb_build_object('id', u.pk_user, 'name', u.name))
                             ORDER BY c.pk_comment)
              FROM tb_comment c
              JOIN tb_user u ON u.pk_user = c.fk_user
             WHERE c.fk_post = p.pk_post), '[]')) AS data
  FROM tb_post p
