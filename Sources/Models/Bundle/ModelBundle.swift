package import GraftNetworks
package import GraftTraining

/// A trained model with all that belongs to it: what it computes, what its answers are called, and how it
/// came about.
///
/// On disk it is a folder, by custom `NAME.graft`, with `bundle.json`, `weights.safetensors`,
/// `golden.safetensors`, most often `references.safetensors`, and `CHECKSUMS`, which `sha256sum -c CHECKSUMS` understands.
/// `report.html` and `README.md` are for people.
///
/// What the description says is the model's own too:
///
/// ```swift
/// let model = try ModelBundle.load("photos.graft")
/// print(model.classes, model.validation.top1)
/// ```
@dynamicMemberLookup
public struct ModelBundle: Sendable {
    /// The format that this Graft writes; it reads this one and older ones.
    package static let formatVersion = 2

    /// All that a person may want to know about it.
    public var description: ModelDescription
    /// What the model computes: trunk and head, one picture in, a probability a class out.
    package var network: Network
    /// All parameters of the network, `float32`. Those of a loaded model are parts of the mapped file.
    package var parameters: ParameterStore
    /// A few inputs and the model's answers to them.
    package var golden: GoldenExamples
    /// What other pictures are compared with; `nil` where the model was made without, or has no vectors.
    package var references: ReferencePictures?

    /// A model of these parts; they are checked against each other when it is saved.
    package init(
        _ description: ModelDescription, network: Network, parameters: ParameterStore, golden: GoldenExamples,
        references: ReferencePictures? = nil
    ) {
        self.description = description
        self.network = network
        self.parameters = parameters
        self.golden = golden
        self.references = references
    }

    /// What the description says.
    public subscript<Value>(dynamicMember path: WritableKeyPath<ModelDescription, Value>) -> Value {
        get { description[keyPath: path] }
        set { description[keyPath: path] = newValue }
    }

    /// The nodes whose parameters are not the published ones any more.
    package var trainedNodes: Set<String> {
        description.stages.filter(\.isKept).reduce(into: Set(description.start?.trainedNodes ?? [])) {
            $0.formUnion($1.trainedNodes)
        }
    }

    /// What validation said after each epoch, stage after stage.
    package var epochs: [EpochReport] { description.stages.flatMap(\.epochs) }
}
