// A phone: it follows the talk or browses the slides, and votes in the schedule game.

import { draw, fetchDeck, labelsFor, languageAfter, make, nameOf, reveal } from './deck.js';
import { swipes } from './keys.js';
import { connect } from './socket.js';
import { stayAwake } from './awake.js';
import { recall, remember as keep } from './storage.js';
import { countdown, fill, question as ask } from './live.js';
import { questions } from './questions.js';

const $ = (id) => document.getElementById(id);
let language = recall('language') ?? (navigator.language.startsWith('ko') ? 'ko' : 'en');
let deck = null;
let state = null;
let at = Math.max(0, Number(location.hash.match(/^#\/(\d+)$/)?.[1] ?? 1) - 1);
let live = recall('browses') !== 'yes';
let shown = '';
let ballot = null;
let how = 'lost';

const showQuestions = questions();
const label = () => labelsFor(language);

async function load() {
  const now = language;
  const slides = await fetchDeck(now);
  if (now !== language) return;
  deck = slides;
  language = deck.language;
  document.documentElement.lang = language;
  document.title = deck.title;
  shown = '';
  show();
}

function show() {
  if (!deck) return;
  if (live && state) at = state.slide;
  at = Math.max(0, Math.min(at, deck.slides.length - 1));
  const step = live && state ? state.step : Infinity;
  const place = `${at} ${language} ${state?.deck}`;
  if (place !== shown) {
    shown = place;
    $('page').replaceChildren(draw(deck, at));
    scrollTo(0, 0);
    $('announced').textContent = `${at + 1}: ${deck.slides[at].title}`;
    history.replaceState(null, '', `#/${at + 1}`);
  }
  const section = $('page').firstChild;
  reveal(section, step);
  fill(section, state, null, 'phone');
  $('place').textContent = `${at + 1} / ${deck.slides.length}`;
  $('live-button').textContent = live ? `${how === 'open' ? '●' : '○'} ${label().live}` : `↩ ${label().browsing}`;
  $('live-button').setAttribute('aria-pressed', live);
  $('language').hidden = deck.languages.length < 2;
  $('language').textContent = nameOf(languageAfter(deck));
  $('connection').textContent = how === 'open' ? '' : label()[how] ?? label().lost;
  // Without a connection nothing is live, and nothing would be counted.
  document.body.classList.toggle('lost', how !== 'open');
  for (const part of document.querySelectorAll('#reactions')) part.inert = how !== 'open';
  showQuestions(state?.audience, language);
  vote();
}

function vote() {
  const now = state?.vote;
  const place = $('vote');
  // Without a connection no vote would arrive.
  place.hidden = !now || !state.game || how !== 'open';
  // Between two votes the last one stays, so that nothing jumps.
  if (place.hidden || now.state === 'waiting') return place.toggleAttribute('inert', true);
  place.inert = false;
  place.lang = language;
  const question = now.state === 'open' ? label().move : ask(now, state.game, label());
  if (place.question !== question) $('asks').textContent = place.question = question;
  countdown($('countdown'), now);
  if (now.round && ballot?.round !== now.round) ballot = { round: now.round, choice: null };
  const counts = now.count ?? [];
  const buttons = $('choices');
  // A button stays while its count changes: a press that has begun is not lost.
  if (buttons.round !== now.round) buttons.replaceChildren();
  buttons.round = now.round;
  while (buttons.children.length > counts.length) buttons.lastChild.remove();
  counts.forEach(([choice, votes], at) => {
    const thread = state.game.threads[choice];
    const button = buttons.children[at] ?? buttons.appendChild(make('button'));
    button.type = 'button';
    if (!button.firstChild) button.append(make('b'), make('em'), make('span'));
    [thread.name, label().votesFor(votes), [thread.next, thread.at].join('  ')].forEach((text, part) => {
      if (button.children[part].textContent !== text) button.children[part].textContent = text;
    });
    button.setAttribute('aria-pressed', ballot.choice === choice);
    button.onclick = () => {
      if (send(['vote', now.round, choice])) ballot.choice = choice;
      vote();
    };
  });
}

// The deck that is drawn: its revision.
let loaded = '';
async function onState(newest) {
  state = newest;
  if (!deck || (loaded && loaded !== newest.deck)) {
    try {
      await load();
    } catch {
      // The connection is lost, too. Phones get no other state until something changes.
      setTimeout(() => state === newest && onState(newest), 1000);
      return;
    }
  }
  loaded = newest.deck;
  show();
}

function turn(by) {
  live = false;
  at += by;
  remember();
}
function remember() {
  keep('browses', live ? 'no' : 'yes');
  show();
}
const acts = { next: () => turn(1), back: () => turn(-1) };

const send = connect('/live', null, 25_000, onState, (now) => {
  how = now;
  if (deck) show();
});
$('live-button').onclick = () => {
  live = !live;
  remember();
};
$('on').onclick = acts.next;
$('back').onclick = acts.back;
$('language').onclick = () => {
  language = languageAfter(deck);
  keep('language', language);
  load().catch(() => {});
};
addEventListener('keydown', ({ key, altKey, ctrlKey, metaKey }) => altKey || ctrlKey || metaKey || ({ ArrowRight: acts.next, ArrowLeft: acts.back })[key]?.());
addEventListener('hashchange', ({ newURL }) => {
  const wanted = Number(new URL(newURL).hash.match(/^#\/(\d+)$/)?.[1]);
  if (wanted && wanted !== at + 1) turn(wanted - 1 - at);
});
swipes($('page'), { next: () => turn(1), back: () => turn(-1) });
stayAwake();
// If this fails, the first state tries again.
load().catch(() => {});
