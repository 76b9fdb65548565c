//! Reasons not to create a TVIEW at all.

use super::build::{arguments, Parsed};
use super::scope::folded;
use super::types::is_array;
use crate::lineage::{Refusal, Relation, Snapshot};
use sqlparser::ast::{Expr, Ident, ObjectName, TableFactor, Visit, Visitor};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::{Token, Tokenizer};
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

/// Functions whose value depends on the moment or on the session.
pub const SESSION: [&str; 38] = [
    "clock_timestamp",
    "current_catalog",
    "current_date",
    "current_query",
    "current_role",
    "current_schema",
    "current_schemas",
    "current_setting",
    "current_time",
    "current_timestamp",
    "current_user",
    "inet_client_addr",
    "inet_client_port",
    "inet_server_addr",
    "inet_server_port",
    "localtime",
    "localtimestamp",
    "now",
    "pg_backend_pid",
    "pg_conf_load_time",
    "pg_current_snapshot",
    "pg_current_xact_id",
    "pg_current_xact_id_if_assigned",
    "pg_is_in_recovery",
    "pg_is_other_temp_schema",
    "pg_my_temp_schema",
    "pg_postmaster_start_time",
    "pg_trigger_depth",
    "session_user",
    "statement_timestamp",
    "timeofday",
    "transaction_timestamp",
    "txid_current",
    "txid_current_if_assigned",
    "txid_current_snapshot",
    "txid_snapshot_xmax",
    "txid_snapshot_xmin",
    "user",
];

/// Whether a function's value depends on the moment, on the session, or on the system catalogs, which have no triggers.
pub fn is_unsteady(function: &str) -> bool {
    const CATALOG: [&str; 20] = [
        "col_description",
        "database_to_xml",
        "database_to_xml_and_xmlschema",
        "database_to_xmlschema",
        "format_type",
        "getpgusername",
        "mxid_age",
        "obj_description",
        "oidvectortypes",
        "query_to_xml",
        "query_to_xml_and_xmlschema",
        "query_to_xmlschema",
        "row_security_active",
        "schema_to_xml",
        "schema_to_xml_and_xmlschema",
        "schema_to_xmlschema",
        "shobj_description",
        "table_to_xml",
        "table_to_xml_and_xmlschema",
        "table_to_xmlschema",
    ];
    // Of those that tell of the server, the ones that look at their arguments only.
    const PURE: [&str; 18] = [
        "pg_char_to_encoding",
        "pg_collation_for",
        "pg_encoding_max_length",
        "pg_encoding_to_char",
        "pg_input_error_info",
        "pg_input_is_valid",
        "pg_lsn",
        "pg_mcv_list_items",
        "pg_options_to_table",
        "pg_settings_get_flags",
        "pg_size_bytes",
        "pg_size_pretty",
        "pg_snapshot_xip",
        "pg_snapshot_xmax",
        "pg_snapshot_xmin",
        "pg_typeof",
        "pg_visible_in_snapshot",
        "pg_wal_lsn_diff",
    ];
    SESSION.binary_search(&function).is_ok()
        || CATALOG.contains(&function)
        || (function.starts_with("has_") && function.ends_with("_privilege"))
        || (function.starts_with("pg_") && !PURE.contains(&function))
        || function.starts_with("to_reg")
        || function.ends_with("_is_visible")
}

/// Makes a refusal.
fn refusal(code: &str, message: String, detail: String, hint: &str) -> Refusal {
    Refusal {
        code: code.to_owned(),
        message,
        detail,
        hint: hint.to_owned(),
    }
}

