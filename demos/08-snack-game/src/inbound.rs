//! What comes from a phone: RFC 6455 in a buffer that is hardly larger than the longest message.
//!
//! Bytes in, one item out, nothing of it asynchronous: whoever waits for the socket is
//! [`crate::reader`].

use std::io::Cursor;
use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{CloseCode, Control, Data, OpCode},
};

/// The longest message that a client may say.
pub const LONGEST_MESSAGE: usize = 64;

/// The longest payload of a control frame, says RFC 6455.
const LONGEST_CONTROL: usize = 125;

/// Two bytes, a length that is said in as many digits as there can be, a mask, and the longest
/// control frame; a data frame is shorter, or refused by its header.
const BUFFER: usize = 2 + 8 + 4 + LONGEST_CONTROL;

/// The bytes of a connection that were read and not yet understood. Most connections have none,
/// most of the time.
#[derive(Debug)]
pub struct Inbound {
    bytes: [u8; BUFFER],
    filled: u8,
    /// A message that comes in pieces, as long as its end is missing.
    pieces: [u8; LONGEST_MESSAGE],
    joined: u8,
    in_pieces: bool,
}

/// One thing that a client said.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    /// A whole message.
    Binary(Piece),
    /// Alive?
    Ping(Piece),
    /// Alive.
    Pong,
    /// Goodbye, with the code that was named.
    Close(Option<u16>),
}

/// At most a control frame's payload, without an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    bytes: [u8; LONGEST_CONTROL],
    length: u8,
}

impl std::ops::Deref for Piece {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl Piece {
    fn of(said: &[u8]) -> Self {
        let mut bytes = [0; LONGEST_CONTROL];
        bytes[..said.len()].copy_from_slice(said);
        Self {
            bytes,
            length: said.len() as u8,
        }
    }
}

/// Why a connection is not listened to any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Against RFC 6455: 1002.
    Protocol(&'static str),
    /// Text, where the game speaks binary: 1003.
    Text,
    /// A goodbye whose reason is no UTF-8: 1007.
    NoText,
    /// Longer than anything there is to say: 1009.
    TooBig,
}

impl Fault {
    /// The close code that tells.
    pub fn code(self) -> u16 {
        match self {
            Self::Protocol(_) => 1002,
            Self::Text => 1003,
            Self::NoText => 1007,
            Self::TooBig => 1009,
        }
    }

    /// The sentence beside it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Protocol(why) => why,
            Self::Text => "binary messages only",
            Self::NoText => "a reason that is no UTF-8",
            Self::TooBig => "message too big",
        }
    }
}

impl Default for Inbound {
    fn default() -> Self {
        Self {
            bytes: [0; BUFFER],
            filled: 0,
            pieces: [0; LONGEST_MESSAGE],
            joined: 0,
            in_pieces: false,
        }
    }
}

impl Inbound {
    /// Where the next bytes go. Never empty after [`hear`](Self::hear) said that more are needed.
    pub fn space(&mut self) -> &mut [u8] {
        &mut self.bytes[usize::from(self.filled)..]
    }

    /// So many bytes were put there.
    pub fn fill(&mut self, count: usize) {
        self.filled = (usize::from(self.filled) + count).min(BUFFER) as u8;
    }

    /// Nothing was begun and not ended: what comes next is a new message.
    pub fn is_between(&self) -> bool {
        self.filled == 0 && !self.in_pieces
    }

    /// Bytes that are here and were not understood yet.
    pub fn left(&self) -> usize {
        self.filled.into()
    }

    /// The end of a message that comes in pieces is missing.
    pub fn is_in_pieces(&self) -> bool {
        self.in_pieces
    }

