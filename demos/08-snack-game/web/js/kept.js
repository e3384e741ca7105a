/** What a browser remembers for us, if it may: in a private window or a strict frame there is nothing to write to. */

/**
 * @param {"local" | "session"} where
 * @param {string} key
 * @returns {string | null}
 */
export function recall(where, key) {
  try {
    return store(where).getItem(key);
  } catch {
    return null;
  }
}

/**
 * @param {"local" | "session"} where
 * @param {string} key
 * @param {string | null} value `null` forgets
 */
export function keep(where, key, value) {
  try {
    if (value === null) store(where).removeItem(key);
    else store(where).setItem(key, value);
  } catch {
    // Not remembered, then. The game goes on; a reload asks again.
  }
}

/** @param {"local" | "session"} where */
function store(where) {
  return where === "local" ? localStorage : sessionStorage;
}
