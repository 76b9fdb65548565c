//! Subqueries that have one value for all rows of the view: such a view changes only when that value does.
//!
//! The value is asked for by itself, also where the view would not compute it, and as it was before. So only what cannot
//! fail is taken: columns, constants, comparisons and a few aggregates. The text is that of the view's definition.

use super::build::arguments;
use super::expression::{call, strip};
use super::tree::{OccId, Tree, Value};
use crate::analyze::climb::{Path, Way};
use sqlparser::ast::{
    ArrayElemTypeDef, BinaryOperator, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, GroupByExpr, JoinConstraint, JoinOperator, LimitClause, OrderBy,
    OrderByKind, Query, Select, SelectItem, SetExpr, TableFactor, TableWithJoins, UnaryOperator,
    Value as Literal,
};
use std::collections::BTreeMap;

/// What is asked of a subquery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Its only row.
    Row,
    /// Whether it has any.
    Existence,
    /// All its rows.
    Rows,
}

/// Types that the parser does not know, of which each text has one meaning.
const SAME_TEXT: [&str; 7] = ["bit", "bpchar", "char", "cidr", "inet", "macaddr", "name"];

/// Aggregates that fail for no value.
const AGGREGATES: [&str; 5] = ["bool_and", "bool_or", "every", "max", "min"];

/// The statement for the value of a subquery and the number of tables it reads; none when it is not a plain SELECT from
/// tables that cannot fail. Whether its names are all its own is for the caller to say.
pub fn statement(query: &Query, asked: Asked) -> Option<(String, usize)> {
    let bare = query.with.is_none()
        && query.fetch.is_none()
        && query.locks.is_empty()
        && query.order_by.iter().all(orders_safely)
        && query.limit_clause.iter().all(is_constant_limit);
    let select = match query.body.as_ref() {
        SetExpr::Select(select) if bare => select.as_ref(),
        SetExpr::Query(inner) if bare => return statement(inner, asked),
        _ => return None,
    };
    let tables = tables(select)?;
    for item in &select.projection {
        let expr = match item {
            SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => strip(expr),
            _ => return None,
        };
        if !is_safe(expr, true) {
            return None;
        }
    }
    Some(match asked {
        Asked::Row => (query.to_string(), tables),
        Asked::Existence => (format!("SELECT EXISTS ({query})"), tables),
        Asked::Rows => return None,
    })
}

fn orders_safely(order: &OrderBy) -> bool {
    let OrderByKind::Expressions(by) = &order.kind else {
        return false;
    };
    order.interpolate.is_none()
        && by
            .iter()
            .all(|one| one.with_fill.is_none() && is_safe(&one.expr, true))
}

/// Says how many rows, and no more.
fn is_constant_limit(limit: &LimitClause) -> bool {
    matches!(limit, LimitClause::LimitOffset { limit: Some(rows), offset: None, limit_by }
        if limit_by.is_empty() && is_constant(rows))
}

/// Number of tables in FROM of a SELECT that has nothing but a select list, FROM and WHERE.
fn tables(select: &Select) -> Option<usize> {
    let plain = select.distinct.is_none()
        && select.having.is_none()
        && select.named_window.is_empty()
        && matches!(&select.group_by, GroupByExpr::Expressions(list, more) if list.is_empty() && more.is_empty())
        && select.selection.iter().all(|expr| is_safe(expr, false));
    if !plain || select.from.is_empty() {
        return None;
    }
    select.from.iter().map(joined).sum()
}

fn joined(element: &TableWithJoins) -> Option<usize> {
    let mut tables = table(&element.relation)?;
    for join in &element.joins {
        let (JoinOperator::Join(on)
        | JoinOperator::Inner(on)
        | JoinOperator::CrossJoin(on)
        | JoinOperator::Left(on)
        | JoinOperator::LeftOuter(on)) = &join.join_operator
        else {
            return None;
        };
        let is_plain = match on {
            JoinConstraint::None => true,
            JoinConstraint::On(expr) => is_safe(expr, false),
            _ => false,
        };
        tables += table(&join.relation).filter(|_| is_plain)?;
    }
    Some(tables)
}

fn table(factor: &TableFactor) -> Option<usize> {
    match factor {
        TableFactor::Table {
            args: None,
            sample: None,
            ..
        } => Some(1),
        TableFactor::NestedJoin {
            table_with_joins,
            alias: None,
        } => joined(table_with_joins),
        _ => None,
    }
}

