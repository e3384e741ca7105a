/** How long to wait before the next attempt, so that a room full of phones does not come back in the same millisecond. */

const FIRST_MS = 500;
/** After a restart that said nothing about its length. */
const UNHINTED_MS = 1500;
const LONGEST_MS = 10_000;

/**
 * Exponential, with full jitter: any time between now and twice as late as last time.
 * @param {number} attempt 0 for the first
 * @param {() => number} [chance]
 */
export function backoff(attempt, chance = Math.random) {
  return Math.max(100, chance() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10)));
}

/**
 * What a close reason such as `retry in 1500 ms` asks for, within reason.
 * @param {string} reason
 */
export function hinted(reason) {
  const said = /retry in (\d+) ms/.exec(reason)?.[1];
  return said ? Math.min(60_000, Number(said)) : UNHINTED_MS;
}
