//! Which columns of a source decide about nothing but values at known places of a document, so that a change of them can
//! be patched into it (docs/architecture.md, "Patching").
//!
//! A column that is read anywhere else, or at a place that is not known, is not among them. The rows of a source that make
//! elements of an array at a known place, and nothing else, are patched whatever of them changes.

use super::expression::{call, literal, peel, strip};
use super::tree::{
    Array, Condition, Field, ItemColumn, JoinKind, Level, LevelId, NodeId, NodeKind, OccId, Place,
    References, Step, Tree,
};
use super::{numbers, sql};
use crate::lineage::{
    Column, Copied, Copies, Elements, Occurrence, Patch, Plan, Relation, Snapshot, Strategy, Target,
};
use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments, GroupByExpr,
    OrderBySort, Query, SelectItem, SetExpr,
};
use std::collections::{BTreeMap, BTreeSet};

/// OID of `jsonb`.
pub const JSONB: u32 = 3802;
/// OIDs of `bigint`, `smallint` and `integer`.
const INTEGERS: [u32; 3] = [20, 21, 23];
/// OIDs of types whose values the library writes into documents itself (`pg::documents`): `boolean`, `bigint`, `smallint`, `integer`, `text`,
/// `character`, `character varying`, `date`, `timestamp`, `timestamp with time zone`, `numeric`, `uuid` and `jsonb`.
const COPIED: [u32; 13] = [
    16, 20, 21, 23, 25, 1042, 1043, 1082, 1114, 1184, 1700, 2950, JSONB,
];
/// Places of one document that are known apart.
const FIELD_LIMIT: usize = 1_000;

/// The values of a document that is built by nested calls of `jsonb_build_object` with constant keys, each with its path;
/// anything else is one value without a path.
pub fn parts(expr: &Expr) -> Vec<(Vec<String>, &Expr)> {
    let mut found = Vec::new();
    let mut open = vec![(Vec::new(), expr)];
    while let Some((path, expr)) = open.pop() {
        match pairs(expr).filter(|pairs| open.len() + found.len() + pairs.len() < FIELD_LIMIT) {
            Some(pairs) => open.extend(pairs.into_iter().rev().map(|(key, value)| {
                let mut path = path.clone();
                path.push(key.to_owned());
                (path, value)
            })),
            None => found.push((path, expr)),
        }
    }
    found
}

/// The pairs of a call of `jsonb_build_object`, when each key is a literal and there once.
fn pairs(expr: &Expr) -> Option<Vec<(&str, &Expr)>> {
    let arguments = call(strip(expr), "jsonb_build_object")?;
    if arguments.is_empty() || arguments.len() % 2 != 0 {
        return None;
    }
    let pairs: Option<Vec<(&str, &Expr)>> = arguments
        .chunks(2)
        .map(|pair| Some((literal(pair.first()?)?, *pair.get(1)?)))
        .collect();
    let keys: BTreeSet<&str> = pairs.iter().flatten().map(|(key, _)| *key).collect();
    pairs.filter(|pairs| pairs.len() == keys.len())
}

/// An array as it is written: `(SELECT jsonb_agg(jsonb_build_object(...) ORDER BY ...) FROM ...)`, be it with an empty array
/// for none.
pub struct WrittenArray<'e> {
    /// What its elements are ordered by first.
    pub order: &'e Expr,
    pub is_descending: bool,
    /// The pairs of an element.
    pub pairs: Vec<(&'e str, &'e Expr)>,
    pub may_be_empty: bool,
}

