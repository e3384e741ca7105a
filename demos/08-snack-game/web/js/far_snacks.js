/**
 * Snacks from afar: silhouettes that no team has, darker than the ring of a player and lighter than
 * the floor, so that the last row of a hall tells them apart. The contrast is measured in a test.
 * @import { Brush } from "./sprites.js"
 */

import { DARK, fish, line, sprite } from "./sprites.js";

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

/** The golden fish. @param {Brush} brush */
function bungeoppang(brush) {
  fish(brush, "a0", [[0.3, DARK], [0.04, "#b08000"]]);
}
