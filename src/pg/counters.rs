//! Values kept from the differences between rows, at capture and in the stored documents (docs/architecture.md,
//! "Patching").

use std::ffi::CString;

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::error::Result;
use crate::jsonb::patch::{Action, Change};
use crate::jsonb::read::{decimal, integer};
use crate::jsonb::Item;
use crate::key::KeySet;
use crate::lineage::{Aggregate, Counter, Counters, Strategy};
use crate::pg::capture::Image;
use crate::pg::documents::{payload, Kind};
use crate::pg::flush::{Occasion, Work};
use crate::pg::patch::{changed, value, Patched};
use crate::pg::restriction::Restriction;
use crate::pg::stats::Rows;
use crate::pg::types::Attribute;
use crate::queue::counted::{Counted, Delta, Number};
use crate::queue::{Edge, Pending, Queue, TviewId};

/// What capture counts of an occurrence, in terms of a relation's own attributes.
pub struct Counting {
    occurrence: Edge,
    /// By which a row is known again.
    id: Vec<Attribute>,
    /// The key.
    key: Vec<Attribute>,
    /// By value.
    inputs: Vec<Input>,
}

/// What of a row is aggregated.
struct Input {
    /// The column; none when rows are counted.
    attribute: Option<Attribute>,
    /// It is a `numeric`, of so many digits behind the point, whose number matters.
    scale: Option<u16>,
    /// Rows of which one of these is not true have no input.
    restrictions: Vec<Restriction>,
}

impl Counting {
    /// None when the relation lacks one of the columns, or a constant is none of its column's type.
    pub fn build(
        counters: &Counters,
        strategy: &Strategy,
        relation: u32,
        map: impl Fn(&[i16]) -> Option<Vec<Attribute>>,
    ) -> Option<Self> {
        let Strategy::Key {
            columns,
            lookup: None,
        } = strategy
        else {
            return None;
        };
        let attribute = |column: i16| map(&[column])?.pop();
        let input = |counter: &Counter| {
            let restrictions = counter.restrictions.iter();
            let restrictions =
                restrictions.map(|r| Restriction::build(r, relation, attribute(r.column)?));
            let is_number = counter.aggregate != Aggregate::Count
                && counter.type_oid == pg_sys::NUMERICOID.to_u32();
            Some(Input {
                attribute: match counter.column {
                    None => None,
                    Some(column) => Some(attribute(column)?),
                },
                scale: is_number.then_some(counter.scale),
                restrictions: restrictions.collect::<Option<_>>()?,
            })
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
        let inputs = self.inputs.iter();
        let read = inputs.flat_map(|input| {
            let tested = input.restrictions.iter().map(|r| &r.attribute);
            input.attribute.iter().chain(tested)
        });
        let all = self.id.iter().chain(&self.key).chain(read);
        all.copied().collect()
    }

    /// Counts a row that has changed, for a TVIEW; false when that cannot be done.
    ///
    /// # Safety
    /// They must be images of rows of the relation this was built for.
    pub unsafe fn count(
        &self,
        old: Option<&Image<'_>>,
        new: Option<&Image<'_>>,
        tview: TviewId,
        queue: &mut Queue,
    ) -> bool {
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
            let mut is_certain = !renamed;
            let old_inputs = self.read(old, &mut is_certain);
            let new_inputs = self.read(new, &mut is_certain);
            // A version without inputs is in no group.
            let in_old = in_old && old_inputs.iter().any(Option::is_some);
            let in_new = in_new && new_inputs.iter().any(Option::is_some);
            if !in_old && !in_new {
                return true;
            }
            if !queue.can_tell(tview) {
                return false;
            }
            let pending = queue.entry(tview);
            pending.count(
                self.occurrence,
                &id,
                old.map(|_| (in_old.then_some(old_key.as_slice()), old_inputs.as_slice())),
                new.map(|_| (in_new.then_some(new_key.as_slice()), new_inputs.as_slice())),
            );
            if !is_certain {
                pending.doubt();
            }
            true
        }
    }

    /// The inputs of a version of a row; not certain are numbers that cannot be counted.
    ///
    /// # Safety
    /// As for `count`.
    unsafe fn read(&self, row: Option<&Image<'_>>, is_certain: &mut bool) -> Vec<Option<i64>> {
        let Some(row) = row else {
            return Vec::new();
        };
        // SAFETY: forwarded.
        let inputs = self.inputs.iter().map(|input| unsafe { input.of(row) });
        inputs
            .map(|input| {
                *is_certain &= !matches!(input, Some(None));
                input.map(|number| number.unwrap_or(0))
            })
            .collect()
    }
}

impl Input {
    /// Whether a row has one, and the number it is; none for one that cannot be counted.
    ///
    /// # Safety
    /// As for `Counting::count`.
    unsafe fn of(&self, row: &Image<'_>) -> Option<Option<i64>> {
        // SAFETY: forwarded.
        if !self.restrictions.iter().all(|r| unsafe { r.holds(row) }) {
            return None;
        }
        let Some(attribute) = &self.attribute else {
            return Some(Some(0));
        };
        let i = attribute.num as usize - 1;
        if row.nulls[i] {
            return None;
        }
        let (datum, physical) = (row.values[i], attribute.physical);
        if let Some(scale) = self.scale {
            // SAFETY: a varlena, for the attribute is stored as one.
            let number = (physical.len == -1).then(|| unsafe { payload(datum) });
            return Some(number.and_then(|number| of_scale(number, scale)));
        }
        // Where only nulls are told apart the number does not matter.
        Some(Some(match physical.len {
            2 if physical.by_value => i64::from(datum.value() as i16),
            4 if physical.by_value => i64::from(datum.value() as i32),
            8 if physical.by_value => datum.value() as i64,
            _ => 0,
        }))
    }
}

