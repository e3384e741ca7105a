/**
 * The podium between two rounds: three names, the best team, and the player's own place.
 * @import { Mirror } from "./mirror.js"
 * @import { Player } from "./wire.js"
 */

import { winner } from "./board.js";
import { look } from "./sprites.js";
import { make, named, part, put } from "./page.js";
import { points, say, spoken } from "./words.js";

/** Silver left, gold in the middle, bronze right; a screen reader reads them by place. */
const PLACES = [1, 2, 3];
/** Players with the same place share a step. This many are named, more are counted. */
const NAMED = 3;

/**
 * Fills `#podium`, which has `#steps`, `#wins`, `#mine` and `#next`.
 * @param {Mirror} mirror
 * @param {number | null} me
 */
export function podium(mirror, me) {
  const ranking = mirror.ranking();
  const team = winner(mirror.teamPoints());
  const wins = part("wins");
  put(wins, team === null ? say("draw") : say("teamWins", { team: say(look(team).key), shape: look(team).shape }));
  wins.className = `wins ${team === null ? "" : look(team).key}`;
  put(part("next"), say("nextRound", { n: mirror.secondsLeft() }));

  const steps = part("steps");
  const places = PLACES.map((place) => ranking.filter((player) => mirror.placing(player) === place));
  const now = JSON.stringify([spoken(), places.map((shared) => shared.map(({ name, points }) => [name, points]))]);
  if (steps.dataset.shown !== now) {
    steps.dataset.shown = now;
    steps.replaceChildren(...PLACES.flatMap((place, index) => step(place, places[index] ?? [], me)));
  }
  const mine = me === null ? undefined : mirror.players.get(me);
  const line = part("mine");
  line.hidden = !mine;
  if (mine) put(line, `${say(mirror.tied(mine) ? "podiumYouTied" : "podiumYou", { n: mirror.placing(mine), all: ranking.length })} · ${points(mine.points)}`);
}

/**
 * The step of all players with this place; none if there are none.
 * @param {number} place
 * @param {Player[]} shared
 * @param {number | null} me
 */
function step(place, shared, me) {
  const [best] = shared;
  if (!best) return [];
  // The player of this page is always named.
  const first = [...shared].sort((a, b) => Number(b.seat === me) - Number(a.seat === me)).slice(0, NAMED);
  const item = make("li", `step place-${place} ${shared.length === 1 ? look(best.team).key : "shared"}`);
  item.append(...first.map((player) => winnerLine(player, player.seat === me)));
  if (shared.length > first.length) item.append(make("span", "more", say("more", { n: shared.length - first.length })));
  const block = make("div", "block");
  block.append(make("span", "number", place), make("span", "sum", best.points));
  item.append(block);
  return [item];
}

/**
 * @param {Player} player
 * @param {boolean} me
 */
function winnerLine({ name, team }, me) {
  const line = make("div", `who ${look(team).key}${me ? " me" : ""}`);
  line.append(make("span", "shape", look(team).shape), named(name));
  return line;
}
