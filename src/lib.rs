//! pg_tviews: tables that equal their defining view at every commit. `src/README.md` explains the data flow.
#![deny(ffi_unwind_calls, unsafe_op_in_unsafe_fn)]

pub mod analyze;
pub mod error;
pub mod jsonb;
pub mod key;
pub mod lineage;
pub mod queue;

#[cfg(any(feature = "pg15", feature = "pg16", feature = "pg17", feature = "pg18"))]
pub mod pg;

#[cfg(all(test, feature = "pg_test"))]
use pg::tests::pg_test;
