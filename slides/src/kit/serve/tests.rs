use super::{
    super::{error::KitError, handout::Limits},
    *,
};
use axum::body::to_bytes;
use std::time::Duration;
use tokio::time::Instant;

const TEXT: &[u8] = b"0123456789";
const LARGE: usize = 256 * 1024;

/// Limits that are reached quickly. The clock stands while anything can be done, so no test is too
/// slow for them.
const LIMITS: Limits = Limits {
    responses: 4,
    waiting: 4,
    patience: Duration::from_millis(50),
    together: 64 << 20,
    alone: 64 << 20,
    stall: Duration::from_millis(50),
    deadline: Duration::from_secs(30),
};

fn handout(limits: Limits) -> Arc<Handout> {
    let handout = Handout::new(limits);
    let file = |bytes: Vec<u8>, tag: &str| File {
        bytes: bytes.into(),
        tag: tag.to_owned(),
    };
    let files = [
        ("/registry/a", file(TEXT.to_vec(), "\"ten\"")),
        ("/registry/large", file(vec![7; LARGE], "\"large\"")),
    ];
    let files = files.map(|(path, file)| (path.to_owned(), file));
    handout.files.set(Ok(files.into())).expect("it is new");
    Arc::new(handout)
}

async fn ask(
    handout: &Arc<Handout>,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    answer(State(Arc::clone(handout)), request).await
}

async fn get(handout: &Arc<Handout>, path: &str, headers: &[(&str, &str)]) -> Response {
    ask(handout, Method::GET, path, headers).await
}

async fn text(response: Response) -> Vec<u8> {
    let body = to_bytes(response.into_body(), usize::MAX).await;
    body.expect("a whole body").to_vec()
}

fn header_of<'a>(response: &'a Response, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.and_then(|it| it.to_str().ok()).unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn a_file_is_sent_whole_or_in_part_or_only_its_head_or_not_again() {
    let handout = handout(LIMITS);
    let whole = get(&handout, "/registry/a", &[]).await;
    assert_eq!(header_of(&whole, "content-length"), "10");
    assert_eq!(text(whole).await, TEXT);
    // cargo has it already.
    let known = get(&handout, "/registry/a", &[("if-none-match", "\"ten\"")]).await;
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    let other = get(&handout, "/registry/a", &[("if-none-match", "\"x\"")]).await;
    assert_eq!(other.status(), StatusCode::OK);
    // git resumes a download of a pack.
    for (range, content_range, bytes) in [
        ("bytes=4-", "bytes 4-9/10", &TEXT[4..]),
        ("bytes=0-0", "bytes 0-0/10", &TEXT[..1]),
        ("bytes=8-99", "bytes 8-9/10", &TEXT[8..]),
    ] {
        let part = get(&handout, "/registry/a", &[("range", range)]).await;
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(header_of(&part, "content-range"), content_range);
        assert_eq!(header_of(&part, "content-length"), bytes.len().to_string());
        assert_eq!(text(part).await, bytes);
    }
    for range in [
        "bytes=10-",
        "bytes=-3",
        "bytes=5-2",
        "bytes=0-1,4-5",
        "lines=1-",
        "bytes=0-18446744073709551615",
    ] {
        let whole = get(&handout, "/registry/a", &[("range", range)]).await;
        assert_eq!(whole.status(), StatusCode::OK, "{range}");
        assert_eq!(text(whole).await, TEXT, "{range}");
    }
    let head = ask(&handout, Method::HEAD, "/registry/large", &[]).await;
    assert_eq!(header_of(&head, "content-length"), LARGE.to_string());
    assert_eq!(text(head).await, b"");
    assert_eq!(
        text(get(&handout, "/registry/large", &[]).await).await,
        vec![7; LARGE]
    );
}

