import GraftDatasets
import GraftFiles
import GraftModels
import GraftTraining

/// What data holds, and what of it is not used, in a few lines.
enum DataLines {
    static func show(_ summary: DataSummary, _ console: Console) {
        console.line("photos", words(for: summary, room: console.width - Console.labelWidth))
        show(summary.inventory, console)
        for reading in summary.readings { console.line("", reading) }
    }

    /// What is left out and what is passed over, in short.
    static func show(_ inventory: Inventory, _ console: Console) {
        for text in inventory.summaries() { console.line("", text) }
    }

    /// How many pictures there are of which classes, as many of these as have room.
    private static func words(for summary: DataSummary, room: Int) -> String {
        if !summary.task.rules.hasClasses {
            let names = summary.classes.map(\.name).joined(separator: ", ")
            return
                "\(summary.pictures.counted("picture")), \(summary.classes.count.counted("number")): \(names)"
        }
        var text = "\(summary.pictures.counted("picture")), \(summary.classes.count) classes: "
        for (index, entry) in summary.classes.enumerated() {
            let word = "\(index > 0 ? ", " : "")\(entry.name) \(entry.pictures.grouped)"
            let isLast = index == summary.classes.count - 1
            if text.count + word.count + (isLast ? 0 : 3) > room, index > 0 { return text + ", …" }
            text += word
        }
        return text
    }
}
