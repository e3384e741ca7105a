// A WebSocket that connects again when it is lost. It sends `first`, or what that function returns,
// then receives states as JSON.

// The mean pause before the next attempt, in milliseconds: a stage that is started again has its
// pages and phones back within about a second.
const PAUSE = 700;
// After this time without a stage, a page is patient: the talk is over, and the battery counts.
const LONG = 10 * 60_000;
const PATIENT_PAUSE = 10_000;
// How long an attempt may take.
const TIMEOUT = 5_000;
// How often the page checks whether the connection is stale.
const CHECK = 1_000;

// What a close code means. A page with the wrong token does not try again.
const CAUSES = { 1001: 'over', 1012: 'ended', 1013: 'full', 4001: 'refused', 4003: 'limited' };

// Calls `onState` for each state, and `onChange` with 'open', 'refused' (the token is wrong),
// 'over' (the talk has ended), 'ended' (the stage has), 'full' (too many phones), 'limited' (too many codes
// were tried) or 'lost'.
// `silence` is the time in milliseconds without any message after which the connection is stale: a
// machine that slept is not told that its connection ended.
//
// Returns a function that sends a message, and returns whether the socket was open. Its method
// `renew` connects again with another `first`.
export function connect(path, first, silence, onState, onChange) {
  let socket = null;
  let how = null;
  let heard = Date.now();
  let checked = heard;
  let lost = Date.now();
  let timer = 0;

  const change = (now) => {
    // A goodbye stays on the page until there is a stage again.
    if (now === how || (now === 'lost' && (how === 'over' || how === 'ended'))) return;
    if (how === 'open') lost = Date.now();
    how = now;
    onChange?.(how);
  };

  const open = () => {
    // A page that came by https, through a tunnel, may not open an unencrypted socket.
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const mine = new WebSocket(`${scheme}://${location.host}${path}`);
    socket = mine;
    heard = Date.now();
    mine.onopen = () => {
      if (first) mine.send(typeof first === 'function' ? first() : first);
    };
    mine.onmessage = ({ data }) => {
      if (mine !== socket) return;
      heard = Date.now();
      const message = JSON.parse(data);
      if (message === 'beat') return;
      change('open');
      onState(message);
    };
    mine.onclose = ({ code }) => {
      if (mine === socket) ended(CAUSES[code] ?? 'lost');
    };
  };

  // Asks for a small file first: some browsers delay a WebSocket more and more after each attempt
  // that failed.
  const attempt = async () => {
    try {
      const answer = await fetch('/favicon.ico', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT) });
      if (answer.status === 503) return ended('full');
    } catch {
      return ended('lost');
    }
    open();
  };

  const ended = (cause) => {
    const old = socket;
    socket = null;
    // Closing a lost connection takes minutes in a browser. It has no say any more.
    old?.close();
    change(cause);
    clearTimeout(timer);
    if (how === 'refused' || how === 'limited') return;
    const pause = Date.now() - lost > LONG ? PATIENT_PAUSE : cause === 'full' ? 5 * PAUSE : PAUSE;
    // A random pause, so that the phones do not all connect at the same moment.
    timer = setTimeout(attempt, pause * (0.5 + Math.random()));
  };

  const check = () => {
    const limit = socket?.readyState === WebSocket.OPEN && how === 'open' ? silence : TIMEOUT;
    const now = Date.now();
    // A page that stood still hears what has come meanwhile only after this.
    if (now - checked > 2 * CHECK) heard = Math.max(heard, now - limit + CHECK);
    checked = now;
    if (socket && now - heard > limit) ended('lost');
  };
  setInterval(check, CHECK);
  // The moments at which a phone wakes up.
  for (const event of ['pageshow', 'online', 'focus']) addEventListener(event, check);
  document.addEventListener('visibilitychange', check);

  open();
  const send = (message) => {
    const isOpen = how === 'open' && socket?.readyState === WebSocket.OPEN;
    if (isOpen) socket.send(JSON.stringify(message));
    return isOpen;
  };
  send.renew = (another) => {
    first = another;
    const old = socket;
    socket = null;
    old?.close();
    clearTimeout(timer);
    change('lost');
    open();
  };
  return send;
}
