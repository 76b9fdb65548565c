//! The expanded query as data: levels, join trees, occurrences.
//!
//! Everything refers to everything else by position in one of the vectors of [`Tree`], so that the tree can
//! be walked in any direction. Nothing here names the syntax tree.

use crate::lineage::Column;
use std::collections::BTreeMap;
use std::ops::Range;

/// Position in [`Tree::levels`].
pub type LevelId = usize;
/// Position in [`Tree::nodes`].
pub type NodeId = usize;
/// Position in [`Tree::occurrences`].
pub type OccId = usize;
/// A point at which one of several things holds, numbered up to [`Tree::choices`].
pub type ChoiceId = usize;

/// The whole query, with views and common table expressions expanded where they are used.
#[derive(Debug, Default)]
pub struct Tree {
    /// Query levels; [`Tree::top`] is the view itself.
    pub levels: Vec<Level>,
    /// Leaves and joins of all FROM clauses.
    pub nodes: Vec<Node>,
    /// Appearances of sources.
    pub occurrences: Vec<Occ>,
    /// The level of the view itself.
    pub top: LevelId,
    /// Some name was not found where it should be: any column may matter.
    pub unresolved: bool,
    /// Number of choices: disjunctions, and results that copy one of several columns.
    pub choices: usize,
    /// What windows read stands in their places, so that some levels look as if they had none.
    pub has_siblings: bool,
    /// Columns of functions and VALUES in FROM that the view shows as key columns, as they look there.
    pub given: BTreeMap<ItemColumn, Column>,
    /// Subqueries of the view's own definition that have one value for all its rows.
    pub values: Vec<Value>,
}

/// A subquery in which nothing is named that is outside of it.
#[derive(Debug)]
pub struct Value {
    /// Gives its rows, or whether there are any.
    pub statement: String,
    /// All that it reads.
    pub occurrences: Range<OccId>,
}

impl Tree {
    /// A new choice.
    pub fn choice(&mut self) -> ChoiceId {
        self.choices += 1;
        self.choices - 1
    }

    /// Takes note of the column of a function or VALUES that a result column of the view copies, if it does. A set operation
    /// in between could have given it another type.
    pub fn give(&mut self, mut output: usize, shown: &Column) {
        let mut level = self.top;
        // Each step goes inwards.
        while let Some(here) = self.levels.get(level).filter(|l| l.branches.is_none()) {
            let Some(Some(plain)) = here.outputs.get(output).map(|o| &o.plain) else {
                return;
            };
            let column = plain.column;
            let given = match self.nodes.get(column.node).map(|n| &n.kind) {
                _ if !plain.steps.is_empty() => return,
                Some(NodeKind::Opaque) => true,
                Some(NodeKind::Level(inner)) => {
                    (level, output) = (*inner, column.column);
                    self.levels.get(level).is_some_and(|l| l.values)
                }
                _ => return,
            };
            if given {
                self.given.insert(column, shown.clone());
                return;
            }
        }
    }

    /// The column of a source that a result column of the view is a copy of, in every row in which it is not null.
    pub fn copied(&self, output: usize) -> Option<ItemColumn> {
        self.origin(self.handed_on(self.top, output)?)
    }

    /// The column of a source that a column of a leaf is a copy of.
    pub fn origin(&self, mut column: ItemColumn) -> Option<ItemColumn> {
        // Each step goes inwards.
        loop {
            match self.nodes.get(column.node)?.kind {
                NodeKind::Table(_) => return Some(column),
                NodeKind::Level(inner) => column = self.handed_on(inner, column.column)?,
                _ => return None,
            }
        }
    }

    /// The column that a result column of a level is.
    fn handed_on(&self, level: LevelId, output: usize) -> Option<ItemColumn> {
        let here = self.levels.get(level)?;
        let is_query = here.branches.is_none() && !here.recursive && !here.values;
        let plain = here.outputs.get(output)?.plain.as_ref();
        Some(plain.filter(|p| is_query && p.steps.is_empty())?.column)
    }

    /// Whether there is a window function anywhere.
    pub fn has_windows(&self) -> bool {
        self.levels.iter().any(|level| !level.windows.is_empty())
    }

    /// Whether a node is this other one or below it.
    pub fn is_below(&self, mut node: NodeId, other: NodeId) -> bool {
        loop {
            if node == other {
                return true;
            }
            match self.nodes.get(node).and_then(|n| n.parent) {
                // What is above was made later.
                Some(parent) if parent > node => node = parent,
                _ => return false,
            }
        }
    }

