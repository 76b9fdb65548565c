//! TVIEWs as this backend knows them: decoded plans, kept until the server says that something changed.
//!
//! The plan stored in `pg_tview_meta` is used while its fingerprint fits the catalog. When it does not (after a
//! restore, or after DDL that slipped past the event triggers) the view is analysed here, so that a TVIEW is right
//! without it; the stored plan only saves that work.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{CStr, CString};
use std::rc::Rc;

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::analyze::analyze;
use crate::error::{code, Error, Result};
use crate::lineage::{Counters, Patch, Plan, Strategy, PLAN_VERSION};
use crate::pg::identity::{Printing, RunAs, Settings};
use crate::pg::planner::{Builders, Keys, Rules, Wanted};
use crate::pg::raw;
use crate::pg::spi::{self, Connection, Planning, Row, Statement};
use crate::pg::stats::{looked_up, Cache};
use crate::pg::types::{ColumnType, HashedColumns};
use crate::queue::TviewId;

/// One edge of the lineage: the hop an occurrence with strategy `link` takes, or one whose values the key is made of.
pub struct Hop {
    /// Occurrence it leads to; none when its look-up gives the key.
    pub to: Option<usize>,
    /// Types of the values climbed from.
    pub from: HashedColumns,
    /// Types of the same values on the side of `to`.
    pub introduced: HashedColumns,
    /// Types of what the look-up returns.
    pub result: HashedColumns,
    pub lookup: String,
    /// Its values are not locked one by one.
    pub lock_edge: bool,
    /// A null among them is a value like others.
    pub nulls: bool,
}

/// The statements of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    Fetch,
    FetchSome,
    Recompute,
    Whole,
    /// All rows of the view, for a table that has none.
    Fill,
    NullKey,
    /// The look-up of the hop that starts at an occurrence.
    Lookup(usize),
    /// What an occurrence decides about, of some keys.
    Patch(usize),
    /// The value that an occurrence is part of.
    Value(usize),
}

/// A TVIEW with its decoded plan.
pub struct Tview {
    pub id: TviewId,
    /// `pg_class` OID of the backing view.
    pub view: u32,
    /// `schema.tv_name`, quoted, for messages.
    pub name: String,
    /// What the context of an error says of a flush.
    pub context: CString,
    pub owner: pg_sys::Oid,
    pub depth: i32,
    pub plan: Plan,
    /// TVIEW tables and other relations it reads, in order, each once.
    pub sources: Vec<u32>,
    /// Text of the plan, to see whether a reload brought another one.
    text: String,
    pub key: HashedColumns,
    /// By occurrence: its hop, when it has one.
    pub hops: Vec<Option<Hop>>,
    /// By occurrence: the type of the number of the elements that it makes, when they can be patched.
    numbers: Vec<Option<HashedColumns>>,
    /// Occurrences with a hop, deepest first.
    pub climb_order: Vec<usize>,
    /// Settings its rows are computed with: those of the session that created it.
    pub printing: Printing,
    /// Keys, what leads to them and what is copied are of the server's own types, whose functions look no names up.
    pub has_plain_types: bool,
    /// A constraint or trigger of its table is deferred.
    pub has_deferred: bool,
    /// The function of the capture triggers.
    pub capture: pg_sys::Oid,
    /// Functions that build its documents.
    builders: Builders,
    /// The table of values, where the catalog has one.
    pub values: Option<pg_sys::Oid>,
    prepared: RefCell<BTreeMap<(Use, Planning), Rc<Statement>>>,
}

impl Tview {
    /// The statement for a use, prepared with parameters of these types when it is first needed; needs an open SPI
    /// connection.
    pub fn statement(
        &self,
        usage: Use,
        planning: Planning,
        types: impl FnOnce() -> Vec<pg_sys::Oid>,
    ) -> Result<Rc<Statement>> {
        let known = self.prepared.borrow().get(&(usage, planning)).cloned();
        looked_up(Cache::Statements, known.is_some());
        if let Some(statement) = known {
            return Ok(statement);
        }
        let statement = Statement::prepare(&self.sql(usage)?, &types(), planning)?;
        let wanted = match usage {
            Use::Patch(occurrence) => self.patch(occurrence).map(|patch| Wanted {
                column: patch.document,
                values: Keys::of(&patch.paths),
                // Behind those of the key.
                elements: patch.elements.as_ref().map(|_| self.key.0.len() as i32 + 1),
            }),
            _ => None,
        };
        let statement = Rc::new(statement.for_flush(Rules {
            builders: self.builders,
            is_cached: planning != Planning::Custom,
            wanted,
            is_set: matches!(usage, Use::Lookup(_)),
        }));
        self.prepared
            .borrow_mut()
            .insert((usage, planning), statement.clone());
        Ok(statement)
    }

