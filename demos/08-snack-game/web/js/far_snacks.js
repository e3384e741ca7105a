/**
 * Snacks from afar: silhouettes that no team has, darker than the ring of a player and lighter than
 * the floor, so that the last row of a hall tells them apart. The contrast is measured in a test.
 * @import { Brush } from "./sprites.js"
 */

import { DARK, line, polygon, sprite } from "./sprites.js";

/**
 * @param {number} kind
 * @param {number} size
 */
export function farSnackSprite(kind, size) {
  return sprite(`far snack ${kind}`, Math.max(2, Math.round(size)), SNACKS[/** @type {0|1|2|3} */ (kind)] ?? tteok);
}

const SNACKS = /** @type {const} */ ([tteok, gimbap, hotteok, bungeoppang]);

/** A skewer. @param {Brush} brush */
function tteok(brush) {
  for (const [wide, colour] of /** @type {[number, string][]} */ ([[0.84, DARK], [0.58, "#b8707e"]])) line(brush, [[-0.5, 0.5], [0.5, -0.5]], wide, colour);
}

/** A slice: a ring. @param {Brush} brush */
function gimbap(brush) {
  for (const [wide, colour] of /** @type {[number, string][]} */ ([[0.74, DARK], [0.46, "#6f9070"]])) {
    brush.beginPath();
    brush.arc(0, 0, 0.5, 0, Math.PI * 2);
    brush.lineWidth = wide;
    brush.strokeStyle = colour;
    brush.stroke();
  }
}

/** Half a pancake. @param {Brush} brush */
function hotteok(brush) {
  brush.beginPath();
  brush.arc(0, -0.28, 0.72, 0, Math.PI);
  brush.closePath();
  brush.lineWidth = 0.28;
  brush.strokeStyle = DARK;
  brush.stroke();
  brush.fillStyle = "#b8742c";
  brush.fill();
}

/** The golden fish, in its glow. @param {Brush} brush */
function bungeoppang(brush) {
  const glow = brush.createRadialGradient(0, 0, 0.3, 0, 0, 1);
  glow.addColorStop(0, "#ffd84da0");
  glow.addColorStop(1, "#ffd84d00");
  brush.beginPath();
  brush.arc(0, 0, 1, 0, Math.PI * 2);
  brush.fillStyle = glow;
  brush.fill();
  for (const [wide, colour] of /** @type {[number, string][]} */ ([[0.3, DARK], [0.04, "#b08000"]])) {
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
