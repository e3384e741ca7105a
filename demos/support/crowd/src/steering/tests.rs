//! Rounds in `rush`, without sockets or clocks: what a bot sees is some ticks old, and its turns
//! take as long again.

use std::collections::VecDeque;

use rush::{Cell, Config, Dir, Input, Phase, Player, Seat, Team, World};

use super::plan::{Maneuver, plan};
use super::*;

/// Ticks of ten seconds.
const TEN_SECONDS: u32 = 100;

/// The turns of a person, and of a bot, per second.
const TURNS: f32 = 2.0;

/// What a room sends after a tick, as far as a bot looks at it.
struct Seen {
    players: Vec<(Seat, Player)>,
    snacks: Vec<Cell>,
    /// The turns that this tick applied, by seat, and the tick that each was sent after.
    applied: Vec<(Seat, u32)>,
}

struct Bot {
    seat: Seat,
    steering: Steering,
    /// The turns that are not acknowledged, with the tick that they were sent after.
    sent: VecDeque<(Dir, u32)>,
}

/// A room whose messages take a while.
struct Game {
    world: World,
    bots: Vec<Bot>,
    /// Ticks that a message takes to the bots, and their turns to the room.
    latency: u32,
    /// Adds up to this many ticks to each turn.
    jitter: u32,
    rng: Rng,
    /// The snacks of `world`, which are slow to list.
    snacks: Vec<Cell>,
    seen: VecDeque<Seen>,
    /// Turns on their way to the room: when they arrive, and after which tick they were sent.
    turns: Vec<(u32, Seat, Dir, u32)>,
    clock: u32,
}

impl Game {
    fn new(config: Config, bots: Vec<Steering>, latency: u32, seed: u64) -> Self {
        let seats = (0..).map(Seat).zip(Team::ALL.into_iter().cycle());
        let bots: Vec<Bot> = (0..)
            .map(Seat)
            .zip(bots)
            .map(|(seat, steering)| Bot {
                seat,
                steering,
                sent: VecDeque::new(),
            })
            .collect();
        let world = World::new(config, seed, 1, seats.take(bots.len()));
        Self {
            snacks: world.snacks().map(|(cell, _)| cell).collect(),
            world,
            bots,
            latency,
            jitter: 0,
            rng: Rng::new(seed),
            seen: VecDeque::new(),
            turns: Vec::new(),
            clock: 0,
        }
    }

    /// Plays a round to its last move. Returns how many snacks each seat ate in each ten seconds.
    fn round(&mut self) -> Vec<Vec<u32>> {
        if self.world.tick() > 0 {
            self.world = self.world.next();
            self.snacks = self.world.snacks().map(|(cell, _)| cell).collect();
            for bot in &mut self.bots {
                bot.steering.new_round();
            }
        }
        let mut eaten = Vec::new();
        loop {
            let happened = self.tick();
            if happened.phase != Phase::Playing {
                return eaten;
            }
            if happened.tick % TEN_SECONDS == 1 {
                eaten.push(vec![0; self.bots.len()]);
            }
            let now = eaten.last_mut().expect("the first tick begins one");
            for (_, _, seat) in happened.eaten {
                now[seat.index()] += 1;
            }
        }
    }

    fn tick(&mut self) -> rush::Happened {
        self.clock += 1;
        let (arrived, later): (Vec<_>, _) =
            self.turns.drain(..).partition(|turn| turn.0 <= self.clock);
        self.turns = later;
        let inputs: Vec<Input> = arrived
            .iter()
            .map(|&(_, seat, dir, _)| Input::Turn { seat, dir })
            .collect();
        let happened = self.world.step(&inputs);
        let gone = |cell: &Cell| happened.eaten.iter().any(|(eaten, ..)| eaten == cell);
        self.snacks.retain(|cell| !gone(cell));
        self.snacks
            .extend(happened.spawned.iter().map(|&(cell, _)| cell));
        self.snacks.sort_unstable();
        self.seen.push_back(Seen {
            players: self.world.players().map(|(seat, it)| (seat, *it)).collect(),
            snacks: self.snacks.clone(),
            applied: arrived
                .iter()
                .map(|&(_, seat, _, sent)| (seat, sent))
                .collect(),
        });
        if self.seen.len() as u32 > self.latency
            && let Some(seen) = self.seen.pop_front()
            && happened.phase == Phase::Playing
        {
            self.show(&seen);
        }
        happened
    }

