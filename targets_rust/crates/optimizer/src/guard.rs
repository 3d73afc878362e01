//! Where a panic stops: it must not cross into another language, which would have to abort the process.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{Code, OptimizerError, Result};

/// Run `compute`; a panic in it becomes an error 5005.
///
/// # Errors
/// What `compute` returns, or `Panic` (5005) with the text of the panic.
pub fn guarded<T>(compute: impl FnOnce() -> Result<T>) -> Result<T> {
    // Whatever was half changed lies behind a lock, which the panic poisons.
    catch_unwind(AssertUnwindSafe(compute)).unwrap_or_else(|panic| Err(OptimizerError::new(Code::Panic, text(panic.as_ref()))))
}

fn text(panic: &(dyn Any + Send)) -> String {
    let known = panic.downcast_ref::<&str>().map(|text| (*text).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", known.as_deref().unwrap_or("no text"))
}

#[cfg(test)]
#[allow(clippy::panic)] // panics are what is tested
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_with_its_text() {
        let stopped = guarded(|| -> Result<()> { panic!("trial {}", 7) });
        assert_eq!(stopped.map_err(|error| error.to_string()), Err("[5005] panic: trial 7".to_owned()));
    }

    #[test]
    fn an_answer_passes_as_it_is() {
        let refused = OptimizerError::new(Code::Constraint, "x");
        assert_eq!(guarded(|| Ok(3)), Ok(3));
        assert_eq!(guarded::<()>(|| Err(refused.clone())), Err(refused));
    }
}
