//! From an occurrence to the key: in its own row, or over other occurrences.
//!
//! The hops form a forest that grows from the key: an occurrence climbs to one that is nearer, and from there on
//! that one's own path is followed. It may, because its row is real in every combination the first has a part
//! in, and so its own equalities hold there too.

use super::links::{Around, Chosen, Links, Necessity, Relationship, Resolved, Slot, Stop, Term};
use super::sql;
use super::tree::{ChoiceId, LevelId, NodeId, OccId};
use super::types::{self, Applied};
use crate::lineage::{Column, Relation};
use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::{BTreeMap, BTreeSet};

/// A key column: which result column of the top level it is, and what it looks like there.
#[derive(Debug, Clone, Copy)]
pub struct KeyPart<'k> {
    /// Position among the results of the top level.
    pub output: usize,
    /// The view's column.
    pub column: &'k Column,
}

/// One comparison of a look-up. Columns are positions in the relations' columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// The column that is carried.
    pub own: usize,
    /// The column it is compared with.
    pub other: usize,
    /// What is done to the one and to the other before.
    pub applied: (Vec<Applied>, Vec<Applied>),
    /// How the carried value stands to the other.
    pub relationship: Relationship,
    /// The columns themselves are equal, and then have one hash.
    pub is_plain: bool,
}

impl Tie {
    fn plain(own: usize, other: usize) -> Self {
        Tie {
            own,
            other,
            applied: (Vec::new(), Vec::new()),
            relationship: Relationship::Equal,
            is_plain: true,
        }
    }
}

/// How to look up rows of another occurrence: all ties hold.
pub type Hop = Vec<Tie>;

/// Position in the list of ways.
pub type WayId = usize;

/// What a key column is put together of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A text.
    Text(String),
    /// What is made of the next of some columns.
    Value(Vec<Applied>),
}

/// How a row holds the key. Columns are positions in the relation's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The columns of the key, or those it is made of, in order.
    pub columns: Vec<usize>,
    /// How each key column is made of them; none when they are the key.
    pub made: Option<Vec<Vec<Part>>>,
}

/// How an occurrence reaches the key. Columns are positions in the relation's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    /// The key is in the row.
    Key(Held),
    /// Over another occurrence, by this way of it.
    Link(WayId, Hop),
    /// Over rows of its own, the last of which holds the key.
    Walk(usize, Tie),
    /// It has nothing to do there: in this case the occurrence has no influence.
    Never,
    /// Not at all, and why.
    Full(String),
}

/// A way of an occurrence to the key. An occurrence has several where the query leaves open which of some conditions
/// holds: every one of them is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Where it starts.
    pub occurrence: OccId,
    /// How it goes on.
    pub path: Path,
    /// Rows of the occurrence may give the view a null key.
    pub null_key: bool,
}

/// All that ties an occurrence to another.
#[derive(Debug, Default)]
struct Ties {
    pairs: Vec<Pair>,
    equal_or_null: Vec<Tie>,
    computed: Vec<Tie>,
    walks: Vec<Tie>,
}

/// What a pair of columns is worth.
#[derive(Debug, Clone, Copy)]
struct Pair {
    own: usize,
    other: usize,
    direct: bool,
}

/// Combinations of options that are looked at.
const CASE_LIMIT: usize = 16;

/// The ways of all occurrences, in their order; at least one each.
pub fn ways(links: Links<'_>, key: &[KeyPart<'_>]) -> Vec<Way> {
    let survey = Survey {
        links,
        key,
        count: links.tree.occurrences.len(),
    };
    let base = survey.case(&Chosen::new(), None, &BTreeSet::new());
    let mut choices = BTreeMap::new();
    let mut cases = Vec::new();
    // An option that is chosen may leave others open.
    while offer(
        &mut choices,
        base.open
            .iter()
            .chain(cases.iter().flat_map(|c: &Case| &c.open)),
    ) {
        cases = survey.cases(&base, &choices, &BTreeSet::new());
    }
    // What is lost in one case is maintained in full in all, and nothing may lead over it.
    let mut lost = BTreeSet::new();
    loop {
        let more: BTreeSet<OccId> = cases.iter().flat_map(Case::unsettled).collect();
        if more.is_subset(&lost) {
            break;
        }
        lost.extend(more);
        cases = survey.cases(&base, &choices, &lost);
    }
    assemble(&base, &cases, &lost)
}

