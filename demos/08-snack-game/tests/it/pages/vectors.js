// Evaluated in a page of the game, with the test vectors of crate `rush`: every message, every
// malformed one, every close code, and a round.
async (vectors) => {
  const { decode, encode, VERSION, SUBPROTOCOL } = await import("/web/js/wire.js");
  const { Mirror } = await import("/web/js/mirror.js");
  const { Malformed } = await import("/web/js/bytes.js");
  const { actionFor } = await import("/web/js/close_codes.js");
  const wrong = [];
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const hex = (all) => [...all].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  // Sorted keys, numbers as JSON has them, names as Rust writes them.
  const plain = (value, key = "") => {
    if (typeof value === "bigint") return Number(value);
    if (value instanceof Uint8Array) return hex(value);
    if (Array.isArray(value)) return value.map((item) => plain(item));
    if (value === null || typeof value !== "object") return value;
    const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return Object.fromEntries(Object.keys(value).filter((name) => name !== "type").map((name) => [snake(name), plain(value[name])]).sort());
  };
  const same = (what, is, should) => {
    const [a, b] = [JSON.stringify(plain(is)), JSON.stringify(plain(should))];
    if (a !== b) wrong.push(`${what}: ${a} is not ${b}`);
  };
  let count = 0;

  same("version", VERSION, vectors.version);
  same("subprotocol", SUBPROTOCOL, vectors.subprotocol);
  for (const { name, to, hex: written, fields } of vectors.messages) {
    count++;
    if (to === "client") same(name, decode(bytes(written).buffer), fields);
    else {
      const type = name.split(" ")[0].toLowerCase();
      const token = fields.token && bytes(fields.token);
      same(name, hex(encode({ type, ...fields, token })), written);
    }
  }
  for (const { why, hex: written } of vectors.malformed) {
    count++;
    try {
      decode(bytes(written).buffer);
      wrong.push(`${why}: was decoded`);
    } catch (error) {
      if (!(error instanceof Malformed)) wrong.push(`${why}: ${error}`);
    }
  }
  for (const { code, reason, advice, after_ms, url } of vectors.closes) {
    count++;
    const end = actionFor(code, reason, true, () => 0);
    const ours = end.elsewhere ? (end.elsewhere.length > 0 ? "go to" : "try later")
      : end.status.offer === "reload" ? "reload"
      : end.wait === undefined ? "stop"
      : end.forget ? "join anew" : "resume";
    same(`${code} ${reason}`, ours, advice);
    if (advice === "resume") same(`${code} ${reason}, when`, end.wait, after_ms);
    if (url) same(`${code} ${reason}, where`, end.elsewhere, [url]);
  }

  const { round } = vectors;
  const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  const mirror = new Mirror(Object.fromEntries(Object.entries(round.config).map(([name, value]) => [camel(name), value])));
  mirror.replace(decode(bytes(round.snapshot).buffer));
  round.deltas.forEach(({ hex: written, team_points }, index) => {
    count++;
    const delta = decode(bytes(written).buffer);
    if (!mirror.follow(delta)) wrong.push(`delta ${index} is not followed`);
    same(`team points after delta ${index}`, mirror.teamPoints(), team_points);
    if (!mirror.follow(delta)) wrong.push(`delta ${index} said again is not ignored`);
  });
  same("players after the round", [...mirror.players.values()].sort((a, b) => a.seat - b.seat), round.after.players);
  const snacks = [...mirror.snacks].sort(([a], [b]) => a - b);
  same("snacks after the round", snacks.map(([cell, kind]) => ({ x: cell % mirror.config.width, y: Math.floor(cell / mirror.config.width), kind })), round.after.snacks);
  same("the rest after the round", { kept: mirror.kept, phase: mirror.phase, round: mirror.round, tick: mirror.tick },
    { kept: round.after.kept, phase: round.after.phase, round: round.after.round, tick: round.after.tick });
  same("ranking", mirror.ranking().map(({ seat }) => seat), round.ranking);
  same("places", mirror.ranking().map((player) => mirror.placing(player)), round.places);
  return { wrong, count };
}
