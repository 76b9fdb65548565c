//! From an occurrence to the key: in its own row, or over other occurrences.
//!
//! The hops form a forest that grows from the key: an occurrence climbs to one that is nearer, and from there on
//! that one's own path is followed. It may, because its row is real in every combination the first has a part
//! in, and so its own equalities hold there too.

use super::links::{Around, Links, Necessity, Resolved, Slot};
use super::tree::{LevelId, OccId};
use super::types::Applied;
use crate::lineage::{Column, Relation};
use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::{BTreeMap, BTreeSet};

/// A key column: which result column of the top level it is, and what it looks like there.
pub struct KeyPart<'k> {
    /// Position among the results of the top level.
    pub output: usize,
    /// The view's column.
    pub column: &'k Column,
}

/// Columns of an occurrence and the columns of another that equal them.
pub type Pairs = Vec<(usize, usize)>;

/// How to look up rows of another occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Own columns and those of the other.
    pub pairs: Pairs,
    /// What is done to the one and to the other before they are equal. Then there is one pair.
    pub applied: Option<(Vec<Applied>, Vec<Applied>)>,
}

/// How an occurrence reaches the key. Columns are positions in the relation's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    /// The key is in the row.
    Key(Vec<usize>),
    /// Over another occurrence.
    Link(OccId, Hop),
    /// Not at all, and why.
    Full(String),
}

/// The way of one occurrence.
#[derive(Debug)]
pub struct Route {
    /// How it reaches the key.
    pub path: Path,
    /// Its rows may give the view a null key.
    pub null_key: bool,
}

/// All that ties an occurrence to another.
#[derive(Debug, Default)]
struct Ties {
    pairs: Vec<Pair>,
    computed: Vec<Hop>,
}

/// What a pair of columns is worth.
#[derive(Debug, Clone, Copy)]
struct Pair {
    own: usize,
    other: usize,
    direct: bool,
}

/// The routes of all occurrences.
pub fn routes(links: Links<'_>, key: &[KeyPart<'_>]) -> Vec<Route> {
    let count = links.tree.occurrences.len();
    let mut routes = Vec::with_capacity(count);
    let mut candidates: Vec<BTreeMap<OccId, Ties>> = Vec::with_capacity(count);
    // What is in force for the rows of the result, or of each branch of it.
    let mut rows: BTreeMap<LevelId, Necessity> = BTreeMap::new();
    for occurrence in 0..count {
        let around = links.around(occurrence);
        let necessity = links.necessity(&around);
        let resolved: Vec<Result<Resolved<'_>, String>> = key
            .iter()
            .map(|part| resolve_key(links, part, &around))
            .collect();
        let slots: Vec<Result<Slot, String>> = resolved
            .iter()
            .map(|r| r.as_ref().map(|r| r.slot).map_err(String::clone))
            .collect();
        let level = links.innermost(links.tree.top, &around);
        let rows = rows
            .entry(level)
            .or_insert_with(|| links.necessity(&links.around_level(level)));
        let null_key = may_be_null(links, &resolved, rows, &necessity);
        let path = match own_key(occurrence, &slots, &necessity) {
            Some(columns) if necessity.nothing.is_none() => Path::Key(columns),
            _ => Path::Full(why_full(occurrence, &slots, &around, &necessity)),
        };
        candidates.push(match path {
            Path::Key(_) => BTreeMap::new(),
            _ => pairs(links, occurrence, &necessity),
        });
        routes.push(Route { path, null_key });
    }
    link(links, &mut routes, &candidates);
    routes
}

/// The column of a source that a key column copies, as seen by one occurrence.
fn resolve_key<'t>(
    links: Links<'t>,
    part: &KeyPart<'_>,
    around: &Around,
) -> Result<Resolved<'t>, String> {
    let name = &part.column.name;
    let resolved = links
        .resolve_output(links.tree.top, part.output, around)
        .ok_or_else(|| format!("{name} is not a plain column of a table here"))?;
    let column = resolved.column;
    if column.type_oid != part.column.type_oid || column.collation != part.column.collation {
        return Err(format!(
            "{name} has another type or collation than the column it comes from"
        ));
    }
    match resolved
        .barriers
        .iter()
        .find(|(level, _)| around.is_inside(*level))
    {
        Some((_, barrier)) => Err(format!("{} mixes rows of different keys", barrier.words())),
        None => Ok(resolved),
    }
}

