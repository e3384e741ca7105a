/**
 * The watch page: the whole arena, or the part around one player.
 * @import { Player } from "./wire.js"
 * @import { Status } from "./connection.js"
 */

import { clock, crowd, teamBar } from "./board.js";
import { watchRoom } from "./watcher.js";
import { look } from "./sprites.js";
import { PLAYING } from "./mirror.js";
import { make, named, part, put, the } from "./page.js";
import { podium } from "./podium.js";

const OFFERED = 10;

/** The player that is followed. @type {{ seat: number, name: string } | null} */
let followed = null;
/** On a portrait screen the whole arena is tiny, so the page begins with the leading player. */
let begin = matchMedia("(max-aspect-ratio: 1)").matches;

const { connection, scene } = watchRoom({
  view: () => ({ me: null, centre: followed?.seat ?? null, names: followed ? "all" : new Set() }),
  /** @returns {Status} */
  usual(room) {
    if (followed) return { key: "following", values: { name: followed.name } };
    return { key: "watching", values: { room } };
  },
  entered(_room, server) {
    the("join", HTMLAnchorElement).href = `${server}/${location.search}`; // The page's own server may be dead.
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
 * The leading players as buttons. A button stays in place while its player does, so that a tap hits
 * the right one.
 * @param {Player[]} players
 */
function offer(players) {
  const list = part("follow");
  while (list.children.length > players.length) list.lastElementChild?.remove();
  players.forEach((player, index) => {
    const item = list.children[index] ?? list.appendChild(seat());
    /** @type {HTMLLIElement} */ (item).value = 1 + players.filter((other) => other.points > player.points).length;
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

/** For the tests. */
export { connection, scene };
