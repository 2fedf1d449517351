import GraftFiles
import Testing

@testable import GraftTraining

/// What is wrong in a recipe, told in one sentence with the file, the line and the key.
@Suite struct RecipeErrorTests {
    private func message(_ text: String) -> String? {
        #expect(throws: TrainingError.self) { try Recipe(yaml: text, path: "my.yaml") }?.description
    }

    /// A recipe with one stage that has these lines beside.
    private func one(train: String = "all", _ lines: String...) -> String {
        "name: one\nstages:\n  - name: first\n    train: \(train)\n    learning-rate: 1e-4\n"
            + lines.map { "    \($0)\n" }.joined()
    }

    @Test(
        arguments: [
            ("lerning-rate: 1", "lerning-rate is no key of stage 1", "Did you mean learning-rate?"),
            ("epochs: many", "epochs is many; expected a whole number, 1 or more.", ""),
            ("epochs: 0", "epochs is 0; expected a whole number, 1 or more.", ""),
            ("epochs: 2.5", "epochs is 2.5; expected a whole number, 1 or more.", ""),
            ("epochs: \"3\"", "epochs is the text \"3\"; expected a whole number, 1 or more.", ""),
            ("epochs:", "epochs has no value; expected a whole number, 1 or more.", ""),
            ("epochs: [3]", "epochs is a list; expected a whole number, 1 or more.", ""),
            ("patience: 0", "patience is 0; expected a whole number, 1 or more, or never.", ""),
            ("layer-decay: nan", "layer-decay is nan; expected a number greater than 0 and below 1.", ""),
            ("layer-decay: 1", "layer-decay is 1; expected a number greater than 0 and below 1.", ""),
            (
                "warmup: 0x1",
                "warmup is 0x1; expected a number of epochs, at least 0 and below the 20 of the stage.", ""
            ),
            ("batch-size: 1000000", "batch-size is 1000000; expected a whole number, 1 to 65536.", ""),
            (
                "optimizer: adan", "optimizer is adan; expected sgd, rmsprop, adam or adamw.",
                "Did you mean adam?"
            ),
            (
                "optimizer: {rule: adam, momentum: 0.9}",
                "momentum has no effect with adam; expected betas, epsilon or weight-decay. Leave it out.", ""
            ),
            (
                "optimizer: {rule: sgd, nesterov: true}",
                "optimizer uses Nesterov's momentum but has momentum 0. Set momentum, usually to 0.9.", ""
            ),
            (
                "optimizer: {momentum: 0.9}", "optimizer has no rule; expected sgd, rmsprop, adam or adamw.",
                ""
            ),
            (
                "schedule: cosinus",
                "schedule is cosinus; expected constant, cosine, one-cycle, {step: ...}, {cosine: ...}, {one-cycle: ...} "
                    + "or {reduce-on-plateau: ...}.", "Did you mean cosine?"
            ),
            ("schedule: step", "schedule is step;", "Give it a value: {step: ...}."),
            ("schedule: {step: {epochs: 3}}", "step has no factor; expected a number between 0 and 1.", ""),
            (
                "clip: {norm: 1, value: 1}",
                "clip has both norm and value; expected {norm: ...} or {value: ...}.", ""
            ),
            ("clip: 1", "clip is 1; expected {norm: ...} or {value: ...}.", ""),
            ("batch-norm: batch", "batch-norm is batch; expected stored or train.", ""),
            (
                "variants: 3", "variants has no effect without augment. Leave it out, or say how to augment.",
                ""
            ),
            (
                "augment: flap",
                "augment: The augmentation's part flap is not known; expected none, light, usual, strong, flip, ",
                ""
            ),
            ("rates: [{layers: head, learning-rate: 1}]", "layers is head;", "In brackets: [head]."),
            ("rates: [{layers: [], learning-rate: 1}]", "layers is a list;", ""),
            (
                "keep: if-better",
                "keep is if-better, which has no effect in the first stage: there is nothing to compare with. Leave it out.",
                ""
            ),
            ("class-weights: {cats: -1}", "cats is -1; expected a number of at least 0.", ""),
            ("learning-rate: 1", "learning-rate stands there twice; expected one value a key.", ""),
        ])
    func wrongLineIsRefusedInOneSentence(_ line: String, _ start: String, _ end: String) throws {
        let text = try #require(message(one(line)))
        let number = line == "learning-rate: 1" ? 5 : 6
        #expect(text.hasPrefix("my.yaml, line \(number): \(start)"), "\(text)")
        #expect(text.hasSuffix(end), "\(text)")
        #expect(!text.contains("\n"))
    }

    @Test func whatDoesNotFitTogetherIsRefused() {
        #expect(
            message(one("loss: huber", "label-smoothing: 0.1"))
                == "my.yaml, line 7: label-smoothing has no effect with the loss of numbers; expected classes. Leave it out."
        )
        #expect(
            message(one("mixup: 1", "cutmix: 1"))
                == "my.yaml, line 7: cutmix stands beside mixup; expected one of mixup and cutmix.")
        #expect(
            message(one(train: "head", "batch-norm: train"))
                == "my.yaml, line 6: batch-norm is train, which has no effect where the head alone is trained. Leave it out."
        )
        #expect(
            message("name: a\nhead: {flatten: [], dropout: 0.5}\nstages: [{name: b, train: head}]")
                == "my.yaml, line 2: dropout has no effect; expected dense layers that it comes after, as in {flatten: "
                + "[256], dropout: 0.5}.")
        #expect(
            message("name: a\nstages:\n- {name: b, train: all}")
                == "my.yaml, line 3: stage 1 has no learning-rate; expected one: where more than the head is trained, a "
                + "small one, such as 2e-5.")
        #expect(
            message("name: a\nstages:\n- {name: b, train: head}\n- {name: b, train: head}")
                == "my.yaml, line 4: stage 2 is called b, as one before it; expected a name of its own.")
    }

    @Test func wrongTrainIsRefused() {
        func message(_ train: String) -> String? { self.message(one(train: train)) }
        #expect(
            message("1.0")
                == "my.yaml, line 4: train is 1.0; expected a share greater than 0 and less than 1. To train everything, write all."
        )
        #expect(
            message("15")
                == "my.yaml, line 4: train is 15; expected a share greater than 0 and less than 1. To freeze so many layers, "
                + "write {freeze-first: 15}.")
        #expect(
            message("heads")
                == "my.yaml, line 4: train is heads; expected head, all, {from: ...}, {freeze-first: ...}, {freeze: ...}, "
                + "{layers: ...} or {blocks: ...}. Did you mean head?")
        #expect(
            message("{block: 2}")
                == "my.yaml, line 4: block is no key of train; expected from, freeze-first, freeze, layers or blocks. Did "
                + "you mean blocks?")
        #expect(
            message("{layers: [*_bn]}")
                == "my.yaml, line 4 has an anchor or an alias (&name, *name); expected every value written out. Put a text "
                + "or a pattern that starts with & or * in quotes.")
    }

    @Test func unknownRecipeIsRefusedWithTheNearestName() {
        let error = #expect(throws: TrainingError.self) { try Recipe.named("to-stage") }
        #expect(
            error?.description
                == "\"to-stage\" is no recipe that Graft comes with; expected auto, features, two-stage, discriminative, "
                + "all-layers or from-scratch, or a file whose name ends in .yaml. Did you mean two-stage?")
    }
}
