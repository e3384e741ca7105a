//! The other servers, as they were said to be a second ago.

use super::{SERVER_TTL, ServerInfo, placement};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

/// Addresses of servers that are remembered, also of those that are dead: their pages are still
/// open on phones.
const REMEMBERED: usize = 1_024;

/// As many addresses are told to somebody who finds no seat.
const TOLD: usize = 4;

/// What a server knows of the others. Read by its door and its rooms, written by its clerk alone.
#[derive(Debug)]
pub struct Peers {
    /// This server's own address.
    own: String,
    known: Mutex<Known>,
    up: AtomicBool,
    turn: AtomicU64,
}

#[derive(Debug, Default)]
struct Known {
    cards: Vec<ServerInfo>,
    heard: Option<Instant>,
    /// Ids by addresses, of everybody who was ever heard of.
    remembered: BTreeMap<String, String>,
    /// The last words of servers that were found dead, and when. The directory repeats them until
    /// their time is over.
    buried: Vec<(ServerInfo, Instant)>,
    /// Players here, those included who were sent and have yet to come.
    expected: u32,
}

impl Peers {
    /// Nobody is known, to a server of this address.
    pub fn new(own: &str) -> Self {
        Self {
            own: own.to_owned(),
            known: Mutex::default(),
            up: AtomicBool::new(true),
            turn: AtomicU64::new(0),
        }
    }

    /// This server's own address.
    pub fn own_url(&self) -> &str {
        &self.own
    }

    /// The newest word of everybody, this server among them. Gives who of the others has come, and
    /// who has gone.
    pub fn update(&self, cards: Vec<ServerInfo>, now: Instant) -> [Vec<String>; 2] {
        let known = &mut *self.known();
        // Whoever was last heard of long ago has gone, and comes back now.
        let before = urls(fresh(known, now));
        let others = cards
            .into_iter()
            .filter(|card| card.url != self.own && card.is_sound());
        known.cards = others.collect();
        known.heard = Some(now);
        known.expected = 0;
        for card in &known.cards {
            if known.remembered.len() < REMEMBERED {
                known.remembered.insert(card.url.clone(), card.id.clone());
            }
        }
        // Whoever says something else than its last word is alive, and so is whoever says the same
        // for longer than the directory repeats it.
        known.buried.retain(|(last, since)| {
            now.saturating_duration_since(*since) <= SERVER_TTL && known.cards.contains(last)
        });
        let buried = &known.buried;
        known
            .cards
            .retain(|card| buried.iter().all(|(last, _)| last != card));
        self.up.store(true, Ordering::Release);
        let after = urls(&known.cards);
        let only = |some: &BTreeSet<String>, others| some.difference(others).cloned().collect();
        [only(&after, &before), only(&before, &after)]
    }

    /// A server was found dead after this last word: nobody is sent there any more. Whether that is
    /// news.
    pub fn mark_dead(&self, last: ServerInfo, now: Instant) -> bool {
        self.remove(&last.url);
        let mut known = self.known();
        let is_news = known.buried.iter().all(|(buried, _)| *buried != last);
        if is_news {
            known.buried.push((last, now));
        }
        is_news
    }

    /// Nobody is sent there until the directory names it again.
    pub fn remove(&self, url: &str) {
        self.known().cards.retain(|card| card.url != url);
    }

    /// The directory is gone. What was heard last holds until it is too old.
    pub fn backend_lost(&self) {
        self.up.store(false, Ordering::Release);
    }

    /// Whether the directory answers.
    pub fn backend_is_up(&self) -> bool {
        self.up.load(Ordering::Acquire)
    }

    /// The others that live, as far as is known.
    pub fn alive(&self, now: Instant) -> Vec<ServerInfo> {
        fresh(&mut self.known(), now).to_vec()
    }

