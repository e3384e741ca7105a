// The projector: the current slide, as large as the window.

import { draw, fetchDeck, fit, labelsFor, languageAfter, make, reveal } from './deck.js';
import { help, keys, swipes } from './keys.js';
import { connect } from './socket.js';
import { stayAwake } from './awake.js';
import { keepFocus, keepFullScreen } from './focus.js';
import { putAddress, remember, token as findToken, tokenIn } from './storage.js';
import { fill } from './live.js';
import { follow } from './laser.js';
import { overview } from './overview.js';
import { wall } from './wall.js';
import { zooms } from './zoom.js';

const $ = (id) => document.getElementById(id);
const stage = $('stage');
let token = findToken();
if (token) remember('token', token);
// `#/10`: a browser that restores the page restores this, too. It never moves the talk.
const slideIn = (hash) => Number(hash.match(/^#\/(\d+)/)?.[1] ?? 0);

let deck = null;
let sections = [];
let state = null;
// The place in the deck while there is no connection to the stage.
let offline = { slide: Math.max(0, slideIn(location.hash) - 1), step: 0, language: 'en', dark: false };
let shown = '';
const pointer = follow($('laser'), () => sections[here().slide]);
const showQuestion = wall(() => command('questions', 'take off'));
const zoom = zooms(stage, pointer);
const pictures = overview($('overview'), (at) => command('go', at, 0));

const here = () => state ?? offline;
const label = () => labelsFor(deck?.language);
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
  pictures.clear(deck, here().slide);
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
    if (shown.split(' ')[0] !== `${at}`) {
      $('live').textContent = `${label().slide} ${at + 1} ${label().of} ${sections.length}: ${deck.slides[at].title}`;
      zoom.reset();
    }
    shown = place;
    putAddress(`#/${at + 1}`, token);
    $('progress').firstChild.style.width = `${(100 * (at + 1)) / sections.length}%`;
    pictures.mark(at);
  }
  $('dark').hidden = !dark;
  showQuestion(state?.audience?.wall, deck.language);
  // Without a stage, the slide keeps what it showed last.
  fill(section, state ?? (offline.demos ? offline : null), state ? send : null, 'projector');
}

function banner(text) {
  $('banner').hidden = !text;
  $('banner').textContent = text;
}

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
      await load(newest.language);
      loaded = wanted;
    } catch {
      // The connection is lost, too, or the next state tries again.
      return;
    } finally {
      loading = '';
    }
  }
  show();
}

function onChange(how) {
  banner(how === 'open' ? '' : label()[how] ?? label().lost);
  if (how === 'refused') remember('token', null);
  if (how === 'open' || !state) return;
  // The wall stays as it is. The keys move this page alone, until there is a stage again.
  [offline, state] = [{ ...offline, ...state }, null];
  show();
}

let send = () => false;
function begin() {
  send = connect('/control', token, 6_000, onState, onChange);
}

// Sends a command to the stage. Without a connection it is done here, as far as that is possible.
function command(...words) {
  if (state && send(words)) return;
  const [what, slide, step] = words;
  const { slide: at, step: now } = offline;
  if (what === 'go') Object.assign(offline, { slide: Math.max(0, Math.min(slide, sections.length - 1)), step });
  if (what === 'next' && now < steps(at)) offline.step += 1;
  else if (what === 'next' && at + 1 < sections.length) Object.assign(offline, { slide: at + 1, step: 0 });
  if (what === 'back' && now > 0) offline.step -= 1;
  else if (what === 'back' && at > 0) Object.assign(offline, { slide: at - 1, step: steps(at - 1) });
  if (what === 'dark') offline.dark = !offline.dark;
  if (what === 'language') {
    return load(slide).then(() => {
      loaded = '';
      show();
    }, () => {});
  }
  show();
}

const inSlide = (query) => sections[here().slide]?.querySelector(query);
export const acts = {
  next: () => command('next'),
  back: () => command('back'),
  first: () => command('go', 0, 0),
  last: () => command('go', sections.length - 1, 0),
  go: (at) => command('go', Math.max(0, at), 0),
  full: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.()),
  present: () => document.fullscreenElement || acts.full(),
  speaker: () => window.open(`/speaker#token=${token ?? ''}`, 'speaker'),
  overview: () => pictures.toggle(deck, here().slide),
  dark: () => command('dark'),
  help: () => ($('help').open ? $('help').close() : $('help').showModal()),
  larger: zoom.larger,
  smaller: zoom.smaller,
  reset: zoom.reset,
  laser: pointer.laser,
  question: () => command('questions', 'pick first'),
  demo() {
    const demo = inSlide('[data-demo]')?.dataset;
    if (demo) command(['running', 'building'].includes(demo.status) ? 'stop' : 'start', demo.demo);
  },
  replay() {
    const demo = inSlide('[data-demo]')?.dataset;
    if (demo) command('replay', demo.demo);
  },
  crash() {
    const game = inSlide('.game')?.dataset;
    if (game) command('crash', game.demo);
  },
  play() {
    const step = inSlide('[data-scheduler]')?.dataset.scheduler;
    if (step) command('play', step);
  },
  digit(number) {
    const plays = inSlide('[data-scheduler][data-state=running]');
    if (!plays || number < 1) return false;
    command('move', number - 1);
    return true;
  },
  ask: () => command('votes', !state?.vote),
  lights: () => command('lights'),
  clock: () => command('clock'),
  language: () => command('language', languageAfter(deck)),
  close() {
    pictures.close();
    if (state?.audience?.wall) command('questions', 'take off');
    $('help').close();
  },
};

keys(acts, $('typed'));
// A drag on an enlarged slide moves it.
const unlessZoomed = (act) => () => stage.classList.contains('zoomed') || act();
swipes(stage, { next: unlessZoomed(acts.next), back: unlessZoomed(acts.back) });
fit(stage);
stage.addEventListener('click', (event) => {
  // While the cursor rests, a click into the game meets the element around its frame.
  if (!event.target.closest('a, button, iframe, pre, .game:has(iframe)')) acts.next();
});
// The event's own address: by now the page may have replaced it.
addEventListener('hashchange', ({ newURL }) => {
  const { hash } = new URL(newURL);
  const given = tokenIn(hash);
  if (given) {
    token = given;
    remember('token', token);
    if (send.renew) send.renew(token);
    else begin();
    shown = '';
    show();
    return;
  }
  // It was typed, or it is a link on a slide: a person moves the talk.
  if (slideIn(hash)) command('go', slideIn(hash) - 1, 0);
});
keepFocus();
keepFullScreen();
stayAwake();
if (token) begin();
// Without a token there is no connection, only the deck, and the page says so.
else {
  load(new URLSearchParams(location.search).get('lang') ?? 'en').then(() => {
    show();
    banner(label().refused);
  });
}