/// Adds choices to be made as long as there are not too many cases; false when none was added.
fn offer<'o>(
    choices: &mut BTreeMap<ChoiceId, usize>,
    open: impl Iterator<Item = (&'o ChoiceId, &'o usize)>,
) -> bool {
    let before = choices.len();
    for (choice, options) in open {
        let cases: usize = choices.values().product();
        if cases * options <= CASE_LIMIT {
            choices.entry(*choice).or_insert(*options);
        }
    }
    choices.len() > before
}

/// How occurrences reach the key when some options are assumed.
struct Case {
    /// One per occurrence. Links lead to an occurrence here.
    paths: Vec<Path>,
    null_key: Vec<bool>,
    /// Number of hops to the key; none for those that do not reach it.
    distance: Vec<Option<u32>>,
    /// Choices whose being open may be why an occurrence does not reach it.
    open: BTreeMap<ChoiceId, usize>,
}

impl Case {
    fn settled(&self, occurrence: OccId) -> Option<u32> {
        self.distance.get(occurrence).copied().flatten()
    }

    fn unsettled(&self) -> impl Iterator<Item = OccId> + '_ {
        let distances = self.distance.iter().zip(&self.paths).enumerate();
        distances
            .filter(|(_, (distance, path))| distance.is_none() && **path != Path::Never)
            .map(|(at, _)| at)
    }
}

struct Survey<'s, 't> {
    links: Links<'t>,
    key: &'s [KeyPart<'s>],
    count: usize,
}

impl Survey<'_, '_> {
    /// One case per combination of options.
    fn cases(
        &self,
        base: &Case,
        choices: &BTreeMap<ChoiceId, usize>,
        lost: &BTreeSet<OccId>,
    ) -> Vec<Case> {
        let mut combinations = vec![Chosen::new()];
        for (choice, options) in choices {
            combinations = combinations
                .iter()
                .flat_map(|chosen| {
                    (0..*options).map(|option| {
                        let mut chosen = chosen.clone();
                        chosen.insert(*choice, option);
                        chosen
                    })
                })
                .collect();
        }
        let one = |chosen: &Chosen| self.case(chosen, Some(base), lost);
        combinations.iter().map(one).collect()
    }

