/**
 * The player's page: a name, a seat, swipes.
 * @import { Status } from "./connection.js"
 * @import { Mirror } from "./mirror.js"
 * @import { Bite } from "./scene.js"
 */

import { clock, teamBar } from "./board.js";
import { confirmed } from "./confirmed.js";
import { Seats } from "./seats.js";
import { Announcer } from "./announcer.js";
import { keep, recall } from "./storage.js";
import { Connection } from "./connection.js";
import { look, menu } from "./sprites.js";
import { map } from "./map.js";
import { PLAYING } from "./mirror.js";
import { part, put, the, wishedRoom } from "./page.js";
import { podium } from "./podium.js";
import { Scene } from "./scene.js";
import { listen } from "./swipe.js";
import { say, toggle } from "./words.js";
import { showStatus } from "./status.js";

const NAME = "snack-rush.name";

const field = the("field", HTMLCanvasElement);
const door = part("door");
const nameField = the("name", HTMLInputElement);
const announcer = new Announcer(part("announcer"));
/** @type {Scene} */
const scene = new Scene(field, { view, news });
/** @type {Connection} */
const connection = new Connection({
  onStatus: setStatus,
  onWelcome(welcome) {
    scene.welcome(welcome);
    room = welcome.room;
    keep("local", NAME, nameField.value || welcome.name);
    show(true);
    if (welcome.resumed) setStatus({ key: "resumed", values: { name: welcome.name } });
    else greet = true;
  },
  onSnapshot: (snapshot) => scene.snapshot(snapshot),
  onDelta: (delta) => scene.delta(delta),
  onStopped(status) {
    setStatus(status);
    show(false);
    void seats.look();
  },
}, { room: wishedRoom(), watch: false });

let room = "";
/** True if the next status tells the player their team. */
let greet = false;
/** @type {Status} */
let last = { key: "ready" };
/** Until this time the status is not replaced by the usual one. */
let until = 0;

function view() {
  return { me: connection.seat, centre: connection.seat, names: /** @type {"all"} */ ("all") };
}

/** @param {Status} status */
function setStatus(status) {
  last = status;
  until = performance.now() + 6000;
  showStatus(part("status"), status, { play: resume, name: () => nameField.value });
  document.body.classList.toggle("offline", playing() && !connection.welcomed);
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
  connection.start(nameField.value);
}

/** @param {number} dir */
function turn(dir) {
  const { mirror, motion } = scene;
  if (!playing() || !mirror || !motion || mirror.phase !== PLAYING) return;
  const me = mirror.players.get(connection.seat);
  const meant = motion.mine?.dir ?? me?.dir;
  if (!me || meant === dir) return;
  motion.turn(connection.seat, dir, performance.now(), connection.roundTrip);
  connection.turn(dir);
}

/**
 * Updates the page after a tick or a snapshot.
 * @param {Bite[]} bites
 * @param {number} phaseBefore
 */
function news(bites, phaseBefore) {
  const { mirror, motion } = scene;
  const me = mirror?.players.get(connection.seat);
  if (!mirror || !motion || !me) return;
  motion.settle(connection.turns.unacknowledged.length === 0);
  for (const { seat, kind } of bites) if (seat === connection.seat) navigator.vibrate?.(kind === 3 ? [20, 30, 40] : 12);
  if (greet || performance.now() > until) usual(mirror);
  put(part("time"), clock(mirror.secondsLeft()));
  part("time").classList.toggle("hurry", mirror.phase === PLAYING && mirror.secondsLeft() <= 10);
  put(part("points"), `${look(me.team).shape} ${me.points}`);
  part("points").className = `points ${look(me.team).key}`;
  put(part("place"), say("place", { n: mirror.placing(me) }));
  teamBar(part("teams"), mirror.teamPoints(), me.team);
  map(the("map", HTMLCanvasElement), mirror, connection.seat);
  part("podium").hidden = mirror.phase === PLAYING;
  if (mirror.phase !== PLAYING) podium(mirror, connection.seat);
  announcer.tell(mirror, me, phaseBefore);
}

/** Shows the usual status: the player's name and the room. @param {Mirror} mirror */
function usual(mirror) {
  const me = mirror.players.get(connection.seat);
  if (!me) return;
  const { key, shape } = look(me.team);
  const values = { name: me.name, room, team: say(key), shape };
  if (greet) setStatus({ key: matchMedia("(pointer: fine)").matches ? "youAreKeys" : "youAre", values });
  else if (last.key !== "playing") setStatus({ key: "playing", values });
  greet = false;
}

part("join").addEventListener("submit", (event) => {
  event.preventDefault();
  keep("local", NAME, nameField.value);
  connection.start(nameField.value);
});
confirmed(part("leave"), "leave", "leaveSure", () => connection.leave());
const seats = new Seats(wishedRoom(), the("play", HTMLButtonElement), {
  atDoor: () => !playing() && !connection.wanted,
  changed(full, elsewhere) {
    // Only a player who has read that the server is full needs to know of a free seat.
    if (!full) return last.key.startsWith("full") ? setStatus({ key: "ready" }) : undefined;
    setStatus(elsewhere.length > 0 ? { key: "full", offer: "elsewhere", elsewhere } : { key: "fullHere" });
  },
});
for (const button of document.querySelectorAll(".language")) {
  toggle(/** @type {HTMLElement} */ (button), () => setStatus(last));
}
listen(field, turn, playing);

menu(the("menu", HTMLCanvasElement));

// A full server passes the name in the address; otherwise it is the stored one.
nameField.value = new URLSearchParams(location.hash.slice(1)).get("name") ?? recall("local", NAME) ?? "";
the("watch", HTMLAnchorElement).search = location.search;
showStatus(part("status"), last, { play: resume, name: () => nameField.value });
if (connection.seated) resume();

/** For the tests. */
export { connection, scene, seats };
