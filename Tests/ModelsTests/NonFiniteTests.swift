import GraftFiles
import GraftNetworks
import GraftTensors
import GraftTraining
import GraftWeightFiles
import Testing

import struct Foundation.Data
import class Foundation.FileHandle
import struct Foundation.URL

@testable import GraftModels

/// Models whose checksums are right and whose numbers are none; needs that no machine meets.
@Suite struct NonFiniteTests {
    let fixture: BundleFixture

    init() throws { fixture = try BundleFixture() }

    /// Saves a model with one number replaced in one tensor of a file.
    private func save(_ part: String, _ name: String, _ value: Float) throws {
        try BundleFixture.model().save(to: fixture.path)
        let path = "\(fixture.path)/\(part)"
        let old = try WeightFile.read(path)
        var new = NamedTensors()
        for entry in old.entries {
            var values = entry.tensor.floats
            if entry.name == name { values[values.count - 1] = value }
            _ = new.append(Tensor(values, shape: entry.tensor.shape), named: entry.name)
        }
        let other = fixture.root + "/other.safetensors"
        try Safetensors.write(new, metadata: old.metadata, to: other)
        fixture.replace(part, with: fixture.bytes(other))
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func parameterThatIsNoNumberIsNamedAtLoading(value: Float) throws {
        try save("weights.safetensors", "top/dense/bias", value)
        #expect(
            fixture.refusal()
                == "\(fixture.path)/weights.safetensors has \(value) in top/dense/bias, at number 2; "
                + "expected finite numbers. \(BundleFixture.remedy)")
    }

    @Test func goldenExampleThatIsNoNumberIsNamed() throws {
        try save("golden.safetensors", "outputs", .nan)
        #expect(fixture.refusal().contains("golden.safetensors has nan in outputs, at number "))
    }

    @Test func needIsComparedWithWhatIsFree() throws {
        let error = #expect(throws: SettingError.self) {
            try Machine.requireMemory(3_000_000_000, for: "It", remedy: "Use less", free: 2_500_000_000)
        }
        #expect(
            error?.description
                == "It needs at least 3.0 GB of memory; expected at most 2.5 GB, which is free here. Use less."
        )
        try Machine.requireMemory(2_000_000_000, for: "It", remedy: "Use less", free: 2_500_000_000)
        // So little may be missed by chance.
        try Machine.requireMemory(100_000_000, for: "It", remedy: "Use less", free: 50_000_000)
        try Machine.requireMemory(3_000_000_000, for: "It", remedy: "Use less", free: nil)
        #expect(throws: SettingError.self) {
            try Machine.requireMemory(nil, for: "It", remedy: "Use less", free: 1 << 60)
        }
    }
}

/// Models whose files are written over in place after they were loaded.
@Suite struct ChangedModelTests {
    let fixture: BundleFixture

    init() throws { fixture = try BundleFixture() }

    @Test func loadedModelStaysAsItWas() throws {
        let model = try BundleFixture.model()
        try model.save(to: fixture.path)
        let loaded = try ModelBundle.load(fixture.path)
        for part in ["weights.safetensors", "golden.safetensors", "bundle.json"] {
            // In place: no new file takes the old one's.
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(fixture.path)/\(part)"))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data([1, 2, 3]))
            try handle.close()
        }
        for name in model.parameters.names {
            #expect(loaded.parameters[name]?.floats == model.parameters[name]?.floats)
        }
        #expect(loaded.golden.inputs.floats == model.golden.inputs.floats)
        fixture.refusal()
    }
}
