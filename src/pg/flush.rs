//! Flush: from queue entries to written rows.
//!
//! One TVIEW after the other in the order of their dependencies; within one, hop by hop towards the key: lock the
//! values of an edge, look up on a new snapshot, go on to the next edge; then lock the keys and write on a new
//! snapshot (docs/architecture.md, "Locks").

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::error::{code, Error, Result};
use crate::key::{KeySet, Tuple};
use crate::lineage::Strategy;
use crate::pg::backend::{self, Flushing};
use crate::pg::boundary::with_context;
use crate::pg::capture::Feed;
use crate::pg::catalog::{Hop, Tview, Use};
use crate::pg::deadline::Deadline;
use crate::pg::identity::{Compression, Deferred, RunAs, Settings, Writable};
use crate::pg::locks::{self, KEY_EDGE};
use crate::pg::patch::Places;
use crate::pg::progress::Shown;
use crate::pg::raw;
use crate::pg::rows::{self, Given, Plain, Written};
use crate::pg::settings::{queue_bytes, MAX_CASCADE_DEPTH};
use crate::pg::spi::{self, Connection, Planning, Row, Sink};
use crate::pg::stats::{self, Rows, Step};
use crate::pg::types::{Collector, HashedColumns};
use crate::queue::{Affected, Pending, Queue, TviewId};

/// When a flush happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// At COMMIT or PREPARE: on the latest state, whatever the isolation level.
    Commit,
    /// Within the transaction: on what the transaction may see.
    Middle,
}

/// Values up to which a plan made without looking at them is good.
const FEW: usize = 1_000;
/// Values up to which what belongs to them is taken to be in memory.
const SOME: usize = 10_000;

/// Does the work of a commit: everything pending, then the deferred triggers that it queued, until nothing is left.
pub fn at_commit(is_prepare: bool) -> Result<()> {
    let deadline = Deadline::begin();
    // SAFETY: within a transaction.
    let _snapshot = ActiveSnapshot::push(unsafe { pg_sys::GetTransactionSnapshot() });
    let mut rounds = 0;
    let mut recorded = false;
    loop {
        backend::with_queue(|queue| queue.release_retained());
        flush(Occasion::Commit, None)?;
        // The server has fired deferred triggers and closed portals before: those of the writes above would be lost.
        // SAFETY: at this point of a commit the trigger state is still there; it brings its own snapshot.
        let closed = unsafe {
            raw::guarded(|| {
                raw::AfterTriggerFireDeferred();
                raw::PreCommit_Portals(is_prepare)
            })
        };
        if backend::is_done() && !closed {
            if recorded || !stats::is_due() {
                return deadline.end();
            }
            // Once: a TVIEW may read the metrics.
            recorded = true;
            stats::record()?;
            continue;
        }
        rounds += 1;
        if rounds >= MAX_CASCADE_DEPTH.get() {
            return Err(too_deep(
                "deferred triggers keep changing sources of TVIEWs",
            ));
        }
    }
}

/// A snapshot kept active while it lives: at commit there is none, and even catalog statements need one.
pub(super) struct ActiveSnapshot(());

impl ActiveSnapshot {
    /// A new snapshot, taken after the command that is now complete.
    pub(super) fn after_command(occasion: Occasion) -> Self {
        // SAFETY: within a transaction; as in `push`.
        unsafe {
            raw::guarded(|| {
                raw::CommandCounterIncrement();
                raw::PushActiveSnapshot(take_snapshot(occasion));
            });
        }
        ActiveSnapshot(())
    }

    fn push(snapshot: pg_sys::Snapshot) -> Self {
        // SAFETY: the server copies what it is given; popped in `drop`, or by the abort after an error.
        unsafe { pg_sys::PushActiveSnapshot(snapshot) };
        ActiveSnapshot(())
    }
}

impl Drop for ActiveSnapshot {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: everything pushed after it has been popped.
            unsafe { raw::PopActiveSnapshot() };
        }
    }
}