/// The array that an expression is.
pub fn array(expr: &Expr) -> Option<WrittenArray<'_>> {
    let expr = strip(expr);
    let (query, may_be_empty) = match (expr, call(expr, "coalesce").as_deref()) {
        (Expr::Subquery(query), _) => (query, false),
        (_, Some([array, none])) if is_empty_array(none) => match strip(array) {
            Expr::Subquery(query) => (query, true),
            _ => return None,
        },
        _ => return None,
    };
    let Expr::Function(function) = only_column(query)? else {
        return None;
    };
    let mut bare = function.clone();
    let FunctionArguments::List(list) = &mut bare.args else {
        return None;
    };
    // What is left without these must be a plain call. A filter is one more condition of each row.
    list.clauses.clear();
    bare.filter = None;
    call(&Expr::Function(bare), "jsonb_agg")?;
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let ([FunctionArg::Unnamed(FunctionArgExpr::Expr(element))], [clause]) =
        (list.args.as_slice(), list.clauses.as_slice())
    else {
        return None;
    };
    let FunctionArgumentClause::OrderBy(orders) = clause else {
        return None;
    };
    let first = orders.first()?;
    Some(WrittenArray {
        order: &first.expr,
        is_descending: match &first.options.sort {
            None | Some(OrderBySort::Asc) => false,
            Some(OrderBySort::Desc) => true,
            Some(_) => return None,
        },
        pairs: pairs(element)?,
        may_be_empty,
    })
}

/// The only column of a query that does no more than join, filter and give one row.
fn only_column(query: &Query) -> Option<&Expr> {
    let SetExpr::Select(select) = query.body.as_ref() else {
        return None;
    };
    let groups = match &select.group_by {
        GroupByExpr::Expressions(list, modifiers) => !list.is_empty() || !modifiers.is_empty(),
        GroupByExpr::All(_) => true,
    };
    let is_plain = query.with.is_none()
        && query.order_by.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none()
        && select.distinct.is_none()
        && select.having.is_none()
        && select.named_window.is_empty()
        && !groups;
    match select.projection.as_slice() {
        [SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }] if is_plain => {
            Some(strip(expr))
        }
        _ => None,
    }
}

/// Whether it is `'[]'::jsonb`.
fn is_empty_array(expr: &Expr) -> bool {
    let (inner, steps) = peel(expr);
    let is_cast =
        |step: &Step| matches!(step, Step::Cast(cast) if cast.eq_ignore_ascii_case("jsonb"));
    literal(inner) == Some("[]") && steps.iter().all(is_cast)
}

/// A value of a document: position of the document in the view, position among its values.
type Spot = (usize, usize);

/// Where the columns of leaves are read.
struct Readers<'t> {
    tree: &'t Tree,
    /// Columns that are read where more than a value of a document may depend on them.
    elsewhere: BTreeSet<ItemColumn>,
    /// Leaves that are read as a whole row.
    whole: BTreeSet<NodeId>,
    /// Result columns of the level around that read a column.
    outputs: BTreeMap<ItemColumn, BTreeSet<usize>>,
    /// Values of documents that read a column of the topmost level's leaves.
    fields: BTreeMap<ItemColumn, BTreeSet<Spot>>,
}

impl<'t> Readers<'t> {
    fn of(tree: &'t Tree) -> Self {
        let mut readers = Readers {
            tree,
            elsewhere: BTreeSet::new(),
            whole: BTreeSet::new(),
            outputs: BTreeMap::new(),
            fields: BTreeMap::new(),
        };
        for (id, level) in tree.levels.iter().enumerate() {
            readers.other(&level.references);
            for (at, output) in level.outputs.iter().enumerate() {
                if id == tree.top && output.fields.is_empty() {
                    readers.other(&output.references);
                } else if id == tree.top {
                    for (field, value) in output.fields.iter().enumerate() {
                        readers.field(id, (at, field), value);
                    }
                } else if output.always {
                    readers.other(&output.references);
                } else {
                    readers.whole.extend(&output.references.whole);
                    for column in &output.references.columns {
                        if readers.is_at(*column, id) {
                            readers.outputs.entry(*column).or_default().insert(at);
                        } else {
                            readers.elsewhere.insert(*column);
                        }
                    }
                }
            }
        }
        readers
    }

