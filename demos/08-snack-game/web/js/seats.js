/**
 * Says at the button that the server is full, before a player presses it. The server marks the page
 * if it is full, so a page of a server with free seats asks nothing.
 */

import { home } from "./home.js";
import { askForSeat } from "./seat.js";
import { others } from "./servers.js";
import { say } from "./words.js";

/** Interval in ms between two questions of a page that shows a full server. */
const ASKS_MS = 4000;

export class Seats {
  /**
   * @param {string | null} room
   * @param {HTMLButtonElement} button
   * @param {(full: boolean, elsewhere: string[]) => void} changed
   */
  constructor(room, button, changed) {
    this.room = room;
    this.button = button;
    this.changed = changed;
    /** What was said last. */
    this.said = "";
    this.full = document.body.classList.contains("full");
    if (this.full) void this.ask();
    setInterval(() => this.full && document.visibilityState === "visible" && void this.ask(), ASKS_MS);
  }

  /** Asks now: the player is back at the door. */
  look() {
    this.said = "";
    if (this.full) void this.ask();
  }

  async ask() {
    const answer = await askForSeat(this.room, home);
    if (!answer) return; // The next question may be answered.
    const elsewhere = answer.elsewhere ?? [];
    // The button leads to a free seat of the same cluster without a tap more.
    const led = elsewhere.some((url) => (answer.servers ?? others()).includes(url));
    this.full = answer.full;
    const key = answer.full && !led ? "waitForSeat" : "play";
    this.button.dataset.say = key;
    this.button.textContent = say(key);
    const now = JSON.stringify([key, elsewhere]);
    if (now !== this.said) this.changed(key !== "play", elsewhere);
    this.said = now;
  }
}
