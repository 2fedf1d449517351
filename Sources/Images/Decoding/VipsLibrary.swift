internal import GraftCVips

/// libvips, started once a process.
@safe final class VipsLibrary: Sendable {
    /// The library; `nil` where it could not be started.
    static let shared = VipsLibrary()

    private init?() {
        guard graft_vips_init() == 0 else { return nil }
        graft_vips_silence()
        // Graft decodes many pictures at once on threads of its own, and each only once.
        vips_concurrency_set(1)
        vips_cache_set_max(0)
    }

    /// Whether this libvips was built with what reads a format.
    func reads(_ format: ImageFormat) -> Bool {
        let loader: String? =
            switch format {
            case .jpeg: "jpegload_buffer"
            case .png: "pngload_buffer"
            case .gif: "gifload_buffer"
            case .webp: "webpload_buffer"
            case .tiff: "tiffload_buffer"
            case .heic, .avif: "heifload_buffer"
            case .jpegXL: "jxlload_buffer"
            case .jpeg2000: "jp2kload_buffer"
            case .bmp, .pnm: nil
            }
        guard let loader else { return true }
        return unsafe vips_type_find("VipsOperation", loader) != 0
    }

    /// Runs `body` and gives back what libvips keeps for the calling thread, which may never call again.
    func decoding<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer {
            vips_thread_shutdown()
            // Messages of all threads gather in one text that nobody reads.
            vips_error_clear()
        }
        return try body()
    }
}
