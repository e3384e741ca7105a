//! The values of options.

use super::OptionsError;
use std::{
    ffi::OsString,
    net::{SocketAddr, ToSocketAddrs},
    ops::RangeInclusive,
    path::PathBuf,
    str::FromStr,
    time::Duration,
};
use web_server::public_url::PublicUrl;

/// The arguments that are not parsed yet.
pub(super) struct Words(lexopt::Parser);

impl Words {
    /// All arguments.
    pub(super) fn of(words: Vec<OsString>) -> Self {
        Self(lexopt::Parser::from_args(words))
    }

    /// The next option or argument.
    pub(super) fn next(&mut self) -> Result<Option<lexopt::Arg<'_>>, OptionsError> {
        Ok(self.0.next()?)
    }

    /// A file, if one is named.
    pub(super) fn file(&mut self) -> Option<PathBuf> {
        self.0.value().ok().map(PathBuf::from)
    }

    /// The value of `option`, which `wants` something.
    pub(super) fn any(
        &mut self,
        option: &str,
        wants: &'static str,
    ) -> Result<OsString, OptionsError> {
        let value = self.0.value();
        value.map_err(|_missing| OptionsError::Value {
            option: option.to_owned(),
            wants,
            said: None,
        })
    }

    /// The value of `option`, which `wants` something that `read` accepts.
    pub(super) fn value<T>(
        &mut self,
        option: &str,
        wants: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, OptionsError> {
        let value = self.any(option, wants)?;
        let value = value.to_string_lossy();
        read(&value).ok_or_else(|| OptionsError::Value {
            option: option.to_owned(),
            wants,
            // A secret is not printed, because errors end up in logs.
            said: (!option.starts_with("token")).then(|| value.to_string()),
        })
    }

    /// The URL of a server.
    pub(super) fn url(
        &mut self,
        option: &str,
        wants: &'static str,
    ) -> Result<PublicUrl, OptionsError> {
        let value = self.any(option, wants)?;
        let said = value.to_string_lossy().into_owned();
        said.parse().map_err(|why| OptionsError::Url {
            option: option.to_owned(),
            wants,
            said,
            why,
        })
    }

    /// A duration in whole seconds.
    pub(super) fn seconds(&mut self, option: &str) -> Result<Duration, OptionsError> {
        let value = self.value(option, "whole seconds, such as 20", number::<u32>)?;
        Ok(Duration::from_secs(value.into()))
    }
}

pub(super) fn number<T: FromStr>(value: &str) -> Option<T> {
    value.parse().ok()
}

/// A number in this range.
pub(super) fn within<T: FromStr + PartialOrd>(
    fits: RangeInclusive<T>,
) -> impl Fn(&str) -> Option<T> {
    move |value| number(value).filter(|number| fits.contains(number))
}

/// An address, or `localhost` and a port. No other name: resolving one may take any time.
pub(super) fn address(value: &str) -> Option<SocketAddr> {
    number(value).or_else(|| {
        let port: u16 = number(value.strip_prefix("localhost:")?)?;
        let known = ("localhost", port).to_socket_addrs().ok()?;
        known.min_by_key(SocketAddr::is_ipv6)
    })
}

/// The URL of a peer: `http://host:port`, without a path.
pub(super) fn peer(value: &str) -> Option<String> {
    let value = value.trim().trim_end_matches('/');
    value.strip_prefix("http://").filter(|host| plain(host))?;
    Some(value.to_owned())
}

/// An origin as browsers send it: a scheme and a host, in lower case.
pub(super) fn origin(value: &str) -> Option<String> {
    let value = value.trim().trim_end_matches('/').to_ascii_lowercase();
    let host = value
        .strip_prefix("https://")
        .or(value.strip_prefix("http://"))?;
    plain(host).then(|| value.clone())
}

fn plain(host: &str) -> bool {
    !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
}
