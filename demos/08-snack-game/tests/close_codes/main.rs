//! Every end of a connection has its code, and reaches the phone.

#[path = "../common/mod.rs"]
mod common;

mod drain;
mod full;
mod invalid_frames;
mod origin_check;
mod silent_client;
mod slow_client;
