//! Which equalities hold whenever a row of an occurrence has any influence on the result.
//!
//! Think of one row of occurrence O and of one way in which it takes part in a row of the result: one row of
//! every FROM element on the way, one such combination per level. An equality is *in force* for O when it holds
//! in every such combination. The rules are about what is known to be a real row, not a null row made by an
//! outer join, in all of them:
//!
//! * O's own leaf is, and every join and level around it;
//! * with an inner join both its sides are and its condition holds; with an outer join its preserved side is;
//! * with the nullable side of an outer join the join's condition holds;
//! * with a level its WHERE holds, unless it can return a row without any row in FROM;
//! * an equality in force is not true of nulls, so it makes both its columns' leaves real.
//!
//! The rules are applied until nothing is added. Equalities over a column that comes out of a level which mixes
//! rows (LIMIT, grouping, windows) say nothing about rows inside that level.

use super::tree::{
    Anchor, Barrier, Condition, EqualOp, ItemColumn, JoinKind, Level, LevelId, NodeId, NodeKind,
    OccId, Place, Plain, Tree,
};
use crate::lineage::{Column, Relation};
use std::collections::{BTreeMap, BTreeSet};

/// A column of an occurrence, by position in the relation's columns.
pub type Slot = (OccId, usize);

/// How much two columns' types have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    /// Same type, same collation.
    Same,
    /// Types that compare with one another.
    Alike,
}

/// A column a reference leads to, with what lies between.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The column.
    pub slot: Slot,
    /// Levels that mix rows across the column.
    pub barriers: Vec<(LevelId, Barrier)>,
    /// Leaves on the way. The reference has the column's value where all of them are real, else it is null.
    pub leaves: Vec<NodeId>,
}

/// What is in force for one occurrence.
#[derive(Debug, Default)]
pub struct Necessity {
    /// Equal columns of the same type and collation.
    pub same: BTreeSet<(Slot, Slot)>,
    /// Equal columns of types that only compare with one another.
    pub alike: BTreeSet<(Slot, Slot)>,
    /// Classes of `same`.
    classes: Vec<BTreeSet<Slot>>,
    /// Where in `classes` a column is.
    class_of: BTreeMap<Slot, usize>,
    /// Columns known not to be null.
    pub not_null: BTreeSet<Slot>,
    /// Leaves, joins known to be real.
    pub real: BTreeSet<NodeId>,
    /// Nothing is known, and why.
    pub nothing: Option<&'static str>,
    /// An equality did not count because of this.
    pub dropped: Option<Barrier>,
}

impl Necessity {
    /// Columns equal to this one, in order; none when it equals no other.
    pub fn class(&self, slot: Slot) -> impl Iterator<Item = Slot> + '_ {
        let class = self
            .class_of
            .get(&slot)
            .and_then(|at| self.classes.get(*at));
        class.into_iter().flatten().copied()
    }

    /// Sorts columns into classes once no more equalities are to come.
    fn close(&mut self) {
        let mut neighbours: BTreeMap<Slot, Vec<Slot>> = BTreeMap::new();
        for (a, b) in &self.same {
            neighbours.entry(*a).or_default().push(*b);
            neighbours.entry(*b).or_default().push(*a);
        }
        for start in neighbours.keys() {
            if self.class_of.contains_key(start) {
                continue;
            }
            let at = self.classes.len();
            let mut class = BTreeSet::new();
            let mut open = vec![*start];
            while let Some(slot) = open.pop() {
                if class.insert(slot) {
                    self.class_of.insert(slot, at);
                    open.extend(neighbours.get(&slot).into_iter().flatten().copied());
                }
            }
            self.classes.push(class);
        }
    }
}

/// What surrounds a place in the tree.
#[derive(Debug, Default)]
pub struct Around {
    levels: BTreeSet<LevelId>,
    branches: BTreeMap<LevelId, usize>,
    nodes: Vec<NodeId>,
    /// Levels one of whose combinations is certain to exist.
    combined: BTreeSet<LevelId>,
    expression: bool,
    nothing: Option<&'static str>,
}

impl Around {
    /// Whether there is a subquery of an expression on the way out.
    pub fn in_expression(&self) -> bool {
        self.expression
    }

