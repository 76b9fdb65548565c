//! Where the server calls in and errors go out.
//!
//! Inside, functions return `Result`, and a server error raised below them arrives as a panic made by pgrx, which
//! keeps only part of it. So the boundary stands on the server's error context stack, keeps a full copy of every
//! error that passes, and raises that copy again: constraint, table and internal query of a user's own error survive.

use std::any::Any;
use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void, CStr};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::null_mut;

use pgrx::pg_sys;
use pgrx::pg_sys::panic::{CaughtError, ErrorReport, ErrorReportWithLevel};
use pgrx::{PgLogLevel, PgSqlErrorCode};

use crate::error::{Error, Result};

// pgrx leaves these out of its bindings: they must only be called from frames without destructors.
extern "C-unwind" {
    fn errstart(elevel: c_int, domain: *const c_char) -> bool;
    fn errfinish(filename: *const c_char, lineno: c_int, funcname: *const c_char);
    fn errcode(sqlerrcode: c_int) -> c_int;
    pub(super) fn errmsg_internal(fmt: *const c_char, ...) -> c_int;
    pub(super) fn errdetail_internal(fmt: *const c_char, ...) -> c_int;
    pub(super) fn errhint(fmt: *const c_char, ...) -> c_int;
    fn errcontext_msg(fmt: *const c_char, ...) -> c_int;
    fn set_errcontext_domain(domain: *const c_char) -> c_int;
    fn ThrowErrorData(edata: *mut pg_sys::ErrorData);
}

/// The full copy of the latest error that passed a boundary; null when there was none. The copy is in the memory of
/// the transaction, which outlives every boundary in it.
pub(super) type Latest = Cell<*mut pg_sys::ErrorData>;

/// An error as C strings in server memory, so that raising it leaves nothing to drop.
#[derive(Clone, Copy)]
struct Report {
    level: c_int,
    code: c_int,
    message: *const c_char,
    detail: *const c_char,
    hint: *const c_char,
}

#[derive(Clone, Copy)]
enum Outcome<R> {
    Return(R),
    Raise(Report),
    Rethrow(*mut pg_sys::ErrorData),
}

/// Runs `f` as the body of a function that the server calls; any failure becomes an ordinary server error.
///
/// # Safety
/// Must be the whole body of an `extern "C-unwind"` function called by the server: the frames between the server and
/// here must hold nothing that needs dropping, since the error leaves by `longjmp`.
#[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
pub unsafe fn boundary<R: Copy>(f: impl FnOnce() -> Result<R>) -> R {
    match contain(f) {
        Outcome::Return(value) => value,
        // SAFETY: all Rust values of the call are dropped by now; `Report` and the pointer are plain data.
        Outcome::Raise(report) => unsafe { raise(report) },
        Outcome::Rethrow(edata) => unsafe {
            ThrowErrorData(edata);
            std::process::abort()
        },
    }
}

#[inline(never)]
fn contain<R: Copy>(f: impl FnOnce() -> Result<R>) -> Outcome<R> {
    let latest = Latest::new(null_mut());
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let _context = ErrorContext::push(keep_latest, (&raw const latest) as *mut c_void);
        f()
    }));
    match caught {
        Ok(Ok(value)) => Outcome::Return(value),
        Ok(Err(error)) => Outcome::Raise(report_of(&error)),
        Err(payload) => outcome_of_panic(payload, latest.get()),
    }
}

/// A callback on the server's error context stack for as long as the value lives.
pub struct ErrorContext {
    entry: Box<pg_sys::ErrorContextCallback>,
}

pub type Callback = unsafe extern "C-unwind" fn(*mut c_void);

impl ErrorContext {
    pub fn push(callback: Callback, arg: *mut c_void) -> Self {
        // SAFETY: reading and setting a backend-local stack from the backend's only thread. The entry is boxed, so
        // its address is stable, and `drop` takes it off before it is freed.
        unsafe {
            let mut entry = Box::new(pg_sys::ErrorContextCallback {
                previous: pg_sys::error_context_stack,
                callback: Some(callback),
                arg,
            });
            pg_sys::error_context_stack = &mut *entry;
            ErrorContext { entry }
        }
    }
}

impl Drop for ErrorContext {
    fn drop(&mut self) {
        // SAFETY: contexts are pushed and dropped in stack order; pgrx restores the stack to this entry when an
        // error passes through one of its calls.
        unsafe { pg_sys::error_context_stack = self.entry.previous };
    }
}

/// Adds a CONTEXT line to every error and message raised while `f` runs.
pub fn with_context<R>(line: &CStr, f: impl FnOnce() -> R) -> R {
    let _context = ErrorContext::push(add_line, line.as_ptr() as *mut c_void);
    f()
}

/// SAFETY of both callbacks: called by the server while it reports, with what was pushed beside them; they hold
/// nothing that needs dropping.
#[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
unsafe extern "C-unwind" fn add_line(line: *mut c_void) {
    unsafe {
        set_errcontext_domain(std::ptr::null());
        errcontext_msg(c"%s".as_ptr(), line as *const c_char);
    }
}

