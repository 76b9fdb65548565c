//! Which columns are patched, and where. Each case reads: what it shows, the view's columns, its definition, and one line per
//! occurrence with something to patch.

use super::catalog::{case, Blog, Case};

const DATA: &str = "pk_post int8, data jsonb";

const CASES: &[Case] = &[
    case(
        "columns that are read at places of the document only",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('id', p.pk_post, 'title', p.title, 'author', jsonb_build_object('id', u.pk_user, \
         'name', u.name, 'code', u.code)) AS data FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        &[
            "p: title → data #> {title}",
            "u: name → data #> {author,name}; code → data #> {author,code}",
        ],
    ),
    case(
        "a column at two places, and two columns at one place",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('a', u.name, 'b', (u.name || u.code), 'c', p.n) AS data \
         FROM (public.tb_post p LEFT JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        &["p: n → data #> {c}", "u: name → data #> {a}, data #> {b}; code → data #> {b}"],
    ),
    case(
        "a condition reads it",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', p.title, 'name', u.name) AS data \
         FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user))) WHERE ((u.name IS NOT NULL) AND (p.n > 3))",
        &["p: title → data #> {title}"],
    ),
    case(
        "the condition of a join reads it",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', p.title, 'name', u.name, 'code', u.code) AS data \
         FROM (public.tb_post p LEFT JOIN public.tb_user u ON (((u.pk_user = p.fk_user) AND (u.name <> 'x'::text))))",
        &["p: title → data #> {title}", "u: code → data #> {code}"],
    ),
    case(
        "another column of the view reads it",
        "pk_post int8, data jsonb, name text",
        "SELECT p.pk_post, jsonb_build_object('title', p.title, 'name', u.name) AS data, u.name \
         FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        &["p: title → data #> {title}"],
    ),
    case(
        "the order reads it",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', p.title, 'n', p.n) AS data FROM public.tb_post p ORDER BY p.n",
        &["p: title → data #> {title}"],
    ),
    case(
        "a subquery compares with it",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', p.title, 'n', p.n, 'c', ( SELECT count(*) AS count FROM public.tb_comment c \
         WHERE ((c.fk_post = p.pk_post) AND (c.n = p.n)))) AS data FROM public.tb_post p",
        &["p: title → data #> {title}"],
    ),
    case(
        "what a subquery reads is not patched",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('bodies', ( SELECT jsonb_agg(c.body ORDER BY c.pk_comment) AS jsonb_agg \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))) AS data FROM public.tb_post p",
        &[],
    ),
    case(
        "a key that is there twice: the place is that of the object around",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('a', jsonb_build_object('x', p.title, 'x', p.code), 'b', p.n) AS data FROM public.tb_post p",
        &["p: title → data #> {a}; code → data #> {a}; n → data #> {b}"],
    ),
    case(
        "at the top there is no place around",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('x', p.title, 'x', p.code) AS data FROM public.tb_post p",
        &[],
    ),
    case(
        "a key that is no constant",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('a', jsonb_build_object(p.code, p.title)) AS data FROM public.tb_post p",
        &["p: title → data #> {a}; code → data #> {a}"],
    ),
    case(
        "a function around an object",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('a', jsonb_strip_nulls(jsonb_build_object('x', p.title)), 'b', p.n) AS data FROM public.tb_post p",
        &["p: title → data #> {a}; n → data #> {b}"],
    ),
    case(
        "a function around the document",
        DATA,
        "SELECT p.pk_post, jsonb_strip_nulls(jsonb_build_object('a', p.title)) AS data FROM public.tb_post p",
        &[],
    ),
    case(
        "a document of another type",
        "pk_post int8, data text",
        "SELECT p.pk_post, (jsonb_build_object('a', p.title))::text AS data FROM public.tb_post p",
        &[],
    ),
    case(
        "two documents: the first, and what only it reads",
        "pk_post int8, data jsonb, more jsonb",
        "SELECT p.pk_post, jsonb_build_object('a', p.title, 'n', p.n) AS data, jsonb_build_object('b', p.code, 'n', p.n) AS more \
         FROM public.tb_post p",
        &["p: title → data #> {a}"],
    ),
    case(
        "a whole row",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', p.title, 'author', to_jsonb(u.*)) AS data \
         FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        &["p: title → data #> {title}"],
    ),
    case(
        "a function that may return no row decides about rows",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('a', public.f(p.title), 'b', p.code) AS data FROM public.tb_post p",
        &["p: code → data #> {b}"],
    ),
    case(
        "groups",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', p.title, 'n', count(*)) AS data \
         FROM (public.tb_post p JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
        &[],
    ),
    case(
        "DISTINCT, LIMIT and set operations",
        DATA,
        "SELECT DISTINCT p.pk_post, jsonb_build_object('title', p.title) AS data FROM public.tb_post p",
        &[],
    ),
    case(
        "LIMIT",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', p.title) AS data FROM public.tb_post p ORDER BY p.pk_post LIMIT 5",
        &[],
    ),
    case(
        "a set operation",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', p.title) AS data FROM public.tb_post p UNION ALL \
         SELECT (- c.pk_comment), jsonb_build_object('title', c.body) AS data FROM public.tb_comment c",
        &[],
    ),
    case(
        "a window",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', p.title, 'r', rank() OVER (PARTITION BY p.fk_user ORDER BY p.n)) AS data \
         FROM public.tb_post p",
        &[],
    ),
    case(
        "the same source twice",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('author', u.name, 'boss', b.name) AS data FROM ((public.tb_post p \
         JOIN public.tb_user u ON ((u.pk_user = p.fk_user))) LEFT JOIN public.tb_user b ON ((b.pk_user = u.fk_boss)))",
        &["u: name → data #> {author}", "b: name → data #> {boss}"],
    ),
    case(
        "through a subquery that hands rows on",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('author', x.who) AS data FROM (public.tb_post p JOIN ( SELECT u.pk_user, \
         jsonb_build_object('name', u.name) AS who FROM public.tb_user u WHERE (u.code IS NOT NULL)) x ON ((x.pk_user = p.fk_user)))",
        &["u: name → data #> {author}"],
    ),
    case(
        "but not through one that chooses",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('author', x.name) AS data FROM (public.tb_post p JOIN ( SELECT DISTINCT u.pk_user, u.name \
         FROM public.tb_user u) x ON ((x.pk_user = p.fk_user)))",
        &[],
    ),
    case(
        "a source that is full",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', p.title, 'label', t.label) AS data FROM (public.tb_post p CROSS JOIN public.tb_tag t)",
        &["p: title → data #> {title}"],
    ),
    case(
        "several ways to the key",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('title', p.title, 'name', u.name) AS data FROM (public.tb_post p JOIN public.tb_user u \
         ON (((u.pk_user = p.fk_user) OR (u.small = p.n))))",
        &["p: title → data #> {title}"],
    ),
    case(
        "a key made of the row's values",
        "id text, data jsonb",
        "SELECT ((p.fk_user)::text || '/'::text || (p.pk_post)::text) AS id, jsonb_build_object('title', p.title) AS data FROM public.tb_post p",
        &["p: title → data #> {title}"],
    ),
];

