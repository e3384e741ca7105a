// Evaluated in a page of the game: shows a podium with these points, for the player in seat `me`.
async ({ points, me }) => {
  const { $mirror: { Mirror }, $podium: { podium }, $announcer: { Announcer }, $board: { leaders } } = await import(document.scripts[0].src);
  const mirror = new Mirror({ width: 96, height: 54, snacks: 0, roundTicks: 600, podiumTicks: 100, tickMs: 100, seats: 20 });
  const players = points.map((points, seat) => ({ seat, x: 1, y: 1, dir: 1, team: seat % 4, points, away: false, name: `P${seat}` }));
  mirror.replace({ round: 1, tick: 601, phase: 1, kept: [0, 0, 0, 0], players, snacks: [] });
  document.getElementById("podium").hidden = false;
  podium(mirror, me);
  const text = (from) => [...from.querySelectorAll(".name, .more")].map((it) => it.textContent);
  const steps = [...document.querySelectorAll("#steps .step")].map((step) => [step.querySelector(".number").textContent, ...text(step)]);
  const board = document.createElement("ol");
  leaders(board, mirror.ranking());
  const ranks = [...board.children].map((row) => `${row.value} ${row.querySelector(".rank").textContent} ${row.querySelector(".name").textContent}`);
  const said = new Announcer(document.createElement("p")).turning(mirror, mirror.players.get(me) ?? null);
  return { steps, ranks, mine: document.getElementById("mine").textContent, said };
}
