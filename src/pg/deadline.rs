//! `pg_tviews.flush_timeout`: the time a flush may take, kept by the server's own timers.
//!
//! When it is over, the timer asks for a cancellation as `statement_timeout` does, so it ends lock waits and user code
//! too. The server then speaks of a user request; while a deadline is set, that error is reworded on its way out.

use std::cell::Cell;
use std::ffi::{c_int, c_void, CStr};
use std::sync::atomic::{AtomicBool, Ordering};

use pgrx::{pg_sys, PgSqlErrorCode};

use crate::error::{code, Error, Result};
use crate::pg::boundary::{errdetail_internal, errhint, errmsg_internal, ErrorContext};
use crate::pg::settings::FLUSH_TIMEOUT;

type TimeoutId = u32;

// pgrx leaves `utils/timeout.h` out. Nothing here unwinds: the only error is a FATAL one, when the system has no timers.
extern "C" {
    fn RegisterTimeout(id: TimeoutId, handler: unsafe extern "C-unwind" fn()) -> TimeoutId;
    fn enable_timeout_after(id: TimeoutId, delay_ms: c_int);
    fn disable_timeout(id: TimeoutId, keep_indicator: bool);
    fn get_timeout_indicator(id: TimeoutId, reset_indicator: bool) -> bool;
}

/// Above every id that a server version gives a meaning of its own: asks for a free one.
const ANY_FREE: TimeoutId = 1000;

const MESSAGE: &CStr = c"canceling flush of TVIEWs due to pg_tviews.flush_timeout";
const DETAIL: &CStr = c"It was not done after %d ms.";
const HINT: &CStr =
    c"Another transaction may hold a lock that the flush waits for. pg_tviews.flush_timeout can be set for one transaction.";

thread_local! {
    /// The timer's id, once it is registered.
    static TIMER: Cell<Option<TimeoutId>> = const { Cell::new(None) };
    /// A deadline is set: flushes within a flush stand under that one.
    static SET: Cell<bool> = const { Cell::new(false) };
}

/// The timer has asked for a cancellation that nobody had asked for before.
static ASKED: AtomicBool = AtomicBool::new(false);

/// SAFETY: runs in the handler of SIGALRM: only sets flags, as the server's own handler of a cancel request does. The
/// server has set the latch, which wakes whoever waits.
unsafe extern "C-unwind" fn time_is_over() {
    unsafe {
        if (&raw const pg_sys::QueryCancelPending).read_volatile() == 0 {
            ASKED.store(true, Ordering::Relaxed);
            (&raw mut pg_sys::QueryCancelPending).write_volatile(1);
            (&raw mut pg_sys::InterruptPending).write_volatile(1);
        }
    }
}

/// The deadline of one flush, from `begin` until `end` or, after an error, until dropped.
pub struct Deadline {
    set: Option<Set>,
}

struct Set {
    timer: TimeoutId,
    milliseconds: i32,
    _context: ErrorContext,
}

impl Deadline {
    /// Sets the deadline, unless the setting is off or the flush is part of one that has a deadline.
    pub fn begin() -> Self {
        let milliseconds = FLUSH_TIMEOUT.get();
        if milliseconds == 0 || SET.get() {
            return Deadline { set: None };
        }
        // SAFETY: timers are set up in every backend before it runs a statement.
        let timer = TIMER
            .get()
            .unwrap_or_else(|| unsafe { RegisterTimeout(ANY_FREE, time_is_over) });
        TIMER.set(Some(timer));
        SET.set(true);
        ASKED.store(false, Ordering::Relaxed);
        let set = Set {
            timer,
            milliseconds,
            _context: ErrorContext::push(reword, milliseconds as usize as *mut c_void),
        };
        // SAFETY: registered; disabled when `set` is dropped.
        unsafe { enable_timeout_after(timer, milliseconds) };
        Deadline { set: Some(set) }
    }

    /// Ends the flush; fails when its time was over, also when user code has caught the cancellation.
    pub fn end(mut self) -> Result<()> {
        let Some(mut set) = self.set.take() else {
            return Ok(());
        };
        if set.stop() {
            return Err(set.error());
        }
        Ok(())
    }
}

impl Set {
    /// Stops the timer and takes back a cancellation that it has asked for and that has not happened; returns whether
    /// the time was over. A cancellation that somebody else asked for stays.
    fn stop(&mut self) -> bool {
        SET.set(false);
        // SAFETY: a registered timer; when it is disabled the handler runs no more.
        unsafe {
            disable_timeout(self.timer, true);
            let over = get_timeout_indicator(self.timer, true);
            if ASKED.swap(false, Ordering::Relaxed) {
                (&raw mut pg_sys::QueryCancelPending).write_volatile(0);
            }
            over
        }
    }

    fn error(&self) -> Error {
        let text = |text: &CStr| text.to_string_lossy().into_owned();
        Error::new(code::QUERY_CANCELED, text(MESSAGE))
            .detail(text(DETAIL).replace("%d", &self.milliseconds.to_string()))
            .hint(text(HINT))
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Rewords the cancellation that the timer asked for: the server takes it for a request of the user.
///
/// SAFETY: called by the server while it reports; holds nothing that needs dropping.
#[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
unsafe extern "C-unwind" fn reword(milliseconds: *mut c_void) {
    extern "C-unwind" {
        fn geterrcode() -> c_int;
    }
    let Some(timer) = TIMER.get() else { return };
    unsafe {
        let is_cancellation = geterrcode() == PgSqlErrorCode::ERRCODE_QUERY_CANCELED as c_int;
        if is_cancellation && ASKED.load(Ordering::Relaxed) && get_timeout_indicator(timer, false) {
            errmsg_internal(c"%s".as_ptr(), MESSAGE.as_ptr());
            errdetail_internal(DETAIL.as_ptr(), milliseconds as usize as c_int);
            errhint(c"%s".as_ptr(), HINT.as_ptr());
        }
    }
}
