//! The browser ends.

use super::{axum, no_event, raw, words};
use crate::{
    cause::{Act, Cause, Group},
    close_frames,
    network::Network,
};

pub(super) const CAUSES: &[Cause] = &[
    Cause {
        name: "page-left",
        group: Group::Browser,
        title: words("The user leaves the page", "페이지를 떠남"),
        why: words(
            "A link, a reload, a closed tab: the browser sends 1001, going away. The page itself is gone and sees nothing.",
            "링크, 새로고침, 탭 닫기. 브라우저가 떠난 페이지를 대신해 1001을 보냅니다. 페이지는 이미 사라져 아무것도 볼 수 없습니다.",
        ),
        todo: words(
            "1001 may be a reload, so keep the seat for a while.",
            "새로고침일 수도 있으니 자리를 잠시 남겨 두세요.",
        ),
        act: Act::Leave,
        expected: no_event(true, "the page is gone", "Close 1001"),
        console: "",
        network: Network::Direct,
        serve: axum!(close_frames::reads),
    },
    Cause {
        name: "renderer-crashed",
        group: Group::Browser,
        title: words("The tab crashes", "탭이 크래시됨"),
        why: words(
            "The page's process has died, but the browser's process holds the socket, and closes it with 1001.",
            "페이지의 프로세스는 죽었지만 소켓은 브라우저 프로세스가 쥐고 있어, 브라우저가 대신 1001로 닫습니다.",
        ),
        todo: words(
            "The same as when a user leaves the page: keep the seat for a while.",
            "페이지를 떠난 경우와 같습니다. 자리를 잠시 남겨 두세요.",
        ),
        act: Act::Hold,
        expected: no_event(true, "the page is gone", "Close 1001"),
        console: "",
        network: Network::Direct,
        serve: raw!(close_frames::waits_for_the_end),
    },
    Cause {
        name: "browser-killed",
        group: Group::Browser,
        title: words("The browser is killed", "브라우저가 강제 종료됨"),
        why: words(
            "The user swipes the app away, or the system needs its memory: the kernel closes the socket, and no Close frame is sent. The server would call this 1006.",
            "휴대폰에서 앱을 밀어 닫거나 메모리가 부족한 경우입니다. 커널이 소켓을 닫고 Close는 오지 않습니다. 서버가 보는 1006입니다.",
        ),
        todo: words(
            "Treat an error on read as a player who left. Log it as that, not as a failure.",
            "읽기 오류는 플레이어가 나간 것으로 처리하고, 장애가 아니라 퇴장으로 기록하세요.",
        ),
        act: Act::Hold,
        expected: no_event(
            true,
            "the page is gone",
            "WebSocket protocol error: Connection reset without closing handshake",
        ),
        console: "",
        network: Network::Direct,
        serve: raw!(close_frames::waits_for_the_end),
    },
];
