//! Values that stand in documents as they stand in the changed row, at capture and in the stored documents
//! (docs/architecture.md, "Patching").

use std::borrow::Cow;

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::error::{Error, Result};
use crate::jsonb::patch::{Action, Change};
use crate::jsonb::Item;
use crate::key::KeySet;
use crate::lineage::{Copied as Column, Copies, Patch, Strategy};
use crate::pg::capture::Image;
use crate::pg::documents::{payload, Kind};
use crate::pg::flush::Work;
use crate::pg::patch::{changed, Patched};
use crate::pg::rows;
use crate::pg::stats::Rows;
use crate::pg::types::{datum, Attribute};
use crate::queue::copied::{Cells, Copied};
use crate::queue::{Edge, Pending};

/// What capture copies of the rows of an occurrence, in terms of a relation's own attributes.
pub struct Copying {
    /// In the order of the plan.
    columns: Vec<Attribute>,
    /// The other columns that are patched.
    others: Vec<Attribute>,
}

impl Copying {
    /// None when nothing is copied, or the relation lacks one of the columns.
    pub fn build(patch: &Patch, map: impl Fn(&[i16]) -> Option<Vec<Attribute>>) -> Option<Self> {
        let copies = patch.copies.as_ref()?;
        let copied: Vec<i16> = copies.columns.iter().map(|c| c.column).collect();
        let others = patch.columns.iter().filter(|num| !copied.contains(num));
        Some(Copying {
            others: map(&others.copied().collect::<Vec<_>>())?,
            columns: map(&copied)?,
        })
    }

    /// What has changed; none when there is more to it than can be copied.
    ///
    /// # Safety
    /// They must be images of one row of the relation this was built for.
    pub unsafe fn cells(&self, old: &Image<'_>, new: &Image<'_>) -> Option<Cells> {
        // SAFETY: forwarded.
        unsafe {
            if Image::differ(old, new, &self.others) {
                return None;
            }
            let mut cells = Vec::new();
            let mut value = Vec::new();
            for (i, attribute) in self.columns.iter().enumerate() {
                let attribute = std::slice::from_ref(attribute);
                if Image::differ(old, new, attribute) && new.read(attribute, true, &mut value) {
                    cells.extend(value.pop().map(|value| (i, value)));
                }
            }
            Some(cells.into())
        }
    }
}

impl Work<'_> {
    /// Whether a key has one row of an occurrence, as the plan has it: the unique keys that say so are still there.
    fn tells_rows(&self, occurrence: Edge) -> bool {
        let mut next = Some(occurrence);
        while let Some(at) = next {
            let occurrence = &self.tview.plan.occurrences[at];
            let (columns, to) = match &occurrence.strategy {
                Strategy::Key { columns, .. } => (columns, None),
                Strategy::Link { from, to, .. } => (from, Some(*to as usize)),
                Strategy::Full => return false,
            };
            if !rows::has_key_within(occurrence.source, columns) {
                return false;
            }
            next = to;
        }
        true
    }

    /// Patches the rows of some keys, which are locked, with what was captured of an occurrence; returns the keys for which the view
    /// has to be asked.
    pub(super) fn copy<'k>(
        &self,
        occurrence: Edge,
        patch: &Patch,
        copied: &Copied,
        pending: &Pending,
        set: &'k KeySet,
    ) -> Result<(Rows, Cow<'k, KeySet>)> {
        let is_known = |_: &&Copies| self.may_read(occurrence) && self.tells_rows(occurrence);
        let Some(copies) = patch.copies.as_ref().filter(is_known) else {
            return Ok((Rows::default(), Cow::Borrowed(set)));
        };
        let document = (copies.document.as_str(), patch.is_stamped);
        // SAFETY: the document is `jsonb`, not null.
        let change = |cells: &Cells, stored| unsafe { write(&copies.columns, cells, stored) };
        if self.tview.hops[occurrence].is_none() {
            let (rows, rest) = self.amend(document, set, |key| copied.row(key), change)?;
            return Ok((rows, Cow::Owned(rest)));
        }
        // Of a single row it is known which one led to the keys. Those that it led to before they were locked may show another by now.
        let single = copied.only_row();
        let climbed = pending.patches.get(&occurrence).filter(|c| c.len() == 1);
        let (Some(cells), Some(climbed)) = (single, climbed) else {
            return Ok((Rows::default(), Cow::Borrowed(set)));
        };
        let shown = set.common(&self.climb_again(occurrence, climbed)?);
        let (rows, mut rest) = self.amend(document, &shown, |_| Some(cells), change)?;
        if shown.len() < set.len() {
            let mut others = set.clone();
            others.remove_all(&shown);
            rest.merge(&others);
        }
        Ok((rows, Cow::Owned(rest)))
    }
}

/// A stored document with other values.
///
/// # Safety
/// It must be `jsonb`, not null; the result is in the current memory context.
unsafe fn write(columns: &[Column], cells: &Cells, stored: Datum) -> Result<Patched> {
    let mut paths: Vec<Vec<&[u8]>> = Vec::new();
    let mut items = Vec::new();
    for (i, value) in cells {
        let column = columns.get(*i).ok_or_else(lost)?;
        let item = match datum(value) {
            None => Item::Null,
            // SAFETY: a value of the column, in the current memory context. None of these types has a collation that shows.
            Some(value) => unsafe {
                let kind = Kind::of_type(column.type_oid.into()).ok_or_else(lost)?;
                kind.read(value, pg_sys::InvalidOid)?
            },
        };
        for path in &column.paths {
            paths.push(path.iter().map(String::as_bytes).collect());
            items.push(item);
        }
    }
    let changes: Vec<Change<'_>> = paths
        .iter()
        .zip(items)
        .map(|(path, item)| Change {
            path,
            action: Action::Set(item),
        })
        .collect();
    if changes.is_empty() {
        return Ok(Patched::Same);
    }
    // SAFETY: forwarded.
    changed(unsafe { payload(stored) }, &changes)
}

fn lost() -> Error {
    Error::internal("the stored plan of a TVIEW copies a column that it does not name")
}
