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
        try await predictor.predict(Array(arguments.dropFirst(2))) { path, result in
            switch result {
            case .success(let predictions):
                print("\(path): \(predictions[0].label) \(predictions[0].probability)")
            case .failure(let error):
                // One bad file does not stop the others. The error is a sentence for people.
                print("\(path) was left out: \(error)")
            }
        }
    }
}
