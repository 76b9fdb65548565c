//! Functions of the server without the guard that pgrx puts around each: it costs more than most of them do, and a row
//! takes dozens.

use std::ffi::{c_int, c_void};

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

// None of these raises an error.
extern "C" {
    /// Of a slot made under the same resource owner, whose row nobody else holds.
    pub fn ExecDropSingleTupleTableSlot(slot: *mut pg_sys::TupleTableSlot);
    #[link_name = "ExecClearTuple__pgrx_cshim"]
    pub fn ExecClearTuple(slot: *mut pg_sys::TupleTableSlot) -> *mut pg_sys::TupleTableSlot;
    pub fn ExecStoreVirtualTuple(slot: *mut pg_sys::TupleTableSlot) -> *mut pg_sys::TupleTableSlot;
    pub fn GetActiveSnapshot() -> pg_sys::Snapshot;
    pub fn GetCurrentCommandId(used: bool) -> pg_sys::CommandId;
    pub fn GetCurrentStatementStartTimestamp() -> pg_sys::TimestampTz;
    pub fn GetCurrentTimestamp() -> pg_sys::TimestampTz;
    pub fn GetCurrentTransactionNestLevel() -> c_int;
    pub fn GetCurrentTransactionStartTimestamp() -> pg_sys::TimestampTz;
    pub fn GetUserIdAndSecContext(user: *mut pg_sys::Oid, context: *mut c_int);
    pub fn MemoryContextReset(context: pg_sys::MemoryContext);
    pub fn NewGUCNestLevel() -> c_int;
    pub fn pg_trigger_depth(fcinfo: pg_sys::FunctionCallInfo) -> Datum;
    pub fn PopActiveSnapshot();
    pub fn SetUserIdAndSecContext(user: pg_sys::Oid, context: c_int);
    pub fn tuplestore_tuple_count(store: *mut pg_sys::Tuplestorestate) -> i64;
}

/// Runs what calls functions that may raise errors, under one guard.
///
/// # Safety
/// An error leaves `f` by `longjmp`: nothing in it may have to be dropped. It must not panic.
pub unsafe fn guarded<R>(f: impl FnOnce() -> R) -> R {
    // SAFETY: forwarded.
    unsafe { pg_sys::ffi::pg_guard_ffi_boundary(f) }
}

/// Declares functions that may raise errors, to be called in `guarded` only.
macro_rules! unguarded {
    ($(fn $name:ident($($argument:ident: $kind:ty),*) $(-> $result:ty)?;)*) => {
        $(
            /// # Safety
            /// In `guarded` only, with what the function wants.
            #[allow(non_snake_case, clippy::too_many_arguments)]
            #[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
            #[inline(always)]
            pub unsafe fn $name($($argument: $kind),*) $(-> $result)? {
                extern "C-unwind" {
                    fn $name($($argument: $kind),*) $(-> $result)?;
                }
                // SAFETY: forwarded.
                unsafe { $name($($argument),*) }
            }
        )*
    };
}
pub(super) use unguarded;

