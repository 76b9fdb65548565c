//! The edge to the server, and the only place that names pgrx.

pub mod backend;
pub mod boundary;
pub mod capture;
pub mod catalog;
pub mod compat;
pub mod copies;
pub mod counters;
pub mod deadline;
pub mod direct;
pub mod documents;
pub mod elements;
pub mod events;
pub mod flush;
pub mod functions;
pub mod hooks;
pub mod identity;
pub mod jsonb_functions;
pub mod locks;
pub mod merge;
pub mod patch;
pub mod planner;
pub mod progress;
pub mod raw;
pub mod restriction;
pub mod rows;
pub mod settings;
pub mod shared;
pub mod spi;
pub mod stats;
#[cfg(feature = "pg_test")]
pub mod tests;
pub mod types;
pub mod values;

pgrx::pg_module_magic!();

/// Called by the server when it loads the library, which the first captured write or the first call of a function
/// does; nothing has to be preloaded.
///
/// # Safety
/// Called by the server only.
#[no_mangle]
pub unsafe extern "C-unwind" fn _PG_init() {
    // SAFETY: the whole body of a function called by the server.
    unsafe {
        boundary::boundary(|| {
            settings::register();
            hooks::register();
            planner::register();
            shared::register();
            backend::set_loaded_now();
            Ok(())
        });
    }
}
