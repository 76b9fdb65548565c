CREATE FUNCTION post_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tv_post t SET data = jsonb_set(t.data, '{title}', to_jsonb(n.title))
      FROM new_rows n JOIN old_rows o USING (pk_post) WHERE t.pk_post = n.pk_post AND n.title <> o.title;
    RETURN NULL;
END $$;
CREATE FUNCTION user_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tv_user t SET data = jsonb_set(t.data, '{name}', to_jsonb(n.name))
      FROM new_rows n JOIN old_rows o USING (pk_user) WHERE t.pk_user = n.pk_user AND n.name <> o.name;
    RETURN NULL;
END $$;
CREATE FUNCTION organisation_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tv_user t SET data = jsonb_set(t.data, '{organisation,name}', to_jsonb(n.name))
      FROM new_rows n JOIN old_rows o USING (pk_organisation) JOIN tb_user u ON u.fk_organisation = n.pk_organisation
     WHERE t.pk_user = u.pk_user AND n.name <> o.name;
    RETURN NULL;
END $$;
CREATE FUNCTION tv_user_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tv_post t SET data = jsonb_set(t.data, '{author}', n.data)
      FROM new_rows n JOIN tb_post p ON p.fk_user = n.pk_user WHERE t.pk_post = p.pk_post;
    RETURN NULL;
END $$;
CREATE TRIGGER updated AFTER UPDATE ON tb_post REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION post_updated();
CREATE TRIGGER updated AFTER UPDATE ON tb_user REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION user_updated();
CREATE TRIGGER updated AFTER UPDATE ON tb_organisation REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION organisation_updated();
CREATE TRIGGER updated AFTER UPDATE ON tv_user REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION tv_user_updated();
