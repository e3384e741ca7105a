/** How teams and snacks look. Each has a colour and a shape, so colour alone never matters. */

import { STEP, WORTH } from "./mirror.js";

/** @typedef {CanvasRenderingContext2D} Brush */
/** @typedef {{ key: "orange" | "blue" | "green" | "yellow", shape: string, colour: string, ink: string }} Look */

/** The four teams, by number. `ink` is a text colour that is readable on `colour`. */
export const TEAMS = /** @type {const} */ ([
  { key: "orange", shape: "●", colour: "#D55E00", ink: "#1d120b" },
  { key: "blue", shape: "▲", colour: "#56B4E9", ink: "#1d120b" },
  { key: "green", shape: "■", colour: "#009E73", ink: "#1d120b" },
  { key: "yellow", shape: "◆", colour: "#F0E442", ink: "#1d120b" },
]);

/** The kind of snack that is worth five points. */
export const GOLDEN = 3;
/** If a player is smaller than this many dots, no face is drawn. */
const SEEN = 30;
export const DARK = "#170e09";
export const CREAM = "#fff3df";

/**
 * @param {number} team
 * @returns {Look}
 */
export function look(team) {
  return TEAMS[/** @type {0|1|2|3} */ (team)] ?? TEAMS[0];
}

/** Sprites, drawn once for each size. @type {Map<string, HTMLCanvasElement>} */
const drawn = new Map();

/**
 * Returns a picture of `size` pixels, from a drawing in the square from -1 to 1.
 * @param {string} key
 * @param {number} size
 * @param {(brush: Brush) => void} draw
 */
export function sprite(key, size, draw) {
  const name = `${key}/${size}`;
  let canvas = drawn.get(name);
  if (!canvas) {
    if (drawn.size > 400) drawn.clear();
    canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const brush = canvas.getContext("2d");
    if (brush) {
      brush.translate(size / 2, size / 2);
      brush.scale(size / 2, size / 2);
      brush.lineJoin = brush.lineCap = "round";
      draw(brush);
    }
    drawn.set(name, canvas);
  }
  return canvas;
}

/**
 * @param {number} team
 * @param {number} dir
 * @param {number} ring the width of a light ring around the player; 0 for none
 * @param {number} size
 */
export function playerSprite(team, dir, ring, size) {
  return sprite(`player ${team} ${dir} ${ring}`, Math.max(2, Math.round(size)), (brush) => {
    brush.scale(0.86, 0.86);
    outline(brush, team);
    brush.lineWidth = ring > 0 ? ring + 0.22 : 0.3;
    brush.strokeStyle = DARK;
    brush.stroke();
    if (ring > 0) {
      brush.lineWidth = ring;
      brush.strokeStyle = CREAM;
      brush.stroke();
    }
    brush.fillStyle = look(team).colour;
    brush.fill();
    if (size >= SEEN) face(brush, team, dir);
  });
}

/**
 * The outline of a team: circle, triangle, square, diamond.
 * @param {Brush} brush
 * @param {number} team
 */
export function outline(brush, team) {
  brush.beginPath();
  if (team === 0) brush.arc(0, 0, 0.8, 0, Math.PI * 2);
  else if (team === 1) polygon(brush, [[0, -0.86], [0.88, 0.7], [-0.88, 0.7]]);
  else if (team === 2) brush.rect(-0.7, -0.7, 1.4, 1.4);
  else polygon(brush, [[0, -0.92], [0.92, 0], [0, 0.92], [-0.92, 0]]);
}

/**
 * Two eyes that look in the player's direction.
 * @param {Brush} brush
 * @param {number} team
 * @param {number} dir
 */
function face(brush, team, dir) {
  const [dx, dy] = STEP[dir] ?? STEP[0];
  const down = team === 1 ? 0.22 : 0;
  for (const side of [-1, 1]) {
    const x = side * 0.27 + dx * 0.12;
    const y = down + dy * 0.14;
    dot(brush, x, y, 0.21, CREAM);
    dot(brush, x + dx * 0.09, y + dy * 0.09, 0.115, DARK);
  }
}

/**
 * @param {number} kind
 * @param {number} size
 */
export function snackSprite(kind, size) {
  return sprite(`snack ${kind}`, Math.max(2, Math.round(size)), SNACKS[/** @type {0|1|2|3} */ (kind)] ?? tteok);
}

/**
 * The menu: every snack with its points.
 * @param {HTMLCanvasElement} canvas
 */
export function menu(canvas) {
  const cell = 112;
  canvas.width = cell * SNACKS.length;
  canvas.height = cell * 1.32;
  const brush = canvas.getContext("2d");
  if (!brush) return;
  SNACKS.forEach((_, kind) => {
    const size = kind === GOLDEN ? 108 : 84;
    const middle = cell * (kind + 0.5);
    brush.drawImage(snackSprite(kind, size), middle - size / 2, cell / 2 - size / 2);
    brush.font = `800 32px ${getComputedStyle(document.body).fontFamily}`;
    brush.textAlign = "center";
    brush.fillStyle = kind === GOLDEN ? "#ffd84d" : CREAM;
    brush.fillText(`+${WORTH[/** @type {0|1|2|3} */ (kind)]}`, middle, cell * 1.26);
  });
}

