# Philox4x64-10 as numpy defines it: uniform numbers that any row of a table can be jumped to by its position.

const WORDS_PER_BLOCK = 4
const SMALLEST_ROW = 8
const DEFAULT_SEED = UInt64(987654321)
const MONTE_CARLO_STREAM = UInt64(4)
const BOOTSTRAP_STREAM = UInt64(5)

const MULTIPLIERS = (0xd2e7470ee14c6c93, 0xca5a826395121157)
const KEY_STEPS = (0x9e3779b97f4a7c15, 0xbb67ae8584caa73b)
const ULP = 1.1102230246251565e-16 # 2^-53

"Seed and stream: who draws, and what for."
const Key = NTuple{2, UInt64}

"Numbers of blocks are one number, or several side by side."
const Number = Union{UInt64, Lanes{UInt64}}

@inline function halves(a::UInt64, b::UInt64)
    product = widemul(a, b)
    return (product >> 64) % UInt64, product % UInt64
end

"Multiply as on paper with digits of 32 bits, since no processor multiplies several words of 64 bits to 128."
@inline function halves(a::UInt64, b::Lanes{UInt64})
    digit = UInt64(32)
    low_digit = UInt64(0xffffffff)
    a0, a1 = a & low_digit, a >> digit
    b0, b1 = b & low_digit, b >> digit
    lowest = a0 * b0
    carried = a0 * b1 + (lowest >> digit)
    middle = a1 * b0 + (carried & low_digit)
    high = a1 * b1 + (carried >> digit) + (middle >> digit)
    return high, (middle << digit) | (lowest & low_digit)
end

@inline function mix(block, key::Key)
    high0, low0 = halves(MULTIPLIERS[1], block[1])
    high1, low1 = halves(MULTIPLIERS[2], block[3])
    return (xor(high1, block[2], key[1]), low1, xor(high0, block[4], key[2]), low0)
end

"Return the four words of a block; numpy's first block of a stream with counter 0 is number 1."
@inline function words(number::Number, key::Key)
    block = (number, zero(number), zero(number), zero(number))
    for _ in 1:9
        block = mix(block, key)
        key = (key[1] + KEY_STEPS[1], key[2] + KEY_STEPS[2])
    end
    return mix(block, key)
end

@inline uniform(word::Number) = double(word >> UInt64(11)) * ULP

"Return the four uniform numbers of a block, each in [0, 1)."
@inline function uniforms(number::Number, key::Key)
    a, b, c, d = words(number, key)
    return uniform(a), uniform(b), uniform(c), uniform(d)
end

"Return how wide a row must be to hold `draws` numbers: eight, or more in whole blocks of four."
row_width(draws::Integer) = draws <= SMALLEST_ROW ?
    SMALLEST_ROW :
    cld(draws, WORDS_PER_BLOCK) * WORDS_PER_BLOCK

"Return the number of the first block of row `row` (0 is the first) in a table of `width` columns."
first_block(row::Integer, width::Integer) = UInt64(row) * UInt64(width ÷ WORDS_PER_BLOCK) +
    UInt64(1)

"Put the first numbers of a row into `row`, block by block from block `number` on."
function fill_uniforms!(row::AbstractVector{Float64}, number::UInt64, key::Key)
    for start in 1:WORDS_PER_BLOCK:length(row)
        block = uniforms(number, key)
        for place in start:min(start + WORDS_PER_BLOCK - 1, length(row))
            row[place] = block[place - start + 1]
        end
        number += UInt64(1)
    end
    return row
end
