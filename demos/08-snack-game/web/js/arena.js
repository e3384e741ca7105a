/**
 * Draws the arena on a canvas: the whole arena, or the part around one player. The arena has no
 * border: its edges are joined.
 * @import { Mirror } from "./mirror.js"
 * @import { Motion, Shown } from "./motion.js"
 * @import { Player } from "./wire.js"
 * @import { Brush } from "./sprites.js"
 * @import { Pop } from "./pops.js"
 */

import { tiles } from "./floor.js";
import { farSnackSprite } from "./far_snacks.js";
import { CREAM, DARK, GOLDEN, look, playerSprite, snackSprite } from "./sprites.js";
import { shortest } from "./motion.js";
import { CALM, POP_MS, float, write } from "./pops.js";

/**
 * What to draw. `me`: the highlighted player. `centre`: the player in the middle, or `null` for the
 * whole arena. `names`: the players whose names are shown.
 * @typedef {{ me: number | null, centre: number | null, names: "all" | Set<number> }} View
 */

export class Arena {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Mirror} mirror
   * @param {Motion} motion
   */
  constructor(canvas, mirror, motion) {
    this.canvas = canvas;
    this.mirror = mirror;
    this.motion = motion;
    this.brush = /** @type {Brush} */ (canvas.getContext("2d", { alpha: false }));
    this.scale = 20;
    /** True in the whole arena: things are small, so players and snacks must differ at a glance. */
    this.far = false;
    this.dots = 1;
    /** The middle of the picture, in cells. */
    this.eye = { x: 0, y: 0 };
    /** @type {Pop[]} */
    this.pops = [];
    new ResizeObserver(() => this.fit()).observe(canvas);
    this.fit();
  }

  /** Sets the canvas to the screen's resolution, at most two dots per pixel to save battery. */
  fit() {
    const box = this.canvas.getBoundingClientRect();
    this.dots = Math.min(2, devicePixelRatio || 1);
    this.canvas.width = Math.max(1, Math.round(box.width * this.dots));
    this.canvas.height = Math.max(1, Math.round(box.height * this.dots));
  }

  /**
   * Shows that a snack was eaten.
   * @param {number} x
   * @param {number} y
   * @param {number} kind
   * @param {boolean} mine
   */
  pop(x, y, kind, mine) {
    if (this.pops.length < 60) this.pops.push({ x, y, kind, mine, born: performance.now() });
  }

  /**
   * @param {number} now
   * @param {View} view
   */
  draw(now, view) {
    const { brush, canvas, mirror } = this;
    brush.fillStyle = DARK;
    brush.fillRect(0, 0, canvas.width, canvas.height);
    this.aim(now, view);
    brush.save();
    this.floor(view);
    for (const [cell, kind] of mirror.snacks) {
      const size = this.scale * (kind === GOLDEN ? 1.5 : 1.02) * (this.far ? 1.35 : 1);
      const picture = this.far ? farSnackSprite(kind, size) : snackSprite(kind, size);
      const x = cell % mirror.config.width;
      this.everywhere(x, Math.floor(cell / mirror.config.width), (px, py) => this.stamp(picture, px, py));
    }
    const first = view.me ?? view.centre;
    // The player in the middle comes last, on top of the others and of their names.
    const players = [...mirror.players.values()].sort((a, b) => Number(a.seat === first) - Number(b.seat === first));
    const mine = view.me === null ? undefined : mirror.players.get(view.me);
    for (const player of players) if (player !== mine) this.player(player, this.motion.shown(player, now), false, now);
    for (const player of players) this.name(player, now, view);
    if (mine) this.player(mine, this.motion.shown(mine, now), true, now);
    this.pops = this.pops.filter((pop) => now - pop.born < POP_MS);
    for (const pop of this.pops) this.everywhere(pop.x, pop.y, (px, py) => float(brush, pop, px, py, this.scale, now));
    brush.restore();
  }

  /**
   * Sets the size of a cell and the middle of the picture.
   * @param {number} now
   * @param {View} view
   */
  aim(now, view) {
    const { width, height } = this.mirror.config;
    const across = this.canvas.width;
    const down = this.canvas.height;
    const player = view.centre === null ? undefined : this.mirror.players.get(view.centre);
    if (view.centre === null) {
      this.scale = Math.min(across / width, down / height);
      this.far = true;
      this.eye = { x: width / 2 - 0.5, y: height / 2 - 0.5 };
      return;
    }
    this.far = false;
    // About 13 cells along the shorter side, so that a player sees far enough ahead. Never more
    // than the arena, or the player would be visible twice.
    this.scale = Math.max(Math.min(across, down) / 13.5, Math.min(across, down, 620 * this.dots) / 17, across / (width - 4), down / (height - 4));
    if (player) this.eye = this.motion.shown(player, now);
  }

  /** @param {View} view */
  floor(view) {
    const { brush, canvas, scale, eye, mirror } = this;
    if (view.centre === null) {
      const floor = tiles(mirror.config.width, mirror.config.height, scale);
      const left = canvas.width / 2 - floor.width / 2;
      const top = canvas.height / 2 - floor.height / 2;
      brush.drawImage(floor, left, top);
      // A player on an edge is visible on both sides of it.
      brush.beginPath();
      brush.rect(left, top, floor.width, floor.height);
      brush.clip();
      return;
    }
    const block = 12;
    const floor = tiles(block, block, scale);
    const side = block * scale;
    const left = canvas.width / 2 - (eye.x + 0.5) * scale;
    const top = canvas.height / 2 - (eye.y + 0.5) * scale;
    for (let y = top - Math.ceil(top / side) * side; y < canvas.height; y += side) {
      for (let x = left - Math.ceil(left / side) * side; x < canvas.width; x += side) brush.drawImage(floor, x, y, side, side);
    }
  }

  /**
   * Draws a thing at every place where it is visible: once, or on both sides of a joined edge.
   * @param {number} x
   * @param {number} y
   * @param {(px: number, py: number) => void} draw
   */
  everywhere(x, y, draw) {
    const { width, height } = this.mirror.config;
    const { canvas, scale, eye } = this;
    const near = 1.2 * scale;
    const dx = shortest(x - eye.x, width);
    const dy = shortest(y - eye.y, height);
    for (const wx of [0, -Math.sign(dx) * width]) {
      const px = canvas.width / 2 + (dx + wx) * scale;
      if (px < -near || px > canvas.width + near) continue;
      for (const wy of [0, -Math.sign(dy) * height]) {
        const py = canvas.height / 2 + (dy + wy) * scale;
        if (py >= -near && py <= canvas.height + near) draw(px, py);
        if (dy === 0) break;
      }
      if (dx === 0) break;
    }
  }

  /**
   * @param {HTMLCanvasElement} picture
   * @param {number} px
   * @param {number} py
   */
  stamp(picture, px, py) {
    this.brush.drawImage(picture, px - picture.width / 2, py - picture.height / 2);
  }

  /**
   * @param {Player} player
   * @param {Shown} at
   * @param {boolean} me
   * @param {number} now
   */
  player(player, at, me, now) {
    const { brush, scale } = this;
    this.everywhere(at.x, at.y, (px, py) => {
      brush.globalAlpha = player.away ? 0.4 : 1;
      if (me) this.halo(px, py, player.team, at.dir, now);
      const size = scale * (this.far ? 2 : me ? 1.5 : 1.18);
      this.stamp(playerSprite(player.team, at.dir, this.far ? 0.48 : me ? 0.3 : 0, size), px, py);
      brush.globalAlpha = 1;
    });
  }

  /**
   * Highlights the player of this page: a ring, and an arrow ahead.
   * @param {number} px
   * @param {number} py
   * @param {number} team
   * @param {number} dir
   * @param {number} now
   */
  halo(px, py, team, dir, now) {
    const { brush, scale } = this;
    const breath = CALM.matches ? 0 : Math.sin(now / 260) * 0.06;
    brush.save();
    brush.translate(px, py);
    brush.beginPath();
    brush.arc(0, 0, scale * (1.12 + breath), 0, Math.PI * 2);
    brush.fillStyle = `${look(team).colour}38`;
    brush.fill();
    brush.lineWidth = scale * 0.08;
    brush.strokeStyle = CREAM;
    brush.stroke();
    brush.rotate((dir * Math.PI) / 2);
    brush.beginPath();
    brush.moveTo(-0.34 * scale, -1.36 * scale);
    brush.lineTo(0, -1.74 * scale);
    brush.lineTo(0.34 * scale, -1.36 * scale);
    brush.lineWidth = scale * 0.17;
    brush.lineJoin = brush.lineCap = "round";
    brush.stroke();
    brush.restore();
  }

  /**
   * @param {Player} player
   * @param {number} now
   * @param {View} view
   */
  name(player, now, view) {
    if (player.seat === view.me || (view.names !== "all" && !view.names.has(player.seat))) return;
    const { brush, scale } = this;
    const size = view.names === "all" ? Math.max(11 * this.dots, scale * 0.36) : Math.max(11 * this.dots, scale * 1.25);
    const at = this.motion.shown(player, now);
    this.everywhere(at.x, at.y, (px, py) => write(brush, player.name, px, py - scale * 0.72 - size * 0.25, size, CREAM));
    brush.globalAlpha = 1;
  }
}