/// Columns of the occurrence that equal the key.
fn own_key(
    occurrence: OccId,
    slots: &[Result<Slot, String>],
    necessity: &Necessity,
) -> Option<Vec<usize>> {
    let mut columns = Vec::new();
    for slot in slots {
        let slot = *slot.as_ref().ok()?;
        if slot.0 == occurrence {
            columns.push(slot.1);
        } else {
            let mut class = necessity.class(slot);
            columns.push(class.find(|s| s.0 == occurrence)?.1);
        }
    }
    Some(columns)
}

/// Whether a combination this occurrence has a part in may have a null key.
fn may_be_null(
    links: Links<'_>,
    key: &[Result<Resolved<'_>, String>],
    top: &Necessity,
    necessity: &Necessity,
) -> bool {
    key.iter().any(|part| {
        let Ok(part) = part else { return true };
        // Any null row on the way makes the key null, whatever the column at its end.
        let real = part.leaves.iter().all(|leaf| top.real.contains(leaf));
        let declared = links.is_not_null(part.slot);
        let shown = top.not_null.contains(&part.slot) || necessity.not_null.contains(&part.slot);
        !real || !(declared || shown)
    })
}

/// Occurrences that have a column equal to one of this, with the pairs.
fn pairs(links: Links<'_>, occurrence: OccId, necessity: &Necessity) -> BTreeMap<OccId, Ties> {
    let mut found: BTreeMap<OccId, Ties> = BTreeMap::new();
    let mut add = |own: usize, other: Slot, direct: bool| {
        if other.0 != occurrence && links.is_column(other) {
            found.entry(other.0).or_default().pairs.push(Pair {
                own,
                other: other.1,
                direct,
            });
        }
    };
    let mut own = BTreeSet::new();
    for (a, b) in necessity.same.iter().chain(&necessity.alike) {
        for (one, two) in [(a, b), (b, a)] {
            if one.0 == occurrence {
                own.insert(one.1);
                add(one.1, *two, true);
            }
        }
    }
    for column in own {
        for other in necessity.class((occurrence, column)) {
            add(column, other, false);
        }
    }
    for link in &necessity.computed {
        let (one, two) = link.slots;
        let (at_one, at_two) = &link.applied;
        for (own, other, applied) in [(one, two, (at_one, at_two)), (two, one, (at_two, at_one))] {
            if own.0 == occurrence && other.0 != occurrence {
                found.entry(other.0).or_default().computed.push(Hop {
                    pairs: vec![(own.1, other.1)],
                    applied: Some((applied.0.clone(), applied.1.clone())),
                });
            }
        }
    }
    found
}

/// Finds the shortest way for every occurrence that does not hold the key itself.
fn link(links: Links<'_>, routes: &mut [Route], candidates: &[BTreeMap<OccId, Ties>]) {
    let mut graph: DiGraph<(), u32> = DiGraph::new();
    let nodes: Vec<NodeIndex> = routes.iter().map(|_| graph.add_node(())).collect();
    let key = graph.add_node(());
    for (at, route) in routes.iter().enumerate() {
        let Some(here) = nodes.get(at) else { continue };
        if matches!(route.path, Path::Key(_)) {
            graph.add_edge(key, *here, 0);
        }
        for to in candidates.get(at).into_iter().flat_map(BTreeMap::keys) {
            if let Some(there) = nodes.get(*to) {
                graph.add_edge(*there, *here, 1);
            }
        }
    }
    let distance = dijkstra(&graph, key, None, |edge| *edge.weight());
    let far = |at: OccId| nodes.get(at).and_then(|n| distance.get(n)).copied();
    for at in 0..routes.len() {
        let (Some(own), Some(options)) = (far(at), candidates.get(at)) else {
            continue;
        };
        let mut best: Option<(usize, OccId, Hop)> = None;
        for (to, ties) in options {
            // Strictly nearer, so that the hops end at the key; nearest, so that they are few.
            if far(*to).is_none_or(|d| d + 1 != own) {
                continue;
            }
            let relation = links.tree.occurrences.get(*to).map(|o| o.relation);
            let relation = relation.and_then(|r| links.relations.get(r));
            let mut offer = |cost, hop| {
                if best.as_ref().is_none_or(|b| (cost, *to) < (b.0, b.1)) {
                    best = Some((cost, *to, hop));
                }
            };
            if !ties.pairs.is_empty() {
                let (cost, pairs) = choose(relation, &ties.pairs);
                let applied = None;
                offer(cost, Hop { pairs, applied });
            }
            // After all others: such an edge is locked as a whole.
            for hop in &ties.computed {
                let bare = hop.applied.as_ref().is_none_or(|a| a.1.is_empty());
                let columns: Vec<usize> = hop.pairs.iter().map(|p| p.1).collect();
                let indexed = bare && relation.is_some_and(|r| is_indexed(r, &columns));
                offer(if indexed { 4 } else { 5 }, hop.clone());
            }
        }
        if let (Some((_, to, hop)), Some(route)) = (best, routes.get_mut(at)) {
            if !matches!(route.path, Path::Key(_)) {
                route.path = Path::Link(to, hop);
            }
        }
    }
}

/// Picks the pairs to look rows up by, and what the lookup costs: by an index, by a unique one at best.
fn choose(relation: Option<&Relation>, pairs: &[Pair]) -> (usize, Pairs) {
    let mut by_other: BTreeMap<usize, Pair> = BTreeMap::new();
    for pair in pairs {
        let slot = by_other.entry(pair.other).or_insert(*pair);
        if (pair.direct, slot.own) > (slot.direct, pair.own) {
            *slot = *pair;
        }
    }
    let take = |columns: &[usize]| -> Pairs {
        columns
            .iter()
            .filter_map(|c| by_other.get(c))
            .map(|p| (p.own, p.other))
            .collect()
    };
    let all: Vec<usize> = by_other.keys().copied().collect();
    let Some(relation) = relation else {
        return (3, take(&all));
    };
    let position = |num: i16| relation.columns.iter().position(|c| c.num == num);
    let within = |set: &[i16]| -> Option<Vec<usize>> {
        let columns: Option<Vec<usize>> = set.iter().map(|num| position(*num)).collect();
        columns.filter(|c| !c.is_empty() && c.iter().all(|c| by_other.contains_key(c)))
    };
    if let Some(columns) = relation
        .unique
        .iter()
        .filter_map(|u| within(u))
        .min_by_key(Vec::len)
    {
        let indexed = is_indexed(relation, &columns);
        return (if indexed { 0 } else { 2 }, take(&columns));
    }
    let prefix = |index: &Vec<i16>| -> Vec<usize> {
        index
            .iter()
            .map_while(|num| position(*num).filter(|c| by_other.contains_key(c)))
            .collect()
    };
    // Among prefixes of the same length one that the query itself names, rather than one that follows from others.
    let worth = |columns: &Vec<usize>| {
        let direct = columns
            .iter()
            .all(|c| by_other.get(c).is_some_and(|p| p.direct));
        (columns.len(), direct)
    };
    let longest = relation.indexes.iter().rev().map(prefix).max_by_key(worth);
    match longest.filter(|columns| !columns.is_empty()) {
        Some(columns) => (1, take(&columns)),
        None => (3, take(&all)),
    }
}

/// Whether an index of the relation starts with these columns, in any order.
pub fn is_indexed(relation: &Relation, columns: &[usize]) -> bool {
    let wanted: BTreeSet<i16> = columns
        .iter()
        .filter_map(|c| relation.columns.get(*c))
        .map(|c| c.num)
        .collect();
    relation.indexes.iter().any(|index| {
        let start: BTreeSet<i16> = index.iter().take(wanted.len()).copied().collect();
        index.len() >= wanted.len() && start == wanted
    })
}

/// Why there is no path, for people.
fn why_full(
    occurrence: OccId,
    slots: &[Result<Slot, String>],
    around: &Around,
    necessity: &Necessity,
) -> String {
    if let Some(nothing) = necessity.nothing {
        return nothing.to_owned();
    }
    if let Some(Err(reason)) = slots.iter().find(|s| s.is_err()) {
        return reason.clone();
    }
    if let Some(barrier) = necessity.dropped {
        return format!("{} lies between it and the key", barrier.words());
    }
    let mine = |slot: &Slot| slot.0 == occurrence;
    let tied = necessity
        .same
        .iter()
        .chain(&necessity.alike)
        .chain(necessity.computed.iter().map(|c| &c.slots))
        .any(|(a, b)| mine(a) || mine(b));
    if around.in_expression() && !tied {
        return "the subquery is not tied to the key by an equality".to_owned();
    }
    if tied && !around.in_full_join() {
        return "what it is joined to does not lead to the key".to_owned();
    }
    if around.in_full_join() {
        return "it is inside a full join, whose condition does not always hold".to_owned();
    }
    "no equality that must hold ties it to the key".to_owned()
}
