import Foundation
import Graft

/// Answers HTTP requests with one predictor: a small server for one's own machine, to show how Graft fits into an
/// asynchronous program. For the internet, do the same in a handler of Hummingbird or Vapor.
///
///     swift run AsyncServer photos.graft 8080
///     curl --data-binary @cat.jpg http://127.0.0.1:8080
@main
struct Main {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let port = UInt16(arguments[2]) else {
            return print("usage: AsyncServer MODEL.graft PORT")
        }
        let predictor = try Predictor(ModelBundle.load(arguments[1]))
        let requests = try Listener(port: port).requests()
        print("listening on http://127.0.0.1:\(port)")

        // Each request is a task of its own; all of them share the predictor.
        await withDiscardingTaskGroup { group in
            for await request in requests {
                group.addTask { request.reply(await answer(request.body, predictor)) }
            }
        }
    }

    /// The classes of a picture by falling probability, or what is wrong with it, as an HTTP response.
    private static func answer(_ picture: Data, _ predictor: Predictor) async -> Response {
        do {
            let answer = try await predictor.answer(to: .bytes(Array(picture), name: "upload"))
            return Response(status: "200 OK", body: try JSONEncoder().encode(answer))
        } catch {
            return Response(status: "422 Unprocessable Content", body: Data("\(error)\n".utf8))
        }
    }
}