    /// Number of prepared statements.
    fn statement_count(&self) -> usize {
        self.prepared.borrow().len()
    }

    fn sql(&self, usage: Use) -> Result<Cow<'_, str>> {
        let statements = &self.plan.statements;
        let sql = match usage {
            Use::Fill => return Ok(format!("TABLE {}", qualified_name(self.view)?).into()),
            Use::Fetch => &statements.fetch,
            Use::FetchSome => &statements.fetch_some,
            Use::Recompute => &statements.recompute,
            Use::Whole => &statements.whole,
            Use::NullKey => &statements.null_key,
            Use::Lookup(occurrence) => match self.hops.get(occurrence) {
                Some(Some(hop)) => &hop.lookup,
                _ => return Err(Error::internal("an occurrence has no look-up")),
            },
            Use::Patch(occurrence) => match self.patch(occurrence) {
                Some(patch) => &patch.fetch,
                None => return Err(Error::internal("an occurrence has no patch")),
            },
            Use::Value(occurrence) => match self.value(occurrence) {
                Some(sql) => sql,
                None => return Err(Error::internal("an occurrence is no part of a value")),
            },
        };
        Ok(sql.into())
    }

    /// What is patched when a row of an occurrence changes.
    pub fn patch(&self, occurrence: usize) -> Option<&Patch> {
        self.plan.occurrences.get(occurrence)?.patch.as_ref()
    }

    /// The statement for the value that an occurrence is part of.
    pub fn value(&self, occurrence: usize) -> Option<&str> {
        self.plan.occurrences.get(occurrence)?.value.as_deref()
    }

    /// The number of the elements that rows of an occurrence make.
    pub fn number(&self, occurrence: usize) -> Option<&HashedColumns> {
        self.numbers.get(occurrence)?.as_ref()
    }

    /// What is counted of the rows of an occurrence.
    pub fn counters(&self, occurrence: usize) -> Option<&Counters> {
        self.plan.occurrences.get(occurrence)?.counters.as_ref()
    }

    /// Whether `other` is the same TVIEW in the same state.
    fn equals(&self, other: &Tview) -> bool {
        self.text == other.text
            && self.name == other.name
            && self.owner == other.owner
            && self.depth == other.depth
            && self.printing.values == other.printing.values
            && self.has_deferred == other.has_deferred
            && self.capture == other.capture
            && self.builders == other.builders
            && self.values == other.values
    }

    /// Gives the prepared statements back to the server, those in use excepted.
    fn free_statements(&self) {
        for (_, statement) in std::mem::take(&mut *self.prepared.borrow_mut()) {
            if let Ok(statement) = Rc::try_unwrap(statement) {
                statement.free();
            }
        }
    }

    /// Decodes a row of `_pg_tviews_watchers`.
    fn decode(row: Row, text: String, plan: Plan, home: &Home) -> Result<Self> {
        let column = |occurrence: u32, num: i16| {
            column_type(plan.occurrences[occurrence as usize].source, num)
        };
        let key = HashedColumns(
            plan.key
                .iter()
                .map(|k| ColumnType::new(k.type_oid, k.collation))
                .collect(),
        );
        check_references(&plan)?;
        check_key(row.require(2)?, &plan, &key)?;
        for occurrence in &plan.occurrences {
            let copies = occurrence.patch.iter().flat_map(|patch| &patch.copies);
            for copied in copies.flat_map(|copies| &copies.columns) {
                if column(occurrence.id, copied.column)?.type_oid != copied.type_oid.into() {
                    return Err(damaged());
                }
            }
        }
        let mut hops = Vec::with_capacity(plan.occurrences.len());
        for occurrence in &plan.occurrences {
            // What an occurrence with a link carries.
            let carried =
                |occurrence: u32, nums: &[i16], elements: bool| -> Result<HashedColumns> {
                    let columns = nums.iter().map(|num| {
                        let column = column(occurrence, *num)?;
                        match elements {
                            true if !column.is_array() => Err(damaged()),
                            true => Ok(column.element()),
                            false => Ok(column),
                        }
                    });
                    columns.collect::<Result<_>>().map(HashedColumns)
                };
            let types = |occurrence: u32, nums: &[i16]| -> Result<HashedColumns> {
                nums.iter()
                    .map(|num| column(occurrence, *num))
                    .collect::<Result<_>>()
                    .map(HashedColumns)
            };
            let (to, from, to_columns, lookup, lock_edge, nulls) = match &occurrence.strategy {
                Strategy::Link {
                    to,
                    from,
                    to_columns,
                    lookup,
                    lock_edge,
                    elements,
                    nulls,
                } => {
                    let from = carried(occurrence.id, from, *elements)?;
                    (to, from, to_columns, lookup, lock_edge, nulls)
                }
                Strategy::Key {
                    columns,
                    lookup: Some(lookup),
                } => {
                    hops.push(Some(Hop {
                        to: None,
                        from: types(occurrence.id, columns)?,
                        introduced: HashedColumns(Vec::new()),
                        result: key.clone(),
                        lookup: lookup.clone(),
                        lock_edge: false,
                        nulls: false,
                    }));
                    continue;
                }
                Strategy::Key {
                    columns,
                    lookup: None,
                } => {
                    if !key.take(&types(occurrence.id, columns)?) {
                        return Err(damaged());
                    }
                    hops.push(None);
                    continue;
                }
                Strategy::Full => {
                    hops.push(None);
                    continue;
                }
            };
            let result = match &plan.occurrences[*to as usize].strategy {
                Strategy::Key { columns, .. } => types(*to, columns)?,
                Strategy::Link { from, elements, .. } => carried(*to, from, *elements)?,
                Strategy::Full => return Err(Error::internal("a climb leads to a full source")),
            };
            hops.push(Some(Hop {
                to: Some(*to as usize),
                from,
                introduced: types(*to, to_columns)?,
                result,
                lookup: lookup.clone(),
                lock_edge: *lock_edge,
                nulls: *nulls,
            }));
        }
        let numbers = plan.occurrences.iter().map(|occurrence| {
            let elements = occurrence.patch.as_ref().and_then(|p| p.elements.as_ref());
            let number = elements.map(|elements| column(occurrence.id, elements.column));
            number.map(|of| Ok(HashedColumns(vec![of?]))).transpose()
        });
        let numbers = numbers.collect::<Result<_>>()?;
        let climb_order = deepest_first(&hops)?;
        let settings = row
            .get::<pgrx::JsonB>(8)
            .map(|json| setting_pairs(&json.0))
            .unwrap_or_default();
        let has_plain_types = {
            let of_hops = hops.iter().flatten().flat_map(|hop| {
                let all = [&hop.from, &hop.introduced, &hop.result];
                all.into_iter().flat_map(|columns| &columns.0)
            });
            let patches = plan.occurrences.iter().flat_map(|o| &o.patch);
            let copies = patches.flat_map(|patch| &patch.copies);
            let copied = copies.flat_map(|copies| &copies.columns);
            let mut types = key
                .0
                .iter()
                .chain(of_hops)
                .map(|column| column.type_oid.to_u32())
                .chain(copied.map(|column| column.type_oid));
            types.all(|oid| oid < pg_sys::FirstNormalObjectId)
        };
        let id = row.require::<pg_sys::Oid>(1)?;
        let sources: BTreeSet<u32> = plan.occurrences.iter().map(|o| o.source).collect();
        let name: String = row.require(3)?;
        Ok(Tview {
            id: id.to_u32(),
            sources: sources.into_iter().collect(),
            view: row.require::<pg_sys::Oid>(2)?.to_u32(),
            context: CString::new(format!("refresh of TVIEW {name}")).unwrap_or_default(),
            name,
            owner: row.require(4)?,
            depth: row.require(5)?,
            key,
            hops,
            numbers,
            climb_order,
            printing: Printing::new(settings),
            has_plain_types,
            has_deferred: row.require(9)?,
            capture: home.capture,
            builders: home.builders,
            values: home.values,
            prepared: RefCell::default(),
            text,
            plan,
        })
    }
}

