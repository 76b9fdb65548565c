//! The functions SQL sees. Each is thin: arguments in, one call, result out. Their SQL declarations, with privileges
//! and comments, are in `sql/10_library.sql`.

use std::collections::BTreeSet;
use std::ffi::CString;

use pgrx::pg_sys;
use pgrx::pg_sys::{Datum, FunctionCallInfo};
use pgrx::{FromDatum, IntoDatum, JsonB};
use serde_json::json;

use crate::analyze::analyze;
use crate::error::{code, Error, Result};
use crate::key::KeySet;
use crate::pg::backend;
use crate::pg::boundary::boundary;
use crate::pg::capture::{self, Image};
use crate::pg::compat;
use crate::pg::documents;
use crate::pg::events;
use crate::pg::flush::{self, Occasion};
use crate::pg::identity::{RunAs, Settings};
use crate::pg::jsonb_functions;
use crate::pg::locks;
use crate::pg::progress;
use crate::pg::shared::{self, Session};
use crate::pg::spi::{self, Connection, Planning, Statement};
use crate::pg::stats::{self, Cache};
use crate::pg::types::Collector;

/// Exports a function under its C name, with the record that tells the server its calling convention.
macro_rules! export {
    ($symbol:ident, $info:ident, $body:path) => {
        #[doc(hidden)]
        #[no_mangle]
        pub extern "C" fn $info() -> &'static pg_sys::Pg_finfo_record {
            const V1: pg_sys::Pg_finfo_record = pg_sys::Pg_finfo_record { api_version: 1 };
            &V1
        }

        /// SAFETY: called by the server through its function manager.
        #[doc(hidden)]
        #[no_mangle]
        pub unsafe extern "C-unwind" fn $symbol(fcinfo: FunctionCallInfo) -> Datum {
            unsafe { boundary(|| $body(fcinfo)) }
        }
    };
}

export!(
    pg_tviews_version_wrapper,
    pg_finfo_pg_tviews_version_wrapper,
    version
);
export!(
    _pg_tviews_analyze_wrapper,
    pg_finfo__pg_tviews_analyze_wrapper,
    analyze_snapshot
);
export!(
    _pg_tviews_check_select_wrapper,
    pg_finfo__pg_tviews_check_select_wrapper,
    check_select
);
export!(
    _pg_tviews_query_is_volatile_wrapper,
    pg_finfo__pg_tviews_query_is_volatile_wrapper,
    query_is_volatile
);
export!(
    _pg_tviews_build_object_wrapper,
    pg_finfo__pg_tviews_build_object_wrapper,
    documents::build_object
);
export!(
    _pg_tviews_add_element_wrapper,
    pg_finfo__pg_tviews_add_element_wrapper,
    documents::add_element
);
export!(
    _pg_tviews_finish_array_wrapper,
    pg_finfo__pg_tviews_finish_array_wrapper,
    documents::finish_array
);
export!(
    pg_tviews_jsonb_set_wrapper,
    pg_finfo_pg_tviews_jsonb_set_wrapper,
    jsonb_functions::set
);
export!(
    pg_tviews_jsonb_set_many_wrapper,
    pg_finfo_pg_tviews_jsonb_set_many_wrapper,
    jsonb_functions::set_many
);
export!(
    pg_tviews_jsonb_merge_wrapper,
    pg_finfo_pg_tviews_jsonb_merge_wrapper,
    jsonb_functions::merge
);
export!(
    pg_tviews_jsonb_set_elements_wrapper,
    pg_finfo_pg_tviews_jsonb_set_elements_wrapper,
    jsonb_functions::set_elements
);
export!(
    _pg_tviews_capture_wrapper,
    pg_finfo__pg_tviews_capture_wrapper,
    capture::capture
);
export!(
    _pg_tviews_guard_wrapper,
    pg_finfo__pg_tviews_guard_wrapper,
    capture::guard
);
export!(
    _pg_tviews_on_ddl_start_wrapper,
    pg_finfo__pg_tviews_on_ddl_start_wrapper,
    events::on_ddl_start
);
export!(
    _pg_tviews_on_create_table_as_wrapper,
    pg_finfo__pg_tviews_on_create_table_as_wrapper,
    events::on_create_table_as
);
export!(
    pg_tviews_flush_wrapper,
    pg_finfo_pg_tviews_flush_wrapper,
    flush_pending
);
export!(
    _pg_tviews_mark_whole_wrapper,
    pg_finfo__pg_tviews_mark_whole_wrapper,
    mark_whole
);
export!(
    _pg_tviews_flush_whole_wrapper,
    pg_finfo__pg_tviews_flush_whole_wrapper,
    flush_whole
);
export!(
    _pg_tviews_changed_wrapper,
    pg_finfo__pg_tviews_changed_wrapper,
    changed
);
export!(
    _pg_tviews_invalidate_wrapper,
    pg_finfo__pg_tviews_invalidate_wrapper,
    invalidate
);
export!(
    _pg_tviews_note_metadata_wrapper,
    pg_finfo__pg_tviews_note_metadata_wrapper,
    note_metadata
);
export!(
    _pg_tviews_require_fresh_metadata_wrapper,
    pg_finfo__pg_tviews_require_fresh_metadata_wrapper,
    require_fresh_metadata
);
export!(
    _pg_tviews_compare_wrapper,
    pg_finfo__pg_tviews_compare_wrapper,
    compare
);
export!(
    _pg_tviews_lock_wrapper,
    pg_finfo__pg_tviews_lock_wrapper,
    lock
);
export!(
    _pg_tviews_lock_metadata_wrapper,
    pg_finfo__pg_tviews_lock_metadata_wrapper,
    lock_metadata
);
export!(
    _pg_tviews_lock_relation_wrapper,
    pg_finfo__pg_tviews_lock_relation_wrapper,
    lock_relation
);
export!(
    pg_tviews_queue_stats_wrapper,
    pg_finfo_pg_tviews_queue_stats_wrapper,
    queue_stats
);
export!(
    _pg_tviews_queue_wrapper,
    pg_finfo__pg_tviews_queue_wrapper,
    queue
);

