internal import GraftCVips
internal import GraftFiles

/// Writes ``PixelImage``s as PNG or JPEG files.
package struct ImageEncoder: Sendable {
    /// An encoder; it has no state.
    package init() {}

    /// Writes a picture to a file, whole or not at all: a PNG or a JPEG of quality 90, as the path's ending
    /// says.
    ///
    /// - Throws: ``ImageError`` where the ending is another one or the file cannot be written.
    package func write(_ image: PixelImage, to path: String) throws(ImageError) {
        let bytes = try encode(image, as: try format(for: path), name: path)
        do throws(FileError) {
            let file = try FileReplacement(path)
            try file.write(bytes)
            try file.commit()
        } catch {
            throw ImageError(.unwritable, error.problem)
        }
    }

    /// The format that a path's ending asks for.
    ///
    /// - Throws: ``ImageError`` where that is neither PNG nor JPEG.
    package func format(for path: String) throws(ImageError) -> ImageFormat {
        let name = path.split(separator: "/").last ?? ""
        let ending = name.contains(".") ? name.split(separator: ".").last?.lowercased() : nil
        for format in [ImageFormat.png, .jpeg] {
            if let ending, format.fileExtensions.contains(ending) { return format }
        }
        throw ImageError(
            .unwritable,
            Problem(path, found: "cannot be written", expected: "a name that ends in .png, .jpg or .jpeg"))
    }

    private func encode(_ image: PixelImage, as format: ImageFormat, name: String) throws(ImageError)
        -> [UInt8]
    {
        guard let library = VipsLibrary.shared else { throw Self.refusal(name, "libvips does not start") }
        let bytes = library.decoding { Self.encode(image, format) }
        guard let bytes else { throw Self.refusal(name, "libvips cannot encode it as \(format.name)") }
        return bytes
    }

    private static func encode(_ image: PixelImage, _ format: ImageFormat) -> [UInt8]? {
        defer { vips_thread_shutdown() }
        let made = unsafe image.samples.withUnsafeBufferPointer { samples in
            unsafe graft_vips_rgb(samples.baseAddress, samples.count, Int32(image.width), Int32(image.height))
        }
        guard let picture = unsafe made else { return nil }
        defer { unsafe g_object_unref(picture) }
        var start: UnsafeMutableRawPointer?
        var count = 0
        let outcome =
            format == .png
            ? unsafe graft_vips_save_png(picture, &start, &count)
            : unsafe graft_vips_save_jpeg(picture, &start, &count)
        guard outcome == 0, let start = unsafe start else { return nil }
        defer { unsafe g_free(start) }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    private static func refusal(_ name: String, _ reason: String) -> ImageError {
        ImageError(.unwritable, Problem(name, found: "cannot be written: \(reason)"))
    }
}
