internal import GraftFiles

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The page that looks at pictures with a model in a browser, and the files of its folder form.
enum WebPage {
    /// One file that needs nothing else.
    ///
    /// - Parameters:
    ///   - description: what the page needs besides the network, in JSON.
    static func page(title: String, description: String, model: [UInt8]) -> String {
        filled(
            text(WebRuntime.page),
            [
                "@TITLE@": title.escapedForHTML, "@CONNECT@": "'none'",
                // Nothing in it may end the element that it stands in.
                "@DESCRIPTION@": description.replacing("<", with: "\\u003c"),
                "@WASM@": WebRuntime.wasm.replacing("\n", with: ""),
                "@MODEL@": Data(model).base64EncodedString(),
            ])
    }

    /// The files of a folder for a site of one's own, by their names.
    ///
    /// - Parameter model: with its description.
    static func folder(title: String, model: [UInt8]) -> [(name: String, bytes: [UInt8])] {
        let page = filled(
            text(WebRuntime.page),
            [
                "@TITLE@": title.escapedForHTML, "@CONNECT@": "'self'", "@DESCRIPTION@": "", "@WASM@": "",
                "@MODEL@": "",
            ])
        return [
            ("index.html", Array(page.utf8)), ("model.bin", model), ("graft.wasm", interpreter),
            ("graft.js", bytes(WebRuntime.module)), ("graft.d.ts", bytes(WebRuntime.types)),
        ]
    }

    /// The interpreter, as WebAssembly.
    static var interpreter: [UInt8] { bytes(WebRuntime.wasm) }

    private static func bytes(_ base64: String) -> [UInt8] {
        guard let data = Data(base64Encoded: base64.replacing("\n", with: "")) else {
            preconditionFailure("the page's parts are base64")
        }
        return Array(data)
    }

    private static func text(_ base64: String) -> String { String(decoding: bytes(base64), as: UTF8.self) }

    /// A template with its marks replaced. What is put in may look like a mark: it is not looked at again.
    private static func filled(_ template: String, _ values: [String: String]) -> String {
        var (result, rest) = ("", template[...])
        while let start = rest.firstIndex(of: "@") {
            result += rest[..<start]
            rest = rest[start...]
            if let (mark, value) = values.first(where: { rest.hasPrefix($0.key) }) {
                result += value
                rest = rest.dropFirst(mark.count)
            } else {
                result += "@"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }
}

extension String {
    /// The text as HTML shows it.
    fileprivate var escapedForHTML: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
