// The dialog on the speaker's page that pairs the speaker's own phone as a remote.

import { redraw } from './audience.js';
import { make } from './deck.js';
import { textsFor } from './speaker-texts.js';

// Returns what shows the newest state in the dialog, and what opens it.
export function pairing(dialog, send) {
  let last = null;
  function button(words, act) {
    const element = make('button', '', words);
    element.type = 'button';
    element.dataset.key = words;
    element.onclick = act;
    return element;
  }
  function show() {
    const [{ url, code, paired, connected }, text] = [last.remote, textsFor(last.language)];
    redraw(dialog, [url, code, paired, connected, last.language], () => {
      const close = button(text.close, () => dialog.close());
      if (!url) return [make('p', '', text.noRemote), close];
      const all = [];
      if (code) {
        const drawing = make('div', 'drawing');
        // The stage has drawn it.
        drawing.innerHTML = code.drawing;
        all.push(drawing, make('p', 'url', url), make('p', 'code', code.text), make('p', '', `${text.pairAbout} (${text.expires(code.left)})`));
      }
      const row = make('div', 'row');
      row.append(button(code ? text.pairAgain : text.pair, () => send('pair')));
      if (paired) row.append(button(text.unpair, () => send('unpair')));
      row.append(close);
      return [make('h2', '', text.remote), ...all, make('p', '', text.paired(paired, connected)), make('p', 'can', text.remoteCan), row];
    });
  }
  return {
    show(state) {
      last = state;
      if (dialog.open) show();
    },
    open() {
      if (!last) return;
      if (last.remote.url && !last.remote.paired && !last.remote.code) send('pair');
      show();
      dialog.showModal();
    },
  };
}
