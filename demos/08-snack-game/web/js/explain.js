/**
 * What is going on, in one sentence, and a button where there is something to do about it.
 * @import { Saying } from "./line.js"
 */

import { make, put } from "./page.js";
import { say } from "./words.js";

/**
 * @param {HTMLElement} where
 * @param {Saying} saying
 * @param {{ play(): void, name(): string }} can
 */
export function explain(where, saying, can) {
  const offers = offered(saying, can);
  const text = make("span", "sentence");
  put(text, say(saying.key, saying.values));
  if (offers.length === 0 && where.childElementCount === 1 && where.textContent === text.textContent) return;
  where.replaceChildren(text, ...offers);
}

/**
 * @param {Saying} saying
 * @param {{ play(): void, name(): string }} can
 */
function offered(saying, can) {
  switch (saying.offer) {
    case "play":
      return [button(say("playHere"), can.play)];
    case "reload":
      return [button(say("reload"), () => location.reload())];
    case "elsewhere":
      return (saying.elsewhere ?? []).flatMap((address) => {
        const url = parsed(address);
        if (!url) return [];
        // The name travels behind the #, where no server log sees it.
        url.hash = new URLSearchParams({ name: can.name() }).toString();
        const link = document.createElement("a");
        link.className = "button";
        link.href = url.href;
        link.textContent = say("goElsewhere", { host: url.host });
        return [link];
      });
    default:
      return [];
  }
}

/**
 * An address of the web, or none: a server was told it by another one.
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
