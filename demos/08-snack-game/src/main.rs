//! Step 8: Snack Rush, the game that the whole room plays.

fn main() {}
