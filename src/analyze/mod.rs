//! The analysis of a view: from its definition to the plan that keeps its TVIEW true.
//!
//! Pure: a catalog snapshot goes in, a plan comes out; nothing else is read, and nothing makes it panic.
//! `parse` makes a syntax tree of each view, `build` expands them into one `tree` with the help of `scope`
//! (names) and `expression`, `links` says which equalities hold for an occurrence (`types` which there are), `climb`
//! finds its way to the key, `columns` what of it matters, `restrictions` in which rows, `values` where only as part of one
//! value, `document` what of that is patched, `counters` what is kept from differences, `refuse` what cannot be maintained,
//! `sql` writes the statements.
//!
//! When in doubt an occurrence gets the strategy `full`: a link left out costs time, a link too many costs truth.

mod build;
mod climb;
mod columns;
mod counters;
mod document;
mod expression;
mod links;
mod parse;
mod refuse;
mod restrictions;
mod scope;
mod sql;
mod tree;
mod types;
mod values;

#[cfg(test)]
mod tests;

use crate::lineage::{
    Column, KeyColumn, Occurrence, Plan, Relation, Snapshot, Statements, Strategy, PLAN_VERSION,
};
use build::{Builder, Parsed};
use climb::{Held, KeyPart, Path, Tie, Way};
use columns::Columns;
use links::{Links, Relationship};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tree::{ItemColumn, Occ, OccId, Tree};

pub use sql::PRUNED;

/// Analyses the view of a snapshot.
///
/// The plan covers every source of the view. Reasons to refuse the TVIEW are part of the plan; a definition that
/// is not understood is not one of them: it is maintained in full.
pub fn analyze(snapshot: &Snapshot) -> Plan {
    let view = snapshot
        .relations
        .iter()
        .position(|r| r.oid == snapshot.target.view && r.kind == 'v');
    let top = view.and_then(|at| snapshot.relations.get(at));
    let parsed = parse_all(snapshot);
    let mut plan = Plan {
        version: PLAN_VERSION,
        key: Vec::new(),
        occurrences: Vec::new(),
        idle: Vec::new(),
        statements: Statements::default(),
        refusals: refuse::key(snapshot, top),
        notes: Vec::new(),
    };
    let (Some(view), Some(top)) = (view, top) else {
        return plan;
    };
    let key: Vec<&Column> = snapshot
        .target
        .key
        .iter()
        .filter_map(|name| top.columns.iter().find(|c| c.name == *name))
        .collect();
    set_key(snapshot, top, &key, &key, &mut plan);
    let volatile = refuse::volatile(snapshot, &parsed);
    plan.refusals.extend(refuse::own_table(snapshot));

    let mut builder = Builder::new(snapshot, &parsed, false);
    let built = builder.build(view);
    let mut time_dependent = volatile;
    time_dependent.extend(refuse::system_columns(&builder.system_columns));
    time_dependent.extend(refuse::samples(&builder.samples));
    if snapshot.target.allow_volatile {
        plan.notes.extend(
            time_dependent
                .iter()
                .map(|r| format!("{}; such changes are not seen", r.message)),
        );
    } else {
        plan.refusals.extend(time_dependent);
    }
    let mut unwatchable = builder.unwatchable.clone();
    match built {
        Ok(()) => {
            // A key that is not there cannot be climbed to.
            let parts: Vec<KeyPart<'_>> = if key.len() == snapshot.target.key.len() {
                key.iter()
                    .filter_map(|c| {
                        let output = top.columns.iter().position(|o| o.num == c.num)?;
                        Some(KeyPart { output, column: c })
                    })
                    .collect()
            } else {
                Vec::new()
            };
            match unexpected(snapshot, &builder) {
                Some(reason) => whole_plan(snapshot, &mut plan, &reason, &mut unwatchable),
                None => {
                    let give = |tree: &mut Tree| {
                        parts.iter().for_each(|p| tree.give(p.output, p.column));
                    };
                    give(&mut builder.tree);
                    let mut lineage = Lineage::of(snapshot, &builder.tree, &parts);
                    let mut other = Builder::new(snapshot, &parsed, true);
                    if lineage.full() > 0 && builder.tree.has_windows() && other.build(view).is_ok()
                    {
                        give(&mut other.tree);
                        let siblings = Lineage::of(snapshot, &other.tree, &parts);
                        if siblings.full() < lineage.full() {
                            lineage = siblings;
                        }
                    }
                    let part: Vec<&Column> = lineage.key.iter().map(|p| p.column).collect();
                    if !part.is_empty() {
                        set_key(snapshot, top, &key, &part, &mut plan);
                    }
                    let paths = occurrences(snapshot, &lineage, &mut plan);
                    if !missed(snapshot, &builder, &mut plan, &mut unwatchable) {
                        document::patches(snapshot, top, &key, lineage.tree, &paths, &mut plan);
                        if let Some(Ok(query)) = parsed.get(&view) {
                            let tree = lineage.tree;
                            counters::counters(snapshot, top, &key, tree, &paths, query, &mut plan);
                        }
                    }
                }
            }
        }
        Err(reason) => whole_plan(snapshot, &mut plan, &reason.0, &mut unwatchable),
    }
    plan.refusals.extend(refuse::unwatchable(&unwatchable));
    notes(snapshot, &mut plan);
    order_notes(&builder, &mut plan);
    plan
}

