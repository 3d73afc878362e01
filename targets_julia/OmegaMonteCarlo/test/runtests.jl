# The package's own tests; whether its answers are those of Python is tested from Python.

using OmegaMonteCarlo
using Test

const O = OmegaMonteCarlo
const PATH = Dict(
    "drift" => 0.0005,
    "volatility" => 0.01,
    "cost" => 0.0001,
    "drawdown_weight" => 0.5,
)

code_of(call) = try
    call()
    0
catch error
    error isa OptimizerError ? error.code : rethrow()
end

@testset "Philox gives the words that numpy gives" begin
    key = (UInt64(987654321), UInt64(4))
    @test O.words(UInt64(1), key) ==
        (0x2b716180c13fb782, 0x672316de3bd08c95, 0xdf45ee9cfd126a1c, 0x5d1e1618801f1a00)
    @test O.uniform(typemax(UInt64)) == 1.0 - 2.0^-53
    @test O.uniform(UInt64(0)) === 0.0
    @test map(O.row_width, (0, 1, 8, 9, 12, 13)) == (8, 8, 8, 12, 12, 16)
    @test O.fill_uniforms!(zeros(6), UInt64(1), key)[1:4] ==
        collect(O.uniforms(UInt64(1), key))
    @test O.fill_uniforms!(zeros(6), UInt64(1), key)[5:6] ==
        collect(O.uniforms(UInt64(2), key))[1:2]
end

@testset "Reductions keep their written order" begin
    @test O.average([1.0e16, 1.0, -1.0e16]) === 0.0
    @test O.average([-0.0]) === 0.0
    @test O.deviation([3.0], 3.0) === 0.0
    @test O.deviation([1.0, 2.0, 3.0, 4.0], 2.5) == sqrt(5.0 / 3.0)
    @test O.quantile_sorted([1.0, 2.0, 4.0], 0.5) == 2.0
    @test O.quantile_sorted([1.0, 2.0, 4.0], 1.0) == 4.0
    @test O.quantile_sorted([1.0, 2.0, 4.0], 0.25) == 1.5
    @test O.quantile_sorted([7.0], 0.3) == 7.0
end

@testset "Numbers side by side have the bits that each has alone" begin
    key = (typemax(UInt64), UInt64(5))
    numbers = [
        UInt64(0),
        typemax(UInt64),
        (UInt64(0x9e3779b97f4a7c15) * place for place in 1:14)...
    ]
    together = O.uniforms(O.each_lane(lane -> numbers[lane]), key)
    for lane in 1:O.LANES
        alone = O.uniforms(numbers[lane], key)
        @test all(place -> together[place][lane] === alone[place], 1:4)
    end
end

@testset "The larger number is that of Python's max, in lanes too" begin
    cases = ((1.0, 2.0), (2.0, 1.0), (NaN, 1.0), (1.0, NaN), (-Inf, Inf))
    for (value, bound) in cases
        alone = O.larger(value, bound)
        together = O.larger(O.Lanes(value), O.Lanes(bound))
        @test all(lane -> together[lane] === alone, 1:O.LANES)
    end
    @test O.larger(NaN, 1.0) === 1.0
end

@testset "Groups of lanes and what is left of them cover every row once" begin
    for first in (1, 7), count in (0, 1, 15, 16, 17, 48, 50)
        starts = O.groups(first, first + count - 1)
        grouped = [start + lane for start in starts for lane in 0:O.LANES - 1]
        @test vcat(grouped, first + length(grouped):first + count - 1) ==
            first:first + count - 1
        @test count - length(grouped) < (O.lanes_pay() ? O.LANES : count + 1)
    end
end

@testset "A row has the same score in a group and among what is left" begin
    scores = monte_carlo_scores(
        PATH,
        nothing,
        "equity_path";
        n_simulations = 40,
        threads = 1,
    )
    for count in (1, 15, 16, 33)
        fewer = monte_carlo_scores(
            PATH,
            nothing,
            "equity_path";
            n_simulations = count,
            threads = 1,
        )
        @test fewer == scores[1:count]
    end
end

@testset "A metric that is lacking counts as 0 in groups too" begin
    for name in keys(PATH)
        lacking = filter(pair -> first(pair) != name, PATH)
        zeroed = merge(PATH, Dict(name => 0.0))
        moves = zeros(20, 4)
        @test monte_carlo_scores(
            lacking,
            moves[:, 1:3],
            "equity_path";
            seed = 3,
            threads = 1,
        )[1:16] ==
            map(
                row -> monte_carlo_scores(
                    lacking,
                    moves[1:row, 1:3],
                    "equity_path";
                    seed = 3,
                    threads = 1,
                )[row],
                1:16,
            )
        @test all(isfinite, monte_carlo_scores(zeroed, moves, "equity_path"; threads = 1))
    end
end

@testset "Every row is computed once, whatever the threads" begin
    for count in (1, 15, 16, 33, 1000), threads in (1, 2, 3, 100)
        seen = zeros(Int, count)
        O.each_chunk(count, threads) do first, last
            for row in first:last
                seen[row] += 1
            end
        end
        @test all(isequal(1), seen)
    end
end

@testset "Threads change no bit" begin
    for name in (
            "weighted_score",
            "final_rating",
            "strategy_rating",
            "robustness_score",
            "cost_shock_score",
            "equity_path",
        )
        scores = map(
            threads -> monte_carlo_scores(
                PATH,
                nothing,
                name;
                n_simulations = 300,
                threads = threads,
            ),
            (1, 2, 7),
        )
        @test scores[1] == scores[2] == scores[3]
    end
    data = Float64[sin(place) for place in 1:333]
    @test bootstrap_ci(data; n_bootstrap = 500, threads = 1) ===
        bootstrap_ci(data; n_bootstrap = 500, threads = 3)
