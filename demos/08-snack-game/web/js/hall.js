/** The projector: the whole arena, who leads, and how to join. */

import { clock, crowd, leaders, teamBar } from "./board.js";
import { lookOn } from "./looker.js";
import { PLAYING } from "./mirror.js";
import { part, put, the } from "./page.js";
import { podium } from "./podium.js";
import { towards } from "./porch.js";
import { ask } from "./seat.js";
import { say } from "./words.js";

const LEADERS = 6;
/** Above these heads the arena writes names. */
const NAMED = 3;

/** @type {Set<number>} */
let best = new Set();
let phase = PLAYING;
/** The best of the day, for the podium. @type {{ name: string, team: number, points: number }[]} */
let today = [];
let room = "";
/** Whose arena this is: the page's own server, or another one since that died. */
let server = location.origin;

const { line, scene } = lookOn({
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

/** Where to join, for whoever can scan. */
async function code() {
  const at = server;
  const path = `${at}/qr.svg?room=${encodeURIComponent(room)}`;
  const image = the("qr", HTMLImageElement);
  if (at === location.origin) {
    image.src = path;
    return;
  }
  // No code is better than the way to a server that is dead.
  image.removeAttribute("src");
  // A picture of another server is not shown as it is: the policy is strict. As text it is no more
  // than what it says.
  const answer = await towards(path).fetch(path, { cache: "no-store" }).catch(() => null);
  const picture = answer?.ok ? await answer.text().catch(() => null) : null;
  // It may have died meanwhile, too: then the code of the next one is asked for already.
  if (picture && at === server) image.src = `data:image/svg+xml,${encodeURIComponent(picture)}`;
}

/** Where to join, in letters, for whoever cannot scan. */
async function address() {
  const at = server;
  const answer = await ask(`${at}/api/address`);
  if (at !== server) return;
  const url = new URL(answer?.url ?? at);
  put(part("url"), url.href.replace(/^https?:\/\//, "").replace(/\/$/, ""));
  the("qr", HTMLImageElement).alt = `${say("scan")}: ${url.href}`;
}

/** The server stores a round when it ends; a moment later it can tell. */
async function theDay() {
  today = [];
  await new Promise((done) => setTimeout(done, 1500));
  const answer = await ask(`${server}/api/leaderboard?room=${encodeURIComponent(room)}`);
  today = answer?.today ?? [];
}

/** For the tests, which look over a shoulder. */
export { line, scene };