#[tokio::test(start_paused = true)]
async fn only_get_and_head_of_exact_names_are_answered() {
    let handout = handout(LIMITS);
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let refused = ask(&handout, method, "/registry/a", &[]).await;
        assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(header_of(&refused, "allow"), "GET, HEAD");
    }
    for path in [
        "/registry/%61",
        "/registry/./a",
        "/registry//a",
        "/registry/a/",
        "/registry/A",
        "/registry/",
    ] {
        let gone = get(&handout, path, &[]).await;
        assert_eq!(gone.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_kit_the_answer_says_why() {
    let handout = Arc::new(Handout::new(LIMITS));
    let early = get(&handout, "/registry/a", &[]).await;
    assert_eq!(early.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(header_of(&early, "retry-after"), RETRY_AFTER);
    assert!(text(early).await.starts_with(b"The kit is being prepared"));
    handout.files.set(Err(KitError::NoGit)).expect("it is new");
    let none = get(&handout, "/registry/a", &[]).await;
    assert_eq!(none.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(text(none).await, b"This stage hands out no kit: git cannot be started, but a kit is made of a commit: install git.\n");
}

#[tokio::test(start_paused = true)]
async fn responses_are_limited_and_one_that_stalls_ends() {
    let handout = handout(LIMITS);
    let mut stalled = Vec::new();
    for _ in 0..LIMITS.responses {
        stalled.push(get(&handout, "/registry/large", &[]).await);
    }
    assert_eq!(handout.free(), 0);
    tokio::time::sleep(LIMITS.stall / 2).await;
    assert_eq!(handout.free(), 0, "a client may take its time");
    tokio::time::sleep(LIMITS.stall).await;
    assert_eq!(handout.free(), LIMITS.responses, "they have ended");
    assert_eq!(text(get(&handout, "/registry/a", &[]).await).await, TEXT);
    for response in stalled {
        let body = to_bytes(response.into_body(), usize::MAX).await;
        assert!(body.is_ok_and(|it| it.len() < LARGE), "its end was cut off");
    }
}

#[tokio::test(start_paused = true)]
async fn while_all_responses_are_taken_a_request_waits_and_is_then_refused() {
    let handout = handout(LIMITS);
    let mut permits = Vec::new();
    for _ in 0..LIMITS.responses {
        permits.push(handout.permit().await.expect("it is free"));
    }
    let began = Instant::now();
    let refused = get(&handout, "/registry/a", &[]).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let waited = began.elapsed().as_millis() - LIMITS.patience.as_millis();
    assert!(waited <= 1, "{waited} ms too long");
    // Without a body, no permit is needed.
    let head = ask(&handout, Method::HEAD, "/registry/a", &[]).await;
    assert_eq!(head.status(), StatusCode::OK);
    drop(permits);
    assert_eq!(
        get(&handout, "/registry/a", &[]).await.status(),
        StatusCode::OK
    );
}

#[tokio::test(start_paused = true)]
async fn one_response_and_all_together_keep_to_their_rate_limits() {
    let rate = u32::try_from(LARGE).expect("it is small");
    let read = async |limits: Limits, clients: usize| {
        let handout = handout(limits);
        let began = Instant::now();
        let all: Vec<_> = (0..clients)
            .map(|_| {
                let handout = Arc::clone(&handout);
                tokio::spawn(async move {
                    text(get(&handout, "/registry/large", &[]).await)
                        .await
                        .len()
                })
            })
            .collect();
        for client in all {
            assert_eq!(client.await.expect("it ends"), LARGE);
        }
        began.elapsed()
    };
    let patient = Limits {
        stall: Duration::from_secs(10),
        ..LIMITS
    };
    // The last piece is sent when the time of those before it is over, less the burst.
    let alone = read(
        Limits {
            alone: 4 * rate,
            ..patient
        },
        1,
    )
    .await;
    assert!((200..250).contains(&alone.as_millis()), "{alone:?}");
    let together = read(
        Limits {
            together: 8 * rate,
            ..patient
        },
        4,
    )
    .await;
    assert!((440..500).contains(&together.as_millis()), "{together:?}");
    let late = Limits {
        alone: rate,
        deadline: Duration::from_millis(100),
        ..patient
    };
    let handout = handout(late);
    let body = get(&handout, "/registry/large", &[]).await.into_body();
    let cut = to_bytes(body, usize::MAX).await.map_or(0, |it| it.len());
    assert!(
        cut < LARGE,
        "{cut} bytes were sent in spite of the deadline"
    );
}