export!(
    _pg_tviews_statistics_wrapper,
    pg_finfo__pg_tviews_statistics_wrapper,
    statistics
);
export!(
    _pg_tviews_sessions_wrapper,
    pg_finfo__pg_tviews_sessions_wrapper,
    sessions
);
export!(
    _pg_tviews_caches_wrapper,
    pg_finfo__pg_tviews_caches_wrapper,
    caches
);
export!(
    _pg_tviews_queue_keys_wrapper,
    pg_finfo__pg_tviews_queue_keys_wrapper,
    queue_keys
);
export!(
    _pg_tviews_show_progress_wrapper,
    pg_finfo__pg_tviews_show_progress_wrapper,
    show_progress
);
export!(
    _pg_tviews_end_progress_wrapper,
    pg_finfo__pg_tviews_end_progress_wrapper,
    end_progress
);
export!(
    _pg_tviews_progress_wrapper,
    pg_finfo__pg_tviews_progress_wrapper,
    progress_of_all
);
export!(
    _pg_tviews_is_shared_wrapper,
    pg_finfo__pg_tviews_is_shared_wrapper,
    is_shared
);

/// Argument `i` of a call.
///
/// # Safety
/// `T` must fit the argument's declared type.
unsafe fn argument<T: FromDatum>(fcinfo: FunctionCallInfo, i: usize) -> Result<T> {
    // SAFETY: the server passes `nargs` arguments.
    unsafe {
        let arguments = (*fcinfo).args.as_slice((*fcinfo).nargs as usize);
        arguments
            .get(i)
            .and_then(|argument| T::from_datum(argument.value, argument.isnull))
            .ok_or_else(|| Error::internal(format!("argument {} is missing", i + 1)))
    }
}

fn result(value: impl IntoDatum) -> Result<Datum> {
    value
        .into_datum()
        .ok_or_else(|| Error::internal("a result is missing"))
}

fn version(_: FunctionCallInfo) -> Result<Datum> {
    result(env!("CARGO_PKG_VERSION"))
}

fn analyze_snapshot(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared as jsonb.
    let snapshot: JsonB = unsafe { argument(fcinfo, 0)? };
    let snapshot = serde_json::from_value(snapshot.0).map_err(|error| {
        Error::new(code::INVALID_PARAMETER, "catalog snapshot is malformed")
            .detail(format!("{error}."))
    })?;
    let plan = serde_json::to_value(analyze(&snapshot))
        .map_err(|error| Error::internal(format!("could not write a plan: {error}")))?;
    result(JsonB(plan))
}

