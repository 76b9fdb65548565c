//! What an expression reads, and what it says about its level.

use super::build::{arguments, Builder, Spot, Unknown, Walkable};
use super::scope::{folded, Meaning};
use super::tree::{
    Compared, EqualOp, ItemColumn, LevelId, Literal, Place, References, Scalar, Shape, Step,
};
use super::values::Asked;
use sqlparser::ast::{
    AccessExpr, BinaryOperator, CastKind, DuplicateTreatment, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArgumentClause, FunctionArguments, Ident, NamedWindowDefinition,
    NamedWindowExpr, ObjectName, Query, TrimWhereField, UnaryOperator, Value, Visitor, WindowType,
};
use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;

/// The expression that a condition compares with constants, if that is all it says: it is true exactly where the comparison is.
pub fn compared(condition: &Expr) -> Option<(&Expr, Compared)> {
    fn flag(expr: &Expr, wanted: bool) -> (&Expr, Compared) {
        let literal = Literal {
            value: Scalar::Boolean(wanted),
            casts: Vec::new(),
        };
        (expr, Compared::In(vec![literal]))
    }
    match strip(condition) {
        Expr::BinaryOp { left, op, right } if equality(op) == Some(EqualOp::Catalog) => {
            let with = |side, other| Some((side, Compared::In(vec![constant(other)?])));
            with(left.as_ref(), right).or_else(|| with(right, left))
        }
        Expr::AnyOp {
            left,
            compare_op,
            right,
            ..
        } if equality(compare_op) == Some(EqualOp::Catalog) => {
            Some((left, Compared::In(constants(strip(right))?)))
        }
        Expr::IsNotNull(inner) => Some((inner, Compared::NotNull)),
        Expr::IsNull(inner) => Some((inner, Compared::Null)),
        Expr::IsTrue(inner) => Some(flag(inner, true)),
        Expr::IsFalse(inner) => Some(flag(inner, false)),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: inner,
        } => match strip(inner) {
            inner @ (Expr::Identifier(_) | Expr::CompoundIdentifier(_)) => Some(flag(inner, false)),
            _ => None,
        },
        expr @ (Expr::Identifier(_) | Expr::CompoundIdentifier(_)) => Some(flag(expr, true)),
        _ => None,
    }
}

/// An operator of equality.
pub fn equality(op: &BinaryOperator) -> Option<EqualOp> {
    match op {
        BinaryOperator::Eq => Some(EqualOp::Catalog),
        BinaryOperator::PGCustomBinaryOperator(parts) => match parts.as_slice() {
            [schema, name] if schema == "pg_catalog" && name == "=" => Some(EqualOp::Catalog),
            [schema, name] if name == "=" => {
                let quoted = super::sql::quote_ident(schema.trim_matches('"'));
                Some(EqualOp::Named(format!("OPERATOR({quoted}.=)")))
            }
            _ => None,
        },
        _ => None,
    }
}

/// An expression without its parentheses.
pub fn strip(mut expr: &Expr) -> &Expr {
    while let Expr::Nested(inner) = expr {
        expr = inner;
    }
    expr
}

/// What an expression is the conjunction of, from left to right.
pub fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    let mut open = vec![expr];
    let mut found = Vec::new();
    while let Some(expr) = open.pop() {
        match strip(expr) {
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            } => open.extend([right.as_ref(), left.as_ref()]),
            other => found.push(other),
        }
    }
    found
}

/// Whether it says that two columns are equal, and no more.
pub fn equates_columns(expr: &Expr) -> bool {
    let is_column = |expr| {
        matches!(
            strip(expr),
            Expr::Identifier(_) | Expr::CompoundIdentifier(_)
        )
    };
    match expr {
        Expr::BinaryOp { left, op, right } => {
            equality(op) == Some(EqualOp::Catalog) && is_column(left) && is_column(right)
        }
        _ => false,
    }
}

/// Aggregates whose result depends on the order of their rows.
const ORDERED: [&str; 5] = ["array_agg", "json_agg", "jsonb_agg", "string_agg", "xmlagg"];

/// Functions that are looked through.
const FUNCTIONS: [&str; 3] = ["lower", "upper", "btrim"];

