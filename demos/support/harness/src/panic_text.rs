//! The message of a panic.

use std::any::Any;

/// The message of a caught panic. `None` if its payload is not a text.
pub fn panic_text(payload: &(dyn Any + Send)) -> Option<&str> {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{catch_unwind, resume_unwind};

    #[test]
    fn both_kinds_of_text_are_found_and_nothing_else() {
        let payload = |run: fn()| catch_unwind(run).expect_err("it panics");
        let plain = payload(|| resume_unwind(Box::new("plain")));
        assert_eq!(panic_text(&*plain), Some("plain"));
        let formatted = payload(|| resume_unwind(Box::new(format!("seat {}", 7))));
        assert_eq!(panic_text(&*formatted), Some("seat 7"));
        assert_eq!(
            panic_text(&*payload(|| resume_unwind(Box::new(7_u8)))),
            None
        );
    }
}