/// A stored plan is data a TVIEW's owner can write: no index in it is trusted.
fn check_references(plan: &Plan) -> Result<()> {
    let count = plan.occurrences.len();
    for (i, occurrence) in plan.occurrences.iter().enumerate() {
        let sound = occurrence.id as usize == i
            && match &occurrence.strategy {
                Strategy::Key {
                    columns,
                    lookup: None,
                } => columns.len() == plan.key.len(),
                Strategy::Key { columns, .. } => !columns.is_empty(),
                Strategy::Link {
                    to,
                    from,
                    to_columns,
                    ..
                } => (*to as usize) < count && !from.is_empty() && from.len() == to_columns.len(),
                Strategy::Full => true,
            }
            && occurrence.counters.as_ref().is_none_or(|counters| {
                let leader = plan.occurrences.get(counters.leader as usize);
                leader.is_some_and(|o| matches!(o.strategy, Strategy::Key { lookup: None, .. }))
            });
        if !sound {
            return Err(damaged());
        }
    }
    if plan.key.is_empty() {
        return Err(Error::internal("the stored plan of a TVIEW has no key"));
    }
    Ok(())
}

/// Nor is a type: the key has those of the view's columns.
fn check_key(view: pg_sys::Oid, plan: &Plan, key: &HashedColumns) -> Result<()> {
    for (part, own) in plan.key.iter().zip(&key.0) {
        let name = CString::new(part.name.as_str()).map_err(|_| damaged())?;
        // SAFETY: a catalog look-up that gives 0 for what is not there.
        let num = unsafe { pg_sys::get_attnum(view, name.as_ptr()) };
        if num < 1 || column_type(view.to_u32(), num)?.type_oid != own.type_oid {
            return Err(damaged());
        }
    }
    Ok(())
}

