/// A setting of Graft that a ``Remedy`` can name: by its name in the library here, by its flag in the command.
package enum Setting: String, Sendable, Hashable, Codable, CaseIterable {
    /// The number of views of each picture whose answers are averaged.
    case viewCount
    /// Whether features are kept in the cache.
    case usesCache
    /// Whether an interrupted training goes on.
    case resumes
    /// Whether pictures count that the model was trained on.
    case includesTrainingPictures
    /// The arithmetic of the network.
    case precision
    /// A file of weights.
    case weightsFile
    /// The name of the weights that a file is said to be.
    case weightsName = "as"
    /// The most pixels that a picture may have.
    case maxPixels
    /// Whether the network is wanted without its classifier.
    case withoutTop
}
