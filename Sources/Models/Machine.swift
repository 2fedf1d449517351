internal import GraftExecution

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The machine that Graft runs on.
package enum Machine {
    /// The number of processors that this process may use.
    package static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// oneDNN's version, as in "3.2.0".
    package static var oneDNNVersion: String { ComputeLibrary.version }

    /// The program that this process runs.
    package static var executable: String {
        // What is called /proc/self/exe may have been moved or deleted since; the link leads to it all the
        // same.
        FileManager.default.fileExists(atPath: "/proc/self/exe")
            ? "/proc/self/exe" : CommandLine.arguments[0]
    }
}