/// Flushes all that is pending, or only what is in `scope`; returns the number of rows written.
pub fn flush(occasion: Occasion, scope: Option<&BTreeSet<TviewId>>) -> Result<u64> {
    if backend::is_flushing() {
        return Ok(0);
    }
    let _counted =
        backend::is_dirty().then(|| stats::Flush::begin(backend::look_at_queue(Queue::len)));
    let deadline = Deadline::begin();
    let flushing = Flushing::begin();
    let _settings = Deferred::begin();
    let _writable = Writable::begin();
    let _compression = Compression::begin();
    let mut written = 0;
    let mut rounds: BTreeMap<TviewId, i32> = BTreeMap::new();
    while let Some(id) = next_tview(scope)? {
        let rounds = rounds.entry(id).or_default();
        *rounds += 1;
        if *rounds > MAX_CASCADE_DEPTH.get() {
            return Err(too_deep("the TVIEW is changed again by every flush of it"));
        }
        written += flush_tview(id, occasion, &flushing)?.written();
    }
    // SAFETY: makes the writes visible to the statement that waits for them.
    unsafe {
        if occasion == Occasion::Middle && !rounds.is_empty() {
            // A command of its own, also without writes: that there are none is true of what others had committed to by then, which a
            // snapshot taken before does not show.
            raw::GetCurrentCommandId(true);
        }
        pg_sys::CommandCounterIncrement();
        backend::set_flushed_at(raw::GetCurrentCommandId(false));
    }
    deadline.end()?;
    Ok(written)
}

/// The TVIEW with this table, and those it depends on; nothing when it is no TVIEW's table.
pub fn scope_of(table: u32) -> Result<BTreeSet<TviewId>> {
    let mut scope = BTreeSet::new();
    let mut open = vec![table];
    while let Some(relation) = open.pop() {
        if scope.contains(&relation) {
            continue;
        }
        if let Some(tview) = backend::tview(relation)? {
            scope.insert(relation);
            open.extend(&tview.sources);
        }
    }
    Ok(scope)
}

fn too_deep(detail: &str) -> Error {
    Error::new(code::STATEMENT_TOO_COMPLEX, "flush of TVIEWs does not come to an end")
        .detail(format!("After {} rounds {detail}.", MAX_CASCADE_DEPTH.get()))
        .hint("Look for triggers on TVIEWs that write to their sources, or raise pg_tviews.max_cascade_depth.")
}

/// The pending TVIEW that depends on no other pending one: the one of least depth. Entries of TVIEWs that are gone
/// are dropped.
fn next_tview(scope: Option<&BTreeSet<TviewId>>) -> Result<Option<TviewId>> {
    let pending: Vec<TviewId> = backend::look_at_queue(|queue| {
        queue
            .tviews()
            .filter(|id| scope.is_none_or(|scope| scope.contains(id)))
            .collect()
    });
    let mut first: Option<(i32, TviewId)> = None;
    for (id, tview) in pending.iter().zip(backend::tviews(&pending)?) {
        match tview {
            Some(tview) => {
                let candidate = (tview.depth, *id);
                first = Some(first.map_or(candidate, |f| f.min(candidate)));
            }
            None => {
                backend::with_queue(|queue| queue.take(*id));
            }
        }
    }
    Ok(first.map(|(_, id)| id))
}

/// What has been taken from the queue; goes back when the flush of it fails.
struct Taken {
    id: TviewId,
    pending: Option<Pending>,
}

impl Taken {
    fn done(mut self, occasion: Occasion) {
        let Some(pending) = self.pending.take() else {
            return;
        };
        // SAFETY: reads the transaction state.
        let level = unsafe { raw::GetCurrentTransactionNestLevel() };
        backend::with_queue(|queue| {
            if occasion == Occasion::Middle && uses_transaction_snapshot() {
                queue.retain(self.id, &pending);
            }
            queue.record_flush(level, self.id, pending);
            queue.bound(queue_bytes());
        });
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some(pending) = self.pending.take() {
            backend::with_queue(|queue| queue.put_back(self.id, &pending));
        }
    }
}

/// REPEATABLE READ or SERIALIZABLE.
pub fn uses_transaction_snapshot() -> bool {
    // SAFETY: reads a backend-local variable.
    unsafe { pg_sys::XactIsoLevel >= pg_sys::XACT_REPEATABLE_READ as i32 }
}

/// A snapshot that shows what was committed until now; within a transaction that has one snapshot, that one.
pub fn new_snapshot(occasion: Occasion) -> pg_sys::Snapshot {
    // SAFETY: the call stands alone under the guard. SPI copies what it is given.
    unsafe { raw::guarded(|| take_snapshot(occasion)) }
}

