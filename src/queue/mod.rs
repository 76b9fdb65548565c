//! What a transaction has still to bring up to date: coalesced sets per TVIEW, aware of subtransactions.
//!
//! The queue belongs to one backend and one transaction; nothing in it outlives the transaction. Entries of a rolled
//! back subtransaction stay, because a superset costs time and is never wrong. A flush inside a rolled-back
//! subtransaction is undone with it, so its entries are kept in a journal by nesting level and come back. What is counted
//! beside them (`counted`) is no superset, and is given up at any sign that it may not be true.

pub mod copied;
pub mod counted;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::key::{KeySet, Value};
use copied::{Cells, Copied};
use counted::{Counted, Version};

/// `pg_class` OID of a TVIEW's table.
pub type TviewId = u32;

/// Index of an edge of the lineage: the occurrence it starts from.
pub type Edge = usize;

/// What is pending for one TVIEW.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pending {
    /// Refresh all of it; nothing else matters then.
    pub whole: bool,
    /// A row may have given the view a null key.
    pub null_key: bool,
    pub keys: KeySet,
    /// Those of them that the view has lost: the one row that gave them has been deleted, and none has come since.
    pub gone: KeySet,
    /// Per edge: values to climb from, locked exclusively.
    pub climbs: BTreeMap<Edge, KeySet>,
    /// Per edge: values newly pointed to from the side of the key, locked shared.
    pub introduced: BTreeMap<Edge, KeySet>,
    /// Per occurrence: values to climb from, or keys, of which only columns changed that can be patched. What they come to
    /// is read when they are flushed, so these may be more than have changed, too.
    pub patches: BTreeMap<Edge, KeySet>,
    /// Per occurrence whose rows make elements of an array: the key and the number of elements that may have changed, come or
    /// gone. Their keys may be among `keys` as well, which count more.
    pub elements: BTreeMap<Edge, KeySet>,
    /// Per occurrence that is counted: the differences that its rows make to the keys among `patches`. None once they are
    /// not certain: then these keys are computed.
    pub counted: BTreeMap<Edge, Option<Counted>>,
    /// Per occurrence whose columns are copied: what has changed of the rows that hold, or lead to, the keys among `patches`. None once
    /// that is not certain: then the view is asked.
    pub copied: BTreeMap<Edge, Option<Copied>>,
    /// Occurrences of which rows changed that the view shows only as part of one value for all its rows. All of it is
    /// refreshed when one of these values has changed, which is looked at when they are flushed.
    pub values: BTreeSet<Edge>,
}

/// Elements of one occurrence that are kept apart. Whoever changes more is better off with the keys.
const ELEMENT_LIMIT: usize = 1_000;

impl Pending {
    /// Marks the whole TVIEW and lets go of everything finer.
    pub fn mark_whole(&mut self) {
        *self = Pending {
            whole: true,
            ..Pending::default()
        };
    }

    pub fn add_key(&mut self, tuple: &[Value]) {
        if !self.whole {
            self.keys.insert(tuple);
            self.gone.remove(tuple);
        }
    }

    /// Adds a key whose one row has been deleted. It is gone unless it has been added before: of statements within one another
    /// the inner ones are captured first, so the row may have come back.
    pub fn add_gone(&mut self, tuple: &[Value]) {
        if !self.whole && !self.keys.contains(tuple) {
            self.keys.insert(tuple);
            self.gone.insert(tuple);
        }
    }

    pub fn add_climb(&mut self, edge: Edge, tuple: &[Value]) {
        if !self.whole {
            self.climbs.entry(edge).or_default().insert(tuple);
        }
    }

    pub fn add_introduced(&mut self, edge: Edge, tuple: &[Value]) {
        if !self.whole {
            self.introduced.entry(edge).or_default().insert(tuple);
        }
    }

    pub fn add_patch(&mut self, occurrence: Edge, tuple: &[Value]) {
        if !self.whole {
            self.patches.entry(occurrence).or_default().insert(tuple);
        }
    }

