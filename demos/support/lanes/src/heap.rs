//! Arranges the heap of the running thread, to see whether a model depends on addresses.
//!
//! The addresses of a model's objects differ from run to run, by chance. A model that orders two
//! locks by their addresses would be judged by that chance. So its first schedule is run with the
//! heap in two opposite orders, and such a model takes two ways. Allocators differ: this works with
//! glibc's, and not with that of Windows (under Wine), where chance still judges such a model.

/// The order in which the blocks of a run are meant to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heap {
    AsItIs,
    /// A later block lies behind an earlier one, and a larger one behind a smaller one.
    Rising,
    /// The other way round.
    Falling,
}

/// Allocators round sizes up to multiples of this.
const GRAIN: usize = 16;
/// Larger objects than this are rare in a model.
const LARGEST: usize = 1024;
/// Most allocators keep a few freed blocks of each size, and reuse the last one first.
const KEPT: usize = 7;

impl Heap {
    /// Frees blocks of each size in an order that lets the next blocks lie as they should. What it
    /// returns must live as long as the run.
    pub(crate) fn arrange(self) -> Vec<Vec<u8>> {
        if self == Heap::AsItIs {
            return vec![];
        }
        let mut sizes: Vec<usize> = (1..=LARGEST / GRAIN).map(|size| size * GRAIN - 8).collect();
        if self == Heap::Falling {
            sizes.reverse();
        }
        let block = |&size: &usize| Vec::<u8>::with_capacity(size);
        // These use up what was freed before.
        let held: Vec<Vec<u8>> = (0..4 * KEPT)
            .flat_map(|_| sizes.iter().map(block))
            .collect();
        for size in &sizes {
            let mut blocks: Vec<Vec<u8>> = (0..KEPT).map(|_| block(size)).collect();
            blocks.sort_by_key(|block| block.as_ptr().addr());
            if self == Heap::Rising {
                blocks.reverse();
            }
            blocks.into_iter().for_each(drop);
        }
        held
    }
}
