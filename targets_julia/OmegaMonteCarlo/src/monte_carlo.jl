# Monte-Carlo robustness: the metrics moved at random, scored, and the scores summarised.

const MOST_SIMULATIONS = 10_000_000

"One run, ready to compute: sorted columns, their metrics, and moves as one column per simulation, or nothing to draw them."
struct Simulation{E <: Evaluator, M <: Union{Nothing, AbstractMatrix{Float64}}}
    metrics::Vector{Float64}
    moves::M
    evaluator::E
    count::Int
    key::Key
    spread::Float64
end

width(run::Simulation) = row_width(length(run.metrics)) + draws(run.evaluator)

"Put the moved metrics of simulation `index` (0 is the first) into `moved`."
function perturb!(moved, run::Simulation{E, Nothing}, index::Int) where {E <: Evaluator}
    fill_uniforms!(moved, first_block(index, width(run)), run.key)
    for place in eachindex(moved)
        move = run.spread * (2.0 * moved[place] - 1.0)
        moved[place] = run.metrics[place] * (1.0 + move)
    end
    return moved
end

function perturb!(moved, run::Simulation, index::Int)
    for place in eachindex(moved)
        moved[place] = run.metrics[place] * (1.0 + run.moves[place, index + 1])
    end
    return moved
end

"Write the score of every simulation to its place in `scores`."
function scores!(scores::AbstractVector{Float64}, run::Simulation, threads::Int)
    each_chunk(run.count, threads) do first, last
        starts = side_by_side(run.evaluator) ? groups(first, last) : groups(1, 0)
        together = Matrix{Float64}(undef, length(run.metrics), LANES)
        for start in starts
            write_lanes!(scores, start, score_group(run, start - 1, together))
        end
        moved = similar(run.metrics)
        for index in first + LANES * length(starts) - 1:last - 1
            perturb!(moved, run, index)
            block = own_block(run, index)
            scores[index + 1] = score(run.evaluator, moved, block, run.key) + 0.0
        end
    end
    return scores
end

"Return the number of the evaluator's first block in simulation `index` (0 is the first)."
own_block(run::Simulation, index::Int) = first_block(index, width(run)) +
    UInt64(row_width(length(run.metrics)) ÷ WORDS_PER_BLOCK)

"Return the scores of the simulations from `index` on, side by side; `moved` has room for their metrics."
function score_group(run::Simulation, index::Int, moved::Matrix{Float64})
    alone = similar(run.metrics)
    for lane in 1:LANES
        moved[:, lane] = perturb!(alone, run, index + lane - 1)
    end
    blocks = each_lane(lane -> own_block(run, index + lane - 1))
    return score(run.evaluator, Rows(moved), blocks, run.key) + 0.0
end

"A matrix with a simulation a column, read as its rows: each metric of all simulations."
struct Rows <: AbstractVector{Lanes{Float64}}
    numbers::Matrix{Float64}
end

Base.size(rows::Rows) = (size(rows.numbers, 1),)
@inline Base.getindex(rows::Rows, place::Int) = each_lane(lane -> rows.numbers[place, lane])

"Return (mean, std, ci_lower, ci_upper, n, n_failed) of the finite scores; refuses with 2004 where none is, 2002 on overflow."
function summarise(scores::AbstractVector{Float64}, confidence::Float64)
    kept = filter(isfinite, scores)
    isempty(kept) && refuse(NOT_A_NUMBER, "no score is finite")
    center = average(kept)
    spread = deviation(kept, center)
    sort!(kept)
    lower, upper = interval(kept, confidence)
    all(isfinite, (center, spread, lower, upper)) ||
        refuse(OVERFLOW, "a number of the answer is not finite")
    return (
        mean = center,
        std = spread,
        ci_lower = lower,
        ci_upper = upper,
        n = length(kept),
        n_failed = length(scores) - length(kept),
    )
end

"""
    monte_carlo_scores(base_metrics, perturbations, evaluator; n_simulations, seed, columns, spread, weights, threads)

Return the score of every simulation in order.

`perturbations` is nothing (moves are drawn within ±`spread`) or a matrix of one simulation a row and one metric a column, in the order
of `columns` (the sorted names unless given). `evaluator` is a registered name or a function of a Dict of metrics.
Throws `OptimizerError` 1001, 1010 or 1011 for what it cannot use.
"""
function monte_carlo_scores(
    base_metrics::AbstractDict,
    perturbations,
    evaluator;
    n_simulations::Integer = 1000,
    seed::Integer = DEFAULT_SEED,
    columns = nothing,
    spread::Real = 0.1,
    weights = nothing,
    threads::Integer = Threads.nthreads(),
)
    check_settings(n_simulations, seed, spread)
    isempty(base_metrics) && refuse(EMPTY_INPUT, "there are no metrics")
    names = sort!(collect(String, keys(base_metrics)))
    metrics = Float64[base_metrics[name] for name in names]
    chosen = evaluator_of(evaluator, names, metrics, weights)
    moves = moves_of(perturbations, names, columns)
    count = moves === nothing ? Int(n_simulations) : min(Int(n_simulations), size(moves, 2))
    run = Simulation(
        metrics,
        moves,
        chosen,
        count,
        (UInt64(seed), MONTE_CARLO_STREAM),
        Float64(spread),
    )
    return scores!(Vector{Float64}(undef, count), run, Int(threads))
end

"""
    monte_carlo_robustness(base_metrics, perturbations, evaluator; confidence, n_simulations, ...)

Return (mean, std, ci_lower, ci_upper, n, n_failed) of the finite scores of `monte_carlo_scores`, which names the other arguments.
"""
function monte_carlo_robustness(
    base_metrics::AbstractDict,
    perturbations,
    evaluator;
    confidence::Real = 0.95,
    others...,
)
    check_confidence(confidence)
    return summarise(
        monte_carlo_scores(base_metrics, perturbations, evaluator; others...),
        Float64(confidence),
    )
end

function check_settings(n_simulations, seed, spread)
    1 <= n_simulations <= MOST_SIMULATIONS ||
        refuse(INVALID_ARGUMENT, "n_simulations must lie in 1..$MOST_SIMULATIONS")
    0 <= seed <= typemax(UInt64) || refuse(INVALID_ARGUMENT, "seed must lie in 0..2^64-1")
    isfinite(spread) && spread >= 0.0 ||
        refuse(INVALID_ARGUMENT, "spread must be finite and not negative")
    return nothing
end

check_confidence(confidence) = 0.0 < confidence < 1.0 ||
    refuse(INVALID_ARGUMENT, "confidence must lie between 0 and 1")

"Bring a matrix of one simulation a row into sorted column order, turned so that a simulation lies in one piece."
moves_of(::Nothing, names, columns) = (order_of(names, columns); nothing)

function moves_of(perturbations::AbstractMatrix{<:Real}, names, columns)
    order = order_of(names, columns)
    size(perturbations, 2) == length(names) ||
        refuse(SIZE_MISMATCH, "perturbations must have a column for each metric")
    size(perturbations, 1) > 0 || refuse(EMPTY_INPUT, "perturbations have no rows")
    return permutedims(Matrix{Float64}(perturbations[:, order]))
end

order_of(names, ::Nothing) = collect(eachindex(names))

function order_of(names, columns)
    sort(collect(String, columns)) == names ||
        refuse(SIZE_MISMATCH, "columns must name every metric once")
    return sortperm(collect(String, columns))
end