/// What rows are refreshed by: the key, or the part of it that changes lead to.
fn set_key(
    snapshot: &Snapshot,
    top: &Relation,
    key: &[&Column],
    part: &[&Column],
    plan: &mut Plan,
) {
    plan.key = part
        .iter()
        .map(|c| KeyColumn {
            name: c.name.clone(),
            type_oid: c.type_oid,
            type_name: c.type_name.clone(),
            collation: c.collation,
        })
        .collect();
    plan.statements = sql::statements(&snapshot.target, top, key, part);
}

fn parse_all(snapshot: &Snapshot) -> HashMap<usize, Parsed> {
    snapshot
        .relations
        .iter()
        .enumerate()
        .filter(|(_, r)| r.kind == 'v')
        .map(|(at, r)| {
            let parsed = match &r.definition {
                Some(text) => parse::parse_view(text),
                None => Err("its definition is missing".to_owned()),
            };
            (at, parsed)
        })
        .collect()
}

/// Key columns up to which every subset of them is tried.
const SUBSET_LIMIT: usize = 4;

/// What the analysis of one expansion of the query comes to.
struct Lineage<'l> {
    tree: &'l Tree,
    /// The key, or the part of it that most occurrences reach: then a change refreshes all rows that agree with it in
    /// that part.
    key: Vec<KeyPart<'l>>,
    ways: Vec<Way>,
}

impl<'l> Lineage<'l> {
    fn of(snapshot: &Snapshot, tree: &'l Tree, key: &[KeyPart<'l>]) -> Self {
        let links = Links {
            tree,
            relations: &snapshot.relations,
        };
        let with = |key: Vec<KeyPart<'l>>| Lineage {
            tree,
            ways: climb::ways(links, &key),
            key,
        };
        let mut best = with(key.to_vec());
        if key.is_empty() {
            for way in &mut best.ways {
                way.path = Path::Full("the view has no key".to_owned());
            }
        }
        if !(2..=SUBSET_LIMIT).contains(&key.len()) {
            return best;
        }
        let mut subsets: Vec<Vec<KeyPart<'l>>> = (1..(1usize << key.len()) - 1)
            .map(|bits| {
                let chosen = key.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
                chosen.map(|(_, part)| *part).collect()
            })
            .collect();
        // Larger parts first: they name fewer rows.
        subsets.sort_by_key(|subset| std::cmp::Reverse(subset.len()));
        for subset in subsets {
            if best.full() == 0 {
                break;
            }
            let other = with(subset);
            if other.full() < best.full() {
                best = other;
            }
        }
        best
    }

    /// Number of sources a change of which refreshes everything.
    fn full(&self) -> usize {
        let full = self
            .ways
            .iter()
            .filter(|way| matches!(way.path, Path::Full(_)));
        let sources: BTreeSet<Option<usize>> = full
            .map(|way| {
                self.tree
                    .occurrences
                    .get(way.occurrence)
                    .map(|o| o.relation)
            })
            .collect();
        sources.len()
    }
}

