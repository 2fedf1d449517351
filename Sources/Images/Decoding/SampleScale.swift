/// The values that the samples of a picture have.
struct SampleRange: Equatable {
    var least = Double.infinity
    var greatest = -Double.infinity
    /// Whether some are no numbers, or infinite.
    var hasOthers = false

    /// Takes note of some samples.
    ///
    /// - Parameters:
    ///   - bandCount: how many samples a pixel has, of which the first `used` count.
    mutating func add(_ values: [Double], bandCount: Int = 1, used: Int = 1) {
        var (low, high, spoiled) = (least, greatest, 0.0)
        unsafe values.withUnsafeBufferPointer { values in
            for start in stride(from: 0, to: values.count, by: bandCount) {
                for index in start..<start + used {
                    let value = unsafe values[index]
                    // A product with zero is zero, but for what is no number or infinite.
                    spoiled += value * 0
                    low = value < low ? value : low
                    high = value > high ? value : high
                }
            }
        }
        (least, greatest) = (low, high)
        if spoiled != 0 { hasOthers = true }
    }
}

/// How samples become levels of 0 to 255.
enum SampleScale: Equatable {
    /// They are levels.
    case levels
    /// Of 16 bits the upper 8.
    case upperByte
    /// What lies between these, from 0 to 255; what lies outside is cut off.
    case linear(low: Double, high: Double)

    /// The scale that the type of the samples gives away by itself; `nil` where that takes their values.
    init?(_ type: SampleType, _ meaning: SampleMeaning) {
        if type == .uint8 {
            self = .levels
        } else if let declared = meaning.declared {
            self = .linear(low: declared.lowerBound, high: declared.upperBound)
        } else if type == .uint16 {
            self = .upperByte
        } else {
            return nil
        }
    }

    /// The scale of samples that have these values, where the file does not declare a range.
    ///
    /// Whole numbers fill their type, and floating-point numbers reach from 0 to 1 or from 0 to 255: where
    /// they do not, nobody can tell what is dark and what is bright.
    ///
    /// - Throws: ``HeaderFlaw`` that says which values there are.
    init(_ type: SampleType, values: SampleRange) throws(HeaderFlaw) {
        guard !values.hasOthers else {
            throw .unsupported("has samples that are no numbers or infinite")
        }
        let (least, greatest) = (values.least, values.greatest)
        if let most = type.greatest {
            // Black alone is a picture, though an empty one.
            guard least >= 0, greatest >= most / 16 || greatest == 0 else {
                throw .unsupported(Self.words(type, values))
            }
            self = .linear(low: 0, high: most)
        } else {
            // Resampling and sharpening reach a little beyond the ends.
            let isUnit = least >= -0.05 && greatest <= 1.05
            let isLevel = least >= -12.75 && greatest <= 267.75 && greatest >= 16
            guard isUnit || isLevel else { throw .unsupported(Self.words(type, values)) }
            self = .linear(low: 0, high: isUnit ? 1 : 255)
        }
    }

    /// What is wrong with values that tell no range.
    static func words(_ type: SampleType, _ values: SampleRange) -> String {
        "has \(type.words) samples from \(short(values.least)) to \(short(values.greatest)), "
            + "and does not say which range is black to white"
    }

    private static func short(_ value: Double) -> String {
        guard value != value.rounded() || abs(value) >= 1e15 else { return "\(Int(value))" }
        return "\((value * 1000).rounded() / 1000)"
    }

    /// The levels of samples; of what is no number 0.
    func write(_ values: [Double], to levels: inout [UInt8]) {
        let (low, factor) =
            switch self {
            case .levels: (0.0, 1.0)
            case .upperByte: (0.0, 1.0 / 257)
            case .linear(let low, let high): (low, 255 / (high - low))
            }
        unsafe levels.withUnsafeMutableBufferPointer { levels in
            unsafe values.withUnsafeBufferPointer { values in
                for index in 0..<min(levels.count, values.count) {
                    let level = unsafe (values[index] - low) * factor + 0.5
                    let limited = level > 0 ? (level < 255 ? level : 255) : 0
                    unsafe levels[index] = UInt8(truncatingIfNeeded: Int32(limited))
                }
            }
        }
    }
}

/// The type of a decoder's samples.
enum SampleType: Equatable {
    case uint8, int8, uint16, int16, uint32, int32, float, double

    /// The greatest whole number of the type; `nil` for floating-point numbers.
    var greatest: Double? {
        switch self {
        case .uint8: 255
        case .int8: 127
        case .uint16: 65_535
        case .int16: 32_767
        case .uint32: 4_294_967_295
        case .int32: 2_147_483_647
        case .float, .double: nil
        }
    }

    /// The type's bytes.
    var size: Int {
        switch self {
        case .uint8, .int8: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float: 4
        case .double: 8
        }
    }

    var words: String {
        switch self {
        case .uint8, .int8: "8-bit"
        case .uint16, .int16: "16-bit"
        case .uint32, .int32: "32-bit"
        case .float, .double: "floating-point"
        }
    }

    /// Hands out a row of samples as numbers.
    func read(_ row: UnsafeRawPointer, into values: inout [Double]) {
        switch self {
        case .uint8: unsafe copy(row, as: UInt8.self, into: &values) { Double($0) }
        case .int8: unsafe copy(row, as: Int8.self, into: &values) { Double($0) }
        case .uint16: unsafe copy(row, as: UInt16.self, into: &values) { Double($0) }
        case .int16: unsafe copy(row, as: Int16.self, into: &values) { Double($0) }
        case .uint32: unsafe copy(row, as: UInt32.self, into: &values) { Double($0) }
        case .int32: unsafe copy(row, as: Int32.self, into: &values) { Double($0) }
        case .float: unsafe copy(row, as: Float.self, into: &values) { Double($0) }
        case .double: unsafe copy(row, as: Double.self, into: &values) { $0 }
        }
    }

    @inline(__always)
    private func copy<Sample>(
        _ row: UnsafeRawPointer, as type: Sample.Type, into values: inout [Double],
        _ number: (Sample) -> Double
    ) {
        let samples = unsafe row.assumingMemoryBound(to: type)
        unsafe values.withUnsafeMutableBufferPointer { values in
            for index in 0..<values.count { unsafe values[index] = number(samples[index]) }
        }
    }
}
