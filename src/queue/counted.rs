//! What the changed rows of a transaction add to counts, sums and extremes over groups of rows, and take away from them.
//!
//! A set of keys forgives what is queued twice, or not done after all; a difference does not. So each row may be counted once
//! in a transaction. Who counts has to say which row it was; once one comes again nothing is known any more
//! (docs/architecture.md, "Patching").

use std::collections::HashMap;
use std::mem::size_of;

use crate::key::{KeySet, Value};
use crate::lineage::Aggregate;

/// What is aggregated of one version of a row: per value the number, or none for a null.
pub type Inputs<'a> = &'a [Option<i64>];

/// A version of a row: the key of the group it is in, if it is in any, and its inputs.
pub type Version<'a> = (Option<&'a [Value]>, Inputs<'a>);

/// The changes of one value of one group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delta {
    /// Inputs that have come, and gone.
    added: u64,
    removed: u64,
    /// The sum of those less that of these.
    sum: i128,
    added_range: Option<Range>,
    removed_range: Option<Range>,
}

/// The least and the greatest of some numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    least: i64,
    greatest: i64,
}

impl Range {
    fn with(range: Option<Range>, number: i64) -> Option<Range> {
        Some(match range {
            None => Range {
                least: number,
                greatest: number,
            },
            Some(range) => Range {
                least: range.least.min(number),
                greatest: range.greatest.max(number),
            },
        })
    }
}

/// A value of a document: null or a number.
pub type Number = Option<i64>;

impl Delta {
    fn add(&mut self, number: i64) {
        self.added += 1;
        self.sum += i128::from(number);
        self.added_range = Range::with(self.added_range, number);
    }

    fn remove(&mut self, number: i64) {
        self.removed += 1;
        self.sum -= i128::from(number);
        self.removed_range = Range::with(self.removed_range, number);
    }

    /// Whether the inputs are what they were.
    pub fn is_nothing(&self) -> bool {
        *self == Delta::default()
    }

    /// What becomes of a value that is stored for an aggregate other than an average; none when it cannot be told without
    /// looking at the group. `inputs` is how many of them there are now, where that is known.
    pub fn apply(
        &self,
        aggregate: Aggregate,
        stored: Number,
        inputs: Option<i64>,
    ) -> Option<Number> {
        if let (Some(inputs), false) = (inputs, aggregate == Aggregate::Count) {
            let is_stored = stored.is_some();
            return match (inputs, self.former(inputs)?) {
                (_, former) if is_stored != (former > 0) => None,
                (0, _) => Some(None),
                _ if aggregate == Aggregate::Sum => self.sum(stored.unwrap_or(0)),
                _ => self.extreme(aggregate, stored),
            };
        }
        match aggregate {
            Aggregate::Count => {
                let count = i128::from(stored?) + i128::from(self.added) - i128::from(self.removed);
                let count = i64::try_from(count).ok().filter(|count| *count >= 0)?;
                Some(Some(count))
            }
            // Of nothing it is null, of numbers that come to nothing it is 0: there must be an input that is there now.
            Aggregate::Sum if self.removed > 0 && self.added == 0 => None,
            Aggregate::Sum if stored.is_none() && self.removed > 0 => None,
            Aggregate::Sum if stored.is_none() && self.added == 0 => Some(None),
            Aggregate::Sum => self.sum(stored.unwrap_or(0)),
            Aggregate::Max | Aggregate::Min => self.extreme(aggregate, stored),
            Aggregate::Average => None,
        }
    }

    /// How many inputs there were, when there are so many now.
    pub fn former(&self, inputs: i64) -> Option<i64> {
        let former = i128::from(inputs) - i128::from(self.added) + i128::from(self.removed);
        i64::try_from(former).ok().filter(|former| *former >= 0)
    }

    fn extreme(&self, aggregate: Aggregate, stored: Number) -> Option<Number> {
        let is_max = aggregate == Aggregate::Max;
        let of = |range: Range| if is_max { range.greatest } else { range.least };
        let beats = |one: i64, other: i64| if is_max { one > other } else { one < other };
        match (stored, self.added_range.map(of), self.removed_range.map(of)) {
            (None, added, None) => Some(added),
            (None, _, Some(_)) => None,
            (Some(stored), Some(added), _) if !beats(stored, added) => Some(Some(added)),
            // What was the extreme may be gone.
            (Some(stored), _, Some(removed)) if !beats(stored, removed) => None,
            (Some(stored), ..) => Some(Some(stored)),
        }
    }

    /// What becomes of a sum that is 0 where there is nothing.
    pub fn sum(&self, stored: i64) -> Option<Number> {
        let sum = i128::from(stored).checked_add(self.sum)?;
        Some(Some(i64::try_from(sum).ok()?))
    }

