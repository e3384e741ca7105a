/** The player's turns: numbered, and kept until the server acknowledges them. */

import { newer } from "./wire.js";

/** More turns than a player makes while the connection is lost. The oldest are dropped first. */
const REMEMBERED = 16;

/** @typedef {{ seq: number, dir: number }} Turn */

export class Turns {
  constructor() {
    this.seq = 0;
    /** @type {Turn[]} */
    this.unacknowledged = [];
  }

  /**
   * The next turn.
   * @param {number} dir
   * @returns {Turn}
   */
  next(dir) {
    this.seq = (this.seq + 1) & 0xffff;
    const turn = { seq: this.seq, dir };
    this.unacknowledged = [...this.unacknowledged.slice(1 - REMEMBERED), turn];
    return turn;
  }

  /**
   * The server has applied this turn and all turns before it.
   * @param {number} seq
   */
  acknowledge(seq) {
    this.unacknowledged = this.unacknowledged.filter((turn) => newer(turn.seq, seq));
  }

  /**
   * After a resume: drops the applied turns and returns the others, to be sent again in sequence.
   * The server ignores those that it knows.
   * @param {number} lastSeq
   */
  resumed(lastSeq) {
    this.acknowledge(lastSeq);
    // A reloaded tab continues with the number that the server knows.
    if (!newer(this.seq, lastSeq)) this.seq = lastSeq;
    return this.unacknowledged;
  }

  /** A new seat starts a new count. */
  forget() {
    this.seq = 0;
    this.unacknowledged = [];
  }
}
