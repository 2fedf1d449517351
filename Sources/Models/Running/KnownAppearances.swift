internal import GraftDatasets
internal import GraftFiles
internal import GraftImages
internal import GraftTensors
internal import GraftTraining

/// What pictures are like, kept by their content: so that findings and the split are the same whether a
/// picture's features were computed, and it decoded for that, or were found in the cache.
struct KnownAppearances: Sendable {
    private let schedule: TrainingSchedule
    private let collection: FeatureCollection?

    /// What is kept on this machine; nothing where the run uses no cache.
    init(_ schedule: TrainingSchedule) throws {
        self.schedule = schedule
        collection =
            try schedule.usesCache
            ? CachedFeatures.cache(home: schedule.trunk.home).open(
                FeatureDescription(ofDecoding: "what pictures are like", count: Appearance.numberCount))
            : nil
    }

    /// Keeps what a picture is like, if it was decoded.
    func keep(_ examination: Examination) {
        guard let digest = examination.digest, let appearance = examination.appearance else { return }
        collection?.append(appearance.numbers, for: digest)
    }

    /// Writes what is kept to the disk.
    func flush() { collection?.flush() }

    /// The examinations of a run's samples with what every usable picture is like: as it was seen, as it was
    /// kept, or as decoding shows now.
    func complete(
        _ examinations: [Examination], _ onEvent: @Sendable (TrainingEvent) -> Void
    ) async throws -> [Examination] {
        var result = examinations
        var unknown: [Int] = []
        var cachedCount = 0
        for (index, examination) in examinations.enumerated()
        where examination.isUsable && examination.appearance == nil {
            cachedCount += 1
            guard let digest = examination.digest else { continue }
            if let known = collection?.features(for: digest).flatMap({ Appearance($0.floats) }) {
                result[index] = examination.with(known)
            } else {
                unknown.append(index)
            }
        }
        guard !unknown.isEmpty else { return result }
        let (samples, start) = (schedule.dataset.samples, ContinuousClock().now)
        let found = try await Doctor.examine(count: unknown.count, threads: schedule.threads) { done, count in
            onEvent(
                .features(
                    FeatureProgress(
                        done: samples.count - count + done, total: samples.count, cached: cachedCount,
                        since: start)))
        } load: { [unknown] position in
            samples[unknown[position]].load(expecting: examinations[unknown[position]].digest)
        }
        for (index, examination) in zip(unknown, found) {
            result[index] = examination
            keep(examination)
        }
        flush()
        return result
    }
}

extension Appearance {
    /// How many numbers make one.
    fileprivate static let numberCount = 21

    /// The same in single precision, which holds whole numbers of 16 bits.
    fileprivate var numbers: [Float] {
        func parts(_ number: UInt64) -> [Float] {
            (0..<4).map { Float(UInt16(truncatingIfNeeded: number >> (16 * $0))) }
        }
        let levels: Float =
            switch contrast {
            case .usual: -1
            case .blank: 0
            case .faint(let levels): Float(levels)
            }
        let size = UInt64(properties.width) | UInt64(properties.height) << 32
        return parts(pixels) + [levels] + parts(size) + parts(properties.hash.bits) + [
            properties.isGrey ? 1 : 0, properties.darkest, properties.brightness, properties.lightest,
            properties.entropy, properties.sharpness, properties.border, properties.borderDeviation,
        ]
    }

    /// The appearance of these numbers; `nil` where they are of none.
    fileprivate init?(_ numbers: [Float]) {
        guard numbers.count == Self.numberCount else { return nil }
        func whole(_ start: Int) -> UInt64? {
            var whole: UInt64 = 0
            for (index, number) in numbers[start..<start + 4].enumerated() {
                guard let part = UInt16(exactly: number) else { return nil }
                whole |= UInt64(part) << (16 * index)
            }
            return whole
        }
        guard let pixels = whole(0), let size = whole(5), let hash = whole(9),
            let levels = Int(exactly: numbers[4]), (-1...255).contains(levels),
            numbers[13...].allSatisfy(\.isFinite)
        else { return nil }
        self.init(
            pixels: pixels, contrast: levels < 0 ? .usual : levels == 0 ? .blank : .faint(levels: levels),
            properties: PictureProperties(
                width: Int(size & 0xFFFF_FFFF), height: Int(size >> 32), isGrey: numbers[13] == 1,
                darkest: numbers[14], brightness: numbers[15], lightest: numbers[16], entropy: numbers[17],
                sharpness: numbers[18], border: numbers[19], borderDeviation: numbers[20],
                hash: PictureHash(bits: hash)))
    }
}
