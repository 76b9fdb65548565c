//! Which columns are written into a document as they are captured. Each case reads: what it shows, the view's columns, its
//! definition, and one line per such column with its places.

use super::catalog::{case, Blog, Case};

const DATA: &str = "pk_post int8, data jsonb";

const CASES: &[Case] = &[
    case(
        "columns of the row with the key, at one place or at two",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', p.title, 'code', p.code, 'more', jsonb_build_object('title', (p.title))) AS data \
         FROM public.tb_post p",
        &["p.title: title more.title", "p.code: code"],
    ),
    case(
        "not what is made of a column, be it at one of its places",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', p.title, 'n', p.n, 'n1', (p.n + 1), 'code', (p.code)::text) AS data \
         FROM public.tb_post p",
        &["p.title: title"],
    ),
    case(
        "of a row that leads to the key, over another",
        "pk_comment int8, data jsonb",
        "SELECT c.pk_comment, jsonb_build_object('title', p.title, 'by', jsonb_build_object('name', u.name, 'code', upper((u.code)::text))) AS data \
         FROM ((public.tb_comment c JOIN public.tb_post p ON ((p.pk_post = c.fk_post))) JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        &["p.title: title", "u.name: by.name"],
    ),
    case(
        "of one that an outer join adds by the link alone",
        "pk_comment int8, data jsonb",
        "SELECT c.pk_comment, jsonb_build_object('title', p.title, 'name', u.name, 'boss', b.name) AS data \
         FROM (((public.tb_comment c LEFT JOIN public.tb_post p ON ((p.pk_post = c.fk_post))) LEFT JOIN public.tb_user u ON ((u.pk_user = p.fk_user))) \
         LEFT JOIN public.tb_user b ON ((u.fk_boss = b.pk_user)))",
        &["p.title: title", "u.name: name", "b.name: boss"],
    ),
    case(
        "not of one that an outer join may leave out, nor over such a one",
        "pk_comment int8, data jsonb",
        "SELECT c.pk_comment, jsonb_build_object('body', c.body, 'title', p.title, 'name', u.name, 'other', o.name) AS data \
         FROM (((public.tb_comment c LEFT JOIN public.tb_post p ON (((p.pk_post = c.fk_post) AND (p.n > 1)))) LEFT JOIN public.tb_user u ON ((u.pk_user = p.fk_user))) \
         LEFT JOIN public.tb_user o ON (((o.pk_user = c.fk_user) AND (o.small = c.n))))",
        &["c.body: body"],
    ),
    case(
        "not within the nullable side of an outer join",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('name', u.name, 'boss', b.name) AS data \
         FROM (public.tb_post p LEFT JOIN (public.tb_user u JOIN public.tb_user b ON ((b.pk_user = u.fk_boss))) ON ((u.pk_user = p.fk_user)))",
        &[],
    ),
    case(
        "not where several rows may lead there, or the values that lead there are no key",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('name', u.name, 'body', c.body) AS data \
         FROM ((public.tb_post p JOIN public.tb_user u ON ((u.small = p.n))) JOIN public.tb_comment c ON ((c.n = p.n)))",
        &[],
    ),
    case(
        "through a view that hands its rows on, and not through one that chooses them, when the join is an outer one",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('name', s.name, 'boss', b.name) AS data \
         FROM ((public.tb_post p JOIN (SELECT u.pk_user, u.name FROM public.tb_user u WHERE (u.small > 0)) s ON ((s.pk_user = p.fk_user))) \
         LEFT JOIN (SELECT u.pk_user, u.name FROM public.tb_user u WHERE (u.small > 0)) b ON ((b.pk_user = p.fk_user)))",
        &["u.name: name"],
    ),
    case(
        "through a subquery that hands its rows on",
        DATA,
        "SELECT s.k AS pk_post, jsonb_build_object('title', s.t, 'n', s.n) AS data \
         FROM (SELECT p.pk_post AS k, p.title AS t, (p.n)::text AS n FROM public.tb_post p) s",
        &["p.title: title"],
    ),
    case(
        "not what also decides about rows or the key",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('id', p.pk_post, 'title', p.title, 'code', p.code) AS data \
         FROM public.tb_post p WHERE ((p.code)::text = 'x'::text)",
        &["p.title: title"],
    ),
    case(
        "not what a join may leave out in one place and merges in another",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', COALESCE(p.title, 'none'::text), 'doc', p.doc) AS data \
         FROM (public.tb_user u LEFT JOIN public.tb_post p ON ((p.fk_user = u.pk_user)))",
        &["p.doc: doc"],
    ),
    case(
        "not where rows are merged",
        DATA,
        "SELECT DISTINCT ON (p.pk_post) p.pk_post, jsonb_build_object('title', p.title) AS data FROM public.tb_post p ORDER BY p.pk_post",
        &[],
    ),
    case(
        "not where the key comes from elsewhere, or is not unique in the source",
        DATA,
        "SELECT c.fk_post AS pk_post, jsonb_build_object('body', c.body, 'title', p.title) AS data \
         FROM (public.tb_comment c JOIN public.tb_post p ON ((p.pk_post = c.fk_post)))",
        &[],
    ),
    case(
        "not of a type that the library does not write itself",
        "pk_tag int8, data jsonb",
        "SELECT t.pk_tag, jsonb_build_object('label', t.label, 'email', t.email) AS data FROM public.tb_tag t",
        &["t.label: label"],
    ),
];

fn copied(blog: &Blog) -> Vec<String> {
    let occurrences = blog.plan().occurrences;
    let mut lines = Vec::new();
    for occurrence in &occurrences {
        let patch = occurrence.patch.as_ref();
        for copied in patch
            .iter()
            .flat_map(|p| &p.copies)
            .flat_map(|c| &c.columns)
        {
            let columns = occurrence.columns.as_deref().unwrap_or_default();
            let at = columns.iter().position(|num| *num == copied.column);
            let name = at.and_then(|at| occurrence.column_names.get(at));
            let places: Vec<String> = copied.paths.iter().map(|path| path.join(".")).collect();
            lines.push(format!(
                "{}.{}: {}",
                occurrence.alias,
                name.map_or("?", String::as_str),
                places.join(" ")
            ));
        }
    }
    lines
}

#[test]
fn what_is_copied() {
    for case in CASES {
        let key = case.columns.split_whitespace().next().unwrap_or_default();
        let blog = Blog::new()
            .view("v_x", case.columns, case.definition)
            .key(key);
        assert_eq!(copied(&blog), case.expect, "{}", case.shows);
    }
}
