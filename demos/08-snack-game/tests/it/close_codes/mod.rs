//! Every end of a connection has its close code, and the client receives it.

mod drain;
mod full;
mod invalid_frames;
mod origin_check;
mod silent_client;
mod slow_client;