    /// Adds an element: the columns of the key and, last, its number.
    pub fn add_element(&mut self, occurrence: Edge, tuple: &[Value]) {
        let Some((_, key)) = tuple.split_last() else {
            return;
        };
        if self.whole || self.keys.contains(key) {
            return;
        }
        let elements = self.elements.entry(occurrence).or_default();
        elements.insert(tuple);
        if elements.len() > ELEMENT_LIMIT {
            self.forget_elements(occurrence);
        }
    }

    pub fn add_value(&mut self, occurrence: Edge) {
        if !self.whole {
            self.values.insert(occurrence);
        }
    }

    /// Puts the keys of elements in the place of the elements.
    fn forget_elements(&mut self, occurrence: Edge) {
        for tuple in self
            .elements
            .remove(&occurrence)
            .iter()
            .flat_map(KeySet::iter)
        {
            if let Some((key, _)) = tuple.split_last() {
                self.keys.insert(key);
            }
        }
    }

    /// Counts a row of an occurrence that has changed (`Counted::change`).
    pub fn count(
        &mut self,
        occurrence: Edge,
        row: &[Value],
        old: Option<Version<'_>>,
        new: Option<Version<'_>>,
    ) {
        if self.whole {
            return;
        }
        for (key, _) in old.iter().chain(&new) {
            if let Some(key) = key {
                self.add_patch(occurrence, key);
            }
        }
        let counted = self
            .counted
            .entry(occurrence)
            .or_insert_with(|| Some(Counted::default()));
        if counted.as_mut().is_some_and(|c| !c.change(row, old, new)) {
            *counted = None;
        }
    }

    /// Adds a row of an occurrence of which only columns changed that are patched, by its key, and what has changed of those that are
    /// copied; none when the view has to be asked (`Copied::change`).
    pub fn copy(&mut self, occurrence: Edge, key: &[Value], cells: Option<Cells>) {
        if self.whole {
            return;
        }
        self.add_patch(occurrence, key);
        let copied = self
            .copied
            .entry(occurrence)
            .or_insert_with(|| Some(Copied::default()));
        if copied.as_mut().is_some_and(|c| !c.change(key, cells)) {
            *copied = None;
        }
    }

    /// What rows have told by themselves, differences, values and that keys are gone, is not certain any more.
    pub fn doubt(&mut self) {
        self.gone = KeySet::default();
        self.counted.values_mut().for_each(|one| *one = None);
        self.copied.values_mut().for_each(|one| *one = None);
    }

    /// Adds all of `other`. What the two have been told may be of the same rows.
    pub fn merge(&mut self, other: &Pending) {
        if self.whole || other.whole {
            self.mark_whole();
            return;
        }
        self.null_key |= other.null_key;
        self.keys.merge(&other.keys);
        self.values.extend(&other.values);
        for (edge, set) in &other.climbs {
            self.climbs.entry(*edge).or_default().merge(set);
        }
        for (edge, set) in &other.introduced {
            self.introduced.entry(*edge).or_default().merge(set);
        }
        for (occurrence, set) in &other.patches {
            self.patches.entry(*occurrence).or_default().merge(set);
        }
        for (occurrence, set) in &other.elements {
            let elements = self.elements.entry(*occurrence).or_default();
            elements.merge(set);
            if elements.len() > ELEMENT_LIMIT {
                self.forget_elements(*occurrence);
            }
        }
        let counted = other.counted.keys();
        self.counted
            .extend(counted.map(|occurrence| (*occurrence, None)));
        let copied = other.copied.keys();
        self.copied
            .extend(copied.map(|occurrence| (*occurrence, None)));
        self.doubt();
    }

    fn sets(&self) -> impl Iterator<Item = &KeySet> {
        std::iter::once(&self.keys)
            .chain(self.climbs.values())
            .chain(self.introduced.values())
            .chain(self.patches.values())
            .chain(self.elements.values())
    }