    /// Whether this level is on the way out.
    pub fn is_inside(&self, level: LevelId) -> bool {
        self.levels.contains(&level)
    }
}

/// The tree with the relations behind it.
#[derive(Clone, Copy)]
pub struct Links<'t> {
    /// The query.
    pub tree: &'t Tree,
    /// The snapshot's relations.
    pub relations: &'t [Relation],
}

impl<'t> Links<'t> {
    /// The column a slot names.
    pub fn column(&self, slot: Slot) -> Option<&'t Column> {
        let relation = self.tree.occurrences.get(slot.0)?.relation;
        self.relations.get(relation)?.columns.get(slot.1)
    }

    /// What surrounds an occurrence.
    pub fn around(&self, occurrence: OccId) -> Around {
        let mut around = Around::default();
        if let Some(occurrence) = self.tree.occurrences.get(occurrence) {
            self.outwards(Some(occurrence.node), None, &mut around);
        }
        around
    }

    /// What surrounds the rows of a level, that level included.
    pub fn around_level(&self, level: LevelId) -> Around {
        let mut around = Around::default();
        if self
            .tree
            .levels
            .get(level)
            .is_some_and(|l| !l.row_from_nothing())
        {
            around.combined.insert(level);
        }
        self.outwards(None, Some(level), &mut around);
        around
    }

    fn outwards(&self, mut node: Option<NodeId>, mut level: Option<LevelId>, around: &mut Around) {
        // Each step goes to something that was made earlier or encloses this, so the walk ends.
        loop {
            if let Some(at) = node {
                around.nodes.push(at);
                let Some(here) = self.tree.nodes.get(at) else {
                    return;
                };
                if let NodeKind::Join {
                    kind: JoinKind::Full,
                    ..
                } = here.kind
                {
                    around.nothing = Some("it is inside a full join");
                }
                node = here.parent;
                if node.is_none() {
                    level = Some(here.level);
                    around.combined.insert(here.level);
                }
                continue;
            }
            let Some(at) = level else { return };
            level = None;
            around.levels.insert(at);
            let Some(here) = self.tree.levels.get(at) else {
                return;
            };
            if here.recursive {
                around.nothing = Some("it is inside a recursive query");
            }
            match here.place {
                Place::Top => return,
                Place::From(leaf) => node = Some(leaf),
                Place::Branch(outer, branch) => {
                    around.branches.insert(outer, branch);
                    level = Some(outer);
                }
                Place::Expression(outer, anchor) => {
                    around.expression = true;
                    match anchor {
                        Anchor::Rows => {
                            around.combined.insert(outer);
                            level = Some(outer);
                        }
                        Anchor::Result => {
                            if self
                                .tree
                                .levels
                                .get(outer)
                                .is_some_and(|l| !l.row_from_nothing())
                            {
                                around.combined.insert(outer);
                            }
                            level = Some(outer);
                        }
                        Anchor::Node(anchor) => node = Some(anchor),
                    }
                }
            }
        }
    }

    /// The level whose rows a level returns: itself, or the branch of the set operation that surrounds a place.
    pub fn innermost(&self, mut level: LevelId, around: &Around) -> LevelId {
        while let Some(Some(branches)) = self.tree.levels.get(level).map(|l| l.branches.as_ref()) {
            match around.branches.get(&level).and_then(|b| branches.get(*b)) {
                Some(branch) => level = *branch,
                None => break,
            }
        }
        level
    }

    /// Follows a reference to a column of a source, as seen from inside `around`.
    pub fn resolve(&self, plain: &Plain, around: &Around) -> Option<Resolved> {
        let mut casts = plain.casts.clone();
        let mut barriers = Vec::new();
        let mut leaves = Vec::new();
        let mut at = plain.column;
        loop {
            leaves.push(at.node);
            match self.tree.nodes.get(at.node)?.kind {
                NodeKind::Table(occurrence) => {
                    let slot = (occurrence, at.column);
                    let column = self.column(slot)?;
                    let same = casts.iter().all(|cast| keeps_value(cast, column));
                    return same.then_some(Resolved {
                        slot,
                        barriers,
                        leaves,
                    });
                }
                NodeKind::Level(level) => {
                    at = self.through(level, at.column, around, &mut casts, &mut barriers)?
                }
                NodeKind::Opaque | NodeKind::Join { .. } => return None,
            }
        }
    }

    /// Follows a result column of a level.
    pub fn resolve_output(
        &self,
        level: LevelId,
        output: usize,
        around: &Around,
    ) -> Option<Resolved> {
        let mut casts = Vec::new();
        let mut barriers = Vec::new();
        let column = self.through(level, output, around, &mut casts, &mut barriers)?;
        let plain = Plain { column, casts };
        let mut resolved = self.resolve(&plain, around)?;
        resolved.barriers.extend(barriers);
        Some(resolved)
    }

    /// One step inwards: the column that a level's result column copies.
    fn through(
        &self,
        level: LevelId,
        output: usize,
        around: &Around,
        casts: &mut Vec<String>,
        barriers: &mut Vec<(LevelId, Barrier)>,
    ) -> Option<ItemColumn> {
        let mut id = level;
        loop {
            let here = self.tree.levels.get(id)?;
            if here.recursive {
                return None;
            }
            if let Some(branches) = &here.branches {
                let branch = around.branches.get(&id)?;
                if here.limited {
                    barriers.push((id, Barrier::Limit));
                }
                if !self.branches_agree(branches, output, around) {
                    return None;
                }
                id = *branches.get(*branch)?;
                continue;
            }
            let plain = here.outputs.get(output)?.plain.as_ref()?;
            if let Some(barrier) = here.mixes(plain.column, self.determined(here, plain.column)) {
                barriers.push((id, barrier));
            }
            let mut inner = plain.casts.clone();
            inner.append(casts);
            *casts = inner;
            return Some(plain.column);
        }
    }

    /// Whether the grouping columns hold a key of the table the column is of: then all rows of a group have one row
    /// of it, or none. The server accepts such a column in no other case, and keeps the constraint while the view
    /// stands.
    fn determined(&self, level: &Level, column: ItemColumn) -> bool {
        let Some(NodeKind::Table(occurrence)) = self.tree.nodes.get(column.node).map(|n| &n.kind)
        else {
            return false;
        };
        let relation = self.tree.occurrences.get(*occurrence).map(|o| o.relation);
        let Some(relation) = relation.and_then(|r| self.relations.get(r)) else {
            return false;
        };
        let grouped = |num: &i16| {
            level.group_columns.iter().any(|g| {
                let at = relation.columns.get(g.column);
                g.node == column.node && at.is_some_and(|c| c.num == *num && c.not_null)
            })
        };
        relation
            .unique
            .iter()
            .any(|key| !key.is_empty() && key.iter().all(grouped))
    }

    /// Whether no two branches of a set operation are known to give this column different types.
    fn branches_agree(&self, branches: &[LevelId], output: usize, around: &Around) -> bool {
        let mut kinds = branches.iter().filter_map(|branch| {
            let inside = Around {
                branches: around.branches.clone(),
                ..Around::default()
            };
            let plain = self
                .tree
                .levels
                .get(*branch)?
                .outputs
                .get(output)?
                .plain
                .as_ref()?;
            let resolved = self.resolve(plain, &inside)?;
            let column = self.column(resolved.slot)?;
            Some((column.type_oid, column.collation))
        });
        let first = kinds.next();
        kinds.all(|kind| Some(kind) == first)
    }

    /// What is in force for an occurrence.
    pub fn necessity(&self, around: &Around) -> Necessity {
        let mut found = Necessity {
            nothing: around.nothing,
            ..Necessity::default()
        };
        if found.nothing.is_some() {
            return found;
        }
        let mut closure = Closure {
            links: *self,
            around,
            found: &mut found,
            combined: BTreeSet::new(),
            conditions: Vec::new(),
        };
        for node in &around.nodes {
            closure.real(*node);
        }
        for level in &around.combined {
            closure.combination(*level);
        }
        for level in &around.levels {
            closure.entries(*level);
        }
        while closure.step() {}
        found.close();
        found
    }

    /// Whether two columns under this operator are equal in the sense of their types, hence also not null.
    fn compare(&self, one: Slot, two: Slot, op: &EqualOp) -> Option<Match> {
        let (one, two) = (self.column(one)?, self.column(two)?);
        let (eq_one, eq_two) = (one.eq.as_deref()?, two.eq.as_deref()?);
        if is_array(one) || is_array(two) {
            return None;
        }
        let same = one.type_oid == two.type_oid && one.collation == two.collation;
        match op {
            EqualOp::Named(op) => (same && eq_one == op && eq_two == op).then_some(Match::Same),
            EqualOp::Catalog => {
                if eq_one != CATALOG_EQUAL || eq_two != CATALOG_EQUAL {
                    return None;
                }
                let both =
                    |kinds: &[u32]| kinds.contains(&one.type_oid) && kinds.contains(&two.type_oid);
                if same {
                    Some(Match::Same)
                } else if both(&[INT2, INT4, INT8])
                    || (both(&[TEXT, VARCHAR]) && one.collation == two.collation)
                {
                    Some(Match::Alike)
                } else {
                    None
                }
            }
        }
    }
}

