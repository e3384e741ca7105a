// Questions and reactions on a phone: a button in the footer opens the sheet.

import { redraw, textsFor, written } from './audience.js';
import { make } from './deck.js';

// How long a reaction counts, in milliseconds.
const COUNTS = 45000;

async function request(body) {
  const options = body ? { method: 'POST', body: JSON.stringify(body) } : {};
  try {
    const answer = await fetch('/questions', options);
    const json = await answer.json();
    return answer.ok ? json : { error: json.error };
  } catch {
    return { error: 'lost' };
  }
}

function element(tag, id, parent) {
  const made = make(tag);
  made.id = id;
  if (tag === 'button') made.type = 'button';
  parent?.append(made);
  return made;
}

// Adds the button, the reactions and the sheet to the page. Returns what shows the newest state.
export function questions() {
  const footer = document.querySelector('footer');
  const ask = element('button', 'ask');
  ask.setAttribute('aria-controls', 'questions');
  footer.insertBefore(ask, footer.lastElementChild);
  const reactions = element('div', 'reactions');
  footer.before(reactions);
  const sheet = element('section', 'questions');
  footer.before(sheet);
  const head = element('h2', 'questions-title', sheet);
  sheet.setAttribute('aria-labelledby', head.id);
  const form = element('form', 'question-form', sheet);
  const input = element('textarea', 'question-text', form);
  input.rows = 2;
  input.maxLength = 200;
  const send = make('button');
  form.append(send);
  const said = element('p', 'question-said', sheet);
  said.setAttribute('role', 'status');
  const list = element('div', 'question-list', sheet);
  const wall = element('p', 'question-wall');
  document.getElementById('page').before(wall);

  let audience = null;
  let text = textsFor('en');
  let known = null;
  let fetched = '';
  let isOpen = false;
  // When each reaction was sent.
  const reacted = {};

  function say(result, sent) {
    said.textContent = result.error ? text.errors[result.error] ?? text.errors.lost : sent;
    if (!result.error) take(result);
    return !result.error;
  }
  function take(result) {
    known = result;
    draw();
  }
  async function refresh() {
    if (fetched === audience.revision) return;
    const wanted = audience.revision;
    fetched = wanted;
    const result = await request();
    // The next state asks again.
    if (result.error) fetched = '';
    else if (fetched === wanted) take(result);
  }

  function draw() {
    if (!known) return;
    redraw(list, [known, text.title], () => [
      ...known.waiting.map((it) => {
        const mine = make('p', 'waits', `${text.waits}: `);
        mine.append(written(make('bdi'), it));
        return mine;
      }),
      known.shown.length ? items() : make('p', 'none', text.none),
    ]);
  }

  function items() {
    const all = make('ul');
    all.append(...known.shown.map((it) => {
      const item = make('li', it.answered && !it.wall ? 'answered' : '');
      const vote = make('button', '', `▲ ${it.votes}`);
      vote.type = 'button';
      vote.dataset.key = it.id;
      vote.setAttribute('aria-pressed', it.mine);
      vote.setAttribute('aria-label', text.vote(it.votes));
      vote.onclick = async () => say(await request(['vote', it.id, !it.mine]), '');
      const words = make('div');
      words.append(written(make('p'), it.text));
      if (it.wall || it.answered) words.append(make('small', '', it.wall ? text.onWall : text.answered));
      item.append(vote, words);
      return item;
    }));
    return all;
  }

  function react() {
    redraw(reactions, [text.title, Object.entries(reacted).map(([it, at]) => [it, Date.now() - at < COUNTS])], () => ['lost', 'got', 'faster'].map((it) => {
      const button = make('button', '', text[it]);
      button.type = 'button';
      button.dataset.key = it;
      button.setAttribute('aria-pressed', Date.now() - (reacted[it] ?? -Infinity) < COUNTS);
      button.onclick = async () => {
        const result = await request(['react', it]);
        if (!result.error) reacted[it] = Date.now();
        if (result.error && !isOpen) open(true);
        say(result, text.noted);
        react();
        setTimeout(react, COUNTS + 100);
      };
      return button;
    }));
  }

  function open(yes) {
    isOpen = yes;
    show();
    if (!yes) return;
    said.textContent = '';
    sheet.scrollTop = 0;
    refresh();
  }

  function show() {
    const off = !audience || audience.closed;
    if (off) isOpen = false;
    ask.hidden = reactions.hidden = off;
    sheet.hidden = !isOpen;
    document.body.classList.toggle('asks', isOpen);
    ask.setAttribute('aria-expanded', isOpen);
    ask.textContent = isOpen ? text.close : text.questions(audience?.shown ?? 0);
    wall.hidden = off || !audience.wall || isOpen;
    if (!wall.hidden) {
      const words = written(make('bdi'), audience.wall);
      redraw(wall, [audience.wall, text.title], () => [make('small', '', text.fromAudience), words]);
    }
    if (off) return;
    reactions.setAttribute('aria-label', text.reactions);
    reactions.setAttribute('role', 'group');
    head.textContent = text.title;
    input.placeholder = text.placeholder;
    input.setAttribute('aria-label', text.placeholder);
    send.textContent = text.send;
    draw();
    react();
  }

  ask.onclick = () => open(!isOpen);
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    send.disabled = true;
    if (say(await request(['ask', input.value]), text.sent)) input.value = '';
    send.disabled = false;
  };
  // Keys that are typed here must not turn the slide. Enter sends, as in a chat, but not while a
  // Korean syllable is composed.
  sheet.addEventListener('keydown', (event) => {
    event.stopPropagation();
    if (event.key === 'Escape' && !event.isComposing) {
      open(false);
      ask.focus();
    }
    if (event.key === 'Enter' && event.target === input && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  // Hidden until the stage says that questions are open.
  show();
  return (newest, language) => {
    audience = newest ?? null;
    text = textsFor(language);
    show();
    // At random, so that the phones do not all ask at the same moment.
    if (isOpen && fetched !== audience.revision) setTimeout(() => isOpen && audience && refresh(), Math.random() * 700);
  };
}