    /// Number of distinct values held; a whole TVIEW counts one.
    pub fn len(&self) -> usize {
        usize::from(self.whole) + self.values.len() + self.sets().map(KeySet::len).sum::<usize>()
    }

    pub fn is_empty(&self) -> bool {
        !self.whole && !self.null_key && self.values.is_empty() && self.sets().all(KeySet::is_empty)
    }

    /// Approximate memory held, in bytes.
    pub fn bytes(&self) -> usize {
        let counted = self.counted.values().flatten();
        let copied = self.copied.values().flatten();
        self.sets()
            .chain([&self.gone])
            .map(KeySet::bytes)
            .sum::<usize>()
            + counted.map(Counted::bytes).sum::<usize>()
            + copied.map(Copied::bytes).sum::<usize>()
    }
}

/// Values on the way to the key, or keys, by what is to be done for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Affected {
    /// What belongs to them is computed anew.
    pub anew: KeySet,
    /// By the occurrence that changed: what it decides about is patched.
    pub patched: BTreeMap<Edge, KeySet>,
}

impl Affected {
    /// The set for what changed in an occurrence that is patched, or in any other.
    pub fn part(&mut self, patched: Option<Edge>) -> &mut KeySet {
        match patched {
            None => &mut self.anew,
            Some(occurrence) => self.patched.entry(occurrence).or_default(),
        }
    }

    /// The sets that are not empty.
    pub fn parts(&self) -> impl Iterator<Item = (Option<Edge>, &KeySet)> {
        std::iter::once((None, &self.anew))
            .chain(self.patched.iter().map(|(o, set)| (Some(*o), set)))
            .filter(|(_, set)| !set.is_empty())
    }

    /// All of it.
    pub fn union(&self) -> Cow<'_, KeySet> {
        let mut parts = self.parts().map(|(_, set)| set);
        let Some(first) = parts.next() else {
            return Cow::Borrowed(&self.anew);
        };
        parts.fold(Cow::Borrowed(first), |mut all, set| {
            all.to_mut().merge(set);
            all
        })
    }

    /// Leaves one thing to do for each value: what is computed anew needs no patch, and what would be patched twice is
    /// computed anew.
    pub fn settle(&mut self) {
        if self.patched.len() > 1 {
            let mut once = KeySet::default();
            for set in self.patched.values() {
                self.anew.merge(&set.common(&once));
                once.merge(set);
            }
        }
        if !self.anew.is_empty() {
            for set in self.patched.values_mut() {
                set.remove_all(&self.anew);
            }
        }
        self.patched.retain(|_, set| !set.is_empty());
    }

    /// Approximate memory held, in bytes.
    pub fn bytes(&self) -> usize {
        self.parts().map(|(_, set)| set.bytes()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.parts().next().is_none()
    }
}

/// The queue of the current transaction.
#[derive(Debug, Default)]
pub struct Queue {
    pending: BTreeMap<TviewId, Pending>,
    /// Flushed on the transaction's own snapshot; to be flushed again, on the latest state, at commit.
    retained: BTreeMap<TviewId, Pending>,
    /// What a rollback of the subtransaction at a nesting level would undo.
    flushed: BTreeMap<(i32, TviewId), Pending>,
    /// TVIEWs of which rows have been computed in this transaction. That may have been while a statement ran, whose changes
    /// they show in part and which are captured only when it ends: rows tell nothing by themselves for them any more, and their
    /// values may be others than those that are kept.
    computed: BTreeSet<TviewId>,
}

impl Queue {
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets the transaction that has ended; most have left nothing here.
    pub fn clear(&mut self) {
        let is_untouched = self.is_done() && self.flushed.is_empty() && self.computed.is_empty();
        if !is_untouched {
            *self = Queue::new();
        }
    }

    /// The pending set of `tview`, made when there is none.
    pub fn entry(&mut self, tview: TviewId) -> &mut Pending {
        self.pending.entry(tview).or_default()
    }

