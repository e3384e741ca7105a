// The speaker view: the current slide, what the next press shows, the notes, and the time against
// the plan.

import { draw, fetchDeck, fit, labelsFor, languageAfter, make, reveal } from './deck.js';
import { help, keys, swipes } from './keys.js';
import { connect } from './socket.js';
import { stayAwake } from './awake.js';
import { putAddress, remember, token as findToken, tokenIn } from './storage.js';
import { fill } from './live.js';
import { moderation } from './moderation.js';
import { redraw } from './audience.js';
import { pairing } from './pairing.js';
import { minutes, pace, textsFor } from './speaker-texts.js';

const $ = (id) => document.getElementById(id);
let token = findToken();
if (token) putAddress('/speaker', token);
let deck = null;
let notes = [];
let state = null;
let shown = '';
let live = false;

const send = connect('/control', token ?? 'none', 6_000, onState, (how) => {
  live = how === 'open';
  // A page that cannot control the talk does not look as if it could.
  document.body.classList.toggle('lost', !live);
  // The notes stay: the talk continues.
  for (const part of document.querySelectorAll('#now, #controls, #warnings, #audience')) part.inert = !live;
  if (how === 'refused') remember('token', null);
  $('banner').hidden = live;
  $('banner').textContent = labelsFor(deck?.language)[how] ?? labelsFor(deck?.language).lost;
});
addEventListener('hashchange', ({ newURL }) => {
  token = tokenIn(new URL(newURL).hash) ?? token;
  putAddress('/speaker', token);
  send.renew(token ?? 'none');
});
stayAwake();

const remotes = pairing($('remote'), (...words) => command(...words));
const showAudience = moderation((words) => command(...words));

// The deck that is drawn, and the one that is being fetched: its language and its revision.
let loaded = '';
let loading = '';
async function onState(newest) {
  state = newest;
  const wanted = `${newest.language} ${newest.deck}`;
  if (wanted !== loaded) {
    if (wanted === loading) return;
    loading = wanted;
    try {
      const [slides, theirNotes] = await Promise.all([fetchDeck(newest.language), fetch(`/notes/${newest.language}`).then((it) => it.json())]);
      [deck, notes, shown, pressed, loaded] = [slides, theirNotes, '', '', wanted];
    } catch {
      // The connection is lost, too, or the next state tries again.
      return;
    } finally {
      loading = '';
    }
    document.documentElement.lang = deck.language;
    document.title = deck.title;
  }
  if (live) show();
}

const command = (...words) => live && send(words);

function frame(id, at, step) {
  const section = draw(deck, at);
  section.classList.add('current');
  if (id !== 'now') {
    section.inert = true;
    // Only what stays the same while it is shown: the code for phones and the commands that clone.
    fill(section, { follow: state.follow, kit: state.kit, play: state.play }, null, 'speaker');
  }
  reveal(section, step);
  $(id).replaceChildren(section);
}

function show() {
  const [label, text] = [labelsFor(deck.language), textsFor(deck.language)];
  const at = Math.min(state.slide, deck.slides.length - 1);
  const place = `${at} ${deck.language}`;
  if (place !== shown) {
    shown = place;
    frame('now', at, state.step);
    $('notes').innerHTML = notes[at]?.html ?? '';
    $('notes').scrollTop = 0;
    $('notes').lang = deck.language;
    $('live').textContent = `${label.slide} ${at + 1}: ${deck.slides[at].title}`;
  }
  const section = $('now').firstChild;
  reveal(section, state.step);
  fill(section, state, send, 'speaker');
  upcoming(at, label, text);
  const steps = deck.slides[at].steps;
  $('place').textContent = `${at + 1} / ${deck.slides.length}${steps ? `  ·  ${text.step(state.step, steps)}` : ''}`;
  $('phones').textContent = [label.phones(state.phones), state.reply === null ? '' : text.reply(state.reply)].filter(Boolean).join('  ·  ');
  timing(at, label, text);
  warnings(at, text);
  controls(text);
  showAudience(state);
  remotes.show(state);
  if ($('times').open) times(text);
  $('banner').hidden = !state.complaints.length;
  if (state.complaints.length) $('banner').textContent = [label.heldBack, ...state.complaints].join('\n');
  for (const status of $('controls').querySelectorAll('.status')) {
    const demo = state.demos[status.dataset.demo];
    status.className = `status ${demo?.status ?? ''}`;
    status.textContent = demo ? [label[demo.status] ?? demo.status, `${demo.seconds} s`, demo.why].filter(Boolean).join(' · ') : '';
  }
}

