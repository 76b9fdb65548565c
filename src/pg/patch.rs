//! Documents changed in place, where only values at known places of them can differ (docs/architecture.md, "Patching").
//!
//! The values come from the view, of which the planner hook leaves away what else it computes (`pg::planner`).

use pgrx::pg_sys::Datum;

use crate::error::{Error, Result};
use crate::jsonb::patch::{patch, Action, Change};
use crate::jsonb::read::Container;
use crate::jsonb::Item;
use crate::key::KeySet;
use crate::lineage::Patch;
use crate::pg::capture::Feed;
use crate::pg::catalog::Use;
use crate::pg::documents::{built_if, payload};
use crate::pg::elements::Numbers;
use crate::pg::flush::{planning, ActiveSnapshot, Keys, Work, Writer};
use crate::pg::rows::{self, Given, Plain};
use crate::pg::stats::Rows;
use crate::queue::Pending;

/// Places in a document: each the keys of objects, from the outermost on.
pub struct Places {
    paths: Vec<Vec<Box<[u8]>>>,
    is_stamped: bool,
    /// At the only place: some elements of an array.
    elements: Option<Numbers>,
}

/// What patching makes of a document.
pub enum Patched {
    /// Another one.
    Changed(Datum),
    /// It has these values already.
    Same,
    /// It has not all of the places, or the fresh one has not.
    Misfit,
}

impl Places {
    pub(super) fn of(plan: &Patch, elements: Option<Numbers>) -> Self {
        let path = |path: &Vec<String>| path.iter().map(|key| key.as_bytes().into()).collect();
        Places {
            paths: plan.paths.iter().map(path).collect(),
            is_stamped: plan.is_stamped,
            elements,
        }
    }

    /// What is given of each row to be patched.
    pub fn given(&self) -> Given {
        Given::Document {
            is_stamped: self.is_stamped,
        }
    }

    /// Sets the values of a stored document at the places to those of a fresh one.
    ///
    /// # Safety
    /// Both must be `jsonb`, not null; the result is in the current memory context.
    pub unsafe fn set(&self, stored: Datum, fresh: Datum) -> Result<Patched> {
        // SAFETY: forwarded.
        let (stored, fresh) = unsafe { (payload(stored), payload(fresh)) };
        let paths: Vec<Vec<&[u8]>> = self
            .paths
            .iter()
            .map(|path| path.iter().map(AsRef::as_ref).collect())
            .collect();
        if let (Some(elements), [path]) = (&self.elements, paths.as_slice()) {
            let Some(changes) = value(fresh, path).and_then(|fresh| elements.changes(fresh)) else {
                return Ok(Patched::Misfit);
            };
            let action = Action::Elements(elements.change(&changes));
            return changed(stored, &[Change { path, action }]);
        }
        let changes: Option<Vec<Change<'_>>> = paths
            .iter()
            .map(|path| {
                let action = Action::Set(value(fresh, path)?);
                Some(Change { path, action })
            })
            .collect();
        let Some(changes) = changes else {
            return Ok(Patched::Misfit);
        };
        changed(stored, &changes)
    }
}

/// Makes changes in a stored document.
pub fn changed(stored: &[u8], changes: &[Change<'_>]) -> Result<Patched> {
    let mut fits = true;
    let document = built_if(|out| {
        let changed = patch(out, stored, changes);
        fits = changed.is_ok();
        Ok(changed.unwrap_or(false))
    })?;
    Ok(match document {
        Some(document) => Patched::Changed(document),
        None if fits => Patched::Same,
        None => Patched::Misfit,
    })
}

/// The value at a place of a document; none when it leads nowhere.
pub fn value<'a>(document: &'a [u8], path: &[&[u8]]) -> Option<Item<'a>> {
    path.iter()
        .try_fold(Item::of_jsonb(document)?, |value, key| {
            let Item::Container(bytes) = value else {
                return None;
            };
            let object = Container::of_jsonb(bytes).filter(|c| c.is_object)?;
            object.value(object.find(key)?.ok()?)
        })
}

impl Work<'_> {
    /// Whether what is queued to be patched is: where rows can be written in any order and without a statement.
    pub(super) fn can_patch(&self, pending: &Pending) -> bool {
        let mut patched = pending
            .patches
            .keys()
            .chain(pending.elements.keys())
            .peekable();
        patched.peek().is_some()
            && !self.is_on_old_snapshot()
            && self.tview.key.hashable()
            && patched.all(|o| self.tview.patch(*o).is_some() || self.tview.counters(*o).is_some())
            && !matches!(rows::plain(self.tview, true), Plain::No)
    }

    /// Brings the rows of affected keys up to date.
    pub(super) fn write_affected(&self, keys: &Keys, pending: &Pending) -> Result<Rows> {
        let mut rows = self.write_keys(keys)?;
        for (&occurrence, set) in &keys.patched {
            if let (Some(counters), Some(Some(counted))) = (
                self.tview.counters(occurrence),
                pending.counted.get(&occurrence),
            ) {
                let (changed, rest) = self.count(counters, counted, set)?;
                rows.add(&changed);
                rows.add(&self.write_keys(&Keys::anew(rest))?);
                continue;
            }
            if let Some(elements) = pending.elements.get(&occurrence) {
                rows.add(&self.patch_elements(occurrence, set, elements)?);
                continue;
            }
            let (patched, is_all) = self.patch(occurrence, set)?;
            rows.add(&patched);
            if !is_all {
                rows.add(&self.write_keys(&Keys::anew(set.clone()))?);
            }
        }
        Ok(rows)
    }

    /// Patches the rows of some keys, which are locked, up to one that cannot be patched; tells whether there was none. A key
    /// that the view lacks is not one that a patch has to do with.
    fn patch(&self, occurrence: usize, set: &KeySet) -> Result<(Rows, bool)> {
        let (tview, key) = (self.tview, &self.tview.key);
        let plan = tview.patch(occurrence);
        let plan = plan.ok_or_else(|| Error::internal("an occurrence has no patch"))?;
        let feed = match rows::plain(tview, true) {
            Plain::No => return Ok((Rows::default(), false)),
            Plain::Yes => None,
            Plain::Captured => Some(Feed::new(tview.id.into())?),
        };
        let usage = Use::Patch(occurrence);
        let statement = tview.statement(usage, planning(set), || key.array_types())?;
        let _snapshot = ActiveSnapshot::after_command(self.occasion);
        let places = Places::of(plan, None);
        let mut writer = Writer::new(tview, feed, Some(set.len())).patching(&places);
        statement.stream(&key.arrays(set), &mut writer)?;
        let (rows, is_all) = writer.outcome();
        let patched = Rows {
            patched: rows.updated,
            individual: set.len() == 1,
            ..rows
        };
        Ok((patched, is_all))
    }
}
