//! Properties that hold for any text and any join.

use super::catalog::Blog;
use crate::lineage::{Plan, Strategy};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Occurrences that have no full strategy climb strictly nearer and end at the key.
fn well_formed(plan: &Plan) {
    for (at, occurrence) in plan.occurrences.iter().enumerate() {
        assert_eq!(occurrence.id as usize, at);
        let mut next = occurrence;
        let mut hops = 0;
        while let Strategy::Link {
            to,
            from,
            to_columns,
            ..
        } = &next.strategy
        {
            assert!(!from.is_empty() && from.len() == to_columns.len());
            let target = &plan.occurrences[*to as usize];
            for (here, columns) in [(next, from), (target, to_columns)] {
                if let Some(matter) = &here.columns {
                    assert!(columns.iter().all(|c| matter.contains(c)));
                }
            }
            next = target;
            hops += 1;
            assert!(hops <= plan.occurrences.len());
        }
        if let Some(matter) = &occurrence.columns {
            let mut restricted = occurrence.restrictions.iter();
            assert!(restricted.all(|r| matter.contains(&r.column)));
        }
        let whole = matches!(occurrence.strategy, Strategy::Full);
        assert_eq!(matches!(next.strategy, Strategy::Full), whole);
    }
}

const ALIASES: [&str; 4] = ["a", "b", "c", "d"];
const COLUMNS: [&str; 3] = ["pk_post", "fk_user", "n"];

/// Own column, other alias, its column, and how they are compared.
type On = (usize, usize, usize, usize);

/// Comparisons; the first is plain equality.
const COMPARISONS: usize = 8;

/// A condition between a column and one of another alias, as the server prints it.
fn compared(own: &str, other: &str, column: usize, comparison: usize) -> String {
    let (one, two) = (COLUMNS[column], COLUMNS[(column + 1) % COLUMNS.len()]);
    match comparison {
        1 => format!("(NOT ({own} IS DISTINCT FROM {other}.{one}))"),
        2 => format!("({own} < {other}.{one})"),
        3 => format!("(({own} = {other}.{one}) OR ({own} = {other}.{two}))"),
        4 => format!("({own} = COALESCE({other}.{one}, {other}.{two}))"),
        5 => format!("({own} = ANY (ARRAY[{other}.{one}, {other}.{two}]))"),
        6 => format!("({own} = ANY (ARRAY[1, {column}]))"),
        7 => format!("({own} IS NULL)"),
        _ => format!("({own} = {other}.{one})"),
    }
}

#[derive(Debug, Clone)]
struct Joins {
    /// Kind of each join after the first table, and its conditions.
    joins: Vec<(usize, Vec<On>)>,
    wheres: Vec<(usize, On)>,
}

impl Joins {
    fn sql(&self, alias: impl Fn(usize) -> String) -> String {
        let mut from = format!("public.tb_post {}", alias(0));
        for (at, (kind, conditions)) in self.joins.iter().enumerate() {
            let this = at + 1;
            let kind = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"][*kind];
            let on: Vec<String> = conditions
                .iter()
                .map(|(own, other, column, comparison)| {
                    let own = format!("{}.{}", alias(this), COLUMNS[*own]);
                    compared(&own, &alias(other % this), *column, *comparison)
                })
                .collect();
            let on = if on.is_empty() {
                "true".to_owned()
            } else {
                on.join(" AND ")
            };
            from = format!("({from} {kind} public.tb_post {} ON ({on}))", alias(this));
        }
        let count = self.joins.len() + 1;
        let wheres: Vec<String> = self
            .wheres
            .iter()
            .map(|(a, (x, b, y, comparison))| {
                let own = format!("{}.{}", alias(a % count), COLUMNS[*x]);
                compared(&own, &alias(b % count), *y, *comparison)
            })
            .collect();
        let filter = if wheres.is_empty() {
            String::new()
        } else {
            format!(" WHERE ({})", wheres.join(" AND "))
        };
        format!("SELECT {}.pk_post FROM {from}{filter}", alias(0))
    }

    /// Number of conditions with alternatives.
    fn alternatives(&self) -> usize {
        let on = self.joins.iter().flat_map(|(_, conditions)| conditions);
        let all = on.chain(self.wheres.iter().map(|(_, condition)| condition));
        all.filter(|(.., comparison)| (3..=5).contains(comparison))
            .count()
    }

    fn plan(&self) -> Plan {
        view(&self.sql(|at| ALIASES[at].to_owned())).plan()
    }
}

fn view(definition: &str) -> Blog {
    Blog::new()
        .view("v_x", "pk_post int8", definition)
        .key("pk_post")
}

