import ArgumentParser
import Graft

/// `graft models`
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List the pretrained networks, what they cost and which weights are at hand.")

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let console = output.console
        try await Interruption.guarding(console) { try show(on: console) }
    }

    private func show(on console: Console) throws {
        let rows = try Architecture.all.map { try Row($0) }
        for row in rows { console.json(row) }
        if console.isJSON { return }
        console.write("network             input  parameters    MACs  file      top-1  weights")
        for row in rows {
            console.write(
                row.name.padded(to: 20) + "\(row.inputSize)".padded(to: 7)
                    + row.parameters.grouped.aligned(to: 10)
                    + "\((Double(row.multiplyAccumulates) / 1e6).fixed(0)) M".aligned(to: 8)
                    + "  " + (row.fileSize?.bytes ?? "").padded(to: 10)
                    + (row.publishedTop1?.share ?? "  -  ") + "  "
                    + (row.isAtHand ? "at hand" : "make weights"))
        }
        console.write("")
        console.write("Cost of one image at the input size. Top-1 as published, on ImageNet.")
    }

    private struct Row: Encodable {
        var name: String
        var inputSize: Int
        var parameters: Int
        var multiplyAccumulates: Int
        var activations: Int
        var fileSize: Int?
        var publishedTop1: Double?
        var licence: String?
        var isAtHand: Bool
        var path: String?

        init(_ architecture: Architecture) throws {
            let size = architecture.nativeSize
            let cost = try architecture.network(height: size, width: size, includeTop: true).cost
            let weights = architecture.weights.first
            name = architecture.name
            inputSize = size
            parameters = cost.trainableParameters
            multiplyAccumulates = cost.multiplyAccumulates
            activations = cost.activations
            fileSize = weights?.fileSize
            publishedTop1 = weights?.publishedTop1
            licence = weights?.licence
            isAtHand = weights?.isPresent(in: .current) == true
            path = weights?.path(in: .current)
        }
    }
}
