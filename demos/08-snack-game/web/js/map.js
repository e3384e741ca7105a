/**
 * The map: the whole arena, small, with the players, the golden snacks, and the player's own place.
 * @import { Mirror } from "./mirror.js"
 */

import { CREAM, GOLDEN, look } from "./sprites.js";

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Mirror} mirror
 * @param {number | null} me
 */
export function map(canvas, mirror, me) {
  const { width, height } = mirror.config;
  const dot = 3;
  if (canvas.width !== width * dot || canvas.height !== height * dot) {
    canvas.width = width * dot;
    canvas.height = height * dot;
  }
  const brush = canvas.getContext("2d");
  if (!brush) return;
  brush.fillStyle = "#1d120b";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  for (const [cell, kind] of mirror.snacks) {
    const size = kind === GOLDEN ? 7 : 2;
    brush.fillStyle = kind === GOLDEN ? "#ffd84d" : "#9a7d62";
    brush.fillRect((cell % width) * dot, Math.floor(cell / width) * dot, size, size);
  }
  for (const { x, y, team } of mirror.players.values()) {
    brush.fillStyle = look(team).colour;
    brush.fillRect(x * dot, y * dot, 4, 4);
  }
  const mine = me === null ? undefined : mirror.players.get(me);
  if (!mine) return;
  brush.beginPath();
  brush.arc((mine.x + 0.5) * dot, (mine.y + 0.5) * dot, 13, 0, Math.PI * 2);
  brush.lineWidth = 5;
  brush.strokeStyle = CREAM;
  brush.stroke();
  brush.fillStyle = look(mine.team).colour;
  brush.fill();
}