/// Joins over so many of the comparisons.
fn joins(comparisons: usize) -> impl proptest::strategy::Strategy<Value = Joins> {
    use proptest::strategy::Strategy as _;
    let condition = (0..3usize, 0..4usize, 0..3usize, 0..comparisons);
    let join = (0..4usize, prop::collection::vec(condition.clone(), 0..3));
    let filter = (0..4usize, condition);
    (
        prop::collection::vec(join, 0..4),
        prop::collection::vec(filter, 0..3),
    )
        .prop_map(|(joins, wheres)| Joins { joins, wheres })
}

/// Distance to the key; none for a full strategy.
fn distances(plan: &Plan) -> Vec<Option<usize>> {
    plan.occurrences
        .iter()
        .map(|occurrence| {
            let mut next = occurrence;
            let mut hops = 0;
            while let Strategy::Link { to, .. } = &next.strategy {
                next = &plan.occurrences[*to as usize];
                hops += 1;
            }
            matches!(next.strategy, Strategy::Key { .. }).then_some(hops)
        })
        .collect()
}

/// Aliases with the distance of the farthest of their ways.
fn by_alias(plan: &Plan) -> BTreeMap<&str, usize> {
    let mut found = BTreeMap::new();
    for (occurrence, distance) in plan.occurrences.iter().zip(distances(plan)) {
        let farthest = found.entry(occurrence.alias.as_str()).or_insert(0);
        *farthest = distance.unwrap_or(usize::MAX).max(*farthest);
    }
    found
}

/// The same without one of the conditions.
fn without(joins: &Joins, pick: usize) -> Joins {
    let mut less = joins.clone();
    let slots: Vec<(usize, usize)> = (less.joins.iter().enumerate())
        .flat_map(|(at, (_, conditions))| (0..conditions.len()).map(move |c| (at, c)))
        .collect();
    if !less.wheres.is_empty() && pick.is_multiple_of(2) {
        less.wheres.remove(pick % joins.wheres.len());
    } else if let Some((at, condition)) = slots.get(pick % slots.len().max(1)) {
        less.joins[*at].1.remove(*condition);
    }
    less
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plans_are_well_formed(joins in joins(COMPARISONS)) {
        well_formed(&joins.plan());
    }

    #[test]
    fn aliases_have_no_bearing(joins in joins(COMPARISONS)) {
        let one = joins.plan();
        let two = view(&joins.sql(|at| format!("\"Other {}\"", 9 - at))).plan();
        let bare = |plan: &Plan| -> Vec<_> {
            plan.occurrences.iter().map(|o| (o.source, o.columns.clone(), o.strategy.clone(), o.null_key)).collect()
        };
        prop_assert_eq!(bare(&one), bare(&two));
    }

    /// With fewer conditions no occurrence may come nearer to the key.
    #[test]
    fn fewer_conditions_say_less(joins in joins(1), pick in 0..8usize) {
        let less = without(&joins, pick);
        let (before, after) = (joins.plan(), less.plan());
        let (before, after) = (by_alias(&before), by_alias(&after));
        for (alias, after) in after {
            prop_assert!(after >= before[alias], "{} became {}", joins.sql(|a| ALIASES[a].into()), less.sql(|a| ALIASES[a].into()));
        }
    }

    /// The same where conditions have alternatives, of which each may be the shorter way: no occurrence may come to reach the key.
    /// Of more alternatives than there are here some are not looked at.
    #[test]
    fn fewer_conditions_lead_nowhere_new(joins in joins(COMPARISONS), pick in 0..8usize) {
        prop_assume!(joins.alternatives() <= 4);
        let less = without(&joins, pick);
        let (before, after) = (joins.plan(), less.plan());
        let (before, after) = (by_alias(&before), by_alias(&after));
        for (alias, after) in after {
            let is_new = after < usize::MAX && before.get(alias) == Some(&usize::MAX);
            prop_assert!(!is_new, "{} became {}", joins.sql(|a| ALIASES[a].into()), less.sql(|a| ALIASES[a].into()));
        }
    }

    /// With fewer conditions no row may come to be kept out.
    #[test]
    fn fewer_conditions_keep_fewer_rows_out(joins in joins(COMPARISONS), pick in 0..8usize) {
        let less = without(&joins, pick);
        let (before, after) = (joins.plan(), less.plan());
        for occurrence in &after.occurrences {
            let same = before.occurrences.iter().filter(|o| o.alias == occurrence.alias);
            for restriction in &occurrence.restrictions {
                let known = same.clone().all(|o| o.restrictions.contains(restriction));
                prop_assert!(known, "{} became {}", joins.sql(|a| ALIASES[a].into()), less.sql(|a| ALIASES[a].into()));
            }
        }
    }

    #[test]
    fn any_text_is_survived(text in "\\PC{0,200}") {
        well_formed(&view(&text).plan());
    }

    #[test]
    fn mangled_queries_are_survived(joins in joins(COMPARISONS), from in 0..200usize, len in 0..30usize, insert in "[()*,.a-z' ]{0,6}") {
        let text = joins.sql(|at| ALIASES[at].to_owned());
        let mut chars: Vec<char> = text.chars().collect();
        let from = from.min(chars.len());
        let to = (from + len).min(chars.len());
        chars.splice(from..to, insert.chars());
        well_formed(&view(&chars.into_iter().collect::<String>()).plan());
    }
}

