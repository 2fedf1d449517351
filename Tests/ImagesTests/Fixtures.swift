import GraftFiles
import GraftImages

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The pictures of Conformance/images, made by Conformance/make_image_fixtures.py.
enum Fixtures {
    static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    struct Decode: Decodable, Sendable, CustomStringConvertible {
        let file: String
        let expected: String
        let width: Int
        let height: Int
        let tolerance: Int
        var description: String { file }
    }

    struct Resize: Decodable, Sendable, CustomStringConvertible {
        let source: String
        let sourceWidth: Int
        let sourceHeight: Int
        let width: Int
        let height: Int
        let filter: Interpolation
        let box: [Double]
        let expected: String
        var description: String { expected }
    }

    struct Photo: Decodable, Sendable, CustomStringConvertible {
        struct Case: Decodable, Sendable {
            let filter: Interpolation
            let width: Int
            let height: Int
            let box: [Double]
            let samples: [Int]
            let sum: Int
            let digest: String
        }
        let file: String
        let width: Int
        let height: Int
        let digest: String
        let resizes: [Case]
        var description: String { file }
    }

    private struct Manifest: Decodable {
        let decodes: [Decode]
        let resizes: [Resize]
    }

    static let decodes = (try? read(Manifest.self, "manifest.json"))?.decodes ?? []
    static let resizes = (try? read(Manifest.self, "manifest.json"))?.resizes ?? []
    static let photos = (try? read([Photo].self, "photos.json")) ?? []

    static func path(_ name: String) -> String { root + "/Conformance/images/" + name }

    static func bytes(_ name: String) throws -> [UInt8] { try FileContents.read(path(name)) }

    private static func read<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes(name)))
    }
}

/// The folder beside the project with real pictures, which is not part of it.
enum Shared {
    static let data =
        Fixtures.root.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/shared/data/"
    static let isPresent = (try? FileContents.read(data + "corrupt/derived_text.jpg")) != nil
}

extension PixelBox {
    init(_ edges: [Double]) { self.init(left: edges[0], top: edges[1], right: edges[2], bottom: edges[3]) }
}

/// The largest difference of two lists of samples; 256 where they are not equally long.
func largestDifference(_ first: [UInt8], _ second: [UInt8]) -> Int {
    guard first.count == second.count else { return 256 }
    return zip(first, second).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
}
