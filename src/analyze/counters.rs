//! Which values of a document count, sum up or compare the rows of a source that hold the view's key, so that they can be
//! kept from the differences between its rows (docs/architecture.md, "Patching").
//!
//! Two forms are known: a subquery over the source alone, and a view that groups one table joined with the source. The
//! source may be read by nothing else. Comparisons of its columns with constants, in WHERE, ON or FILTER, choose rows of it.

use super::build::arguments;
use super::document;
use super::expression::{call, compared, conjuncts, equates_columns, peel, strip};
use super::restrictions;
use super::scope::folded;
use super::tree::{
    Condition, EqualOp, ItemColumn, JoinKind, Level, NodeId, NodeKind, OccId, Step, Tree,
};
use super::types;
use crate::lineage::{
    Aggregate, Column, Counter, Counters, Plan, Relation, Restriction, Snapshot, Strategy, Test,
};
use sqlparser::ast::{
    visit_expressions, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Join,
    JoinConstraint, JoinOperator, Query, Select, SetExpr, TableFactor, Value,
};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// An aggregate as it is written.
struct Call<'e> {
    aggregate: Aggregate,
    /// It stands under `coalesce` with 0.
    or_zero: bool,
    argument: Option<&'e Expr>,
    filter: Option<&'e Expr>,
}

/// A table in FROM, as it is named there.
struct Named<'t> {
    alias: String,
    relation: &'t Relation,
}

/// The rows that a grouped view counts.
struct Counted<'t> {
    leaf: NodeId,
    named: Named<'t>,
    /// What ON says beside the key.
    restrictions: Vec<Restriction>,
}

/// A value that aggregates the rows of a leaf.
struct Found {
    leaf: NodeId,
    /// OID of the leaf's source.
    source: u32,
    /// Position of the document in the view.
    document: usize,
    counter: Counter,
    /// The column it aggregates when that can be null; none when each row is an input.
    nullable: Option<i16>,
}

impl Found {
    /// Whether the other one has the same inputs, in the same document.
    fn has_inputs_of(&self, other: &Found) -> bool {
        self.source == other.source
            && self.document == other.document
            && self.nullable == other.nullable
            && self.counter.restrictions == other.counter.restrictions
    }

    fn is_count(&self) -> bool {
        self.counter.aggregate == Aggregate::Count
    }
}

/// An occurrence that is counted.
struct Member<'s> {
    /// Position in the plan.
    at: usize,
    relation: &'s Relation,
    /// Attribute numbers of the columns that are the key.
    columns: Vec<i16>,
    /// Position of the document in the view.
    document: usize,
    values: Vec<&'s Found>,
}

/// The view's query and what is known of it.
struct Analysis<'t> {
    snapshot: &'t Snapshot,
    tree: &'t Tree,
    top: &'t Level,
    select: &'t Select,
    /// The columns that the key is, in key order.
    key: Vec<ItemColumn>,
}

