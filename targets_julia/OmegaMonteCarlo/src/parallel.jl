# Rows spread over threads in chunks that any of them may take; every row writes its own place, so the spread leaves no trace.

const CHUNKS_PER_TASK = 8
const SMALLEST_CHUNK = LANES

"Call `work(first, last)` for chunks that cover 1:count, on at most `threads` threads."
function each_chunk(@nospecialize(work), count::Int, threads::Int)
    tasks = clamp(min(threads, Threads.nthreads()), 1, max(1, count ÷ SMALLEST_CHUNK))
    if tasks == 1
        work(1, count)
        return nothing
    end
    size = SMALLEST_CHUNK * cld(count, tasks * CHUNKS_PER_TASK * SMALLEST_CHUNK)
    next = Threads.Atomic{Int}(1)
    Threads.@threads for _ in 1:tasks
        while true
            first = Threads.atomic_add!(next, size)
            first > count && break
            work(first, min(first + size - 1, count))
        end
    end
    return nothing
end