    /// Whether one of the joins above a node, among those that count, can put a null row in its place. Each is given with the side that
    /// the node is on.
    pub fn is_nullable(&self, mut node: NodeId, counts: impl Fn(NodeId, NodeId) -> bool) -> bool {
        // What is above was made later.
        while let Some(above) = self.nodes.get(node).and_then(|n| n.parent) {
            if above <= node {
                return true;
            }
            if let Some(NodeKind::Join { kind, left, .. }) = self.nodes.get(above).map(|n| &n.kind)
            {
                let nullable = match kind {
                    JoinKind::Inner => false,
                    JoinKind::Left => node != *left,
                    JoinKind::Right => node == *left,
                    JoinKind::Full => true,
                };
                if nullable && counts(above, node) {
                    return true;
                }
            }
            node = above;
        }
        false
    }

    /// What `coalesce` of two columns is: the merged column of a full join on their equality.
    pub fn merged(&self, one: ItemColumn, two: ItemColumn) -> Option<ItemColumn> {
        let mut node = one.node;
        while !self.is_below(two.node, node) {
            node = self.nodes.get(node)?.parent.filter(|p| *p > node)?;
        }
        match &self.nodes.get(node)?.kind {
            NodeKind::Join {
                kind: JoinKind::Full,
                conditions,
                ..
            } => {
                let column = conditions.iter().position(|c| match c {
                    Condition::Equal(a, b, _) => {
                        [a.column, b.column] == [one, two] || [a.column, b.column] == [two, one]
                    }
                    _ => false,
                })?;
                Some(ItemColumn { node, column })
            }
            _ => None,
        }
    }
}

/// One appearance of a source.
#[derive(Debug)]
pub struct Occ {
    /// Position of the source in the snapshot's relations.
    pub relation: usize,
    /// Its leaf.
    pub node: NodeId,
    /// Alias with the views it was reached through.
    pub alias: String,
}

/// A leaf or a join in a FROM clause.
#[derive(Debug)]
pub struct Node {
    /// The level whose FROM clause this is.
    pub level: LevelId,
    /// The join above; none when this is an element of the FROM list.
    pub parent: Option<NodeId>,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node of a FROM clause is.
#[derive(Debug)]
pub enum NodeKind {
    /// A source.
    Table(OccId),
    /// A subquery, view or common table expression.
    Level(LevelId),
    /// A function, or a relation that is not watched: its columns tell nothing of rows elsewhere.
    Opaque,
    /// The rows that this recursive query, in which it stands, has found in the step before.
    Former(LevelId),
    /// `unnest`: each column has the elements of one array column.
    Elements(Vec<Plain>),
    /// A join.
    Join {
        /// Which rows it keeps.
        kind: JoinKind,
        /// Left input.
        left: NodeId,
        /// Right input.
        right: NodeId,
        /// Conjuncts of ON or USING.
        conditions: Vec<Condition>,
        /// They are all of it, and equalities of columns.
        is_complete: bool,
    },
}

/// Which rows a join keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    /// Also CROSS.
    Inner,
    /// The right side is nullable.
    Left,
    /// The left side is nullable.
    Right,
    /// Both sides are nullable.
    Full,
}

/// A column of a leaf, or one that a full join merges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemColumn {
    /// The leaf, or the full join.
    pub node: NodeId,
    /// Position among the leaf's columns, or among the join's conditions: that of the equality between the two
    /// columns that are merged.
    pub column: usize,
}

/// What is done to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A cast to this type, as it is written.
    Cast(String),
    /// A call of this function of `pg_catalog`, with this argument only.
    Call(&'static str),
    /// `date_trunc` to this unit.
    Truncate(&'static str),
    /// The field of this name of a document, as a document or as text.
    Field(String, Shape),
}

/// As what a field is taken out of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// `->`.
    Document,
    /// `->>`.
    Text,
}

/// A piece of a text that is put together by `||`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The same in every row.
    Text(String),
    /// A column's value.
    Value(Plain),
}

/// A column under casts and functions, which may or may not change its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// The column.
    pub column: ItemColumn,
    /// What is done to it, innermost first.
    pub steps: Vec<Step>,
}

/// The operator of an equality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EqualOp {
    /// `=` of `pg_catalog`.
    Catalog,
    /// An operator `=` elsewhere, as in [`crate::lineage::Column::eq`].
    Named(String),
}

/// A conjunct that is of use.
#[derive(Debug, Clone)]
pub enum Condition {
    /// Two columns are equal, hence both not null.
    Equal(Plain, Plain, EqualOp),
    /// The first stands in this order to the second, so both are not null.
    Ordered(Plain, Order, Plain),
    /// The first equals an element of the second, an array.
    Element(Plain, Plain),
    /// It does not hold when this column is null.
    NotNull(ItemColumn),
    /// The two are equal, or both are null.
    Same(Plain, Plain),
    /// The column stands so to constants. For the first kind of test its leaf is not on the nullable side of an outer join
    /// below the condition.
    Constant(Plain, Compared),
    /// The subquery behind this leaf has a row.
    Exists(NodeId),
    /// All conditions of one of these hold.
    Any(ChoiceId, Vec<Vec<Condition>>),
}

