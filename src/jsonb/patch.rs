//! Changes at known places of a `jsonb`, several at once and in one pass: what they do not touch is copied without
//! being looked into. The result is byte for byte what the server's own functions would give.
//!
//! First all places are found and compared. Only when something differs are bytes written. What does not fit (a path
//! that leads nowhere, an element without its identity) is reported and never guessed.
//!
//! Copying is sound because a container starts at a multiple of four bytes, and with it everything in it: only the
//! padding of the values beside a changed one can change, up to the first one that is padded.

use std::cmp::Ordering;
use std::ops::Range;

use super::read::{Child, Container, Identity};
use super::{
    align, key_order, numeric, Entries, Item, TooLarge, ARRAY, COUNT_MASK, ENTRY_CONTAINER,
    MAX_BYTES, OBJECT,
};

/// The most keys a path may have.
pub const MAX_DEPTH: usize = 1_000;

/// A change of the value at one place.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// Keys of objects, from the outermost on. None of two changes leads through the other's place.
    pub path: &'a [&'a [u8]],
    pub action: Action<'a>,
}

#[derive(Debug, Clone, Copy)]
pub enum Action<'a> {
    /// The value becomes another one. As `jsonb_set(document, path, value, false)`, but the path must be there.
    Set(Item<'a>),
    /// The pairs of an object (a `jsonb` without its header) are put into the one that is there. As `||`.
    Merge(&'a [u8]),
    /// Elements of an array are replaced, inserted and removed.
    Elements(Elements<'a>),
}

/// Changes of an array of objects, in each of which one key holds an integer, unlike all others and in their order.
#[derive(Debug, Clone, Copy)]
pub struct Elements<'a> {
    /// The key.
    pub identity: &'a [u8],
    pub is_descending: bool,
    /// Whether the array may be empty. If not, one that is or would become empty is reported.
    pub may_be_empty: bool,
    /// What becomes of the elements with these identities: another element, whether there is one or not, or none.
    pub changes: &'a [(i64, Option<Item<'a>>)],
}

/// Why changes cannot be made. `change` is an index of the changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    /// The bytes are no `jsonb`.
    Damaged,
    TooLarge,
    /// A path with more than [`MAX_DEPTH`] keys.
    TooDeep {
        change: usize,
    },
    /// A value is set at a path without keys.
    EmptyPath {
        change: usize,
    },
    /// The path is another's, or leads through its place.
    Overlap {
        change: usize,
    },
    /// There is no key `path[depth]`.
    Missing {
        change: usize,
        depth: usize,
    },
    /// The value at `path[..depth]` is no object.
    NotObject {
        change: usize,
        depth: usize,
    },
    /// What is to be put into an object is none.
    GivenNotObject {
        change: usize,
    },
    /// The value at the path is no array.
    NotArray {
        change: usize,
    },
    /// An element is no object with an integer under the key.
    NoIdentity {
        change: usize,
        element: usize,
    },
    /// An element is not behind the one before it.
    Disorder {
        change: usize,
        element: usize,
    },
    /// New elements are no array.
    GivenNotArray,
    /// A new element is no object with an integer under the key.
    GivenNoIdentity {
        element: usize,
    },
    /// A new element has not the identity it is given for.
    WrongIdentity {
        change: usize,
        identity: i64,
    },
    /// An identity is given twice.
    GivenTwice {
        change: usize,
        identity: i64,
    },
    /// The array is empty, or would be.
    Empty {
        change: usize,
    },
}

impl From<TooLarge> for Misfit {
    fn from(_: TooLarge) -> Self {
        Misfit::TooLarge
    }
}

