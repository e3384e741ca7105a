//! The protocol as others see it: PROTOCOL.md, the vectors for other languages, and the corpus of
//! the fuzzer.

mod decoders;
mod protocol;
mod sample;
mod vectors;