/// Whether the column's type is an array. Sets of values are passed as arrays, and there are none of arrays.
pub fn is_array(column: &Column) -> bool {
    column.type_name.ends_with("[]") || matches!(column.type_oid, OIDVECTOR | INT2VECTOR)
}

const OIDVECTOR: u32 = 30;
const INT2VECTOR: u32 = 22;
const CATALOG_EQUAL: &str = "OPERATOR(pg_catalog.=)";
const INT2: u32 = 21;
const INT4: u32 = 23;
const INT8: u32 = 20;
const TEXT: u32 = 25;
const VARCHAR: u32 = 1043;
const BPCHAR: u32 = 1042;
const BIT: u32 = 1560;
const VARBIT: u32 = 1562;

/// Whether a cast to the type written here leaves a value of this column as it is.
///
/// That is so for a cast to the column's own type (or, for a domain, to its base type) without a modifier, and
/// between `text` and `character varying`.
fn keeps_value(cast: &str, column: &Column) -> bool {
    let cast = cast.to_ascii_lowercase();
    let is = |names: &[&str]| names.contains(&cast.as_str());
    match column.type_oid {
        // `character` and `bit` without a length mean a length of one.
        BPCHAR | BIT | VARBIT => false,
        TEXT | VARCHAR => is(&["text", "character varying", "varchar"]),
        INT2 => is(&["smallint", "int2"]),
        INT4 => is(&["integer", "int", "int4"]),
        INT8 => is(&["bigint", "int8"]),
        _ => {
            // Names in quotes keep their case; folding could take one type for another.
            let quoted = cast.contains('"') || column.type_name.contains('"');
            !quoted && !cast.contains('(') && cast == column.type_name.to_ascii_lowercase()
        }
    }
}