/// Key columns that are not there or cannot be a key.
pub fn key(snapshot: &Snapshot, view: Option<&Relation>) -> Vec<Refusal> {
    let target = &snapshot.target;
    let Some(view) = view else {
        return vec![refusal(
            "42P01",
            format!("the view of TVIEW \"{}\" does not exist", target.table),
            "The catalog snapshot does not contain it.".to_owned(),
            "Create the view, or give its definition.",
        )];
    };
    let mut refusals = Vec::new();
    if target.key.is_empty() {
        refusals.push(refusal(
            "42P16",
            format!("TVIEW \"{}\" has no key", target.table),
            "The list of key columns is empty.".to_owned(),
            "Name at least one column in the option \"key\".",
        ));
    }
    for (at, name) in target.key.iter().enumerate() {
        if target.key.iter().take(at).any(|other| other == name) {
            refusals.push(refusal(
                "42701",
                format!("key column \"{name}\" is named more than once"),
                String::new(),
                "Name each key column once.",
            ));
            continue;
        }
        match view.columns.iter().find(|c| c.name == *name) {
            None => refusals.push(refusal(
                "42703",
                format!("view \"{}\" has no key column \"{name}\"", view.name),
                format!(
                    "Its columns are {}.",
                    view.columns
                        .iter()
                        .map(|c| format!("\"{}\"", c.name))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
                "Return the key in the view, or name its columns in the option \"key\".",
            )),
            Some(column) if column.eq.is_none() => refusals.push(refusal(
                "42883",
                format!("key column \"{name}\" has a type without equality"),
                format!(
                    "Type {} has no default btree operator class.",
                    column.type_name
                ),
                "Choose another key column, or cast this one to a type that has one.",
            )),
            // Values reach the statements as arrays, and there are no arrays of arrays.
            Some(column) if is_array(column) => refusals.push(refusal(
                "0A000",
                format!("key column \"{name}\" is an array"),
                format!("Its type is {}.", column.type_name),
                "Choose another key column, or cast this one to text.",
            )),
            Some(_) => {}
        }
    }
    refusals
}

/// Volatile functions, and functions that depend on the moment or the session.
pub fn volatile(snapshot: &Snapshot, parsed: &HashMap<usize, Parsed>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (at, relation) in snapshot.relations.iter().enumerate() {
        if relation.kind != 'v'
            || relation.system
            || snapshot.target.unwatched.contains(&relation.oid)
        {
            continue;
        }
        let mut names = BTreeSet::new();
        match (parsed.get(&at), &relation.definition) {
            (Some(Ok(query)), _) => {
                let mut finder = Finder { names: &mut names };
                let _ = query.visit(&mut finder);
            }
            (_, Some(text)) => unsteady_words(text, &mut names),
            _ => {}
        }
        let hint = "Remove it from the view, or set the option \"allow_volatile\" and refresh the TVIEW yourself.";
        if !names.is_empty() {
            let list: Vec<String> = names.into_iter().collect();
            refusals.push(refusal(
                "0A000",
                format!(
                    "view \"{}\" depends on the time or the session: {}",
                    relation.name,
                    list.join(", ")
                ),
                "Its rows can change without a change of any table.".to_owned(),
                hint,
            ));
        } else if relation.volatile {
            refusals.push(refusal(
                "0A000",
                format!("view \"{}\" uses a volatile function", relation.name),
                "Its rows can change without a change of any table.".to_owned(),
                hint,
            ));
        }
    }
    refusals
}

/// Relations whose changes cannot be seen.
pub fn unwatchable(names: &BTreeSet<String>) -> Vec<Refusal> {
    names
        .iter()
        .map(|name| {
            refusal(
                "0A000",
                format!("changes of relation {name} cannot be watched"),
                "Foreign tables, materialized views and system catalogs cannot have the triggers that are needed."
                    .to_owned(),
                &format!("Name {name} in the option \"unwatched\" and refresh the TVIEW yourself, or leave it out."),
            )
        })
        .collect()
}

/// System columns, which change without a change of the row.
pub fn system_columns(names: &BTreeSet<String>) -> Vec<Refusal> {
    names
        .iter()
        .map(|name| {
            refusal(
                "0A000",
                format!("the view reads system column {name}"),
                "System columns change without a change of the row.".to_owned(),
                "Leave the column out, or set the option \"allow_volatile\" and refresh the TVIEW yourself.",
            )
        })
        .collect()
}

/// Samples, which depend on where rows are stored.
pub fn samples(names: &BTreeSet<String>) -> Vec<Refusal> {
    names
        .iter()
        .map(|name| {
            refusal(
                "0A000",
                format!("the view takes a sample of {name}"),
                "What TABLESAMPLE takes depends on where rows are stored, also with REPEATABLE.".to_owned(),
                "Choose rows by a condition, or set the option \"allow_volatile\" and refresh the TVIEW yourself.",
            )
        })
        .collect()
}

/// A view that reads the table it is kept in.
pub fn own_table(snapshot: &Snapshot) -> Vec<Refusal> {
    let target = &snapshot.target;
    let own = |r: &&Relation| r.kind != 'v' && r.schema == target.schema && r.name == target.table;
    snapshot
        .relations
        .iter()
        .filter(own)
        .map(|relation| {
            refusal(
                "42P19",
                format!("TVIEW \"{}\" reads its own table", relation.name),
                format!(
                    "The view depends on table {}.{}.",
                    relation.schema, relation.name
                ),
                "Read the tables or views it is made of instead.",
            )
        })
        .collect()
}

/// Words that are values of the session without being called.
const VALUES: [&str; 11] = [
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
    "user",
];

/// Names that look like calls of such functions in a text that was not understood.
fn unsteady_words(text: &str, names: &mut BTreeSet<String>) {
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, text).tokenize();
    let tokens: Vec<Token> = tokens
        .unwrap_or_default()
        .into_iter()
        .filter(|t| !matches!(t, Token::Whitespace(_)))
        .collect();
    for (at, token) in tokens.iter().enumerate() {
        let before = |n: usize| at.checked_sub(n).and_then(|at| tokens.get(at));
        let Token::Word(word) = token else { continue };
        let is_qualified = matches!(before(1), Some(Token::Period))
            && !matches!(before(2), Some(Token::Word(w)) if w.value == "pg_catalog");
        if word.quote_style.is_some() || is_qualified {
            continue;
        }
        let name = word.value.to_ascii_lowercase();
        let is_called = matches!(tokens.get(at + 1), Some(Token::LParen));
        let is_known = name == "age" || is_unsteady(&name);
        if is_called && is_known || VALUES.contains(&name.as_str()) {
            names.insert(name);
        }
    }
}

struct Finder<'n> {
    names: &'n mut BTreeSet<String>,
}

impl Finder<'_> {
    fn call(&mut self, name: &ObjectName, arguments: usize) {
        let parts: Option<Vec<&Ident>> = name.0.iter().map(|p| p.as_ident()).collect();
        let name = match parts.as_deref() {
            Some([name]) => folded(name),
            Some([schema, name]) if folded(schema) == "pg_catalog" => folded(name),
            _ => return,
        };
        if is_unsteady(&name) || (name == "age" && arguments == 1) {
            self.names.insert(name);
        }
    }
}

impl Visitor for Finder<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(function) => {
                self.call(&function.name, arguments(&function.args).len());
            }
            Expr::Identifier(ident) if ident.quote_style.is_none() => {
                let name = folded(ident);
                if VALUES.contains(&name.as_str()) {
                    self.names.insert(name);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Table {
                name,
                args: Some(list),
                ..
            } => self.call(name, list.args.len()),
            TableFactor::Function { name, args, .. } => self.call(name, args.len()),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}