const SNACKS = /** @type {const} */ ([tteok, gimbap, hotteok, bungeoppang]);

/** Three rice cakes on a skewer. @param {Brush} brush */
function tteok(brush) {
  brush.rotate(Math.PI / 4);
  line(brush, [[0, -0.98], [0, 0.98]], 0.13, "#c79a63");
  for (const [y, colour] of /** @type {[number, string][]} */ ([[-0.56, "#ff9fb2"], [0, "#fff6ea"], [0.56, "#b5d99c"]])) {
    dot(brush, 0, y, 0.38, DARK);
    dot(brush, 0, y, 0.3, colour);
    dot(brush, -0.1, y - 0.1, 0.07, "#ffffffb0");
  }
}

/** A triangle of rice in its sheet of seaweed. @param {Brush} brush */
function gimbap(brush) {
  polygon(brush, [[0, -0.72], [0.76, 0.6], [-0.76, 0.6]], true);
  brush.lineWidth = 0.42;
  brush.strokeStyle = DARK;
  brush.stroke();
  brush.lineWidth = 0.26;
  brush.strokeStyle = brush.fillStyle = "#fffaf0";
  brush.stroke();
  brush.fill();
  brush.fillStyle = "#1f3a2d";
  brush.fillRect(-0.34, 0.06, 0.68, 0.66);
  dot(brush, 0, -0.24, 0.13, "#ff8a5c");
}

/** A round pancake with its syrup. @param {Brush} brush */
function hotteok(brush) {
  dot(brush, 0, 0, 0.8, DARK);
  dot(brush, 0, 0, 0.72, "#c9772c");
  dot(brush, 0, 0, 0.58, "#e2a052");
  brush.beginPath();
  for (let turn = 0; turn <= 4.2 * Math.PI; turn += 0.2) {
    brush.lineTo(Math.cos(turn) * turn * 0.031, Math.sin(turn) * turn * 0.031);
  }
  brush.lineWidth = 0.12;
  brush.strokeStyle = "#7a3d10";
  brush.stroke();
}

/** The golden fish: five points. @param {Brush} brush */
function bungeoppang(brush) {
  fish(brush, "d0", [[0.24, DARK], [0.06, "#ffcf3f"]]);
  for (const x of [-0.16, 0.08, 0.3]) {
    brush.beginPath();
    brush.arc(x - 0.16, 0, 0.2, -0.9, 0.9);
    brush.lineWidth = 0.07;
    brush.strokeStyle = "#9a6200";
    brush.stroke();
  }
  dot(brush, -0.44, -0.1, 0.09, DARK);
}

/**
 * A fish in its glow: each layer is a colour and how far it reaches beyond the outline.
 * @param {Brush} brush
 * @param {string} light the opacity of the glow, in hexadecimal
 * @param {[number, string][]} layers
 */
export function fish(brush, light, layers) {
  const glow = brush.createRadialGradient(0, 0, 0.3, 0, 0, 1);
  glow.addColorStop(0, `#ffd84d${light}`);
  glow.addColorStop(1, "#ffd84d00");
  dot(brush, 0, 0, 1, glow);
  for (const [wide, colour] of layers) {
    brush.fillStyle = brush.strokeStyle = colour;
    brush.lineWidth = wide;
    brush.beginPath();
    brush.ellipse(-0.14, 0, 0.56, 0.4, 0, 0, Math.PI * 2);
    brush.stroke();
    brush.fill();
    polygon(brush, [[0.28, 0], [0.8, -0.42], [0.7, 0], [0.8, 0.42]], true);
    brush.stroke();
    brush.fill();
  }
}

/**
 * @param {Brush} brush
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string | CanvasGradient} colour
 */
function dot(brush, x, y, radius, colour) {
  brush.beginPath();
  brush.arc(x, y, radius, 0, Math.PI * 2);
  brush.fillStyle = colour;
  brush.fill();
}

/**
 * @param {Brush} brush
 * @param {[number, number][]} points
 * @param {number} wide
 * @param {string} colour
 */
export function line(brush, points, wide, colour) {
  brush.beginPath();
  for (const [x, y] of points) brush.lineTo(x, y);
  brush.lineWidth = wide;
  brush.strokeStyle = colour;
  brush.stroke();
}

/**
 * @param {Brush} brush
 * @param {[number, number][]} points
 * @param {boolean} [newPath]
 */
function polygon(brush, points, newPath = false) {
  if (newPath) brush.beginPath();
  for (const [x, y] of points) brush.lineTo(x, y);
  brush.closePath();
}