fn damaged() -> Error {
    Error::internal("the stored plan of a TVIEW is damaged")
        .hint("Run pg_tviews_install_stmt_triggers() to derive it again.")
}

/// Orders hops so that every hop comes before the one it leads to.
fn deepest_first(hops: &[Option<Hop>]) -> Result<Vec<usize>> {
    let distance = |start: usize| -> Result<usize> {
        let (mut at, mut steps) = (Some(start), 0);
        while let Some(hop) = at.and_then(|at| hops[at].as_ref()) {
            at = hop.to;
            steps += 1;
            if steps > hops.len() {
                return Err(Error::internal("the climbs of a plan go round in a circle"));
            }
        }
        Ok(steps)
    };
    let mut order = Vec::new();
    for (i, hop) in hops.iter().enumerate() {
        if hop.is_some() {
            order.push((distance(i)?, i));
        }
    }
    order.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    Ok(order.into_iter().map(|(_, i)| i).collect())
}

/// Settings that decide how values are printed and texts are read; a TVIEW's row can ask for no others.
const PRINTING: [&str; 16] = [
    "DateStyle",
    "IntervalStyle",
    "TimeZone",
    "array_nulls",
    "bytea_output",
    "default_text_search_config",
    "extra_float_digits",
    "lc_monetary",
    "lc_numeric",
    "lc_time",
    "quote_all_identifiers",
    "standard_conforming_strings",
    "timezone_abbreviations",
    "transform_null_equals",
    "xmlbinary",
    "xmloption",
];

fn setting_pairs(json: &serde_json::Value) -> Vec<(CString, CString)> {
    json.as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| PRINTING.contains(&name.as_str()))
        .filter_map(|(name, value)| {
            Some((
                CString::new(name.as_str()).ok()?,
                CString::new(value.as_str()?).ok()?,
            ))
        })
        .collect()
}

