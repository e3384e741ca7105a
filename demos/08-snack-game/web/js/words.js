/** Everything that is said to people, in English and in Korean. A page says `data-say="key"`; code says `say("key", { n: 3 })`. */

import { keep, recall } from "./kept.js";

/** @typedef {keyof typeof english} Key */
/** @typedef {Record<string, string | number>} Values */

const english = {
  title: "Snack Rush",
  tagline: "Swipe to turn. Run over snacks. Be quick.",
  nameLabel: "Your name",
  namePlaceholder: "Name",
  play: "Play",
  leave: "Leave",
  language: "한국어",
  languageLabel: "한국어로 보기",
  swipe: "Swipe anywhere to turn",
  keys: "or use the arrow keys, or W A S D",
  watchInstead: "Watch instead",
  red: "Red",
  blue: "Blue",
  green: "Green",
  yellow: "Yellow",
  youAre: "You are {team} {shape}, {name}. Swipe to turn.",
  playing: "You play in room “{room}” as {name}.",
  watching: "You watch room “{room}”.",
  asking: "Looking for a seat…",
  opening: "Connecting…",
  entering: "Sitting down…",
  lost: "The line is gone. Trying again in {n} s…",
  lostNow: "The line is gone. Trying again…",
  noNetwork: "Your phone has no network. We go on as soon as it is back.",
  restarting: "The snack bar restarts. Back in {n} s; your seat is kept.",
  restartsSoon: "The snack bar restarts in {n} s. Your points are kept.",
  behind: "Your line was too slow. Catching up…",
  roomFell: "The room stumbled. Taking you back to your seat…",
  anew: "Your seat was given away. Sitting down anew…",
  takenOver: "You play on in another tab. This one only remembers your name.",
  playHere: "Play here",
  full: "This snack bar is full. There is room over there:",
  fullNoElse: "This snack bar is full. Asking again in {n} s…",
  goElsewhere: "Go to {host}",
  oldPage: "This page is older than the server. Please reload it.",
  reload: "Reload",
  refused: "The server would not have us ({code}). Trying again in {n} s…",
  left: "You left. Come back any time.",
  resumed: "Welcome back, {name}. Your seat and your points were kept.",
  points: "Points",
  pointsOf: "{n} points",
  place: "place {n}",
  placeOf: "{n} of {all}",
  secondsLeft: "{n} seconds left",
  roundBegins: "A new round begins.",
  roundOver: "Round over. You are {n} of {all}, with {points} points.",
  roundOverHall: "Round over. {name} wins with {points} points.",
  youStand: "You are {n} of {all}.",
  podium: "Podium",
  podiumYou: "You came {n} of {all}",
  teamWins: "{team} {shape} wins",
  nobodyWins: "A draw",
  nextRound: "Next round in {n}",
  you: "You",
  players: "{n} players",
  onePlayer: "1 player",
  joinIn: "Join in",
  scan: "Scan, and play along",
  leaders: "Leaders",
  bestToday: "Best today",
  timeLabel: "Time left",
  teamsLabel: "Points of the teams",
  fieldLabel: "The arena. You always run; turn towards the snacks.",
  fieldWatch: "The arena, seen from above.",
  mapLabel: "Map of the arena",
  follow: "Follow",
  whole: "Whole arena",
  following: "You follow {name}.",
  away: "away",
  xrayTitle: "X-ray",
  xrayRefused: "The x-ray is for whoever runs the server: open it on the same machine, or with #token=… in the address.",
  xrayLost: "The server does not answer. Trying again…",
  xrayFine: "Read {n} s ago.",
  noScript: "Snack Rush needs JavaScript.",
};

