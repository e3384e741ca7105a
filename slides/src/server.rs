//! The stage as a server: it opens its listeners, starts its tasks, and shuts down at Ctrl-C.

use crate::{
    capacity::{Capacity, PRESENTERS},
    deck::{self, Place},
    kit,
    listener::cannot_listen,
    options::Options,
    public_name::PublicName,
    reach::Reach,
    rehearsal_file::RehearsalFile,
    stage::{
        Addresses, Ended, Links, MESSAGES_WAITING, Metrics, Outputs, RemoteState, Settings,
        Snapshot, Stage, ToStage,
    },
    state_file::{Kept, StateFile},
    web::{self, AppState, CloseReason, Deck, Farewell, OriginCheck, States, Token},
};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::ExitCode,
    sync::{Arc, RwLock},
    thread,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, mpsc, oneshot, watch},
    task::{self, JoinHandle},
    time::timeout,
};
use web_server::{
    join,
    signals::{self, INTERRUPTED},
};

/// The port of the game.
const GAME_PORT: u16 = 7008;

/// Mistakes of the deck that are printed at the start, at most.
const COMPLAINTS: usize = 12;

/// How long the last write of the stage's state may take.
const LAST_WRITE: Duration = Duration::from_secs(2);

/// How long pages and phones may take, all together, to close after the goodbye.
const GOODBYE: Duration = Duration::from_secs(3);

/// Runs the stage until Ctrl-C. `terminal` says whether a QR code can be printed.
pub(crate) fn run(options: &Options, terminal: bool) -> io::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(serve(options, terminal));
    // What is still open did not close in time.
    runtime.shutdown_background();
    ended
}

