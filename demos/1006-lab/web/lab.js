// The page of the 1006 lab: one button per cause, and what this browser sees of it.
// Everything is shown as text: nothing that a server sends becomes markup.
'use strict';

const WORDS = {
  en: {
    title: 'The 1006 lab',
    lead: '1006 is never sent. Your browser reports it when a connection ended without a Close frame, or never opened, and tells the page nothing more. Press a button to make it happen to a real connection of this browser.',
    all: 'Make all of them happen', why: 'Why, and what to do', language: '한국어',
    server: 'The server ends', close: 'One side sends a Close frame', frame: 'One side sends an invalid frame',
    refusal: 'The connection never opens', network: 'The network fails', browser: 'The browser ends',
    clean: 'clean', unclean: 'not clean', never: 'never opened', none: 'no event',
    saw: 'The server saw:', same: 'as recorded', other: 'not as recorded',
    recorded: 'Recorded in Chromium:', console: 'The console says:',
    hold: 'The connection is open. Now kill this tab or this browser: the terminal shows what the server saw.',
    progress: (done, all) => `${done} of ${all}`, stillOpen: 'still open', gone: 'the page is gone',
    slow: 'the browser waits for a minute',
  },
  ko: {
    title: '1006 실험실',
    lead: '1006은 전송되는 코드가 아닙니다. 연결이 Close 프레임 없이 끝나거나 아예 열리지 않았을 때 브라우저가 붙이는 번호이고, 페이지는 그 이상을 알 수 없습니다. 버튼을 누르면 지금 이 브라우저의 실제 연결에서 일어납니다.',
    all: '전부 일으켜 보기', why: '원인과 대처', language: 'English',
    server: '서버가 끝날 때', close: '한쪽이 Close를 보낼 때', frame: '한쪽이 잘못된 프레임을 보낼 때',
    refusal: '연결이 열리지 않을 때', network: '네트워크가 문제일 때', browser: '브라우저가 끝날 때',
    clean: '정상 종료', unclean: '비정상 종료', never: '열리지 않음', none: '이벤트 없음',
    saw: '서버가 본 것:', same: '기록과 같음', other: '기록과 다름',
    recorded: 'Chromium에서의 기록:', console: '콘솔 메시지:',
    hold: '연결이 열렸습니다. 이제 이 탭이나 브라우저를 강제로 종료해 보세요. 서버가 본 것은 터미널에 나옵니다.',
    progress: (done, all) => `${all}개 중 ${done}개`, stillOpen: '아직 열려 있음', gone: '페이지가 사라짐',
    slow: '브라우저가 1분 동안 기다립니다',
  },
};

const GIVE_UP = 2000; // The page's own deadline for onopen, in milliseconds.
const GRACE = 2500; // How long to wait for a close event after the server has seen the end.
const SLOW = ['unanswered-close']; // Takes a minute, so it starts first and runs beside the others.

const outcomes = {}; // What was seen, by cause.
const visits = {}; // The last visit, by cause.
let causes = [];
let nowhere = '';
let words = WORDS.en;

const later = ms => new Promise(done => setTimeout(done, ms));
const address = (name, visit) => `ws://${location.host}/ws/${name}?visit=${visit}`;

function newVisit() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');
}

// Waits until the server has seen the end of this visit, and returns what it saw.
async function whatTheServerSaw(visit) {
  for (let tries = 0; tries < 8; tries++) {
    const answer = await fetch(`/saw?visit=${visit}`);
    if (answer.status === 200) return (await answer.json()).saw;
  }
  return '';
}

// Makes a cause happen, and returns what this page saw of it.
async function happen(cause) {
  const visit = newVisit();
  visits[cause.name] = visit;
  if (cause.act === 'ask') return ask(cause, visit);
  if (cause.act === 'leave') return leave(cause, visit);
  const seen = { opened: false, code: null, reason: '', clean: false, saw: '' };
  const socket = new WebSocket(cause.act === 'nowhere' ? `ws://${nowhere}/` : address(cause.name, visit));
  const closed = new Promise(done => {
    socket.onclose = event => {
      Object.assign(seen, { code: event.code, reason: event.reason, clean: event.wasClean });
      done();
    };
  });
  socket.onopen = () => {
    seen.opened = true;
    act(socket, cause.act);
    if (cause.act === 'hold') show(cause, 'hold');
  };
  if (cause.act === 'giveup') setTimeout(() => socket.close(), GIVE_UP);
  if (cause.act === 'nowhere') {
    await closed;
    return seen;
  }
  seen.saw = await whatTheServerSaw(visit);
  await Promise.race([closed, later(GRACE)]);
  if (seen.code === null) {
    seen.reason = 'still open';
    socket.onclose = null;
    socket.close();
  }
  return seen;
}

// What the page does when the connection is open.
function act(socket, what) {
  if (what === 'hangup') socket.close();
  if (what.say) socket.send(what.say);
  if (what.close) socket.close(...what.close);
  if (what.send) {
    const [bytes, times] = what.send;
    for (let time = 0; time < times; time++) socket.send(new Uint8Array(bytes));
  }
}

// Asks over plain HTTP, whose answer a page can read.
async function ask(cause, visit) {
  const answer = await fetch(`/ws/${cause.name}?visit=${visit}`);
  const reason = `${answer.status} ${await answer.text()}`;
  return { opened: false, code: null, reason, clean: false, saw: await whatTheServerSaw(visit) };
}

