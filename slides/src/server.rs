//! A talk from its beginning to Ctrl-C: who is born, who owns whom, who goes last.

use crate::{
    address,
    capacity::{Capacity, PRESENTERS},
    deck::{self, Place},
    kit,
    options::Options,
    public_name::Public,
    stage::{Addresses, Shown, Stage, ToStage, Traffic, WISHES_WAITING},
    web::{self, Guard, Secret, Shared},
};
use harness::advice;
use std::{
    collections::BTreeMap,
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, PoisonError, RwLock},
    thread,
    time::{Duration, SystemTime},
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, mpsc, watch},
};

/// How often the deck's files are looked at.
const LOOK: Duration = Duration::from_millis(400);

/// Where the game is hosted.
const GAME_PORT: u16 = 7008;

/// Runs the talk.
pub(crate) fn run(options: &Options, terminal: bool) -> io::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(talk(options, terminal));
    // Nobody is waited for any more: pages close when their server has gone.
    runtime.shutdown_background();
    ended
}

async fn talk(options: &Options, terminal: bool) -> io::Result<ExitCode> {
    let capacity = Capacity::raised();
    let place = Place::new(options.deck.clone());
    let (decks, complaints) = deck::load(&place);
    for complaint in complaints.iter().take(12) {
        eprintln!("{complaint}");
    }
    if decks.iter().any(|deck| deck.slides.is_empty()) {
        eprintln!(
            "slides: there is no deck in {} (a folder en/ and a folder ko/, with slides in both)",
            place.folder.display()
        );
        return Ok(ExitCode::FAILURE);
    }
    let presenter = bind(options.listen).await?;
    let here = presenter.local_addr()?;
    let phones = match options.audience {
        Some(port) => Some(bind((Ipv4Addr::UNSPECIFIED, port).into()).await?),
        None => None,
    };
    let lan = phones
        .as_ref()
        .and_then(|_| options.address.or_else(address::address));
    let follow = match &phones {
        Some(listener) => {
            let port = listener.local_addr()?.port();
            Some(SocketAddr::from((lan.unwrap_or(Ipv4Addr::LOCALHOST), port)))
        }
        None => None,
    };
    let play = SocketAddr::from((lan.unwrap_or(Ipv4Addr::LOCALHOST), GAME_PORT));
    let hall = format!("http://{}:{GAME_PORT}", Ipv4Addr::LOCALHOST);
    let addresses = Addresses {
        follow: follow.map(|at| {
            options
                .public
                .as_ref()
                .map_or_else(|| address::url(at), Public::url)
        }),
        game: SocketAddr::from((
            if lan.is_some() {
                Ipv4Addr::UNSPECIFIED
            } else {
                Ipv4Addr::LOCALHOST
            },
            GAME_PORT,
        ))
        .to_string(),
        play: address::url(play),
        hall: hall.clone(),
    };

    let secret = Secret::new().map_err(io::Error::other)?;
    let traffic = Arc::new(Traffic::new());
    let (stage_is, inbox) = mpsc::channel(WISHES_WAITING);
    let (pages, pages_show) = watch::channel("{}".into());
    let (to_phones, phones_show) = watch::channel("{}".into());
    let shared = Shared {
        stage: stage_is.clone(),
        pages: pages_show,
        phones: phones_show,
        decks: Arc::new(RwLock::new(decks.clone())),
        place: place.clone(),
        secret: secret.clone(),
        traffic: Arc::clone(&traffic),
        seats: Arc::new(Semaphore::new(PRESENTERS)),
        capacity,
        follow: addresses.follow.clone(),
        play: addresses.play.clone(),
    };
    let shown = Shown {
        pages,
        phones: to_phones,
    };
    let stage = Stage::new(
        &options.language,
        addresses.clone(),
        stage_is.clone(),
        traffic,
        shown,
    );

    let names = [
        format!("127.0.0.1:{}", here.port()),
        format!("localhost:{}", here.port()),
        format!("[::1]:{}", here.port()),
    ];
    tokio::spawn(web::serve_presenter(
        presenter,
        Guard::of_the_presenter(names.to_vec(), hall.clone()),
        shared.clone(),
    ));
    let address = addresses.follow.clone().filter(|_| options.hands_out);
    let kit = address.map(|address| {
        let stage = stage_is.clone();
        kit::Hall::open(place.root.clone(), address, move |offer| {
            let _unless_closed = stage.blocking_send(ToStage::Kit(offer));
        })
    });
    if let (Some(listener), Some(follow)) = (phones, follow) {
        let port = follow.port();
        tokio::spawn(web::serve_phones(
            listener,
            Guard::of_the_phones(vec![format!("localhost:{port}")], options.public.clone()),
            Shared {
                seats: Arc::new(Semaphore::new(capacity.phones)),
                ..shared.clone()
            },
            kit.clone(),
        ));
    }
    let _unless_closed = stage_is.send(ToStage::Deck { decks, complaints }).await;
    watch_the_deck(place, stage_is, shared.decks);
    greet(
        here,
        &secret,
        &addresses,
        &capacity,
        (options.public.is_none()).then(|| lan.is_none()),
        terminal,
    );
    // It takes what it started along.
    stage.run(inbox, closing()).await;
    if let Some(kit) = kit {
        kit.close();
    }
    println!("\nThe stage is dark. Every demo has ended.");
    Ok(ExitCode::SUCCESS)
}