    /// The sum of the inputs behind an average that is stored, a number without its point and the digits behind that, when there
    /// are so many inputs now; none when that has not been told exactly. The inputs have `scale` digits behind the point.
    ///
    /// The server rounds to the nearest number of so many digits: the average times the number of inputs is off by less than
    /// half the last digit of the sum when there are fewer inputs than the average has further digits.
    pub fn sum_of_average(
        &self,
        stored: Option<(i128, u16)>,
        inputs: i64,
        scale: u16,
    ) -> Option<i64> {
        let former = i128::from(self.former(inputs)?);
        let sum = match stored {
            _ if former == 0 => 0,
            None => return None,
            Some((average, digits)) => {
                let unit = 10_i128.checked_pow(digits.checked_sub(scale)?.into())?;
                if former >= unit {
                    return None;
                }
                let product = average.checked_mul(former)?;
                let half = unit / 2 * product.signum();
                product.checked_add(half)? / unit
            }
        };
        i64::try_from(sum.checked_add(self.sum)?).ok()
    }
}

/// What has changed of the rows of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// The rows.
    rows: KeySet,
    /// By the key of the group: the changes of each value.
    groups: HashMap<Box<[Value]>, Box<[Delta]>>,
}

impl Counted {
    /// Counts a row that has changed from one version, or from nothing, to another, or to nothing; false when it has been
    /// counted before, which leaves nothing to rely on.
    pub fn change(
        &mut self,
        row: &[Value],
        old: Option<Version<'_>>,
        new: Option<Version<'_>>,
    ) -> bool {
        if self.rows.contains(row) {
            return false;
        }
        self.rows.insert(row);
        self.each(old, Delta::remove);
        self.each(new, Delta::add);
        true
    }

    fn each(&mut self, version: Option<Version<'_>>, count: fn(&mut Delta, i64)) {
        let Some((Some(key), inputs)) = version else {
            return;
        };
        let deltas = match self.groups.get_mut(key) {
            Some(deltas) => deltas,
            None => self
                .groups
                .entry(key.into())
                .or_insert_with(|| vec![Delta::default(); inputs.len()].into()),
        };
        for (delta, input) in deltas.iter_mut().zip(inputs) {
            if let Some(number) = input {
                count(delta, *number);
            }
        }
    }

    /// The changes of a group, by value.
    pub fn group(&self, key: &[Value]) -> Option<&[Delta]> {
        self.groups.get(key).map(AsRef::as_ref)
    }