/// # Safety
/// Under a guard only.
unsafe fn take_snapshot(occasion: Occasion) -> pg_sys::Snapshot {
    // SAFETY: a statement has run in this transaction, so it has a first snapshot.
    unsafe {
        if occasion == Occasion::Middle && uses_transaction_snapshot() {
            raw::GetTransactionSnapshot()
        } else {
            raw::GetLatestSnapshot()
        }
    }
}

fn flush_tview(id: TviewId, occasion: Occasion, flushing: &Flushing) -> Result<Rows> {
    let Some(tview) = backend::tview(id)? else {
        return Ok(Rows::default());
    };
    let step = Step::begin(id);
    with_context(&tview.context, || {
        let Some(pending) = backend::with_queue(|queue| queue.take(id)) else {
            step.put_off();
            return Ok(Rows::default());
        };
        let mut taken = Taken {
            id,
            pending: Some(pending),
        };
        if !tview.has_plain_types {
            Settings::needed();
        }
        let _printing = Settings::printing(&tview.printing);
        let _connection = Connection::open()?;
        // A deferred trigger on the table cannot be queued in a restricted context.
        let _user = RunAs::new(tview.owner, !tview.has_deferred);
        let work = Work {
            tview: &tview,
            occasion,
        };
        let Some(pending) = &mut taken.pending else {
            return Ok(Rows::default());
        };
        locks::lock_relations(id, tview.view, &tview.sources);
        let has_all = pending.whole || !pending.values.is_empty();
        if has_all {
            locks::lock_whole(id);
        } else {
            locks::intend(id);
        }
        // Whoever changes the plan locks the TVIEW: from here on it stays as it is. Entries of another plan stand for
        // the whole; they go back to the queue. The lock is let go first: two flushes that start over would each wait
        // for the other's when they come for all of the TVIEW.
        if !is_current(&tview)? {
            if !has_all {
                locks::forgo(id);
            }
            backend::with_queue(|queue| queue.entry(id).mark_whole());
            step.put_off();
            return Ok(Rows::default());
        }
        if !pending.values.is_empty() && work.have_changed(&pending.values)? {
            pending.mark_whole();
        }
        let keys = if pending.whole {
            work.keep_values()?;
            None
        } else {
            work.climb(pending)?
        };
        step.climbed();
        flushing.writes(id);
        backend::with_queue(|queue| queue.note_computed(id));
        let rows = match &keys {
            None => work.write_all()?,
            Some(keys) => work.write_affected(keys, pending)?,
        };
        taken.done(occasion);
        step.done(&rows);
        Ok(rows)
    })
}

/// Keys that are affected, all locked, and whether the view may also give a null one.
pub(super) struct Keys {
    /// Those to compute.
    pub set: KeySet,
    /// By the occurrence that changed: those to patch.
    pub patched: BTreeMap<usize, KeySet>,
    pub null: bool,
    /// Those to compute that are known to be gone.
    pub gone: KeySet,
}

impl Keys {
    /// Keys to compute.
    pub fn anew(set: KeySet) -> Self {
        Keys {
            set,
            patched: BTreeMap::new(),
            null: false,
            gone: KeySet::default(),
        }
    }
}

/// Whether this is the TVIEW as the catalog has it now.
fn is_current(tview: &Rc<Tview>) -> Result<bool> {
    // SAFETY: processes what other sessions have committed.
    unsafe { pg_sys::AcceptInvalidationMessages() };
    let now = backend::tview(tview.id)?;
    Ok(now.is_some_and(|now| Rc::ptr_eq(&now, tview)))
}

/// One TVIEW in one flush.
pub(super) struct Work<'a> {
    pub tview: &'a Tview,
    pub occasion: Occasion,
}