/// Raises what is wrong with a definition, with the position in it; the server's own parser and analyser judge.
fn check_select(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared as text.
    let definition: String = unsafe { argument(fcinfo, 0)? };
    let text = CString::new(definition)
        .map_err(|_| Error::new(code::SYNTAX_ERROR, "definition contains a NUL byte"))?;
    let _connection = Connection::open()?;
    // SAFETY: the plan and its sources live until the connection closes.
    let is_one_select = unsafe {
        let plan = pg_sys::SPI_prepare(text.as_ptr(), 0, std::ptr::null_mut());
        if plan.is_null() {
            return Err(Error::internal("could not prepare the definition"));
        }
        let sources = pg_sys::SPI_plan_get_plan_sources(plan);
        pg_sys::list_length(sources) == 1 && {
            let source = pg_sys::list_nth(sources, 0) as *mut pg_sys::CachedPlanSource;
            let raw = (*source).raw_parse_tree;
            !raw.is_null() && (*(*raw).stmt).type_ == pg_sys::NodeTag::T_SelectStmt && {
                let select = (*raw).stmt as *mut pg_sys::SelectStmt;
                (*select).intoClause.is_null()
            }
        }
    };
    if is_one_select {
        Ok(Datum::null())
    } else {
        Err(Error::new(
            code::SYNTAX_ERROR,
            "definition must be one SELECT statement",
        ))
    }
}

fn query_is_volatile(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared as regclass; the view is open while its query is looked at.
    unsafe {
        let view: pg_sys::Oid = argument(fcinfo, 0)?;
        let relation = pg_sys::relation_open(view, pg_sys::AccessShareLock as i32);
        let is_view = (*(*relation).rd_rel).relkind as u8 == pg_sys::RELKIND_VIEW;
        let is_volatile = is_view && {
            let query = pg_sys::get_view_query(relation);
            pg_sys::contain_volatile_functions(query.cast())
        };
        pg_sys::relation_close(relation, pg_sys::AccessShareLock as i32);
        result(is_volatile)
    }
}

fn flush_pending(_: FunctionCallInfo) -> Result<Datum> {
    result(flush::flush(Occasion::Middle, None)? as i64)
}

/// The TVIEW named by the first argument, which the current user must own.
fn own_tview(fcinfo: FunctionCallInfo) -> Result<pg_sys::Oid> {
    // SAFETY: declared as regclass.
    let (tview, user) = unsafe { (argument(fcinfo, 0)?, pg_sys::GetUserId()) };
    if compat::owns_relation(tview, user) {
        Ok(tview)
    } else {
        let message = format!("must be owner of TVIEW {}", name_of(tview));
        Err(Error::new(code::INSUFFICIENT_PRIVILEGE, message))
    }
}

/// Name of a relation, for messages.
fn name_of(relation: pg_sys::Oid) -> String {
    // SAFETY: a catalog look-up that gives null for what is not there.
    unsafe {
        let name = pg_sys::get_rel_name(relation);
        if name.is_null() {
            return relation.to_u32().to_string();
        }
        format!("\"{}\"", std::ffi::CStr::from_ptr(name).to_string_lossy())
    }
}

fn mark_whole(fcinfo: FunctionCallInfo) -> Result<Datum> {
    let tview = own_tview(fcinfo)?;
    backend::with_queue(|queue| queue.entry(tview.to_u32()).mark_whole());
    Ok(Datum::null())
}

