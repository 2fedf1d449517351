extension Node {
    /// What it is applied to: numbers and their extent.
    typealias Map = (values: UnsafePointer<Float>, extent: Extent)

    /// Computes its result from those that it takes.
    func run(_ maps: [Map], into target: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>) {
        var rest = activation
        switch operation {
        case .input: break
        case .convolution(let convolution):
            unsafe convolution.run(maps[0].values, into: target, limits: activation.limits, scratch: scratch)
            rest = activation.afterLimits
        case .dense(let kernel):
            unsafe Product.write(
                maps[0].values, count: extent.places, rowStride: maps[0].extent.channels, kernel,
                limits: activation.limits, into: target, stride: extent.channels)
            rest = activation.afterLimits
        case .scaleShift(let scale, let shift):
            for place in 0..<extent.places {
                let start = place * extent.channels
                for channel in 0..<extent.channels {
                    unsafe target[start &+ channel] =
                        unsafe maps[0].values[start &+ channel] * scale[channel] + shift[channel]
                }
            }
        case .identity, .flatten:
            if unsafe UnsafePointer(target) != maps[0].values {
                unsafe target.update(from: maps[0].values, count: extent.count)
            }
        case .add: unsafe Elements.combine(maps[0], maps[1], into: target, extent) { $0 + $1 }
        case .multiply: unsafe Elements.combine(maps[0], maps[1], into: target, extent) { $0 * $1 }
        case .concatenate: unsafe concatenate(maps, into: target)
        case .pooling(let pooling): unsafe pooling.run(maps[0].values, into: target)
        case .adaptiveAveragePooling(let pooling): unsafe pooling.run(maps[0].values, into: target)
        case .localResponseNormalization(let normalization):
            unsafe normalization.run(
                maps[0].values, into: target, places: extent.places, channels: extent.channels)
        case .softmax:
            unsafe Elements.softmax(maps[0].values, into: target, rows: extent.places, count: extent.channels)
        case .parameter(let values): unsafe target.update(from: values, count: extent.count)
        }
        unsafe rest.apply(target, count: extent.count)
    }

    /// Writes maps one after the other along the channels.
    private func concatenate(_ maps: [Map], into target: UnsafeMutablePointer<Float>) {
        var channel = 0
        for index in unsafe maps.indices {
            let map = unsafe maps[index]
            let channels = unsafe map.extent.channels
            for place in 0..<extent.places {
                unsafe (target + place * extent.channels + channel)
                    .update(from: map.values + place * channels, count: channels)
            }
            channel += channels
        }
    }
}
