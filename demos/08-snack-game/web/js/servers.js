/**
 * The servers of this game: the page's own, and its peers, which may have a seat, this tab's own
 * seat, or a room to watch.
 * @import { SeatAnswer } from "./seat.js"
 */

import { keep, recall } from "./storage.js";
import { home, ofThisGame, serverAndRoom } from "./home.js";
import { reach } from "./porch.js";
import { ask, askForSeat, askForView, hex } from "./seat.js";

const KEPT = ofThisGame("snack-rush.servers");
/** A full server names peers, the best first. This many of them are asked. */
const STEPS = 3;
/** Timeout in ms of our own server. After that a peer is asked whether it is dead. */
const OWN_MS = 1500;

/** Interval in ms between two looks for peers, plus up to the same time as jitter. */
const LOOK_MS = 30_000;

/** @typedef {{ servers: string[], shared: boolean }} ServersAnswer */
/** @typedef {{ where: "here" | "elsewhere" | "gone" | "unknown", url?: string, anywhere?: string[] }} WhereAnswer */

/** Peers that the last seat answer named. They survive a reload, as the seat does. */
export function others() {
  return (recall("session", KEPT) ?? "").split(" ").filter((url) => /^https?:\/\//.test(url));
}

/** @param {string[]} servers */
function remember(servers) {
  keep("session", KEPT, [...new Set(servers)].filter((url) => url !== home).join(" "));
}

/**
 * Asks for the list of peers at intervals: servers may join, and ours may die.
 * @param {number} part of a usual pause: until the first time
 */
export function look(part) {
  setTimeout(async () => {
    /** @type {ServersAnswer | null} */
    const answer = await ask(`${home}/api/servers`);
    if (answer?.shared === false) return; // The server has no cluster.
    if (answer) {
      remember(answer.servers);
      await reach(answer.servers);
    }
    look(1 + Math.random());
  }, LOOK_MS * part);
}

/**
 * Finds a free seat: here, where a full server redirects to, or on a peer if this server is dead.
 * @param {string | null} room
 * @param {string[]} told servers to try, because our server is dead
 * @returns {Promise<SeatAnswer | null>} `ws` is the URL of its WebSocket
 */
export async function findSeat(room, told) {
  for (const base of new Set([...told, home, ...shuffled(others())])) {
    const answer = await askForSeat(room, base);
    if (!answer) continue;
    const servers = answer.servers ?? [];
    remember([base, ...servers]);
    if (!answer.full) return answer;
    if (base === home) await reach(servers);
    // A page may not send requests to a server outside the cluster, but the player may go there
    // with a tap.
    for (const next of (answer.elsewhere ?? []).filter((url) => servers.includes(url)).slice(0, STEPS)) {
      const there = await askForSeat(room, next);
      if (there && !there.full) return there;
    }
    return answer;
  }
  return null;
}

/**
 * Finds a room to watch: here, or on a peer if this server does not answer or shuts down.
 * @param {string | null} room
 * @returns {Promise<SeatAnswer | null>} `ws` is the URL of its WebSocket
 */
export async function findView(room) {
  for (const base of [home, ...shuffled(others())]) {
    const answer = await askForView(room, base, base === home && others().length > 0 ? OWN_MS : undefined);
    if (!answer) continue;
    const servers = answer.servers ?? [];
    remember([base, ...servers]);
    return answer;
  }
  return null;
}

/**
 * Finds the way to this tab's own seat: its old path or, if several servers share one name or ours
 * is dead, the path that a peer answers.
 * @param {{ token: Uint8Array, path: string }} mine
 * @returns {Promise<string | string[] | null>} a list of servers if the seat is gone; `null` if its
 * server does not answer and is not known to be dead
 */
export async function pathToSeat({ token, path }) {
  if (others().length === 0) return path;
  const { server: own, room } = serverAndRoom(path);
  let slow = false;
  for (const base of [own, ...shuffled([home, ...others()].filter((url) => url !== own))]) {
    const asked = performance.now();
    // The token is in the body, because URLs are logged. The URL of our server helps a peer that
    // cannot reach the backend.
    /** @type {WhereAnswer | null} */
    const answer = await ask(`${base}/api/where?at=${encodeURIComponent(own)}`, hex(token), base === own ? OWN_MS : undefined);
    if (base === own) slow = performance.now() - asked >= OWN_MS;
    switch (answer?.where) {
      case "here":
        return `${base}${room}`;
      case "gone":
        return answer.anywhere ?? [];
      case "elsewhere":
        if (answer.url !== own || base === own) return `${answer.url}${room}`;
        // A peer has checked that our server is alive. The connection to it may be slow, or the
        // server is about to be declared dead.
        return slow ? path : null;
      case "unknown":
        if (base === own) return path;
    }
  }
  return null;
}

/**
 * Shuffles a list, so that the players of a dead server do not all ask the same peer.
 * @template T
 * @param {T[]} list
 */
function shuffled(list) {
  return list.map((item) => ({ item, at: Math.random() })).sort((a, b) => a.at - b.at).map(({ item }) => item);
}
