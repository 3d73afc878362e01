# The bootstrap interval of a mean: resamples drawn by position, their means summed from the left.

"Write the mean of every resample to its place in `means`."
function resample!(
    means::AbstractVector{Float64},
    data::AbstractVector{Float64},
    seed::UInt64,
    threads::Int,
)
    key = (seed, BOOTSTRAP_STREAM)
    blocks = row_width(length(data))
    each_chunk(length(means), threads) do first, last
        starts = groups(first, last)
        for start in starts
            numbers = each_lane(lane -> first_block(start + lane - 2, blocks))
            write_lanes!(means, start, resampled_mean(data, numbers, key))
        end
        for sample in first + LANES * length(starts):last
            means[sample] = resampled_mean(data, first_block(sample - 1, blocks), key)
        end
    end
    return means
end

"Return the mean of the resample that begins at a block, or of several resamples side by side."
function resampled_mean(data::AbstractVector{Float64}, block::Number, key::Key)
    count = length(data)
    total = double(zero(block))
    for _ in 1:count ÷ WORDS_PER_BLOCK
        a, b, c, d = uniforms(block, key)
        total = total + drawn(data, a)
        total = total + drawn(data, b)
        total = total + drawn(data, c)
        total = total + drawn(data, d)
        block += UInt64(1)
    end
    rest = uniforms(block, key)
    for place in 1:count % WORDS_PER_BLOCK
        total = total + drawn(data, rest[place])
    end
    return total / Float64(count) + 0.0
end

"Return the element that a uniform number stands for; below 1 it never reaches past the last."
@inline drawn(data, share::Float64) = @inbounds data[
    unsafe_trunc(Int, share * length(data)) + 1,
]
@inline function drawn(data, shares::Lanes{Float64})
    places = shares * Float64(length(data))
    return each_lane(lane -> @inbounds data[unsafe_trunc(Int, places[lane]) + 1])
end

"""
    bootstrap_ci(data; n_bootstrap, confidence, seed, threads)

Return (lower, upper), the percentile interval of the mean of finite `data`.

Throws `OptimizerError` 1001 for settings out of range and data that is not finite, 1010 for no data, 2002 on overflow.
"""
function bootstrap_ci(
    data::AbstractVector{<:Real};
    n_bootstrap::Integer = 10_000,
    confidence::Real = 0.95,
    seed::Integer = DEFAULT_SEED,
    threads::Integer = Threads.nthreads(),
)
    1 <= n_bootstrap <= MOST_SIMULATIONS ||
        refuse(INVALID_ARGUMENT, "n_bootstrap must lie in 1..$MOST_SIMULATIONS")
    check_confidence(confidence)
    0 <= seed <= typemax(UInt64) || refuse(INVALID_ARGUMENT, "seed must lie in 0..2^64-1")
    isempty(data) && refuse(EMPTY_INPUT, "there is no data")
    all(isfinite, data) || refuse(INVALID_ARGUMENT, "data must be finite")
    values = collect(Float64, data)
    all(value -> value == values[1], values) && return (values[1] + 0.0, values[1] + 0.0)
    means = resample!(
        Vector{Float64}(undef, n_bootstrap),
        values,
        UInt64(seed),
        Int(threads),
    )
    all(isfinite, means) || refuse(OVERFLOW, "the mean of a resample is not finite")
    bounds = interval(sort!(means), Float64(confidence))
    all(isfinite, bounds) || refuse(OVERFLOW, "a bound is not finite")
    return bounds
end
