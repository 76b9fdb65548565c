SELECT p.pk_post,
       jsonb_build_object('id', p.pk_post, 'title', p.title,
                          'author', jsonb_build_object('id', u.pk_user, 'name', u.name,
                                                       'organisation', jsonb_build_object('id', o.pk_organisation, 'name', o.name))) AS data
  FROM tb_post p
  JOIN tb_user u ON u.pk_user = p.fk_user
  JOIN tb_organisation o ON o.pk_organisation = u.fk_organisation