    /// Shows the bots a world, and lets them turn.
    fn show(&mut self, seen: &Seen) {
        for bot in &mut self.bots {
            for &(_, sent) in seen.applied.iter().filter(|(seat, _)| *seat == bot.seat) {
                bot.steering.measured(self.clock - sent - 1);
                bot.sent.retain(|&(_, other)| other > sent);
            }
            let Some((_, me)) = seen.players.iter().find(|(seat, _)| *seat == bot.seat) else {
                continue;
            };
            let sent = bot.sent.iter().map(|&(dir, sent)| SentTurn {
                dir,
                age: self.clock - sent,
            });
            let turn = bot
                .steering
                .steer(me, sent, &seen.snacks, self.world.config());
            if let Some(dir) = turn {
                bot.sent.push_back((dir, self.clock));
                let takes = 1 + self.latency + self.rng.below(self.jitter + 1);
                self.turns
                    .push((self.clock + takes, bot.seat, dir, self.clock));
            }
        }
    }
}

fn bots(count: u64, seed: u64) -> Vec<Steering> {
    (0..count)
        .map(|number| Steering::new(Rng::of(seed, number), TURNS))
        .collect()
}

/// A person: never late, and as quick as a thumb, but with eyes: the snack is chosen at once.
fn person(seed: u64) -> Steering {
    let skill = Skill {
        looks_around: 1,
        late_once_in: 0,
    };
    Steering::with_skill(Rng::new(seed), Some(4), skill)
}

#[test]
fn bots_eat_in_every_ten_seconds_of_every_round_at_every_latency() {
    // 0, 100 and 300 ms each way, and turns that take up to 200 ms longer than the one before.
    for (latency, jitter) in [(0, 0), (1, 0), (3, 0), (1, 2)] {
        for count in [1, 2, 12, 30] {
            let seed = 100 * count + u64::from(latency);
            let mut game = Game::new(Config::DEFAULT, bots(count, seed), latency, seed);
            game.jitter = jitter;
            for round in 1..=(if count < 12 { 3 } else { 2 }) {
                let eaten = game.round();
                assert_eq!(eaten.len(), 6, "a minute");
                let sums: Vec<u32> = eaten.iter().map(|seats| seats.iter().sum()).collect();
                // At least one snack, and in a crowd one in ten seconds for each bot.
                let least = count as u32;
                assert!(
                    sums.iter().all(|&sum| sum >= least),
                    "{count} bots, latency {latency} ± {jitter}, round {round}: {sums:?}"
                );
            }
        }
    }
}

#[test]
fn every_bot_of_a_crowd_eats_in_every_round() {
    for turns_per_second in [0.5, 2.0, 10.0] {
        let bots = (0..12).map(|number| Steering::new(Rng::of(5, number), turns_per_second));
        let mut game = Game::new(Config::DEFAULT, bots.collect(), 2, 5);
        for round in 1..=2 {
            let eaten = game.round();
            for seat in 0..12 {
                let sum: u32 = eaten.iter().map(|seats| seats[seat]).sum();
                assert!(
                    sum >= 3,
                    "{turns_per_second}: bot {seat}, round {round}: {sum}"
                );
            }
        }
    }
}

#[test]
fn a_quick_person_wins_against_a_crowd_of_bots() {
    for latency in [0, 1, 3] {
        let mut players = bots(12, 9);
        players.push(person(1));
        let mut game = Game::new(Config::DEFAULT, players, latency, 3);
        for round in 1..=3 {
            game.round();
            let best = game.world.ranking()[0];
            assert_eq!(best, Seat(12), "latency {latency}, round {round}");
        }
    }
}

#[test]
fn bots_at_one_place_do_not_all_want_the_same_snack() {
    let game = Game::new(Config::DEFAULT, bots(12, 4), 0, 4);
    let (_, me) = game.world.players().next().expect("the first bot");
    let snacks: Vec<Cell> = game.world.snacks().map(|(cell, _)| cell).collect();
    let mut targets = Vec::new();
    for bot in game.bots {
        let mut steering = bot.steering;
        let _turn = steering.steer(me, [].into_iter(), &snacks, &Config::DEFAULT);
        targets.extend(steering.target.map(|target| target.cell));
    }
    assert_eq!(targets.len(), 12, "each has one");
    targets.sort_unstable();
    targets.dedup();
    assert!(targets.len() >= 3, "{targets:?}");
}

