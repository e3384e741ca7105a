/** Browser storage. A private window or a sandboxed frame may have none. */

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
 * @param {string | null} value `null` removes the entry
 */
export function keep(where, key, value) {
  try {
    if (value === null) store(where).removeItem(key);
    else store(where).setItem(key, value);
  } catch {
    // Not stored. The game continues; a reload asks for the name again.
  }
}

/** @param {"local" | "session"} where */
function store(where) {
  return where === "local" ? localStorage : sessionStorage;
}
