package import GraftDatasets
internal import GraftExecution
package import GraftImages
package import GraftModels
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

/// Says what in a picture an answer rests on.
///
/// For networks that end with a feature map, a mean over it or all of it in a row, and dense layers, which is what Graft
/// trains. One pass forwards is enough.
package final class Explainer: Sendable {
    /// What was found out about a picture.
    package struct Explanation: Sendable {
        /// What reading the picture showed.
        package var examination: Examination
        /// What the model gives: probabilities or numbers.
        package var outputs: [Float]
        /// The position of the output that is explained.
        package var output: Int
        /// Where the evidence for it is.
        package var map: ClassMap
        /// What the network sees of the picture.
        package var view: PixelImage
    }

    private let model: ModelBundle
    private let chain: DenseChain
    private let runner: PictureRunner

    /// An explainer of a model.
    ///
    /// - Throws: `SettingError` where the network has another end.
    package init(_ model: ModelBundle, threads: Int) throws {
        self.model = model
        chain = try DenseChain(model.network, model.parameters)
        runner = PictureRunner(
            PictureNetwork(
                try model.network.ending(at: chain.map), outputs: [chain.map],
                preprocessing: model.preprocessing,
                precision: .automatic
            ) { [model] in model.parameters }, threads: threads)
    }

    /// Explains an answer.
    ///
    /// - Parameter output: the position of the class or number; where it is `nil`, that of the greatest answer.
    /// - Returns: `nil` with what is wrong with the picture, where it cannot be used.
    package func explain(
        _ picture: LoadedPicture, output wanted: Int? = nil
    ) async throws -> (explanation: Explanation?, examination: Examination) {
        let (examination, image) = picture.decode()
        guard let image else { return (nil, examination) }
        let events = try await runner.run(1) { _ in
            Picture.pixels(image, name: examination.path).load(wantsDigest: false)
        }
        guard let map = events.first?.output?.floats else { throw CancellationError() }
        let outputs = chain.answer(map)
        let output = wanted ?? outputs.indices.min { outputs[$0] > outputs[$1] } ?? 0
        return (
            Explanation(
                examination: examination, outputs: outputs, output: output,
                map: chain.classMap(map, output: output), view: model.preprocessing.view(of: image)),
            examination
        )
    }
}
