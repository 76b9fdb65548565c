//! The statements that climb and that write, as text.
//!
//! They run with `search_path = pg_catalog, pg_temp` and do not rely on it: every operator is written
//! `OPERATOR(schema.name)`, every function with its schema.

use super::climb::{Part, Tie};
use super::links::Relationship;
use super::tree::Order;
use super::types::{self, Applied};
use crate::lineage::{Column, Relation, Statements, Target};

const EQUAL: &str = "OPERATOR(pg_catalog.=)";

/// Quotes a name unless it plainly needs no quotes.
pub fn quote_ident(name: &str) -> String {
    let mut chars = name.chars();
    let plain = chars
        .next()
        .is_some_and(|c| c.is_ascii_lowercase() || c == '_')
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && !is_keyword(name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Words that are not always names, in PostgreSQL 15 to 18: all keywords but those called unreserved.
const KEYWORDS: &str = "\
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both
    case cast char character check coalesce collate collation column concurrently constraint create cross
    current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
    decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign
    freeze from full grant graph_table greatest group grouping having ilike in initially inner inout int
    integer intersect interval into is isnull join json json_array json_arrayagg json_exists json_object
    json_objectagg json_query json_scalar json_serialize json_table json_value lateral leading least left
    like limit localtime localtimestamp merge_action national natural nchar none normalize not notnull null
    nullif numeric offset on only or order out outer overlaps overlay placing position precision primary real
    references returning right row select session_user setof similar smallint some substring symmetric
    system_user table tablesample then time timestamp to trailing treat trim true union unique user using
    values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists
    xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable";

/// Whether a word is better quoted.
fn is_keyword(name: &str) -> bool {
    KEYWORDS.split_ascii_whitespace().any(|word| word == name)
}

fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", quote_ident(schema), quote_ident(name))
}

fn operator(column: &Column) -> &str {
    column.eq.as_deref().unwrap_or(EQUAL)
}

/// Joins the pieces that a closure makes of items.
fn list<T>(items: &[T], separator: &str, piece: impl Fn(&T) -> String) -> String {
    items.iter().map(piece).collect::<Vec<_>>().join(separator)
}

/// `unnest` over the parameters as columns `k1`, `k2` and so on of `k`.
fn parameters(count: usize) -> String {
    let arrays: Vec<String> = (1..=count)
        .map(|i| format!("pg_catalog.unnest(${i})"))
        .collect();
    let names: Vec<String> = (1..=count).map(|i| format!("k{i}")).collect();
    format!(
        "ROWS FROM({}) AS k({})",
        arrays.join(", "),
        names.join(", ")
    )
}

/// Numbers items from one.
fn numbered<'c>(columns: &[&'c Column]) -> Vec<(usize, &'c Column)> {
    columns
        .iter()
        .enumerate()
        .map(|(i, c)| (i + 1, *c))
        .collect()
}