/// Queues the keys that a query returns, run as the owner of the TVIEW.
fn queue_keys(fcinfo: FunctionCallInfo) -> Result<Datum> {
    let id = own_tview(fcinfo)?.to_u32();
    // SAFETY: declared as text.
    let query: String = unsafe { argument(fcinfo, 1)? };
    let Some(tview) = backend::tview(id)? else {
        let message = format!("{} is not a TVIEW", name_of(id.into()));
        return Err(Error::new(code::UNDEFINED_OBJECT, message));
    };
    let settings = Settings::open();
    settings.set_all(&tview.printing.values);
    // The last key comes back as text and is read again.
    settings.set(c"extra_float_digits", c"3");
    let _connection = Connection::open()?;
    let _user = RunAs::new(tview.owner, true);
    let statement = Statement::for_now(&query, &[], Planning::Custom)?;
    let table = statement.execute(&[], Some(flush::new_snapshot(Occasion::Middle)))?;
    statement.free();
    // SAFETY: the result of the statement above.
    let rows: Vec<_> = unsafe { spi::rows(table) }.collect();
    let last: Vec<_> = rows
        .last()
        .map(|row| (1..=row.columns()).map(|column| row.text(column)).collect())
        .unwrap_or_default();
    let mut keys = KeySet::default();
    let mut collector = Collector::new(&tview.key, false, &mut keys);
    // SAFETY: as above.
    unsafe { spi::hand_over(table, &mut collector)? };
    let has_null = collector.has_null;
    backend::with_queue(|queue| {
        if !rows.is_empty() {
            let pending = queue.entry(id);
            pending.keys.merge(&keys);
            pending.null_key |= has_null;
        }
    });
    result(JsonB(json!({"keys": rows.len(), "last": last})))
}

fn show_progress(fcinfo: FunctionCallInfo) -> Result<Datum> {
    let tview = own_tview(fcinfo)?;
    // SAFETY: declared as bigint.
    progress::filled(tview.to_u32(), unsafe { argument(fcinfo, 1)? });
    Ok(Datum::null())
}

fn end_progress(_: FunctionCallInfo) -> Result<Datum> {
    progress::end();
    Ok(Datum::null())
}

/// What all sessions are at, as an array of objects.
fn progress_of_all(_: FunctionCallInfo) -> Result<Datum> {
    let all = progress::all()
        .into_iter()
        .map(|report| {
            json!({
                "session": report.session,
                "role": report.role,
                "tview": report.tview,
                "schema": report.schema,
                "name": report.name,
                "phase": report.phase,
                "rows_done": report.rows,
                "rows_expected": report.total,
                "started_at": backend::iso_time(report.started_at),
            })
        })
        .collect();
    result(JsonB(serde_json::Value::Array(all)))
}

fn flush_whole(fcinfo: FunctionCallInfo) -> Result<Datum> {
    let tview = own_tview(fcinfo)?;
    if backend::is_flushing() {
        return Err(Error::internal(
            "cannot refresh a TVIEW from within a flush",
        ));
    }
    // SAFETY: raises the server's own error in a read-only transaction.
    unsafe { pg_sys::PreventCommandIfReadOnly(c"pg_tviews_refresh()".as_ptr()) };
    let id = tview.to_u32();
    backend::with_queue(|queue| queue.entry(id).mark_whole());
    let scope = flush::scope_of(id)?;
    if !scope.contains(&id) {
        let message = format!("{} is not a TVIEW", name_of(tview));
        return Err(Error::new(code::UNDEFINED_OBJECT, message));
    }
    let _told = progress::Told::begin();
    result(flush::flush(Occasion::Middle, Some(&scope))? as i64)
}

/// Numbers of rows that are missing from a TVIEW, superfluous in it and different from its view. The view is a program
/// of the TVIEW's owner: it runs with the owner's rights, never with the caller's.
fn compare(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared as regclass and boolean; the sample may be null.
    let (id, of_view): (pg_sys::Oid, bool) =
        unsafe { (argument(fcinfo, 0)?, argument(fcinfo, 2)?) };
    // SAFETY: declared as bigint.
    let sample: Option<i64> = unsafe { argument(fcinfo, 1) }.ok();
    let Some(tview) = backend::tview(id.to_u32())? else {
        let message = format!("{} is not a TVIEW", name_of(id));
        return Err(Error::new(code::UNDEFINED_OBJECT, message));
    };
    for relation in [id, pg_sys::Oid::from(tview.view)] {
        // SAFETY: a catalog look-up.
        let verdict = unsafe {
            pg_sys::pg_class_aclcheck(
                relation,
                pg_sys::GetUserId(),
                pg_sys::ACL_SELECT as pg_sys::AclMode,
            )
        };
        if verdict != pg_sys::AclResult::ACLCHECK_OK {
            let message = format!("permission denied for relation {}", name_of(relation));
            return Err(Error::new(code::INSUFFICIENT_PRIVILEGE, message));
        }
    }
    let _connection = Connection::open()?;
    let sql = {
        let _settings = Settings::open();
        let (schema, owner) =
            backend::home()?.ok_or_else(|| Error::internal("the extension has no schema"))?;
        let _user = RunAs::new(owner, true);
        let statement = Statement::for_now(
            &format!(
                "SELECT {schema}._pg_tviews_verify_statement($1, {}, $2)",
                sample.map_or("NULL".to_owned(), |sample| sample.to_string())
            ),
            &[pg_sys::REGCLASSOID, pg_sys::BOOLOID],
            Planning::Custom,
        )?;
        let table = statement.execute(&[Datum::from(id), Datum::from(of_view)], None)?;
        statement.free();
        // SAFETY: the result of the statement above.
        let sql: String = unsafe { spi::rows(table) }
            .next()
            .ok_or_else(|| Error::internal("a catalog look-up returned no row"))?
            .require(1)?;
        sql
    };
    let settings = Settings::open();
    settings.set_all(&tview.printing.values);
    let _user = RunAs::new(tview.owner, true);
    let statement = Statement::for_now(&sql, &[], Planning::Custom)?;
    let table = statement.execute(&[], None)?;
    statement.free();
    // SAFETY: the result of the statement above.
    let row = unsafe { spi::rows(table) }
        .next()
        .ok_or_else(|| Error::internal("a comparison returned no row"))?;
    let counts: Vec<i64> = (1..=3).map(|i| row.require(i)).collect::<Result<_>>()?;
    drop(settings);
    result(JsonB(
        json!({"missing": counts[0], "extra": counts[1], "different": counts[2]}),
    ))
}