/// A `numeric` (without its header) of so many digits behind the point, without the point; none when it is another, or too large.
fn of_scale(numeric: &[u8], scale: u16) -> Option<i64> {
    let (number, digits) = decimal(numeric)?;
    i64::try_from(number).ok().filter(|_| digits == scale)
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
    let mut values = Vec::with_capacity(counters.len());
    let mut counts = Vec::with_capacity(counters.len());
    for (counter, delta) in counters.iter().zip(deltas) {
        let path: Vec<&[u8]> = counter.path.iter().map(String::as_bytes).collect();
        let Some(former) = value(stored, &path) else {
            return Ok(Patched::Misfit);
        };
        counts.push(match (counter.aggregate, former) {
            (Aggregate::Count, Item::Numeric(number)) => {
                let count = integer(number);
                count.and_then(|count| delta.apply(Aggregate::Count, Some(count), None)?)
            }
            _ => None,
        });
        paths.push(path);
        values.push(former);
    }
    let mut changes = Vec::with_capacity(counters.len());
    for (i, ((counter, delta), path)) in counters.iter().zip(deltas).zip(&paths).enumerate() {
        if delta.is_nothing() {
            continue;
        }
        let at = match counter.aggregate {
            Aggregate::Count => Some(i),
            _ => counter.number.map(|number| number as usize),
        };
        let inputs = at.and_then(|at| *counts.get(at)?);
        match told(counter, delta, inputs, values[i])? {
            Some(value) => changes.push(Change {
                path,
                action: Action::Set(value),
            }),
            None => return Ok(Patched::Misfit),
        }
    }
    if changes.is_empty() {
        return Ok(Patched::Same);
    }
    changed(stored, &changes)
}

/// What a value becomes when so many inputs are left, if that is known; none when it cannot be told.
fn told<'a>(
    counter: &Counter,
    delta: &Delta,
    inputs: Option<i64>,
    stored: Item<'a>,
) -> Result<Option<Item<'a>>> {
    let number = match counter.aggregate {
        Aggregate::Count => return Ok(inputs.map(Item::Integer)),
        Aggregate::Average => {
            let former = match stored {
                Item::Numeric(number) => decimal(number),
                _ => None,
            };
            return match inputs {
                Some(0) => write(counter, None).map(Some),
                Some(inputs) => match delta.sum_of_average(former, inputs, counter.scale) {
                    Some(sum) => quotient(sum, counter.scale, inputs).map(Some),
                    None => Ok(None),
                },
                None => Ok(None),
            };
        }
        // Nothing looks like numbers that come to nothing.
        Aggregate::Sum if counter.or_zero && counter.scale == 0 => read(counter, stored)?
            .flatten()
            .and_then(|former| delta.sum(former)),
        aggregate => {
            let former = read(counter, stored)?;
            former.and_then(|former| delta.apply(aggregate, former, inputs))
        }
    };
    number.map(|number| write(counter, number)).transpose()
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

/// The number that a value in a document is; none when it is no value of the aggregate.
fn read(counter: &Counter, item: Item<'_>) -> Result<Option<Number>> {
    Ok(match (item, input_of(counter.type_oid)) {
        (Item::Null, _) => Some(None),
        (Item::Numeric(number), None) if counter.scale == 0 => integer(number).map(Some),
        // Nothing is a zero without digits behind the point.
        (Item::Numeric(number), None) if counter.or_zero && integer(number) == Some(0) => {
            Some(None)
        }
        (Item::Numeric(number), None) => of_scale(number, counter.scale).map(Some),
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

/// A number as a value of an aggregate.
fn write<'a>(counter: &Counter, number: Number) -> Result<Item<'a>> {
    let type_oid = counter.type_oid;
    match number {
        None if counter.or_zero => Ok(Item::Integer(0)),
        None => Ok(Item::Null),
        Some(number) if input_of(type_oid).is_none() && counter.scale == 0 => {
            Ok(Item::Integer(number))
        }
        // SAFETY: a `numeric`, which needs no collation.
        Some(number) if input_of(type_oid).is_none() => unsafe {
            Kind::Numeric.read(numeric(number, counter.scale), pg_sys::InvalidOid)
        },
        // SAFETY: a value of the type, which needs no collation.
        Some(number) => unsafe {
            Kind::DateTime(type_oid.into()).read(Datum::from(number), pg_sys::InvalidOid)
        },
    }
}

/// A sum divided by the number of its inputs, as the server's averages are.
fn quotient<'a>(sum: i64, scale: u16, inputs: i64) -> Result<Item<'a>> {
    // SAFETY: the server's division of two numbers, the second not 0.
    unsafe {
        let quotient = pg_sys::OidFunctionCall2Coll(
            pg_sys::F_NUMERIC_DIV.into(),
            pg_sys::InvalidOid,
            numeric(sum, scale),
            numeric(inputs, 0),
        );
        Kind::Numeric.read(quotient, pg_sys::InvalidOid)
    }
}

/// A number with its last digits behind the point.
fn numeric(number: i64, scale: u16) -> Datum {
    // SAFETY: any number can be one, in the current memory context.
    unsafe { Datum::from(pg_sys::int64_div_fast_to_numeric(number, scale.into())) }
}
