# Which sources were loaded: read when this package is compiled, so that an answer can be traced to them.

using SHA: SHA256_CTX, digest!, update!

"Return the SHA-256 over path, zero byte, length, zero byte and content of each file of this package, in order of the paths."
function digest_of(root::AbstractString)
    files = [
        joinpath(root, "Project.toml")
        filter(path -> endswith(path, ".jl"), readdir(joinpath(root, "src"); join = true))
    ]
    base = dirname(root)
    context = SHA256_CTX()
    for file in sort(files)
        content = read(file)
        update!(
            context,
            codeunits(string(relpath(file, base), "\0", length(content), "\0")),
        )
        update!(context, content)
    end
    return bytes2hex(digest!(context))
end

const PACKAGE = dirname(@__DIR__)
include_dependency(joinpath(PACKAGE, "Project.toml"))
const SOURCES = digest_of(PACKAGE)
