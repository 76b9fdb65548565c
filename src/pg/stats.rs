//! What flushes have done: counted per TVIEW in every session, for the whole server when it preloads the library
//! (`shared`), and recorded from time to time in `pg_tviews_metrics`.
//!
//! Counting writes to no table and takes no lock but the shared one of the server's counters. A row of metrics is
//! written at the commit of a transaction that flushed, and stands for every flush since the session's last row.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;
use pgrx::{IntoDatum, JsonB};
use serde_json::json;

use crate::error::{Error, Result};
use crate::pg::backend::{self, Flushing};
use crate::pg::identity::{RunAs, Settings};
use crate::pg::raw;
use crate::pg::settings::{Metrics, METRICS, METRICS_INTERVAL};
use crate::pg::shared;
use crate::pg::spi::{self, Connection, Planning, Statement};
use crate::queue::TviewId;

/// What is counted per TVIEW; times are in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    Flushes,
    Errors,
    /// Rows the view gave.
    Read,
    Inserted,
    Updated,
    Deleted,
    /// Rows updated by a patch of their document.
    Patched,
    ClimbMicros,
    LockMicros,
    WriteMicros,
}

/// Names of the counts, in their order, as the JSON of the statistics has them.
pub const COUNT_NAMES: [&str; 10] = [
    "flushes",
    "errors",
    "rows_read",
    "rows_inserted",
    "rows_updated",
    "rows_deleted",
    "rows_patched",
    "climb_us",
    "lock_us",
    "write_us",
];

/// The counters of one TVIEW.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counters {
    pub counts: [u64; COUNT_NAMES.len()],
    /// When the last flush ended, in server time; 0 when there was none.
    pub last_flush: i64,
}

impl Counters {
    fn add(&mut self, count: Count, amount: u64) {
        self.counts[count as usize] += amount;
    }

    fn get(&self, count: Count) -> u64 {
        self.counts[count as usize]
    }

    /// Adds all of `other`.
    fn merge(&mut self, other: &Counters) {
        for (mine, more) in self.counts.iter_mut().zip(other.counts) {
            *mine += more;
        }
        self.last_flush = self.last_flush.max(other.last_flush);
    }

    /// Rows written.
    fn written(&self) -> u64 {
        [Count::Inserted, Count::Updated, Count::Deleted]
            .map(|count| self.get(count))
            .iter()
            .sum()
    }

    fn to_json(self) -> serde_json::Map<String, serde_json::Value> {
        COUNT_NAMES
            .iter()
            .zip(self.counts)
            .map(|(name, count)| ((*name).to_owned(), json!(count)))
            .collect()
    }
}

/// Flushes that no row of metrics stands for yet.
#[derive(Debug, Default, Clone)]
struct Unrecorded {
    flushes: u64,
    /// The longest queue a flush began with.
    queue_size: usize,
    iterations: u64,
    time: Duration,
    /// Plans that had to be loaded.
    misses: u64,
    bulk: u64,
    individual: u64,
    tviews: BTreeMap<TviewId, Counters>,
}

impl Unrecorded {
    fn merge(&mut self, other: &Unrecorded) {
        self.flushes += other.flushes;
        self.queue_size = self.queue_size.max(other.queue_size);
        self.iterations += other.iterations;
        self.time += other.time;
        self.misses += other.misses;
        self.bulk += other.bulk;
        self.individual += other.individual;
        for (tview, counters) in &other.tviews {
            self.tviews.entry(*tview).or_default().merge(counters);
        }
    }
}

/// The caches of a session.
#[derive(Debug, Clone, Copy)]
pub enum Cache {
    /// Decoded plans of TVIEWs.
    Plans,
    /// What capture knows of the sources.
    Sources,
    /// Prepared statements.
    Statements,
}

/// Look-ups in a cache.
#[derive(Debug, Default, Clone, Copy)]
pub struct Lookups {
    pub hits: u64,
    pub misses: u64,
}

thread_local! {
    /// Since the session began.
    static SESSION: RefCell<BTreeMap<TviewId, Counters>> = const { RefCell::new(BTreeMap::new()) };
    static UNRECORDED: RefCell<Unrecorded> = RefCell::default();
    /// What the current transaction has recorded; comes back when it is rolled back.
    static RECORDED: RefCell<Option<Unrecorded>> = const { RefCell::new(None) };
    /// When this session last recorded a row.
    static RECORDED_AT: Cell<Option<Instant>> = const { Cell::new(None) };
    /// Time spent acquiring value locks.
    static LOCKING: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static LOOKUPS: Cell<[Lookups; 3]> = const { Cell::new([Lookups { hits: 0, misses: 0 }; 3]) };
}

