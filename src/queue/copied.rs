//! What changed rows hold in columns that stand in documents as they are.
//!
//! Only what was captured last may be written, and statements within one another are captured from the inside out. So of a
//! row that comes again nothing is known any more (docs/architecture.md, "Patching").

use std::collections::HashMap;
use std::mem::size_of;

use crate::key::Value;

/// Bytes that are kept of one source. Whoever changes more asks the view.
const BYTE_LIMIT: usize = 8 << 20;

/// New values, each with the number of its column.
pub type Cells = Box<[(usize, Value)]>;

/// The changed rows of one source, each by the key that it holds, or by the values that lead there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copied {
    /// None where the view has to be asked.
    rows: HashMap<Box<[Value]>, Option<Cells>>,
    bytes: usize,
}

impl Copied {
    /// Keeps what has changed in the row with a key, or with the values that lead to keys, or that this is not known; false when that is
    /// more than may be kept.
    pub fn change(&mut self, key: &[Value], cells: Option<Cells>) -> bool {
        if let Some(former) = self.rows.get_mut(key) {
            *former = None;
            return true;
        }
        let values = key
            .iter()
            .chain(cells.iter().flat_map(|c| c.iter().map(|(_, value)| value)));
        let size = |value: &Value| match value {
            Value::Bytes(bytes) => bytes.len(),
            Value::Null | Value::Word(_) => 0,
        };
        self.bytes += values
            .map(|value| size(value) + size_of::<(usize, Value)>())
            .sum::<usize>()
            + 4 * size_of::<Value>();
        self.rows.insert(key.into(), cells);
        self.bytes <= BYTE_LIMIT
    }

    /// The new values of the row with a key; none when the view has to be asked.
    pub fn row(&self, key: &[Value]) -> Option<&Cells> {
        self.rows.get(key)?.as_ref()
    }

    /// The new values of the only row; none when there are others, or the view has to be asked.
    pub fn only_row(&self) -> Option<&Cells> {
        let mut rows = self.rows.values();
        rows.next()?.as_ref().filter(|_| rows.next().is_none())
    }

    /// Approximate memory held, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(w: u64) -> [Value; 1] {
        [Value::Word(w)]
    }

    fn cells(w: u64) -> Option<Cells> {
        Some([(0, Value::Word(w))].into())
    }

    #[test]
    fn a_row_is_known_once() {
        let mut copied = Copied::default();
        assert!(copied.change(&word(1), cells(5)) && copied.change(&word(2), cells(6)));
        assert_eq!(copied.row(&word(1)), cells(5).as_ref());
        assert!(copied.change(&word(1), cells(7)));
        assert!(copied.change(&word(1), cells(8)));
        assert_eq!(copied.row(&word(1)), None);
        assert!(copied.change(&word(3), None) && copied.change(&word(3), cells(1)));
        assert_eq!(copied.row(&word(3)), None);
        assert_eq!(copied.row(&word(2)), cells(6).as_ref());
        assert_eq!(copied.row(&word(9)), None);
    }

    #[test]
    fn no_more_is_kept_than_may_be() {
        let mut copied = Copied::default();
        let long = Value::Bytes(vec![0; BYTE_LIMIT / 2].into());
        assert!(copied.change(&word(1), Some([(0, long.clone())].into())));
        assert!(!copied.change(&word(2), Some([(0, long)].into())));
    }
}
