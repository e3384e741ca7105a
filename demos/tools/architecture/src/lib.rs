//! The map of Snackbar: every crate, the floor that it stands on, and the way of one message.
//!
//! `cargo doc --open` opens the first crate of the alphabet. That is this one; it has no code.
//!
//! A crate depends on crates of its own floor or of a floor below, never on one above. A test of
//! [`xtask`](../xtask/index.html) compares this page with the manifests. `demos/README.md` says more:
//! the files of a step, the way of a message through step 8, the words, and how to contribute.
//!
//! # The talk and the exercises
//!
//! - [`slides`](../slides/index.html): the stage. It shows the deck, runs the demos on the slides,
//!   and serves phones that follow.
//! - [`learn`](../learn/index.html): the exercises in a terminal. It compiles an answer and shows
//!   the verdict.
//! - [`judge`](../judge/index.html): runs an answer in every schedule and compares it with the
//!   exercise's promises.
//! - [`exercises`](../exercises/index.html): the answers as a part of a crate, so that an editor
//!   understands them. Cargo sees an empty crate.
//! - [`solutions`](../solutions/index.html): the same for the solutions.
//!
//! # Tools
//!
//! What stands on the steps.
//!
//! - [`scheduler`](../scheduler/index.html): a game in which a person picks which thread of a step
//!   moves next.
//! - [`player`](../player/index.html): a player in a terminal, for systems without `nc`.
//! - [`bench`](../bench/index.html): mutexes and channels, measured side by side.
//! - [`game-bench`](../game_bench/index.html): the game server next to a bare `write()` loop.
//! - [`xtask`](../xtask/index.html): checks of the repository itself, and the mutants that the
//!   proofs must kill.
//!
//! # Steps
//!
//! Each step cures the failure of the step before it and meets the next one. Steps 1 to 7 have the
//! same files: `main` starts everything, `server` accepts connections, `session` serves one player,
//! `room` decides, `sync` names the locks and channels, `proof` is what the model checker explores.
//!
//! - [`demo-01-deadlock`](../demo_01_deadlock/index.html): two locks in two orders.
//! - [`demo-02-lock-order`](../demo_02_lock_order/index.html): one lock order; writes to sockets
//!   under the lock.
//! - [`demo-03-short-locks`](../demo_03_short_locks/index.html): short critical sections, an
//!   unbounded outbox.
//! - [`demo-04-await`](../demo_04_await/index.html): tokio; a lock held across an `.await`.
//! - [`demo-05-channels`](../demo_05_channels/index.html): one task owns the room; a cycle of
//!   bounded channels.
//! - [`demo-06-actor`](../demo_06_actor/index.html): the room only tries to send, so no player can
//!   stop it.
//! - [`demo-07-websocket`](../demo_07_websocket/index.html): the room of step 6 behind axum:
//!   limits, a heartbeat, and a cause for every end of a connection.
//! - [`demo-08-snack-game`](../demo_08_snack_game/index.html): the game that the ladder ends in.
//! - [`lab-1006`](../lab_1006/index.html): every way in which a WebSocket ends, made to happen in
//!   your own browser.
//!
//! # Support
//!
//! What the steps stand on.
//!
//! - [`snack`](../snack/index.html): the rules of the snack bar and the lines that players and
//!   servers exchange. No threads, clocks or sockets.
//! - [`lock`](../lock/index.html): takes a mutex, also after a panic.
//! - [`output`](../output/index.html): prints and never waits for the reader.
//! - [`rng`](../rng/index.html): random numbers from a seed.
//! - [`bots`](../bots/index.html): players over TCP, some of them slow or rude, and what they
//!   measured.
//! - [`wait-graph`](../wait_graph/index.html): who waits for whom, and the shortest cycle in it.
//! - [`harness`](../harness/index.html): options, live line, watchdog and named locks of every
//!   step.
//! - [`harness-tokio`](../harness_tokio/index.html): the same for tasks.
//! - [`sockets`](../sockets/index.html): raises the limit of open files, says how many connections
//!   fit, and makes buffers short, so that a slow player is noticed within a talk.
//! - [`lanes`](../lanes/index.html): loom, recorded: a schedule that fails is drawn and replayed.
//! - [`scenario`](../scenario/index.html): players and their phones, for the proofs of the steps.
//! - [`rush`](../rush/index.html): the rules and the wire format of the game.
//! - [`crowd`](../crowd/index.html): players over WebSocket, and what they measured.
//! - [`supervisor`](../supervisor/index.html): holds the game's sockets and state while its server is
//!   replaced.
//! - [`web-server`](../web_server/index.html): what web servers share: signals, origins, rate limits,
//!   the address for phones.
//! - [`limited`](../limited/index.html): runs a program with limits on time and output.
//! - [`http-client`](../http_client/index.html): one HTTP request over a connection of its own.
//! - [`web-bundle`](../web_bundle/index.html): joins and compresses the files of a page, when the
//!   game is built.
//! - [`tokens`](../tokens/index.html): the tokens and comments of a Rust source file.
//! - [`skipped`](../skipped/index.html): what a test says if this machine lacks what it needs.
//! - [`browser`](../browser/index.html): drives a headless Chromium in tests.
//!
//! # The way of one message in step 6
//!
//! 1. `session::serve` reads a line from the player's socket and parses it with
//!    [`snack`](../snack/index.html).
//! 2. It sends a request with a reply channel into the room's inbox, which is bounded: a session
//!    waits, the room does not.
//! 3. `Room::apply` changes the state. It is not `async`, so that it cannot wait.
//! 4. The room offers the event to each player's outbox with `try_send`. If an outbox is full, that
//!    player is disconnected.
//! 5. The player's writer takes events from the outbox and writes them to the socket.