impl Work<'_> {
    /// Climbs from the queued values to the keys, which it locks. None when there are more than may be kept: then all
    /// keys are locked, and the climb ends where it is.
    fn climb(&self, pending: &Pending) -> Result<Option<Keys>> {
        let tview = self.tview;
        let can_patch = self.can_patch(pending);
        let patched =
            |occurrence| (can_patch && self.is_certain(pending, occurrence)).then_some(occurrence);
        let mut keys = Affected {
            anew: pending.keys.clone(),
            ..Affected::default()
        };
        for (&occurrence, queued) in &pending.patches {
            if tview.hops[occurrence].is_none() {
                keys.part(patched(occurrence)).merge(queued);
            }
        }
        self.add_elements(pending, can_patch, &mut keys);
        let mut null = pending.null_key;
        let mut reached: BTreeMap<usize, Affected> = BTreeMap::new();
        let mut too_many = false;
        for &edge in &tview.climb_order {
            let Some(hop) = &tview.hops[edge] else {
                continue;
            };
            let mut climbs = reached.remove(&edge).unwrap_or_default();
            if too_many {
                climbs = Affected::default();
            } else {
                if let Some(queued) = pending.climbs.get(&edge) {
                    climbs.anew.merge(queued);
                }
                if let Some(queued) = pending.patches.get(&edge) {
                    climbs.part(patched(edge)).merge(queued);
                }
                climbs.settle();
            }
            // A key that is made of the row's own values is locked as what it is, below.
            if hop.to.is_some() {
                locks::lock_values(
                    tview.id,
                    edge as u32,
                    hop.lock_edge,
                    (&hop.from, &climbs.union()),
                    pending
                        .introduced
                        .get(&edge)
                        .map(|set| (&hop.introduced, set)),
                );
            }
            let holder = &tview.plan.occurrences[hop.to.unwrap_or(edge)];
            let holds_key = matches!(holder.strategy, Strategy::Key { .. });
            let next = hop.to.and_then(|to| Some((to, tview.hops[to].as_ref()?)));
            for (origin, values) in climbs.parts() {
                let (nulls, found) = match next {
                    Some((to, next)) => (next.nulls, reached.entry(to).or_default()),
                    None => (false, &mut keys),
                };
                let has_null = self.look_up(edge, hop, values, nulls, found.part(origin))?;
                null |= has_null && holds_key && holder.null_key;
                too_many |= found.bytes() > queue_bytes();
            }
        }
        if too_many {
            locks::lock_all_keys(tview.id);
            return Ok(None);
        }
        keys.settle();
        locks::lock_values(tview.id, KEY_EDGE, false, (&tview.key, &keys.union()), None);
        Ok(Some(Keys {
            set: keys.anew,
            patched: keys.patched,
            null,
            gone: pending.gone.clone(),
        }))
    }

    /// Looks up, on a new snapshot, what the values of an edge lead to; tells whether a null was among it.
    fn look_up(
        &self,
        edge: usize,
        hop: &Hop,
        values: &KeySet,
        nulls: bool,
        found: &mut KeySet,
    ) -> Result<bool> {
        let mut collector = Collector::new(&hop.result, nulls, found);
        let types = || hop.from.array_types();
        let statement = self
            .tview
            .statement(Use::Lookup(edge), planning(values), types)?;
        let _snapshot = ActiveSnapshot::after_command(self.occasion);
        statement.stream(&hop.from.arrays(values), &mut collector)?;
        Ok(collector.has_null)
    }

    /// The keys that values of an occurrence lead to now, when all that was found on the way before is locked.
    pub(super) fn climb_again(&self, occurrence: usize, values: &KeySet) -> Result<KeySet> {
        let mut values = Cow::Borrowed(values);
        let mut at = Some(occurrence);
        while let Some((edge, hop)) = at.and_then(|at| Some((at, self.tview.hops[at].as_ref()?))) {
            let mut found = KeySet::default();
            self.look_up(edge, hop, &values, false, &mut found)?;
            values = Cow::Owned(found);
            at = hop.to;
        }
        Ok(values.into_owned())
    }

    /// Runs a generated statement with the values of `set` as array parameters, on a new snapshot.
    pub(super) fn run(
        &self,
        usage: Use,
        columns: &HashedColumns,
        set: Option<&KeySet>,
    ) -> Result<*mut pg_sys::SPITupleTable> {
        let planning = set.map_or(Planning::Custom, planning);
        let types = || set.map_or(Vec::new(), |_| columns.array_types());
        let arguments = set.map_or(Vec::new(), |set| columns.arrays(set));
        self.tview
            .statement(usage, planning, types)?
            .execute(&arguments, Some(new_snapshot(self.occasion)))
    }

    /// Whether statements run on the transaction's own snapshot, which need not show what the stored rows were made of.
    pub(super) fn is_on_old_snapshot(&self) -> bool {
        self.occasion == Occasion::Middle && uses_transaction_snapshot()
    }

    fn write_all(&self) -> Result<Rows> {
        if let Some(rows) = self.fill()? {
            return Ok(rows);
        }
        let _shown = Shown::comparing(self.tview.id);
        let table = self.run(Use::Whole, &self.tview.key, None)?;
        self.outcome(table)
    }

    /// Writes the first rows of a table that has no index yet (`pg_tviews_create()` adds them): there is nothing to compare,
    /// and whether keys are unique shows when the primary key is made. None when it is not such a table.
    fn fill(&self) -> Result<Option<Rows>> {
        let tview = self.tview;
        if self.is_on_old_snapshot() || !rows::is_new(tview) {
            return Ok(None);
        }
        let feed = match rows::plain(tview, false) {
            Plain::No => return Ok(None),
            Plain::Yes => None,
            Plain::Captured => Some(Feed::new(tview.id.into())?),
        };
        let statement = tview.statement(Use::Fill, Planning::Custom, Vec::new)?;
        let _shown = Shown::comparing(tview.id);
        let _snapshot = ActiveSnapshot::after_command(self.occasion);
        let mut writer = Writer::new(tview, feed, None).filling();
        statement.stream(&[], &mut writer)?;
        let is_open = writer.table.is_some();
        Ok(is_open.then_some(writer.rows))
    }

    pub(super) fn write_keys(&self, keys: &Keys) -> Result<Rows> {
        if keys.null {
            self.refuse_null_key()?;
        }
        let (mut rows, mut rest) = (Rows::default(), Cow::Borrowed(&keys.set));
        if !keys.gone.is_empty() {
            if let Some(deleted) = self.delete_gone(&keys.gone)? {
                rows = deleted;
                rest.to_mut().remove_all(&keys.gone);
            }
        }
        if rest.is_empty() {
            return Ok(rows);
        }
        let others = match self.write_rows(&rest)? {
            Some(rows) => rows,
            None => self.outcome(self.run(Use::Recompute, &self.tview.key, Some(&rest))?)?,
        };
        rows.add(&others);
        Ok(rows)
    }

    /// Deletes the rows of keys that are gone, without asking the view. Does nothing and gives none where rows cannot be
    /// written without a statement.
    fn delete_gone(&self, keys: &KeySet) -> Result<Option<Rows>> {
        let (tview, key) = (self.tview, &self.tview.key);
        if self.is_on_old_snapshot() {
            return Ok(None);
        }
        let feed = match rows::plain(tview, false) {
            Plain::No => return Ok(None),
            Plain::Yes => None,
            Plain::Captured => Some(Feed::new(tview.id.into())?),
        };
        let gone: Vec<Tuple<'_>> = keys.iter().collect();
        if !are_of_different_rows(key, gone.iter().copied()) {
            return Ok(None);
        }
        let _snapshot = ActiveSnapshot::after_command(self.occasion);
        // SAFETY: `is_current` has locked the table, and it is plain.
        let Some(mut deletion) = (unsafe { rows::Deletion::open(tview, feed) }) else {
            return Ok(None);
        };
        let deleted = gone.iter().filter(|tuple| deletion.delete(key, **tuple));
        Ok(Some(Rows {
            deleted: deleted.count() as u64,
            individual: gone.len() == 1,
            ..Rows::default()
        }))
    }

    /// Writes the rows of keys, which are locked, as the view gives them: what it gives stays true until then. Gives none
    /// when the statement for keys has to do it, be it again: when rows cannot be written without a statement, or when it
    /// cannot be told which keys the view lacks, or gives twice.
    fn write_rows(&self, keys: &KeySet) -> Result<Option<Rows>> {
        let (tview, several) = (self.tview, keys.len() > 1);
        let key = &tview.key;
        // On an old snapshot a row may have been changed since; the statement is what notices.
        if tview.plan.statements.fetch.is_empty()
            || self.is_on_old_snapshot()
            || several && !key.hashable()
        {
            return Ok(None);
        }
        let feed = match rows::plain(tview, several) {
            Plain::No => return Ok(None),
            Plain::Yes => None,
            Plain::Captured => Some(Feed::new(tview.id.into())?),
        };
        let (statement, arguments) = if several {
            let statement =
                tview.statement(Use::FetchSome, planning(keys), || key.array_types())?;
            (statement, key.arrays(keys))
        } else {
            let statement = tview.statement(Use::Fetch, Planning::Generic, || key.types())?;
            let arguments = keys.iter().next().map(|tuple| key.datums(tuple));
            (statement, arguments.unwrap_or_default())
        };
        let _snapshot = ActiveSnapshot::after_command(self.occasion);
        let mut writer = Writer::new(tview, feed, several.then(|| keys.len()));
        statement.stream(&arguments, &mut writer)?;
        let mut rows = Rows {
            individual: !several,
            ..writer.rows
        };
        let Some(mut table) = writer.table.take() else {
            return Ok(None);
        };
        if !several {
            if rows.read > 0 {
                self.require_unique(rows.read as i64, 1)?;
            } else {
                let gone = keys.iter().filter(|tuple| table.delete(key, *tuple));
                rows.deleted = gone.count() as u64;
            }
            return Ok(Some(rows));
        }
        let Some(given) = &writer.hashes else {
            return Ok(None);
        };
        if given.len() < keys.len() {
            let Some(gone) = missing(key, keys, given) else {
                return Ok(None);
            };
            let deleted = gone.iter().filter(|tuple| table.delete(key, **tuple));
            rows.deleted = deleted.count() as u64;
        }
        Ok(Some(rows))
    }

    /// Fails when the view gives a row whose key is null.
    fn refuse_null_key(&self) -> Result<()> {
        let table = self.run(Use::NullKey, &self.tview.key, None)?;
        if single_row(table)?.require::<bool>(1)? {
            return Err(Error::new(
                code::NOT_NULL_VIOLATION,
                format!(
                    "view of TVIEW {} gives a row whose key is null",
                    self.tview.name
                ),
            )
            .hint("Exclude such rows in the definition, or declare the key's source NOT NULL."));
        }
        Ok(())
    }

    /// Reads the counts a writing statement returns.
    fn outcome(&self, table: *mut pg_sys::SPITupleTable) -> Result<Rows> {
        let row = single_row(table)?;
        let count = |column| row.require::<i64>(column);
        let rows = count(4)?;
        self.require_unique(rows, count(5)?)?;
        Ok(Rows {
            read: rows as u64,
            deleted: count(1)? as u64,
            updated: count(2)? as u64,
            inserted: count(3)? as u64,
            patched: 0,
            individual: false,
        })
    }

    /// Fails when the view gives more rows than keys.
    fn require_unique(&self, rows: i64, keys: i64) -> Result<()> {
        if rows != keys {
            if self.is_on_old_snapshot() {
                // The snapshot can show a row that is gone beside the transaction's own of the same key.
                return Err(Error::new(
                    code::SERIALIZATION_FAILURE,
                    "could not serialize access due to concurrent update",
                )
                .detail(format!(
                    "On the transaction's snapshot the view of TVIEW {} gives {rows} rows for {keys} keys.",
                    self.tview.name
                ))
                .hint("The transaction might succeed if retried."));
            }
            self.refuse_null_key()?;
            return Err(Error::new(
                code::UNIQUE_VIOLATION,
                format!(
                    "view of TVIEW {} gives more than one row for a key",
                    self.tview.name
                ),
            )
            .detail(format!("It gives {rows} rows for {keys} keys."))
            .hint("Correct the definition or the data so that the key is unique."));
        }
        Ok(())
    }
}

