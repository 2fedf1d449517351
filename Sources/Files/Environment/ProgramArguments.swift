/// What this program was started with.
package enum ProgramArguments {
    /// The arguments after the program's name, their bytes kept even where they are no UTF-8, as names of
    /// files may be; Swift's own list repairs those, so that such a file could not be named.
    package static var all: [String] {
        (1..<max(Int(CommandLine.argc), 1)).compactMap { index in
            guard let argument = unsafe CommandLine.unsafeArgv[index] else { return nil }
            var bytes: [UInt8] = []
            var place = unsafe argument
            while unsafe place.pointee != 0 {
                unsafe bytes.append(UInt8(bitPattern: place.pointee))
                unsafe place += 1
            }
            return String(fileName: bytes)
        }
    }
}
