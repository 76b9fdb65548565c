//! Names: which column of which leaf a reference means.

use super::tree::{ItemColumn, LevelId, NodeId};
use sqlparser::ast::Ident;

/// Position in [`Scopes`].
pub type ScopeId = usize;

/// The name scopes of all levels.
#[derive(Debug, Default)]
pub struct Scopes(Vec<Scope>);

/// What names mean inside one level.
#[derive(Debug)]
struct Scope {
    parent: Option<ScopeId>,
    level: LevelId,
    items: Vec<Item>,
    /// Columns merged by USING: their unqualified name means a value made of two columns, which may be one that is
    /// followed.
    merged: Vec<(String, Option<ItemColumn>)>,
}

/// An element of a FROM clause, as names see it.
#[derive(Debug)]
struct Item {
    alias: String,
    node: NodeId,
    /// Names of its columns; none when they are not known.
    columns: Option<Vec<String>>,
    /// Nothing is to be learned from its columns: a function, VALUES, a relation that is not watched.
    opaque: bool,
}

/// What a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A column of a leaf.
    Column(ItemColumn, LevelId),
    /// A leaf as a whole row.
    Whole(NodeId, LevelId),
    /// A system column of a leaf.
    System(NodeId, LevelId),
    /// A value that says nothing and whose inputs are recorded elsewhere, and the level it belongs to, if any.
    Opaque(Option<LevelId>),
    /// It was not found, or it was found twice.
    Unknown,
}

/// A name as the server means it: folded to lower case unless quoted.
pub fn folded(ident: &Ident) -> String {
    if ident.quote_style.is_some() {
        ident.value.clone()
    } else {
        ident.value.to_ascii_lowercase()
    }
}

const SYSTEM_COLUMNS: [&str; 6] = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"];

/// Words that are values, not names.
const VALUES: [&str; 6] = [
    "current_schema",
    "current_catalog",
    "current_role",
    "current_user",
    "session_user",
    "user",
];

impl Scopes {
    /// Opens the scope of a level.
    pub fn open(&mut self, parent: Option<ScopeId>, level: LevelId) -> ScopeId {
        self.0.push(Scope {
            parent,
            level,
            items: Vec::new(),
            merged: Vec::new(),
        });
        self.0.len() - 1
    }

    /// The scope of a level; none when it has several.
    pub fn of(&self, level: LevelId) -> Option<ScopeId> {
        let mut scopes = self.0.iter().enumerate().filter(|(_, s)| s.level == level);
        let (scope, _) = scopes.next()?;
        scopes.next().is_none().then_some(scope)
    }

    /// Adds an element of FROM.
    pub fn add(
        &mut self,
        scope: ScopeId,
        alias: String,
        node: NodeId,
        columns: Option<Vec<String>>,
        opaque: bool,
    ) {
        if let Some(scope) = self.0.get_mut(scope) {
            scope.items.push(Item {
                alias,
                node,
                columns,
                opaque,
            });
        }
    }

    /// Number of elements of FROM so far.
    pub fn len(&self, scope: ScopeId) -> usize {
        self.0.get(scope).map_or(0, |s| s.items.len())
    }

    /// Notes a column merged by USING.
    pub fn merge(&mut self, scope: ScopeId, name: String, column: Option<ItemColumn>) {
        if let Some(scope) = self.0.get_mut(scope) {
            scope.merged.push((name, column));
        }
    }

    /// Makes a list of an outer query's elements known under one alias of a join: their own aliases are hidden.
    pub fn hide(&mut self, scope: ScopeId, from: usize, alias: &str, names: &[String]) {
        let Some(scope) = self.0.get_mut(scope) else {
            return;
        };
        // The columns of the join are those of its elements in order. Which alias column falls to which element
        // is plain counting as long as every element's columns are known; else none of them is.
        let known: Option<usize> = scope.items[from.min(scope.items.len())..]
            .iter()
            .map(|i| i.columns.as_ref().map(Vec::len))
            .sum();
        let mut at = 0;
        for item in scope.items.iter_mut().skip(from) {
            alias.clone_into(&mut item.alias);
            match (&mut item.columns, known) {
                (Some(columns), Some(_)) if scope.merged.is_empty() => {
                    for column in columns.iter_mut() {
                        if let Some(name) = names.get(at) {
                            column.clone_from(name);
                        }
                        at += 1;
                    }
                }
                (columns, _) => *columns = None,
            }
        }
    }

    /// All columns with this name among the elements `from..to` of a scope, and the leftmost of them where that
    /// can be followed.
    pub fn all_named(
        &self,
        scope: ScopeId,
        from: usize,
        to: usize,
        name: &str,
    ) -> (Vec<ItemColumn>, Option<ItemColumn>) {
        let items = self.0.get(scope).and_then(|s| s.items.get(from..to));
        let mut all = Vec::new();
        let mut first = None;
        for item in items.unwrap_or(&[]) {
            let node = item.node;
            match &item.columns {
                // It may have the column.
                None => first = first.or(Some(None)),
                Some(columns) => {
                    for (column, _) in columns.iter().enumerate().filter(|(_, c)| *c == name) {
                        let found = ItemColumn { node, column };
                        first = first.or(Some((!item.opaque).then_some(found)));
                        if !item.opaque {
                            all.push(found);
                        }
                    }
                }
            }
        }
        (all, first.flatten())
    }

