/**
 * Where this page is from. Behind a proxy the game may have a path of its own, such as `/game/`, so
 * no address in a page begins with a slash: all of them are relative to the page or to `home`.
 */

/** The URL of the server that this page is from, without a slash at its end. */
export const home = new URL(".", location.href).href.replace(/\/$/, "");

/**
 * Splits the URL of a room's WebSocket into the URL of its server and the rest, `/ws/ROOM`.
 * @param {string} ws
 */
export function serverAndRoom(ws) {
  // A page of an older version kept the rest alone: it had no path.
  const { origin, pathname } = new URL(ws, home);
  const at = pathname.lastIndexOf("/ws/");
  return { server: origin + pathname.slice(0, at), room: pathname.slice(at) };
}

/** @param {string} url */
export function originOf(url) {
  return new URL(url, home).origin;
}

/**
 * The key of an entry in the browser's storage. Two games may share an origin, each with a path of
 * its own, and an origin has one storage.
 * @param {string} key
 */
export function ofThisGame(key) {
  return key + new URL(home).pathname.replace(/\/$/, "");
}
