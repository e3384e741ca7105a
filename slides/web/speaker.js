// The speaker's desk: now, next, what to say, and how late it is.

import { draw, fetchDeck, fit, make, reveal, words } from './deck.js';
import { help, keys, swipes } from './keys.js';
import { line } from './socket.js';
import { fill } from './live.js';

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

const say = line('/control', token ?? 'none', hears, (how) => {
  $('banner').hidden = how === 'open';
  $('banner').textContent = how === 'refused' ? 'This page does not know the stage’s word. Open the address that the terminal printed.' : words.en.lost;
});

async function hears(news) {
  const before = state;
  state = news;
  if (!deck || news.language !== deck.language || before?.deck !== news.deck) {
    wanted = `${news.language} ${news.deck}`;
    const now = wanted;
    const [slides, said] = await Promise.all([fetchDeck(news.language), fetch(`/notes/${news.language}`).then((it) => it.json())]);
    if (now !== wanted) return;
    [deck, notes, shown] = [slides, said, ''];
    document.documentElement.lang = deck.language;
  }
  show();
}

const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
const wish = (...words) => state && say(words);

function frame(id, at, step) {
  const section = at < deck.slides.length ? draw(deck, at) : make('section', 'slide look-lead', '·');
  section.classList.add('current');
  if (id === 'next') section.inert = true;
  reveal(section, step);
  $(id).replaceChildren(section);
  return section;
}

function show() {
  const said = words[deck.language] ?? words.en;
  const at = Math.min(state.slide, deck.slides.length - 1);
  const place = `${at} ${deck.language}`;
  if (place !== shown) {
    shown = place;
    frame('now', at, state.step);
    frame('next', at + 1, Infinity);
    $('notes').innerHTML = notes[at]?.html ?? '';
    $('notes').scrollTop = 0;
    $('notes').lang = deck.language;
    $('upcoming').textContent = at + 1 < deck.slides.length ? `${said.next}: ${deck.slides[at + 1].title}` : said.end;
    $('live').textContent = `${said.slide} ${at + 1}: ${deck.slides[at].title}`;
    controls(at, said);
  }
  const section = $('now').firstChild;
  reveal(section, state.step);
  fill(section, state, say ? (words) => say(words) : null, 'speaker');
  const steps = deck.slides[at].steps;
  $('place').textContent = `${at + 1} / ${deck.slides.length}${steps ? `  ·  ${state.step}/${steps}` : ''}`;
  $('phones').textContent = said.phones(state.phones);
  const seconds = state.clock.ms / 1000;
  $('clock').firstChild.textContent = minutes(seconds);
  $('clock').classList.toggle('runs', state.clock.runs);
  timing(at, seconds, said);
  if (state.complaints.length) {
    $('banner').hidden = false;
    $('banner').textContent = state.complaints.join('\n');
  } else $('banner').hidden = true;
  for (const status of $('controls').querySelectorAll('.status')) {
    const demo = state.demos[status.dataset.demo];
    status.className = `status ${demo?.status ?? ''}`;
    status.textContent = demo ? `${said[demo.status] ?? demo.status} ${demo.seconds} s ${demo.why}` : '';
  }
}

// This slide's time by the plan, against the clock: late when the next one should have begun.
function timing(at, seconds, said) {
  const plan = notes[at]?.plan;
  const next = notes.slice(at + 1).find((it) => it.plan !== null)?.plan ?? 2400;
  const element = $('plan');
  if (plan === null || plan === undefined) return void ([element.textContent, element.className] = [said.questions, '']);
  const [early, late] = [plan - seconds, seconds - next];
  element.className = late > 0 ? 'late' : early > 0 ? 'early' : '';
  const how = late > 0 ? `${minutes(late)} ${said.behind}` : early > 0 ? `${minutes(early)} ${said.ahead}` : said.onTime;
  element.textContent = `${minutes(plan)} – ${minutes(next)}  ·  ${how}`;
}

function button(text, act) {
  const element = make('button', '', text);
  element.type = 'button';
  element.onclick = act;
  return element;
}

function controls(at, said) {
  const place = $('controls');
  place.replaceChildren(button('←', acts.back), button('→', acts.next), button('▶❙❙ c', acts.clock), button('0:00', () => wish('zero')), button('■ b', acts.dark), button('en · ko', acts.language));
  for (const element of $('now').querySelectorAll('[data-demo]')) {
    const name = element.dataset.demo;
    const status = make('span', 'status');
    status.dataset.demo = name;
    place.append(button('▶ d', () => wish('start', name)), button('■', () => wish('stop', name)), button(`${said.recorded} r`, () => wish('replay', name)), status);
    if (element.classList.contains('game')) place.append(button('✗ k', acts.crash));
  }
  if ($('now').querySelector('[data-scheduler]')) place.append(button('▶ p', acts.play), button('? v', acts.ask));
  if ($('now').querySelector('[data-lights]')) place.append(button('✓✗ t', acts.lights));
}

const find = (query) => $('now').querySelector(query)?.dataset;
const acts = {
  next: () => wish('next'), back: () => wish('back'), first: () => wish('go', 0, 0), last: () => wish('go', deck.slides.length - 1, 0),
  go: (at) => wish('go', Math.max(0, at), 0), dark: () => wish('dark'), clock: () => wish('clock'), lights: () => wish('lights'), ask: () => wish('ask'),
  language: () => wish('language', deck.languages[(deck.languages.indexOf(deck.language) + 1) % deck.languages.length]),
  full: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.()),
  demo() {
    const demo = find('[data-demo]');
    if (demo) wish(['running', 'building'].includes(demo.status) ? 'stop' : 'start', demo.demo);
  },
  replay: () => find('[data-demo]') && wish('replay', find('[data-demo]').demo),
  crash: () => find('.game') && wish('crash', find('.game').demo),
  play: () => find('[data-scheduler]') && wish('play', find('[data-scheduler]').scheduler),
  digit(number) {
    if (find('[data-scheduler]')?.state !== 'running' || number < 1) return false;
    return wish('move', number - 1), true;
  },
  close: () => $('help').close(),
  larger: () => resize(2), smaller: () => resize(-2),
  help() {
    if ($('help').open) return $('help').close();
    const table = make('table');
    for (const [key, what] of help[deck.language]) table.insertRow().append(make('th', '', key), make('td', '', what));
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
