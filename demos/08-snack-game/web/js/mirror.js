/**
 * The client's picture of a room, drawn from `Snapshot` and `Delta` alone. The same as crate `rush`'s `mirror`, and checked against it.
 * @import { Config, Player, Snapshot, Delta } from "./wire.js"
 */

/** A cell further in each direction: up, right, down, left. */
export const STEP = /** @type {const} */ ([[0, -1], [1, 0], [0, 1], [-1, 0]]);
/** What a snack is worth: tteok, gimbap, hotteok, golden bungeoppang. */
export const WORTH = /** @type {const} */ ([1, 1, 1, 5]);
/** What is going on in a round. */
export const PLAYING = 0;
export const PODIUM = 1;

/** Everything that is seen of a round. */
export class Mirror {
  /** @param {Config} config */
  constructor(config) {
    this.config = config;
    this.round = 0;
    this.tick = 0;
    this.phase = PLAYING;
    /** Nothing is known before the first snapshot. */
    this.known = false;
    /** @type {Map<number, Player>} */
    this.players = new Map();
    /** Kinds by cell: `y * width + x`. @type {Map<number, number>} */
    this.snacks = new Map();
  }

  /** @param {Snapshot} snapshot */
  replace(snapshot) {
    this.round = snapshot.round;
    this.tick = snapshot.tick;
    this.phase = snapshot.phase;
    this.known = true;
    this.players = new Map(snapshot.players.map((player) => [player.seat, { ...player }]));
    this.snacks = new Map(snapshot.snacks.map(({ x, y, kind }) => [this.cell(x, y), kind]));
  }

  /**
   * One tick on. False when it is not the very next one: then only a snapshot helps.
   * @param {Delta} delta
   */
  follow(delta) {
    if (!this.known || delta.round !== this.round || delta.tick !== this.tick + 1) return false;
    for (const seat of delta.left) this.players.delete(seat);
    for (const one of delta.joined) this.players.set(one.seat, { ...one, points: 0, away: false });
    for (const { seat, away } of delta.away) this.change(seat, (player) => (player.away = away));
    for (const { seat, dir } of delta.turned) this.change(seat, (player) => (player.dir = dir));
    const moving = this.phase === PLAYING;
    if (moving) for (const player of this.players.values()) this.move(player);
    for (const { x, y, seat } of delta.eaten) {
      const kind = this.snacks.get(this.cell(x, y)) ?? 0;
      this.snacks.delete(this.cell(x, y));
      this.change(seat, (player) => (player.points += WORTH[kind] ?? 0));
    }
    for (const { x, y, kind } of delta.spawned) this.snacks.set(this.cell(x, y), kind);
    this.tick = delta.tick;
    this.phase = delta.phase;
    return true;
  }

  /**
   * @param {number} seat
   * @param {(player: Player) => void} how
   */
  change(seat, how) {
    const player = this.players.get(seat);
    if (player) how(player);
  }

  /** @param {Player} player */
  move(player) {
    const [dx, dy] = STEP[player.dir] ?? STEP[0];
    player.x = (player.x + dx + this.config.width) % this.config.width;
    player.y = (player.y + dy + this.config.height) % this.config.height;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  cell(x, y) {
    return y * this.config.width + x;
  }

  /** Most points first, then the lower seat. */
  ranking() {
    return [...this.players.values()].sort((a, b) => b.points - a.points || a.seat - b.seat);
  }

  /**
   * The place of a player: one more than there are with more points.
   * @param {Player} player
   */
  placing(player) {
    let place = 1;
    for (const other of this.players.values()) if (other.points > player.points) place++;
    return place;
  }

  /** Points of the four teams. */
  teamPoints() {
    const sums = /** @type {[number, number, number, number]} */ ([0, 0, 0, 0]);
    for (const { team, points } of this.players.values()) sums[/** @type {0|1|2|3} */ (team)] += points;
    return sums;
  }

  /** Players of the four teams. */
  teamSizes() {
    const sums = /** @type {[number, number, number, number]} */ ([0, 0, 0, 0]);
    for (const { team } of this.players.values()) sums[/** @type {0|1|2|3} */ (team)]++;
    return sums;
  }

  /** Seconds until this phase ends, rounded up. */
  secondsLeft() {
    const { roundTicks, podiumTicks, tickMs } = this.config;
    const end = this.phase === PLAYING ? roundTicks : roundTicks + podiumTicks;
    return Math.max(0, Math.ceil(((end - this.tick) * tickMs) / 1000));
  }
}
