import Foundation
import GraftFiles
import GraftTensors
import Testing

@testable import GraftTraining

/// Texts that are no recipes, made to be so or by accident: an error each, never a crash.
@Suite struct HostileRecipeTests {
    private func isRefused(_ text: String) -> Bool {
        do {
            _ = try Recipe(yaml: text, path: "my.yaml")
            return false
        } catch {
            return error is TrainingError && !"\(error)".contains("\n")
        }
    }

    @Test func everyStartOfARecipeIsReadOrRefused() throws {
        let text = RecipeTextTests.complete
        var read = 0
        for count in 0..<text.count where !isRefused(String(text.prefix(count))) { read += 1 }
        // Some starts are recipes: those that end after a stage that is complete.
        #expect(read > 0)
        #expect(read < text.count / 2)
    }

    @Test func everyByteThatIsChangedIsReadOrRefused() throws {
        let bytes = Array(RecipeTextTests.complete.utf8)
        var generator = CounterGenerator(seed: 1, purpose: "hostile recipes")
        let replacements = Array("\0\t\n\r &*!|>'\"%@`{}[],:?-#0aZ~\u{7f}".utf8)
        var refused = 0
        for place in bytes.indices {
            var changed = bytes
            changed[place] = replacements[Int(generator.nextUniform() * Float(replacements.count))]
            if isRefused(String(decoding: changed, as: UTF8.self)) { refused += 1 }
        }
        #expect(refused > bytes.count / 4)
    }

    @Test func laughsByTheBillionAreRefusedAtOnce() {
        var text = "a: &a [x, x]\n"
        for letter in "bcdefghijklmnop" {
            let before = Character(Unicode.Scalar(letter.asciiValue! - 1))
            text +=
                "\(letter): &\(letter) [*\(before), *\(before), *\(before), *\(before), *\(before), *\(before)]\n"
        }
        #expect(isRefused(text))
        #expect(isRefused("? [*p, *p]\n: 1\n" + text))
        for text in [
            "name: &x a", "[&x a]", "{&x a: b}", "{\"a\":&x b}", "- &x\n- *x", "a: !!str &x b", "&x",
        ] {
            let error = #expect(throws: TrainingError.self) { try Recipe(yaml: text, path: "my.yaml") }
            #expect(error?.description.contains("has an anchor or an alias") == true, "\(text)")
        }
    }

    @Test func depthIsRefusedBeforeItIsFollowed() {
        for text in [
            String(repeating: "[", count: 300_000), String(repeating: "{a: ", count: 100_000),
            String(repeating: "- ", count: 400_000), String(repeating: "? ", count: 400_000),
            "a\u{2028}" + String(repeating: "- ", count: 400_000),
            "? a\n" + String(repeating: ": - ", count: 100_000),
            (0..<1_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
            String(repeating: "[\"]\",\n", count: 10_000), "--- " + String(repeating: "- ", count: 400_000),
        ] {
            #expect(isRefused(text))
        }
        // As deep as is let through.
        #expect(isRefused(String(repeating: "[", count: 500)))
        #expect(
            isRefused(
                String(repeating: "- ", count: 50) + String(repeating: "[", count: 500)
                    + String(repeating: "]", count: 500)))
    }

    @Test func wrongKindsOfTextAreRefused() {
        for text in [
            "", "\n", "# nothing\n", "---\n", "--- a\n--- b\n", "a", "[]", "{}", "null", "\u{0}", "\u{feff}",
            "a: b: c", "\t- a",
            "%YAML 9.9\n---\na: b", "!!binary abc", "? [a]\n: b\n", "? {a: b}\n: c\n", "a: |\n  b\n",
            "\"\\xff\": a",
            "name: \"\\ud800\"", "name: a\nname: a", "{a, a}", "{[]: a, []: b}", "name: a\n\"name\": b",
            "<<: {a: b}",
            "name: [\nstages:", "name: a\nstages: []", "name: a\nstages: {}", "name: a\nstages: [[]]",
            "name: a\nstages: [null]",
        ] {
            #expect(isRefused(text), "\(text)")
        }
        #expect(isRefused("name: " + String(repeating: "a", count: 1_000_001)))
        #expect(isRefused((0..<60_000).map { "k\($0): 1\n" }.joined()))
        #expect(isRefused("- a\n" + String(repeating: "- a\n", count: 200_000)))
    }

    @Test func filesThatHoldNoTextAreRefused() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "graft-recipes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func message(_ bytes: [UInt8]) throws -> String? {
            let file = folder.appending(path: "my.yaml")
            try Data(bytes).write(to: file)
            return #expect(throws: TrainingError.self) { try Recipe.named(file.path()) }?.problem.found
        }
        #expect(try message([0xff, 0xfe, 0]) == "is no text")
        #expect(try message(Array(repeating: 0x20, count: 1_000_001)) == "is too large")
        #expect(try message([]) == "is empty")
        let missing = #expect(throws: FileError.self) { try Recipe.named("no/such.yaml") }
        #expect(missing?.description.contains("no/such.yaml") == true)
        let good = folder.appending(path: "good.yaml")
        try Data(RecipeTextTests.complete.utf8).write(to: good)
        #expect(try Recipe.named(good.path()).stages.count == 2)
    }
}
