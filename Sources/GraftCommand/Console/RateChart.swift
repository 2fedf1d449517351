import GraftTraining

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A picture of a search for a learning rate in plain letters: the rate on a logarithmic axis to the right,
/// the smoothed loss upwards.
struct RateChart {
    private let search: LearningRateSearch
    private let columns: Int

    private static let rows = 12
    /// The letters left of the curve: the loss, and the axis.
    private static let margin = 10

    /// A picture `width` letters wide.
    init(_ search: LearningRateSearch, width: Int) {
        self.search = search
        columns = max(width - RateChart.margin, 20)
    }

    /// The lines of the picture; none where there is no curve.
    var lines: [String] {
        let losses = search.points.map(\.smoothedLoss)
        guard losses.count > 1, let low = losses.min(), let high = top(losses, low) else { return [] }
        let last = RateChart.rows - 1
        var rows = Array(repeating: Array(repeating: Character(" "), count: columns), count: last + 1)
        func row(_ loss: Double) -> Int { Int(((high - loss) / (high - low) * Double(last)).rounded()) }
        var before: Int?
        for column in 0..<columns {
            let loss = losses.between(Double(column) / Double(columns - 1) * Double(losses.count - 1))
            // A loss that explodes leaves the picture.
            guard loss <= high else { continue }
            let place = row(loss)
            // What is steep has no gaps.
            let gap = before.map { $0 < place ? $0 + 1..<place : place + 1..<max($0, place + 1) } ?? 0..<0
            for between in gap { rows[between][column] = "*" }
            rows[place][column] = "*"
            before = place
        }
        var lines = rows.indices.map { index in
            let isLabelled = index == 0 || index == last / 2 || index == last
            let loss = high - (high - low) * Double(index) / Double(last)
            let label = isLabelled ? loss.threeDigits.aligned(to: RateChart.margin - 2) : ""
            return (label.aligned(to: RateChart.margin - 2) + " |" + String(rows[index]))
                .withoutTrailingSpaces
        }
        lines += axis
        return lines
    }

    /// The loss at the top: what comes before the lowest, and about half as much again of what comes after
    /// it.
    private func top(_ losses: [Double], _ low: Double) -> Double? {
        guard let lowest = losses.firstIndex(of: low), let highest = losses.max() else { return nil }
        let before = losses[...lowest].max() ?? low
        let high = lowest == 0 ? highest : min(highest, before + (before - low) / 2)
        return high > low && (high - low).isFinite ? high : nil
    }

    /// The axis of learning rates with its powers of ten, and the marks of what is suggested.
    private var axis: [String] {
        var line = Array(repeating: Character("-"), count: columns)
        var labels = Array(repeating: Character(" "), count: columns + RateChart.margin)
        var marks = Array(repeating: Character(" "), count: columns)
        guard let first = search.points.first, let last = search.points.last else { return [] }
        let (start, end) = (log10(Double(first.learningRate)), log10(Double(last.learningRate)))
        func column(_ exponent: Double) -> Int {
            Int(((exponent - start) / (end - start) * Double(columns - 1)).rounded())
        }
        // A power that rounding has moved beyond an end is still at the end.
        for power in Int((start - 0.01).rounded(.up))...max(Int((end + 0.01).rounded(.down)), Int(start)) {
            let place = column(Double(power))
            guard line.indices.contains(place) else { continue }
            line[place] = "+"
            let label = Array(power == 0 ? "1" : "1e\(power)")
            let from = min(place + RateChart.margin - label.count / 2, labels.count - label.count)
            // Where powers are close, a label that would touch the one before it is left out.
            guard labels[max(from - 1, 0)..<from + label.count].allSatisfy({ $0 == " " }) else { continue }
            labels.replaceSubrange(from..<from + label.count, with: label)
        }
        for (rate, mark) in [(search.cautiousSuggestion, "C"), (search.suggestion, "S")] {
            guard let rate, let mark = mark.first else { continue }
            let place = column(log10(Double(rate)))
            if marks.indices.contains(place) { marks[place] = mark }
        }
        let blank = "".filled(to: RateChart.margin)
        return [
            "".filled(to: RateChart.margin - 1) + "+" + String(line),
            String(labels).withoutTrailingSpaces, (blank + String(marks)).withoutTrailingSpaces,
        ]
    }
}

extension [Double] {
    /// The value at a position between two elements, on the straight line between them.
    fileprivate func between(_ position: Double) -> Double {
        let index = Int(position)
        guard index + 1 < count else { return self[count - 1] }
        let part = position - Double(index)
        return self[index] * (1 - part) + self[index + 1] * part
    }
}

extension String {
    fileprivate var withoutTrailingSpaces: String {
        String(prefix(count - reversed().prefix { $0 == " " }.count))
    }
}
