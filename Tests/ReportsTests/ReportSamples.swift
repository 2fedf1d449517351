import Foundation
import GraftReports

/// What the scripts tensorboard_events.py and report_arrays.py of Conformance expect to read.
enum ReportSamples {
    static let wallTime = 1_700_000_000.25

    /// Numbers of 32 bits by the linear congruential rule of Numerical Recipes (2nd edition, 7.1), from 1.
    static func randomBits(_ count: Int) -> [UInt32] {
        var state: UInt32 = 1
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return state
        }
    }

    static let scalars: [(tag: String, value: Float, step: Int)] = [
        ("loss/training", .infinity, -1), ("loss/training", 1 / 3, 0), ("loss/training", 0, 1),
        ("loss/training", .nan, 2), ("loss/training", -.leastNonzeroMagnitude, 1 << 40),
        ("Größe/точность \"top 1\", 花\n", 0.875, 7),
    ]

    /// The histograms' values, among them some that are left out.
    static let distributions: [(tag: String, values: [Float])] = [
        (
            "weights/dense",
            [.nan] + randomBits(1000).map { Float($0 >> 8) * 0x1p-24 - 0.25 } + [.infinity, -.infinity]
        ), ("weights/equal", [2.5, 2.5, 2.5, 2.5]), ("weights/none", []),
    ]

    /// Two PNG files, of one grey pixel and of 2 × 3 pixels in RGB.
    static let images: [TensorBoardImage] = [
        TensorBoardImage(
            encoded: decoded(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mM4AQAAygDJNEIn8wAAAABJRU5ErkJggg=="
            ),
            height: 1, width: 1, colorSpace: .grey),
        TensorBoardImage(
            encoded: decoded(
                "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAF0lEQVR42mNkYGRiZmZmZmZm4eTkhLAAAo4ASHiAJ28"
                    + "AAAAASUVORK5CYII="),
            height: 2, width: 3, colorSpace: .rgb),
    ]

    private static func decoded(_ text: String) -> [UInt8] { [UInt8](Data(base64Encoded: text) ?? Data()) }

    /// A whole event file.
    static var events: [UInt8] {
        var bytes = TensorBoardEvents.version(wallTime: wallTime)
        for scalar in scalars {
            bytes += TensorBoardEvents.scalar(
                scalar.tag, scalar.value, step: scalar.step, wallTime: wallTime)
        }
        for distribution in distributions {
            bytes += TensorBoardEvents.histogram(
                distribution.tag, TensorBoardHistogram(distribution.values), step: 3, wallTime: wallTime)
        }
        return bytes + TensorBoardEvents.images("samples", images, step: 4, wallTime: wallTime)
    }

    static let names = [
        "plain", "say \"cheese\"", "a,b", "two\nlines", "carriage\rreturn", "back\\slash",
        "tab\tbell\u{7}nul\0", "Größe 花 🐿", "e\u{301}", " spaces ", "", "line\u{2028}separator", "{}'\u{7f}",
    ]

    /// 200 rows of 33 numbers, which have any bits: subnormal numbers, infinities and NaN are among them.
    static var rows: [[Float]] {
        var bits = randomBits(200 * 33)
        bits.replaceSubrange(
            0..<6, with: [0x8000_0000, 0x7F80_0000, 0xFF80_0000, 0x7FC0_0000, 1, 0x7F7F_FFFF])
        return stride(from: 0, to: bits.count, by: 33).map { start in
            bits[start..<start + 33].map { Float(bitPattern: $0) }
        }
    }

    static var npy: [UInt8] {
        let writer = NumPyWriter(rows: 200, columns: 33)
        return writer.head + rows.flatMap(writer.bytes(ofRow:))
    }

    static var safetensors: [UInt8]? {
        let metadata = Dictionary(uniqueKeysWithValues: names.map { ($0, "<\($0)>") })
        guard let writer = SafetensorsWriter(rows: 200, columns: 33, metadata: metadata) else { return nil }
        return writer.head + rows.flatMap(writer.bytes(ofRow:))
    }

    static var csv: [UInt8] {
        let table = CSVRows(featureCount: 33)
        return table.head
            + rows.enumerated().flatMap { index, row in
                let name = names[index % names.count]
                return table.bytes(path: "\(index)/\(name)", label: name, features: row)
            }
    }
}
