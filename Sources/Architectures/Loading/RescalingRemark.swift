internal import GraftWeightFiles

extension Architecture {
    /// A sentence about a user's file whose model treats levels otherwise than this network's published weights;
    /// `nil` where it does not, and where it does not say.
    func remark(on file: NamedTensors, in path: String) -> String? {
        (weights.first?.pixels ?? .torchvision).remark(on: file.rescaling, in: path)
    }
}

extension PixelRule {
    /// A sentence about a file whose model rescales levels otherwise than these rules; `nil` where it does not, and
    /// where it does not say.
    func remark(on rescaling: KerasRescaling?, in file: String) -> String? {
        guard let rescaling else { return nil }
        func value(_ numbers: [Double], _ channel: Int) -> Double? {
            numbers.count == 1 ? numbers[0] : numbers.indices.contains(channel) ? numbers[channel] : nil
        }
        let isSame = mean.indices.allSatisfy { channel in
            guard let scale = value(rescaling.scale, channel), let offset = value(rescaling.offset, channel)
            else { return true }
            // At both ends, within a level.
            return [0.0, 255].allSatisfy { level in
                let own = (level - Double(mean[channel])) * Double(self.scale[channel])
                return abs(level * scale + offset - own) <= Double(self.scale[channel])
            }
        }
        guard !isSame else { return nil }
        func range(_ low: Double?, _ high: Double?) -> String {
            func short(_ number: Double?) -> String {
                number.map { "\(($0 * 100).rounded() / 100)" } ?? "?"
            }
            return "\(short(low)) to \(short(high))"
        }
        let (scale, offset) = (value(rescaling.scale, 0) ?? 1, value(rescaling.offset, 0) ?? 0)
        let own = [0.0, 255].map { ($0 - Double(mean[0])) * Double(self.scale[0]) }
        return
            "The model in \(file) brings levels to \(range(offset, 255 * scale + offset)) by a layer Rescaling; "
            + "Graft gives this network \(range(own[0], own[1])), as its published weights were trained. "
            + "What the file learned may not fit that."
    }
}
