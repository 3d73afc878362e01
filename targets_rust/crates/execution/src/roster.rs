//! A list of positions in their order, from which one can be taken without moving the others.

/// Where a position is kept in a simulator.
pub type Slot = u32;

const NONE: u32 = u32::MAX;
const FEW: usize = 32;

/// Slots in the order in which they were added; holes are left where one was taken, and closed when they are many.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    listed: Vec<Slot>,
    places: Vec<u32>,
    first: usize,
    len: usize,
}

impl Roster {
    /// How many slots are listed.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether none is listed.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether this slot is listed.
    #[must_use]
    pub fn contains(&self, slot: Slot) -> bool {
        self.places.get(slot as usize).is_some_and(|place| *place != NONE)
    }

    /// The slot that was added before all others.
    #[must_use]
    #[inline]
    pub fn first(&self) -> Option<Slot> {
        self.listed.get(self.first).copied()
    }

    /// All slots in their order.
    pub fn iter(&self) -> impl Iterator<Item = Slot> + '_ {
        self.listed[self.first..].iter().copied().filter(|slot| *slot != NONE)
    }

    /// Add a slot at the end, unless it is listed.
    pub fn push(&mut self, slot: Slot) {
        if self.contains(slot) {
            return;
        }
        if self.places.len() <= slot as usize {
            self.places.resize(slot as usize + 1, NONE);
        }
        self.places[slot as usize] = place(self.listed.len());
        self.listed.push(slot);
        self.len += 1;
    }

    /// Take a slot out, if it is listed.
    pub fn remove(&mut self, slot: Slot) {
        if !self.contains(slot) {
            return;
        }
        let place = std::mem::replace(&mut self.places[slot as usize], NONE);
        self.listed[place as usize] = NONE;
        self.len -= 1;
        while self.listed.get(self.first) == Some(&NONE) {
            self.first += 1;
        }
        if self.listed.len() > FEW && self.len * 2 < self.listed.len() {
            self.close_holes();
        }
    }

    fn close_holes(&mut self) {
        self.listed.retain(|slot| *slot != NONE);
        self.first = 0;
        for (index, slot) in self.listed.iter().enumerate() {
            self.places[*slot as usize] = place(index);
        }
    }
}

fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(NONE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_keeps_the_order_of_a_plain_list(steps in proptest::collection::vec((any::<bool>(), 0_u32..60), 0..400)) {
            let (mut roster, mut plain) = (Roster::default(), Vec::new());
            for (add, slot) in steps {
                if add {
                    roster.push(slot);
                    plain.extend((!plain.contains(&slot)).then_some(slot));
                } else {
                    roster.remove(slot);
                    plain.retain(|listed| *listed != slot);
                }
                prop_assert_eq!(roster.first(), plain.first().copied());
                prop_assert_eq!(roster.len(), plain.len());
                prop_assert_eq!(roster.contains(slot), plain.contains(&slot));
                prop_assert!(roster.iter().eq(plain.iter().copied()));
            }
        }
    }
}
