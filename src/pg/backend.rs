//! The state of this backend: one queue, one catalog, and flags the hooks can read without borrowing either.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pgrx::datum::datetime_support::ToIsoString;
use pgrx::pg_sys;

use crate::error::Result;
use crate::pg::capture::Source;
use crate::pg::catalog::{self, Catalog, Family, Tview};
use crate::pg::events;
use crate::pg::locks;
use crate::pg::raw;
use crate::pg::shared;
use crate::pg::stats::{self, Cache};
use crate::queue::{Queue, TviewId};

thread_local! {
    /// None while it is worked on, and before it is first needed.
    static QUEUE: RefCell<Option<Box<Queue>>> = const { RefCell::new(None) };
    static CATALOG: RefCell<Catalog> = RefCell::default();
    /// By relation: what capture needs of its TVIEWs. Derived from the catalog and dropped with it.
    static SOURCES: RefCell<BTreeMap<u32, Rc<Source>>> = const { RefCell::new(BTreeMap::new()) };
    /// Something is pending: a read may have to flush first.
    static DIRTY: Cell<bool> = const { Cell::new(false) };
    /// The server said that a relation in the catalog changed.
    static STALE: Cell<bool> = const { Cell::new(false) };
    /// A flush is under way.
    static FLUSHING: Cell<bool> = const { Cell::new(false) };
    /// The catalog has read rows in this transaction, which may have written them itself.
    static LOADED_ROWS: Cell<bool> = const { Cell::new(false) };
    /// This transaction has written metadata.
    static WROTE_METADATA: Cell<bool> = const { Cell::new(false) };
    /// Catalog statements of the library itself are running.
    static LOADING: Cell<bool> = const { Cell::new(false) };
    /// Table the flush is writing, and the depth of triggers it runs at.
    static WRITING: Cell<(u32, i32)> = const { Cell::new((0, 0)) };
    /// Command number after the latest flush within this transaction; 0 when there was none.
    static FLUSHED_AT: Cell<u32> = const { Cell::new(0) };
    /// Partitioned tables of which a MERGE of this transaction may have moved rows between partitions.
    static MOVED_BY_MERGE: RefCell<BTreeSet<u32>> = const { RefCell::new(BTreeSet::new()) };
    /// The library was loaded in this transaction: statements that were running then were not seen.
    static LOADED_NOW: Cell<bool> = const { Cell::new(false) };
    /// When the oldest pending entry was made, in server time; 0 when nothing is pending.
    static PENDING_SINCE: Cell<i64> = const { Cell::new(0) };
    /// When the newest pending entry was made, likewise.
    static ENQUEUED_AT: Cell<i64> = const { Cell::new(0) };
}

/// Whether anything is pending; the one question every query asks.
pub fn is_dirty() -> bool {
    DIRTY.get()
}

pub fn is_flushing() -> bool {
    FLUSHING.get()
}

/// Statements now running are the library's own: no hook has anything to do for them.
pub fn is_busy() -> bool {
    FLUSHING.get() || LOADING.get()
}

/// Whether a trigger of `table` at this depth was fired by the statement with which a flush writes the table, and not
/// by what user code does meanwhile.
pub fn is_writing(table: u32, depth: i32) -> bool {
    WRITING.get() == (table, depth - 1)
}

/// Command number from which on snapshots show every flush of this transaction; 0 when there was none.
pub fn flushed_at() -> u32 {
    FLUSHED_AT.get()
}

pub fn set_flushed_at(command: u32) {
    FLUSHED_AT.set(command);
}

/// Notes that a MERGE may move rows of a partitioned table between its partitions.
pub fn merge_moves_rows(table: u32) {
    MOVED_BY_MERGE.with_borrow_mut(|tables| tables.insert(table));
}

pub fn may_have_moved_by_merge(table: u32) -> bool {
    MOVED_BY_MERGE.with_borrow(|tables| tables.contains(&table))
}

pub fn is_loaded_now() -> bool {
    LOADED_NOW.get()
}

pub fn set_loaded_now() {
    LOADED_NOW.set(true);
}

pub fn pending_since() -> i64 {
    PENDING_SINCE.get()
}

pub fn enqueued_at() -> i64 {
    ENQUEUED_AT.get()
}

