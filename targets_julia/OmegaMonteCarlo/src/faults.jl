# Faults on demand, so that tests can see what a crash, a hang or noise in the middle of a call leads to; off unless asked for.

const FAULTS_VARIABLE = "OMEGA_JULIA_FAULTS"

"Do what the fault of that name does; refuses unless the environment allows faults."
function fault(name::AbstractString)
    get(ENV, FAULTS_VARIABLE, "") == "1" ||
        throw(ArgumentError("there is no operation \"fault\""))
    haskey(FAULTS, name) || throw(ArgumentError("there is no fault $(repr(name))"))
    FAULTS[name]()
    return nothing
end

overflow(depth) = 1 + overflow(depth + 1)

function make_noise()
    println("noise on stdout")
    println(stderr, "noise on stderr")
    ccall(:puts, Cint, (Cstring,), "noise past Julia")
    run(`echo noise of a child`)
    return nothing
end

function spin()
    while true end
end

const FAULTS = Dict{String, Function}(
    "abort" => () -> ccall(:abort, Cvoid, ()),
    "child" => () -> run(`sleep 600`),
    # fatou-ignore discouraged-function: to end the process is the fault
    "exit" => () -> exit(3),
    "hang" => spin,
    "kill" => () -> ccall(:kill, Cint, (Cint, Cint), getpid(), 9),
    "missing_file" => () -> open(identity, "/nowhere/nothing"),
    "noise" => make_noise,
    "out_of_memory" => () -> Vector{UInt8}(undef, 2^60),
    # fatou-ignore discouraged-function: to touch no memory of ours is the fault
    "segfault" => () -> unsafe_load(Ptr{UInt8}(1)),
    "stack_overflow" => () -> overflow(0),
    "task" =>
        () -> Threads.@threads(
            for index in 1:4
                index == 3 && error("a task failed")
            end,
        ),
)
