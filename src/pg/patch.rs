//! Documents changed in place, where only values at known places of them can differ (docs/architecture.md, "Patching").
//!
//! The values come from the view: the planner hook leaves away what else the view computes (`pg::planner`). They are set by
//! a function that the statement calls for each row. What it cannot patch it counts, and those rows are computed anew.

use std::cell::RefCell;
use std::rc::Rc;

use pgrx::pg_sys;
use pgrx::pg_sys::{Datum, FunctionCallInfo};

use crate::error::{code, Error, Result};
use crate::jsonb::patch::{self, Action, Change};
use crate::jsonb::read::Container;
use crate::jsonb::Item;
use crate::key::KeySet;
use crate::pg::catalog::Use;
use crate::pg::documents;
use crate::pg::flush::{uses_transaction_snapshot, Keys, Occasion, Work, FEW};
use crate::pg::rows;
use crate::pg::spi::{self, Row};
use crate::pg::stats::Rows;
use crate::queue::Pending;

/// Keys from the outermost object on.
type Path = Vec<Box<[u8]>>;

/// What is patched now.
struct Patching {
    paths: Rc<[Path]>,
    /// Rows seen so far, and those that could not be patched.
    seen: u64,
    misfits: u64,
}

thread_local! {
    static PATCHING: RefCell<Option<Patching>> = const { RefCell::new(None) };
}

/// Patches documents at these paths for as long as it lives.
struct Active(());

impl Active {
    fn begin(paths: &[Vec<String>]) -> Self {
        let path = |path: &Vec<String>| path.iter().map(|key| key.as_bytes().into()).collect();
        PATCHING.set(Some(Patching {
            paths: paths.iter().map(path).collect(),
            seen: 0,
            misfits: 0,
        }));
        Active(())
    }

    /// Begins to count anew.
    fn reset(&self) {
        PATCHING.with_borrow_mut(|now| {
            if let Some(now) = now {
                (now.seen, now.misfits) = (0, 0);
            }
        });
    }

    /// Rows seen, and those that could not be patched.
    fn counts(&self) -> (u64, u64) {
        PATCHING.with_borrow(|now| now.as_ref().map_or((0, 0), |now| (now.seen, now.misfits)))
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        PATCHING.set(None);
    }
}

impl Work<'_> {
    /// Whether what is queued to be patched is. On the transaction's own snapshot it is not: that need not show the
    /// state which the stored row has. Nor when a constraint on the table needs all rows to be written in their order.
    pub(super) fn can_patch(&self, pending: &Pending) -> bool {
        !pending.patches.is_empty()
            && (self.occasion == Occasion::Commit || !uses_transaction_snapshot())
            && pending
                .patches
                .keys()
                .all(|o| self.tview.patch(*o).is_some())
            && (pending.patches.len() == 1 && pending.keys.is_empty() && pending.climbs.is_empty()
                || rows::has_one_constraint(self.tview.id))
    }

    /// Brings the rows of affected keys up to date.
    pub(super) fn write_affected(&self, keys: &Keys) -> Result<Rows> {
        let mut rows = self.write_keys(keys)?;
        for (&occurrence, set) in &keys.patched {
            rows.add(&self.patch(occurrence, set)?);
        }
        Ok(rows)
    }

    /// Patches the rows of some keys, which are locked; computes them anew when one of them cannot be patched.
    fn patch(&self, occurrence: usize, set: &KeySet) -> Result<Rows> {
        let patch = self.tview.patch(occurrence);
        let patch = patch.ok_or_else(|| Error::internal("an occurrence has no patch"))?;
        let active = Active::begin(&patch.paths);
        let is_few = set.len() <= FEW && self.can_write_rows(set.len() > 1);
        let mut updated = None;
        if is_few {
            updated = self.patch_rows(occurrence, set, &active)?;
        }
        if updated.is_none() && active.counts().1 == 0 {
            active.reset();
            self.run(Use::WritePatch(occurrence), &self.tview.key, Some(set))?;
            // SAFETY: set by the statement that just ran.
            updated = Some(unsafe { pg_sys::SPI_processed });
        }
        let updated = updated.unwrap_or(0);
        let (seen, misfits) = active.counts();
        let mut rows = Rows {
            read: seen,
            updated,
            patched: updated,
            individual: set.len() == 1,
            ..Rows::default()
        };
        if misfits > 0 {
            rows.add(&self.write_keys(&Keys {
                set: set.clone(),
                patched: Default::default(),
                null: false,
            })?);
        }
        Ok(rows)
    }

    /// Patches rows one by one; none when that is for the statement, or when one of them cannot be patched.
    fn patch_rows(&self, occurrence: usize, set: &KeySet, active: &Active) -> Result<Option<u64>> {
        let result = self.run(Use::FetchPatch(occurrence), &self.tview.key, Some(set))?;
        // SAFETY: the result of the statement that just ran on the open connection.
        let rows = || unsafe { spi::rows(result) };
        if active.counts().1 > 0 {
            return Ok(None);
        }
        let is_changed = |row: &Row| row.get(row.columns()) == Some(true);
        let Some(first) = rows().find(is_changed) else {
            return Ok(Some(0));
        };
        let Some(mut table) = self.open_table(first) else {
            return Ok(None);
        };
        let width = first.columns() as usize - 2;
        let mut count = 0;
        for row in rows().filter(is_changed) {
            table.write(row, width);
            count += 1;
        }
        Ok(Some(count))
    }
}

