/** Reading binary messages. */

/** The bytes are not a valid message. */
export class Malformed extends Error {}

/** Reads values one after the other, and never past the end. */
export class Reader {
  /** @param {ArrayBuffer} bytes */
  constructor(bytes) {
    this.view = new DataView(bytes);
    this.at = 0;
  }

  /** @param {number} length */
  take(length) {
    const from = this.at;
    if (from + length > this.view.byteLength) throw new Malformed(`it ends within a value, at byte ${from}`);
    this.at += length;
    return from;
  }

  u8() {
    return this.view.getUint8(this.take(1));
  }

  u16() {
    return this.view.getUint16(this.take(2), true);
  }

  u32() {
    return this.view.getUint32(this.take(4), true);
  }

  u64() {
    return this.view.getBigUint64(this.take(8), true);
  }

  /** @param {number} below */
  less(below) {
    const value = this.u8();
    if (value >= below) throw new Malformed(`${value} where less than ${below} is known, at byte ${this.at - 1}`);
    return value;
  }

  bool() {
    return this.less(2) === 1;
  }

  /** @param {number} length */
  bytes(length) {
    return new Uint8Array(this.view.buffer.slice(this.take(length), this.at));
  }

  text() {
    const bytes = this.bytes(this.u8());
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Malformed(`a text is not UTF-8, before byte ${this.at}`);
    }
  }

  /**
   * Reads a list whose items are in ascending order of `key`. A count that is larger than the
   * message fails at the end of the bytes.
   * @template T
   * @param {() => T} one
   * @param {(item: T) => number} key
   * @returns {T[]}
   */
  list(one, key) {
    const many = [];
    let last = -1;
    for (let left = this.u16(); left > 0; left--) {
      const item = one();
      if (key(item) <= last) throw new Malformed(`a list is out of order, before byte ${this.at}`);
      last = key(item);
      many.push(item);
    }
    return many;
  }
}