    fn is_at(&self, column: ItemColumn, level: LevelId) -> bool {
        let node = self.tree.nodes.get(column.node);
        node.is_some_and(|node| node.level == level)
    }

    fn other(&mut self, references: &References) {
        self.elsewhere.extend(&references.columns);
        self.whole.extend(&references.whole);
    }

    fn field(&mut self, level: LevelId, spot: Spot, value: &Field) {
        if value.always {
            self.other(&value.references);
            return;
        }
        self.whole.extend(&value.references.whole);
        for column in &value.references.columns {
            if self.is_at(*column, level) {
                self.fields.entry(*column).or_default().insert(spot);
            } else {
                self.elsewhere.insert(*column);
            }
        }
    }

    /// The values of documents that read a column of a leaf; none when anything else may depend on it.
    fn spots(&self, column: ItemColumn) -> Option<BTreeSet<Spot>> {
        let mut spots = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![column];
        while let Some(column) = open.pop() {
            if !seen.insert(column) {
                continue;
            }
            let node = self.tree.nodes.get(column.node)?;
            let level = self.tree.levels.get(node.level)?;
            if self.elsewhere.contains(&column)
                || self.whole.contains(&column.node)
                || !passes_rows_on(level)
            {
                return None;
            }
            spots.extend(self.fields.get(&column).into_iter().flatten());
            let Some(outputs) = self.outputs.get(&column) else {
                continue;
            };
            let Place::From(node) = level.place else {
                return None;
            };
            open.extend(outputs.iter().map(|column| ItemColumn {
                node,
                column: *column,
            }));
        }
        Some(spots)
    }
}

/// Whether each result row of a level is made of one combination of rows of its FROM, and of no other row.
pub fn passes_rows_on(level: &Level) -> bool {
    !(level.aggregated
        || level.grouped
        || level.distinct
        || level.distinct_on.is_some()
        || level.branches.is_some()
        || !level.windows.is_empty()
        || level.limited
        || level.recursive
        || level.values)
}

/// Whether a key names one row of the view, which is determined by its sources.
pub fn names_rows(snapshot: &Snapshot, key: &[&Column], tree: &Tree, plan: &Plan) -> bool {
    let target = &snapshot.target;
    let is_determined = !tree.unresolved && !target.allow_volatile && target.unwatched.is_empty();
    let is_whole = !key.is_empty() && plan.key.len() == key.len() && key.len() == target.key.len();
    is_determined && is_whole && !tree.has_siblings
}

