//! What must hold for any bytes: no panic, and decoded bytes are encoded to the same bytes. Used by
//! the fuzzer, and by the test without a fuzzer.

#![allow(dead_code, reason = "each target checks one of them")]

use rush::log::{Log, Unreadable, replay};
use rush::mirror::Mirror;
use rush::wire::{ToClient, ToServer};
use rush::{Config, Input, Seat, World};

pub(crate) fn to_server(bytes: &[u8]) {
    if let Ok(message) = ToServer::decode(bytes) {
        assert_eq!(message.encode(), bytes);
    }
}

pub(crate) fn to_client(bytes: &[u8]) {
    if let Ok(message) = ToClient::decode(bytes) {
        assert_eq!(message.encode(), bytes);
        let mut mirror = Mirror::new(Config::DEFAULT);
        match message {
            ToClient::Snapshot(snapshot) => {
                assert_eq!(mirror.snapshot(&snapshot).is_err(), mirror.is_blank())
            }
            ToClient::Delta(delta) => {
                assert!(mirror.delta(&delta).is_err(), "nothing to follow yet")
            }
            ToClient::Welcome(_) | ToClient::Restarts { .. } | ToClient::Echo(_) => {}
        }
    }
}

pub(crate) fn world(bytes: &[u8]) {
    if let Ok(mut world) = World::decode(bytes) {
        assert_eq!(world.encode(), bytes);
        let snacks = world.snacks().count();
        world.step(&[Input::Join { seat: Seat(0) }]);
        assert_eq!(world.snacks().count(), snacks);
        world.team_points();
        world.next();
    }
}

pub(crate) fn log(bytes: &[u8]) {
    match Log::read(bytes) {
        Ok(log) => {
            assert_eq!(log.write(), bytes);
            let _either_way = replay(&log);
        }
        Err(Unreadable::Truncated { whole: Some(log) }) => {
            let _either_way = replay(&log);
        }
        Err(unreadable) => assert!(!unreadable.to_string().is_empty()),
    }
}

/// The fuzzer's bytes are bodies, each behind its length, with correct sums added: wrong sums would
/// stop nearly every input.
pub(crate) fn log_frames(mut bytes: &[u8]) {
    let mut file = b"RUSH\x02".to_vec();
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let (body, rest) = rest.split_at(rest.len().min(usize::from(u16::from_le_bytes(*length))));
        let length = body.len() as u32;
        file.extend(length.to_le_bytes());
        file.extend((!length).to_le_bytes());
        file.extend(body);
        file.extend(rush::fnv::fnv1a(body).to_le_bytes());
        bytes = rest;
    }
    log(&file);
}

pub(crate) fn name(bytes: &[u8]) {
    if let Some(name) = rush::name::tidy(&String::from_utf8_lossy(bytes)) {
        assert_eq!(rush::name::tidy(name.as_str()), Some(name.clone()));
        assert_eq!(rush::Name::heard(name.as_str()), Some(name));
    }
}