fn column_type(relation: u32, num: i16) -> Result<ColumnType> {
    let (mut type_oid, mut typmod, mut collation) = (pg_sys::InvalidOid, 0, pg_sys::InvalidOid);
    // SAFETY: catalog look-ups; the second would raise an error for a column that is not there.
    unsafe {
        if pg_sys::get_atttype(pg_sys::Oid::from(relation), num) == pg_sys::InvalidOid {
            return Err(damaged());
        }
        pg_sys::get_atttypetypmodcoll(
            pg_sys::Oid::from(relation),
            num,
            &mut type_oid,
            &mut typmod,
            &mut collation,
        );
        type_oid = pg_sys::getBaseType(type_oid);
    }
    Ok(ColumnType::new(type_oid.to_u32(), collation.to_u32()))
}

/// Name and schema of a relation, quoted.
fn qualified_name(relation: u32) -> Result<String> {
    let relation = pg_sys::Oid::from(relation);
    // SAFETY: catalog look-ups that give null for what is not there; the server's names are C strings.
    unsafe {
        let name = pg_sys::get_rel_name(relation);
        let schema = pg_sys::get_namespace_name(pg_sys::get_rel_namespace(relation));
        if name.is_null() || schema.is_null() {
            return Err(Error::internal("the view of a TVIEW is gone"));
        }
        let quoted = pg_sys::quote_qualified_identifier(schema, name);
        Ok(CStr::from_ptr(quoted).to_string_lossy().into_owned())
    }
}

/// Where the extension is and whose rights reading its tables takes.
#[derive(Clone)]
struct Home {
    schema: String,
    owner: pg_sys::Oid,
    capture: pg_sys::Oid,
    builders: Builders,
    values: Option<pg_sys::Oid>,
}

/// What this backend knows.
#[derive(Default)]
pub struct Catalog {
    home: Option<Home>,
    tviews: BTreeMap<TviewId, Rc<Tview>>,
    /// Relations that were asked for and are no TVIEW's table.
    others: BTreeSet<u32>,
    /// By relation: the TVIEWs that read it.
    watchers: BTreeMap<u32, Rc<[Rc<Tview>]>>,
    /// Relations whose change makes this knowledge old.
    known: BTreeSet<u32>,
    /// Rows have been read since this was last asked.
    has_read: bool,
    /// TVIEWs whose plan a reload changed; whoever holds entries for them has to give up on detail.
    replanned: Vec<TviewId>,
}

/// TVIEWs as they were; the statements of those that nobody has are given back when dropped, also on the way of an error.
struct Former(BTreeMap<TviewId, Rc<Tview>>);

impl Drop for Former {
    fn drop(&mut self) {
        for (_, tview) in std::mem::take(&mut self.0) {
            if let Some(tview) = Rc::into_inner(tview) {
                tview.free_statements();
            }
        }
    }
}

/// How often stored plans are read before one that does not fit the catalog counts as damaged.
const LOADS: i32 = 3;

const COLUMNS: &str = "table_oid, view_oid, entity, owner, depth, plan::pg_catalog.text, is_current, settings, has_deferred";

impl Catalog {
    /// Number of TVIEWs and of their prepared statements.
    pub fn sizes(&self) -> (usize, usize) {
        let statements = self.tviews.values().map(|tview| tview.statement_count());
        (self.tviews.len(), statements.sum())
    }

    /// Schema of the extension, quoted, and the owner of its tables. Needs an open SPI connection.
    pub fn home_of(&mut self) -> Result<Option<(String, pg_sys::Oid)>> {
        Ok(self.home()?.map(|home| (home.schema, home.owner)))
    }

    /// Whether a change of `relation` concerns this knowledge.
    pub fn knows(&self, relation: u32) -> bool {
        self.known.contains(&relation)
    }

    /// Whether rows have been read since this was last asked.
    pub fn take_has_read(&mut self) -> bool {
        std::mem::take(&mut self.has_read)
    }

    /// TVIEWs whose plan has changed since this was last asked.
    pub fn take_replanned(&mut self) -> Vec<TviewId> {
        std::mem::take(&mut self.replanned)
    }

    /// Reads the TVIEWs it knows anew; keeps what has not changed, prepared statements included. Who reads a relation is
    /// asked again when the relation is written: many a relation that was may be gone.
    pub fn reload(&mut self) -> Result<()> {
        self.home = None;
        let former = Former(std::mem::take(&mut self.tviews));
        self.watchers.clear();
        self.known.clear();
        self.others.clear();
        for id in former.0.keys() {
            self.load_tview(*id, &former.0)?;
        }
        for (id, old) in &former.0 {
            let kept = self.tviews.get(id).is_some_and(|new| Rc::ptr_eq(new, old));
            if !kept {
                self.replanned.push(*id);
                old.free_statements();
            }
        }
        Ok(())
    }

