//! Checks that the events of one visit came in the room's order.

/// The event numbers that one player has read since it joined.
#[derive(Debug, Default)]
pub(crate) struct Order {
    last: Option<u64>,
    lowest: u64,
    highest: u64,
    heard: u64,
}

impl Order {
    /// Records an event. `Some((earlier, number))` if its number is not higher than the one before.
    pub(crate) fn note(&mut self, number: u64) -> Option<(u64, u64)> {
        let last = self.last.replace(number);
        self.heard += 1;
        self.lowest = last.map_or(number, |_| self.lowest.min(number));
        self.highest = self.highest.max(number);
        last.filter(|&last| number <= last)
            .map(|last| (last, number))
    }

    /// Numbers between the lowest and the highest that were not received. A late one counts until
    /// it arrives.
    pub(crate) fn missed(&self) -> u64 {
        let between = self.highest - self.lowest;
        between.saturating_sub(self.heard.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(numbers: &[u64]) -> (Vec<(u64, u64)>, u64) {
        let mut order = Order::default();
        let disorder = numbers
            .iter()
            .filter_map(|&number| order.note(number))
            .collect();
        (disorder, order.missed())
    }

    #[test]
    fn rising_numbers_are_in_order_wherever_they_begin() {
        assert_eq!(note(&[]), (vec![], 0));
        assert_eq!(note(&[7]), (vec![], 0));
        assert_eq!(note(&[7, 8, 9]), (vec![], 0));
        assert_eq!(note(&[7, 9, 12]), (vec![], 3));
    }

    #[test]
    fn a_number_that_does_not_rise_is_disorder() {
        assert_eq!(note(&[7, 9, 8, 10]), (vec![(9, 8)], 0));
        assert_eq!(note(&[7, 7]), (vec![(7, 7)], 0));
        assert_eq!(note(&[5, 2]), (vec![(5, 2)], 2));
        assert_eq!(note(&[0, u64::MAX, 0]), (vec![(u64::MAX, 0)], u64::MAX - 2));
    }
}