    /// TVIEWs with anything pending.
    pub fn tviews(&self) -> impl Iterator<Item = TviewId> + '_ {
        self.pending.keys().copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = (TviewId, &Pending)> {
        self.pending
            .iter()
            .map(|(tview, pending)| (*tview, pending))
    }

    pub fn is_pending(&self, tview: TviewId) -> bool {
        self.pending.contains_key(&tview)
    }

    /// Nothing has to be flushed before the next read.
    pub fn is_clean(&self) -> bool {
        self.pending.is_empty()
    }

    /// Nothing has to be flushed before the commit.
    pub fn is_done(&self) -> bool {
        self.pending.is_empty() && self.retained.is_empty()
    }

    /// Takes what is pending for `tview`, to flush it.
    pub fn take(&mut self, tview: TviewId) -> Option<Pending> {
        self.pending.remove(&tview)
    }

    /// Notes that rows of `tview` are computed.
    pub fn note_computed(&mut self, tview: TviewId) {
        self.computed.insert(tview);
    }

    /// Whether rows can tell by themselves what `tview` gains or loses: none of it has been computed in this transaction, be it
    /// that it was rolled back.
    pub fn can_tell(&self, tview: TviewId) -> bool {
        !self.computed.contains(&tview)
    }

    /// Puts back what a failed flush had taken.
    pub fn put_back(&mut self, tview: TviewId, pending: &Pending) {
        self.entry(tview).merge(pending);
    }

    /// Records a flush done at nesting level `level` (1 is the transaction itself).
    pub fn record_flush(&mut self, level: i32, tview: TviewId, pending: Pending) {
        if level > 1 {
            self.flushed
                .entry((level, tview))
                .or_default()
                .merge(&pending);
        }
    }

    /// Keeps `pending` for the flush at commit as well.
    pub fn retain(&mut self, tview: TviewId, pending: &Pending) {
        self.retained.entry(tview).or_default().merge(pending);
    }

    /// Before the flush at commit: what was retained becomes pending again.
    pub fn release_retained(&mut self) {
        for (tview, pending) in std::mem::take(&mut self.retained) {
            self.put_back(tview, &pending);
        }
    }

    /// The subtransaction at `level` ends well: its flushes now stand or fall with its parent.
    pub fn subtransaction_committed(&mut self, level: i32) {
        for ((_, tview), pending) in self.flushed.split_off(&(level, 0)) {
            self.record_flush(level - 1, tview, pending);
        }
    }

    /// The subtransaction at `level` is rolled back: what it flushed is pending again, and what it was told is not so.
    pub fn subtransaction_aborted(&mut self, level: i32) {
        self.pending.values_mut().for_each(Pending::doubt);
        for ((_, tview), pending) in self.flushed.split_off(&(level, 0)) {
            self.put_back(tview, &pending);
        }
    }

    /// Lets go of detail where what a flush keeps, for the commit or against a rollback, takes more memory than this.
    pub fn bound(&mut self, bytes: usize) {
        for pending in self.retained.values_mut().chain(self.flushed.values_mut()) {
            if pending.bytes() > bytes {
                pending.mark_whole();
            }
        }
    }

    /// The lineage of `tview` changed: values that were queued for edges of the old one stand for the whole.
    pub fn plan_changed(&mut self, tview: TviewId) {
        let journal = self.flushed.iter_mut().filter(|((_, id), _)| *id == tview);
        let maps = [&mut self.pending, &mut self.retained];
        for pending in maps
            .into_iter()
            .filter_map(|map| map.get_mut(&tview))
            .chain(journal.map(|(_, pending)| pending))
        {
            pending.mark_whole();
        }
    }

