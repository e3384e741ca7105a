//! The rules of a room in one place: what every act must answer, and which lines every phone must
//! be told. A room of a step is compared with this book.

use crate::act::Act;
use snack::{Event, Name, News, Refusal, SEATS, Tray};

/// A room without threads, and all lines that it told so far.
#[derive(Clone, Debug, Default)]
pub struct Book {
    tray: Tray,
    events: u64,
    /// Everyone who ever had a seat, in the order of the seats.
    pub(crate) pages: Vec<Page>,
}

/// What a player that joined must be told.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) name: &'static str,
    pub(crate) told: Vec<String>,
    /// `None` while the player has its seat.
    pub(crate) end: Option<End>,
    snacks: u32,
    /// Lines that still fit into its outbox.
    places: usize,
}

/// Why a player has no seat any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It left.
    Left,
    /// Its outbox was full.
    TooSlow,
}

impl Book {
    /// Does one act. Returns the answer that the room must give.
    ///
    /// # Errors
    /// The room must refuse.
    pub(crate) fn act(&mut self, act: Act) -> Result<(), Refusal> {
        match act {
            Act::Join(name, places) => self.join(name, places),
            Act::Grab(name) => self.grab(self.last(name)),
            Act::LateGrab(name) => self.grab(self.first(name)),
            Act::Leave(name) => {
                self.leave(self.last(name));
                Ok(())
            }
            Act::LateLeave(name) => {
                self.leave(self.first(name));
                Ok(())
            }
            Act::Refill => {
                self.refill();
                Ok(())
            }
            Act::Refuse(name) => {
                let who = self.last(name);
                self.pages[who].told.push(Refusal::AlreadyIn.to_string());
                Ok(())
            }
            Act::Read(name, lines) => {
                let who = self.last(name);
                self.pages[who].places += lines;
                Ok(())
            }
        }
    }

    fn join(&mut self, name: &'static str, places: usize) -> Result<(), Refusal> {
        if self.seated().any(|page| page.name == name) {
            return Err(Refusal::NameTaken(known(name)));
        }
        if self.seated().count() == SEATS {
            return Err(Refusal::RoomFull);
        }
        self.pages.push(Page {
            name,
            told: Vec::new(),
            end: None,
            snacks: 0,
            places,
        });
        self.tell(News::Joined { name: known(name) });
        Ok(())
    }

    fn grab(&mut self, who: usize) -> Result<(), Refusal> {
        if self.pages[who].end.is_some() {
            return Err(Refusal::JoinFirst);
        }
        let snack = self.tray.look().ok_or(Refusal::TrayEmpty)?;
        self.tray.take(snack);
        self.pages[who].snacks += 1;
        let name = known(self.pages[who].name);
        self.tell(News::Grabbed { name, snack });
        Ok(())
    }

    fn refill(&mut self) {
        if self.tray.refill() > 0 {
            let snacks = self.tray.len();
            self.tell(News::Refilled { snacks });
        }
    }

    fn leave(&mut self, who: usize) {
        if self.pages[who].end.is_none() {
            self.part(who, End::Left);
        }
    }

    /// The last line of a player that leaves says so. One that is too slow has no place for it.
    fn part(&mut self, who: usize, end: End) {
        let Page { name, snacks, .. } = self.pages[who];
        self.pages[who].end = Some(end);
        let number = self.events + 1;
        let name = known(name);
        let news = News::Left { name, snacks };
        if end == End::Left && self.pages[who].places > 0 {
            let event = Event {
                number,
                news: news.clone(),
            };
            self.pages[who].told.push(event.to_string());
        }
        self.tell(news);
    }

    /// Tells every player with a seat. One whose outbox has no place for the line loses its seat.
    fn tell(&mut self, news: News) {
        self.events += 1;
        let event = Event {
            number: self.events,
            news,
        };
        let mut behind = Vec::new();
        for (who, page) in self.pages.iter_mut().enumerate() {
            if page.end.is_some() {
                continue;
            }
            if page.places == 0 {
                behind.push(who);
            } else {
                page.places -= 1;
                page.told.push(event.to_string());
            }
        }
        // They lose their seats together. None of them gets the next event.
        for &who in &behind {
            self.pages[who].end = Some(End::TooSlow);
        }
        for who in behind {
            self.part(who, End::TooSlow);
        }
    }

    fn seated(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(|page| page.end.is_none())
    }

    pub(crate) fn first(&self, name: &str) -> usize {
        let found = self.pages.iter().position(|page| page.name == name);
        found.unwrap_or_else(|| panic!("{name} never joined"))
    }

    pub(crate) fn last(&self, name: &str) -> usize {
        let found = self.pages.iter().rposition(|page| page.name == name);
        found.unwrap_or_else(|| panic!("{name} never joined"))
    }
}

pub(crate) fn known(name: &str) -> Name {
    name.parse().expect("a name")
}
