#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many threads oneDNN uses for work that the calling thread gives it.
package enum Threads {
    /// Sets the number of threads for primitives made and run by the calling thread from now on.
    ///
    /// OpenMP keeps this number for each thread, and oneDNN divides a primitive's work by it when the primitive is made; so
    /// a primitive must be run with the number it was made with. The function is looked up at run time because
    /// oneDNN may be built with GNU's or LLVM's OpenMP, or with none, and then there is nothing to set.
    package static func setCountForCallingThread(_ count: Int) {
        typealias Setter = @convention(c) (Int32) -> Void
        // With a handle of 0 (RTLD_DEFAULT) the search covers all loaded libraries.
        guard let symbol = unsafe dlsym(nil, "omp_set_num_threads") else { return }
        unsafe unsafeBitCast(symbol, to: Setter.self)(Int32(count))
    }
}
