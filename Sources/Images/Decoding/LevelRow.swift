/// One row on its way from a decoder's samples to red, green and blue, with the memory for that.
struct LevelRow {
    private let width: Int
    private let scale: SampleScale
    private let type: SampleType
    private let layout: SampleLayout
    private var numbers: [Double]
    private var levels: [UInt8]
    private var colours: [UInt8]
    /// The greatest sample so far of 16 bits whose upper byte is used, colours only; `nil` for others.
    private(set) var greatest: UInt16?

    init(width: Int, _ scale: SampleScale, _ type: SampleType, _ layout: SampleLayout, isTurned: Bool) {
        self.width = width
        (self.scale, self.type, self.layout) = (scale, type, layout)
        let count = layout.bandCount * width
        levels = [UInt8](repeating: 0, count: scale == .levels ? 0 : count)
        numbers = [Double](repeating: 0, count: scale == .levels || scale == .upperByte ? 0 : count)
        colours = [UInt8](repeating: 0, count: isTurned ? 3 * width : 0)
        greatest = scale == .upperByte ? 0 : nil
    }

    /// Writes the colours of a row.
    mutating func convert(_ samples: UnsafeRawPointer, into target: UnsafeMutablePointer<UInt8>) {
        switch scale {
        case .levels:
            unsafe layout.convert(samples.assumingMemoryBound(to: UInt8.self), into: target, width: width)
            return
        case .upperByte:
            let words = unsafe samples.assumingMemoryBound(to: UInt16.self)
            unsafe levels.withUnsafeMutableBufferPointer { levels in
                for index in 0..<levels.count {
                    unsafe levels[index] = UInt8(truncatingIfNeeded: words[index] >> 8)
                }
            }
            // Once there is a bright one, the others do not matter.
            if let known = greatest, known < 4096 { greatest = unsafe brightest(words, known) }
        case .linear:
            unsafe type.read(samples, into: &numbers)
            scale.write(numbers, to: &levels)
        }
        unsafe levels.withUnsafeBufferPointer { levels in
            guard let start = levels.baseAddress else { return }
            unsafe layout.convert(start, into: target, width: width)
        }
    }

    /// Hands out the colours of a row.
    mutating func convert(_ samples: UnsafeRawPointer, _ body: (UnsafePointer<UInt8>) -> Void) {
        var line = colours
        colours = []
        unsafe line.withUnsafeMutableBufferPointer { line in
            guard let start = line.baseAddress else { return }
            unsafe convert(samples, into: start)
            unsafe body(start)
        }
        colours = line
    }

    private func brightest(_ words: UnsafePointer<UInt16>, _ known: UInt16) -> UInt16 {
        var greatest = known
        for pixel in 0..<width {
            for band in 0..<layout.colourCount {
                unsafe greatest = max(greatest, words[pixel * layout.bandCount + band])
            }
        }
        return greatest
    }
}
