/**
 * What all pages with an arena share: the mirror, the motion between ticks, the canvas.
 * @import { Welcome, Snapshot, Delta } from "./wire.js"
 * @import { View } from "./arena.js"
 */

import { Arena } from "./arena.js";
import { Mirror } from "./mirror.js";
import { Motion } from "./motion.js";

/** @typedef {{ x: number, y: number, kind: number, seat: number }} Bite */
/** @typedef {{ view(): View, news(bites: Bite[], phaseBefore: number): void }} Director */

export class Scene {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Director} director
   */
  constructor(canvas, director) {
    this.canvas = canvas;
    this.director = director;
    /** @type {Mirror | null} */
    this.mirror = null;
    /** @type {Motion | null} */
    this.motion = null;
    /** @type {Arena | null} */
    this.arena = null;
    const frame = (/** @type {number} */ now) => {
      if (this.arena && this.mirror?.known) this.arena.draw(now, director.view());
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  /** @param {Welcome} welcome */
  welcome(welcome) {
    this.mirror = new Mirror(welcome.config);
    this.motion = new Motion(this.mirror);
    this.arena = new Arena(this.canvas, this.mirror, this.motion);
  }

  /** @param {Snapshot} snapshot */
  snapshot(snapshot) {
    const { mirror, motion } = this;
    if (!mirror || !motion) return;
    const before = mirror.known ? mirror.phase : snapshot.phase;
    motion.around(performance.now(), () => mirror.replace(snapshot));
    this.director.news([], before);
  }

  /**
   * @param {Delta} delta
   * @returns {boolean} whether it was the very next tick
   */
  delta(delta) {
    const { mirror, motion, arena } = this;
    if (!mirror || !motion || !arena) return false;
    const before = mirror.phase;
    const bites = delta.eaten.map((one) => ({ ...one, kind: mirror.snacks.get(mirror.cell(one.x, one.y)) ?? 0 }));
    let followed = false;
    motion.around(performance.now(), () => (followed = mirror.follow(delta)));
    if (!followed) return false;
    const me = this.director.view().me;
    for (const { x, y, kind, seat } of bites) arena.pop(x, y, kind, seat === me);
    this.director.news(bites, before);
    return true;
  }
}