/// Sets the values at the places that are patched now to those of a fresh document; null when that changes nothing or
/// cannot be done, which is counted.
///
/// # Safety
/// `fcinfo` must be that of a call of the function with the declared arguments.
pub unsafe fn patch_document(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared with two arguments of type jsonb.
    unsafe {
        let arguments = (*fcinfo).args.as_slice(2);
        let paths = PATCHING.with_borrow_mut(|now| {
            let now = now.as_mut()?;
            now.seen += 1;
            Some(now.paths.clone())
        });
        let Some(paths) = paths else {
            return Err(Error::new(
                code::NOT_IN_PREREQUISITE_STATE,
                "function \"_pg_tviews_patch\" was called outside a flush",
            ));
        };
        let mut patched = None;
        let mut fits = false;
        if !arguments[0].isnull && !arguments[1].isnull {
            let fresh = documents::payload(arguments[1].value);
            if let Some(values) = values(fresh, &paths) {
                let stored = documents::payload(arguments[0].value);
                fits = true;
                let build = |out: &mut Vec<u8>| {
                    let written = set(out, stored, &paths, &values);
                    fits = written.is_some();
                    Ok(written.unwrap_or(false))
                };
                patched = documents::built_if(build)?;
            }
        }
        if !fits {
            PATCHING.with_borrow_mut(|now| {
                if let Some(now) = now {
                    now.misfits += 1;
                }
            });
        }
        Ok(patched.unwrap_or_else(|| {
            (*fcinfo).isnull = true;
            Datum::null()
        }))
    }
}

/// The values of a document at some paths; none when one leads nowhere.
fn values<'a>(document: &'a [u8], paths: &[Path]) -> Option<Vec<Item<'a>>> {
    let value = |path: &Path| {
        let mut value = Item::of_jsonb(document)?;
        for key in path {
            let Item::Container(bytes) = value else {
                return None;
            };
            let object = Container::of_jsonb(bytes).filter(|c| c.is_object)?;
            value = object.value(object.find(key)?.ok()?)?;
        }
        Some(value)
    };
    paths.iter().map(value).collect()
}

/// Appends the document with other values at the paths, unless it has them; none when it cannot be.
fn set(out: &mut Vec<u8>, document: &[u8], paths: &[Path], values: &[Item<'_>]) -> Option<bool> {
    let keys: Vec<Vec<&[u8]>> = paths
        .iter()
        .map(|path| path.iter().map(AsRef::as_ref).collect())
        .collect();
    let changes: Vec<Change<'_>> = keys
        .iter()
        .zip(values)
        .map(|(path, value)| Change {
            path,
            action: Action::Set(*value),
        })
        .collect();
    patch::patch(out, document, &changes).ok()
}
