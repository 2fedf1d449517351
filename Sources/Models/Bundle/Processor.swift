#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A kind of processor.
package struct Processor: Sendable, Hashable, Codable {
    /// What its maker calls it; "unknown" where the system does not tell.
    package var name: String
    /// The instruction set, as in "x86_64".
    package var architecture: String

    /// A kind of processor.
    package init(name: String, architecture: String) {
        self.name = name
        self.architecture = architecture
    }

    /// The one that this process runs on.
    package static let current = Processor(name: systemName ?? "unknown", architecture: ownArchitecture)

    /// The first model name in Linux' list of processors.
    package static func name(inProcessorList text: some StringProtocol) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix("model name") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let words = line[line.index(after: colon)...].split(separator: " ")
            if !words.isEmpty { return words.joined(separator: " ") }
        }
        return nil
    }

    private static var ownArchitecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            "unknown"
        #endif
    }

    private static var systemName: String? {
        #if os(Linux)
            FileManager.default.contents(atPath: "/proc/cpuinfo").flatMap {
                name(inProcessorList: String(decoding: $0, as: UTF8.self))
            }
        #else
            nil
        #endif
    }
}
