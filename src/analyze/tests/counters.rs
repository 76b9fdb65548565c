//! Which values are kept from differences. Each case reads: what it shows, the view's columns, its definition, and one line per
//! occurrence of which something is kept.

use super::catalog::{case, Blog, Case};
use crate::lineage::Aggregate;

const DATA: &str = "pk_post int8, data jsonb";

const GROUPED: &str = "SELECT p.pk_post, jsonb_build_object('title', p.title, 'comments', count(c.pk_comment), 'in', \
     jsonb_build_object('n', COALESCE(sum(c.n), (0)::bigint), 'most', max(c.n))) AS data \
     FROM (public.tb_post p LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post";

const CASES: &[Case] = &[
    case(
        "a view that groups one table joined with another",
        DATA,
        GROUPED,
        &["c: count(pk_comment) → data #> {comments}; coalesce(sum(n), 0) → data #> {in,n}; max(n) → data #> {in,most}"],
    ),
    case(
        "the same with a condition on the first and an order",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('n', sum(c.n)) AS data \
         FROM (public.tb_post p LEFT JOIN public.tb_comment c ON ((p.pk_post = c.fk_post))) \
         WHERE ((p.title IS NOT NULL) AND (p.n > 3)) GROUP BY p.pk_post, p.title ORDER BY p.title",
        &["c: sum(n) → data #> {n}"],
    ),
    case(
        "subqueries",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('all', ( SELECT count(*) AS count FROM public.tb_comment c WHERE (c.fk_post = p.pk_post)), \
         'n', COALESCE(( SELECT sum(d.n) AS sum FROM public.tb_comment d WHERE (d.fk_post = p.pk_post)), (0)::bigint), \
         'day', ( SELECT min(e.day) AS min FROM public.tb_day e WHERE (e.pk_day = p.pk_post))) AS data FROM public.tb_post p",
        &[
            "c: count(*) → data #> {all}",
            "d: coalesce(sum(n), 0) → data #> {n}",
            "e: min(day) → data #> {day}",
        ],
    ),
    case(
        "a subquery beside joins, in which the key is another table's",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('u', u.name, 'n', ( SELECT COALESCE(sum(c.n), (0)::bigint) AS s FROM public.tb_comment c \
         WHERE (c.fk_post = p.pk_post))) AS data FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user)))",
        &["c: coalesce(sum(n), 0) → data #> {n}"],
    ),
    case(
        "numbers with a fixed scale, and an average beside the number of what it is of",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('n', count(o.price), 'sum', sum(o.price), 'avg', avg(o.price), 'paid', COALESCE(sum(o.paid), (0)::numeric), \
         'least', min(o.price)) AS data FROM (public.tb_post p LEFT JOIN public.tb_order o ON ((o.fk_post = p.pk_post))) GROUP BY p.pk_post",
        &["o: count(price) → data #> {n}; sum(price) → data #> {sum}; avg(price) → data #> {avg}; \
           coalesce(sum(paid), 0) → data #> {paid}; min(price) → data #> {least}"],
    ),
    case(
        "an average of what is never null beside the number of rows",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('avg', COALESCE(( SELECT avg(o.paid) AS a FROM public.tb_order o WHERE (o.fk_post = p.pk_post)), (0)::numeric), \
         'n', ( SELECT count(*) AS n FROM public.tb_order o WHERE (o.fk_post = p.pk_post))) AS data FROM public.tb_post p",
        &[
            "o: coalesce(avg(paid), 0) → data #> {avg}",
            "o: count(*) → data #> {n}",
        ],
    ),
    case(
        "rows that are chosen by constants",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('all', ( SELECT count(*) AS n FROM public.tb_order o WHERE (o.fk_post = p.pk_post)), \
         'some', ( SELECT sum(o.n) AS n FROM public.tb_order o WHERE ((o.open IS TRUE) AND (o.fk_post = p.pk_post) AND (o.state = 'new'::text))), \
         'other', ( SELECT count(*) FILTER (WHERE (o.mood = ANY (ARRAY['glad'::public.mood, 'sad'::public.mood]))) AS n FROM public.tb_order o \
         WHERE ((o.fk_post = p.pk_post) AND (NOT o.open)))) AS data FROM public.tb_post p",
        &[
            "o: count(*) → data #> {all}",
            "o: sum(n) where state = 'new' AND open → data #> {some}",
            "o: count(*) where mood IN ('glad', 'sad') AND NOT open → data #> {other}",
        ],
    ),
    case(
        "rows that are chosen by constants in the grouped form",
        DATA,
        "SELECT p.pk_post, jsonb_build_object('new', count(*) FILTER (WHERE (o.state = 'new'::text)), 'n', count(o.pk_order), \
         'none', count(o.n) FILTER (WHERE (o.state IS NULL))) AS data \
         FROM (public.tb_post p LEFT JOIN public.tb_order o ON (((o.fk_post = p.pk_post) AND o.open))) GROUP BY p.pk_post",
        &["o: count(*) where state = 'new' AND open → data #> {new}; count(pk_order) where open → data #> {n}; \
           count(n) where state IS NULL AND open → data #> {none}"],
    ),
];

