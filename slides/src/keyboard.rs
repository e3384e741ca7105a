//! Standard input of the list in the terminal, until the reader of the output is gone
//! (`--list | head`): then no one sees the prompt, and its answer is not waited for.

#[cfg(unix)]
use rustix::{
    event::{PollFd, PollFlags, poll},
    io::retry_on_intr,
};
use std::io::{self, Read};

/// Standard input. Only one may be used, with a buffer around it.
#[derive(Debug)]
pub(crate) struct Keyboard;

#[cfg(unix)]
impl Read for Keyboard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (input, output) = (io::stdin(), io::stdout());
        let mut ends = [
            PollFd::new(&input, PollFlags::IN),
            // The end of its reader is reported in any case.
            PollFd::new(&output, PollFlags::empty()),
        ];
        retry_on_intr(|| poll(&mut ends, None))?;
        let gone = PollFlags::ERR | PollFlags::HUP;
        if ends[1].revents().intersects(gone) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Ok(retry_on_intr(|| rustix::io::read(&input, &mut *buffer))?)
    }
}

#[cfg(not(unix))]
impl Read for Keyboard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        io::stdin().read(buffer)
    }
}