#[test]
fn hostile_texts_are_survived() {
    let many = 50_000;
    let texts = [
        format!("SELECT {}1{}", "(".repeat(many), ")".repeat(many)),
        "(".repeat(many),
        format!("SELECT 1{}", "+1".repeat(many)),
        format!("SELECT 1{}", " UNION SELECT 1, 2".repeat(many / 10)),
        format!("SELECT {}1", "- ".repeat(many)),
        format!("SELECT {}1", "NOT ".repeat(many)),
        format!("SELECT 1{}", "::int".repeat(many)),
        format!("SELECT a{}", "[1]".repeat(many)),
        format!("SELECT 1{}", " COLLATE \"C\"".repeat(many / 10)),
        format!("SELECT 1{}", " AND 1".repeat(many)),
        format!("SELECT 1 FROM a{}", " JOIN b ON 1".repeat(many / 10)),
        format!(
            "SELECT {}1{}",
            "(SELECT ".repeat(many / 10),
            ")".repeat(many / 10)
        ),
        format!("SELECT {}1", "CASE WHEN 1 THEN ".repeat(many / 10)),
        format!("SELECT 1::int{}", "[]".repeat(many)),
        format!("SELECT {}1", "array[".repeat(many)),
        format!("{}SELECT 1", "WITH a AS (".repeat(many / 10)),
        format!("SELECT f{}", "(f".repeat(many)),
        format!("SELECT a IS {} NULL", "NOT ".repeat(many)),
        format!("SELECT * FROM {}a", "(".repeat(many)),
        format!("SELECT '{}", "'".repeat(many)),
        format!("SELECT a.{}b", "a.".repeat(many)),
        format!("SELECT 1 x{}", ", 1".repeat(many)),
        format!("SELECT a BETWEEN {}1", "1 AND a BETWEEN ".repeat(many / 10)),
        format!("SELECT a {}", "IN (a) ".repeat(many / 10)),
        format!("SELECT a{}", ":b".repeat(many)),
        format!("SELECT a{}", "->b".repeat(many)),
        format!("SELECT {}", "INTERVAL ".repeat(many / 10)),
        format!("SELECT {}1", "PRIOR ".repeat(many / 10)),
        format!("SELECT x::{}int", "struct<".repeat(many / 10)),
    ];
    // The stack of a backend, although frames are larger without optimization.
    let run = std::thread::Builder::new()
        .stack_size(8 << 20)
        .spawn(move || {
            for text in texts {
                let plan = view(&text).plan();
                assert!(plan
                    .occurrences
                    .iter()
                    .all(|o| o.strategy == Strategy::Full));
            }
        });
    run.expect("a thread").join().expect("no panic");
}

#[test]
fn views_over_views_do_not_explode() {
    let mut blog = Blog::new().view(
        "v_0",
        "pk_post int8",
        "SELECT p.pk_post FROM public.tb_post p",
    );
    for level in 1..20 {
        let name = format!("v_{level}");
        let below = format!("v_{}", level - 1);
        let text = format!(
            "SELECT a.pk_post FROM (public.{below} a JOIN public.{below} b ON ((a.pk_post = b.pk_post)))"
        );
        blog = blog.view(&name, "pk_post int8", &text);
    }
    let plan = blog.key("pk_post").plan();
    assert!(plan
        .occurrences
        .iter()
        .any(|o| o.reason == "the query is too large to analyse"));
}

#[test]
fn a_view_that_reads_itself_is_survived() {
    let plan = view("SELECT v.pk_post FROM public.v_x v").plan();
    assert!(plan
        .occurrences
        .iter()
        .all(|o| o.strategy == Strategy::Full));
}

#[test]
fn word_lists_are_sorted() {
    assert!(crate::analyze::expression::SCALAR.is_sorted());
    assert!(crate::analyze::refuse::SESSION.is_sorted());
}
