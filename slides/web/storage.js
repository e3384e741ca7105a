// What a page remembers until its tab is closed. A browser may refuse to store anything; then the
// page forgets, and works.

export function recall(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

// Returns whether it is remembered.
export function remember(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

// The token in the page's address, or the one that this tab had before. `null` without one.
export const tokenIn = (hash) => hash.match(/[#&]token=([0-9a-f]+)/)?.[1] ?? null;
export const token = () => tokenIn(location.hash) ?? recall('token');

// Puts the newest place into the address. The token leaves it, unless the browser remembers
// nothing: then a reload would need it there.
export function putAddress(path, held) {
  const isKept = held === null || remember('token', held);
  history.replaceState(null, '', isKept ? path : `${path}${path.includes('#') ? '&' : '#'}token=${held}`);
}
