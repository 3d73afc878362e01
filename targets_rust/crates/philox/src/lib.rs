//! Philox4x64-10 with the bits of `numpy.random.Philox`, so that every language draws the same numbers.
//!
//! The generator is a function of key and counter, hence a row of draws can be computed without those before it:
//! neither the order of the rows nor the number of threads shows in the numbers. Start at [`Stream::row`].
//! Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

#![forbid(unsafe_code)]

const MULTIPLIERS: [u64; 2] = [0xD2E7_470E_E14C_6C93, 0xCA5A_8263_9512_1157];
const KEY_STEPS: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xBB67_AE85_84CA_A73B];
const ROUNDS: usize = 10;
const WORDS: usize = 4;

/// Compute the four words that belong to one key and one 256-bit counter (lowest word first).
#[must_use]
#[inline]
pub fn block(mut key: [u64; 2], mut counter: [u64; 4]) -> [u64; 4] {
    for round in 0..ROUNDS {
        if round > 0 {
            key = [key[0].wrapping_add(KEY_STEPS[0]), key[1].wrapping_add(KEY_STEPS[1])];
        }
        let (high_0, low_0) = product(MULTIPLIERS[0], counter[0]);
        let (high_1, low_1) = product(MULTIPLIERS[1], counter[2]);
        counter = [high_1 ^ counter[1] ^ key[0], low_1, high_0 ^ counter[3] ^ key[1], low_0];
    }
    counter
}

#[allow(clippy::cast_possible_truncation)] // the two halves are what is asked for
fn product(a: u64, b: u64) -> (u64, u64) {
    let wide = u128::from(a) * u128::from(b);
    ((wide >> 64) as u64, wide as u64)
}

/// Turn a word into a double in `[0, 1)`: the upper 53 bits times 2^-53, as numpy does.
#[must_use]
#[inline]
#[allow(clippy::cast_precision_loss)] // 53 bits fit exactly
pub fn unit(word: u64) -> f64 {
    const STEP: f64 = 1.0 / 9_007_199_254_740_992.0;
    (word >> 11) as f64 * STEP
}

/// One stream of doubles: `Generator(Philox(key=[seed, stream], counter=0)).random((rows, width))`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: [u64; 2],
}

impl Stream {
    /// Name a stream by the two words of its key.
    #[must_use]
    pub const fn new(seed: u64, stream: u64) -> Self {
        Self { key: [seed, stream] }
    }

    /// The draws of one row of the table with `width` columns; `width` is rounded up to a multiple of 4.
    #[must_use]
    #[inline]
    pub fn row(self, row: u64, width: usize) -> Row {
        let blocks = u128::from(row) * (width.div_ceil(WORDS) as u128);
        Row { key: self.key, blocks, words: [0; WORDS], used: WORDS }
    }
}

/// The draws of one row from its first column on; it does not end, the caller takes as many as the row is wide.
#[derive(Clone, Debug)]
pub struct Row {
    key: [u64; 2],
    blocks: u128,
    words: [u64; WORDS],
    used: usize,
}

impl Row {
    /// Draw the next double of the row, in `[0, 1)`.
    #[inline]
    #[allow(clippy::cast_possible_truncation)] // the counter is split into its words
    pub fn draw(&mut self) -> f64 {
        if self.used == WORDS {
            // numpy counts up before each block, so counter 0 is never used.
            self.blocks += 1;
            self.words = block(self.key, [self.blocks as u64, (self.blocks >> 64) as u64, 0, 0]);
            self.used = 0;
        }
        self.used += 1;
        unit(self.words[self.used - 1])
    }
}

impl Iterator for Row {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        Some(self.draw())
    }
}