/// Whether no two keys are known to be of one row, which can be written once only on one snapshot: keys may be equal and look
/// different.
pub(super) fn are_of_different_rows<'k>(
    key: &HashedColumns,
    keys: impl ExactSizeIterator<Item = Tuple<'k>>,
) -> bool {
    if keys.len() < 2 {
        return true;
    }
    let mut hashes = HashSet::with_capacity(keys.len());
    key.hashable()
        && keys
            .into_iter()
            .all(|tuple| hashes.insert(key.hash(tuple, 0)))
}

/// How a statement for keys is planned.
pub(super) fn planning(keys: &KeySet) -> Planning {
    match keys.len() {
        count if count <= FEW => Planning::Generic,
        count if count <= SOME => Planning::Cached,
        _ => Planning::Custom,
    }
}

/// The keys of which the view has given no row, told by hashes: `given` are those of the rows, each of another key of the
/// set. Equal values have one hash, so a key whose hash was not given is not there. That the others are there takes that
/// no two keys of the set have one hash: then each hash given is that of one of them. None when there is no telling.
fn missing<'k>(
    key: &HashedColumns,
    keys: &'k KeySet,
    given: &HashSet<u64>,
) -> Option<Vec<Tuple<'k>>> {
    let mut distinct = HashSet::with_capacity(keys.len());
    let mut gone = Vec::new();
    for tuple in keys.iter() {
        let hash = key.hash(tuple, 0);
        if !distinct.insert(hash) {
            return None;
        }
        if !given.contains(&hash) {
            gone.push(tuple);
        }
    }
    (gone.len() + given.len() == keys.len()).then_some(gone)
}

