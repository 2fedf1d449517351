internal import GraftFiles

/// Writes HDF5 files as h5py, Keras 3 and all versions of HDF5 from 1.8 on read them.
///
/// The place of everything is computed first. The elements of datasets then go from their closures to the
/// output, so that they are never all in memory. The same content gives the same bytes: there are no times in
/// them. The form is that of "HDF5 File Format Specification, Version 3.0", in its oldest versions.
package struct HDF5Writer: Sendable {
    private let layout: HDF5Layout

    /// Places a group as the root of a file.
    ///
    /// - Parameter subject: What errors call the file.
    /// - Throws: ``WeightFileError`` where a name, an attribute or a dataset is not possible in HDF5.
    package init(_ root: HDF5Group, subject: String) throws(WeightFileError) {
        layout = try HDF5Layout(root, subject: subject)
    }

    /// The number of bytes of the file.
    package var byteCount: Int { layout.byteCount }

    /// Hands the bytes of the file to `output`, piece by piece from front to back.
    ///
    /// - Throws: ``WeightFileError`` where a dataset's closure gives more or fewer bytes than it has elements
    ///   for; what a closure or `output` throws.
    package func write(to output: HDF5Elements.Write) throws {
        try unsafe layout.head.bytes.withUnsafeBytes { try unsafe output($0) }
        var position = layout.head.count
        for run in layout.runs {
            if run.byteCount > 0 {
                let gap = [UInt8](repeating: 0, count: run.start - position)
                if !gap.isEmpty { try unsafe gap.withUnsafeBytes { try unsafe output($0) } }
                position = run.start + run.byteCount
            }
            var promised = PromisedBytes(run.byteCount, for: run.subject)
            try unsafe run.elements.give { piece in
                try promised.take(piece.count)
                if unsafe !piece.isEmpty { try unsafe output(piece) }
            }
            try promised.finish()
        }
    }

    /// Writes a group as the root of the file at `path`, whole or not at all.
    ///
    /// - Parameter isDurable: whether the file outlives the machine's fall too, and not the process's alone.
    /// - Throws: as ``init(_:subject:)`` and ``write(to:)`` do; `FileError` where the file cannot be written.
    package static func write(_ root: HDF5Group, to path: String, isDurable: Bool = true) throws {
        let writer = try HDF5Writer(root, subject: path)
        let file = try FileReplacement(path)
        try unsafe writer.write { piece in try unsafe file.write(piece) }
        try file.commit(isDurable: isDurable)
    }
}