/// An expression without the casts and functions around it, and these, innermost first.
pub fn peel(expr: &Expr) -> (&Expr, Vec<Step>) {
    let mut steps = Vec::new();
    let mut expr = strip(expr);
    loop {
        let (step, inner) = match expr {
            Expr::Cast {
                kind: CastKind::DoubleColon | CastKind::Cast,
                expr: inner,
                data_type,
                format: None,
            } => (Step::Cast(data_type.to_string()), inner.as_ref()),
            Expr::Trim {
                expr: inner,
                trim_where: Some(TrimWhereField::Both),
                trim_what: None,
                trim_characters: None,
            } => (Step::Call("btrim"), inner.as_ref()),
            Expr::BinaryOp {
                left: inner,
                op: op @ (BinaryOperator::Arrow | BinaryOperator::LongArrow),
                right,
            } => {
                let shape = match op {
                    BinaryOperator::Arrow => Shape::Document,
                    _ => Shape::Text,
                };
                let Some(name) = literal(right) else { break };
                (Step::Field(name.to_owned(), shape), inner.as_ref())
            }
            Expr::Function(_) => {
                if let Some((unit, inner)) = truncated(expr) {
                    steps.push(Step::Truncate(unit));
                    expr = strip(inner);
                    continue;
                }
                let called = FUNCTIONS.iter().find_map(|name| {
                    let arguments = call(expr, name)?;
                    let [only] = arguments.as_slice() else {
                        return None;
                    };
                    Some((Step::Call(name), *only))
                });
                match called {
                    Some(called) => called,
                    None => break,
                }
            }
            _ => break,
        };
        steps.push(step);
        expr = strip(inner);
    }
    steps.reverse();
    (expr, steps)
}

/// Units that a timestamp is truncated to.
const UNITS: [&str; 9] = [
    "microseconds",
    "milliseconds",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
];

/// What a call of `date_trunc` truncates, and to which unit.
fn truncated(expr: &Expr) -> Option<(&'static str, &Expr)> {
    let arguments = call(expr, "date_trunc")?;
    let [unit, inner] = arguments.as_slice() else {
        return None;
    };
    let unit = literal(unit)?;
    let unit = UNITS.iter().find(|known| **known == unit)?;
    Some((unit, inner))
}

/// A constant under casts, unless it is null or written with escapes.
pub fn constant(expr: &Expr) -> Option<Literal> {
    let (Expr::Value(value), steps) = peel(expr) else {
        return None;
    };
    let casts = steps.into_iter().map(|step| match step {
        Step::Cast(cast) => Some(cast),
        _ => None,
    });
    let value = match &value.value {
        Value::Boolean(value) => Scalar::Boolean(*value),
        Value::Number(digits, false) => Scalar::Number(digits.clone()),
        Value::SingleQuotedString(text) if !text.contains('\\') => Scalar::Text(text.clone()),
        _ => return None,
    };
    Some(Literal {
        value,
        casts: casts.collect::<Option<_>>()?,
    })
}

/// The constants of an array that is written as such, under casts of the whole of it.
pub fn constants(expr: &Expr) -> Option<Vec<Literal>> {
    let (Expr::Array(array), steps) = peel(expr) else {
        return None;
    };
    let outer = steps.iter().map(|step| match step {
        Step::Cast(cast) => cast.strip_suffix("[]").map(str::to_owned),
        _ => None,
    });
    let outer: Vec<String> = outer.collect::<Option<_>>()?;
    let elements = array.elem.iter().map(|element| {
        let mut literal = constant(element)?;
        literal.casts.extend(outer.iter().cloned());
        Some(literal)
    });
    elements.collect()
}

/// The text of a literal, under a cast to text.
pub fn literal(expr: &Expr) -> Option<&str> {
    let is_text =
        |step: &Step| matches!(step, Step::Cast(cast) if cast.eq_ignore_ascii_case("text"));
    match peel(expr) {
        (Expr::Value(value), steps) if steps.iter().all(is_text) => match &value.value {
            // Others are written with escapes.
            Value::SingleQuotedString(text) if !text.contains('\\') => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// The operands of `||`, from left to right; none when there is one only, or there are too many.
pub fn concatenated(expr: &Expr) -> Option<Vec<&Expr>> {
    let mut operands = Vec::new();
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        match strip(expr) {
            Expr::BinaryOp {
                left,
                op: BinaryOperator::StringConcat,
                right,
            } => open.extend([right.as_ref(), left.as_ref()]),
            operand => operands.push(operand),
        }
        if operands.len() + open.len() > OPERAND_LIMIT {
            return None;
        }
    }
    Some(operands).filter(|o| o.len() > 1)
}

/// Operands of `||` that are followed.
const OPERAND_LIMIT: usize = 32;

/// The arguments of a plain call of a function of `pg_catalog` with this name.
pub fn call<'e>(expr: &'e Expr, name: &str) -> Option<Vec<&'e Expr>> {
    let Expr::Function(function) = expr else {
        return None;
    };
    let named = match function.name.0.as_slice() {
        [only] => only.as_ident().is_some_and(|i| folded(i) == name),
        _ => false,
    };
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let plain = named
        && matches!(function.parameters, FunctionArguments::None)
        && function.filter.is_none()
        && function.over.is_none()
        && function.within_group.is_empty()
        && list.duplicate_treatment.is_none()
        && list.clauses.is_empty();
    let arguments = list.args.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    arguments.collect::<Option<Vec<_>>>().filter(|_| plain)
}

