# Sums, deviations and quantiles in one written order, because those of the standard library depend on processor and options.

"Return the sum from the left divided by the count; never -0.0."
function average(values::AbstractVector{Float64})
    total = 0.0
    for value in values
        total = total + value
    end
    return total / length(values) + 0.0
end

"Return the sample deviation around `center`, squares added from the left; 0 for a single value."
function deviation(values::AbstractVector{Float64}, center::Float64)
    length(values) == 1 && return 0.0
    total = 0.0
    for value in values
        distance = value - center
        total = total + distance * distance
    end
    return sqrt(total / (length(values) - 1))
end

"Return the quantile of type 7 of sorted values, interpolated from the nearer end as numpy does."
function quantile_sorted(sorted::AbstractVector{Float64}, share::Float64)
    count = length(sorted)
    place = share * (count - 1)
    below = floor(Int, place)
    below >= count - 1 && return sorted[count]
    weight = place - below
    low = sorted[below + 1]
    high = sorted[below + 2]
    step = high - low
    return (weight < 0.5 ? low + step * weight : high - step * (1.0 - weight)) + 0.0
end

"Return the two quantiles that leave equal shares outside."
function interval(sorted::AbstractVector{Float64}, confidence::Float64)
    alpha = (1.0 - confidence) / 2.0
    return quantile_sorted(sorted, alpha), quantile_sorted(sorted, 1.0 - alpha)
end
