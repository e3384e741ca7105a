/**
 * Where everybody is between two ticks. The server speaks ten times a second, a screen shows sixty pictures: in between everybody runs on
 * in their direction, as they will unless they turn. Who turned is led from where they were seen to where they are, in a few pictures.
 * @import { Mirror } from "./mirror.js"
 * @import { Player } from "./wire.js"
 */

import { PLAYING, STEP } from "./mirror.js";

/** How fast a picture that was wrong comes right: after this many ms a third of the error is left. */
const FORGIVING_MS = 55;
/** Further off than this many cells, and nobody is led: they are simply there. */
const LEAP = 3;

/** A turn of mine is believed for this many ticks, whatever the server says. */
const BELIEVED = 8;

/** @typedef {{ x: number, y: number, dir: number }} Shown */

export class Motion {
  /** @param {Mirror} mirror */
  constructor(mirror) {
    this.mirror = mirror;
    /** When the tick of now began, on this clock. */
    this.began = 0;
    /** What the picture still owes, in cells, by seat. @type {Map<number, { x: number, y: number, at: number }>} */
    this.owed = new Map();
    /** A turn of mine that the server has yet to tell: it applies from that tick on. @type {{ seat: number, dir: number, tick: number } | null} */
    this.mine = null;
  }

  /**
   * Changes the mirror (or what I mean to do) without anybody jumping on the screen.
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
   * Frames come early and late; ticks do not. The clock moves a tick on, and leans a little towards what was heard.
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
   * How much of the tick of now is over: 0 at its beginning, 1 at the end, and no further.
   * @param {number} now
   */
  phase(now) {
    const { phase, tick, config } = this.mirror;
    if (phase !== PLAYING) return 0;
    // After the last move there is nothing ahead to run to.
    return Math.min(tick < config.roundTicks ? 1 : 0, Math.max(-1, (now - this.began) / config.tickMs));
  }

  /**
   * Where a player will have run, if it does not turn.
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
   * Where a player is shown.
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
   * I turn: seen at once, told to the server, and true from the tick on that it will arrive in.
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
   * What I meant is true by now, or has been waited for too long to be shown any more: then the picture is the server's again.
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
