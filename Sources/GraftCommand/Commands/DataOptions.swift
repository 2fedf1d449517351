import ArgumentParser
import Graft
struct DataOptions: ParsableArguments {
    func open(_ path: String) throws -> any Dataset { try DatasetReader.open(path) }
}
