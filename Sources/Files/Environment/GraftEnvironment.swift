#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What the variables of a process's environment say to Graft, each checked when it is asked for.
///
/// | variable | what it says |
/// |---|---|
/// | `GRAFT_HOME` | where weights and features are kept |
/// | `XDG_CACHE_HOME`, `HOME` | where that is else; without both, the home folder of the user's account |
/// | `GRAFT_CACHE_LIMIT` | how much room features may take |
/// | `GRAFT_MIRROR` | where weights come from |
/// | `GRAFT_OFFLINE` | 1: nothing is fetched from other machines |
/// | `GRAFT_PYTHON`, `PATH` | the Python whose libraries prove an export |
/// | `OMP_WAIT_POLICY`, `GOMP_SPINCOUNT` | how OpenMP's threads wait; without both, Graft sees to it |
/// | `TERM` | whether the terminal can redraw a line |
package struct GraftEnvironment: Sendable, Hashable {
    private let variables: [String: String]

    /// The environment with these variables.
    package init(_ variables: [String: String]) { self.variables = variables }

    /// That of this process.
    package static var current: GraftEnvironment {
        GraftEnvironment(ProcessInfo.processInfo.environment)
    }

    /// What a variable says; an empty one says nothing.
    private subscript(_ name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The folder for weights and features; relative paths are taken from the working folder.
    package var home: GraftHome {
        let cache = self["XDG_CACHE_HOME"] ?? "\(self["HOME"] ?? UserAccount.home)/.cache"
        return GraftHome(self["GRAFT_HOME"] ?? "\(cache)/graft")
    }

    /// The folder or address that is asked for weights instead of their publishers.
    package var mirror: String? { self["GRAFT_MIRROR"] }

    /// Whether nothing may be fetched from other machines.
    ///
    /// - Throws: ``SettingError`` where the variable is neither 0 nor 1.
    package var isOffline: Bool {
        get throws(SettingError) {
            switch self["GRAFT_OFFLINE"] {
            case nil, "0": return false
            case "1": return true
            case let other?:
                throw SettingError("GRAFT_OFFLINE", found: "is \"\(other)\"", expected: "0 or 1")
            }
        }
    }

    /// The greatest size of the feature cache in bytes, where one is given.
    ///
    /// - Throws: ``SettingError`` where the variable is no size.
    package var cacheLimit: Int? {
        get throws(SettingError) {
            guard let text = self["GRAFT_CACHE_LIMIT"] else { return nil }
            guard let limit = ByteCount(text) else {
                throw SettingError(
                    "GRAFT_CACHE_LIMIT", found: "is \"\(text)\"",
                    expected: "a size such as 500MB, 10GB or a number of bytes")
            }
            return limit.value
        }
    }

    /// The Python whose libraries prove an export: the one that is named, else the first `python3` of the path; `nil`
    /// where there is none.
    package var python: String? { program(named: "GRAFT_PYTHON", else: "python3") }

    /// The Node.js that proves a web page: the one that is named, else the first `node` of the path; `nil` where there is
    /// none.
    package var node: String? { program(named: "GRAFT_NODE", else: "node") }

    private func program(named variable: String, else name: String) -> String? {
        if let named = self[variable] { return named }
        let folders = (self["PATH"] ?? "").split(separator: ":").map(String.init)
        return folders.map { $0.appending(name: name) }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Whether the user has chosen how OpenMP's threads wait for each other.
    package var choosesWaiting: Bool { self["OMP_WAIT_POLICY"] != nil || self["GOMP_SPINCOUNT"] != nil }

    /// Whether the terminal, if there is one, can redraw a line.
    package var canRedraw: Bool { self["TERM"] != "dumb" }
}
