//! One side sends a Close frame.

use super::{axum, closed, cut, raw, words};
use crate::{
    cause::{Act, Cause, Group},
    close_frames,
    network::Network,
};

pub(super) const CAUSES: &[Cause] = &[
    Cause {
        name: "page-closes-1000",
        group: Group::Close,
        title: words(
            "The page closes: close(1000, …)",
            "페이지가 닫음: close(1000, …)",
        ),
        why: words(
            "The page sent a Close frame, and the server answered with the same code, as the protocol says.",
            "페이지가 Close를 보냈고, 서버가 프로토콜대로 같은 코드로 응답했습니다.",
        ),
        todo: words(
            "1000 means that the page is done. The server need not keep the seat.",
            "1000은 '볼일이 끝났다'는 뜻입니다. 자리를 남겨 둘 필요가 없습니다.",
        ),
        act: Act::Close(1000, "done"),
        expected: closed(1000, "done", "Close 1000 “done”"),
        console: "",
        network: Network::Direct,
        serve: axum!(close_frames::reads),
    },
    Cause {
        name: "page-closes-4000",
        group: Group::Close,
        title: words("… with a code of its own", "… 직접 정한 코드로"),
        why: words(
            "A page may send 1000, and 3000 to 4999. Any other code throws an exception, 1006 as well.",
            "페이지가 보낼 수 있는 코드는 1000과 3000~4999뿐입니다. 그 밖에는 예외가 나며, 1006도 보낼 수 없습니다.",
        ),
        todo: words(
            "You can define 4000 to 4999. Document what each code means, and what the other side should do.",
            "4000~4999는 직접 정의해 쓸 수 있습니다. 각각의 뜻과 상대가 할 일을 문서로 남기세요.",
        ),
        act: Act::Close(4000, "my own"),
        expected: closed(4000, "my own", "Close 4000 “my own”"),
        console: "",
        network: Network::Direct,
        serve: axum!(close_frames::reads),
    },
    Cause {
        name: "page-closes-no-code",
        group: Group::Close,
        title: words("… without a code", "… 코드 없이"),
        why: words(
            "close() sends an empty Close frame. The browser reports that as 1005, which is never sent either.",
            "close()는 빈 Close 프레임을 보냅니다. 브라우저가 그것을 1005라고 부를 뿐, 1005가 전송된 것은 아닙니다.",
        ),
        todo: words(
            "Always give a code. Then the log can tell an ordinary end from a bug.",
            "항상 코드를 넣으세요. 그래야 로그에서 정상 종료와 버그를 구별할 수 있습니다.",
        ),
        act: Act::Hangup,
        expected: closed(1005, "", "Close without a code"),
        console: "",
        network: Network::Direct,
        serve: axum!(close_frames::reads),
    },
    Cause {
        name: "server-no-code",
        group: Group::Close,
        title: words("The server closes without a code", "서버가 코드 없이 닫음"),
        why: words(
            "Message::Close(None): a clean end without any information.",
            "Message::Close(None)은 정상 종료이지만 아무 정보도 주지 않습니다.",
        ),
        todo: words(
            "Send Close(Some(…)). Without a code, a page cannot decide what to do next.",
            "Close(Some(…))를 보내세요. 코드가 없으면 페이지는 다음에 무엇을 할지 정할 수 없습니다.",
        ),
        act: Act::Wait,
        expected: closed(1005, "", "Close without a code"),
        console: "",
        network: Network::Direct,
        serve: axum!(close_frames::no_code),
    },
    Cause {
        name: "close-then-reset",
        group: Group::Close,
        title: words("Close, and then a reset", "Close를 보내고 바로 리셋"),
        why: words(
            "The server sent a Close frame and closed the socket while input from the page was unread. Then the kernel sends a reset, and discards what it has not delivered yet: the data and the Close frame.",
            "서버가 Close를 보냈지만 페이지가 보낸 데이터를 읽지 않은 채 소켓을 닫았습니다. 그러면 커널은 리셋을 보내고, 아직 전달하지 못한 데이터와 Close를 버립니다.",
        ),
        todo: words(
            "After your Close frame, read to the end. Only then close the socket.",
            "Close를 보낸 뒤에는 더 올 것이 없을 때까지 읽으세요. 소켓은 그 다음에 닫습니다.",
        ),
        act: Act::Say("one thing more"),
        expected: cut("sent Close 1000, and closed with unread bytes: the kernel sent a reset"),
        console: "",
        network: Network::Slow,
        serve: raw!(close_frames::then_resets),
    },
    Cause {
        name: "close-then-read",
        group: Group::Close,
        title: words(
            "Close, and then read to the end",
            "Close를 보내고 끝까지 읽음",
        ),
        why: words(
            "The same server on the same slow network, but it reads what the page still sends. Everything arrives, and the Close frame last.",
            "같은 서버, 같은 느린 네트워크지만 페이지가 보내는 것을 끝까지 읽습니다. 데이터도 Close도 모두 도착합니다.",
        ),
        todo: words(
            "Read with a deadline: a browser answers a Close frame at once, but another client may not.",
            "읽을 때는 제한 시간을 두세요. 브라우저는 바로 응답하지만, 그렇지 않은 상대도 있습니다.",
        ),
        act: Act::Say("one thing more"),
        expected: closed(1000, "bye", "sent Close 1000, and read to the end"),
        console: "",
        network: Network::Slow,
        serve: raw!(close_frames::then_reads),
    },
    Cause {
        name: "unanswered-close",
        group: Group::Close,
        title: words(
            "A Close frame without an answer",
            "Close에 아무도 응답하지 않음",
        ),
        why: words(
            "The page sent a Close frame and the server never answers. The browser waits for a minute, and then ends the connection itself.",
            "페이지가 Close를 보냈는데 서버가 응답하지 않습니다. 브라우저는 1분을 기다리다가 스스로 끊습니다.",
        ),
        todo: words(
            "Read to the end, so that your library can answer. A page should continue without waiting for onclose.",
            "라이브러리가 응답할 수 있도록 끝까지 읽으세요. 페이지도 onclose를 기다리느라 멈춰 있으면 안 됩니다.",
        ),
        act: Act::Close(1000, "done"),
        expected: cut("read everything, answered nothing"),
        console: "",
        network: Network::Direct,
        serve: raw!(close_frames::never_answers),
    },
    Cause {
        name: "tcp-left-open",
        group: Group::Close,
        title: words("A server that never hangs up", "끊지 않는 서버"),
        why: words(
            "Both sides sent a Close frame, and the server should end the TCP connection but does not. The browser waits 2 s and ends it itself, which still counts as clean.",
            "양쪽 모두 Close를 보냈지만, TCP를 닫아야 할 서버가 닫지 않습니다. 브라우저는 2초를 기다린 뒤 스스로 닫고, 그래도 정상 종료로 칩니다.",
        ),
        todo: words(
            "After both Close frames, close the socket. Otherwise your players wait two seconds for nothing.",
            "양쪽이 Close를 주고받았으면 소켓을 닫으세요. 아니면 플레이어가 이유 없이 2초를 기다립니다.",
        ),
        act: Act::Wait,
        expected: closed(
            1000,
            "bye",
            "sent Close 1000; the browser ended the TCP connection",
        ),
        console: "",
        network: Network::Direct,
        serve: raw!(close_frames::never_hangs_up),
    },
];