    /// The TVIEWs that read `relation`, as itself or as part of a partitioned or inherited table.
    pub fn watchers(&mut self, relation: u32) -> Result<Rc<[Rc<Tview>]>> {
        if let Some(watchers) = self.watchers.get(&relation) {
            looked_up(Cache::Plans, true);
            return Ok(watchers.clone());
        }
        looked_up(Cache::Plans, false);
        self.load_watchers(relation)
    }

    /// The TVIEW with this table, if there is one.
    pub fn tview(&mut self, id: TviewId) -> Result<Option<Rc<Tview>>> {
        if let Some(known) = self.known_tview(id) {
            return Ok(known);
        }
        looked_up(Cache::Plans, false);
        self.load_tview(id, &BTreeMap::new())?;
        Ok(self.tviews.get(&id).cloned())
    }

    /// The same, unless that has to be read first.
    pub fn known_tview(&self, id: TviewId) -> Option<Option<Rc<Tview>>> {
        let tview = self.tviews.get(&id);
        let is_known = tview.is_some() || self.others.contains(&id);
        is_known.then(|| {
            looked_up(Cache::Plans, true);
            tview.cloned()
        })
    }

    fn load_watchers(&mut self, relation: u32) -> Result<Rc<[Rc<Tview>]>> {
        let loaded = self.load("_pg_tviews_watchers", relation, &BTreeMap::new())?;
        let watchers: Rc<[Rc<Tview>]> = loaded.into();
        self.known.insert(relation);
        self.watchers.insert(relation, watchers.clone());
        Ok(watchers)
    }

    fn load_tview(&mut self, id: TviewId, former: &BTreeMap<TviewId, Rc<Tview>>) -> Result<()> {
        if !self.tviews.contains_key(&id) {
            let found = self.load("_pg_tviews_watcher", id, former)?;
            if found.is_empty() {
                self.known.insert(id);
                self.others.insert(id);
            }
        }
        Ok(())
    }

    /// Loads the TVIEWs that the catalog function gives for `argument`.
    fn load(
        &mut self,
        function: &str,
        argument: u32,
        former: &BTreeMap<TviewId, Rc<Tview>>,
    ) -> Result<Vec<Rc<Tview>>> {
        let mut attempts = 1;
        loop {
            match self.load_once(function, argument, former) {
                // What does not fit the catalog may have been dropped since the snapshot that shows it: a new one tells.
                Err(error) if error.code == code::INTERNAL && attempts < LOADS => attempts += 1,
                result => return result,
            }
        }
    }

    fn load_once(
        &mut self,
        function: &str,
        argument: u32,
        former: &BTreeMap<TviewId, Rc<Tview>>,
    ) -> Result<Vec<Rc<Tview>>> {
        self.has_read = true;
        let _settings = Settings::open();
        let _connection = Connection::open()?;
        let Some(home) = self.home()? else {
            return Ok(Vec::new());
        };
        let _user = RunAs::new(home.owner, true);
        let sql = format!(
            "SELECT {COLUMNS} FROM {}.{function}($1::pg_catalog.oid::pg_catalog.regclass)",
            home.schema
        );
        let mut loaded = Vec::new();
        for row in query(&sql, argument)? {
            let id = row.require::<pg_sys::Oid>(1)?.to_u32();
            if let Some(known) = self.tviews.get(&id) {
                loaded.push(known.clone());
                continue;
            }
            let stored = row.get::<String>(6).filter(|_| row.get(7) == Some(true));
            let decoded = stored
                .and_then(|text| Some((serde_json::from_str::<Plan>(&text).ok()?, text)))
                .filter(|(plan, _)| plan.version == PLAN_VERSION);
            let (plan, text) = match decoded {
                Some(decoded) => decoded,
                None => plan_anew(&home, id)?,
            };
            let fresh = Tview::decode(row, text, plan, &home)?;
            let tview = match former.get(&id) {
                Some(old) if old.equals(&fresh) => old.clone(),
                _ => Rc::new(fresh),
            };
            self.known.insert(id);
            self.known.extend(&tview.sources);
            self.known.insert(row.require::<pg_sys::Oid>(2)?.to_u32());
            self.tviews.insert(id, tview.clone());
            loaded.push(tview);
        }
        Ok(loaded)
    }

