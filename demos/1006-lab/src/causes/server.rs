//! The server ends.

use super::{axum, closed, cut, raw, words};
use crate::{
    cause::{Act, Cause, Group},
    killed_process,
    network::Network,
    server_ends, shutdown,
};

pub(super) const CAUSES: &[Cause] = &[
    Cause {
        name: "process-killed",
        group: Group::Server,
        title: words("The process is killed", "프로세스가 강제 종료됨"),
        why: words(
            "kill -9, an out-of-memory kill, a crash: the kernel closes the socket, and no process is left to send a Close frame.",
            "kill -9, 메모리 부족, 크래시. 커널이 소켓을 닫지만 Close를 보낼 프로세스는 이미 없습니다.",
        ),
        todo: words(
            "The server can do nothing. The page reconnects with jitter, and gets its seat back with a token.",
            "서버에서 할 수 있는 일은 없습니다. 클라이언트가 지터를 두고 다시 접속하고, 토큰으로 자기 자리를 되찾아야 합니다.",
        ),
        act: Act::Say("hello"),
        expected: cut("kill -9: the process could send nothing"),
        console: "",
        network: Network::Direct,
        serve: raw!(killed_process::killed),
    },
    Cause {
        name: "handler-returned",
        group: Group::Server,
        title: words("The handler returns", "핸들러가 그냥 리턴함"),
        why: words(
            "The socket is dropped, and drop sends no Close frame: axum only closes the TCP connection.",
            "소켓이 drop되지만 drop은 Close를 보내지 않습니다. axum은 TCP 연결만 닫습니다.",
        ),
        todo: words(
            "Let every way out of a handler go through one function that sends a Close frame and reads to the end.",
            "핸들러의 모든 출구가 Close를 보내고 끝까지 읽는 함수 하나를 거치게 하세요.",
        ),
        act: Act::Wait,
        expected: cut("the handler returned"),
        console: "",
        network: Network::Direct,
        serve: axum!(server_ends::returns),
    },
    Cause {
        name: "close-1000",
        group: Group::Server,
        title: words("… after a Close frame", "… Close를 보낸 뒤 리턴함"),
        why: words(
            "The server sent a Close frame with a code and a reason, and waited for the browser's Close frame before it ended the connection.",
            "서버가 코드와 이유를 담아 Close를 보내고, 브라우저의 Close를 받은 뒤에 끊었습니다.",
        ),
        todo: words(
            "This is how to do it. A reason may have up to 123 bytes.",
            "이렇게 하면 됩니다. 이유는 123바이트까지 쓸 수 있습니다.",
        ),
        act: Act::Wait,
        expected: closed(1000, "bye", "Close 1000 “bye”"),
        console: "",
        network: Network::Direct,
        serve: axum!(server_ends::closes),
    },
    Cause {
        name: "handler-panicked",
        group: Group::Server,
        title: words("The handler panics", "핸들러가 패닉을 일으킴"),
        why: words(
            "The task ends, and its socket is dropped with it. The panic is printed on the server's standard error only.",
            "태스크가 죽으면서 소켓도 함께 사라집니다. 패닉 메시지는 서버의 표준 오류에만 남습니다.",
        ),
        todo: words(
            "Let another task own the socket, or catch the panic at the top of the handler.",
            "소켓은 다른 태스크가 소유하게 하거나, 핸들러 맨 위에서 패닉을 잡으세요.",
        ),
        act: Act::Wait,
        expected: cut("the handler panicked"),
        console: "",
        network: Network::Direct,
        serve: axum!(server_ends::panics),
    },
    Cause {
        name: "panic-reported",
        group: Group::Server,
        title: words("… and the server reports it", "… 그리고 그 사실을 알림"),
        why: words(
            "The panic was caught by the owner of the socket, which then sent 1011.",
            "소켓을 가진 쪽에서 패닉을 잡았기 때문에 1011을 보낼 수 있었습니다.",
        ),
        todo: words(
            "1011 means that the server had an error. A page may reconnect at once.",
            "1011은 서버에 오류가 났다는 뜻입니다. 바로 다시 접속해도 됩니다.",
        ),
        act: Act::Wait,
        expected: closed(
            1011,
            "something broke; come back",
            "Close 1011 “something broke; come back”",
        ),
        console: "",
        network: Network::Direct,
        serve: axum!(server_ends::reports_a_panic),
    },
    Cause {
        name: "reset",
        group: Group::Server,
        title: words("The connection is reset", "연결이 리셋됨 (RST)"),
        why: words(
            "SO_LINGER 0, a full table in a firewall, a restarted load balancer: a reset ends both directions at once.",
            "SO_LINGER 0, 방화벽 테이블 포화, 로드 밸런서 재시작. 리셋은 양방향을 한꺼번에 끊습니다.",
        ),
        todo: words(
            "Never set SO_LINGER to 0 on a WebSocket. If the network caused it, the page can only reconnect.",
            "WebSocket에는 SO_LINGER 0을 쓰지 마세요. 네트워크가 원인이라면 다시 접속하는 수밖에 없습니다.",
        ),
        act: Act::Say("hello"),
        expected: cut("closed with SO_LINGER 0: the kernel sent a reset"),
        console: "",
        network: Network::Direct,
        serve: raw!(server_ends::resets),
    },
    Cause {
        name: "shutdown-forgets",
        group: Group::Server,
        title: words(
            "A graceful shutdown that forgets WebSockets",
            "WebSocket을 잊은 graceful shutdown",
        ),
        why: words(
            "axum's with_graceful_shutdown waits for requests only. The request of a WebSocket was answered long ago, so main returns, and the runtime drops the socket.",
            "axum의 with_graceful_shutdown은 요청만 기다립니다. WebSocket은 이미 응답이 끝난 요청이라 기다리지 않고, main이 끝나면서 함께 버려집니다.",
        ),
        todo: words(
            "Keep a list of your WebSockets. Notify each of them, and wait for the last one before main returns.",
            "소켓 목록을 직접 관리하세요. 모두에게 알리고, 마지막 소켓이 닫힐 때까지 main에서 기다리세요.",
        ),
        act: Act::Wait,
        expected: cut("with_graceful_shutdown returned with 1 socket open, and so did main"),
        console: "",
        network: Network::Direct,
        serve: raw!(shutdown::forgets),
    },
    Cause {
        name: "shutdown-drained",
        group: Group::Server,
        title: words(
            "A graceful shutdown that drains WebSockets",
            "WebSocket까지 기다리는 graceful shutdown",
        ),
        why: words(
            "Every handler is notified of the shutdown, sends 1012 with a hint, and reads to the end. main waits for all of them.",
            "모든 핸들러가 종료 알림을 받고 힌트와 함께 1012를 보낸 뒤 끝까지 읽습니다. main은 그때까지 기다립니다.",
        ),
        todo: words(
            "1012 means that the server restarts. Put into the reason when to reconnect, with a different time for each page.",
            "1012는 '재시작 중'입니다. 언제 다시 올지를 이유에 적되, 클라이언트마다 조금씩 다르게 하세요.",
        ),
        act: Act::Wait,
        expected: closed(1012, "retry in 1500 ms", "Close 1012 “retry in 1500 ms”"),
        console: "",
        network: Network::Direct,
        serve: raw!(shutdown::drains),
    },
];