/// Adds to the plan's occurrences what is kept from differences. `found` are their occurrences in the tree, `query` is that of
/// the view.
pub fn counters(
    snapshot: &Snapshot,
    view: &Relation,
    key: &[&Column],
    tree: &Tree,
    found: &[OccId],
    query: &Query,
    plan: &mut Plan,
) {
    // Parsing leaves ONLY out, with which the view has not the rows that a partitioned table captures.
    let has_only = view.definition.as_ref();
    let has_only = has_only.is_none_or(|definition| definition.contains("ONLY "));
    let (SetExpr::Select(select), Some(top), true) = (
        query.body.as_ref(),
        tree.levels.get(tree.top),
        !has_only && document::names_rows(snapshot, key, tree, plan),
    ) else {
        return;
    };
    let of_key = |c: &&Column| {
        let output = view.columns.iter().position(|o| o.num == c.num)?;
        plain(top.outputs.get(output)?.plain.as_ref()?)
    };
    let Some(key_columns) = key.iter().map(of_key).collect::<Option<Vec<_>>>() else {
        return;
    };
    let analysis = Analysis {
        snapshot,
        tree,
        top,
        select,
        key: key_columns,
    };
    let mut values = analysis.values();
    values.retain(|v| {
        let shown = view.columns.get(v.document);
        shown.is_some_and(|c| c.type_oid == document::JSONB)
    });
    let leaves: BTreeSet<NodeId> = values.iter().map(|v| v.leaf).collect();
    let mut members: Vec<Member> = Vec::new();
    for leaf in leaves {
        let own: Vec<&Found> = values.iter().filter(|v| v.leaf == leaf).collect();
        if let Some((at, relation)) = source(snapshot, tree, found, leaf) {
            members.extend(analysis.member(plan, key, at, relation, &own));
        }
    }
    for member in &members {
        let is_of_source = |m: &&Member| m.relation.oid == member.relation.oid;
        let of_plan = plan.occurrences.iter();
        let read = of_plan.filter(|o| o.source == member.relation.oid).count();
        // A source that is read otherwise, too, would be computed anew for that.
        if members.iter().filter(is_of_source).count() != read {
            continue;
        }
        let together = members.iter().filter(is_of_source).filter(|m| {
            let (columns, document) = (&member.columns, member.document);
            m.columns == *columns && m.document == document
        });
        let shown = view.columns.get(member.document);
        let leader = together.clone().map(|m| m.at).min();
        let all: Vec<&Found> = together.flat_map(|m| m.values.iter().copied()).collect();
        let (Some(shown), Some(leader), Some(id), Some(values), Some(occurrence)) = (
            shown,
            leader.and_then(|at| u32::try_from(at).ok()),
            row_id(member.relation),
            all.iter().map(|value| numbered(value, &all)).collect(),
            plan.occurrences.get_mut(member.at),
        ) else {
            continue;
        };
        let places = member.values.iter();
        occurrence.counters = Some(Counters {
            leader,
            id,
            values,
            places: places
                .map(|v| place(&v.counter, member.relation, shown))
                .collect(),
            document: shown.name.clone(),
            is_stamped: snapshot.target.updated_at,
        });
    }
}

/// The only entry of the plan for a leaf that is a plain source, and the source.
fn source<'s>(
    snapshot: &'s Snapshot,
    tree: &Tree,
    found: &[OccId],
    leaf: NodeId,
) -> Option<(usize, &'s Relation)> {
    let NodeKind::Table(id) = tree.nodes.get(leaf)?.kind else {
        return None;
    };
    let mut entries = (0..found.len()).filter(|at| found.get(*at) == Some(&id));
    let (at, None) = (entries.next()?, entries.next()) else {
        return None;
    };
    let relation = snapshot
        .relations
        .get(tree.occurrences.get(id)?.relation)
        .filter(|r| r.plain)?;
    Some((at, relation))
}

/// Columns that tell the rows of a relation apart.
fn row_id(relation: &Relation) -> Option<Vec<i16>> {
    let is_not_null = |num: &i16| {
        let column = relation.columns.iter().find(|c| c.num == *num);
        column.is_some_and(|c| c.not_null)
    };
    let complete = relation.unique.iter().filter(|u| u.iter().all(is_not_null));
    complete.min_by_key(|u| u.len()).cloned()
}

/// What is kept of a value, with the one among all that counts its inputs; none when it cannot do without.
fn numbered(value: &Found, all: &[&Found]) -> Option<Counter> {
    let number = all
        .iter()
        .position(|other| !value.is_count() && other.is_count() && other.has_inputs_of(value))
        .and_then(|at| u32::try_from(at).ok());
    let is_needed = value.counter.aggregate == Aggregate::Average;
    (number.is_some() || !is_needed).then(|| Counter {
        number,
        ..value.counter.clone()
    })
}

/// A value and its place, for people.
fn place(counter: &Counter, relation: &Relation, document: &Column) -> String {
    let column = counter
        .column
        .and_then(|num| relation.columns.iter().find(|c| c.num == num))
        .map_or("*", |c| c.name.as_str());
    let call = match counter.aggregate {
        Aggregate::Count => format!("count({column})"),
        Aggregate::Sum => format!("sum({column})"),
        Aggregate::Average => format!("avg({column})"),
        Aggregate::Max => format!("max({column})"),
        Aggregate::Min => format!("min({column})"),
    };
    let call = match restrictions::words(relation, &counter.restrictions) {
        Some(words) => format!("{call} where {words}"),
        None => call,
    };
    let call = if counter.or_zero {
        format!("coalesce({call}, 0)")
    } else {
        call
    };
    let path = counter.path.join(",");
    format!("{call} → {} #> {{{path}}}", document.name)
}

