# One request in, one answer out: the same for the worker process and for a Julia inside of Python.

const DONE = 0
const INPUT = 1
const COMPUTE = 2
const OUT_OF_MEMORY = 3
const INTERRUPTED = 4

"Answer a request, whose arrays lie in `memory`; gives a status and the text of the reply, and never throws."
function answer(text::AbstractString, memory::Vector{UInt8})
    try
        fields = parse_fields(text)
        reply = GC.@preserve memory respond(fields, memory)
        return DONE, render(reply)
    catch error
        return failure(cause_of(error), catch_backtrace())
    end
end

"Do as `answer` in memory of somebody else, who keeps it for the whole call; status and text come as one text."
function answer_at(text::AbstractString, address::Integer, bytes::Integer)
    # fatou-ignore discouraged-function: the memory is that of a caller in another language
    memory = unsafe_wrap(Array, Ptr{UInt8}(UInt(address)), Int(bytes); own = false)
    status, reply = answer(text, memory)
    return string(status, '\n', reply)
end

function respond(fields::Fields, memory::Vector{UInt8})
    operation = raw(fields, "op")
    operation == "hello" && return hello()
    operation == "scores" && return respond_scores(fields, memory)
    operation == "perturb" && return respond_perturb(fields, memory)
    operation == "summarise" &&
        return respond_summary(doubles(fields, "scores", memory), fields, memory)
    operation == "monte_carlo" && return respond_monte_carlo(fields, memory)
    operation == "bootstrap" && return respond_bootstrap(fields, memory)
    operation == "fault" && return (fault(raw(fields, "name")); ())
    throw(ArgumentError("there is no operation $(repr(operation))"))
end

"Say who answers, and compute what is known, so that a Julia that computes wrongly is found out at once."
function hello()
    known = bitstring_of(words(UInt64(1), (DEFAULT_SEED, MONTE_CARLO_STREAM))...)
    metrics = Dict(
        "drift" => 0.0005,
        "volatility" => 0.01,
        "cost" => 0.0001,
        "drawdown_weight" => 0.5,
    )
    summary = monte_carlo_robustness(metrics, nothing, "equity_path"; n_simulations = 40)
    bounds = bootstrap_ci([0.1, -0.2, 0.3, 0.25, -0.05]; n_bootstrap = 40)
    numbers = bitstring_of(map(
        value -> reinterpret(UInt64, value),
        (numbers_of(summary)..., bounds...),
    )...)
    return (
        "version" => VERSION,
        "threads" => Threads.nthreads(),
        "pid" => getpid(),
        "words" => known,
        "numbers" => numbers,
        "sources" => SOURCES,
    )
end

numbers_of(summary) = (summary.mean, summary.std, summary.ci_lower, summary.ci_upper)

bitstring_of(numbers::UInt64...) = join(
    (string(number; base = 16, pad = 16) for number in numbers),
    ' ',
)

"Put a request into the form that is computed; the names come sorted."
function simulation(fields::Fields, memory::Vector{UInt8})
    columns = list(fields, "columns")
    metrics = doubles(fields, "metrics", memory)
    length(columns) == length(metrics) ||
        refuse(SIZE_MISMATCH, "as many metrics as columns are needed")
    weights = haskey(fields, "weights") ? doubles(fields, "weights", memory) : nothing
    evaluator = haskey(fields, "evaluator") ?
        evaluator_of(text_of(fields, "evaluator"), columns, metrics, weights) :
        NoScore()
    moves = haskey(fields, "moves") ?
        reshape(doubles(fields, "moves", memory), length(columns), :) :
        nothing
    key = (unsigned_of(fields, "seed"), MONTE_CARLO_STREAM)
    count = integer(fields, "count")
    check_settings(count, key[1], real_of(fields, "spread"))
    moves === nothing ||
        size(moves, 2) >= count ||
        refuse(SIZE_MISMATCH, "perturbations have too few rows")
    return Simulation(metrics, moves, evaluator, count, key, real_of(fields, "spread"))
end

"What stands for an evaluator that the caller keeps."
struct NoScore <: Evaluator end

function respond_scores(fields::Fields, memory::Vector{UInt8})
    run = simulation(fields, memory)
    scores = doubles(fields, "out", memory)
    length(scores) == run.count ||
        refuse(SIZE_MISMATCH, "there must be room for every score")
    scores!(scores, run, integer(fields, "threads"))
    return ()
end

"Give the moved metrics of the simulations from `first` on, one after the other, for an evaluator in another language."
function respond_perturb(fields::Fields, memory::Vector{UInt8})
    run = simulation(fields, memory)
    moved = reshape(doubles(fields, "out", memory), length(run.metrics), :)
    start = integer(fields, "first")
    0 <= start && start + size(moved, 2) <= run.count ||
        throw(ArgumentError("there are no such simulations"))
    each_chunk(size(moved, 2), integer(fields, "threads")) do first, last
        for column in first:last
            perturb!(view(moved, :, column), run, start + column - 1)
        end
    end
    return ()
end

function respond_monte_carlo(fields::Fields, memory::Vector{UInt8})
    run = simulation(fields, memory)
    scores = scores!(Vector{Float64}(undef, run.count), run, integer(fields, "threads"))
    return respond_summary(scores, fields, memory)
end

function respond_summary(scores, fields::Fields, memory::Vector{UInt8})
    confidence = real_of(fields, "confidence")
    check_confidence(confidence)
    summary = summarise(scores, confidence)
    doubles(fields, "out", memory)[1:4] .= numbers_of(summary)
    return ("n" => summary.n, "n_failed" => summary.n_failed)
end

function respond_bootstrap(fields::Fields, memory::Vector{UInt8})
    bounds = bootstrap_ci(
        doubles(fields, "data", memory);
        n_bootstrap = integer(fields, "n_bootstrap"),
        confidence = real_of(fields, "confidence"),
        seed = unsigned_of(fields, "seed"),
        threads = integer(fields, "threads"),
    )
    doubles(fields, "out", memory)[1:2] .= bounds
    return ()
end

"Describe an exception for another language."
function failure(error, trace)
    code = error isa OptimizerError ? error.code : 0
    status = error isa OptimizerError ?
        INPUT :
        error isa OutOfMemoryError ?
            OUT_OF_MEMORY :
            error isa InterruptException ? INTERRUPTED : COMPUTE
    message = error isa OptimizerError ? error.message : sprint(showerror, error)
    backtrace = error isa OptimizerError ?
        "" :
        first_lines(sprint(Base.show_backtrace, trace))
    return status,
        render((
            "kind" => nameof(typeof(error)),
            "code" => code,
            "message" => message,
            "backtrace" => backtrace,
        ))
end

first_lines(text) = join(Iterators.take(split(text, '\n'), 40), '\n')

"Find what a task died of."
function cause_of(error)
    error isa CompositeException && return cause_of(error.exceptions[1])
    error isa TaskFailedException || return error
    task = error.task
    return cause_of(hasproperty(task, :exception) ? task.exception : task.result)
end