    /// Finds the shortest way for every occurrence. Those that reach the key in `base` keep their way.
    fn case(&self, chosen: &Chosen, base: Option<&Case>, lost: &BTreeSet<OccId>) -> Case {
        let links = self.links;
        let mut case = Case {
            paths: Vec::with_capacity(self.count),
            null_key: Vec::with_capacity(self.count),
            distance: Vec::with_capacity(self.count),
            open: BTreeMap::new(),
        };
        let mut candidates: Vec<BTreeMap<OccId, Ties>> = Vec::with_capacity(self.count);
        let mut opened: Vec<BTreeMap<ChoiceId, usize>> = Vec::with_capacity(self.count);
        // What is in force for the rows of the result, or of each branch of it.
        let mut rows: BTreeMap<LevelId, Necessity> = BTreeMap::new();
        for occurrence in 0..self.count {
            if let Some((base, hops)) = base.and_then(|b| Some((b, b.settled(occurrence)?))) {
                case.paths.extend(base.paths.get(occurrence).cloned());
                case.null_key.extend(base.null_key.get(occurrence).copied());
                case.distance.push(Some(hops));
                candidates.push(BTreeMap::new());
                opened.push(BTreeMap::new());
                continue;
            }
            let mut around = links.around(occurrence);
            around.chosen = chosen.clone();
            let mut open = BTreeMap::new();
            let resolved: Vec<Result<Made<'_>, String>> = self
                .key
                .iter()
                .map(|part| resolve_key(links, part, &around, &mut open))
                .collect();
            let values = resolved.iter().flatten().flat_map(Made::values);
            let certain = values.filter(|value| value.via.certain);
            let real: Vec<NodeId> = certain.flat_map(|p| p.leaves.iter().copied()).collect();
            let mut necessity = links.necessity(&around, &real);
            necessity.open.append(&mut open);
            let level = links.innermost(links.tree.top, &around);
            let rows = rows
                .entry(level)
                .or_insert_with(|| links.necessity(&links.around_level(level), &[]));
            case.null_key
                .push(may_be_null(links, &resolved, rows, &necessity));
            let path = match own_key(links, occurrence, &resolved, &necessity) {
                // Only in one of several cases: it would be odd not to maintain a source at all.
                _ if necessity.never && base.is_some() => Path::Never,
                Some(held) if necessity.nothing.is_none() && !lost.contains(&occurrence) => {
                    Path::Key(held)
                }
                _ => {
                    let walk = walk_to_key(links, occurrence, &around, &resolved, &necessity);
                    match walk.filter(|_| !lost.contains(&occurrence)) {
                        Some(walk) => walk,
                        None => Path::Full(why_full(occurrence, &resolved, &around, &necessity)),
                    }
                }
            };
            candidates.push(match path {
                Path::Full(_) if !lost.contains(&occurrence) => {
                    let mut ties = pairs(links, occurrence, &necessity);
                    walks(links, occurrence, &around, &mut necessity, &mut ties);
                    ties
                }
                _ => BTreeMap::new(),
            });
            case.distance.push(match path {
                Path::Key(_) => Some(0),
                Path::Walk(..) => Some(1),
                _ => None,
            });
            case.paths.push(path);
            opened.push(necessity.open);
        }
        link(links, &mut case, &candidates);
        for occurrence in case.unsettled().collect::<Vec<_>>() {
            case.open
                .extend(opened.get(occurrence).into_iter().flatten());
        }
        case
    }
}

/// Gives every occurrence its ways, each leading to another of the list.
fn assemble(base: &Case, cases: &[Case], lost: &BTreeSet<OccId>) -> Vec<Way> {
    let mut assembly = Assembly::default();
    for occurrence in 0..base.paths.len() {
        if base.settled(occurrence).is_some() {
            assembly.way(base, occurrence);
        } else if cases.is_empty() || lost.contains(&occurrence) {
            assembly.add(base, occurrence, |path| path.clone());
        } else {
            let never = |case: &&Case| case.paths.get(occurrence) == Some(&Path::Never);
            for case in cases.iter().filter(|case| !never(case)) {
                assembly.way(case, occurrence);
            }
            if cases.iter().all(|case| never(&case)) {
                assembly.add(base, occurrence, |path| path.clone());
            }
        }
    }
    assembly.sorted()
}

#[derive(Default)]
struct Assembly {
    ways: Vec<Way>,
}

impl Assembly {
    /// The way of an occurrence in a case, and those it leads over.
    fn way(&mut self, case: &Case, occurrence: OccId) -> WayId {
        // From the key outwards, so that no recursion is as deep as a way is long.
        let mut chain = vec![occurrence];
        while let Some(Path::Link(to, _)) = chain.last().and_then(|at| case.paths.get(*at)) {
            chain.push(*to);
        }
        let mut last = 0;
        for at in chain.into_iter().rev() {
            last = self.add(case, at, |path| match path {
                Path::Link(_, hop) => Path::Link(last, hop.clone()),
                other => other.clone(),
            });
        }
        last
    }

