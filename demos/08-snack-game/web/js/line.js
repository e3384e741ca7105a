/**
 * The line to the server: finds a seat, keeps it, and comes back by itself.
 * @import { Welcome, Snapshot, Delta, ToClient } from "./wire.js"
 * @import { Key, Values } from "./words.js"
 */

import { askAgain, backoff } from "./backoff.js";
import { meaning } from "./ends.js";
import { towards } from "./porch.js";
import { keepSeat, mySeat } from "./seat.js";
import { findSeat, findView, look, others, wayTo } from "./servers.js";
import { Turns } from "./turns.js";
import { SUBPROTOCOL, encode, understood } from "./wire.js";

/** Ten ticks a second: whoever has heard nothing for this long is no longer connected, whatever the socket says. */
const SILENCE_MS = 3000;
/** From asking for a socket to being welcomed. */
const PATIENCE_MS = 6000;
/** Between two measurements of the way to the server. */
const ECHO_MS = 2000;

/** @typedef {{ key: Key, values?: Values, offer?: "play" | "elsewhere" | "reload", elsewhere?: string[] }} Saying */
/** @typedef {{ said(saying: Saying): void, welcomed(welcome: Welcome): void, pictured(snapshot: Snapshot): void, ticked(delta: Delta): boolean, ended(saying: Saying): void }} Ear */

export class Line {
  /**
   * @param {Ear} ear
   * @param {{ room: string | null, watch: boolean }} wish
   */
  constructor(ear, wish) {
    this.ear = ear;
    this.wish = wish;
    this.name = "";
    /** Nobody wants to be connected before a name was given. */
    this.wanted = false;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.seat = -1;
    /** Where we are: the page's own server, or another one. */
    this.server = location.origin;
    this.attempt = 0;
    this.turns = new Turns();
    this.roundTrip = 60;
    this.heard = 0;
    this.welcomed = false;
    /** Counts the attempts: an answer to an older one is nobody's. */
    this.era = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.dueAt = 0;
    setInterval(() => this.watchdog(), 250);
    setInterval(() => this.measure(), ECHO_MS);
    look(Math.random());
    for (const kind of ["online", "pageshow", "focus"]) addEventListener(kind, () => this.wake());
    document.addEventListener("visibilitychange", () => this.wake());
    addEventListener("offline", () => this.welcomed && this.retry({ key: "noNetwork" }));
  }

  /** Whether this tab has a seat to come back to. */
  get seated() {
    return mySeat(this.wish.room) !== null;
  }

  /** @param {string} name */
  start(name) {
    this.name = name;
    this.wanted = true;
    this.attempt = 0;
    void this.connect();
  }

  leave() {
    this.send({ type: "leave" });
    this.stop({ key: "left" });
    this.forget();
  }

  /** @param {Saying} saying */
  stop(saying) {
    this.wanted = false;
    this.drop();
    this.ear.ended(saying);
  }

  forget() {
    keepSeat(this.wish.room, null);
    this.turns.forget();
  }

  /**
   * A turn: sent, and remembered until the server tells of it.
   * @param {number} dir
   */
  turn(dir) {
    const turn = this.turns.next(dir);
    if (this.welcomed) this.send({ type: "turn", ...turn });
  }

  /**
   * Asks for a seat where a browser can read the answer, and only then for a WebSocket, whose refusal it could not.
   * @param {string[]} told where there may be one, after our server has died
   */
  async connect(told = []) {
    this.drop();
    const era = this.era;
    this.ear.said({ key: this.attempt > 0 ? "lostNow" : "asking" });
    const mine = this.wish.watch ? null : mySeat(this.wish.room);
    const way = mine && (await wayTo(mine));
    if (era !== this.era) return;
    if (Array.isArray(way)) {
      this.forget(); // Its server is dead. The name is not asked for again.
      return void this.connect(way);
    }
    if (mine && !way) return this.retry({ key: "lost" }, askAgain(this.attempt));
    let path = way;
    if (!path) {
      const seat = await (this.wish.watch ? findView(this.wish.room) : findSeat(this.wish.room, told));
      if (era !== this.era) return;
      if (!seat) return this.retry({ key: "lost" });
      if (seat.full || !seat.ws) return this.turnedAway(seat.elsewhere ?? []);
      path = seat.ws;
    }
    this.ear.said({ key: this.attempt > 0 ? "lostNow" : "opening" });
    this.open(path, mine?.token, era);
  }