// What the next press shows, and the slide after it.
let pressed = '';
function upcoming(at, label, text) {
  const { steps } = deck.slides[at];
  const key = `${at} ${state.step} ${deck.language} ${state.deck}`;
  if (key === pressed) return;
  pressed = key;
  const isStep = state.step < steps;
  const isLast = at + 1 >= deck.slides.length;
  const next = deck.slides[at + 1];
  $('next').hidden = !isStep && isLast;
  if (isStep) frame('next', at, state.step + 1);
  else if (!isLast) frame('next', at + 1, 0);
  $('upcoming').textContent = isStep ? text.nextStep(state.step + 1, steps) : isLast ? label.end : text.nextSlide(at + 2, next.title);
  // After a step comes the next slide; after the next slide, the one behind it.
  const then = isStep ? at + 1 : at + 2;
  $('after').hidden = then >= deck.slides.length;
  $('then').textContent = $('after').hidden ? '' : text.then(then + 1, deck.slides[then].title);
  if (!$('after').hidden) frame('after', then, Infinity);
}

// The clock, and how the talk goes against its plan.
function timing(at, label, text) {
  const { pace: plan, slides } = state.plan;
  const seconds = state.clock.ms / 1000;
  const hasPlan = notes.some((it) => it.plan !== null);
  $('clock').firstChild.textContent = minutes(seconds);
  $('clock').classList.toggle('runs', state.clock.runs);
  const left = plan && hasPlan ? [text.of(minutes(plan.length)), plan.left < 0 ? text.over(minutes(-plan.left)) : text.left(minutes(plan.left))] : [];
  $('clock').lastChild.textContent = left.join('  ·  ');
  const [words, how] = pace(state, text);
  $('pace').textContent = words || (hasPlan ? label.questions : '');
  $('pace').className = how;
  const [last, now] = slides[at] ?? [null, null];
  $('plan').textContent = [
    plan?.from === null || plan?.from === undefined ? '' : text.plan(minutes(plan.from), minutes(plan.to)),
    now === null ? '' : text.here(minutes(now)),
    last === null ? '' : text.last(minutes(last)),
  ].filter(Boolean).join('  ·  ');
}

// What a presenter forgets: a black wall, a clock that stands, a demo that runs on another slide.
function warnings(at, text) {
  const here = new Set([...$('now').querySelectorAll('[data-demo]')].map((it) => it.dataset.demo));
  const slideOf = (name) => deck.slides.findIndex(({ html }) => html.includes(`data-demo="${name}"`)) + 1;
  const elsewhere = Object.entries(state.demos).filter(([name, { status }]) => ['running', 'building'].includes(status) && !here.has(name)).map(([name]) => name);
  redraw($('warnings'), [state.dark, state.clock.runs, state.rehearse, elsewhere, deck.language], () => {
    const warning = (words, ...buttons) => {
      const element = make('span', buttons.length ? '' : 'note', words);
      element.append(...buttons);
      return element;
    };
    return [
      ...(state.rehearse ? [warning(text.rehearses)] : []),
      ...(state.dark ? [warning(text.isBlack, button(text.notBlack, '', acts.dark))] : []),
      ...(state.clock.runs ? [] : [warning(text.stands, button(text.start, '', acts.clock))]),
      ...elsewhere.map((name) => warning(text.runs(name, slideOf(name)), button(text.stopDemo, '', () => command('stop', name)))),
    ];
  });
}

function button(words, key, act) {
  const element = make('button', '', words);
  element.type = 'button';
  element.dataset.key = words;
  element.onclick = act;
  if (key) {
    const hint = make('kbd', '', key);
    hint.setAttribute('aria-hidden', 'true');
    element.append(hint);
  }
  return element;
}