/// Functions that return one value: a result column made with others may return a set.
pub const SCALAR: [&str; 61] = [
    "abs",
    "array",
    "array_to_json",
    "array_to_string",
    "btrim",
    "ceil",
    "char_length",
    "coalesce",
    "concat",
    "concat_ws",
    "date_part",
    "date_trunc",
    "extract",
    "floor",
    "format",
    "greatest",
    "grouping",
    "initcap",
    "json_array",
    "json_build_array",
    "json_build_object",
    "json_object",
    "json_strip_nulls",
    "jsonb_array_length",
    "jsonb_build_array",
    "jsonb_build_object",
    "jsonb_object",
    "jsonb_set",
    "jsonb_strip_nulls",
    "jsonb_typeof",
    "least",
    "left",
    "length",
    "lower",
    "lpad",
    "ltrim",
    "make_date",
    "md5",
    "mod",
    "nullif",
    "power",
    "quote_ident",
    "regexp_replace",
    "repeat",
    "replace",
    "reverse",
    "right",
    "round",
    "row",
    "row_to_json",
    "rpad",
    "rtrim",
    "split_part",
    "sqrt",
    "strpos",
    "substr",
    "to_char",
    "to_json",
    "to_jsonb",
    "trunc",
    "upper",
];

/// One walk over an expression; it does not go into subqueries but has them expanded.
pub struct Walk<'w, 'a, 'c> {
    builder: &'w mut Builder<'a>,
    spot: Spot<'c>,
    windows: &'w [NamedWindowDefinition],
    depth: usize,
    /// Expressions that are not what they look like: identifiers that are no columns, but fields of composite values or names of
    /// arguments, and subqueries that are compared row by row.
    labels: HashSet<*const Expr>,
    /// The subquery that was met last, and what is asked of it.
    asked: Option<(*const Query, Asked)>,
    /// Aggregates whose arguments are being walked.
    aggregates: Vec<Aggregate>,
    /// What the expression reads.
    pub references: References,
    /// It may return a set.
    pub set_returning: bool,
    failure: Option<Unknown>,
}

/// An aggregate whose arguments are being walked.
struct Aggregate {
    call: *const Expr,
    /// Levels there were before: those of its own subqueries come later.
    levels: usize,
    /// Names that were met before.
    names: usize,
}

/// What is left of a walk.
pub struct Walked {
    /// What the expression reads.
    pub references: References,
    /// It may return a set.
    pub set_returning: bool,
}

impl<'w, 'a, 'c> Walk<'w, 'a, 'c> {
    /// Walks something at a spot.
    pub fn run<T: Walkable>(
        builder: &'w mut Builder<'a>,
        what: &T,
        spot: Spot<'c>,
        windows: &'w [NamedWindowDefinition],
    ) -> Result<Walked, Unknown> {
        let mut walk = Walk {
            builder,
            spot,
            windows,
            depth: 0,
            labels: HashSet::new(),
            asked: None,
            aggregates: Vec::new(),
            references: References::default(),
            set_returning: false,
            failure: None,
        };
        let _ = what.visit(&mut walk);
        match walk.failure {
            Some(failure) => Err(failure),
            None => Ok(Walked {
                references: walk.references,
                set_returning: walk.set_returning,
            }),
        }
    }

    fn fail(&mut self, failure: Unknown) -> ControlFlow<()> {
        self.failure = Some(failure);
        ControlFlow::Break(())
    }

