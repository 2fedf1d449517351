internal import GraftDatasets
internal import GraftImages

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Finds pictures that are much darker or softer than the others of their set.
struct UnusualPictures {
    /// Fewer pictures have no usual values.
    private static let leastCount = 20
    /// So many times the usual deviation is unusual.
    private static let greatestDeviations: Float = 4

    /// What is found of pictures with these properties.
    static func findings(_ pictures: [(path: String, properties: PictureProperties)]) -> [Finding] {
        guard pictures.count >= leastCount else { return [] }
        let sharpness = usual(pictures.map { log(max($0.properties.sharpness, 0.01)) })
        let lightest = usual(pictures.map(\.properties.lightest))
        var found: [Finding] = []
        for (path, properties) in pictures {
            let soft = (sharpness.median - log(max(properties.sharpness, 0.01))) / sharpness.deviation
            // At least four times as soft as usual: what differs little is not unusual.
            if soft > greatestDeviations, properties.sharpness < exp(sharpness.median) / 4 {
                found.append(
                    Finding(
                        severity: .note, kind: .blurred, path: path, score: Double(soft),
                        message: "\(path) is much less sharp than the others; it may be blurred."))
            }
            let dark = (lightest.median - properties.lightest) / lightest.deviation
            if dark > greatestDeviations, properties.lightest < lightest.median / 2 {
                found.append(
                    Finding(
                        severity: .note, kind: .dark, path: path, score: Double(dark),
                        message: "\(path) is much darker than the others."))
            }
        }
        return found
    }

    /// The median, and the deviation that goes with the median distance from it in a normal distribution.
    private static func usual(_ values: [Float]) -> (median: Float, deviation: Float) {
        let median = middle(values)
        return (median, max(1.4826 * middle(values.map { abs($0 - median) }), 1e-3))
    }

    private static func middle(_ values: [Float]) -> Float { values.sorted()[values.count / 2] }
}
