/// The bytes of an ONNX file in order, in chunks of bounded size. Weights are read when their chunk is.
package struct ONNXChunks: Sequence, Sendable {
    /// The greatest number of bytes of a chunk.
    package static let greatestChunk = 1 << 20

    /// A part of the file.
    enum Piece: Sendable {
        case bytes([UInt8])
        /// The elements of a tensor.
        case elements(ONNXTensor)
    }

    /// The parts of the file in order.
    let pieces: [Piece]

    /// Starts at the beginning of the file.
    package func makeIterator() -> Iterator { Iterator(pieces: pieces) }

    /// Where a reader of the chunks is.
    package struct Iterator: IteratorProtocol {
        /// The parts of the file.
        private let pieces: [Piece]
        /// The part that is read.
        private var piece = 0
        /// How many bytes or elements of that piece are given.
        private var given = 0

        /// Starts with the first part.
        fileprivate init(pieces: [Piece]) { self.pieces = pieces }

        /// The next chunk; `nil` at the end of the file.
        package mutating func next() -> [UInt8]? {
            var chunk: [UInt8] = []
            while piece < pieces.count {
                let room = ONNXChunks.greatestChunk - chunk.count
                let (count, size) =
                    switch pieces[piece] {
                    case .bytes(let bytes): (bytes.count, 1)
                    case .elements(let tensor): (tensor.elementCount, tensor.type.byteCount)
                    }
                let range = given..<Swift.min(count, given + room / size)
                switch pieces[piece] {
                case .bytes(let bytes): chunk += bytes[range]
                case .elements(let tensor): tensor.append(range, to: &chunk)
                }
                given = range.upperBound
                if given < count { break }
                (piece, given) = (piece + 1, 0)
            }
            return chunk.isEmpty ? nil : chunk
        }
    }
}
