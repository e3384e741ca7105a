//! Everything that happens under the one lock, and most of the faults.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{Shutdown, TcpStream};

use snack::{Event, Name, News, Refusal, Request, Snack, Tray};

use super::Lie;

pub(super) struct Room {
    lie: Lie,
    pub(super) lies: u64,
    pub(super) grabs: u64,
    requests: u64,
    events: u64,
    tray: Tray,
    last: Snack,
    players: BTreeMap<Name, Player>,
}

struct Player {
    socket: TcpStream,
    held_back: Option<Event>,
    snacks: u32,
}

impl Room {
    pub(super) fn new(lie: Lie) -> Self {
        Self {
            lie,
            lies: 0,
            grabs: 0,
            requests: 0,
            events: 0,
            tray: Tray::new(),
            last: Snack(0),
            players: BTreeMap::new(),
        }
    }

    pub(super) fn players(&self) -> usize {
        self.players.len()
    }

    /// Counts a request. Returns whether it must be ignored.
    pub(super) fn is_mute(&mut self) -> bool {
        self.requests += 1;
        matches!(self.lie, Lie::MuteAfter(requests) if self.requests > requests)
    }

    pub(super) fn answer(
        &mut self,
        request: Request,
        me: &mut Option<Name>,
        stream: &TcpStream,
    ) -> Result<(), Refusal> {
        match (request, &*me) {
            (Request::Join(_), Some(_)) => Err(Refusal::AlreadyIn),
            (Request::Join(name), None) => {
                self.join(&name, stream)?;
                *me = Some(name);
                Ok(())
            }
            (_, None) => Err(Refusal::JoinFirst),
            (Request::Grab, Some(name)) => self.grab(name.clone()),
            (Request::Leave, Some(name)) => {
                self.leave(name);
                *me = None;
                Ok(())
            }
        }
    }

    fn join(&mut self, name: &Name, stream: &TcpStream) -> Result<(), Refusal> {
        if self.players.contains_key(name) {
            return Err(Refusal::NameTaken(name.clone()));
        }
        if matches!(self.lie, Lie::RefusesJoins(joins) if self.lies < joins) {
            self.lies += 1;
            return Err(Refusal::RoomFull);
        }
        let player = Player {
            socket: stream.try_clone().expect("a handle"),
            held_back: None,
            snacks: 0,
        };
        self.players.insert(name.clone(), player);
        self.tell(News::Joined { name: name.clone() });
        Ok(())
    }

    fn grab(&mut self, name: Name) -> Result<(), Refusal> {
        let mut snack = self.tray.look().ok_or(Refusal::TrayEmpty)?;
        if self.lie == Lie::SnackTwice && self.grabs % 10 == 9 {
            snack = self.last;
            self.lies += 1;
        } else {
            assert!(self.tray.take(snack), "looked at under the same lock");
        }
        self.last = snack;
        self.grabs += 1;
        self.players.get_mut(&name).expect("in the room").snacks += 1;
        self.tell(News::Grabbed { name, snack });
        Ok(())
    }

    pub(super) fn leave(&mut self, name: &Name) {
        let snacks = self.players[name].snacks;
        self.tell(News::Left {
            name: name.clone(),
            snacks,
        });
        self.players.remove(name);
    }

    pub(super) fn refill(&mut self) {
        if self.tray.refill() > 0 {
            let snacks = self.tray.len();
            self.tell(News::Refilled { snacks });
        }
    }

    fn tell(&mut self, news: News) {
        self.events += 1;
        let event = Event {
            number: self.events,
            news,
        };
        for (name, player) in &mut self.players {
            let own = matches!(&event.news, News::Joined { name: who } | News::Grabbed { name: who, .. } | News::Left { name: who, .. } if who == name);
            let nth = |n| !own && self.events.is_multiple_of(n);
            if self.lie == Lie::LeavesOut && nth(10) {
                self.lies += 1;
                continue;
            }
            if self.lie == Lie::Reorders && name.as_str() == "bot-3" && nth(20) {
                player.held_back = Some(event.clone());
                continue;
            }
            let mut lines = format!("{event}\n");
            if let Some(late) = player.held_back.take() {
                self.lies += 1;
                lines += &format!("{late}\n");
            }
            if player.socket.write_all(lines.as_bytes()).is_err() {
                // Its session reads the end, and does the goodbye for it.
                let _ = player.socket.shutdown(Shutdown::Both);
            }
        }
    }
}
