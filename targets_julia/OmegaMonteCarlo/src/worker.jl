# The worker process: requests come on stdin, replies go to what stdout was, arrays lie in a file that both sides map.

import Mmap

const REQUEST_MAGIC = 0x514a4d4f # "OMJQ" in little-endian order
const REPLY_MAGIC = 0x524a4d4f   # "OMJR"
const REQUEST_HEADER_BYTES = 16
const MOST_TEXT_BYTES = 2^26
const GARBAGE = 65

"The file of the arrays, and its present mapping."
mutable struct Arena
    file::IOStream
    memory::Vector{UInt8}
end

"Map the file again when its size is another one."
function memory_of!(arena::Arena, bytes::Int)
    if bytes != length(arena.memory)
        arena.memory = bytes == 0 ?
            UInt8[] :
            Mmap.mmap(arena.file, Vector{UInt8}, bytes; grow = false, shared = true)
    end
    return arena.memory
end

"Answer requests until stdin ends, or gives bytes that are no request; returns the exit code, 0 or 65."
function serve(path::AbstractString)
    replies = claim_stdout()
    arena = Arena(open(path, "r+"), UInt8[])
    while true
        header = read(stdin, REQUEST_HEADER_BYTES)
        isempty(header) && return 0
        request = read_request(header)
        request === nothing && return GARBAGE
        status, reply = answer_in(arena, request.text)
        flush_noise()
        send(replies, request.id, status, reply)
    end
end

"Keep the pipe for replies to ourselves; whatever else is printed goes to stderr, by Julia, by C and by child processes."
function claim_stdout()
    replies = fdio(ccall(:dup, Cint, (Cint,), 1), true)
    ccall(:dup2, Cint, (Cint, Cint), 2, 1)
    # fatou-ignore discouraged-function: for as long as the process lives
    redirect_stdout(stderr)
    return replies
end

"Write out what was printed meanwhile, so that it stands before anything that a crash leaves."
function flush_noise()
    flush(stdout)
    flush(stderr)
    Libc.flush_cstdio()
    return nothing
end

"Read the rest of a request; nothing when it is none."
function read_request(header::Vector{UInt8})
    length(header) == REQUEST_HEADER_BYTES || return nothing
    magic, bytes = reinterpret(UInt32, header[1:8])
    id = reinterpret(UInt64, header[9:16])[1]
    magic == REQUEST_MAGIC && bytes <= MOST_TEXT_BYTES || return nothing
    text = read(stdin, Int(bytes))
    length(text) == bytes || return nothing
    return (id = id, text = String(text))
end

"Map what the request's first line says, then answer the rest of it."
function answer_in(arena::Arena, text::String)
    size, rest = first_line(text)
    memory = try
        memory_of!(arena, parse(Int, size))
    catch error
        return failure(error, catch_backtrace())
    end
    return answer(rest, memory)
end

function first_line(text::String)
    place = findfirst(isequal('\n'), text)
    place === nothing && return text, ""
    return text[1:prevind(text, place)], text[nextind(text, place):end]
end

function send(replies::IO, id::UInt64, status::Int, text::String)
    bytes = codeunits(text)
    write(replies, REPLY_MAGIC, UInt32(length(bytes)), id, UInt32(status), UInt32(0))
    write(replies, bytes)
    flush(replies)
    return nothing
end
