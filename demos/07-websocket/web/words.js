// What the page says, in the audience's languages, and one sentence for every way in which a
// connection ends.

const en = {
  title: "Snack bar",
  name: "Your name",
  join: "Join",
  grab: "Grab a snack",
  leave: "Leave",
  eaten: "Snacks you had",
  events: "What happens in the room",
  out: "You are not in the room.",
  opening: "Opening the door…",
  in: (name) => `You are in, ${name}.`,
  asleep: "There is no network. You will be brought back when it returns.",
  again: (seconds) => ` Trying again in ${seconds} s.`,
  ghost: "Your old place is still being cleared.",
  full: "Every place is taken.",
  unreachable: "The server does not answer.",
  ends: {
    1000: "You have left. Come back whenever you like.",
    1001: "The server is going away.",
    1002: "The server did not understand us: this page may be an old one. Reload it.",
    1003: "The server was sent something that is no text.",
    1006: "The connection broke off without a word: the server is gone, or the network is.",
    1007: "The server was sent a text that is no UTF-8.",
    1008: "That was too much at once. Take it slower.",
    1009: "That message was too big.",
    1011: "The room fell, and is being opened again.",
    1012: "The snack bar is restarting.",
    1013: "The snack bar is too busy.",
    4000: "You read too slowly to keep up, and were shown out.",
    4005: "Nobody joined on this connection, so it was closed.",
    4006: "Your device did not answer any more.",
  },
  other: (code) => `The connection ended with code ${code}.`,
  event: (line) => line,
};

const ko = {
  title: "간식 바",
  name: "이름",
  join: "들어가기",
  grab: "간식 집기",
  leave: "나가기",
  eaten: "지금까지 먹은 간식",
  events: "방에서 일어나는 일",
  out: "아직 방에 들어오지 않으셨어요.",
  opening: "문을 여는 중이에요…",
  in: (name) => `${name} 님, 들어오셨어요.`,
  asleep: "네트워크가 끊겼어요. 다시 연결되면 바로 들어가실 수 있어요.",
  again: (seconds) => ` ${seconds}초 뒤에 다시 시도할게요.`,
  ghost: "이전 자리를 아직 정리하고 있어요.",
  full: "자리가 다 찼어요.",
  unreachable: "서버가 응답하지 않아요.",
  ends: {
    1000: "나가셨어요. 언제든 다시 오세요.",
    1001: "서버가 문을 닫고 있어요.",
    1002: "서버가 알아듣지 못했어요. 페이지가 오래되었을 수 있으니 새로고침해 주세요.",
    1003: "텍스트가 아닌 데이터를 보냈어요.",
    1006: "아무 말 없이 연결이 끊겼어요. 서버나 네트워크가 사라진 것 같아요.",
    1007: "UTF-8이 아닌 글자를 보냈어요.",
    1008: "한꺼번에 너무 많이 보내셨어요. 조금만 천천히 해 주세요.",
    1009: "메시지가 너무 컸어요.",
    1011: "방에 문제가 생겨 다시 열고 있어요.",
    1012: "간식 바를 다시 시작하고 있어요.",
    1013: "간식 바가 너무 붐벼요.",
    4000: "읽는 속도가 너무 느려서 밖으로 안내되셨어요.",
    4005: "아무도 들어오지 않아서 연결을 닫았어요.",
    4006: "기기가 더 이상 응답하지 않았어요.",
  },
  other: (code) => `연결이 코드 ${code}번으로 끝났어요.`,
  event: (line) => line
    .replace(/^(#\d+) the tray holds (\d+) snacks?$/, "$1 쟁반에 간식 $2개")
    .replace(/^(#\d+) (\S+) joined$/, "$1 $2 님이 들어왔어요")
    .replace(/^(#\d+) (\S+) grabbed (?:snack )?(\S+)$/, "$1 $2 님이 간식 $3번을 집었어요")
    .replace(/^(#\d+) (\S+) left with (\d+) snacks?$/, "$1 $2 님이 간식 $3개를 먹고 나갔어요"),
};

export const languages = { en, ko };
