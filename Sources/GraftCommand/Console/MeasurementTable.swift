import GraftArchitectures
import GraftExecution
import GraftFiles
import GraftModels

/// Networks one a line with what was measured of each, shown as it comes.
final class MeasurementTable {
    /// Whether a measurement failed.
    private(set) var hasFailures = false

    private let console: Console
    private let precisions: [Precision]
    private let count: Int
    private var done = 0
    /// The least share of the cores' time that a measurement had.
    private var coreShare = 1.0

    init(_ console: Console, precisions: [Precision], count: Int) {
        self.console = console
        self.precisions = precisions
        self.count = count
    }

    /// Measures a network in each precision and shows its line; what cannot be measured is complained about.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func add(
        _ entry: NetworkEntry, _ measure: (Precision) async throws -> NetworkMeasurement
    ) async throws {
        if done == 0, !console.isJSON {
            let columns = precisions.map { "\($0.rawValue)/s".aligned(to: 8) + "memory".aligned(to: 9) }
            console.write(NetworkTable.head + columns.joined())
        }
        var entry = entry
        var failures: [String] = []
        for (index, precision) in precisions.enumerated() {
            console.redraw { progress("\(entry.architecture.name) \(precision.rawValue)", index) }
            do {
                let measurement = try await measure(precision)
                coreShare = min(coreShare, measurement.coreShare)
                entry.measured.append(measurement)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                failures.append("\(entry.architecture.name), \(precision.rawValue): \(error.forTerminal)")
            }
        }
        done += 1
        console.json(entry)
        if !console.isJSON { console.write(line(entry)) }
        for failure in failures {
            console.clear()
            Console.complain(failure)
            hasFailures = true
        }
    }

    private func line(_ entry: NetworkEntry) -> String {
        let columns = precisions.map { precision in
            let found = entry.measured.first { $0.precision == precision }
            return (found.map { $0.picturesPerSecond.threeDigits } ?? "-").aligned(to: 8)
                + (found?.memory.bytes ?? "-").aligned(to: 9)
        }
        return NetworkTable.start(entry) + columns.joined()
    }

    private func progress(_ what: String, _ index: Int) -> String {
        let part = (Double(done) + Double(index) / Double(precisions.count)) / Double(max(count, 1))
        return "measuring ".padded(to: Console.labelWidth) + progressBar(part, width: 28)
            + "  \(done + 1)/\(count)  \(what)"
    }

    /// What the columns mean.
    func explain(cores: Int) {
        guard done > 0, !console.isJSON else { return }
        let automatic = Precision.automatic.rawValue
        let text =
            "px: height and width of a picture; MACs: multiplications for one; /s: pictures a second on "
            + "\(cores.counted("core")), one picture a core, decoding not counted; memory: the most that the "
            + "process took while it ran. --precision auto takes \(automatic) here."
        // Cores wait a little for the one that ends last.
        let warning =
            coreShare < 0.9
            ? "Other programs were at work: a network had only \((100 * coreShare).fixed(0))% of the cores' "
                + "time. Measure again when the machine is idle." : ""
        console.write("")
        for part in [text, warning] {
            for line in part.wrapped(to: min(console.width, 80)) { console.write(line) }
        }
    }
}
