/// Numbers of a model for the web page, as they stand in its file.
struct WebTensor: Sendable {
    /// How kernels are stored.
    enum Precision: Sendable {
        /// In sixteen bits with a factor for each row: as large as half precision, and several times nearer to what they
        /// were.
        case sixteenBits
        /// The same, but large kernels in eight bits.
        case eightBits
    }

    private enum Kind: UInt32 {
        case single, half, eightBits, sixteenBits
    }

    /// Kernels with fewer numbers are small: all depthwise ones are, which eight bits harm most.
    private static let small = 1 << 15

    private let kind: Kind
    /// The extents.
    let dimensions: [Int]
    /// The bytes of all elements.
    let bytes: [UInt8]

    /// The word that says how elements are stored.
    var code: UInt32 { kind.rawValue }

    /// Numbers that are stored as they are: biases and vectors.
    init(_ values: [Float], dimensions: [Int]) {
        (kind, self.dimensions) = (.single, dimensions)
        bytes = Self.bytes(of: values)
    }

    /// A kernel, whose rows lie along the first axis.
    init(kernel values: [Float], dimensions: [Int], _ precision: Precision) {
        self.dimensions = dimensions
        let isSmall = precision == .sixteenBits || values.count < Self.small
        kind = isSmall ? .sixteenBits : .eightBits
        let greatest: Float = isSmall ? 32_767 : 127
        let length = values.count / max(dimensions.first ?? 1, 1)
        var (factors, elements): ([Float], [UInt8]) = ([], [])
        for start in stride(from: 0, to: values.count, by: max(length, 1)) {
            let row = values[start..<start + length]
            let factor = max(row.reduce(0) { max($0, $1.magnitude) }, 1e-12) / greatest
            factors.append(factor)
            for number in Self.rounded(row.map { $0 / factor }, most: greatest) {
                if isSmall {
                    let bits = UInt16(bitPattern: Int16(number))
                    elements += [UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8)]
                } else {
                    elements.append(UInt8(bitPattern: Int8(number)))
                }
            }
        }
        bytes = Self.bytes(of: factors) + elements
    }

    private static func bytes(of values: [Float]) -> [UInt8] {
        unsafe values.withUnsafeBytes { unsafe Array($0) }
    }

    /// Whole numbers whose sum is nearly that of the exact ones: where the errors add up to c, the c numbers that were
    /// rounded furthest that way are rounded the other way. Inputs of a layer are often positive, so that a sum of errors
    /// would shift all its results.
    private static func rounded(_ exact: [Float], most: Float) -> [Float] {
        var whole = exact.map { $0.rounded(.toNearestOrEven) }
        let errors = zip(whole, exact).map { $0 - $1 }
        let total = errors.reduce(0.0) { $0 + Double($1) }
        let count = Int(total.magnitude.rounded())
        let sign: Float = total < 0 ? -1 : 1
        for index in errors.indices.sorted(by: { (errors[$0] * sign, $1) > (errors[$1] * sign, $0) }).prefix(
            count)
        {
            whole[index] -= sign
        }
        return whole.map { min(max($0, -most), most) }
    }
}