/// Turns ways into the plan's occurrences; returns which occurrence of the tree each of them is.
fn occurrences(snapshot: &Snapshot, lineage: &Lineage<'_>, plan: &mut Plan) -> Vec<OccId> {
    let Lineage { tree, key, ways } = lineage;
    let columns::Matter {
        columns: mut matter,
        counts: seen,
    } = columns::matter(tree);
    let mut counts: Vec<bool> = ways
        .iter()
        .map(|way| seen.get(way.occurrence).copied().unwrap_or(true))
        .collect();
    // What is climbed over counts in any case.
    let mut open: Vec<usize> = counts
        .iter()
        .enumerate()
        .filter(|(_, c)| **c)
        .map(|(at, _)| at)
        .collect();
    while let Some(at) = open.pop() {
        if let Some(Path::Link(to, _)) = ways.get(at).map(|way| &way.path) {
            if let Some(counts) = counts.get_mut(*to).filter(|counts| !**counts) {
                *counts = true;
                open.push(*to);
            }
        }
    }
    let mut ids = Vec::with_capacity(counts.len());
    let mut next = 0u32;
    for counts in &counts {
        ids.push(counts.then_some(next));
        next += u32::from(*counts);
    }
    for way in ways {
        let mut need = |occurrence: usize, column: usize| {
            if let Some(Some(columns)) = matter.get_mut(occurrence) {
                columns.insert(column);
            }
        };
        match &way.path {
            Path::Key(held) => held.columns.iter().for_each(|c| need(way.occurrence, *c)),
            Path::Link(to, hop) => {
                let to = ways.get(*to).map(|w| w.occurrence);
                for tie in hop {
                    need(way.occurrence, tie.own);
                    if let Relationship::Over(by) = tie.relationship {
                        need(way.occurrence, by);
                    }
                    if let Some(to) = to {
                        need(to, tie.other);
                    }
                }
            }
            Path::Walk(..) | Path::Full(_) | Path::Never => {}
        }
    }
    let view = Ways {
        snapshot,
        tree,
        ways,
        ids: &ids,
        values: match snapshot.target.allow_volatile {
            true => BTreeMap::new(),
            false => values::of(tree, ways),
        },
    };
    let mut found = Vec::new();
    for (at, way) in ways.iter().enumerate() {
        let columns = matter.get(way.occurrence).cloned().unwrap_or(None);
        if let Some(occurrence) = view.occurrence(at, way, columns, key) {
            plan.occurrences.push(occurrence);
            found.push(way.occurrence);
        }
    }
    let mut idle: BTreeSet<u32> = (0..ways.len())
        .filter_map(|at| view.relation(at).map(|r| r.oid))
        .collect();
    for occurrence in &plan.occurrences {
        idle.remove(&occurrence.source);
    }
    plan.idle = idle.into_iter().collect();
    found
}

struct Ways<'r> {
    snapshot: &'r Snapshot,
    tree: &'r Tree,
    ways: &'r [Way],
    /// Their numbers in the plan; none for those that do not count.
    ids: &'r [Option<u32>],
    /// By occurrence of the tree: the statement for the value that it is part of.
    values: BTreeMap<OccId, &'r str>,
}

