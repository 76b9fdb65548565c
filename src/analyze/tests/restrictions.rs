//! Of which rows the changes count. Each case reads: what it shows, the view's columns, its definition, and one line per
//! occurrence of which only some rows do.

use super::catalog::{case, Blog, Case};

const DATA: &str = "pk_post int8, name text";

const CASES: &[Case] = &[
    case(
        "a constant, a list of them, a flag",
        DATA,
        "SELECT p.pk_post, u.name FROM ((public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user))) \
         JOIN public.tb_task k ON ((k.pk_task = p.pk_post))) \
         WHERE ((u.name = 'ann'::text) AND ((p.code)::text = ANY ((ARRAY['b'::character varying, 'a'::character varying])::text[])) \
         AND (p.n = ANY (ARRAY[1, 2])) AND k.open AND (NOT k.done) AND (k.id = '00000000-0000-4000-8000-000000000001'::uuid) \
         AND (k.mood = ANY (ARRAY['sad'::public.mood, 'happy'::public.mood])))",
        &[
            "p: code IN ('a', 'b') AND n IN (1, 2)",
            "u: name = 'ann'",
            "k: id = '00000000-0000-4000-8000-000000000001' AND open AND NOT done AND mood IN ('happy', 'sad')",
        ],
    ),
    case(
        "numbers of all widths, negative ones, the constant first, IS TRUE and IS FALSE",
        DATA,
        "SELECT p.pk_post, p.title AS name FROM ((public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user))) \
         JOIN public.tb_task k ON ((k.pk_task = p.pk_post))) \
         WHERE (('-5'::integer = p.n) AND (p.fk_user = 5) AND (u.small = 7::smallint) AND (k.open IS TRUE) AND (k.done IS FALSE))",
        &["p: fk_user = 5 AND n = -5", "u: small = 7", "k: open AND NOT done"],
    ),
    case(
        "null, and not null unless it cannot be",
        DATA,
        "SELECT p.pk_post, u.name FROM (public.tb_post p JOIN public.tb_user u ON ((u.pk_user = p.fk_user))) \
         WHERE ((p.title IS NULL) AND (u.code IS NOT NULL) AND (u.pk_user IS NOT NULL))",
        &["p: title IS NULL", "u: code IS NOT NULL"],
    ),
    case(
        "a subquery that is not tied to the key",
        DATA,
        "SELECT p.pk_post, ( SELECT u.name FROM public.tb_user u WHERE (u.name = 'ann'::text)) AS name FROM public.tb_post p",
        &["u: name = 'ann'"],
    ),
    case(
        "of one row, in FROM",
        DATA,
        "SELECT p.pk_post, s.name FROM (public.tb_post p CROSS JOIN ( SELECT max(u.name) AS name FROM public.tb_user u \
         WHERE (u.small = 1)) s)",
        &["u: small = 1"],
    ),
    case(
        "under NOT EXISTS and in an aggregate",
        DATA,
        "SELECT p.pk_post, ( SELECT count(*) AS count FROM public.tb_comment c WHERE ((c.fk_post = p.pk_post) AND (c.n = 1)))::text AS name \
         FROM public.tb_post p WHERE (NOT (EXISTS ( SELECT 1 FROM public.tb_comment d WHERE ((d.fk_post = p.pk_post) AND (d.body = 'x'::text)))))",
        &["d: body = 'x'", "c: n = 1"],
    ),
    case(
        "ON says something of the nullable side",
        DATA,
        "SELECT p.pk_post, u.name FROM (public.tb_post p LEFT JOIN public.tb_user u ON (((u.pk_user = p.fk_user) AND (u.code IS NULL) \
         AND (u.name = 'ann'::text) AND (p.n = 1))))",
        &["u: name = 'ann' AND code IS NULL"],
    ),
    case(
        "trap: and of the preserved side only when a condition above rejects the null rows",
        DATA,
        "SELECT p.pk_post, u.name FROM (public.tb_post p LEFT JOIN public.tb_user u ON (((u.pk_user = p.fk_user) AND (p.n = 1)))) \
         WHERE (u.name = 'ann'::text)",
        &["p: n = 1", "u: name = 'ann'"],
    ),
    case(
        "trap: IS NULL above an outer join is true of the null row, which a row of the nullable side takes away",
        DATA,
        "SELECT p.pk_post, p.title AS name FROM (public.tb_post p LEFT JOIN public.tb_user u ON ((u.pk_user = p.fk_user))) \
         WHERE ((u.code IS NULL) AND (p.code IS NULL))",
        &["p: code IS NULL"],
    ),
    case(
        "trap: also of a subquery there, and of a column inside it",
        DATA,
        "SELECT p.pk_post, p.title AS name FROM (public.tb_post p LEFT JOIN ( SELECT u.pk_user, u.code, t.label FROM (public.tb_user u \
         LEFT JOIN public.tb_tag t ON ((t.pk_tag = u.pk_user))) WHERE (u.name IS NULL)) s ON (((s.pk_user = p.fk_user) \
         AND (s.code IS NULL) AND (s.label IS NULL))))",
        &["u: name IS NULL AND code IS NULL"],
    ),
    case(
        "trap: neither the condition of a full join nor IS NULL above it says anything of its sides",
        DATA,
        "SELECT p.pk_post, t.label AS name FROM (public.tb_post p FULL JOIN public.tb_tag t ON (((t.pk_tag = p.pk_post) AND (t.label IS NULL) \
         AND (p.n = 1)))) WHERE ((p.code IS NULL) AND (t.label IS NULL))",
        &[],
    ),
    case(
        "a right join is a left join mirrored, and so is a full join, under a condition that rejects null rows of a side",
        DATA,
        "SELECT p.pk_post, p.title AS name FROM ((public.tb_user u RIGHT JOIN public.tb_post p ON (((u.pk_user = p.fk_user) \
         AND (u.small IS NULL)))) FULL JOIN public.tb_tag t ON (((t.pk_tag = p.pk_post) AND (t.label IS NULL)))) \
         WHERE ((u.code IS NULL) AND (p.code IS NULL) AND (t.email IS NULL) AND (p.n = 1))",
        &["u: small IS NULL", "p: n = 1", "t: label IS NULL"],
    ),
    case(
        "trap: an outer column in a subquery's condition may be null for want of a row",
        DATA,
        "SELECT p.pk_post, p.title AS name FROM (public.tb_post p LEFT JOIN public.tb_user u ON ((u.pk_user = p.fk_user))) \
         WHERE (EXISTS ( SELECT 1 FROM public.tb_tag t WHERE ((t.pk_tag = p.pk_post) AND (u.code IS NULL) AND (t.label IS NULL))))",
        &["t: label IS NULL"],
    ),
    case(
        "trap: a condition on the result of a level that mixes rows says nothing of the rows inside",
        DATA,
        "SELECT s.pk_post, s.title AS name FROM ( SELECT p.pk_post, p.title, p.n FROM public.tb_post p ORDER BY p.pk_post LIMIT 5) s \
         WHERE (s.n = 1)",
        &[],
    ),
    case(
        "trap: nor one on a column that grouping sets leave out",
        DATA,
        "SELECT s.pk_post, s.title AS name FROM ( SELECT p.pk_post, p.title FROM public.tb_post p \
         GROUP BY GROUPING SETS ((p.pk_post), (p.pk_post, p.title))) s WHERE (s.title IS NULL)",
        &[],
    ),
    case(
        "columns that are grouped by, through a view's level",
        DATA,
        "SELECT s.fk_user AS pk_post, s.title AS name FROM ( SELECT p.fk_user, p.title, count(*) AS c FROM public.tb_post p \
         WHERE (p.n = 2) GROUP BY p.fk_user, p.title) s WHERE (s.title = 'x'::text)",
        &["p: title = 'x' AND n = 2"],
    ),
    case(
        "through a set operation",
        DATA,
        "SELECT s.pk_post, s.name FROM ( SELECT p.pk_post, p.title AS name FROM public.tb_post p WHERE (p.n = 1) \
         UNION ALL SELECT u.pk_user, u.name FROM public.tb_user u) s WHERE (s.name = 'x'::text)",
        &["p: title = 'x' AND n = 1", "u: name = 'x'"],
    ),
    case(
        "trap: a set operation may give its column another collation",
        DATA,
        "SELECT s.pk_post, s.name FROM ( SELECT p.pk_post, p.title AS name FROM public.tb_post p WHERE (p.n = 1) \
         UNION ALL SELECT u.pk_user, (u.name COLLATE public.ci) FROM public.tb_user u) s WHERE (s.name = 'x'::text)",
        &["p: n = 1"],
    ),
    case(
        "trap: one of two conditions",
        DATA,
        "SELECT p.pk_post, p.title AS name FROM public.tb_post p WHERE ((p.n = 1) OR (p.title IS NULL))",
        &[],
    ),
    case(
        "trap: a condition in a value decides nothing",
        DATA,
        "SELECT p.pk_post, CASE WHEN (p.n = 1) THEN p.title ELSE p.code END AS name FROM public.tb_post p",
        &[],
    ),
    case(
        "trap: values that can be equal and differ, other operators, other types, what is not one value",
        DATA,
        "SELECT p.pk_post, p.title AS name FROM ((((((public.tb_post p JOIN public.tb_amount a ON ((a.pk_amount = p.pk_post))) \
         JOIN public.tb_tag t ON ((t.pk_tag = p.pk_post))) JOIN public.tb_task k ON ((k.pk_task = p.pk_post))) \
         JOIN public.tb_day d ON ((d.pk_day = p.pk_post))) JOIN public.tb_user u ON ((u.pk_user = p.pk_post))) \
         JOIN public.tb_word w ON ((w.pk_word = p.pk_post))) \
         WHERE ((a.amount = 1.0) AND (t.email OPERATOR(public.=) 'x'::public.citext) AND (k.padded = 'x'::bpchar) \
         AND (d.day = '2024-01-01'::date) AND ((p.n)::numeric = 1.5) AND (p.n <> 3) AND (p.title <> ALL (ARRAY['a'::text])) \
         AND (u.name = ANY (ARRAY['a'::text, NULL::text])) AND ((w.word COLLATE public.ci) = 'x'::text) AND (p.code IS NOT DISTINCT FROM 'x') \
         AND (p.title = ('x'::bpchar)::text) AND (k.folded = 'x'::text) AND (k.pair IS NULL) AND (u.small = 70000) \
         AND (k.mood = 'x'::public.humour) AND (k.open IS NOT TRUE) AND (k.done IS NOT FALSE))",
        &["u: small = 70000"],
    ),
    case(
        "trap: a number that the column cannot hold",
        DATA,
        "SELECT p.pk_post, p.title AS name FROM public.tb_post p WHERE ((p.n = '99999999999'::bigint) AND (p.fk_user = '99999999999'::bigint))",
        &["p: fk_user = 99999999999"],
    ),
];