function controls(text) {
  const runs = (name) => ['running', 'building'].includes(state.demos[name]?.status);
  const demos = [...$('now').querySelectorAll('[data-demo]')].map((it) => [it.dataset.demo, it.classList.contains('game'), runs(it.dataset.demo)]);
  const [plays, lights] = [Boolean($('now').querySelector('[data-scheduler]')), Boolean($('now').querySelector('[data-lights]'))];
  const now = [deck.language, state.slide, state.dark, state.clock.runs, Boolean(state.vote), state.allLit, demos, plays, lights];
  redraw($('controls'), now, () => {
    const [back, next] = [button(text.back, '←', acts.back), button(text.next, '→', acts.next)];
    for (const it of [back, next]) it.className = 'two';
    const all = [back, next];
    for (const [name, isGame, isRunning] of demos) {
      const status = make('span', 'status');
      status.dataset.demo = name;
      all.push(isRunning ? button(text.stopDemo, 'd', () => command('stop', name)) : button(text.demo, 'd', () => command('start', name)), button(text.replay, 'r', () => command('replay', name)));
      if (isGame) all.push(button(text.crash, 'k', acts.crash));
      all.push(status);
    }
    if (plays) all.push(button(text.play, 'p', acts.play), button(state.vote ? text.endVotes : text.votes, 'v', acts.ask));
    if (lights) all.push(button(state.allLit ? text.dimmed : text.lights, 't', acts.lights));
    all.push(
      button(state.dark ? text.notBlack : text.black, 'b', acts.dark), button(state.clock.runs ? text.stop : text.start, 'c', acts.clock), button(text.zero, '', () => command('zero')),
      ...(deck.languages.length > 1 ? [button(text.language, 'l', acts.language)] : []), button(text.remote, '', remotes.open), button(text.times, '', () => times(text)), button(text.help, '?', acts.help),
    );
    return all;
  });
}

// Plan, last rehearsal and now, slide by slide.
function times(text) {
  const place = $('times');
  const time = (seconds) => (seconds === null || seconds === undefined ? '–' : minutes(seconds));
  const ends = notes.map((_, at) => notes.slice(at + 1).find((it) => it.plan !== null)?.plan ?? state.plan.pace?.length);
  redraw(place, [state.plan.slides, state.slide, deck.language], () => {
    const table = make('table');
    table.createTHead().insertRow().append(...text.table.map((it) => make('th', '', it)));
    const body = table.createTBody();
    state.plan.slides.forEach(([last, now], at) => {
      const plan = notes[at]?.plan ?? null;
      const planned = plan === null ? null : ends[at] - plan;
      const row = body.insertRow();
      if (at === state.slide) row.className = 'here';
      row.append(...[at + 1, deck.slides[at]?.title ?? '', time(plan), time(planned), time(last), time(now)].map((it) => make('td', '', `${it}`)));
      row.lastChild.className = now === null || planned === null ? '' : now > planned + 10 ? 'late' : '';
    });
    return [make('p', '', text.timesAbout), table, button(text.close, '', () => place.close())];
  });
  if (!place.open) {
    place.showModal();
    place.querySelector('.here')?.scrollIntoView({ block: 'center' });
  }
}

function timeOfDay() {
  const now = new Date();
  $('day').textContent = `${now.getHours()}:${String(now.getMinutes()).padStart(2, '0')}`;
  $('day').title = textsFor(deck?.language).day;
}
timeOfDay();
setInterval(timeOfDay, 1000);

const find = (query) => $('now').querySelector(query)?.dataset;
const acts = {
  next: () => command('next'), back: () => command('back'), first: () => command('go', 0, 0), last: () => command('go', deck.slides.length - 1, 0),
  go: (at) => command('go', Math.max(0, at), 0), dark: () => command('dark'), clock: () => command('clock'), lights: () => command('lights'), ask: () => command('votes', !state?.vote),
  language: () => command('language', languageAfter(deck)),
  full: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.()),
  demo() {
    const demo = find('[data-demo]');
    if (demo) command(['running', 'building'].includes(demo.status) ? 'stop' : 'start', demo.demo);
  },
  replay: () => find('[data-demo]') && command('replay', find('[data-demo]').demo),
  crash: () => find('.game') && command('crash', find('.game').demo),
  play: () => find('[data-scheduler]') && command('play', find('[data-scheduler]').scheduler),
  question: () => command('questions', 'pick first'),
  digit(number) {
    if (find('[data-scheduler]')?.state !== 'running' || number < 1) return false;
    return command('move', number - 1), true;
  },
  close() {
    const dialog = document.querySelector('dialog[open]');
    if (dialog) return dialog.close();
    if (state?.audience?.wall) command('questions', 'take off');
  },
  larger: () => resize(2), smaller: () => resize(-2), reset: () => $('notes').style.removeProperty('font-size'),
  help() {
    if ($('help').open) return $('help').close();
    const table = make('table');
    for (const [key, what] of help[deck.language] ?? help.en) table.insertRow().append(make('th', '', key), make('td', '', what));
    $('help').replaceChildren(table);
    $('help').showModal();
  },
};
function resize(by) {
  $('notes').style.fontSize = `${Math.max(14, parseFloat(getComputedStyle($('notes')).fontSize) + by)}px`;
}
keys(acts, $('typed'));
swipes($('now'), acts);
fit($('now'));
fit($('next'));
fit($('after'));
