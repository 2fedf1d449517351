internal import GraftDatasets
internal import GraftExecution
package import GraftImages
internal import GraftTensors
internal import GraftTraining

extension ModelBundle {
    /// Pictures of the network's input size that its golden inputs show.
    package var goldenViews: [PixelImage] {
        let values = golden.inputs.floats
        let size = values.count / max(golden.count, 1)
        return (0..<golden.count).map { example in
            self.preprocessing.picture(ofInput: Array(values[example * size..<(example + 1) * size]))
        }
    }

    /// The model's answers, in 32 bits, to pictures that have the network's input size, of which nothing is cut off and
    /// nothing is scaled.
    package func answers(toViews views: [PixelImage]) async throws -> [[Float]] {
        let whole = try self.preprocessing.seeingWholePictures()
        let runner = PictureRunner(
            try PictureNetwork(network, preprocessing: whole, precision: .float32) { parameters }
                .dividedAtFirstDense, threads: 1)
        return try await runner.run(views.count) { Picture.pixels(views[$0], name: "view \($0 + 1)").load() }
            .map { $0.output?.floats ?? [] }
    }
}
