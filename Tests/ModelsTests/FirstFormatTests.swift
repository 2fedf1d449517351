import Foundation
import GraftDatasets
import GraftModels
import GraftTraining
import Testing

/// Models that were saved before training had recipes.
@Suite struct FirstFormatTests {
    private let fixture: BundleFixture

    init() throws { fixture = try BundleFixture() }

    /// Saves a model, and brings its description into the first format's form.
    private func saveInFirstFormat(_ change: (inout [String: Any]) -> Void = { _ in }) throws {
        try BundleFixture.model().save(to: fixture.path)
        let data = Data(fixture.bytes(fixture.path + "/bundle.json"))
        var fields = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let stages = try #require(fields["stages"] as? [[String: Any]])
        for name in ["task", "recipe", "seed", "stages"] { fields[name] = nil }
        fields["formatVersion"] = 1
        fields["epochs"] = stages[0]["epochs"]
        fields["bestEpoch"] = 2
        fields["settings"] = [
            "epochs": 60, "learningRate": 0.003, "batchSize": 16, "patience": 7, "dropoutRate": 0.25,
            "seed": 9,
        ]
        change(&fields)
        let text = try JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys])
        fixture.replace("bundle.json", with: Array(text))
    }

    @Test func headAloneBecomesARecipeOfOneStage() throws {
        try saveInFirstFormat()
        let model = try ModelBundle.load(fixture.path)
        #expect(model.task == .classification)
        #expect(model.seed == 9)
        #expect(model.recipe.head == .pooled(dropout: 0.25))
        #expect(model.recipe.stages.map(\.name) == ["head"])
        #expect(model.recipe.stages[0].epochs == 60)
        #expect(model.recipe.stages[0].batchSize == 16)
        #expect(model.recipe.stages[0].patience == 7)
        #expect(model.stages.map(\.bestEpoch) == [2])
        #expect(model.stages[0].epochs.count == 2)
        #expect(model.trainedNodes == ["top/dense"])
        #expect(model.validation == (try BundleFixture.model().validation))
    }

    @Test(arguments: [3, nil])
    func tunedPartBecomesASecondStage(bestEpoch: Int?) throws {
        try saveInFirstFormat { fields in
            var tuning: [String: Any] = [
                "settings": [
                    "epochs": 20, "learningRate": 2e-5, "patience": 5, "start": ["node": ["_0": "stem/bn"]],
                ],
                "firstNode": "stem/bn", "epochs": fields["epochs"] ?? [],
            ]
            tuning["bestEpoch"] = bestEpoch
            fields["fineTuning"] = tuning
        }
        let model = try ModelBundle.load(fixture.path)
        #expect(model.recipe.stages.map(\.name) == ["head", "tune"])
        #expect(model.recipe.stages[1].trainable == .from("stem/bn"))
        #expect(model.stages[1].isKept == (bestEpoch != nil))
        #expect(model.trainedNodes.contains("stem/bn") == (bestEpoch != nil))
        #expect(!model.trainedNodes.contains("stem/conv"))
        // What is saved again is of today's format.
        try model.save(to: fixture.root + "/again.graft")
        #expect(try ModelBundle.load(fixture.root + "/again.graft").stages == model.stages)
    }
}