/// Counts a look-up in a cache.
pub fn looked_up(cache: Cache, hit: bool) {
    let mut all = LOOKUPS.get();
    let lookups = &mut all[cache as usize];
    if hit {
        lookups.hits += 1;
    } else {
        lookups.misses += 1;
    }
    LOOKUPS.set(all);
}

pub fn lookups(cache: Cache) -> Lookups {
    LOOKUPS.get()[cache as usize]
}

/// Runs `f` and counts its time as spent in locks.
pub fn locking<R>(f: impl FnOnce() -> R) -> R {
    let begin = Instant::now();
    let result = f();
    LOCKING.set(LOCKING.get() + begin.elapsed());
    result
}

/// A flush under way; counted when dropped, however it ends.
pub struct Flush {
    begin: Instant,
    queue_size: usize,
    misses: u64,
}

impl Flush {
    pub fn begin(queue_size: usize) -> Self {
        Flush {
            begin: Instant::now(),
            queue_size,
            misses: lookups(Cache::Plans).misses,
        }
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        UNRECORDED.with_borrow_mut(|unrecorded| {
            unrecorded.flushes += 1;
            unrecorded.queue_size = unrecorded.queue_size.max(self.queue_size);
            unrecorded.time += self.begin.elapsed();
            unrecorded.misses += lookups(Cache::Plans).misses - self.misses;
        });
    }
}

/// The rows a flush wrote, and those it looked at.
#[derive(Debug, Default, Clone, Copy)]
pub struct Rows {
    pub read: u64,
    pub inserted: u64,
    pub updated: u64,
    pub deleted: u64,
    /// Of those updated, the ones whose document was patched.
    pub patched: u64,
    /// They were written by a statement for one row.
    pub individual: bool,
}

impl Rows {
    pub fn written(&self) -> u64 {
        self.inserted + self.updated + self.deleted
    }

    /// Adds rows that another statement wrote.
    pub fn add(&mut self, other: &Rows) {
        self.individual |= other.individual && self.read + self.written() == 0;
        self.read += other.read;
        self.inserted += other.inserted;
        self.updated += other.updated;
        self.deleted += other.deleted;
        self.patched += other.patched;
    }
}

/// One TVIEW in one flush. Dropped without [`Step::done`] it counts as an error.
pub struct Step {
    tview: TviewId,
    begin: Instant,
    locking: Duration,
    climbed: Cell<Option<Instant>>,
    over: Cell<bool>,
}

impl Step {
    pub fn begin(tview: TviewId) -> Self {
        UNRECORDED.with_borrow_mut(|unrecorded| unrecorded.iterations += 1);
        Step {
            tview,
            begin: Instant::now(),
            locking: LOCKING.get(),
            climbed: Cell::new(None),
            over: Cell::new(false),
        }
    }

    /// The keys are known and locked; what follows is writing.
    pub fn climbed(&self) {
        self.climbed.set(Some(Instant::now()));
    }

    /// It came to nothing and will be tried again.
    pub fn put_off(&self) {
        self.over.set(true);
    }

    /// Counts what was done.
    pub fn done(&self, rows: &Rows) {
        let end = Instant::now();
        let climbed = self.climbed.get().unwrap_or(end);
        let locking = LOCKING.get().saturating_sub(self.locking);
        let climbing = climbed.duration_since(self.begin).saturating_sub(locking);
        let mut counters = Counters {
            // SAFETY: reads the clock.
            last_flush: unsafe { raw::GetCurrentTimestamp() },
            ..Counters::default()
        };
        for (count, amount) in [
            (Count::Flushes, 1),
            (Count::Read, rows.read),
            (Count::Inserted, rows.inserted),
            (Count::Updated, rows.updated),
            (Count::Deleted, rows.deleted),
            (Count::Patched, rows.patched),
            (Count::ClimbMicros, micros(climbing)),
            (Count::LockMicros, micros(locking)),
            (Count::WriteMicros, micros(end.duration_since(climbed))),
        ] {
            counters.add(count, amount);
        }
        self.over.set(true);
        count(self.tview, &counters);
        if rows.read + rows.written() > 0 {
            UNRECORDED.with_borrow_mut(|unrecorded| {
                if rows.individual {
                    unrecorded.individual += 1;
                } else {
                    unrecorded.bulk += 1;
                }
            });
        }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if !self.over.get() {
            let mut counters = Counters::default();
            counters.add(Count::Errors, 1);
            count(self.tview, &counters);
        }
    }
}

fn micros(duration: Duration) -> u64 {
    duration.as_micros() as u64
}

