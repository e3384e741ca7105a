//! Seats: which server holds which seat.

use super::{BRIEF, in_both, key, report};
use crate::common::PATIENCE;
use demo_08_snack_game::cluster::{Report, SeatRecord};
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[test]
fn a_seat_leads_to_its_server_until_it_is_freed_or_the_server_leaves() {
    in_both("a seat leads to its server", async |place| {
        let (mut a, mut b) = (place.backend(), place.backend());
        let seated = Report {
            held: vec![key(1), key(2)],
            ..report("http://a")
        };
        a.exchange(&seated).await.expect("the backend answers");
        let found = b
            .find_seats(&[key(1), key(3), key(2)])
            .await
            .expect("the backend answers");
        let ids = found.iter().map(|found| found.as_ref().map(url));
        assert_eq!(
            ids.collect::<Vec<_>>(),
            [Some("http://a"), None, Some("http://a")],
            "{}",
            place.name
        );
        let freed = Report {
            freed: vec![key(1)],
            ..report("http://a")
        };
        a.exchange(&freed).await.expect("the backend answers");
        let found = b
            .find_seats(&[key(1), key(2)])
            .await
            .expect("the backend answers");
        assert!(
            found[0].is_none() && found[1].is_some(),
            "{}: {found:?}",
            place.name
        );
        a.leave(&seated.server.id)
            .await
            .expect("the backend answers");
        // The seat is still there, but its server has left.
        let found = b.find_seats(&[key(2)]).await.expect("the backend answers");
        let found = found[0].as_ref().expect("for as long as the grace");
        assert_eq!(
            (&found.server_id, &found.last_seen),
            (&seated.server.id, &None),
            "{}",
            place.name
        );
    });
}

fn url(found: &SeatRecord) -> &str {
    found.last_seen.as_ref().map_or("", |last| &last.server.url)
}

#[test]
fn a_seat_expires_after_its_ttl() {
    in_both("a seat expires", async |place| {
        let mut a = place.backend();
        let seated = Report {
            held: vec![key(1)],
            seat_ttl: BRIEF,
            ..report("http://a")
        };
        let reported = Instant::now();
        a.exchange(&seated).await.expect("the backend answers");
        while a.find_seats(&[key(1)]).await.expect("the backend answers")[0].is_some() {
            assert!(
                reported.elapsed() < PATIENCE,
                "{}: it does not expire",
                place.name
            );
            sleep(Duration::from_millis(20)).await;
        }
        assert!(
            reported.elapsed() >= BRIEF,
            "{}: it expired too early",
            place.name
        );
    });
}
