//! What differs between the server versions: 15 to 18. Nothing else asks for the version.

use pgrx::pg_sys;

use crate::pg::raw::{self, unguarded};

/// The attributes that a tuple descriptor describes.
///
/// # Safety
/// `descriptor` must be a valid tuple descriptor and stay so while the attributes are used.
pub unsafe fn attributes<'a>(descriptor: pg_sys::TupleDesc) -> &'a [pg_sys::FormData_pg_attribute] {
    // SAFETY: `natts` attributes follow one another in the descriptor; from 18 on, behind a shorter form of them.
    unsafe {
        let count = (*descriptor).natts as usize;
        #[cfg(not(feature = "pg18"))]
        let attributes = (*descriptor).attrs.as_slice(count);
        #[cfg(feature = "pg18")]
        let attributes = match count {
            0 => &[],
            _ => std::slice::from_raw_parts(pg_sys::TupleDescAttr(descriptor, 0), count),
        };
        attributes
    }
}

/// Whether the column is computed when it is read, so that no row image holds its value.
pub fn is_virtual(attribute: &pg_sys::FormData_pg_attribute) -> bool {
    attribute.attgenerated as u8 == b'v'
}

/// Whether the user owns the relation.
pub fn owns_relation(relation: pg_sys::Oid, user: pg_sys::Oid) -> bool {
    // SAFETY: catalog look-ups.
    unsafe {
        #[cfg(feature = "pg15")]
        let owns = pg_sys::pg_class_ownercheck(relation, user);
        #[cfg(not(feature = "pg15"))]
        let owns = pg_sys::object_ownercheck(pg_sys::RelationRelationId, relation, user);
        owns
    }
}

/// Whether the user may call the function.
pub fn may_execute(function: pg_sys::Oid, user: pg_sys::Oid) -> bool {
    let mode = pg_sys::ACL_EXECUTE as pg_sys::AclMode;
    // SAFETY: catalog look-ups.
    let result = unsafe {
        #[cfg(feature = "pg15")]
        let result = pg_sys::pg_proc_aclcheck(function, user, mode);
        #[cfg(not(feature = "pg15"))]
        let result = pg_sys::object_aclcheck(pg_sys::ProcedureRelationId, function, user, mode);
        result
    };
    result == pg_sys::AclResult::ACLCHECK_OK
}

/// Number of this process among the server's, from 0; past `MaxBackends` for one that is no session.
pub fn process_number() -> i32 {
    // SAFETY: a variable of this process.
    unsafe {
        #[cfg(any(feature = "pg15", feature = "pg16"))]
        let number = pg_sys::MyBackendId - 1;
        #[cfg(not(any(feature = "pg15", feature = "pg16")))]
        let number = pg_sys::MyProcNumber;
        number
    }
}

/// What the server knows of its sessions, as of now or of when this transaction first asked.
pub fn sessions() -> Vec<&'static pg_sys::PgBackendStatus> {
    // SAFETY: copies that the server keeps until the transaction ends, counted from one.
    unsafe {
        (1..=pg_sys::pgstat_fetch_stat_numbackends())
            .filter_map(|number| {
                #[cfg(feature = "pg15")]
                let session = pg_sys::pgstat_fetch_stat_local_beentry(number);
                #[cfg(not(feature = "pg15"))]
                let session = pg_sys::pgstat_get_local_beentry_by_index(number);
                session.as_ref().map(|session| &session.backendStatus)
            })
            .collect()
    }
}

/// Calls a macro with the arguments that `ExecutorRun` has after the query.
macro_rules! with_arguments_of_run {
    ($make:ident) => {
        #[cfg(not(feature = "pg18"))]
        $make!(direction: pg_sys::ScanDirection::Type, count: u64, execute_once: bool);
        #[cfg(feature = "pg18")]
        $make!(direction: pg_sys::ScanDirection::Type, count: u64);
    };
}
pub(super) use with_arguments_of_run;