    fn name(&mut self, name: &[Ident]) {
        let meaning = self.builder.scopes.resolve(Some(self.spot.scope), name);
        self.builder.note(meaning);
        match meaning {
            Meaning::Column(column, _) => self.references.columns.push(column),
            Meaning::Whole(node, _) => self.references.whole.push(node),
            Meaning::System(node, _) => {
                self.references.whole.push(node);
                if let Some(column) = name.last() {
                    self.builder.system_column(node, &folded(column));
                }
            }
            Meaning::Opaque(_) => {}
            Meaning::Unknown => self.builder.tree.unresolved = true,
        }
    }

    fn whole_row(&mut self, name: &ObjectName) {
        let alias = name.0.last().and_then(|p| p.as_ident()).map(folded);
        let scope = Some(self.spot.scope);
        let meaning = alias.map_or(Meaning::Unknown, |a| {
            self.builder.scopes.resolve_alias(scope, &a)
        });
        self.builder.note(meaning);
        match meaning {
            Meaning::Whole(node, _) => self.references.whole.push(node),
            Meaning::Opaque(_) => {}
            _ => self.builder.tree.unresolved = true,
        }
    }

    fn argument(&mut self, argument: &FunctionArg) {
        let value = match argument {
            FunctionArg::ExprNamed { name, arg, .. } => {
                self.labels.insert(std::ptr::from_ref(name));
                arg
            }
            FunctionArg::Named { arg, .. } | FunctionArg::Unnamed(arg) => arg,
        };
        match value {
            FunctionArgExpr::QualifiedWildcard(name) => self.whole_row(name),
            FunctionArgExpr::WildcardWithOptions(_) => {
                self.builder.note(Meaning::Unknown);
                self.builder.tree.unresolved = true;
            }
            FunctionArgExpr::Expr(_) | FunctionArgExpr::Wildcard => {}
        }
    }

    fn function(&mut self, call: &Expr, function: &Function) -> Result<(), Unknown> {
        // Before its arguments are looked at.
        let (levels, names) = (self.builder.tree.levels.len(), self.builder.names.len());
        for list in [&function.parameters, &function.args] {
            for argument in arguments(list) {
                self.argument(argument);
            }
        }
        let name = function
            .name
            .0
            .last()
            .and_then(|p| p.as_ident())
            .map(folded);
        let name = name.unwrap_or_default();
        if let Some(over) = &function.over {
            let partition = self.partition(over);
            self.builder.at(self.spot.level)?.windows.push(partition);
            return Ok(());
        }
        let clauses = match &function.args {
            FunctionArguments::List(list) => {
                list.duplicate_treatment.is_some()
                    || list
                        .clauses
                        .iter()
                        .any(|c| matches!(c, FunctionArgumentClause::OrderBy(_)))
            }
            _ => false,
        };
        let aggregate = clauses
            || function.filter.is_some()
            || !function.within_group.is_empty()
            || self.builder.is_aggregate(&name);
        if aggregate {
            self.order(&name, function);
            self.builder.at(self.spot.level)?.aggregated = true;
            self.references.aggregates = true;
            let call = std::ptr::from_ref(call);
            self.aggregates.push(Aggregate {
                call,
                levels,
                names,
            });
        } else if function.name.0.len() != 1 || SCALAR.binary_search(&name.as_str()).is_err() {
            self.set_returning = true;
        }
        Ok(())
    }

