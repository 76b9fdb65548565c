//! Elements of an array in a document, changed one by one (docs/architecture.md, "Patching").
//!
//! The view is asked for them only: the planner hook adds their numbers to the conditions of the subquery that makes the
//! array. What it does not give is not there any more.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::jsonb::patch::{new_elements, Elements};
use crate::jsonb::Item;
use crate::key::{KeySet, Tuple, Value};
use crate::lineage;
use crate::pg::capture::Feed;
use crate::pg::catalog::Use;
use crate::pg::flush::{are_of_different_rows, ActiveSnapshot, Keys, Work, Writer};
use crate::pg::patch::Places;
use crate::pg::rows::{self, Plain};
use crate::pg::spi::Planning;
use crate::pg::stats::Rows;
use crate::queue::{Affected, Pending};

/// Keys and elements of one flush up to which each key gets a query of its own.
const KEY_LIMIT: usize = 16;
const ELEMENT_LIMIT: usize = 64;

/// Some elements of one array.
pub struct Numbers {
    identity: Box<[u8]>,
    is_descending: bool,
    may_be_empty: bool,
    numbers: Vec<i64>,
}

impl Numbers {
    fn of(plan: &lineage::Elements, numbers: Vec<i64>) -> Self {
        Numbers {
            identity: plan.identity.as_bytes().into(),
            is_descending: plan.is_descending,
            may_be_empty: plan.may_be_empty,
            numbers,
        }
    }

    /// What becomes of the elements, given what the view has at the place: all that there are of them. None when that is
    /// no array of such elements.
    pub fn changes<'a>(&self, fresh: Item<'a>) -> Option<Vec<(i64, Option<Item<'a>>)>> {
        let mut changes = match fresh {
            Item::Null => Vec::new(),
            Item::Container(bytes) => new_elements(bytes, &self.identity).ok()?,
            _ => return None,
        };
        let there = changes.len();
        for number in &self.numbers {
            if !changes[..there].iter().any(|(other, _)| other == number) {
                changes.push((*number, None));
            }
        }
        Some(changes)
    }

    pub fn change<'a>(&'a self, changes: &'a [(i64, Option<Item<'a>>)]) -> Elements<'a> {
        Elements {
            identity: &self.identity,
            is_descending: self.is_descending,
            may_be_empty: self.may_be_empty,
            changes,
        }
    }
}

impl Work<'_> {
    /// Adds the keys of queued elements to those to patch, or to those to compute where that is no more work.
    pub(super) fn add_elements(&self, pending: &Pending, can_patch: bool, keys: &mut Affected) {
        for (&occurrence, elements) in &pending.elements {
            let mut own = KeySet::default();
            for (key, _) in elements.iter().filter_map(|tuple| tuple.split_last()) {
                own.insert(key);
            }
            let pays = elements.len() <= ELEMENT_LIMIT && own.len() <= KEY_LIMIT;
            let occurrence = (can_patch && pays).then_some(occurrence);
            keys.part(occurrence).merge(&own);
        }
    }

    /// Patches elements of arrays in the rows of some keys, which are locked; `elements` may have those of other keys, too.
    pub(super) fn patch_elements(
        &self,
        occurrence: usize,
        set: &KeySet,
        elements: &KeySet,
    ) -> Result<Rows> {
        let (tview, key) = (self.tview, &self.tview.key);
        let plan = tview.patch(occurrence);
        let (Some(plan), Some(number)) = (plan, tview.number(occurrence)) else {
            return Err(Error::internal("an occurrence has no patch"));
        };
        let of = plan.elements.as_ref();
        let of = of.ok_or_else(|| Error::internal("an occurrence makes no elements"))?;
        let is_captured = match rows::plain(tview, true) {
            Plain::No => return self.write_keys(&Keys::anew(set.clone())),
            Plain::Yes => false,
            Plain::Captured => true,
        };
        let mut by_key: HashMap<&[Value], KeySet> = HashMap::new();
        for (key, value) in elements.iter().filter_map(|tuple| tuple.split_last()) {
            if set.contains(key) {
                let numbers = by_key.entry(key).or_default();
                numbers.insert(std::slice::from_ref(value));
            }
        }
        if !are_of_different_rows(key, by_key.keys().map(|values| Tuple::Values(values))) {
            return self.write_keys(&Keys::anew(set.clone()));
        }
        let statement = tview.statement(Use::Patch(occurrence), Planning::Generic, || {
            [key.array_types(), number.array_types()].concat()
        })?;
        let mut patched = Rows::default();
        let mut left = KeySet::default();
        {
            let _snapshot = ActiveSnapshot::after_command(self.occasion);
            for (tuple, numbers) in &by_key {
                let mut one = KeySet::default();
                one.insert(tuple);
                let wanted = numbers.iter().map(|tuple| number.integer(tuple));
                let Some(wanted) = wanted.collect::<Option<Vec<i64>>>() else {
                    left.merge(&one);
                    continue;
                };
                let places = Places::of(plan, Some(Numbers::of(of, wanted)));
                let feed = is_captured.then(|| Feed::new(tview.id.into()));
                let mut writer = Writer::new(tview, feed.transpose()?, Some(1)).patching(&places);
                let arguments = [key.arrays(&one), number.arrays(numbers)].concat();
                statement.stream(&arguments, &mut writer)?;
                let (rows, is_all) = writer.outcome();
                if !is_all {
                    left.merge(&one);
                }
                patched.add(&Rows {
                    patched: rows.updated,
                    individual: by_key.len() == 1,
                    ..rows
                });
            }
        }
        patched.add(&self.write_keys(&Keys::anew(left))?);
        Ok(patched)
    }
}
