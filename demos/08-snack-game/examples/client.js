// A complete client of Snack Rush: it joins, draws the arena, turns, and keeps its seat while the
// connection or the server is away. PROTOCOL.md describes every byte of it.

const STEPS = [[0, -1], [1, 0], [0, 1], [-1, 0]]; // Up, right, down, left; y grows downwards.
const POINTS = [1, 1, 1, 5], TEAMS = ["orangered", "royalblue", "seagreen", "goldenrod"];
const isNewer = (seq, last) => ((seq - last) & 0xffff) > 0 && ((seq - last) & 0xffff) < 0x8000;

/** Reads the fields of a message, one after the other. */
class Reader {
  constructor(buffer) { this.view = new DataView(buffer); this.at = 0; }
  u8() { return this.view.getUint8(this.at++); }
  u16() { this.at += 2; return this.view.getUint16(this.at - 2, true); }
  u32() { this.at += 4; return this.view.getUint32(this.at - 4, true); }
  bytes(count) { return new Uint8Array(this.view.buffer.slice(this.at, (this.at += count))); }
  text() { return new TextDecoder().decode(this.bytes(this.u8())); }
  cell() { return this.u8() + 256 * this.u8(); }
  list(item) { return Array.from({ length: this.u16() }, () => item(this)); }
}

/** The whole state, which each client computes for itself: players by seat, snacks by cell. */
class Arena {
  snapshot(from) {
    from.bytes(8); // When it was sent.
    [this.round, this.tick] = [from.u32(), from.u32()];
    from.bytes(1 + 16); // The phase, and what teams keep of players who left: not shown here.
    this.players = new Map(from.list(() => [from.u16(), { cell: from.cell(), dir: from.u8(),
      team: from.u8(), points: from.u16(), away: from.u8(), name: from.text() }]));
    this.snacks = new Map(from.list(() => [from.cell(), from.u8()]));
  }

  /** Applies a tick in the order of its fields. Returns the turns that it acknowledges. */
  delta(from) {
    from.bytes(8);
    const round = from.u32(), tick = from.u32(), phase = from.u8();
    // An old tick is part of the snapshot already. If one is missing, a snapshot comes.
    if (round !== this.round || tick !== this.tick + 1) return [];
    this.tick = tick;
    for (const seat of from.list(() => from.u16())) this.players.delete(seat);
    const turned = from.list(() => ({ seat: from.u16(), dir: from.u8(), seq: from.u16() }));
    // A new player who has turned is not there yet.
    for (const { seat, dir } of turned) Object.assign(this.players.get(seat) ?? {}, { dir });
    if (phase === 0) for (const player of this.players.values()) this.move(player);
    for (const [cell, seat] of from.list(() => [from.cell(), from.u16()])) {
      this.players.get(seat).points += POINTS[this.snacks.get(cell)];
      this.snacks.delete(cell);
    }
    for (const snack of from.list(() => [from.cell(), from.u8()])) this.snacks.set(...snack);
    for (const player of from.list(() => [from.u16(), { cell: from.cell(), dir: from.u8(),
      team: from.u8(), points: 0, name: from.text() }])) this.players.set(...player);
    return turned; // The last list, of those who are away, changes nothing on this page.
  }

  move(player) {
    const [dx, dy] = STEPS[player.dir], { width, height } = this;
    const x = (player.cell % 256) + dx, y = (player.cell >> 8) + dy;
    player.cell = ((x + width) % width) + 256 * ((y + height) % height); // The edges wrap.
  }
}

/** A player with a seat, which outlives its connections. */
class Client {
  turns = []; seq = 0; attempt = 0; status = "";

  /** Finds a seat, or takes its own seat again. */
  async connect() {
    if (!this.token) {
      const answer = await fetch("api/seat").then((answer) => answer.json()).catch(() => null);
      if (!answer) return this.retry();
      if (answer.full) return this.end("no seat is free");
      this.url = new URL(`.${answer.ws}`, location.href); // The server may have a path of its own.
      this.url.protocol = location.protocol.replace("http", "ws");
    }
    const socket = (this.socket = new WebSocket(this.url, "snack-rush.v1"));
    this.heard = performance.now();
    socket.binaryType = "arraybuffer";
    const first = this.token ? [2, ...this.token] : [1, 3, 0x61, 0x6e, 0x6e]; // Its name is ann.
    socket.onopen = () => socket.send(Uint8Array.from(first));
    socket.onmessage = ({ data }) => socket === this.socket && this.take(new Reader(data));
    socket.onclose = ({ code, reason }) => socket === this.socket && this.closed(code, reason);
  }

