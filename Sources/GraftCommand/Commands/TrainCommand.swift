import ArgumentParser
import GraftDatasets
import GraftFiles
import GraftInsight
import GraftModels
import GraftReports
import GraftTraining
import Synchronization

/// `graft train`
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a model on pictures.",
        discussion: """
            DATA holds one folder per class; or train/ and validation/ (or val/), and perhaps test/, with \
            one folder per class each; or Pascal VOC, CIFAR, or the IDX files of MNIST; or it is a list \
            (.csv, .tsv, .jsonl) of pictures with their classes or numbers.

            A new head is trained on the features of a pretrained network, which are computed once per \
            picture and cached; then the last part of the network is fine-tuned too, if validation shows \
            that this helps. Files that cannot be used are left out, and named. Published weights that are \
            not here yet are fetched first.
            """)

    @OptionGroup var training: TrainingOptions

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "Where to save the model. (default: DATA's name with .graft)", completion: .file())
    var output: String?

    @Flag(help: "Continue an interrupted training of the same model.")
    var resume = false

    @Flag(help: "Write no checkpoints.")
    var noCheckpoint = false

    @Option(
        help: ArgumentHelp(
            "Write events for TensorBoard to a file in this folder, while training goes on.",
            valueName: "folder"),
        completion: .directory)
    var tensorboard: String?

    @Flag(help: "Only show what would be done, as `graft plan` does.")
    var dryRun = false

    @Flag(help: "Stop at a file that cannot be used instead of leaving it out.")
    var strict = false

    @Flag(help: "Neither read nor write cached features.")
    var noCache = false

    @OptionGroup var fetching: FetchingOptions
    @OptionGroup var console: OutputOptions

    func validate() throws {
        if resume && noCheckpoint {
            throw ValidationError("--resume needs the checkpoint that --no-checkpoint leaves out.")
        }
        if dryRun && tensorboard != nil {
            throw ValidationError("--tensorboard has no effect with --dry-run.")
        }
        if dryRun && resume { throw ValidationError("--resume has no effect with --dry-run.") }
    }

    func run() async throws {
        let path = output ?? ModelBundle.defaultPath(forData: training.data)
        if dryRun { return try await PlanCommand.show(training, console.console) }
        let report = TrainReport(console.console)
        try await Interruption.guarding(report.console, remainder: remainder(path)) {
            try ModelBundle.checkCanSave(to: path)
            var learning = try training.learning()
            learning.isStrict = strict
            learning.usesCache = !noCache
            learning.fetchesWeights = !fetching.isOffline
            learning.checkpoint = noCheckpoint ? nil : try ModelBundle.checkpointPath(forModel: path)
            learning.resumes = resume
            let findings = Mutex<[Finding]>([])
            let board = Mutex(try tensorboard.map { try TensorBoardLog(folder: $0) })
            let model = try await learning.train { event in
                if case .findings(let found) = event { findings.withLock { $0 = found.findings } }
                report.show(event)
                Self.log(event, board)
            }
            try model.save(to: path)
            try learning.removeCheckpoint()
            let page = try await pages(
                of: model, at: path, learning, findings.withLock { $0 }
            ) { inspection in
                do { try board.withLock { try $0?.add(inspection) } } catch { Self.complain(error) }
            }
            report.saved(model, at: path, page: page)
        }
    }

    /// Adds an event to the log, where there is one; the first failure is told and ends it.
    private static func log(_ event: TrainingEvent, _ board: borrowing Mutex<TensorBoardLog?>) {
        board.withLock { log in
            do { try log?.add(event) } catch {
                complain(error)
                log = nil
            }
        }
    }

    /// Says why no more events are written: that does not end the training.
    private static func complain(_ error: any Error) {
        let reason = (error as? any ExplainedError)?.forTerminal ?? "\(error)"
        Console.complain("No more is written for TensorBoard: \(reason)")
    }

    /// Writes the pages of a model that is saved; what fails there does not cost the training.
    private func pages(
        of model: ModelBundle, at path: String, _ learning: TransferLearning, _ findings: [Finding],
        onInspection: (Inspection) -> Void
    ) async throws -> String? {
        do {
            return try await ModelPages.write(
                model, into: path, dataset: learning.dataset, findings: findings,
                commands: PageCommands.all(model, path, training.data),
                prediction: PageCommands.prediction(path), threads: learning.threads,
                usesCache: learning.usesCache, onInspection: onInspection)
        } catch let error as any ExplainedError {
            Console.complain("No report was made: \(error.forTerminal)")
            return nil
        }
    }

    /// What an interrupted training of the model at `path` leaves.
    private func remainder(_ path: String) -> String {
        if !noCheckpoint, let checkpoint = try? ModelBundle.checkpointPath(forModel: path),
            TransferLearning.hasCheckpoint(at: checkpoint)
        {
            return Interruption.checkpointIsKept
        }
        return noCache ? "" : Interruption.featuresAreKept
    }
}