/// Treats the row of a source with this primary key as changed. A row that is gone marks whole what reads the table.
fn changed(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared as regclass and text.
    let (relation, pk): (pg_sys::Oid, String) =
        unsafe { (argument(fcinfo, 0)?, argument(fcinfo, 1)?) };
    // What stands for a write, with its locks, is for those who may write.
    let writes = pg_sys::ACL_INSERT | pg_sys::ACL_UPDATE | pg_sys::ACL_DELETE;
    // SAFETY: catalog look-ups.
    let may_write = unsafe {
        let user = pg_sys::GetUserId();
        pg_sys::pg_class_aclmask(
            relation,
            user,
            writes as pg_sys::AclMode,
            pg_sys::AclMaskHow::ACLMASK_ANY,
        ) != 0
            || pg_sys::pg_attribute_aclcheck_all(
                relation,
                user,
                (pg_sys::ACL_INSERT | pg_sys::ACL_UPDATE) as pg_sys::AclMode,
                pg_sys::AclMaskHow::ACLMASK_ANY,
            ) == pg_sys::AclResult::ACLCHECK_OK
    };
    if !may_write {
        let message = format!("permission denied for table {}", name_of(relation));
        return Err(Error::new(code::INSUFFICIENT_PRIVILEGE, message)
            .detail("Treating a row as changed takes the right to change rows of the table."));
    }
    let _connection = Connection::open()?;
    let row_query = "SELECT pg_catalog.format('SELECT t.* FROM %s AS t WHERE t.%I OPERATOR(pg_catalog.=) $1::%s', \
        c.oid::pg_catalog.regclass, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)) \
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_index i ON i.indrelid OPERATOR(pg_catalog.=) c.oid \
        AND i.indisprimary AND i.indnkeyatts OPERATOR(pg_catalog.=) 1 \
        JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) c.oid \
        AND a.attnum OPERATOR(pg_catalog.=) i.indkey[0] WHERE c.oid OPERATOR(pg_catalog.=) $1";
    let statement = Statement::for_now(row_query, &[pg_sys::OIDOID], Planning::Custom)?;
    let table = statement.execute(&[Datum::from(relation)], None)?;
    statement.free();
    // SAFETY: the result of the statement above.
    let sql: String = unsafe { spi::rows(table) }
        .next()
        .ok_or_else(|| {
            Error::new(
                code::INVALID_PARAMETER,
                "source has no primary key of one column",
            )
            .hint("Use pg_tviews_refresh() instead.")
        })?
        .require(1)?;
    let statement = Statement::for_now(&sql, &[pg_sys::TEXTOID], Planning::Custom)?;
    let table = statement.execute(&[result(pk)?], None)?;
    statement.free();
    // SAFETY: a result table with whole rows of the relation.
    unsafe {
        if (*table).numvals == 0 {
            for tview in backend::watchers(relation.to_u32())?.iter() {
                backend::with_queue(|queue| queue.entry(tview.id).mark_whole());
            }
            return Ok(Datum::null());
        }
        // The result leaves out dropped columns, so its attributes are put where the table has them.
        let descriptor = pg_sys::relation_open(relation, pg_sys::AccessShareLock as i32);
        let (mut values, mut nulls) = (Vec::new(), Vec::new());
        let mut column = 0;
        for attribute in compat::attributes((*descriptor).rd_att) {
            let (mut value, mut null) = (Datum::null(), true);
            if !attribute.attisdropped {
                column += 1;
                value = pg_sys::SPI_getbinval(*(*table).vals, (*table).tupdesc, column, &mut null);
            }
            values.push(value);
            nulls.push(null);
        }
        let image = Image {
            values: &values,
            nulls: &nulls,
        };
        let outcome = capture::touch(relation, (*descriptor).rd_att, &image);
        pg_sys::relation_close(descriptor, pg_sys::AccessShareLock as i32);
        outcome?;
    }
    Ok(Datum::null())
}

