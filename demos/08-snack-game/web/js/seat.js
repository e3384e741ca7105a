/** Requests for a seat, and the token of this tab's own seat. */

import { keep, recall } from "./storage.js";
import { home, ofThisGame } from "./home.js";
import { windowFor } from "./porch.js";

/** Timeout of a request, in ms. */
const ANSWER_MS = 5000;

/** @typedef {{ room: string | null, full: boolean, ws?: string | null, elsewhere?: string[], servers?: string[] }} SeatAnswer */
/** @typedef {{ rooms: { room: string, players: number }[], draining: boolean, servers?: string[] }} RoomsAnswer */

/**
 * Asks for a free seat in this room, or in any.
 * @param {string | null} room
 * @param {string} base the URL of the server that is asked
 * @returns {Promise<SeatAnswer | null>} `null` if the server does not answer
 */
export async function askForSeat(room, base) {
  /** @type {SeatAnswer | null} */
  const answer = await ask(`${base}/api/seat${room ? `?room=${encodeURIComponent(room)}` : ""}`);
  return answer && { ...answer, ws: answer.ws && `${base}${answer.ws}` };
}

/**
 * Asks for a room to watch: this one, or the fullest. A watcher needs no seat.
 * @param {string | null} room
 * @param {string} base the URL of the server that is asked
 * @param {number} [patience]
 * @returns {Promise<SeatAnswer | null>} `null` if the server does not answer, or shuts down
 */
export async function askForView(room, base, patience) {
  /** @type {RoomsAnswer | null} */
  const all = await ask(`${base}/api/rooms`, undefined, patience);
  if (!all || all.draining) return null;
  const most = room ?? all.rooms.sort((a, b) => b.players - a.players)[0]?.room;
  return most ? { room: most, full: false, ws: `${base}/ws/${most}`, servers: all.servers } : askForSeat(null, base);
}

/**
 * Sends a request and parses the answer. `null` if the server does not answer.
 * @param {string} path
 * @param {string} [body] what is posted
 * @param {number} [patience]
 */
export async function ask(path, body, patience = ANSWER_MS) {
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), patience);
  try {
    const answer = await windowFor(path).fetch(path, { method: body === undefined ? "GET" : "POST", body, cache: "no-store", signal: enough.signal });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The seat of this tab in this room, if it has one. It survives a reload, and no other tab has it.
 * @param {string | null} room
 * @returns {{ token: Uint8Array, path: string } | null}
 */
export function mySeat(room) {
  const [token, path] = recall("session", place(room))?.split(" ") ?? [];
  return token && path && /^[0-9a-f]{32}$/.test(token) ? { token: bytes(token), path: new URL(path, home).href } : null;
}

/**
 * @param {string | null} room
 * @param {{ token: Uint8Array, path: string } | null} seat `null` removes it
 */
export function keepSeat(room, seat) {
  keep("session", place(room), seat && `${hex(seat.token)} ${seat.path}`);
}

/** @param {string | null} room */
function place(room) {
  return ofThisGame(`snack-rush.seat${room ? `.${room}` : ""}`);
}

/** @param {Uint8Array} token */
export function hex(token) {
  return [...token].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} text */
function bytes(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
