//! From syntax to [`Tree`]: expands views and common table expressions and resolves every name on the way.
//!
//! Whatever is not known here ends the expansion with a reason; the caller then maintains the whole TVIEW in
//! full. A construct is never skipped in the hope that it does not matter.

use super::document;
use super::expression::{
    call, compared, concatenated, conjuncts, equality, equates_columns, literal, peel, strip, Walk,
};
use super::scope::{folded, Meaning, ScopeId, Scopes};
use super::tree::{
    Anchor, Array, Compared, Condition, Either, Entry, EqualOp, Field, ItemColumn, JoinKind, Level,
    LevelId, Node, NodeId, NodeKind, Occ, Order, Output, Piece, Place, Plain, Recursion, Tree,
    Value as OneValue,
};
use super::values::{self, Asked};
use crate::lineage::{Relation, Snapshot};
use sqlparser::ast::{
    BinaryOperator, Cte, Distinct, Expr, FunctionArg, FunctionArgExpr, FunctionArguments,
    GroupByExpr, Join, JoinConstraint, JoinOperator, LimitClause, NamedWindowExpr, ObjectName,
    ObjectNamePart, OrderByExpr, OrderByKind, Query, Select, SelectItem, SetExpr, TableAlias,
    TableFactor, TableWithJoins, UnaryOperator, Value, Visit, With,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// Levels of nesting that are followed, views included.
const DEPTH_LIMIT: usize = 64;
/// Levels that are expanded: views over views can multiply without bound.
const LEVEL_LIMIT: usize = 2_000;
/// Alternatives that one condition may leave open.
const OPTION_LIMIT: usize = 4;

/// Why the query as a whole is not understood.
#[derive(Debug, Clone)]
pub struct Unknown(pub String);

/// A parsed view, or why it could not be parsed.
pub type Parsed = Result<Query, String>;

/// Expands the view of a snapshot.
pub struct Builder<'a> {
    snapshot: &'a Snapshot,
    parsed: &'a HashMap<usize, Parsed>,
    by_name: HashMap<(&'a str, &'a str), usize>,
    aggregates: HashSet<&'a str>,
    /// Whether FROM is expanded once more for the rows that share a window with one.
    siblings: bool,
    /// The query so far.
    pub tree: Tree,
    /// Name scopes of its levels.
    pub scopes: Scopes,
    /// Relations found in each view's own query.
    pub found: BTreeMap<usize, BTreeSet<u32>>,
    /// Relations that cannot be watched, as they are named.
    pub unwatchable: BTreeSet<String>,
    /// Sources read through columns that change without a change of the row.
    pub system_columns: BTreeSet<String>,
    /// Relations of which a sample is taken, as they are named.
    pub samples: BTreeSet<String>,
    /// The level of each name that was met, in order; none when that is not certain.
    pub names: Vec<Option<LevelId>>,
    /// Levels whose FROM gives its rows in an order of its own: a sorted subquery, or a function.
    pub ordered: BTreeSet<LevelId>,
    /// Aggregates whose result depends on an order that is not given, as they are named.
    pub unordered_aggregates: BTreeSet<String>,
    /// Clauses that choose rows by an order that is not given.
    pub unordered_choices: BTreeSet<&'static str>,
    depth: usize,
    views: Vec<usize>,
    /// Common table expressions that are being expanded, with the leaves they stand for.
    expanding: Vec<(*const Cte, NodeId)>,
    /// Leaves at which they name themselves.
    recursive: HashMap<*const Cte, Vec<NodeId>>,
}

/// What a query sees from outside.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    ctes: Option<&'c Ctes<'c>>,
    scope: Option<ScopeId>,
    prefix: &'c str,
    view: usize,
}

/// The common table expressions of one WITH that are visible.
pub struct Ctes<'c> {
    parent: Option<&'c Ctes<'c>>,
    with: &'c With,
    visible: usize,
    scope: Option<ScopeId>,
}

/// Where inside a level an expression stands.
#[derive(Clone, Copy)]
pub struct Spot<'c> {
    /// What is visible there.
    pub context: Context<'c>,
    /// The level.
    pub level: LevelId,
    /// Its scope.
    pub scope: ScopeId,
    /// The rows it is evaluated for.
    pub anchor: Anchor,
}

impl<'c> Spot<'c> {
    /// What a subquery at this spot sees.
    fn inner(&self) -> Context<'c> {
        Context {
            scope: Some(self.scope),
            ..self.context
        }
    }
}

impl<'a> Builder<'a> {
    /// A builder over a snapshot and its parsed views, keyed by position in `Snapshot::relations`.
    pub fn new(snapshot: &'a Snapshot, parsed: &'a HashMap<usize, Parsed>, siblings: bool) -> Self {
        let by_name = snapshot
            .relations
            .iter()
            .enumerate()
            .map(|(i, r)| ((r.schema.as_str(), r.name.as_str()), i))
            .collect();
        Builder {
            snapshot,
            parsed,
            by_name,
            aggregates: snapshot.aggregates.iter().map(String::as_str).collect(),
            siblings,
            tree: Tree::default(),
            scopes: Scopes::default(),
            found: BTreeMap::new(),
            unwatchable: BTreeSet::new(),
            system_columns: BTreeSet::new(),
            samples: BTreeSet::new(),
            names: Vec::new(),
            ordered: BTreeSet::new(),
            unordered_aggregates: BTreeSet::new(),
            unordered_choices: BTreeSet::new(),
            depth: 0,
            views: Vec::new(),
            expanding: Vec::new(),
            recursive: HashMap::new(),
        }
    }

    /// Notes that a name was met.
    pub fn note(&mut self, meaning: Meaning) {
        match meaning {
            Meaning::Column(_, level)
            | Meaning::Whole(_, level)
            | Meaning::System(_, level)
            | Meaning::Opaque(Some(level)) => self.names.push(Some(level)),
            Meaning::Opaque(None) => {}
            Meaning::Unknown => self.names.push(None),
        }
    }

    /// The column an expression is, under casts and functions.
    pub fn plain(&self, expr: &Expr, scope: ScopeId) -> Option<Plain> {
        let (expr, steps) = peel(expr);
        let column = match call(expr, "coalesce").as_deref() {
            Some([one, two]) => {
                let one = self.plain(one, scope)?;
                let two = self.plain(two, scope)?;
                let bare = one.steps.is_empty() && two.steps.is_empty();
                let merged = self.tree.merged(one.column, two.column);
                merged.filter(|_| bare)?
            }
            _ => self.column(expr, scope)?,
        };
        Some(Plain { column, steps })
    }

    /// What a text is put together of, where that can be followed; one piece for what is no such text.
    fn pieces(&self, expr: &Expr, scope: ScopeId) -> Option<Vec<Piece>> {
        let Some(operands) = concatenated(expr) else {
            return Some(vec![Piece::Value(self.plain(expr, scope)?)]);
        };
        let piece = |operand: &&Expr| match literal(operand) {
            Some(text) => Some(Piece::Text(text.to_owned())),
            None => self.plain(operand, scope).map(Piece::Value),
        };
        operands.iter().map(piece).collect()
    }

    /// Columns one of which an expression is, under casts and functions, wherever it is not null; empty when it may be
    /// something else.
    fn candidates(&self, expr: &Expr, scope: ScopeId) -> Vec<Plain> {
        if let Some(plain) = self.plain(expr, scope) {
            return vec![plain];
        }
        let (inner, steps) = peel(expr);
        let mut parts: Vec<&Expr> = Vec::new();
        let mut chosen = ["coalesce", "greatest", "least"].iter();
        if let Some(arguments) = chosen.find_map(|name| call(inner, name)) {
            parts = arguments;
        } else if let Some([first, _]) = call(inner, "nullif").as_deref() {
            parts.push(first);
        } else if let Expr::Case {
            conditions,
            else_result,
            ..
        } = inner
        {
            parts.extend(conditions.iter().map(|when| &when.result));
            parts.extend(else_result.as_deref());
        }
        let mut found: Vec<Plain> = Vec::new();
        for part in parts {
            if is_null(part) {
                continue;
            }
            let Some(mut plain) = self.plain(part, scope).filter(|p| self.may_lead_on(p)) else {
                return Vec::new();
            };
            plain.steps.extend(steps.iter().cloned());
            if !found.contains(&plain) {
                found.push(plain);
            }
        }
        if found.len() > OPTION_LIMIT {
            found.clear();
        }
        found
    }

