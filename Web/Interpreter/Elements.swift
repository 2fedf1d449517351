/// Sums and products element by element.
enum Elements {
    /// Adds numbers to others.
    static func add(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ count: Int) {
        var index = 0
        while index &+ 4 <= count {
            unsafe (Vector(target + index) + Vector(source + index)).store(target + index)
            index &+= 4
        }
        while index < count {
            unsafe target[index] += source[index]
            index &+= 1
        }
    }

    /// Combines two, one of them repeated along the axes where it has an extent of 1.
    @inline(__always)
    static func combine(
        _ first: (values: UnsafePointer<Float>, extent: Extent),
        _ second: (values: UnsafePointer<Float>, extent: Extent),
        into target: UnsafeMutablePointer<Float>, _ extent: Extent,
        _ combined: (Vector, Vector) -> Vector
    ) {
        if unsafe first.extent == second.extent {
            unsafe row(first.values, second.values, 1, 1, into: target, extent.count, combined)
            return
        }
        for y in 0..<extent.height {
            for x in 0..<extent.width {
                unsafe row(
                    first.values + place(first.extent, y, x), second.values + place(second.extent, y, x),
                    first.extent.channels == 1 ? 0 : 1, second.extent.channels == 1 ? 0 : 1,
                    into: target + (y * extent.width + x) * extent.channels, extent.channels, combined)
            }
        }
    }

    /// Where a place's channels begin in what may have to be repeated.
    private static func place(_ extent: Extent, _ y: Int, _ x: Int) -> Int {
        ((extent.height == 1 ? 0 : y) * extent.width + (extent.width == 1 ? 0 : x)) * extent.channels
    }

    /// Combines numbers; a step of 0 repeats one.
    @inline(__always)
    private static func row(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ firstStep: Int, _ secondStep: Int,
        into target: UnsafeMutablePointer<Float>, _ count: Int, _ combined: (Vector, Vector) -> Vector
    ) {
        var index = 0
        if firstStep == 1 && secondStep == 1 {
            while index &+ 4 <= count {
                unsafe combined(Vector(first + index), Vector(second + index)).store(target + index)
                index &+= 4
            }
        }
        while index < count {
            let one = unsafe Vector(repeating: first[index &* firstStep])
            unsafe target[index] = combined(one, Vector(repeating: second[index &* secondStep]))[0]
            index &+= 1
        }
    }

    /// eˣ / Σ eˣ over each row.
    static func softmax(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, rows: Int, count: Int
    ) {
        for row in 0..<rows {
            let (values, result) = unsafe (source + row * count, target + row * count)
            var greatest = -Float.infinity
            for index in 0..<count { greatest = unsafe max(greatest, values[index]) }
            var sum = 0.0
            for index in 0..<count {
                let part = unsafe Vector(repeating: values[index] - greatest).exponential[0]
                unsafe result[index] = part
                sum += Double(part)
            }
            for index in 0..<count { unsafe result[index] = Float(Double(result[index]) / sum) }
        }
    }
}
