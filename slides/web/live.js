// What lives on a slide: demos, the table that lights up, votes, codes, the hall, the stage's own
// mailboxes.

import { make, words } from './deck.js';

// Sets something only when it is another: an element that stays can be read and selected.
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

// `state` is the newest state, or null where nothing is live (a reader, a print). `say` is null for
// who may not control.
export function fill(section, state, say, place) {
  const said = words[section.lang] ?? words.en;
  for (const element of section.querySelectorAll('[data-demo]')) demo(element, state, said, place);
  for (const element of section.querySelectorAll('[data-live=follow]')) follow(element, state, said);
  for (const element of section.querySelectorAll('[data-live=clone]')) clone(element, state, said);
  for (const element of section.querySelectorAll('[data-live=xray]')) xray(element, state);
  for (const element of section.querySelectorAll('[data-scheduler]')) scheduler(element, state, said, say);
  for (const row of section.querySelectorAll('[data-lights]')) {
    row.classList.toggle('dim', Boolean(state?.lights) && !state.allLit && !state.lights[row.dataset.lights]);
  }
}

function demo(element, state, said, place) {
  const name = element.dataset.demo;
  const demo = state?.demos?.[name] ?? { status: 'idle', lines: [] };
  const status = demo.status;
  element.dataset.status = status;
  if (!state) return;
  const chip = part(element.querySelector('.cmd'), 'chip', 'span');
  set(chip, [demo.recorded ? said.recorded : '', said[status] ?? status].filter(Boolean).join(' · '));
  if (element.classList.contains('game')) game(element, state, demo, said, place);
  if (place === 'phone') {
    // Nobody starts anything from a phone.
    chip.hidden = status === 'idle';
    return;
  }
  const screen = part(element, 'screen', 'pre');
  screen.hidden = element.classList.contains('game') && status === 'running' && place === 'projector';
  html(screen, (demo.lines ?? []).map((line) => `<span>${line}</span>\n`).join(''));
  const verdict = part(element, 'verdict');
  const loud = ['froze', 'served', 'failed', 'impossible'].includes(status);
  verdict.hidden = !loud;
  if (loud) {
    set(part(verdict, 'word', 'strong'), said[status]);
    set(part(verdict, 'why', 'span'), status === 'froze' ? said.nobody : status === 'served' ? '' : `${demo.why} · ${said.replay}`);
  }
  // What was said last is what counts.
  screen.scrollTop = screen.scrollHeight;
}

// The finale: a code to join, and the hall's picture over the slide while the game runs.
function game(element, state, demo, said, place) {
  const runs = demo.status === 'running' && !demo.recorded;
  const code = part(element, 'code', 'a');
  if (code.href !== state.play) code.href = state.play;
  code.hidden = !runs;
  if (place === 'phone') return set(code, said.join);
  if (!code.firstChild) {
    const image = make('img');
    image.src = '/qr/play';
    image.alt = state.play;
    code.append(image, make('span', 'url', state.play));
  }
  const killed = part(element.querySelector('.cmd'), 'killed', 'strong');
  killed.hidden = !runs || !demo.killed;
  if (demo.killed) set(killed, said.killed(demo.killed));
  const full = element.closest('.look-full');
  let hall = element.querySelector(':scope > iframe');
  if (runs && demo.listens && full && place === 'projector' && !hall) {
    hall = make('iframe');
    hall.title = 'Snack Rush';
    hall.src = `${state.hall}/hall?lang=${element.closest('[lang]').lang}`;
    element.append(hall);
  } else if (!runs && hall) hall.remove();
}

function follow(element, state, said) {
  if (!state || state.follow === undefined) return;
  if (!state.follow) return set(part(element, 'plain', 'p'), said.noFollow);
  if (element.querySelector('img')) return;
  const image = make('img');
  image.src = '/qr/follow';
  image.alt = state.follow;
  element.replaceChildren(image, make('p', 'url', state.follow));
}

// What a laptop types to have the repository and its crates from this stage.
function clone(element, state, said) {
  if (!state || state.kit === undefined) return;
  const url = state.kit?.clone;
  const plain = part(element, 'plain', 'p');
  plain.hidden = Boolean(url);
  if (!url) set(plain, state.kit ? said.kitSoon : said.noKit(state.follow === null));
  const commands = part(element, 'commands', 'pre');
  commands.hidden = !url;
  if (url) set(commands, [`git clone ${url}`, 'cd snackbar', 'cargo run -p demo-01-deadlock'].join('\n'));
}

