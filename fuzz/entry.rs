//! What the fuzz target does with an input; `tests/hostile.rs` does the same with a stable toolchain.

use pg_tviews::analyze::analyze;
use pg_tviews::lineage::{Plan, Snapshot, Strategy};

/// Tables `u`, `p` and `c`, a plain view `a`, and the view `v_x` to analyse.
const CATALOG: &str = include_str!("catalog.json");

/// Analyses the input as the definition of `v_x`. What follows a line with a semicolon alone is that of `a`.
///
/// Panics when the plan is not well formed: that, a crash or a hang is what fuzzing looks for.
pub fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut parts = text.splitn(2, "\n;\n");
    let mut snapshot: Snapshot = serde_json::from_str(CATALOG).expect("the catalog is a snapshot");
    for name in ["v_x", "a"] {
        if let Some(definition) = parts.next() {
            let view = snapshot.relations.iter_mut().find(|r| r.name == name);
            view.expect("the view").definition = Some(definition.to_owned());
        }
    }
    check(&analyze(&snapshot));
}

/// Every climb ends at a key, and the plan survives being stored.
fn check(plan: &Plan) {
    for (at, occurrence) in plan.occurrences.iter().enumerate() {
        assert_eq!(occurrence.id as usize, at);
        let mut next = occurrence;
        let mut hops = 0;
        while let Strategy::Link { to, .. } = &next.strategy {
            next = &plan.occurrences[*to as usize];
            hops += 1;
            assert!(hops <= plan.occurrences.len(), "a climb that does not end");
        }
        let full = matches!(occurrence.strategy, Strategy::Full);
        assert_eq!(matches!(next.strategy, Strategy::Full), full);
    }
    let stored = serde_json::to_string(plan).expect("a document");
    assert_eq!(
        *plan,
        serde_json::from_str::<Plan>(&stored).expect("a plan")
    );
}