impl<'r> Ways<'r> {
    fn source(&self, way: usize) -> Option<&'r Occ> {
        self.tree.occurrences.get(self.ways.get(way)?.occurrence)
    }

    fn relation(&self, way: usize) -> Option<&'r Relation> {
        self.snapshot.relations.get(self.source(way)?.relation)
    }

    fn columns(&self, way: usize, columns: impl Iterator<Item = usize>) -> Vec<&'r Column> {
        let relation = self.relation(way);
        columns
            .filter_map(|c| relation.and_then(|r| r.columns.get(c)))
            .collect()
    }

    /// What a way hands on when it is climbed to.
    fn carried(&self, way: usize) -> Vec<&'r Column> {
        match self.ways.get(way).map(|w| &w.path) {
            Some(Path::Key(held)) => self.columns(way, held.columns.iter().copied()),
            Some(Path::Link(_, hop)) => self.columns(way, hop.iter().map(|t| t.own)),
            _ => Vec::new(),
        }
    }

    /// Whether what it hands on are the elements of an array.
    fn hands_on_elements(&self, way: usize) -> bool {
        match self.ways.get(way).map(|w| &w.path) {
            Some(Path::Link(_, hop)) => carries_elements(hop),
            _ => false,
        }
    }

    fn occurrence(
        &self,
        at: usize,
        way: &Way,
        columns: Columns,
        key: &[KeyPart<'_>],
    ) -> Option<Occurrence> {
        let relation = self.relation(at)?;
        let mut missing_index = None;
        let (strategy, reason) = match &way.path {
            Path::Key(Held { columns, made }) => {
                let own = self.columns(at, columns.iter().copied());
                let verb = match (made, own.len() == 1) {
                    (None, true) => "is",
                    (None, false) => "are",
                    (Some(_), true) => "makes",
                    (Some(_), false) => "make",
                };
                let what = if key.len() == self.snapshot.target.key.len() {
                    "the key of the view"
                } else {
                    "the part of the key by which rows are refreshed"
                };
                let reason = format!("{} {verb} {what}", names(&own));
                let columns = own.iter().map(|c| c.num).collect();
                let lookup = made.as_ref().map(|made| sql::key_of(made));
                (Strategy::Key { columns, lookup }, reason)
            }
            Path::Link(to, hop) => {
                let target = self.relation(*to)?;
                let own = self.columns(at, hop.iter().map(|t| t.own));
                let other = self.columns(*to, hop.iter().map(|t| t.other));
                missing_index = climb::missing_index(relation, target, hop);
                let through = self.source(*to).map_or("", |o| o.alias.as_str());
                let verb = if own.len() == 1 { "leads" } else { "lead" };
                let over = match hop.as_slice() {
                    [Tie {
                        relationship: Relationship::Over(_),
                        ..
                    }] => " over any number of rows",
                    _ => "",
                };
                let reason = format!("{} {verb}{over} to the key through {through}", names(&own));
                let strategy = Strategy::Link {
                    to: (*self.ids.get(*to)?)?,
                    from: own.iter().map(|c| c.num).collect(),
                    to_columns: other.iter().map(|c| c.num).collect(),
                    lookup: sql::lookup(
                        relation,
                        target,
                        &other,
                        hop,
                        &self.carried(*to),
                        self.hands_on_elements(*to),
                    ),
                    lock_edge: !hop.iter().all(|tie| tie.is_plain),
                    elements: carries_elements(hop),
                    nulls: hop.iter().any(|tie| tie.relationship == Relationship::Same),
                };
                (strategy, reason)
            }
            Path::Full(reason) => (Strategy::Full, reason.clone()),
            // Such a way is made of two.
            Path::Walk(..) | Path::Never => return None,
        };
        let (columns, column_names) = numbers(relation, columns);
        let restrictions = restrictions::of(self.snapshot, self.tree, way.occurrence);
        let value = self
            .values
            .get(&way.occurrence)
            .map(|sql| (*sql).to_owned());
        let reason = match value {
            Some(_) => format!(
                "{reason}; the whole is compared only when the value of this subquery changes"
            ),
            None => reason,
        };
        let reason = match restrictions::words(relation, &restrictions) {
            Some(words) => format!("{reason}; only rows where {words} count"),
            None => reason,
        };
        Some(Occurrence {
            id: (*self.ids.get(at)?)?,
            source: relation.oid,
            alias: self.source(at)?.alias.clone(),
            columns,
            column_names,
            strategy,
            reason,
            links: self.words(at),
            missing_index,
            null_key: way.null_key,
            restrictions,
            gives_key: self.gives_key(at, way, key),
            value,
            patch: None,
            counters: None,
        })
    }

    /// Whether the key columns of the view are copies of the columns that are the key in rows of an occurrence.
    fn gives_key(&self, at: usize, way: &Way, key: &[KeyPart<'_>]) -> bool {
        let Path::Key(Held {
            columns,
            made: None,
        }) = &way.path
        else {
            return false;
        };
        let (tree, target) = (self.tree, &self.snapshot.target);
        let (Some(source), Some(relation)) = (self.source(at), self.relation(at)) else {
            return false;
        };
        let is_copy = |(part, column): (&KeyPart<'_>, &usize)| {
            let (node, column) = (source.node, *column);
            let of = |c: &Column| (c.type_oid, c.collation);
            tree.copied(part.output) == Some(ItemColumn { node, column })
                && relation.columns.get(column).map(of) == Some(of(part.column))
        };
        !tree.unresolved
            && !tree.has_siblings
            && key.len() == target.key.len()
            && key.len() == columns.len()
            && key.iter().zip(columns).all(is_copy)
    }

    /// The climb in words.
    fn words(&self, mut at: usize) -> String {
        let mut words: Vec<String> = Vec::new();
        // A path is never longer than there are occurrences.
        for _ in 0..self.ways.len() {
            let Some(Path::Link(to, hop)) = self.ways.get(at).map(|w| &w.path) else {
                break;
            };
            let table = |way: usize| self.relation(way).map_or("", |r| r.name.as_str());
            if words.is_empty() {
                let own = self.columns(at, hop.iter().map(|t| t.own));
                words.push(dotted(table(at), &own));
            }
            if let [Tie {
                relationship: Relationship::Over(by),
                ..
            }] = hop.as_slice()
            {
                words.push(format!(
                    "{} …",
                    dotted(table(at), &self.columns(at, [*by].into_iter()))
                ));
            }
            let other = self.columns(*to, hop.iter().map(|t| t.other));
            words.push(dotted(table(*to), &other));
            at = *to;
        }
        if words.is_empty() {
            return String::new();
        }
        words.push("key".to_owned());
        words.join(" → ")
    }
}

fn carries_elements(hop: &[Tie]) -> bool {
    hop.iter()
        .any(|tie| tie.relationship == Relationship::Contains)
}

fn names(columns: &[&Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
    names.join(", ")
}

fn dotted(table: &str, columns: &[&Column]) -> String {
    match columns {
        [one] => format!("{table}.{}", one.name),
        several => format!("{table}.({})", names(several)),
    }
}

fn numbers(relation: &Relation, columns: Columns) -> (Option<Vec<i16>>, Vec<String>) {
    match columns {
        None => (
            None,
            relation.columns.iter().map(|c| c.name.clone()).collect(),
        ),
        Some(columns) => {
            let found: Vec<&Column> = columns
                .iter()
                .filter_map(|c| relation.columns.get(*c))
                .collect();
            let mut numbers: Vec<i16> = found.iter().map(|c| c.num).collect();
            numbers.sort_unstable();
            (
                Some(numbers),
                found.iter().map(|c| c.name.clone()).collect(),
            )
        }
    }
}

/// An occurrence about which nothing is known.
fn full(id: usize, relation: &Relation, reason: &str) -> Option<Occurrence> {
    let (columns, column_names) = numbers(relation, None);
    Some(Occurrence {
        id: u32::try_from(id).ok()?,
        source: relation.oid,
        alias: relation.name.clone(),
        columns,
        column_names,
        strategy: Strategy::Full,
        reason: reason.to_owned(),
        links: String::new(),
        missing_index: None,
        null_key: true,
        restrictions: Vec::new(),
        gives_key: false,
        value: None,
        patch: None,
        counters: None,
    })
}

/// Adds full occurrences for relations, looking through views.
fn add_full(
    snapshot: &Snapshot,
    oids: impl IntoIterator<Item = u32>,
    reason: &str,
    plan: &mut Plan,
    unwatchable: &mut BTreeSet<String>,
) {
    let by_oid: BTreeMap<u32, &Relation> = snapshot.relations.iter().map(|r| (r.oid, r)).collect();
    let mut seen = BTreeSet::new();
    let mut open: Vec<u32> = oids.into_iter().collect();
    open.sort_unstable_by(|a, b| b.cmp(a));
    while let Some(oid) = open.pop() {
        let Some(relation) = by_oid.get(&oid).filter(|_| seen.insert(oid)) else {
            continue;
        };
        if snapshot.target.unwatched.contains(&oid) {
            continue;
        }
        match relation.kind {
            _ if relation.system => {
                unwatchable.insert(format!("{}.{}", relation.schema, relation.name));
            }
            'v' => open.extend(relation.depends_on.iter().copied()),
            'r' | 'p' => plan
                .occurrences
                .extend(full(plan.occurrences.len(), relation, reason)),
            _ => {
                unwatchable.insert(format!("{}.{}", relation.schema, relation.name));
            }
        }
    }
}

/// Maintains everything in full.
fn whole_plan(
    snapshot: &Snapshot,
    plan: &mut Plan,
    reason: &str,
    unwatchable: &mut BTreeSet<String>,
) {
    plan.occurrences.clear();
    // What is not understood may lock rows, as only a statement that may write is allowed to.
    plan.statements.fetch.clear();
    plan.statements.fetch_some.clear();
    let all: Vec<u32> = snapshot.relations.iter().map(|r| r.oid).collect();
    add_full(snapshot, all, reason, plan, unwatchable);
}

/// A relation that was read out of a definition although the server knows of no such dependency: the text was
/// misunderstood.
fn unexpected(snapshot: &Snapshot, builder: &Builder<'_>) -> Option<String> {
    let system: BTreeSet<u32> = snapshot
        .relations
        .iter()
        .filter(|r| r.system)
        .map(|r| r.oid)
        .collect();
    for (view, found) in &builder.found {
        let relation = snapshot.relations.get(*view)?;
        for oid in found {
            // The server keeps no record of dependencies on its own catalogs.
            if !relation.depends_on.contains(oid) && !system.contains(oid) {
                return Some(format!(
                    "view {}: its definition and the server's dependencies differ",
                    relation.name
                ));
            }
        }
    }
    None
}

/// Adds relations that the server knows of and the expansion did not meet; returns whether there are any.
fn missed(
    snapshot: &Snapshot,
    builder: &Builder<'_>,
    plan: &mut Plan,
    unwatchable: &mut BTreeSet<String>,
) -> bool {
    let mut missing = BTreeSet::new();
    for (view, found) in &builder.found {
        if let Some(relation) = snapshot.relations.get(*view) {
            let others = relation
                .depends_on
                .iter()
                .filter(|oid| **oid != relation.oid);
            missing.extend(others.filter(|oid| !found.contains(oid)).copied());
        }
    }
    let reason = "the server knows of a dependency that was not found in the definition";
    let any = !missing.is_empty();
    add_full(snapshot, missing, reason, plan, unwatchable);
    any
}

/// Results that depend on the order in which rows happen to come.
fn order_notes(builder: &Builder<'_>, plan: &mut Plan) {
    if !builder.unordered_aggregates.is_empty() {
        let aggregates: Vec<String> = builder
            .unordered_aggregates
            .iter()
            .map(|name| format!("{name}(...)"))
            .collect();
        plan.notes.push(format!(
            "the order of elements in {} is not determined: add ORDER BY, or rows may differ from the view in order only",
            aggregates.join(", ")
        ));
    }
    for clause in &builder.unordered_choices {
        plan.notes.push(format!(
            "which rows {clause} takes is not determined: add ORDER BY, or rows may differ from the view"
        ));
    }
}

fn notes(snapshot: &Snapshot, plan: &mut Plan) {
    let name = |oid: u32| {
        let relation = snapshot.relations.iter().find(|r| r.oid == oid);
        relation.map_or_else(|| oid.to_string(), |r| format!("{}.{}", r.schema, r.name))
    };
    for occurrence in &plan.occurrences {
        if occurrence.strategy == Strategy::Full {
            plan.notes.push(format!(
                "changes of {} (alias {}) refresh the whole TVIEW: {}",
                name(occurrence.source),
                occurrence.alias,
                occurrence.reason
            ));
        }
    }
    for oid in &snapshot.target.unwatched {
        plan.notes
            .push(format!("changes of {} are not seen", name(*oid)));
    }
}
