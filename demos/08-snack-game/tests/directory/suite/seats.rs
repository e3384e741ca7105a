//! A seat leads to its server.

use super::{SERVER_TTL, in_both, mark, word};
use demo_08_snack_game::cluster::backend::{Report, SeatRecord};
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[test]
fn a_seat_leads_to_its_server_until_it_is_given_up_or_its_server_is_dead() {
    in_both("a seat leads to its server", async |place| {
        let (mut a, mut b) = (place.engine(), place.engine());
        let seated = Report {
            held: vec![mark(1), mark(2)],
            ..word("http://a")
        };
        a.exchange(&seated).await.expect("it answers");
        let found = b
            .find(&[mark(1), mark(3), mark(2)])
            .await
            .expect("it answers");
        let ids = found.iter().map(|found| found.as_ref().map(address));
        assert_eq!(
            ids.collect::<Vec<_>>(),
            [Some("http://a"), None, Some("http://a")],
            "{}",
            place.name
        );
        let freed = Report {
            freed: vec![mark(1)],
            ..word("http://a")
        };
        a.exchange(&freed).await.expect("it answers");
        let found = b.find(&[mark(1), mark(2)]).await.expect("it answers");
        assert!(
            found[0].is_none() && found[1].is_some(),
            "{}: {found:?}",
            place.name
        );
        a.leave(&seated.card.id).await.expect("it answers");
        // The seat is still there; its server has said goodbye.
        let found = b.find(&[mark(2)]).await.expect("it answers");
        let found = found[0].as_ref().expect("for as long as the grace");
        assert_eq!(
            (&found.id, &found.said),
            (&seated.card.id, &None),
            "{}",
            place.name
        );
    });
}

fn address(found: &SeatRecord) -> &str {
    found.said.as_ref().map_or("", |said| &said.card.url)
}

#[test]
fn a_seat_is_forgotten_after_the_grace() {
    in_both("a seat is forgotten", async |place| {
        let mut a = place.engine();
        let seated = Report {
            held: vec![mark(1)],
            grace: SERVER_TTL,
            ..word("http://a")
        };
        let said = Instant::now();
        a.exchange(&seated).await.expect("it answers");
        while a.find(&[mark(1)]).await.expect("it answers")[0].is_some() {
            assert!(
                said.elapsed() < Duration::from_secs(20),
                "{}: it is not forgotten",
                place.name
            );
            sleep(Duration::from_millis(20)).await;
        }
        assert!(
            said.elapsed() >= SERVER_TTL,
            "{}: it was forgotten too early",
            place.name
        );
    });
}
