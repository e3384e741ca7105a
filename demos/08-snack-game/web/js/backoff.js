/** How long to wait before the next attempt, so that a room full of phones does not come back in the same millisecond. */

const FIRST_MS = 500;
/** After a restart that said nothing about its length. */
const UNHINTED_MS = 1500;
const LONGEST_MS = 10_000;
/** Until it is asked again whether the server of our seat is dead. */
const DEAD_MS = 300;
/** As often it is asked so soon: for longer than a dead server is believed in. */
const SOON = 10;

/**
 * Exponential, with full jitter: any time between now and twice as late as last time.
 * @param {number} attempt 0 for the first
 * @param {() => number} [chance]
 */
export function backoff(attempt, chance = Math.random) {
  return Math.max(100, chance() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10)));
}

/**
 * How long to wait before it is asked again whether our server is dead: a moment, for it may be found dead any moment; and if nobody says so,
 * longer and longer, or a hall whose servers are all gone would ask twice a second for ever.
 * @param {number} attempt 0 for the first
 * @param {() => number} [chance]
 */
export function askAgain(attempt, chance = Math.random) {
  return Math.max(DEAD_MS * (1 + chance()), attempt < SOON ? 0 : backoff(attempt - SOON, chance));
}

/**
 * What a close reason such as `retry in 1500 ms` asks for, within reason.
 * @param {string} reason
 */
export function hinted(reason) {
  const said = /retry in (\d+) ms/.exec(reason)?.[1];
  return said ? Math.min(60_000, Number(said)) : UNHINTED_MS;
}