    /// Notes an aggregate whose result depends on the order of its rows when nothing gives them one.
    fn order(&mut self, name: &str, function: &Function) {
        let given = match &function.args {
            FunctionArguments::List(list) => {
                matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct))
                    || list
                        .clauses
                        .iter()
                        .any(|c| matches!(c, FunctionArgumentClause::OrderBy(_)))
            }
            _ => false,
        };
        if ORDERED.contains(&name) && !given && !self.builder.ordered.contains(&self.spot.level) {
            self.builder.unordered_aggregates.insert(name.to_owned());
        }
    }

    /// An aggregate belongs to the innermost level among the columns in its arguments, leaving aside what its own
    /// subqueries name of themselves.
    fn outer_aggregate(&mut self, aggregate: &Aggregate) -> Result<(), Unknown> {
        let named: BTreeSet<Option<LevelId>> = self
            .builder
            .names
            .iter()
            .skip(aggregate.names)
            .copied()
            .filter(|level| level.is_none_or(|level| level < aggregate.levels))
            .collect();
        if named.contains(&Some(self.spot.level)) {
            return Ok(());
        }
        // Being taken for aggregated only makes a level say less, so all that are named are, and every level around
        // when a name is not certain.
        let mut outer: BTreeSet<LevelId> = named.iter().flatten().copied().collect();
        let mut level = Some(self.spot.level).filter(|_| named.contains(&None));
        while let Some(at) = level {
            outer.insert(at);
            level = match self.builder.at(at)?.place {
                Place::Top => None,
                Place::Expression(outer, _) | Place::Branch(outer, _) => Some(outer),
                Place::From(node) => self.builder.tree.nodes.get(node).map(|n| n.level),
            };
        }
        for level in outer {
            self.builder.at(level)?.aggregated = true;
        }
        Ok(())
    }

    fn partition(&self, over: &WindowType) -> Vec<ItemColumn> {
        let mut columns = Vec::new();
        let mut named = match over {
            WindowType::NamedWindow(name) => Some(name),
            WindowType::WindowSpec(spec) => {
                self.partition_columns(&spec.partition_by, &mut columns);
                spec.window_name.as_ref()
            }
        };
        // A window may be defined by another; the chain is no longer than the list.
        for _ in 0..self.windows.len() {
            let Some(name) = named else { break };
            let name = folded(name);
            named = None;
            for window in self.windows.iter().filter(|w| folded(&w.0) == name) {
                match &window.1 {
                    NamedWindowExpr::NamedWindow(other) => named = Some(other),
                    NamedWindowExpr::WindowSpec(spec) => {
                        self.partition_columns(&spec.partition_by, &mut columns);
                        named = spec.window_name.as_ref();
                    }
                }
            }
        }
        columns
    }

    fn partition_columns(&self, list: &[Expr], into: &mut Vec<ItemColumn>) {
        into.extend(
            list.iter()
                .filter_map(|e| self.builder.uncast(e, self.spot.scope)),
        );
    }
}

impl Visitor for Walk<'_, '_, '_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if self.depth == 0 {
            let asked = match self.asked {
                Some((subquery, asked)) if std::ptr::eq(subquery, query) => asked,
                _ => Asked::Rows,
            };
            match self.builder.subquery(query, self.spot, asked) {
                Ok(level) => self.references.levels.push(level),
                Err(failure) => return self.fail(failure),
            }
        }
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        self.depth = self.depth.saturating_sub(1);
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if self.depth > 0 || self.labels.contains(&std::ptr::from_ref(expr)) {
            return ControlFlow::Continue(());
        }
        match expr {
            Expr::Identifier(ident) => self.name(std::slice::from_ref(ident)),
            Expr::CompoundIdentifier(parts) => self.name(parts),
            Expr::QualifiedWildcard(name, _) => self.whole_row(name),
            Expr::Wildcard(_) => {
                self.builder.note(Meaning::Unknown);
                self.builder.tree.unresolved = true;
            }
            Expr::Exists { subquery, .. } => {
                self.asked = Some((std::ptr::from_ref(subquery.as_ref()), Asked::Existence));
            }
            Expr::Subquery(subquery) => {
                self.asked = Some((std::ptr::from_ref(subquery.as_ref()), Asked::Row));
            }
            Expr::AnyOp { right, .. } | Expr::AllOp { right, .. } => {
                let rows = strip(right);
                if matches!(rows, Expr::Subquery(_)) {
                    self.labels.insert(std::ptr::from_ref(rows));
                }
            }
            Expr::CompoundFieldAccess { access_chain, .. } => {
                for access in access_chain {
                    if let AccessExpr::Dot(field @ Expr::Identifier(_)) = access {
                        self.labels.insert(std::ptr::from_ref(field));
                    }
                }
            }
            Expr::Function(function) => {
                if let Err(failure) = self.function(expr, function) {
                    return self.fail(failure);
                }
            }
            Expr::Lambda(_) | Expr::OuterJoin(_) | Expr::Prior(_) | Expr::MatchAgainst { .. } => {
                return self.fail(Unknown("an expression is not understood".to_owned()));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        let call = std::ptr::from_ref(expr);
        if let Some(aggregate) = self.aggregates.pop_if(|a| std::ptr::eq(a.call, call)) {
            if let Err(failure) = self.outer_aggregate(&aggregate) {
                return self.fail(failure);
            }
        }
        ControlFlow::Continue(())
    }
}