  take(from) {
    this.heard = performance.now();
    const tag = from.u8(); // Other messages, Notice and Echo, may be left unread.
    if (tag === 0x81) this.welcome(from);
    if (tag === 0x82) this.arena.snapshot(from);
    const turned = tag === 0x83 ? this.arena.delta(from) : [];
    for (const { seat, seq } of turned) if (seat === this.seat) this.acknowledge(seq);
  }

  welcome(from) {
    if (from.u8() !== 1) return this.socket.close(4003);
    this.seat = from.u16();
    this.token = from.bytes(16);
    const last = from.u16(), isResumed = from.u8();
    this.arena = Object.assign(new Arena(), { width: from.u8(), height: from.u8() });
    // Turns that were lost with the last connection are sent again.
    isResumed ? this.acknowledge(last) : (this.turns = []);
    this.seq = this.turns.at(-1)?.seq ?? last;
    for (const { seq, dir } of this.turns) this.send([4, seq & 0xff, seq >> 8, dir]);
    [this.attempt, this.status] = [0, "playing"];
  }

  turn(dir) {
    this.seq = (this.seq + 1) & 0xffff;
    this.turns.push({ seq: this.seq, dir });
    this.send([4, this.seq & 0xff, this.seq >> 8, dir]);
  }

  leave() { this.send([5]); }
  send(bytes) { if (this.socket?.readyState === 1) this.socket.send(Uint8Array.from(bytes)); }
  acknowledge(last) { this.turns = this.turns.filter(({ seq }) => isNewer(seq, last)); }

  /** The table of close codes: some ends are final, after all others it connects again. */
  closed(code, reason) {
    if ([1000, 4004].includes(code)) this.token = undefined;
    const final = [1000, 1002, 1003, 1007, 1008, 1009, 1013, 4001, 4002, 4003];
    if (final.includes(code)) return this.end(reason);
    this.retry(Number(/^retry in (\d+) ms$/.exec(reason)?.[1]));
  }

  /** Connects after a random time that grows with each attempt, or as the server asked. */
  retry(asked) {
    this.end("the connection is lost, trying again");
    const most = Math.min(10_000, 500 * 2 ** this.attempt++);
    setTimeout(() => this.connect(), asked ? asked * (1 + Math.random()) : Math.random() * most);
  }

  end(why) { const { socket } = this; this.socket = undefined; socket?.close(); this.status = why; }
}

const client = (globalThis.client = new Client());
const [join, leave, status, canvas] = document.querySelectorAll("#join, #leave, #status, canvas");
join.onclick = () => { join.disabled = true; client.connect(); };
leave.onclick = () => client.leave();
const KEYS = { ArrowUp: 0, ArrowRight: 1, ArrowDown: 2, ArrowLeft: 3 };
onkeydown = ({ key }) => { if (key in KEYS) client.turn(KEYS[key]); };
setInterval(() => {
  // Ten ticks a second come, so after three silent seconds the connection is dead.
  if (client.socket && performance.now() - client.heard > 3000) client.retry();
  status.textContent = client.status;
  if (!client.arena?.players) return;
  [canvas.width, canvas.height] = [client.arena.width * 10, client.arena.height * 10];
  const draw = (cell, size, colour) => {
    const pen = Object.assign(canvas.getContext("2d"), { fillStyle: colour });
    pen.fillRect((cell % 256) * 10, (cell >> 8) * 10, size, size);
  };
  for (const [cell, kind] of client.arena.snacks) draw(cell, 5, kind === 3 ? "gold" : "tan");
  for (const { cell, team } of client.arena.players.values()) draw(cell, 9, TEAMS[team]);
}, 100);
