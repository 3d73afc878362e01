# The text of requests and replies: lines of `name=value`, lists parted by tabs, and arrays as places in shared memory.

const Fields = Dict{String, String}

"Undo the escapes of a value: `\\n` a new line, `\\t` a tab, `\\\\` the backslash."
function unescape(text::AbstractString)
    occursin('\\', text) || return String(text)
    plain = IOBuffer()
    escaped = false
    for letter in text
        if escaped
            print(plain, letter == 'n' ? '\n' : letter == 't' ? '\t' : letter)
            escaped = false
        elseif letter == '\\'
            escaped = true
        else
            print(plain, letter)
        end
    end
    return String(take!(plain))
end

escape(text::AbstractString) = replace(
    replace(replace(text, "\\" => "\\\\"), "\n" => "\\n"),
    "\t" => "\\t",
)

"Read the lines of a request; a repeated name or a line without `=` is refused."
function parse_fields(text::AbstractString)
    fields = Fields()
    for line in split(text, '\n'; keepempty = false)
        name, sign, value = partition(line)
        isempty(sign) && throw(ArgumentError("a line of the request has no '='"))
        haskey(fields, name) && throw(ArgumentError("the request names $name twice"))
        fields[name] = value
    end
    return fields
end

function partition(line)
    place = findfirst(isequal('='), line)
    place === nothing && return String(line), "", ""
    return String(line[1:prevind(line, place)]), "=", String(line[nextind(line, place):end])
end

render(pairs) = join((
    string(name, '=', escape(string(value)), '\n')
    for (name, value) in pairs
))

raw(fields::Fields, name) = haskey(fields, name) ?
    fields[name] :
    throw(ArgumentError("the request lacks $name"))
text_of(fields::Fields, name) = unescape(raw(fields, name))
integer(fields::Fields, name) = parse(Int, raw(fields, name))
unsigned_of(fields::Fields, name) = parse(UInt64, raw(fields, name))
real_of(fields::Fields, name) = parse(Float64, raw(fields, name))
list(fields::Fields, name) = map(unescape, split(raw(fields, name), '\t'))

"Return the doubles at the place that a field names, `offset:count`; the memory must outlive them."
function doubles(fields::Fields, name, memory::Vector{UInt8})
    parts = map(part -> parse(Int, part), split(raw(fields, name), ':'))
    length(parts) == 2 || throw(ArgumentError("$name is no place in memory"))
    offset, count = parts
    inside = offset >= 0 &&
        count >= 0 &&
        offset % 8 == 0 &&
        count <= (length(memory) - offset) ÷ 8
    inside || throw(BoundsError(memory, offset + 8 * Int128(count)))
    # fatou-ignore discouraged-function: the bounds were checked, and who calls keeps the memory
    return unsafe_wrap(Array, Ptr{Float64}(pointer(memory) + offset), count; own = false)
end
