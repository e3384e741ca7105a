//! The frame parser: RFC 6455 frames of a client, in a buffer hardly larger than the longest
//! message.
//!
//! By hand, because tungstenite keeps a read buffer and a message buffer for each socket, and here
//! thousands of idle connections have neither. Its parser of frame headers is used.
//!
//! Bytes in, one frame out, nothing asynchronous: [`crate::reader`] waits for the socket.

use std::io::Cursor;
use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{CloseCode, Control, Data, OpCode},
};

/// The longest message that a client may send, in bytes.
pub const LONGEST_MESSAGE: usize = 64;

/// The longest payload of a control frame (RFC 6455, section 5.5).
const LONGEST_CONTROL: usize = 125;

/// Two bytes, the longest form of a length, a mask, and the longest control frame. A data frame is
/// shorter, or refused by its header.
const BUFFER: usize = 2 + 8 + 4 + LONGEST_CONTROL;

/// Bytes of a connection that were read and not yet parsed. Most connections have none, most of the
/// time.
#[derive(Debug)]
pub struct Decoder {
    bytes: [u8; BUFFER],
    filled: u8,
    /// The fragments of a message whose last fragment is missing.
    fragments: [u8; LONGEST_MESSAGE],
    joined: u8,
    is_fragmented: bool,
}

/// A frame that a client sent; the fragments of a message are joined.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// A whole message.
    Binary(Payload),
    /// A fragment of a message whose last fragment is missing. The decoder keeps it. It is reported
    /// so that the rate limit counts it: a message may have any number of empty ones.
    Fragment,
    /// A ping.
    Ping(Payload),
    /// A pong.
    Pong,
    /// A close frame, with its code if it has one.
    Close(Option<u16>),
}

/// A payload, at most as long as a control frame's. It needs no allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload {
    bytes: [u8; LONGEST_CONTROL],
    length: u8,
}

impl std::ops::Deref for Payload {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl Payload {
    fn of(payload: &[u8]) -> Self {
        let mut bytes = [0; LONGEST_CONTROL];
        bytes[..payload.len()].copy_from_slice(payload);
        Self {
            bytes,
            length: payload.len() as u8,
        }
    }
}

/// Why a connection cannot be read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// An opcode that RFC 6455 does not define.
    UnknownOpcode,
    /// A reserved bit is set, and no extension was negotiated.
    ReservedBit,
    /// The payload is not masked.
    NotMasked,
    /// A control frame in fragments.
    FragmentedControl,
    /// A control frame with more than 125 bytes.
    LongControl,
    /// A continuation frame without a first fragment.
    UnexpectedContinuation,
    /// A new message before the last fragment of the one before.
    InterleavedMessage,
    /// A close frame with one byte of payload.
    HalfCloseCode,
    /// A close code that must not be sent.
    CloseCodeNotAllowed,
    /// A text message; the game's protocol is binary.
    Text,
    /// A close reason that is not UTF-8.
    ReasonNotUtf8,
    /// A message longer than [`LONGEST_MESSAGE`].
    TooBig,
}

impl DecodeError {
    /// The close code that the server answers with.
    pub fn code(self) -> u16 {
        match self {
            Self::Text => 1003,
            Self::ReasonNotUtf8 => 1007,
            Self::TooBig => 1009,
            _ => 1002,
        }
    }

    /// The reason beside the code.
    pub fn reason(self) -> &'static str {
        match self {
            Self::UnknownOpcode => "there is no such opcode",
            Self::ReservedBit => "no extension was agreed upon",
            Self::NotMasked => "a client masks its frames",
            Self::FragmentedControl => "a control frame comes in one piece",
            Self::LongControl => "a control frame has 125 bytes at most",
            Self::UnexpectedContinuation => "a continuation frame without a first frame",
            Self::InterleavedMessage => "a message within a message",
            Self::HalfCloseCode => "a close code of one byte",
            Self::CloseCodeNotAllowed => "a close code that must not be sent",
            Self::Text => "binary messages only",
            Self::ReasonNotUtf8 => "a reason that is no UTF-8",
            Self::TooBig => "message too big",
        }
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self {
            bytes: [0; BUFFER],
            filled: 0,
            fragments: [0; LONGEST_MESSAGE],
            joined: 0,
            is_fragmented: false,
        }
    }
}

impl Decoder {
    /// Where to put the next bytes. Never empty after [`decode`](Self::decode) returned `None`.
    pub fn space(&mut self) -> &mut [u8] {
        &mut self.bytes[usize::from(self.filled)..]
    }

