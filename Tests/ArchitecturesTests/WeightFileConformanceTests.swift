import Foundation
import GraftArchitectures
import GraftNetworks
import GraftWeightFiles
import Testing

/// Where `make conformance` puts the files.
enum ConformanceFiles {
    static let folder = ProcessInfo.processInfo.environment["GRAFT_CONFORMANCE"].map { "\($0)/files" }
}

/// Files that Keras, NumPy and PyTorch wrote (Conformance/weight_files.py), against the weights that were put
/// into them.
@Suite(.serialized, .enabled(if: ConformanceFiles.folder != nil, "make conformance runs this"))
struct WeightFileConformanceTests {
    struct Entry: Decodable, Sendable, CustomTestStringConvertible {
        var file: String
        var network: String
        var includesTop: Bool
        var nativeSize: Int

        var testDescription: String { file }
    }

    static let entries = ConformanceFiles.folder.map(entries(in:)) ?? []

    /// What a folder's manifest lists.
    static func entries(in folder: String) -> [Entry] {
        guard let data = FileManager.default.contents(atPath: "\(folder)/manifest.json") else { return [] }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (try? decoder.decode([Entry].self, from: data)) ?? []
    }

    @Test func filesAreThere() { #expect(Self.entries.count > 20) }

    @Test(arguments: entries)
    func fileGivesTheWeightsThatWerePutIn(entry: Entry) throws {
        let architecture = try Architecture.named(entry.network)
        let fixture = try NetworkFixture(named: entry.network)
        let size = entry.nativeSize
        let whole = try architecture.network(height: size, width: size, includeTop: true)
        let generated = fixture.file(architecture.sourceLayers(of: whole), of: architecture)
        for includeTop in entry.includesTop ? [true, false] : [false] {
            let network = try architecture.network(height: size, width: size, includeTop: includeTop)
            let (parameters, report) = try architecture.load(
                contentsOf: "\(try #require(ConformanceFiles.folder))/\(entry.file)", for: network)
            #expect(report.unused == [])
            let (expected, _) = try architecture.match(generated, to: network)
            for name in expected.names { #expect(parameters[name] == expected[name], "\(name)") }
        }
    }
}
