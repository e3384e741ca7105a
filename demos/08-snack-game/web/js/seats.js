/**
 * Says at the button that the server is full, before a player presses it. The server marks the page
 * if it is full, so a page that is loaded asks nothing more.
 */

import { home } from "./home.js";
import { askForSeat } from "./seat.js";
import { others } from "./servers.js";
import { say } from "./words.js";

/** Interval in ms between two questions of a page that shows a full server. */
const ASKS_MS = 4000;
/** A page that shows free seats asks once in so many intervals. */
const SELDOM = 4;

export class Seats {
  /**
   * @param {string | null} room
   * @param {HTMLButtonElement} button
   * @param {{ atDoor(): boolean, changed(full: boolean, elsewhere: string[]): void }} page
   */
  constructor(room, button, page) {
    this.room = room;
    this.button = button;
    this.page = page;
    /** What was said last. */
    this.said = "";
    this.full = document.body.classList.contains("full");
    if (this.full) void this.ask();
    let intervals = 0;
    setInterval(() => {
      if (!page.atDoor() || document.visibilityState !== "visible") return;
      intervals++;
      if (this.full) void this.ask();
      else if (intervals % SELDOM === 0) void this.look();
    }, ASKS_MS);
  }

  /** Asks the page: a question for a seat would make the server expect a player. */
  async look() {
    this.said = "";
    const page = await fetch(`${home}/${location.search}`, { cache: "no-cache" }).catch(() => null);
    this.full = (await page?.text().catch(() => ""))?.includes('<body class="full">') ?? this.full;
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
    if (now !== this.said && this.page.atDoor()) this.page.changed(key !== "play", elsewhere);
    this.said = now;
  }
}
