import ArgumentParser
import GraftArchitectures
import GraftDatasets
import GraftFiles
import GraftImages
import GraftModels
import GraftTensors
import GraftTraining

/// `graft augment`
struct AugmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "augment", abstract: "Draw augmented pictures.",
        discussion: """
            Writes a contact sheet with a row for each of some training pictures: the picture as the network \
            sees it, then random variants of it. With several --augment each picture has a row for each of \
            them.

            An augmentation is a list like flip,crop=0.35,rotation=15,zoom=0.2,brightness=0.3,hue=0.05. \
            light, usual and strong are ready-made; other parts are verticalflip, shift=0.1, shear=10, \
            contrast=0.3, saturation=0.3, erasing=0.25 and randaugment=2:9. `graft train --augment` takes \
            the same.
            """)

    @Argument(help: "The pictures, as for `graft train`.", completion: .file())
    var data: String

    @OptionGroup(title: "Data")
    var dataOptions: DataOptions

    @Option(
        name: [.customShort("o"), .customLong("output")], help: "The picture to write, .png or .jpg.",
        completion: .file())
    var output = "sheet.png"

    @Option(help: ArgumentHelp("How pictures are augmented. (default: usual)", valueName: "list"))
    var augment: [String] = []

    @Option(help: "The number of pictures, spread over the classes.")
    var pictures = 6

    @Option(help: "The number of variants of each.")
    var variants = 7

    @Option(help: "The seed of all random numbers; the same seed gives the same variants.")
    var seed: UInt64 = 0

    @Option(help: "The network whose input is shown; `graft models` lists them.")
    var base = "efficientnet_lite0"

    @OptionGroup var input: InputOptions

    @Option(
        help: "What the network sees of a picture: the centre, or the whole, squeezed to its input.")
    var resize = ResizeChoice.crop

    @Option(help: "Whether pictures enter in colour, or, with sum, as one grey channel.")
    var grey = GreyChoice.replicate

    @OptionGroup var console: OutputOptions

    func validate() throws {
        for (name, value) in [("--pictures", pictures), ("--variants", variants)]
        where !(1...100).contains(value) {
            throw ValidationError("\(name) is \(value); it must be 1 to 100.")
        }
    }

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console) {
            let augmentations = try (augment.isEmpty ? ["usual"] : augment).map {
                try Augmentation(parsing: $0)
            }
            // Told before any work is done.
            _ = try ImageEncoder().format(for: output)
            try ImageEncoder().checkReplaceable(output)
            let trunk = try Trunk(
                .named(base), inputSize: input.inputSize, seesWholePicture: resize == .whole,
                isGrey: grey == .sum)
            let dataset = try dataOptions.open(data)
            DataLines.show(dataset.inventory, console)
            let chosen = try choose(dataset) { console.line("left out", $0) }
            var sheet = try ContactSheet(
                preprocessing: trunk.preprocessing, rows: chosen.count * augmentations.count,
                variants: variants)
            let size = trunk.preprocessing.width * trunk.preprocessing.height * 3
            try Machine.requireMemory(
                size * chosen.count * augmentations.count * (variants + 1), for: "The sheet",
                remedy: "Use a smaller --input-size, or fewer --pictures or --variants")
            var rows: [Row] = []
            for (path, image) in chosen {
                for augmentation in augmentations {
                    var generator = CounterGenerator(seed: seed, purpose: "augment/\(path)")
                    sheet.add(image, changedBy: augmentation, generator: &generator)
                    rows.append(Row(image: path, augmentation: augmentation.description))
                }
            }
            try ImageEncoder().write(sheet.image, to: output)
            console.json(Answer(path: output, rows: rows))
            console.line(
                "sheet",
                "\(chosen.count.counted("picture")) as \(base) sees them, each beside "
                    + variants.counted("variant"))
            for augmentation in augmentations { console.line("augment", augmentation.description) }
            console.line("saved", output)
        }
    }

    private struct Row: Encodable {
        var image: String
        var augmentation: String
    }

    private struct Answer: Encodable {
        var path: String
        var rows: [Row]
    }

    /// Training pictures by path, spread over the classes and over each class; those that cannot be used are
    /// left out, and told.
    private func choose(
        _ dataset: any Dataset, onLeftOut: (String) -> Void
    ) throws -> [(path: String, image: PixelImage)] {
        var generator = CounterGenerator(seed: seed, purpose: "augment/pictures")
        let samples = dataset.samples.filter { $0.part == nil || $0.part == .train }
        var groups = Dictionary(grouping: samples) { $0.label ?? 0 }.sorted { $0.key < $1.key }.map(\.value)
        for index in groups.indices { generator.shuffle(&groups[index]) }
        if groups.count > pictures { generator.shuffle(&groups) }
        var chosen: [(path: String, image: PixelImage)] = []
        for turn in 0..<(groups.map(\.count).max() ?? 0) {
            for group in groups where turn < group.count && chosen.count < pictures {
                let (examination, image) = group[turn].examine()
                try examination.requireMachine()
                if let image { chosen.append((group[turn].path, image)) }
                if let problem = examination.problem { onLeftOut(problem.description) }
            }
        }
        guard !chosen.isEmpty else {
            throw DatasetError(
                .noPictures,
                Problem(data, found: "has no picture that can be read", remedy: "See graft doctor \(data)"))
        }
        return chosen
    }
}
