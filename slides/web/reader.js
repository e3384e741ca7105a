// The reader: every slide with its notes.

import { draw, fetchDeck, fit, labelsFor, make, reveal } from './deck.js';
import { fill } from './live.js';

const language = new URLSearchParams(location.search).get('lang') ?? (navigator.language.startsWith('ko') ? 'ko' : 'en');
const [deck, notes] = await Promise.all([fetchDeck(language), fetch(`/notes/${language}`).then((it) => it.json())]);
const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

document.documentElement.lang = deck.language;
document.title = deck.title;
document.getElementById('title').textContent = deck.title;
document.getElementById('languages').hidden = deck.languages.length < 2;
document.getElementById('languages').replaceChildren(...deck.languages.map((it) => {
  const link = make('a', '', it);
  link.href = `?lang=${it}`;
  link.setAttribute('aria-current', it === deck.language);
  return link;
}));
document.getElementById('pages').replaceChildren(...deck.slides.map((_, at) => {
  const article = make('article');
  article.id = `/${at + 1}`;
  const frame = make('div', 'frame');
  const section = draw(deck, at);
  section.classList.add('current');
  reveal(section, Infinity);
  fill(section, null, null, 'read');
  frame.append(section);
  fit(frame);
  const text = make('div', 'notes');
  text.innerHTML = notes[at].html;
  const plan = notes[at].plan;
  const time = plan === null ? labelsFor(deck.language).questions : minutes(plan);
  // A deck without any plan has no answers to questions at its end.
  text.prepend(make('p', 'time', notes.some((it) => it.plan !== null) ? `${at + 1} · ${time}` : `${at + 1}`));
  article.append(frame, text);
  return article;
}));
// The browser could not scroll to the slide in the address before the slides were there.
document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
