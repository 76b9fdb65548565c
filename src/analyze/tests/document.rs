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

const DATA_OF: &str = "SELECT p.pk_post, jsonb_build_object('title', p.title, 'comments', ";

/// Arrays whose elements are patched, and what keeps them from it: the value of `comments` in the document of a post.
const ARRAYS: &[(&str, &str, Option<&str>)] = &[
    (
        "an array of children",
        "COALESCE(( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment, 'body', c.body) ORDER BY c.pk_comment) AS jsonb_agg \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post)), '[]'::jsonb)",
        Some("[id = pk_comment]"),
    ),
    (
        "null for none, descending, with a filter, conditions and a further order",
        "( SELECT jsonb_agg(jsonb_build_object('n', c.n, 'pk', c.pk_comment) ORDER BY c.pk_comment DESC, c.n) FILTER (WHERE (c.n > 3)) \
         AS list FROM public.tb_comment c WHERE ((c.fk_post = p.pk_post) AND (c.body IS NOT NULL) AND (c.n < p.n)))",
        Some("[pk = pk_comment]"),
    ),
    (
        "joins to one row each, one through the other",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment, 'by', u.name, 'boss', b.name) ORDER BY c.pk_comment) AS list \
         FROM ((public.tb_comment c JOIN public.tb_user u ON ((u.pk_user = c.fk_user))) LEFT JOIN public.tb_user b ON ((b.pk_user = u.fk_boss))) \
         WHERE (c.fk_post = p.pk_post))",
        Some("[id = pk_comment]"),
    ),
    (
        "a list in FROM",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment, 'by', u.name) ORDER BY c.pk_comment) AS list \
         FROM public.tb_user u, public.tb_comment c WHERE ((c.fk_post = p.pk_post) AND (c.fk_user = u.pk_user)))",
        Some("[id = pk_comment]"),
    ),
    (
        "subqueries in elements and conditions",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment, 'n', ( SELECT count(*) AS count FROM public.tb_tag t WHERE (t.pk_tag = c.pk_comment))) \
         ORDER BY c.pk_comment) AS list FROM public.tb_comment c WHERE ((c.fk_post = p.pk_post) AND (EXISTS ( SELECT FROM public.tb_user u \
         WHERE (u.pk_user = c.fk_user)))))",
        Some("[id = pk_comment]"),
    ),
    (
        "a join to several rows",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment, 'by', u.name) ORDER BY c.pk_comment) AS list \
         FROM (public.tb_comment c JOIN public.tb_user u ON ((u.fk_boss = c.fk_user))) WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "a join to half of a key",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list \
         FROM (public.tb_comment c JOIN public.tb_post_tag t ON ((t.fk_post = c.fk_post))) WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "a cross join",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list \
         FROM (public.tb_comment c CROSS JOIN public.tb_tag t) WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "two sources that find each other only",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list FROM public.tb_comment c, public.tb_user u, \
         public.tb_user b WHERE ((c.fk_post = p.pk_post) AND (u.pk_user = b.pk_user)))",
        None,
    ),
    (
        "a subquery beside it",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list FROM (public.tb_comment c \
         JOIN ( SELECT u.pk_user FROM public.tb_user u) u ON ((u.pk_user = c.fk_user))) WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "the nullable side of a join",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list FROM (public.tb_tag t \
         LEFT JOIN public.tb_comment c ON (((c.pk_comment = t.pk_tag) AND (c.fk_post = t.pk_tag)))) WHERE (t.pk_tag = p.pk_post))",
        None,
    ),
    (
        "either side of a full join",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list FROM (public.tb_comment c \
         FULL JOIN public.tb_tag t ON ((t.pk_tag = c.pk_comment))) WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "another order",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.n, c.pk_comment) AS list \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "an expression for an order",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY (- c.pk_comment)) AS list \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "no order",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment)) AS list FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "elements without their number",
        "( SELECT jsonb_agg(jsonb_build_object('id', (c.pk_comment)::text, 'body', c.body) ORDER BY c.pk_comment) AS list \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "with a number of something else",
        "( SELECT jsonb_agg(jsonb_build_object('id', p.pk_post) ORDER BY p.pk_post, c.pk_comment) AS list \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "elements that are no objects with constant keys",
        "( SELECT jsonb_agg((jsonb_build_object('id', c.pk_comment) || jsonb_build_object('n', c.n)) ORDER BY c.pk_comment) AS list \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "a key that is there twice",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment, 'id', c.n) ORDER BY c.pk_comment) AS list \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "a number that is not unique",
        "( SELECT jsonb_agg(jsonb_build_object('n', c.n) ORDER BY c.n) AS list FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "another aggregate",
        "( SELECT json_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "DISTINCT",
        "( SELECT jsonb_agg(DISTINCT jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))",
        None,
    ),
    (
        "HAVING",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post) HAVING (count(*) > 3))",
        None,
    ),
    (
        "GROUP BY",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post) GROUP BY c.fk_post)",
        None,
    ),
    (
        "a limit",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post) LIMIT 1)",
        None,
    ),
    (
        "rows that are chosen before",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list FROM ( SELECT o.pk_comment \
         FROM public.tb_comment o WHERE (o.fk_post = p.pk_post) ORDER BY o.n LIMIT 5) c)",
        None,
    ),
    (
        "another value for none",
        "COALESCE(( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post)), '[{\"id\": 1}]'::jsonb)",
        None,
    ),
    (
        "a function around it",
        "jsonb_strip_nulls(( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list \
         FROM public.tb_comment c WHERE (c.fk_post = p.pk_post)))",
        None,
    ),
    (
        "a column through which the row is found further up",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment) ORDER BY c.pk_comment) AS list \
         FROM (public.tb_comment c JOIN public.tb_user u ON ((u.pk_user = c.fk_user))) WHERE (u.pk_user = p.fk_user))",
        None,
    ),
    (
        "the source a second time",
        "( SELECT jsonb_agg(jsonb_build_object('id', c.pk_comment, 'n', ( SELECT count(*) AS count FROM public.tb_comment d \
         WHERE (d.fk_post = c.fk_post))) ORDER BY c.pk_comment) AS list FROM public.tb_comment c WHERE (c.fk_post = p.pk_post))",
        None,
    ),
];

