//! The `pg_tviews.` settings.

use pgrx::{GucContext, GucFlags, GucRegistry, GucSetting, PostgresGucEnum};
use std::ffi::CStr;

/// `pg_tviews.flush_on_read`.
pub static FLUSH_ON_READ: GucSetting<bool> = GucSetting::<bool>::new(true);
/// `pg_tviews.intercept_ctas`.
pub static INTERCEPT_CTAS: GucSetting<bool> = GucSetting::<bool>::new(true);
/// `pg_tviews.max_cascade_depth`: rounds of a flush before it is taken for endless.
pub static MAX_CASCADE_DEPTH: GucSetting<i32> = GucSetting::<i32>::new(100);
/// `pg_tviews.lock_escalation_threshold`: values of one edge locked one by one; -1 derives it from the lock table.
pub static LOCK_ESCALATION_THRESHOLD: GucSetting<i32> = GucSetting::<i32>::new(-1);
/// `pg_tviews.queue_limit`: values held for one TVIEW before the whole TVIEW is marked.
pub static QUEUE_LIMIT: GucSetting<i32> = GucSetting::<i32>::new(1_000_000);
/// `pg_tviews.queue_memory`: kilobytes of values held for one TVIEW before the whole TVIEW is marked.
pub static QUEUE_MEMORY: GucSetting<i32> = GucSetting::<i32>::new(256 << 10);

/// `pg_tviews.queue_memory` in bytes.
pub fn queue_bytes() -> usize {
    QUEUE_MEMORY.get() as usize * 1024
}

/// What is recorded in `pg_tviews_metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PostgresGucEnum)]
pub enum Metrics {
    /// Nothing.
    #[name = c"off"]
    Off,
    /// At most one row per session and interval.
    #[name = c"sampled"]
    Sampled,
    /// A row per transaction.
    #[name = c"all"]
    All,
}

/// `pg_tviews.metrics`.
pub static METRICS: GucSetting<Metrics> = GucSetting::<Metrics>::new(Metrics::Sampled);
/// `pg_tviews.metrics_interval`: seconds between two rows of one session.
pub static METRICS_INTERVAL: GucSetting<i32> = GucSetting::<i32>::new(60);
/// `pg_tviews.flush_timeout`: milliseconds a flush may take; 0 for any time.
pub static FLUSH_TIMEOUT: GucSetting<i32> = GucSetting::<i32>::new(0);

/// Registers the settings; called once, when the library is loaded.
pub fn register() {
    switch(
        c"pg_tviews.flush_on_read",
        c"Brings a TVIEW up to date before a query of the same transaction reads it.",
        c"When off, a transaction sees its own changes in a TVIEW only after pg_tviews_flush().",
        &FLUSH_ON_READ,
    );
    switch(
        c"pg_tviews.intercept_ctas",
        c"Makes a TVIEW of a table created by CREATE TABLE tv_... AS or SELECT INTO tv_....",
        c"When off, or when it cannot be a TVIEW, it is an ordinary table.",
        &INTERCEPT_CTAS,
    );
    GucRegistry::define_enum_guc(
        c"pg_tviews.metrics",
        c"Records flushes in pg_tviews_metrics: off, sampled or all.",
        c"sampled writes at most one row per session and pg_tviews.metrics_interval, which stands for all flushes since the last; all writes one per transaction.",
        &METRICS,
        GucContext::Userset,
        GucFlags::default(),
    );
    GucRegistry::define_int_guc(
        c"pg_tviews.metrics_interval",
        c"Shortest time between two rows that a session records in pg_tviews_metrics.",
        c"Applies when pg_tviews.metrics is sampled.",
        &METRICS_INTERVAL,
        0,
        86_400,
        GucContext::Userset,
        GucFlags::UNIT_S,
    );
    int(
        c"pg_tviews.max_cascade_depth",
        c"Rounds a flush may take while its own writes keep changing TVIEWs.",
        c"A flush that is not done after that many rounds fails.",
        &MAX_CASCADE_DEPTH,
        (1, 10_000),
        GucFlags::default(),
    );
    int(
        c"pg_tviews.flush_timeout",
        c"Longest time a flush of TVIEWs may take, also during COMMIT.",
        c"A flush that takes longer fails, and the transaction with it. 0 turns this off.",
        &FLUSH_TIMEOUT,
        (0, i32::MAX),
        GucFlags::UNIT_MS,
    );
    int(
        c"pg_tviews.lock_escalation_threshold",
        c"Number of values of one link or key that a flush locks one by one.",
        c"Past it the link, or the key, is locked as a whole. -1 uses max_locks_per_transaction.",
        &LOCK_ESCALATION_THRESHOLD,
        (-1, 1_000_000),
        GucFlags::default(),
    );
    int(
        c"pg_tviews.queue_limit",
        c"Number of changed values a transaction keeps for one TVIEW.",
        c"Past it the TVIEW is refreshed as a whole at the next flush.",
        &QUEUE_LIMIT,
        (1, i32::MAX),
        GucFlags::default(),
    );
    // Values are passed as arrays, of at most 1 GB each.
    int(
        c"pg_tviews.queue_memory",
        c"Memory that the changed values a transaction keeps for one TVIEW may take.",
        c"Past it the TVIEW is refreshed as a whole at the next flush. Holds also for the keys that a flush finds.",
        &QUEUE_MEMORY,
        (64, 512 << 10),
        GucFlags::UNIT_KB,
    );
}

fn switch(
    name: &'static CStr,
    short: &'static CStr,
    long: &'static CStr,
    setting: &'static GucSetting<bool>,
) {
    let (context, flags) = (GucContext::Userset, GucFlags::default());
    GucRegistry::define_bool_guc(name, short, long, setting, context, flags);
}

fn int(
    name: &'static CStr,
    short: &'static CStr,
    long: &'static CStr,
    setting: &'static GucSetting<i32>,
    (min, max): (i32, i32),
    flags: GucFlags,
) {
    GucRegistry::define_int_guc(
        name,
        short,
        long,
        setting,
        min,
        max,
        GucContext::Userset,
        flags,
    );
}
