// The audience on the speaker's page: reactions, and the questions with the buttons to show one on
// the phones, to pick it onto the wall, and to dismiss it.

import { redraw, textsFor, written } from './audience.js';
import { make } from './deck.js';

// Adds the section to the page. Returns what shows the newest state; `send` sends a command.
export function moderation(send) {
  const place = make('section');
  place.id = 'audience';
  document.querySelector('main').after(place);
  const [bar, lists] = [make('div', 'bar-of-audience'), make('div', 'lists')];
  place.append(bar, lists);
  let isOpen = false;
  let last = null;

  function button(text, key, ...command) {
    const element = make('button', '', text);
    element.type = 'button';
    element.dataset.key = key;
    element.onclick = () => send(['questions', ...command]);
    return element;
  }

  function question(it, text, ...buttons) {
    const item = make('li', it.wall ? 'wall' : it.answered ? 'answered' : '');
    const words = written(make('p'), it.text);
    const row = make('div');
    if (it.votes !== undefined) row.append(make('b', '', `▲ ${it.votes}`));
    if (it.answered && !it.wall) row.append(make('small', '', text.answered));
    row.append(...buttons, button(text.dismiss, `dismiss ${it.id}`, 'dismiss', it.id));
    item.append(words, row);
    return item;
  }

  function list(title, items, ...more) {
    const part = make('section');
    const all = make('ul');
    all.append(...items);
    part.append(make('h2', '', title), ...more, all);
    return part;
  }

  function show() {
    const [{ closed, wall, reactions, questions }, text] = [last.audience, textsFor(last.language)];
    const { waiting, shown, most } = questions;
    if (closed) isOpen = false;
    place.setAttribute('aria-label', text.title);
    redraw(bar, [closed, wall, reactions, waiting.length, shown.length, isOpen, last.language], () => {
      if (closed) return [make('span', '', text.off), button(text.open, 'switch', 'toggle')];
      const more = make('button', waiting.length ? 'news' : '', `${isOpen ? '▾' : '▸'} ${text.counts(waiting.length, shown.length)}`);
      more.type = 'button';
      more.dataset.key = 'more';
      more.setAttribute('aria-expanded', isOpen);
      more.onclick = () => {
        isOpen = !isOpen;
        show();
      };
      const counts = make('span', 'reactions');
      for (const it of ['lost', 'got', 'faster']) {
        const count = make('span', reactions[it] ? it : 'zero', `${text[it]} `);
        count.append(make('b', '', `${reactions[it]}`));
        counts.append(count);
      }
      counts.title = text.justNow;
      const pick = button(wall ? text.takeOffKey : text.pickFirst, 'pick first', 'pick first');
      pick.disabled = !wall && !shown.some((it) => !it.answered);
      return [more, counts, pick, button(text.shut, 'switch', 'toggle')];
    });
    lists.hidden = !isOpen;
    redraw(lists, [questions, last.language], () => [
      list(
        waiting.length || shown.length ? text.waiting : text.empty,
        waiting.map((it) => {
          const show = button(text.show, `show ${it.id}`, 'show', it.id);
          // An answered question makes room.
          show.disabled = shown.length >= most && !shown.some((it) => it.answered);
          return question(it, text, show, button(text.pick, `pick ${it.id}`, 'pick', it.id));
        }),
        ...(waiting.length > 1 ? [button(text.dismissWaiting, 'dismiss waiting', 'dismiss waiting')] : []),
      ),
      list(text.shown, shown.map((it) => question(it, text, it.wall
        ? button(text.takeOff, `pick ${it.id}`, 'take off')
        : button(text.pick, `pick ${it.id}`, 'pick', it.id)))),
    ]);
  }

  return (state) => {
    last = state;
    // Without phones there is no audience to ask.
    place.hidden = !state.follow || !state.audience;
    if (!place.hidden) show();
  };
}
