//! The network between a browser and a server: proxies, and networks that fail silently.

use super::forwarded::pair;
use socket2::SockRef;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::TcpStream,
    select,
    time::{sleep, timeout},
};

/// The proxy's idle timeout. Common proxies have 60 s.
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_millis(1000);

/// After these bytes the network goes silent.
pub(super) const LAST_WORDS: &str = "the last bytes on this network";

/// How long the network stays silent. In reality, until a kernel gives up after a quarter of an
/// hour.
const SILENT: Duration = Duration::from_secs(30);

/// How many bytes a slow network carries at once.
const CHUNK: usize = 4096;

/// How long a slow network pauses between two chunks.
const PAUSE: Duration = Duration::from_millis(5);

/// The network of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// No proxy: the browser's own connection.
    Direct,
    /// A proxy with an idle timeout.
    IdleProxy,
    /// A network that goes silent: no byte arrives, and neither side is notified.
    HalfOpen,
    /// A slow network.
    Slow,
    /// A network that changes a byte of the browser's first message.
    Garbled,
}

impl Network {
    /// Connects the browser to this network, and returns the server's end of it.
    pub(super) async fn connect(self, browser: TcpStream) -> io::Result<TcpStream> {
        if self == Network::Direct {
            return Ok(browser);
        }
        let (near, far) = pair().await?;
        if self == Network::Slow {
            SockRef::from(&near).set_recv_buffer_size(CHUNK)?;
        }
        tokio::spawn(async move {
            // When this task ends, it closes both connections.
            let _closed = match self {
                Network::Direct => Ok(()),
                Network::IdleProxy => idle_proxy(browser, near).await,
                Network::HalfOpen => half_open(browser, near).await,
                Network::Slow => slow(browser, near).await,
                Network::Garbled => garbled(browser, near).await,
            };
        });
        Ok(far)
    }
}

async fn idle_proxy(mut browser: TcpStream, mut server: TcpStream) -> io::Result<()> {
    let (mut up, mut down) = ([0; CHUNK], [0; CHUNK]);
    loop {
        let either = async {
            select! {
                read = browser.read(&mut up) => server.write_all(&up[..some(read)?]).await,
                read = server.read(&mut down) => browser.write_all(&down[..some(read)?]).await,
            }
        };
        timeout(IDLE_TIMEOUT, either).await??;
    }
}

async fn half_open(mut browser: TcpStream, mut server: TcpStream) -> io::Result<()> {
    carry_until_last_words(&mut browser, &mut server).await?;
    // Both connections stay open: no end, no reset, no bytes.
    sleep(SILENT).await;
    Ok(())
}

/// Carries both directions up to the last words, and not a byte further: a ping may follow them in
/// the same read.
async fn carry_until_last_words(browser: &mut TcpStream, server: &mut TcpStream) -> io::Result<()> {
    let (mut up, mut said, mut told) = ([0; CHUNK], Vec::new(), 0);
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
    let mut chunk = [0; CHUNK];
    loop {
        let read = from_server.read(&mut chunk).await?;
        if read == 0 {
            return to_browser.shutdown().await;
        }
        to_browser.write_all(&chunk[..read]).await?;
        sleep(PAUSE).await;
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
    // Two bytes of header, four of mask, and the first of the text: UTF-8 has no byte 0xFF.
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

    /// What a browser receives of a server's pieces until the network goes silent.
    async fn received(pieces: &[&str]) -> String {
        let (mut browser, mut near) = pair().await.unwrap();
        let (mut far, mut server) = pair().await.unwrap();
        for piece in pieces {
            server.write_all(piece.as_bytes()).await.unwrap();
        }
        let carrying = carry_until_last_words(&mut near, &mut far);
        let carried = timeout(Duration::from_secs(30), carrying).await;
        carried.expect("the network goes silent").unwrap();
        drop(near);
        let mut text = String::new();
        browser.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn the_network_goes_silent_after_the_last_words_even_if_a_ping_follows() {
        let words = format!("101 and a frame: {LAST_WORDS}");
        assert_eq!(received(&[&words]).await, words);
        assert_eq!(received(&[&words, "a ping"]).await, words);
        let (first, second) = words.split_at(25);
        assert_eq!(received(&[first, second, "a ping"]).await, words);
    }
}
