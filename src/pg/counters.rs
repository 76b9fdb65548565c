//! Values kept from the differences between rows, at capture and in the stored documents (docs/architecture.md,
//! "Patching").

use std::ffi::CString;

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::error::Result;
use crate::jsonb::patch::{Action, Change};
use crate::jsonb::read::integer;
use crate::jsonb::Item;
use crate::key::KeySet;
use crate::lineage::{Counter, Counters, Strategy};
use crate::pg::capture::Image;
use crate::pg::documents::{payload, Kind};
use crate::pg::flush::{Occasion, Work};
use crate::pg::patch::{changed, value, Patched};
use crate::pg::stats::Rows;
use crate::pg::types::Attribute;
use crate::queue::counted::{Counted, Delta, Number};
use crate::queue::{Edge, Pending};

/// What capture counts of an occurrence, in terms of a relation's own attributes.
pub struct Counting {
    occurrence: Edge,
    /// By which a row is known again.
    id: Vec<Attribute>,
    /// The key.
    key: Vec<Attribute>,
    /// By value: the column it aggregates; none when it counts rows.
    inputs: Vec<Option<Attribute>>,
}

impl Counting {
    /// None when the relation lacks one of the columns.
    pub fn build(
        counters: &Counters,
        strategy: &Strategy,
        map: impl Fn(&[i16]) -> Option<Vec<Attribute>>,
    ) -> Option<Self> {
        let Strategy::Key {
            columns,
            lookup: None,
        } = strategy
        else {
            return None;
        };
        let input = |counter: &Counter| match counter.column {
            None => Some(None),
            Some(column) => map(&[column])?.pop().map(Some),
        };
        Some(Counting {
            occurrence: counters.leader as Edge,
            id: map(&counters.id)?,
            key: map(columns)?,
            inputs: counters.values.iter().map(input).collect::<Option<_>>()?,
        })
    }

    /// Whether another occurrence counts for this one.
    pub fn follows(&self, occurrence: u32) -> bool {
        self.occurrence != occurrence as Edge
    }

    /// The columns that matter. A row whose identity changes is not known again.
    pub fn attributes(&self) -> Vec<Attribute> {
        let inputs = self.inputs.iter().flatten();
        let all = self.id.iter().chain(&self.key).chain(inputs);
        all.copied().collect()
    }

    /// Counts a row that has changed.
    ///
    /// # Safety
    /// They must be images of rows of the relation this was built for.
    pub unsafe fn count(
        &self,
        old: Option<&Image<'_>>,
        new: Option<&Image<'_>>,
        pending: &mut Pending,
    ) {
        // SAFETY: forwarded.
        unsafe {
            let (mut id, mut old_key, mut new_key) = (Vec::new(), Vec::new(), Vec::new());
            for row in [old, new].into_iter().flatten() {
                row.read(&self.id, true, &mut id);
            }
            let renamed = match (old, new) {
                (Some(old), Some(new)) => Image::differ(old, new, &self.id),
                _ => false,
            };
            let has_key = |row: Option<&Image<'_>>, key: &mut _| {
                row.is_some_and(|row| row.read(&self.key, false, key))
            };
            let (in_old, in_new) = (has_key(old, &mut old_key), has_key(new, &mut new_key));
            let (old_inputs, new_inputs) = (self.read(old), self.read(new));
            pending.count(
                self.occurrence,
                &id,
                old.map(|_| (in_old.then_some(old_key.as_slice()), old_inputs.as_slice())),
                new.map(|_| (in_new.then_some(new_key.as_slice()), new_inputs.as_slice())),
            );
            if renamed {
                pending.void_details();
            }
        }
    }

    /// The inputs of a version of a row.
    ///
    /// # Safety
    /// As for `count`.
    unsafe fn read(&self, row: Option<&Image<'_>>) -> Vec<Option<i64>> {
        let Some(row) = row else {
            return Vec::new();
        };
        let number = |attribute: &Option<Attribute>| {
            let Some(attribute) = attribute else {
                return Some(0);
            };
            let i = attribute.num as usize - 1;
            if row.nulls[i] {
                return None;
            }
            let (datum, physical) = (row.values[i], attribute.physical);
            // Where only nulls are told apart the number does not matter.
            Some(match physical.len {
                2 if physical.by_value => i64::from(datum.value() as i16),
                4 if physical.by_value => i64::from(datum.value() as i32),
                8 if physical.by_value => datum.value() as i64,
                _ => 0,
            })
        };
        self.inputs.iter().map(number).collect()
    }
}

