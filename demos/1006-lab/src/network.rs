//! What lies between a browser and a server: proxies that mean well, and networks that do not say
//! when they fail.

use super::forwarded::pair;
use socket2::SockRef;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::TcpStream,
    select,
    time::{sleep, timeout},
};

/// A proxy cuts who is silent for this long. The common ones take 60 s.
pub(super) const IDLE: Duration = Duration::from_millis(1000);

/// After these bytes a line goes dark.
pub(super) const LAST_WORDS: &str = "the last words of this line";

/// How long a dark line stays dark. A real one does until a kernel gives up, after a quarter of an
/// hour.
const DARK: Duration = Duration::from_secs(30);

/// A slow line takes this much.
const SIP: usize = 4096;

/// … and then a breath.
const BREATH: Duration = Duration::from_millis(5);

/// The line of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Nothing lies between.
    Direct,
    /// A proxy that cuts who is silent.
    IdleProxy,
    /// A line that goes dark: nothing arrives, and nobody is told.
    HalfOpen,
    /// A line that takes its time.
    Slow,
    /// A line that changes a letter of what the browser says first.
    Garbled,
}

impl Network {
    /// Lays the line: the browser is at the near end, and what is returned is what a server gets.
    pub(super) async fn connect(self, browser: TcpStream) -> io::Result<TcpStream> {
        if self == Network::Direct {
            return Ok(browser);
        }
        let (near, far) = pair().await?;
        if self == Network::Slow {
            SockRef::from(&near).set_recv_buffer_size(SIP)?;
        }
        tokio::spawn(async move {
            // However it ends, both ends of the line end with it.
            let _cut = match self {
                Network::Direct => Ok(()),
                Network::IdleProxy => idle(browser, near).await,
                Network::HalfOpen => dark(browser, near).await,
                Network::Slow => slow(browser, near).await,
                Network::Garbled => garbled(browser, near).await,
            };
        });
        Ok(far)
    }
}

async fn idle(mut browser: TcpStream, mut server: TcpStream) -> io::Result<()> {
    let (mut up, mut down) = ([0; SIP], [0; SIP]);
    loop {
        let either = async {
            select! {
                read = browser.read(&mut up) => server.write_all(&up[..some(read)?]).await,
                read = server.read(&mut down) => browser.write_all(&down[..some(read)?]).await,
            }
        };
        timeout(IDLE, either).await??;
    }
}

async fn dark(mut browser: TcpStream, mut server: TcpStream) -> io::Result<()> {
    until_the_last_words(&mut browser, &mut server).await?;
    // Both sockets stay as they are: no end, no reset, no bytes.
    sleep(DARK).await;
    Ok(())
}

/// Carries both ways, up to the last words and not a byte further: a ping may follow them in the
/// same read.
async fn until_the_last_words(browser: &mut TcpStream, server: &mut TcpStream) -> io::Result<()> {
    let (mut up, mut said, mut told) = ([0; SIP], Vec::new(), 0);
    loop {
        select! {
            read = browser.read(&mut up) => server.write_all(&up[..some(read)?]).await?,
            read = server.read_buf(&mut said) => {
                some(read)?;
                let last = said.windows(LAST_WORDS.len()).position(|words| words == LAST_WORDS.as_bytes());
                let until = last.map_or(said.len(), |last| last + LAST_WORDS.len());
                browser.write_all(&said[told..until]).await?;
                if last.is_some() {
                    return Ok(());
                }
                told = until;
            }
        }
    }
}

async fn slow(browser: TcpStream, server: TcpStream) -> io::Result<()> {
    let (mut from_browser, mut to_browser) = browser.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move {
        let _ended = tokio::io::copy(&mut from_browser, &mut to_server).await;
        let _ended_already = to_server.shutdown().await;
    });
    let mut sip = [0; SIP];
    loop {
        let read = from_server.read(&mut sip).await?;
        if read == 0 {
            return to_browser.shutdown().await;
        }
        to_browser.write_all(&sip[..read]).await?;
        sleep(BREATH).await;
    }
}

async fn garbled(mut browser: TcpStream, mut server: TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(browser.read_u8().await?);
    }
    server.write_all(&head).await?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(server.read_u8().await?);
    }
    browser.write_all(&answer).await?;
    // Two bytes of header, four of mask, and the first letter: 0xFF begins no letter in UTF-8.
    let mut frame = [0; 7];
    browser.read_exact(&mut frame).await?;
    frame[6] = 0xFF ^ frame[2];
    server.write_all(&frame).await?;
    copy_bidirectional(&mut browser, &mut server).await?;
    Ok(())
}

fn some(read: io::Result<usize>) -> io::Result<usize> {
    match read? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        read => Ok(read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a browser gets of what a server says, piece by piece, until its line goes dark.
    async fn heard_of(pieces: &[&str]) -> String {
        let (mut browser, mut near) = pair().await.unwrap();
        let (mut far, mut server) = pair().await.unwrap();
        for piece in pieces {
            server.write_all(piece.as_bytes()).await.unwrap();
        }
        let dark = until_the_last_words(&mut near, &mut far);
        let dark = timeout(Duration::from_secs(30), dark).await;
        dark.expect("the line goes dark").unwrap();
        drop(near);
        let mut heard = String::new();
        browser.read_to_string(&mut heard).await.unwrap();
        heard
    }

    #[tokio::test]
    async fn a_line_goes_dark_after_the_last_words_whatever_follows_them() {
        let words = format!("101 and a frame: {LAST_WORDS}");
        assert_eq!(heard_of(&[&words]).await, words);
        assert_eq!(heard_of(&[&words, "a ping"]).await, words);
        let (first, second) = words.split_at(25);
        assert_eq!(heard_of(&[first, second, "a ping"]).await, words);
    }
}