/// A condition that has been put in force.
enum InForce {
    Condition(Condition),
    Entry(LevelId, usize),
}

struct Closure<'c, 't> {
    links: Links<'t>,
    around: &'c Around,
    found: &'c mut Necessity,
    combined: BTreeSet<LevelId>,
    conditions: Vec<InForce>,
}

impl Closure<'_, '_> {
    /// A node has a real row. Work lists instead of recursion: the tree may be deep.
    fn real(&mut self, node: NodeId) {
        let mut open = vec![node];
        while let Some(at) = open.pop() {
            if !self.found.real.insert(at) {
                continue;
            }
            let Some(node) = self.links.tree.nodes.get(at) else {
                continue;
            };
            // Inwards.
            match &node.kind {
                NodeKind::Join {
                    kind,
                    left,
                    right,
                    conditions,
                } => match kind {
                    JoinKind::Inner => {
                        self.put(conditions);
                        open.extend([*left, *right]);
                    }
                    JoinKind::Left => open.push(*left),
                    JoinKind::Right => open.push(*right),
                    JoinKind::Full => {}
                },
                NodeKind::Level(level) => {
                    let inner = self.links.tree.levels.get(*level);
                    if inner.is_some_and(|l| {
                        !l.row_from_nothing() && l.branches.is_none() && !l.recursive
                    }) {
                        open.extend(self.combination_roots(*level));
                    }
                }
                NodeKind::Table(_) | NodeKind::Opaque => {}
            }
            // Outwards.
            match node
                .parent
                .and_then(|p| self.links.tree.nodes.get(p).map(|n| (p, n)))
            {
                Some((parent, above)) => {
                    if let NodeKind::Join {
                        kind,
                        left,
                        right,
                        conditions,
                    } = &above.kind
                    {
                        let nullable = match kind {
                            JoinKind::Left => at == *right,
                            JoinKind::Right => at == *left,
                            JoinKind::Inner | JoinKind::Full => false,
                        };
                        if nullable {
                            self.put(conditions);
                        }
                    }
                    open.push(parent);
                }
                None => {
                    open.extend(self.combination_roots(node.level));
                    let level = self.links.tree.levels.get(node.level);
                    if let Some(Place::From(leaf)) = level.map(|l| l.place) {
                        open.push(leaf);
                    }
                }
            }
        }
    }

