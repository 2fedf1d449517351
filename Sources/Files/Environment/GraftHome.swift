/// Where Graft keeps weights and cached features: `$GRAFT_HOME`, else `$XDG_CACHE_HOME/graft`, else
/// `~/.cache/graft`.
///
/// ```swift
/// let trunk = try Trunk(.named("mobilenet_v2"), home: GraftHome("/data/graft"))
/// ```
public struct GraftHome: Sendable, Hashable {
    /// The folder; it need not exist.
    public var path: String

    /// A folder.
    public init(_ path: String) { self.path = path }

    /// The folder that this process's environment names.
    public static var current: GraftHome { GraftEnvironment.current.home }

    /// Where weight files are.
    package var weights: String { "\(path)/weights" }

    /// Where is how networks are computed in eight bits.
    package var calibrations: String { "\(path)/calibrations" }

    /// Where is how many pictures at a time networks compute fastest on this machine.
    package var microBatches: String { "\(path)/micro-batches" }
}
