/// Rounds the weights of each filter to bfloat16, one after the other, each together with what the one before
/// it lost: their sum stays what it was but for half a unit of the last one.
///
/// Each rounded by itself, the nine weights of a depthwise filter can come to 1 % more or less, and an even
/// surface, which is what most of a picture is, is answered with so much more or less everywhere. Later
/// layers take the difference of such answers.
func roundToBFloat16KeepingSums(_ kernel: inout [Float], filters: Int) {
    let count = kernel.count / filters
    unsafe kernel.withUnsafeMutableBufferPointer { kernel in
        // Several filters at once: within one, each weight waits for the one before.
        for start in stride(from: 0, to: filters, by: Weights.scalarCount) {
            let lanes = min(Weights.scalarCount, filters - start)
            var lost = Weights(repeating: 0)
            for index in 0..<count {
                var wanted = lost
                for lane in 0..<lanes { unsafe wanted[lane] += kernel[(start + lane) * count + index] }
                let rounded = wanted.roundedToBFloat16
                for lane in 0..<lanes { unsafe kernel[(start + lane) * count + index] = rounded[lane] }
                // What is not finite is lost for good.
                lost = wanted - rounded
                lost.replace(with: 0, where: (lost - lost) .!= 0)
            }
        }
    }
}

private typealias Weights = SIMD8<Float>

extension SIMD8<Float> {
    /// The nearest numbers with 8 bits of precision, ties to even.
    fileprivate var roundedToBFloat16: Self {
        let bits = unsafe unsafeBitCast(self, to: SIMD8<UInt32>.self)
        let rounded = (bits &+ 0x7fff &+ ((bits &>> 16) & 1)) & 0xffff_0000
        return unsafe unsafeBitCast(rounded, to: Self.self)
    }
}
