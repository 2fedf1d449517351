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

    /// The first model name in Linux' list of processors; on AArch64, which gives none, the numbers of the maker and the
    /// part.
    package static func name(inProcessorList text: some StringProtocol) -> String? {
        func first(_ name: String) -> String? {
            for line in text.split(separator: "\n") where line.hasPrefix(name) {
                guard let colon = line.firstIndex(of: ":") else { continue }
                let words = line[line.index(after: colon)...].split(separator: " ")
                if !words.isEmpty { return words.joined(separator: " ") }
            }
            return nil
        }
        if let name = first("model name") { return name }
        guard let maker = first("CPU implementer"), let part = first("CPU part") else { return nil }
        return "CPU implementer \(maker), part \(part)"
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