fn array(value: &str) -> String {
    format!("{DATA_OF}{value}) AS data FROM public.tb_post p")
}

fn with_array(definition: &str) -> Blog {
    Blog::new().view("v_x", DATA, definition).key("pk_post")
}

/// What is patched of comments.
fn of_comments(definition: &str) -> Option<String> {
    let places = patched(&with_array(definition));
    let mut places = places.into_iter();
    places.find(|place| place.starts_with("c: "))
}

#[test]
fn elements_that_are_patched() {
    for (shows, value, expect) in ARRAYS {
        let expect = expect.map(|of| format!("c: row → data #> {{comments}}{of}"));
        assert_eq!(of_comments(&array(value)), expect, "{shows}");
    }
}

#[test]
fn no_elements_are_patched_where_rows_depend_on_the_document() {
    let plain = array(ARRAYS[0].1);
    assert!(of_comments(&plain).is_some());
    for other in [
        plain.replacen("SELECT", "SELECT DISTINCT", 1),
        format!("{plain} ORDER BY (jsonb_build_object('x', p.title)) LIMIT 5"),
        format!("{plain} ORDER BY 2"),
        format!("{plain} UNION ALL {plain}"),
        format!("{plain} GROUP BY p.pk_post"),
    ] {
        assert_eq!(of_comments(&other), None, "{other}");
    }
    // As a column of its own, or in a subquery around which there is a document, it has no place.
    let value = ARRAYS[0].1;
    for other in [
        format!("SELECT p.pk_post, {value} AS data FROM public.tb_post p"),
        format!(
            "SELECT x.pk_post, jsonb_build_object('comments', x.c) AS data FROM ( SELECT p.pk_post, {value} AS c \
             FROM public.tb_post p) x"
        ),
    ] {
        assert_eq!(of_comments(&other), None, "{other}");
    }
}

#[test]
fn no_elements_are_patched_by_a_number_that_may_be_null_or_no_integer() {
    for (column, of) in [
        ("n", "tb_comment"),
        ("body", "tb_comment"),
        ("pk_comment", "tb_comment"),
    ] {
        let mut blog = with_array(&array(
            &ARRAYS[0]
                .1
                .replace("'id', c.pk_comment", &format!("'id', c.{column}"))
                .replace("BY c.pk_comment", &format!("BY c.{column}")),
        ));
        let relation = blog
            .0
            .relations
            .iter_mut()
            .find(|r| r.name == of)
            .expect("a table");
        let at = relation
            .columns
            .iter()
            .position(|c| c.name == column)
            .expect("a column");
        // With the key it is enough.
        relation.unique = vec![vec![2, relation.columns[at].num]];
        let mut found = |is_not_null| {
            let relation = blog
                .0
                .relations
                .iter_mut()
                .find(|r| r.name == of)
                .expect("a table");
            relation.columns[at].not_null = is_not_null;
            patched(&blog).iter().any(|place| place.starts_with("c: "))
        };
        assert_eq!(
            (found(true), found(false)),
            (column != "body", false),
            "{column}"
        );
    }
}

#[test]
fn the_elements() {
    let plan = with_array(&array(ARRAYS[1].1)).plan();
    let found = plan.occurrences.iter().find(|o| o.alias == "c");
    let patch = found.and_then(|o| o.patch.as_ref()).expect("a patch");
    let elements = patch.elements.as_ref().expect("elements");
    assert_eq!((elements.column, elements.identity.as_str()), (1, "pk"));
    assert!(elements.is_descending && !elements.may_be_empty);
    assert!(patch.columns.is_empty());
    assert_eq!(patch.paths, [["comments"]]);
}

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