    /// A combination of the rows in FROM of this level exists.
    fn combination(&mut self, level: LevelId) {
        for root in self.combination_roots(level) {
            self.real(root);
        }
    }

    fn combination_roots(&mut self, level: LevelId) -> Vec<NodeId> {
        if !self.combined.insert(level) {
            return Vec::new();
        }
        let Some(level) = self.links.tree.levels.get(level) else {
            return Vec::new();
        };
        self.put(&level.conditions);
        level.roots.clone()
    }

    fn put(&mut self, conditions: &[Condition]) {
        self.conditions
            .extend(conditions.iter().cloned().map(InForce::Condition));
    }

    fn entries(&mut self, level: LevelId) {
        let entries = self
            .links
            .tree
            .levels
            .get(level)
            .map_or(0, |l| l.entries.len());
        self.conditions
            .extend((0..entries).map(|e| InForce::Entry(level, e)));
    }

    /// Takes up what was put in force; false when there was nothing.
    fn step(&mut self) -> bool {
        let conditions = std::mem::take(&mut self.conditions);
        let some = !conditions.is_empty();
        for condition in conditions {
            match condition {
                InForce::Condition(Condition::Equal(one, two, op)) => {
                    let one = self.links.resolve(&one, self.around);
                    let two = self.links.resolve(&two, self.around);
                    if let (Some(one), Some(two)) = (one, two) {
                        self.equal(&one, &two, &op);
                    }
                }
                InForce::Condition(Condition::NotNull(column)) => {
                    let plain = Plain {
                        column,
                        casts: Vec::new(),
                    };
                    if let Some(one) = self.links.resolve(&plain, self.around) {
                        if self.counts(&one) {
                            self.not_null(&one);
                        }
                    }
                }
                InForce::Entry(level, entry) => {
                    let entry = self
                        .links
                        .tree
                        .levels
                        .get(level)
                        .and_then(|l| l.entries.get(entry));
                    if let Some(entry) = entry {
                        let one = self.links.resolve(&entry.left, self.around);
                        let two = self.links.resolve_output(level, entry.output, self.around);
                        if let (Some(one), Some(two)) = (one, two) {
                            self.equal(&one, &two, &entry.op);
                        }
                    }
                }
            }
        }
        some
    }

    /// Whether a column says something here: it does not come out of a level that mixes rows around this place.
    fn counts(&mut self, resolved: &Resolved) -> bool {
        let around = self.around;
        let mixed = resolved
            .barriers
            .iter()
            .find(|(level, _)| around.is_inside(*level));
        if let Some((_, barrier)) = mixed {
            self.found.dropped = Some(*barrier);
        }
        mixed.is_none()
    }

    fn equal(&mut self, one: &Resolved, two: &Resolved, op: &EqualOp) {
        if !self.counts(one) || !self.counts(two) {
            return;
        }
        let (a, b) = (one.slot.min(two.slot), one.slot.max(two.slot));
        match self.links.compare(a, b, op) {
            Some(Match::Same) => {
                self.found.same.insert((a, b));
            }
            Some(Match::Alike) => {
                self.found.alike.insert((a, b));
            }
            None => return,
        }
        self.not_null(one);
        self.not_null(two);
    }

    fn not_null(&mut self, resolved: &Resolved) {
        self.found.not_null.insert(resolved.slot);
        for leaf in &resolved.leaves {
            self.real(*leaf);
        }
    }
}
