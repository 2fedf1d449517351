package import GraftFiles

/// What a check of one published file on this machine found.
package struct WeightCheck: Sendable, Hashable {
    /// What a check can find.
    package enum Status: String, Sendable, Hashable, Codable {
        /// The content is that of the published file.
        case right
        /// The publisher gives no checksum; the content is what it was when the file arrived.
        case unchanged
        /// The publisher gives no checksum, and nothing was noted when the file arrived: only its size was
        /// checked, if that.
        case unknown
        /// The content is another one.
        case wrong
        /// There is no file.
        case missing
    }

    /// The name of the weights.
    package let weights: String
    /// The name of the file.
    package let file: String
    /// Where it is, or would be.
    package let path: String
    /// What was found.
    package let status: Status
    /// What was found and what was expected, in a sentence, where something is wrong.
    package let problem: Problem?
}

extension WeightStore {
    /// Checks the content of a file.
    ///
    /// - Throws: `FileError` where it cannot be read.
    package func check(_ file: PublishedFile, of weights: PretrainedWeights) throws -> WeightCheck {
        let path = path(of: file)
        func found(_ status: WeightCheck.Status, _ problem: Problem? = nil) -> WeightCheck {
            WeightCheck(
                weights: weights.name, file: file.name, path: path, status: status, problem: problem)
        }
        guard file.isPresent(in: home) else {
            return found(.missing, CatalogueError.missingFile(weights, path).problem)
        }
        if let flaw = try file.flaw(at: path) {
            return found(.wrong, CatalogueError.wrongContent(weights, path, flaw).problem)
        }
        if file.checksum != nil { return found(.right) }
        return found(file.knownChecksum(at: path) == nil ? .unknown : .unchanged)
    }

    /// Checks all published files that are here.
    ///
    /// - Throws: `FileError` where one cannot be read; `CancellationError` where the current task was
    ///   cancelled.
    package func checkAll(_ each: (WeightCheck) -> Void) throws {
        for weights in PretrainedWeights.all {
            for file in weights.files where file.isPresent(in: home) {
                if Task.isCancelled { throw CancellationError() }
                each(try check(file, of: weights))
            }
        }
    }
}
