// The texts of the speaker's page and of the remote.

const texts = {
  en: {
    back: 'Back', next: 'Next', black: 'Black', notBlack: 'Show the slide', start: 'Start the clock', stop: 'Stop the clock', zero: 'Clock to 0:00', language: '한국어',
    demo: 'Start the demo', stopDemo: 'Stop the demo', replay: 'Play its recording', crash: 'Kill the game’s server', play: 'Begin the game', votes: 'Begin the votes', endVotes: 'End the votes',
    lights: 'Light up every row', dimmed: 'Only the steps that ran', times: 'Times', remote: 'Remote', help: 'Keys',
    of: (length) => `of ${length}`, left: (time) => `${time} left`, over: (time) => `${time} over time`,
    ahead: (time) => `${time} ahead`, behind: (time) => `${time} behind`, onTime: 'on time', notBegun: 'not begun',
    plan: (from, to) => `plan ${from} – ${to}`, here: (now) => `this slide ${now}`, planned: (time) => `planned ${time}`, last: (time) => `last rehearsal ${time}`,
    day: 'time of day', reply: (ms) => `slowest reply ${ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`}`,
    isBlack: 'The wall is black', stands: 'The clock stands', runs: (name, slide) => `${name} still runs on slide ${slide}`, rehearses: 'Rehearsal',
    step: (step, steps) => `step ${step} of ${steps}`, nextStep: (step, steps) => `Next press: step ${step} of ${steps}`, nextSlide: (slide, title) => `Next press: slide ${slide}, ${title}`, then: (slide, title) => `Then slide ${slide}, ${title}`,
    table: ['slide', '', 'plan', 'planned', 'last', 'now'], timesAbout: 'By the talk’s clock. The option --rehearse keeps the times of a rehearsal for the next run.', close: 'Close',
    pair: 'Pair a phone', pairAgain: 'New code', unpair: 'Unpair every phone', noRemote: 'The remote needs the phones’ listener: start the stage with --audience.',
    pairAbout: 'Scan this code with your own phone, or open the address and type the code. It is for one phone, once.', expires: (s) => `valid for ${s} s`, paired: (n, on) => (n ? `${n} ${n === 1 ? 'phone is' : 'phones are'} paired, ${on} connected` : 'No phone is paired.'),
    remoteCan: 'A paired phone can go forward and back, read the notes, start and stop the demo of this slide, and begin and end the votes. Nothing else.',
    code: 'Code from the speaker’s page', enter: 'Pair', wrong: 'That code is wrong, used, or too old. Ask the speaker’s page for a new one.', wait: 'Too many codes from this network. Wait some seconds, then try again.', unpaired: 'This phone is not paired. On the laptop, open the speaker’s page and press Remote.',
    lost: 'No connection. Trying again …', over_: 'The stage has ended.', noNotes: 'No notes', atEnd: 'last slide', waits: 'Nobody voted: pick a move on the laptop', open: 'The audience votes', notSent: 'Not sent: no connection',
  },
  ko: {
    back: '이전', next: '다음', black: '암전', notBlack: '슬라이드 보이기', start: '시계 시작', stop: '시계 정지', zero: '시계 0:00으로', language: 'English',
    demo: '데모 시작', stopDemo: '데모 중지', replay: '녹화본 재생', crash: '게임 서버 죽이기', play: '게임 시작', votes: '투표 시작', endVotes: '투표 종료',
    lights: '모든 행 켜기', dimmed: '실행한 단계만 켜기', times: '시간', remote: '리모컨', help: '키 목록',
    of: (length) => `/ ${length}`, left: (time) => `${time} 남음`, over: (time) => `${time} 초과`,
    ahead: (time) => `${time} 빠름`, behind: (time) => `${time} 늦음`, onTime: '제시간', notBegun: '시작 전',
    plan: (from, to) => `계획 ${from} – ${to}`, here: (now) => `이 슬라이드 ${now}`, planned: (time) => `계획 ${time}`, last: (time) => `지난 리허설 ${time}`,
    day: '현재 시각', reply: (ms) => `가장 느린 응답 ${ms < 1000 ? `${ms}ms` : `${(ms / 1000).toFixed(1)}초`}`,
    isBlack: '화면이 암전 상태입니다', stands: '시계가 멈춰 있습니다', runs: (name, slide) => `슬라이드 ${slide}의 ${name} 데모가 아직 실행 중입니다`, rehearses: '리허설',
    step: (step, steps) => `${steps}단계 중 ${step}단계`, nextStep: (step, steps) => `다음: ${steps}단계 중 ${step}단계`, nextSlide: (slide, title) => `다음: 슬라이드 ${slide}, ${title}`, then: (slide, title) => `그다음 슬라이드 ${slide}, ${title}`,
    table: ['번호', '', '계획', '예정', '지난번', '지금'], timesAbout: '발표 시계로 잰 시간입니다. --rehearse 옵션으로 시작하면 리허설 시간을 다음 실행까지 보관합니다.', close: '닫기',
    pair: '휴대폰 연결하기', pairAgain: '새 코드', unpair: '모든 휴대폰 연결 끊기', noRemote: '리모컨을 쓰려면 --audience 옵션으로 스테이지를 시작하세요.',
    pairAbout: '발표자의 휴대폰으로 이 코드를 스캔하거나, 주소를 열고 코드를 입력하세요. 휴대폰 한 대에서 한 번만 쓸 수 있습니다.', expires: (s) => `${s}초 동안 유효`, paired: (n, on) => (n ? `휴대폰 ${n}대가 연결되어 있고, 지금 ${on}대가 접속 중입니다.` : '연결된 휴대폰이 없습니다.'),
    remoteCan: '연결된 휴대폰으로 할 수 있는 일은 다음·이전, 노트 보기, 이 슬라이드의 데모 시작·중지, 투표 시작·종료뿐입니다.',
    code: '발표자 화면의 코드', enter: '연결', wrong: '코드가 틀렸거나, 이미 사용했거나, 만료되었습니다. 발표자 화면에서 새 코드를 받으세요.', wait: '이 네트워크에서 코드를 너무 많이 보냈습니다. 몇 초 뒤에 다시 시도하세요.', unpaired: '연결되지 않은 휴대폰입니다. 노트북의 발표자 화면에서 리모컨을 누르세요.',
    lost: '연결이 끊겼습니다. 다시 연결하는 중 …', over_: '스테이지가 종료되었습니다.', noNotes: '노트 없음', atEnd: '마지막 슬라이드', waits: '투표가 없습니다. 노트북에서 고르세요', open: '청중이 투표하는 중', notSent: '보내지 못했습니다. 연결이 없습니다',
  },
};

export const textsFor = (language) => texts[language] ?? texts.en;

export const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

// How the talk goes: the words and the class for them.
export function pace(state, text) {
  const late = state.plan.pace?.late ?? null;
  if (late === null) return ['', ''];
  if (!state.clock.runs && !state.clock.ms) return [text.notBegun, ''];
  if (late > 0) return [text.behind(minutes(late)), 'late'];
  return late < 0 ? [text.ahead(minutes(-late)), 'early'] : [text.onTime, ''];
}