/// Appends what the changes make of a `jsonb` (both without header) to `out`, whose length is a multiple of four.
/// Returns false, and appends nothing, when they leave it as it is.
pub fn patch(out: &mut Vec<u8>, document: &[u8], changes: &[Change<'_>]) -> Result<bool, Misfit> {
    let mut sorted = Vec::with_capacity(changes.len());
    for (index, change) in changes.iter().enumerate() {
        if change.path.len() > MAX_DEPTH {
            return Err(Misfit::TooDeep { change: index });
        }
        sorted.push(Indexed { index, change });
    }
    sorted.sort_by(|a, b| path_order(a.change.path, b.change.path));
    if sorted.is_empty() {
        return Ok(false);
    }
    let value = Item::of_jsonb(document).ok_or(Misfit::Damaged)?;
    let Some(rewrite) = plan(value, &sorted, 0)? else {
        return Ok(false);
    };
    let start = out.len();
    out.reserve(document.len());
    let written = rewrite.append_to(out);
    if written.is_err() {
        out.truncate(start);
    }
    written.map(|()| true)
}

/// The elements of an array (a `jsonb` without its header) with their identities, for [`Elements::changes`].
pub fn new_elements<'a>(
    elements: &'a [u8],
    identity: &[u8],
) -> Result<Vec<(i64, Option<Item<'a>>)>, Misfit> {
    let value = Item::of_jsonb(elements).ok_or(Misfit::Damaged)?;
    let array = container(value, false)?.ok_or(Misfit::GivenNotArray)?;
    let mut identity_of = Identity::new(identity);
    let mut new = Vec::with_capacity(array.count);
    for (element, item) in array.elements().enumerate() {
        let item = item.ok_or(Misfit::Damaged)?;
        let identity = identity_of
            .of(item)
            .ok_or(Misfit::GivenNoIdentity { element })?;
        new.push((identity, Some(item)));
    }
    Ok(new)
}

#[derive(Clone, Copy)]
struct Indexed<'a> {
    index: usize,
    change: &'a Change<'a>,
}

/// Order of paths that goes through an object as its pairs lie; one that leads through another follows it.
fn path_order(a: &[&[u8]], b: &[&[u8]]) -> Ordering {
    let differing = a.iter().zip(b).map(|(a, b)| key_order(a, b));
    differing
        .into_iter()
        .find(|order| order.is_ne())
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// A container as it will be.
struct Rewrite<'a> {
    from: Container<'a>,
    /// Elements or pairs.
    count: usize,
    parts: Vec<Part<'a>>,
    /// Children of `from` that are in `parts` or left out.
    done: usize,
}

/// Children side by side.
enum Part<'a> {
    Copied(Range<usize>),
    New(Item<'a>),
    Rewritten(Rewrite<'a>),
}

/// What the changes whose paths begin with the same `depth` keys make of the value there; none when they leave it as
/// it is.
fn plan<'a>(
    value: Item<'a>,
    changes: &[Indexed<'a>],
    depth: usize,
) -> Result<Option<Rewrite<'a>>, Misfit> {
    let Indexed { index, change } = changes[0];
    if change.path.len() > depth {
        return plan_object(value, changes, depth);
    }
    if let Some(other) = changes.get(1) {
        return Err(Misfit::Overlap {
            change: other.index,
        });
    }
    match change.action {
        Action::Set(_) => Err(Misfit::EmptyPath { change: index }),
        Action::Merge(pairs) => plan_merge(value, pairs, index, depth),
        Action::Elements(elements) => plan_elements(value, elements, index),
    }
}

fn plan_object<'a>(
    value: Item<'a>,
    changes: &[Indexed<'a>],
    depth: usize,
) -> Result<Option<Rewrite<'a>>, Misfit> {
    let object = container(value, true)?.ok_or(Misfit::NotObject {
        change: changes[0].index,
        depth,
    })?;
    let mut rewrite = Rewrite::of(object);
    for group in changes.chunk_by(|a, b| a.change.path[depth] == b.change.path[depth]) {
        let Indexed { index, change } = group[0];
        let pair = object
            .find(change.path[depth])
            .ok_or(Misfit::Damaged)?
            .map_err(|_| Misfit::Missing {
                change: index,
                depth,
            })?;
        let former = object.value(pair).ok_or(Misfit::Damaged)?;
        let child = object.count + pair;
        match change.action {
            Action::Set(new) if change.path.len() == depth + 1 => {
                if let Some(other) = group.get(1) {
                    return Err(Misfit::Overlap {
                        change: other.index,
                    });
                }
                if !is_same(former, new) {
                    rewrite.replace(child, Part::New(new));
                }
            }
            _ => {
                if let Some(inner) = plan(former, group, depth + 1)? {
                    rewrite.replace(child, Part::Rewritten(inner));
                }
            }
        }
    }
    rewrite.finish(object.count)
}

