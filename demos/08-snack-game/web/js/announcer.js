/**
 * Announcements for screen readers: few, and never on every tick.
 * @import { Mirror } from "./mirror.js"
 * @import { Player } from "./wire.js"
 */

import { PLAYING } from "./mirror.js";
import { put } from "./page.js";
import { points, say } from "./words.js";

const AT_SECONDS = new Set([30, 10, 5]);
/** Interval between two announcements of the player's place. */
const STANDING_MS = 12_000;
/** Winners who are named; more are counted. */
const NAMED = 3;

export class Announcer {
  /** @param {HTMLElement} live */
  constructor(live) {
    this.live = live;
    this.second = -1;
    this.standing = "";
    this.stoodAt = 0;
  }

  /**
   * @param {Mirror} mirror
   * @param {Player | null} me
   * @param {number} phaseBefore
   */
  tell(mirror, me, phaseBefore) {
    const seconds = mirror.secondsLeft();
    if ((mirror.phase === PLAYING) !== (phaseBefore === PLAYING)) return put(this.live, this.turning(mirror, me));
    if (mirror.phase !== PLAYING) return;
    if (seconds !== this.second && AT_SECONDS.has(seconds)) put(this.live, say("secondsLeft", { n: seconds }));
    this.second = seconds;
    const now = performance.now();
    if (!me || now - this.stoodAt < STANDING_MS || AT_SECONDS.has(seconds)) return;
    const standing = `${say(mirror.tied(me) ? "youStandTied" : "youStand", { n: mirror.placing(me), all: mirror.players.size })} ${points(me.points)}`;
    if (standing === this.standing) return;
    this.standing = standing;
    this.stoodAt = now;
    put(this.live, standing);
  }

  /**
   * @param {Mirror} mirror
   * @param {Player | null} me
   */
  turning(mirror, me) {
    if (mirror.phase === PLAYING) return say("roundBegins");
    if (me) return say(mirror.tied(me) ? "roundOverTied" : "roundOver", { n: mirror.placing(me), all: mirror.players.size, points: points(me.points) });
    const [best, ...others] = mirror.ranking().filter((player) => mirror.placing(player) === 1);
    if (!best) return "";
    const values = { name: best.name, names: [best, ...others].map(({ name }) => name).join(", "), n: others.length + 1, points: points(best.points) };
    if (others.length === 0) return say("roundOverHall", values);
    return say(others.length < NAMED ? "roundOverShared" : "roundOverMany", values);
  }
}
