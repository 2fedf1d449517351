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
}
