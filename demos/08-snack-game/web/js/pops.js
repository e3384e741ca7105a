/**
 * Effects over the floor: floating points where a snack was, crumbs, and readable text.
 * @import { Brush } from "./sprites.js"
 */

import { CREAM, DARK, GOLDEN } from "./sprites.js";

/** How long a number floats, in ms. */
export const POP_MS = 750;
/** With reduced motion the number appears, but does not float. */
export const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** @typedef {{ x: number, y: number, kind: number, mine: boolean, born: number }} Pop */

/**
 * @param {Brush} brush
 * @param {Pop} pop
 * @param {number} px
 * @param {number} py
 * @param {number} scale
 * @param {number} now
 */
export function float(brush, pop, px, py, scale, now) {
  const age = Math.max(0, (now - pop.born) / POP_MS);
  const golden = pop.kind === GOLDEN;
  brush.globalAlpha = 1 - age * age;
  if (!CALM.matches) {
    brush.fillStyle = golden ? "#ffd84d" : "#e8b27a";
    for (let crumb = 0; crumb < (golden ? 9 : 5); crumb++) {
      const turn = crumb * 2.4 + pop.x;
      const far = scale * (0.3 + age * (golden ? 1.5 : 0.8));
      brush.fillRect(px + Math.cos(turn) * far, py + Math.sin(turn) * far, scale * 0.11, scale * 0.11);
    }
  }
  if (pop.mine || golden) {
    const rise = CALM.matches ? 0.9 : 0.8 + age * 0.9;
    const size = scale * (pop.mine ? 0.8 : 0.7);
    write(brush, golden ? "+5" : "+1", px, py - scale * rise, size, golden ? "#ffd84d" : CREAM, 800);
  }
  brush.globalAlpha = 1;
}

/**
 * @param {Brush} brush
 * @param {string} text
 * @param {number} px
 * @param {number} py
 * @param {number} size
 * @param {string} colour
 * @param {number} [weight]
 */
export function write(brush, text, px, py, size, colour, weight = 600) {
  brush.font = `${weight} ${Math.round(size)}px ${family()}`;
  brush.textAlign = "center";
  brush.textBaseline = "bottom";
  brush.lineJoin = "round";
  brush.lineWidth = size * 0.28;
  brush.strokeStyle = `${DARK}d8`;
  brush.strokeText(text, px, py);
  brush.fillStyle = colour;
  brush.fillText(text, px, py);
}

/** The page's font, read once. */
let letters = "";

function family() {
  letters ||= getComputedStyle(document.body).fontFamily;
  return letters;
}
