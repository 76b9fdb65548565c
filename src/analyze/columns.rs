//! Columns that matter: those whose change can change the result.
//!
//! What a level's FROM, WHERE, GROUP BY and so on read matters whenever the level does; what a result column
//! reads matters only where that column is read.

use super::tree::{ItemColumn, LevelId, NodeId, NodeKind, References, Tree};
use std::collections::BTreeSet;

/// Columns of one occurrence by position; none when every column matters.
pub type Columns = Option<BTreeSet<usize>>;

/// What matters of a query.
pub struct Matter {
    /// The columns that matter, per occurrence.
    pub columns: Vec<Columns>,
    /// Whether the occurrence matters at all, per occurrence: not inside a subquery that only makes result columns
    /// of a view which nobody reads.
    pub counts: Vec<bool>,
}

/// What matters, per occurrence.
pub fn matter(tree: &Tree) -> Matter {
    let blank = if tree.unresolved {
        None
    } else {
        Some(BTreeSet::new())
    };
    let mut demand = Demand {
        tree,
        columns: vec![blank; tree.occurrences.len()],
        levels: BTreeSet::new(),
        outputs: BTreeSet::new(),
        open: Vec::new(),
    };
    demand.all_of(tree.top);
    while let Some((level, output)) = demand.open.pop() {
        let found = tree.levels.get(level).and_then(|l| l.outputs.get(output));
        if let Some(output) = found {
            demand.references(&output.references);
        }
    }
    let counts = tree
        .occurrences
        .iter()
        .map(|occurrence| {
            let level = tree.nodes.get(occurrence.node).map(|n| n.level);
            tree.unresolved || level.is_none_or(|level| demand.levels.contains(&level))
        })
        .collect();
    Matter {
        columns: demand.columns,
        counts,
    }
}

struct Demand<'t> {
    tree: &'t Tree,
    columns: Vec<Columns>,
    levels: BTreeSet<LevelId>,
    outputs: BTreeSet<(LevelId, usize)>,
    open: Vec<(LevelId, usize)>,
}

impl Demand<'_> {
    /// Every result column of a level is read.
    fn all_of(&mut self, level: LevelId) {
        self.level(level);
        let width = self.tree.levels.get(level).map_or(0, |l| l.outputs.len());
        for output in 0..width {
            self.output(level, output);
        }
    }

    fn output(&mut self, level: LevelId, output: usize) {
        if self.outputs.insert((level, output)) {
            self.open.push((level, output));
        }
    }

    /// The rows of a level matter.
    fn level(&mut self, level: LevelId) {
        if !self.levels.insert(level) {
            return;
        }
        let tree = self.tree;
        let Some(here) = tree.levels.get(level) else {
            return;
        };
        self.references(&here.references);
        for (at, output) in here.outputs.iter().enumerate() {
            if here.distinct || output.always {
                self.output(level, at);
            }
        }
        for branch in here.branches.iter().flatten() {
            self.all_of(*branch);
        }
        let mut open = here.roots.clone();
        while let Some(node) = open.pop() {
            match tree.nodes.get(node).map(|n| &n.kind) {
                Some(NodeKind::Join { left, right, .. }) => open.extend([*left, *right]),
                Some(NodeKind::Level(child)) => self.level(*child),
                _ => {}
            }
        }
    }

    fn references(&mut self, references: &References) {
        for column in &references.columns {
            self.column(*column);
        }
        for node in &references.whole {
            self.whole(*node);
        }
        for level in &references.levels {
            self.all_of(*level);
        }
    }

    fn column(&mut self, column: ItemColumn) {
        match self.tree.nodes.get(column.node).map(|n| &n.kind) {
            Some(NodeKind::Table(occurrence)) => {
                if let Some(Some(columns)) = self.columns.get_mut(*occurrence) {
                    columns.insert(column.column);
                }
            }
            Some(NodeKind::Level(level)) => self.output(*level, column.column),
            _ => {}
        }
    }

    fn whole(&mut self, node: NodeId) {
        match self.tree.nodes.get(node).map(|n| &n.kind) {
            Some(NodeKind::Table(occurrence)) => {
                if let Some(columns) = self.columns.get_mut(*occurrence) {
                    *columns = None;
                }
            }
            Some(NodeKind::Level(level)) => self.all_of(*level),
            _ => {}
        }
    }
}