/// Writes the rows of a query while it runs.
pub(super) struct Writer<'a> {
    tview: &'a Tview,
    feed: Option<Feed>,
    /// Where to patch the documents of rows that are there; none when rows are given whole.
    places: Option<&'a Places>,
    /// The rows are the table's first.
    is_filling: bool,
    /// Open from the first row on; none when the table is not made for the rows.
    table: Option<rows::Table>,
    /// Of several keys, the hashes of those that have come; none once one has come twice, or could not be patched.
    hashes: Option<HashSet<u64>>,
    several: bool,
    rows: Rows,
    /// What outlives the query.
    memory: pg_sys::MemoryContext,
}

impl<'a> Writer<'a> {
    pub fn new(tview: &'a Tview, feed: Option<Feed>, several: Option<usize>) -> Self {
        Writer {
            tview,
            feed,
            places: None,
            is_filling: false,
            table: None,
            hashes: several.map(HashSet::with_capacity),
            several: several.is_some(),
            rows: Rows::default(),
            // SAFETY: reads a variable of this backend.
            memory: unsafe { pg_sys::CurrentMemoryContext },
        }
    }
}

impl<'a> Writer<'a> {
    /// The query gives the key and the document of rows, to be patched at these places.
    pub fn patching(self, places: &'a Places) -> Self {
        Writer {
            places: Some(places),
            ..self
        }
    }