/// A column under nothing.
fn plain(plain: &super::tree::Plain) -> Option<ItemColumn> {
    plain.steps.is_empty().then_some(plain.column)
}

impl<'t> Analysis<'t> {
    /// The occurrence at a position of the plan, of whose rows these values are; none when they cannot be kept.
    fn member<'s>(
        &self,
        plan: &Plan,
        key: &[&Column],
        at: usize,
        relation: &'s Relation,
        own: &[&'s Found],
    ) -> Option<Member<'s>> {
        let first = own.first()?;
        let occurrence = plan.occurrences.get(at)?;
        let Strategy::Key {
            columns,
            lookup: None,
        } = &occurrence.strategy
        else {
            return None;
        };
        let held = self.link(first.leaf)?;
        let held: Vec<&Column> = held
            .iter()
            .filter_map(|column| relation.columns.get(*column))
            .collect();
        let has_types = held.iter().zip(key).all(|(c, key)| {
            types::is_exact(c) && c.type_oid == key.type_oid && c.collation == key.collation
        });
        let fits = held.iter().map(|c| c.num).eq(columns.iter().copied())
            && has_types
            && own.iter().all(|v| v.document == first.document)
            && !occurrence.null_key
            && occurrence.columns.is_some();
        fits.then_some(Member {
            at,
            relation,
            columns: columns.clone(),
            document: first.document,
            values: own.to_vec(),
        })
    }

    /// The values of documents that aggregate the rows of one leaf.
    fn values(&self) -> Vec<Found> {
        let grouped = self.grouped();
        if grouped.is_none() && !document::passes_rows_on(self.top) {
            return Vec::new();
        }
        let mut values = Vec::new();
        for (at, (item, output)) in self.items().zip(&self.top.outputs).enumerate() {
            let parts = document::parts(item);
            if parts.len() != output.fields.len() {
                continue;
            }
            for ((path, part), field) in parts.into_iter().zip(&output.fields) {
                let found = match &grouped {
                    Some(counted) => self.of_group(counted, part, field),
                    None => self.subquery(part, field),
                };
                if let Some((leaf, source, mut counter)) = found.filter(|_| path == field.path) {
                    let read = source
                        .columns
                        .iter()
                        .find(|c| Some(c.num) == counter.column);
                    let nullable = read.filter(|c| !c.not_null).map(|c| c.num);
                    counter.path = path;
                    values.push(Found {
                        leaf,
                        source: source.oid,
                        document: at,
                        counter,
                        nullable,
                    });
                }
            }
        }
        // An average alone does not tell the sum.
        let is_told = |v: &Found| {
            v.counter.aggregate != Aggregate::Average
                || values.iter().any(|o| o.is_count() && o.has_inputs_of(v))
        };
        let told: Vec<bool> = values.iter().map(is_told).collect();
        let mut told = told.into_iter();
        values.retain(|_| told.next() == Some(true));
        if let Some(counted) = grouped {
            if !self.reads_no_more(&counted, &values) {
                values.clear();
            }
        }
        values
    }

    /// The expressions of the select list.
    fn items(&self) -> impl Iterator<Item = &'t Expr> {
        use sqlparser::ast::SelectItem::{ExprWithAlias, UnnamedExpr};
        self.select.projection.iter().filter_map(|item| match item {
            UnnamedExpr(expr) | ExprWithAlias { expr, .. } => Some(expr),
            _ => None,
        })
    }

    /// A value that is an aggregate of the counted rows of a group.
    fn of_group(
        &self,
        counted: &Counted<'t>,
        part: &Expr,
        field: &super::tree::Field,
    ) -> Option<(NodeId, &'t Relation, Counter)> {
        let call = aggregate(part)?;
        let named = &counted.named;
        let own = call
            .filter
            .map_or(Some(Vec::new()), |f| chosen(f, named, 0))?;
        // Without either the row of an order-less customer would count as well.
        let is_of_row = call.argument.is_some() || own.iter().any(|r| r.test != Test::Null);
        let chosen = counted.restrictions.iter().cloned().chain(own).collect();
        (is_of_row && reads_only_leaf(&field.references, counted.leaf))
            .then(|| Some((counted.leaf, named.relation, counter(&call, named, chosen)?)))?
    }

    /// A value that is an aggregate in a subquery over one table, of whose rows those count that have the key.
    fn subquery(
        &self,
        part: &Expr,
        field: &super::tree::Field,
    ) -> Option<(NodeId, &'t Relation, Counter)> {
        let (part, is_zero) = or_zero(part);
        let Expr::Subquery(query) = strip(part) else {
            return None;
        };
        let select = simple(query)?;
        let [only] = select.projection.as_slice() else {
            return None;
        };
        let (sqlparser::ast::SelectItem::UnnamedExpr(item)
        | sqlparser::ast::SelectItem::ExprWithAlias { expr: item, .. }) = only
        else {
            return None;
        };
        let call = aggregate(item)?.or_zero(is_zero)?;
        let is_ungrouped = matches!(&select.group_by, GroupByExpr::Expressions(list, modifiers)
            if list.is_empty() && modifiers.is_empty());
        let read = &field.references;
        let ([level], true, true) = (read.levels.as_slice(), is_ungrouped, read.whole.is_empty())
        else {
            return None;
        };
        let level = self.tree.levels.get(*level)?;
        let ([leaf], [output]) = (level.roots.as_slice(), level.outputs.as_slice()) else {
            return None;
        };
        let named = self.named(*leaf, &select.from.first()?.relation)?;
        let mut restrictions = chosen(select.selection.as_ref()?, &named, self.key.len())?;
        if let Some(filter) = call.filter {
            restrictions.extend(chosen(filter, &named, 0)?);
        }
        let is_alone = level.references.levels.is_empty()
            && level.references.whole.is_empty()
            && reads_only_leaf(&output.references, *leaf)
            && level.aggregated
            && !level.limited
            && level.windows.is_empty();
        self.held(*leaf, &level.conditions).filter(|_| is_alone)?;
        Some((*leaf, named.relation, counter(&call, &named, restrictions)?))
    }

    /// The name under which a leaf that is a source stands in FROM.
    fn named(&self, leaf: NodeId, factor: &TableFactor) -> Option<Named<'t>> {
        let NodeKind::Table(id) = self.tree.nodes.get(leaf)?.kind else {
            return None;
        };
        let relation = self.tree.occurrences.get(id)?.relation;
        Some(Named {
            alias: alias(factor)?,
            relation: self.snapshot.relations.get(relation)?,
        })
    }

    /// The columns of a leaf that equal the key by these conditions, in key order, when no other columns are equal by them.
    fn held(&self, leaf: NodeId, conditions: &[Condition]) -> Option<Vec<usize>> {
        let equal = conditions.iter().filter_map(|condition| match condition {
            Condition::Equal(a, b, op) => Some((a, b, op)),
            _ => None,
        });
        let pairs: Option<Vec<(ItemColumn, ItemColumn)>> = equal
            .map(|(a, b, op)| {
                let (a, b) = (plain(a)?, plain(b)?);
                let pair = if a.node == leaf { (a, b) } else { (b, a) };
                (*op == EqualOp::Catalog).then_some(pair)
            })
            .collect();
        let pairs = pairs.filter(|p| p.len() == self.key.len())?;
        self.key
            .iter()
            .map(|key| {
                let (own, _) = pairs.iter().find(|(_, other)| other == key)?;
                (own.node == leaf && key.node != leaf).then_some(own.column)
            })
            .collect()
    }

    /// The columns of a counted leaf that are the key.
    fn link(&self, leaf: NodeId) -> Option<Vec<usize>> {
        let node = self.tree.nodes.get(leaf)?;
        if let Some(join) = node.parent {
            let NodeKind::Join { conditions, .. } = &self.tree.nodes.get(join)?.kind else {
                return None;
            };
            return self.held(leaf, conditions);
        }
        self.held(leaf, &self.tree.levels.get(node.level)?.conditions)
    }

    /// What is counted in a view of the form `SELECT … FROM root LEFT JOIN leaf ON leaf.fk = root.key GROUP BY root.key, …`.
    fn grouped(&self) -> Option<Counted<'t>> {
        let (tree, top, select) = (self.tree, self.top, self.select);
        let is_plain = top.aggregated
            && top.grouped
            && !top.partly_grouped
            && !top.distinct
            && !top.limited
            && !top.recursive
            && top.windows.is_empty()
            && top.branches.is_none()
            && top.references.levels.is_empty()
            && top.references.whole.is_empty()
            && select.having.is_none();
        let [root] = top.roots.as_slice() else {
            return None;
        };
        let NodeKind::Join {
            kind: JoinKind::Left,
            left,
            right,
            conditions,
            ..
        } = &tree.nodes.get(*root)?.kind
        else {
            return None;
        };
        if !is_plain {
            return None;
        }
        let (first, other, on) = left_join(select)?;
        let (first, named) = (alias(first)?, self.named(*right, other)?);
        let restrictions = chosen(on, &named, self.key.len())?;
        self.held(*right, conditions)?;
        // One row of the left table makes a group.
        let GroupByExpr::Expressions(list, modifiers) = &select.group_by else {
            return None;
        };
        let groups_by_left = modifiers.is_empty()
            && top.group_columns.len() == list.len()
            && top.group_columns.iter().all(|c| c.node == *left)
            && self.key.iter().all(|c| top.group_columns.contains(c));
        let reads_left = select
            .selection
            .as_ref()
            .is_none_or(|selection| reads_only(selection, &first));
        (groups_by_left && self.is_unique(*left) && reads_left).then_some(Counted {
            leaf: *right,
            named,
            restrictions,
        })
    }

    /// Whether a leaf is a table that has each key once.
    fn is_unique(&self, leaf: NodeId) -> bool {
        let Some(NodeKind::Table(id)) = self.tree.nodes.get(leaf).map(|n| &n.kind) else {
            return false;
        };
        let source = self.tree.occurrences.get(*id);
        let Some(relation) = source.and_then(|o| self.snapshot.relations.get(o.relation)) else {
            return false;
        };
        let columns = self
            .key
            .iter()
            .filter_map(|c| relation.columns.get(c.column));
        let key: Vec<i16> = columns.map(|c| c.num).collect();
        let mut unique = relation.unique.iter();
        unique.any(|columns| columns.iter().all(|num| key.contains(num)))
    }

    /// Whether the counted leaf of a grouped view is read for nothing but these values, the key and what chooses its rows.
    fn reads_no_more(&self, counted: &Counted<'_>, values: &[Found]) -> bool {
        let leaf = counted.leaf;
        let Some(link) = self.link(leaf) else {
            return false;
        };
        let chooses = |column: usize| {
            let column = counted.named.relation.columns.get(column);
            let mut restrictions = counted.restrictions.iter();
            column.is_some_and(|c| restrictions.any(|r| r.column == c.num))
        };
        let is_link =
            |c: &ItemColumn| c.node != leaf || link.contains(&c.column) || chooses(c.column);
        // An aggregate of anything tells how many rows the group has; that of a subquery may be one of the group.
        let reads = |references: &super::tree::References| {
            references.aggregates
                || !references.levels.is_empty()
                || references.whole.contains(&leaf)
                || references.columns.iter().any(|c| c.node == leaf)
        };
        let is_counted = |document: usize, path: &[String]| {
            values
                .iter()
                .any(|v| v.document == document && v.counter.path == *path)
        };
        self.tree.levels.iter().enumerate().all(|(id, level)| {
            if id != self.tree.top {
                return !reads(&level.references)
                    && !level.outputs.iter().any(|o| reads(&o.references));
            }
            let outputs = level.outputs.iter().enumerate().all(|(at, output)| {
                if output.fields.is_empty() {
                    return !reads(&output.references);
                }
                let mut fields = output.fields.iter();
                fields.all(|f| is_counted(at, &f.path) || !reads(&f.references))
            });
            outputs && level.references.columns.iter().all(is_link)
        })
    }
}

