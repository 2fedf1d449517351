package import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors
internal import GraftWeightFiles

extension ModelBundle {
    /// Loads the model in the folder at `path` and checks all of it: every file's checksum, and that the
    /// parts fit.
    ///
    /// What is checked is what is used: the files are read once, and what is done to them later changes nothing.
    ///
    /// - Throws: ``ModelError`` where there is no model, a damaged one or a newer one; `FileError` where a
    ///   file cannot be read.
    public static func load(_ path: String) throws -> ModelBundle { try load(path, tasks: []) }

    /// Loads a model that may be of one of these tasks, which Graft does not come with.
    package static func load(_ path: String, tasks: [LearningTask]) throws -> ModelBundle {
        try load(path, tasks: tasks) { _ in }
    }

    /// Loads a model; `beforeReading` is told each file's name before it is opened, and tests change things
    /// there.
    package static func load(
        _ path: String, tasks: [LearningTask] = [], beforeReading: (String) throws -> Void
    ) throws -> ModelBundle {
        // While a new model is put in its place, files of the old one and the new one may be met.
        for _ in 0..<100 {
            let reader = try BundleReader(path, tasks)
            do {
                return try reader.model(beforeReading)
            } catch {
                if !reader.wasReplaced { throw error }
            }
        }
        throw ModelError.damaged(path, "is being replaced again and again")
    }
}

/// Reads the files of a model.
private struct BundleReader {
    /// The model's folder, without slashes at the end.
    let folder: String
    /// The folder that was there first: while it is held, none that takes its place has its number.
    private let first: OpenFolder
    private let tasks: [LearningTask]

    /// Whether another folder is at the path by now.
    var wasReplaced: Bool { !first.isAt(folder) }

    init(_ path: String, _ tasks: [LearningTask]) throws {
        self.tasks = tasks
        folder = path.withoutTrailingSlashes
        guard let status = try FileStatus.of(folder) else {
            throw ModelError(
                .missing,
                Problem(
                    folder.isEmpty ? "The path of the model" : folder,
                    found: folder.isEmpty ? "is empty" : "does not exist",
                    remedy: "Give the folder that training made, as in photos.graft"))
        }
        guard status.kind == .folder else {
            throw BundleReader.noModel(folder, "it is no folder")
        }
        first = try OpenFolder(folder)
        guard try FileStatus.of("\(folder)/\(BundlePart.description.fileName)") != nil else {
            throw BundleReader.noModel(folder, "it has no \(BundlePart.description.fileName)")
        }
    }

    private static func noModel(_ path: String, _ reason: String) -> ModelError {
        ModelError(
            .notAModel,
            Problem(
                path, found: "is no Graft model: \(reason)",
                remedy: "Give the folder that training made, as in photos.graft"))
    }

    private func shown(_ part: BundlePart) -> String { "\(folder)/\(part.fileName)" }

    /// The model.
    ///
    /// - Throws: ``ModelError``, or `FileError` where a file cannot be read.
    func model(_ beforeReading: (String) throws -> Void) throws -> ModelBundle {
        do {
            return try read(beforeReading)
        } catch let flaw as Flaw {
            throw ModelError.damaged(shown(flaw.part), flaw.found, expected: flaw.expected)
        } catch let error as ModelError {
            throw error
        } catch let error as FileError {
            throw error
        } catch let error as any ExplainedError {
            // A weight file's own error names its file; a network's or a preprocessing's is about the
            // description.
            let subject = error.problem.subject
            let prefix = subject.hasPrefix(folder) ? "" : "\(shown(.description)): "
            throw ModelError.damaged(prefix + subject, error.problem.found, expected: error.problem.expected)
        }
    }