    /// Where somebody goes who finds no seat here, the best first; they are counted there.
    pub fn redirect_newcomer(&self, now: Instant) -> Vec<String> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let mut known = self.known();
        let cards = fresh(&mut known, now);
        let best = placement::with_room(cards, turn).into_iter().take(TOLD);
        let best = best.map(|at| cards[at].url.clone()).collect();
        placement::send_one(cards, turn);
        best
    }

    /// Where somebody goes whose server is dead: this one, or another, the least loaded first; they
    /// are counted there.
    pub fn relocate_player(&self, own: ServerInfo, now: Instant) -> Vec<String> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let mut known = self.known();
        let mut cards = fresh(&mut known, now).to_vec();
        let others = cards.len();
        known.expected = known.expected.max(own.players);
        cards.push(ServerInfo {
            players: known.expected,
            ..own
        });
        let best = placement::with_room(&cards, turn).into_iter().take(TOLD);
        let best = best.map(|at| cards[at].url.clone()).collect();
        match placement::least(&cards, turn) {
            Some(at) if at < others => known.cards[at].players += 1,
            Some(_) => known.expected += 1,
            None => {}
        }
        best
    }

    /// Whether a page from there is a page of one of us.
    pub fn is_member_origin(&self, origin: &str) -> bool {
        origin == self.own || self.known().remembered.contains_key(origin)
    }

    /// Whether that is the address of another server that was heard of, long ago maybe.
    pub fn knows(&self, url: &str) -> bool {
        url != self.own && self.known().remembered.contains_key(url)
    }

    /// The address of a server that was heard of, long ago maybe.
    pub fn url_of(&self, id: &str) -> Option<String> {
        let known = self.known();
        let mut all = known.remembered.iter();
        all.find_map(|(url, it)| (it == id).then(|| url.clone()))
    }

    /// Whom a page is to remember: the others that live; while the directory is gone, those that
    /// did when it was last heard.
    pub fn urls_for_pages(&self, now: Instant) -> Vec<String> {
        let mut known = self.known();
        let cards = match self.backend_is_up() {
            true => fresh(&mut known, now),
            false => &mut known.cards,
        };
        cards.iter().map(|card| card.url.clone()).collect()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn urls(cards: &[ServerInfo]) -> BTreeSet<String> {
    cards.iter().map(|card| card.url.clone()).collect()
}

/// What is known and not too old.
fn fresh(known: &mut Known, now: Instant) -> &mut [ServerInfo] {
    let old = |heard| now.saturating_duration_since(heard) > SERVER_TTL;
    match known.heard.is_none_or(old) {
        true => &mut [],
        false => &mut known.cards,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_was_heard_holds_for_a_while_and_then_a_server_knows_itself_alone() {
        let (all, now) = (Peers::new("http://a"), Instant::now());
        let cards = ["http://a", "http://b", "http://c; x"].map(|url| ServerInfo::new(url, 9));
        all.update(cards.to_vec(), now);
        assert_eq!(
            all.redirect_newcomer(now),
            ["http://b"],
            "neither itself nor what is no address"
        );
        all.backend_lost();
        assert!(!all.backend_is_up());
        assert_eq!(all.alive(now + SERVER_TTL).len(), 1);
        let later = now + SERVER_TTL + Duration::from_millis(1);
        assert_eq!(all.alive(later), []);
        assert_eq!(
            all.urls_for_pages(later),
            ["http://b"],
            "a page that is loaded now may need it"
        );
        assert!(all.knows("http://b") && !all.knows("http://a"));
        assert!(all.is_member_origin("http://b"), "its pages are still open");
        assert!(!all.is_member_origin("http://evil"));
        let id = ServerInfo::new("http://b", 9).id;
        assert_eq!(all.url_of(&id).as_deref(), Some("http://b"));
        assert_eq!(all.url_of("evil"), None);
    }

    #[test]
    fn the_dead_are_sent_nobody_until_they_say_something_else() {
        let (all, now) = (Peers::new("http://a"), Instant::now());
        let last = ServerInfo {
            players: 3,
            ..ServerInfo::new("http://b", 9)
        };
        let both = ["http://b", "http://c"].map(str::to_owned).to_vec();
        let told = all.update(vec![last.clone(), ServerInfo::new("http://c", 9)], now);
        assert_eq!(told, [both, vec![]]);
        assert!(all.mark_dead(last.clone(), now) && !all.mark_dead(last.clone(), now));
        assert_eq!(all.redirect_newcomer(now), ["http://c"]);
        let told = all.update(vec![last.clone()], now);
        assert_eq!(told, [vec![], vec!["http://c".to_owned()]]);
        assert_eq!(all.alive(now), [], "the directory repeats it");
        let again = ServerInfo {
            players: 0,
            ..last.clone()
        };
        all.update(vec![again.clone(), ServerInfo::new("http://c", 9)], now);
        assert_eq!(all.alive(now).len(), 2, "it was started again");
        assert!(all.known().buried.is_empty());

        // One that was empty, and is again: it says just what it said last. The directory does not
        // repeat that for longer than its life.
        assert!(all.mark_dead(last.clone(), now));
        all.update(vec![last.clone()], now + SERVER_TTL);
        assert_eq!(all.alive(now + SERVER_TTL), []);
        let later = now + SERVER_TTL + Duration::from_millis(1);
        all.update(vec![last], later);
        assert_eq!(all.alive(later).len(), 1);
    }

    #[test]
    fn a_dead_servers_players_are_dealt_out_by_load_and_counted_before_they_come() {
        let (all, now) = (Peers::new("http://a"), Instant::now());
        let card = |url: &str, players| ServerInfo {
            players,
            ..ServerInfo::new(url, 100)
        };
        all.update(vec![card("http://b", 40), card("http://c", 10)], now);
        let own = card("http://a", 40);
        let mut sent = BTreeMap::new();
        for _ in 0..60 {
            let best = all.relocate_player(own.clone(), now);
            assert_eq!(best.len(), 3, "and where else, should that one be full");
            *sent.entry(best[0].clone()).or_insert(0) += 1;
        }
        let told = ["http://a", "http://b", "http://c"].map(|url| sent[url]);
        assert_eq!(told, [10, 10, 40], "50 each in the end");
        // Whoever has come is not counted twice.
        all.relocate_player(card("http://a", 50), now);
        assert!(all.known().expected <= 51);
        // Whoever was last heard of too long ago is not counted: all are sent here.
        let (later, before) = (now + SERVER_TTL * 2, all.known().expected);
        assert_eq!(all.relocate_player(own, later), ["http://a"]);
        assert_eq!(all.known().expected, before + 1);
        let full = card("http://a", 100);
        all.update(vec![card("http://b", 100)], now);
        assert_eq!(all.relocate_player(full, now), Vec::<String>::new());
    }
}