fn plan_merge<'a>(
    value: Item<'a>,
    pairs: &'a [u8],
    change: usize,
    depth: usize,
) -> Result<Option<Rewrite<'a>>, Misfit> {
    let object = container(value, true)?.ok_or(Misfit::NotObject { change, depth })?;
    let pairs =
        container(Item::Container(pairs), true)?.ok_or(Misfit::GivenNotObject { change })?;
    let mut found = Vec::with_capacity(pairs.count);
    for pair in 0..pairs.count {
        let key = pairs.key(pair).ok_or(Misfit::Damaged)?;
        let new = pairs.value(pair).ok_or(Misfit::Damaged)?;
        found.push((key, new, object.find(key).ok_or(Misfit::Damaged)?));
    }
    let mut rewrite = Rewrite::of(object);
    let mut count = object.count;
    for (key, _, place) in &found {
        if let Err(place) = place {
            rewrite.insert(*place, Part::New(Item::String(key)));
            count += 1;
        }
    }
    for (_, new, place) in found {
        match place {
            Err(place) => rewrite.insert(object.count + place, Part::New(new)),
            Ok(pair) if !is_same(object.value(pair).ok_or(Misfit::Damaged)?, new) => {
                rewrite.replace(object.count + pair, Part::New(new));
            }
            Ok(_) => {}
        }
    }
    rewrite.finish(count)
}

fn plan_elements<'a>(
    value: Item<'a>,
    elements: Elements<'a>,
    change: usize,
) -> Result<Option<Rewrite<'a>>, Misfit> {
    let array = container(value, false)?.ok_or(Misfit::NotArray { change })?;
    let order = |a: i64, b: i64| {
        if elements.is_descending {
            b.cmp(&a)
        } else {
            a.cmp(&b)
        }
    };
    let mut wanted = elements.changes.to_vec();
    wanted.sort_by(|a, b| order(a.0, b.0));
    let mut identity_of = Identity::new(elements.identity);
    for (i, (identity, new)) in wanted.iter().enumerate() {
        let identity = *identity;
        if i > 0 && wanted[i - 1].0 == identity {
            return Err(Misfit::GivenTwice { change, identity });
        }
        if new.is_some_and(|new| identity_of.of(new) != Some(identity)) {
            return Err(Misfit::WrongIdentity { change, identity });
        }
    }

    let mut rewrite = Rewrite::of(array);
    let mut count = array.count;
    let mut wanted = wanted.into_iter().peekable();
    let mut before = None;
    for (element, former) in array.elements().enumerate() {
        let former = former.ok_or(Misfit::Damaged)?;
        let identity = identity_of
            .of(former)
            .ok_or(Misfit::NoIdentity { change, element })?;
        if before.is_some_and(|before| order(before, identity).is_ge()) {
            return Err(Misfit::Disorder { change, element });
        }
        before = Some(identity);
        while let Some((at, new)) = wanted.next_if(|(at, _)| order(*at, identity).is_le()) {
            match new {
                Some(new) if at != identity => {
                    rewrite.insert(element, Part::New(new));
                    count += 1;
                }
                Some(new) if !is_same(former, new) => rewrite.replace(element, Part::New(new)),
                None if at == identity => {
                    rewrite.remove(element);
                    count -= 1;
                }
                _ => {}
            }
        }
    }
    for new in wanted.filter_map(|(_, new)| new) {
        rewrite.insert(array.count, Part::New(new));
        count += 1;
    }
    if !elements.may_be_empty && (array.count == 0 || count == 0) {
        return Err(Misfit::Empty { change });
    }
    rewrite.finish(count)
}