    private func read(_ beforeReading: (String) throws -> Void) throws -> ModelBundle {
        try beforeReading(BundlePart.checksums.fileName)
        let checksums = try checksums()
        try beforeReading(BundlePart.description.fileName)
        let description = try description(checksums)
        let network = try description.network.network()
        try beforeReading(BundlePart.weights.fileName)
        let weights = try tensors(.weights, checksums)
        var parameters = ParameterStore()
        for entry in weights.entries { parameters[entry.name] = entry.tensor }
        try beforeReading(BundlePart.golden.fileName)
        let golden = try golden(checksums)
        var references: ReferencePictures?
        if checksums[BundlePart.references.fileName] != nil {
            try beforeReading(BundlePart.references.fileName)
            references = try ReferencePictures(tensors(.references, checksums))
        }
        let model = ModelBundle(
            description.model, network: network, parameters: parameters, golden: golden,
            references: references)
        try model.check()
        // Files of later versions that this one does not know are checked all the same.
        for (name, digest) in checksums.digests where BundlePart(rawValue: name) == nil {
            try requireDigest(of: "\(folder)/\(name)", digest)
        }
        return model
    }

    private func checksums() throws -> BundleChecksums {
        let file = try contents(shown(.checksums), nil, atMost: 1 << 16)
        return try BundleChecksums(parsing: unsafe file.withBytes { unsafe Array($0) })
    }

    private func description(_ checksums: BundleChecksums) throws -> BundleDescription {
        let file = try contents(
            shown(.description), checksums[BundlePart.description.fileName], atMost: 1 << 28)
        return try BundleDescription(
            json: unsafe file.withBytes { unsafe Array($0) }, path: folder, tasks: tasks)
    }

    private func tensors(_ part: BundlePart, _ checksums: BundleChecksums) throws -> NamedTensors {
        try Safetensors.read(try contents(shown(part), checksums[part.fileName]))
    }

    private func golden(_ checksums: BundleChecksums) throws -> GoldenExamples {
        let tensors = try tensors(.golden, checksums)
        func tensor(_ name: String) throws(Flaw) -> Tensor {
            guard let tensor = tensors[name] else { throw Flaw(.golden, "has no \(name)") }
            return tensor
        }
        guard let name = tensors.metadata[GoldenExamples.precisionKey],
            let precision = Precision(rawValue: name)
        else { throw Flaw(.golden, "does not say in which precision its outputs were computed") }
        return GoldenExamples(
            inputs: try tensor(GoldenExamples.inputsName), outputs: try tensor(GoldenExamples.outputsName),
            precision: precision)
    }

    /// A file of the model, read into memory, with the content that `digest` is of.
    private func contents(
        _ path: String, _ digest: SHA256Digest?, atMost limit: Int = .max
    ) throws -> MappedFile {
        let size = try size(of: path)
        guard size <= limit else {
            throw ModelError.damaged(path, "has \(size) bytes", expected: "at most \(limit)")
        }
        let file = try MappedFile(reading: path)
        if let digest {
            try require(unsafe file.withBytes { unsafe SHA256Digest(of: $0) }, digest, path)
        }
        return file
    }

    /// Checks the content of a file that is not used.
    private func requireDigest(of path: String, _ digest: SHA256Digest) throws {
        _ = try size(of: path)
        try require(SHA256Digest(ofFile: path), digest, path)
    }

    private func size(of path: String) throws -> Int {
        guard let status = try FileStatus.of(path) else { throw ModelError.damaged(path, "is missing") }
        // A named pipe would wait for a writer.
        guard status.kind == .file else { throw ModelError.damaged(path, "is no file") }
        return status.byteCount
    }

    private func require(_ found: SHA256Digest, _ digest: SHA256Digest, _ path: String) throws {
        guard found != digest else { return }
        // As many digits as show the difference: one of CHECKSUMS' own may be wrong.
        let same = zip(found.hexadecimal, digest.hexadecimal).prefix { $0 == $1 }.count
        let digits = max(8, same + 1)
        throw ModelError.damaged(
            path, "is damaged: its SHA-256 starts with \(found.hexadecimal.prefix(digits))",
            expected: "\(digest.hexadecimal.prefix(digits)), as \(BundlePart.checksums.fileName) has it")
    }
}
