//! What stands behind an option, and what is understood of it.

use std::{
    ffi::OsString,
    fmt::Display,
    net::{SocketAddr, ToSocketAddrs},
    ops::RangeInclusive,
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

/// The rest of the command line.
pub(super) struct Words(lexopt::Parser);

impl Words {
    /// All of it.
    pub(super) fn of(words: Vec<OsString>) -> Self {
        Self(lexopt::Parser::from_args(words))
    }

    /// The next option, or a word that stands for itself.
    pub(super) fn next(&mut self) -> Result<Option<lexopt::Arg<'_>>, String> {
        self.0.next().map_err(|error| see_help(&error))
    }

    /// A file, if anything is named.
    pub(super) fn file(&mut self) -> Option<PathBuf> {
        self.0.value().ok().map(PathBuf::from)
    }

    /// Whatever stands behind `option`, which `wants` something.
    pub(super) fn any(&mut self, option: &str, wants: &str) -> Result<OsString, String> {
        let told = self.0.value();
        told.map_err(|_| format!("--{option} wants {wants}"))
    }

    /// The value of `option`, which `wants` something that `read` understands.
    pub(super) fn value<T>(
        &mut self,
        option: &str,
        wants: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, String> {
        let told = self.any(option, wants)?;
        let told = told.to_string_lossy();
        // A secret is not repeated: errors end in logs.
        let said = if option.starts_with("token") {
            String::new()
        } else {
            format!(", not {told:?}")
        };
        read(&told).ok_or_else(|| format!("--{option} wants {wants}{said}"))
    }

    /// So long.
    pub(super) fn seconds(&mut self, option: &str) -> Result<Duration, String> {
        let told = self.value(option, "whole seconds, such as 20", number::<u32>)?;
        Ok(Duration::from_secs(told.into()))
    }
}

/// What is wrong, and where to read what is right.
pub(super) fn see_help(wrong: &impl Display) -> String {
    format!("{wrong}; --help tells what there is")
}

pub(super) fn number<T: FromStr>(told: &str) -> Option<T> {
    told.parse().ok()
}

/// A number that is one of these.
pub(super) fn within<T: FromStr + PartialOrd>(
    fits: RangeInclusive<T>,
) -> impl Fn(&str) -> Option<T> {
    move |told| number(told).filter(|number| fits.contains(number))
}

/// An address, or this machine by its name; no other name, for asking the network for one may take
/// as long as it likes.
pub(super) fn address(told: &str) -> Option<SocketAddr> {
    number(told).or_else(|| {
        let port: u16 = number(told.strip_prefix("localhost:")?)?;
        let known = ("localhost", port).to_socket_addrs().ok()?;
        known.min_by_key(SocketAddr::is_ipv6)
    })
}

/// `http://host:port`, without a path.
pub(super) fn peer(told: &str) -> Option<String> {
    let told = told.trim().trim_end_matches('/');
    told.strip_prefix("http://").filter(|host| plain(host))?;
    Some(told.to_owned())
}

/// Where pages come from, as browsers name it: a scheme and a host, in small letters.
pub(super) fn origin(told: &str) -> Option<String> {
    let told = told.trim().trim_end_matches('/').to_ascii_lowercase();
    let host = told
        .strip_prefix("https://")
        .or(told.strip_prefix("http://"))?;
    plain(host).then(|| told.clone())
}

fn plain(host: &str) -> bool {
    !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
}

/// Long enough not to be guessed.
pub(super) fn secret(told: &str) -> Option<String> {
    (told.len() >= 8).then(|| told.to_owned())
}