/// How a column is compared with constants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// IS NULL.
    Null,
    /// IS NOT NULL.
    NotNull,
    /// It equals one of these, by `=` of `pg_catalog`.
    In(Vec<Literal>),
}

/// A constant as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// The value.
    pub value: Scalar,
    /// Types it is cast to, innermost first.
    pub casts: Vec<String>,
}

/// The value of a constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    Boolean(bool),
    /// Digits and so on.
    Number(String),
    /// The text between the quotes.
    Text(String),
}

/// An ordering operator of `pg_catalog`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    /// The operator with its sides exchanged.
    pub fn mirrored(self) -> Self {
        match self {
            Order::Less => Order::Greater,
            Order::LessOrEqual => Order::GreaterOrEqual,
            Order::Greater => Order::Less,
            Order::GreaterOrEqual => Order::LessOrEqual,
        }
    }
}

/// Columns an expression reads.
#[derive(Debug, Clone, Default)]
pub struct References {
    /// Columns.
    pub columns: Vec<ItemColumn>,
    /// Leaves read as a whole row.
    pub whole: Vec<NodeId>,
    /// Subqueries in the expression.
    pub levels: Vec<LevelId>,
    /// It has an aggregate outside of these, which may name no column at all.
    pub aggregates: bool,
}

impl References {
    /// Adds what another expression reads.
    pub fn extend(&mut self, other: &References) {
        self.columns.extend_from_slice(&other.columns);
        self.whole.extend_from_slice(&other.whole);
        self.levels.extend_from_slice(&other.levels);
        self.aggregates |= other.aggregates;
    }
}

/// A value that copies one of some columns.
#[derive(Debug, Clone)]
pub struct Either {
    /// Which of them.
    pub choice: ChoiceId,
    /// The columns.
    pub options: Vec<Plain>,
    /// `coalesce`: each but the last is copied only where it is not null.
    pub first_not_null: bool,
    /// It is null only where all of them are.
    pub keeps_null: bool,
}

/// A column a level returns.
#[derive(Debug, Clone, Default)]
pub struct Output {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The column it copies.
    pub plain: Option<Plain>,
    /// Columns one of which it copies where it is not null; set only when there is no `plain`.
    pub either: Option<Either>,
    /// What it is put together of; set only when there is no `plain`.
    pub pieces: Option<Vec<Piece>>,
    /// It is null in every row.
    pub null: bool,
    /// What it reads.
    pub references: References,
    /// It may return a set, so that it counts even where nobody reads it.
    pub always: bool,
    /// What the values of a document read, when this is one that the view itself builds.
    pub fields: Vec<Field>,
}

/// A value at a place of a document.
#[derive(Debug, Clone)]
pub struct Field {
    /// Keys of objects, from the outermost on.
    pub path: Vec<String>,
    /// What it reads.
    pub references: References,
    /// It may return a set: then it decides about rows.
    pub always: bool,
    /// The column that it is, as it is.
    pub copied: Option<ItemColumn>,
    /// The array it is, when that is one of elements that can be told apart.
    pub array: Option<Array>,
}

/// An array that a subquery makes of the rows of its FROM.
#[derive(Debug, Clone)]
pub struct Array {
    /// The subquery.
    pub level: LevelId,
    /// The column that elements are ordered by.
    pub column: ItemColumn,
    /// The key under which they hold its value.
    pub identity: String,
    /// The order is descending.
    pub is_descending: bool,
    /// Without a row it is an empty array; otherwise null.
    pub may_be_empty: bool,
}

/// Where a level stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The view itself.
    Top,
    /// In a FROM clause, as this leaf.
    From(NodeId),
    /// A branch of a set operation.
    Branch(LevelId, usize),
    /// In an expression of this level.
    Expression(LevelId, Anchor),
}

/// Which part of a level is known to have rows where an expression is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// For rows of FROM: in WHERE.
    Rows,
    /// For result rows: in the select list, HAVING, ORDER BY. An aggregate without GROUP BY has one without any row in FROM.
    Result,
    /// For rows of this node: in ON, or in the arguments of a function in FROM.
    Node(NodeId),
}

/// `left IN (SELECT ...)` as a conjunct, seen from the subquery.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The column on the left.
    pub left: Plain,
    /// Position of the subquery's column that equals it.
    pub output: usize,
    /// The operator.
    pub op: EqualOp,
    /// `NOT IN`: nulls on either side make a difference without being equal to anything.
    pub negated: bool,
}