fn count(tview: TviewId, counters: &Counters) {
    SESSION.with_borrow_mut(|session| session.entry(tview).or_default().merge(counters));
    UNRECORDED.with_borrow_mut(|unrecorded| {
        let mine = unrecorded.tviews.entry(tview).or_default();
        mine.merge(counters);
    });
    shared::count(tview, counters);
}

/// The counters of this session, or of all sessions of this database when the server shares them, as a JSON array.
pub fn to_json() -> serde_json::Value {
    let all = shared::counters()
        .unwrap_or_else(|| SESSION.with_borrow(|session| session.clone().into_iter().collect()));
    all.into_iter()
        .map(|(tview, counters)| {
            let mut object = counters.to_json();
            object.insert("tview".to_owned(), json!(tview));
            if counters.last_flush != 0 {
                object.insert(
                    "last_flush".to_owned(),
                    json!(backend::iso_time(counters.last_flush)),
                );
            }
            serde_json::Value::Object(object)
        })
        .collect()
}

/// Whether the transaction that is about to commit should record a row.
pub fn is_due() -> bool {
    let interval = match METRICS.get() {
        Metrics::Off => return false,
        Metrics::All => Duration::ZERO,
        Metrics::Sampled => Duration::from_secs(METRICS_INTERVAL.get() as u64),
    };
    UNRECORDED.with_borrow(|unrecorded| unrecorded.flushes > 0)
        && RECORDED_AT
            .get()
            .is_none_or(|last| last.elapsed() >= interval)
}

/// Writes a row of metrics for every flush since the last one. It waits for nobody: while the table is locked, for
/// example by VACUUM FULL, a later commit does it.
pub fn record() -> Result<()> {
    let sample = UNRECORDED.with_borrow(Unrecorded::clone);
    RECORDED_AT.set(Some(Instant::now()));
    // No hook has anything to do for what follows.
    let _flushing = Flushing::begin();
    let _settings = Settings::open();
    let _connection = Connection::open()?;
    let Some((schema, owner)) = backend::home()? else {
        return Ok(());
    };
    let _user = RunAs::new(owner, true);
    // The catalog may be of a version that has no such function.
    let sql = format!(
        "SELECT pg_catalog.to_regclass('{0}.pg_tviews_metrics')::pg_catalog.oid, \
         pg_catalog.to_regprocedure('{0}._pg_tviews_record(pg_catalog.jsonb)')::pg_catalog.oid",
        schema.replace('\'', "''")
    );
    let statement = Statement::for_now(&sql, &[], Planning::Custom)?;
    let table = statement.execute(&[], None)?;
    statement.free();
    // SAFETY: the result of the statement above.
    let row = unsafe { spi::rows(table) }
        .next()
        .ok_or_else(|| Error::internal("a catalog look-up returned no row"))?;
    let (Some(metrics), Some(function)) = (row.get::<pg_sys::Oid>(1), row.get::<pg_sys::Oid>(2))
    else {
        return Ok(());
    };
    let tviews: Vec<_> = sample
        .tviews
        .iter()
        .map(|(tview, counters)| {
            let mut object = counters.to_json();
            object.insert("tview".to_owned(), json!(tview));
            serde_json::Value::Object(object)
        })
        .collect();
    let row = json!({
        "flush_count": sample.flushes,
        "queue_size": sample.queue_size,
        "refresh_count": sample.tviews.values().map(Counters::written).sum::<u64>(),
        "iteration_count": sample.iterations,
        "timing_ms": sample.time.as_secs_f64() * 1000.0,
        "graph_cache_hit": sample.misses == 0,
        "bulk_refresh_count": sample.bulk,
        "individual_refresh_count": sample.individual,
        "tviews": tviews,
    });
    let argument: Datum = JsonB(row)
        .into_datum()
        .ok_or_else(|| Error::internal("a row of metrics is null"))?;
    // SAFETY: the function takes one jsonb; a snapshot is active. The lock is kept until the end of the transaction.
    unsafe {
        if !pg_sys::ConditionalLockRelationOid(metrics, pg_sys::RowExclusiveLock as i32) {
            return Ok(());
        }
        pg_sys::OidFunctionCall1Coll(function, pg_sys::InvalidOid, argument);
    }
    UNRECORDED.take();
    RECORDED.with_borrow_mut(|recorded| match recorded {
        Some(recorded) => recorded.merge(&sample),
        None => *recorded = Some(sample),
    });
    Ok(())
}

/// The transaction has ended. Cannot fail.
pub fn end_transaction(committed: bool) {
    if let Some(recorded) = RECORDED.take() {
        if !committed {
            UNRECORDED.with_borrow_mut(|unrecorded| unrecorded.merge(&recorded));
            RECORDED_AT.set(None);
        }
    }
}
