internal import GraftExecution
internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors
internal import GraftWeightFiles

extension ModelBundle {
    /// Saves the model as a folder at `path`, whole or not at all.
    ///
    /// A model that is there already is replaced in one step, so that there always is the old or the new one;
    /// anything else that is there is refused. Equal models give equal bytes.
    ///
    /// - Throws: ``ModelError`` where something else is at `path` or the model's parts contradict each other,
    ///   `FileError` where the folder cannot be written.
    public func save(to path: String) throws { try ModelSaver().save(self, to: path) }

    /// Finds out whether a model can be saved at `path`: to be asked before an hour's training.
    ///
    /// For a moment a hidden folder is made beside it, the one sure way to know.
    ///
    /// - Throws: what ``save(to:)`` would throw, but for a disk that becomes full.
    public static func checkCanSave(to path: String) throws { _ = try ModelSaver().replacement(path) }
}

/// Writes the files of a model.
package struct ModelSaver {
    /// Whether two folders may be exchanged in one step where the system can; tests say no.
    package var usesExchange = true
    /// Called before each step with its name: tests fail there.
    package var beforeStep: (String) throws -> Void = { _ in }

    /// A saver.
    package init() {}

    /// Saves a model, as ``ModelBundle/save(to:)`` does.
    package func save(_ model: ModelBundle, to path: String) throws {
        do {
            try model.check()
        } catch let flaw as Flaw {
            throw ModelError(
                .contradictory,
                Problem("The model's \(flaw.part.fileName)", found: flaw.found, expected: flaw.expected))
        }
        let replacement = try replacement(path)
        do {
            try write(model, replacement)
            try beforeStep("commit")
            try replacement.commit()
        } catch let error as FileError {
            throw replacement.shown(error)
        }
    }

    /// A folder that will be at `path`.
    func replacement(_ path: String) throws -> FolderReplacement {
        let replacement = try FolderReplacement(
            path, names: BundlePart.allCases.map(\.fileName), check: BundlePart.checkReplaceable)
        replacement.usesExchange = usesExchange
        return replacement
    }

    private func write(_ model: ModelBundle, _ folder: FolderReplacement) throws {
        var checksums = BundleChecksums()
        func write(_ part: BundlePart, _ body: (String) throws -> Void) throws {
            try beforeStep(part.fileName)
            let path = folder.path(of: part.fileName)
            try body(path)
            if part != .checksums { checksums[part.fileName] = try SHA256Digest(ofFile: path) }
        }
        try write(.weights) { path in
            var tensors = NamedTensors()
            for parameter in model.network.parameters {
                _ = tensors.append(try model.parameters.tensor(for: parameter), named: parameter.name)
            }
            try Safetensors.write(tensors, to: path)
        }
        try write(.golden) { path in
            let golden = model.golden
            try Safetensors.write(
                [GoldenExamples.inputsName: golden.inputs, GoldenExamples.outputsName: golden.outputs],
                metadata: [GoldenExamples.precisionKey: golden.precision.rawValue], to: path)
        }
        if let references = model.references { try write(.references) { try references.write(to: $0) } }
        try write(.description) { path in
            try FileReplacement.write(try BundleDescription(model).json(), to: path)
        }
        try write(.checksums) { path in try FileReplacement.write(checksums.text, to: path) }
    }
}
