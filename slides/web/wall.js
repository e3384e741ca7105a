// The question on the wall: over the slide, until the talk continues.

import { redraw, textsFor, written } from './audience.js';
import { make } from './deck.js';

// `close` takes it off. Returns what shows the newest state.
export function wall(close) {
  const place = make('section');
  place.id = 'question';
  place.hidden = true;
  place.setAttribute('role', 'status');
  place.onclick = close;
  document.getElementById('dark').before(place);
  return (question, language) => {
    place.hidden = !question;
    if (!question) return;
    const text = textsFor(language);
    redraw(place, [question, language], () => {
      const card = make('div', question.text.length > 110 ? 'long' : question.text.length > 50 ? 'middle' : 'short');
      const words = written(make('p'), question.text);
      const votes = question.votes ? [make('b', '', `▲ ${question.votes}`)] : [];
      card.append(make('small', '', text.fromAudience), words, ...votes);
      return [card];
    });
  };
}