fn invalidate(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared as regclass; the message is sent when the transaction commits.
    unsafe { pg_sys::CacheInvalidateRelcacheByRelid(argument(fcinfo, 0)?) };
    Ok(Datum::null())
}

/// Called for every row of metadata that is written: what this session reads of it may be rolled back.
fn note_metadata(_: FunctionCallInfo) -> Result<Datum> {
    backend::set_wrote_metadata();
    Ok(Datum::null())
}

/// Fails when the transaction's snapshot shows other TVIEWs than there are: DDL could not follow those it cannot see.
fn require_fresh_metadata(_: FunctionCallInfo) -> Result<Datum> {
    if flush::uses_transaction_snapshot() && !backend::metadata_is_fresh()? {
        return Err(Error::new(
            code::SERIALIZATION_FAILURE,
            "could not serialize access due to concurrent change of TVIEWs",
        )
        .hint("The transaction might succeed if retried."));
    }
    Ok(Datum::null())
}

/// Locks a TVIEW against flushes until the end of the transaction.
fn lock(fcinfo: FunctionCallInfo) -> Result<Datum> {
    let tview = own_tview(fcinfo)?;
    locks::lock_whole(tview.to_u32());
    Ok(Datum::null())
}

/// Locks the rows of a TVIEW in a table with metadata against additions, for the owner of one or the other: nobody else has anything
/// to add.
fn lock_metadata(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared as regclass, regclass and boolean.
    let (metadata, tview, wait) = unsafe {
        (
            argument::<pg_sys::Oid>(fcinfo, 0)?,
            argument::<pg_sys::Oid>(fcinfo, 1)?,
            argument::<bool>(fcinfo, 2)?,
        )
    };
    // SAFETY: reads a variable of this backend.
    let user = unsafe { pg_sys::GetUserId() };
    let is_locked = [metadata, tview]
        .iter()
        .any(|relation| compat::owns_relation(*relation, user))
        && locks::lock_metadata(metadata.to_u32(), tview.to_u32(), wait);
    result(is_locked)
}

/// Locks a relation as LOCK TABLE does, but also with the right to create triggers, and a view without what it reads.
fn lock_relation(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared as regclass and boolean.
    let (relation, exclusive) = unsafe {
        (
            argument::<pg_sys::Oid>(fcinfo, 0)?,
            argument::<bool>(fcinfo, 1)?,
        )
    };
    let (mode, more) = if exclusive {
        (pg_sys::AccessExclusiveLock, 0)
    } else {
        (pg_sys::ShareRowExclusiveLock, pg_sys::ACL_TRIGGER)
    };
    let rights = pg_sys::ACL_UPDATE | pg_sys::ACL_DELETE | pg_sys::ACL_TRUNCATE | more;
    // SAFETY: a catalog look-up, which may also find that the relation is gone; the lock belongs to the transaction.
    unsafe {
        let mut is_missing = false;
        let outcome = pg_sys::pg_class_aclcheck_ext(
            relation,
            pg_sys::GetUserId(),
            rights as pg_sys::AclMode,
            &mut is_missing,
        );
        if is_missing {
            return Ok(Datum::null());
        }
        if outcome != pg_sys::AclResult::ACLCHECK_OK {
            return Err(Error::new(
                code::INSUFFICIENT_PRIVILEGE,
                format!("permission denied to lock relation {}", relation.to_u32()),
            ));
        }
        pg_sys::LockRelationOid(relation, mode as i32);
    }
    Ok(Datum::null())
}