/** @type {Record<Key, string>} */
const korean = {
  title: "스낵 러시",
  tagline: "밀어서 방향을 바꾸고, 간식 위를 달리세요!",
  nameLabel: "이름",
  namePlaceholder: "이름",
  play: "시작하기",
  leave: "나가기",
  language: "English",
  languageLabel: "View in English",
  swipe: "화면 아무 곳이나 밀면 방향이 바뀝니다",
  keys: "키보드는 방향키나 W A S D를 쓰세요",
  watchInstead: "구경만 하기",
  red: "빨강",
  blue: "파랑",
  green: "초록",
  yellow: "노랑",
  youAre: "{name} 님은 {team} {shape} 팀입니다. 밀어서 방향을 바꾸세요.",
  playing: "‘{room}’ 방에서 {name} 이름으로 놀고 있습니다.",
  watching: "‘{room}’ 방을 구경하고 있습니다.",
  asking: "자리를 찾고 있습니다…",
  opening: "연결하고 있습니다…",
  entering: "자리에 앉는 중입니다…",
  lost: "연결이 끊겼습니다. {n}초 뒤에 다시 연결합니다…",
  lostNow: "연결이 끊겼습니다. 다시 연결하고 있습니다…",
  noNetwork: "인터넷이 끊겨 있습니다. 돌아오는 대로 이어서 진행합니다.",
  restarting: "스낵바가 다시 켜지고 있습니다. {n}초 뒤에 돌아옵니다. 자리는 그대로입니다.",
  restartsSoon: "{n}초 뒤에 스낵바가 다시 켜집니다. 점수는 그대로 남습니다.",
  behind: "연결이 너무 느려서 뒤처졌습니다. 따라잡는 중입니다…",
  roomFell: "방에 문제가 생겼습니다. 원래 자리로 다시 모시겠습니다…",
  anew: "자리가 다른 분께 넘어갔습니다. 새 자리에 앉는 중입니다…",
  takenOver: "다른 탭에서 이어서 하고 있습니다. 여기에는 이름만 남겨 두었습니다.",
  playHere: "여기서 계속하기",
  full: "여기는 자리가 없습니다. 저쪽에는 자리가 있습니다:",
  fullNoElse: "자리가 없습니다. {n}초 뒤에 다시 물어보겠습니다…",
  goElsewhere: "{host}(으)로 가기",
  oldPage: "페이지가 서버보다 오래되었습니다. 새로 고침해 주세요.",
  reload: "새로 고침",
  refused: "서버가 연결을 받지 않았습니다({code}). {n}초 뒤에 다시 연결합니다…",
  left: "나오셨습니다. 언제든 다시 오세요.",
  resumed: "{name} 님, 다시 오셨네요. 자리와 점수는 그대로입니다.",
  points: "점수",
  pointsOf: "{n}점",
  place: "{n}위",
  placeOf: "{all}명 중 {n}위",
  secondsLeft: "{n}초 남았습니다",
  roundBegins: "새 라운드를 시작합니다.",
  roundOver: "라운드가 끝났습니다. {points}점으로 {all}명 중 {n}위입니다.",
  roundOverHall: "라운드가 끝났습니다. {name} 님이 {points}점으로 우승했습니다.",
  youStand: "지금 {all}명 중 {n}위입니다.",
  podium: "시상대",
  podiumYou: "{all}명 중 {n}위를 했습니다",
  teamWins: "{team} {shape} 팀 승리",
  nobodyWins: "무승부",
  nextRound: "다음 라운드까지 {n}초",
  you: "나",
  players: "{n}명 참여 중",
  onePlayer: "1명 참여 중",
  joinIn: "같이 하기",
  scan: "스캔하고 같이 해요",
  leaders: "순위",
  bestToday: "오늘의 최고",
  timeLabel: "남은 시간",
  teamsLabel: "팀 점수",
  fieldLabel: "경기장입니다. 늘 달리고 있으니 간식 쪽으로 방향을 바꾸세요.",
  fieldWatch: "위에서 본 경기장입니다.",
  mapLabel: "경기장 지도",
  follow: "따라가기",
  whole: "전체 보기",
  following: "{name} 님을 따라가고 있습니다.",
  away: "자리 비움",
  xrayTitle: "엑스레이",
  xrayRefused: "엑스레이는 서버를 운영하는 분만 볼 수 있습니다. 같은 컴퓨터에서 열거나 주소 끝에 #token=…을 붙여 주세요.",
  xrayLost: "서버가 대답하지 않습니다. 다시 시도하고 있습니다…",
  xrayFine: "{n}초 전에 읽었습니다.",
  noScript: "스낵 러시는 자바스크립트가 필요합니다.",
};

const KEPT = "snack-rush.language";

/** @type {"en" | "ko"} */
let language = first();

function first() {
  const asked = new URLSearchParams(location.search).get("lang") ?? recall("local", KEPT) ?? navigator.language;
  return asked.toLowerCase().startsWith("ko") ? "ko" : "en";
}

/** The language that is spoken now. */
export function spoken() {
  return language;
}

/**
 * A sentence in the language of this page.
 * @param {Key} key
 * @param {Values} [values]
 */
export function say(key, values = {}) {
  const sentence = (language === "ko" ? korean : english)[key];
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** Says everything that the page asks for, in the language of now. */
export function translate() {
  document.documentElement.lang = language;
  document.title = say("title");
  for (const element of document.querySelectorAll("[data-say]")) {
    element.textContent = say(/** @type {Key} */ (element.getAttribute("data-say")));
  }
  for (const attribute of ["aria-label", "placeholder"]) {
    for (const element of document.querySelectorAll(`[data-${attribute}]`)) {
      element.setAttribute(attribute, say(/** @type {Key} */ (element.getAttribute(`data-${attribute}`))));
    }
  }
}

/**
 * Lets a button change the language.
 * @param {HTMLElement} button
 * @param {() => void} changed
 */
export function toggle(button, changed) {
  const show = () => {
    translate();
    button.textContent = say("language");
    button.setAttribute("aria-label", say("languageLabel"));
    button.lang = language === "ko" ? "en" : "ko";
  };
  button.addEventListener("click", () => {
    language = language === "ko" ? "en" : "ko";
    keep("local", KEPT, language);
    show();
    changed();
  });
  show();
}
