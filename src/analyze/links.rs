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
//! * with both sides of a full join its condition holds;
//! * an equality in force is not true of nulls, so it makes both its columns' leaves real.
//!
//! The rules are applied until nothing is added. Equalities over a column that comes out of a level which mixes
//! rows (LIMIT, grouping, windows) say nothing about rows inside that level.

use super::tree::{
    self, Anchor, Barrier, ChoiceId, Compared, Condition, EqualOp, ItemColumn, JoinKind, Level,
    LevelId, NodeId, NodeKind, OccId, Order, Output, Piece, Place, Plain, Recursion, Tree,
};
use super::types::{self, compare, Applied, Match};
use crate::lineage::{Column, Relation, Test};
use std::collections::{BTreeMap, BTreeSet};

/// A column of an occurrence, by position in the relation's columns; or one that a full join merges: the number of
/// occurrences and the join's together, and the position among its conditions. Likewise one of a function or VALUES in
/// FROM, by the leaf's number; and one of a recursive query as seen from inside: of its former rows, or of those that it gives.
pub type Slot = (OccId, usize);

/// A column a reference leads to, with what lies between.
#[derive(Debug, Clone)]
pub struct Resolved<'t> {
    /// The column.
    pub slot: Slot,
    /// What it looks like; for a merged one the column on the left.
    pub column: &'t Column,
    /// Levels that mix rows across the column.
    pub barriers: Vec<(LevelId, Barrier)>,
    /// What is done to its value.
    pub applied: Vec<Applied>,
    /// Leaves on the way. The reference has the column's value where all of them are real, else it is null.
    pub leaves: Vec<NodeId>,
    /// The reference has an element of the column's value, an array.
    element: bool,
    /// How it was chosen.
    pub via: Via,
}

/// What the choices on the way to a column mean for nulls.
#[derive(Debug, Clone, Copy, Default)]
pub struct Via {
    /// The column is chosen only where it is not null.
    pub certain: bool,
    /// The reference may be null where the column is not.
    pub adds_null: bool,
}

impl Via {
    fn add(&mut self, other: Via) {
        self.certain |= other.certain;
        self.adds_null |= other.adds_null;
    }
}

impl Resolved<'_> {
    fn is_bare(&self) -> bool {
        self.applied.is_empty() && !self.element
    }

    /// Whether the reference has an element of the column's value.
    pub fn is_element(&self) -> bool {
        self.element
    }
}

/// What a result column is put together of.
#[derive(Debug, Clone)]
pub enum Term<'t> {
    /// A text that is the same in every row.
    Text(String),
    /// What is made of a column of a source.
    Value(Resolved<'t>),
}

/// Why a reference leads to no column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It is something else.
    Other,
    /// It is null.
    Null,
    /// It is one of this many columns, and which has not been chosen.
    Choice(ChoiceId, usize),
}

/// How two expressions of a column each stand to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relationship {
    /// They are equal.
    Equal,
    /// In this order.
    Ordered(Order),
    /// They are equal, or both are null.
    Same,
    /// The first is an element of the second.
    Element,
    /// The second is an element of the first.
    Contains,
    /// The first leads over any number of rows of its own table to one that equals the second: the column by which such rows
    /// are found.
    Over(usize),
}

/// How each step of a recursive query goes on from the step before: over a row of this occurrence. Both columns are of one
/// type.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The occurrence, which has a row in every step.
    pub occurrence: OccId,
    /// The recursive query.
    pub level: LevelId,
    /// Its column, by position.
    pub output: usize,
    /// The occurrence's column that equals this column of the former row.
    pub from: usize,
    /// The one that equals this column of the row that the step gives.
    pub to: usize,
}

/// An expression of one column that is tied to one of another otherwise than by plain equality.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Computed {
    /// The columns.
    pub slots: (Slot, Slot),
    /// What is done to each.
    pub applied: (Vec<Applied>, Vec<Applied>),
    /// The tie.
    pub relationship: Relationship,
}

/// What is in force for one occurrence.
#[derive(Debug, Default)]
pub struct Necessity {
    /// Equal columns of the same type and collation.
    pub same: BTreeSet<(Slot, Slot)>,
    /// Equal columns of types that only compare with one another.
    pub alike: BTreeSet<(Slot, Slot)>,
    /// Columns of the same type and collation, of occurrences, that are equal or both null.
    pub equal_or_null: BTreeSet<(Slot, Slot)>,
    /// Other ties between expressions of columns of two occurrences.
    pub computed: BTreeSet<Computed>,
    /// Choices that have not been made, with the number of their options.
    pub open: BTreeMap<ChoiceId, usize>,
    /// Classes of `same`.
    classes: Vec<BTreeSet<Slot>>,
    /// Where in `classes` a column is.
    class_of: BTreeMap<Slot, usize>,
    /// Columns known not to be null.
    pub not_null: BTreeSet<Slot>,
    /// What is asked of the values of columns by themselves.
    pub tests: BTreeSet<(Slot, Test)>,
    /// Leaves, joins known to be real.
    pub real: BTreeSet<NodeId>,
    /// It has no influence at all: a condition that is in force can never hold.
    pub never: bool,
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

/// Which option holds, per choice.
pub type Chosen = BTreeMap<ChoiceId, usize>;

/// What surrounds a place in the tree.
#[derive(Debug, Default)]
pub struct Around {
    levels: BTreeSet<LevelId>,
    branches: BTreeMap<LevelId, usize>,
    nodes: Vec<NodeId>,
    /// Levels one of whose combinations is certain to exist.
    combined: BTreeSet<LevelId>,
    expression: bool,
    full_join: bool,
    nothing: Option<&'static str>,
    /// What is assumed.
    pub chosen: Chosen,
}

impl Around {
    /// Whether there is a subquery of an expression on the way out.
    pub fn in_expression(&self) -> bool {
        self.expression
    }