unguarded! {
    fn AfterTriggerFireDeferred();
    fn CommandCounterIncrement();
    fn CreateExecutorState() -> *mut pg_sys::EState;
    fn ExecCloseIndices(result: *mut pg_sys::ResultRelInfo);
    fn ExecOpenIndices(result: *mut pg_sys::ResultRelInfo, speculative: bool);
    fn FreeExecutorState(state: *mut pg_sys::EState);
    fn FunctionCall2Coll(function: *mut pg_sys::FmgrInfo, collation: pg_sys::Oid, a: Datum, b: Datum) -> Datum;
    fn GetLatestSnapshot() -> pg_sys::Snapshot;
    fn GetTransactionSnapshot() -> pg_sys::Snapshot;
    fn LockAcquire(tag: *const pg_sys::LOCKTAG, mode: pg_sys::LOCKMODE, session: bool, dont_wait: bool)
        -> pg_sys::LockAcquireResult::Type;
    fn LockRelationOid(relation: pg_sys::Oid, mode: pg_sys::LOCKMODE);
    fn MakeExpandedObjectReadOnlyInternal(value: Datum) -> Datum;
    fn MakePerTupleExprContext(state: *mut pg_sys::EState) -> *mut pg_sys::ExprContext;
    fn MakeSingleTupleTableSlot(row: pg_sys::TupleDesc, operations: *const pg_sys::TupleTableSlotOps)
        -> *mut pg_sys::TupleTableSlot;
    fn PreCommit_Portals(is_prepare: bool) -> bool;
    fn ProcessInterrupts();
    fn PushActiveSnapshot(snapshot: pg_sys::Snapshot);
    fn ScanKeyEntryInitialize(
        entry: pg_sys::ScanKey,
        flags: c_int,
        attribute: pg_sys::AttrNumber,
        strategy: pg_sys::StrategyNumber,
        subtype: pg_sys::Oid,
        collation: pg_sys::Oid,
        procedure: pg_sys::RegProcedure,
        argument: Datum
    );
    fn SPI_execute_plan_extended(plan: pg_sys::SPIPlanPtr, options: *const pg_sys::SPIExecuteOptions) -> c_int;
    fn SPI_getargtypeid(plan: pg_sys::SPIPlanPtr, i: c_int) -> pg_sys::Oid;
    fn exprType(expression: *const pg_sys::Node) -> pg_sys::Oid;
    fn find_all_inheritors(parent: pg_sys::Oid, mode: pg_sys::LOCKMODE, parents: *mut *mut pg_sys::List)
        -> *mut pg_sys::List;
    fn getBaseType(type_oid: pg_sys::Oid) -> pg_sys::Oid;
    fn get_opcode(operator: pg_sys::Oid) -> pg_sys::RegProcedure;
    fn get_opfamily_member(family: pg_sys::Oid, left: pg_sys::Oid, right: pg_sys::Oid, strategy: i16) -> pg_sys::Oid;
    fn has_subclass(relation: pg_sys::Oid) -> bool;
    fn has_superclass(relation: pg_sys::Oid) -> bool;
    fn index_endscan(scan: pg_sys::IndexScanDesc);
    fn index_getnext_slot(
        scan: pg_sys::IndexScanDesc,
        direction: pg_sys::ScanDirection::Type,
        slot: *mut pg_sys::TupleTableSlot
    ) -> bool;
    fn index_rescan(
        scan: pg_sys::IndexScanDesc,
        conditions: pg_sys::ScanKey,
        count: c_int,
        orders: pg_sys::ScanKey,
        order_count: c_int
    );
    fn lappend(list: *mut pg_sys::List, item: *mut c_void) -> *mut pg_sys::List;
    fn makeParamList(count: c_int) -> pg_sys::ParamListInfo;
    fn palloc0(size: usize) -> *mut c_void;
    fn pfree(pointer: *mut c_void);
    fn relation_close(relation: pg_sys::Relation, mode: pg_sys::LOCKMODE);
    fn relation_open(relation: pg_sys::Oid, mode: pg_sys::LOCKMODE) -> pg_sys::Relation;
    fn slot_getsomeattrs_int(slot: *mut pg_sys::TupleTableSlot, count: c_int);
    fn table_slot_create(relation: pg_sys::Relation, list: *mut *mut pg_sys::List) -> *mut pg_sys::TupleTableSlot;
    fn tuplestore_alloc_read_pointer(store: *mut pg_sys::Tuplestorestate, flags: c_int) -> c_int;
    fn tuplestore_gettupleslot(
        store: *mut pg_sys::Tuplestorestate,
        forward: bool,
        copy: bool,
        slot: *mut pg_sys::TupleTableSlot
    ) -> bool;
    fn tuplestore_rescan(store: *mut pg_sys::Tuplestorestate);
    fn tuplestore_select_read_pointer(store: *mut pg_sys::Tuplestorestate, pointer: c_int);
}

/// Evaluates an expression that has been set up; in `guarded` only.
///
/// # Safety
/// As for the functions above.
#[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
#[inline(always)]
pub unsafe fn evaluate(
    state: *mut pg_sys::ExprState,
    context: *mut pg_sys::ExprContext,
    is_null: &mut bool,
) -> Datum {
    // SAFETY: forwarded.
    unsafe {
        match (*state).evalfunc {
            Some(function) => function(state, context, is_null),
            None => Datum::null(),
        }
    }
}
