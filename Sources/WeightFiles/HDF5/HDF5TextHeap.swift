/// Collections of the global heap to be written: texts of variable length.
struct HDF5TextHeap: Sendable {
    /// Where a text will be.
    struct Place: Sendable {
        let collection: Int
        let index: Int
    }

    private var collections: [[[UInt8]]] = []

    // An index has 16 bits, and 0 is free space.
    private static let indexLimit = 0xffff
    // The library never makes a smaller one ("H5HG_MINSIZE" in H5HGprivate.h).
    private static let leastSize = 4096
    private static let headerSize = 16

    /// Keeps the bytes of a text.
    mutating func add(_ text: [UInt8]) -> Place {
        if collections.last.map({ $0.count == HDF5TextHeap.indexLimit }) ?? true { collections.append([]) }
        collections[collections.count - 1].append(text)
        return Place(collection: collections.count - 1, index: collections[collections.count - 1].count)
    }

    /// Writes all collections and says where each one starts.
    func write(to bytes: inout ByteWriter) -> [Int] {
        collections.map { texts in
            let place = bytes.count
            let used = texts.reduce(HDF5TextHeap.headerSize) { sum, text in
                sum + HDF5TextHeap.headerSize + text.count + text.count.padding(to: 8)
            }
            // The free space is an object too, with a header of its own.
            let size = max(used + HDF5TextHeap.headerSize, HDF5TextHeap.leastSize)
            bytes.add(HDF5Signature.globalHeap.bytes)
            bytes.add([1, 0, 0, 0])
            bytes.add(size, width: 8)
            for (index, text) in texts.enumerated() {
                // Index, number of references, four reserved bytes, size.
                bytes.add(index + 1, width: 2)
                bytes.add(1, width: 2)
                bytes.addZeros(4)
                bytes.add(text.count, width: 8)
                bytes.add(text)
                bytes.align(to: 8)
            }
            bytes.addZeros(8)
            bytes.add(size - used, width: 8)
            bytes.addZeros(size - used - HDF5TextHeap.headerSize)
            return place
        }
    }
}
