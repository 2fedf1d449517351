import Foundation
import GraftTensors
import Testing

@testable import GraftTraining

/// How much too good the best of many looks at the same pictures is.
@Suite struct LooksTests {
    private func looks(_ count: Int, pictures: Int, share: Float) -> Looks {
        var generator = CounterGenerator(seed: 7, purpose: "looks")
        var looks = Looks()
        for _ in 0..<count { looks.add((0..<pictures).map { _ in generator.nextUniform() < share }) }
        return looks
    }

    @Test func oneLookIsNotTooGood() {
        #expect(looks(1, pictures: 100, share: 0.7).optimism(seed: 0) == 0)
        #expect(Looks().optimism(seed: 0) == nil)
        var same = Looks()
        for _ in 0..<9 { same.add([true, false, true, true]) }
        #expect(same.optimism(seed: 0) == 0)
    }

    @Test func bestOfManyGuessesIsTooGood() throws {
        // The best of 50 models that guess, on 200 pictures, has 0.58 where each has 0.5: 2.25 standard errors.
        let optimism = try #require(looks(50, pictures: 200, share: 0.5).optimism(seed: 0))
        #expect(optimism > 0.05 && optimism < 0.11)
        // One that is much better than all others is so for no luck.
        var clear = looks(50, pictures: 200, share: 0.5)
        clear.add((0..<200).map { $0 % 20 != 0 })
        #expect(try #require(clear.optimism(seed: 0)) < 1e-9)
        #expect(looks(50, pictures: 200, share: 0.5).optimism(seed: 0) == optimism)
    }

    @Test func looksAreKept() throws {
        let looks = looks(3, pictures: 21, share: 0.5)
        let data = try JSONEncoder().encode(looks)
        #expect(try JSONDecoder().decode(Looks.self, from: data) == looks)
        for text in [
            #"{"pictures":21,"looks":["AA=="]}"#, #"{"pictures":-8,"looks":[""]}"#,
            #"{"pictures":9223372036854775807,"looks":[]}"#, #"{"pictures":0,"looks":[""]}"#,
        ] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(Looks.self, from: Data(text.utf8))
            }
        }
    }

    @Test func looksOfOtherPicturesAreNotMixed() {
        var looks = looks(2, pictures: 21, share: 0.5)
        looks.add([true])
        looks.add([])
        #expect(looks.count == 2)
        looks.add(self.looks(2, pictures: 20, share: 0.5))
        #expect(looks.count == 2)
        looks.add(self.looks(3, pictures: 21, share: 0.5))
        #expect(looks.count == 5)
    }
}
