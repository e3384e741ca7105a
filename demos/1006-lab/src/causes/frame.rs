//! One side sends an invalid frame.

use super::{axum, closed, cut, raw, words};
use crate::{
    bad_frames,
    cause::{Act, Cause, Group, Outcome},
    network::Network,
};

pub(super) const CAUSES: &[Cause] = &[
    Cause {
        name: "oversize",
        group: Group::Frame,
        title: words("A message that is too big", "너무 큰 메시지"),
        why: words(
            "The library returns an error, the loop ends, the handler returns. tungstenite sends no Close frame after an error, so the browser reports 1006 and not 1009.",
            "라이브러리가 오류를 돌려주고, 루프가 끝나고, 핸들러가 리턴합니다. tungstenite는 오류가 나도 Close를 보내지 않으므로 1009가 아니라 1006입니다.",
        ),
        todo: words(
            "After an Err you can still send a Close frame, as below.",
            "Err 뒤에도 아래처럼 Close를 보낼 수 있습니다.",
        ),
        act: Act::Send(65_537, 1),
        expected: cut("Space limit exceeded: Message too long: 65537 > 65536"),
        console: "",
        network: Network::Direct,
        serve: axum!(bad_frames::gives_up),
    },
    Cause {
        name: "oversize-explained",
        group: Group::Frame,
        title: words("… and the server says why", "… 그리고 이유를 알려 줌"),
        why: words(
            "After the error the server sent 1009, and read to the end.",
            "오류가 난 뒤 서버가 1009를 보내고, 남은 바이트를 끝까지 읽었습니다.",
        ),
        todo: words(
            "Read the raw socket, because axum's WebSocket returns nothing after an error. Or set the library's limit above your own, and refuse in your own code.",
            "오류 이후 axum의 WebSocket에서는 더 읽을 수 없으므로 소켓을 직접 읽으세요. 또는 라이브러리의 한도를 넉넉히 두고 애플리케이션에서 거절하세요.",
        ),
        act: Act::Send(65_537, 1),
        expected: closed(
            1009,
            "at most 65536 bytes",
            "Space limit exceeded: Message too long: 65537 > 65536; sent Close 1009 and read to the end",
        ),
        console: "",
        network: Network::Direct,
        serve: raw!(bad_frames::explains),
    },
    Cause {
        name: "oversize-flood",
        group: Group::Frame,
        title: words("… while the page sends more", "… 페이지가 계속 보내는 중에"),
        why: words(
            "The same answer to a page that sends 26 MB. It gets the code and the reason, but the data that it had not sent yet is lost, so wasClean is false.",
            "26MB를 보내려는 페이지에 같은 응답을 합니다. 코드와 이유는 전달되지만, 아직 보내지 못한 데이터가 버려졌으므로 wasClean은 false입니다.",
        ),
        todo: words(
            "Decide by the code, not by wasClean, which also depends on the page's own send queue.",
            "wasClean이 아니라 코드로 판단하세요. wasClean에는 페이지 자신의 송신 대기열 사정도 섞여 있습니다.",
        ),
        act: Act::Send(65_537, 400),
        expected: Outcome {
            opened: true,
            code: Some(1009),
            reason: "at most 65536 bytes",
            clean: false,
            saw: "Space limit exceeded: Message too long: 65537 > 65536; sent Close 1009 and read to the end",
        },
        console: "",
        network: Network::Direct,
        serve: raw!(bad_frames::explains),
    },
    Cause {
        name: "client-bad-utf8",
        group: Group::Frame,
        title: words(
            "Text from the page that is not UTF-8",
            "페이지가 보낸 텍스트가 UTF-8이 아님",
        ),
        why: words(
            "A browser never sends invalid UTF-8. Here a middlebox changed one byte on the way. The handler gets an error and returns.",
            "브라우저는 잘못된 UTF-8을 보내지 않습니다. 여기서는 중간 장비가 바이트 하나를 바꿨고, 핸들러는 오류를 만나 리턴합니다.",
        ),
        todo: words(
            "Any client that is not a browser can do this. End this one connection only, and log it.",
            "브라우저가 아닌 클라이언트라면 얼마든지 보낼 수 있습니다. 그 연결 하나만 끝내고 로그를 남기세요.",
        ),
        act: Act::Say("hello"),
        expected: cut("UTF-8 encoding error: invalid utf-8 sequence of 1 bytes from index 0"),
        console: "",
        network: Network::Garbled,
        serve: axum!(bad_frames::gives_up),
    },
    Cause {
        name: "client-bad-utf8-explained",
        group: Group::Frame,
        title: words("… and the server says why", "… 그리고 이유를 알려 줌"),
        why: words(
            "After the error the server sent 1007, and read to the end.",
            "오류가 난 뒤 서버가 1007을 보내고 끝까지 읽었습니다.",
        ),
        todo: words(
            "1007 means: do not send this again. If the page reconnects and sends the same bytes, it ends in the same way.",
            "1007은 '다시 보내지 마세요'입니다. 같은 데이터로 다시 접속하면 똑같이 끝납니다.",
        ),
        act: Act::Say("hello"),
        expected: closed(
            1007,
            "text is UTF-8",
            "UTF-8 encoding error: invalid utf-8 sequence of 1 bytes from index 0; sent Close 1007 and read to the end",
        ),
        console: "",
        network: Network::Garbled,
        serve: raw!(bad_frames::explains),
    },
    Cause {
        name: "server-bad-utf8",
        group: Group::Frame,
        title: words(
            "Text from the server that is not UTF-8",
            "서버가 보낸 텍스트가 UTF-8이 아님",
        ),
        why: words(
            "The browser fails the connection: it sends the server 1002 with a reason, and reports 1006 to the page without one.",
            "브라우저가 연결을 실패로 처리합니다. 서버에는 이유와 함께 1002를 보내지만, 페이지에는 이유 없이 1006이라고 합니다.",
        ),
        todo: words(
            "Send bytes as binary messages. The page never learns the reason; the server's log and the console have it.",
            "바이트는 바이너리로 보내세요. 페이지는 이유를 모르고, 서버 로그와 콘솔에만 남습니다.",
        ),
        act: Act::Wait,
        expected: cut("Close 1002 “Invalid UTF-8 in text frame”"),
        console: "UTF-8",
        network: Network::Direct,
        serve: raw!(bad_frames::bad_utf8),
    },
    Cause {
        name: "reserved-bit",
        group: Group::Frame,
        title: words("A reserved bit", "예약된 비트"),
        why: words(
            "The first reserved bit means “compressed” if both sides negotiated it. Here they did not.",
            "첫 번째 예약 비트는 합의한 경우에만 '압축됨'을 뜻합니다. 여기서는 합의가 없었습니다.",
        ),
        todo: words(
            "Usually a proxy or a library enables permessage-deflate on one side only.",
            "대개 프록시나 라이브러리가 한쪽에만 permessage-deflate를 켠 경우입니다.",
        ),
        act: Act::Wait,
        expected: cut("Close 1002 “Invalid reserved bit”"),
        console: "reserved bits",
        network: Network::Direct,
        serve: raw!(bad_frames::reserved_bit),
    },
    Cause {
        name: "bad-opcode",
        group: Group::Frame,
        title: words(
            "A frame with an unknown opcode",
            "알 수 없는 opcode의 프레임",
        ),
        why: words(
            "Opcode 3 is reserved. The browser sends the server 1002, protocol error, and reports 1006 to the page.",
            "opcode 3은 예약된 값입니다. 브라우저는 서버에 1002(프로토콜 오류), 페이지에는 1006이라고 합니다.",
        ),
        todo: words(
            "If you write frames yourself, test them. Autobahn is a suite of such tests.",
            "프레임을 직접 쓴다면 반드시 테스트하세요. Autobahn이 그 테스트 모음입니다.",
        ),
        act: Act::Wait,
        expected: cut("Close 1002 “Unknown opcode”"),
        console: "opcode",
        network: Network::Direct,
        serve: raw!(bad_frames::bad_opcode),
    },
    Cause {
        name: "masked-frame",
        group: Group::Frame,
        title: words("A masked frame from the server", "서버가 마스킹한 프레임"),
        why: words(
            "Only clients mask frames. If a server does, the browser closes with 1002.",
            "마스킹은 클라이언트만 합니다. 서버가 하면 브라우저가 1002로 끝냅니다.",
        ),
        todo: words(
            "The library was given the wrong role: use Role::Server on the server's side.",
            "라이브러리에 역할을 잘못 지정한 것입니다. 서버 쪽에는 Role::Server를 쓰세요.",
        ),
        act: Act::Wait,
        expected: cut("Close 1002 “Masked frame from server”"),
        console: "masked",
        network: Network::Direct,
        serve: raw!(bad_frames::masked),
    },
    Cause {
        name: "sends-1006",
        group: Group::Frame,
        title: words("A Close frame with code 1006", "코드가 1006인 Close 프레임"),
        why: words(
            "1005, 1006 and 1015 may not be sent. If a browser receives one, it sends the server 1002, protocol error. The page sees 1006, but because of that error.",
            "1005, 1006, 1015는 전송할 수 없는 코드입니다. 이를 받은 브라우저는 서버에 1002(프로토콜 오류)를 보냅니다. 페이지가 보는 1006은 그 오류 때문입니다.",
        ),
        todo: words(
            "Do not send a code that your own library reported to you. The 1006 in your log cannot be sent.",
            "라이브러리가 알려 준 코드를 그대로 전달하지 마세요. 로그의 1006은 보낼 수 있는 코드가 아닙니다.",
        ),
        act: Act::Wait,
        expected: cut("Close 1002"),
        console: "reserved",
        network: Network::Direct,
        serve: raw!(bad_frames::sends_1006),
    },
];