  /**
   * @param {string} path
   * @param {Uint8Array | undefined} token
   * @param {number} era
   */
  open(path, token, era) {
    const address = new URL(path, location.href);
    const { WebSocket } = towards(address);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address, SUBPROTOCOL);
    this.socket = socket;
    this.heard = performance.now();
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.ear.said({ key: "entering" });
      if (this.wish.watch) this.send({ type: "watch" });
      else if (token) this.send({ type: "resume", token });
      else this.send({ type: "join", name: this.name });
    };
    socket.onmessage = (event) => {
      if (era !== this.era || typeof event.data === "string") return;
      this.heard = performance.now();
      const message = understood(event.data);
      // What cannot be read is from a server of another version.
      if (message) this.take(message, path);
      else this.stop({ key: "oldPage", offer: "reload" });
    };
    socket.onclose = (event) => era === this.era && this.closed(event.code, event.reason);
  }

  /**
   * @param {ToClient} message
   * @param {string} path
   */
  take(message, path) {
    switch (message.type) {
      case "welcome":
        return this.enter(message, path);
      case "snapshot":
        return this.ear.pictured(message);
      case "delta":
        for (const { seat, seq } of message.turned) if (seat === this.seat) this.turns.heard(seq);
        // A tick is missing. The server sends a snapshot to whoever was behind; if none comes, a
        // new line brings one.
        if (!this.ear.ticked(message)) this.retry({ key: "behind" });
        return;
      case "notice":
        return this.ear.said({ key: "restartsSoon", values: { n: message.seconds } });
      case "echo":
        this.roundTrip += (((performance.now() - message.number) & 0xffff) - this.roundTrip) / 3;
    }
  }

  /**
   * @param {Welcome} welcome
   * @param {string} path
   */
  enter(welcome, path) {
    this.seat = welcome.seat;
    this.welcomed = true;
    this.server = new URL(path, location.href).origin;
    this.attempt = 0;
    if (!this.wish.watch) {
      keepSeat(this.wish.room, { token: welcome.token, path });
      this.name = welcome.name;
    }
    this.ear.welcomed(welcome);
    if (!welcome.resumed) this.turns.forget();
    for (const turn of this.turns.resumed(welcome.lastSeq)) this.send({ type: "turn", ...turn });
    this.measure();
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  closed(code, reason) {
    const end = meaning(code, reason, navigator.onLine);
    if (end.forget) this.forget();
    if (end.elsewhere) this.turnedAway(end.elsewhere);
    else if (end.wait === undefined) this.stop(end.saying);
    else this.retry(end.saying, end.wait ?? undefined);
  }

  /** @param {string[]} elsewhere */
  turnedAway(elsewhere) {
    this.drop();
    // Somebody was quicker. Whom we may ask we ask again; to whom we may not, the player may go.
    const known = elsewhere.some((url) => others().includes(url)) && this.attempt < 3;
    const wait = this.retry({ key: "fullNoElse" }, (known ? 200 : 4000) * (1 + Math.random()));
    if (known) return;
    if (elsewhere.length > 0) this.ear.said({ key: "full", values: { n: Math.ceil(wait / 1000) }, offer: "elsewhere", elsewhere });
  }

  /**
   * Tries again later: by the server's hint, or after a random part of a time that doubles.
   * @param {Saying} saying
   * @param {number} [wait]
   */
  retry(saying, wait = backoff(this.attempt)) {
    this.drop();
    if (!this.wanted) return 0;
    this.attempt++;
    this.dueAt = performance.now() + wait;
    this.timer = setTimeout(() => void this.connect(), wait);
    this.ear.said({ ...saying, values: { ...saying.values, n: Math.max(1, Math.ceil(wait / 1000)) } });
    return wait;
  }

  /** The line of now is nobody's any more. */
  drop() {
    this.era++;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.welcomed = false;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  /** Somebody looks at the page again, or the network is back: no reason to wait any longer. */
  wake() {
    if (!this.wanted || document.hidden) return;
    if (this.timer !== undefined && this.dueAt - performance.now() > 200) {
      this.attempt = 0;
      void this.connect();
    } else this.watchdog(1000);
  }

  /** @param {number} [silence] */
  watchdog(silence = SILENCE_MS) {
    if (!this.socket) return;
    const quiet = performance.now() - this.heard;
    if (quiet > (this.welcomed ? silence : PATIENCE_MS)) this.retry({ key: navigator.onLine ? "lost" : "noNetwork" });
  }

  measure() {
    if (this.welcomed) this.send({ type: "echo", number: Math.floor(performance.now()) & 0xffff });
  }

  /** @param {import("./wire.js").ToServer} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(encode(message));
  }
}
