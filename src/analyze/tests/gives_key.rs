//! Which occurrences give the view its keys: without a row of such a one that has a key there is none in the view. Each case
//! reads: what it shows, the view's columns, its definition, and the aliases of these occurrences.

use super::catalog::{case, Blog, Case};

const CASES: &[Case] = &[
    case(
        "the key is a column of the row",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        &["p"],
    ),
    case(
        "also on the side of a join that may have no row: then the key is null",
        "pk_post int8, name text",
        "SELECT p.pk_post, u.name FROM (public.tb_user u LEFT JOIN public.tb_post p ON ((u.pk_user = p.fk_user)))",
        &["p"],
    ),
    case(
        "what equals the key holds it, and the other gives it",
        "pk_post int8, n int4",
        "SELECT p.pk_post, c.n FROM (public.tb_post p LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post)))",
        &["p"],
    ),
    case(
        "through a subquery and its groups",
        "pk_post int8, n int8",
        "SELECT s.k AS pk_post, s.n FROM (SELECT p.pk_post AS k, count(c.pk_comment) AS n FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post) s ORDER BY s.k",
        &["p"],
    ),
    case(
        "one branch of a set operation does not give all",
        "pk_post int8",
        "SELECT p.pk_post FROM public.tb_post p UNION SELECT c.fk_post FROM public.tb_comment c",
        &[],
    ),
    case(
        "a merged column comes from either side",
        "pk_post int8, n int4",
        "SELECT COALESCE(p.pk_post, c.fk_post) AS pk_post, c.n FROM (public.tb_post p FULL JOIN public.tb_comment c \
         ON ((c.fk_post = p.pk_post)))",
        &[],
    ),
    case(
        "a default is from no row",
        "pk_post int8, n int4",
        "SELECT COALESCE(p.pk_post, (0)::bigint) AS pk_post, c.n FROM (public.tb_comment c LEFT JOIN public.tb_post p \
         ON ((c.fk_post = p.pk_post)))",
        &[],
    ),
    case(
        "a cast makes another value of it",
        "pk_post int8, name text",
        "SELECT (c.small_post)::bigint AS pk_post, c.body FROM public.tb_comment c",
        &[],
    ),
    case(
        "another collation calls other values equal",
        "word text, pk_word int8",
        "SELECT (w.word)::text AS word, w.pk_word FROM public.tb_word w",
        &[],
    ),
];

fn giving(blog: &Blog) -> Vec<String> {
    let occurrences = blog.plan().occurrences.into_iter();
    occurrences
        .filter(|o| o.gives_key)
        .map(|o| o.alias)
        .collect()
}

#[test]
fn an_occurrence_gives_the_key_when_the_view_copies_it_from_there() {
    for case in CASES {
        let key = case.columns.split_whitespace().next().unwrap_or_default();
        let blog = Blog::new()
            .view("v_x", case.columns, case.definition)
            .key(key);
        assert_eq!(giving(&blog), case.expect, "{}", case.shows);
    }
}

#[test]
fn all_columns_of_the_key_come_from_one_row() {
    let view = |definition: &str| {
        Blog::new()
            .view("v_x", "fk_post int8, fk_tag int8, label text", definition)
            .key("fk_post fk_tag")
    };
    let one = view(
        "SELECT x.fk_post, x.fk_tag, t.label FROM (public.tb_post_tag x JOIN public.tb_tag t ON ((t.pk_tag = x.fk_tag)))",
    );
    assert_eq!(giving(&one), ["x"]);
    let two = view(
        "SELECT x.fk_post, t.pk_tag AS fk_tag, t.label FROM (public.tb_post_tag x JOIN public.tb_tag t ON ((t.pk_tag = x.fk_tag)))",
    );
    assert!(giving(&two).is_empty());
}
