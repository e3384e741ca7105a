/**
 * Access to servers that joined after this page was loaded. A page may connect only to servers that
 * its Content-Security-Policy names, and the policy is fixed when the page is loaded. So an empty
 * page (`/porch`) is loaded in a hidden frame: its policy names the current servers, and requests
 * to new servers use the frame's window.
 */

import { home, originOf } from "./home.js";

/** Maximum number of frames in the life of a page: the list of servers rarely changes. */
const MOST = 8;
/** Maximum time to load the frame, in ms. */
const OPENS_MS = 5000;

/** The window for each origin. @type {Map<string, Window & typeof globalThis>} */
const ways = new Map();
let opened = 0;

/**
 * Returns the window whose policy allows this address.
 * @param {string | URL} address
 */
export function windowFor(address) {
  return ways.get(originOf(String(address))) ?? window;
}

/**
 * Makes these servers reachable. A frame is never removed, because a connection may use its window.
 * @param {string[]} servers the servers that our own server names now
 */
export async function reach(servers) {
  const fresh = servers.map(originOf).filter((origin) => origin !== location.origin && !ways.has(origin));
  if (fresh.length === 0 || opened >= MOST) return;
  opened++;
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = `${home}/porch`;
  await new Promise((done) => {
    frame.addEventListener("load", done);
    setTimeout(done, OPENS_MS);
    document.body.append(frame);
  });
  // If our server has just died, the frame shows an error page of the browser.
  if (frame.contentDocument?.title !== "porch") return frame.remove();
  for (const origin of fresh) ways.set(origin, /** @type {Window & typeof globalThis} */ (frame.contentWindow));
}
