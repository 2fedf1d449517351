import Foundation
import Graft

/// Pictures in one folder whose names end in their quality: `apple-17-good.jpg`, `apple-18-bad.jpg`.
struct Inspections: Dataset {
    let root: String
    let classes = ["bad", "good"]
    let samples: [Sample]
    let inventory: Inventory

    init(_ root: String) throws {
        var samples: [Sample] = []
        var inventory = Inventory()
        // Sorted, because the order of samples must depend on nothing but the data.
        for name in try FileManager.default.contentsOfDirectory(atPath: root).sorted() {
            let quality = name.split(separator: ".").first?.split(separator: "-").last.map(String.init) ?? ""
            guard let label = classes.firstIndex(of: quality) else {
                inventory.leaveOut(name, reason: "has no quality in its name")
                continue
            }
            samples.append(Sample(path: name, target: .label(label), part: nil, file: "\(root)/\(name)"))
        }
        self.root = root
        self.samples = samples
        self.inventory = inventory
    }
}

/// Trains on a data set whose form Graft does not know.
///
///     swift run CustomDataset inspections inspections.graft
@main
struct Main {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { return print("usage: CustomDataset FOLDER MODEL.graft") }

        let inspections = try Inspections(arguments[1])
        print("\(inspections.samples.count) pictures, left out: \(inspections.inventory.leftOut)")
        var learning = TransferLearning(inspections, trunk: try Trunk(.named("efficientnet_lite0")))
        learning.recipe = .features
        let model = try await learning.train()
        try model.save(to: arguments[2])
        print("saved \(arguments[2]), validation top-1 \(model.validation.top1)")
    }
}
