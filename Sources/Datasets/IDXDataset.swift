internal import GraftFiles

/// Pictures in the IDX files of MNIST, Fashion-MNIST and their kin, compressed with gzip or not.
///
/// `train-images-idx3-ubyte` and `train-labels-idx1-ubyte` are the training part's pictures and labels, of
/// which some are set aside for validation; `t10k-…` are the test part. Where only one of the pairs is there
/// it gives no part. Classes are named by their numbers, those of Fashion-MNIST by its authors' names where
/// the folder is called so.
package struct IDXDataset: Dataset {
    /// The path the data was found at.
    package let root: String
    /// The names of the classes; a label is an index into them.
    package let classes: [String]
    /// The pictures, in an order that depends on nothing but the data.
    package let samples: [Sample]
    /// What of the data is not used.
    package let inventory: Inventory

    /// Reads the IDX files in the folder at `path`.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - classNames: The names of labels 0, 1, 2 and so on, or `nil` for the usual ones.
    /// - Throws: ``DatasetError`` where files are missing, contradict their format or each other, or hold no
    ///   picture.
    package init(_ path: String, classNames: [String]? = nil) throws(DatasetError) {
        root = path
        let listing: FolderListing
        do throws(FileError) { listing = try FolderListing(path) } catch { throw DatasetError(error) }
        let names = listing.entries.filter { $0.kind == .file }.map(\.name)
        var used: [String] = []
        var pairs: [(name: String, part: Part, images: IDXFile, labels: IDXFile)] = []
        for (name, part) in [("train", Part.train), ("t10k", .test)] {
            guard let images = Self.find("\(name)-images", in: names) else { continue }
            guard let labels = Self.find("\(name)-labels", in: names) else {
                let problem = Problem(
                    "\(path)/\(images)", found: "has no labels beside it",
                    expected: "\(name)-labels-idx1-ubyte",
                    remedy: "Put the file of labels into the same folder")
                throw DatasetError(.badRecords, problem)
            }
            used += [images, labels]
            let imageFile = try IDXFile("\(path)/\(images)", axisCount: 3)
            let labelFile = try IDXFile("\(path)/\(labels)", axisCount: 1)
            guard imageFile.extents[0] == labelFile.extents[0] else {
                let problem = Problem(
                    "\(path)/\(labels)", found: "has \(labelFile.extents[0]) labels",
                    expected: "\(imageFile.extents[0]), the number of pictures in \(images)",
                    remedy: "Check that the files belong together")
                throw DatasetError(.badRecords, problem)
            }
            pairs.append((name, part, imageFile, labelFile))
        }
        let classCount = 1 + Int(pairs.compactMap { $0.labels.data.max() }.max() ?? 0)
        guard pairs.contains(where: { $0.images.extents[0] > 0 }) else {
            let problem = Problem(
                path, found: "holds no pictures in IDX files", expected: "train-images-idx3-ubyte or its like"
            )
            throw DatasetError(.noPictures, problem)
        }
        classes = try Self.classNames(classNames, count: classCount, root: path)
        samples = pairs.flatMap { name, part, images, labels in
            let array = PixelArray(
                width: images.extents[2], height: images.extents[1], bytes: images.bytes,
                offset: images.offset)
            return labels.data.enumerated().map { index, label in
                Sample(
                    path: "\(name)/\(index)", target: .label(Int(label)), part: pairs.count > 1 ? part : nil,
                    source: .array(array, index: index))
            }
        }
        inventory = Inventory(
            of: listing.entries, in: path, used: used, reason: "is none of the IDX files that are read")
    }

    /// Whether the folder at `path` has such files.
    static func isPresent(at path: String) -> Bool {
        guard let names = try? FolderListing(path).entries.map(\.name) else { return false }
        return ["train-images", "t10k-images"].contains { find($0, in: names) != nil }
    }

    /// The file of this beginning: `train-images-idx3-ubyte`, `train-images.idx3-ubyte.gz` and the like.
    private static func find(_ beginning: String, in names: [String]) -> String? {
        names.first { name in
            guard name.hasPrefix(beginning) else { return false }
            let rest = name.dropFirst(beginning.count)
            return ["-idx3-ubyte", ".idx3-ubyte", "-idx1-ubyte", ".idx1-ubyte"].contains { ending in
                rest == ending || rest == ending + ".gz"
            }
        }
    }

    private static func classNames(
        _ given: [String]?, count: Int, root: String
    ) throws(DatasetError) -> [String] {
        let folder = root.split(separator: "/").last?.lowercased() ?? ""
        // Xiao, Rasul and Vollgraf, "Fashion-MNIST", 2017, table 2.
        let fashion = [
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
            "Ankle boot",
        ]
        let isFashion = ["fashion-mnist", "fashion_mnist", "fashionmnist"].contains(folder)
        guard let names = given ?? (isFashion && count <= fashion.count ? fashion : nil) else {
            return (0..<max(count, 10)).map(String.init)
        }
        guard names.count >= count else {
            let problem = Problem(
                root, found: "has labels up to \(count - 1)",
                expected: "labels below \(names.count), one a class name")
            throw DatasetError(.badRecords, problem)
        }
        return names
    }
}
