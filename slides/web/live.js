// The parts of a slide that change during the talk: demos, the table that lights up, the schedule
// game, QR codes, the game's page and the stage's metrics.

import { labelsFor, make } from './deck.js';

// Changes an element only if it differs, so that its text can be selected and read aloud.
function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
function html(element, text) {
  if (element.drawn !== text) {
    element.drawn = text;
    element.innerHTML = text;
  }
}
function part(parent, className, tag = 'div') {
  let element = parent.querySelector(`:scope > .${className}`);
  if (!element) {
    element = make(tag, className);
    parent.append(element);
  }
  return element;
}

// Fills in a slide. `state` is the newest state, or null for the reader and for print. `send` sends
// a command, and is null on a page that may not control the talk.
export function fill(section, state, send, place) {
  const label = labelsFor(section.lang);
  for (const element of section.querySelectorAll('[data-demo]')) demo(element, state, label, place);
  if (place === 'phone') for (const element of section.querySelectorAll('.picture')) enlarge(element, label);
  for (const element of section.querySelectorAll('[data-live=follow]')) follow(element, state, label, place);
  for (const element of section.querySelectorAll('[data-live=clone]')) clone(element, state, label);
  for (const element of section.querySelectorAll('[data-live=xray]')) xray(element, state, label, place);
  for (const element of section.querySelectorAll('[data-scheduler]')) scheduler(element, state, label, send);
  for (const row of section.querySelectorAll('[data-lights]')) {
    const end = state?.lights?.[row.dataset.lights];
    row.classList.toggle('dim', Boolean(state?.lights) && !state.allLit && !end);
    row.dataset.end = end ?? '';
    row.title = end ? label[end] ?? end : '';
  }
}

function demo(element, state, label, place) {
  const name = element.dataset.demo;
  const demo = state?.demos?.[name] ?? { status: 'idle', lines: [] };
  const status = demo.status;
  element.dataset.status = status;
  element.dataset.heart = demo.heart ?? '';
  if (!state) return;
  const chip = part(element.querySelector('.cmd'), 'chip', 'span');
  const words = status === 'unkept' && demo.names ? label.unkeptCount(demo.names.length) : label[status] ?? status;
  set(chip, [demo.recorded ? label.recorded : '', words].filter(Boolean).join(' · '));
  if (element.classList.contains('game')) game(element, state, demo, label, place);
  if (place === 'phone') {
    // A phone cannot start a demo.
    chip.hidden = status === 'idle';
    return verdict(element, demo, label, words);
  }
  const screen = part(element, 'screen', 'pre');
  screen.hidden = element.classList.contains('game') && status === 'running' && place === 'projector';
  html(screen, (demo.lines ?? []).map((line) => `<span>${line}</span>\n`).join(''));
  verdict(element, demo, label, words);
  // The newest output is at the bottom, but of a build the first error comes first.
  screen.scrollTop = status === 'uncompiled' ? 0 : screen.scrollHeight;
}

// The end of a demo, in a banner. A screen reader announces it.
function verdict(element, demo, label, words) {
  const banner = part(element, 'verdict');
  banner.setAttribute('role', 'status');
  const text = why(demo, label);
  const loud = text !== null;
  // Never hidden as a whole: a screen reader announces a change only in a region that is there.
  banner.classList.toggle('empty', !loud);
  for (const [className, tag, said] of [['word', 'strong', loud ? words : ''], ['why', 'span', text ?? '']]) {
    const line = part(banner, className, tag);
    line.hidden = !said;
    set(line, said);
  }
}

// What is said beside the word for an end. Null if the demo has not ended.
function why(demo, label) {
  const heart = demo.heart ? label[`${demo.heart}_heart`] : '';
  const both = (...words) => words.filter(Boolean).join(' · ');
  switch (demo.status) {
    case 'served': case 'kept': return '';
    case 'unkept': return (demo.names ?? []).map((it) => label.promises?.[it] ?? it).join(' · ');
    case 'deadlock': return both(demo.names?.join(' → ') ?? label.waitsForEachOther, heart);
    case 'stuck': return both(demo.names?.[0] ? label.waitsFor(demo.names[0]) : '', heart);
    case 'froze': return both(label.noReply, heart);
    case 'uncompiled': return demo.why === undefined ? '' : both(label.firstError, label.replay);
    case 'taken': return demo.why === undefined ? '' : both(demo.taken ? label.takenBy(demo.taken) : '', label.replay);
    case 'failed': case 'impossible': return both(demo.why, demo.why === undefined ? '' : label.replay);
    default: return null;
  }
}

