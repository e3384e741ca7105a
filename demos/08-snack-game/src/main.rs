//! The drawing of step 8: a store, a directory of rooms, a door, and a crowd; and how they go, in
//! the other order.

#[cfg(target_os = "linux")]
mod keeping;

use crowd::{Crowd, Plan};
use demo_08_snack_game::{
    audience,
    options::{self, HELP, Options, Wish},
    replay,
    server::{self, Server},
    signals, telling,
};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};
use tokio::{runtime::Builder, select, time::sleep};

fn main() -> ExitCode {
    let done = match options::parse(std::env::args_os().skip(1)) {
        Ok(Wish::Help) => Ok(HELP.to_owned()),
        Ok(Wish::Replay(file)) => replay::play(&file),
        #[cfg(target_os = "linux")]
        Ok(Wish::Serve(options)) if options.keep => keeping::keep(*options),
        #[cfg(target_os = "linux")]
        Ok(Wish::Work(options)) => keeping::work(*options),
        #[cfg(target_os = "linux")]
        Ok(Wish::Come(options, address)) => keeping::come(&options, address),
        Ok(Wish::Serve(options)) => serve(*options),
        Err(sentence) => Err(sentence),
    };
    match done {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("08-snack-game: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until it is closing time; how it closed.
fn serve(options: Options) -> Result<String, String> {
    telling::begin(options.log);
    if options.keep {
        tracing::warn!(
            "--keep needs Linux: a restart tells everybody to come back (1012), a crash does not even tell"
        );
    }
    let fit = descriptors::connections(descriptors::raise(), server::FILES_BESIDES);
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot start: {error}"))?;
    let served = runtime.block_on(async {
        let (bots, audience, lasts) = (options.bots, options.audience, options.lasts);
        let server = Server::start(options).await?;
        greet(server.address(), audience, fit);
        let crowd = come(server.address(), bots).await;
        let why = select! {
            why = signals::end() => why,
            () = over(lasts) => "its time is over",
        };
        println!("closing: {why}; once more, and it ends at once");
        let end_well = async {
            server.drain().await;
            drop(crowd); // It was told like everybody, and would come back.
        };
        Ok(select! {
            () = end_well => "closed in order".to_owned(),
            why = signals::end() => format!("ended at once: {why}, for the second time"),
        })
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    served
}

/// Where to play, in letters and, for a hall, as a code.
fn greet(address: SocketAddr, audience: bool, fit: Option<u64>) {
    let url = audience::url(address);
    if audience && let Some(code) = audience::letters(&url) {
        println!("{code}");
    }
    println!("Snack Rush · play at {url} · for the wall: {url}hall");
    if let Some(fit) = fit {
        println!("{fit} connections fit");
    }
    println!("listening on {address}");
}

/// The players that the server brings along, so that whoever comes first is not alone.
async fn come(address: SocketAddr, bots: u32) -> Option<Crowd> {
    if bots == 0 {
        return None;
    }
    let ip = match address.ip() {
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    let plan = Plan {
        players: bots,
        ..Plan::default()
    };
    Some(Crowd::start(SocketAddr::new(ip, address.port()), plan).await)
}

async fn over(lasts: Option<Duration>) {
    match lasts {
        Some(lasts) => sleep(lasts).await,
        None => std::future::pending().await,
    }
}
