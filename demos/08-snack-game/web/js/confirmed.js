/**
 * A button that asks once before it does something that cannot be undone.
 * @import { Key } from "./words.js"
 */

import { say } from "./words.js";

/** How long the question stands, in ms. */
const ASKS_MS = 4000;

/**
 * @param {HTMLElement} button
 * @param {Key} usual its text
 * @param {Key} question its text after the first tap
 * @param {() => void} act on the second tap
 */
export function confirmed(button, usual, question, act) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let asks;
  const show = (/** @type {Key} */ key) => {
    button.dataset.say = key; // The language may change while the question stands.
    button.textContent = say(key);
  };
  button.addEventListener("click", () => {
    const sure = asks !== undefined;
    clearTimeout(asks);
    asks = undefined;
    show(usual);
    if (sure) return act();
    show(question);
    asks = setTimeout(() => {
      asks = undefined;
      show(usual);
    }, ASKS_MS);
  });
}