/// Adds to the plan's occurrences what can be patched. `found` are their occurrences in the tree.
pub fn patches(
    snapshot: &Snapshot,
    view: &Relation,
    key: &[&Column],
    tree: &Tree,
    found: &[OccId],
    plan: &mut Plan,
) {
    let target = &snapshot.target;
    if !names_rows(snapshot, key, tree, plan) {
        return;
    }
    let readers = Readers::of(tree);
    // What a climb passes over stays as it is.
    let mut carried: BTreeMap<u32, BTreeSet<i16>> = BTreeMap::new();
    for occurrence in &plan.occurrences {
        match &occurrence.strategy {
            Strategy::Key { columns, .. } => {
                carried.entry(occurrence.id).or_default().extend(columns)
            }
            Strategy::Link {
                to,
                from,
                to_columns,
                ..
            } => {
                carried.entry(occurrence.id).or_default().extend(from);
                carried.entry(*to).or_default().extend(to_columns);
            }
            Strategy::Full => {}
        }
    }
    let tells = Telling {
        snapshot,
        tree,
        found,
        plan,
    };
    let tells_rows: Vec<bool> = (0..plan.occurrences.len())
        .map(|at| tells.row_of_key(at))
        .collect();
    for (at, occurrence) in plan.occurrences.iter_mut().enumerate() {
        let Some(id) = found.get(at) else { continue };
        let has_one_way = found.iter().filter(|other| *other == id).count() == 1;
        let climbs = match &occurrence.strategy {
            Strategy::Key { .. } => true,
            Strategy::Link { elements, .. } => !elements,
            Strategy::Full => false,
        };
        let source = tree.occurrences.get(*id);
        let relation = source.and_then(|o| snapshot.relations.get(o.relation));
        let names_row = tells_rows.get(at) == Some(&true);
        let (Some(source), Some(relation), Some(columns), true, true) =
            (source, relation, &occurrence.columns, has_one_way, climbs)
        else {
            continue;
        };
        let held = carried.get(&occurrence.id);
        let free = relation.columns.iter().enumerate().filter(|(_, c)| {
            columns.contains(&c.num) && !held.is_some_and(|held| held.contains(&c.num))
        });
        let read: Vec<(usize, BTreeSet<Spot>)> = free
            .filter_map(|(column, _)| {
                let node = source.node;
                Some((column, readers.spots(ItemColumn { node, column })?))
            })
            .filter(|(_, spots)| !spots.is_empty())
            .collect();
        occurrence.patch = patch(target, view, key, tree, relation, &read);
        if let Some(patch) = &mut occurrence.patch {
            let copies = Copying {
                tree,
                view,
                relation,
                node: source.node,
            };
            patch.copies = copies.of(patch, &read).filter(|_| names_row);
        }
    }
    let arrays = Arrays {
        snapshot,
        view,
        key,
        tree,
    };
    for at in 0..plan.occurrences.len() {
        let found = found.get(at).and_then(|id| arrays.patch(*id, at, plan));
        if let (Some(occurrence), Some(found)) = (plan.occurrences.get_mut(at), found) {
            occurrence.patch = Some(found);
        }
    }
}

/// Finds what is patched of a source whose rows make elements of an array.
struct Arrays<'t> {
    snapshot: &'t Snapshot,
    view: &'t Relation,
    key: &'t [&'t Column],
    tree: &'t Tree,
}

