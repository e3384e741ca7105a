// The page of step 7: it joins, grabs and leaves, shows the events, explains how a connection ended,
// and reconnects.
import { languages } from "./words.js";

const byId = (id) => document.getElementById(id);
const SHOWN = 30; // How many events the page shows.
const FIRST_WAIT = 500, LONGEST_WAIT = 8000; // Milliseconds until the next attempt.
const HOPELESS = new Set([1000, 1002, 1003, 1007, 1009]); // A new attempt would end in the same way.

let language = (navigator.languages ?? []).some((it) => it.startsWith("ko")) ? "ko" : "en";
let words = languages[language];
let socket = null; // The current connection; messages of older ones are ignored.
let name = ""; // The player's name; empty before the player joins.
let isIn = false;
let wasIn = false; // True after a join: if the name is taken then, our old connection has it.
let eaten = 0;
let wait = FIRST_WAIT;
let timer = 0;
let status = ["out", (words) => words.out];
const lines = [];
let drawing = false;

function say(state, sentence) {
  status = [state, sentence];
  draw();
}

// Thousands of events may arrive each second: draw at most every 80 ms.
function draw() {
  if (drawing) return;
  drawing = true;
  setTimeout(() => requestAnimationFrame(drawNow), 80);
}

function drawNow() {
  drawing = false;
  const [state, sentence] = status;
  const shown = byId("status");
  const text = sentence(words);
  if (shown.textContent !== text) shown.textContent = text;
  shown.dataset.state = state;
  byId("door").hidden = name !== "";
  byId("tray").hidden = name === "";
  byId("grab").disabled = !isIn;
  byId("eaten").textContent = String(eaten);
  byId("events").replaceChildren(...lines.map(({ line, mine }) => {
    const item = document.createElement("li");
    item.textContent = words.event(line); // As text, never as markup: names come from other players.
    item.classList.toggle("mine", mine);
    return item;
  }));
}

// Asks for a free seat before it opens the WebSocket: a page cannot read why an upgrade was refused.
async function enter() {
  clearTimeout(timer);
  say("waiting", (words) => words.opening);
  const mine = (socket = { close() {} });
  let seat;
  try {
    seat = await (await fetch("/api/seat", { signal: AbortSignal.timeout(5000) })).json();
  } catch {
    if (socket === mine) reconnect((words) => words.unreachable);
    return;
  }
  if (socket !== mine) return;
  if (seat.full) return reconnect((words) => words.full);
  open(seat.ws);
}

function open(path) {
  const mine = (socket = new WebSocket(path));
  mine.onopen = () => mine.send(`join ${name}`);
  mine.onmessage = ({ data }) => socket === mine && hear(data);
  mine.onclose = ({ code }) => socket === mine && ended(code);
}

function hear(line) {
  const refusal = byId("refusal");
  if (line.startsWith("* ")) return;
  if (line.startsWith("no: ")) {
    if (!isIn && wasIn && line.includes("is in the room already")) {
      // The server's heartbeat has not noticed yet that our old connection is dead.
      const again = socket;
      socket = null;
      again.close();
      return reconnect((words) => words.ghost);
    }
    refusal.textContent = line.slice(4);
    refusal.hidden = false;
    // The name is taken or not valid: the player must choose another.
    if (!isIn && !line.includes("seats are taken")) stay();
    return;
  }
  const mine = line.replace(/^#\d+ /, "").startsWith(`${name} `);
  if (mine && line.endsWith(" joined")) {
    isIn = wasIn = true;
    eaten = 0;
    wait = FIRST_WAIT;
    const who = name;
    say("in", (words) => words.in(who));
  }
  if (mine && line.includes(" grabbed ")) eaten += 1;
  if (mine) refusal.hidden = true;
  lines.unshift({ line, mine });
  lines.length = Math.min(lines.length, SHOWN);
  draw();
}

function ended(code) {
  isIn = false;
  socket = null;
  const sentence = (words) => words.ends[code] ?? words.other(code);
  if (name === "" || HOPELESS.has(code)) {
    name = "";
    wasIn = false;
    return say(code === 1000 ? "out" : "gone", sentence);
  }
  reconnect(navigator.onLine ? sentence : (words) => words.asleep);
}

// Reconnects after a wait that grows with each attempt and is random, so that the clients of a
// restarted server do not return all at once.
function reconnect(sentence) {
  const millis = wait / 2 + Math.random() * wait / 2;
  wait = Math.min(wait * 2, LONGEST_WAIT);
  const seconds = Math.max(1, Math.round(millis / 1000));
  say("gone", (words) => sentence(words) + words.again(seconds));
  clearTimeout(timer);
  timer = setTimeout(enter, millis);
}

// Gives up joining.
function stay() {
  const left = socket;
  socket = null;
  name = "";
  isIn = wasIn = false;
  clearTimeout(timer);
  left?.close();
  say("out", (words) => words.out);
}

byId("door").addEventListener("submit", (event) => {
  event.preventDefault();
  name = byId("name").value.trim();
  byId("refusal").hidden = true;
  if (name !== "") enter();
});
byId("grab").addEventListener("click", () => isIn && socket.send("grab"));
byId("leave").addEventListener("click", () => (isIn ? socket.send("leave") : stay()));
addEventListener("online", () => name !== "" && !isIn && enter());

function speak(chosen) {
  language = chosen;
  words = languages[language];
  document.documentElement.lang = language;
  document.title = words.title;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = words[element.dataset.word];
  }
  const other = byId("language");
  other.textContent = language === "ko" ? "English" : "한국어";
  other.lang = language === "ko" ? "en" : "ko";
  draw();
}
byId("language").addEventListener("click", () => speak(language === "ko" ? "en" : "ko"));
speak(language);