    /// Whether a column is not that of a function.
    fn may_lead_on(&self, plain: &Plain) -> bool {
        let node = self.tree.nodes.get(plain.column.node);
        node.is_some_and(|n| !matches!(n.kind, NodeKind::Opaque))
    }

    /// Equality of two expressions each of which is one of some columns.
    fn any_equal(
        &mut self,
        one: &[Plain],
        two: &[Plain],
        op: &EqualOp,
        found: &mut Vec<Condition>,
    ) {
        let pairs = one.iter().flat_map(|a| two.iter().map(move |b| (a, b)));
        let options: Vec<Vec<Condition>> = pairs
            .map(|(a, b)| {
                let mut option = Vec::new();
                if *op == EqualOp::Catalog && a.steps.is_empty() != b.steps.is_empty() {
                    let bare = [a, b].into_iter().filter(|p| p.steps.is_empty());
                    option.extend(bare.map(|p| Condition::NotNull(p.column)));
                }
                option.push(Condition::Equal(a.clone(), b.clone(), op.clone()));
                option
            })
            .collect();
        self.any(options, found);
    }

    /// One of some conjunctions holds.
    fn any(&mut self, mut options: Vec<Vec<Condition>>, found: &mut Vec<Condition>) {
        match options.len() {
            1 => found.extend(options.remove(0)),
            2..=OPTION_LIMIT if options.iter().all(|o| !o.is_empty()) => {
                let choice = self.tree.choice();
                found.push(Condition::Any(choice, options));
            }
            _ => {}
        }
    }

    /// The column an expression is, without any cast: rows that are equal in it are equal in the column.
    pub fn uncast(&self, expr: &Expr, scope: ScopeId) -> Option<ItemColumn> {
        let plain = self.plain(expr, scope);
        plain.filter(|p| p.steps.is_empty()).map(|p| p.column)
    }

    fn column(&self, expr: &Expr, scope: ScopeId) -> Option<ItemColumn> {
        let meaning = match expr {
            Expr::Identifier(ident) => self
                .scopes
                .resolve(Some(scope), std::slice::from_ref(ident)),
            Expr::CompoundIdentifier(parts) => self.scopes.resolve(Some(scope), parts),
            _ => return None,
        };
        match meaning {
            Meaning::Column(column, _) => Some(column),
            _ => None,
        }
    }

    /// Whether a function of this bare name aggregates.
    pub fn is_aggregate(&self, name: &str) -> bool {
        self.aggregates.contains(name)
            || matches!(name, "json_arrayagg" | "json_objectagg" | "xmlagg")
    }

    /// Expands the view at this position of `Snapshot::relations` as the top of the tree.
    pub fn build(&mut self, view: usize) -> Result<(), Unknown> {
        self.tree.top = self.view(view, Place::Top, "")?;
        Ok(())
    }

    fn view(&mut self, view: usize, place: Place, prefix: &str) -> Result<LevelId, Unknown> {
        let parsed = self.parsed;
        let name = self.relation(view).map_or("", |r| r.name.as_str());
        let query = match parsed.get(&view) {
            Some(Ok(query)) => query,
            Some(Err(reason)) => return Err(Unknown(format!("view {name}: {reason}"))),
            None => return Err(Unknown(format!("view {name}: its definition is missing"))),
        };
        if self.views.contains(&view) {
            return Err(Unknown(format!("view {name} reads itself")));
        }
        self.views.push(view);
        self.found.entry(view).or_default();
        let context = Context {
            ctes: None,
            scope: None,
            prefix,
            view,
        };
        // Common table expressions of an enclosing view are not those of this one.
        let expanding = std::mem::take(&mut self.expanding);
        let level = self.query(query, context, place);
        self.expanding = expanding;
        self.views.pop();
        let level = level?;
        let width = self.tree.levels.get(level).map(|l| l.outputs.len());
        if width != self.relation(view).map(|r| r.columns.len()) {
            return Err(Unknown(format!(
                "view {name}: its definition has another number of columns"
            )));
        }
        Ok(level)
    }

