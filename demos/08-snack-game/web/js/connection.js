/**
 * The connection to the server: finds a seat, keeps it, and reconnects.
 * @import { Welcome, Snapshot, Delta, ToClient } from "./wire.js"
 * @import { Key, Values } from "./words.js"
 */

import { askAgain, backoff } from "./backoff.js";
import { actionFor } from "./close_codes.js";
import { home, serverAndRoom } from "./home.js";
import { windowFor } from "./porch.js";
import { ask, keepSeat, mySeat } from "./seat.js";
import { findSeat, findView, look, others, pathToSeat } from "./servers.js";
import { Turns } from "./turns.js";
import { SUBPROTOCOL, encode, tryDecode } from "./wire.js";

/** The server sends ten ticks a second. After this much silence the connection is dead. */
const SILENCE_MS = 3000;
/** Maximum time from opening a socket to the Welcome message. */
const PATIENCE_MS = 6000;
/** After this many WebSockets that did not open, the server is asked what is wrong with them. */
const REFUSED_BEFORE_ASKING = 2;
/** Delay before the next attempt if something between the page and the server blocks WebSockets. */
const BLOCKED_MS = 10_000;
/** Interval between two measurements of the round-trip time. */
const ECHO_MS = 2000;

/** @typedef {{ key: Key, values?: Values, offer?: "play" | "elsewhere" | "reload", elsewhere?: string[] }} Status */
/** @typedef {{ onStatus(status: Status): void, onWelcome(welcome: Welcome): void, onSnapshot(snapshot: Snapshot): void, onDelta(delta: Delta): boolean, onStopped(status: Status): void }} Listener */

export class Connection {
  /**
   * @param {Listener} listener
   * @param {{ room: string | null, watch: boolean }} options
   */
  constructor(listener, options) {
    this.listener = listener;
    this.options = options;
    this.name = "";
    /** False until the player has entered a name. */
    this.wanted = false;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.seat = -1;
    /** The server of the seat: the page's own, or another one. */
    this.server = home;
    this.attempt = 0;
    /** WebSockets in a row that did not open. */
    this.refusals = 0;
    this.turns = new Turns();
    this.roundTrip = 60;
    this.receivedAt = 0;
    this.welcomed = false;
    /** Counts the attempts, so that answers to an older attempt can be ignored. */
    this.generation = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.dueAt = 0;
    setInterval(() => this.watchdog(), 250);
    setInterval(() => this.measure(), ECHO_MS);
    look(Math.random());
    for (const kind of ["online", "pageshow", "focus"]) addEventListener(kind, () => this.wake());
    document.addEventListener("visibilitychange", () => this.wake());
    addEventListener("offline", () => this.welcomed && !this.hasNetwork() && this.retry({ key: "noNetwork" }));
  }

  /** A server on this machine is reached without a network: on a laptop on stage without Wi-Fi. */
  hasNetwork() {
    return navigator.onLine || /^(localhost|127\..*|\[::1\])$/.test(new URL(this.server).hostname);
  }

