//! The crowd that comes by WebSocket: players of steps 7 and 8 that measure what they see.
