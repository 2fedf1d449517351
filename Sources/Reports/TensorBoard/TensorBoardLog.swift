internal import GraftDatasets
internal import GraftFiles
internal import GraftImages
package import GraftInsight
package import GraftModels
internal import GraftTraining

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A training as TensorBoard shows it: scores and losses by epoch, the learning rates of a stage's layers, and at the end
/// some validation pictures and the confusion matrix. Each event is in the file at once, so that it can be followed.
package struct TensorBoardLog: Sendable {
    private let file: GrowingFile
    private var stage = 0
    private var epochs: [String: Int] = [:]

    /// A new file of events in a folder, which is made where it is not there.
    ///
    /// - Throws: `FileError` where it cannot be written.
    package init(folder: String) throws {
        try FolderCreation.create(folder)
        let now = Date().timeIntervalSince1970
        let process = ProcessInfo.processInfo
        file = try GrowingFile(
            folder.appending(
                name: TensorBoardEvents.fileName(
                    seconds: Int(now), host: process.hostName, process: Int(process.processIdentifier))))
        try file.append(TensorBoardEvents.version(wallTime: now))
    }

    /// Adds what happened, where that is something to show.
    ///
    /// - Throws: `FileError` where the file cannot be written.
    package mutating func add(_ event: TrainingEvent) throws {
        let now = Date().timeIntervalSince1970
        switch event {
        case .stage(let summary):
            stage += 1
            let rates = TensorBoardHistogram(summary.learningRates)
            try file.append(
                TensorBoardEvents.histogram(
                    "learning rates/\(summary.name)", rates, step: stage, wallTime: now))
        case .epoch(let stage, let report, let seconds):
            let step = epochs[stage, default: 0] + 1
            epochs[stage] = step
            let metrics = report.validation
            for (name, value) in [
                ("loss", report.loss), ("validation loss", metrics.loss),
                ("validation \(metrics.scoreName)", metrics.score), ("seconds", seconds),
            ] {
                try file.append(
                    TensorBoardEvents.scalar("\(stage)/\(name)", Float(value), step: step, wallTime: now))
            }
        default: break
        }
    }

    /// So many pictures are shown.
    private static let pictureCount = 12

    /// Adds what the finished model says of validation pictures.
    ///
    /// - Throws: `FileError` where the file cannot be written.
    package mutating func add(_ inspection: Inspection) throws {
        let now = Date().timeIntervalSince1970
        let metrics = inspection.model.validation
        try file.append(
            TensorBoardEvents.scalar(
                "model/validation \(metrics.scoreName)", Float(metrics.score), step: 0, wallTime: now))
        let step = max(inspection.pictures.count / Self.pictureCount, 1)
        let shown = stride(from: 0, to: inspection.pictures.count, by: step).prefix(Self.pictureCount)
        let images = shown.compactMap { position -> TensorBoardImage? in
            let picture = inspection.pictures[position]
            guard let image = picture.sample.load().decode().image else { return nil }
            return Self.image(inspection.model.preprocessing.view(of: image))
        }
        if !images.isEmpty {
            try file.append(
                TensorBoardEvents.images("validation pictures", images, step: 0, wallTime: now))
        }
        if let counts = inspection.classification?.confusion.counts, !counts.isEmpty,
            let image = Self.image(Self.picture(of: counts))
        {
            try file.append(TensorBoardEvents.images("confusion matrix", [image], step: 0, wallTime: now))
        }
    }

    private static func image(_ image: PixelImage) -> TensorBoardImage? {
        guard let encoded = try? ImageEncoder().encoded(image, as: .png) else { return nil }
        return TensorBoardImage(
            encoded: encoded, height: image.height, width: image.width, colorSpace: .rgb)
    }

    /// The confusion matrix as squares, darker for more of the pictures of a row's class.
    private static func picture(of counts: [[Int]]) -> PixelImage {
        let side = max(480 / counts.count, 4)
        var samples: [UInt8] = []
        for row in counts {
            let sum = Double(max(row.reduce(0, +), 1))
            var line: [UInt8] = []
            for count in row {
                let share = Double(count) / sum
                let colour = [255 - 219 * share, 255 - 160 * share, 255 - 80 * share].map { UInt8($0) }
                for _ in 0..<side { line += colour }
            }
            for _ in 0..<side { samples += line }
        }
        return PixelImage(width: side * counts.count, height: side * counts.count, samples: samples)
    }
}