impl Named<'_> {
    /// The column of the table that an expression is.
    fn column(&self, expr: &Expr) -> Option<&Column> {
        let Expr::CompoundIdentifier(parts) = expr else {
            return None;
        };
        let [alias, name] = parts.as_slice() else {
            return None;
        };
        let name = folded(name);
        let mut columns = self.relation.columns.iter();
        columns
            .find(|c| c.name == name)
            .filter(|_| folded(alias) == self.alias)
    }

    /// What a comparison of one of its columns with constants asks.
    fn restriction(&self, condition: &Expr) -> Option<Restriction> {
        let (side, compared) = compared(condition)?;
        let (side, steps) = peel(side);
        let column = self.column(side)?;
        let is_bare = types::apply(&steps, column)?.is_empty();
        is_bare.then_some(Restriction {
            column: column.num,
            test: types::test(column, &compared)?,
        })
    }
}

impl Call<'_> {
    /// The same under `coalesce` with 0, if it is; none when that is not known.
    fn or_zero(self, is_zero: bool) -> Option<Self> {
        let or_zero = match (is_zero, self.aggregate) {
            (false, _) | (_, Aggregate::Count) => self.or_zero,
            (true, Aggregate::Sum | Aggregate::Average) => true,
            (true, Aggregate::Max | Aggregate::Min) => return None,
        };
        Some(Call { or_zero, ..self })
    }
}

