import Foundation
import Testing

/// How data is read, and that no option goes unheard.
@Suite struct DataOptionsTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try Pictures.makeClasses(["blue", "red"], count: 12, in: graft.folder + "/photos")
    }

    /// The doctor's first report, and what it says of the data.
    private func doctor(_ arguments: String...) throws -> (code: Int32, report: [String: Any]) {
        let outcome = try graft.finish(graft.start(["doctor"] + arguments + ["--json"]))
        return (outcome.code, try #require(outcome.objects().first, "\(outcome.errors)"))
    }

    private func write(_ lines: [String], to name: String) throws {
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: "\(graft.folder)/\(name)"))
    }

    private func pictures() throws -> [String] {
        try ["blue", "red"].flatMap { name in
            try FileManager.default.contentsOfDirectory(atPath: "\(graft.folder)/photos/\(name)").sorted()
                .map { "photos/\(name)/\($0)" }
        }
    }

    @Test func doctorReadsListsOfAllTasks() throws {
        let paths = try pictures()
        try write(
            ["path,labels"] + paths.enumerated().map { "\($1),\($0 < 4 ? "" : $0 < 14 ? "x;y" : "y")" },
            to: "a.csv")
        let labels = try doctor("a.csv")
        #expect(labels.code == 0)
        #expect(labels.report["task"] as? String == "multi-label")
        #expect(labels.report["unlabelledCount"] as? Int == 4)
        try write(
            paths.enumerated().map { #"{"path": "\#($1)", "numbers": {"size": \#($0)}}"# }, to: "a.jsonl")
        let numbers = try doctor("a.jsonl", "--task", "regression")
        #expect(numbers.code == 0)
        let sizes = try #require(numbers.report["numbers"] as? [[String: Any]])
        #expect(sizes.first?["greatest"] as? Double == 23)
    }

    @Test func doctorReadsLabelsFromFileNames() throws {
        let found = try doctor("photos", "--labels-from", "{label}/*")
        #expect(found.code == 0)
        let classes = try #require(found.report["classes"] as? [[String: Any]])
        #expect(classes.map { $0["name"] as? String } == ["blue", "red"])
    }

    @Test(arguments: [
        (["--object", "first"], "The choice of the first object has no effect on photos"),
        (["--cifar-labels", "coarse"], "The choice of coarse labels has no effect on photos"),
        (["--task", "regression"], "The task regression does not suit photos"),
        (["--labels-from", "*.png"], "The label pattern *.png has no {label}"),
        (["--labels-from", "{label}.gif"], "that the label pattern {label}.gif does not fit"),
    ]) func optionWithoutEffectIsAnError(options: [String], sentence: String) throws {
        let outcome = try graft.finish(graft.start(["doctor", "photos"] + options))
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
    }
}
