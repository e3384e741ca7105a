//! The rules and the words of Snack Rush: no threads, no clocks, no sockets.
