/**
 * The binary messages of `PROTOCOL.md`. Little-endian; one message per binary frame. This file
 * knows neither sockets nor pages.
 *
 * @typedef {{ width: number, height: number, snacks: number, roundTicks: number, podiumTicks: number, tickMs: number, seats: number }} Config
 * @typedef {{ seat: number, x: number, y: number, dir: number, team: number, points: number, away: boolean, name: string }} Player
 * @typedef {{ x: number, y: number, kind: number }} Snack
 * @typedef {{ type: "welcome", version: number, seat: number, token: Uint8Array, lastSeq: number, resumed: boolean, config: Config, room: string, name: string }} Welcome
 * @typedef {{ type: "snapshot", sent: bigint, round: number, tick: number, phase: number, kept: number[], players: Player[], snacks: Snack[] }} Snapshot
 * @typedef {{ type: "delta", sent: bigint, round: number, tick: number, phase: number,
 *   left: number[], turned: { seat: number, dir: number, seq: number }[], eaten: { x: number, y:
 * number, seat: number }[], spawned: Snack[],
 *   joined: { seat: number, x: number, y: number, dir: number, team: number, name: string }[],
 * away: { seat: number, away: boolean }[] }} Delta
 * @typedef {{ type: "notice", kind: number, seconds: number }} Notice
 * @typedef {{ type: "echo", number: number }} Echo
 * @typedef {Welcome | Snapshot | Delta | Notice | Echo} ToClient
 * @typedef {{ type: "join", name: string } | { type: "resume", token: Uint8Array } | { type: "watch" } | { type: "turn", seq: number, dir: number }
 *   | { type: "leave" } | { type: "echo", number: number }} ToServer
 */

import { Malformed, Reader } from "./bytes.js";

/** The WebSocket subprotocol. */
export const SUBPROTOCOL = "snack-rush.v1";
/** The protocol version in `Welcome`. */
export const VERSION = 1;
/** The seat number of a watcher. */
export const WATCHING = 0xffff;
/** Maximum size of a message to the server, in bytes. */
const LONGEST = 64;

/**
 * Decodes a message of the server.
 * @param {ArrayBuffer} bytes
 * @returns {ToClient}
 */
export function decode(bytes) {
  const from = new Reader(bytes);
  const message = body(from);
  if (from.at !== bytes.byteLength) throw new Malformed(`${bytes.byteLength - from.at} bytes too many`);
  return message;
}

/**
 * Decodes a message of the server. `null` if it is not valid.
 * @param {ArrayBuffer} bytes
 */
export function tryDecode(bytes) {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

/**
 * @param {Reader} from
 * @returns {ToClient}
 */
function body(from) {
  const kind = from.u8();
  switch (kind) {
    case 0x81:
      return {
        type: "welcome",
        version: version(from),
        seat: from.u16(),
        token: from.bytes(16),
        lastSeq: from.u16(),
        resumed: from.bool(),
        config: config(from),
        room: from.text(),
        name: from.text(),
      };
    case 0x82:
      return {
        type: "snapshot",
        ...head(from),
        kept: [from.u32(), from.u32(), from.u32(), from.u32()],
        players: from.list(() => player(from), seat),
        snacks: from.list(() => snack(from), cell),
      };
    case 0x83:
      return {
        type: "delta",
        ...head(from),
        left: from.list(() => from.u16(), (seat) => seat),
        turned: from.list(() => ({ seat: from.u16(), dir: from.less(4), seq: from.u16() }), seat),
        eaten: from.list(() => ({ x: from.u8(), y: from.u8(), seat: from.u16() }), cell),
        spawned: from.list(() => snack(from), cell),
        joined: from.list(() => newcomer(from), seat),
        away: from.list(() => ({ seat: from.u16(), away: from.bool() }), seat),
      };
    case 0x84:
      return { type: "notice", kind: notice(from), seconds: from.u16() };
    case 0x86:
      return { type: "echo", number: from.u32() };
    default:
      throw new Malformed(`no message begins with ${kind}`);
  }
}

/** @param {Reader} from */
function notice(from) {
  const kind = from.u8();
  if (kind !== 1) throw new Malformed(`no notice is of kind ${kind}`);
  return kind;
}

/** @param {Reader} from */
function version(from) {
  const version = from.u8();
  if (version !== VERSION) throw new Malformed(`version ${version}; this page speaks ${VERSION}`);
  return version;
}

/**
 * @param {Reader} from
 * @returns {Config}
 */
function config(from) {
  return {
    width: from.u8(),
    height: from.u8(),
    snacks: from.u16(),
    roundTicks: from.u16(),
    podiumTicks: from.u16(),
    tickMs: from.u16(),
    seats: from.u16(),
  };
}

/** @param {{ seat: number }} item */
function seat(item) {
  return item.seat;
}

/** Cells by row, then by column. @param {{ x: number, y: number }} item */
function cell(item) {
  return item.y * 256 + item.x;
}

/** @param {Reader} from */
function newcomer(from) {
  return { seat: from.u16(), x: from.u8(), y: from.u8(), dir: from.less(4), team: from.less(4), name: from.text() };
}

/** @param {Reader} from */
function head(from) {
  return { sent: from.u64(), round: from.u32(), tick: from.u32(), phase: from.less(3) };
}

/**
 * @param {Reader} from
 * @returns {Player}
 */
function player(from) {
  return {
    seat: from.u16(),
    x: from.u8(),
    y: from.u8(),
    dir: from.less(4),
    team: from.less(4),
    points: from.u16(),
    away: from.bool(),
    name: from.text(),
  };
}

/**
 * @param {Reader} from
 * @returns {Snack}
 */
function snack(from) {
  return { x: from.u8(), y: from.u8(), kind: from.less(4) };
}

/**
 * Encodes a message to the server.
 * @param {ToServer} message
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function encode(message) {
  switch (message.type) {
    case "join": {
      const name = shortened(message.name, LONGEST - 2);
      return Uint8Array.of(0x01, name.length, ...name);
    }
    case "resume":
      return Uint8Array.of(0x02, ...message.token);
    case "watch":
      return Uint8Array.of(0x03);
    case "turn":
      return Uint8Array.of(0x04, message.seq & 0xff, message.seq >> 8, message.dir);
    case "leave":
      return Uint8Array.of(0x05);
    case "echo": {
      const bytes = new Uint8Array(5);
      bytes[0] = 0x06;
      new DataView(bytes.buffer).setUint32(1, message.number, true);
      return bytes;
    }
  }
}

/**
 * Encodes a name in UTF-8 and cuts it between two characters if it is too long. The server
 * validates names itself.
 * @param {string} text
 * @param {number} longest
 */
function shortened(text, longest) {
  const into = new Uint8Array(longest);
  const { written } = new TextEncoder().encodeInto(text, into);
  return into.slice(0, written);
}

/**
 * Returns true if `seq` comes after `last`, in numbers that wrap at 65,536.
 * @param {number} seq
 * @param {number} last
 */
export function newer(seq, last) {
  const ahead = (seq - last) & 0xffff;
  return ahead !== 0 && ahead < 0x8000;
}