    /// Whether the transaction's snapshot shows the same metadata as the latest one.
    pub fn is_fresh(&mut self) -> Result<bool> {
        let _settings = Settings::open();
        let _connection = Connection::open()?;
        let Some(home) = self.home()? else {
            return Ok(true);
        };
        let _user = RunAs::new(home.owner, true);
        let sql = format!(
            "SELECT pg_catalog.string_agg(m.ctid::pg_catalog.text || m.xmin::pg_catalog.text, ' ' ORDER BY m.ctid) \
             FROM {}.pg_tview_meta m",
            home.schema
        );
        let statement = Statement::for_now(&sql, &[], Planning::Custom)?;
        // SAFETY: SPI copies the snapshots; the results belong to the open connection.
        let (now, then) = unsafe {
            let state = |snapshot| -> Result<Option<String>> {
                let table = statement.execute(&[], Some(snapshot))?;
                Ok(spi::rows(table).next().and_then(|row| row.get(1)))
            };
            (
                state(pg_sys::GetLatestSnapshot())?,
                state(pg_sys::GetTransactionSnapshot())?,
            )
        };
        statement.free();
        Ok(now == then)
    }

    fn home(&mut self) -> Result<Option<Home>> {
        if self.home.is_none() {
            let sql = "SELECT pg_catalog.quote_ident(n.nspname), c.relowner, c.oid, e.extversion, \
                       (SELECT p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace OPERATOR(pg_catalog.=) n.oid \
                         AND p.proname OPERATOR(pg_catalog.=) '_pg_tviews_build_object' \
                         AND p.proargtypes OPERATOR(pg_catalog.=) '2276'::pg_catalog.oidvector), \
                       (SELECT p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace OPERATOR(pg_catalog.=) n.oid \
                         AND p.proname OPERATOR(pg_catalog.=) '_pg_tviews_agg' \
                         AND p.proargtypes OPERATOR(pg_catalog.=) '3802'::pg_catalog.oidvector), \
                       (SELECT p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace OPERATOR(pg_catalog.=) n.oid \
                         AND p.proname OPERATOR(pg_catalog.=) '_pg_tviews_capture' \
                         AND p.pronargs OPERATOR(pg_catalog.=) 0), \
                       (SELECT t.oid FROM pg_catalog.pg_class t WHERE t.relnamespace OPERATOR(pg_catalog.=) n.oid \
                         AND t.relname OPERATOR(pg_catalog.=) '_pg_tviews_values') \
                       FROM pg_catalog.pg_extension e \
                       JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace \
                       JOIN pg_catalog.pg_class c ON c.relnamespace OPERATOR(pg_catalog.=) n.oid \
                         AND c.relname OPERATOR(pg_catalog.=) 'pg_tview_meta' \
                       WHERE e.extname OPERATOR(pg_catalog.=) 'pg_tviews' AND $1 IS NOT NULL";
            if let Some(row) = query(sql, 0)?.next() {
                self.known.insert(row.require::<pg_sys::Oid>(3)?.to_u32());
                check_version(&row.require::<String>(4)?)?;
                self.home = Some(Home {
                    schema: row.require(1)?,
                    owner: row.require(2)?,
                    capture: row.require(7)?,
                    builders: Builders {
                        object: row.get(5).unwrap_or(pg_sys::InvalidOid),
                        array: row.get(6).unwrap_or(pg_sys::InvalidOid),
                    },
                    values: row.get(8),
                });
            }
        }
        Ok(self.home.clone())
    }
}

/// Versions of the SQL side this library works with: its own, and those it may meet before `ALTER EXTENSION UPDATE`
/// and after a step down.
const CATALOG_VERSIONS: [&str; 2] = [env!("CARGO_PKG_VERSION"), "0.1.0-alpha"];

