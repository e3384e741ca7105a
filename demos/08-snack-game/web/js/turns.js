/** The turns I made: numbered, and remembered until the server has told them. */

import { newer } from "./wire.js";

/** More than anybody swipes while a line is gone; the oldest matter least. */
const REMEMBERED = 16;

/** @typedef {{ seq: number, dir: number }} Turn */

export class Turns {
  constructor() {
    this.seq = 0;
    /** @type {Turn[]} */
    this.unheard = [];
  }

  /**
   * The next turn.
   * @param {number} dir
   * @returns {Turn}
   */
  next(dir) {
    this.seq = (this.seq + 1) & 0xffff;
    const turn = { seq: this.seq, dir };
    this.unheard = [...this.unheard.slice(1 - REMEMBERED), turn];
    return turn;
  }

  /**
   * The server applied this turn, and with it everything before.
   * @param {number} seq
   */
  heard(seq) {
    this.unheard = this.unheard.filter((turn) => newer(turn.seq, seq));
  }

  /**
   * Back in my seat: what was applied is done, the rest is to be said again, in order. The server ignores what it knows.
   * @param {number} lastSeq
   */
  resumed(lastSeq) {
    this.heard(lastSeq);
    // A tab that was reloaded has forgotten how far it had counted.
    if (!newer(this.seq, lastSeq)) this.seq = lastSeq;
    return this.unheard;
  }

  /** Another seat, another count. */
  forget() {
    this.seq = 0;
    this.unheard = [];
  }
}
