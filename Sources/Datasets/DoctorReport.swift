internal import GraftFiles

/// What the ``Doctor`` found.
///
/// ```swift
/// for finding in report.findings { print(finding.message) }
/// ```
public struct DoctorReport: Sendable, Hashable, Codable {
    /// How many usable pictures one class has, by part.
    package struct ClassCount: Sendable, Hashable, Codable {
        /// The name of the class.
        package let name: String
        /// Pictures to train on, of which some are set aside where no validation part is given.
        package let train: Int
        /// Pictures to validate on.
        package let validation: Int
        /// Pictures to test on.
        package let test: Int

        /// All usable pictures.
        package var total: Int { train + validation + test }
    }

    /// What one of the numbers is like that are learned in regression.
    package struct NumberSummary: Sendable, Hashable, Codable {
        /// The number's name.
        package let name: String
        /// How many usable pictures have it.
        package let count: Int
        /// The smallest of its values, in the units of the data.
        package let least: Double
        /// The greatest of its values.
        package let greatest: Double
        /// The mean of its values.
        package let mean: Double
    }

    /// The path of the data.
    package let root: String
    /// What is to be learned.
    package let task: LearningTask
    /// The number of usable pictures.
    package let usableCount: Int
    /// The usable pictures of each class, in the order of the labels: a picture of several classes counts for
    /// each of them. Empty for regression.
    package let classes: [ClassCount]
    /// The usable pictures that are of no class: only multi-label data has such.
    package let unlabelledCount: Int
    /// What the usable pictures' numbers are like; empty but for regression.
    package let numbers: [NumberSummary]
    /// The findings, gravest first, then in the order of the data.
    public private(set) var findings: [Finding]
    /// What rules passed over.
    public let passedOver: [Inventory.PassedOver]

    /// Judges what reading the samples showed.
    ///
    /// - Parameters:
    ///   - dataset: The data.
    ///   - examinations: One a sample, in the order of the samples, from
    ///     ``Doctor/examine(_:threads:progress:)`` or from a pass that decoded the pictures for another
    ///     purpose.
    package init(_ dataset: some Dataset, _ examinations: [Examination]) {
        let census = Census(dataset, examinations)
        root = dataset.root
        task = dataset.task
        usableCount = census.usableCount
        unlabelledCount = census.unlabelledCount
        passedOver = dataset.inventory.passedOver
        numbers = census.numbers
        classes = census.classes.map {
            ClassCount(name: $0.name, train: $0.pool, validation: $0.validation, test: $0.test)
        }
        let judge = Judge(dataset: dataset, examinations: examinations, census: census)
        let found =
            judge.failures + dataset.inventory.leftOut + judge.obstacles + judge.emptyPictures
            + Copies(dataset, examinations).findings + dataset.remarks + judge.untrainedClasses
            + judge.classSizes + judge.constantNumbers + judge.fineNumbers + judge.longPictures
            + judge.mistakenFormats
        findings = found.gravestFirst
    }

    /// The same with more findings, each behind those of its severity.
    package func adding(_ others: [Finding]) -> DoctorReport {
        var report = self
        report.findings = (findings + others).gravestFirst
        return report
    }

    /// The findings of a severity.
    package func findings(_ severity: Finding.Severity) -> [Finding] {
        findings.filter { $0.severity == severity }
    }

    /// Lets nothing be left out.
    ///
    /// - Throws: ``DatasetError`` that names the first file left out and tells how many there are.
    package func requireEveryFile() throws(DatasetError) { try findings(.leftOut).requireNone(of: root) }
}

extension Inventory {
    /// Lets nothing be left out: for what is known before any picture is read.
    ///
    /// - Throws: ``DatasetError`` that names the first entry left out and tells how many there are.
    package func requireEveryFile(of root: String) throws(DatasetError) { try leftOut.requireNone(of: root) }
}

extension [Finding] {
    /// The same, gravest first; those of one severity in their order.
    fileprivate var gravestFirst: [Finding] {
        Finding.Severity.allCases.flatMap { severity in filter { $0.severity == severity } }
    }

    fileprivate func requireNone(of root: String) throws(DatasetError) {
        guard let first else { return }
        let isFile = first.path != nil
        let what = count == 1 ? (isFile ? "a file" : "something") : "\(count) \(isFile ? "files" : "things")"
        let problem = Problem(
            root, found: "has \(what) that cannot be used: \(first.message.withoutFullStop)",
            remedy: "Repair or remove what cannot be used, or allow it to be left out")
        throw DatasetError(.leftOut, problem)
    }
}
