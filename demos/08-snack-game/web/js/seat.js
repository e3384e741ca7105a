/** A seat: where there is one, and what brings this tab back to its own. */

import { keep, recall } from "./kept.js";
import { towards } from "./porch.js";

/** For an answer of a few bytes, over a line that is worth playing on. */
const ANSWER_MS = 5000;

/** @typedef {{ room: string | null, full: boolean, ws?: string | null, elsewhere?: string[], servers?: string[] }} SeatAnswer */
/** @typedef {{ rooms: { room: string, players: number }[], draining: boolean, servers?: string[] }} RoomsAnswer */

/**
 * Whether there is a free seat: in this room, or in any.
 * @param {string | null} room
 * @param {string} [base] another server than the one that this page is from
 * @returns {Promise<SeatAnswer | null>} `null`: nobody answers
 */
export async function askForSeat(room, base = "") {
  /** @type {SeatAnswer | null} */
  const answer = await ask(`${base}/api/seat${room ? `?room=${encodeURIComponent(room)}` : ""}`);
  return answer && { ...answer, ws: answer.ws && `${base}${answer.ws}` };
}

/**
 * Where to look on: in this room, or where most people are. Nobody needs a seat for that.
 * @param {string | null} room
 * @param {string} base another server than the one that this page is from
 * @param {number} [patience]
 * @returns {Promise<SeatAnswer | null>} `null`: nobody answers, or only somebody who is about to end
 */
export async function askForView(room, base, patience) {
  /** @type {RoomsAnswer | null} */
  const all = await ask(`${base}/api/rooms`, undefined, patience);
  if (!all || all.draining) return null;
  const most = room ?? all.rooms.sort((a, b) => b.players - a.players)[0]?.room;
  return most ? { room: most, full: false, ws: `${base}/ws/${most}`, servers: all.servers } : askForSeat(null, base);
}

/**
 * What the server answers; `null` where it does not.
 * @param {string} path
 * @param {string} [body] what is posted
 * @param {number} [patience]
 */
export async function ask(path, body, patience = ANSWER_MS) {
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), patience);
  try {
    const answer = await towards(path).fetch(path, { method: body === undefined ? "GET" : "POST", body, cache: "no-store", signal: enough.signal });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The seat of this tab, if it has one in this room: it survives a reload, and no other tab knows it.
 * @param {string | null} room
 * @returns {{ token: Uint8Array, path: string } | null}
 */
export function mySeat(room) {
  const [token, path] = recall("session", place(room))?.split(" ") ?? [];
  return token && path && /^[0-9a-f]{32}$/.test(token) ? { token: bytes(token), path } : null;
}

/**
 * @param {string | null} room
 * @param {{ token: Uint8Array, path: string } | null} seat `null` gives it up
 */
export function keepSeat(room, seat) {
  keep("session", place(room), seat && `${hex(seat.token)} ${seat.path}`);
}

/** @param {string | null} room */
function place(room) {
  return `snack-rush.seat${room ? `.${room}` : ""}`;
}

/** @param {Uint8Array} token */
export function hex(token) {
  return [...token].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} text */
function bytes(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
