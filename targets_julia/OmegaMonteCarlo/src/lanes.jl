# Several numbers computed at once, by instructions that do so: bits are those of one number after the other.

# Two to four instructions are under way for each operation then, which hides how long a multiplication takes.
const LANES = 16

"Numbers side by side; arithmetic is done to each of them alone."
struct Lanes{T}
    values::NTuple{LANES, VecElement{T}}
end

@inline Lanes(number::Union{UInt64, Float64}) = Lanes(ntuple(
    _ -> VecElement(number),
    Val(LANES),
))
@inline each_lane(make) = Lanes(ntuple(lane -> VecElement(make(lane)), Val(LANES)))

# An interpreter cannot run these instructions, and where one word is multiplied faster than several has not been measured elsewhere.
lanes_pay() = Sys.ARCH === :x86_64 && Base.JLOptions().compile_enabled in (1, 2)

"Return where the groups begin that fill all lanes with numbers from first:last; what is left comes after them."
groups(first::Int, last::Int) = first:LANES:(lanes_pay() ? last - LANES + 1 : first - 1)

"Write the lanes to their places in `numbers`, the first one to `start`."
function write_lanes!(numbers, start::Int, lanes::Lanes)
    for lane in 1:LANES
        numbers[start + lane - 1] = lanes[lane]
    end
end

@inline Base.getindex(lanes::Lanes, lane::Int) = lanes.values[lane].value
@inline Base.zero(::Type{Lanes{T}}) where {T} = Lanes(zero(T))
@inline Base.zero(::Lanes{T}) where {T} = Lanes(zero(T))
@inline Base.one(::Lanes{T}) where {T} = Lanes(one(T))

const WORDS_OF = "<$LANES x i64>"
const DOUBLES_OF = "<$LANES x double>"
const OPERATIONS = (
    (:+, UInt64, "add $WORDS_OF"),
    (:*, UInt64, "mul $WORDS_OF"),
    (:&, UInt64, "and $WORDS_OF"),
    (:|, UInt64, "or $WORDS_OF"),
    (:xor, UInt64, "xor $WORDS_OF"),
    (:>>, UInt64, "lshr $WORDS_OF"),
    (:<<, UInt64, "shl $WORDS_OF"),
    (:+, Float64, "fadd $DOUBLES_OF"),
    (:-, Float64, "fsub $DOUBLES_OF"),
    (:*, Float64, "fmul $DOUBLES_OF"),
    (:/, Float64, "fdiv $DOUBLES_OF"),
)

for (name, kind, instruction) in OPERATIONS
    held = NTuple{LANES, VecElement{kind}}
    code = "%3 = $instruction %0, %1\nret $(kind === UInt64 ? WORDS_OF : DOUBLES_OF) %3"
    @eval @inline Base.$name(a::Lanes{$kind}, b::Lanes{$kind}) = Lanes(Base.llvmcall(
        $code,
        $held,
        Tuple{$held, $held},
        a.values,
        b.values,
    ))
    @eval @inline Base.$name(a::Lanes{$kind}, b::$kind) = $name(a, Lanes(b))
    @eval @inline Base.$name(a::$kind, b::Lanes{$kind}) = $name(Lanes(a), b)
end

"Return the number as a double, or each of the lanes; it must be below 2^63."
@inline double(number::UInt64) = Float64(reinterpret(Int64, number))

"Return `value` where it exceeds `bound`, else `bound`; so NaN gives the bound."
@inline larger(value::Float64, bound::Float64) = ifelse(value > bound, value, bound)

const DOUBLES = NTuple{LANES, VecElement{Float64}}
const CONVERT = "%2 = sitofp $WORDS_OF %0 to $DOUBLES_OF\nret $DOUBLES_OF %2"
const CHOOSE_LARGER = """
    %3 = fcmp ogt $DOUBLES_OF %0, %1
    %4 = select <$LANES x i1> %3, $DOUBLES_OF %0, $DOUBLES_OF %1
    ret $DOUBLES_OF %4"""

@eval @inline double(numbers::Lanes{UInt64}) = Lanes(Base.llvmcall(
    $CONVERT,
    DOUBLES,
    Tuple{NTuple{LANES, VecElement{UInt64}}},
    numbers.values,
))
@eval @inline larger(values::Lanes{Float64}, bounds::Lanes{Float64}) = Lanes(Base.llvmcall(
    $CHOOSE_LARGER,
    DOUBLES,
    Tuple{DOUBLES, DOUBLES},
    values.values,
    bounds.values,
))
