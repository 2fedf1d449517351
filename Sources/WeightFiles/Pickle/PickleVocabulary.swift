internal import GraftFiles

/// What a pickle may name: the whole of what it can make happen.
///
/// A pickle is a program for a machine that calls any Python function. This reader has no Python and looks up
/// names in this table only; every other name is an error before anything is done with it.
struct PickleVocabulary: Sendable {
    /// Makes a value from a function's arguments.
    typealias Function =
        @Sendable (inout PickleHeap, _ arguments: [PickleValue]) throws(WeightFileError) -> PickleValue
    /// Gives an object the state that was saved with it.
    typealias Builder =
        @Sendable (inout PickleHeap, _ object: Int, _ state: PickleValue) throws(WeightFileError) -> Void

    /// What a known name stands for.
    enum Meaning: Sendable {
        /// Something that can be called.
        case function(Function)
        /// Something that is only referred to.
        case object(PickleObject)
        /// The name of an element type that tensors do not have here.
        case unsupportedElementType
    }

    /// Known names, as "module.name".
    var meanings: [String: Meaning] = [:]
    /// Finds what a persistent identifier stands for: something kept outside of the pickle.
    var persistentObject: Function?
    /// Takes the state of an object that is not a container.
    var build: Builder?

    /// Whether long strings of bytes stay where they are in the file: as `.span`, not as `.bytes`.
    var leavesLongBytes = false
    /// Whether names that are not known stand for nothing, instead of making a file one that is not read.
    var toleratesUnknownNames = false
    /// What to do about a file that names anything else.
    var remedy: Remedy = "Save the weights alone, in Python: torch.save(model.state_dict(), path)"

    /// No names at all: numbers, texts and containers.
    static let plain = PickleVocabulary()
}
