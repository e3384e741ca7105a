/**
 * The phone: a name, a seat, a thumb.
 * @import { Saying } from "./line.js"
 * @import { Mirror } from "./mirror.js"
 * @import { Bite } from "./scene.js"
 */

import { clock, teamBar } from "./board.js";
import { Herald } from "./herald.js";
import { keep, recall } from "./kept.js";
import { Line } from "./line.js";
import { look, menu } from "./looks.js";
import { map } from "./map.js";
import { PLAYING } from "./mirror.js";
import { part, put, the, wishedRoom } from "./page.js";
import { podium } from "./podium.js";
import { Scene } from "./scene.js";
import { listen } from "./swipe.js";
import { say, toggle } from "./words.js";
import { explain } from "./explain.js";

const NAME = "snack-rush.name";

const field = the("field", HTMLCanvasElement);
const door = part("door");
const nameField = the("name", HTMLInputElement);
const herald = new Herald(part("herald"));
/** @type {Scene} */
const scene = new Scene(field, { view, news });
/** @type {Line} */
const line = new Line({
  said,
  welcomed(welcome) {
    scene.welcomed(welcome);
    room = welcome.room;
    keep("local", NAME, nameField.value || welcome.name);
    show(true);
    if (welcome.resumed) said({ key: "resumed", values: { name: welcome.name } });
    else greet = true;
  },
  pictured: (snapshot) => scene.pictured(snapshot),
  ticked: (delta) => scene.ticked(delta),
  ended(saying) {
    said(saying);
    show(false);
  },
}, { room: wishedRoom(), watch: false });

let room = "";
/** Once seated, a sentence says who I am. */
let greet = false;
/** @type {Saying} */
let last = { key: "ready" };
/** Until then a sentence stays that would otherwise be replaced by the usual one. */
let until = 0;

function view() {
  return { me: line.seat, centre: line.seat, names: /** @type {"all"} */ ("all") };
}

/** @param {Saying} saying */
function said(saying) {
  last = saying;
  until = performance.now() + 6000;
  explain(part("status"), saying, { play: resume, name: () => nameField.value });
  document.body.classList.toggle("offline", playing() && !line.welcomed);
}

function playing() {
  return door.hidden;
}

/** @param {boolean} inside */
function show(inside) {
  door.hidden = inside;
  part("hud").hidden = !inside;
  part("map").hidden = !inside;
  document.body.classList.toggle("playing", inside);
  if (!inside) part("podium").hidden = true;
  else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

function resume() {
  line.start(nameField.value);
}

/** @param {number} dir */
function turn(dir) {
  const { mirror, motion } = scene;
  if (!playing() || !mirror || !motion || mirror.phase !== PLAYING) return;
  const me = mirror.players.get(line.seat);
  const meant = motion.mine?.dir ?? me?.dir;
  if (!me || meant === dir) return;
  motion.turn(line.seat, dir, performance.now(), line.roundTrip);
  line.turn(dir);
}

/**
 * Something changed: a tick, or everything.
 * @param {Bite[]} bites
 * @param {number} phaseBefore
 */
function news(bites, phaseBefore) {
  const { mirror, motion } = scene;
  const me = mirror?.players.get(line.seat);
  if (!mirror || !motion || !me) return;
  motion.settle(line.turns.unheard.length === 0);
  for (const { seat, kind } of bites) if (seat === line.seat) navigator.vibrate?.(kind === 3 ? [20, 30, 40] : 12);
  if (greet || performance.now() > until) usual(mirror);
  put(part("time"), clock(mirror.secondsLeft()));
  part("time").classList.toggle("hurry", mirror.phase === PLAYING && mirror.secondsLeft() <= 10);
  put(part("points"), `${look(me.team).shape} ${me.points}`);
  part("points").className = `points ${look(me.team).key}`;
  put(part("place"), say("place", { n: mirror.placing(me) }));
  teamBar(part("teams"), mirror.teamPoints(), me.team);
  map(the("map", HTMLCanvasElement), mirror, line.seat);
  part("podium").hidden = mirror.phase === PLAYING;
  if (mirror.phase !== PLAYING) podium(mirror, line.seat);
  herald.tell(mirror, me, phaseBefore);
}

/** What is going on when nothing is: who I am, and where. @param {Mirror} mirror */
function usual(mirror) {
  const me = mirror.players.get(line.seat);
  if (!me) return;
  const { key, shape } = look(me.team);
  const values = { name: me.name, room, team: say(key), shape };
  if (greet) said({ key: matchMedia("(pointer: fine)").matches ? "youAreKeys" : "youAre", values });
  else if (last.key !== "playing") said({ key: "playing", values });
  greet = false;
}

part("join").addEventListener("submit", (event) => {
  event.preventDefault();
  keep("local", NAME, nameField.value);
  line.start(nameField.value);
});
part("leave").addEventListener("click", () => line.leave());
for (const button of document.querySelectorAll(".language")) {
  toggle(/** @type {HTMLElement} */ (button), () => said(last));
}
listen(field, turn, playing);

menu(the("menu", HTMLCanvasElement));

// A name comes along from a server that was full; otherwise it is the one of last time.
nameField.value = new URLSearchParams(location.hash.slice(1)).get("name") ?? recall("local", NAME) ?? "";
the("watch", HTMLAnchorElement).search = location.search;
explain(part("status"), last, { play: resume, name: () => nameField.value });
if (line.seated) resume();

/** For the tests, which look over a player's shoulder. */
export { line, scene };
