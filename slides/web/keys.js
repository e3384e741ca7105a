// Keys and swipes.

// The keys of letters and signs by their place on the keyboard, for an input method or an alphabet
// that sends something else: a Korean one sends ㅏ, or Process, for k.
const signs = { Period: '.', Equal: '+', Minus: '-', Slash: '?', Space: ' ', NumpadAdd: '+', NumpadSubtract: '-', NumpadEnter: 'Enter' };
const placed = (code) => code.match(/^(?:Key|Digit|Numpad)([A-Z0-9])$/)?.[1].toLowerCase() ?? signs[code];

// The key that a person meant, whatever Caps Lock and the input method make of it.
export function meant({ key, code }) {
  if (/^[!-~]$/.test(key) || key === ' ') return key.toLowerCase();
  const isNamed = /^[A-Z][A-Za-z0-9]+$/.test(key) && !['Process', 'Unidentified', 'Dead'].includes(key);
  return isNamed ? key : placed(code ?? '') ?? key;
}

// These may be held down. Any other key acts once: a held `d` would start and stop the demo.
const repeats = ['next', 'back', 'larger', 'smaller'];

export function keys(acts, typed) {
  let number = '';
  let going = false;
  const show = () => {
    typed.hidden = !number && !going;
    typed.textContent = `→ ${number || '…'}`;
  };
  const plain = {
    ArrowRight: 'next', ArrowDown: 'next', PageDown: 'next', ' ': 'next', n: 'next',
    ArrowLeft: 'back', ArrowUp: 'back', PageUp: 'back', Backspace: 'back',
    Home: 'first', End: 'last', f: 'full', s: 'speaker', o: 'overview', b: 'dark', '.': 'dark', '?': 'help', '+': 'larger', '=': 'larger', '-': 'smaller',
    d: 'demo', r: 'replay', l: 'language', t: 'lights', p: 'play', v: 'ask', k: 'crash', c: 'clock', x: 'laser', q: 'question', Escape: 'close', F5: 'present',
  };
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.('input, textarea, select')) return;
    const key = meant(event);
    // These press a button that has the focus.
    if ((key === ' ' || (key === 'Enter' && !number)) && event.target.closest?.('button, a')) return;
    // A clicker's key to begin a presentation would reload the page. Ctrl-R still does.
    if (key === 'F5') event.preventDefault();
    if (event.shiftKey && key === ' ') {
      event.preventDefault();
      return acts.back();
    }
    const digit = /^[0-9]$/.test(key);
    if (digit && !going && !number && acts.digit?.(Number(key))) return event.preventDefault();
    if (key === '0' && !going && !number && acts.reset) return event.preventDefault(), acts.reset();
    if (digit) number = (number + key).slice(-3);
    else if (key === 'g') [going, number] = [true, ''];
    else if (key === 'Enter') {
      if (number) acts.go(Number(number) - 1);
      [going, number] = [false, ''];
    } else {
      [going, number] = [false, ''];
      const act = acts[plain[key]];
      if (!act) return show();
      if (!event.repeat || repeats.includes(plain[key])) act();
    }
    event.preventDefault();
    show();
  });
}

export function swipes(element, acts) {
  let from = null;
  element.addEventListener('touchstart', ({ touches, target }) => {
    // A swipe over long code or a wide table scrolls that, and does not turn the slide.
    const wide = target.closest?.('pre, table, .picture');
    const isSingle = touches.length === 1 && !(wide && wide.scrollWidth > wide.clientWidth);
    from = isSingle ? [touches[0].clientX, touches[0].clientY] : null;
  }, { passive: true });
  element.addEventListener('touchend', ({ changedTouches }) => {
    if (!from) return;
    const [x, y] = [changedTouches[0].clientX - from[0], changedTouches[0].clientY - from[1]];
    if (Math.abs(x) > 40 && Math.abs(x) > 1.5 * Math.abs(y)) (x < 0 ? acts.next : acts.back)();
    from = null;
  }, { passive: true });
}

export const help = {
  en: [['→ space PgDn', 'next'], ['← PgUp', 'back'], ['Home End', 'first, last'], ['12 Enter, g 12 Enter', 'go to a slide'], ['d', 'start or stop the demo'],
    ['r', 'play its recording'], ['p', 'start the schedule game'], ['1 2 3', 'move that thread'], ['v', 'begin or end the audience’s votes'], ['k', 'kill the game’s server (kill -9)'], ['t', 'light up every row of the table'],
    ['f', 'full screen'], ['s', 'speaker view'], ['o', 'overview'], ['b .', 'black'], ['l', 'change the language'], ['+ −', 'larger at the pointer, smaller; a drag moves it'], ['0', 'normal size'], ['x', 'laser dot'], ['q', 'top question onto the wall, or off it'], ['c', 'start or stop the clock'], ['?', 'these keys']],
  ko: [['→ 스페이스 PgDn', '다음'], ['← PgUp', '이전'], ['Home End', '처음, 끝'], ['12 Enter, g 12 Enter', '슬라이드로 이동'], ['d', '데모 시작·중지'],
    ['r', '녹화본 재생'], ['p', '스케줄 게임 시작'], ['1 2 3', '그 스레드 실행'], ['v', '청중 투표 시작·종료'], ['k', '게임 서버 죽이기(kill -9)'], ['t', '표의 모든 행 켜기'],
    ['f', '전체 화면'], ['s', '발표자 화면'], ['o', '한눈에 보기'], ['b .', '암전'], ['l', '언어 바꾸기'], ['+ −', '포인터 위치를 확대, 축소. 끌어서 이동'], ['0', '원래 크기'], ['x', '레이저 포인터'], ['q', '1위 질문 띄우기·내리기'], ['c', '시계 시작·정지'], ['?', '키 목록']],
};