fn patched(blog: &Blog) -> Vec<String> {
    let plan = blog.plan();
    let patched = plan.occurrences.iter().filter_map(|o| {
        let patch = o.patch.as_ref()?;
        Some(format!("{}: {}", o.alias, patch.places.join("; ")))
    });
    patched.collect()
}

fn blog(case: &Case) -> Blog {
    let key = case.columns.split_whitespace().next().expect("a key");
    Blog::new()
        .view("v_x", case.columns, case.definition)
        .key(key)
}

#[test]
fn what_is_patched() {
    for case in CASES {
        assert_eq!(patched(&blog(case)), case.expect, "{}", case.shows);
    }
}

#[test]
fn nothing_is_patched_where_the_view_is_not_determined() {
    let case = &CASES[0];
    let mut volatile = blog(case);
    volatile.0.target.allow_volatile = true;
    let mut unwatched = blog(case);
    unwatched.0.target.unwatched.push(101);
    for blog in [volatile, unwatched] {
        assert!(patched(&blog).is_empty());
    }
    // The server knows of a dependency that is not in the text.
    let mut missed = blog(case);
    missed
        .0
        .relations
        .last_mut()
        .expect("the view")
        .depends_on
        .push(102);
    assert!(patched(&missed).is_empty());
}

#[test]
fn nothing_is_patched_by_a_part_of_a_key() {
    let blog = Blog::new()
        .view(
            "v_x",
            "pk_post int8, n int8, data jsonb",
            "SELECT p.pk_post, x.n, jsonb_build_object('title', p.title) AS data FROM (public.tb_post p \
             CROSS JOIN LATERAL unnest(ARRAY[p.n]) WITH ORDINALITY x(v, n))",
        )
        .key("pk_post n");
    assert!(patched(&blog).is_empty());
}

#[test]
fn the_statement() {
    let plan = blog(&CASES[5]).plan();
    let patch = plan.occurrences[0].patch.as_ref().expect("a patch");
    assert_eq!(patch.paths, [["title"]]);
    assert_eq!(
        (patch.columns.as_slice(), patch.document),
        ([3].as_slice(), 2)
    );
    assert!(patch.is_stamped);
    assert_eq!(
        patch.fetch,
        "SELECT pruned.pk_post, pruned.data FROM public.v_x AS pruned WHERE pruned.pk_post OPERATOR(pg_catalog.=) ANY ($1)"
    );
}