async fn serve(options: &Options, terminal: bool) -> io::Result<ExitCode> {
    let capacity = Capacity::raised();
    let place = Place::new(options.deck.clone());
    let (decks, complaints) = deck::load(&place);
    for complaint in complaints.iter().take(COMPLAINTS) {
        output::err!("{complaint}");
    }
    if decks.iter().any(|deck| deck.slides.is_empty()) {
        output::err!(
            "slides: {} holds no deck: it needs Markdown files with slides, or a folder with them for \
            each language, such as en/",
            place.folder.display()
        );
        return Ok(ExitCode::FAILURE);
    }
    let has_language = decks.iter().any(|deck| deck.language == options.language);
    if options.chose_language && !has_language {
        let languages: Vec<&str> = decks.iter().map(|deck| deck.language.as_str()).collect();
        output::err!(
            "slides: --lang {}: the deck has {}",
            options.language,
            languages.join(", ")
        );
        return Ok(ExitCode::FAILURE);
    }
    let title = match decks.first().filter(|_| place.is_other) {
        Some(deck) => deck.title.clone(),
        None => "Snackbar: a talk you can run".to_owned(),
    };
    let presenter = bind(options.listen).await?;
    let here = presenter.local_addr()?;
    let reach = options.phones.port.and_then(|_| {
        let given = options.phones.address.clone();
        given.or_else(|| join::local().map(Reach::from))
    });
    let phones = match options.phones.port {
        Some(port) => Some(bind_for_phones(reach.as_ref(), port)?),
        None => None,
    };
    let port = phones.as_ref().map(TcpListener::local_addr).transpose()?;
    let port = port.map(|it| it.port());
    let addresses = addresses(reach.as_ref(), port, options.phones.public.as_ref());

    // Only the stage that has the address reads and writes the file. Another stage with another
    // port cannot be found again by any page, so the system's choice of a port keeps nothing.
    let state_file = (options.listen.port() != 0).then(|| StateFile::new(here, &place.folder));
    let earlier = state_file.as_ref().and_then(|it| load(it, options.fresh));
    let token = match earlier.as_ref().and_then(|it| it.token.clone()) {
        Some(token) => token,
        None => Token::new().map_err(|error| {
            io::Error::other(format!("the system gives no random bytes: {error}"))
        })?,
    };
    let metrics = Arc::new(Metrics::new());
    let (to_stage, inbox) = mpsc::channel(MESSAGES_WAITING);
    let (pages, pages_show) = watch::channel("{}".into());
    let (to_phones, phones_show) = watch::channel("{}".into());
    let (remotes, remotes_show) = watch::channel(RemoteState::default());
    let (snapshots, to_the_disk) = watch::channel(Snapshot::default());
    let (farewell, goodbye) = Farewell::new();
    let pages_open = Arc::new(Semaphore::new(PRESENTERS));
    let remotes_open = Arc::new(Semaphore::new(web::CONNECTED));
    let phones_open = Arc::new(Semaphore::new(capacity.phones));
    let app = AppState {
        stage: to_stage.clone(),
        states: States {
            pages: pages_show,
            phones: phones_show,
            remotes: remotes_show,
        },
        deck: Deck {
            decks: Arc::new(RwLock::new(decks.clone())),
            root: place.pictures().to_owned(),
        },
        token: token.clone(),
        goodbye,
        metrics: Arc::clone(&metrics),
        sockets: Arc::clone(&pages_open),
        remotes: Arc::clone(&remotes_open),
        capacity,
        rates: Arc::new(web::Rates::new(web::QUESTIONS)),
        codes_tried: Arc::new(web::Rates::new(web::CODES)),
        codes: web::Codes {
            follow: addresses.follow.clone(),
            play: addresses.play.clone(),
        },
    };
    let mut stage = Stage::new(
        &Settings {
            language: options.language.clone(),
            vote: options.vote,
            rehearse: options.rehearse,
        },
        Links {
            addresses: addresses.clone(),
            inbox: to_stage.clone(),
            metrics,
            outputs: Outputs {
                pages,
                phones: to_phones,
                remotes,
                snapshots,
            },
        },
    );
    stage.load(decks, complaints);
    let rehearsals = RehearsalFile::new(&place.folder);
    if let Some(last) = rehearsals.load() {
        stage.compare_with(last);
    }
    if let Some(Kept { snapshot, .. }) = earlier {
        stage.restore(match options.chose_language {
            true => snapshot.with_language(&options.language),
            false => snapshot,
        });
        output::out!("{}", stage.resumed());
    }
    let writer = state_file.map(|it| tokio::spawn(it.write_each(token.clone(), to_the_disk)));
    if !options.questions {
        stage.close_questions();
    }

    let names = ["127.0.0.1", "localhost", "[::1]"].map(|it| format!("{it}:{}", here.port()));
    let mut listeners = vec![tokio::spawn(web::serve_presenter(
        presenter,
        OriginCheck::for_presenter(names.to_vec(), addresses.hall.clone()),
        app.clone(),
    ))];
    // A phone that follows another talk gets nothing of this repository.
    let hands_out = options.hands_out && !place.is_outside();
    let kit_address = addresses.follow.clone().filter(|_| hands_out);
    let kit = kit_address.map(|address| {
        let to_stage = to_stage.clone();
        kit::Handout::open(place.root.clone(), address, move |offer| {
            let _unless_closed = to_stage.blocking_send(ToStage::Kit(offer));
        })
    });
    if let (Some(listener), Some(port)) = (phones, port) {
        let mut names = vec![format!("localhost:{port}")];
        names.extend(reach.iter().flat_map(|reach| reach.hosts(port)));
        listeners.push(tokio::spawn(web::serve_phones(
            listener,
            OriginCheck::for_phones(names, options.phones.public.clone()),
            AppState {
                sockets: Arc::clone(&phones_open),
                ..app.clone()
            },
            kit.clone(),
        )));
    }
    deck::watch(place, app.deck.decks, move |decks, complaints| {
        to_stage
            .blocking_send(ToStage::Deck { decks, complaints })
            .is_ok()
    });
    Greeting {
        title: &title,
        here,
        token: &token,
        addresses: &addresses,
        capacity: &capacity,
        is_public: options.phones.public.is_some(),
        reach: reach.as_ref(),
        is_given: options.phones.address.is_some(),
        terminal,
    }
    .print();
    let mut ended = stage
        .run(inbox, async {
            signals::shutdown().await;
        })
        .await;
    let rehearsed = ended.rehearsal.take();
    let closing = Closing {
        listeners,
        farewell,
        sockets: vec![
            (pages_open, PRESENTERS),
            (phones_open, capacity.phones),
            (remotes_open, web::CONNECTED),
        ],
        writer,
    };
    let (text, code) = tokio::select! {
        () = closing.close(ended) => (
            "The stage is closed. Every demo has ended.",
            ExitCode::SUCCESS,
        ),
        _ = signals::shutdown() => (
            "The stage was ended at once; its demos end now.",
            ExitCode::from(INTERRUPTED),
        ),
    };
    if let Some(kit) = kit {
        kit.close();
    }
    if let Some((rehearsal, report)) = rehearsed {
        let kept = match rehearsals.write(rehearsal) {
            Ok(()) => format!(
                "The next run compares with these times; they are in {}.",
                rehearsals.path().display()
            ),
            Err(error) => format!("The times cannot be kept: {error}"),
        };
        output::out!("\n{report}{kept}");
    }
    output::out!("\n{text}");
    Ok(code)
}