    /// The query gives all rows of a table that has none.
    pub fn filling(self) -> Self {
        Writer {
            is_filling: true,
            ..self
        }
    }

    /// What was written, and whether that is all: every row given was of another key and could be written.
    pub fn outcome(self) -> (Rows, bool) {
        (self.rows, self.table.is_some() && self.hashes.is_some())
    }
}

impl Sink for Writer<'_> {
    unsafe fn begin(&mut self, columns: pg_sys::TupleDesc) -> Result<()> {
        // SAFETY: the descriptor is valid; `is_current` has locked the table.
        unsafe {
            let former = pg_sys::MemoryContextSwitchTo(self.memory);
            let what = match self.places {
                None if self.is_filling => Given::First,
                None => Given::Row,
                Some(places) => places.given(),
            };
            self.table = rows::Table::open(self.tview, columns, what, self.feed.take());
            pg_sys::MemoryContextSwitchTo(former);
        }
        Ok(())
    }

    unsafe fn row(&mut self, values: &[Datum], nulls: &[bool]) -> Result<()> {
        self.rows.read += 1;
        let Some(table) = &mut self.table else {
            return Ok(());
        };
        if self.several {
            let Some(hashes) = &mut self.hashes else {
                return Ok(());
            };
            let hash = table.hash(&self.tview.key, values, nulls);
            if !hash.is_some_and(|hash| hashes.insert(hash)) {
                self.hashes = None;
                return Ok(());
            }
        } else if self.rows.read > 1 && !self.is_filling {
            return Ok(());
        }
        // SAFETY: forwarded; the table was opened for these columns, of which the last is the document to be patched.
        let written = unsafe {
            match self.places {
                None => Some(table.put(values, nulls)),
                Some(places) => match (values.last(), nulls.last()) {
                    (Some(fresh), Some(false)) => {
                        table.patch(values, |stored| places.set(stored, *fresh))?
                    }
                    _ => None,
                },
            }
        };
        match written {
            Some(Written::Inserted) => self.rows.inserted += 1,
            Some(Written::Updated) => self.rows.updated += 1,
            Some(Written::Same) => {}
            None => self.hashes = None,
        }
        Ok(())
    }
}

fn single_row(table: *mut pg_sys::SPITupleTable) -> Result<Row> {
    // SAFETY: the result of the statement that just ran on the open connection.
    unsafe { spi::rows(table) }
        .next()
        .ok_or_else(|| Error::internal("a generated statement returned no row"))
}
