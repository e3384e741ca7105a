//! A room that panics is restarted behind the same inbox, and its players read the reason.

use bots::program::LineClient;
use demo_06_actor::{
    room::{Room, ToRoom},
    server, session,
};
use harness_tokio::{mpsc, on_one_thread};
use snack::Heard;
use std::{cell::Cell, net::TcpListener, thread};
use tokio::{sync::watch, task::spawn_local};

/// A server whose first room panics at a grab.
fn serve(listener: TcpListener) {
    let served = on_one_thread(listener, async |listener| {
        let (inbox_sender, mut inbox) = mpsc::channel("inbox", 4);
        spawn_local(async move {
            let panicked = Cell::new(false);
            let run = async |inbox: &mut mpsc::Receiver<ToRoom>| {
                let mut room = Room::default();
                if panicked.get() {
                    return room.run(inbox).await;
                }
                while let Some(message) = inbox.recv().await {
                    if matches!(message, ToRoom::Grab { .. }) {
                        panicked.set(true);
                        panic!("on purpose");
                    }
                    room.apply(message);
                }
            };
            server::recover(&mut inbox, run).await;
        });
        let (_never, shutdown) = watch::channel(false);
        loop {
            let (stream, _) = listener.accept().await?;
            spawn_local(session::serve(
                inbox_sender.clone(),
                stream,
                shutdown.clone(),
            ));
        }
    });
    served.expect("the server serves");
}

#[test]
fn a_room_that_panics_is_restarted_and_its_players_are_told() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || serve(listener));
    let joins = |name: &str| {
        let mut client = LineClient::connect(address);
        client.says(&format!("join {name}"));
        let joined = format!("{name} joined");
        client.hears_until(|heard| heard.to_string().contains(&joined));
        client
    };
    let (mut ann, mut bob) = (joins("ann"), joins("bob"));
    ann.says("grab");
    for client in [&mut ann, &mut bob] {
        client.hears_until(|heard| matches!(heard, Heard::Refused(why) if why.contains("closed")));
        client.hears_the_end();
    }
    let mut ann = joins("ann");
    ann.says("grab");
    ann.hears_until(|heard| heard.to_string().contains("ann grabbed"));
}