/// What a change to the first case, or to a subquery, refuses.
const REFUSED: &[(&str, &str)] = &[
    (
        "it counts the row without a partner",
        "SELECT p.pk_post, jsonb_build_object('n', count(*)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "rows depend on it",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n)) AS data FROM (public.tb_post p \
         JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "rows depend on the aggregate",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post HAVING (count(c.n) > 3)",
    ),
    (
        "a condition reads it",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) WHERE (c.fk_post IS NULL) GROUP BY p.pk_post",
    ),
    (
        "the condition of the join says more",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON (((c.fk_post = p.pk_post) AND (c.n > 3)))) GROUP BY p.pk_post",
    ),
    (
        "it is grouped by it",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post, c.fk_post",
    ),
    (
        "a third table multiplies rows",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n)) AS data FROM ((public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) LEFT JOIN public.tb_tag t ON ((t.pk_tag = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "the key is not unique in the first table",
        "SELECT p.fk_post AS pk_post, jsonb_build_object('n', count(c.n)) AS data FROM (public.tb_post_tag p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.fk_post))) GROUP BY p.fk_post",
    ),
    (
        "the number of joined rows",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n), 'a', count(*)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "an aggregate of the other table",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n), 'a', sum(p.n)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "the number of rows of the other table",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n), 'a', count(p.pk_post)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "an aggregate of a constant",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n), 'a', sum(1)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "one within a document",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n), 'a', jsonb_build_object('z', count(*))) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "one with a filter of the other table",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n), 'a', count(*) FILTER (WHERE (p.n > 0))) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "one whose values are those of the other table",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n), 'a', string_agg(p.title, ','::text ORDER BY p.title)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "one in a subquery",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n), 'a', ( SELECT count(p.pk_post) AS count)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "one within an expression",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n), 'a', (p.n * count(*))) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "rows of the table only, without those of its parts",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT count(*) AS count FROM ONLY public.tb_comment c WHERE (c.fk_post = p.pk_post))) AS data \
         FROM public.tb_post p",
    ),
    (
        "another aggregate of it",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n), 'a', array_agg(c.n ORDER BY c.n)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "an aggregate of its key elsewhere",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n), 'a', jsonb_agg(c.fk_post)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "grouping sets",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY GROUPING SETS ((p.pk_post))",
    ),
    (
        "a distinct count",
        "SELECT p.pk_post, jsonb_build_object('n', count(DISTINCT c.n)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "a filter",
        "SELECT p.pk_post, jsonb_build_object('n', count(c.n) FILTER (WHERE (c.n > 3))) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "a filter that the row without a partner passes",
        "SELECT p.pk_post, jsonb_build_object('n', count(*) FILTER (WHERE (o.state IS NULL))) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_order o ON ((o.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "a filter of the other table",
        "SELECT p.pk_post, jsonb_build_object('n', count(o.n) FILTER (WHERE (p.title = 'x'::text))) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_order o ON ((o.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "a condition on the other table",
        "SELECT p.pk_post, jsonb_build_object('n', count(o.n)) AS data FROM (public.tb_post p \
         LEFT JOIN public.tb_order o ON (((o.fk_post = p.pk_post) AND (p.title = 'x'::text)))) GROUP BY p.pk_post",
    ),
    (
        "a filter with a disjunction",
        "SELECT p.pk_post, jsonb_build_object('n', count(o.n) FILTER (WHERE ((o.state = 'new'::text) OR (o.state = 'old'::text)))) AS data \
         FROM (public.tb_post p LEFT JOIN public.tb_order o ON ((o.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "a filter of values that are equal and differ",
        "SELECT p.pk_post, jsonb_build_object('n', count(o.n) FILTER (WHERE (o.padded = 'x'::bpchar))) AS data \
         FROM (public.tb_post p LEFT JOIN public.tb_order o ON ((o.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "a filter of what is made of a column",
        "SELECT p.pk_post, jsonb_build_object('n', count(o.n) FILTER (WHERE (lower(o.state) = 'x'::text))) AS data \
         FROM (public.tb_post p LEFT JOIN public.tb_order o ON ((o.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "numbers of any scale",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT sum(o.free) AS s FROM public.tb_order o WHERE (o.fk_post = p.pk_post))) AS data \
         FROM public.tb_post p",
    ),
    (
        "an average alone",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT avg(o.paid) AS s FROM public.tb_order o WHERE (o.fk_post = p.pk_post))) AS data \
         FROM public.tb_post p",
    ),
    (
        "an average beside another number",
        "SELECT p.pk_post, jsonb_build_object('a', avg(o.price), 'n', count(o.n), 'm', count(o.price) FILTER (WHERE o.open)) AS data \
         FROM (public.tb_post p LEFT JOIN public.tb_order o ON ((o.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "a rounded average",
        "SELECT p.pk_post, jsonb_build_object('a', round(avg(o.price), 2), 'n', count(o.price)) AS data \
         FROM (public.tb_post p LEFT JOIN public.tb_order o ON ((o.fk_post = p.pk_post))) GROUP BY p.pk_post",
    ),
    (
        "the source once more",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT count(*) AS count FROM public.tb_comment c WHERE (c.fk_post = p.pk_post)), \
         'all', ( SELECT jsonb_agg(d.n ORDER BY d.n) AS a FROM public.tb_comment d WHERE (d.fk_post = p.pk_post))) AS data FROM public.tb_post p",
    ),
    (
        "a condition",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT count(*) AS count FROM public.tb_comment c \
         WHERE ((c.fk_post = p.pk_post) AND (c.n = p.n)))) AS data FROM public.tb_post p",
    ),
    (
        "a condition that says nothing of columns",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT count(*) AS count FROM public.tb_comment c \
         WHERE ((c.fk_post = p.pk_post) AND (c.n > 3)))) AS data FROM public.tb_post p",
    ),
    (
        "not by the key",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT count(*) AS count FROM public.tb_comment c \
         WHERE (c.fk_user = p.fk_user))) AS data FROM public.tb_post p",
    ),
    (
        "keys of two types",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT count(*) AS count FROM public.tb_comment c \
         WHERE (c.small_post = p.pk_post))) AS data FROM public.tb_post p",
    ),
    (
        "a join",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT count(*) AS count FROM (public.tb_comment c JOIN public.tb_user u \
         ON ((u.pk_user = c.fk_user))) WHERE (c.fk_post = p.pk_post))) AS data FROM public.tb_post p",
    ),
    (
        "a limit",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT count(*) AS count FROM public.tb_comment c \
         WHERE (c.fk_post = p.pk_post) LIMIT 0)) AS data FROM public.tb_post p",
    ),
    (
        "groups",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT count(*) AS count FROM public.tb_comment c \
         WHERE (c.fk_post = p.pk_post) GROUP BY c.fk_post)) AS data FROM public.tb_post p",
    ),
    (
        "what is made of it",
        "SELECT p.pk_post, jsonb_build_object('n', (( SELECT count(*) AS count FROM public.tb_comment c \
         WHERE (c.fk_post = p.pk_post)) + 1)) AS data FROM public.tb_post p",
    ),
    (
        "an expression that is summed up",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT sum((c.n * 2)) AS s FROM public.tb_comment c \
         WHERE (c.fk_post = p.pk_post))) AS data FROM public.tb_post p",
    ),
    (
        "an outer column that is summed up",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT sum(p.n) AS s FROM public.tb_comment c \
         WHERE (c.fk_post = p.pk_post))) AS data FROM public.tb_post p",
    ),
    (
        "another constant",
        "SELECT p.pk_post, jsonb_build_object('n', COALESCE(( SELECT sum(c.n) AS s FROM public.tb_comment c \
         WHERE (c.fk_post = p.pk_post)), (5)::bigint)) AS data FROM public.tb_post p",
    ),
    (
        "an extreme with a constant",
        "SELECT p.pk_post, jsonb_build_object('n', COALESCE(( SELECT max(c.n) AS s FROM public.tb_comment c \
         WHERE (c.fk_post = p.pk_post)), 0)) AS data FROM public.tb_post p",
    ),
    (
        "a zero with another scale",
        "SELECT p.pk_post, jsonb_build_object('n', COALESCE(( SELECT sum(c.n) AS s FROM public.tb_comment c \
         WHERE (c.fk_post = p.pk_post)), (0)::numeric(10,2))) AS data FROM public.tb_post p",
    ),
    (
        "an extreme of texts",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT max(c.body) AS s FROM public.tb_comment c \
         WHERE (c.fk_post = p.pk_post))) AS data FROM public.tb_post p",
    ),
    (
        "an element of an array",
        "SELECT p.pk_post, jsonb_build_object('n', jsonb_build_array(( SELECT count(*) AS s FROM public.tb_comment c \
         WHERE (c.fk_post = p.pk_post)))) AS data FROM public.tb_post p",
    ),
    (
        "rows that are chosen",
        "SELECT p.pk_post, jsonb_build_object('n', ( SELECT count(*) AS s FROM public.tb_comment c \
         WHERE (c.fk_post = p.pk_post))) AS data FROM public.tb_post p ORDER BY p.n LIMIT 5",
    ),
    (
        "a column of the view",
        "SELECT ( SELECT count(*) AS s FROM public.tb_comment c WHERE (c.fk_post = p.pk_post)) AS pk_post, \
         jsonb_build_object('n', p.n) AS data FROM public.tb_post p",
    ),
];