/// The object or array that a value is; none when it is something else.
fn container(value: Item<'_>, is_object: bool) -> Result<Option<Container<'_>>, Misfit> {
    let Item::Container(bytes) = value else {
        return Ok(None);
    };
    let container = Container::of_jsonb(bytes).ok_or(Misfit::Damaged)?;
    Ok((container.is_object == is_object).then_some(container))
}

/// Whether two values have the same bytes.
fn is_same(former: Item<'_>, new: Item<'_>) -> bool {
    match (former, new) {
        (Item::Numeric(former), Item::Integer(new)) => {
            let (bytes, len) = numeric(new);
            former == &bytes[..len]
        }
        _ => former == new,
    }
}

impl<'a> Rewrite<'a> {
    fn of(from: Container<'a>) -> Self {
        Rewrite {
            from,
            count: from.count,
            parts: Vec::new(),
            done: 0,
        }
    }

    /// Keeps the children up to this one. Calls come in the order of the children.
    fn keep_to(&mut self, child: usize) {
        if child > self.done {
            self.parts.push(Part::Copied(self.done..child));
            self.done = child;
        }
    }

    /// Before this child.
    fn insert(&mut self, child: usize, part: Part<'a>) {
        self.keep_to(child);
        self.parts.push(part);
    }

    fn replace(&mut self, child: usize, part: Part<'a>) {
        self.insert(child, part);
        self.done = child + 1;
    }

    fn remove(&mut self, child: usize) {
        self.keep_to(child);
        self.done = child + 1;
    }

    /// None when nothing was changed.
    fn finish(mut self, count: usize) -> Result<Option<Self>, Misfit> {
        if self.parts.is_empty() && self.done == 0 {
            return Ok(None);
        }
        if count > COUNT_MASK as usize {
            return Err(Misfit::TooLarge);
        }
        self.keep_to(self.from.children());
        self.count = count;
        Ok(Some(self))
    }

    /// Appends the container to `out`, whose length is a multiple of four.
    fn append_to(&self, out: &mut Vec<u8>) -> Result<(), Misfit> {
        let (kind, children) = if self.from.is_object {
            (OBJECT, 2 * self.count)
        } else {
            (ARRAY, self.count)
        };
        let mut entries = Entries::begin(out, kind | self.count as u32, children);
        for part in &self.parts {
            match part {
                Part::Copied(range) => copy(&self.from, range.clone(), out, &mut entries)?,
                Part::New(item) => {
                    let entry = item.append_to(out)?;
                    entries.push(out, entry)?;
                }
                Part::Rewritten(inner) => {
                    let start = out.len();
                    align(out);
                    inner.append_to(out)?;
                    let len = out.len() - start;
                    if len > MAX_BYTES {
                        return Err(Misfit::TooLarge);
                    }
                    entries.push(out, ENTRY_CONTAINER | len as u32)?;
                }
            }
        }
        Ok(())
    }
}

/// Appends children as they are.
fn copy(
    from: &Container<'_>,
    range: Range<usize>,
    out: &mut Vec<u8>,
    entries: &mut Entries,
) -> Result<(), Misfit> {
    let mut children = from.run(range);
    let mut next = || {
        children
            .next()
            .map(|child| child.ok_or(Misfit::Damaged))
            .transpose()
    };
    while let Some(child) = next()? {
        // Values lie at multiples of four bytes from where the container starts, here and there.
        if out.len() % 4 != child.start % 4 {
            let item = from.item(child).ok_or(Misfit::Damaged)?;
            let entry = item.append_to(out)?;
            entries.push(out, entry)?;
            continue;
        }
        let mut end = child.end;
        entries.push(out, entry_of(child))?;
        while let Some(child) = next()? {
            end = child.end;
            entries.push(out, entry_of(child))?;
        }
        out.extend_from_slice(from.bytes(child.start, end).ok_or(Misfit::Damaged)?);
    }
    Ok(())
}

/// The entry with the length of a child that is copied with its padding.
fn entry_of(child: Child) -> u32 {
    child.kind | (child.end - child.start) as u32
}
