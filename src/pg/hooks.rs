//! Where the library stands in the server's way: the end of transactions, queries about to read, invalidations.
//!
//! Every hook first asks whether anything is pending, which is one load. The call that follows is made from a frame
//! without destructors, so errors of the query pass through untouched.

use std::collections::BTreeSet;
use std::ffi::{c_char, c_int, c_void};

use pgrx::pg_sys;
use pgrx::pg_sys::{Datum, XactEvent};

use crate::error::Result;
use crate::pg::backend;
use crate::pg::boundary::boundary;
use crate::pg::compat;
use crate::pg::flush::{self, Occasion};
use crate::pg::merge;
use crate::pg::progress;
use crate::pg::raw;
use crate::pg::settings::FLUSH_ON_READ;
use crate::pg::stats;
use crate::queue::TviewId;

// Unguarded: pgrx's own bindings would catch and rebuild every error of every query.
extern "C-unwind" {
    fn standard_ExecutorStart(query: *mut pg_sys::QueryDesc, flags: c_int);
    fn standard_ProcessUtility(
        statement: *mut pg_sys::PlannedStmt,
        text: *const c_char,
        read_only_tree: bool,
        context: pg_sys::ProcessUtilityContext::Type,
        params: pg_sys::ParamListInfo,
        environment: *mut pg_sys::QueryEnvironment,
        dest: *mut pg_sys::DestReceiver,
        completion: *mut pg_sys::QueryCompletion,
    );
}

static mut NEXT_EXECUTOR_START: pg_sys::ExecutorStart_hook_type = None;
static mut NEXT_EXECUTOR_RUN: pg_sys::ExecutorRun_hook_type = None;
static mut NEXT_PROCESS_UTILITY: pg_sys::ProcessUtility_hook_type = None;

/// Registers every callback and hook; called once, when the library is loaded.
pub fn register() {
    // SAFETY: runs in `_PG_init` on the backend's only thread; hooks loaded earlier are called in turn.
    unsafe {
        pg_sys::RegisterXactCallback(Some(transaction_event), std::ptr::null_mut());
        pg_sys::RegisterSubXactCallback(Some(subtransaction_event), std::ptr::null_mut());
        pg_sys::CacheRegisterRelcacheCallback(Some(relation_event), Datum::null());
        NEXT_EXECUTOR_START = pg_sys::ExecutorStart_hook;
        pg_sys::ExecutorStart_hook = Some(executor_start);
        NEXT_EXECUTOR_RUN = pg_sys::ExecutorRun_hook;
        pg_sys::ExecutorRun_hook = Some(executor_run);
        NEXT_PROCESS_UTILITY = pg_sys::ProcessUtility_hook;
        pg_sys::ProcessUtility_hook = Some(process_utility);
    }
}

/// SAFETY: called by the server at the events it names; flushing is its whole body where it can fail.
unsafe extern "C-unwind" fn transaction_event(event: XactEvent::Type, _: *mut c_void) {
    match event {
        XactEvent::XACT_EVENT_PRE_COMMIT | XactEvent::XACT_EVENT_PRE_PREPARE
            if !backend::is_done() || backend::flushed_at() > 0 && stats::is_due() =>
        unsafe { boundary(|| flush::at_commit(event == XactEvent::XACT_EVENT_PRE_PREPARE)) },
        XactEvent::XACT_EVENT_COMMIT | XactEvent::XACT_EVENT_PREPARE => {
            backend::end_transaction(true);
        }
        XactEvent::XACT_EVENT_ABORT => {
            backend::forget_uncommitted();
            backend::end_transaction(false);
        }
        _ => {}
    }
}

