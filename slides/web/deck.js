// The deck as elements: fetched once, drawn where it is needed, and shown up to a step.

export const words = {
  en: {
    froze: 'FROZEN', served: 'SERVED TO THE END', failed: 'IT FAILED', impossible: 'IT CANNOT RUN HERE', stopped: 'stopped',
    building: 'is being built …', running: 'running', idle: 'd starts it', recorded: 'RECORDED', deadlock: 'DEADLOCK', broken: 'BROKEN', kept: 'Every thread has ended',
    tried: (many, all, well) => (well ? `${all ? 'All' : 'The first'} ${many.toLocaleString('en')} schedules end well.` : `Tried one by one, schedule ${many.toLocaleString('en')} is the first that ends badly.`),
    nobody: 'nobody has a reply any more', replay: 'r plays the recording', move: 'Who moves next?', vote: 'The audience decides', left: 's left',
    killed: (times) => `SERVER KILLED ${times} ×`,
    start: 'p begins', noFollow: 'Phones are not invited yet', noKit: (alone) => `This stage hands out no copy of the repository.${alone ? ' With --audience it does.' : ''}`, kitSoon: 'The copy is being prepared …', live: 'live', browsing: 'back to live', lost: 'looking for the stage …',
    over: 'The talk is over. Thank you!', full: 'No room for another phone right now; trying again …', join: 'Join the game', next: 'Next', end: 'That was the last slide', of: 'of', notes: 'notes', votes: 'Your vote',
    phones: (n) => `${n} ${n === 1 ? 'phone' : 'phones'}`, ahead: 'ahead', behind: 'behind', onTime: 'on time', questions: 'questions', slide: 'Slide',
  },
  ko: {
    froze: '멈췄습니다', served: '끝까지 서비스했습니다', failed: '실패했습니다', impossible: '여기서는 실행할 수 없습니다', stopped: '중지됨',
    building: '빌드하는 중 …', running: '실행 중', idle: 'd 키로 시작', recorded: '녹화본', deadlock: '교착 상태', broken: '약속이 깨졌습니다', kept: '모든 스레드가 끝났습니다',
    tried: (many, all, well) => (well ? `스케줄 ${many.toLocaleString('ko')}개${all ? ' 전부' : ''} 무사히 끝납니다.` : `차례로 시도하면 ${many.toLocaleString('ko')}번째 스케줄에서 처음 문제가 생깁니다.`),
    nobody: '이제 아무도 응답을 받지 못합니다', replay: 'r 키로 녹화본 재생', move: '다음은 누구 차례일까요?', vote: '여러분이 정합니다', left: '초 남음',
    killed: (times) => `서버를 ${times}번 죽였습니다`,
    start: 'p 키로 시작', noFollow: '아직 휴대폰을 초대하지 않았습니다', noKit: (alone) => `지금은 저장소의 사본을 나눠 주지 않습니다.${alone ? ' --audience로 시작하면 나눠 줍니다.' : ''}`, kitSoon: '사본을 준비하고 있습니다 …', live: '실시간', browsing: '실시간으로', lost: '무대를 찾는 중 …',
    over: '발표가 끝났습니다. 고맙습니다!', full: '지금은 자리가 없습니다. 다시 연결해 보겠습니다 …', join: '게임 참가하기', next: '다음', end: '마지막 슬라이드였습니다', of: '/', notes: '노트', votes: '내 투표',
    phones: (n) => `휴대폰 ${n}대`, ahead: '빠름', behind: '늦음', onTime: '제시간', questions: '질문', slide: '슬라이드',
  },
};

export async function fetchDeck(language) {
  const answer = await fetch(`/deck/${language}`);
  if (!answer.ok) throw new Error(`no deck in ${language}`);
  return answer.json();
}

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// One slide as an element. Its HTML was drawn by the stage from the deck; nothing else gets here.
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

// Shows what has been revealed until `step`; Infinity shows everything.
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

// A frame shows a slide of 1920 by 1080 at whatever size it has itself.
const fitting = new ResizeObserver((entries) => entries.forEach(({ target, contentRect }) => {
  target.style.setProperty('--scale', Math.min(contentRect.width / 1920, contentRect.height / 1080));
}));
export const fit = (frame) => fitting.observe(frame);
