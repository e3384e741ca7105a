/** Delays before the next attempt, so that not all phones reconnect in the same millisecond. */

const FIRST_MS = 500;
/** After a restart whose length the server did not give. */
const UNHINTED_MS = 1500;
const LONGEST_MS = 10_000;
/** Interval between two questions whether the server of our seat is dead. */
const DEAD_MS = 300;
/** Number of such questions. Together they take longer than a dead server's report lives. */
const SOON = 10;

/**
 * Exponential backoff with full jitter: a random delay below a limit that doubles.
 * @param {number} attempt 0 for the first
 * @param {() => number} [chance]
 */
export function backoff(attempt, chance = Math.random) {
  return Math.max(100, chance() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10)));
}

/**
 * Delay before the page asks again whether its server is dead: short at first, because the server
 * may be declared dead at any moment, then longer and longer. Otherwise the pages of a game whose
 * servers are all dead would ask twice a second for ever.
 * @param {number} attempt 0 for the first
 * @param {() => number} [chance]
 */
export function askAgain(attempt, chance = Math.random) {
  return Math.max(DEAD_MS * (1 + chance()), attempt < SOON ? 0 : backoff(attempt - SOON, chance));
}

/**
 * Returns the delay in a close reason such as `retry in 1500 ms`, within limits.
 * @param {string} reason
 */
export function hinted(reason) {
  const said = /retry in (\d+) ms/.exec(reason)?.[1];
  return said ? Math.min(60_000, Number(said)) : UNHINTED_MS;
}
