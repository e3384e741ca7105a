//! Every end of a connection has its code, and reaches the phone.

#[path = "../common/mod.rs"]
mod common;

mod behind;
mod closing;
mod full;
mod origins;
mod silent;
mod wire;
