//! The text of generated statements.

use super::catalog::Blog;
use crate::analyze::sql::quote_ident;
use crate::lineage::Strategy;

fn lookups(blog: &Blog) -> Vec<String> {
    blog.plan()
        .occurrences
        .into_iter()
        .filter_map(|o| match o.strategy {
            Strategy::Link { lookup, .. } => Some(lookup),
            _ => None,
        })
        .collect()
}

#[test]
fn names_are_quoted_when_in_doubt() {
    for name in ["tb_post", "_x1", "public", "name", "data"] {
        assert_eq!(quote_ident(name), name);
    }
    for name in ["Post", "user", "1x", "a b", "select", "é", "json_table", ""] {
        assert_eq!(quote_ident(name), format!("\"{name}\""));
    }
    assert_eq!(quote_ident("a\"b"), "\"a\"\"b\"");
}

#[test]
fn a_lookup_by_one_column_and_by_several() {
    let blog = Blog::new()
        .view(
            "v_x",
            "pk_post int8, n int4",
            "SELECT p.pk_post, c.n FROM (public.tb_post p JOIN public.tb_comment c ON (((c.n = p.n) AND (c.fk_user = p.fk_user)))) \
             WHERE (p.title <> 'x'::text)",
        )
        .key("pk_post");
    assert_eq!(
        lookups(&blog),
        ["SELECT DISTINCT p.pk_post FROM public.tb_post AS p WHERE p.fk_user OPERATOR(pg_catalog.=) ANY ($1)"],
        "the index on fk_user is enough"
    );
    let mut both = blog;
    both.0.relations.iter_mut().for_each(|r| r.indexes.clear());
    assert_eq!(
        lookups(&both),
        ["SELECT DISTINCT p.pk_post FROM public.tb_post AS p, ROWS FROM(pg_catalog.unnest($1), pg_catalog.unnest($2)) AS k(k1, k2) \
          WHERE p.fk_user OPERATOR(pg_catalog.=) k.k1 AND p.n OPERATOR(pg_catalog.=) k.k2"]
    );
}

/// `1.0` and `1.00` are equal, and their texts are not: one must not stand for the other on the way.
#[test]
fn a_lookup_of_values_that_vary_keeps_all_of_them() {
    let blog = Blog::new()
        .view(
            "v_x",
            "pk_post int8, name text",
            "SELECT p.pk_post, u.name FROM ((public.tb_post p JOIN public.tb_amount a ON (((a.amount)::text = p.title))) \
             JOIN public.tb_user u ON ((u.pk_user = a.pk_amount)))",
        )
        .key("pk_post");
    assert_eq!(
        lookups(&blog).last().map(String::as_str),
        Some("SELECT p.amount FROM public.tb_amount AS p WHERE p.pk_amount OPERATOR(pg_catalog.=) ANY ($1)")
    );
}

#[test]
fn a_lookup_over_rows_of_a_recursive_query() {
    let blog = Blog::new()
        .view(
            "v_x",
            "pk_user int8, n int8",
            "WITH RECURSIVE r AS ( SELECT u.pk_user, u.pk_user AS node FROM public.tb_user u UNION \
             SELECT r_1.pk_user, u.pk_user FROM (r r_1 JOIN public.tb_user u ON ((u.fk_boss = r_1.node)))) \
             SELECT r.pk_user, count(*) AS n FROM r GROUP BY r.pk_user",
        )
        .key("pk_user");
    assert_eq!(
        lookups(&blog),
        ["WITH RECURSIVE w AS (SELECT k.k1 FROM ROWS FROM(pg_catalog.unnest($1)) AS k(k1) UNION \
          SELECT o.fk_boss FROM w JOIN public.tb_user AS o ON o.pk_user OPERATOR(pg_catalog.=) w.k1) \
          SELECT DISTINCT p.pk_user FROM public.tb_user AS p JOIN w ON p.pk_user OPERATOR(pg_catalog.=) w.k1"]
    );
}

#[test]
fn a_lookup_by_an_expression() {
    let blog = |on: &str| {
        let text = format!(
            "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON ({on}))"
        );
        let blog = Blog::new().view("v_x", "pk_post int8, name text", &text);
        blog.key("pk_post")
    };
    let to = blog("u.name = (p.pk_post)::text");
    assert_eq!(
        lookups(&to),
        ["SELECT DISTINCT p.pk_post FROM public.tb_post AS p WHERE (p.pk_post)::pg_catalog.text OPERATOR(pg_catalog.=) ANY ($1)"]
    );
    assert_eq!(
        to.plan().occurrences[1].missing_index.as_deref(),
        Some("CREATE INDEX ON public.tb_post (((pk_post)::pg_catalog.text))")
    );
    assert_eq!(
        lookups(&blog("(u.pk_user)::text = p.title")),
        ["SELECT DISTINCT p.pk_post FROM public.tb_post AS p, ROWS FROM(pg_catalog.unnest($1)) AS k(k1) \
          WHERE p.title OPERATOR(pg_catalog.=) (k.k1)::pg_catalog.text"]
    );
    assert_eq!(
        lookups(&blog("(u.small)::numeric = (p.n)::numeric")),
        ["SELECT DISTINCT p.pk_post FROM public.tb_post AS p, ROWS FROM(pg_catalog.unnest($1)) AS k(k1) \
          WHERE (p.n)::pg_catalog.\"numeric\" OPERATOR(pg_catalog.=) (k.k1)::pg_catalog.\"numeric\""]
    );
}

#[test]
fn a_climb_hands_on_what_the_next_hop_needs() {
    let blog = Blog::new()
        .view(
            "v_x",
            "pk_comment int8, name text",
            "SELECT c.pk_comment, u.name FROM ((public.tb_comment c JOIN public.tb_post p ON ((p.pk_post = c.fk_post))) \
             JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        )
        .key("pk_comment");
    assert_eq!(
        lookups(&blog),
        [
            "SELECT DISTINCT p.pk_comment FROM public.tb_comment AS p WHERE p.fk_post OPERATOR(pg_catalog.=) ANY ($1)",
            "SELECT DISTINCT p.pk_post FROM public.tb_post AS p WHERE p.fk_user OPERATOR(pg_catalog.=) ANY ($1)",
        ]
    );
}

#[test]
fn writing_by_key_and_as_a_whole() {
    let blog = Blog::new()
        .view(
            "v_x",
            "pk_post int8, title text",
            "SELECT p.pk_post, p.title FROM public.tb_post p",
        )
        .key("pk_post");
    let statements = blog.plan().statements;
    assert!(statements
        .recompute
        .contains("FROM public.v_x AS v WHERE v.pk_post OPERATOR(pg_catalog.=) ANY ($1)"));
    assert!(statements
        .recompute
        .contains("updated_at = pg_catalog.now()"));
    assert!(!statements.whole.contains('$'));
    assert_eq!(
        statements.null_key,
        "SELECT EXISTS (SELECT FROM public.v_x AS v WHERE (v.pk_post IS NULL AND \
         pg_catalog.num_nulls(v.pk_post) OPERATOR(pg_catalog.=) 1))"
    );
    let mut bare = blog;
    bare.0.target.updated_at = false;
    assert!(!bare.plan().statements.recompute.contains("updated_at"));
}
