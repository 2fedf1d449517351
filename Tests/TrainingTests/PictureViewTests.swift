import GraftDatasets
import GraftExecution
import GraftFiles
import GraftImages
import GraftNetworks
import GraftTensors
import Synchronization
import Testing

@testable import GraftTraining

@Suite struct PictureViewTests {
    let network: PictureNetwork
    let photos: [PixelImage]

    /// A network that sees where things are.
    init() throws {
        var builder = NetworkBuilder("tiny")
        let x = builder.input(height: 8, width: 8, channels: 3)
        let flat = builder.add("flat", .flatten, to: x)
        _ = builder.add("dense", .dense(Dense(units: 5)), to: flat)
        let tiny = try builder.build()
        let preprocessing = try Preprocessing(
            height: 8, width: 8, resizeRule: .squash, interpolation: .bilinear, mean: [127, 127, 127],
            scale: [0.01, 0.01, 0.01])
        network = PictureNetwork(tiny, preprocessing: preprocessing, precision: .float32) {
            ParameterStore.generated(for: tiny, seed: 2)
        }
        photos = (0..<5).map { number in
            var generator = CounterGenerator(seed: UInt64(number))
            let samples = (0..<3 * 12 * 10).map { _ in UInt8(generator.next(below: 256)) }
            return PixelImage(width: 12, height: 10, samples: samples)
        }
    }

    func outputs(_ views: [PictureView], batch: Int, threads: Int = 1) async throws -> [[Float]] {
        try await outputs([views], batch: batch, threads: threads)
    }

    func outputs(
        _ views: [[PictureView]], batch: Int, threads: Int = 1, collections: [FeatureCollection] = []
    ) async throws -> [[Float]] {
        let runner = PictureRunner(
            network, collections: collections, threads: threads, batch: MicroBatch(batch))
        let photos = photos
        let outputs = Mutex([[Float]](repeating: [], count: photos.count * views.count))
        _ = try await runner.run(count: photos.count, views: views) { index in
            Picture.pixels(photos[index], name: "\(index)").load()
        } onPicture: { event in
            outputs.withLock { $0[event.index] = event.output?.floats ?? [] }
        }
        return outputs.withLock { $0 }
    }

    /// The digest of a photo's content.
    private func digest(_ photo: PixelImage) throws -> SHA256Digest {
        try #require(Picture.pixels(photo, name: "").load().examination.digest)
    }

    @Test(arguments: [1, 2, 3, 8])
    func outputIsTheMeanOverTheViewsWhateverTheBatch(batch: Int) async throws {
        let views = PictureView.several(4)
        var single: [[[Float]]] = []
        for view in views { single.append(try await outputs([view], batch: 1)) }
        let several = try await outputs(views, batch: batch, threads: 2)
        for photo in photos.indices {
            #expect(single[0][photo] != single[1][photo])
            for unit in 0..<5 {
                let mean = single.reduce(Float(0)) { $0 + $1[photo][unit] } / 4
                #expect(abs(several[photo][unit] - mean) < 1e-5)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 8])
    func severalOutputsOfAPictureAreThoseOfRunsOfTheirOwn(batch: Int) async throws {
        let views = [PictureView.several(3), [.mirrored], [.plain]]
        let together = try await outputs(views, batch: batch, threads: 2)
        for (output, views) in views.enumerated() {
            let alone = try await outputs(views, batch: 1)
            for photo in photos.indices { #expect(together[photo * 3 + output] == alone[photo]) }
        }
    }

    @Test func onlyOutputsThatAreNotInTheCacheAreComputed() async throws {
        let fixture = FeatureCacheFixture()
        func collection(_ name: String) -> FeatureCollection {
            fixture.cache().open(
                FeatureDescription(title: name, parts: ["view": name], shape: [5], elementType: .float32))
        }
        let views: [[PictureView]] = [[.plain], [.mirrored]]
        let fresh = try await outputs(views, batch: 2)
        // What is in the cache shows where it was used.
        let digest = try digest(photos[1])
        let plain = collection("plain")
        plain.append([1, 2, 3, 4, 5], for: digest)
        plain.flush()
        let found = try await outputs(
            views, batch: 2, threads: 2, collections: [collection("plain"), collection("mirrored")])
        for row in found.indices where row != 2 { #expect(found[row] == fresh[row], "\(row)") }
        #expect(found[2] == [1, 2, 3, 4, 5])
        let again = try await outputs(
            views, batch: 1, collections: [collection("plain"), collection("mirrored")])
        #expect(again == found)
    }

    @Test func valuesOnTheWayAreKeptForThePicturesAndOutputsThatAreAskedFor() async throws {
        let fixture = FeatureCacheFixture()
        func collection(_ name: String, width: Int) -> FeatureCollection {
            fixture.cache().open(
                FeatureDescription(title: name, parts: ["view": name], shape: [width], elementType: .float32))
        }
        let (known, tap) = (collection("known", width: 5), collection("tap", width: 192))
        // What is in the cache is not computed, and nothing else on the way to it.
        known.append([1, 2, 3, 4, 5], for: try digest(photos[3]))
        let runner = PictureRunner(
            network, collections: [known, collection("mirrored", width: 5)],
            taps: [FeatureTap(["flat"], into: [tap, nil], of: [0, 2, 3])], threads: 2)
        let photos = photos
        _ = try await runner.run(count: photos.count, views: [[.plain], [.mirrored]]) { index in
            Picture.pixels(photos[index], name: "\(index)").load()
        }
        let alone = PictureNetwork(
            try network.network.ending(at: "flat"), preprocessing: network.preprocessing,
            precision: .float32, loadParameters: network.loadParameters)
        let expected = try await PictureViewTests(alone, photos).outputs([.plain], batch: 1)
        let found = collection("tap", width: 192)
        for (index, photo) in photos.enumerated() {
            let features = try found.features(for: digest(photo))?.floats
            #expect(features == ([0, 2].contains(index) ? expected[index] : nil), "\(index)")
        }
    }

    @Test func mirroredViewIsThatOfTheMirroredPicture() async throws {
        let mirrored = try await outputs([.mirrored], batch: 1)
        let plain = try await PictureViewTests(network, photos.map { $0.upright(fromExifOrientation: 2) })
            .outputs([.plain], batch: 1)
        for (first, second) in zip(mirrored, plain) {
            #expect(zip(first, second).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    private init(_ network: PictureNetwork, _ photos: [PixelImage]) {
        self.network = network
        self.photos = photos
    }

    @Test func viewsAreThePictureItsMirrorImageThenCropsThatDiffer() {
        #expect(PictureView.several(1) == [.plain])
        #expect(PictureView.several(2) == [.plain, .mirrored])
        let views = PictureView.several(9)
        #expect(Array(views.prefix(2)) == [.plain, .mirrored] && Set(views).count == 9)
        #expect(views == PictureView.several(9))
    }
}
