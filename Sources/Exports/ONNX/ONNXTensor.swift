internal import GraftFiles
internal import GraftTensors

/// Stored numbers of a graph: `TensorProto` of onnx.proto with `raw_data`.
///
/// Large ones are read from the model's parameters piece by piece while the file is written.
struct ONNXTensor: Sendable {
    /// Where the numbers come from.
    enum Source: Sendable {
        /// These bytes, little-endian.
        case bytes([UInt8])
        /// A `float32` parameter of the model; row i, along the first axis, is multiplied by factor i where
        /// there are factors.
        case parameter(Tensor, factors: [Float])
    }

    /// What it is called.
    var name: String
    /// The type of the elements.
    var type: ONNXElementType
    /// The extents.
    var dimensions: [Int]
    /// Where the numbers come from.
    var source: Source

    /// The number of elements.
    var elementCount: Int { dimensions.reduce(1, *) }

    /// The number of bytes of all elements.
    var dataByteCount: Int { elementCount * type.byteCount }

    /// What stands before the elements where the tensor is field `field` of a graph.
    func head(field: Int) -> ProtobufMessage {
        var message = ProtobufMessage()
        for extent in dimensions { message.add(1, extent) }
        message.add(2, type.rawValue)
        message.add(8, name)
        message.addHead(9, byteCount: dataByteCount)
        var head = ProtobufMessage()
        head.addHead(field, byteCount: message.bytes.count + dataByteCount)
        return head.appending(message)
    }

    /// Appends the bytes of some elements, little-endian as all machines that Swift runs on.
    func append(_ elements: Range<Int>, to target: inout [UInt8]) {
        switch source {
        case .bytes(let bytes):
            target += bytes[elements.lowerBound * type.byteCount..<elements.upperBound * type.byteCount]
        case .parameter(let tensor, let factors):
            let numbers = numbers(tensor, factors, elements)
            if type == .float16 {
                unsafe Tensor(halvesOf: numbers, shape: [numbers.count]).withUnsafeBytes {
                    unsafe target.append(contentsOf: $0)
                }
            } else {
                unsafe numbers.withUnsafeBytes { unsafe target.append(contentsOf: $0) }
            }
        }
    }

    /// The greatest magnitude among the elements of a parameter, 0 for other tensors.
    var greatestMagnitude: Float {
        guard case .parameter(let tensor, let factors) = source else { return 0 }
        let step = 1 << 16
        return stride(from: 0, to: elementCount, by: step).reduce(0) { greatest, start in
            let part = numbers(tensor, factors, start..<min(start + step, elementCount))
            return part.reduce(greatest) { max($0, $1.magnitude) }
        }
    }

    /// Some elements of a parameter, multiplied by the factors of their rows.
    private func numbers(_ tensor: Tensor, _ factors: [Float], _ elements: Range<Int>) -> [Float] {
        unsafe tensor.withUnsafeBytes { bytes in
            unsafe [Float](unsafeUninitializedCapacity: elements.count) { target, count in
                let part = unsafe bytes[4 * elements.lowerBound..<4 * elements.upperBound]
                unsafe UnsafeMutableRawBufferPointer(target).copyBytes(from: part)
                count = elements.count
                guard !factors.isEmpty else { return }
                let rowLength = elementCount / factors.count
                for index in 0..<elements.count {
                    unsafe target[index] *= factors[(elements.lowerBound + index) / rowLength]
                }
            }
        }
    }
}