#[test]
fn rows_that_count() {
    for case in CASES {
        let plan = Blog::new()
            .view("v_x", case.columns, case.definition)
            .key("pk_post")
            .plan();
        let mut lines: Vec<String> = Vec::new();
        for occurrence in &plan.occurrences {
            let words = occurrence.reason.split_once("; only rows where ");
            let words = words.and_then(|(_, words)| words.strip_suffix(" count"));
            assert_eq!(words.is_some(), !occurrence.restrictions.is_empty());
            let line = words.map(|words| format!("{}: {words}", occurrence.alias));
            lines.extend(line.filter(|line| !lines.contains(line)));
        }
        assert_eq!(lines, case.expect, "{}", case.shows);
    }
}

/// What a restriction asks of columns is among what matters.
#[test]
fn restricted_columns_matter() {
    for case in CASES {
        let plan = Blog::new()
            .view("v_x", case.columns, case.definition)
            .key("pk_post")
            .plan();
        for occurrence in &plan.occurrences {
            let mut all = occurrence.restrictions.iter().map(|r| r.column);
            if let Some(columns) = &occurrence.columns {
                assert!(all.all(|c| columns.contains(&c)), "{}", case.shows);
            } else {
                assert!(all.next().is_none(), "{}", case.shows);
            }
        }
    }
}