/// What ends before the process does.
struct Closing {
    listeners: Vec<JoinHandle<()>>,
    farewell: Farewell,
    /// The WebSockets of each listener, and how many there can be.
    sockets: Vec<(Arc<Semaphore>, usize)>,
    writer: Option<JoinHandle<()>>,
}

impl Closing {
    /// Says goodbye to pages and phones, ends the demos, and writes the last state, all within a
    /// limited time.
    async fn close(self, ended: Ended) {
        self.listeners.iter().for_each(JoinHandle::abort);
        self.farewell.say(match ended.is_over {
            true => CloseReason::TalkOver,
            false => CloseReason::StageEnds,
        });
        // A demo takes up to some seconds to end. The goodbye does not wait for it.
        let demos = task::spawn_blocking(|| ended.end_demos());
        let goodbyes = async {
            for (sockets, most) in self.sockets {
                let all = u32::try_from(most).unwrap_or(u32::MAX);
                // Every socket has given back its permit: it is closed.
                drop(sockets.acquire_many(all).await);
            }
        };
        let _unless_slow = timeout(GOODBYE, goodbyes).await;
        if let Some(writer) = self.writer {
            let _unless_slow = timeout(LAST_WRITE, writer).await;
        }
        let _it_panicked = demos.await;
    }
}

/// Reads the state of an earlier stage. Why it is not used is said in one line.
fn load(file: &StateFile, fresh: bool) -> Option<Kept> {
    if fresh {
        return None;
    }
    match file.load() {
        Ok(kept) => kept,
        Err(why) => {
            output::err!(
                "slides: the talk begins at its first slide: the state of an earlier stage, {}, \
                 {why}",
                file.path().display()
            );
            None
        }
    }
}

/// The pages of a deck, served without a stage until this is dropped.
pub(crate) struct ServedDeck {
    pub(crate) address: SocketAddr,
    _ends_with_it: oneshot::Sender<()>,
}

/// Serves the pages of a deck on this machine, on a port that the system chooses.
pub(crate) fn serve_deck(place: &Place, decks: Vec<deck::Deck>) -> io::Result<ServedDeck> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr()?;
    let empty = || watch::channel("{}".into()).1;
    let app = AppState {
        stage: mpsc::channel(1).0,
        states: States {
            pages: empty(),
            phones: empty(),
            remotes: watch::channel(RemoteState::default()).1,
        },
        deck: Deck {
            decks: Arc::new(RwLock::new(decks)),
            root: place.pictures().to_owned(),
        },
        token: Token::new().map_err(|error| io::Error::other(error.to_string()))?,
        goodbye: Farewell::new().1,
        metrics: Arc::new(Metrics::new()),
        sockets: Arc::new(Semaphore::new(0)),
        remotes: Arc::new(Semaphore::new(0)),
        capacity: Capacity::raised(),
        rates: Arc::new(web::Rates::new(web::QUESTIONS)),
        codes_tried: Arc::new(web::Rates::new(web::CODES)),
        codes: web::Codes {
            follow: None,
            play: String::new(),
        },
    };
    let check = OriginCheck::for_presenter(vec![address.to_string()], String::new());
    let (open, dropped) = oneshot::channel::<()>();
    thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                () = web::serve_presenter(listener, check, app) => {}
                _ = dropped => {}
            }
        });
    });
    Ok(ServedDeck {
        address,
        _ends_with_it: open,
    })
}

async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| explained(address, &error))
}

