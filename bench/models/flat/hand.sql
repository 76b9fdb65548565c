CREATE FUNCTION post_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tv_post (pk_post, data)
    SELECT n.pk_post,
           jsonb_build_object('id', n.pk_post, 'title', n.title, 'body', n.body,
                              'author', jsonb_build_object('id', u.pk_user, 'name', u.name, 'email', u.email))
      FROM new_rows n JOIN tb_user u ON u.pk_user = n.fk_user;
    RETURN NULL;
END $$;
CREATE FUNCTION post_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tv_post t
       SET data = CASE WHEN n.fk_user = o.fk_user
                       THEN t.data || jsonb_build_object('title', n.title, 'body', n.body)
                       ELSE jsonb_build_object('id', n.pk_post, 'title', n.title, 'body', n.body, 'author',
                                (SELECT jsonb_build_object('id', u.pk_user, 'name', u.name, 'email', u.email)
                                   FROM tb_user u WHERE u.pk_user = n.fk_user))
                  END
      FROM new_rows n JOIN old_rows o USING (pk_post)
     WHERE t.pk_post = n.pk_post
       AND (n.title, n.body, n.fk_user) IS DISTINCT FROM (o.title, o.body, o.fk_user);
    RETURN NULL;
END $$;
CREATE FUNCTION post_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM tv_post t USING old_rows o WHERE t.pk_post = o.pk_post;
    RETURN NULL;
END $$;
CREATE FUNCTION user_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tv_post t
       SET data = jsonb_set(t.data, '{author}', jsonb_build_object('id', n.pk_user, 'name', n.name, 'email', n.email))
      FROM new_rows n JOIN old_rows o USING (pk_user) JOIN tb_post p ON p.fk_user = n.pk_user
     WHERE t.pk_post = p.pk_post AND (n.name, n.email) IS DISTINCT FROM (o.name, o.email);
    RETURN NULL;
END $$;
CREATE TRIGGER inserted AFTER INSERT ON tb_post REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION post_inserted();
CREATE TRIGGER updated AFTER UPDATE ON tb_post REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION post_updated();
CREATE TRIGGER deleted AFTER DELETE ON tb_post REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION post_deleted();
CREATE TRIGGER updated AFTER UPDATE ON tb_user REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION user_updated();
