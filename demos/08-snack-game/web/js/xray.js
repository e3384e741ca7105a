/**
 * The x-ray, once a second: rooms, queues, tick times, and slow clients. Its token is in the
 * fragment of the address, which no server log contains, and is sent in a header.
 * @import { Key } from "./words.js"
 */

import { home } from "./home.js";
import { make, named, part, put } from "./page.js";
import { say, toggle } from "./words.js";

/** @typedef {{ up_to: number | null, count: number }} Bucket */
/** @typedef {{ name?: string | null, seat: number, behind_ticks?: number, buffered_bytes?: number }} Slow */
/**
 * @typedef {{ room: string, players: number, seats: number, watchers?: number, round?: number, tick?: number, phase?: string,
 *   mailbox?: { waiting: number, room_for: number }, bytes_per_second?: number,
 *   tick_us?: { p50: number, p99: number, max: number, missed?: number, buckets: Bucket[] }, slow?:
 * Slow[], shown_out?: number, caught_up?: number }} Room
 */
/** @typedef {{ uptime_seconds?: number, memory_bytes?: number | null, memory_per_player?: number | null, tasks?: number, connections?: number, players?: number, rooms?: Room[] }} Xray */

const EVERY_MS = 1000;
/** A tick of 100 ms that takes longer than this is highlighted. */
const LONG_US = 10_000;

/** @type {Xray | null} */
let seen = null;
/** @type {Key} */
let state = "asking";

async function look() {
  try {
    const token = new URLSearchParams(location.hash.slice(1)).get("token");
    const headers = new Headers(token ? { authorization: `Bearer ${token}` } : {});
    const answer = await fetch(`${home}/api/xray`, { headers, cache: "no-store", signal: AbortSignal.timeout(5000) });
    if (answer.ok) seen = await answer.json();
    state = answer.ok ? "xrayFine" : answer.status < 500 ? "xrayRefused" : "xrayLost";
  } catch {
    state = "xrayLost";
  }
  show();
  setTimeout(look, EVERY_MS);
}

function show() {
  put(part("status"), say(state));
  document.body.classList.toggle("stale", state !== "xrayFine");
  if (!seen) return;
  figures(part("figures"), [
    ["xrayPlayers", seen.players],
    ["xrayConnections", seen.connections],
    ["xrayTasks", seen.tasks],
    ["xrayMemory", seen.memory_bytes ? size(seen.memory_bytes) : undefined],
    ["xrayPerPlayer", seen.memory_per_player ? size(seen.memory_per_player) : undefined],
    ["xrayUptime", seen.uptime_seconds === undefined ? undefined : age(seen.uptime_seconds)],
  ]);
  part("rooms").replaceChildren(...(seen.rooms ?? []).map(room));
}

/**
 * @param {Element} list
 * @param {[Key, string | number | undefined, boolean?][]} rows
 */
function figures(list, rows) {
  list.replaceChildren(...rows.filter(([, value]) => value !== undefined).map(([key, value, hot]) => {
    const figure = make("div", hot ? "figure hot" : "figure");
    figure.append(make("dt", "", say(key)), make("dd", "", value));
    return figure;
  }));
  return list;
}

/** @param {Room} room */
function room(room) {
  const card = make("section", "room");
  card.append(make("h2", "", room.room));
  const { mailbox, tick_us: tick } = room;
  card.append(figures(make("dl", "figures small"), [
    ["xrayPlayers", `${room.players} / ${room.seats}`],
    ["xrayWatchers", room.watchers],
    ["xrayMailbox", mailbox && `${mailbox.waiting} / ${mailbox.room_for}`, mailbox && mailbox.waiting * 2 > mailbox.room_for],
    ["xrayTick", tick && `${time(tick.p50)} · ${time(tick.p99)} · ${time(tick.max)}`, tick && tick.p99 > LONG_US],
    ["xrayMissed", tick?.missed, (tick?.missed ?? 0) > 0],
    ["xraySent", room.bytes_per_second === undefined ? undefined : `${size(room.bytes_per_second)}/s`],
    ["xrayCaughtUp", room.caught_up],
    ["xrayDisconnected", room.shown_out, (room.shown_out ?? 0) > 0],
  ]));
  if (tick && tick.buckets.length > 0) card.append(histogram(tick.buckets));
  card.append(slow(room.slow ?? []));
  return card;
}

/** Tick times: a column for each bucket. @param {Bucket[]} buckets */
function histogram(buckets) {
  const figure = make("figure", "histogram");
  const columns = make("ol", "columns");
  const most = Math.max(1, ...buckets.map(({ count }) => count));
  for (const { up_to, count } of buckets) {
    const column = make("li", "column");
    const bar = make("span", "bar");
    bar.style.setProperty("height", `${count === 0 ? 0 : Math.max(2, (count / most) * 100)}%`);
    const label = up_to === null ? "∞" : `≤ ${time(up_to)}`;
    column.setAttribute("aria-label", `${label}: ${count}`);
    const space = make("span", "space");
    space.append(bar);
    column.append(make("span", "count", count === 0 ? "" : count), space, make("span", "label", label));
    columns.append(column);
  }
  figure.append(make("figcaption", "", say("xrayHistogram")), columns);
  return figure;
}

/** @param {Slow[]} players */
function slow(players) {
  const box = make("div", "slow");
  box.append(make("h3", "", say(players.length === 0 ? "xrayNoneSlow" : "xraySlow")));
  const list = make("ol", "");
  for (const { name, seat, behind_ticks, buffered_bytes } of players.slice(0, 10)) {
    const item = make("li", "");
    const what = [behind_ticks === undefined ? "" : say("xrayBehind", { n: behind_ticks }), buffered_bytes ? size(buffered_bytes) : ""];
    item.append(named(name ?? `#${seat}`), make("span", "how", what.filter(Boolean).join(" · ")));
    list.append(item);
  }
  box.append(list);
  return box;
}

/** @param {number} bytes */
function size(bytes) {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @param {number} micros */
function time(micros) {
  return micros < 1000 ? `${Math.round(micros)} µs` : `${(micros / 1000).toFixed(micros < 10_000 ? 1 : 0)} ms`;
}

/** @param {number} seconds */
function age(seconds) {
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${String(Math.floor(seconds % 60)).padStart(2, "0")}` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

for (const button of document.querySelectorAll(".language")) toggle(/** @type {HTMLElement} */ (button), show);
void look();