/// A moment of server time as people and the server read it.
pub fn iso_time(moment: i64) -> Option<String> {
    pgrx::datum::TimestampWithTimeZone::try_from(moment)
        .map(|time| time.to_iso_string())
        .ok()
}

/// Number of the transaction, with its epoch; 0 when it has none yet.
pub fn transaction_id() -> u64 {
    // SAFETY: reads the transaction state.
    unsafe { pg_sys::GetTopFullTransactionIdIfAny() }.value
}

/// Runs `f` on the queue and notes whether anything is pending afterwards. The queue is taken out meanwhile: `f` may
/// call the server, which may end the process and with it the transaction, whose callbacks then find an empty queue.
/// `f` must not run statements that capture.
pub fn with_queue<R>(f: impl FnOnce(&mut Queue) -> R) -> R {
    let queue = QUEUE.take().unwrap_or_default();
    let len = queue.len();
    let queue = Some(queue);
    f(Borrowed { queue, len }.queue.get_or_insert_default())
}

/// Looks at the queue without changing it.
pub fn look_at_queue<R>(f: impl FnOnce(&Queue) -> R) -> R {
    QUEUE.with_borrow(|queue| match queue {
        Some(queue) => f(queue),
        None => f(&Queue::new()),
    })
}

/// The queue while it is worked on; goes back also when the work fails.
struct Borrowed {
    queue: Option<Box<Queue>>,
    /// How long it was.
    len: usize,
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        let Some(queue) = self.queue.take() else {
            return;
        };
        let dirty = !queue.is_clean();
        if queue.len() > self.len {
            // SAFETY: reads the time the current statement began.
            ENQUEUED_AT.set(unsafe { raw::GetCurrentStatementStartTimestamp() });
        }
        if dirty && !DIRTY.get() {
            // SAFETY: as above.
            PENDING_SINCE.set(unsafe { raw::GetCurrentStatementStartTimestamp() });
        }
        DIRTY.set(dirty);
        if shared::is_there() {
            shared::publish(&queue, transaction_id(), ENQUEUED_AT.get());
        }
        QUEUE.set(Some(queue));
    }
}

/// Nothing has to be flushed before the commit.
pub fn is_done() -> bool {
    look_at_queue(Queue::is_done)
}

/// The transaction, or a part of it, is rolled back: what was loaded since may show catalog rows that never were.
pub fn forget_uncommitted() {
    if LOADED_ROWS.get() && WROTE_METADATA.get() {
        STALE.set(true);
    }
}

/// Notes that this transaction writes metadata.
pub fn set_wrote_metadata() {
    WROTE_METADATA.set(true);
}

/// Forgets everything about the transaction that has ended. Cannot fail.
pub fn end_transaction(committed: bool) {
    stats::end_transaction(committed);
    shared::withdraw();
    LOADED_ROWS.set(false);
    WROTE_METADATA.set(false);
    QUEUE.with_borrow_mut(|queue| {
        if let Some(queue) = queue {
            queue.clear();
        }
    });
    DIRTY.set(false);
    FLUSHING.set(false);
    LOADING.set(false);
    WRITING.set((0, 0));
    FLUSHED_AT.set(0);
    MOVED_BY_MERGE.take();
    events::end_transaction();
    locks::end_transaction();
    LOADED_NOW.set(false);
    PENDING_SINCE.set(0);
    ENQUEUED_AT.set(0);
}

/// Notes a change of `relation` (0: of all). Called from anywhere in the server: only sets a flag.
pub fn relation_changed(relation: u32) {
    let concerns = relation == 0
        // While it is worked on the catalog is not there to be asked.
        || LOADING.get()
        || CATALOG
            .try_with(|catalog| catalog.try_borrow().map_or(true, |c| c.knows(relation)))
            .unwrap_or(true);
    if concerns {
        STALE.set(true);
    }
}

/// Brings the catalog up to date when something in it has changed.
fn freshen() -> Result<()> {
    while STALE.replace(false) {
        SOURCES.with_borrow_mut(BTreeMap::clear);
        let (outcome, replanned) = {
            let mut loading = Loading::begin();
            let outcome = loading.catalog.reload();
            (outcome, loading.catalog.take_replanned())
        };
        with_queue(|queue| {
            for tview in replanned {
                queue.plan_changed(tview);
            }
        });
        if outcome.is_err() {
            STALE.set(true);
            outcome?;
        }
    }
    Ok(())
}

