# The rating kernels as evaluators: what a NaN, a zero or a tie gives is decided by comparisons, as in the reference.

const GUARD = 1.0e-9
const CAP = 0.5
const RATING_WEIGHTS = (0.25, 0.2, 0.2, 0.2, 0.15)
const RATING_COLUMNS = (
    "robustness",
    "stability",
    "cost_shock",
    "dropout",
    "stress_penalty",
    "profit_factor",
)
const ROBUSTNESS_COLUMNS = ("profit", "avg_r", "winrate", "drawdown")
const STRESS_COLUMNS = ("profit", "drawdown", "sharpe")
const STRATEGY_SCORES = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)
# Column, limit, and whether the rule fails above its limit instead of below it.
const STRATEGY_RULES = (
    ("Winrate (%)", 45.0, false),
    ("Avg R-Multiple", 0.6, false),
    ("Net Profit", 500.0, false),
    ("profit_factor", 1.2, false),
    ("drawdown_eur", 1000.0, true),
)

"Count what is not finite as 0."
@inline finite(value::Float64) = isfinite(value) ? value : 0.0

"Force a value into [0, cap]; NaN passes."
@inline capped(value::Float64) = value < 0.0 ? 0.0 : (value > CAP ? CAP : value)

"Five scores mixed by weights, lowered by the stress penalty."
struct FinalRating <: Evaluator
    places::NTuple{6, Int}
    weights::NTuple{5, Float64}
end

function final_rating(columns, _)
    total = 0.0
    for weight in RATING_WEIGHTS
        total = total + weight
    end
    return FinalRating(
        places(columns, RATING_COLUMNS),
        map(weight -> weight / total, RATING_WEIGHTS),
    )
end

function score(evaluator::FinalRating, metrics, _, _)
    a, b, c, d, penalty, factor = map(place -> pick(metrics, place), evaluator.places)
    w = evaluator.weights
    mixed = (((w[1] * a + w[2] * b) + w[3] * c) + w[4] * d) + w[5] * quality(factor)
    rating = mixed * (1.0 - penalty)
    return rating > 1.0 ? 1.0 : rating
end

"Return 1 - 1 / (1 + f), where f is the profit factor, 0 if that is NaN or negative."
@inline function quality(profit_factor::Float64)
    f = profit_factor >= 0.0 ? profit_factor : 0.0
    return 1.0 - 1.0 / (1.0 + f)
end

"The share of five rules that hold."
struct StrategyRating <: Evaluator
    places::NTuple{5, Int}
end

strategy_rating(columns, _) = StrategyRating(places(columns, map(first, STRATEGY_RULES)))

function score(evaluator::StrategyRating, metrics, _, _)
    fails = 0
    for (place, (_, limit, at_most)) in zip(evaluator.places, STRATEGY_RULES)
        value = pick(metrics, place)
        fails += at_most ? value > limit : value < limit
    end
    return STRATEGY_SCORES[fails + 1]
end

"One minus the capped deterioration of four metrics against the unmoved ones."
struct RobustnessScore <: Evaluator
    places::NTuple{4, Int}
    base::NTuple{4, Float64}
end

function robustness_score(columns, base)
    found = places(columns, ROBUSTNESS_COLUMNS)
    return RobustnessScore(
        found,
        map(place -> larger(finite(pick(base, place)), GUARD), found),
    )
end

function score(evaluator::RobustnessScore, metrics, _, _)
    moved = map(place -> larger(finite(pick(metrics, place)), 0.0), evaluator.places)
    base = evaluator.base
    total = larger((base[1] - moved[1]) / base[1], 0.0)
    total = total + larger((base[2] - moved[2]) / base[2], 0.0)
    total = total + larger((base[3] - moved[3]) / base[3], 0.0)
    total = total + larger((moved[4] - base[4]) / base[4], 0.0)
    deterioration = total / 4.0
    return larger(1.0 - (isfinite(deterioration) ? capped(deterioration) : CAP), 0.0)
end

"One minus the capped stress penalty of three metrics against the unmoved ones."
struct CostShockScore <: Evaluator
    places::NTuple{3, Int}
    base::NTuple{3, Float64}
end

function cost_shock_score(columns, base)
    found = places(columns, STRESS_COLUMNS)
    return CostShockScore(found, map(place -> finite(pick(base, place)), found))
end

function score(evaluator::CostShockScore, metrics, _, _)
    profit, drawdown, sharpe = map(place -> finite(pick(metrics, place)), evaluator.places)
    base_profit, base_drawdown, base_sharpe = evaluator.base
    total = base_profit <= 0.0 ? 0.0 : larger((base_profit - profit) / base_profit, 0.0)
    fallen = larger(base_drawdown, GUARD)
    total = total + larger((drawdown - fallen) / fallen, 0.0)
    sharp = larger(base_sharpe, GUARD)
    total = total + larger((sharp - sharpe) / sharp, 0.0)
    penalty = total / 3.0
    return larger(1.0 - capped(isfinite(penalty) ? penalty : 0.0), 0.0)
end
