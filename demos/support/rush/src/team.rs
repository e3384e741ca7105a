//! Four teams. Each has a colour and a shape.

/// One of four: 0 orange ●, 1 blue ▲, 2 green ■, 3 yellow ◆.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Team(u8);

impl Team {
    /// The number of teams.
    pub const COUNT: usize = 4;
    /// All four, by number.
    pub const ALL: [Team; Self::COUNT] = [Team(0), Team(1), Team(2), Team(3)];

    /// The team with this number.
    pub fn new(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The team's number, 0 to 3.
    pub fn number(self) -> u8 {
        self.0
    }

    /// The index, 0 to 3, into a table with one row per team.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// `orange`, `blue`, `green` or `yellow`.
    pub fn name(self) -> &'static str {
        ["orange", "blue", "green", "yellow"][self.index()]
    }

    /// `주황`, `파랑`, `초록` or `노랑`.
    pub fn name_ko(self) -> &'static str {
        ["주황", "파랑", "초록", "노랑"][self.index()]
    }

    /// A shape beside the colour, for players who cannot distinguish the colours.
    pub fn shape(self) -> char {
        ['●', '▲', '■', '◆'][self.index()]
    }

    /// A colour of Okabe and Ito's palette, in CSS notation.
    pub fn colour(self) -> &'static str {
        ["#D55E00", "#56B4E9", "#009E73", "#F0E442"][self.index()]
    }

    /// The team for a new player: the smallest, the lowest number first.
    pub(crate) fn smallest(members: impl Iterator<Item = Team>) -> Team {
        let mut sizes = [0_u32; Self::COUNT];
        members.for_each(|team| sizes[team.index()] += 1);
        Self::ALL
            .into_iter()
            .min_by_key(|team| sizes[team.index()])
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newcomer_joins_the_smallest_team_the_lowest_number_first() {
        let [orange, blue, green, yellow] = Team::ALL;
        let smallest = |teams: &[Team]| Team::smallest(teams.iter().copied());
        assert_eq!(smallest(&[]), orange);
        assert_eq!(smallest(&[orange]), blue);
        assert_eq!(smallest(&[orange, blue, yellow, green]), orange);
        assert_eq!(smallest(&[orange, orange, blue, blue, yellow]), green);
        assert_eq!(Team::new(4), None);
    }
}
