//! The network fails.

use super::{axum, closed, cut, no_event, words};
use crate::{
    cause::{Act, Cause, Group},
    heartbeats,
    network::Network,
};

pub(super) const CAUSES: &[Cause] = &[
    Cause {
        name: "idle-proxy",
        group: Group::Network,
        title: words(
            "A proxy closes an idle connection",
            "유휴 연결을 끊는 프록시",
        ),
        why: words(
            "No message was sent for longer than the proxy allows: here 1 s, in nginx 60 s. The proxy sends no Close frame to either side.",
            "프록시가 허용하는 시간(여기서는 1초, nginx는 60초) 동안 메시지가 없었습니다. 프록시는 어느 쪽에도 Close를 보내지 않습니다.",
        ),
        todo: words(
            "Send pings more often than the shortest timeout on the way: every 20 to 30 s.",
            "경로에서 가장 짧은 제한보다 자주, 20~30초마다 핑을 보내세요.",
        ),
        act: Act::Wait,
        expected: cut("WebSocket protocol error: Connection reset without closing handshake"),
        console: "",
        network: Network::IdleProxy,
        serve: axum!(heartbeats::quiet),
    },
    Cause {
        name: "idle-proxy-heartbeat",
        group: Group::Network,
        title: words("… and a heartbeat keeps it open", "… 하트비트로 살려 둠"),
        why: words(
            "The same proxy, and a ping every 250 ms: after three times the limit the connection is still open. Browsers answer pings automatically.",
            "같은 프록시지만 250ms마다 핑을 보냅니다. 제한의 세 배가 지나도 살아 있습니다. 퐁은 브라우저가 자동으로 보냅니다.",
        ),
        todo: words(
            "The server must send the pings, because a page cannot. axum has no heartbeat.",
            "핑은 서버가 보내야 합니다. 페이지는 보낼 수 없고, axum에는 하트비트 기능이 없습니다.",
        ),
        act: Act::Wait,
        expected: closed(
            1000,
            "alive after 3 times the limit",
            "Close 1000 “alive after 3 times the limit”",
        ),
        console: "",
        network: Network::IdleProxy,
        serve: axum!(heartbeats::pings),
    },
    Cause {
        name: "half-open",
        group: Group::Network,
        title: words(
            "The network goes silent: half-open",
            "네트워크가 말없이 끊김 (half-open)",
        ),
        why: words(
            "A phone in a lift, a pulled cable, a sleeping laptop: no end and no reset arrives, so both sides believe that the connection is open. The kernel checks after two hours, if at all.",
            "엘리베이터 안의 휴대폰, 빠진 케이블, 잠든 노트북. 종료도 리셋도 오지 않으니 양쪽 모두 열려 있다고 믿습니다. 커널은 두 시간 뒤에나, 그것도 설정했을 때만 확인합니다.",
        ),
        todo: words(
            "A heartbeat with a deadline, on both sides.",
            "양쪽에 제한 시간이 있는 하트비트를 두세요.",
        ),
        act: Act::Wait,
        expected: no_event(
            true,
            "still open",
            "nothing: to this server the connection is open",
        ),
        console: "",
        network: Network::HalfOpen,
        serve: axum!(heartbeats::never_pings),
    },
    Cause {
        name: "half-open-heartbeat",
        group: Group::Network,
        title: words(
            "… and the server's heartbeat notices",
            "… 서버의 하트비트가 알아냄",
        ),
        why: words(
            "There was no pong within 1.5 s, so the server closes the connection. The page still believes that it is open, because no Close frame can reach it.",
            "1.5초 동안 퐁이 없어 서버가 연결을 닫았습니다. 그러나 Close가 닿지 않으므로 페이지는 여전히 열려 있다고 믿습니다.",
        ),
        todo: words(
            "Let the page expect a message every few seconds, and reconnect without waiting for onclose.",
            "페이지도 몇 초마다 메시지가 오는지 확인하고, 오지 않으면 onclose를 기다리지 말고 다시 접속하세요.",
        ),
        act: Act::Wait,
        expected: no_event(true, "still open", "no pong for 1500 ms: closed as dead"),
        console: "",
        network: Network::HalfOpen,
        serve: axum!(heartbeats::pings_with_deadline),
    },
];
