/**
 * The servers of this game: the one that this page is from, and others that may have a seat, or this tab's own, or a view.
 * @import { SeatAnswer } from "./seat.js"
 */

import { keep, recall } from "./kept.js";
import { reach } from "./porch.js";
import { ask, askForSeat, askForView, hex } from "./seat.js";

const KEPT = "snack-rush.servers";
/** A full server names others, the best first; so many of them are asked. */
const STEPS = 3;
/** Our own server may take longer; but then another one is asked whether it is dead. */
const OWN_MS = 1500;

/** Between two looks at who else serves, and up to as long again, so that a hall does not look in one moment. */
const LOOK_MS = 30_000;

/** @typedef {{ servers: string[], shared: boolean }} ServersAnswer */
/** @typedef {{ where: "here" | "elsewhere" | "gone" | "unknown", url?: string, anywhere?: string[] }} WhereAnswer */

/** Other servers that were named the last time that anybody was asked for a seat. They survive a reload, as the seat does. */
export function others() {
  return (recall("session", KEPT) ?? "").split(" ").filter((url) => /^https?:\/\//.test(url));
}

/** @param {string[]} servers */
function remember(servers) {
  keep("session", KEPT, [...new Set(servers)].filter((url) => url !== location.origin).join(" "));
}

/**
 * Looks now and then who else serves, for as long as the page is open: servers may join, and ours may die.
 * @param {number} part of a usual pause: until the first time
 */
export function look(part) {
  setTimeout(async () => {
    /** @type {ServersAnswer | null} */
    const answer = await ask("/api/servers");
    if (answer?.shared === false) return; // It will never have others.
    if (answer) {
      remember(answer.servers);
      await reach(answer.servers);
    }
    look(1 + Math.random());
  }, LOOK_MS * part);
}

/**
 * A free seat: here, or where a full server sends us, or at another one if nobody answers here.
 * @param {string | null} room
 * @param {string[]} told where we were sent, because our server is dead
 * @returns {Promise<SeatAnswer | null>} `ws` leads there, wherever it is
 */
export async function findSeat(room, told) {
  for (const base of new Set([...told, "", ...shuffled(others())])) {
    const answer = await askForSeat(room, base);
    if (!answer) continue;
    const servers = answer.servers ?? [];
    remember(base ? [base, ...servers] : servers);
    if (!answer.full) return answer;
    if (!base) await reach(servers);
    // Whoever is not in the directory was only named: a page may not ask there, but a person may
    // go.
    for (const next of (answer.elsewhere ?? []).filter((url) => servers.includes(url)).slice(0, STEPS)) {
      const there = await askForSeat(room, next);
      if (there && !there.full) return there;
    }
    return answer;
  }
  return null;
}

/**
 * Where to look on: here, or at another server if this one does not answer, or is about to end. Nobody needs a seat for that.
 * @param {string | null} room
 * @returns {Promise<SeatAnswer | null>} `ws` leads there, wherever it is
 */
export async function findView(room) {
  for (const base of ["", ...shuffled(others())]) {
    const answer = await askForView(room, base, base === "" && others().length > 0 ? OWN_MS : undefined);
    if (!answer) continue;
    const servers = answer.servers ?? [];
    remember(base ? [base, ...servers] : servers);
    return answer;
  }
  return null;
}

/**
 * The way to this tab's own seat: the one that led there, or, where several servers stand behind one name or ours is dead, the one that
 * another server tells.
 * @param {{ token: Uint8Array, path: string }} mine
 * @returns {Promise<string | string[] | null>} a list: the seat is gone, and another one may be there; `null`: its server does not answer, and
 * nobody says that it is dead
 */
export async function wayTo({ token, path }) {
  if (others().length === 0) return path;
  const way = new URL(path, location.href);
  const own = way.origin;
  let slow = false;
  for (const base of [own, ...shuffled([location.origin, ...others()].filter((url) => url !== own))]) {
    const asked = performance.now();
    // In the body: an address would end in logs. Where our seat was helps if the directory is gone,
    // too.
    /** @type {WhereAnswer | null} */
    const answer = await ask(`${base}/api/where?at=${encodeURIComponent(own)}`, hex(token), base === own ? OWN_MS : undefined);
    if (base === own) slow = performance.now() - asked >= OWN_MS;
    switch (answer?.where) {
      case "here":
        return `${base}${way.pathname}`;
      case "gone":
        return answer.anywhere ?? [];
      case "elsewhere":
        if (answer.url !== own || base === own) return `${answer.url}${way.pathname}`;
        // It lives, says another one, which has looked. Maybe the way there is long; or it is about
        // to be found dead.
        return slow ? path : null;
      case "unknown":
        if (base === own) return path;
    }
  }
  return null;
}

/**
 * In any order, so that a dead server's players do not all ask the same one.
 * @template T
 * @param {T[]} list
 */
function shuffled(list) {
  return list.map((item) => ({ item, at: Math.random() })).sort((a, b) => a.at - b.at).map(({ item }) => item);
}