    /// Approximate memory held, in bytes.
    pub fn bytes(&self) -> usize {
        let width = self.groups.values().next().map_or(0, |deltas| deltas.len());
        let key = self.groups.keys().next().map_or(0, |key| key.len());
        self.rows.bytes()
            + self.groups.capacity()
                * (key * size_of::<Value>() + width * size_of::<Delta>() + 4 * size_of::<usize>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(w: u64) -> [Value; 1] {
        [Value::Word(w)]
    }

    /// The delta of one value after changes from one number (0: no row) to another.
    fn delta(changes: &[(i64, i64)]) -> Delta {
        let mut counted = Counted::default();
        let key = word(1);
        for (row, (old, new)) in changes.iter().enumerate() {
            let (old_input, new_input) = ([Some(*old)], [Some(*new)]);
            let version = |n: i64, input| (n != 0).then_some((Some(key.as_slice()), input));
            let id = word(row as u64);
            assert!(counted.change(
                &id,
                version(*old, old_input.as_slice()),
                version(*new, new_input.as_slice())
            ));
        }
        counted.group(&key).map_or(Delta::default(), |d| d[0])
    }

    #[test]
    fn a_row_is_counted_once() {
        let mut counted = Counted::default();
        let (key, inputs) = (word(1), [Some(5)]);
        let version = Some((Some(key.as_slice()), inputs.as_slice()));
        assert!(counted.change(&word(7), None, version));
        assert!(!counted.change(&word(7), version, None));
        assert!(counted.change(&word(8), None, version));
    }

    #[test]
    fn a_row_moves_between_groups() {
        let mut counted = Counted::default();
        let (a, b) = (word(1), word(2));
        let (before, after) = ([None, Some(5)], [Some(0), Some(3)]);
        assert!(counted.change(
            &word(7),
            Some((Some(&a), &before)),
            Some((Some(&b), &after))
        ));
        assert!(counted.change(&word(8), Some((None, &before)), None));
        let of = |key: &[Value], value: usize| counted.group(key).map(|d| d[value]);
        let apply = |key, value, aggregate, stored| {
            of(key, value).and_then(|d: Delta| d.apply(aggregate, stored, None))
        };
        assert_eq!(apply(&a, 0, Aggregate::Count, Some(4)), Some(Some(4)));
        assert_eq!(apply(&a, 1, Aggregate::Count, Some(4)), Some(Some(3)));
        assert_eq!(apply(&b, 0, Aggregate::Count, Some(4)), Some(Some(5)));
        assert_eq!(apply(&b, 1, Aggregate::Sum, Some(4)), Some(Some(7)));
        assert_eq!(of(&word(3), 0), None);
    }

    #[test]
    fn counts_and_sums() {
        let d = delta(&[(0, 5), (7, 0), (1, 2)]);
        assert_eq!(d.apply(Aggregate::Count, Some(9), None), Some(Some(9)));
        assert_eq!(d.apply(Aggregate::Sum, Some(9), None), Some(Some(8)));
        assert_eq!(d.sum(-1), Some(Some(-2)));
        // Null before, although there was an input.
        assert_eq!(d.apply(Aggregate::Sum, None, None), None);
        assert_eq!(d.apply(Aggregate::Count, None, None), None);

        let gone = delta(&[(7, 0)]);
        assert_eq!(gone.apply(Aggregate::Count, Some(0), None), None);
        assert_eq!(gone.apply(Aggregate::Sum, Some(7), None), None);
        assert_eq!(gone.sum(7), Some(Some(0)));

        let come = delta(&[(0, 7)]);
        assert_eq!(come.apply(Aggregate::Sum, None, None), Some(Some(7)));
        assert_eq!(come.apply(Aggregate::Sum, Some(i64::MAX), None), None);
        assert_eq!(
            Delta::default().apply(Aggregate::Sum, None, None),
            Some(None)
        );
        assert_eq!(
            Delta::default().apply(Aggregate::Sum, Some(3), None),
            Some(Some(3))
        );
    }

    #[test]
    fn the_number_of_inputs_tells_whether_any_are_left() {
        let gone = delta(&[(7, 0)]);
        assert_eq!(gone.apply(Aggregate::Sum, Some(7), Some(0)), Some(None));
        assert_eq!(gone.apply(Aggregate::Sum, Some(7), Some(2)), Some(Some(0)));
        assert_eq!(gone.apply(Aggregate::Max, Some(7), Some(0)), Some(None));
        assert_eq!(gone.apply(Aggregate::Max, Some(7), Some(2)), None);
        assert_eq!(gone.apply(Aggregate::Max, Some(8), Some(2)), Some(Some(8)));
        let come = delta(&[(0, 7)]);
        assert_eq!(come.apply(Aggregate::Sum, None, Some(1)), Some(Some(7)));
        assert_eq!(come.apply(Aggregate::Min, None, Some(1)), Some(Some(7)));
        // What is stored does not fit the number.
        assert_eq!(come.apply(Aggregate::Sum, Some(7), Some(1)), None);
        assert_eq!(come.apply(Aggregate::Sum, None, Some(2)), None);
        assert_eq!(come.apply(Aggregate::Sum, None, Some(0)), None);
    }

    #[test]
    fn sums_behind_averages() {
        // Of 1.00, 2.00 and 2.00: 1.6666666666666667.
        let average = Some((16_666_666_666_666_667, 16));
        let come = delta(&[(0, 500)]);
        assert_eq!(come.sum_of_average(average, 4, 2), Some(1_000));
        assert_eq!(delta(&[(200, 0)]).sum_of_average(average, 2, 2), Some(300));
        let negative = Some((-16_666_666_666_666_667, 16));
        assert_eq!(come.sum_of_average(negative, 4, 2), Some(0));
        // There was none.
        assert_eq!(come.sum_of_average(None, 1, 2), Some(500));
        assert_eq!(come.sum_of_average(None, 2, 2), None);
        // Too few digits for so many, or for any.
        assert_eq!(come.sum_of_average(Some((167, 3)), 10, 2), Some(650));
        assert_eq!(come.sum_of_average(Some((167, 3)), 11, 2), None);
        assert_eq!(come.sum_of_average(Some((17, 1)), 4, 2), None);
        assert_eq!(come.sum_of_average(Some((i128::MAX, 16)), 4, 2), None);
    }

    #[test]
    fn extremes() {
        let max =
            |changes: &[(i64, i64)], stored| delta(changes).apply(Aggregate::Max, stored, None);
        let min =
            |changes: &[(i64, i64)], stored| delta(changes).apply(Aggregate::Min, stored, None);
        assert_eq!(max(&[(0, 5)], None), Some(Some(5)));
        assert_eq!(max(&[(0, 5)], Some(4)), Some(Some(5)));
        assert_eq!(max(&[(0, 5)], Some(6)), Some(Some(6)));
        assert_eq!(min(&[(0, 5)], Some(6)), Some(Some(5)));
        assert_eq!(min(&[(0, 5)], Some(4)), Some(Some(4)));
        // The extreme goes: another like it takes its place, or nobody knows.
        assert_eq!(max(&[(5, 0)], Some(5)), None);
        assert_eq!(max(&[(5, 3)], Some(5)), None);
        assert_eq!(max(&[(5, 5)], Some(5)), Some(Some(5)));
        assert_eq!(max(&[(5, 0), (0, 6)], Some(5)), Some(Some(6)));
        assert_eq!(min(&[(5, 6)], Some(5)), None);
        assert_eq!(max(&[(4, 0)], Some(5)), Some(Some(5)));
        assert_eq!(max(&[], None), Some(None));
        // What is stored cannot be.
        assert_eq!(max(&[(6, 0)], Some(5)), None);
        assert_eq!(max(&[(6, 0)], None), None);
    }
}
