/**
 * The client's copy of a room, built from `Snapshot` and `Delta` alone. Equal to `mirror` in crate
 * `rush`; a test compares them.
 * @import { Config, Player, Snapshot, Delta } from "./wire.js"
 */

/** A step in each direction: up, right, down, left. */
export const STEP = /** @type {const} */ ([[0, -1], [1, 0], [0, 1], [-1, 0]]);
/** Points of a snack: tteok, gimbap, hotteok, golden bungeoppang. */
export const WORTH = /** @type {const} */ ([1, 1, 1, 5]);
/** The phase in which players move. In the others, podium and over, they stand still. */
export const PLAYING = 0;

/** State of a round. */
export class Mirror {
  /** @param {Config} config */
  constructor(config) {
    this.config = config;
    this.round = 0;
    this.tick = 0;
    this.phase = PLAYING;
    /** False before the first snapshot. */
    this.known = false;
    /** @type {Map<number, Player>} */
    this.players = new Map();
    /** Kinds by cell: `y * width + x`. @type {Map<number, number>} */
    this.snacks = new Map();
    /** Points of the players who have left, by team. */
    this.kept = [0, 0, 0, 0];
  }

  /** @param {Snapshot} snapshot */
  replace(snapshot) {
    this.round = snapshot.round;
    this.tick = snapshot.tick;
    this.phase = snapshot.phase;
    this.known = true;
    this.kept = [...snapshot.kept];
    this.players = new Map(snapshot.players.map((player) => [player.seat, { ...player }]));
    this.snacks = new Map(snapshot.snacks.map(({ x, y, kind }) => [this.cell(x, y), kind]));
  }

  /**
   * Applies a tick. Returns false if ticks are missing: then only a snapshot helps.
   * @param {Delta} delta
   */
  follow(delta) {
    if (!this.known) return false;
    // A snapshot contained this tick already.
    if (delta.round < this.round || (delta.round === this.round && delta.tick <= this.tick)) return true;
    if (delta.round !== this.round || delta.tick !== this.tick + 1) return false;
    for (const seat of delta.left) this.dismiss(seat);
    for (const { seat, dir } of delta.turned) this.change(seat, (player) => (player.dir = dir));
    if (delta.phase === PLAYING) for (const player of this.players.values()) this.move(player);
    for (const { x, y, seat } of delta.eaten) {
      const kind = this.snacks.get(this.cell(x, y)) ?? 0;
      this.snacks.delete(this.cell(x, y));
      this.change(seat, (player) => (player.points += WORTH[kind] ?? 0));
    }
    for (const { x, y, kind } of delta.spawned) this.snacks.set(this.cell(x, y), kind);
    for (const one of delta.joined) this.players.set(one.seat, { ...one, points: 0, away: false });
    for (const { seat, away } of delta.away) this.change(seat, (player) => (player.away = away));
    this.tick = delta.tick;
    this.phase = delta.phase;
    return true;
  }

  /**
   * Removes a player. The points stay with the team.
   * @param {number} seat
   */
  dismiss(seat) {
    this.change(seat, ({ team, points }) => (this.kept[team] = (this.kept[team] ?? 0) + points));
    this.players.delete(seat);
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

  /** Players by points, then by seat. */
  ranking() {
    return [...this.players.values()].sort((a, b) => b.points - a.points || a.seat - b.seat);
  }

  /**
   * The place of a player: one more than the number of players with more points.
   * @param {Player} player
   */
  placing(player) {
    let place = 1;
    for (const other of this.players.values()) if (other.points > player.points) place++;
    return place;
  }

  /**
   * True if another player has as many points, and therefore the same place.
   * @param {Player} player
   */
  tied(player) {
    for (const other of this.players.values()) if (other.points === player.points && other.seat !== player.seat) return true;
    return false;
  }

  /** Points of each team, including the players who have left. */
  teamPoints() {
    const sums = [...this.kept];
    for (const { team, points } of this.players.values()) sums[team] = (sums[team] ?? 0) + points;
    return sums;
  }

  /** Seconds until this phase ends, rounded up. */
  secondsLeft() {
    const { roundTicks, podiumTicks, tickMs } = this.config;
    const end = this.phase === PLAYING ? roundTicks : roundTicks + podiumTicks;
    return Math.max(0, Math.ceil(((end - this.tick) * tickMs) / 1000));
  }
}
