internal import GraftDatasets
internal import GraftFiles
internal import GraftImages
internal import GraftTraining
internal import Synchronization

/// Computes features of samples and says on the way what reading each of them showed, so that no file is read
/// twice.
enum SampleFeatures {
    /// A picture that was good when training began.
    static func changed(_ path: String) -> SettingError {
        SettingError(
            path, found: "cannot be used any more, though it could when training began",
            remedy: "Do not change pictures while they are trained on")
    }

    /// The features of all samples, one row for each of their outputs, and what reading each showed.
    ///
    /// - Parameter onProgress: is told how many outputs are done, and how many of them were in the cache;
    ///   never twice at once, and never of fewer than before.
    static func compute(
        _ samples: [Sample], _ runner: PictureRunner, views: [[PictureView]],
        onProgress: @Sendable @escaping (Int, Int) -> Void
    ) async throws -> (PictureRunner.Result, [Examination]) {
        let examinations = Mutex([Examination?](repeating: nil, count: samples.count))
        let told = Mutex(0)
        let result = try await runner.run(count: samples.count, views: views) { index in
            let loaded = samples[index].load()
            examinations.withLock { $0[index] = loaded.examination }
            guard let digest = loaded.examination.digest, loaded.examination.isUsable else {
                throw UnusableSample()
            }
            return .init(digest: digest) {
                let (examination, image) = loaded.decode()
                examinations.withLock { $0[index] = examination }
                guard let image else { throw UnusableSample() }
                return image
            }
        } onPicture: { event in
            told.withLock { told in
                guard event.done > told else { return }
                told = event.done
                onProgress(event.done, event.cached)
            }
        }
        return (result, examinations.withLock { $0.compactMap(\.self) })
    }

    /// The reason stands in the sample's examination.
    fileprivate struct UnusableSample: Error {}
}

extension Sample {
    /// The picture, read and ready to be decoded.
    ///
    /// - Throws: where it cannot be used any more, though it could when it was examined.
    func loadedPicture() throws -> PictureRunner.LoadedPicture {
        let loaded = load()
        guard let digest = loaded.examination.digest, loaded.examination.isUsable else {
            throw SampleFeatures.changed(path)
        }
        return .init(digest: digest) {
            guard let image = loaded.decode().image else { throw SampleFeatures.changed(path) }
            return image
        }
    }
}