/// What is kept of an aggregate over the rows of a table of which these are true; none when it has a type of which that is not exact.
fn counter(
    call: &Call<'_>,
    named: &Named<'_>,
    mut restrictions: Vec<Restriction>,
) -> Option<Counter> {
    let column = match call.argument {
        Some(argument) => Some(named.column(strip(argument))?),
        None => None,
    };
    let type_oid = column.map_or(0, |c| c.type_oid);
    let scale = column.and_then(|c| c.scale);
    let is_number = types::is_integer(type_oid) || scale.is_some();
    let fits = match call.aggregate {
        Aggregate::Count => true,
        Aggregate::Sum | Aggregate::Average => is_number,
        Aggregate::Max | Aggregate::Min => is_number || types::is_time(type_oid),
    };
    let says_something = |r: &Restriction| {
        let mut columns = named.relation.columns.iter();
        r.test != Test::NotNull || columns.any(|c| c.num == r.column && !c.not_null)
    };
    restrictions.retain(says_something);
    restrictions.sort_by(|a, b| (a.column, &a.test).cmp(&(b.column, &b.test)));
    restrictions.dedup();
    fits.then(|| Counter {
        path: Vec::new(),
        aggregate: call.aggregate,
        or_zero: call.or_zero,
        column: column.map(|c| c.num),
        type_oid,
        scale: scale.unwrap_or(0),
        restrictions,
        number: None,
    })
}

