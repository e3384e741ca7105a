// The remote: the speaker's own phone. It is paired by a code, then it has a token of its own.

import { labelsFor } from './deck.js';
import { stayAwake } from './awake.js';
import { connect } from './socket.js';
import { minutes, pace, textsFor } from './speaker-texts.js';

const $ = (id) => document.getElementById(id);
const KEY = 'remote-token';
// Some browsers refuse storage. Then the phone is paired until its page is closed.
const store = {
  get token() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  },
  set token(token) {
    try {
      token ? localStorage.setItem(KEY, token) : localStorage.removeItem(KEY);
    } catch {
      // As above.
    }
  },
};

let token = store.token;
let state = null;
let send = null;
let how = 'lost';
let shown = '';
let language = navigator.language.startsWith('ko') ? 'ko' : 'en';
const text = () => textsFor(language);

// The code that was not used yet.
let code = null;
const first = () => JSON.stringify(code ? ['code', code] : ['token', token]);

// Connects with the token, or with a code that is good for one token.
function open() {
  if (send) return send.renew(first);
  send = connect('/remote/live', first, 12_000, (message) => {
    if (message.token) {
      code = null;
      token = store.token = message.token;
      return;
    }
    state = message;
    language = state.language;
    show();
  }, (now) => {
    how = now;
    if (how === 'refused') ask(code ? text().wrong : text().unpaired, !code);
    else if (how === 'limited') ask(text().wait, false);
    else if (now !== 'open' && !state) ask(text().lost, false);
    else show();
  });
}

// Asks for a code. A token that the stage does not know any more is forgotten.
function ask(why, forget) {
  if (forget) token = store.token = null;
  state = null;
  document.documentElement.lang = language;
  [$('pair').hidden, $('talk').hidden] = [false, true];
  $('about').textContent = why;
  document.querySelector('label').textContent = text().code;
  $('enter').textContent = text().enter;
}

$('pair').onsubmit = (event) => {
  event.preventDefault();
  code = $('code').value.trim();
  if (code) open();
};

function show() {
  if (!state) return;
  const [words, label] = [text(), labelsFor(language)];
  document.documentElement.lang = language;
  [$('pair').hidden, $('talk').hidden] = [true, false];
  const isOpen = how === 'open';
  $('talk').classList.toggle('lost', !isOpen);
  $('clock').textContent = minutes(state.clock.ms / 1000);
  $('clock').classList.toggle('stands', !state.clock.runs);
  [$('pace').textContent, $('pace').className] = pace(state, words);
  $('place').textContent = `${state.slide + 1} / ${state.of}${state.steps ? `  ·  ${state.step}/${state.steps}` : ''}`;
  $('phones').textContent = label.phones(state.phones);
  const place = `${state.slide} ${language} ${state.notes}`;
  if (place !== shown) {
    shown = place;
    $('title').textContent = state.title;
    // The stage has escaped every text in it.
    $('notes').innerHTML = state.notes || words.noNotes;
    $('notes').scrollTop = 0;
  }
  const isLast = state.slide + 1 >= state.of;
  $('upcoming').textContent = state.step < state.steps ? words.nextStep(state.step + 1, state.steps) : isLast ? words.atEnd : words.nextSlide(state.slide + 2, state.next);
  const said = [
    isOpen ? '' : ['over', 'ended'].includes(how) ? words.over_ : words.lost,
    state.dark ? words.isBlack : '',
    state.vote === 'nobody' ? words.waits : state.vote === 'open' ? words.open : '',
    state.demo && state.demo.status !== 'idle' ? `${state.demo.name}: ${label[state.demo.status] ?? state.demo.status}` : '',
  ].filter(Boolean).join('  ·  ');
  if ($('said').textContent !== said) $('said').textContent = said;
  $('said').classList.toggle('alarm', !isOpen);
  button('back', words.back, ['back']);
  button('next', words.next, ['next']);
  button('demo', state.demo?.runs ? words.stopDemo : words.demo, ['demo', !state.demo?.runs], !state.demo);
  button('votes', state.vote ? words.endVotes : words.votes, ['votes', !state.vote], !state.plays);
}

function button(id, words, command, hidden = false) {
  const element = $(id);
  element.hidden = hidden;
  element.textContent = words;
  element.onclick = () => {
    // A press that is not sent is not kept: later it would turn a slide by surprise.
    if (send(command)) return navigator.vibrate?.(15);
    $('said').textContent = text().notSent;
  };
}

code = location.hash.slice(1) || null;
// The code is used once; in the address it would only be in the way.
if (code) history.replaceState(null, '', '/remote');
if (code || token) open();
else ask(text().unpaired, false);
// Only with https or on this machine: browsers give a page of plain http no wake lock.
stayAwake();