/// Fails when the extension in this database is of a version this library does not know.
fn check_version(installed: &str) -> Result<()> {
    if CATALOG_VERSIONS.contains(&installed) {
        return Ok(());
    }
    Err(Error::new(
        code::NOT_IN_PREREQUISITE_STATE,
        format!("library pg_tviews {} does not know version {installed} of the extension", env!("CARGO_PKG_VERSION")),
    )
    .detail("TVIEWs cannot be maintained by a library of another version.")
    .hint("Reconnect if the extension has just been updated; otherwise install the library of that version, or run ALTER EXTENSION pg_tviews UPDATE."))
}

/// Analyses a TVIEW whose stored plan does not fit the catalog.
fn plan_anew(home: &Home, id: TviewId) -> Result<(Plan, String)> {
    let sql = format!(
        "SELECT {}._pg_tviews_current_snapshot($1::pg_catalog.oid::pg_catalog.regclass)::pg_catalog.text",
        home.schema
    );
    let text: String = query(&sql, id)?
        .next()
        .ok_or_else(|| Error::internal("no catalog snapshot"))?
        .require(1)?;
    let snapshot = serde_json::from_str(&text).map_err(|error| {
        Error::internal(format!("could not read the catalog snapshot: {error}"))
    })?;
    let plan = analyze(&snapshot);
    let text = serde_json::to_string(&plan)
        .map_err(|error| Error::internal(format!("could not write a plan: {error}")))?;
    Ok((plan, text))
}

/// What a relation is a part of, and what it shares rows with otherwise: its own parts, which are partitions and inheritance
/// children, at any level, and other parents of these.
#[derive(Debug, Default)]
pub struct Family {
    pub ancestors: BTreeSet<u32>,
    pub sharers: BTreeSet<u32>,
}

/// Reads the family of a relation.
pub fn family(relation: u32) -> Result<Family> {
    let id = pg_sys::Oid::from(relation);
    // SAFETY: catalog look-ups.
    let stands_alone =
        unsafe { raw::guarded(|| !raw::has_subclass(id) && !raw::has_superclass(id)) };
    if stands_alone {
        return Ok(Family::default());
    }
    let _settings = Settings::open();
    let _connection = Connection::open()?;
    let sql = "WITH RECURSIVE up AS (SELECT i.inhparent AS oid FROM pg_catalog.pg_inherits i \
                 WHERE i.inhrelid OPERATOR(pg_catalog.=) $1 UNION SELECT i.inhparent FROM pg_catalog.pg_inherits i \
                 JOIN up ON i.inhrelid OPERATOR(pg_catalog.=) up.oid), \
               down AS (SELECT i.inhrelid AS oid FROM pg_catalog.pg_inherits i \
                 WHERE i.inhparent OPERATOR(pg_catalog.=) $1 UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i \
                 JOIN down ON i.inhparent OPERATOR(pg_catalog.=) down.oid), \
               beside AS (SELECT oid FROM down UNION SELECT i.inhparent FROM pg_catalog.pg_inherits i \
                 JOIN beside ON i.inhrelid OPERATOR(pg_catalog.=) beside.oid) \
               SELECT oid, true FROM up UNION ALL SELECT oid, false FROM beside";
    let mut family = Family::default();
    for row in query(sql, relation)? {
        let set = if row.require::<bool>(2)? {
            &mut family.ancestors
        } else {
            &mut family.sharers
        };
        set.insert(row.require::<pg_sys::Oid>(1)?.to_u32());
    }
    Ok(family)
}

/// Runs a catalog query with one OID parameter on the open connection. What TVIEWs there are does not depend on the
/// isolation level: the query sees what has been committed until now, as the server's own catalog look-ups do.
fn query(sql: &str, argument: u32) -> Result<impl Iterator<Item = Row>> {
    let statement = Statement::for_now(sql, &[pg_sys::OIDOID], Planning::Generic)?;
    // SAFETY: SPI copies the snapshot.
    let snapshot = unsafe { pg_sys::GetLatestSnapshot() };
    let argument = Datum::from(pg_sys::Oid::from(argument));
    let table = statement.execute(&[argument], Some(snapshot))?;
    statement.free();
    // SAFETY: the result belongs to the open connection, which the caller keeps while it reads.
    Ok(unsafe { spi::rows(table) })
}