fn queue_stats(_: FunctionCallInfo) -> Result<Datum> {
    let stats = backend::with_queue(|queue| {
        json!({
            "queue_size": queue.len(),
            "tviews": queue.tviews().count(),
            "whole": queue.iter().filter(|(_, pending)| pending.whole).count(),
            "bytes": queue.bytes(),
        })
    });
    result(JsonB(stats))
}

/// Entries of this session's queue, as an array of objects.
fn queue(_: FunctionCallInfo) -> Result<Datum> {
    let ids: Vec<_> = backend::with_queue(|queue| queue.tviews().collect());
    let enqueued_at = backend::iso_time(backend::pending_since());
    let mut entries = Vec::new();
    for id in ids {
        let Some(tview) = backend::tview(id)? else {
            continue;
        };
        let mut add = |key: String| {
            entries.push(json!({"entity": tview.name, "key": key, "enqueued_at": enqueued_at}));
        };
        backend::with_queue(|queue| {
            let pending = queue.entry(id);
            if pending.whole {
                add("whole".to_owned());
            }
            for tuple in pending.keys.iter() {
                add(tview.key.texts(tuple).join(", "));
            }
            // Of several elements the key is shown once.
            let elements = pending.elements.values().flat_map(KeySet::iter);
            let of_elements: BTreeSet<String> = elements
                .map(|tuple| tview.key.texts(tuple).join(", "))
                .collect();
            of_elements.into_iter().for_each(&mut add);
            let parts = pending.values.iter();
            for part in parts.filter_map(|o| tview.plan.occurrences.get(*o)) {
                add(format!("value of {}", part.alias));
            }
            for (edge, set) in pending.climbs.iter().chain(&pending.patches) {
                let (Some(hop), Some(occurrence)) =
                    (tview.hops.get(*edge), tview.plan.occurrences.get(*edge))
                else {
                    continue;
                };
                for tuple in set.iter() {
                    match hop {
                        Some(hop) => {
                            let values = hop.from.texts(tuple).join(", ");
                            add(format!("{} = {values}", occurrence.links));
                        }
                        None => add(tview.key.texts(tuple).join(", ")),
                    }
                }
            }
        });
    }
    result(JsonB(serde_json::Value::Array(entries)))
}

/// The counters of TVIEWs, as an array of objects.
fn statistics(_: FunctionCallInfo) -> Result<Datum> {
    result(JsonB(stats::to_json()))
}

/// Sessions that have something queued: this one and, when the server shares that, the others of the database.
fn sessions(_: FunctionCallInfo) -> Result<Datum> {
    let own = backend::with_queue(|queue| Session {
        // SAFETY: a variable of this process.
        pid: unsafe { pg_sys::MyProcPid },
        transaction: backend::transaction_id(),
        queue_size: queue.len() as u64,
        tviews: queue.tviews().collect(),
        enqueued_at: backend::enqueued_at(),
    });
    let all: Vec<_> = std::iter::once(own)
        .filter(|session| session.queue_size > 0)
        .chain(shared::other_sessions())
        .map(|session| {
            json!({
                "session": session.pid,
                "transaction_id": (session.transaction != 0).then_some(session.transaction),
                "queue_size": session.queue_size,
                "tviews": session.tviews,
                "last_enqueued": backend::iso_time(session.enqueued_at),
            })
        })
        .collect();
    result(JsonB(serde_json::Value::Array(all)))
}

/// The caches of this session, as an array of objects.
fn caches(_: FunctionCallInfo) -> Result<Datum> {
    let caches = [
        ("plans", Cache::Plans),
        ("sources", Cache::Sources),
        ("statements", Cache::Statements),
    ];
    let all = caches
        .into_iter()
        .zip(backend::cache_sizes())
        .map(|((name, cache), entries)| {
            let lookups = stats::lookups(cache);
            json!({"cache_type": name, "entries": entries, "hits": lookups.hits, "misses": lookups.misses})
        })
        .collect();
    result(JsonB(serde_json::Value::Array(all)))
}

fn is_shared(_: FunctionCallInfo) -> Result<Datum> {
    result(shared::is_there())
}
