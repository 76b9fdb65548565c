//! Which columns of a source decide about nothing but values at known places of a document, so that a change of them can
//! be patched into it (docs/architecture.md, "Patching").
//!
//! A column that is read anywhere else, or at a place that is not known, is not among them.

use super::expression::{call, literal, strip};
use super::tree::{Field, ItemColumn, Level, LevelId, NodeId, OccId, Place, References, Tree};
use super::{numbers, sql};
use crate::lineage::{Column, Patch, Plan, Relation, Snapshot, Strategy, Target};
use sqlparser::ast::Expr;
use std::collections::{BTreeMap, BTreeSet};

/// OID of `jsonb`.
pub const JSONB: u32 = 3802;
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
        is_stamped: target.updated_at,
        fetch: sql::patch(view, key, shown),
    })
}
