extension Preprocessing {
    /// Writes a picture into one slot of a batch [count, height, width, channels].
    ///
    /// - Precondition: the batch has a slot at that position.
    package func write(
        _ image: PixelImage, into batch: inout MutableSpan<Float>, slot: Int, using resampler: Resampler
    ) {
        precondition(slot >= 0 && (slot + 1) * elementCount <= batch.count, "the batch has no slot \(slot)")
        unsafe batch.withUnsafeMutableBufferPointer { values in
            let range = slot * elementCount..<(slot + 1) * elementCount
            unsafe write(image, into: UnsafeMutableBufferPointer(rebasing: values[range]), using: resampler)
        }
    }
}