// The game: a QR code to join, and on the projector the game's own page over the whole slide.
function game(element, state, demo, label, place) {
  const runs = demo.status === 'running' && !demo.recorded;
  const code = part(element, 'code', 'a');
  if (code.href !== state.play) code.href = state.play;
  code.hidden = !runs;
  if (place === 'phone') return set(code, label.join);
  if (!code.firstChild) {
    const image = make('img');
    image.src = '/qr/play';
    image.alt = state.play;
    code.append(image, make('span', 'url', state.play));
  }
  const killed = part(element.querySelector('.cmd'), 'killed', 'strong');
  killed.hidden = !runs || !demo.killed;
  if (demo.killed) set(killed, label.killed(demo.killed));
  const full = element.closest('.look-full');
  let hall = element.querySelector(':scope > iframe');
  if (runs && demo.listens && full && place === 'projector' && !hall) {
    hall = make('iframe');
    hall.title = 'Snack Rush';
    hall.tabIndex = -1;
    hall.allow = 'screen-wake-lock';
    hall.src = `${state.hall}/hall?lang=${element.closest('[lang]').lang}`;
    element.append(hall);
  } else if (!runs && hall) hall.remove();
}

// A drawing is as wide as the phone, and larger if it is asked for.
function enlarge(picture, label) {
  const button = part(picture, 'larger', 'button');
  const show = () => set(button, picture.classList.contains('large') ? label.whole : label.enlarge);
  button.type = 'button';
  button.onclick = () => {
    picture.classList.toggle('large');
    show();
  };
  show();
}

// On a phone: the code of this very page, for the neighbour.
function followHere(element, state, label) {
  const url = state?.follow ?? `${location.origin}/`;
  if (element.querySelector('img')) return set(element.querySelector('.plain'), label.youFollow);
  const image = make('img');
  image.src = '/qr/follow';
  image.alt = url;
  element.replaceChildren(make('p', 'plain', label.youFollow), image, make('p', 'url', url));
}

function follow(element, state, label, place) {
  if (place === 'phone') return state ? followHere(element, state, label) : undefined;
  if (!state || state.follow === undefined) return;
  if (!state.follow) return set(part(element, 'plain', 'p'), label.noFollow);
  if (element.querySelector('img')) return;
  const image = make('img');
  image.src = '/qr/follow';
  image.alt = state.follow;
  element.replaceChildren(image, make('p', 'url', state.follow));
}

// The commands that clone the repository from this stage and build it.
function clone(element, state, label) {
  if (!state || state.kit === undefined) return;
  const url = state.kit?.clone;
  const plain = part(element, 'plain', 'p');
  plain.hidden = Boolean(url);
  if (!url) set(plain, state.kit ? label.kitSoon : label.noKit(state.follow === null));
  const commands = part(element, 'commands', 'pre');
  commands.hidden = !url;
  if (url) set(commands, [`git clone ${url}`, 'cd snackbar', 'cargo run -p demo-01-deadlock'].join('\n'));
}

function bar(parent, name, value, most, text) {
  const row = part(parent, `bar-${name}`);
  row.classList.add('bar');
  set(part(row, 'label', 'span'), text);
  const track = part(row, 'track', 'span');
  part(track, 'fill', 'i').style.width = `${Math.min(100, (100 * value) / Math.max(1, most))}%`;
  set(part(row, 'value', 'span'), `${value}`);
}

function xray(element, state, label, place) {
  if (place === 'phone') return set(element.querySelector('.plain'), label.onTheWall);
  const metrics = state?.xray;
  if (!metrics) return;
  element.querySelector('.plain')?.remove();
  const states = metrics.delivered + metrics.overtaken;
  bar(element, 'inbox', metrics.waiting, metrics.inbox, label.inbox(metrics.inbox));
  bar(element, 'most', metrics.most, metrics.inbox, label.most);
  bar(element, 'phones', metrics.phones, 160, label.follow);
  bar(element, 'delivered', metrics.delivered, states, label.delivered);
  bar(element, 'overtaken', metrics.overtaken, states, label.overtaken);
  bar(element, 'out', metrics.disconnected, Math.max(1, metrics.phones), label.disconnected);
  bar(element, 'dropped', metrics.dropped, Math.max(1, metrics.handled), label.dropped);
  set(part(element, 'sum', 'p'), label.sum(metrics.handled, metrics.seconds));
}