    /// Resolves a name with one or more parts.
    pub fn resolve(&self, scope: Option<ScopeId>, name: &[Ident]) -> Meaning {
        match name {
            [column] => self.resolve_bare(scope, column),
            [alias, column] => self.resolve_qualified(scope, &folded(alias), &folded(column)),
            _ => Meaning::Unknown,
        }
    }

    /// Resolves an alias that stands for a whole row.
    pub fn resolve_alias(&self, scope: Option<ScopeId>, alias: &str) -> Meaning {
        match self.item(scope, alias) {
            Some((item, level)) if !item.opaque => Meaning::Whole(item.node, level),
            Some((_, level)) => Meaning::Opaque(Some(level)),
            None => Meaning::Unknown,
        }
    }

    fn resolve_bare(&self, scope: Option<ScopeId>, ident: &Ident) -> Meaning {
        let name = folded(ident);
        if ident.quote_style.is_none() && VALUES.contains(&name.as_str()) {
            return Meaning::Opaque(None);
        }
        let mut next = scope;
        while let Some(scope) = next.and_then(|id| self.0.get(id)) {
            let mut merged = scope.merged.iter().filter(|m| m.0 == name).map(|m| m.1);
            match (merged.next(), merged.next()) {
                (None, _) => {}
                (Some(Some(column)), None) => return Meaning::Column(column, scope.level),
                _ => return Meaning::Opaque(Some(scope.level)),
            }
            let found = find(&scope.items, scope.level, &name);
            if found != Meaning::Unknown {
                return found;
            }
            let mut aliased = scope.items.iter().filter(|i| i.alias == name);
            match (aliased.next(), aliased.next()) {
                (Some(item), None) if item.opaque => return Meaning::Opaque(Some(scope.level)),
                (Some(item), None) => return Meaning::Whole(item.node, scope.level),
                (Some(_), Some(_)) => return Meaning::Unknown,
                _ => {}
            }
            // It may be a column of something whose columns are not known, or be ambiguous.
            let ambiguous = |i: &Item| i.columns.as_ref().is_none_or(|c| c.contains(&name));
            if scope.items.iter().any(ambiguous) {
                return Meaning::Unknown;
            }
            if let ([only], true) = (
                scope.items.as_slice(),
                SYSTEM_COLUMNS.contains(&name.as_str()),
            ) {
                return system(only, scope.level);
            }
            next = scope.parent;
        }
        Meaning::Unknown
    }

    fn resolve_qualified(&self, scope: Option<ScopeId>, alias: &str, name: &str) -> Meaning {
        let mut next = scope;
        while let Some(scope) = next.and_then(|id| self.0.get(id)) {
            let mut items = scope.items.iter().filter(|i| i.alias == alias).peekable();
            if items.peek().is_none() {
                next = scope.parent;
                continue;
            }
            let items: Vec<&Item> = items.collect();
            let mut hits = items.iter().filter_map(|item| {
                let mut at = item
                    .columns
                    .as_ref()?
                    .iter()
                    .enumerate()
                    .filter(|(_, c)| *c == name);
                let (column, _) = at.next()?;
                Some((*item, column, at.next().is_some()))
            });
            return match (hits.next(), hits.next()) {
                (Some((item, ..)), None) if item.opaque => Meaning::Opaque(Some(scope.level)),
                (Some((item, column, false)), None) => Meaning::Column(
                    ItemColumn {
                        node: item.node,
                        column,
                    },
                    scope.level,
                ),
                (None, None) => match items.as_slice() {
                    [only] if only.opaque => Meaning::Opaque(Some(scope.level)),
                    [only] if SYSTEM_COLUMNS.contains(&name) => system(only, scope.level),
                    _ => Meaning::Unknown,
                },
                _ => Meaning::Unknown,
            };
        }
        Meaning::Unknown
    }

    fn item(&self, scope: Option<ScopeId>, alias: &str) -> Option<(&Item, LevelId)> {
        let mut next = scope;
        while let Some(scope) = next.and_then(|id| self.0.get(id)) {
            let mut items = scope.items.iter().filter(|i| i.alias == alias);
            match (items.next(), items.next()) {
                (Some(item), None) => return Some((item, scope.level)),
                (Some(_), Some(_)) => return None,
                _ => next = scope.parent,
            }
        }
        None
    }
}

fn system(item: &Item, level: LevelId) -> Meaning {
    if item.opaque {
        Meaning::Opaque(Some(level))
    } else {
        Meaning::System(item.node, level)
    }
}

/// The only column with this name among some elements.
fn find(items: &[Item], level: LevelId, name: &str) -> Meaning {
    let mut hits = items.iter().flat_map(|item| {
        let columns = item.columns.as_deref().unwrap_or(&[]);
        columns
            .iter()
            .enumerate()
            .filter(|(_, c)| *c == name)
            .map(move |(column, _)| (item, column))
    });
    match (hits.next(), hits.next()) {
        (Some((item, _)), None) if item.opaque => Meaning::Opaque(Some(level)),
        (Some((item, column)), None) => Meaning::Column(
            ItemColumn {
                node: item.node,
                column,
            },
            level,
        ),
        _ => Meaning::Unknown,
    }
}
