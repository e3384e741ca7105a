/** The hall, for a projector: the whole arena, the leaders, and how to join. */

import { clock, crowd, leaders, teamBar } from "./board.js";
import { home } from "./home.js";
import { watchRoom } from "./watcher.js";
import { PLAYING } from "./mirror.js";
import { part, put, the } from "./page.js";
import { podium } from "./podium.js";
import { windowFor } from "./porch.js";
import { ask } from "./seat.js";
import { say } from "./words.js";

const LEADERS = 6;
/** Players whose names are shown in the arena. */
const NAMED = 3;

/** @type {Set<number>} */
let best = new Set();
let phase = PLAYING;
/** The best of the day, for the podium. @type {{ name: string, team: number, points: number }[]} */
let today = [];
let room = "";
/** In a frame, as on the stage, the page is a picture of any size. */
const framed = window !== window.top;
document.documentElement.classList.toggle("framed", framed);
/** The server that is shown: the page's own, or another one after that has died. */
let server = home;

const { connection, scene } = watchRoom({
  view: () => ({ me: null, centre: null, names: best }),
  usual: (name) => ({ key: "watching", values: { room: name } }),
  entered(name, at) {
    room = name;
    server = at;
    void code();
    void address();
  },
  changed(mirror) {
    const ranking = mirror.ranking();
    best = new Set(ranking.slice(0, NAMED).filter(({ points }) => points > 0).map(({ seat }) => seat));
    put(part("time"), clock(mirror.secondsLeft()));
    part("time").classList.toggle("hurry", mirror.phase === PLAYING && mirror.secondsLeft() <= 10);
    teamBar(part("teams"), mirror.teamPoints(), null);
    put(part("count"), crowd(mirror));
    part("podium").hidden = mirror.phase === PLAYING;
    if (mirror.phase !== PLAYING) {
      podium(mirror, null);
      if (phase === PLAYING) void theDay();
    }
    phase = mirror.phase;
    const day = mirror.phase !== PLAYING && today.length > 0;
    put(part("ranking-title"), say(day ? "bestToday" : "leaders"));
    leaders(part("leaders"), (day ? today : ranking).slice(0, LEADERS));
  },
});

/** Loads the QR code of the join address. */
async function code() {
  const at = server;
  const path = `${at}/qr.svg?room=${encodeURIComponent(room)}`;
  const image = the("qr", HTMLImageElement);
  if (at === home) {
    image.src = path;
    return;
  }
  // No code is better than the code of a dead server.
  image.removeAttribute("src");
  // The policy does not allow images of another server. The SVG is read as text and shown as a
  // data URL, in which no script runs.
  const answer = await windowFor(path).fetch(path, { cache: "no-store" }).catch(() => null);
  const picture = answer?.ok ? await answer.text().catch(() => null) : null;
  // The server may have died in the meantime. Then the code of the next one was requested.
  if (picture && at === server) image.src = `data:image/svg+xml,${encodeURIComponent(picture)}`;
}

/** Loads the join address, for viewers who cannot scan. */
async function address() {
  const at = server;
  const answer = await ask(`${at}/api/address`);
  if (at !== server) return;
  const url = new URL(answer?.url ?? at);
  put(part("url"), url.href.replace(/^https?:\/\//, "").replace(/\/$/, ""));
  the("qr", HTMLImageElement).alt = `${say("scan")}: ${url.href}`;
}

/** The server stores a round when it ends, so the leaderboard is read a moment later. */
async function theDay() {
  today = [];
  await new Promise((done) => setTimeout(done, 1500));
  const answer = await ask(`${server}/api/leaderboard?room=${encodeURIComponent(room)}`);
  today = answer?.today ?? [];
}

/** For the tests. */
export { connection, scene };

/** Keeps the projector's screen on. The browser takes that back whenever the page is hidden. */
function stayAwake() {
  if (document.visibilityState !== "visible" || framed) return; // The page around it decides.
  // Refused, for example because the battery is low: then the system decides.
  navigator.wakeLock?.request("screen").catch(() => {});
}
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
