//! Random bytes.

/// Bytes from the kernel that cannot be guessed. In a simulation they follow from its seed.
///
/// # Panics
/// If the kernel has no random bytes.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[cfg(test)]
    if crate::simulation::rng::fill(&mut bytes) {
        return bytes;
    }
    getrandom::fill(&mut bytes).expect("the kernel has random bytes");
    bytes
}