/// Looks rows up by comparing columns with values (one array parameter per tie) and returns other columns, or the `elements`
/// of one that is an array, nulls included. Rows of `own` may lie on the way. Values that are equal count as one unless they can differ in
/// what is made of them.
pub fn lookup(
    own: &Relation,
    relation: &Relation,
    by: &[&Column],
    ties: &[Tie],
    give: &[&Column],
    elements: bool,
) -> String {
    let table = qualified(&relation.schema, &relation.name);
    let column = |c: &&Column| format!("p.{}", quote_ident(&c.name));
    let results = list(give, ", ", |c| {
        if elements {
            format!("pg_catalog.unnest({})", column(c))
        } else {
            column(c)
        }
    });
    let sought: Vec<(usize, &Column, &Tie, String)> = numbered(by)
        .into_iter()
        .zip(ties)
        .map(|((i, c), tie)| (i, c, tie, over(&tie.applied.1, column(&c))))
        .collect();
    let varies = give.iter().any(|c| types::varies(c));
    let (distinct, union) = if varies {
        ("", "UNION ALL")
    } else {
        ("DISTINCT ", "UNION")
    };
    let equal = |c, tie: &Tie| if tie.is_plain { operator(c) } else { EQUAL };
    let (from, condition) = match sought.as_slice() {
        [(_, c, tie, sought)]
            if matches!(
                tie.relationship,
                Relationship::Equal | Relationship::Contains
            ) && tie.applied.0.is_empty() =>
        {
            (
                String::new(),
                format!("{sought} {} ANY ($1)", equal(c, tie)),
            )
        }
        [(
            _,
            _,
            Tie {
                own: next,
                relationship: Relationship::Over(by),
                ..
            },
            sought,
        )] => {
            let name = |at: &usize| own.columns.get(*at).map(|c| quote_ident(&c.name));
            let (next, by) = (name(next).unwrap_or_default(), name(by).unwrap_or_default());
            // UNION, so that the walk ends where rows lead in a circle.
            return format!(
                "WITH RECURSIVE w AS (SELECT k.k1 FROM {} UNION SELECT o.{next} FROM w JOIN {} AS o ON o.{by} {EQUAL} w.k1) \
                 SELECT {distinct}{results} FROM {table} AS p JOIN w ON {sought} {EQUAL} w.k1",
                parameters(1),
                qualified(&own.schema, &own.name),
            );
        }
        [(_, _, tie, sought)] if tie.relationship == Relationship::Element => (
            String::new(),
            format!("{sought} OPERATOR(pg_catalog.&&) $1"),
        ),
        [(_, c, tie, sought)] if tie.relationship == Relationship::Same => (
            String::new(),
            // Two statements in one, because an index serves each of the two.
            format!(
                "{sought} {} ANY ($1) {union} SELECT {results} FROM {table} AS p \
                 WHERE {sought} IS NULL AND pg_catalog.array_position($1, NULL) IS NOT NULL",
                equal(c, tie)
            ),
        ),
        several => {
            let conditions = list(several, " AND ", |(i, c, tie, sought)| {
                let given = over(&tie.applied.0, format!("k.k{i}"));
                match tie.relationship {
                    Relationship::Equal | Relationship::Contains => {
                        format!("{sought} {} {given}", equal(c, tie))
                    }
                    Relationship::Same => format!(
                        "({sought} {} {given} OR {sought} IS NULL AND {given} IS NULL)",
                        equal(c, tie)
                    ),
                    // Such a tie is the only one.
                    Relationship::Over(_) => "false".to_owned(),
                    Relationship::Element => format!("{given} {EQUAL} ANY ({sought})"),
                    Relationship::Ordered(order) => {
                        let operator = match order.mirrored() {
                            Order::Less => "<",
                            Order::LessOrEqual => "<=",
                            Order::Greater => ">",
                            Order::GreaterOrEqual => ">=",
                        };
                        format!("{sought} OPERATOR(pg_catalog.{operator}) {given}")
                    }
                }
            });
            (format!(", {}", parameters(several.len())), conditions)
        }
    };
    format!("SELECT {distinct}{results} FROM {table} AS p{from} WHERE {condition}")
}

/// Makes keys of values (one array parameter per column they are made of).
pub fn key_of(key: &[Vec<Part>]) -> String {
    let mut count = 0;
    let mut piece = |part: &Part| match part {
        Part::Text(text) => format!("'{}'::pg_catalog.text", text.replace('\'', "''")),
        Part::Value(applied) => {
            count += 1;
            over(applied, format!("k.k{count}"))
        }
    };
    let columns: Vec<String> = key
        .iter()
        .map(|parts| {
            let pieces = parts.iter().map(&mut piece);
            let joined = |left, right| format!("({left}) OPERATOR(pg_catalog.||) ({right})");
            pieces.reduce(joined).unwrap_or_default()
        })
        .collect();
    let columns = columns.join(", ");
    format!("SELECT DISTINCT {columns} FROM {}", parameters(count))
}

/// What is done to a value, as an expression.
fn over(applied: &[Applied], argument: String) -> String {
    applied.iter().fold(argument, |inner, a| a.over(&inner))
}

/// A statement that makes the index for a look-up by an element of an array.
pub fn create_gin_index(relation: &Relation, column: &Column) -> String {
    let table = qualified(&relation.schema, &relation.name);
    format!(
        "CREATE INDEX ON {table} USING gin ({})",
        quote_ident(&column.name)
    )
}

/// A statement that makes the index such a lookup wants, unless the table has one that may be it.
pub fn create_expression_index(
    relation: &Relation,
    column: &Column,
    applied: &[Applied],
) -> Option<String> {
    if relation.indexes.iter().any(|i| i.first() == Some(&0)) {
        return None;
    }
    let expression = over(applied, quote_ident(&column.name));
    let table = qualified(&relation.schema, &relation.name);
    Some(format!("CREATE INDEX ON {table} (({expression}))"))
}

/// A statement that makes the index a lookup wants.
pub fn create_index(relation: &Relation, columns: &[&Column]) -> String {
    let table = qualified(&relation.schema, &relation.name);
    format!(
        "CREATE INDEX ON {table} ({})",
        list(columns, ", ", |c| quote_ident(&c.name))
    )
}

