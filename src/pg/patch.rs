//! Documents changed in place, where only values at known places of them can differ (docs/architecture.md, "Patching").
//!
//! The values come from the view, of which the planner hook leaves away what else it computes (`pg::planner`).

use std::borrow::Cow;
use std::ffi::CString;

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::error::{Error, Result};
use crate::jsonb::patch::{patch, Action, Change};
use crate::jsonb::read::Container;
use crate::jsonb::Item;
use crate::key::{KeySet, Tuple, Value};
use crate::lineage::Patch;
use crate::pg::capture::Feed;
use crate::pg::catalog::{Tview, Use};
use crate::pg::documents::{built_if, payload};
use crate::pg::elements::Numbers;
use crate::pg::flush::{are_of_different_rows, planning, ActiveSnapshot, Keys, Work, Writer};
use crate::pg::rows::{self, Given, Plain, Written};
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

    /// Whether the user may read all of an occurrence's source, which is locked. A plan is data that the owner of a TVIEW can write: what he
    /// may not read he does not get to see by what others change.
    pub(super) fn may_read(&self, occurrence: usize) -> bool {
        let source = pg_sys::Oid::from(self.tview.plan.occurrences[occurrence].source);
        let mode = pg_sys::ACL_SELECT as pg_sys::AclMode;
        // SAFETY: catalog look-ups.
        unsafe {
            let may_read = pg_sys::pg_class_aclcheck(source, pg_sys::GetUserId(), mode);
            let relation = pg_sys::relation_open(source, pg_sys::NoLock as i32);
            let has_policies = (*(*relation).rd_rel).relrowsecurity;
            pg_sys::relation_close(relation, pg_sys::NoLock as i32);
            may_read == pg_sys::AclResult::ACLCHECK_OK && !has_policies
        }
    }

    /// Brings the rows of affected keys up to date.
    pub(super) fn write_affected(&self, keys: &Keys, pending: &Pending) -> Result<Rows> {
        let mut rows = self.write_keys(keys)?;
        for (&occurrence, set) in &keys.patched {
            if let (Some(counters), Some(Some(counted))) = (
                self.tview.counters(occurrence),
                pending.counted.get(&occurrence),
            ) {
                let (changed, rest) = match self.may_read(occurrence) {
                    true => self.count(counters, counted, set)?,
                    false => (Rows::default(), set.clone()),
                };
                rows.add(&changed);
                rows.add(&self.write_keys(&Keys::anew(rest))?);
                continue;
            }
            if let Some(elements) = pending.elements.get(&occurrence) {
                rows.add(&self.patch_elements(occurrence, set, elements)?);
                continue;
            }
            let rest = match (
                self.tview.patch(occurrence),
                pending.copied.get(&occurrence),
            ) {
                (Some(patch), Some(Some(copied))) => {
                    let (changed, rest) = self.copy(occurrence, patch, copied, pending, set)?;
                    rows.add(&changed);
                    rest
                }
                _ => Cow::Borrowed(set),
            };
            if rest.is_empty() {
                continue;
            }
            let (patched, is_all) = self.patch(occurrence, &rest)?;
            rows.add(&patched);
            if !is_all {
                rows.add(&self.write_keys(&Keys::anew(rest.into_owned()))?);
            }
        }
        Ok(rows)
    }

    /// Changes the documents of the rows of some keys, which are locked, each by what `find` knows of its key; returns the keys of
    /// which it knows nothing, or whose row is missing or does not fit. The document is named as in the view; with it comes whether
    /// the table has `updated_at` beside.
    pub(super) fn amend<'k, T: 'k + ?Sized>(
        &self,
        (document, is_stamped): (&str, bool),
        set: &KeySet,
        find: impl Fn(&[Value]) -> Option<&'k T>,
        change: impl Fn(&T, Datum) -> Result<Patched>,
    ) -> Result<(Rows, KeySet)> {
        let (tview, key) = (self.tview, &self.tview.key);
        let all = || Ok((Rows::default(), set.clone()));
        let tuples: Vec<Tuple<'_>> = set.iter().collect();
        if !are_of_different_rows(key, tuples.iter().copied()) {
            return all();
        }
        let feed = match rows::plain(tview, true) {
            Plain::No => return all(),
            Plain::Yes => None,
            Plain::Captured => Some(Feed::new(tview.id.into())?),
        };
        let _snapshot = ActiveSnapshot::after_command(self.occasion);
        let what = Given::Document { is_stamped };
        // SAFETY: the table is locked, and plain; the descriptor is complete.
        let table = unsafe { rows::Table::open(tview, columns(tview, document), what, feed) };
        let Some(mut table) = table else {
            return all();
        };
        let mut rows = Rows {
            individual: set.len() == 1,
            ..Rows::default()
        };
        let mut rest = KeySet::default();
        for tuple in tuples {
            pgrx::check_for_interrupts!();
            let own = tuple.values();
            let Some(known) = find(&own) else {
                rest.insert(&own);
                continue;
            };
            let mut values = key.datums(tuple);
            values.push(Datum::null());
            // SAFETY: the key, and a place for the document.
            let written = unsafe { table.patch(&values, |stored| change(known, stored))? };
            match written {
                Some(Written::Updated) => rows.updated += 1,
                Some(_) => {}
                None => rest.insert(&own),
            }
        }
        rows.read = (set.len() - rest.len()) as u64;
        rows.patched = rows.updated;
        Ok((rows, rest))
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

/// A descriptor of the key and the document.
fn columns(tview: &Tview, document: &str) -> pg_sys::TupleDesc {
    let key = tview.plan.key.iter();
    let columns: Vec<(&str, pg_sys::Oid)> = key
        .map(|k| (k.name.as_str(), pg_sys::Oid::from(k.type_oid)))
        .chain([(document, pg_sys::JSONBOID)])
        .collect();
    // SAFETY: as many columns as there is room for; the name is copied.
    unsafe {
        let descriptor = pg_sys::CreateTemplateTupleDesc(columns.len() as i32);
        for (i, (name, type_oid)) in columns.into_iter().enumerate() {
            let name = CString::new(name).unwrap_or_default();
            let number = i as i16 + 1;
            pg_sys::TupleDescInitEntry(descriptor, number, name.as_ptr(), type_oid, -1, 0);
        }
        descriptor
    }
}