    fn add(&mut self, case: &Case, occurrence: OccId, path: impl Fn(&Path) -> Path) -> WayId {
        let found = case.paths.get(occurrence).map(path);
        let path = found.unwrap_or_else(|| Path::Full(String::new()));
        let null_key = case.null_key.get(occurrence).copied().unwrap_or(true);
        if let Path::Walk(key, tie) = path {
            let held = Held {
                columns: vec![key],
                made: None,
            };
            let end = self.put(occurrence, Path::Key(held), null_key);
            return self.put(occurrence, Path::Link(end, vec![tie]), null_key);
        }
        self.put(occurrence, path, null_key)
    }

    fn put(&mut self, occurrence: OccId, path: Path, null_key: bool) -> WayId {
        let known = |w: &Way| w.occurrence == occurrence && w.path == path;
        if let Some(at) = self.ways.iter().position(known) {
            if let Some(way) = self.ways.get_mut(at) {
                way.null_key |= null_key;
            }
            return at;
        }
        self.ways.push(Way {
            occurrence,
            path,
            null_key,
        });
        self.ways.len() - 1
    }

    /// The ways in the order of their occurrences.
    fn sorted(self) -> Vec<Way> {
        let mut order: Vec<WayId> = (0..self.ways.len()).collect();
        order.sort_by_key(|at| self.ways.get(*at).map(|w| w.occurrence));
        let mut place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(place) = place.get_mut(*old) {
                *place = new;
            }
        }
        let moved = order.iter().filter_map(|old| self.ways.get(*old).cloned());
        moved
            .map(|mut way| {
                if let Path::Link(to, _) = &mut way.path {
                    *to = place.get(*to).copied().unwrap_or(0);
                }
                way
            })
            .collect()
    }
}

/// What a key column is, as seen by one occurrence.
struct Made<'t> {
    terms: Vec<Term<'t>>,
    /// It is one column, as it is.
    copies: bool,
}

impl<'t> Made<'t> {
    fn values(&self) -> impl Iterator<Item = &Resolved<'t>> {
        self.terms.iter().filter_map(|term| match term {
            Term::Value(value) => Some(value),
            Term::Text(_) => None,
        })
    }
}

/// Follows a key column to the columns of sources it is made of.
fn resolve_key<'t>(
    links: Links<'t>,
    part: &KeyPart<'_>,
    around: &Around,
    open: &mut BTreeMap<ChoiceId, usize>,
) -> Result<Made<'t>, String> {
    let (name, shown) = (&part.column.name, part.column);
    let terms = links
        .resolve_output(links.tree.top, part.output, around)
        .map_err(|stop| {
            if let Stop::Choice(choice, options) = stop {
                open.insert(choice, options);
            }
            format!("{name} is not a plain column of a table here")
        })?;
    let mut made = Made {
        terms,
        copies: false,
    };
    if made.values().any(|value| value.via.adds_null) {
        // Rows whose key is null have to be noticed, by a null in the column.
        return Err(format!(
            "{name} may be null where the column it comes from is not"
        ));
    }
    let same_type = |value: &Resolved<'_>| {
        value.column.type_oid == shown.type_oid && value.column.collation == shown.collation
    };
    let is_made = match made.terms.as_mut_slice() {
        [Term::Value(one)] if one.is_element() => false,
        [Term::Value(one)] if one.applied.is_empty() && same_type(one) => {
            made.copies = true;
            true
        }
        [Term::Value(one)] => types::shown_as(one.column, &one.applied, shown)
            .map(|applied| one.applied = applied)
            .is_some(),
        several => {
            types::is_text(shown)
                && several.iter_mut().all(|term| match term {
                    Term::Text(_) => true,
                    Term::Value(value) => types::as_text(value.column, &value.applied)
                        .filter(|_| !value.is_element())
                        .map(|applied| value.applied = applied)
                        .is_some(),
                })
        }
    };
    if !is_made {
        return Err(match made.terms.as_slice() {
            [Term::Value(one)] if one.applied.is_empty() => {
                format!("{name} has another type or collation than the column it comes from")
            }
            _ => format!("{name} is not a plain column of a table here"),
        });
    }
    let mixed = made
        .values()
        .flat_map(|value| &value.barriers)
        .find(|(level, _)| around.is_inside(*level))
        .map(|(_, barrier)| *barrier);
    match mixed {
        Some(barrier) => Err(format!("{} mixes rows of different keys", barrier.words())),
        None => Ok(made),
    }
}