impl Work<'_> {
    /// Whether what is queued to be patched for an occurrence can be told from what is queued, should it be counted: not
    /// while statements run, whose changes are captured when they end.
    pub(super) fn is_certain(&self, pending: &Pending, occurrence: Edge) -> bool {
        self.tview.counters(occurrence).is_none()
            || self.occasion == Occasion::Commit
                && pending
                    .counted
                    .get(&occurrence)
                    .is_some_and(Option::is_some)
    }

    /// Brings the values of some keys, which are locked, up to date by what was counted; returns the keys of which they
    /// cannot be told.
    pub(super) fn count(
        &self,
        counters: &Counters,
        counted: &Counted,
        set: &KeySet,
    ) -> Result<(Rows, KeySet)> {
        self.amend(
            (&counters.document, counters.is_stamped),
            set,
            |group| counted.group(group),
            // SAFETY: the document is `jsonb`, not null.
            |deltas, stored| unsafe { apply(&counters.values, deltas, stored) },
        )
    }
}

/// A stored document after changes of its values.
///
/// # Safety
/// It must be `jsonb`, not null; the result is in the current memory context.
unsafe fn apply(counters: &[Counter], deltas: &[Delta], stored: Datum) -> Result<Patched> {
    // SAFETY: forwarded.
    let stored = unsafe { payload(stored) };
    let mut paths: Vec<Vec<&[u8]>> = Vec::with_capacity(counters.len());
    let mut actions = Vec::with_capacity(counters.len());
    for (counter, delta) in counters.iter().zip(deltas) {
        let path: Vec<&[u8]> = counter.path.iter().map(String::as_bytes).collect();
        let number = value(stored, &path).map(|item| read(item, counter.type_oid));
        let Some(Some(former)) = number.transpose()? else {
            return Ok(Patched::Misfit);
        };
        let Some(number) = delta.apply(counter.aggregate, former) else {
            return Ok(Patched::Misfit);
        };
        if number != former {
            actions.push(Action::Set(write(number, counter.type_oid)?));
            paths.push(path);
        }
    }
    let changes: Vec<Change<'_>> = paths
        .iter()
        .zip(actions)
        .map(|(path, action)| Change { path, action })
        .collect();
    if changes.is_empty() {
        return Ok(Patched::Same);
    }
    changed(stored, &changes)
}

/// The input function of a type whose values are texts in JSON.
fn input_of(type_oid: u32) -> Option<u32> {
    match pg_sys::Oid::from(type_oid) {
        pg_sys::DATEOID => Some(pg_sys::F_DATE_IN),
        pg_sys::TIMESTAMPOID => Some(pg_sys::F_TIMESTAMP_IN),
        pg_sys::TIMESTAMPTZOID => Some(pg_sys::F_TIMESTAMPTZ_IN),
        _ => None,
    }
}

/// The number that a value in a document of an aggregate over this type is; none when it is none.
fn read(item: Item<'_>, type_oid: u32) -> Result<Option<Number>> {
    Ok(match (item, input_of(type_oid)) {
        (Item::Null, _) => Some(None),
        (Item::Numeric(number), None) => integer(number).map(Some),
        (Item::String(text), Some(input)) => {
            // Anything else could be read by the rules of a setting.
            let is_iso = text.iter().all(|c| b"0123456789-:.+T BCinfty".contains(c));
            let Some(text) = CString::new(text).ok().filter(|_| is_iso) else {
                return Ok(None);
            };
            // SAFETY: the type's own input function; it raises the server's error for what is no such text.
            let datum = unsafe {
                pg_sys::OidInputFunctionCall(input.into(), text.as_ptr().cast_mut(), 0.into(), -1)
            };
            Some(Some(if input == pg_sys::F_DATE_IN {
                i64::from(datum.value() as i32)
            } else {
                datum.value() as i64
            }))
        }
        _ => None,
    })
}

/// A number as a value of such an aggregate.
fn write<'a>(number: Number, type_oid: u32) -> Result<Item<'a>> {
    let Some(number) = number else {
        return Ok(Item::Null);
    };
    if input_of(type_oid).is_none() {
        return Ok(Item::Integer(number));
    }
    // SAFETY: a value of the type, which needs no collation.
    unsafe { Kind::DateTime(type_oid.into()).read(Datum::from(number), pg_sys::InvalidOid) }
}