#[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
pub(super) unsafe extern "C-unwind" fn keep_latest(latest: *mut c_void) {
    extern "C-unwind" {
        fn CopyErrorData() -> *mut pg_sys::ErrorData;
        fn FreeErrorData(edata: *mut pg_sys::ErrorData);
    }
    unsafe {
        if pg_sys::TopTransactionContext.is_null() {
            return;
        }
        let reporting = pg_sys::CurrentMemoryContext;
        pg_sys::CurrentMemoryContext = pg_sys::TopTransactionContext;
        let edata = CopyErrorData();
        let outdated = if (*edata).elevel == PgLogLevel::ERROR as c_int {
            (*(latest as *const Latest)).replace(edata)
        } else {
            edata
        };
        if !outdated.is_null() {
            FreeErrorData(outdated);
        }
        pg_sys::CurrentMemoryContext = reporting;
    }
}

/// Finds out what a caught panic was. A server error is raised again from the full copy.
fn outcome_of_panic<R>(payload: Box<dyn Any + Send>, latest: *mut pg_sys::ErrorData) -> Outcome<R> {
    let payload = match payload.downcast::<CaughtError>() {
        Ok(caught) => {
            return match *caught {
                CaughtError::PostgresError(report) => {
                    if is_copy_of(latest, &report) {
                        Outcome::Rethrow(latest)
                    } else {
                        Outcome::Raise(report_of_pgrx(&report))
                    }
                }
                CaughtError::ErrorReport(report)
                | CaughtError::RustPanic {
                    ereport: report, ..
                } => Outcome::Raise(report_of_pgrx(&report)),
            }
        }
        Err(payload) => payload,
    };
    let message = if let Some(report) = payload.downcast_ref::<ErrorReportWithLevel>() {
        return Outcome::Raise(report_of_pgrx(report));
    } else if let Some(report) = payload.downcast_ref::<ErrorReport>() {
        report.message().to_owned()
    } else if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "panic without a message".to_owned()
    };
    Outcome::Raise(report_of(&Error::internal(message)))
}

/// Whether the kept copy is of the very error pgrx caught; it is not when the error was raised again from a copy
/// somebody else had made.
fn is_copy_of(latest: *mut pg_sys::ErrorData, report: &ErrorReportWithLevel) -> bool {
    if latest.is_null() {
        return false;
    }
    // SAFETY: not null, so it points to a copy in the transaction's memory.
    unsafe {
        let message = (*latest).message;
        // pgrx knows the server's own SQLSTATEs only and takes any other for an internal error.
        let code = report.sql_error_code();
        let same_code =
            (*latest).sqlerrcode == code as c_int || code == PgSqlErrorCode::ERRCODE_INTERNAL_ERROR;
        same_code
            && !message.is_null()
            && CStr::from_ptr(message).to_string_lossy() == report.message()
    }
}

fn report_of_pgrx(report: &ErrorReportWithLevel) -> Report {
    Report {
        level: PgLogLevel::ERROR as c_int,
        code: report.sql_error_code() as c_int,
        message: server_string(Some(report.message())),
        detail: server_string(report.detail()),
        hint: server_string(report.hint()),
    }
}

fn report_of(error: &Error) -> Report {
    Report {
        level: PgLogLevel::ERROR as c_int,
        code: sqlstate(error.code),
        message: server_string(Some(&error.message)),
        detail: server_string(error.detail.as_deref()),
        hint: server_string(error.hint.as_deref()),
    }
}

/// Packs five characters as the server does (`MAKE_SQLSTATE`).
fn sqlstate(code: &str) -> c_int {
    code.bytes().rev().fold(0, |packed, b| {
        (packed << 6) | (c_int::from(b).wrapping_sub(c_int::from(b'0')) & 0x3f)
    })
}

/// Copies text into memory that lives until the error is reported; null when there is none.
fn server_string(text: Option<&str>) -> *const c_char {
    let Some(text) = text else {
        return std::ptr::null();
    };
    // SAFETY: the allocation has room for the text and its terminator; it fails with null, not with an error.
    unsafe {
        let context = if pg_sys::TopTransactionContext.is_null() {
            pg_sys::ErrorContext
        } else {
            pg_sys::TopTransactionContext
        };
        let copy = pg_sys::MemoryContextAllocExtended(
            context,
            text.len() + 1,
            pg_sys::MCXT_ALLOC_NO_OOM as c_int,
        ) as *mut u8;
        if !copy.is_null() {
            std::ptr::copy_nonoverlapping(text.as_ptr(), copy, text.len());
            *copy.add(text.len()) = 0;
        }
        copy as *const c_char
    }
}

/// Reports at `level`.
///
/// # Safety
/// As for [`boundary`] when the level is ERROR: leaves by `longjmp`.
#[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
unsafe fn emit(report: Report) {
    const TEXT: *const c_char = c"%s".as_ptr();
    unsafe {
        if !errstart(report.level, std::ptr::null()) {
            return;
        }
        errcode(report.code);
        if !report.message.is_null() {
            errmsg_internal(TEXT, report.message);
        }
        if !report.detail.is_null() {
            errdetail_internal(TEXT, report.detail);
        }
        if !report.hint.is_null() {
            errhint(TEXT, report.hint);
        }
        errfinish(c"pg_tviews".as_ptr(), 0, c"pg_tviews".as_ptr());
    }
}

unsafe fn raise(report: Report) -> ! {
    unsafe {
        emit(report);
    }
    std::process::abort()
}
