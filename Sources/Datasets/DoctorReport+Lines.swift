internal import GraftFiles

extension DoctorReport {
    /// The report for people, line by line, without line feeds.
    ///
    /// - Parameters:
    ///   - width: The columns of a line; a single longer word keeps a line to itself.
    ///   - limit: How many findings of one kind are written out.
    package func lines(width: Int = 80, limit: Int = 20) -> [String] {
        var lines = Self.wrapped("photos", summary, width: width)
        let leftOut = findings(.leftOut).count
        if leftOut > 0 { lines += Self.wrapped("", "\(leftOut.grouped) left out", width: width) }
        lines += findingLines(Finding.Severity.allCases, width: width, limit: limit)
        if let sentence = passedOver.sentence { lines += Self.wrapped("", sentence, width: width) }
        if findings.isEmpty { lines += Self.wrapped("", "nothing to complain about", width: width) }
        return lines
    }

    /// The findings of some severities for people, line by line, without line feeds.
    ///
    /// - Parameters:
    ///   - severities: Which findings, in this order.
    ///   - width: The columns of a line; a single longer word keeps a line to itself.
    ///   - limit: How many findings of one kind are written out.
    ///   - told: Findings that were told before, and are not here.
    package func findingLines(
        _ severities: [Finding.Severity], width: Int = 80, limit: Int = 20, told: [Finding] = []
    ) -> [String] {
        let told = Set(told)
        var lines: [String] = []
        for severity in severities {
            let title =
                switch severity {
                case .leftOut: "left out"
                case .warning: "warning"
                case .note: "note"
                }
            let all = findings(severity).filter { !told.contains($0) }
            for kind in Finding.Kind.allCases {
                let alike = all.filter { $0.kind == kind }
                for finding in alike.prefix(limit) {
                    lines += Self.wrapped(title, finding.message, width: width)
                }
                if alike.count > limit {
                    let more = "… and \((alike.count - limit).grouped) more like these"
                    lines += Self.wrapped("", more, width: width)
                }
            }
        }
        return lines
    }

    /// The numbers of pictures and classes, or what the numbers are like.
    private var summary: String {
        let pictures = usableCount == 1 ? "1 picture" : "\(usableCount.grouped) pictures"
        if !task.rules.hasClasses {
            let kinds = numbers.count == 1 ? "1 number" : "\(numbers.count.grouped) numbers"
            let named = numbers.prefix(10).map {
                "\($0.name) \($0.least.shortened) to \($0.greatest.shortened) (mean \($0.mean.shortened))"
            }
            return "\(pictures), \(kinds): \(named.joined(separator: ", "))\(numbers.count > 10 ? ", …" : "")"
        }
        let kinds = classes.count == 1 ? "1 class" : "\(classes.count.grouped) classes"
        let named = classes.prefix(10).map { "\($0.name) \($0.total.grouped)" }.joined(separator: ", ")
        let rest = classes.count > 10 ? ", …" : ""
        guard task.rules.classesPerPicture == .any else { return "\(pictures), \(kinds): \(named)\(rest)" }
        let unlabelled = unlabelledCount > 0 ? "; \(unlabelledCount.grouped) of no class" : ""
        return "\(pictures), \(kinds), any number to a picture: \(named)\(rest)\(unlabelled)"
    }

    /// A text behind a title of ten columns, broken between words.
    private static func wrapped(_ title: String, _ text: String, width: Int) -> [String] {
        let indent = 10
        let margin = String(repeating: " ", count: indent)
        return text.wrapped(to: width - indent).enumerated().map { index, line in
            (index == 0 ? title + margin.dropFirst(title.count) : margin) + line
        }
    }
}
