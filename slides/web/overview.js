// The overview: every slide as a small picture. Arrows move in it, Enter goes there.

import { draw, fit, make } from './deck.js';
import { fill } from './live.js';

// `nav` is the element, `go` goes to a slide.
export function overview(nav, go) {
  const items = () => [...nav.children];
  // Pictures in one row have the same top.
  const columns = () => {
    const second = items().findIndex((it) => it.offsetTop > nav.firstChild.offsetTop);
    return second < 0 ? nav.children.length : second;
  };
  const current = () => Math.max(0, items().indexOf(document.activeElement?.closest('#overview button')));
  const moves = {
    ArrowLeft: (at) => at - 1,
    ArrowRight: (at) => at + 1,
    ArrowUp: (at) => at - columns(),
    ArrowDown: (at) => at + columns(),
    PageUp: (at) => at - 3 * columns(),
    PageDown: (at) => at + 3 * columns(),
    Home: () => 0,
    End: () => nav.children.length - 1,
  };
  // While it is open these keys are its own, wherever the focus is.
  addEventListener('keydown', (event) => {
    if (nav.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = moves[event.key];
    if (!move) {
      // Enter and space press the picture that has the focus.
      if (['Enter', ' '].includes(event.key) && !nav.contains(document.activeElement)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        nav.children[current()]?.focus();
      }
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const [from, last] = [current(), nav.children.length - 1];
    const to = move(from);
    // A step up from the first row stays where it is.
    const stays = ['ArrowUp', 'ArrowDown'].includes(event.key) && (to < 0 || to > last);
    const item = nav.children[stays ? from : Math.min(last, Math.max(0, to))];
    item?.focus();
    item?.scrollIntoView({ block: 'nearest' });
  }, true);

  function fillIn(deck) {
    nav.replaceChildren(...deck.slides.map((slide, at) => {
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
        go(at);
      };
      return button;
    }));
  }

  return {
    // Opens or closes it.
    toggle(deck, at) {
      nav.hidden = !nav.hidden;
      if (nav.hidden) return;
      if (!nav.children.length) fillIn(deck);
      this.mark(at);
      (nav.querySelector('[aria-current=true]') ?? nav.firstChild)?.focus();
    },
    // Marks the slide that is shown.
    mark: (at) => items().forEach((item) => item.setAttribute('aria-current', item.dataset.at === `${at}`)),
    // Forgets the pictures, because the deck has changed. An open overview is drawn again.
    clear(deck, at) {
      nav.replaceChildren();
      if (nav.hidden) return;
      nav.hidden = true;
      this.toggle(deck, at);
    },
    close: () => {
      nav.hidden = true;
    },
  };
}
