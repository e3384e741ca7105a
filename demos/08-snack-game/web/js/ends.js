/**
 * Why a line ended, and what to do about it: the table of close codes in PROTOCOL.md, as a function.
 * @import { Saying } from "./line.js"
 */

import { hinted } from "./backoff.js";

/** An end that is nobody's fault: the seat can be had back this soon. */
const SOON_MS = 500;

/**
 * What follows. No `wait`: nothing, until somebody asks for it. `null`: a wait that grows with every attempt.
 * @typedef {{ saying: Saying, wait?: number | null, forget?: boolean, elsewhere?: string[] }} End
 */

/**
 * @param {number} code
 * @param {string} reason
 * @param {boolean} network whether the browser believes that there is one
 * @param {() => number} [chance]
 * @returns {End}
 */
export function meaning(code, reason, network, chance = Math.random) {
  switch (code) {
    case 1000:
      return { saying: { key: "left" }, forget: true };
    // The room fell, or we were too slow, or said nothing: our seat still stands.
    case 1011:
      return { saying: { key: "roomFell" }, wait: after(SOON_MS, chance) };
    case 4000:
      return { saying: { key: "behind" }, wait: after(SOON_MS, chance) };
    case 4005:
      return { saying: { key: network ? "lost" : "noNetwork" }, wait: after(SOON_MS, chance) };
    case 1012:
      return { saying: { key: "restarting" }, wait: after(hinted(reason), chance) };
    case 1013: {
      const address = /^go to (https?:\/\/\S+)$/.exec(reason)?.[1];
      return { saying: { key: "fullNoElse" }, forget: true, elsewhere: address ? [address] : [] };
    }
    // Coming back by ourselves would throw the other tab out, and it us.
    case 4002:
      return { saying: { key: "takenOver", offer: "play" } };
    case 1008:
      return { saying: { key: "tooMany", offer: "play" } };
    // What we said was not understood: this page is of another version, or wrong.
    case 1002:
    case 1003:
    case 1007:
    case 1009:
    case 4001:
    case 4003:
      return { saying: { key: "oldPage", offer: "reload" } };
    case 4004:
      return { saying: { key: "anew" }, wait: chance() * 200, forget: true };
    // 1006 and its kind: cut off, or never let in.
    default:
      return { saying: { key: network ? "lost" : "noNetwork" }, wait: null };
  }
}

/**
 * A time, and by chance up to as long again: a whole audience may be told the same at once.
 * @param {number} ms
 * @param {() => number} chance
 */
function after(ms, chance) {
  return ms * (1 + chance());
}
