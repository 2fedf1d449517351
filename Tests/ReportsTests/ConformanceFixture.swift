import Foundation

/// Files that the scripts of Conformance made.
enum ConformanceFixture {
    static func url(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Conformance/Fixtures/\(name)")
    }
}