/// How a recursive query, a set operation, goes on: its other branches give the rows that it starts from.
#[derive(Debug, Clone, Copy)]
pub struct Recursion {
    /// The branch that is repeated, the last.
    pub branch: usize,
    /// In its FROM the rows of the step before.
    pub former: NodeId,
    /// Which branch a row was started by.
    pub start: ChoiceId,
}

/// One query level.
#[derive(Debug)]
pub struct Level {
    /// Where it stands.
    pub place: Place,
    /// Elements of the FROM list.
    pub roots: Vec<NodeId>,
    /// Conjuncts of WHERE.
    pub conditions: Vec<Condition>,
    /// Result columns.
    pub outputs: Vec<Output>,
    /// Branches, when this is a set operation.
    pub branches: Option<Vec<LevelId>>,
    /// Which branch a row comes from, as seen from outside.
    pub branch: ChoiceId,
    /// What FROM, WHERE, GROUP BY and so on read.
    pub references: References,
    /// It has aggregates, GROUP BY or HAVING.
    pub aggregated: bool,
    /// It has at least one grouping expression that is in every grouping set.
    pub grouped: bool,
    /// Columns that are in every grouping set.
    pub group_columns: Vec<ItemColumn>,
    /// There are grouping sets: columns that are not in all of them are null in some rows.
    pub partly_grouped: bool,
    /// Other expressions that are grouped by.
    pub group_pieces: Vec<Vec<Piece>>,
    /// Columns of DISTINCT ON.
    pub distinct_on: Option<Vec<ItemColumn>>,
    /// DISTINCT of either kind.
    pub distinct: bool,
    /// PARTITION BY columns of each window.
    pub windows: Vec<Vec<ItemColumn>>,
    /// LIMIT, OFFSET or FETCH.
    pub limited: bool,
    /// A recursive query that is not followed: nothing can be said about what is inside.
    pub recursive: bool,
    /// How it goes on, when it is a recursive query that is followed.
    pub recursion: Option<Recursion>,
    /// Equalities of IN, when this is such a subquery.
    pub entries: Vec<Entry>,
    /// It is VALUES.
    pub values: bool,
}

impl Level {
    /// An empty level.
    pub fn new(place: Place) -> Self {
        Level {
            place,
            roots: Vec::new(),
            conditions: Vec::new(),
            outputs: Vec::new(),
            branches: None,
            branch: 0,
            references: References::default(),
            aggregated: false,
            grouped: false,
            group_columns: Vec::new(),
            partly_grouped: false,
            group_pieces: Vec::new(),
            distinct_on: None,
            distinct: false,
            windows: Vec::new(),
            limited: false,
            recursive: false,
            recursion: None,
            entries: Vec::new(),
            values: false,
        }
    }

    /// Whether it can return a row although FROM has none.
    pub fn row_from_nothing(&self) -> bool {
        self.aggregated && !self.grouped
    }

    /// Whether a column may be null in a row of the level although it is not in the rows of FROM.
    pub fn adds_null(&self, column: ItemColumn) -> bool {
        self.partly_grouped && !self.group_columns.contains(&column)
    }

    /// Why rows of the level can depend on rows of FROM with another value of what is made of this column; none when they
    /// cannot. `grouped`: it is grouped by that itself. `determined`: whether rows of FROM that are equal in some columns are
    /// equal in this one.
    pub fn mixes(
        &self,
        column: ItemColumn,
        grouped: bool,
        determined: impl Fn(&[ItemColumn]) -> bool,
    ) -> Option<Barrier> {
        let within = |columns: &[ItemColumn]| columns.contains(&column) || determined(columns);
        if self.limited {
            return Some(Barrier::Limit);
        }
        if self.aggregated && !grouped && !within(&self.group_columns) {
            return Some(Barrier::Group);
        }
        if self.distinct_on.as_deref().is_some_and(|on| !within(on)) {
            return Some(Barrier::DistinctOn);
        }
        if self.windows.iter().any(|w| !within(w)) {
            return Some(Barrier::Window);
        }
        None
    }
}

/// What lets rows with different values of a column influence one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barrier {
    /// LIMIT, OFFSET or FETCH.
    Limit,
    /// Aggregation over other columns.
    Group,
    /// DISTINCT ON other columns.
    DistinctOn,
    /// A window partitioned by other columns.
    Window,
}

impl Barrier {
    /// The barrier in words.
    pub fn words(self) -> &'static str {
        match self {
            Barrier::Limit => "LIMIT",
            Barrier::Group => "grouping by other columns",
            Barrier::DistinctOn => "DISTINCT ON other columns",
            Barrier::Window => "a window over other rows",
        }
    }
}
