//! Subqueries with one value for all rows. Each case reads: what it shows, the view's columns, its definition, and one line
//! per occurrence that is part of such a value, with the statement for it.

use super::catalog::{case, Blog, Case};
use crate::lineage::Strategy;

const DATA: &str = "pk_post int8, name text";

const CASES: &[Case] = &[
    case(
        "an aggregate in the select list",
        DATA,
        "SELECT p.pk_post, ( SELECT max(u.name) AS max FROM public.tb_user u) AS name FROM public.tb_post p",
        &["u: SELECT max(u.name) AS max FROM public.tb_user u"],
    ),
    case(
        "a row that is chosen by constants, in an expression",
        DATA,
        "SELECT p.pk_post, (( SELECT u.name FROM public.tb_user u WHERE ((u.name = 'ann'::text) AND (u.small = ANY (ARRAY[1, 2])) \
         AND ((u.code)::text = 'x'::text))) || p.title) AS name FROM public.tb_post p",
        &["u: SELECT u.name FROM public.tb_user u WHERE ((u.name = 'ann'::TEXT) AND (u.small = ANY(ARRAY[1, 2])) \
           AND ((u.code)::TEXT = 'x'::TEXT))"],
    ),
    case(
        "EXISTS as a condition and within another",
        DATA,
        "SELECT p.pk_post, p.title AS name FROM public.tb_post p WHERE ((EXISTS ( SELECT FROM public.tb_task k WHERE k.\"open\")) \
         AND ((p.n = 1) OR (NOT (EXISTS ( SELECT 1 FROM public.tb_tag t WHERE (t.label IS NOT NULL))))))",
        &[
            "k: SELECT EXISTS (SELECT FROM public.tb_task k WHERE k.\"open\")",
            "t: SELECT EXISTS (SELECT 1 FROM public.tb_tag t WHERE (t.label IS NOT NULL))",
        ],
    ),
    case(
        "one row in FROM, of two tables",
        DATA,
        "SELECT p.pk_post, s.name FROM (public.tb_post p CROSS JOIN ( SELECT max(t.label) AS name, count(*) AS n \
         FROM (public.tb_tag t JOIN public.tb_post_tag x ON ((x.fk_tag = t.pk_tag)))) s)",
        &[
            "t: SELECT max(t.label) AS name, count(*) AS n FROM (public.tb_tag t JOIN public.tb_post_tag x ON ((x.fk_tag = t.pk_tag)))",
            "x: SELECT max(t.label) AS name, count(*) AS n FROM (public.tb_tag t JOIN public.tb_post_tag x ON ((x.fk_tag = t.pk_tag)))",
        ],
    ),
    case(
        "rows that are compared in a condition",
        DATA,
        "SELECT p.pk_post, p.title AS name FROM public.tb_post p WHERE (p.n < ( SELECT u.small FROM public.tb_user u WHERE (u.pk_user = 1)))",
        &["u: SELECT u.small FROM public.tb_user u WHERE (u.pk_user = 1)"],
    ),
    case(
        "not where something outside is named",
        DATA,
        "SELECT p.pk_post, ( SELECT max(u.name) AS max FROM public.tb_user u WHERE (u.small < p.n)) AS name FROM public.tb_post p",
        &[],
    ),
    case(
        "not of a common table expression, nor a view or subquery in it",
        DATA,
        "WITH w AS (SELECT u.name FROM public.tb_user u) SELECT p.pk_post, (( SELECT max(w.name) AS max FROM w) || \
         ( SELECT max(s.label) AS max FROM ( SELECT t.label FROM public.tb_tag t) s)) AS name FROM public.tb_post p",
        &[],
    ),
    case(
        "not of groups or several rows in FROM",
        DATA,
        "SELECT p.pk_post, (s.name || t.label) AS name FROM ((public.tb_post p CROSS JOIN ( SELECT max(u.name) AS name \
         FROM public.tb_user u GROUP BY u.small) s) CROSS JOIN ( SELECT t_1.label FROM public.tb_tag t_1) t)",
        &[],
    ),
    case(
        "the first of an order",
        DATA,
        "SELECT p.pk_post, ( SELECT u.name FROM public.tb_user u ORDER BY u.pk_user DESC LIMIT 1) AS name FROM public.tb_post p",
        &["u: SELECT u.name FROM public.tb_user u ORDER BY u.pk_user DESC LIMIT 1"],
    ),
    case(
        "not with OFFSET, ties, DISTINCT or HAVING",
        DATA,
        "SELECT p.pk_post, ((((( SELECT u.name FROM public.tb_user u ORDER BY u.name OFFSET 1 LIMIT 1) || ( SELECT u_1.name \
         FROM public.tb_user u_1 ORDER BY u_1.name FETCH FIRST 1 ROW WITH TIES))) || ( SELECT DISTINCT t.label FROM public.tb_tag t)) \
         || ( SELECT max(c.body) AS max FROM public.tb_comment c HAVING (count(*) > 1))) AS name FROM public.tb_post p",
        &[],
    ),
    case(
        "not what may fail, or depend on more than rows",
        DATA,
        "SELECT p.pk_post, (((( SELECT (u.name)::integer AS name FROM public.tb_user u) + ( SELECT (1 / u_1.small) FROM public.tb_user u_1)) \
         + ( SELECT sum(u_2.small) AS sum FROM public.tb_user u_2)) + ( SELECT max(public.f(u_3.small)) AS max FROM public.tb_user u_3))::text AS name \
         FROM public.tb_post p WHERE (p.n > ( SELECT count(*) AS count FROM public.tb_day d WHERE (d.day < CURRENT_DATE)))",
        &[],
    ),
    case(
        "a constant of a type whose texts always mean the same",
        DATA,
        "SELECT p.pk_post, p.title AS name FROM public.tb_post p WHERE ((EXISTS ( SELECT FROM public.tb_day a WHERE (a.day > '2020-01-01'::date))) \
         AND (EXISTS ( SELECT FROM public.tb_day b WHERE (b.day = '{NULLS}'::money))) AND (EXISTS ( SELECT FROM public.tb_day c WHERE (c.day = '{1}'::integer[]))) \
         AND (EXISTS ( SELECT FROM public.tb_day d WHERE (d.day = '{1,NULL}'::integer[]))) AND (EXISTS ( SELECT FROM public.tb_day e WHERE (e.day = '{$1}'::money[]))) \
         AND (EXISTS ( SELECT FROM public.tb_day f WHERE (f.day = 'x'::bpchar))) AND (EXISTS ( SELECT FROM public.tb_day g WHERE (g.day = 'x'::public.state))) \
         AND (EXISTS ( SELECT FROM public.tb_day h WHERE (h.day = (1)::public.state))) AND (EXISTS ( SELECT ('public.x'::regclass) FROM public.tb_day i)) \
         AND (EXISTS ( SELECT FROM public.tb_day j WHERE (j.day = 'x'::regtype))))",
        &[
            "a: SELECT EXISTS (SELECT FROM public.tb_day a WHERE (a.day > '2020-01-01'::DATE))",
            "c: SELECT EXISTS (SELECT FROM public.tb_day c WHERE (c.day = '{1}'::INTEGER[]))",
            "f: SELECT EXISTS (SELECT FROM public.tb_day f WHERE (f.day = 'x'::bpchar))",
            "g: SELECT EXISTS (SELECT FROM public.tb_day g WHERE (g.day = 'x'::public.state))",
        ],
    ),
    case(
        "not of a table without its parts, nor of a literal with escapes",
        DATA,
        "SELECT p.pk_post, ( SELECT max(u.name) AS max FROM ONLY public.tb_user u) AS name FROM public.tb_post p \
         WHERE (EXISTS ( SELECT 1 FROM public.tb_tag t WHERE (t.label = 'it''s'::text)))",
        &[],
    ),
    case(
        "nor of rows that are compared one by one",
        DATA,
        "SELECT p.pk_post, p.title AS name FROM public.tb_post p WHERE ((p.n > ALL ( SELECT u.small FROM public.tb_user u)) \
         AND (NOT (p.pk_post IN ( SELECT c.fk_post FROM public.tb_comment c))) AND (p.title = ANY (( SELECT t.label FROM public.tb_tag t))))",
        &[],
    ),
    case(
        "not where a condition leads to the key",
        DATA,
        "SELECT p.pk_post, p.title AS name FROM public.tb_post p WHERE (p.pk_post IN ( SELECT c.fk_post FROM public.tb_comment c WHERE (c.n = 1)))",
        &[],
    ),
];

