// The texts of questions and reactions, on the phones, on the speaker's page and on the wall.

const texts = {
  en: {
    questions: (shown) => (shown ? `Questions · ${shown}` : 'Ask a question'),
    title: 'Questions',
    close: 'Close',
    placeholder: 'Your question to the speaker',
    send: 'Send',
    sent: 'Sent. Others see it once the speaker shows it.',
    waits: 'Waiting for the speaker',
    vote: (votes) => `I want to know this, too. Votes: ${votes}`,
    none: 'No question is shown yet.',
    onWall: 'on the wall now',
    answered: 'answered',
    reactions: 'Reactions',
    lost: 'I am lost',
    got: 'Got it',
    faster: 'Go faster',
    noted: 'The speaker sees it.',
    errors: {
      empty: 'Type a question first.',
      long: 'That is too long. A question has 200 characters at most.',
      fast: 'Too fast. Wait a moment, then try again.',
      full: 'Too many questions wait at the moment. Try again later.',
      gone: 'That question is no longer shown.',
      closed: 'The speaker has closed the questions.',
      cookie: 'Allow cookies for this page, so that each device has one vote, then reload it.',
      lost: 'The stage cannot be reached. Try again.',
    },
    counts: (waiting, shown) => `Questions: ${waiting} waiting, ${shown} on phones`,
    justNow: 'in the last 45 s',
    open: 'Allow questions',
    shut: 'Close questions',
    off: 'Questions and reactions are closed',
    show: 'Show on phones',
    pick: 'Onto the wall',
    pickFirst: 'Top question onto the wall  q',
    takeOff: 'Off the wall',
    takeOffKey: 'Off the wall  q',
    dismiss: 'Dismiss',
    dismissWaiting: 'Dismiss all waiting',
    waiting: 'Waiting: only you see these',
    shown: 'On the phones',
    empty: 'No question yet',
    fromAudience: 'A question from the audience',
  },
  ko: {
    questions: (shown) => (shown ? `질문 · ${shown}` : '질문하기'),
    title: '질문',
    close: '닫기',
    placeholder: '발표자에게 할 질문',
    send: '보내기',
    sent: '보냈습니다. 발표자가 공개하면 모두에게 보입니다.',
    waits: '발표자의 확인을 기다리는 중',
    vote: (votes) => `저도 궁금합니다. ${votes}표`,
    none: '아직 공개된 질문이 없습니다.',
    onWall: '지금 화면에 표시 중',
    answered: '답변 완료',
    reactions: '반응',
    lost: '놓쳤습니다',
    got: '이해했습니다',
    faster: '더 빠르게',
    noted: '발표자에게 전달했습니다.',
    errors: {
      empty: '질문을 먼저 입력하세요.',
      long: '너무 깁니다. 질문은 200자까지 쓸 수 있습니다.',
      fast: '너무 빠릅니다. 잠시 뒤에 다시 시도하세요.',
      full: '지금은 대기 중인 질문이 너무 많습니다. 나중에 다시 시도하세요.',
      gone: '이 질문은 더 이상 표시되지 않습니다.',
      closed: '지금은 질문을 받지 않습니다.',
      cookie: '기기마다 한 표씩 셀 수 있도록 이 페이지의 쿠키를 허용한 뒤 새로고침하세요.',
      lost: '스테이지에 연결할 수 없습니다. 다시 시도하세요.',
    },
    counts: (waiting, shown) => `질문: 대기 ${waiting}개, 공개 ${shown}개`,
    justNow: '최근 45초',
    open: '질문 받기',
    shut: '질문 그만 받기',
    off: '질문과 반응을 받지 않는 중',
    show: '휴대폰에 공개',
    pick: '화면에 띄우기',
    pickFirst: '1위 질문 띄우기  q',
    takeOff: '화면에서 내리기',
    takeOffKey: '화면에서 내리기  q',
    dismiss: '삭제',
    dismissWaiting: '대기 중인 질문 모두 삭제',
    waiting: '대기 중: 발표자에게만 보입니다',
    shown: '휴대폰에 공개됨',
    empty: '아직 질문이 없습니다',
    fromAudience: '청중의 질문',
  },
};

export const textsFor = (language) => texts[language] ?? texts.en;

// What the audience has written, as text only. `auto` reads its direction from the text itself, and
// isolates it from the text around it.
export function written(element, text) {
  element.textContent = text;
  element.dir = 'auto';
  return element;
}

// Replaces the children of an element if `content` differs from what is drawn. The button that has
// the focus keeps it: a button is known by its `data-key`.
export function redraw(element, content, children) {
  const drawn = JSON.stringify(content);
  if (element.drawn === drawn) return;
  element.drawn = drawn;
  const key = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  element.replaceChildren(...children());
  if (key) element.querySelector(`[data-key="${key}"]`)?.focus();
}
