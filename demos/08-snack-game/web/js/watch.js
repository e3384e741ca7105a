/**
 * Looking on from a phone or a laptop: the whole arena, or on the heels of one player.
 * @import { Player } from "./wire.js"
 * @import { Saying } from "./line.js"
 */

import { clock, crowd, teamBar } from "./board.js";
import { lookOn } from "./looker.js";
import { look } from "./looks.js";
import { PLAYING } from "./mirror.js";
import { make, named, part, put, the } from "./page.js";
import { podium } from "./podium.js";

const OFFERED = 10;

/** Whom the eye follows. @type {{ seat: number, name: string } | null} */
let followed = null;
/** On a page that is taller than wide the whole arena is a stamp: there the eye begins on the heels of the best. */
let begin = matchMedia("(max-aspect-ratio: 1)").matches;

const { line, scene } = lookOn({
  view: () => ({ me: null, centre: followed?.seat ?? null, names: followed ? "all" : new Set() }),
  /** @returns {Saying} */
  usual(room) {
    if (followed) return { key: "following", values: { name: followed.name } };
    return { key: "watching", values: { room } };
  },
  entered(_room, server) {
    the("join", HTMLAnchorElement).href = `${server}/${location.search}`; // The page's own may be dead.
  },
  changed(mirror) {
    if (begin) follow(mirror.ranking()[0] ?? null);
    begin = false;
    if (followed && !mirror.players.has(followed.seat)) follow(null);
    put(part("time"), clock(mirror.secondsLeft()));
    put(part("count"), crowd(mirror));
    teamBar(part("teams"), mirror.teamPoints(), null);
    part("podium").hidden = mirror.phase === PLAYING;
    if (mirror.phase !== PLAYING) podium(mirror, null);
    offer(mirror.ranking().slice(0, OFFERED));
  },
});

/** @param {Player | null} player */
function follow(player) {
  followed = player && { seat: player.seat, name: player.name };
  part("whole").setAttribute("aria-pressed", String(!followed));
  for (const button of part("follow").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.seat === String(followed?.seat)));
  }
}

/**
 * The best, as buttons. A button stays where it is while its player does, so that a finger meets whom it meant.
 * @param {Player[]} players
 */
function offer(players) {
  const list = part("follow");
  while (list.children.length > players.length) list.lastElementChild?.remove();
  players.forEach((player, index) => {
    const item = list.children[index] ?? list.appendChild(seat());
    const button = /** @type {HTMLButtonElement} */ (item.firstElementChild);
    const [shape, name, sum] = /** @type {[Element, Element, Element]} */ (/** @type {unknown} */ (button.children));
    button.dataset.seat = String(player.seat);
    button.className = `quiet leader ${look(player.team).key}`;
    button.setAttribute("aria-pressed", String(player.seat === followed?.seat));
    put(shape, look(player.team).shape);
    put(name, player.name);
    put(sum, player.points);
  });
}

function seat() {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.append(make("span", "shape"), named(""), make("span", "sum"));
  button.addEventListener("click", () => follow(scene.mirror?.players.get(Number(button.dataset.seat)) ?? null));
  item.append(button);
  return item;
}

part("whole").addEventListener("click", () => follow(null));
the("join", HTMLAnchorElement).search = location.search;
follow(null);

/** For the tests, which look over a shoulder. */
export { line, scene };