/// Whether columns of this leaf are all that is read.
fn reads_only_leaf(references: &super::tree::References, leaf: NodeId) -> bool {
    references.levels.is_empty()
        && references.whole.is_empty()
        && references.columns.iter().all(|c| c.node == leaf)
}

/// The name that columns of a table in FROM have before theirs; none when it renames them.
fn alias(factor: &TableFactor) -> Option<String> {
    let TableFactor::Table { name, alias, .. } = factor else {
        return None;
    };
    match alias {
        Some(alias) => alias.columns.is_empty().then(|| folded(&alias.name)),
        None => name.0.last()?.as_ident().map(folded),
    }
}

/// Both tables of `FROM first LEFT JOIN other ON …`, and the condition.
fn left_join(select: &Select) -> Option<(&TableFactor, &TableFactor, &Expr)> {
    let [mut element] = select.from.iter().collect::<Vec<_>>()[..] else {
        return None;
    };
    // The server prints a join in parentheses.
    while let (
        TableFactor::NestedJoin {
            table_with_joins,
            alias: None,
        },
        [],
    ) = (&element.relation, element.joins.as_slice())
    {
        element = table_with_joins;
    }
    let [Join {
        relation,
        join_operator:
            JoinOperator::Left(JoinConstraint::On(on)) | JoinOperator::LeftOuter(JoinConstraint::On(on)),
        ..
    }] = element.joins.as_slice()
    else {
        return None;
    };
    Some((&element.relation, relation, on))
}

