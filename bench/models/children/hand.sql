-- One changed element is put in its place, which the index on (fk_post, pk_comment) counts; several elements of an array
-- rebuild it once.
CREATE FUNCTION comment_element(c tb_comment) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('id', c.pk_comment, 'body', c.body, 'author', jsonb_build_object('id', u.pk_user, 'name', u.name))
      FROM tb_user u WHERE u.pk_user = c.fk_user
$$;
CREATE FUNCTION comments_of(post bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', c.pk_comment, 'body', c.body,
                                                 'author', jsonb_build_object('id', u.pk_user, 'name', u.name))
                              ORDER BY c.pk_comment), '[]')
      FROM tb_comment c JOIN tb_user u ON u.pk_user = c.fk_user WHERE c.fk_post = post
$$;
CREATE FUNCTION comment_position(post bigint, comment bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT count(*)::text FROM tb_comment c WHERE c.fk_post = post AND c.pk_comment < comment
$$;
CREATE FUNCTION post_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tv_post (pk_post, data)
    SELECT n.pk_post, jsonb_build_object('id', n.pk_post, 'title', n.title, 'comments', '[]'::jsonb) FROM new_rows n;
    RETURN NULL;
END $$;
CREATE FUNCTION post_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tv_post t SET data = jsonb_set(t.data, '{title}', to_jsonb(n.title))
      FROM new_rows n JOIN old_rows o USING (pk_post) WHERE t.pk_post = n.pk_post AND n.title <> o.title;
    RETURN NULL;
END $$;
CREATE FUNCTION comment_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) = 1 FROM (SELECT FROM new_rows LIMIT 2) n) THEN
        UPDATE tv_post t
           SET data = CASE WHEN coalesce((t.data #>> '{comments,-1,id}')::bigint < n.pk_comment, true)
                           THEN jsonb_insert(t.data, '{comments,-1}', comment_element(n), true)
                           ELSE jsonb_set(t.data, '{comments}', comments_of(n.fk_post)) END
          FROM new_rows n WHERE t.pk_post = n.fk_post;
    ELSE
        UPDATE tv_post t SET data = jsonb_set(t.data, '{comments}', comments_of(t.pk_post))
         WHERE t.pk_post IN (SELECT n.fk_post FROM new_rows n);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION comment_updated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    IF (SELECT count(*) = 1 FROM (SELECT FROM new_rows LIMIT 2) n) THEN
        SELECT n.*, o.fk_post <> n.fk_post OR o.fk_user <> n.fk_user AS moved, o.body <> n.body AS edited INTO one
          FROM new_rows n JOIN old_rows o USING (pk_comment);
        IF NOT one.moved THEN
            IF one.edited THEN
                UPDATE tv_post t
                   SET data = jsonb_set(t.data, ARRAY['comments', comment_position(one.fk_post, one.pk_comment), 'body'], to_jsonb(one.body))
                 WHERE t.pk_post = one.fk_post;
            END IF;
            RETURN NULL;
        END IF;
    END IF;
    UPDATE tv_post t SET data = jsonb_set(t.data, '{comments}', comments_of(t.pk_post))
     WHERE t.pk_post IN (SELECT unnest(ARRAY[n.fk_post, o.fk_post]) FROM new_rows n JOIN old_rows o USING (pk_comment)
                          WHERE (n.fk_post, n.fk_user, n.body) IS DISTINCT FROM (o.fk_post, o.fk_user, o.body));
    RETURN NULL;
END $$;
CREATE FUNCTION comment_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) = 1 FROM (SELECT FROM old_rows LIMIT 2) o) THEN
        UPDATE tv_post t SET data = t.data #- ARRAY['comments', comment_position(o.fk_post, o.pk_comment)]
          FROM old_rows o WHERE t.pk_post = o.fk_post;
    ELSE
        UPDATE tv_post t SET data = jsonb_set(t.data, '{comments}', comments_of(t.pk_post))
         WHERE t.pk_post IN (SELECT o.fk_post FROM old_rows o);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION user_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tv_post t SET data = jsonb_set(t.data, '{comments}', comments_of(t.pk_post))
     WHERE t.pk_post IN (SELECT c.fk_post FROM new_rows n JOIN old_rows o USING (pk_user) JOIN tb_comment c ON c.fk_user = n.pk_user
                          WHERE n.name <> o.name);
    RETURN NULL;
END $$;
CREATE TRIGGER inserted AFTER INSERT ON tb_post REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION post_inserted();
CREATE TRIGGER updated AFTER UPDATE ON tb_post REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION post_updated();
CREATE TRIGGER inserted AFTER INSERT ON tb_comment REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION comment_inserted();
CREATE TRIGGER updated AFTER UPDATE ON tb_comment REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION comment_updated();
CREATE TRIGGER deleted AFTER DELETE ON tb_comment REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION comment_deleted();
CREATE TRIGGER updated AFTER UPDATE ON tb_user REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION user_updated();
