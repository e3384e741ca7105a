/**
 * The status line: one sentence, with a button if the player can do something about it.
 * @import { Status } from "./connection.js"
 */

import { make, put } from "./page.js";
import { say } from "./words.js";

/**
 * @param {HTMLElement} where
 * @param {Status} status
 * @param {{ play(): void, name(): string }} can
 */
export function showStatus(where, status, can) {
  const offers = offered(status, can);
  const text = make("span", "sentence");
  put(text, say(status.key, status.values));
  if (offers.length === 0 && where.childElementCount === 1 && where.textContent === text.textContent) return;
  where.replaceChildren(text, ...offers);
}

/**
 * @param {Status} status
 * @param {{ play(): void, name(): string }} can
 */
function offered(status, can) {
  switch (status.offer) {
    case "play":
      return [button(say("playHere"), can.play)];
    case "reload":
      return [button(say("reload"), () => location.reload())];
    case "elsewhere":
      return (status.elsewhere ?? []).flatMap((address) => {
        const url = parsed(address);
        if (!url) return [];
        const link = document.createElement("a");
        link.className = "button";
        const lead = () => {
          // The name is in the fragment, which no server log contains.
          url.hash = new URLSearchParams({ name: can.name() }).toString();
          link.href = url.href;
        };
        lead();
        link.addEventListener("click", lead); // The player may have typed a name by now.
        link.textContent = say("goElsewhere", { host: url.host });
        return [link];
      });
    default:
      return [];
  }
}

/**
 * Parses a URL. `null` if it is not http or https: it comes from another server.
 * @param {string} address
 */
function parsed(address) {
  try {
    const url = new URL(address);
    return /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} text
 * @param {() => void} act
 */
function button(text, act) {
  const element = make("button", "button", text);
  element.addEventListener("click", act);
  return element;
}