/// Whether an expression is computed without error for all values, and means the same by itself.
fn is_safe(expr: &Expr, aggregates: bool) -> bool {
    let safe = |expr: &Expr| is_safe(expr, aggregates);
    match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => true,
        Expr::Nested(inner)
        | Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::IsTrue(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsFalse(inner)
        | Expr::IsNotFalse(inner) => safe(inner),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: inner,
        } => safe(inner),
        Expr::BinaryOp { left, op, right } => {
            let known = matches!(
                op,
                BinaryOperator::And
                    | BinaryOperator::Or
                    | BinaryOperator::Eq
                    | BinaryOperator::NotEq
                    | BinaryOperator::Lt
                    | BinaryOperator::LtEq
                    | BinaryOperator::Gt
                    | BinaryOperator::GtEq
            );
            known && safe(left) && safe(right)
        }
        Expr::AnyOp {
            left,
            compare_op: BinaryOperator::Eq,
            right,
            ..
        } => safe(left) && is_constant_array(right),
        // The server prints a constant with its type; of a column the text can always be had.
        Expr::Cast {
            expr: inner,
            data_type,
            ..
        } => is_typed(inner, data_type) || matches!(data_type, DataType::Text) && safe(inner),
        Expr::Function(_) if call(expr, "coalesce").is_some() => call(expr, "coalesce")
            .is_some_and(|arguments| arguments.iter().all(|argument| safe(argument))),
        Expr::Function(_) if aggregates && is_aggregate(expr) => {
            let arguments = AGGREGATES.iter().find_map(|name| call(expr, name));
            arguments.is_none_or(|arguments| arguments.iter().all(|a| is_safe(a, false)))
        }
        expr => is_constant(expr),
    }
}

/// A call of an aggregate that is known, or `count` of rows or of a column.
fn is_aggregate(expr: &Expr) -> bool {
    if AGGREGATES.iter().any(|name| call(expr, name).is_some()) {
        return true;
    }
    match expr {
        Expr::Function(function) if call(expr, "count").is_some() => {
            let counted = |a: &FunctionArg| matches!(a, FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) if is_safe(e, false));
            arguments(&function.args).iter().all(counted)
        }
        Expr::Function(function) => counts_rows(function),
        _ => false,
    }
}

/// `count(*)`.
fn counts_rows(function: &Function) -> bool {
    let FunctionArguments::List(list) = &function.args else {
        return false;
    };
    let [name] = function.name.0.as_slice() else {
        return false;
    };
    name.as_ident()
        .is_some_and(|name| super::scope::folded(name) == "count")
        && matches!(
            list.args.as_slice(),
            [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)]
        )
        && list.duplicate_treatment.is_none()
        && list.clauses.is_empty()
        && function.filter.is_none()
        && function.over.is_none()
        && function.within_group.is_empty()
}

/// A literal that is written without escapes.
fn is_constant(expr: &Expr) -> bool {
    match strip(expr) {
        Expr::Value(value) => match &value.value {
            Literal::Number(..) | Literal::Boolean(_) | Literal::Null => true,
            Literal::SingleQuotedString(text) => !text.contains(['\\', '\'']),
            _ => false,
        },
        _ => false,
    }
}

/// A constant of a type whose text means the same under all settings with which the server may read it. That is not so of money
/// and XML; the names of `regclass` and its like are those of the day.
fn is_typed(expr: &Expr, data_type: &DataType) -> bool {
    if !is_constant(expr) {
        return false;
    }
    match data_type {
        DataType::Regclass => false,
        // A null could be a text.
        DataType::Array(ArrayElemTypeDef::SquareBracket(element, _)) => {
            is_typed(expr, element) && !expr.to_string().to_uppercase().contains("NULL")
        }
        DataType::Custom(name, _) => {
            let [name] = name.0.as_slice() else {
                // A type of the user's: of a number that would be a call.
                return matches!(strip(expr), Expr::Value(v) if matches!(v.value, Literal::SingleQuotedString(_)));
            };
            let name = name.as_ident().map(super::scope::folded);
            name.is_some_and(|name| SAME_TEXT.contains(&name.as_str()))
        }
        _ => true,
    }
}

/// Literals, each under a cast at most, in an array under casts.
fn is_constant_array(expr: &Expr) -> bool {
    match strip(expr) {
        Expr::Cast { expr, .. } => is_constant_array(expr),
        Expr::Array(array) => array.elem.iter().all(|element| match strip(element) {
            Expr::Cast {
                expr, data_type, ..
            } => is_typed(expr, data_type),
            element => is_constant(element),
        }),
        _ => false,
    }
}

/// By occurrence, the statement for the value that it is part of: of those values all of whose occurrences lead nowhere.
pub fn of<'t>(tree: &'t Tree, ways: &[Way]) -> BTreeMap<OccId, &'t str> {
    let leads_nowhere = |value: &&Value| {
        ways.iter()
            .filter(|way| value.occurrences.contains(&way.occurrence))
            .all(|way| matches!(way.path, Path::Full(_)))
    };
    let values = tree.values.iter().filter(leads_nowhere);
    values
        .flat_map(|value| {
            value
                .occurrences
                .clone()
                .map(|o| (o, value.statement.as_str()))
        })
        .collect()
}
