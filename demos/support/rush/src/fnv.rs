//! A stable hash. By hand: files and messages depend on each bit of it, and it is three lines.

/// FNV-1a, 64 bits: Fowler, Noll, Vo and Eastlake, "The FNV Non-Cryptographic Hash Algorithm" (RFC
/// 9923).
///
/// Every step is a bijection of the state (an xor, then a product with an odd number), so two
/// inputs of one length that differ in a single byte never have the same hash. It does not protect
/// against an attacker who looks for collisions.
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_hashes_are_the_published_ones() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    proptest! {
        #[test]
        fn one_changed_byte_is_always_seen(bytes in prop::collection::vec(any::<u8>(), 1..200), at in any::<prop::sample::Index>(), by in 1..=255_u8) {
            let mut changed = bytes.clone();
            changed[at.index(bytes.len())] ^= by;
            prop_assert_ne!(fnv1a(&bytes), fnv1a(&changed));
        }
    }
}