    /// Whether there is a full join on the way out.
    pub fn in_full_join(&self) -> bool {
        self.full_join
    }

    /// Recursive queries in whose repeated branch it is, or in one that they start from.
    fn recursions<'l>(
        &'l self,
        tree: &'l Tree,
    ) -> impl Iterator<Item = (LevelId, Recursion, bool)> + 'l {
        self.branches.iter().filter_map(|(level, branch)| {
            let recursion = tree.levels.get(*level)?.recursion?;
            Some((*level, recursion, *branch == recursion.branch))
        })
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
    /// Whether a slot is a column of an occurrence.
    pub fn is_column(&self, slot: Slot) -> bool {
        slot.0 < self.tree.occurrences.len()
    }

    /// What a full join merges into this: the column on its left, the one on its right, and how they are compared.
    ///
    /// Where the left side is real the merged value is the left column's: if that is null the row has no partner,
    /// and the merged value is null too. Likewise on the right, because with both sides real the two are equal.
    fn sides(&self, slot: Slot) -> Option<(&'t Plain, &'t Plain, &'t EqualOp)> {
        let node = slot.0.checked_sub(self.tree.occurrences.len())?;
        let NodeKind::Join {
            kind: JoinKind::Full,
            left,
            right,
            conditions,
            ..
        } = &self.tree.nodes.get(node)?.kind
        else {
            return None;
        };
        let Condition::Equal(one, two, op) = conditions.get(slot.1)? else {
            return None;
        };
        let below = |plain: &Plain, side| self.tree.is_below(plain.column.node, side);
        if below(one, *left) && below(two, *right) {
            Some((one, two, op))
        } else if below(two, *left) && below(one, *right) {
            Some((two, one, op))
        } else {
            None
        }
    }

