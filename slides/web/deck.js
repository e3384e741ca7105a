// The deck in the browser: fetched once, drawn as elements, revealed step by step. And the texts of
// every page.

const labels = {
  en: {
    froze: 'FROZEN',
    served: 'SERVED TO THE END',
    kept: 'SERVED, PROMISES KEPT',
    unkept: 'SERVED, PROMISES BROKEN',
    unkeptCount: (n) => `SERVED, ${n} ${n === 1 ? 'PROMISE' : 'PROMISES'} BROKEN`,
    deadlock: 'DEADLOCK',
    stuck: 'STUCK: WAITS FOR A PHONE',
    waitsForEachOther: 'they wait for each other',
    waitsFor: (phone) => `all players wait for ${phone} to read`,
    stopped_heart: 'the heartbeat stopped, too',
    beats_heart: 'the heartbeat continues',
    failed: 'IT FAILED',
    uncompiled: 'IT DOES NOT COMPILE',
    firstError: 'the first error is above; press d again when it is corrected',
    taken: 'ITS PORT IS TAKEN',
    takenBy: ({ port, program, process }) => (program
      ? `${program} (process ${process}) listens on port ${port}: end it (kill ${process}), then press d`
      : `another program listens on port ${port}`),
    impossible: 'CANNOT RUN HERE',
    stopped: 'stopped',
    building: 'building …',
    running: 'running',
    idle: 'press d to start',
    recorded: 'RECORDED',
    broken: 'BROKEN',
    allEnded: 'Every thread has ended',
    tried: (many, all, well) => (well
      ? `${all ? 'All' : 'The first'} ${many.toLocaleString('en')} schedules end well.`
      : `Tried one by one, schedule ${many.toLocaleString('en')} is the first that ends badly.`),
    noReply: 'no player gets a reply any more',
    replay: 'press r to play the recording',
    move: 'Which thread moves next?',
    vote: 'The audience decides',
    alone: (name) => `Only ${name} can move, so there is no vote`,
    nobody: 'Nobody voted: the presenter picks',
    seconds: ' s',
    votesFor: (n) => `${n} ${n === 1 ? 'vote' : 'votes'}`,
    killed: (times) => `SERVER KILLED ${times} ×`,
    start: 'Press p to begin',
    noFollow: 'Phones cannot follow: this stage was started without --audience',
    noKit: (withoutPhones) => `The repository cannot be cloned from this stage.`
      + (withoutPhones ? ' It was started without --audience.' : ''),
    kitSoon: 'Preparing the repository …',
    live: 'live',
    browsing: 'back to live',
    lost: 'Connecting to the stage …',
    refused: 'This link is from an earlier run; open the new one from the terminal.',
    over: 'The talk is over. Thank you!',
    ended: 'The stage has ended. As soon as it runs again, this page continues …',
    heldBack: 'The slides from before are shown until this is mended:',
    full: 'Too many phones at the moment; trying again …',
    join: 'Join the game',
    youFollow: 'You follow already. Your neighbour can scan this:',
    onTheWall: 'The figures are on the big screen.',
    enlarge: 'Enlarge',
    whole: 'Show it whole',
    next: 'Next',
    end: 'That was the last slide',
    of: 'of',
    phones: (n) => `${n} ${n === 1 ? 'phone' : 'phones'}`,
    ahead: 'ahead',
    behind: 'behind',
    onTime: 'on time',
    questions: 'questions',
    slide: 'Slide',
    inbox: (size) => `inbox (holds ${size})`,
    most: 'longest queue so far',
    follow: 'phones',
    delivered: 'states delivered',
    overtaken: 'skipped for a newer one',
    disconnected: 'disconnected: too slow',
    dropped: 'votes dropped',
    sum: (handled, seconds) => `${handled} messages in ${seconds} s, handled by one task that waits in one place.`,
  },
  ko: {
    froze: '멈췄습니다',
    served: '끝까지 서비스했습니다',
    kept: '끝까지 서비스했고, 약속을 지켰습니다',
    unkept: '끝까지 서비스했지만, 약속이 깨졌습니다',
    unkeptCount: (n) => `끝까지 서비스했지만, 약속 ${n}개가 깨졌습니다`,
    deadlock: '데드락',
    stuck: '휴대폰을 기다리며 멈췄습니다',
    waitsForEachOther: '서로를 기다립니다',
    waitsFor: (phone) => `모든 플레이어가 ${phone.replace("'s phone", '의 휴대폰')}이 읽기를 기다립니다`,
    stopped_heart: '하트비트도 멈췄습니다',
    beats_heart: '하트비트는 계속됩니다',
    failed: '실패했습니다',
    uncompiled: '컴파일되지 않습니다',
    firstError: '첫 번째 오류가 위에 있습니다. 고친 뒤 다시 d 키를 누르세요',
    taken: '포트를 다른 프로그램이 쓰고 있습니다',
    takenBy: ({ port, program, process }) => (program
      ? `${port}번 포트를 ${program} 프로그램(프로세스 ${process})이 쓰고 있습니다. kill ${process} 명령으로 끝낸 뒤 d 키를 누르세요`
      : `다른 프로그램이 ${port}번 포트를 쓰고 있습니다`),
    promises: {
      'nobody waits for ever': '영원히 기다리지 않음',
      'no snack twice': '간식은 한 번만',
      'one order': '순서는 하나',
    },
    impossible: '여기서는 실행할 수 없습니다',
    stopped: '중지됨',
    building: '빌드하는 중 …',
    running: '실행 중',
    idle: 'd 키로 시작',
    recorded: '녹화본',
    broken: '약속이 깨졌습니다',
    allEnded: '모든 스레드가 끝났습니다',
    tried: (many, all, well) => (well
      ? (all ? `스케줄 ${many.toLocaleString('ko')}개가 모두 문제없이 끝납니다.` : `처음 ${many.toLocaleString('ko')}개 스케줄은 문제없이 끝납니다.`)
      : `차례로 시도하면 ${many.toLocaleString('ko')}번째 스케줄에서 처음 문제가 생깁니다.`),
    noReply: '이제 어떤 플레이어도 응답을 받지 못합니다',
    replay: 'r 키로 녹화본 재생',
    move: '다음에는 어느 스레드를 실행할까요?',
    vote: '여러분이 정합니다',
    alone: (name) => `움직일 수 있는 스레드가 ${name} 하나뿐이라 투표 없이 실행합니다`,
    nobody: '투표한 사람이 없습니다. 발표자가 고릅니다',
    seconds: '초',
    votesFor: (n) => `${n}표`,
    killed: (times) => `서버를 ${times}번 죽였습니다`,
    start: 'p 키로 시작',
    noFollow: '휴대폰으로 볼 수 없습니다. --audience 없이 시작했습니다',
    noKit: (withoutPhones) => `지금은 저장소를 클론할 수 없습니다.`
      + (withoutPhones ? ' --audience 없이 시작했습니다.' : ''),
    kitSoon: '저장소를 준비하는 중 …',
    live: '실시간',
    browsing: '실시간으로',
    lost: '스테이지에 연결하는 중 …',
    refused: '지난번에 실행했을 때의 링크입니다. 터미널에 표시된 새 링크를 여세요.',
    over: '발표가 끝났습니다. 고맙습니다!',
    ended: '스테이지가 종료되었습니다. 다시 시작되면 이 화면도 이어집니다 …',
    heldBack: '고칠 때까지 이전 슬라이드를 보여 줍니다:',
    full: '지금은 접속한 휴대폰이 너무 많습니다. 다시 시도하는 중 …',
    join: '게임 참가하기',
    youFollow: '이미 따라오고 있습니다. 옆 사람은 이 코드를 찍으면 됩니다.',
    onTheWall: '숫자는 큰 화면에 있습니다.',
    enlarge: '크게 보기',
    whole: '전체 보기',
    next: '다음',
    end: '마지막 슬라이드였습니다',
    of: '/',
    phones: (n) => `휴대폰 ${n}대`,
    ahead: '빠름',
    behind: '늦음',
    onTime: '제시간',
    questions: '질문',
    slide: '슬라이드',
    inbox: (size) => `inbox (최대 ${size}개)`,
    most: '가장 많이 쌓인 메시지',
    follow: '휴대폰',
    delivered: '전달한 상태',
    overtaken: '더 새로운 상태로 대체',
    disconnected: '너무 느려서 끊은 휴대폰',
    dropped: '버린 투표',
    sum: (handled, seconds) => `${seconds}초 동안 메시지 ${handled}개를 태스크 하나가 처리했습니다. 기다리는 곳은 한 곳뿐입니다.`,
  },
};

