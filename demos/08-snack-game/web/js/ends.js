/**
 * Why a line ended, and what to do about it: the table of close codes in PROTOCOL.md, as a function.
 * @import { Saying } from "./line.js"
 */

import { hinted } from "./backoff.js";

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
    // The room fell; our seat stands in the next one.
    case 1011:
      return { saying: { key: "roomFell" }, wait: chance() * 500 };
    // After the hint, and spread over as long again: a whole audience is told the same.
    case 1012: {
      const hint = hinted(reason);
      return { saying: { key: "restarting" }, wait: hint + chance() * Math.max(500, hint) };
    }
    case 1013: {
      const address = /https?:\S+/.exec(reason)?.[0];
      return { saying: { key: "fullNoElse" }, forget: true, elsewhere: address ? [address] : [] };
    }
    case 4000:
      return { saying: { key: "behind" }, wait: chance() * 300 };
    // Coming back by ourselves would throw the other tab out, and it us.
    case 4002:
      return { saying: { key: "takenOver", offer: "play" } };
    case 4003:
      return { saying: { key: "oldPage", offer: "reload" } };
    case 4004:
      return { saying: { key: "anew" }, wait: chance() * 200, forget: true };
    case 1003:
    case 1008:
    case 1009:
    case 4001:
      return { saying: { key: "refused", values: { code } }, wait: null };
    // 1006 and its kind: cut off, or never let in.
    default:
      return { saying: { key: network ? "lost" : "noNetwork" }, wait: null };
  }
}