impl Arrays<'_> {
    fn patch(&self, source: OccId, at: usize, plan: &Plan) -> Option<Patch> {
        let occurrence = plan.occurrences.get(at)?;
        let Strategy::Key {
            columns: held,
            lookup: None,
        } = &occurrence.strategy
        else {
            return None;
        };
        // What another appearance of the source leads to is computed anew, most likely the same row.
        let same = |other: &&Occurrence| other.source == occurrence.source;
        if plan.occurrences.iter().filter(same).count() > 1 {
            return None;
        }
        let tree = self.tree;
        let source = tree.occurrences.get(source)?;
        let relation = self.snapshot.relations.get(source.relation)?;
        let level = tree.nodes.get(source.node)?.level;
        let (document, field, array) = self.field(level)?;
        if array.column.node != source.node || !self.is_in_every_row(source.node) {
            return None;
        }
        // From here on it is a matter of speed: where an element has no identity of its own, or one row makes several, each
        // patch of it would be given up.
        let column = relation.columns.get(array.column.column)?;
        let numbers: Vec<i16> = held.iter().copied().chain([column.num]).collect();
        let is_identity = INTEGERS.contains(&column.type_oid)
            && column.not_null
            && relation
                .unique
                .iter()
                .any(|unique| unique.iter().all(|num| numbers.contains(num)));
        if !is_identity || !self.makes_one(level, source.node) {
            return None;
        }
        let shown = self.view.columns.get(document);
        let shown = shown.filter(|c| c.type_oid == JSONB)?;
        Some(Patch {
            columns: Vec::new(),
            places: vec![format!(
                "row → {} #> {{{}}}[{} = {}]",
                shown.name,
                field.path.join(","),
                array.identity,
                column.name
            )],
            document: shown.num,
            paths: vec![field.path.clone()],
            copies: None,
            elements: Some(Elements {
                column: column.num,
                identity: array.identity.clone(),
                is_descending: array.is_descending,
                may_be_empty: array.may_be_empty,
            }),
            is_stamped: self.snapshot.target.updated_at,
            fetch: sql::patch(self.view, self.key, shown),
        })
    }

    /// The only place where a level is read, when that is an array in a document and nothing but rows of it depends on it.
    fn field(&self, level: LevelId) -> Option<(usize, &Field, &Array)> {
        let top = self.tree.levels.get(self.tree.top)?;
        if !passes_rows_on(top) || top.references.levels.contains(&level) {
            return None;
        }
        let mut fields = top.outputs.iter().enumerate().flat_map(|(at, output)| {
            let fields = output.fields.iter();
            fields.map(move |field| (at, field))
        });
        fields.find_map(|(at, field)| {
            let array = field.array.as_ref().filter(|a| a.level == level)?;
            (!field.always).then_some((at, field, array))
        })
    }

    /// Whether each row of a FROM clause has a real row of this leaf.
    fn is_in_every_row(&self, mut node: NodeId) -> bool {
        while let Some(parent) = self.tree.nodes.get(node).and_then(|n| n.parent) {
            let Some(NodeKind::Join {
                kind, left, right, ..
            }) = self.tree.nodes.get(parent).map(|n| &n.kind)
            else {
                return false;
            };
            let stays = match kind {
                JoinKind::Inner => true,
                JoinKind::Left => *left == node,
                JoinKind::Right => *right == node,
                JoinKind::Full => false,
            };
            // What is above was made later.
            if !stays || parent <= node {
                return false;
            }
            node = parent;
        }
        true
    }

    /// Whether a row of a leaf is in one row of its level at most: all other leaves are tables of which it finds one row by
    /// a unique key, be it through one another.
    fn makes_one(&self, level: LevelId, node: NodeId) -> bool {
        let Some(here) = self.tree.levels.get(level) else {
            return false;
        };
        let mut conditions: Vec<&Condition> = here.conditions.iter().collect();
        let mut others = Vec::new();
        let mut open = here.roots.clone();
        while let Some(at) = open.pop() {
            match self.tree.nodes.get(at).map(|n| &n.kind) {
                Some(NodeKind::Join {
                    left,
                    right,
                    conditions: on,
                    ..
                }) => {
                    open.extend([*left, *right]);
                    conditions.extend(on);
                }
                Some(NodeKind::Table(_)) if at == node => {}
                Some(NodeKind::Table(other)) => others.push((at, *other)),
                // The leaf of a subquery in a condition gives no rows.
                _ => return false,
            }
        }
        let equalities: Vec<(ItemColumn, ItemColumn)> = conditions
            .iter()
            .filter_map(|condition| match condition {
                Condition::Equal(a, b, _) if a.steps.is_empty() && b.steps.is_empty() => {
                    Some((a.column, b.column))
                }
                _ => None,
            })
            .flat_map(|(a, b)| [(a, b), (b, a)])
            .collect();
        let unique = |other: OccId| {
            let occurrence = self.tree.occurrences.get(other)?;
            self.snapshot.relations.get(occurrence.relation)
        };
        // Each round finds one at least, or none is found any more.
        while !others.is_empty() {
            let before = others.len();
            let open: BTreeSet<NodeId> = others.iter().map(|(at, _)| *at).collect();
            others.retain(|(at, other)| {
                let Some(relation) = unique(*other) else {
                    return true;
                };
                let bound: BTreeSet<i16> = equalities
                    .iter()
                    .filter(|(own, given)| own.node == *at && !open.contains(&given.node))
                    .filter_map(|(own, _)| relation.columns.get(own.column).map(|c| c.num))
                    .collect();
                let is_found = |set: &Vec<i16>| set.iter().all(|num| bound.contains(num));
                !relation.unique.iter().any(is_found)
            });
            if others.len() == before {
                return false;
            }
        }
        true
    }
}