    fn relation(&self, at: usize) -> Option<&'a Relation> {
        self.snapshot.relations.get(at)
    }

    /// Expands a query; its result is the level that returns its rows.
    pub fn query(
        &mut self,
        query: &Query,
        context: Context<'_>,
        place: Place,
    ) -> Result<LevelId, Unknown> {
        if self.depth >= DEPTH_LIMIT || self.tree.levels.len() >= LEVEL_LIMIT {
            return Err(Unknown("the query is too large to analyse".to_owned()));
        }
        self.depth += 1;
        let level = self.query_inner(query, context, place);
        self.depth -= 1;
        level
    }

    fn query_inner(
        &mut self,
        query: &Query,
        context: Context<'_>,
        place: Place,
    ) -> Result<LevelId, Unknown> {
        let known = query.locks.is_empty()
            && query.for_clause.is_none()
            && query.settings.is_none()
            && query.format_clause.is_none()
            && query.pipe_operators.is_empty();
        if !known {
            return Err(Unknown(
                "the query has a clause that is not understood".to_owned(),
            ));
        }
        match &query.with {
            Some(with) => {
                let frame = Ctes {
                    parent: context.ctes,
                    with,
                    visible: with.cte_tables.len(),
                    scope: context.scope,
                };
                let context = Context {
                    ctes: Some(&frame),
                    ..context
                };
                self.body(query, context, place)
            }
            None => self.body(query, context, place),
        }
    }

    fn body(
        &mut self,
        query: &Query,
        context: Context<'_>,
        place: Place,
    ) -> Result<LevelId, Unknown> {
        let limited = query.fetch.is_some()
            || match &query.limit_clause {
                None => false,
                Some(LimitClause::LimitOffset { limit, offset, .. }) => {
                    limit.as_ref().is_some_and(|l| !is_null(l))
                        || offset.as_ref().is_some_and(|o| !is_zero(&o.value))
                }
                Some(LimitClause::OffsetCommaLimit { .. }) => true,
            };
        if limited && query.order_by.is_none() {
            self.unordered_choices.insert("LIMIT");
        }
        match query.body.as_ref() {
            SetExpr::Select(select) => self.select(select, query, limited, context, place),
            SetExpr::Query(inner) if query.order_by.is_none() && !limited => {
                self.query(inner, context, place)
            }
            SetExpr::Query(_) | SetExpr::SetOperation { .. } => {
                let level = self.level(place)?;
                let mut branches = Vec::new();
                self.branches(query.body.as_ref(), context, level, &mut branches)?;
                let names: Vec<Option<String>> = branches
                    .first()
                    .and_then(|b| self.tree.levels.get(*b))
                    .map(|l| l.outputs.iter().map(|o| o.name.clone()).collect())
                    .unwrap_or_default();
                let width = names.len();
                let same = |b: &LevelId| {
                    self.tree
                        .levels
                        .get(*b)
                        .is_some_and(|l| l.outputs.len() == width)
                };
                if !branches.iter().all(same) {
                    return Err(Unknown(
                        "a set operation has branches of different width".to_owned(),
                    ));
                }
                // ORDER BY of a set operation can only name its results, and all of them count anyway.
                let scope = self.scopes.open(context.scope, level);
                self.limit(query, context, level, scope)?;
                let branch = self.tree.choice();
                let entry = self.at(level)?;
                entry.limited = limited;
                entry.branches = Some(branches);
                entry.branch = branch;
                entry.outputs = names
                    .into_iter()
                    .map(|name| Output {
                        name,
                        ..Output::default()
                    })
                    .collect();
                Ok(level)
            }
            SetExpr::Values(values) => {
                let level = self.level(place)?;
                let scope = self.scopes.open(context.scope, level);
                let spot = Spot {
                    context,
                    level,
                    scope,
                    anchor: Anchor::Result,
                };
                let mut width = 0;
                for row in &values.rows {
                    width = width.max(row.content.len());
                    for expr in &row.content {
                        self.always(expr, spot)?;
                    }
                }
                let entry = self.at(level)?;
                entry.limited = limited;
                entry.values = true;
                entry.outputs = (1..=width)
                    .map(|i| Output {
                        name: Some(format!("column{i}")),
                        ..Output::default()
                    })
                    .collect();
                Ok(level)
            }
            _ => Err(Unknown(
                "the query has a part that is not understood".to_owned(),
            )),
        }
    }

    fn branches(
        &mut self,
        body: &SetExpr,
        context: Context<'_>,
        level: LevelId,
        into: &mut Vec<LevelId>,
    ) -> Result<(), Unknown> {
        match body {
            SetExpr::SetOperation { left, right, .. } => {
                self.branches(left, context, level, into)?;
                self.branches(right, context, level, into)
            }
            SetExpr::Query(query) => {
                let branch = self.query(query, context, Place::Branch(level, into.len()))?;
                into.push(branch);
                Ok(())
            }
            SetExpr::Select(_) | SetExpr::Values(_) => {
                let query = Query {
                    with: None,
                    body: Box::new(body.clone()),
                    order_by: None,
                    limit_clause: None,
                    fetch: None,
                    locks: Vec::new(),
                    for_clause: None,
                    settings: None,
                    format_clause: None,
                    pipe_operators: Vec::new(),
                };
                let branch = self.query(&query, context, Place::Branch(level, into.len()))?;
                into.push(branch);
                Ok(())
            }
            _ => Err(Unknown(
                "a set operation has a branch that is not understood".to_owned(),
            )),
        }
    }

    fn select(
        &mut self,
        select: &Select,
        query: &Query,
        limited: bool,
        context: Context<'_>,
        place: Place,
    ) -> Result<LevelId, Unknown> {
        let known = select.top.is_none()
            && select.exclude.is_none()
            && select.into.is_none()
            && select.lateral_views.is_empty()
            && select.prewhere.is_none()
            && select.connect_by.is_empty()
            && select.cluster_by.is_empty()
            && select.distribute_by.is_empty()
            && select.sort_by.is_empty()
            && select.qualify.is_none()
            && select.value_table_mode.is_none()
            && select.select_modifiers.is_none();
        if !known {
            return Err(Unknown(
                "the query has a clause that is not understood".to_owned(),
            ));
        }
        let level = self.level(place)?;
        let scope = self.scopes.open(context.scope, level);
        self.at(level)?.limited = limited;
        if let [element] = select.from.as_slice() {
            if element.joins.is_empty() && gives_order(&element.relation) {
                self.ordered.insert(level);
            }
        }
        let begin = self.tree.nodes.len();
        for element in &select.from {
            let root = self.joins(element, context, level, scope)?;
            self.at(level)?.roots.push(root);
        }
        let from = begin..self.tree.nodes.len();
        let rows = Spot {
            context,
            level,
            scope,
            anchor: Anchor::Rows,
        };
        let result = Spot {
            anchor: Anchor::Result,
            ..rows
        };
        if let Some(selection) = &select.selection {
            let conditions = self.conjuncts(selection, rows)?;
            self.at(level)?.conditions = conditions;
        }
        let levels = self.tree.levels.len();
        self.group_by(&select.group_by, rows)?;
        if let Some(having) = &select.having {
            self.at(level)?.aggregated = true;
            self.always(having, result)?;
        }
        for window in &select.named_window {
            if let NamedWindowExpr::WindowSpec(spec) = &window.1 {
                for expr in &spec.partition_by {
                    self.always(expr, result)?;
                }
                for order in &spec.order_by {
                    self.always(&order.expr, result)?;
                }
            }
        }
        for item in &select.projection {
            let output = match item {
                SelectItem::UnnamedExpr(expr) => self.output(expr, None, select, result)?,
                SelectItem::ExprWithAlias { expr, alias } => {
                    self.output(expr, Some(folded(alias)), select, result)?
                }
                _ => {
                    return Err(Unknown(
                        "the select list has an item that is not understood".to_owned(),
                    ))
                }
            };
            self.at(level)?.outputs.push(output);
        }
        if let Some(order_by) = &query.order_by {
            match &order_by.kind {
                OrderByKind::Expressions(list) if order_by.interpolate.is_none() => {
                    for order in list {
                        self.order(order, select, result)?;
                    }
                }
                _ => return Err(Unknown("ORDER BY is not understood".to_owned())),
            }
        }
        match &select.distinct {
            None | Some(Distinct::All) => {}
            Some(Distinct::Distinct) => self.at(level)?.distinct = true,
            Some(Distinct::On(list)) => {
                if query.order_by.is_none() {
                    self.unordered_choices.insert("DISTINCT ON");
                }
                let mut on = Vec::new();
                for expr in list {
                    self.order_expression(expr, select, result)?;
                    // An unqualified name may mean a result column here: that is no plain column.
                    let output = self.output_at(expr, level);
                    let output = output.and_then(|at| self.tree.levels.get(level)?.outputs.get(at));
                    let column = self.uncast(expr, scope);
                    let copies = |o: &Output| match &o.plain {
                        Some(plain) => plain.steps.is_empty() && Some(plain.column) == column,
                        None => false,
                    };
                    if output.is_none_or(copies) {
                        on.extend(column);
                    }
                }
                let entry = self.at(level)?;
                entry.distinct = true;
                entry.distinct_on = Some(on);
            }
        }
        if self.siblings && self.tree.levels.len() == levels {
            self.siblings(select, context, level, from)?;
        }
        self.limit(query, context, level, scope)?;
        Ok(level)
    }

    /// Puts what a level's windows read in the place of the windows: for each a subquery over the same FROM and WHERE, of
    /// the rows that are in one partition with the level's.
    fn siblings(
        &mut self,
        select: &Select,
        context: Context<'_>,
        level: LevelId,
        from: Range<NodeId>,
    ) -> Result<(), Unknown> {
        let here = self.at(level)?;
        let windows: BTreeSet<Vec<ItemColumn>> = here.windows.iter().cloned().collect();
        let mut read = here.references.clone();
        for output in &here.outputs {
            read.extend(&output.references);
        }
        if windows.len() > OPTION_LIMIT {
            return Ok(());
        }
        for partition in windows {
            let copy = self.level(Place::Expression(level, Anchor::Result))?;
            let scope = self.scopes.open(context.scope, copy);
            let begin = self.tree.nodes.len();
            for element in &select.from {
                let root = self.joins(element, context, copy, scope)?;
                self.at(copy)?.roots.push(root);
            }
            // The same text makes the same nodes.
            if self.tree.nodes.len() - begin != from.len() {
                return Err(Unknown("a window is not understood".to_owned()));
            }
            let place = |node: NodeId| {
                if from.contains(&node) {
                    node - from.start + begin
                } else {
                    node
                }
            };
            let of_copy = |column: &ItemColumn| ItemColumn {
                node: place(column.node),
                column: column.column,
            };
            if let Some(selection) = &select.selection {
                let rows = Spot {
                    context,
                    level: copy,
                    scope,
                    anchor: Anchor::Rows,
                };
                let conditions = self.conjuncts(selection, rows)?;
                self.at(copy)?.conditions = conditions;
            }
            let plain = |column| Plain {
                column,
                steps: Vec::new(),
            };
            let same = partition
                .iter()
                .map(|column| Condition::Same(plain(*column), plain(of_copy(column))));
            let entry = self.at(copy)?;
            entry.conditions.extend(same);
            entry
                .references
                .columns
                .extend(read.columns.iter().map(of_copy));
            entry
                .references
                .whole
                .extend(read.whole.iter().map(|node| place(*node)));
            self.at(level)?.references.levels.push(copy);
        }
        self.at(level)?.windows.clear();
        self.tree.has_siblings = true;
        Ok(())
    }

    /// LIMIT and OFFSET may hold expressions, even subqueries.
    fn limit(
        &mut self,
        query: &Query,
        context: Context<'_>,
        level: LevelId,
        scope: ScopeId,
    ) -> Result<(), Unknown> {
        let spot = Spot {
            context,
            level,
            scope,
            anchor: Anchor::Result,
        };
        let mut parts: Vec<&Expr> = Vec::new();
        match &query.limit_clause {
            None => {}
            Some(LimitClause::LimitOffset {
                limit,
                offset,
                limit_by,
            }) => {
                parts.extend(limit.iter());
                parts.extend(offset.iter().map(|o| &o.value));
                parts.extend(limit_by.iter());
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => parts.extend([offset, limit]),
        }
        parts.extend(query.fetch.iter().filter_map(|f| f.quantity.as_ref()));
        for part in parts {
            self.always(part, spot)?;
        }
        Ok(())
    }

    fn output(
        &mut self,
        expr: &Expr,
        name: Option<String>,
        select: &Select,
        spot: Spot<'_>,
    ) -> Result<Output, Unknown> {
        let name = name.or_else(|| match strip(expr) {
            Expr::Identifier(ident) => Some(folded(ident)),
            Expr::CompoundIdentifier(parts) => parts.last().map(folded),
            _ => None,
        });
        let plain = self.plain(expr, spot.scope);
        let either = match self.candidates(expr, spot.scope) {
            options if plain.is_none() && !options.is_empty() => Some(Either {
                choice: self.tree.choice(),
                options,
                first_not_null: call(peel(expr).0, "coalesce").is_some(),
                keeps_null: ["coalesce", "greatest", "least"]
                    .iter()
                    .any(|name| call(peel(expr).0, name).is_some()),
            }),
            _ => None,
        };
        let pieces = if plain.is_none() {
            self.pieces(expr, spot.scope)
        } else {
            None
        };
        let mut output = Output {
            name,
            plain,
            either,
            pieces,
            null: is_null(expr),
            ..Output::default()
        };
        let is_top = self.at(spot.level)?.place == Place::Top;
        for (path, part) in document::parts(expr) {
            let walk = Walk::run(self, part, spot, &select.named_window)?;
            output.references.extend(&walk.references);
            output.always |= walk.set_returning;
            if is_top && !path.is_empty() {
                let array = self.array(part, &walk.references.levels);
                output.fields.push(Field {
                    path,
                    references: walk.references,
                    always: walk.set_returning,
                    copied: self.column(strip(part), spot.scope),
                    array,
                });
            }
        }
        Ok(output)
    }

    /// The array of told-apart elements that a value of a document is, whose subqueries are `levels`.
    fn array(&self, expr: &Expr, levels: &[LevelId]) -> Option<Array> {
        let [level] = *levels else { return None };
        let array = document::array(expr)?;
        let scope = self.scopes.of(level)?;
        let column = self.uncast(array.order, scope)?;
        let is_own = self.tree.nodes.get(column.node)?.level == level;
        let mut identities = array.pairs.into_iter();
        let identity = identities.find(|(_, value)| self.uncast(value, scope) == Some(column))?;
        is_own.then(|| Array {
            level,
            column,
            identity: identity.0.to_owned(),
            is_descending: array.is_descending,
            may_be_empty: array.may_be_empty,
        })
    }

    /// The result column an unqualified name or a position in ORDER BY or DISTINCT ON may mean.
    fn output_at(&self, expr: &Expr, level: LevelId) -> Option<usize> {
        let outputs = &self.tree.levels.get(level)?.outputs;
        match strip(expr) {
            Expr::Identifier(ident) => {
                let name = folded(ident);
                outputs.iter().position(|o| o.name.as_ref() == Some(&name))
            }
            Expr::Value(value) => {
                let at: usize = value.value.to_string().parse().ok()?;
                at.checked_sub(1).filter(|at| *at < outputs.len())
            }
            _ => None,
        }
    }

    fn order(
        &mut self,
        order: &OrderByExpr,
        select: &Select,
        spot: Spot<'_>,
    ) -> Result<(), Unknown> {
        if order.with_fill.is_some() {
            return Err(Unknown("ORDER BY is not understood".to_owned()));
        }
        self.order_expression(&order.expr, select, spot)
    }

    fn order_expression(
        &mut self,
        expr: &Expr,
        select: &Select,
        spot: Spot<'_>,
    ) -> Result<(), Unknown> {
        let output = self.output_at(expr, spot.level);
        if let Some(at) = output {
            let references = self
                .at(spot.level)?
                .outputs
                .get(at)
                .map(|o| o.references.clone());
            if let Some(references) = references {
                self.at(spot.level)?.references.extend(&references);
            }
        }
        match strip(expr) {
            // Named like a result column; it need not be a column as well.
            Expr::Identifier(ident) if output.is_some() => {
                let meaning = self
                    .scopes
                    .resolve(Some(spot.scope), std::slice::from_ref(ident));
                self.note(meaning);
                if let Meaning::Column(column, _) = meaning {
                    self.at(spot.level)?.references.columns.push(column);
                }
                Ok(())
            }
            _ => {
                let walk = Walk::run(self, expr, spot, &select.named_window)?;
                self.at(spot.level)?.references.extend(&walk.references);
                Ok(())
            }
        }
    }

    fn group_by(&mut self, group_by: &GroupByExpr, spot: Spot<'_>) -> Result<(), Unknown> {
        let (list, modifiers) = match group_by {
            GroupByExpr::Expressions(list, modifiers) => (list, modifiers),
            GroupByExpr::All(_) => return Err(Unknown("GROUP BY is not understood".to_owned())),
        };
        if list.is_empty() && modifiers.is_empty() {
            return Ok(());
        }
        let mut grouped = false;
        let mut partly_grouped = !modifiers.is_empty();
        let mut columns = Vec::new();
        let mut pieces = Vec::new();
        for expr in list {
            pieces.extend(self.pieces(expr, spot.scope));
            self.always(expr, spot)?;
            // What is in every grouping set; `ROLLUP` and `CUBE` have the empty one.
            let expr = strip(expr);
            partly_grouped |= matches!(
                expr,
                Expr::Cube(_) | Expr::Rollup(_) | Expr::GroupingSets(_)
            );
            let common = match expr {
                Expr::Cube(_) | Expr::Rollup(_) => Vec::new(),
                Expr::GroupingSets(sets) => self.common(sets, spot.scope),
                Expr::Tuple(parts) => parts
                    .iter()
                    .map(|part| self.uncast(part, spot.scope))
                    .collect(),
                expr => vec![self.uncast(expr, spot.scope)],
            };
            grouped |= !common.is_empty();
            columns.extend(common.into_iter().flatten());
        }
        let entry = self.at(spot.level)?;
        entry.aggregated = true;
        entry.partly_grouped = partly_grouped;
        if modifiers.is_empty() {
            entry.grouped = grouped;
            entry.group_columns = columns;
            entry.group_pieces = pieces;
        }
        Ok(())
    }

    /// Columns that are in each of some grouping sets.
    fn common(&self, sets: &[Vec<Expr>], scope: ScopeId) -> Vec<Option<ItemColumn>> {
        let mut sets = sets.iter().map(|set| -> BTreeSet<ItemColumn> {
            let parts = set.iter().flat_map(|part| match strip(part) {
                Expr::Tuple(parts) => parts.as_slice(),
                _ => std::slice::from_ref(part),
            });
            parts.filter_map(|part| self.uncast(part, scope)).collect()
        });
        let first = sets.next().unwrap_or_default();
        let common = sets.fold(first, |common, set| &common & &set);
        common.into_iter().map(Some).collect()
    }

    fn joins(
        &mut self,
        element: &TableWithJoins,
        context: Context<'_>,
        level: LevelId,
        scope: ScopeId,
    ) -> Result<NodeId, Unknown> {
        let start = self.scopes.len(scope);
        let mut left = self.factor(&element.relation, context, level, scope)?;
        for join in &element.joins {
            left = self.join(left, start, join, context, level, scope)?;
        }
        Ok(left)
    }

    fn join(
        &mut self,
        left: NodeId,
        start: usize,
        join: &Join,
        context: Context<'_>,
        level: LevelId,
        scope: ScopeId,
    ) -> Result<NodeId, Unknown> {
        let (kind, constraint) = match &join.join_operator {
            JoinOperator::Join(c) | JoinOperator::Inner(c) | JoinOperator::CrossJoin(c) => {
                (JoinKind::Inner, c)
            }
            JoinOperator::Left(c) | JoinOperator::LeftOuter(c) => (JoinKind::Left, c),
            JoinOperator::Right(c) | JoinOperator::RightOuter(c) => (JoinKind::Right, c),
            JoinOperator::FullOuter(c) => (JoinKind::Full, c),
            _ => return Err(Unknown("a join of this kind is not understood".to_owned())),
        };
        if join.global {
            return Err(Unknown("a join of this kind is not understood".to_owned()));
        }
        let middle = self.scopes.len(scope);
        let right = self.factor(&join.relation, context, level, scope)?;
        let end = self.scopes.len(scope);
        let node = self.node(
            level,
            NodeKind::Join {
                kind,
                left,
                right,
                conditions: Vec::new(),
                is_complete: false,
            },
        );
        for side in [left, right] {
            if let Some(side) = self.tree.nodes.get_mut(side) {
                side.parent = Some(node);
            }
        }
        let (found, asked) = match constraint {
            JoinConstraint::None => (Vec::new(), Some(0)),
            JoinConstraint::Natural => {
                return Err(Unknown("NATURAL JOIN is not understood".to_owned()))
            }
            JoinConstraint::On(expr) => {
                let anchor = match kind {
                    JoinKind::Inner | JoinKind::Full => Anchor::Node(node),
                    JoinKind::Left => Anchor::Node(right),
                    JoinKind::Right => Anchor::Node(left),
                };
                let spot = Spot {
                    context,
                    level,
                    scope,
                    anchor,
                };
                let parts = conjuncts(expr);
                let asked = parts.iter().all(|part| equates_columns(part));
                (self.conjuncts(expr, spot)?, asked.then_some(parts.len()))
            }
            JoinConstraint::Using(names) => {
                let mut found = Vec::new();
                for name in names {
                    let name = match name.0.as_slice() {
                        [ObjectNamePart::Identifier(ident)] => folded(ident),
                        _ => return Err(Unknown("USING is not understood".to_owned())),
                    };
                    let (one, first) = self.scopes.all_named(scope, start, middle, &name);
                    let (two, second) = self.scopes.all_named(scope, middle, end, &name);
                    self.at(level)?
                        .references
                        .columns
                        .extend(one.iter().chain(&two));
                    // A merged column of an inner or left join is the one on the left.
                    let first = first.filter(|_| self.only_inner_or_left(left));
                    let second = second.filter(|_| self.only_inner_or_left(right));
                    let mut merged = None;
                    if let (Some(first), Some(second)) = (first, second) {
                        merged = (kind == JoinKind::Full).then_some(ItemColumn {
                            node,
                            column: found.len(),
                        });
                        let side = |column| Plain {
                            column,
                            steps: Vec::new(),
                        };
                        found.push(Condition::Equal(
                            side(first),
                            side(second),
                            EqualOp::Catalog,
                        ));
                    }
                    self.scopes.merge(scope, name, merged);
                }
                (found, Some(names.len()))
            }
        };
        if let Some(Node {
            kind:
                NodeKind::Join {
                    conditions,
                    is_complete,
                    ..
                },
            ..
        }) = self.tree.nodes.get_mut(node)
        {
            let is_plain = |condition: &Condition| match condition {
                Condition::Equal(a, b, EqualOp::Catalog) => {
                    a.steps.is_empty() && b.steps.is_empty()
                }
                _ => false,
            };
            *is_complete = asked == Some(found.len()) && found.iter().all(is_plain);
            *conditions = found;
        }
        Ok(node)
    }

    fn only_inner_or_left(&self, node: NodeId) -> bool {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if let Some(NodeKind::Join {
                kind, left, right, ..
            }) = self.tree.nodes.get(node).map(|n| &n.kind)
            {
                if !matches!(kind, JoinKind::Inner | JoinKind::Left) {
                    return false;
                }
                open.extend([*left, *right]);
            }
        }
        true
    }

    fn factor(
        &mut self,
        factor: &TableFactor,
        context: Context<'_>,
        level: LevelId,
        scope: ScopeId,
    ) -> Result<NodeId, Unknown> {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample,
                index_hints,
            } if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty() => {
                if sample.is_some() {
                    self.samples.insert(name.to_string());
                }
                self.relation_item(name, alias.as_ref(), context, level, scope)
            }
            TableFactor::Derived {
                lateral,
                subquery,
                alias,
                sample: None,
            } => {
                let outer = if *lateral { Some(scope) } else { context.scope };
                let inside = Context {
                    scope: outer,
                    ..context
                };
                let node = self.node(level, NodeKind::Opaque);
                let child = self.value(subquery, inside, Place::From(node), Asked::Row)?;
                self.level_item(node, child, alias.as_ref(), None, scope)?;
                Ok(node)
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => {
                let start = self.scopes.len(scope);
                let node = self.joins(table_with_joins, context, level, scope)?;
                if let Some(alias) = alias {
                    let names: Vec<String> =
                        alias.columns.iter().map(|c| folded(&c.name)).collect();
                    self.scopes.hide(scope, start, &folded(&alias.name), &names);
                }
                Ok(node)
            }
            TableFactor::Table {
                alias,
                args: Some(_),
                ..
            }
            | TableFactor::Function { alias, .. }
            | TableFactor::UNNEST { alias, .. }
            | TableFactor::TableFunction { alias, .. }
            | TableFactor::JsonTable { alias, .. }
            | TableFactor::XmlTable { alias, .. } => {
                let node = self.node(level, NodeKind::Opaque);
                let spot = Spot {
                    context,
                    level,
                    scope,
                    anchor: Anchor::Node(node),
                };
                let walk = Walk::run(self, factor, spot, &[])?;
                self.at(level)?.references.extend(&walk.references);
                let columns: Option<Vec<String>> = alias
                    .as_ref()
                    .filter(|a| !a.columns.is_empty())
                    .map(|a| a.columns.iter().map(|c| folded(&c.name)).collect());
                let alias = alias.as_ref().map(|a| folded(&a.name)).unwrap_or_default();
                let arrays: Option<Vec<Plain>> = unnested(factor)
                    .filter(|arrays| columns.as_ref().is_some_and(|c| c.len() >= arrays.len()))
                    .and_then(|arrays| arrays.iter().map(|a| self.plain(a, scope)).collect());
                let opaque = columns.is_none();
                if let (Some(arrays), Some(node)) = (arrays, self.tree.nodes.get_mut(node)) {
                    node.kind = NodeKind::Elements(arrays);
                }
                self.scopes.add(scope, alias, node, columns, opaque);
                Ok(node)
            }
            _ => Err(Unknown(
                "FROM has an element that is not understood".to_owned(),
            )),
        }
    }

    /// Makes a leaf stand for a level and names its columns.
    fn level_item(
        &mut self,
        node: NodeId,
        child: LevelId,
        alias: Option<&TableAlias>,
        name: Option<&str>,
        scope: ScopeId,
    ) -> Result<(), Unknown> {
        let columns: Vec<String> = self
            .at(child)?
            .outputs
            .iter()
            .map(|o| o.name.clone().unwrap_or_default())
            .collect();
        if let Some(node) = self.tree.nodes.get_mut(node) {
            node.kind = NodeKind::Level(child);
        }
        let columns = renamed(columns, alias);
        let alias = alias
            .map(|a| folded(&a.name))
            .or_else(|| name.map(str::to_owned));
        self.scopes
            .add(scope, alias.unwrap_or_default(), node, Some(columns), false);
        Ok(())
    }

    fn relation_item(
        &mut self,
        name: &ObjectName,
        alias: Option<&TableAlias>,
        context: Context<'_>,
        level: LevelId,
        scope: ScopeId,
    ) -> Result<NodeId, Unknown> {
        let mut parts = Vec::new();
        for part in &name.0 {
            match part {
                ObjectNamePart::Identifier(ident) => parts.push(folded(ident)),
                ObjectNamePart::Function(_) => {
                    return Err(Unknown(
                        "FROM has an element that is not understood".to_owned(),
                    ))
                }
            }
        }
        let (schema, table) = match parts.as_slice() {
            [table] => {
                if let Some(node) = self.cte_item(table, alias, context, level, scope)? {
                    return Ok(node);
                }
                // With an empty search path only system catalogs are printed without their schema.
                ("pg_catalog", table.as_str())
            }
            [schema, table] => (schema.as_str(), table.as_str()),
            _ => {
                return Err(Unknown(
                    "FROM has an element that is not understood".to_owned(),
                ))
            }
        };
        let visible = alias.map_or_else(|| table.to_owned(), |a| folded(&a.name));
        let Some(at) = self.by_name.get(&(schema, table)).copied() else {
            if matches!(schema, "pg_catalog" | "information_schema") {
                self.unwatchable.insert(format!("{schema}.{table}"));
                let node = self.node(level, NodeKind::Opaque);
                self.scopes.add(scope, visible, node, None, true);
                return Ok(node);
            }
            return Err(Unknown(format!("relation {schema}.{table} is not known")));
        };
        let Some(relation) = self.relation(at) else {
            return Err(Unknown(format!("relation {schema}.{table} is not known")));
        };
        self.found
            .entry(context.view)
            .or_default()
            .insert(relation.oid);
        let names: Vec<String> = relation.columns.iter().map(|c| c.name.clone()).collect();
        let unwatched = self.snapshot.target.unwatched.contains(&relation.oid);
        let node = self.node(level, NodeKind::Opaque);
        if unwatched || relation.system || !matches!(relation.kind, 'r' | 'p' | 'v') {
            if !unwatched {
                self.unwatchable.insert(format!("{schema}.{table}"));
            }
            self.scopes
                .add(scope, visible, node, Some(renamed(names, alias)), true);
        } else if relation.kind == 'v' {
            let prefix = format!("{}{}.", context.prefix, visible);
            let child = self.view(at, Place::From(node), &prefix)?;
            if let Ok(entry) = self.at(child) {
                // The view's columns may have been renamed since its text was written.
                for (output, name) in entry.outputs.iter_mut().zip(&names) {
                    output.name = Some(name.clone());
                }
            }
            self.level_item(node, child, alias, Some(&visible), scope)?;
        } else {
            let occurrence = self.tree.occurrences.len();
            self.tree.occurrences.push(Occ {
                relation: at,
                node,
                alias: format!("{}{}", context.prefix, visible),
            });
            if let Some(node) = self.tree.nodes.get_mut(node) {
                node.kind = NodeKind::Table(occurrence);
            }
            self.scopes
                .add(scope, visible, node, Some(renamed(names, alias)), false);
        }
        Ok(node)
    }

    fn cte_item(
        &mut self,
        name: &str,
        alias: Option<&TableAlias>,
        context: Context<'_>,
        level: LevelId,
        scope: ScopeId,
    ) -> Result<Option<NodeId>, Unknown> {
        let mut next = context.ctes;
        while let Some(frame) = next {
            let visible = frame.with.cte_tables.iter().take(frame.visible);
            let Some((at, cte)) = visible
                .enumerate()
                .find(|(_, c)| folded(&c.alias.name) == name)
            else {
                next = frame.parent;
                continue;
            };
            let node = self.node(level, NodeKind::Opaque);
            let this: *const Cte = std::ptr::from_ref(cte);
            if let Some((_, whole)) = self.expanding.iter().find(|(cte, _)| *cte == this) {
                let columns = self.former(node, *whole, cte);
                self.recursive.entry(this).or_default().push(node);
                let visible = alias.map_or_else(|| name.to_owned(), |a| folded(&a.name));
                let opaque = columns.is_none();
                let columns = columns.map(|names| renamed(names, alias));
                self.scopes.add(scope, visible, node, columns, opaque);
                return Ok(Some(node));
            }
            if cte.from.is_some() {
                return Err(Unknown(
                    "a common table expression is not understood".to_owned(),
                ));
            }
            let inside = Ctes {
                parent: frame.parent,
                with: frame.with,
                visible: if frame.with.recursive {
                    frame.visible
                } else {
                    at
                },
                scope: frame.scope,
            };
            let inner = Context {
                ctes: Some(&inside),
                scope: frame.scope,
                ..context
            };
            self.expanding.push((this, node));
            let child = self.query(&cte.query, inner, Place::From(node));
            self.expanding.pop();
            let child = child?;
            if let Some(former) = self.recursive.remove(&this) {
                let recursion = self.recursion(child, &cte.query, &former);
                let entry = self.at(child)?;
                entry.recursive = recursion.is_none();
                entry.recursion = recursion;
            }
            let entry = self.at(child)?;
            for (output, column) in entry.outputs.iter_mut().zip(&cte.alias.columns) {
                output.name = Some(folded(&column.name));
            }
            self.level_item(node, child, alias, Some(name), scope)?;
            return Ok(Some(node));
        }
        Ok(None)
    }

    /// Makes a leaf stand for the former rows of the common table expression that is being expanded for another leaf; gives
    /// their columns' names.
    fn former(&mut self, node: NodeId, whole: NodeId, cte: &Cte) -> Option<Vec<String>> {
        let at = |place| self.tree.levels.iter().position(|l| l.place == place);
        let level = at(Place::From(whole))?;
        let start = at(Place::Branch(level, 0))?;
        let outputs = self.tree.levels.get(start)?.outputs.iter();
        let mut names: Vec<String> = outputs
            .map(|o| o.name.clone().unwrap_or_default())
            .collect();
        for (name, column) in names.iter_mut().zip(&cte.alias.columns) {
            *name = folded(&column.name);
        }
        self.tree.nodes.get_mut(node)?.kind = NodeKind::Former(level);
        Some(names)
    }

    /// How a recursive query goes on. Its last branch has to be a plain SELECT with the former rows in its FROM: whatever
    /// else is repeated starts anew only as long as there are former rows, of any key.
    fn recursion(&mut self, level: LevelId, query: &Query, former: &[NodeId]) -> Option<Recursion> {
        let plain = match query.body.as_ref() {
            SetExpr::SetOperation { right, .. } => matches!(right.as_ref(), SetExpr::Select(_)),
            _ => false,
        };
        let [former] = former else { return None };
        let branches = self.tree.levels.get(level)?.branches.as_ref()?;
        let branch = branches.len().checked_sub(1).filter(|last| *last > 0)?;
        let last = *branches.last()?;
        let leaf = self.tree.nodes.get(*former)?;
        let follows =
            matches!(leaf.kind, NodeKind::Former(of) if of == level) && leaf.level == last;
        (plain && follows).then(|| Recursion {
            branch,
            former: *former,
            start: self.tree.choice(),
        })
    }

    /// Walks an expression whose columns count whatever is read of the level.
    fn always(&mut self, expr: &Expr, spot: Spot<'_>) -> Result<(), Unknown> {
        let walk = Walk::run(self, expr, spot, &[])?;
        self.at(spot.level)?.references.extend(&walk.references);
        Ok(())
    }

    fn conjuncts(&mut self, expr: &Expr, spot: Spot<'_>) -> Result<Vec<Condition>, Unknown> {
        let mut found = Vec::new();
        for expr in conjuncts(expr) {
            self.conjunct(expr, spot, &mut found)?;
        }
        Ok(found)
    }

    fn conjunct(
        &mut self,
        expr: &Expr,
        spot: Spot<'_>,
        found: &mut Vec<Condition>,
    ) -> Result<(), Unknown> {
        let not_null = |plain: Option<Plain>| {
            plain
                .filter(|p| p.steps.is_empty())
                .map(|p| Condition::NotNull(p.column))
        };
        if let Some((side, compared)) = compared(expr) {
            let plain = self.plain(side, spot.scope);
            let is_certain =
                |p: &Plain| compared != Compared::Null || self.is_kept(p.column.node, spot);
            found.extend(
                plain
                    .filter(is_certain)
                    .map(|p| Condition::Constant(p, compared.clone())),
            );
        }
        match expr {
            Expr::BinaryOp {
                op: BinaryOperator::Or,
                ..
            } => self.disjunction(expr, spot, found),
            Expr::BinaryOp { left, op, right } => {
                // The value of a scalar subquery is that of one of its rows.
                match (equality(op), strip(left), strip(right)) {
                    (Some(op), _, Expr::Subquery(subquery)) => {
                        return self.member(left, op, subquery, false, spot, found)
                    }
                    (Some(op), Expr::Subquery(subquery), _) => {
                        return self.member(right, op, subquery, false, spot, found)
                    }
                    _ => {}
                }
                let one = self.candidates(left, spot.scope);
                let two = self.candidates(right, spot.scope);
                match (equality(op), one.as_slice(), two.as_slice()) {
                    (Some(op), [_, ..], [_, ..]) => self.any_equal(&one, &two, &op, found),
                    (_, [a], [b]) if order(op).is_some() => {
                        found.extend(not_null(Some(a.clone())));
                        found.extend(not_null(Some(b.clone())));
                        found.extend(
                            order(op).map(|op| Condition::Ordered(a.clone(), op, b.clone())),
                        );
                    }
                    (_, one, two) if is_comparison(op) => {
                        for side in [one, two] {
                            if let [only] = side {
                                found.extend(not_null(Some(only.clone())));
                            }
                        }
                    }
                    _ => {}
                }
                self.always(expr, spot)
            }
            Expr::IsNotNull(inner) => {
                found.extend(not_null(self.plain(inner, spot.scope)));
                self.always(expr, spot)
            }
            Expr::InSubquery {
                expr,
                subquery,
                negated,
            } => self.member(expr, EqualOp::Catalog, subquery, *negated, spot, found),
            Expr::AllOp {
                left,
                compare_op: BinaryOperator::NotEq,
                right,
            } => match strip(right) {
                Expr::Subquery(subquery) => {
                    self.member(left, EqualOp::Catalog, subquery, true, spot, found)
                }
                _ => self.always(expr, spot),
            },
            Expr::Exists {
                subquery,
                negated: false,
            } => {
                let level = self.subquery(subquery, spot, Asked::Existence)?;
                self.at(spot.level)?.references.levels.push(level);
                let leaf = self.node(spot.level, NodeKind::Level(level));
                found.push(Condition::Exists(leaf));
                Ok(())
            }
            Expr::IsNotDistinctFrom(left, right) => self.same(expr, left, right, spot, found),
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr: inner,
            } => match strip(inner) {
                Expr::InSubquery {
                    expr,
                    subquery,
                    negated: false,
                } => self.member(expr, EqualOp::Catalog, subquery, true, spot, found),
                Expr::IsDistinctFrom(left, right) => self.same(expr, left, right, spot, found),
                Expr::BinaryOp {
                    left,
                    op: BinaryOperator::NotEq,
                    right,
                } => {
                    let one = self.candidates(left, spot.scope);
                    let two = self.candidates(right, spot.scope);
                    self.any_equal(&one, &two, &EqualOp::Catalog, found);
                    self.always(expr, spot)
                }
                _ => self.always(expr, spot),
            },
            Expr::AnyOp {
                left,
                compare_op,
                right,
                ..
            } => match (equality(compare_op), strip(right)) {
                (Some(op), Expr::Subquery(subquery)) => {
                    self.member(left, op, subquery, false, spot, found)
                }
                (Some(op), right) => {
                    let one = self.candidates(left, spot.scope);
                    match right {
                        Expr::Array(array) => {
                            let mut two = Vec::new();
                            let all = array.elem.iter().all(|element| {
                                let candidates = self.candidates(element, spot.scope);
                                two.extend(candidates.iter().cloned());
                                !candidates.is_empty()
                            });
                            if all && !one.is_empty() {
                                self.any_equal(&one, &two, &op, found);
                            }
                        }
                        right => {
                            let array = self.plain(right, spot.scope);
                            if let (EqualOp::Catalog, [one], Some(array)) =
                                (&op, one.as_slice(), array)
                            {
                                found.push(Condition::Element(one.clone(), array));
                            }
                        }
                    }
                    if let [only] = one.as_slice() {
                        found.extend(not_null(Some(only.clone())));
                    }
                    self.always(expr, spot)
                }
                _ => self.always(expr, spot),
            },
            _ => self.always(expr, spot),
        }
    }

    /// Whether no outer join below a condition can put a null row in the place of a leaf's. Joins are made from the inside out,
    /// so the topmost one so far is that of the condition, when it is in ON.
    fn is_kept(&self, leaf: NodeId, spot: Spot<'_>) -> bool {
        let in_where = spot.anchor == Anchor::Rows;
        let here = self.tree.nodes.get(leaf);
        here.is_some_and(|node| node.level == spot.level)
            && !self.tree.is_nullable(leaf, |join, _| {
                let above = self.tree.nodes.get(join).and_then(|node| node.parent);
                in_where || above.is_some()
            })
    }

    /// Conditions joined by OR. What they read is noted on the way.
    fn disjunction(
        &mut self,
        expr: &Expr,
        spot: Spot<'_>,
        found: &mut Vec<Condition>,
    ) -> Result<(), Unknown> {
        let mut open = vec![expr];
        let mut options = Vec::new();
        while let Some(expr) = open.pop() {
            match strip(expr) {
                Expr::BinaryOp {
                    left,
                    op: BinaryOperator::Or,
                    right,
                } => open.extend([right.as_ref(), left.as_ref()]),
                expr => {
                    let mut option = self.conjuncts(expr, spot)?;
                    // They tie nothing, and would make a choice of what is none.
                    option.retain(|c| !matches!(c, Condition::Constant(..)));
                    options.push(option);
                }
            }
        }
        self.any(options, found);
        Ok(())
    }

    /// `IS NOT DISTINCT FROM`.
    fn same(
        &mut self,
        expr: &Expr,
        left: &Expr,
        right: &Expr,
        spot: Spot<'_>,
        found: &mut Vec<Condition>,
    ) -> Result<(), Unknown> {
        let (one, two) = (self.plain(left, spot.scope), self.plain(right, spot.scope));
        if let (Some(one), Some(two)) = (one, two) {
            found.push(Condition::Same(one, two));
        }
        self.always(expr, spot)
    }

    /// `left IN (SELECT ...)`, or NOT IN.
    fn member(
        &mut self,
        left: &Expr,
        op: EqualOp,
        subquery: &Query,
        negated: bool,
        spot: Spot<'_>,
        found: &mut Vec<Condition>,
    ) -> Result<(), Unknown> {
        self.always(left, spot)?;
        let level = self.subquery(subquery, spot, Asked::Rows)?;
        let parts: Vec<&Expr> = match strip(left) {
            Expr::Tuple(parts) => parts.iter().collect(),
            one => vec![one],
        };
        let leaf = self.node(spot.level, NodeKind::Level(level));
        let mut entries = Vec::new();
        // NOT IN over several columns asks for one of them to be equal, not for all, once nulls come in.
        if parts.len() == self.at(level)?.outputs.len() && !(negated && parts.len() > 1) {
            for (output, part) in parts.into_iter().enumerate() {
                let Some(left) = self.plain(part, spot.scope) else {
                    continue;
                };
                if !negated {
                    // Seen from outside: one of the rows of the subquery is equal.
                    let column = ItemColumn {
                        node: leaf,
                        column: output,
                    };
                    let inner = Plain {
                        column,
                        steps: Vec::new(),
                    };
                    found.push(Condition::Equal(left.clone(), inner, op.clone()));
                }
                entries.push(Entry {
                    left,
                    output,
                    op: op.clone(),
                    negated,
                });
            }
        }
        if !negated {
            found.push(Condition::Exists(leaf));
        }
        self.at(level)?.entries = entries;
        self.at(spot.level)?.references.levels.push(level);
        Ok(())
    }

    /// Expands a subquery in an expression.
    pub fn subquery(
        &mut self,
        query: &Query,
        spot: Spot<'_>,
        asked: Asked,
    ) -> Result<LevelId, Unknown> {
        let place = Place::Expression(spot.level, spot.anchor);
        self.value(query, spot.inner(), place, asked)
    }

    /// Expands a subquery and takes note of it when it has one value for all rows of the view: when it is part of the view's
    /// own definition, reads tables only, and names nothing outside; in FROM, when it always has one row.
    fn value(
        &mut self,
        query: &Query,
        context: Context<'_>,
        place: Place,
        asked: Asked,
    ) -> Result<LevelId, Unknown> {
        let (from, names) = (self.tree.occurrences.len(), self.names.len());
        let level = self.query(query, context, place)?;
        // Parsing leaves ONLY out.
        let definition = self
            .relation(context.view)
            .and_then(|r| r.definition.as_ref());
        let is_own = self.views.len() == 1 && !definition.is_some_and(|d| d.contains("ONLY "));
        let is_closed = self
            .names
            .iter()
            .skip(names)
            .all(|named| *named == Some(level));
        let occurrences = from..self.tree.occurrences.len();
        let found = self.tree.occurrences.get(occurrences.clone());
        let are_tables = found.unwrap_or_default().iter().all(|o| {
            self.tree
                .nodes
                .get(o.node)
                .is_some_and(|n| n.level == level)
        });
        let has_one = match place {
            Place::From(_) => self.at(level)?.row_from_nothing(),
            _ => true,
        };
        if is_own && is_closed && are_tables && has_one {
            let statement = values::statement(query, asked);
            if let Some((statement, _)) = statement.filter(|(_, n)| *n == occurrences.len()) {
                self.tree.values.push(OneValue {
                    statement,
                    occurrences,
                });
            }
        }
        Ok(level)
    }

    fn level(&mut self, place: Place) -> Result<LevelId, Unknown> {
        if self.tree.levels.len() >= LEVEL_LIMIT {
            return Err(Unknown("the query is too large to analyse".to_owned()));
        }
        self.tree.levels.push(Level::new(place));
        Ok(self.tree.levels.len() - 1)
    }

    /// A level that was made before.
    pub fn at(&mut self, level: LevelId) -> Result<&mut Level, Unknown> {
        let found = self.tree.levels.get_mut(level);
        found.ok_or_else(|| Unknown("the query is too large to analyse".to_owned()))
    }

    fn node(&mut self, level: LevelId, kind: NodeKind) -> NodeId {
        self.tree.nodes.push(Node {
            level,
            parent: None,
            kind,
        });
        self.tree.nodes.len() - 1
    }

    /// Notes that a system column of a leaf is read.
    pub fn system_column(&mut self, node: NodeId, name: &str) {
        if name == "tableoid" {
            return;
        }
        if let Some(NodeKind::Table(occurrence)) = self.tree.nodes.get(node).map(|n| &n.kind) {
            let relation = self.tree.occurrences.get(*occurrence).map(|o| o.relation);
            if let Some(relation) = relation.and_then(|r| self.relation(r)) {
                self.system_columns
                    .insert(format!("{name} of {}.{}", relation.schema, relation.name));
            }
        }
    }
}

