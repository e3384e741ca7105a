//! Step 7: the room of step 6 meets browsers.

pub mod lab;
