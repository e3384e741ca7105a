/** Helpers of the pages: finding elements, writing text. A name is always text, never markup. */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function the(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no #${id}`);
  return element;
}

/** @param {string} id */
export function part(id) {
  return the(id, HTMLElement);
}

/**
 * Writes a text only if it has changed: the pages call this ten times a second.
 * @param {Element} element
 * @param {string | number} text
 */
export function put(element, text) {
  if (element.textContent !== String(text)) element.textContent = String(text);
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string | number} [text]
 */
export function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = String(text);
  return element;
}

/**
 * A name, isolated from the direction of the text around it.
 * @param {string} name
 */
export function named(name) {
  return make("bdi", "name", name);
}

/** The room in the address of the page. */
export function wishedRoom() {
  const room = new URLSearchParams(location.search).get("room");
  return room && /^[a-z0-9-]{1,24}$/.test(room) ? room : null;
}