function bar(parent, label, value, most, text) {
  const row = part(parent, `bar-${label}`);
  row.classList.add('bar');
  set(part(row, 'label', 'span'), text ?? label);
  const track = part(row, 'track', 'span');
  part(track, 'fill', 'i').style.width = `${Math.min(100, (100 * value) / Math.max(1, most))}%`;
  set(part(row, 'value', 'span'), `${value}`);
}

function xray(element, state) {
  const seen = state?.xray;
  if (!seen) return;
  element.querySelector('.plain')?.remove();
  const korean = element.closest('[lang=ko]');
  const say = (english, other) => (korean ? other : english);
  bar(element, 'inbox', seen.waiting, seen.inbox, say(`inbox (holds ${seen.inbox})`, `우편함 (${seen.inbox}칸)`));
  bar(element, 'most', seen.most, seen.inbox, say('most that ever waited', '가장 많이 기다린 수'));
  bar(element, 'phones', seen.phones, 160, say('phones', '휴대폰'));
  bar(element, 'delivered', seen.delivered, seen.delivered + seen.overtaken, say('states delivered', '전달된 상태'));
  bar(element, 'overtaken', seen.overtaken, seen.delivered + seen.overtaken, say('overtaken by a newer one', '더 새것이 대신한 상태'));
  bar(element, 'out', seen.disconnected, Math.max(1, seen.phones), say('shown out, too slow', '너무 느려 내보낸 휴대폰'));
  bar(element, 'dropped', seen.dropped, Math.max(1, seen.handled), say('votes not taken', '받지 못한 표'));
  set(part(element, 'sum', 'p'), say(`${seen.handled} messages in ${seen.seconds} s, by one task that waits in one line`, `${seen.seconds}초 동안 메시지 ${seen.handled}건, 한 줄에서만 기다리는 태스크 하나가 처리`));
}

// Be the scheduler: who could move, and every move that was made, a lane a thread.
function scheduler(element, state, said, say) {
  const step = element.dataset.scheduler;
  const game = state?.game?.step === step ? state.game : null;
  if (!state) return;
  const tongue = element.closest('[lang=ko]') ? 1 : 0;
  element.dataset.state = game?.state ?? 'idle';
  element.dataset.moves = game?.rows?.length ?? 0;
  set(element.querySelector('.plain'), game ? game.challenge[tongue] ?? '' : step);
  const begin = part(element, 'begin', 'button');
  begin.type = 'button';
  set(begin, said.start);
  begin.hidden = !say || game?.state === 'running';
  begin.onclick = () => say?.(['play', step]);
  threads(element, state, game, say);
  const verdict = { deadlock: said.deadlock, broken: said.broken, kept: said.kept }[game?.state];
  const asks = state.vote && say ? `${said.vote} · ${state.vote.left} ${said.left}` : said.move;
  set(part(element, 'asks', 'p'), verdict ?? (game ? game.why || asks : ''));
  const circle = game?.cycle.length ? [[...game.cycle, game.cycle[0]].join(' → ')] : [];
  const lines = [...circle, ...(game?.lines ?? [])];
  const cycle = part(element, 'cycle', 'ul');
  if (cycle.said !== lines.join('\n')) {
    cycle.said = lines.join('\n');
    cycle.replaceChildren(...lines.map((line) => make('li', '', line)));
  }
  set(part(element, 'count', 'p'), game?.tried ? said.tried(game.tried, game.all, game.well) : '');
  if (game?.rows) lanes(element, game);
  if (say) save(element, game, step);
  // The newest move is what the room looks at, whatever else has grown meanwhile; what does not fit
  // has scrolled away.
  const drawn = element.querySelector('.lanes');
  if (drawn) drawn.scrollTop = drawn.scrollHeight;
}

function threads(element, state, game, say) {
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
    button.disabled = !say || !thread.canMove;
    button.classList.toggle('waits', !thread.canMove);
    button.onclick = () => say?.(['move', at]);
    set(part(button, 'name', 'b'), `${at + 1}  ${thread.name}`);
    set(part(button, 'at', 'span'), [thread.next || '✓', thread.at].filter(Boolean).join('  '));
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