/// Whether an expression reads columns of one table only, each named with it.
fn reads_only(expr: &Expr, alias: &str) -> bool {
    let outcome = visit_expressions(expr, |e| {
        let is_known = match e {
            Expr::CompoundIdentifier(parts) => {
                parts.len() == 2 && parts.first().is_some_and(|p| folded(p) == alias)
            }
            Expr::Identifier(_)
            | Expr::QualifiedWildcard(..)
            | Expr::Wildcard(_)
            | Expr::CompoundFieldAccess { .. }
            | Expr::Subquery(_)
            | Expr::InSubquery { .. }
            | Expr::Exists { .. } => false,
            _ => true,
        };
        if is_known {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    outcome.is_continue()
}

/// The comparisons of a table's columns with constants of which, and of so many equalities of columns, a condition consists; none when
/// it says more.
fn chosen(condition: &Expr, named: &Named<'_>, count: usize) -> Option<Vec<Restriction>> {
    let mut equalities = 0;
    let mut restrictions = Vec::new();
    for expr in conjuncts(condition) {
        if equates_columns(expr) {
            equalities += 1;
        } else {
            restrictions.push(named.restriction(expr)?);
        }
    }
    (equalities == count).then_some(restrictions)
}

/// The SELECT of a query that has nothing around it.
fn simple(query: &Query) -> Option<&Select> {
    let is_bare = query.with.is_none()
        && query.order_by.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none();
    match query.body.as_ref() {
        SetExpr::Select(select)
            if is_bare
                && select.having.is_none()
                && select.distinct.is_none()
                && select.named_window.is_empty()
                && select.from.len() == 1 =>
        {
            let joins = select.from.first().map_or(0, |element| element.joins.len());
            Some(select.as_ref()).filter(|_| joins == 0)
        }
        _ => None,
    }
}

/// An aggregate, or one that is 0 where there is nothing.
fn aggregate(expr: &Expr) -> Option<Call<'_>> {
    let (expr, is_zero) = or_zero(expr);
    called(strip(expr))?.or_zero(is_zero)
}

/// The first argument of `coalesce(…, 0)`; anything else as it is.
fn or_zero(expr: &Expr) -> (&Expr, bool) {
    match call(strip(expr), "coalesce").as_deref() {
        Some([inner, zero]) if is_zero(zero) => (inner, true),
        _ => (expr, false),
    }
}

fn is_zero(expr: &Expr) -> bool {
    let (expr, steps) = peel(expr);
    // Under a scale it would be another zero.
    let is_plain = |step: &Step| matches!(step, Step::Cast(to) if ["bigint", "integer", "numeric"].iter().any(|t| to.eq_ignore_ascii_case(t)));
    steps.iter().all(is_plain)
        && matches!(expr, Expr::Value(value)
            if matches!(&value.value, Value::Number(digits, _) if digits == "0"))
}

/// A plain call of an aggregate of the server.
fn called(expr: &Expr) -> Option<Call<'_>> {
    let Expr::Function(function) = expr else {
        return None;
    };
    let name = match function.name.0.as_slice() {
        [only] => folded(only.as_ident()?),
        _ => return None,
    };
    let aggregate = match name.as_str() {
        "count" => Aggregate::Count,
        "sum" => Aggregate::Sum,
        "avg" => Aggregate::Average,
        "max" => Aggregate::Max,
        "min" => Aggregate::Min,
        _ => return None,
    };
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let is_plain = matches!(function.parameters, FunctionArguments::None)
        && function.over.is_none()
        && function.null_treatment.is_none()
        && function.within_group.is_empty()
        && list.duplicate_treatment.is_none()
        && list.clauses.is_empty();
    let argument = match arguments(&function.args) {
        [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)] if aggregate == Aggregate::Count => None,
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] => Some(expr),
        _ => return None,
    };
    is_plain.then_some(Call {
        aggregate,
        or_zero: false,
        argument,
        filter: function.filter.as_deref(),
    })
}
