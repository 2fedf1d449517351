import Graft

/// Predicts many pictures with one predictor, which works on several at a time.
///
///     swift run PredictInLoop photos.graft *.jpg
@main
struct Main {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else { return print("usage: PredictInLoop MODEL.graft PICTURE...") }

        let predictor = try Predictor(ModelBundle.load(arguments[1]))
        for try await answer in predictor.answers(for: arguments.dropFirst(2).map(Picture.file)) {
            switch answer.outcome {
            case .success(let answered):
                let best = answered.best
                print("\(answer.name): \(best?.label ?? "") \(best?.probability ?? 0)")
            case .failure(let error):
                // One bad file does not stop the others. The error is a sentence for people.
                print("\(answer.name) was left out: \(error)")
            }
        }
    }
}