// The schedule game: the threads that can move, and a table of the moves with a column for each
// thread.
function scheduler(element, state, label, send) {
  const step = element.dataset.scheduler;
  const game = state?.game?.step === step ? state.game : null;
  if (!state) return;
  const language = element.closest('[lang=ko]') ? 1 : 0;
  element.dataset.state = game?.state ?? 'idle';
  element.dataset.moves = game?.rows?.length ?? 0;
  set(element.querySelector('.plain'), game ? game.challenge[language] ?? '' : step);
  const begin = part(element, 'begin', 'button');
  begin.type = 'button';
  set(begin, label.start);
  begin.hidden = !send || game?.state === 'running';
  begin.onclick = () => send?.(['play', step]);
  threads(element, state, game, send);
  const verdict = { deadlock: label.deadlock, stuck: label.stuck, broken: label.broken, kept: label.allEnded }[game?.state];
  set(part(element, 'asks', 'p'), verdict ?? (game ? game.why || question(state.vote, game, label) : ''));
  countdown(part(element, 'countdown'), game?.state === 'running' ? state.vote : null);
  const circle = game?.cycle.length ? [[...game.cycle, game.cycle[0]].join(' → ')] : [];
  const lines = [...circle, ...(game?.lines ?? [])];
  const cycle = part(element, 'cycle', 'ul');
  if (cycle.drawn !== lines.join('\n')) {
    cycle.drawn = lines.join('\n');
    cycle.replaceChildren(...lines.map((line) => make('li', '', line)));
  }
  set(part(element, 'count', 'p'), game?.tried ? label.tried(game.tried, game.all, game.well) : '');
  if (game?.rows) lanes(element, game);
  if (send) save(element, game, step);
  // The audience looks at the newest move, which is at the bottom.
  const drawn = element.querySelector('.lanes');
  if (drawn) drawn.scrollTop = drawn.scrollHeight;
}

// What is said about the next move.
export function question(vote, game, label) {
  const name = game.threads[vote?.thread]?.name;
  return { open: label.vote, alone: label.alone(name), nobody: label.nobody, waiting: label.vote }[vote?.state] ?? label.move;
}

// The time that is left of a vote, in words and as a bar that becomes shorter. The stage sends the
// time now and then; in between, the page counts on its own.
export function countdown(element, vote) {
  element.hidden = vote?.state !== 'open';
  if (element.hidden) {
    clearInterval(element.timer);
    element.timer = element.round = null;
    return;
  }
  const ends = performance.now() + vote.left;
  // A state that is older than another one does not put the time back.
  element.ends = element.round === vote.round ? Math.min(element.ends, ends) : ends;
  element.round = vote.round;
  const label = labelsFor(element.closest('[lang]')?.lang);
  const [fill, text] = [part(part(element, 'track', 'span'), 'fill', 'i'), part(element, 'seconds', 'b')];
  const draw = () => {
    const left = Math.max(0, element.ends - performance.now());
    fill.style.width = `${(100 * left) / vote.takes}%`;
    set(text, `${Math.ceil(left / 1000)}${label.seconds}`);
    // Also on a page that is not filled in again, because its slide was left.
    if (!left || !element.isConnected) clearInterval(element.timer);
  };
  draw();
  clearInterval(element.timer);
  element.timer = setInterval(draw, 100);
}

function threads(element, state, game, send) {
  const place = part(element, 'threads');
  const count = Object.fromEntries(state.vote?.count ?? []);
  const running = game?.state === 'running';
  while (place.children.length > (game?.threads.length ?? 0)) place.lastChild.remove();
  (game?.threads ?? []).forEach((thread, at) => {
    let button = place.children[at];
    if (!button) {
      button = make('button');
      button.type = 'button';
      place.append(button);
    }
    button.hidden = !running;
    button.disabled = !send || !thread.canMove;
    button.classList.toggle('waits', !thread.canMove);
    button.onclick = () => send?.(['move', at]);
    set(part(button, 'name', 'b'), `${at + 1}  ${thread.name}`);
    set(part(button, 'at', 'span'), [thread.next || '✓', thread.at].filter(Boolean).join('  '));
    button.classList.toggle('leads', count[at] > 0 && count[at] === Math.max(...Object.values(count)));
    set(part(button, 'votes', 'em'), count[at] === undefined ? '' : `${count[at]}`);
  });
}

function lanes(element, game) {
  const place = part(element, 'lanes');
  const drawn = JSON.stringify([game.rows, game.threads.map((it) => it.name)]);
  if (place.drawn === drawn) return;
  place.drawn = drawn;
  const table = make('table');
  const head = table.createTHead().insertRow();
  for (const { name } of game.threads) head.append(make('th', '', name));
  const body = table.createTBody();
  game.rows.slice(-12).forEach(([thread, words, at]) => {
    const row = body.insertRow();
    game.threads.forEach((_, lane) => {
      const cell = row.insertCell();
      cell.className = `lane${lane % 4}`;
      if (lane === thread) cell.append(make('b', '', words), make('span', '', at));
    });
  });
  place.replaceChildren(table);
}

function save(element, game, step) {
  const link = part(element, 'save', 'a');
  link.hidden = !game?.test || game.state === 'running';
  set(link, `${step}-schedule.rs`);
  if (link.hidden || link.test === game.test) return;
  link.test = game.test;
  if (link.href) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([game.test], { type: 'text/plain' }));
  link.download = `${step}-schedule.rs`;
}
