package import GraftFiles

/// What became of a network's parameters and a file's entries when weights were loaded.
package struct LoadingReport: Sendable, Hashable {
    /// The parameters that were loaded.
    package var loaded: [String] = []
    /// The entries that were looked for and are not there.
    package var missing: [String] = []
    /// The entries with another shape than the network's, each with both.
    package var misshapen: [String] = []
    /// The entries that hold a NaN or an infinity, each with the first one.
    package var notFinite: [String] = []
    /// The entries that are known and not needed: the published classifier of a network without top, heads
    /// used in training only, counters.
    package var notNeeded: [String] = []
    /// The entries that no part of the network takes.
    package var unused: [String] = []

    /// What else a person should know of the file, in a sentence.
    package var remark: String?

    /// Whether every parameter was loaded and every entry is accounted for.
    package var isPerfect: Bool { isComplete && unused.isEmpty }

    /// Whether every parameter was loaded.
    package var isComplete: Bool { missing.isEmpty && misshapen.isEmpty && notFinite.isEmpty }
}

/// Weights that do not fit a network.
package struct LoadingError: ExplainedError, Hashable {
    /// What is wrong, in the parts that every error of Graft has.
    package var problem: Problem
    /// All that does not fit.
    package var report: LoadingReport

    init(_ report: LoadingReport, file: String, network: String, remedy: Remedy? = nil) {
        self.report = report
        func list(_ entries: [String], _ what: String) -> String? {
            guard let first = entries.first else { return nil }
            let more = entries.count > 1 ? " and \(entries.count - 1) more" : ""
            return "\(what) \(first)\(more)"
        }
        if report.missing.isEmpty, report.misshapen.isEmpty,
            let numbers = list(report.notFinite, "holds numbers that are none:")
        {
            problem = Problem(
                file, found: numbers, expected: "finite numbers",
                remedy: "Its training diverged, or it is damaged: use another file")
            return
        }
        let parts = [
            list(report.misshapen, "misshapen:"), list(report.missing, "missing:"),
            list(report.unused, "not used:"),
        ].compactMap { $0 }
        problem = Problem(
            file, found: "does not fit \(network): \(parts.joined(separator: "; "))",
            remedy: remedy ?? "Use weights that were made for this network")
    }
}
