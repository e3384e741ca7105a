/**
 * The podium between two rounds: three names, the best team, and the player's own place.
 * @import { Mirror } from "./mirror.js"
 */

import { winner } from "./board.js";
import { look } from "./sprites.js";
import { make, named, part, put } from "./page.js";
import { points, say } from "./words.js";

/** Silver left, gold in the middle, bronze right; a screen reader reads them by rank. */
const PLACES = 3;

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
  const best = ranking.slice(0, PLACES);
  const now = JSON.stringify(best.map((player) => [player.name, player.points]));
  if (steps.dataset.shown !== now) {
    steps.dataset.shown = now;
    steps.replaceChildren(...best.map((player, index) => {
      const step = make("li", `step place-${index + 1} ${look(player.team).key}${player.seat === me ? " me" : ""}`);
      const block = make("div", "block");
      block.append(make("span", "number", index + 1), make("span", "sum", player.points));
      step.append(make("span", "shape", look(player.team).shape), named(player.name), block);
      return step;
    }));
  }
  const mine = me === null ? undefined : mirror.players.get(me);
  const line = part("mine");
  line.hidden = !mine;
  if (mine) put(line, `${say("podiumYou", { n: mirror.placing(mine), all: ranking.length })} · ${points(mine.points)}`);
}