async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let why = no_listener(address, &error);
        io::Error::new(
            error.kind(),
            format!("{why} (--listen and --phones choose other ports)"),
        )
    })
}

/// Why the stage cannot listen on this address, and what to do.
pub(crate) fn no_listener(address: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "cannot listen on {address}: another program listens there, perhaps another stage; {}",
            advice::port_is_taken(address.port())
        ),
        io::ErrorKind::PermissionDenied => format!(
            "cannot listen on {address}: {}",
            advice::port_is_forbidden(address)
        ),
        _ => format!("cannot listen on {address}: {error}"),
    }
}

/// `lost`: this machine has no address on a network; `None` if a public name makes that no matter.
fn greet(
    here: SocketAddr,
    secret: &Secret,
    addresses: &Addresses,
    capacity: &Capacity,
    lost: Option<bool>,
    terminal: bool,
) {
    let token = secret.reveal();
    println!("Snackbar: a talk you can run. listening on {here}\n");
    println!("  projector  http://{here}/#token={token}");
    println!("  speaker    http://{here}/speaker#token={token}");
    println!("  reader     http://{here}/read");
    match &addresses.follow {
        Some(url) => {
            println!("  phones     {url}");
            if lost == Some(true) {
                println!(
                    "             (this machine has no address on a network: only it can follow)"
                );
            }
            let others = address::others(url);
            if lost.is_some() && !others.is_empty() {
                println!(
                    "             (also at {}: `--address` puts another one into the codes)",
                    others.join(", ")
                );
            }
            if lost.is_none() {
                println!(
                    "             (`--public` names this page alone: the game is at {} all the same)",
                    addresses.play
                );
            }
            if let Some(advice) = capacity.advice() {
                println!("             ({advice})");
            }
            if terminal {
                println!("\n{}", address::drawn(url));
            }
        }
        None => println!("  phones     not invited; `cargo run -- --audience` invites them"),
    }
    println!(
        "\nKeys: arrows, f full screen, s speaker, o overview, ? all of them. The list of steps: cargo run -- --list"
    );
    println!("Ctrl-C ends the stage, and every demo with it.");
}

/// Ctrl-C, or a polite end from outside.
async fn closing() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _without_signals_it_never_closes = tokio::signal::ctrl_c().await;
}

/// Reads the deck again whenever one of its files is another one than before.
fn watch_the_deck(place: Place, stage: mpsc::Sender<ToStage>, shown: Arc<RwLock<Vec<deck::Deck>>>) {
    thread::spawn(move || {
        let mut known = looks(&place);
        while !stage.is_closed() {
            thread::sleep(LOOK);
            let now = looks(&place);
            if now == known {
                continue;
            }
            known = now;
            let (decks, complaints) = deck::load(&place);
            if decks.iter().all(|deck| !deck.slides.is_empty()) {
                *shown.write().unwrap_or_else(PoisonError::into_inner) = decks.clone();
            }
            if stage
                .blocking_send(ToStage::Deck { decks, complaints })
                .is_err()
            {
                return;
            }
        }
    });
}

fn looks(place: &Place) -> BTreeMap<PathBuf, Option<(SystemTime, u64)>> {
    let files = deck::LANGUAGES
        .iter()
        .flat_map(|language| place.files(language));
    files
        .map(|file| {
            let look = fs::metadata(&file)
                .ok()
                .and_then(|it| Some((it.modified().ok()?, it.len())));
            (file, look)
        })
        .collect()
}