fn blog(columns: &str, definition: &str) -> Blog {
    Blog::new().view("v_x", columns, definition).key("pk_post")
}

fn kept(blog: &Blog) -> Vec<String> {
    let plan = blog.plan();
    let line = |o: &crate::lineage::Occurrence| {
        let counters = o.counters.as_ref()?;
        Some(format!("{}: {}", o.alias, counters.places.join("; ")))
    };
    plan.occurrences.iter().filter_map(line).collect()
}

#[test]
fn what_is_kept_from_differences() {
    for case in CASES {
        let found = kept(&blog(case.columns, case.definition));
        assert_eq!(found, case.expect, "{}", case.shows);
    }
}

#[test]
fn what_is_not() {
    for (shows, definition) in REFUSED {
        assert!(kept(&blog(DATA, definition)).is_empty(), "{shows}");
    }
}

#[test]
fn a_column_that_aggregates_is_none_of_these() {
    for aggregate in ["count(*)", "sum(p.n)", "(p.n * count(*))"] {
        let definition = format!(
            "SELECT p.pk_post, {aggregate} AS total, jsonb_build_object('n', count(c.n)) AS data FROM (public.tb_post p \
             LEFT JOIN public.tb_comment c ON ((c.fk_post = p.pk_post))) GROUP BY p.pk_post"
        );
        let columns = "pk_post int8, total int8, data jsonb";
        assert!(kept(&blog(columns, &definition)).is_empty(), "{aggregate}");
    }
}

