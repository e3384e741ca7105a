//! The browser ends.

use super::{axum, raw, silence, words};
use crate::{
    cause::{Act, Cause, Group},
    close_frames,
    network::Network,
};

pub(super) const CAUSES: &[Cause] = &[
    Cause {
        name: "page-left",
        group: Group::Browser,
        title: words("The page is left", "페이지를 떠남"),
        why: words(
            "A link, a reload, a closed tab: the browser says 1001, going away, for the page that is gone. The page itself sees nothing any more.",
            "링크, 새로고침, 탭 닫기. 브라우저가 떠난 페이지를 대신해 1001을 보냅니다. 페이지는 더 이상 아무것도 보지 못합니다.",
        ),
        todo: words(
            "1001 may be a reload: keep the seat for a while.",
            "새로고침일 수도 있으니 자리를 잠시 남겨 두세요.",
        ),
        act: Act::Leave,
        expected: silence(true, "the page is gone", "Close 1001"),
        console: "",
        network: Network::Direct,
        serve: axum!(close_frames::listens),
    },
    Cause {
        name: "renderer-crashed",
        group: Group::Browser,
        title: words("The tab crashes", "탭이 크래시됨"),
        why: words(
            "The page's process is gone, the browser's lives and holds the socket: it hangs up for it.",
            "페이지의 프로세스는 죽었지만 소켓은 브라우저 프로세스가 쥐고 있어, 브라우저가 대신 끊습니다.",
        ),
        todo: words(
            "As for a page that was left: keep the seat for a while.",
            "페이지를 떠난 경우와 같습니다. 자리를 잠시 남겨 두세요.",
        ),
        act: Act::Hold,
        expected: silence(true, "the page is gone", "Close 1001"),
        console: "",
        network: Network::Direct,
        serve: raw!(close_frames::waits_for_the_end),
    },
    Cause {
        name: "browser-killed",
        group: Group::Browser,
        title: words("The browser is killed", "브라우저가 강제 종료됨"),
        why: words(
            "A thumb on a phone, or the memory was needed elsewhere: its kernel closes the socket, and nobody says Close. This is the server's own 1006.",
            "휴대폰에서 앱을 밀어 닫거나 메모리가 부족한 경우입니다. 커널이 소켓을 닫고 Close는 오지 않습니다. 서버가 보는 1006입니다.",
        ),
        todo: words(
            "An error on read is a player who left. Log it as such, not as a failure.",
            "읽기 오류는 나간 플레이어입니다. 장애가 아니라 퇴장으로 기록하세요.",
        ),
        act: Act::Hold,
        expected: silence(
            true,
            "the page is gone",
            "WebSocket protocol error: Connection reset without closing handshake",
        ),
        console: "",
        network: Network::Direct,
        serve: raw!(close_frames::waits_for_the_end),
    },
];
