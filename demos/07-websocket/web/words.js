// The texts of the page in both languages, with one sentence for every close code.

const en = {
  title: "Snack bar",
  name: "Your name",
  join: "Join",
  grab: "Grab a snack",
  leave: "Leave",
  eaten: "Snacks you have eaten",
  events: "Events in the room",
  out: "You are not in the room.",
  opening: "Connecting…",
  in: (name) => `You have joined, ${name}.`,
  asleep: "You are offline. This page reconnects when the network is back.",
  again: (seconds) => ` Trying again in ${seconds} s.`,
  ghost: "Your old seat is still being freed.",
  full: "Every seat is taken.",
  unreachable: "The server does not answer.",
  ends: {
    1000: "You have left. Come back whenever you like.",
    1001: "The server is shutting down.",
    1002: "The server did not understand this page. It may be out of date: reload it.",
    1003: "This page sent data that is not text.",
    1006: "The connection broke. The server or the network is down.",
    1007: "This page sent text that is not UTF-8.",
    1008: "Too many messages at once. Please slow down.",
    1009: "That message was too big.",
    1011: "The room had an error and is restarting.",
    1012: "The snack bar is restarting.",
    1013: "The snack bar is too busy.",
    4000: "Your device could not keep up, so it was disconnected.",
    4005: "You did not join in time, so the connection was closed.",
    4006: "Your device stopped answering.",
  },
  other: (code) => `The connection ended with code ${code}.`,
  event: (line) => line,
};

const ko = {
  title: "스낵바",
  name: "이름",
  join: "입장",
  grab: "간식 집기",
  leave: "퇴장",
  eaten: "지금까지 먹은 간식",
  events: "방 소식",
  out: "아직 입장하지 않았습니다.",
  opening: "연결하는 중입니다…",
  in: (name) => `${name} 님, 입장했습니다.`,
  asleep: "네트워크가 끊겼습니다. 연결되면 자동으로 다시 접속합니다.",
  again: (seconds) => ` ${seconds}초 뒤에 다시 시도합니다.`,
  ghost: "이전 자리를 아직 정리하고 있습니다.",
  full: "자리가 모두 찼습니다.",
  unreachable: "서버가 응답하지 않습니다.",
  ends: {
    1000: "퇴장했습니다. 언제든 다시 오세요.",
    1001: "서버가 종료되고 있습니다.",
    1002: "서버가 이해하지 못했습니다. 페이지가 오래되었을 수 있으니 새로고침하세요.",
    1003: "이 페이지가 텍스트가 아닌 데이터를 보냈습니다.",
    1006: "연결이 끊겼습니다. 서버나 네트워크에 문제가 있습니다.",
    1007: "이 페이지가 UTF-8이 아닌 텍스트를 보냈습니다.",
    1008: "메시지를 한꺼번에 너무 많이 보냈습니다. 조금 천천히 보내 주세요.",
    1009: "메시지가 너무 큽니다.",
    1011: "방에 오류가 생겨 다시 시작하고 있습니다.",
    1012: "스낵바를 다시 시작하고 있습니다.",
    1013: "스낵바가 너무 붐빕니다.",
    4000: "기기가 따라오지 못해 연결을 끊었습니다.",
    4005: "제때 입장하지 않아 연결을 닫았습니다.",
    4006: "기기가 응답하지 않습니다.",
  },
  other: (code) => `연결이 코드 ${code}(으)로 끝났습니다.`,
  event: (line) => line
    .replace(/^(#\d+) the tray holds (\d+) snacks?$/, "$1 쟁반에 간식 $2개")
    .replace(/^(#\d+) (\S+) joined$/, "$1 $2 님이 입장했습니다")
    .replace(/^(#\d+) (\S+) grabbed (?:snack )?(\S+)$/, "$1 $2 님이 간식 $3번을 집었습니다")
    .replace(/^(#\d+) (\S+) left with (\d+) snacks?$/, "$1 $2 님이 간식 $3개를 먹고 퇴장했습니다"),
};

export const languages = { en, ko };
