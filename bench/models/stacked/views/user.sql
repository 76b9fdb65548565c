SELECT u.pk_user,
       jsonb_build_object('id', u.pk_user, 'name', u.name, 'organisation', jsonb_build_object('id', o.pk_organisation, 'name', o.name)) AS data
  FROM tb_user u
  JOIN tb_organisation o ON o.pk_organisation = u.fk_organisation
