// Evaluated in a page of the game: draws the whole arena as on a wall of 1920 × 1080, with a player
// of each team and a snack of each kind, and measures their pixels.
async () => {
  const { $arena: { Arena }, $mirror: { Mirror }, $motion: { Motion } } = await import(document.scripts[0].src);
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "position:fixed;width:1480px;height:832px";
  document.body.append(canvas);
  const mirror = new Mirror({ width: 96, height: 54, snacks: 4, roundTicks: 600, podiumTicks: 100, tickMs: 100, seats: 8 });
  const players = [0, 1, 2, 3].map((seat) => ({ seat, x: 10 + 10 * seat, y: 10, dir: 1, team: seat, points: 0, away: false, name: "" }));
  const snacks = [0, 1, 2, 3].map((kind) => ({ x: 10 + 10 * kind, y: 20, kind }));
  mirror.replace({ round: 1, tick: 1, phase: 1, kept: [0, 0, 0, 0], players, snacks });
  const arena = new Arena(canvas, mirror, new Motion(mirror));
  arena.draw(performance.now(), { me: null, centre: null, names: new Set() });
  const brush = canvas.getContext("2d");
  const part = (colour) => ((colour /= 255) <= 0.04045 ? colour / 12.92 : ((colour + 0.055) / 1.055) ** 2.4);
  const side = Math.round(arena.scale * 3);
  const measure = ({ x, y }) => {
    const left = Math.round((x + 0.5) * arena.scale + (canvas.width - 96 * arena.scale) / 2 - side / 2);
    const top = Math.round((y + 0.5) * arena.scale + (canvas.height - 54 * arena.scale) / 2 - side / 2);
    const { data } = brush.getImageData(left, top, side, side);
    const light = [];
    for (let at = 0; at < data.length; at += 4) light.push(0.2126 * part(data[at]) + 0.7152 * part(data[at + 1]) + 0.0722 * part(data[at + 2]));
    return light;
  };
  // The floor has darker and lighter tiles; the lightest is the nearest to a snack.
  const floor = Math.max(...measure({ x: 60, y: 40 }));
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  // Of what is no floor, a tenth is lighter than this: it is the ring of a player.
  const looks = (where) => {
    const lighter = measure(where).filter((light) => contrast(light, floor) > 1.5 && light > floor).sort((a, b) => a - b);
    return { light: lighter[Math.floor(lighter.length * 0.9)], area: lighter.length };
  };
  const [drawn, eaten] = [players.map(looks), snacks.map(looks)];
  canvas.remove();
  return {
    apart: Math.min(...drawn.flatMap((player) => eaten.map((snack) => contrast(player.light, snack.light)))),
    player: Math.min(...drawn.map(({ light }) => contrast(light, floor))),
    snack: Math.min(...eaten.map(({ light }) => contrast(light, floor))),
    larger: Math.min(...drawn.map(({ area }) => area)) / Math.max(...eaten.slice(0, 3).map(({ area }) => area)),
    drawn, eaten, floor, scale: arena.scale,
  };
}