/// The arguments of a call of `unnest` in FROM.
fn unnested(factor: &TableFactor) -> Option<Vec<&Expr>> {
    let is_unnest = |name: &ObjectName| match name.0.as_slice() {
        [only] => only.as_ident().is_some_and(|i| folded(i) == "unnest"),
        _ => false,
    };
    let list = match factor {
        TableFactor::UNNEST { array_exprs, .. } => return Some(array_exprs.iter().collect()),
        TableFactor::Function { name, args, .. } if is_unnest(name) => args.as_slice(),
        TableFactor::Table {
            name,
            args: Some(args),
            ..
        } if is_unnest(name) => args.args.as_slice(),
        _ => return None,
    };
    let plain = list.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    plain.collect()
}

/// Whether an element of FROM gives its rows in an order that its text determines.
fn gives_order(factor: &TableFactor) -> bool {
    match factor {
        TableFactor::Derived { subquery, .. } => subquery.order_by.is_some(),
        TableFactor::Table { args: Some(_), .. }
        | TableFactor::Function { .. }
        | TableFactor::UNNEST { .. }
        | TableFactor::TableFunction { .. } => true,
        _ => false,
    }
}

/// Column names under the alias list of a FROM element.
fn renamed(mut names: Vec<String>, alias: Option<&TableAlias>) -> Vec<String> {
    if let Some(alias) = alias {
        for (name, column) in names.iter_mut().zip(&alias.columns) {
            *name = folded(&column.name);
        }
    }
    names
}