    /// What a slot that is the column of a function, VALUES or a recursive query looks like.
    fn given(&self, slot: Slot) -> Option<&'t Column> {
        let node = slot.0.checked_sub(self.tree.occurrences.len())?;
        if let Some(NodeKind::Former(level) | NodeKind::Level(level)) =
            self.tree.nodes.get(node).map(|n| &n.kind)
        {
            if self.tree.levels.get(*level)?.recursion.is_some() {
                return Some(self.start(*level, slot.1, &Around::default())?.column);
            }
        }
        let column = ItemColumn {
            node,
            column: slot.1,
        };
        self.tree.given.get(&column)
    }

    /// Whether a slot is never null in a real row.
    pub fn is_not_null(&self, slot: Slot) -> bool {
        if self.is_column(slot) {
            return self.column(slot).is_some_and(|c| c.not_null);
        }
        // One of the sides is real; its column must not be null in any row of it.
        let declared = |plain: &Plain, join: NodeId| {
            let node = self.tree.nodes.get(plain.column.node);
            let leaf = match node {
                Some(node) if node.parent == Some(join) => Some(&node.kind),
                _ => None,
            };
            match leaf {
                Some(NodeKind::Table(occurrence)) => self
                    .column((*occurrence, plain.column.column))
                    .is_some_and(|c| c.not_null),
                _ => false,
            }
        };
        let join = slot.0.saturating_sub(self.tree.occurrences.len());
        self.sides(slot)
            .is_some_and(|(left, right, _)| declared(left, join) && declared(right, join))
    }

    /// The column a slot names, for a merged one the one on the left.
    pub fn column(&self, slot: Slot) -> Option<&'t Column> {
        if let Some(given) = self.given(slot) {
            return Some(given);
        }
        if !self.is_column(slot) {
            let (left, _, _) = self.sides(slot)?;
            let left = self.resolve(left, &Around::default())?;
            return Some(left.column);
        }
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
                    around.full_join = true;
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
                around.nothing = Some("it is inside a recursive query that is not followed");
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
                        Anchor::Node(anchor) => {
                            let anchored = self.tree.nodes.get(anchor).map(|n| &n.kind);
                            if let Some(NodeKind::Join {
                                kind: JoinKind::Full,
                                ..
                            }) = anchored
                            {
                                around.nothing = Some("it is in the condition of a full join");
                            }
                            node = Some(anchor);
                        }
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
    pub fn resolve(&self, plain: &Plain, around: &Around) -> Option<Resolved<'t>> {
        let found = self.follow(plain, around, MERGE_LIMIT);
        found.ok().filter(Resolved::is_bare)
    }

    fn follow(&self, plain: &Plain, around: &Around, merges: usize) -> Result<Resolved<'t>, Stop> {
        let mut steps = plain.steps.clone();
        let mut barriers = Vec::new();
        let mut leaves = Vec::new();
        let mut via = Via::default();
        let mut at = plain.column;
        loop {
            leaves.push(at.node);
            let node = self.tree.nodes.get(at.node).ok_or(Stop::Other)?;
            let outer = (self.tree.occurrences.len() + at.node, at.column);
            let (slot, column) = match &node.kind {
                NodeKind::Table(occurrence) => {
                    let slot = (*occurrence, at.column);
                    (slot, self.column(slot).ok_or(Stop::Other)?)
                }
                NodeKind::Opaque | NodeKind::Level(_) if self.tree.given.contains_key(&at) => {
                    (outer, self.given(outer).ok_or(Stop::Other)?)
                }
                NodeKind::Former(level) if self.is_passed(*level, at.column) => {
                    let start = self.started_by(*level, around)?;
                    let step = self.through(start, at.column, around, &mut steps, &mut barriers)?;
                    at = step.0;
                    via.add(step.1);
                    continue;
                }
                NodeKind::Former(_) => (outer, self.given(outer).ok_or(Stop::Other)?),
                NodeKind::Level(level) if self.is_ahead(*level, at.column, around)? => {
                    (outer, self.given(outer).ok_or(Stop::Other)?)
                }
                NodeKind::Level(level) => {
                    let step =
                        self.through(*level, at.column, around, &mut steps, &mut barriers)?;
                    at = step.0;
                    via.add(step.1);
                    continue;
                }
                NodeKind::Elements(arrays) => {
                    let array = arrays.get(at.column).filter(|_| steps.is_empty());
                    let mut array = self.follow(array.ok_or(Stop::Other)?, around, merges)?;
                    if !array.is_bare() {
                        return Err(Stop::Other);
                    }
                    array.barriers.extend(barriers);
                    array.leaves.extend(leaves);
                    array.element = true;
                    array.via.add(via);
                    return Ok(array);
                }
                NodeKind::Join { .. } => {
                    let (left, right, op) = self.sides(outer).ok_or(Stop::Other)?;
                    let merges = merges.checked_sub(1).ok_or(Stop::Other)?;
                    let follow = |p| {
                        let found = self.follow(p, &Around::default(), merges);
                        found.ok().filter(Resolved::is_bare).ok_or(Stop::Other)
                    };
                    let (left, right) = (follow(left)?, follow(right)?);
                    if compare(left.column, right.column, op) != Some(Match::Same) {
                        return Err(Stop::Other);
                    }
                    (outer, left.column)
                }
                NodeKind::Opaque => return Err(Stop::Other),
            };
            return Ok(Resolved {
                slot,
                column,
                applied: types::apply(&steps, column).ok_or(Stop::Other)?,
                barriers,
                leaves,
                element: false,
                via,
            });
        }
    }

    /// Follows a result column of a level to what it is put together of: as a rule one column of a source.
    pub fn resolve_output(
        &self,
        level: LevelId,
        output: usize,
        around: &Around,
    ) -> Result<Vec<Term<'t>>, Stop> {
        let mut barriers = Vec::new();
        let mut leaves = Vec::new();
        let mut at = (level, output);
        // Each step goes inwards.
        let pieces = loop {
            let (id, shown) = self.row_source(at.0, at.1, around, &mut barriers)?;
            let here = self.tree.levels.get(id).ok_or(Stop::Other)?;
            if let Some(pieces) = &shown.pieces {
                let grouped = here.group_pieces.contains(pieces);
                break (id, pieces, grouped);
            }
            // A copy of a column of a level inside may be put together there.
            let copied = shown.plain.as_ref().filter(|p| p.steps.is_empty());
            let inner = copied.and_then(|p| match self.tree.nodes.get(p.column.node)?.kind {
                NodeKind::Level(inner) => Some((p.column, inner)),
                _ => None,
            });
            let follows = |(column, inner): &(ItemColumn, LevelId)| {
                let level = self.tree.levels.get(*inner);
                !self.tree.given.contains_key(column)
                    && level.is_some_and(|l| l.recursion.is_none())
            };
            let Some((column, inner)) = inner.filter(follows) else {
                return Ok(vec![Term::Value(
                    self.follow_output(level, output, around)?,
                )]);
            };
            let plain = Plain {
                column,
                steps: Vec::new(),
            };
            barriers.extend(self.barrier(id, &plain).map(|b| (id, b)));
            leaves.push(column.node);
            at = (inner, column.column);
        };
        let (id, pieces, grouped) = pieces;
        let here = self.tree.levels.get(id).ok_or(Stop::Other)?;
        let term = |piece: &Piece| match piece {
            Piece::Text(text) => Ok(Term::Text(text.clone())),
            Piece::Value(plain) => {
                let mut value = self.follow(plain, around, MERGE_LIMIT)?;
                let determined = |by: &[ItemColumn]| self.determined(by, plain.column);
                let mixed = here.mixes(plain.column, grouped, determined);
                value.via.adds_null |= here.adds_null(plain.column);
                value.barriers.extend(mixed.map(|b| (id, b)));
                value.barriers.extend(barriers.iter().copied());
                value.leaves.extend(&leaves);
                Ok(Term::Value(value))
            }
        };
        pieces.iter().map(term).collect()
    }

    fn follow_output(
        &self,
        level: LevelId,
        output: usize,
        around: &Around,
    ) -> Result<Resolved<'t>, Stop> {
        let mut steps = Vec::new();
        let mut barriers = Vec::new();
        let (column, via) = self.through(level, output, around, &mut steps, &mut barriers)?;
        let plain = Plain { column, steps };
        let mut resolved = self.follow(&plain, around, MERGE_LIMIT)?;
        resolved.barriers.extend(barriers);
        resolved.via.add(via);
        Ok(resolved)
    }

    /// One step inwards: the column that a level's result column copies, and what that means for nulls.
    fn through(
        &self,
        level: LevelId,
        output: usize,
        around: &Around,
        steps: &mut Vec<tree::Step>,
        barriers: &mut Vec<(LevelId, Barrier)>,
    ) -> Result<(ItemColumn, Via), Stop> {
        let (id, output) = self.row_source(level, output, around, barriers)?;
        let mut via = Via::default();
        let plain = match (&output.plain, &output.either) {
            (Some(plain), _) => plain,
            (None, Some(either)) => {
                let options = &either.options;
                let option = around.chosen.get(&either.choice);
                let option = option.ok_or(Stop::Choice(either.choice, options.len()))?;
                via.certain = either.first_not_null && option + 1 < options.len();
                via.adds_null = !either.keeps_null;
                options.get(*option).ok_or(Stop::Other)?
            }
            (None, None) if output.null => return Err(Stop::Null),
            (None, None) => return Err(Stop::Other),
        };
        barriers.extend(self.barrier(id, plain).map(|b| (id, b)));
        let here = self.tree.levels.get(id);
        via.adds_null |= here.is_some_and(|l| l.adds_null(plain.column));
        let mut inner = plain.steps.clone();
        inner.append(steps);
        *steps = inner;
        Ok((plain.column, via))
    }

    /// The level whose rows a level returns, looking into the branch of a set operation, with its result column.
    fn row_source(
        &self,
        level: LevelId,
        output: usize,
        around: &Around,
        barriers: &mut Vec<(LevelId, Barrier)>,
    ) -> Result<(LevelId, &'t Output), Stop> {
        let mut id = level;
        loop {
            let here = self.tree.levels.get(id).ok_or(Stop::Other)?;
            if here.recursive {
                return Err(Stop::Other);
            }
            let Some(branches) = &here.branches else {
                return Ok((id, here.outputs.get(output).ok_or(Stop::Other)?));
            };
            if here.recursion.is_some() && self.is_passed(id, output) {
                id = self.started_by(id, around)?;
                continue;
            }
            // From outside, a row of one of the branches is as good as the result's.
            let inside = around.branches.get(&id);
            let branch = inside.or_else(|| around.chosen.get(&here.branch));
            let branch = branch.ok_or(Stop::Choice(here.branch, branches.len()))?;
            if here.limited {
                barriers.push((id, Barrier::Limit));
            }
            if !self.branches_agree(branches, output, around) {
                return Err(Stop::Other);
            }
            id = *branches.get(*branch).ok_or(Stop::Other)?;
        }
    }

    /// Whether a recursive query passes this column on as it is: it is that of the row it started from.
    fn is_passed(&self, level: LevelId, output: usize) -> bool {
        let passed = || {
            let here = self.tree.levels.get(level)?;
            let recursion = here.recursion?;
            let last = *here.branches.as_ref()?.get(recursion.branch)?;
            let shown = self.tree.levels.get(last)?.outputs.get(output)?;
            let plain = shown.plain.as_ref().filter(|p| p.steps.is_empty())?;
            let former = ItemColumn {
                node: recursion.former,
                column: output,
            };
            Some(plain.column == former && self.barrier(last, plain).is_none())
        };
        passed().unwrap_or(false)
    }

    /// The branch by which a row of a recursive query was started.
    fn started_by(&self, level: LevelId, around: &Around) -> Result<LevelId, Stop> {
        let here = self.tree.levels.get(level).ok_or(Stop::Other)?;
        let recursion = here.recursion.ok_or(Stop::Other)?;
        let branches = here.branches.as_ref().ok_or(Stop::Other)?;
        let inside = around.branches.get(&level);
        let known = inside.or_else(|| around.chosen.get(&here.branch)).copied();
        let known = known.filter(|branch| *branch != recursion.branch);
        let only = (recursion.branch == 1).then_some(0);
        let chosen = || around.chosen.get(&recursion.start).copied();
        let start = known.or(only).or_else(chosen);
        let start = start.ok_or(Stop::Choice(recursion.start, recursion.branch))?;
        branches.get(start).copied().ok_or(Stop::Other)
    }

    /// The column of a source that a column of a recursive query is in the rows it starts from.
    fn start(&self, level: LevelId, output: usize, around: &Around) -> Option<Resolved<'t>> {
        let branches = self.tree.levels.get(level)?.branches.as_ref()?;
        let start = self.started_by(level, around).ok();
        let start = start.or_else(|| branches.first().copied())?;
        let found = self.follow_output(start, output, around).ok()?;
        let walkable = found.is_bare() && types::is_walkable(found.column);
        (walkable && !self.is_passed(level, output)).then_some(found)
    }

    /// Whether a column of a recursive query, as seen from inside, is that of a row it gives some steps later.
    fn is_ahead(&self, level: LevelId, output: usize, around: &Around) -> Result<bool, Stop> {
        let Some(here) = self.tree.levels.get(level) else {
            return Err(Stop::Other);
        };
        let (Some(recursion), Some(branches)) = (here.recursion, &here.branches) else {
            return Ok(false);
        };
        match around.branches.get(&level) {
            None => Ok(false),
            Some(_) if self.is_passed(level, output) => Ok(false),
            Some(branch) if *branch == recursion.branch => Ok(true),
            // The row it starts from may be given as it is.
            Some(_) => match around.chosen.get(&here.branch) {
                Some(chosen) => Ok(*chosen == recursion.branch),
                None => Err(Stop::Choice(here.branch, branches.len())),
            },
        }
    }

    /// How a recursive query goes from step to step.
    fn steps(&self, level: LevelId) -> Vec<Step> {
        let Some(here) = self.tree.levels.get(level) else {
            return Vec::new();
        };
        let (Some(recursion), Some(branches)) = (here.recursion, &here.branches) else {
            return Vec::new();
        };
        let Some(last) = branches.get(recursion.branch).copied() else {
            return Vec::new();
        };
        let around = self.around_level(last);
        let rows = self.necessity(&around, &[]);
        let mut found = Vec::new();
        for output in 0..here.outputs.len() {
            let former = (self.tree.occurrences.len() + recursion.former, output);
            let (Some(kind), Ok(given)) = (
                self.given(former),
                self.follow_output(last, output, &around),
            ) else {
                continue;
            };
            let same = compare(kind, given.column, &EqualOp::Catalog) == Some(Match::Same);
            if !same || !given.is_bare() || !given.barriers.is_empty() {
                continue;
            }
            let step = |from: Slot| {
                let mut class = rows.class(given.slot).chain([given.slot]);
                let to = class.find(|to| to.0 == from.0 && self.is_column(*to))?;
                Some(Step {
                    occurrence: from.0,
                    level,
                    output,
                    from: from.1,
                    to: to.1,
                })
            };
            found.extend(rows.class(former).filter_map(step));
        }
        found
    }

    /// The steps that rows of an occurrence make.
    pub fn steps_of(&self, occurrence: OccId, around: &Around) -> Vec<Step> {
        let repeated = around
            .recursions(self.tree)
            .filter(|(_, _, repeats)| *repeats);
        repeated
            .flat_map(|(level, _, _)| self.steps(level))
            .filter(|step| step.occurrence == occurrence)
            .collect()
    }

    /// Where the former rows of a step begin: the column of a source in the row that the query starts from.
    pub fn beginning(&self, step: &Step, around: &Around) -> Result<Slot, Stop> {
        let start = self.started_by(step.level, around)?;
        let found = self.follow_output(start, step.output, around)?;
        let kind = self
            .column((step.occurrence, step.from))
            .ok_or(Stop::Other)?;
        let same = compare(found.column, kind, &EqualOp::Catalog) == Some(Match::Same);
        let table = self.is_column(found.slot) && found.is_bare();
        (same && table).then_some(found.slot).ok_or(Stop::Other)
    }

    /// The column that the query of a step gives, as seen from inside; none when rows that its steps give can have a
    /// bearing on one another.
    pub fn end(&self, step: &Step) -> Option<Slot> {
        let here = self.tree.levels.get(step.level)?;
        let last = *here.branches.as_ref()?.get(here.recursion?.branch)?;
        let last = self.tree.levels.get(last)?;
        let mixes = last.limited
            || last.aggregated
            || last.distinct_on.is_some()
            || !last.windows.is_empty();
        match here.place {
            Place::From(node) if !mixes => Some((self.tree.occurrences.len() + node, step.output)),
            _ => None,
        }
    }

    /// What mixes rows of a level across what it makes of a column.
    fn barrier(&self, level: LevelId, made: &Plain) -> Option<Barrier> {
        let here = self.tree.levels.get(level)?;
        let grouped = here
            .group_pieces
            .contains(&vec![Piece::Value(made.clone())]);
        here.mixes(made.column, grouped, |by| self.determined(by, made.column))
    }

    /// Whether some columns hold a key of the table that this column is of: then all rows of FROM that are equal in them
    /// have one row of it, or none.
    fn determined(&self, by: &[ItemColumn], column: ItemColumn) -> bool {
        let Some(NodeKind::Table(occurrence)) = self.tree.nodes.get(column.node).map(|n| &n.kind)
        else {
            return false;
        };
        let relation = self.tree.occurrences.get(*occurrence).map(|o| o.relation);
        let Some(relation) = relation.and_then(|r| self.relations.get(r)) else {
            return false;
        };
        let grouped = |num: &i16| {
            by.iter().any(|g| {
                let at = relation.columns.get(g.column);
                g.node == column.node && at.is_some_and(|c| c.num == *num && c.not_null)
            })
        };
        relation
            .unique
            .iter()
            .any(|key| !key.is_empty() && key.iter().all(grouped))
    }

    /// Whether the branches of a set operation give this column one type, as far as known, and one collation: its own may
    /// otherwise be another than that of a branch.
    fn branches_agree(&self, branches: &[LevelId], output: usize, around: &Around) -> bool {
        let inside = Around {
            branches: around.branches.clone(),
            ..Around::default()
        };
        let mut kinds = Vec::new();
        let mut open = branches.to_vec();
        while let Some(level) = open.pop() {
            match self.tree.levels.get(level) {
                Some(Level {
                    branches: Some(branches),
                    ..
                }) => open.extend(branches),
                Some(here) => match here.outputs.get(output) {
                    Some(shown) if shown.null => {}
                    Some(shown) => kinds.extend(self.kinds(shown, &inside)),
                    None => kinds.push(None),
                },
                None => kinds.push(None),
            }
        }
        let known = || kinds.iter().flatten();
        let mut types = known().filter_map(|(kind, _)| *kind);
        let first = types.next();
        let mut collations = known().map(|(_, collation)| *collation);
        let collation = collations.next().unwrap_or(0);
        types.all(|kind| Some(kind) == first)
            && collations.all(|other| other == collation)
            && (collation == 0 || kinds.iter().all(Option::is_some))
    }

    /// Types, where they are those of columns, and collations of what a result column is made of; none for what is not known.
    fn kinds(&self, output: &Output, around: &Around) -> Vec<Option<(Option<u32>, u32)>> {
        let values: Vec<&Plain> = match (&output.plain, &output.either, &output.pieces) {
            (Some(plain), _, _) => vec![plain],
            (None, Some(either), _) => either.options.iter().collect(),
            (None, None, Some(pieces)) => {
                let values = pieces.iter().filter_map(|piece| match piece {
                    Piece::Value(plain) => Some(plain),
                    Piece::Text(_) => None,
                });
                values.collect()
            }
            (None, None, None) => return vec![None],
        };
        let is_made = output.plain.is_none() && output.either.is_none();
        let kind = |plain| {
            let found = self.follow(plain, around, MERGE_LIMIT).ok()?;
            let column = found.column;
            let is_column = found.is_bare() && !is_made;
            Some((is_column.then_some(column.type_oid), column.collation))
        };
        values.into_iter().map(kind).collect()
    }

    /// What is in force for an occurrence when some leaves are taken to be real as well.
    pub fn necessity(&self, around: &Around, real: &[NodeId]) -> Necessity {
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
            waiting: Vec::new(),
        };
        for node in around.nodes.iter().chain(real) {
            closure.real(*node);
        }
        for level in &around.combined {
            closure.combination(*level);
        }
        for level in &around.levels {
            closure.entries(*level);
        }
        for (level, recursion, repeats) in around.recursions(self.tree) {
            let branch = self.tree.levels.get(level).map(|l| l.branch);
            let chosen = branch.and_then(|b| around.chosen.get(&b));
            if !repeats && chosen == Some(&recursion.branch) {
                closure.first_step(level);
            }
        }
        while closure.step() || closure.wake() {}
        closure.rest();
        found.close();
        found
    }
}

