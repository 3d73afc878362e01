"""
Monte-Carlo robustness and bootstrap intervals, bit-identical to the Python reference at any number of threads.

Needs the standard library only, and is one source for Julia 1.5 and everything newer. The names, the random numbers and the order of
every floating-point operation are those of `docs/ffi/optimizer.md`.
"""
module OmegaMonteCarlo

export OptimizerError, bootstrap_ci, monte_carlo_robustness, monte_carlo_scores

include("errors.jl")
include("lanes.jl")
include("philox.jl")
include("reductions.jl")
include("parallel.jl")
include("evaluators.jl")
include("rating.jl")
include("equity_path.jl")
include("monte_carlo.jl")
include("bootstrap.jl")
include("fields.jl")
include("faults.jl")
include("sources.jl")
include("service.jl")
include("worker.jl")

# Whoever compiles this package pays for type inference, and not every start of a worker.
precompile(serve, (String,))
precompile(answer, (String, Vector{UInt8}))
ccall(:jl_generating_output, Cint, ()) == 1 && answer("op=hello\n", UInt8[])

end
