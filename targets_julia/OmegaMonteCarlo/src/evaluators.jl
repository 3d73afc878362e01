# The registry of named evaluators, and what each of them must offer.

"What a score is computed by: `score(evaluator, metrics, block, key)`, and as many uniform numbers as `draws(evaluator)`."
abstract type Evaluator end

const WITHOUT_WEIGHTS = (
    "final_rating",
    "strategy_rating",
    "robustness_score",
    "cost_shock_score",
    "equity_path",
)

draws(::Evaluator) = 0

"Say whether `score` takes lanes too: the metrics and the first blocks of several simulations."
side_by_side(::Evaluator) = false

"Find each name among the sorted columns; 0 where the metrics lack it."
places(columns, names) = map(name -> something(findfirst(isequal(name), columns), 0), names)

"Read a metric that may be lacking, which counts as 0."
@inline pick(metrics, place::Int) = place == 0 ?
    zero(eltype(metrics)) :
    @inbounds metrics[place]

"The weighted sum of all metrics, added from the left."
struct WeightedScore <: Evaluator
    weights::Vector{Float64}
end

function weighted_score(columns, weights)
    weights === nothing &&
        return WeightedScore(fill(1.0 / length(columns), length(columns)))
    length(weights) == length(columns) ||
        refuse(SIZE_MISMATCH, "as many weights as metrics are needed")
    all(isfinite, weights) || refuse(INVALID_ARGUMENT, "weights must be finite")
    return WeightedScore(collect(Float64, weights))
end

function score(evaluator::WeightedScore, metrics, _, _)
    total = 0.0
    for place in eachindex(evaluator.weights)
        total = total + evaluator.weights[place] * metrics[place]
    end
    return total
end

"A Julia function of the caller's own; it gets a Dict of the moved metrics."
struct OwnScore{F} <: Evaluator
    columns::Vector{String}
    call::F
end

score(evaluator::OwnScore, metrics, _, _) = Float64(evaluator.call(Dict(zip(
    evaluator.columns,
    metrics,
))))

"Return the evaluator of a name for sorted columns, the unmoved metrics and weights or nothing."
function evaluator_of(name::AbstractString, columns, base, weights)
    name == "weighted_score" && return weighted_score(columns, weights)
    name in WITHOUT_WEIGHTS ||
        refuse(INVALID_ARGUMENT, "there is no evaluator $(repr(name))")
    weights === nothing || refuse(INVALID_ARGUMENT, "only weighted_score takes weights")
    # One after the other, since a table of functions costs every start of a worker a fifth of a second.
    name == "final_rating" && return final_rating(columns, base)
    name == "strategy_rating" && return strategy_rating(columns, base)
    name == "robustness_score" && return robustness_score(columns, base)
    name == "cost_shock_score" && return cost_shock_score(columns, base)
    return equity_path(columns, base)
end

function evaluator_of(call::Function, columns, _, weights)
    weights === nothing || refuse(INVALID_ARGUMENT, "only weighted_score takes weights")
    return OwnScore(columns, call)
end