    /// Number of distinct values pending.
    pub fn len(&self) -> usize {
        self.pending.values().map(Pending::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.pending.values().all(Pending::is_empty)
    }

    /// Approximate memory held, in bytes.
    pub fn bytes(&self) -> usize {
        self.pending
            .values()
            .chain(self.retained.values())
            .chain(self.flushed.values())
            .map(Pending::bytes)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: TviewId = 42;

    fn word(w: u64) -> [Value; 1] {
        [Value::Word(w)]
    }

    fn with_key(w: u64) -> Pending {
        let mut pending = Pending::default();
        pending.add_key(&word(w));
        pending
    }

    #[test]
    fn a_hundred_changes_of_one_row_are_one_entry() {
        let mut queue = Queue::new();
        for _ in 0..100 {
            queue.entry(T).add_climb(3, &word(1));
        }
        assert_eq!(queue.len(), 1);
    }

    #[test]
    fn whole_swallows_everything_finer() {
        let mut pending = with_key(1);
        pending.mark_whole();
        pending.add_key(&word(2));
        pending.merge(&with_key(3));
        assert_eq!(pending.len(), 1);
        assert!(pending.keys.is_empty());
        let mut other = with_key(4);
        other.merge(&pending);
        assert!(other.whole && other.keys.is_empty());
    }

    #[test]
    fn a_flush_in_a_rolled_back_savepoint_comes_back() {
        let mut queue = Queue::new();
        queue.entry(T).add_key(&word(1));
        let taken = queue.take(T).unwrap();
        queue.record_flush(3, T, taken);
        assert!(queue.is_clean());
        queue.subtransaction_committed(3);
        queue.subtransaction_aborted(2);
        assert!(queue.entry(T).keys.contains(&word(1)));
    }

    #[test]
    fn a_flush_outside_the_savepoint_stays_done() {
        let mut queue = Queue::new();
        queue.record_flush(2, T, with_key(1));
        queue.subtransaction_aborted(3);
        assert!(queue.is_clean());
        queue.subtransaction_committed(2);
        queue.subtransaction_aborted(2);
        assert!(queue.is_clean());
    }

    #[test]
    fn flushes_of_many_savepoints_are_one_entry() {
        let mut queue = Queue::new();
        for round in 0..1000 {
            queue.record_flush(3, T, with_key(round % 2));
            queue.subtransaction_committed(3);
        }
        assert_eq!(queue.flushed.len(), 1);
        queue.subtransaction_aborted(2);
        assert_eq!(queue.entry(T).len(), 2);
    }

    #[test]
    fn what_a_flush_keeps_is_bounded() {
        let mut queue = Queue::new();
        for n in 0..1000 {
            queue.record_flush(2, T, with_key(n));
            queue.retain(T, &with_key(n));
        }
        let bytes = queue.bytes();
        queue.bound(bytes);
        assert_eq!(queue.bytes(), bytes);
        queue.bound(bytes / 4);
        assert_eq!(queue.bytes(), 0);
        queue.subtransaction_aborted(2);
        assert!(queue.entry(T).whole);
    }

    #[test]
    fn a_cleared_queue_remembers_nothing() {
        let mut queue = Queue::new();
        queue.entry(T).add_key(&word(1));
        queue.take(T);
        queue.clear();
        assert!(queue.can_tell(T) && queue.is_done() && queue.bytes() == 0);
        queue.record_flush(2, T, with_key(1));
        queue.clear();
        queue.subtransaction_aborted(2);
        assert!(queue.is_clean());
    }

    #[test]
    fn retained_entries_wait_for_the_commit() {
        let mut queue = Queue::new();
        queue.retain(T, &with_key(1));
        assert!(queue.is_clean() && !queue.is_done());
        queue.release_retained();
        assert!(queue.is_pending(T));
    }

    fn set(words: &[u64]) -> KeySet {
        let mut set = KeySet::default();
        words.iter().for_each(|w| set.insert(&word(*w)));
        set
    }

    #[test]
    fn each_value_is_treated_once() {
        let mut affected = Affected::default();
        *affected.part(None) = set(&[1, 2]);
        *affected.part(Some(3)) = set(&[2, 4, 5, 6]);
        *affected.part(Some(7)) = set(&[1, 5, 8]);
        assert_eq!(*affected.union(), set(&[1, 2, 4, 5, 6, 8]));
        affected.settle();
        let parts: Vec<_> = affected.parts().collect();
        assert_eq!(
            parts,
            [
                (None, &set(&[1, 2, 5])),
                (Some(3), &set(&[4, 6])),
                (Some(7), &set(&[8]))
            ]
        );
        let mut only = Affected::default();
        *only.part(Some(3)) = set(&[1]);
        *only.part(Some(7)) = set(&[1]);
        only.settle();
        assert_eq!(only.parts().collect::<Vec<_>>(), [(None, &set(&[1]))]);
    }

    /// A transaction that has counted a row of group 1 for occurrence 3.
    fn counting() -> Queue {
        let mut queue = Queue::new();
        count(&mut queue, 7);
        queue
    }

    fn count(queue: &mut Queue, row: u64) {
        let (key, inputs) = (word(1), [Some(5)]);
        let version = (Some(key.as_slice()), inputs.as_slice());
        let pending = queue.entry(T);
        pending.count(3, &word(row), None, Some(version));
    }

    fn is_certain(queue: &mut Queue) -> bool {
        let pending = queue.entry(T);
        assert!(pending.whole || pending.patches[&3].contains(&word(1)));
        pending.counted.get(&3).is_some_and(Option::is_some)
    }

    #[test]
    fn a_row_that_comes_twice_ends_counting() {
        let mut queue = counting();
        count(&mut queue, 8);
        assert!(is_certain(&mut queue));
        count(&mut queue, 7);
        count(&mut queue, 9);
        assert!(!is_certain(&mut queue));
        assert_eq!(queue.len(), 1);
    }

    #[test]
    fn what_is_merged_or_rolled_back_is_not_counted() {
        let mut queue = counting();
        let taken = queue.take(T).unwrap();
        queue.note_computed(T);
        assert!(taken.counted[&3].is_some() && !queue.can_tell(T) && queue.can_tell(T + 1));
        queue.put_back(T, &taken);
        assert!(!is_certain(&mut queue));
        count(&mut queue, 8);
        assert!(!is_certain(&mut queue));

        let mut queue = counting();
        queue.subtransaction_aborted(5);
        assert!(!is_certain(&mut queue));

        let mut queue = counting();
        queue.entry(T).merge(&with_key(1));
        assert!(!is_certain(&mut queue));
        queue.plan_changed(T);
        assert!(!is_certain(&mut queue) && queue.entry(T).counted.is_empty());
    }

    #[test]
    fn a_key_is_gone_until_anything_else_is_known_of_it() {
        let gone = || {
            let mut queue = Queue::new();
            queue.entry(T).add_gone(&word(1));
            queue.entry(T).add_gone(&word(2));
            queue
        };
        let are_gone = |queue: &mut Queue, words: &[u64]| {
            let pending = queue.entry(T);
            assert_eq!(pending.keys, set(&[1, 2]));
            pending.gone == set(words)
        };
        let mut queue = gone();
        assert!(are_gone(&mut queue, &[1, 2]));
        queue.entry(T).add_key(&word(1));
        assert!(are_gone(&mut queue, &[2]));
        // Captured later than a row that came back while the statement ran.
        queue.entry(T).add_gone(&word(1));
        assert!(are_gone(&mut queue, &[2]));

        let mut queue = gone();
        queue.subtransaction_aborted(5);
        assert!(are_gone(&mut queue, &[]));

        let mut queue = gone();
        let taken = queue.take(T).unwrap();
        queue.note_computed(T);
        queue.put_back(T, &taken);
        assert!(are_gone(&mut queue, &[]) && !queue.can_tell(T));

        let mut queue = gone();
        queue.plan_changed(T);
        queue.entry(T).add_gone(&word(3));
        assert!(queue.entry(T).keys.is_empty() && queue.entry(T).gone.is_empty());
    }

    #[test]
    fn patches_come_back_as_such_and_give_way_to_the_whole() {
        let mut queue = Queue::new();
        queue.entry(T).add_patch(3, &word(1));
        let taken = queue.take(T).unwrap();
        assert!(!taken.is_empty() && taken.len() == 1);
        queue.record_flush(2, T, taken);
        queue.subtransaction_aborted(2);
        assert!(queue.entry(T).patches[&3].contains(&word(1)));
        queue.plan_changed(T);
        queue.entry(T).add_patch(3, &word(2));
        assert!(queue.entry(T).whole && queue.entry(T).patches.is_empty());
    }

    #[test]
    fn what_is_merged_or_rolled_back_is_not_copied() {
        let copying = || {
            let mut queue = Queue::new();
            let cells = Some([(0, Value::Word(5))].into());
            queue.entry(T).copy(3, &word(1), cells);
            queue
        };
        let is_known = |queue: &mut Queue| {
            let pending = queue.entry(T);
            assert!(pending.patches[&3].contains(&word(1)));
            let copied = pending.copied.get(&3).and_then(Option::as_ref);
            copied.is_some_and(|c| c.row(&word(1)).is_some())
        };
        assert!(is_known(&mut copying()));
        let mut queue = copying();
        queue.subtransaction_aborted(5);
        queue.entry(T).copy(3, &word(2), None);
        assert!(!is_known(&mut queue));
        let mut queue = copying();
        let taken = queue.take(T).unwrap();
        queue.put_back(T, &taken);
        assert!(!is_known(&mut queue));
    }

    #[test]
    fn values_come_back_as_such_and_give_way_to_the_whole() {
        let mut queue = Queue::new();
        for occurrence in [3, 5, 3] {
            queue.entry(T).add_value(occurrence);
        }
        assert!(queue.len() == 2 && !queue.is_empty());
        let taken = queue.take(T).unwrap();
        queue.record_flush(2, T, taken);
        queue.subtransaction_aborted(2);
        assert_eq!(queue.entry(T).values, [3, 5].into());
        queue.plan_changed(T);
        queue.entry(T).add_value(3);
        assert!(queue.entry(T).whole && queue.entry(T).values.is_empty());
    }

    fn element(key: u64, number: u64) -> [Value; 2] {
        [Value::Word(key), Value::Word(number)]
    }

    #[test]
    fn elements_come_back_as_such_and_give_way_to_the_whole() {
        let mut queue = Queue::new();
        for number in [7, 8, 7] {
            queue.entry(T).add_element(3, &element(1, number));
        }
        assert_eq!(queue.len(), 2);
        let taken = queue.take(T).unwrap();
        assert!(!taken.is_empty() && taken.keys.is_empty());
        queue.record_flush(2, T, taken);
        queue.subtransaction_aborted(2);
        assert!(queue.entry(T).elements[&3].contains(&element(1, 8)));
        queue.plan_changed(T);
        queue.entry(T).add_element(3, &element(1, 9));
        assert!(queue.entry(T).whole && queue.entry(T).elements.is_empty());
    }

    #[test]
    fn many_elements_are_their_keys() {
        let mut pending = Pending::default();
        for number in 0..=ELEMENT_LIMIT as u64 {
            pending.add_element(3, &element(number % 2, number));
        }
        assert_eq!((pending.keys.len(), pending.len()), (2, 2));
        // What is computed anyway is not kept apart.
        pending.add_element(3, &element(1, 5));
        assert!(pending.elements.is_empty());
        let (mut one, mut two) = (Pending::default(), Pending::default());
        for number in 0..ELEMENT_LIMIT as u64 {
            one.add_element(3, &element(1, number));
            two.add_element(3, &element(2, number));
        }
        assert_eq!(one.len(), ELEMENT_LIMIT);
        one.merge(&two);
        assert_eq!((one.keys.len(), one.len()), (2, 2));
    }
}