/// The statements that write a TVIEW; `part` are the columns of the key by which rows are refreshed.
pub fn statements(
    target: &Target,
    view: &Relation,
    key: &[&Column],
    part: &[&Column],
) -> Statements {
    let source = qualified(&view.schema, &view.name);
    let columns = columns_of(view);
    // A part of the key stands for several rows.
    let of_one = |text: String| {
        if key.len() == part.len() {
            text
        } else {
            String::new()
        }
    };
    let rows = |condition: String| {
        format!(
            "SELECT {} FROM {source} AS v WHERE {condition}",
            qualified_columns("v", &columns)
        )
    };
    let of_key = list(&numbered(part), " AND ", |(i, c)| {
        format!("v.{} {} ${i}", quote_ident(&c.name), operator(c))
    });
    Statements {
        fetch: of_one(rows(of_key)),
        fetch_some: of_one(rows(among_parameters("v", part))),
        recompute: write(target, view, key, Some(part)),
        whole: write(target, view, key, None),
        null_key: format!(
            "SELECT EXISTS (SELECT FROM {source} AS v WHERE {})",
            if key.is_empty() {
                "false".to_owned()
            } else {
                list(key, " OR ", |c| {
                    // The first can use an index; a composite value of nulls is not null.
                    let name = quote_ident(&c.name);
                    format!("(v.{name} IS NULL AND pg_catalog.num_nulls(v.{name}) {EQUAL} 1)")
                })
            }
        ),
    }
}

/// Alias of the view in a statement that patches: the planner hook knows it by this name and leaves away of its document
/// what is not asked for.
pub const PRUNED: &str = "pruned";

/// For some keys: the key and the document of the view's rows.
pub fn patch(view: &Relation, key: &[&Column], document: &Column) -> String {
    let mut columns: Vec<String> = key.iter().map(|c| quote_ident(&c.name)).collect();
    columns.push(quote_ident(&document.name));
    format!(
        "SELECT {} FROM {} AS {PRUNED} WHERE {}",
        qualified_columns(PRUNED, &columns),
        qualified(&view.schema, &view.name),
        among_parameters(PRUNED, key),
    )
}

/// Names of the view's columns, quoted.
fn columns_of(view: &Relation) -> Vec<String> {
    view.columns.iter().map(|c| quote_ident(&c.name)).collect()
}

fn qualified_columns(alias: &str, columns: &[String]) -> String {
    prefixed(alias, columns).join(", ")
}

/// Whether a row `t` of the table and a row `alias` of the view have the same key.
fn same_key(key: &[&Column], alias: &str) -> String {
    if key.is_empty() {
        return "false".to_owned();
    }
    list(key, " AND ", |c| {
        let name = quote_ident(&c.name);
        format!("t.{name} {} {alias}.{name}", operator(c))
    })
}

/// Assignments of the values to the columns, pairwise.
fn assignments(target: &Target, columns: &[String], values: &[String]) -> String {
    let pairs: Vec<String> = columns
        .iter()
        .zip(values)
        .map(|(column, value)| format!("{column} = {value}"))
        .collect();
    let stamp = if target.updated_at {
        ", updated_at = pg_catalog.now()"
    } else {
        ""
    };
    format!("{}{stamp}", pairs.join(", "))
}

fn prefixed(alias: &str, columns: &[String]) -> Vec<String> {
    columns.iter().map(|c| format!("{alias}.{c}")).collect()
}

/// The rows `v` of the view, each column computed once however often it is used: OFFSET keeps the planner from putting
/// its expression where its name stands.
fn computed_once(source: &str, columns: &[String], condition: &str) -> String {
    let columns = qualified_columns("v", columns);
    format!("(SELECT {columns} FROM {source} AS v{condition} OFFSET 0) AS v")
}

/// Whether the table has a row `t` with another image than the row `v` of the view.
fn differs(columns: &[String]) -> String {
    // Cast to record: between two row constructors the server would look for the operator column by column.
    format!(
        "t.ctid IS NOT NULL AND ROW({})::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW({})::pg_catalog.record",
        qualified_columns("t", columns),
        qualified_columns("v", columns),
    )
}

/// What becomes of an insertion that meets a row which the statement's snapshot does not show.
fn on_conflict(target: &Target, key: &[&Column], columns: &[String]) -> String {
    format!(
        "ON CONFLICT ({}) DO UPDATE SET {}",
        list(key, ", ", |c| quote_ident(&c.name)),
        assignments(target, columns, &prefixed("excluded", columns)),
    )
}

