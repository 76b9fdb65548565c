//! What an expression reads, and what it says about its level.

use super::build::{arguments, Builder, Spot, Unknown, Walkable};
use super::scope::{folded, Meaning, ScopeId, Scopes};
use super::tree::{LevelId, Place, Plain, References};
use sqlparser::ast::{
    AccessExpr, CastKind, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, Ident, NamedWindowDefinition, NamedWindowExpr, ObjectName, Query, Visit,
    Visitor, WindowType,
};
use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;

/// An expression without its parentheses.
pub fn strip(mut expr: &Expr) -> &Expr {
    while let Expr::Nested(inner) = expr {
        expr = inner;
    }
    expr
}

/// The column an expression is, under casts.
pub fn plain(expr: &Expr, scopes: &Scopes, scope: ScopeId) -> Option<Plain> {
    let mut casts = Vec::new();
    let mut expr = strip(expr);
    while let Expr::Cast {
        kind: CastKind::DoubleColon | CastKind::Cast,
        expr: inner,
        data_type,
        format: None,
    } = expr
    {
        casts.push(data_type.to_string());
        expr = strip(inner);
    }
    casts.reverse();
    let meaning = match expr {
        Expr::Identifier(ident) => scopes.resolve(Some(scope), std::slice::from_ref(ident)),
        Expr::CompoundIdentifier(parts) => scopes.resolve(Some(scope), parts),
        _ => return None,
    };
    match meaning {
        Meaning::Column(column, _) => Some(Plain { column, casts }),
        _ => None,
    }
}

/// Functions that return one value: a result column made with others may return a set.
pub const SCALAR: [&str; 60] = [
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
];

/// One walk over an expression; it does not go into subqueries but has them expanded.
pub struct Walk<'w, 'a, 'c> {
    builder: &'w mut Builder<'a>,
    spot: Spot<'c>,
    windows: &'w [NamedWindowDefinition],
    depth: usize,
    /// Identifiers that are no columns: fields of composite values, names of arguments.
    labels: HashSet<*const Expr>,
    /// What the expression reads.
    pub references: References,
    /// It may return a set.
    pub set_returning: bool,
    failure: Option<Unknown>,
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
        match self.builder.scopes.resolve(Some(self.spot.scope), name) {
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
        match alias.map(|a| self.builder.scopes.resolve_alias(scope, &a)) {
            Some(Meaning::Whole(node, _)) => self.references.whole.push(node),
            Some(Meaning::Opaque(_)) => {}
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
            FunctionArgExpr::WildcardWithOptions(_) => self.builder.tree.unresolved = true,
            FunctionArgExpr::Expr(_) | FunctionArgExpr::Wildcard => {}
        }
    }

    fn function(&mut self, function: &Function) -> Result<(), Unknown> {
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
            self.builder.at(self.spot.level)?.aggregated = true;
            self.outer_aggregate(function)?;
        } else if function.name.0.len() != 1 || SCALAR.binary_search(&name.as_str()).is_err() {
            self.set_returning = true;
        }
        Ok(())
    }

    /// An aggregate over columns of enclosing levels only belongs to such a level.
    fn outer_aggregate(&mut self, function: &Function) -> Result<(), Unknown> {
        let mut names = Names {
            scopes: &self.builder.scopes,
            scope: self.spot.scope,
            own: self.spot.level,
            depth: 0,
            inner: false,
            outer: BTreeSet::new(),
            vague: false,
        };
        let _ = function.visit(&mut names);
        if names.inner {
            return Ok(());
        }
        // It belongs to the innermost of the levels it names. Being taken for aggregated only makes a level say
        // less, so all of them are, and every level around when a name is not certain.
        let (mut outer, vague) = (names.outer, names.vague);
        let mut level = Some(self.spot.level);
        while let Some(at) = level.filter(|_| vague) {
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

    fn partition(&self, over: &WindowType) -> Vec<super::tree::ItemColumn> {
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

    fn partition_columns(&self, list: &[Expr], into: &mut Vec<super::tree::ItemColumn>) {
        let scopes = &self.builder.scopes;
        into.extend(
            list.iter()
                .filter_map(|e| plain(e, scopes, self.spot.scope))
                .map(|p| p.column),
        );
    }
}

impl Visitor for Walk<'_, '_, '_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if self.depth == 0 {
            match self.builder.subquery(query, self.spot) {
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
            Expr::Wildcard(_) => self.builder.tree.unresolved = true,
            Expr::CompoundFieldAccess { access_chain, .. } => {
                for access in access_chain {
                    if let AccessExpr::Dot(field @ Expr::Identifier(_)) = access {
                        self.labels.insert(std::ptr::from_ref(field));
                    }
                }
            }
            Expr::Function(function) => {
                if let Err(failure) = self.function(function) {
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
}

/// Whether an aggregate's arguments name columns of its own level.
struct Names<'s> {
    scopes: &'s Scopes,
    scope: ScopeId,
    own: LevelId,
    depth: usize,
    /// It names a column of its own level.
    inner: bool,
    /// Other levels it names columns of.
    outer: BTreeSet<LevelId>,
    /// It names something that was not found, or may mean something else in a subquery.
    vague: bool,
}

impl Names<'_> {
    fn note(&mut self, meaning: Meaning) {
        match meaning {
            Meaning::Column(_, level)
            | Meaning::Whole(_, level)
            | Meaning::System(_, level)
            | Meaning::Opaque(Some(level)) => {
                if self.depth > 0 {
                    self.vague = true;
                } else if level == self.own {
                    self.inner = true;
                } else {
                    self.outer.insert(level);
                }
            }
            Meaning::Opaque(None) => {}
            Meaning::Unknown => self.vague = true,
        }
    }
}

impl Visitor for Names<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        self.depth = self.depth.saturating_sub(1);
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(ident) => {
                let meaning = self
                    .scopes
                    .resolve(Some(self.scope), std::slice::from_ref(ident));
                self.note(meaning);
            }
            Expr::CompoundIdentifier(parts) => {
                let meaning = self.scopes.resolve(Some(self.scope), parts);
                self.note(meaning);
            }
            Expr::QualifiedWildcard(name, _) => self.whole(name),
            Expr::Function(function) => {
                for argument in arguments(&function.args) {
                    if let FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(name)) = argument
                    {
                        self.whole(name);
                    }
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Names<'_> {
    fn whole(&mut self, name: &ObjectName) {
        if let Some(alias) = name.0.last().and_then(|p| p.as_ident()).map(folded) {
            let meaning = self.scopes.resolve_alias(Some(self.scope), &alias);
            self.note(meaning);
        }
    }
}
