import GraftFiles
import GraftInsight
import GraftTraining

/// Shows what was measured of some pictures, and what follows.
struct AdviceTable {
    private let advice: Advice
    private let console: Console

    init(_ advice: Advice, _ console: Console) {
        self.advice = advice
        self.console = console
    }

    private static let nameWidth = 24

    func show() {
        let score = advice.expected.name
        heading("networks", ["px", score, "95 % between", "10-NN", "photos/s"])
        for trunk in advice.trunks {
            row(
                trunk.name,
                [
                    "\(trunk.inputSize)", trunk.probe.score.share, trunk.probe.range,
                    trunk.neighbours?.share ?? "", trunk.picturesPerSecond.threeDigits,
                ], note: trunk.isDropped ? "(on \(trunk.pictures))" : "")
        }
        for left in advice.leftOut { console.line("", "\(left.name) \(left.reason).") }
        if advice.sizes.count > 1 {
            heading("sizes", ["px", score, "95 % between", "", "photos/s"])
            for size in advice.sizes {
                row(
                    advice.base,
                    [
                        "\(size.inputSize)", size.probe.score.share, size.probe.range, "",
                        size.picturesPerSecond.threeDigits,
                    ])
            }
        }
        if advice.depths.count > 1 {
            heading("depths", ["", score, "95 % between"])
            for depth in advice.depths {
                row(depth.layer ?? "all of these", ["", depth.probe.score.share, depth.probe.range])
            }
        }
        if !advice.curve.isEmpty {
            let steps = advice.curve.map { "\($0.score.share) from \($0.pictures.grouped)" }
            console.line("pictures", "\(score) " + steps.joined(separator: ", "))
        }
        if let mirrored = advice.mirrored {
            console.line("mirrored", "\(score) \(mirrored[1].share), as they are \(mirrored[0].share)")
        }
        console.write("")
        let size =
            "\(advice.base), \(advice.inputSize) px, \(advice.recipe.stages.map(\.name).joined(separator: " and "))"
        console.line("advised", size)
        for reason in advice.reasons { console.line("", reason) }
        let time = advice.expected.seconds.map { ", in at most \($0.duration)" } ?? ""
        console.line(
            "expected",
            "\(score) \(advice.expected.score.share) of the head (95 % between "
                + "\(advice.expected.interval.map(\.share).joined(separator: " and ")))\(time)")
    }

    private func heading(_ label: String, _ columns: [String]) { console.write(line(label, columns, "")) }

    private func row(_ name: String, _ columns: [String], note: String = "") {
        console.write(line("  " + name.shortened(to: Self.nameWidth - 3), columns, note))
    }

    private func line(_ name: String, _ columns: [String], _ note: String) -> String {
        let widths = [5, 7, 17, 7, 11]
        let cells = zip(columns, widths).map { $0.aligned(to: $1) }.joined()
        let text = name.filled(to: Self.nameWidth) + cells + (note.isEmpty ? "" : " " + note)
        return text.trimmedAtEnd
    }
}

extension Advice.Figure {
    /// Its interval: "0.912 and 0.934".
    fileprivate var range: String { "\(low.share) and \(high.share)" }
}

extension String {
    /// Without spaces at its end.
    fileprivate var trimmedAtEnd: String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}