  /** True if this tab has a seat to resume. */
  get seated() {
    return mySeat(this.options.room) !== null;
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

  /** @param {Status} status */
  stop(status) {
    this.wanted = false;
    this.drop();
    this.listener.onStopped(status);
  }

  forget() {
    keepSeat(this.options.room, null);
    this.turns.forget();
  }

  /**
   * Sends a turn, and remembers it until the server acknowledges it.
   * @param {number} dir
   */
  turn(dir) {
    const turn = this.turns.next(dir);
    if (this.welcomed) this.send({ type: "turn", ...turn });
  }

  /**
   * Asks for a seat by HTTP first, because a page cannot read the answer to a refused WebSocket.
   * @param {string[]} told servers that may have a seat, after our server has died
   */
  async connect(told = []) {
    this.drop();
    const generation = this.generation;
    this.listener.onStatus({ key: this.attempt > 0 ? "lostNow" : "asking" });
    const mine = this.options.watch ? null : mySeat(this.options.room);
    const way = mine && (await pathToSeat(mine));
    if (generation !== this.generation) return;
    if (Array.isArray(way)) {
      this.forget(); // Its server is dead. The player keeps the name.
      return void this.connect(way);
    }
    if (mine && !way) return this.retry({ key: "lost" }, askAgain(this.attempt));
    let path = way;
    if (!path) {
      const seat = await (this.options.watch ? findView(this.options.room) : findSeat(this.options.room, told));
      if (generation !== this.generation) return;
      if (!seat) return this.retry({ key: "lost" });
      if (seat.full || !seat.ws) return this.redirect(seat.elsewhere ?? []);
      path = seat.ws;
    }
    this.listener.onStatus({ key: this.attempt > 0 ? "lostNow" : "opening" });
    this.open(path, mine?.token, generation);
  }

  /**
   * @param {string} path
   * @param {Uint8Array | undefined} token
   * @param {number} generation
   */
  open(path, token, generation) {
    const address = new URL(path);
    const { WebSocket } = windowFor(address);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address, SUBPROTOCOL);
    this.socket = socket;
    this.receivedAt = performance.now();
    socket.binaryType = "arraybuffer";
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.refusals = 0;
      this.listener.onStatus({ key: "entering" });
      if (this.options.watch) this.send({ type: "watch" });
      else if (token) this.send({ type: "resume", token });
      else this.send({ type: "join", name: this.name });
    };
    socket.onmessage = (event) => {
      if (generation !== this.generation || typeof event.data === "string") return;
      this.receivedAt = performance.now();
      const message = tryDecode(event.data);
      // An unknown message comes from a server of another version.
      if (message) this.take(message, path);
      else this.stop({ key: "oldPage", offer: "reload" });
    };
    socket.onclose = (event) => {
      if (generation !== this.generation) return;
      if (opened) this.closed(event.code, event.reason);
      else void this.refused(path, generation);
    };
  }

  /**
   * A page cannot read why its WebSocket did not open. If that happens again and again, it asks the
   * server what arrived there: a proxy may pass on pages and no WebSockets.
   * @param {string} path
   * @param {number} generation
   */
  async refused(path, generation) {
    this.refusals++;
    /** @type {{ lost: "host" | "upgrade" | "request" | null } | null} */
    const answer = this.refusals < REFUSED_BEFORE_ASKING ? null : await ask(`${serverAndRoom(path).server}/api/websocket`, "");
    if (generation !== this.generation) return;
    switch (answer?.lost) {
      case "host":
        return this.blocked({ key: "lostHost", values: { host: location.host } });
      case "upgrade":
        return this.blocked({ key: "lostUpgrade" });
      case "request": // A phone may have two addresses, so this is less certain.
        return void this.retry({ key: "lostRequest" }, BLOCKED_MS);
      default:
        this.closed(1006, "");
    }
  }

  /**
   * Only the operator can help. A player need not watch the page try; a page on a wall goes on.
   * @param {Status} status
   */
  blocked(status) {
    if (this.options.watch) this.retry(status, BLOCKED_MS);
    else this.stop({ ...status, offer: "reload" });
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
        return this.listener.onSnapshot(message);
      case "delta":
        for (const { seat, seq } of message.turned) if (seat === this.seat) this.turns.acknowledge(seq);
        // A tick is missing. The server sends a snapshot to a slow client; if none comes, a
        // reconnect brings one.
        if (!this.listener.onDelta(message)) this.retry({ key: "behind" });
        return;
      case "notice":
        return this.listener.onStatus({ key: "restartsSoon", values: { n: message.seconds } });
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
    this.server = serverAndRoom(path).server;
    this.attempt = 0;
    if (!this.options.watch) {
      keepSeat(this.options.room, { token: welcome.token, path });
      this.name = welcome.name;
    }
    this.listener.onWelcome(welcome);
    if (!welcome.resumed) this.turns.forget();
    for (const turn of this.turns.resumed(welcome.lastSeq)) this.send({ type: "turn", ...turn });
    this.measure();
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  closed(code, reason) {
    const end = actionFor(code, reason, this.hasNetwork());
    if (end.forget) this.forget();
    if (end.elsewhere) this.redirect(end.elsewhere);
    else if (end.wait === undefined) this.stop(end.status);
    else this.retry(end.status, end.wait ?? undefined);
  }

  /** @param {string[]} elsewhere */
  redirect(elsewhere) {
    this.drop();
    // Another player was faster. A cluster peer is asked again; to any other server the player
    // may go with a tap.
    const known = elsewhere.some((url) => others().includes(url)) && this.attempt < 3;
    const wait = this.retry({ key: "fullNoElse" }, (known ? 200 : 4000) * (1 + Math.random()));
    if (known) return;
    if (elsewhere.length > 0) this.listener.onStatus({ key: "full", values: { n: Math.ceil(wait / 1000) }, offer: "elsewhere", elsewhere });
  }

  /**
   * Reconnects later: after the server's hint, or with exponential backoff.
   * @param {Status} status
   * @param {number} [wait]
   */
  retry(status, wait = backoff(this.attempt)) {
    this.drop();
    if (!this.wanted) return 0;
    this.attempt++;
    this.dueAt = performance.now() + wait;
    this.timer = setTimeout(() => void this.connect(), wait);
    this.listener.onStatus({ ...status, values: { ...status.values, n: Math.max(1, Math.ceil(wait / 1000)) } });
    return wait;
  }

  /** Drops the current connection and everything that waits for it. */
  drop() {
    this.generation++;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.welcomed = false;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  /** Reconnects at once, because the page is visible again or the network is back. */
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
    const quiet = performance.now() - this.receivedAt;
    if (quiet > (this.welcomed ? silence : PATIENCE_MS)) this.retry({ key: this.hasNetwork() ? "lost" : "noNetwork" });
  }

  measure() {
    if (this.welcomed) this.send({ type: "echo", number: Math.floor(performance.now()) & 0xffff });
  }

  /** @param {import("./wire.js").ToServer} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(encode(message));
  }
}
