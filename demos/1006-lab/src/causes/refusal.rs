//! The connection never opens.

use super::{axum, closed, no_event, raw, refused, words};
use crate::{
    cause::{Act, Cause, Group, Serve},
    network::Network,
    refusals,
};

pub(super) const CAUSES: &[Cause] = &[
    Cause {
        name: "refused-200",
        group: Group::Refusal,
        title: words(
            "The upgrade is answered with 200",
            "업그레이드에 200으로 응답",
        ),
        why: words(
            "A web page, a health check, or a proxy that does not know the Upgrade header answered. Any status except 101 is a refusal.",
            "웹 페이지, 헬스 체크, Upgrade 헤더를 모르는 프록시. 101이 아니면 모두 거절입니다.",
        ),
        todo: words(
            "Request the address with curl and look at the status. In nginx, set proxy_set_header Upgrade and Connection.",
            "curl로 상태 코드를 확인하세요. nginx라면 proxy_set_header Upgrade와 Connection을 설정해야 합니다.",
        ),
        act: Act::Wait,
        expected: refused("answered 200 OK"),
        console: "Unexpected response code: 200",
        network: Network::Direct,
        serve: raw!(refusals::answers_200),
    },
    Cause {
        name: "refused-301",
        group: Group::Refusal,
        title: words("… with 301", "… 301로 응답"),
        why: words(
            "Browsers do not follow redirects on a WebSocket. Load balancers that redirect http to https are a common cause.",
            "브라우저는 WebSocket에서 리다이렉트를 따라가지 않습니다. 로드 밸런서의 http→https 전환이 흔한 원인입니다.",
        ),
        todo: words(
            "Connect to the final address: with wss://, and with the slash at the end if it has one.",
            "처음부터 최종 주소(wss://, 빠진 슬래시 없이)로 접속하세요.",
        ),
        act: Act::Wait,
        expected: refused("answered 301 Moved Permanently"),
        console: "Unexpected response code: 301",
        network: Network::Direct,
        serve: raw!(refusals::answers_301),
    },
    Cause {
        name: "refused-401",
        group: Group::Refusal,
        title: words("… with 401", "… 401로 응답"),
        why: words(
            "The cookie has expired. The page sees the same 1006 as when the server is down, and retries without end.",
            "쿠키가 만료됐습니다. 페이지에는 서버 장애와 똑같은 1006이라, 끝없이 재시도하게 됩니다.",
        ),
        todo: words(
            "Check the login with fetch before connecting; or accept the connection, and close it with a code of your own.",
            "접속 전에 fetch로 로그인을 확인하거나, 일단 받아들인 뒤 직접 정한 코드로 닫으세요.",
        ),
        act: Act::Wait,
        expected: refused("answered 401 Unauthorized"),
        console: "HTTP Authentication failed",
        network: Network::Direct,
        serve: raw!(refusals::answers_401),
    },
    Cause {
        name: "refused-404",
        group: Group::Refusal,
        title: words("… with 404", "… 404로 응답"),
        why: words(
            "The path is wrong, or a proxy has no route for it.",
            "경로가 틀렸거나 프록시에 해당 경로가 없습니다.",
        ),
        todo: words(
            "The console shows the status, which the page cannot read.",
            "상태 코드는 콘솔에만 나오고, 페이지는 읽을 수 없습니다.",
        ),
        act: Act::Wait,
        expected: refused("answered 404 Not Found"),
        console: "Unexpected response code: 404",
        network: Network::Direct,
        serve: raw!(refusals::answers_404),
    },
    Cause {
        name: "refused-503",
        group: Group::Refusal,
        title: words("… with 503: full", "… 503, 만석"),
        why: words(
            "The server is full and says so, but a page cannot read that answer.",
            "서버가 가득 찼다고 친절하게 알려 줘도, 페이지는 그 응답을 읽을 수 없습니다.",
        ),
        todo: words(
            "Let the page ask before the upgrade (next row), or accept and close with 1013 (the row after).",
            "업그레이드 전에 페이지가 묻게 하거나(다음 줄), 연결을 받은 뒤 1013으로 닫으세요(그다음 줄).",
        ),
        act: Act::Wait,
        expected: refused("answered 503 Service Unavailable"),
        console: "Unexpected response code: 503",
        network: Network::Direct,
        serve: raw!(refusals::answers_503),
    },
    Cause {
        name: "asked-first",
        group: Group::Refusal,
        title: words(
            "Full, and the page asked first",
            "만석, 페이지가 먼저 물어봄",
        ),
        why: words(
            "The same 503 as the answer to a fetch. The page can read the status and the body, and the body names another server.",
            "같은 503이라도 fetch로 물으면 상태 코드와 본문을 읽을 수 있고, 본문에는 다른 서버의 주소가 있습니다.",
        ),
        todo: words(
            "Refuse before the upgrade, where a page can read the reason.",
            "페이지가 이유를 읽을 수 있도록 업그레이드 전에 거절하세요.",
        ),
        act: Act::Ask,
        expected: no_event(
            false,
            "503 {\"elsewhere\":\"ws://other:7007\",\"full\":true}",
            "answered 503 Service Unavailable",
        ),
        console: "503",
        network: Network::Direct,
        serve: Serve::Route,
    },
    Cause {
        name: "full-1013",
        group: Group::Refusal,
        title: words(
            "Full, and closed after the upgrade",
            "만석, 업그레이드 뒤에 닫음",
        ),
        why: words(
            "The server accepts the upgrade, and closes with 1013, try again later, and an address.",
            "업그레이드를 받아들인 다음 1013(나중에 다시)과 다른 주소를 담아 닫습니다.",
        ),
        todo: words(
            "Use this for the few clients for which the last seat was taken between the question and the upgrade.",
            "묻고 나서 접속하는 사이에 자리가 찬 소수를 위한 방법입니다.",
        ),
        act: Act::Wait,
        expected: closed(
            1013,
            "go to ws://other:7007",
            "Close 1013 “go to ws://other:7007”",
        ),
        console: "",
        network: Network::Direct,
        serve: axum!(refusals::full),
    },
    Cause {
        name: "bad-accept",
        group: Group::Refusal,
        title: words("101, with the wrong key", "101인데 키가 틀림"),
        why: words(
            "Sec-WebSocket-Accept is the answer to another key. The cause is a cache, or a handshake without a library.",
            "Sec-WebSocket-Accept가 다른 키의 응답입니다. 캐시이거나 직접 만든 핸드셰이크입니다.",
        ),
        todo: words(
            "Use a library for the handshake, and put no cache in between.",
            "핸드셰이크는 라이브러리에 맡기고, 중간에 캐시를 두지 마세요.",
        ),
        act: Act::Wait,
        expected: refused("answered 101 Switching Protocols"),
        console: "Incorrect 'Sec-WebSocket-Accept' header value",
        network: Network::Direct,
        serve: raw!(refusals::bad_accept),
    },
    Cause {
        name: "no-answer",
        group: Group::Refusal,
        title: words("No answer at all", "아무 응답이 없음"),
        why: words(
            "The server accepted the TCP connection and sends nothing. The browser keeps waiting; this page called close() after 2 s.",
            "서버가 TCP 연결만 받고 침묵합니다. 브라우저는 계속 기다립니다. 이 페이지는 2초 뒤에 close()를 호출했습니다.",
        ),
        todo: words(
            "Give the page a deadline of its own for onopen.",
            "페이지에 onopen 제한 시간을 두세요.",
        ),
        act: Act::Giveup,
        expected: refused("the page gave up"),
        console: "",
        network: Network::Direct,
        serve: raw!(refusals::silent),
    },
    Cause {
        name: "closed-port",
        group: Group::Refusal,
        title: words("No server listens", "열려 있는 서버가 없음"),
        why: words(
            "The port is closed, so the kernel refuses the connection. This happens between a crash and a restart.",
            "포트가 닫혀 있어 커널이 바로 거절합니다. 크래시와 재시작 사이가 이렇습니다.",
        ),
        todo: words(
            "Reconnect with growing pauses and jitter. Otherwise all clients connect to the restarted server in the same second.",
            "간격을 늘리고 지터를 섞어 다시 접속하세요. 안 그러면 재시작한 서버에 모두가 한꺼번에 몰립니다.",
        ),
        act: Act::Nowhere,
        expected: refused(""),
        console: "ERR_CONNECTION_REFUSED",
        network: Network::Direct,
        serve: Serve::Route,
    },
];