/// A name that none of the columns has.
fn unused(columns: &[String], name: &str) -> String {
    let mut name = name.to_owned();
    while columns.contains(&name) {
        name.push('_');
    }
    name
}

/// Rows of `alias` whose key is among the parameters.
fn among_parameters(alias: &str, key: &[&Column]) -> String {
    let keys = numbered(key);
    let mut conditions = vec![list(&keys, " AND ", |(i, c)| {
        format!(
            "{alias}.{} {} ANY (${i})",
            quote_ident(&c.name),
            operator(c)
        )
    })];
    if key.len() > 1 {
        // The values of each key column alone let an index be used; this picks the combinations.
        let same = list(&keys, " AND ", |(i, c)| {
            format!("{alias}.{} {} k.k{i}", quote_ident(&c.name), operator(c))
        });
        conditions.push(format!(
            "EXISTS (SELECT FROM {} WHERE {same})",
            parameters(key.len())
        ));
    }
    conditions.join(" AND ")
}

/// Writes the rows of some keys or of all: `fresh` pairs the rows of the view with those of the table, once; rows are then
/// overwritten by their place. The parts that delete and insert do not begin when the counts leave nothing for them.
fn write(target: &Target, view: &Relation, key: &[&Column], by: Option<&[&Column]>) -> String {
    let source = qualified(&view.schema, &view.name);
    let table = qualified(&target.schema, &target.table);
    let columns = columns_of(view);
    let keys_of_fresh = list(key, ", ", |c| format!("f.{}", quote_ident(&c.name)));
    // IS NOT NULL would look into a composite value.
    let no_null = format!("pg_catalog.num_nulls({keys_of_fresh}) {EQUAL} 0");
    let same_key_of_fresh = same_key(key, "f");
    let (tid, other) = (unused(&columns, "tid"), unused(&columns, "other"));
    let rows_of_table = |condition: &str| {
        format!("total.m OPERATOR(pg_catalog.<) (SELECT pg_catalog.count(*) FROM {table} AS t{condition})")
    };
    let (from_view, from_table, may_be_gone) = match by {
        Some(by) => {
            let among = among_parameters("t", by);
            (
                format!(" WHERE {}", among_parameters("v", by)),
                format!("{among} AND "),
                if by.len() == key.len() {
                    "total.n OPERATOR(pg_catalog.<) pg_catalog.cardinality($1)".to_owned()
                } else {
                    rows_of_table(&format!(" WHERE {among}"))
                },
            )
        }
        None => (String::new(), String::new(), rows_of_table("")),
    };
    let distinct = match key {
        [one] => format!("pg_catalog.count(DISTINCT f.{})", quote_ident(&one.name)),
        _ => format!(
            "(SELECT pg_catalog.count(*) FROM (SELECT DISTINCT {keys_of_fresh} FROM fresh AS f WHERE {no_null}) AS d)"
        ),
    };
    // Parts that nobody reads run last and the later one first, so rows are deleted, updated and inserted in this order:
    // values under a unique index may move from row to row.
    format!(
        "WITH fresh AS MATERIALIZED (SELECT {}, t.ctid AS {tid}, {} AS {other} \
         FROM {} LEFT JOIN {table} AS t ON {}), \
         total AS MATERIALIZED (SELECT pg_catalog.count(*) AS n, pg_catalog.count(f.{tid}) AS m, \
         pg_catalog.count(*) FILTER (WHERE f.{other}) AS c, {distinct} AS d FROM fresh AS f), \
         gone AS (DELETE FROM {table} AS t WHERE (SELECT {may_be_gone} FROM total) \
         AND {from_table}NOT EXISTS (SELECT FROM fresh AS f WHERE {same_key_of_fresh}) RETURNING 1), \
         added AS (INSERT INTO {table} ({}) SELECT {} FROM fresh AS f WHERE f.{tid} IS NULL \
         AND (SELECT total.n {EQUAL} total.d AND total.m OPERATOR(pg_catalog.<) total.n FROM total) {}), \
         changed AS (UPDATE {table} AS t SET {} FROM fresh AS f WHERE t.ctid {EQUAL} f.{tid} AND f.{other}) \
         SELECT (SELECT pg_catalog.count(*) FROM gone), total.c, total.n OPERATOR(pg_catalog.-) total.m, total.n, total.d \
         FROM total",
        qualified_columns("v", &columns),
        differs(&columns),
        computed_once(&source, &columns, &from_view),
        same_key(key, "v"),
        columns.join(", "),
        qualified_columns("f", &columns),
        on_conflict(target, key, &columns),
        assignments(target, &columns, &prefixed("f", &columns)),
    )
}