fn explained(address: SocketAddr, error: &io::Error) -> io::Error {
    let why = cannot_listen(address, error);
    io::Error::new(
        error.kind(),
        format!("{why} (--listen and --phones choose other ports)"),
    )
}

/// Opens the phones' listener on every interface.
fn bind_for_phones(reach: Option<&Reach>, port: u16) -> io::Result<TcpListener> {
    let everywhere = (Ipv4Addr::UNSPECIFIED, port).into();
    let address = reach.map_or(everywhere, |it| join::everywhere(&it.to_string(), port));
    let opened = sockets::listen(address).or_else(|error| match error.kind() {
        io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied => Err(error),
        // A system without IPv6.
        _ => sockets::listen(everywhere),
    });
    let listener = opened.map_err(|error| explained(address, &error))?;
    TcpListener::from_std(listener)
}

/// `reach` is how phones reach this machine, if they do; `port` is that of the phones' listener, if
/// there is one. The game has the same host.
fn addresses(reach: Option<&Reach>, port: Option<u16>, public: Option<&PublicName>) -> Addresses {
    let here = Reach::from(IpAddr::from(Ipv4Addr::LOCALHOST));
    let game_listens_on = match reach {
        Some(reach) => join::everywhere(&reach.to_string(), GAME_PORT),
        None => SocketAddr::from((Ipv4Addr::LOCALHOST, GAME_PORT)),
    };
    let url = |port| reach.unwrap_or(&here).url(port);
    Addresses {
        follow: port.map(|port| public.map_or_else(|| url(port), PublicName::url)),
        game: game_listens_on.to_string(),
        play: url(GAME_PORT),
        hall: format!("http://{}:{GAME_PORT}", Ipv4Addr::LOCALHOST),
    }
}

/// What is printed once the stage serves.
struct Greeting<'a> {
    /// The title of another talk, or what this one is.
    title: &'a str,
    here: SocketAddr,
    token: &'a Token,
    addresses: &'a Addresses,
    capacity: &'a Capacity,
    is_public: bool,
    /// How phones reach this machine. `None` without a network or without phones.
    reach: Option<&'a Reach>,
    /// Whether the presenter has said it with `--address`.
    is_given: bool,
    terminal: bool,
}

impl Greeting<'_> {
    fn print(&self) {
        let (here, token) = (self.here, self.token.reveal());
        output::out!("{} · listening on {here}\n", self.title);
        output::out!("  projector  http://{here}/#token={token}");
        output::out!("  speaker    http://{here}/speaker#token={token}");
        output::out!("  reader     http://{here}/read");
        match &self.addresses.follow {
            Some(url) => self.print_phones(url),
            None => output::out!("  phones     off; `cargo run -- --audience` lets them follow"),
        }
        output::out!(
            "\nKeys: arrows, f full screen, s speaker view, o overview, ? all keys. The steps in \
            a terminal: cargo run -- --list"
        );
        output::out!("Ctrl-C ends the stage and every demo.");
    }

    fn print_phones(&self, url: &str) {
        let note = |text: &str| output::out!("             ({text})");
        output::out!("  phones     {url}");
        if self.is_public {
            note(&format!(
                "`--public` is the name of this page only: the game is at {}",
                self.addresses.play
            ));
        } else {
            match self.reach {
                Some(reach) if self.is_given => {
                    let reach = reach.clone();
                    // To look a name up may take seconds, and the stage must not wait for it.
                    std::thread::spawn(move || reach.doubt().iter().for_each(|it| note(it)));
                }
                Some(_) => {
                    let hint = join::candidates().first().and_then(join::Hint::of);
                    hint.iter().for_each(|it| note(&it.to_string()));
                }
                None => note(
                    "this machine has no address on a network, so phones cannot reach it: \
                    connect it to one and start again",
                ),
            }
            let others = join::others(url);
            if !others.is_empty() {
                note(&format!(
                    "also at {}; `--address` chooses which one is in the QR codes",
                    others.join(", ")
                ));
            }
        }
        if let Some(advice) = self.capacity.advice() {
            note(&advice);
        }
        if self.terminal {
            output::out!("\n{}", join::qr_code(url).unwrap_or_default());
        }
    }
}