    /// Says that `count` bytes were put into the [`space`](Self::space).
    pub fn fill(&mut self, count: usize) {
        self.filled = (usize::from(self.filled) + count).min(BUFFER) as u8;
    }

    /// Whether no message has begun: the next byte is the first of a new one.
    pub fn is_between_messages(&self) -> bool {
        self.filled == 0 && !self.is_fragmented
    }

    /// The number of bytes that are not parsed yet.
    pub fn unparsed(&self) -> usize {
        self.filled.into()
    }

    /// Whether the last fragment of a message is missing.
    pub fn is_fragmented(&self) -> bool {
        self.is_fragmented
    }

    /// Parses the next frame. `None` if more bytes are needed.
    ///
    /// # Errors
    /// The bytes are no valid frame, or one that the game does not accept.
    pub fn decode(&mut self) -> Result<Option<Frame>, DecodeError> {
        let filled = usize::from(self.filled);
        let mut cursor = Cursor::new(&self.bytes[..filled]);
        let header = FrameHeader::parse(&mut cursor);
        let header = header.map_err(|_| DecodeError::UnknownOpcode)?;
        let Some((header, length)) = header else {
            return Ok(None);
        };
        let start = cursor.position() as usize;
        let mask = check(&header, length)?;
        let end = start + length as usize; // `check` refuses more than 125 bytes.
        if filled < end {
            return Ok(None);
        }
        let payload = &mut self.bytes[start..end];
        payload
            .iter_mut()
            .zip(mask.iter().cycle())
            .for_each(|(byte, mask)| *byte ^= mask);
        let payload = Payload::of(payload);
        self.bytes.copy_within(end..filled, 0);
        self.filled = (filled - end) as u8;
        self.assemble(&header, payload).map(Some)
    }

    fn assemble(&mut self, header: &FrameHeader, payload: Payload) -> Result<Frame, DecodeError> {
        match header.opcode {
            OpCode::Control(Control::Ping) => Ok(Frame::Ping(payload)),
            OpCode::Control(Control::Pong) => Ok(Frame::Pong),
            OpCode::Control(_) => close_code(&payload).map(Frame::Close),
            OpCode::Data(Data::Continue) if !self.is_fragmented => {
                Err(DecodeError::UnexpectedContinuation)
            }
            OpCode::Data(Data::Continue) => self.join(header, &payload),
            OpCode::Data(_) if self.is_fragmented => Err(DecodeError::InterleavedMessage),
            OpCode::Data(_) if header.is_final => Ok(Frame::Binary(payload)),
            OpCode::Data(_) => {
                self.joined = 0;
                self.join(header, &payload)
            }
        }
    }

    fn join(&mut self, header: &FrameHeader, fragment: &[u8]) -> Result<Frame, DecodeError> {
        let start = usize::from(self.joined);
        let end = start + fragment.len();
        let space = self.fragments.get_mut(start..end);
        space.ok_or(DecodeError::TooBig)?.copy_from_slice(fragment);
        self.joined = end as u8;
        self.is_fragmented = !header.is_final;
        Ok(match header.is_final {
            true => Frame::Binary(Payload::of(&self.fragments[..end])),
            false => Frame::Fragment,
        })
    }
}

/// Checks a frame before its payload has arrived, and returns its mask.
fn check(header: &FrameHeader, length: u64) -> Result<[u8; 4], DecodeError> {
    if header.rsv1 || header.rsv2 || header.rsv3 {
        return Err(DecodeError::ReservedBit);
    }
    let mask = header.mask.ok_or(DecodeError::NotMasked)?;
    match header.opcode {
        OpCode::Control(_) if !header.is_final => Err(DecodeError::FragmentedControl),
        OpCode::Control(_) if length > LONGEST_CONTROL as u64 => Err(DecodeError::LongControl),
        OpCode::Data(Data::Text) => Err(DecodeError::Text),
        OpCode::Data(_) if length > LONGEST_MESSAGE as u64 => Err(DecodeError::TooBig),
        _ => Ok(mask),
    }
}

/// The code in a close frame's payload. `None` if the payload is empty.
fn close_code(payload: &[u8]) -> Result<Option<u16>, DecodeError> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return match payload {
            [] => Ok(None),
            _ => Err(DecodeError::HalfCloseCode),
        };
    };
    let code = u16::from_be_bytes(*code);
    if !CloseCode::from(code).is_allowed() {
        return Err(DecodeError::CloseCodeNotAllowed);
    }
    std::str::from_utf8(reason).map_err(|_| DecodeError::ReasonNotUtf8)?;
    Ok(Some(code))
}

#[cfg(test)]
mod tests;
