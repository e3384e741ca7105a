// The speaker view: the current slide, the next one, the notes, and the time against the plan.

import { draw, fetchDeck, fit, labelsFor, languageAfter, make, reveal } from './deck.js';
import { help, keys, swipes } from './keys.js';
import { connect } from './socket.js';
import { fill } from './live.js';
import { moderation } from './moderation.js';

const $ = (id) => document.getElementById(id);
const hash = new URLSearchParams(location.hash.slice(1));
const token = hash.get('token') ?? sessionStorage.getItem('token');
if (token) {
  sessionStorage.setItem('token', token);
  history.replaceState(null, '', '/speaker');
}
let deck = null;
let notes = [];
let state = null;
let shown = '';
let wanted = '';

const send = connect('/control', token ?? 'none', onState, (how) => {
  $('banner').hidden = how === 'open';
  $('banner').textContent = labelsFor(deck?.language)[how === 'refused' ? 'refused' : 'lost'];
});

const showAudience = moderation((words) => command(...words));

async function onState(newest) {
  const before = state;
  state = newest;
  if (!deck || newest.language !== deck.language || before?.deck !== newest.deck) {
    wanted = `${newest.language} ${newest.deck}`;
    const now = wanted;
    const [slides, theirNotes] = await Promise.all([fetchDeck(newest.language), fetch(`/notes/${newest.language}`).then((it) => it.json())]);
    if (now !== wanted) return;
    [deck, notes, shown] = [slides, theirNotes, ''];
    document.documentElement.lang = deck.language;
    document.title = deck.title;
  }
  show();
}

const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
const command = (...words) => state && send(words);

function frame(id, at, step) {
  const section = at < deck.slides.length ? draw(deck, at) : make('section', 'slide look-lead', '·');
  section.classList.add('current');
  if (id === 'next') section.inert = true;
  reveal(section, step);
  $(id).replaceChildren(section);
  return section;
}

function show() {
  const label = labelsFor(deck.language);
  const at = Math.min(state.slide, deck.slides.length - 1);
  const place = `${at} ${deck.language}`;
  if (place !== shown) {
    shown = place;
    frame('now', at, state.step);
    frame('next', at + 1, Infinity);
    $('notes').innerHTML = notes[at]?.html ?? '';
    $('notes').scrollTop = 0;
    $('notes').lang = deck.language;
    $('upcoming').textContent = at + 1 < deck.slides.length ? `${label.next}: ${deck.slides[at + 1].title}` : label.end;
    $('live').textContent = `${label.slide} ${at + 1}: ${deck.slides[at].title}`;
    controls(at, label);
  }
  const section = $('now').firstChild;
  reveal(section, state.step);
  fill(section, state, send, 'speaker');
  const steps = deck.slides[at].steps;
  $('place').textContent = `${at + 1} / ${deck.slides.length}${steps ? `  ·  ${state.step}/${steps}` : ''}`;
  $('phones').textContent = label.phones(state.phones);
  const seconds = state.clock.ms / 1000;
  $('clock').firstChild.textContent = minutes(seconds);
  $('clock').classList.toggle('runs', state.clock.runs);
  timing(at, seconds, label);
  showAudience(state);
  if (state.complaints.length) {
    $('banner').hidden = false;
    $('banner').textContent = state.complaints.join('\n');
  } else $('banner').hidden = true;
  for (const status of $('controls').querySelectorAll('.status')) {
    const demo = state.demos[status.dataset.demo];
    status.className = `status ${demo?.status ?? ''}`;
    status.textContent = demo ? `${label[demo.status] ?? demo.status} ${demo.seconds} s ${demo.why}` : '';
  }
}

// Compares the clock with the planned time of this slide and of the next one.
function timing(at, seconds, label) {
  const plan = notes[at]?.plan;
  const next = notes.slice(at + 1).find((it) => it.plan !== null)?.plan ?? 2400;
  const element = $('plan');
  // A deck without any plan has no length either.
  const planned = notes.some((it) => it.plan !== null);
  $('clock').lastChild.hidden = !planned;
  if (!planned) return void (element.textContent = '');
  if (plan === null || plan === undefined) return void ([element.textContent, element.className] = [label.questions, '']);
  const [early, late] = [plan - seconds, seconds - next];
  element.className = late > 0 ? 'late' : early > 0 ? 'early' : '';
  const how = late > 0 ? `${minutes(late)} ${label.behind}` : early > 0 ? `${minutes(early)} ${label.ahead}` : label.onTime;
  element.textContent = `${minutes(plan)} – ${minutes(next)}  ·  ${how}`;
}

function button(text, act) {
  const element = make('button', '', text);
  element.type = 'button';
  element.onclick = act;
  return element;
}

function controls(at, label) {
  const place = $('controls');
  place.replaceChildren(button('←', acts.back), button('→', acts.next), button('▶❙❙ c', acts.clock), button('0:00', () => command('zero')), button('■ b', acts.dark), ...(deck.languages.length > 1 ? [button(deck.languages.join(' · '), acts.language)] : []));
  for (const element of $('now').querySelectorAll('[data-demo]')) {
    const name = element.dataset.demo;
    const status = make('span', 'status');
    status.dataset.demo = name;
    place.append(button('▶ d', () => command('start', name)), button('■', () => command('stop', name)), button(`${label.recorded} r`, () => command('replay', name)), status);
    if (element.classList.contains('game')) place.append(button('✗ k', acts.crash));
  }
  if ($('now').querySelector('[data-scheduler]')) place.append(button('▶ p', acts.play), button('? v', acts.ask));
  if ($('now').querySelector('[data-lights]')) place.append(button('✓✗ t', acts.lights));
}

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
  close: () => $('help').close(),
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
