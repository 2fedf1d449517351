import Graft

/// Shows what is wrong with data, without filling the screen.
enum FindingsReport {
    private static let limit = 12

    static func show(_ findings: [Finding], on console: Console) {
        for (index, finding) in findings.prefix(limit).enumerated() {
            let label =
                index == 0 || findings[index - 1].severity != finding.severity ? finding.severity.label : ""
            console.line(label, finding.message)
        }
        if findings.count > limit {
            console.line("", "and \((findings.count - limit).grouped) more: `graft doctor` names all")
        }
    }
}

extension Finding.Severity {
    fileprivate var label: String {
        switch self {
        case .leftOut: "left out"
        case .warning: "warning"
        case .note: "note"
        }
    }
}
