# The one error that this package raises on purpose, with its number of the shared table.

"A refusal with a stable number; its text reads `[code] message`."
struct OptimizerError <: Exception
    code::Int
    message::String
end

Base.showerror(io::IO, error::OptimizerError) = print(
    io,
    "[",
    error.code,
    "] ",
    error.message,
)

const INVALID_ARGUMENT = 1001
const EMPTY_INPUT = 1010
const SIZE_MISMATCH = 1011
const OVERFLOW = 2002
const NOT_A_NUMBER = 2004

refuse(code::Int, message::AbstractString) = throw(OptimizerError(code, String(message)))
