#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where Graft keeps weights and cached features: `$GRAFT_HOME`, else `$XDG_CACHE_HOME/graft`, else
/// `~/.cache/graft`.
public struct GraftHome: Sendable, Hashable {
    /// The folder; it need not exist.
    public var path: String

    /// A folder.
    public init(_ path: String) { self.path = path }

    /// The folder that this environment names; relative paths are taken from the working folder.
    public init(environment: [String: String]) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        path =
            value("GRAFT_HOME")
            ?? (value("XDG_CACHE_HOME") ?? "\(value("HOME") ?? ".")/.cache") + "/graft"
    }

    /// The folder that this process's environment names.
    public static var current: GraftHome { GraftHome(environment: ProcessInfo.processInfo.environment) }

    /// Where weight files are.
    public var weights: String { "\(path)/weights" }

    /// Where is how networks are computed in eight bits.
    public var calibrations: String { "\(path)/calibrations" }

    /// Where is how many pictures at a time networks compute fastest on this machine.
    public var microBatches: String { "\(path)/micro-batches" }
}
