//! Where positions are kept while any list holds them, and who of them is active.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::position::{Note, Position};
use crate::roster::{Roster, Slot};

/// Spreads numbers that count upwards; whoever chooses them gains nothing from collisions but a slow run of their own.
#[derive(Clone, Copy, Debug, Default)]
pub struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// All positions that are in any list.
#[derive(Clone, Debug, Default)]
pub struct Positions {
    kept: Vec<Position>,
    free: Vec<Slot>,
    active: Roster,
    live: HashMap<u64, Slot, BuildHasherDefault<NumberHasher>>,
    left: Vec<Slot>,
    inserted: u64,
    notes: [Note; 3],
}

impl Positions {
    /// The position in a slot.
    pub fn get(&self, slot: Slot) -> &Position {
        &self.kept[slot as usize]
    }

    /// The position in a slot, to be changed.
    pub fn get_mut(&mut self, slot: Slot) -> &mut Position {
        &mut self.kept[slot as usize]
    }

    /// Active positions in the order of insertion, closed ones among them until the next exit pass.
    pub fn active(&self) -> &Roster {
        &self.active
    }

    /// The active position with this number, unless it is closed.
    pub fn live(&self, number: u64) -> Option<Slot> {
        self.live.get(&number).copied()
    }

    /// Keep a position that is in some list.
    pub fn keep(&mut self, position: Position) -> Slot {
        if let Some(slot) = self.free.pop() {
            self.kept[slot as usize] = position;
            return slot;
        }
        self.kept.push(position);
        Slot::try_from(self.kept.len() - 1).unwrap_or(Slot::MAX)
    }

    /// Add a position to the active ones.
    pub fn activate(&mut self, slot: Slot) {
        self.inserted += 1;
        self.kept[slot as usize].order = self.inserted;
        self.active.push(slot);
        if self.get(slot).is_closed {
            self.left.push(slot);
        } else {
            self.live.insert(self.get(slot).number, slot);
        }
    }

    /// Take note that a position was closed; it stays active until [`Positions::dismiss`].
    pub fn close(&mut self, slot: Slot) {
        let number = self.get(slot).number;
        if self.live.remove(&number).is_some() {
            self.left.push(slot);
        }
    }

    /// Let all closed positions leave the active list; those that are in no other list are kept no longer.
    pub fn dismiss(&mut self, open: &Roster) {
        for slot in self.left.drain(..) {
            self.active.remove(slot);
            if self.kept[slot as usize].book.is_none() && !open.contains(slot) {
                self.free.push(slot);
            }
        }
    }

    /// Bring slots into the order of insertion.
    pub fn sort(&self, slots: &mut [Slot]) {
        let order = |slot: &Slot| self.get(*slot).order;
        if !slots.is_sorted_by_key(order) {
            slots.sort_unstable_by_key(order);
        }
    }

    /// Keep texts; one that equals the last in its place shares its memory.
    pub fn note(&mut self, texts: [Option<&str>; 3]) -> [Note; 3] {
        let mut notes = [const { None }; 3];
        for ((note, last), text) in notes.iter_mut().zip(&mut self.notes).zip(texts) {
            let Some(text) = text else { continue };
            if last.as_deref() != Some(text) {
                *last = Some(Arc::from(text));
            }
            note.clone_from(last);
        }
        notes
    }
}
