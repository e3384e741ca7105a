//! The server behind a proxy: which address players get, who counts as the client, and what is said
//! if a proxy breaks the game.

mod addresses;
mod clients;
mod naive;
