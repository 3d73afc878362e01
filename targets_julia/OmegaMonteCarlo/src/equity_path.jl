# A drawn equity path and its deepest fall: sums of four uniforms stand for normal numbers, so that no logarithm is needed.

const PATH_COLUMNS = ("drift", "volatility", "cost", "drawdown_weight")
const PATH_STEPS = 250
const ROOT_OF_THREE = 1.7320508075688772

"Growth of a path of 250 steps, less the weighted deepest fall from a peak."
struct EquityPath <: Evaluator
    places::NTuple{4, Int}
end

equity_path(columns, _) = EquityPath(places(columns, PATH_COLUMNS))

draws(::EquityPath) = PATH_STEPS * WORDS_PER_BLOCK

side_by_side(::EquityPath) = true

function score(evaluator::EquityPath, metrics, block::Number, key::Key)
    drift, volatility, cost, drawdown_weight = map(
        place -> pick(metrics, place),
        evaluator.places,
    )
    equity = one(drift)
    peak = one(drift)
    worst = zero(drift)
    for step in 0:PATH_STEPS - 1
        a, b, c, d = uniforms(block + UInt64(step), key)
        normal = (((a + b) + c) + d - 2.0) * ROOT_OF_THREE
        change = (drift + volatility * normal) - cost
        equity = equity * (1.0 + change)
        peak = larger(equity, peak)
        worst = larger((peak - equity) / peak, worst)
    end
    return (equity - 1.0) - drawdown_weight * worst
end
