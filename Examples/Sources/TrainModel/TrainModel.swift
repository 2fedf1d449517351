import Graft

/// Trains a classifier on a folder that holds one folder of pictures per class, and saves it.
///
///     swift run TrainModel photos photos.graft
@main
struct Main {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { return print("usage: TrainModel PHOTOS MODEL.graft") }

        let photos = try ImageFolder(arguments[1])
        let trunk = try Trunk(.named("efficientnet_lite0"))
        var learning = TransferLearning(photos, trunk: trunk)
        learning.recipe = .features

        let model = try await learning.train { event in
            if case .epoch(_, let report, _) = event {
                print("epoch \(report.epoch): validation top-1 \(report.validation.top1)")
            }
        }
        try model.save(to: arguments[2])
        print("saved \(arguments[2])")
    }
}
