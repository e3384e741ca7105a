/**
 * Positions between two ticks. The server sends ten ticks a second and a screen shows sixty frames,
 * so each player is drawn moving on in the same direction. After a turn, the drawn position moves
 * to the true one within a few frames.
 * @import { Mirror } from "./mirror.js"
 * @import { Player } from "./wire.js"
 */

import { PLAYING, STEP } from "./mirror.js";

/** Time in ms after which a third of a drawing error is left. */
const FORGIVING_MS = 55;
/** With an error of more than this many cells, a player jumps to the true position. */
const LEAP = 3;

/** For this many ticks the player's own turn is shown, whatever the server says. */
const BELIEVED = 8;

/** @typedef {{ x: number, y: number, dir: number }} Shown */

export class Motion {
  /** @param {Mirror} mirror */
  constructor(mirror) {
    this.mirror = mirror;
    /** When the current tick began, on this clock. */
    this.began = 0;
    /** Drawing errors in cells, by seat. @type {Map<number, { x: number, y: number, at: number }>} */
    this.owed = new Map();
    /**
     * A turn that the server has not acknowledged, and the tick in which it will apply.
     * @type {{ seat: number, dir: number, tick: number } | null}
     */
    this.mine = null;
  }

  /**
   * Changes the mirror, or the pending turn, without a jump on the screen.
   * @param {number} now
   * @param {() => void} change
   */
  around(now, change) {
    /** @type {Map<number, Shown>} */
    const before = new Map();
    for (const player of this.mirror.players.values()) before.set(player.seat, this.shown(player, now));
    const tick = this.mirror.tick;
    change();
    if (this.mirror.tick !== tick) this.keepTime(now, this.mirror.tick - tick);
    this.owed.clear();
    for (const player of this.mirror.players.values()) {
      const was = before.get(player.seat);
      if (!was) continue;
      const is = this.ahead(player, now);
      const x = shortest(was.x - is.x, this.mirror.config.width);
      const y = shortest(was.y - is.y, this.mirror.config.height);
      if (Math.abs(x) + Math.abs(y) < LEAP) this.owed.set(player.seat, { x, y, at: now });
    }
  }

  /**
   * Ticks are regular, but messages arrive early or late. The clock moves on by one tick, and a
   * little towards the time of arrival.
   * @param {number} now
   * @param {number} ticks
   */
  keepTime(now, ticks) {
    const { tickMs } = this.mirror.config;
    const due = this.began + ticks * tickMs;
    const off = now - due;
    this.began = Math.abs(off) > 2 * tickMs ? now : due + off * (off < 0 ? 0.5 : 0.1);
  }

  /**
   * Elapsed part of the current tick: from 0 at its beginning to 1 at its end.
   * @param {number} now
   */
  phase(now) {
    const { phase, tick, config } = this.mirror;
    if (phase !== PLAYING) return 0;
    // After the last move of a round players stand still.
    return Math.min(tick < config.roundTicks ? 1 : 0, Math.max(-1, (now - this.began) / config.tickMs));
  }

  /**
   * The position of a player who does not turn.
   * @param {Player} player
   * @param {number} now
   * @returns {Shown}
   */
  ahead(player, now) {
    const phase = this.phase(now);
    const mine = this.mine?.seat === player.seat ? this.mine : null;
    const runs = mine && phase > 0 && this.mirror.tick + 1 >= mine.tick ? mine.dir : player.dir;
    const [dx, dy] = STEP[runs] ?? STEP[0];
    return { x: player.x + dx * phase, y: player.y + dy * phase, dir: mine ? mine.dir : player.dir };
  }

  /**
   * The position at which a player is drawn.
   * @param {Player} player
   * @param {number} now
   * @returns {Shown}
   */
  shown(player, now) {
    const shown = this.ahead(player, now);
    const owed = this.owed.get(player.seat);
    if (owed) {
      const left = Math.exp((owed.at - now) / FORGIVING_MS);
      shown.x += owed.x * left;
      shown.y += owed.y * left;
    }
    return shown;
  }

  /**
   * The player turns: drawn at once, and true from the tick in which it will reach the server.
   * @param {number} seat
   * @param {number} dir
   * @param {number} now
   * @param {number} roundTrip ms to the server and back
   */
  turn(seat, dir, now, roundTrip) {
    const late = this.phase(now) + roundTrip / this.mirror.config.tickMs >= 0.95;
    this.around(now, () => (this.mine = { seat, dir, tick: this.mirror.tick + (late ? 2 : 1) }));
  }

  /**
   * Drops the pending turn if it was applied, or is overdue. Then the server's state is drawn
   * again.
   * @param {boolean} told
   */
  settle(told) {
    if (this.mine && (told || Math.abs(this.mirror.tick - this.mine.tick) > BELIEVED)) this.mine = null;
  }
}

/**
 * The shortest way from one place to another on a ring.
 * @param {number} off
 * @param {number} length
 */
export function shortest(off, length) {
  return off - Math.round(off / length) * length;
}
