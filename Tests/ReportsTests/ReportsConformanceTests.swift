import Foundation
import Testing

/// Files for the scripts tensorboard_events.py and report_arrays.py, in the folder that `GRAFT_CONFORMANCE`
/// names.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["GRAFT_CONFORMANCE"] != nil))
struct ReportsConformanceTests {
    @Test func filesForOtherReadersCanBeWritten() throws {
        let folder = URL(filePath: try #require(ProcessInfo.processInfo.environment["GRAFT_CONFORMANCE"]))
            .appending(path: "reports")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let files = [
            ("events.out.tfevents.sample", ReportSamples.events), ("features.npy", ReportSamples.npy),
            ("features.safetensors", try #require(ReportSamples.safetensors)),
            ("features.csv", ReportSamples.csv),
        ]
        for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
    }
}
