internal import GraftFiles

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What another program says of pictures, as one JSON object on its standard output.
struct ProgramReply: Decodable {
    /// The program and its version.
    var reader: String
    /// A row of numbers for each picture.
    var answers: [[Float]]

    /// Runs a program to its end.
    ///
    /// - Returns: `nil` where it failed, or said something else.
    /// - Throws: `CancellationError` when the task is cancelled, and `FileError` where it cannot be started.
    static func of(_ program: String, _ arguments: [String]) async throws -> ProgramReply? {
        let child = try ChildProcess(program, arguments)
        let (bytes, end) = await withTaskCancellationHandler {
            await child.output()
        } onCancel: {
            child.terminate()
        }
        try Task.checkCancellation()
        guard end == .exited(0) else { return nil }
        return try? JSONDecoder().decode(ProgramReply.self, from: Data(bytes))
    }
}