/// SAFETY: called by the server while the subtransaction is still the current one; cannot fail.
unsafe extern "C-unwind" fn subtransaction_event(
    event: pg_sys::SubXactEvent::Type,
    _subtransaction: pg_sys::SubTransactionId,
    _parent: pg_sys::SubTransactionId,
    _: *mut c_void,
) {
    let level = unsafe { raw::GetCurrentTransactionNestLevel() };
    match event {
        pg_sys::SubXactEvent::SUBXACT_EVENT_COMMIT_SUB => {
            backend::with_queue(|queue| queue.subtransaction_committed(level));
        }
        pg_sys::SubXactEvent::SUBXACT_EVENT_ABORT_SUB => {
            backend::forget_uncommitted();
            backend::with_queue(|queue| queue.subtransaction_aborted(level));
        }
        _ => {}
    }
}

/// SAFETY: called by the server whenever it processes invalidations; only sets a flag.
unsafe extern "C-unwind" fn relation_event(_: Datum, relation: pg_sys::Oid) {
    backend::relation_changed(relation.to_u32());
}

/// SAFETY: called by the server in place of `standard_ExecutorStart`; what can fail is inside `boundary`.
#[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
unsafe extern "C-unwind" fn executor_start(query: *mut pg_sys::QueryDesc, flags: c_int) {
    unsafe {
        let concerned = backend::is_dirty()
            || backend::flushed_at() > 0
            || (*query).operation == pg_sys::CmdType::CMD_MERGE;
        if concerned && flags & pg_sys::EXEC_FLAG_EXPLAIN_ONLY as c_int == 0 {
            boundary(|| {
                if (*query).operation == pg_sys::CmdType::CMD_MERGE {
                    merge::note((*query).plannedstmt);
                }
                before_query(query)
            });
        }
        match NEXT_EXECUTOR_START {
            Some(next) => next(query, flags),
            None => standard_ExecutorStart(query, flags),
        }
    }
}

/// Whether a flush may run now: not within another one, and not where nothing can be written.
fn can_flush() -> bool {
    // SAFETY: reads the transaction state.
    FLUSH_ON_READ.get() && !backend::is_busy() && !unsafe { pg_sys::IsInParallelMode() }
}

/// Flushes what `query` is about to read and gives it a snapshot that shows the result. A query that a stable
/// function runs brings the snapshot of the query that calls it, which may be older than the latest flush.
unsafe fn before_query(query: *mut pg_sys::QueryDesc) -> Result<()> {
    if !can_flush() {
        return Ok(());
    }
    // SAFETY: the server passes a complete query descriptor with its planned statement.
    unsafe {
        let statement = &*(*query).plannedstmt;
        if statement.parallelModeNeeded && backend::is_dirty() {
            // Nothing can be written once it runs, and functions it calls may read any TVIEW.
            flush::flush(Occasion::Middle, None)?;
        } else {
            let mut scope = BTreeSet::new();
            for i in 0..pg_sys::list_length(statement.relationOids) {
                let relation = pg_sys::list_nth_oid(statement.relationOids, i).to_u32();
                scope.append(&mut flush::scope_of(relation)?);
            }
            if scope.is_empty() {
                return Ok(());
            }
            if any_pending(&scope) {
                flush::flush(Occasion::Middle, Some(&scope))?;
            }
        }
        let former = (*query).snapshot;
        if !former.is_null() && (*former).curcid < backend::flushed_at() {
            (*query).snapshot = register_new_snapshot();
            pg_sys::UnregisterSnapshot(former);
        }
        Ok(())
    }
}

fn any_pending(scope: &BTreeSet<TviewId>) -> bool {
    backend::with_queue(|queue| scope.iter().any(|id| queue.is_pending(*id)))
}

/// A registered snapshot taken now, or the transaction's own with the current command.
unsafe fn register_new_snapshot() -> pg_sys::Snapshot {
    // SAFETY: the copy is registered before it leaves the active stack.
    unsafe {
        push_new_snapshot();
        let snapshot = pg_sys::RegisterSnapshot(pg_sys::GetActiveSnapshot());
        pg_sys::PopActiveSnapshot();
        snapshot
    }
}

