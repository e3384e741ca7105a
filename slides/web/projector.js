// The projector: the newest state of the stage, as large as the window.

import { draw, fetchDeck, fit, make, reveal, words } from './deck.js';
import { help, keys, swipes } from './keys.js';
import { line } from './socket.js';
import { fill } from './live.js';

const $ = (id) => document.getElementById(id);
const stage = $('stage');
const hash = new URLSearchParams(location.hash.slice(1).replace(/^\//, 'slide='));
const token = hash.get('token') ?? sessionStorage.getItem('token');
if (token) sessionStorage.setItem('token', token);

let deck = null;
let sections = [];
let state = null;
// Without a stage the deck still turns its pages.
let alone = { slide: Number(hash.get('slide') || 1) - 1, step: 0, language: 'en', dark: false };
let shown = '';
let zoom = 1;

const here = () => state ?? alone;
const said = () => words[deck?.language] ?? words.en;
const steps = (at) => deck.slides[at]?.steps ?? 0;

async function load(language) {
  deck = await fetchDeck(language);
  document.documentElement.lang = deck.language;
  document.title = deck.title;
  sections = deck.slides.map((_, at) => draw(deck, at));
  stage.replaceChildren(...sections);
  for (const section of sections) {
    reveal(section, Infinity);
    fill(section, null, null, 'print');
  }
  $('overview').replaceChildren();
  $('help').replaceChildren(table());
  shown = '';
}

function table() {
  const rows = make('table');
  for (const [key, what] of help[deck.language] ?? help.en) {
    const row = rows.insertRow();
    row.append(make('th', '', key), make('td', '', what));
  }
  return rows;
}

function show() {
  if (!deck) return;
  const { slide, step, dark } = here();
  const at = Math.min(slide, sections.length - 1);
  const section = sections[at];
  const place = `${at} ${step} ${deck.language}`;
  if (place !== shown) {
    sections.forEach((it, number) => {
      it.classList.toggle('current', number === at);
      it.inert = number !== at;
      if (number !== at) it.querySelector('iframe')?.remove();
    });
    reveal(section, step);
    if (shown.split(' ')[0] !== `${at}`) $('live').textContent = `${said().slide} ${at + 1} ${said().of} ${sections.length}: ${deck.slides[at].title}`;
    shown = place;
    history.replaceState(null, '', `#/${at + 1}`);
    $('progress').firstChild.style.width = `${(100 * (at + 1)) / sections.length}%`;
    for (const item of $('overview').children) item.setAttribute('aria-current', item.dataset.at === `${at}`);
  }
  $('dark').hidden = !dark;
  fill(section, state, state ? say : null, 'projector');
  const complaints = state?.complaints ?? [];
  if (complaints.length) banner(complaints.slice(0, 3).join('\n'));
  else if (state) banner('');
}

function banner(text) {
  $('banner').hidden = !text;
  $('banner').textContent = text;
}

let wanted = null;
async function hears(news) {
  const before = state;
  state = news;
  if (!deck || news.language !== deck.language || (before && news.deck !== before.deck)) {
    wanted = news.language;
    await load(news.language);
    if (wanted !== news.language) return;
  }
  const link = Number(hash.get('slide')) - 1;
  if (!before && link >= 0 && link !== news.slide) say(['go', link, 0]);
  show();
}

const say = token
  ? line('/control', token, hears, (how) => {
    if (how === 'refused') {
      sessionStorage.removeItem('token');
      banner('This page does not know the stage’s word. Open the address that the terminal printed.');
    } else if (how === 'lost') banner(said().lost);
    if (how !== 'open') [alone, state] = [{ ...alone, ...(state ?? {}) }, null];
  })
  : () => false;

// What is wished for is wished of the stage, or done here if there is none.
function wish(...words) {
  if (state && say(words)) return;
  const [what, slide, step] = words;
  const { slide: at, step: now } = alone;
  if (what === 'go') Object.assign(alone, { slide: Math.max(0, Math.min(slide, sections.length - 1)), step });
  if (what === 'next' && now < steps(at)) alone.step += 1;
  else if (what === 'next' && at + 1 < sections.length) Object.assign(alone, { slide: at + 1, step: 0 });
  if (what === 'back' && now > 0) alone.step -= 1;
  else if (what === 'back' && at > 0) Object.assign(alone, { slide: at - 1, step: steps(at - 1) });
  if (what === 'dark') alone.dark = !alone.dark;
  if (what === 'language') return load(slide).then(show);
  show();
}

function overview() {
  const nav = $('overview');
  nav.hidden = !nav.hidden;
  if (nav.hidden) return;
  if (!nav.children.length) {
    nav.append(...deck.slides.map((slide, at) => {
      const button = make('button');
      button.type = 'button';
      button.dataset.at = at;
      const frame = make('span', 'frame');
      const copy = draw(deck, at);
      copy.classList.add('current');
      copy.inert = true;
      fill(copy, null, null, 'print');
      frame.append(copy);
      fit(frame);
      button.append(frame, make('span', 'caption', `${at + 1}  ${slide.title}`));
      button.onclick = () => {
        nav.hidden = true;
        wish('go', at, 0);
      };
      return button;
    }));
  }
  for (const item of nav.children) item.setAttribute('aria-current', item.dataset.at === `${here().slide}`);
  (nav.querySelector('[aria-current=true]') ?? nav.firstChild).focus();
}

const inSlide = (query) => sections[here().slide]?.querySelector(query);
export const acts = {
  next: () => wish('next'),
  back: () => wish('back'),
  first: () => wish('go', 0, 0),
  last: () => wish('go', sections.length - 1, 0),
  go: (at) => wish('go', Math.max(0, at), 0),
  full: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.()),
  speaker: () => window.open(`/speaker#token=${token ?? ''}`, 'speaker'),
  overview,
  dark: () => wish('dark'),
  help: () => ($('help').open ? $('help').close() : $('help').showModal()),
  larger: () => resize(zoom + 0.1),
  smaller: () => resize(zoom - 0.1),
  demo() {
    const demo = inSlide('[data-demo]')?.dataset;
    if (demo) wish(['running', 'building'].includes(demo.status) ? 'stop' : 'start', demo.demo);
  },
  replay() {
    const demo = inSlide('[data-demo]')?.dataset;
    if (demo) wish('replay', demo.demo);
  },
  crash() {
    const game = inSlide('.game')?.dataset;
    if (game) wish('crash', game.demo);
  },
  play() {
    const step = inSlide('[data-scheduler]')?.dataset.scheduler;
    if (step) wish('play', step);
  },
  digit(number) {
    const plays = inSlide('[data-scheduler][data-state=running]');
    if (!plays || number < 1) return false;
    wish('move', number - 1);
    return true;
  },
  ask: () => wish('ask'),
  lights: () => wish('lights'),
  clock: () => wish('clock'),
  language() {
    const all = deck.languages;
    wish('language', all[(all.indexOf(deck.language) + 1) % all.length]);
  },
  close() {
    $('overview').hidden = true;
    $('help').close();
  },
};

function resize(to) {
  zoom = Math.min(2, Math.max(0.5, to));
  stage.style.setProperty('--zoom', zoom);
}

keys(acts, $('typed'));
swipes(stage, acts);
fit(stage);
stage.addEventListener('click', (event) => {
  if (!event.target.closest('a, button, iframe, pre')) acts.next();
});
addEventListener('hashchange', () => {
  const at = Number(location.hash.match(/^#\/(\d+)$/)?.[1]);
  if (at) wish('go', at - 1, 0);
});
// A deck is there before the stage answers, and without one.
if (!token) load(new URLSearchParams(location.search).get('lang') ?? 'en').then(show);