// Connects from a page in a frame, and then navigates the frame away.
async function leave(cause, visit) {
  const frame = document.createElement('iframe');
  const opened = new Promise(done => addEventListener('message', event => event.data === visit && done()));
  frame.src = `/leaver?${cause.name}=${visit}`;
  document.body.append(frame);
  await opened;
  frame.src = '/lab.css';
  const saw = await whatTheServerSaw(visit);
  frame.remove();
  return { opened: true, code: null, reason: 'the page is gone', clean: false, saw };
}

function beTheLeaver() {
  const [name, visit] = location.search.slice(1).split('=');
  window.socket = new WebSocket(address(name, visit));
  window.socket.onopen = () => parent.postMessage(visit, location.origin);
}

const element = cause => document.getElementById(cause.name);

async function press(cause) {
  const row = element(cause);
  const button = row.querySelector('.press');
  button.disabled = true;
  delete outcomes[cause.name];
  show(cause, 'waiting');
  try {
    const began = performance.now();
    const outcome = await happen(cause);
    outcomes[cause.name] = { ...outcome, seconds: (performance.now() - began) / 1000 };
  } finally {
    button.disabled = false;
  }
  show(cause, 'done');
}

async function pressAll() {
  const button = document.getElementById('all');
  button.disabled = true;
  const automatic = causes.filter(cause => cause.act !== 'hold');
  const slow = automatic.filter(cause => SLOW.includes(cause.name)).map(press);
  try {
    for (const cause of automatic) if (!SLOW.includes(cause.name)) await press(cause);
    await Promise.all(slow);
  } finally {
    button.disabled = false;
  }
}

// Draws a cause's row.
function show(cause, state) {
  const row = element(cause);
  const part = name => row.querySelector(name);
  const outcome = outcomes[cause.name];
  row.dataset.state = state;
  row.className = state === 'waiting' ? 'waiting' : '';
  part('.code').textContent = part('.reason').textContent = part('.clean').textContent = '';
  part('.verdict').textContent = part('.saw').textContent = '';
  if (state === 'hold') part('.reason').textContent = words.hold;
  if (state === 'waiting' && SLOW.includes(cause.name)) part('.reason').textContent = words.slow;
  if (state === 'done' && outcome) {
    const same = ['opened', 'code', 'reason', 'clean', 'saw'].every(key => outcome[key] === cause.expected[key]);
    row.classList.add(outcome.code === null ? 'none' : outcome.clean ? 'closed' : 'cut');
    row.classList.toggle('other', !same);
    part('.code').textContent = outcome.code ?? words.none;
    part('.reason').textContent = inWords(outcome.reason);
    part('.clean').textContent = outcome.code === null ? '' : kind(outcome);
    part('.verdict').textContent = same ? `✓ ${words.same}` : `≠ ${words.other}`;
    part('.saw').dataset.label = words.saw;
    part('.saw').textContent = outcome.saw;
  }
  const done = Object.keys(outcomes).length;
  document.getElementById('progress').textContent = done ? words.progress(done, causes.length) : '';
}

const inWords = reason => ({ 'still open': words.stillOpen, 'the page is gone': words.gone })[reason] ?? reason;
const kind = outcome => (outcome.clean ? words.clean : outcome.opened ? words.unclean : `${words.unclean}, ${words.never}`);

// Shows the page in this language.
function speak(language) {
  words = WORDS[language];
  document.documentElement.lang = language;
  document.title = words.title;
  document.getElementById('language').textContent = words.language;
  document.getElementById('language').lang = language === 'en' ? 'ko' : 'en';
  for (const it of document.querySelectorAll('[data-text]')) it.textContent = words[it.dataset.text];
  for (const heading of document.querySelectorAll('h2')) heading.textContent = words[heading.dataset.group];
  for (const cause of causes) {
    const part = name => element(cause).querySelector(name);
    const recorded = cause.expected;
    part('.title').textContent = cause.title[language];
    part('.why').textContent = cause.why[language];
    part('.todo').textContent = `→ ${cause.todo[language]}`;
    const code = recorded.code === null ? words.none : `${recorded.code}, ${kind(recorded)}`;
    const reason = recorded.reason && `“${inWords(recorded.reason)}”`;
    const saw = recorded.saw && `${words.saw} ${recorded.saw}`;
    part('.recorded').textContent = `${words.recorded} ${[code, reason, saw].filter(Boolean).join(' · ')}`;
    part('.console').textContent = cause.console && `${words.console} … ${cause.console} …`;
    show(cause, element(cause).dataset.state);
  }
  try { localStorage.language = language; } catch { /* The choice is not stored. */ }
}

async function begin() {
  ({ causes, nowhere } = await (await fetch('/causes')).json());
  const copy = id => document.getElementById(id).content.firstElementChild.cloneNode(true);
  let section = null;
  for (const cause of causes) {
    if (section?.dataset.group !== cause.group) {
      section = copy('group');
      section.dataset.group = section.querySelector('h2').dataset.group = cause.group;
      document.getElementById('causes').append(section);
    }
    const row = copy('cause');
    row.id = cause.name;
    row.dataset.state = 'new';
    row.querySelector('.press').onclick = () => {
      row.querySelector('details').open = true;
      press(cause);
    };
    section.querySelector('.rows').append(row);
  }
  document.getElementById('all').onclick = pressAll;
  document.getElementById('language').onclick = () => speak(words === WORDS.en ? 'ko' : 'en');
  let kept = null;
  try { kept = localStorage.language; } catch { /* Nothing can be stored in this browser. */ }
  speak(kept in WORDS ? kept : navigator.language.startsWith('ko') ? 'ko' : 'en');
}

if (location.pathname === '/leaver') beTheLeaver();
else begin();