unsafe fn push_new_snapshot() {
    // SAFETY: a copy, so that later commands do not move its command id.
    unsafe { pg_sys::PushCopiedSnapshot(pg_sys::GetTransactionSnapshot()) };
}

/// Makes the query's own snapshot the active one while it runs, for the functions it calls.
/// Returns whether it was pushed.
unsafe fn push_snapshot_of(query: *mut pg_sys::QueryDesc) -> bool {
    // SAFETY: the snapshot is registered with the query.
    unsafe {
        let own = (*query).snapshot;
        let differs =
            !own.is_null() && pg_sys::ActiveSnapshotSet() && pg_sys::GetActiveSnapshot() != own;
        if differs {
            pg_sys::PushActiveSnapshot(own);
        }
        differs
    }
}

macro_rules! executor_run {
    ($($argument:ident: $kind:ty),*) => {
        extern "C-unwind" {
            fn standard_ExecutorRun(query: *mut pg_sys::QueryDesc, $($argument: $kind),*);
        }

        /// SAFETY: called by the server in place of `standard_ExecutorRun`; what can fail is inside `boundary`.
        #[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
        unsafe extern "C-unwind" fn executor_run(query: *mut pg_sys::QueryDesc, $($argument: $kind),*) {
            unsafe {
                let pushed = backend::flushed_at() > 0 && boundary(|| Ok(push_snapshot_of(query)));
                if progress::counts_next_query() {
                    boundary(|| {
                        progress::count_rows(query);
                        Ok(())
                    });
                }
                match NEXT_EXECUTOR_RUN {
                    Some(next) => next(query, $($argument),*),
                    None => standard_ExecutorRun(query, $($argument),*),
                }
                if pushed {
                    pop_snapshot();
                }
            }
        }
    };
}
compat::with_arguments_of_run!(executor_run);

unsafe fn pop_snapshot() {
    // SAFETY: pops what was pushed before the call that has just returned.
    unsafe {
        boundary(|| {
            pg_sys::PopActiveSnapshot();
            Ok(())
        });
    }
}

/// Whether the statement reads a table without going through the executor.
unsafe fn reads_without_executor(statement: *mut pg_sys::PlannedStmt) -> bool {
    // SAFETY: a utility statement is a node; the tag tells its type.
    unsafe {
        let node = (*statement).utilityStmt;
        !node.is_null() && (*node).type_ == pg_sys::NodeTag::T_CopyStmt && {
            let copy = node as *mut pg_sys::CopyStmt;
            !(*copy).is_from && !(*copy).relation.is_null()
        }
    }
}

/// SAFETY: called by the server in place of `standard_ProcessUtility`; what can fail is inside `boundary`.
#[allow(clippy::too_many_arguments)]
#[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
unsafe extern "C-unwind" fn process_utility(
    statement: *mut pg_sys::PlannedStmt,
    text: *const c_char,
    read_only_tree: bool,
    context: pg_sys::ProcessUtilityContext::Type,
    params: pg_sys::ParamListInfo,
    environment: *mut pg_sys::QueryEnvironment,
    dest: *mut pg_sys::DestReceiver,
    completion: *mut pg_sys::QueryCompletion,
) {
    unsafe {
        let pushed = backend::is_dirty()
            && reads_without_executor(statement)
            && boundary(|| {
                if !can_flush() {
                    return Ok(false);
                }
                flush::flush(Occasion::Middle, None)?;
                push_new_snapshot();
                Ok(true)
            });
        match NEXT_PROCESS_UTILITY {
            Some(next) => next(
                statement,
                text,
                read_only_tree,
                context,
                params,
                environment,
                dest,
                completion,
            ),
            None => standard_ProcessUtility(
                statement,
                text,
                read_only_tree,
                context,
                params,
                environment,
                dest,
                completion,
            ),
        }
        if pushed {
            pop_snapshot();
        }
    }
}