/// Columns of the occurrence that equal the key, or what it is made of.
fn own_key(
    links: Links<'_>,
    occurrence: OccId,
    key: &[Result<Made<'_>, String>],
    necessity: &Necessity,
) -> Option<Held> {
    let mut columns = Vec::new();
    let mut parts = Vec::new();
    let mut copies = true;
    for made in key {
        let made = made.as_ref().ok()?;
        copies &= made.copies;
        let mut terms = Vec::new();
        for term in &made.terms {
            terms.push(match term {
                Term::Text(text) => Part::Text(text.clone()),
                Term::Value(value) => {
                    let (column, widened) = own_column(links, occurrence, value, necessity)?;
                    columns.push(column);
                    copies &= widened.is_none();
                    Part::Value(widened.into_iter().chain(value.applied.clone()).collect())
                }
            });
        }
        parts.push(terms);
    }
    (!columns.is_empty()).then_some(Held {
        columns,
        made: (!copies).then_some(parts),
    })
}

/// The column of the occurrence that equals a value, and what has to be done to it to have that value.
fn own_column(
    links: Links<'_>,
    occurrence: OccId,
    value: &Resolved<'_>,
    necessity: &Necessity,
) -> Option<(usize, Option<Applied>)> {
    if value.slot.0 == occurrence {
        return Some((value.slot.1, None));
    }
    let mut class = necessity.class(value.slot);
    if let Some(own) = class.find(|s| s.0 == occurrence) {
        return Some((own.1, None));
    }
    // To a column of a table there is a look-up, which compares the two.
    if links.is_column(value.slot) {
        return None;
    }
    let pairs = necessity.alike.iter().flat_map(|(a, b)| [(a, b), (b, a)]);
    let mut own = pairs.filter(|(a, b)| **a == value.slot && b.0 == occurrence);
    own.find_map(|(_, own)| {
        let widened = types::shown_as(links.column(*own)?, &[], value.column)?;
        Some((own.1, widened.first().cloned()))
    })
}

/// Whether a combination this occurrence has a part in may have a null key.
fn may_be_null(
    links: Links<'_>,
    key: &[Result<Made<'_>, String>],
    top: &Necessity,
    necessity: &Necessity,
) -> bool {
    let is_null = |part: &Resolved<'_>| {
        if part.via.certain {
            return false;
        }
        // Any null row on the way makes the key null, whatever the column at its end.
        let real = part.leaves.iter().all(|leaf| top.real.contains(leaf));
        let declared = links.is_not_null(part.slot);
        let shown = top.not_null.contains(&part.slot) || necessity.not_null.contains(&part.slot);
        !real || !(declared || shown)
    };
    key.iter().any(|made| match made {
        Ok(made) => made.values().any(is_null),
        Err(_) => true,
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
    for (a, b) in &necessity.equal_or_null {
        for (own, other) in [(a, b), (b, a)] {
            if own.0 == occurrence && other.0 != occurrence {
                let ties = found.entry(other.0).or_default();
                ties.equal_or_null.push(Tie {
                    relationship: Relationship::Same,
                    ..Tie::plain(own.1, other.1)
                });
            }
        }
    }
    for link in &necessity.computed {
        let (one, two) = link.slots;
        let (at_one, at_two) = &link.applied;
        let mirrored = match link.relationship {
            Relationship::Equal | Relationship::Same | Relationship::Over(_) => link.relationship,
            Relationship::Ordered(order) => Relationship::Ordered(order.mirrored()),
            Relationship::Element => Relationship::Contains,
            Relationship::Contains => Relationship::Element,
        };
        let sides = [
            (one, two, (at_one, at_two), link.relationship),
            (two, one, (at_two, at_one), mirrored),
        ];
        for (own, other, applied, relationship) in sides {
            if own.0 == occurrence && other.0 != occurrence {
                found.entry(other.0).or_default().computed.push(Tie {
                    own: own.1,
                    other: other.1,
                    applied: (applied.0.clone(), applied.1.clone()),
                    relationship,
                    // An array is carried by its elements.
                    is_plain: relationship == Relationship::Contains,
                });
            }
        }
    }
    found
}

/// The way over rows of its own that every step of a recursive query has, where the key is what the query gives.
fn walk_to_key(
    links: Links<'_>,
    occurrence: OccId,
    around: &Around,
    key: &[Result<Made<'_>, String>],
    necessity: &Necessity,
) -> Option<Path> {
    let [Ok(made)] = key else { return None };
    let ([Term::Value(value)], true) = (made.terms.as_slice(), made.copies) else {
        return None;
    };
    let leads = |end: Slot| end == value.slot || necessity.class(end).any(|s| s == value.slot);
    let steps = links.steps_of(occurrence, around);
    let step = steps.iter().find(|s| links.end(s).is_some_and(leads))?;
    let tie = Tie {
        relationship: Relationship::Over(step.from),
        is_plain: false,
        ..Tie::plain(step.to, step.to)
    };
    (necessity.nothing.is_none()).then_some(Path::Walk(step.to, tie))
}

/// Adds occurrences that are reached over rows of its own: those a recursive query starts from, and those tied to what it
/// gives.
fn walks(
    links: Links<'_>,
    occurrence: OccId,
    around: &Around,
    necessity: &mut Necessity,
    ties: &mut BTreeMap<OccId, Ties>,
) {
    for step in links.steps_of(occurrence, around) {
        let mut add = |own: usize, by: usize, other: Slot| {
            if other.0 != occurrence && links.is_column(other) {
                ties.entry(other.0).or_default().walks.push(Tie {
                    relationship: Relationship::Over(by),
                    is_plain: false,
                    ..Tie::plain(own, other.1)
                });
            }
        };
        match links.beginning(&step, around) {
            Ok(start) => add(step.from, step.to, start),
            Err(Stop::Choice(choice, options)) => {
                necessity.open.insert(choice, options);
            }
            Err(_) => {}
        }
        for other in links
            .end(&step)
            .into_iter()
            .flat_map(|end| necessity.class(end))
        {
            add(step.to, step.from, other);
        }
    }
}

/// Finds the shortest way for every occurrence of a case that has none.
fn link(links: Links<'_>, case: &mut Case, candidates: &[BTreeMap<OccId, Ties>]) {
    let mut graph: DiGraph<(), u32> = DiGraph::new();
    let nodes: Vec<NodeIndex> = case.paths.iter().map(|_| graph.add_node(())).collect();
    let key = graph.add_node(());
    for (at, here) in nodes.iter().enumerate() {
        if let Some(hops) = case.settled(at) {
            graph.add_edge(key, *here, hops);
            continue;
        }
        for to in candidates.get(at).into_iter().flat_map(BTreeMap::keys) {
            if let Some(there) = nodes.get(*to) {
                graph.add_edge(*there, *here, 1);
            }
        }
    }
    let distance = dijkstra(&graph, key, None, |edge| *edge.weight());
    let far = |at: OccId| nodes.get(at).and_then(|n| distance.get(n)).copied();
    for at in case.unsettled().collect::<Vec<_>>() {
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
            // The fewest rows lie on such a way.
            if let Some(walk) = ties.walks.first() {
                offer(0, vec![walk.clone()]);
            }
            let (mut cost, mut pairs) = choose(relation, &ties.pairs);
            for tie in &ties.equal_or_null {
                if pairs.is_empty() && relation.is_some_and(|r| is_indexed(r, &[tie.other])) {
                    cost = 1;
                }
                pairs.push(tie.clone());
            }
            if !pairs.is_empty() {
                offer(cost, pairs);
            }
            // After all others: such an edge is locked as a whole.
            let mut ordered = Hop::new();
            for tie in &ties.computed {
                let indexed = tie.applied.1.is_empty()
                    && relation.is_some_and(|r| is_indexed(r, &[tie.other]));
                match tie.relationship {
                    Relationship::Ordered(_) => ordered.push(tie.clone()),
                    _ => offer(if indexed { 4 } else { 5 }, vec![tie.clone()]),
                }
            }
            // An order says little; all there are say more.
            if !ordered.is_empty() {
                offer(6, ordered);
            }
        }
        if let (Some((_, to, hop)), Some(path)) = (best, case.paths.get_mut(at)) {
            *path = Path::Link(to, hop);
            if let Some(distance) = case.distance.get_mut(at) {
                *distance = Some(own);
            }
        }
    }
}

/// Picks the pairs to look rows up by, and what the lookup costs: by an index, by a unique one at best.
fn choose(relation: Option<&Relation>, pairs: &[Pair]) -> (usize, Hop) {
    let mut by_other: BTreeMap<usize, Pair> = BTreeMap::new();
    for pair in pairs {
        let slot = by_other.entry(pair.other).or_insert(*pair);
        if (pair.direct, slot.own) > (slot.direct, pair.own) {
            *slot = *pair;
        }
    }
    let take = |columns: &[usize]| -> Hop {
        columns
            .iter()
            .filter_map(|c| by_other.get(c))
            .map(|p| Tie::plain(p.own, p.other))
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

/// A statement that makes the index a look-up wants, unless the table has one that may be it.
pub fn missing_index(own: &Relation, relation: &Relation, hop: &[Tie]) -> Option<String> {
    let column = |tie: &Tie| relation.columns.get(tie.other);
    let all: Vec<usize> = hop.iter().map(|t| t.other).collect();
    match hop {
        [Tie {
            relationship: Relationship::Over(by),
            ..
        }] if !is_indexed(own, &[*by]) => {
            let columns: Vec<&Column> = own.columns.get(*by).into_iter().collect();
            Some(sql::create_index(own, &columns))
        }
        [only] if only.relationship == Relationship::Element => {
            let column = column(only)?;
            (!is_indexed(relation, &all)).then(|| sql::create_gin_index(relation, column))
        }
        [only] if !only.applied.1.is_empty() => {
            sql::create_expression_index(relation, column(only)?, &only.applied.1)
        }
        // One column in order is all that an index can use.
        [first, ..] if matches!(first.relationship, Relationship::Ordered(_)) => {
            let one_has = hop.iter().any(|t| is_indexed(relation, &[t.other]));
            let columns: Vec<&Column> = column(first).into_iter().collect();
            (!one_has && first.applied.1.is_empty()).then(|| sql::create_index(relation, &columns))
        }
        _ => {
            let columns: Vec<&Column> = hop.iter().filter_map(column).collect();
            (!is_indexed(relation, &all)).then(|| sql::create_index(relation, &columns))
        }
    }
}

/// Why there is no path, for people.
fn why_full(
    occurrence: OccId,
    key: &[Result<Made<'_>, String>],
    around: &Around,
    necessity: &Necessity,
) -> String {
    if let Some(nothing) = necessity.nothing {
        return nothing.to_owned();
    }
    if let Some(Err(reason)) = key.iter().find(|s| s.is_err()) {
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
