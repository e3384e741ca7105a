use super::{super::handout::Limits, *};
use axum::body::to_bytes;
use std::time::{Duration, Instant};

const TEXT: &[u8] = b"0123456789";
const LARGE: usize = 256 * 1024;

/// Limits that a test need not wait for.
const LIMITS: Limits = Limits {
    responses: 4,
    waiting: 4,
    patience: Duration::from_millis(50),
    together: 64 << 20,
    alone: 64 << 20,
    stall: Duration::from_millis(50),
    deadline: Duration::from_secs(30),
};

fn hall(limits: Limits) -> Arc<Hall> {
    let hall = Hall::new(limits);
    let file = |bytes: Vec<u8>, tag: &str| File {
        bytes: bytes.into(),
        tag: tag.to_owned(),
    };
    let files = [
        ("/registry/a", file(TEXT.to_vec(), "\"ten\"")),
        ("/registry/large", file(vec![7; LARGE], "\"large\"")),
    ];
    let files = files.map(|(path, file)| (path.to_owned(), file));
    hall.files.set(Ok(files.into())).expect("it is new");
    Arc::new(hall)
}

async fn ask(hall: &Arc<Hall>, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    answer(State(Arc::clone(hall)), request).await
}

async fn get(hall: &Arc<Hall>, path: &str, headers: &[(&str, &str)]) -> Response {
    ask(hall, Method::GET, path, headers).await
}

async fn text(response: Response) -> Vec<u8> {
    let body = to_bytes(response.into_body(), usize::MAX).await;
    body.expect("a whole body").to_vec()
}

fn header_of<'a>(response: &'a Response, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.and_then(|it| it.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn a_file_is_answered_whole_in_part_by_its_head_and_not_again() {
    let hall = hall(LIMITS);
    let whole = get(&hall, "/registry/a", &[]).await;
    assert_eq!(header_of(&whole, "content-length"), "10");
    assert_eq!(text(whole).await, TEXT);
    // cargo has it already.
    let known = get(&hall, "/registry/a", &[("if-none-match", "\"ten\"")]).await;
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    let other = get(&hall, "/registry/a", &[("if-none-match", "\"x\"")]).await;
    assert_eq!(other.status(), StatusCode::OK);
    // git goes on with a pack that was cut off.
    for (range, said, bytes) in [
        ("bytes=4-", "bytes 4-9/10", &TEXT[4..]),
        ("bytes=0-0", "bytes 0-0/10", &TEXT[..1]),
        ("bytes=8-99", "bytes 8-9/10", &TEXT[8..]),
    ] {
        let part = get(&hall, "/registry/a", &[("range", range)]).await;
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(header_of(&part, "content-range"), said);
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
        let whole = get(&hall, "/registry/a", &[("range", range)]).await;
        assert_eq!(whole.status(), StatusCode::OK, "{range}");
        assert_eq!(text(whole).await, TEXT, "{range}");
    }
    let head = ask(&hall, Method::HEAD, "/registry/large", &[]).await;
    assert_eq!(header_of(&head, "content-length"), LARGE.to_string());
    assert_eq!(text(head).await, b"");
    assert_eq!(
        text(get(&hall, "/registry/large", &[]).await).await,
        vec![7; LARGE]
    );
}

#[tokio::test]
async fn only_get_and_head_of_exact_names_are_answered() {
    let hall = hall(LIMITS);
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let refused = ask(&hall, method, "/registry/a", &[]).await;
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
        let gone = get(&hall, path, &[]).await;
        assert_eq!(gone.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn until_the_kit_is_ready_and_without_one_the_answer_says_so() {
    let hall = Arc::new(Hall::new(LIMITS));
    let early = get(&hall, "/registry/a", &[]).await;
    assert_eq!(early.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(header_of(&early, "retry-after"), AGAIN);
    assert!(text(early).await.starts_with(b"The kit is being prepared"));
    hall.files.set(Err("no git".to_owned())).expect("it is new");
    let none = get(&hall, "/registry/a", &[]).await;
    assert_eq!(none.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(text(none).await, b"This stage hands out no kit: no git.\n");
}

#[tokio::test]
async fn responses_at_once_are_limited_and_a_client_that_stops_reading_gives_its_own_back() {
    let hall = hall(LIMITS);
    let mut asleep = Vec::new();
    for _ in 0..LIMITS.responses {
        asleep.push(get(&hall, "/registry/large", &[]).await);
    }
    assert_eq!(hall.seats_left(), 0);
    let end = Instant::now() + Duration::from_secs(20);
    while hall.seats_left() < LIMITS.responses {
        assert!(Instant::now() < end, "no response was given back");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(text(get(&hall, "/registry/a", &[]).await).await, TEXT);
    for response in asleep {
        let body = to_bytes(response.into_body(), usize::MAX).await;
        assert!(body.is_ok_and(|it| it.len() < LARGE), "its end was cut off");
    }
}

#[tokio::test]
async fn while_all_responses_are_taken_a_request_waits_and_is_then_refused() {
    let hall = hall(LIMITS);
    let mut seats = Vec::new();
    for _ in 0..LIMITS.responses {
        seats.push(hall.seat().await.expect("it is free"));
    }
    let began = Instant::now();
    let refused = get(&hall, "/registry/a", &[]).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(began.elapsed() >= LIMITS.patience);
    // What is known already, or is no file, costs no response.
    let head = ask(&hall, Method::HEAD, "/registry/a", &[]).await;
    assert_eq!(head.status(), StatusCode::OK);
    drop(seats);
    assert_eq!(
        get(&hall, "/registry/a", &[]).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn bytes_leave_at_the_rate_for_one_and_for_all_together() {
    let rate = u32::try_from(LARGE).expect("it is small");
    let read = async |limits: Limits, clients: usize| {
        let hall = hall(limits);
        let began = Instant::now();
        let all: Vec<_> = (0..clients)
            .map(|_| {
                let hall = Arc::clone(&hall);
                tokio::spawn(
                    async move { text(get(&hall, "/registry/large", &[]).await).await.len() },
                )
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
    // The last piece leaves when the time of those before it is over, less the burst.
    let alone = read(
        Limits {
            alone: 4 * rate,
            ..patient
        },
        1,
    )
    .await;
    assert!(alone >= Duration::from_millis(200), "{alone:?}");
    let together = read(
        Limits {
            together: 8 * rate,
            ..patient
        },
        4,
    )
    .await;
    assert!(together >= Duration::from_millis(440), "{together:?}");
    let late = Limits {
        alone: rate,
        deadline: Duration::from_millis(100),
        ..patient
    };
    let hall = hall(late);
    let body = get(&hall, "/registry/large", &[]).await.into_body();
    let cut = to_bytes(body, usize::MAX).await.map_or(0, |it| it.len());
    assert!(cut < LARGE, "{cut} bytes came in spite of the deadline");
}