// The labels for a language.
export const labelsFor = (language) => labels[language] ?? labels.en;

// What the button for a language says, in that language.
export const nameOf = (language) => ({ en: 'English', ko: '한국어' })[language] ?? language;

// The language after this one.
export const languageAfter = (deck) => deck.languages[(deck.languages.indexOf(deck.language) + 1) % deck.languages.length];

// The deck in a language, or in its first one if it does not have this one.
export async function fetchDeck(language) {
  const response = await fetch(`/deck/${language}`);
  if (!response.ok) throw new Error(`no deck in ${language}`);
  return response.json();
}

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// One slide as an element. Its HTML comes from the stage, which has escaped every text in it.
export function draw(deck, index) {
  const slide = deck.slides[index];
  const section = make('section', `slide look-${slide.look}`);
  section.lang = deck.language;
  section.dataset.page = `${index + 1}`;
  section.setAttribute('aria-roledescription', 'slide');
  section.setAttribute('aria-label', `${index + 1}: ${slide.title}`);
  const body = make('div', 'body');
  body.innerHTML = slide.html;
  const head = make('header', 'head');
  head.append(...body.querySelectorAll(':scope > h1, :scope > h2'));
  for (const only of body.querySelectorAll('p > img:only-child')) only.parentElement.classList.add('picture');
  if (slide.look === 'split') {
    const [text, show] = [make('div', 'text'), make('div', 'show')];
    for (const child of [...body.children]) (child.matches('figure, .picture, [data-live], [data-demo], [data-scheduler]') ? show : text).append(child);
    body.append(text, show);
  }
  section.append(head, body);
  return section;
}

// Shows what is revealed at `step`. Infinity shows everything.
export function reveal(section, step) {
  for (const item of section.querySelectorAll('[data-step]')) item.classList.toggle('hidden', Number(item.dataset.step) > step);
  for (const code of section.querySelectorAll('pre[data-first]')) {
    const lines = [...code.querySelectorAll('.line')];
    const steps = new Set(lines.flatMap((line) => (line.dataset.on ?? '').split(' ').filter(Boolean).map(Number)));
    const last = Math.max(...steps, Number(code.dataset.first));
    const now = Math.min(Math.max(step, Number(code.dataset.first)), last);
    const all = steps.size === 0 || step === Infinity;
    for (const line of lines) line.classList.toggle('off', !all && !(line.dataset.on ?? '').split(' ').includes(`${now}`));
  }
}

// Scales the slide in a frame, which has 1920 by 1080 pixels, to the size of the frame.
const fitting = new ResizeObserver((entries) => entries.forEach(({ target, contentRect }) => {
  target.style.setProperty('--scale', Math.min(contentRect.width / 1920, contentRect.height / 1080));
}));
export const fit = (frame) => fitting.observe(frame);
