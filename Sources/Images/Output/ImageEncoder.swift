internal import GraftCVips
internal import GraftFiles

/// Writes ``PixelImage``s as PNG or JPEG files.
package struct ImageEncoder: Sendable {
    /// An encoder; it has no state.
    package init() {}

    /// Writes a picture to a file, whole or not at all: a PNG or a JPEG of quality 90, as the path's ending
    /// says.
    ///
    /// The file says in a comment that Graft drew it. Only such files are replaced: a photo never is.
    ///
    /// - Throws: ``ImageError`` where the ending is another one, something else is at the path, or the file
    ///   cannot be written.
    package func write(_ image: PixelImage, to path: String) throws(ImageError) {
        try checkReplaceable(path)
        let format = try format(for: path)
        let bytes = Drawing.marking(try encode(image, as: format, name: path), format)
        do throws(FileError) {
            try FileReplacement.write(bytes, to: path)
        } catch {
            throw ImageError(.unwritable, error.problem)
        }
    }

    /// Finds out whether a picture can be written to a path: to be asked before any work.
    ///
    /// - Throws: ``ImageError`` where something is there that Graft did not draw.
    package func checkReplaceable(_ path: String) throws(ImageError) {
        do throws(FileError) {
            guard try FileStatus.of(path) != nil else { return }
            guard try Drawing.isAt(path) else {
                throw FileError(
                    .other,
                    Problem(
                        path, found: "is there already and was not drawn by Graft",
                        remedy: "Choose another name, or remove it first"))
            }
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

    /// The bytes of a picture's file.
    ///
    /// - Throws: ``ImageError`` where libvips cannot encode it.
    package func encoded(_ image: PixelImage, as format: ImageFormat) throws(ImageError) -> [UInt8] {
        try encode(image, as: format, name: "A picture")
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