#[test]
fn a_bot_turns_at_most_as_often_as_the_plan_says() {
    for (turns_per_second, gap) in [(10.0, 1), (3.0, 4), (2.0, 5), (0.1, 100)] {
        let mut steering = Steering::new(Rng::new(1), turns_per_second);
        let (mut me, arena) = (Player::default(), Config::DEFAULT);
        let (mut last, mut turns) = (None, 0);
        for tick in 0..2_000_u32 {
            // The snack is always behind the bot.
            let snack = Dir::ALL[(me.dir as usize + 2) % 4];
            let snack = (0..20).fold(me.cell, |cell, _| cell.next(snack, &arena));
            if let Some(dir) = steering.steer(&me, [].into_iter(), &[snack], &arena) {
                assert!(
                    last.is_none_or(|last| tick - last >= gap),
                    "{turns_per_second}: {last:?}, {tick}"
                );
                (last, turns, me.dir) = (Some(tick), turns + 1, dir);
            }
            me.cell = me.cell.next(me.dir, &arena);
        }
        assert!(turns >= 3, "{turns_per_second}: {turns}");
    }
    let mut never = Steering::new(Rng::new(1), 0.0);
    let behind = Cell { x: 0, y: 9 };
    for _ in 0..100 {
        let turn = never.steer(
            &Player::default(),
            [].into_iter(),
            &[behind],
            &Config::DEFAULT,
        );
        assert_eq!(turn, None);
    }
}

#[test]
fn a_turn_on_its_way_counts_where_it_will_take_effect() {
    let arena = Config::DEFAULT;
    let me = Player {
        cell: Cell { x: 10, y: 10 },
        dir: Dir::Right,
        ..Player::default()
    };
    let sent = [SentTurn {
        dir: Dir::Down,
        age: 2,
    }];
    // It was sent two ticks ago and takes three ticks, so it takes effect in the second tick.
    let path = Path::predict(&me, sent.into_iter(), 3, &arena);
    let cells = [(11, 10), (11, 11), (11, 12)].map(|(x, y)| Cell { x, y });
    assert_eq!(path.cells, cells);
    assert_eq!(path.end, (cells[2], Dir::Down));
    // A late one takes effect in the next tick, together with a turn that is sent now.
    let path = Path::predict(&me, sent.into_iter(), 0, &arena);
    assert_eq!(path.end, (me.cell, Dir::Down));
}

#[test]
fn a_plan_reaches_its_snack_when_it_says() {
    let arena = Config {
        width: 11,
        height: 7,
        ..Config::DEFAULT
    };
    let start = Cell { x: 3, y: 2 };
    let cells = (0..77).map(|at| Cell {
        x: at % 11,
        y: at / 11,
    });
    for snack in cells.filter(|cell| *cell != start) {
        for dir in Dir::ALL {
            for gap in [1, 2, 5, 9, 20] {
                for wait in [0, 1, gap / 2, gap] {
                    let (mut at, mut dir, mut wait) = (start, dir, wait);
                    let first = plan((at, dir), snack, wait, gap, &arena).expect("a way");
                    let mut turns = 0;
                    for tick in 1..=first.ticks {
                        let Maneuver {
                            ticks,
                            straight,
                            turn,
                        } = plan((at, dir), snack, wait, gap, &arena).expect("a way");
                        assert!(ticks <= first.ticks + 1 - tick, "no later than planned");
                        if let Some(turn) = turn.filter(|_| straight == 0) {
                            assert_eq!(wait, 0, "a turn too soon");
                            (dir, wait, turns) = (turn, gap, turns + 1);
                        }
                        at = at.next(dir, &arena);
                        wait = wait.saturating_sub(1);
                        if at == snack {
                            break;
                        }
                    }
                    assert_eq!(at, snack, "{first:?}");
                    assert!(turns <= 2, "{first:?}: {turns} turns");
                }
            }
        }
    }
}
