/**
 * All texts of the pages, in English and Korean. A page uses `data-say="key"`; code calls
 * `say("key", { n: 3 })`.
 */

import { english } from "./english.js";
import { keep, recall } from "./storage.js";
import { korean } from "./korean.js";

/** @typedef {import("./english.js").Key} Key */
/** @typedef {Record<string, string | number>} Values */

const KEPT = "snack-rush.language";

/** @type {"en" | "ko"} */
let language = first();

function first() {
  const asked = new URLSearchParams(location.search).get("lang") ?? recall("local", KEPT) ?? navigator.language;
  return asked.toLowerCase().startsWith("ko") ? "ko" : "en";
}

/** The current language. */
export function spoken() {
  return language;
}

/**
 * Returns a text in the current language.
 * @param {Key} key
 * @param {Values} [values]
 */
export function say(key, values = {}) {
  const sentence = (language === "ko" ? korean : english)[key];
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** @param {number} n */
export function points(n) {
  return say(n === 1 ? "pointOf" : "pointsOf", { n });
}

/** Writes all texts of the page in the current language. */
export function translate() {
  document.documentElement.lang = language;
  document.title = say("title");
  for (const element of document.querySelectorAll("[data-say]")) {
    element.textContent = say(/** @type {Key} */ (element.getAttribute("data-say")));
  }
  for (const attribute of ["aria-label", "placeholder"]) {
    for (const element of document.querySelectorAll(`[data-${attribute}]`)) {
      element.setAttribute(attribute, say(/** @type {Key} */ (element.getAttribute(`data-${attribute}`))));
    }
  }
}

/**
 * Lets a button change the language.
 * @param {HTMLElement} button
 * @param {() => void} changed
 */
export function toggle(button, changed) {
  const show = () => {
    translate();
    button.textContent = say("language");
    button.setAttribute("aria-label", say("languageLabel"));
    button.lang = language === "ko" ? "en" : "ko";
  };
  button.addEventListener("click", () => {
    language = language === "ko" ? "en" : "ko";
    keep("local", KEPT, language);
    show();
    changed();
  });
  show();
}
