import Testing

@Suite struct UsageTests {
    let graft: GraftProcess

    init() throws { graft = try GraftProcess() }

    @Test func wrongUsageExitsWith64AndSaysWhatIsWrong() throws {
        for (arguments, sentence) in [
            (["train"], "Missing expected argument '<data>'"),
            (["train", "photos", "--epochs", "0"], "--epochs is 0; it must be 1 to 1000000."),
            (
                ["train", "photos", "--learning-rate=-1"],
                "--learning-rate is -1.0; it must be greater than 0 and finite."
            ),
            (
                ["train", "photos", "--learning-rate", "1e300"],
                "--learning-rate is inf; it must be greater than 0 and finite."
            ),
            (
                ["train", "photos", "--validation-split", "1"],
                "--validation-split is 1.0; it must be greater than 0 and less than 1."
            ),
            (
                ["train", "photos", "--precision", "int4"],
                "The value 'int4' is invalid for '--precision <precision>'"
            ),
            (["train", "photos", "--threads", "0"], "--threads is 0; it must be 1 to 1024."),
            (["predict", "m.graft"], "Name at least one picture or folder, or - for a list."),
            (["predict"], "Name a model, or a network with --pretrained, and pictures."),
            (["predict", "--pretrained", "vgg16"], "Name at least one picture or folder, or - for a list."),
            (
                ["predict", "m.graft", "a.jpg", "--weights", "w.h5"],
                "--weights has no effect without --pretrained."
            ),
            (
                ["predict", "m.graft", "a.jpg", "--input-size", "64"],
                "--input-size has no effect without --pretrained."
            ),
            (["predict", "m.graft", "a.jpg", "--top", "0"], "--top is 0; it must be 1 or more."),
            (["predict", "m.graft", "a.jpg", "--tta", "1"], "--tta is 1; it must be 2 to 256."),
            (["evaluate", "m.graft", "photos", "--tta", "300"], "--tta is 300; it must be 2 to 256."),
            (
                ["evaluate", "m.graft", "photos", "--tta", "2", "--no-cache"],
                "--no-cache has no effect with --tta."
            ),
            (["models", "--fits", "lots"], "The value 'lots' is invalid for '--fits <size>'"),
            (["nonsense"], "Unexpected argument 'nonsense'"),
        ] {
            let process = try graft.start(arguments)
            let outcome = graft.finish(process)
            #expect(outcome.code == 64, "\(arguments)")
            #expect(outcome.errors.contains(sentence), "\(arguments): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test func versionIsPrinted() throws {
        let outcome = try graft.run("--version")
        #expect(outcome.code == 0)
        #expect(outcome.output == "0.1.0\n")
    }
}
