/**
 * The porch: a way to servers that have joined since this page was loaded. A page may speak only to those that its policy names, and the policy is
 * of that moment. So a page with nothing in it is loaded again, unseen: what its window may do is of now, and we go through that window.
 */

/** As many windows are opened in the life of a page: the list of servers does not change every day. */
const MOST = 8;
/** For a page of a few bytes. */
const OPENS_MS = 5000;

/** Which window leads to which server. @type {Map<string, Window & typeof globalThis>} */
const ways = new Map();
let opened = 0;

/**
 * The window to go through.
 * @param {string | URL} address
 */
export function towards(address) {
  return ways.get(new URL(address, location.href).origin) ?? window;
}

/**
 * From here on these servers can be gone to. A window is never closed: a line may lead through it.
 * @param {string[]} servers as our own server names them now
 */
export async function reach(servers) {
  const fresh = servers.filter((url) => url !== location.origin && !ways.has(url));
  if (fresh.length === 0 || opened >= MOST) return;
  opened++;
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = "/porch";
  await new Promise((done) => {
    frame.addEventListener("load", done);
    setTimeout(done, OPENS_MS);
    document.body.append(frame);
  });
  // If our server has just died, this is a page of the browser's own, of which nothing is known.
  if (frame.contentDocument?.title !== "porch") return frame.remove();
  for (const url of fresh) ways.set(url, /** @type {Window & typeof globalThis} */ (frame.contentWindow));
}