    /// The next thing that was said; `None`: more bytes are needed.
    ///
    /// # Errors
    /// The connection is not worth listening to any longer.
    pub fn hear(&mut self) -> Result<Option<Said>, Fault> {
        // A frame that is a piece of a message says nothing by itself: the next one may.
        loop {
            let filled = usize::from(self.filled);
            let mut cursor = Cursor::new(&self.bytes[..filled]);
            let header = FrameHeader::parse(&mut cursor);
            let header = header.map_err(|_| Fault::Protocol("there is no such opcode"))?;
            let Some((header, length)) = header else {
                return Ok(None);
            };
            let start = cursor.position() as usize;
            let mask = check(&header, length)?;
            let end = start + length as usize; // At most 125, as was just checked.
            if filled < end {
                return Ok(None);
            }
            let payload = &mut self.bytes[start..end];
            payload
                .iter_mut()
                .zip(mask.iter().cycle())
                .for_each(|(byte, mask)| *byte ^= mask);
            let payload = Piece::of(payload);
            self.bytes.copy_within(end..filled, 0);
            self.filled = (filled - end) as u8;
            if let Some(said) = self.understand(&header, payload)? {
                return Ok(Some(said));
            }
        }
    }

    fn understand(&mut self, header: &FrameHeader, payload: Piece) -> Result<Option<Said>, Fault> {
        match header.opcode {
            OpCode::Control(Control::Ping) => Ok(Some(Said::Ping(payload))),
            OpCode::Control(Control::Pong) => Ok(Some(Said::Pong)),
            OpCode::Control(_) => goodbye(&payload).map(|code| Some(Said::Close(code))),
            OpCode::Data(Data::Continue) if !self.in_pieces => {
                Err(Fault::Protocol("a piece of nothing"))
            }
            OpCode::Data(Data::Continue) => self.join(header, &payload),
            OpCode::Data(_) if self.in_pieces => Err(Fault::Protocol("a message within a message")),
            OpCode::Data(_) if header.is_final => Ok(Some(Said::Binary(payload))),
            OpCode::Data(_) => {
                self.joined = 0;
                self.join(header, &payload)
            }
        }
    }

    fn join(&mut self, header: &FrameHeader, piece: &[u8]) -> Result<Option<Said>, Fault> {
        let (start, end) = (
            usize::from(self.joined),
            usize::from(self.joined) + piece.len(),
        );
        let space = self.pieces.get_mut(start..end).ok_or(Fault::TooBig)?;
        space.copy_from_slice(piece);
        self.joined = end as u8;
        self.in_pieces = !header.is_final;
        Ok(header
            .is_final
            .then(|| Said::Binary(Piece::of(&self.pieces[..end]))))
    }
}

/// What can be said of a frame before its payload has come.
fn check(header: &FrameHeader, length: u64) -> Result<[u8; 4], Fault> {
    if header.rsv1 || header.rsv2 || header.rsv3 {
        return Err(Fault::Protocol("no extension was agreed upon"));
    }
    let mask = header
        .mask
        .ok_or(Fault::Protocol("a client masks its frames"))?;
    match header.opcode {
        OpCode::Control(_) if !header.is_final => {
            Err(Fault::Protocol("a control frame comes in one piece"))
        }
        OpCode::Control(_) if length > LONGEST_CONTROL as u64 => {
            Err(Fault::Protocol("a control frame has 125 bytes at most"))
        }
        OpCode::Data(Data::Text) => Err(Fault::Text),
        OpCode::Data(_) if length > LONGEST_MESSAGE as u64 => Err(Fault::TooBig),
        _ => Ok(mask),
    }
}

fn goodbye(payload: &[u8]) -> Result<Option<u16>, Fault> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return match payload {
            [] => Ok(None),
            _ => Err(Fault::Protocol("half a close code")),
        };
    };
    let code = u16::from_be_bytes(*code);
    if !CloseCode::from(code).is_allowed() {
        return Err(Fault::Protocol("nobody may send this close code"));
    }
    std::str::from_utf8(reason).map_err(|_| Fault::NoText)?;
    Ok(Some(code))
}

#[cfg(test)]
mod tests;
