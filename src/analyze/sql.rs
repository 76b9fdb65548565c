//! The statements that climb and that write, as text.
//!
//! They run with `search_path = pg_catalog, pg_temp` and do not rely on it: every operator is written
//! `OPERATOR(schema.name)`, every function with its schema.

use crate::lineage::{Column, Relation, Statements, Target};
use sqlparser::keywords::{ALL_KEYWORDS, ALL_KEYWORDS_INDEX};

const EQUAL: &str = "OPERATOR(pg_catalog.=)";

/// Quotes a name unless it plainly needs no quotes.
pub fn quote_ident(name: &str) -> String {
    let mut chars = name.chars();
    let plain = chars.next().is_some_and(|c| c.is_ascii_lowercase() || c == '_')
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && !is_keyword(name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Whether a word means something to one of the servers or to the parser.
fn is_keyword(name: &str) -> bool {
    const MORE: [&str; 9] = [
        "asymmetric",
        "concurrently",
        "deferrable",
        "initially",
        "isnull",
        "notnull",
        "placing",
        "symmetric",
        "variadic",
    ];
    let upper = name.to_ascii_uppercase();
    ALL_KEYWORDS.len() == ALL_KEYWORDS_INDEX.len() && ALL_KEYWORDS.binary_search(&upper.as_str()).is_ok()
        || MORE.contains(&name)
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
    let arrays: Vec<String> = (1..=count).map(|i| format!("pg_catalog.unnest(${i})")).collect();
    let names: Vec<String> = (1..=count).map(|i| format!("k{i}")).collect();
    format!("ROWS FROM({}) AS k({})", arrays.join(", "), names.join(", "))
}

/// Numbers items from one.
fn numbered<'c>(columns: &[&'c Column]) -> Vec<(usize, &'c Column)> {
    columns.iter().enumerate().map(|(i, c)| (i + 1, *c)).collect()
}

/// Looks rows up by some columns (one array parameter each) and returns others.
pub fn lookup(relation: &Relation, by: &[&Column], give: &[&Column]) -> String {
    let table = qualified(&relation.schema, &relation.name);
    let column = |c: &&Column| format!("p.{}", quote_ident(&c.name));
    let results = list(give, ", ", column);
    let mut conditions = Vec::new();
    let mut from = format!("{table} AS p");
    match by {
        [one] => conditions.push(format!("{} {} ANY ($1)", column(one), operator(one))),
        several => {
            from = format!("{from}, {}", parameters(several.len()));
            for (i, c) in numbered(several) {
                conditions.push(format!("{} {} k.k{i}", column(&c), operator(c)));
            }
        }
    }
    conditions.extend(give.iter().map(|c| format!("{} IS NOT NULL", column(c))));
    format!("SELECT DISTINCT {results} FROM {from} WHERE {}", conditions.join(" AND "))
}

/// A statement that makes the index a lookup wants.
pub fn create_index(relation: &Relation, columns: &[&Column]) -> String {
    let table = qualified(&relation.schema, &relation.name);
    format!(
        "CREATE INDEX ON {table} ({})",
        list(columns, ", ", |c| quote_ident(&c.name))
    )
}

/// The statements that write a TVIEW.
pub fn statements(target: &Target, view: &Relation, key: &[&Column]) -> Statements {
    Statements {
        recompute: write(target, view, key, true),
        whole: write(target, view, key, false),
        null_key: format!(
            "SELECT EXISTS (SELECT FROM {} AS v WHERE {})",
            qualified(&view.schema, &view.name),
            if key.is_empty() {
                "false".to_owned()
            } else {
                list(key, " OR ", |c| format!("v.{} IS NULL", quote_ident(&c.name)))
            }
        ),
    }
}

/// Rows of `alias` whose key is among the parameters.
fn among_parameters(alias: &str, key: &[&Column]) -> String {
    let keys = numbered(key);
    let mut conditions = vec![list(&keys, " AND ", |(i, c)| {
        format!("{alias}.{} {} ANY (${i})", quote_ident(&c.name), operator(c))
    })];
    if key.len() > 1 {
        // The values of each key column alone let an index be used; this picks the combinations.
        let same = list(&keys, " AND ", |(i, c)| {
            format!("{alias}.{} {} k.k{i}", quote_ident(&c.name), operator(c))
        });
        conditions.push(format!("EXISTS (SELECT FROM {} WHERE {same})", parameters(key.len())));
    }
    conditions.join(" AND ")
}

fn write(target: &Target, view: &Relation, key: &[&Column], by_key: bool) -> String {
    let source = qualified(&view.schema, &view.name);
    let table = qualified(&target.schema, &target.table);
    let columns: Vec<String> = view.columns.iter().map(|c| quote_ident(&c.name)).collect();
    let of = |alias: &str| list(&columns, ", ", |c| format!("{alias}.{c}"));
    let keys = list(key, ", ", |c| quote_ident(&c.name));
    let keys_of_fresh = list(key, ", ", |c| format!("f.{}", quote_ident(&c.name)));
    let same_key = if key.is_empty() {
        "false".to_owned()
    } else {
        list(key, " AND ", |c| {
            let name = quote_ident(&c.name);
            format!("t.{name} {} f.{name}", operator(c))
        })
    };
    let (from_view, from_table) = if by_key {
        (
            format!(" WHERE {}", among_parameters("v", key)),
            format!("{} AND ", among_parameters("t", key)),
        )
    } else {
        (String::new(), String::new())
    };
    let stamp = |prefix: &str| {
        if target.updated_at {
            format!("{prefix}updated_at = pg_catalog.now()")
        } else {
            String::new()
        }
    };
    // Cast to record: between two row constructors the server would look for the operator column by column.
    let set = |from: &str| list(&columns, ", ", |c| format!("{c} = {from}.{c}"));
    format!(
        "WITH fresh AS MATERIALIZED (SELECT {} FROM {source} AS v{from_view}), \
         total AS MATERIALIZED (SELECT pg_catalog.count(*) AS n, \
         (SELECT pg_catalog.count(*) FROM (SELECT DISTINCT {keys_of_fresh} FROM fresh AS f) AS d) AS d FROM fresh), \
         gone AS (DELETE FROM {table} AS t WHERE {from_table}NOT EXISTS (SELECT FROM fresh AS f WHERE {same_key}) \
         RETURNING 1), \
         changed AS (UPDATE {table} AS t SET {}{} FROM fresh AS f WHERE {same_key} \
         AND ROW({})::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW({})::pg_catalog.record RETURNING 1), \
         added AS (INSERT INTO {table} ({}) SELECT {} FROM fresh AS f \
         WHERE NOT EXISTS (SELECT FROM {table} AS t WHERE {same_key}) \
         AND (SELECT total.n OPERATOR(pg_catalog.=) total.d FROM total) \
         ON CONFLICT ({keys}) DO UPDATE SET {}{} RETURNING 1) \
         SELECT (SELECT pg_catalog.count(*) FROM gone), (SELECT pg_catalog.count(*) FROM changed), \
         (SELECT pg_catalog.count(*) FROM added), total.n, total.d FROM total",
        of("v"),
        set("f"),
        stamp(", "),
        of("t"),
        of("f"),
        columns.join(", "),
        of("f"),
        set("excluded"),
        stamp(", "),
    )
}
