import GraftArchitectures
import GraftExecution
import GraftFiles
import GraftModels
import GraftNetworks

/// Networks one a line, in 80 columns: name, input, what they cost, what was published of them.
struct NetworkTable {
    let console: Console
    /// Whether memory is that of a whole process, which a limit was given for, or that of feature maps alone.
    let tellsWholeMemory: Bool

    /// The widths of the columns; a space parts them where they are full.
    static let nameWidth = 25
    static let inputWidth = 4
    static let numberWidth = 8

    func show(_ entries: [NetworkEntry]) {
        for entry in entries { console.json(entry) }
        if console.isJSON { return }
        if entries.isEmpty { return }
        console.write(
            NetworkTable.head + (tellsWholeMemory ? "memory" : "maps").aligned(to: 8) + "file".aligned(to: 8)
                + "top-1".aligned(to: 7) + "top-5".aligned(to: 7) + " here")
        var family: Substring?
        for entry in entries {
            // Families are easier to find apart, where there are many.
            if let family, family != entry.family, entries.count > 12 { console.write("") }
            family = entry.family
            console.write(line(entry))
        }
    }

    private func line(_ entry: NetworkEntry) -> String {
        let weights = entry.weights.first
        let memory = tellsWholeMemory ? entry.memory : entry.estimate.workspace
        return NetworkTable.start(entry) + memory.bytes.aligned(to: 8)
            + (weights?.fileSize?.bytes ?? "-").aligned(to: 8)
            + (weights?.publishedTop1?.share ?? "-").aligned(to: 7)
            + (weights?.publishedTop5?.share ?? "-").aligned(to: 7)
            + (weights?.isAtHand == true ? "yes" : "-").aligned(to: 5)
    }

    /// What the columns mean.
    func explain(_ entries: [NetworkEntry]) {
        guard let entry = entries.first, !console.isJSON else { return }
        let maps = "the feature maps of one picture in \(entry.precision.rawValue)"
        let memory =
            tellsWholeMemory
            ? "memory: estimate for a process with one picture a core on "
                + "\(entry.cores.counted("core")), in \(entry.precision.rawValue), once the weights are read"
            : "maps: memory of \(maps)"
        let text =
            "px: height and width of a picture; MACs: multiplications for one; \(memory); file, top-1 and "
            + "top-5 (ImageNet): as published; here: the weights are at hand. `graft models NAME` prints a "
            + "network's layers."
        console.write("")
        for line in text.wrapped(to: min(console.width, 80)) { console.write(line) }
    }

    /// The headings of the columns that every table of networks starts with.
    static let head =
        "name".padded(to: nameWidth) + "px".aligned(to: inputWidth) + "params".aligned(to: numberWidth)
        + "MACs".aligned(to: numberWidth)

    /// The columns that every table of networks starts with.
    static func start(_ entry: NetworkEntry) -> String {
        entry.architecture.name.filled(to: nameWidth) + "\(entry.inputSize)".aligned(to: inputWidth)
            + entry.cost.parameters.scaled.aligned(to: numberWidth)
            + entry.cost.multiplyAccumulates.scaled.aligned(to: numberWidth)
    }
}

extension NetworkEntry {
    /// The letters that its name starts with.
    fileprivate var family: Substring { architecture.name.prefix { $0.isLetter } }
}
