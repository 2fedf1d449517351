internal import GraftFiles
internal import GraftTensors

extension Safetensors {
    /// Writes tensors to the file at `path`, whole or not at all.
    ///
    /// The same tensors and texts give the same bytes. The header keeps the tensors' order; their bytes are
    /// in order of falling element size, so that each tensor lies on a multiple of it. The data starts on a
    /// multiple of 64 bytes. Texts that `tensors` carry themselves are not written unless they are in
    /// `metadata`.
    ///
    /// - Parameter isDurable: whether the file outlives the machine's fall too, and not the process's alone.
    /// - Throws: `FileError` where the file cannot be written, ``WeightFileError`` where a name is not
    ///   possible.
    package static func write(
        _ tensors: NamedTensors, metadata: [String: String] = [:], to path: String, isDurable: Bool = true
    ) throws {
        guard tensors[metadataKey] == nil else {
            throw WeightFileError(
                .unwritable,
                Problem(
                    path, found: "cannot have a tensor named \(metadataKey)",
                    remedy: "Give the tensor another name"))
        }
        let placed = placement(of: tensors.entries)
        var header = Array(headerText(tensors.entries, placed.offsets, metadata).utf8)
        header += [UInt8](repeating: UInt8(ascii: " "), count: (64 - (8 + header.count) % 64) % 64)
        guard header.count <= headerLimit else {
            throw WeightFileError(
                .unwritable,
                Problem(
                    path, found: "would have a header of \(header.count) bytes",
                    expected: "at most \(headerLimit)"))
        }

        let file = try FileReplacement(path)
        try file.write((0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) })
        try file.write(header)
        for index in placed.order {
            try unsafe tensors.entries[index].tensor.withUnsafeBytes { bytes throws(FileError) in
                try unsafe file.write(bytes)
            }
        }
        try file.commit(isDurable: isDurable)
    }

    /// The order in which tensors are written, and where each starts.
    private static func placement(of entries: [NamedTensors.Entry]) -> (order: [Int], offsets: [Int]) {
        func width(_ index: Int) -> Int { entries[index].tensor.elementType.byteCount }
        let order = entries.indices.sorted { (-width($0), $0) < (-width($1), $1) }
        var offsets = [Int](repeating: 0, count: entries.count)
        var end = 0
        for index in order {
            offsets[index] = end
            end += entries[index].tensor.byteCount
        }
        return (order, offsets)
    }

    private static func headerText(
        _ entries: [NamedTensors.Entry], _ offsets: [Int], _ metadata: [String: String]
    ) -> String {
        var members: [String] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            members.append("\(quoted(metadataKey)):{\(texts.joined(separator: ","))}")
        }
        for (entry, offset) in zip(entries, offsets) {
            let tensor = entry.tensor
            let shape = tensor.shape.dimensions.map(String.init).joined(separator: ",")
            members.append(
                """
                \(quoted(entry.name)):{"dtype":"\(name(of: tensor.elementType))","shape":[\(shape)],\
                "data_offsets":[\(offset),\(offset + tensor.byteCount)]}
                """)
        }
        return "{\(members.joined(separator: ","))}"
    }

    /// What the format calls a type of elements.
    static func name(of type: ElementType) -> String {
        switch type {
        case .float64: "F64"
        case .float32: "F32"
        case .float16: "F16"
        case .bfloat16: "BF16"
        case .int64: "I64"
        case .int32: "I32"
        case .int16: "I16"
        case .int8: "I8"
        case .uint8: "U8"
        case .bool: "BOOL"
        }
    }

    /// A text as JSON has it (RFC 8259).
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
