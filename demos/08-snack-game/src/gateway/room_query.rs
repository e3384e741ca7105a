//! The room that a request names.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use rush::wire::is_room;
use serde::Deserialize;

/// The answer to a name that no room can have.
pub(super) const INVALID_NAME: &str = "a room is called 1 to 24 of a-z, 0-9 and -\n";

/// The query `?room=NAME`.
#[derive(Deserialize)]
pub(crate) struct RoomQuery {
    room: Option<String>,
}

impl RoomQuery {
    /// The room's name. `None` if the query names no room.
    ///
    /// # Errors
    /// No room can have this name.
    pub(crate) fn room(self) -> Result<Option<String>, InvalidName> {
        match self.room.filter(|room| !room.is_empty()) {
            Some(room) if !is_room(&room) => Err(InvalidName),
            room => Ok(room),
        }
    }
}

/// A name that no room can have.
pub(crate) struct InvalidName;

impl IntoResponse for InvalidName {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, INVALID_NAME).into_response()
    }
}