/// Begins a scan of an index with so many conditions.
///
/// # Safety
/// Under a guard only; the relations must be open, the index one of the table's; the snapshot must outlive the scan.
pub unsafe fn begin_index_scan(
    table: pg_sys::Relation,
    index: pg_sys::Relation,
    snapshot: pg_sys::Snapshot,
    conditions: i32,
) -> pg_sys::IndexScanDesc {
    // SAFETY: forwarded.
    unsafe {
        #[cfg(not(feature = "pg18"))]
        let scan = index_beginscan(table, index, snapshot, conditions, 0);
        #[cfg(feature = "pg18")]
        let scan = index_beginscan(table, index, snapshot, std::ptr::null_mut(), conditions, 0);
        scan
    }
}

/// Raises an error unless the user may read what a planned statement does.
///
/// # Safety
/// Under a guard only.
pub unsafe fn check_permissions(statement: *mut pg_sys::PlannedStmt) {
    // SAFETY: forwarded.
    unsafe {
        #[cfg(feature = "pg15")]
        ExecCheckRTPerms((*statement).rtable, true);
        #[cfg(not(feature = "pg15"))]
        ExecCheckPermissions((*statement).rtable, (*statement).permInfos, true);
    }
}

#[cfg(not(feature = "pg18"))]
unguarded! {
    fn index_beginscan(
        table: pg_sys::Relation,
        index: pg_sys::Relation,
        snapshot: pg_sys::Snapshot,
        conditions: std::ffi::c_int,
        orders: std::ffi::c_int
    ) -> pg_sys::IndexScanDesc;
}

#[cfg(feature = "pg15")]
unguarded! {
    fn ExecCheckRTPerms(entries: *mut pg_sys::List, is_error: bool) -> bool;
    fn ExecInitRangeTable(state: *mut pg_sys::EState, entries: *mut pg_sys::List);
}

#[cfg(not(feature = "pg15"))]
unguarded! {
    fn ExecCheckPermissions(entries: *mut pg_sys::List, permissions: *mut pg_sys::List, is_error: bool) -> bool;
    fn addRTEPermissionInfo(permissions: *mut *mut pg_sys::List, entry: *mut pg_sys::RangeTblEntry)
        -> *mut pg_sys::RTEPermissionInfo;
}

#[cfg(any(feature = "pg16", feature = "pg17"))]
unguarded! {
    fn ExecInitRangeTable(state: *mut pg_sys::EState, entries: *mut pg_sys::List, permissions: *mut pg_sys::List);
}

#[cfg(feature = "pg18")]
unguarded! {
    fn ExecInitRangeTable(
        state: *mut pg_sys::EState,
        entries: *mut pg_sys::List,
        permissions: *mut pg_sys::List,
        unpruned: *mut pg_sys::Bitmapset
    );
    fn bms_make_singleton(member: std::ffi::c_int) -> *mut pg_sys::Bitmapset;
    fn index_beginscan(
        table: pg_sys::Relation,
        index: pg_sys::Relation,
        snapshot: pg_sys::Snapshot,
        instrument: *mut pg_sys::IndexScanInstrumentation,
        conditions: std::ffi::c_int,
        orders: std::ffi::c_int
    ) -> pg_sys::IndexScanDesc;
}

/// Gives an executor's state its only range table entry.
///
/// # Safety
/// Under a guard only (`raw::guarded`); the entry must outlive the state.
pub unsafe fn init_range_table(state: *mut pg_sys::EState, entry: *mut pg_sys::RangeTblEntry) {
    // SAFETY: forwarded.
    unsafe {
        let entries = raw::lappend(std::ptr::null_mut(), entry.cast());
        #[cfg(feature = "pg15")]
        ExecInitRangeTable(state, entries);
        #[cfg(not(feature = "pg15"))]
        {
            let mut permissions = std::ptr::null_mut();
            addRTEPermissionInfo(&mut permissions, entry);
            #[cfg(not(feature = "pg18"))]
            ExecInitRangeTable(state, entries, permissions);
            #[cfg(feature = "pg18")]
            ExecInitRangeTable(state, entries, permissions, bms_make_singleton(1));
        }
    }
}
