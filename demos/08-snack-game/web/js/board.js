/**
 * The figures beside the arena: time, teams, leaders.
 * @import { Mirror } from "./mirror.js"
 */

import { TEAMS, look } from "./sprites.js";
import { make, named, put } from "./page.js";
import { points as pointsOf, say } from "./words.js";

/**
 * The bar of the four teams, in proportion to their points, each with its shape and number.
 * @param {HTMLElement} list
 * @param {readonly number[]} points
 * @param {number | null} mine
 */
export function teamBar(list, points, mine) {
  if (list.children.length !== TEAMS.length) {
    list.replaceChildren(...TEAMS.map(({ key, shape }) => {
      const item = make("li", `team ${key}`);
      const mark = make("span", "shape", shape);
      mark.setAttribute("aria-hidden", "true");
      item.append(mark, make("span", "sum"));
      return item;
    }));
  }
  const all = points.reduce((sum, one) => sum + one, 0);
  TEAMS.forEach(({ key }, team) => {
    const item = /** @type {HTMLElement} */ (list.children[team]);
    const sum = points[team] ?? 0;
    put(/** @type {Element} */ (item.lastElementChild), sum);
    item.style.setProperty("flex-grow", all === 0 ? "1" : String(Math.max(0.15, (sum / all) * 4)));
    item.setAttribute("aria-label", `${say(key)}: ${pointsOf(sum)}`);
    item.classList.toggle("mine", team === mine);
  });
}

/**
 * `0:42`.
 * @param {number} seconds
 */
export function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/**
 * Places, names and points, the best first. The first row is the best of all.
 * @param {HTMLElement} list
 * @param {{ name: string, team: number, points: number }[]} rows
 */
export function leaders(list, rows) {
  // Rewritten only after a change, so that a tap or a screen reader is not interrupted.
  const now = JSON.stringify(rows.map(({ name, team, points }) => [name, team, points]));
  if (list.dataset.shown === now) return;
  list.dataset.shown = now;
  list.replaceChildren(...rows.map(({ name, team, points }) => {
    const row = /** @type {HTMLLIElement} */ (make("li", `leader ${look(team).key}`));
    row.value = 1 + rows.filter((other) => other.points > points).length; // Equal points share a place.
    const place = make("span", "rank", row.value);
    place.setAttribute("aria-hidden", "true"); // The list says it.
    row.append(place, make("span", "shape", look(team).shape), named(name), make("span", "sum", points));
    return row;
  }));
}

/**
 * The leading team, or `null` in a draw.
 * @param {readonly number[]} points
 */
export function winner(points) {
  const most = Math.max(...points);
  const ahead = points.flatMap((sum, team) => (sum === most ? [team] : []));
  return ahead.length === 1 ? /** @type {number} */ (ahead[0]) : null;
}

/** @param {Mirror} mirror */
export function crowd(mirror) {
  return mirror.players.size === 1 ? say("onePlayer") : say("players", { n: mirror.players.size });
}
