//! MERGE on a partitioned table.
//!
//! When a MERGE updates a row into another partition, the server puts the old version into the transition table of
//! DELETE and the new one into that of INSERT, but fires statement triggers only for the actions the MERGE names
//! (`ExecDeleteEpilogue`, `fireASTriggers` in nodeModifyTable.c). With an UPDATE action alone nothing is captured.
//! So such a table is marked, and the update trigger that does fire takes it as changed in unknown ways.

use pgrx::pg_sys;

use crate::pg::backend;

extern "C-unwind" {
    /// `catalog/partition.h`, which pgrx leaves out of its bindings.
    fn has_partition_attrs(
        relation: pg_sys::Relation,
        columns: *mut pg_sys::Bitmapset,
        in_expression: *mut bool,
    ) -> bool;
}

/// Notes the partitioned table a MERGE may move rows of.
///
/// # Safety
/// `statement` must be a planned statement.
pub unsafe fn note(statement: *mut pg_sys::PlannedStmt) {
    // SAFETY: forwarded.
    if let Some(table) = unsafe { moved_table(statement) } {
        backend::merge_moves_rows(table);
    }
}

/// Whether an update of `table` may be part of a MERGE that moved rows of it between partitions.
///
/// # Safety
/// To be called by a trigger on `table`.
pub unsafe fn may_have_moved(table: u32) -> bool {
    backend::may_have_moved_by_merge(table)
        // SAFETY: forwarded.
        || backend::is_loaded_now() && unsafe { may_have_started_unseen(table) }
}

/// The statement that loaded the library started before there was a hook to see it: the portal tells what it is.
unsafe fn may_have_started_unseen(table: u32) -> bool {
    // SAFETY: a trigger runs within a portal, or within none.
    unsafe {
        let portal = pg_sys::ActivePortal;
        if pg_sys::get_rel_relkind(pg_sys::Oid::from(table)) as u8
            != pg_sys::RELKIND_PARTITIONED_TABLE
        {
            return false;
        }
        if portal.is_null() || pg_sys::list_length((*portal).stmts) != 1 {
            return true;
        }
        let statement = pg_sys::list_nth((*portal).stmts, 0) as *mut pg_sys::PlannedStmt;
        match (*statement).commandType {
            pg_sys::CmdType::CMD_UPDATE | pg_sys::CmdType::CMD_INSERT => {
                target(statement) != Some(table)
            }
            pg_sys::CmdType::CMD_MERGE => {
                moved_table(statement).is_some() || target(statement) != Some(table)
            }
            _ => true,
        }
    }
}

/// The node that writes, when it is the statement's topmost.
unsafe fn writer(statement: *mut pg_sys::PlannedStmt) -> Option<*mut pg_sys::ModifyTable> {
    // SAFETY: a planned statement has a plan unless it is a utility statement; the tag tells a node's type.
    unsafe {
        let plan = (*statement).planTree;
        (!plan.is_null() && (*plan).type_ == pg_sys::NodeTag::T_ModifyTable)
            .then_some(plan as *mut pg_sys::ModifyTable)
    }
}

unsafe fn relation_at(statement: *mut pg_sys::PlannedStmt, index: i32) -> Option<u32> {
    // SAFETY: range table indexes count from one.
    unsafe {
        if index < 1 || index > pg_sys::list_length((*statement).rtable) {
            return None;
        }
        let entry = pg_sys::list_nth((*statement).rtable, index - 1) as *mut pg_sys::RangeTblEntry;
        Some((*entry).relid.to_u32())
    }
}

/// The table the statement names as its target, when it is partitioned.
unsafe fn target(statement: *mut pg_sys::PlannedStmt) -> Option<u32> {
    // SAFETY: forwarded; a catalog look-up by OID.
    unsafe {
        // An inheritance parent is named so, too.
        let table = relation_at(statement, (*writer(statement)?).rootRelation as i32)?;
        let kind = pg_sys::get_rel_relkind(pg_sys::Oid::from(table)) as u8;
        (kind == pg_sys::RELKIND_PARTITIONED_TABLE).then_some(table)
    }
}

/// The partitioned target of a MERGE, when an UPDATE action of it sets a column that decides about the partition.
unsafe fn moved_table(statement: *mut pg_sys::PlannedStmt) -> Option<u32> {
    // SAFETY: lists of the plan hold what the server's headers say; the table is locked by the statement.
    unsafe {
        let table = target(statement)?;
        let node = writer(statement)?;
        if pg_sys::list_length((*node).mergeActionLists) == 0 {
            return None;
        }
        // Actions are given per partition, in its own attribute numbers; the first speaks for all.
        let first = relation_at(statement, pg_sys::list_nth_int((*node).resultRelations, 0))?;
        let actions = pg_sys::list_nth((*node).mergeActionLists, 0) as *mut pg_sys::List;
        let mut columns: *mut pg_sys::Bitmapset = std::ptr::null_mut();
        for i in 0..pg_sys::list_length(actions) {
            let action = pg_sys::list_nth(actions, i) as *mut pg_sys::MergeAction;
            if (*action).commandType != pg_sys::CmdType::CMD_UPDATE {
                continue;
            }
            for j in 0..pg_sys::list_length((*action).updateColnos) {
                let num = pg_sys::list_nth_int((*action).updateColnos, j) as i16;
                let name = pg_sys::get_attname(pg_sys::Oid::from(first), num, true);
                if name.is_null() {
                    return Some(table);
                }
                let num = pg_sys::get_attnum(pg_sys::Oid::from(table), name);
                columns = pg_sys::bms_add_member(
                    columns,
                    i32::from(num) - pg_sys::FirstLowInvalidHeapAttributeNumber,
                );
            }
        }
        (!columns.is_null() && decides_partition(table, columns)).then_some(table)
    }
}

/// Whether the columns (offset as in the server's attribute sets) are part of a partition key of the table. A table
/// with further levels of partitions is taken to be.
#[allow(ffi_unwind_calls, reason = "the call stands alone inside the guard")]
unsafe fn decides_partition(table: u32, columns: *mut pg_sys::Bitmapset) -> bool {
    // SAFETY: the relation is open while its partition key and descriptor are read.
    unsafe {
        let relation = pg_sys::relation_open(pg_sys::Oid::from(table), pg_sys::NoLock as i32);
        let mut in_expression = false;
        let mut decides = pg_sys::ffi::pg_guard_ffi_boundary(|| {
            has_partition_attrs(relation, columns, &mut in_expression)
        });
        let parts = pg_sys::RelationGetPartitionDesc(relation, true);
        for i in 0..(*parts).nparts as usize {
            let kind = pg_sys::get_rel_relkind(*(*parts).oids.add(i)) as u8;
            decides |= kind == pg_sys::RELKIND_PARTITIONED_TABLE;
        }
        pg_sys::relation_close(relation, pg_sys::NoLock as i32);
        decides
    }
}