end

@testset "A simulation depends on its number only" begin
    long = monte_carlo_scores(PATH, nothing, "equity_path"; n_simulations = 50)
    @test monte_carlo_scores(PATH, nothing, "equity_path"; n_simulations = 7) == long[1:7]
end

@testset "A matrix moves each metric by its own column" begin
    moves = [0.1 0.0; 0.0 -0.5; 1.0 1.0]
    metrics = Dict("b" => 10.0, "a" => 1.0)
    first = monte_carlo_scores(metrics, moves, values -> values["a"]; columns = ["a", "b"])
    @test first == [1.0 * (1.0 + 0.1), 1.0, 2.0]
    @test monte_carlo_scores(metrics, moves, values -> values["b"]; columns = ["b", "a"]) ==
        [10.0 * (1.0 + 0.1), 10.0, 20.0]
    @test monte_carlo_scores(metrics, moves, values -> values["a"]; n_simulations = 2) ==
        first[1:2]
end

@testset "What is not finite is left out and counted" begin
    moves = reshape([0.0, Inf, NaN, 1.0], 4, 1)
    answer = monte_carlo_robustness(Dict("a" => 1.0), moves, "weighted_score")
    @test (answer.mean, answer.n, answer.n_failed) == (1.5, 2, 2)
end

@testset "Refusals have numbers" begin
    one = Dict("a" => 1.0)
    @test code_of(
        () -> monte_carlo_scores(Dict{String, Float64}(), nothing, "weighted_score"),
    ) ==
        1010
    @test code_of(() -> monte_carlo_scores(one, nothing, "no_such")) == 1001
    @test code_of(() -> monte_carlo_scores(one, zeros(2, 2), "weighted_score")) == 1011
    @test code_of(() -> monte_carlo_scores(one, zeros(0, 1), "weighted_score")) == 1010
    @test code_of(
        () -> monte_carlo_scores(one, nothing, "weighted_score"; columns = ["b"]),
    ) ==
        1011
    @test code_of(() -> monte_carlo_scores(one, nothing, "equity_path"; weights = [1.0])) ==
        1001
    @test code_of(
        () -> monte_carlo_scores(one, nothing, "weighted_score"; weights = [1.0, 2.0]),
    ) ==
        1011
    @test code_of(
        () -> monte_carlo_scores(one, nothing, "weighted_score"; spread = -1.0),
    ) ==
        1001
    @test code_of(
        () -> monte_carlo_scores(one, nothing, "weighted_score"; n_simulations = 0),
    ) ==
        1001
    @test code_of(
        () -> monte_carlo_robustness(one, nothing, "weighted_score"; confidence = 1.0),
    ) ==
        1001
    @test code_of(
        () -> monte_carlo_robustness(Dict("a" => NaN), nothing, "weighted_score"),
    ) ==
        2004
    @test code_of(() -> bootstrap_ci(Float64[])) == 1010
    @test code_of(() -> bootstrap_ci([1.0, Inf])) == 1001
    @test code_of(() -> bootstrap_ci([1.7e308, 1.6e308, 1.5e308])) == 2002
    @test sprint(showerror, OptimizerError(1001, "no")) == "[1001] no"
end

@testset "The bootstrap of a constant has no width" begin
    @test bootstrap_ci([2.5, 2.5]) === (2.5, 2.5)
    @test bootstrap_ci([-0.0, 0.0]) === (0.0, 0.0)
end

@testset "Text survives the way to a field and back" begin
    for text in ("", "a\tb\\n\nc=d", "Winrate (%)", "ü€😀")
        @test O.unescape(O.escape(text)) == text
    end
    @test O.parse_fields("a=1\nb=x=y\n") == Dict("a" => "1", "b" => "x=y")
    @test_throws ArgumentError O.parse_fields("nothing")
    @test_throws ArgumentError O.parse_fields("a=1\na=2")
end

@testset "Arrays outside of the memory are refused" begin
    memory = zeros(UInt8, 64)
    place(text) = O.doubles(O.Fields("x" => text), "x", memory)
    @test length(place("0:8")) == 8
    @test length(place("64:0")) == 0
    for text in ("0:9", "8:8", "-8:1", "4:1", "0:-1", "0:9223372036854775807", "72:0")
        @test_throws BoundsError place(text)
    end
    @test_throws ArgumentError place("0")
end

@testset "An answer says what went wrong, and never throws" begin
    status, text = O.answer("op=nothing\n", UInt8[])
    @test status == O.COMPUTE
    @test occursin("kind=ArgumentError", text)
    @test O.answer("garbage", UInt8[])[1] == O.COMPUTE
    @test O.answer("op=fault\nname=exit\n", UInt8[])[1] == O.COMPUTE
    @test O.answer("op=hello\n", UInt8[])[1] == O.DONE
    task = try
        Threads.@threads for row in 1:3
            row == 2 && throw(DomainError(row))
        end
    catch error
        O.cause_of(error)
    end
    @test task isa DomainError
end

@testset "Addresses of another language are read and written in place" begin
    memory = zeros(Float64, 16)
    memory[1:2] .= (1.0, 2.0)
    request = "op=bootstrap\ndata=0:2\nout=64:2\nn_bootstrap=10\nconfidence=0x1p-1\nseed=1\nthreads=1\n"
    reply = GC.@preserve memory O.answer_at(request, UInt(pointer(memory)), 128)
    @test reply == "0\n"
    @test (memory[9], memory[10]) ===
        bootstrap_ci([1.0, 2.0]; n_bootstrap = 10, confidence = 0.5, seed = 1)
end