/// Merged columns of merged columns that are followed.
const MERGE_LIMIT: usize = 3;

/// A side of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// A condition that has been put in force.
enum InForce {
    /// With the join whose ON it is in; none when it is above all joins of its level.
    Condition(Condition, Option<NodeId>),
    /// This side of this full join is real: what the join merges has its values.
    Side(NodeId, Side),
    Entry(LevelId, usize),
}

struct Closure<'c, 't> {
    links: Links<'t>,
    around: &'c Around,
    found: &'c mut Necessity,
    combined: BTreeSet<LevelId>,
    conditions: Vec<InForce>,
    waiting: Vec<Waiting<'t>>,
}

/// An equality that holds where nulls are out of the question.
struct Waiting<'t> {
    one: Resolved<'t>,
    two: Resolved<'t>,
    op: EqualOp,
    /// On both sides, not only on one of them.
    both: bool,
    /// The join whose ON it is in.
    join: Option<NodeId>,
}

impl<'t> Closure<'_, 't> {
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
                    ..
                } => match kind {
                    JoinKind::Inner => {
                        self.put(conditions, Some(at));
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
                NodeKind::Table(_)
                | NodeKind::Opaque
                | NodeKind::Former(_)
                | NodeKind::Elements(_) => {}
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
                        ..
                    } = &above.kind
                    {
                        let nullable = match kind {
                            JoinKind::Left => at == *right,
                            JoinKind::Right => at == *left,
                            JoinKind::Inner | JoinKind::Full => false,
                        };
                        if nullable {
                            self.put(conditions, Some(parent));
                        }
                        if *kind == JoinKind::Full {
                            let (side, other) = if at == *left {
                                (Side::Left, *right)
                            } else {
                                (Side::Right, *left)
                            };
                            self.conditions.push(InForce::Side(parent, side));
                            if self.found.real.contains(&other) {
                                self.put(conditions, Some(parent));
                            }
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
        self.put(&level.conditions, None);
        level.roots.clone()
    }

    fn put(&mut self, conditions: &[Condition], join: Option<NodeId>) {
        let conditions = conditions.iter().cloned();
        self.conditions
            .extend(conditions.map(|condition| InForce::Condition(condition, join)));
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

    /// A row that a recursive query starts from is followed by one of its first step.
    fn first_step(&mut self, level: LevelId) {
        for step in self.links.steps(level) {
            if let Ok(start) = self.links.beginning(&step, self.around) {
                let first = (step.occurrence, step.from);
                if start.0 != first.0 {
                    self.found.same.insert((start.min(first), start.max(first)));
                }
            }
        }
    }

    /// Takes up what was put in force; false when there was nothing.
    fn step(&mut self) -> bool {
        let conditions = std::mem::take(&mut self.conditions);
        let some = !conditions.is_empty();
        for condition in conditions {
            match condition {
                InForce::Condition(Condition::Equal(one, two, op), _) => {
                    let one = self.links.follow(&one, self.around, MERGE_LIMIT);
                    let two = self.links.follow(&two, self.around, MERGE_LIMIT);
                    match (self.led_to(one), self.led_to(two)) {
                        (Some(one), Some(two)) => self.equal(&one, &two, &op),
                        // The one that is known is not null all the same.
                        (Some(known), None) | (None, Some(known))
                            if op == EqualOp::Catalog && known.is_bare() && self.counts(&known) =>
                        {
                            self.not_null(&known);
                        }
                        _ => {}
                    }
                }
                InForce::Condition(Condition::Ordered(one, order, two), _) => {
                    if let Some((one, two)) = self.both(&one, &two) {
                        self.ordered(&one, order, &two);
                    }
                }
                InForce::Condition(Condition::Element(one, array), _) => {
                    if let Some((one, array)) = self.both(&one, &array) {
                        if one.is_bare() && array.is_bare() {
                            self.element(&one, &array);
                        }
                    }
                }
                InForce::Condition(Condition::Same(one, two), join) => {
                    let one = self.links.follow(&one, self.around, MERGE_LIMIT);
                    let two = self.links.follow(&two, self.around, MERGE_LIMIT);
                    if let (Ok(one), Ok(two)) = (one, two) {
                        let op = EqualOp::Catalog;
                        self.waiting.push(Waiting {
                            one,
                            two,
                            op,
                            both: false,
                            join,
                        });
                    }
                }
                InForce::Condition(Condition::Constant(one, compared), _) => {
                    if let Some(one) = self.links.resolve(&one, self.around) {
                        self.constant(&one, &compared);
                    }
                }
                InForce::Condition(Condition::Exists(leaf), _) => self.real(leaf),
                InForce::Condition(Condition::Any(choice, options), join) => {
                    match self.around.chosen.get(&choice) {
                        Some(option) => {
                            if let Some(conditions) = options.get(*option) {
                                self.put(conditions, join);
                            }
                        }
                        None => {
                            self.found.open.insert(choice, options.len());
                        }
                    }
                }
                InForce::Condition(Condition::NotNull(column), _) => {
                    let plain = Plain {
                        column,
                        steps: Vec::new(),
                    };
                    if let Some(one) = self.links.resolve(&plain, self.around) {
                        if self.counts(&one) {
                            self.not_null(&one);
                        }
                    }
                }
                InForce::Side(join, side) => self.side(join, side),
                InForce::Entry(level, entry) => {
                    let entry = self
                        .links
                        .tree
                        .levels
                        .get(level)
                        .and_then(|l| l.entries.get(entry));
                    if let Some(entry) = entry {
                        let one = self.links.follow(&entry.left, self.around, MERGE_LIMIT);
                        let two = self.links.follow_output(level, entry.output, self.around);
                        if entry.negated {
                            if let (Ok(one), Ok(two)) = (one, two) {
                                let op = entry.op.clone();
                                self.waiting.push(Waiting {
                                    one,
                                    two,
                                    op,
                                    both: true,
                                    join: None,
                                });
                            }
                        } else if let (Some(one), Some(two)) = (self.led_to(one), self.led_to(two))
                        {
                            self.equal(&one, &two, &entry.op);
                        }
                    }
                }
            }
        }
        some
    }

    /// Puts in force what waited for columns that are now known not to be null; false when there was none.
    fn wake(&mut self) -> bool {
        let (ready, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|w| {
                let (one, two) = (self.is_value(&w.one, w.join), self.is_value(&w.two, w.join));
                if w.both {
                    one && two
                } else {
                    one || two
                }
            });
        self.waiting = waiting;
        for equality in &ready {
            self.equal(&equality.one, &equality.two, &equality.op);
        }
        !ready.is_empty()
    }

    /// Whether a reference in a condition cannot be null.
    fn is_value(&self, resolved: &Resolved<'_>, join: Option<NodeId>) -> bool {
        (self.links.is_not_null(resolved.slot) || self.found.not_null.contains(&resolved.slot))
            && self.is_column(resolved, join)
    }

    /// Whether a reference in a condition has the value of its column, null or not.
    fn is_column(&self, resolved: &Resolved<'_>, join: Option<NodeId>) -> bool {
        let mut leaves = resolved.leaves.iter();
        let follows = resolved.is_bare() && !resolved.via.adds_null;
        follows && leaves.all(|leaf| self.found.real.contains(leaf) && !self.gives_way(*leaf, join))
    }

    /// Whether the rows in question, which are real, take the place of a null row of this leaf below a condition, or leave it to one: what
    /// a condition makes of null rows then depends on them, too.
    fn gives_way(&self, leaf: NodeId, condition: Option<NodeId>) -> bool {
        let tree = self.links.tree;
        tree.is_nullable(leaf, |join, side| {
            let is_below = !condition.is_some_and(|at| tree.is_below(at, join));
            is_below && self.around.nodes.contains(&side)
        })
    }

    /// Takes up what still waits: columns that may be null on both sides.
    fn rest(&mut self) {
        for waiting in std::mem::take(&mut self.waiting) {
            let Waiting {
                one,
                two,
                op,
                both,
                join,
            } = waiting;
            let columns = [&one, &two]
                .iter()
                .all(|r| self.links.is_column(r.slot) && self.is_column(r, join));
            let same = compare(one.column, two.column, &op) == Some(Match::Same);
            if !both && columns && same && self.counts(&one) && self.counts(&two) {
                let slots = (one.slot.min(two.slot), one.slot.max(two.slot));
                self.found.equal_or_null.insert(slots);
            }
        }
    }

    /// What the two references of a condition that is not true of nulls lead to.
    fn both(&mut self, one: &Plain, two: &Plain) -> Option<(Resolved<'t>, Resolved<'t>)> {
        let one = self.links.follow(one, self.around, MERGE_LIMIT);
        let two = self.links.follow(two, self.around, MERGE_LIMIT);
        // Both are looked at, so that every choice is found at once.
        let (one, two) = (self.led_to(one), self.led_to(two));
        Some((one?, two?))
    }

    /// The column, or a note of the choice that would lead to one.
    fn led_to(&mut self, followed: Result<Resolved<'t>, Stop>) -> Option<Resolved<'t>> {
        match followed {
            Ok(resolved) => Some(resolved),
            Err(Stop::Other) => None,
            Err(Stop::Null) => {
                self.found.never = true;
                None
            }
            Err(Stop::Choice(choice, options)) => {
                self.found.open.insert(choice, options);
                None
            }
        }
    }

    /// What a full join merges equals the column of this side.
    fn side(&mut self, join: NodeId, side: Side) {
        let conditions = match self.links.tree.nodes.get(join).map(|n| &n.kind) {
            Some(NodeKind::Join { conditions, .. }) => conditions.len(),
            _ => 0,
        };
        for column in 0..conditions {
            let merged = Plain {
                column: ItemColumn { node: join, column },
                steps: Vec::new(),
            };
            // That says whether the two are of one type.
            let Some(merged) = self.links.resolve(&merged, self.around) else {
                continue;
            };
            let Some((left, right, _)) = self.links.sides(merged.slot) else {
                continue;
            };
            let own = match side {
                Side::Left => left,
                Side::Right => right,
            };
            if let Some(own) = self.links.resolve(own, self.around) {
                if self.counts(&own) {
                    // Both may be null: nothing else follows.
                    let slots = [own.slot, merged.slot];
                    let [a, b] = [slots[0].min(slots[1]), slots[0].max(slots[1])];
                    self.found.same.insert((a, b));
                }
            }
        }
    }

    /// Whether a column says something here: it does not come out of a level that mixes rows around this place.
    fn counts(&mut self, resolved: &Resolved<'_>) -> bool {
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

    fn equal(&mut self, one: &Resolved<'_>, two: &Resolved<'_>, op: &EqualOp) {
        match (one.element, two.element) {
            (false, false) => {}
            (true, false) if *op == EqualOp::Catalog && two.is_bare() => {
                return self.element(two, one)
            }
            (false, true) if *op == EqualOp::Catalog && one.is_bare() => {
                return self.element(one, two)
            }
            _ => return,
        }
        if !self.counts(one) || !self.counts(two) {
            return;
        }
        let (a, b) = (one.slot.min(two.slot), one.slot.max(two.slot));
        let bare = |r: &Resolved<'_>| r.is_bare() || types::only_widens(r.column, &r.applied);
        let bare = bare(one) && bare(two);
        match compare(one.column, two.column, op).filter(|_| bare) {
            Some(Match::Same) => {
                self.found.same.insert((a, b));
            }
            Some(Match::Alike) => {
                self.found.alike.insert((a, b));
            }
            None if *op == EqualOp::Catalog
                && types::comparable((one.column, &one.applied), (two.column, &two.applied)) =>
            {
                self.computed(one, two, Relationship::Equal);
            }
            None => return,
        }
        self.not_null(one);
        self.not_null(two);
    }

    fn constant(&mut self, one: &Resolved<'_>, compared: &Compared) {
        if !self.counts(one) {
            return;
        }
        if *compared != Compared::Null {
            self.not_null(one);
        }
        // The first leaf is that of the condition.
        let tree = self.links.tree;
        let mut inner = one.leaves.iter().skip(1);
        let may_be_added = *compared == Compared::Null
            && (one.via.adds_null || inner.any(|leaf| tree.is_nullable(*leaf, |_, _| true)));
        if !may_be_added {
            let test = types::test(one.column, compared);
            self.found.tests.extend(test.map(|test| (one.slot, test)));
        }
    }

    fn ordered(&mut self, one: &Resolved<'_>, order: Order, two: &Resolved<'_>) {
        if one.element || two.element || !self.counts(one) || !self.counts(two) {
            return;
        }
        // None of these operators is true of a null.
        for side in [one, two] {
            if side.is_bare() {
                self.not_null(side);
            }
        }
        let bare = one.is_bare() && two.is_bare();
        let alike = bare && compare(one.column, two.column, &EqualOp::Catalog).is_some();
        if alike || types::comparable((one.column, &one.applied), (two.column, &two.applied)) {
            self.computed(one, two, Relationship::Ordered(order));
        }
    }

    /// `one` equals an element of `array`.
    fn element(&mut self, one: &Resolved<'_>, array: &Resolved<'_>) {
        if !self.counts(one) || !self.counts(array) {
            return;
        }
        if types::is_element(one.column, array.column) {
            self.computed(one, array, Relationship::Element);
            self.not_null(one);
            self.not_null(array);
        }
    }

    fn computed(&mut self, one: &Resolved<'_>, two: &Resolved<'_>, relationship: Relationship) {
        if self.links.is_column(one.slot) && self.links.is_column(two.slot) {
            self.found.computed.insert(Computed {
                slots: (one.slot, two.slot),
                applied: (one.applied.clone(), two.applied.clone()),
                relationship,
            });
        }
    }

    fn not_null(&mut self, resolved: &Resolved<'_>) {
        self.found.not_null.insert(resolved.slot);
        for leaf in &resolved.leaves {
            self.real(*leaf);
        }
    }
}
