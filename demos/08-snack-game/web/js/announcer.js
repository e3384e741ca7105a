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
    const standing = `${say("youStand", { n: mirror.placing(me), all: mirror.players.size })} ${points(me.points)}`;
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
    if (me) return say("roundOver", { n: mirror.placing(me), all: mirror.players.size, points: points(me.points) });
    const best = mirror.ranking()[0];
    return best ? say("roundOverHall", { name: best.name, points: points(best.points) }) : "";
  }
}
