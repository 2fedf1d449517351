internal import GraftOneDNN

/// Work on long vectors, divided between cores.
///
/// The parts are the same for any number of threads, and so are the results.
package enum ParallelParts {
    /// The elements of a part: few enough for a core's own cache, enough that handing them out costs nothing.
    private static let length = 1 << 14

    /// Calls `body` for each part of vectors of one length: a parameter, its gradient and up to two vectors
    /// of moments.
    ///
    /// - Parameters:
    ///   - moments: none, one or two vectors; `body` gets empty spans for those that are not there.
    ///   - body: is called on several threads at once, with different parts.
    package static func forEach(
        _ parameter: inout MutableSpan<Float>, _ gradient: Span<Float>, _ moments: inout [[Float]],
        threads: Int,
        _ body:
            @Sendable (
                inout MutableSpan<Float>, Span<Float>, inout MutableSpan<Float>, inout MutableSpan<Float>
            ) -> Void
    ) {
        let count = parameter.count
        precondition(gradient.count == count && moments.allSatisfy { $0.count == count }, "one length")
        // Taken out of the array, so that they are nobody else's while they are changed.
        var first = moments.isEmpty ? [] : exchange(&moments[0], with: [])
        var second = moments.count < 2 ? [] : exchange(&moments[1], with: [])
        unsafe parameter.withUnsafeMutableBufferPointer { parameter in
            unsafe gradient.withUnsafeBufferPointer { gradient in
                unsafe first.withUnsafeMutableBufferPointer { first in
                    unsafe second.withUnsafeMutableBufferPointer { second in
                        nonisolated(unsafe) let vectors = unsafe (parameter, gradient, first, second)
                        perform(count, threads) { part in
                            var parameter = unsafe cut(vectors.0, part).mutableSpan
                            let gradient = unsafe UnsafeBufferPointer(rebasing: vectors.1[part]).span
                            var first = unsafe cut(vectors.2, part).mutableSpan
                            var second = unsafe cut(vectors.3, part).mutableSpan
                            body(&parameter, gradient, &first, &second)
                        }
                    }
                }
            }
        }
        if !moments.isEmpty { moments[0] = first }
        if moments.count > 1 { moments[1] = second }
    }

    /// The sum of what `body` makes of each part of a vector.
    ///
    /// - Parameter body: is called on several threads at once, with different parts.
    package static func sum(
        _ vector: Span<Float>, threads: Int, _ body: @Sendable (Span<Float>) -> Double
    ) -> Double {
        let count = vector.count
        var sums = [Double](repeating: 0, count: (count + length - 1) / length)
        unsafe vector.withUnsafeBufferPointer { vector in
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                nonisolated(unsafe) let (vector, sums) = unsafe (vector, sums)
                perform(count, threads) { part in
                    let span = unsafe UnsafeBufferPointer(rebasing: vector[part]).span
                    unsafe sums[part.lowerBound / length] = body(span)
                }
            }
        }
        return sums.reduce(0, +)
    }

    /// Calls `body` for each row of a matrix.
    ///
    /// - Parameter body: is called on several threads at once, with different rows.
    static func forEachRow(
        _ count: Int, ofLength rowLength: Int, threads: Int, _ body: @Sendable (Int) -> Void
    ) {
        let rows = max(length / max(rowLength, 1), 1)
        let parts = (count + rows - 1) / rows
        Threads.perform(parts, threads: threads) { part in
            for row in part * rows..<min((part + 1) * rows, count) { body(row) }
        }
    }

    /// Calls `body` for each part of `count` elements; each of the threads takes neighbouring parts.
    private static func perform(_ count: Int, _ threads: Int, _ body: @Sendable (Range<Int>) -> Void) {
        Threads.perform((count + length - 1) / length, threads: threads) { part in
            body(part * length..<min((part + 1) * length, count))
        }
    }

    private static func cut(
        _ vector: UnsafeMutableBufferPointer<Float>, _ part: Range<Int>
    ) -> UnsafeMutableBufferPointer<Float> {
        unsafe vector.isEmpty ? vector : UnsafeMutableBufferPointer(rebasing: vector[part])
    }

    private static func exchange(_ vector: inout [Float], with other: [Float]) -> [Float] {
        var result = other
        swap(&vector, &result)
        return result
    }
}
