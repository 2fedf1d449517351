internal import OneDNN

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The machine that Graft runs on.
public enum Machine {
    /// The number of processors that this process may use.
    public static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// oneDNN's version, as in "3.2.0".
    public static var oneDNNVersion: String { Engine.version }

    /// The architecture, as in "x86_64".
    public static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            "unknown"
        #endif
    }
}