#[test]
fn one_occurrence_counts_for_all_of_its_source() {
    let plan = blog(DATA, CASES[2].definition).plan();
    let of = |alias: &str| {
        let found = plan.occurrences.iter().find(|o| o.alias == alias);
        found
            .and_then(|o| Some((o.id, o.counters.as_ref()?)))
            .expect("counters")
    };
    let ((c, first), (_, second), (e, other)) = (of("c"), of("d"), of("e"));
    assert_eq!((first.leader, second.leader, other.leader), (c, c, e));
    assert_eq!(first.values, second.values);
    let values: Vec<_> = first
        .values
        .iter()
        .map(|v| (v.aggregate, v.or_zero, v.column, v.number))
        .collect();
    assert_eq!(
        values,
        [
            (Aggregate::Count, false, None, None),
            (Aggregate::Sum, true, Some(5), None)
        ]
    );
    assert_eq!(
        (first.id.as_slice(), first.document.as_str()),
        ([1].as_slice(), "data")
    );
}

#[test]
fn a_source_must_stand_alone_and_the_view_be_determined() {
    let mut shared = blog(DATA, GROUPED);
    shared.0.relations.iter_mut().for_each(|r| r.plain = false);
    let mut volatile = blog(DATA, GROUPED);
    volatile.0.target.allow_volatile = true;
    let mut without_index = blog(DATA, GROUPED);
    let comment = without_index
        .0
        .relations
        .iter_mut()
        .find(|r| r.name == "tb_comment");
    comment.expect("the table").unique.clear();
    for blog in [shared, volatile, without_index] {
        assert!(kept(&blog).is_empty());
    }
}

#[test]
fn numbers_of_inputs_are_those_of_the_same_rows_and_values() {
    let select = |aggregate: &str, condition: &str| {
        format!("( SELECT {aggregate} AS v FROM public.tb_order o WHERE ((o.fk_post = p.pk_post){condition}))")
    };
    let open = " AND o.open";
    let parts = [
        ("sum(o.price)", "", None),
        ("sum(o.paid)", "", Some(4)),
        ("max(o.price)", open, Some(6)),
        ("min(o.pk_order)", open, Some(5)),
        ("count(*)", "", None),
        ("count(o.paid)", open, None),
        ("count(o.price)", open, None),
        ("avg(o.n)", open, Some(8)),
        ("count(o.n)", open, None),
    ];
    let list: Vec<String> = parts
        .iter()
        .enumerate()
        .map(|(at, (aggregate, condition, _))| format!("'{at}', {}", select(aggregate, condition)))
        .collect();
    let definition = format!(
        "SELECT p.pk_post, jsonb_build_object({}) AS data FROM public.tb_post p",
        list.join(", ")
    );
    let plan = blog(DATA, &definition).plan();
    let mut occurrences = plan.occurrences.iter().filter_map(|o| o.counters.as_ref());
    let counters = occurrences.next().expect("counters");
    let numbers: Vec<Option<u32>> = counters.values.iter().map(|v| v.number).collect();
    let expected: Vec<Option<u32>> = parts.iter().map(|part| part.2).collect();
    assert_eq!(numbers, expected);
}