/// Runs `f` on an up-to-date catalog.
fn with_catalog<R>(f: impl FnOnce(&mut Catalog) -> Result<R>) -> Result<R> {
    freshen()?;
    f(&mut Loading::begin().catalog)
}

/// Asks the catalog for what it knows; none when it has to be read first.
fn ask_catalog<R>(f: impl FnOnce(&Catalog) -> Option<R>) -> Option<R> {
    if STALE.get() {
        return None;
    }
    CATALOG.with_borrow(f)
}

/// The catalog while a load works on it. It is taken out, since loading runs statements that may invalidate it, and
/// goes back also when the load fails.
struct Loading {
    catalog: Catalog,
    outer: bool,
}

impl Loading {
    fn begin() -> Self {
        Loading {
            catalog: CATALOG.take(),
            outer: LOADING.replace(true),
        }
    }
}

impl Drop for Loading {
    fn drop(&mut self) {
        if self.catalog.take_has_read() {
            LOADED_ROWS.set(true);
        }
        CATALOG.set(std::mem::take(&mut self.catalog));
        LOADING.set(self.outer);
    }
}

/// The TVIEWs that read `relation`.
pub fn watchers(relation: u32) -> Result<Rc<[Rc<Tview>]>> {
    with_catalog(|catalog| catalog.watchers(relation))
}

/// The TVIEW with this table, if there is one.
pub fn tview(id: TviewId) -> Result<Option<Rc<Tview>>> {
    match ask_catalog(|catalog| catalog.known_tview(id)) {
        Some(known) => Ok(known),
        None => with_catalog(|catalog| catalog.tview(id)),
    }
}

/// The same for several.
pub fn tviews(ids: &[TviewId]) -> Result<Vec<Option<Rc<Tview>>>> {
    ids.iter().map(|id| tview(*id)).collect()
}

/// Whether the transaction's snapshot shows the metadata as they are now.
pub fn metadata_is_fresh() -> Result<bool> {
    with_catalog(Catalog::is_fresh)
}

/// Schema of the extension, quoted, and the owner of its tables; none when it is not installed. Needs an open SPI
/// connection.
pub fn home() -> Result<Option<(String, pg_sys::Oid)>> {
    with_catalog(Catalog::home_of)
}

/// Number of TVIEWs, of sources and of prepared statements this session keeps.
pub fn cache_sizes() -> [usize; 3] {
    let (tviews, statements) = CATALOG.with_borrow(Catalog::sizes);
    [tviews, SOURCES.with_borrow(BTreeMap::len), statements]
}

/// What `relation` is a part of, and its own parts.
pub fn family(relation: u32) -> Result<Family> {
    with_catalog(|_| catalog::family(relation))
}

/// What capture needs to know about the relation; `build` makes it when this backend has not asked before.
pub fn source(relation: u32, build: impl FnOnce() -> Result<Source>) -> Result<Rc<Source>> {
    freshen()?;
    let known = SOURCES.with_borrow(|sources| sources.get(&relation).cloned());
    stats::looked_up(Cache::Sources, known.is_some());
    if let Some(source) = known {
        return Ok(source);
    }
    let source = Rc::new(build()?);
    SOURCES.with_borrow_mut(|sources| sources.insert(relation, source.clone()));
    Ok(source)
}

/// How many triggers are being run, one within the other.
pub fn trigger_depth() -> i32 {
    // SAFETY: the function reads a backend-local variable and looks at no argument.
    unsafe { raw::pg_trigger_depth(std::ptr::null_mut()).value() as i32 }
}

/// Marks a flush as under way for as long as it lives.
pub struct Flushing(());

impl Flushing {
    pub fn begin() -> Self {
        FLUSHING.set(true);
        Flushing(())
    }

    /// Names the table that the flush writes now.
    pub fn writes(&self, table: TviewId) {
        WRITING.set((table, trigger_depth()));
    }
}

impl Drop for Flushing {
    fn drop(&mut self) {
        FLUSHING.set(false);
        WRITING.set((0, 0));
    }
}