/// What is patched of the columns of a source, given where each is read: those of the first document among the places.
fn patch(
    target: &Target,
    view: &Relation,
    key: &[&Column],
    tree: &Tree,
    relation: &Relation,
    read: &[(usize, BTreeSet<Spot>)],
) -> Option<Patch> {
    let only = |spots: &BTreeSet<Spot>| {
        let documents: BTreeSet<usize> = spots.iter().map(|(document, _)| *document).collect();
        documents.first().copied().filter(|_| documents.len() == 1)
    };
    let document = read.iter().find_map(|(_, spots)| only(spots))?;
    let shown = view.columns.get(document).filter(|c| c.type_oid == JSONB)?;
    let fields = &tree.levels.get(tree.top)?.outputs.get(document)?.fields;
    let path = |spot: &Spot| Some(fields.get(spot.1)?.path.clone());
    let mut columns = BTreeSet::new();
    let mut places = Vec::new();
    let mut paths = BTreeSet::new();
    for (column, spots) in read
        .iter()
        .filter(|(_, spots)| only(spots) == Some(document))
    {
        columns.insert(*column);
        let own: Vec<Vec<String>> = spots.iter().filter_map(path).collect();
        let name = &relation.columns.get(*column)?.name;
        let of_path = |path: &Vec<String>| format!("{} #> {{{}}}", shown.name, path.join(","));
        let list: Vec<String> = own.iter().map(of_path).collect();
        places.push(format!("{name} → {}", list.join(", ")));
        paths.extend(own);
    }
    Some(Patch {
        columns: numbers(relation, Some(columns)).0?,
        places,
        document: shown.num,
        paths: paths.into_iter().collect(),
        copies: None,
        elements: None,
        is_stamped: target.updated_at,
        fetch: sql::patch(view, key, shown),
    })
}

/// Finds the occurrences of which it is known whose row a document shows.
struct Telling<'t> {
    snapshot: &'t Snapshot,
    tree: &'t Tree,
    found: &'t [OccId],
    plan: &'t Plan,
}

