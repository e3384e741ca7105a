/**
 * What to do after a connection has ended: the table of close codes in PROTOCOL.md.
 * @import { Status } from "./connection.js"
 */

import { hinted } from "./backoff.js";

/** Delay in ms after which a seat can be resumed if neither side is to blame. */
const SOON_MS = 500;

/**
 * What to do next. `wait`: the delay in ms before a reconnect; `null` for exponential backoff;
 * missing if the page waits for the player.
 * @typedef {{ status: Status, wait?: number | null, forget?: boolean, elsewhere?: string[] }} End
 */

/**
 * @param {number} code
 * @param {string} reason
 * @param {boolean} network whether the browser believes that there is one
 * @param {() => number} [chance]
 * @returns {End}
 */
export function actionFor(code, reason, network, chance = Math.random) {
  switch (code) {
    case 1000:
      return { status: { key: "left" }, forget: true };
    // The room panicked, or the client was too slow or silent. The seat is kept.
    case 1011:
      return { status: { key: "roomFell" }, wait: after(SOON_MS, chance) };
    case 4000:
      return { status: { key: "behind" }, wait: after(SOON_MS, chance) };
    case 4005:
      return { status: { key: network ? "lost" : "noNetwork" }, wait: after(SOON_MS, chance) };
    case 1012:
      return { status: { key: "restarting" }, wait: after(hinted(reason), chance) };
    case 1013: {
      const address = /^go to (https?:\/\/\S+)$/.exec(reason)?.[1];
      return { status: { key: "fullNoElse" }, forget: true, elsewhere: address ? [address] : [] };
    }
    // A reconnect would take the seat from the other tab, which would take it back, and so on.
    case 4002:
      return { status: { key: "takenOver", offer: "play" } };
    case 1008:
      return { status: { key: "tooMany", offer: "play" } };
    // The server did not understand the page: the page has another version, or a bug.
    case 1002:
    case 1003:
    case 1007:
    case 1009:
    case 4001:
    case 4003:
      return { status: { key: "oldPage", offer: "reload" } };
    case 4004:
      return { status: { key: "newSeat" }, wait: chance() * 200, forget: true };
    // 1006 and similar: the connection was lost, or never accepted.
    default:
      return { status: { key: network ? "lost" : "noNetwork" }, wait: null };
  }
}

/**
 * Adds random jitter of up to the same time, because many clients may get the same code at once.
 * @param {number} ms
 * @param {() => number} chance
 */
function after(ms, chance) {
  return ms * (1 + chance());
}