#[test]
fn values() {
    for case in CASES {
        let plan = Blog::new()
            .view("v_x", case.columns, case.definition)
            .key("pk_post")
            .plan();
        let mut lines = Vec::new();
        for occurrence in &plan.occurrences {
            let says = occurrence.reason.contains("value of this subquery changes");
            assert_eq!(says, occurrence.value.is_some());
            if let Some(value) = &occurrence.value {
                assert_eq!(occurrence.strategy, Strategy::Full, "{}", case.shows);
                lines.push(format!("{}: {value}", occurrence.alias));
            }
        }
        lines.sort();
        assert_eq!(lines, case.expect, "{}", case.shows);
    }
}

/// What a view below reads is read with the rights of that view.
#[test]
fn views_below_are_left_alone() {
    let below = "SELECT u.pk_user, ( SELECT max(t.label) AS max FROM public.tb_tag t) AS label FROM public.tb_user u";
    let plan = Blog::new()
        .view("v_user", "pk_user int8, label text", below)
        .view(
            "v_x",
            DATA,
            "SELECT p.pk_post, v.label AS name FROM (public.tb_post p JOIN public.v_user v ON ((v.pk_user = p.fk_user)))",
        )
        .key("pk_post")
        .plan();
    assert!(plan
        .occurrences
        .iter()
        .any(|o| o.strategy == Strategy::Full));
    assert!(plan.occurrences.iter().all(|o| o.value.is_none()));
}

#[test]
fn an_array_that_is_compared_is_read() {
    for compared in ["(2 = ANY (l.posts))", "(2 <> ALL ((l.posts)))"] {
        let definition = format!(
            "SELECT p.pk_list FROM public.tb_list p EXCEPT ALL SELECT l.pk_list FROM public.tb_list l WHERE {compared}"
        );
        let plan = Blog::new()
            .view("v_x", "pk_list int8", &definition)
            .key("pk_list")
            .plan();
        let read = plan.occurrences.iter().find(|o| o.alias == "l");
        assert!(read.is_some_and(|o| o.column_names.contains(&"posts".to_owned())));
    }
}