impl Telling<'_> {
    /// Whether the keys that a row of an occurrence leads to are those of the view's rows which that row is part of, and no other row of
    /// the occurrence is part of them: each row on the way is the only one with the values that lead on, and in every row of the view.
    /// All changes of these rows are captured as the source's own.
    fn row_of_key(&self, mut at: usize) -> bool {
        // A path is never longer than there are occurrences.
        for _ in 0..self.plan.occurrences.len() {
            let (Some(occurrence), Some(id)) = (self.plan.occurrences.get(at), self.found.get(at))
            else {
                return false;
            };
            let (columns, next) = match &occurrence.strategy {
                Strategy::Key {
                    columns,
                    lookup: None,
                } if occurrence.gives_key => (columns, None),
                Strategy::Link {
                    to,
                    from,
                    to_columns,
                    lock_edge: false,
                    elements: false,
                    nulls: false,
                    ..
                } => {
                    let hop = (*to as usize, from.as_slice(), to_columns.as_slice());
                    if !self.is_where_it_leads(*id, hop) {
                        return false;
                    }
                    (from, Some(*to as usize))
                }
                _ => return false,
            };
            let source = self.tree.occurrences.get(*id);
            let relation = source.and_then(|o| self.snapshot.relations.get(o.relation));
            let is_within = |unique: &Vec<i16>| unique.iter().all(|num| columns.contains(num));
            let is_one = relation.is_some_and(|r| r.plain && r.unique.iter().any(is_within));
            let has_one_way = self.found.iter().filter(|other| *other == id).count() == 1;
            match next {
                _ if !is_one || !has_one_way => return false,
                None => return true,
                Some(next) => at = next,
            }
        }
        false
    }

    /// Whether each row of the view that a row is part of over which an occurrence climbs has a row of that occurrence, if there is one
    /// with the values that link the two.
    fn is_where_it_leads(&self, id: OccId, hop: (usize, &[i16], &[i16])) -> bool {
        let tree = self.tree;
        let Some(mut node) = tree.occurrences.get(id).map(|o| o.node) else {
            return false;
        };
        // On the nullable side of an outer join that asks for nothing but the link.
        let outer = |at: NodeId| match tree.nodes.get(at).map(|n| &n.kind) {
            Some(NodeKind::Join {
                kind: JoinKind::Left | JoinKind::Right,
                conditions,
                is_complete: true,
                ..
            }) => conditions.iter().all(|c| self.is_tie(c, id, hop)),
            _ => false,
        };
        let joined = tree.nodes.get(node).and_then(|n| n.parent);
        let excepted = joined.filter(|at| outer(*at));
        // A level lies within fewer than there are.
        for _ in 0..tree.levels.len() {
            let Some((at, level)) = tree
                .nodes
                .get(node)
                .and_then(|n| Some((n.level, tree.levels.get(n.level)?)))
            else {
                return false;
            };
            if tree.is_nullable(node, |join, _| Some(join) != excepted) || !passes_rows_on(level) {
                return false;
            }
            match level.place {
                _ if at == tree.top => return true,
                Place::From(outer) => node = outer,
                _ => return false,
            }
        }
        false
    }

    /// Whether a condition equates columns of an occurrence and of the one it climbs to that link the two.
    fn is_tie(&self, condition: &Condition, id: OccId, hop: (usize, &[i16], &[i16])) -> bool {
        let (to, from, to_columns) = hop;
        let column = |id: OccId, column: ItemColumn| {
            let column = self.tree.origin(column)?;
            let source = self.tree.occurrences.get(id)?;
            let relation = self.snapshot.relations.get(source.relation)?;
            let found = relation.columns.get(column.column)?;
            (column.node == source.node).then_some(found.num)
        };
        let (Condition::Equal(a, b, _), Some(to)) = (condition, self.found.get(to)) else {
            return false;
        };
        let pairs = [(a, b), (b, a)]
            .map(|(own, other)| Some((column(id, own.column)?, column(*to, other.column)?)));
        let mut ties = from.iter().copied().zip(to_columns.iter().copied());
        ties.any(|tie| pairs.contains(&Some(tie)))
    }
}

/// Finds the columns of a source that stand at their places as they are.
struct Copying<'t> {
    tree: &'t Tree,
    view: &'t Relation,
    relation: &'t Relation,
    node: NodeId,
}

impl Copying<'_> {
    /// Of the columns that are patched; none when there are none.
    fn of(&self, patch: &Patch, read: &[(usize, BTreeSet<Spot>)]) -> Option<Copies> {
        let document = self.view.columns.iter().find(|c| c.num == patch.document)?;
        let columns: Vec<Copied> = read
            .iter()
            .filter_map(|(column, spots)| self.copied(*column, spots))
            .filter(|copied| patch.columns.contains(&copied.column))
            .collect();
        (!columns.is_empty()).then(|| Copies {
            document: document.name.clone(),
            columns,
        })
    }

    fn copied(&self, column: usize, spots: &BTreeSet<Spot>) -> Option<Copied> {
        let own = ItemColumn {
            node: self.node,
            column,
        };
        let top = self.tree.levels.get(self.tree.top)?;
        let path = |(document, field): &Spot| {
            let field = top.outputs.get(*document)?.fields.get(*field)?;
            let is_copy = self.tree.origin(field.copied?) == Some(own);
            is_copy.then(|| field.path.clone())
        };
        let column = self.relation.columns.get(column)?;
        let paths: Option<Vec<Vec<String>>> = spots.iter().map(path).collect();
        COPIED.contains(&column.type_oid).then_some(Copied {
            column: column.num,
            type_oid: column.type_oid,
            paths: paths?,
        })
    }
}