/// An operator that orders.
fn order(op: &BinaryOperator) -> Option<Order> {
    match op {
        BinaryOperator::Lt => Some(Order::Less),
        BinaryOperator::LtEq => Some(Order::LessOrEqual),
        BinaryOperator::Gt => Some(Order::Greater),
        BinaryOperator::GtEq => Some(Order::GreaterOrEqual),
        _ => None,
    }
}

/// A null, under casts.
fn is_null(expr: &Expr) -> bool {
    matches!(peel(expr).0, Expr::Value(value) if value.value == Value::Null)
}

/// A literal zero.
fn is_zero(expr: &Expr) -> bool {
    matches!(peel(expr).0, Expr::Value(value) if value.value.to_string() == "0")
}

/// Operators of `pg_catalog` that are null when an argument is.
fn is_comparison(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::Eq
            | BinaryOperator::NotEq
            | BinaryOperator::Lt
            | BinaryOperator::LtEq
            | BinaryOperator::Gt
            | BinaryOperator::GtEq
    )
}

/// What stands in the parentheses of a function call, where that is a list.
pub fn arguments(arguments: &FunctionArguments) -> &[sqlparser::ast::FunctionArg] {
    match arguments {
        FunctionArguments::List(list) => &list.args,
        _ => &[],
    }
}

/// Something that can be walked for its expressions.
pub trait Walkable: Visit {}
impl<T: Visit> Walkable for T {}
