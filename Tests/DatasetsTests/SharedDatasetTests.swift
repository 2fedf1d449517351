import GraftDatasets
import GraftImages
import Testing

/// The data beside the project, as its README counts it.
@Suite(.enabled(if: Place.sharedIsPresent, "../shared is not here")) struct SharedDatasetTests {
    func counts(_ data: any Dataset, _ part: Part) -> [String: Int] {
        var counts: [String: Int] = [:]
        for sample in data.samples where sample.part == part {
            for label in sample.target.classes { counts[data.classes[label], default: 0] += 1 }
        }
        return counts
    }

    // Counted with Python's xml.etree; all classes of pictures are those of the lists CLASS_val.txt, too.
    @Test func pascalVOC() throws {
        let root = Place.shared + "VOCdevkit/VOC2012"
        let largest = try DatasetReader.open(root)
        #expect(
            largest.samples.map(\.part) == Array(repeating: .train, count: 153)
                + Array(repeating: .validation, count: 159))
        #expect(largest.classes.count == 20 && largest.classes.first == "aeroplane")
        #expect(
            counts(largest, .train) == [
                "bicycle": 1, "car": 10, "cat": 16, "chair": 4, "cow": 23, "diningtable": 7, "dog": 13,
                "horse": 25, "motorbike": 2, "person": 13, "pottedplant": 3, "sheep": 20, "sofa": 13,
                "tvmonitor": 3,
            ])
        #expect(
            counts(largest, .validation) == [
                "bicycle": 2, "boat": 2, "car": 5, "cat": 15, "chair": 7, "cow": 24, "diningtable": 5,
                "dog": 18, "horse": 22, "motorbike": 3, "person": 12, "pottedplant": 4, "sheep": 22,
                "sofa": 12, "train": 1, "tvmonitor": 5,
            ])
        let first = try DatasetReader.open(root, options: DatasetOptions(object: .first))
        #expect(
            counts(first, .train) == [
                "bicycle": 1, "bird": 2, "bottle": 2, "car": 1, "cat": 30, "chair": 2, "cow": 23,
                "diningtable": 1,
                "dog": 27, "horse": 24, "motorbike": 2, "person": 2, "pottedplant": 1, "sheep": 23, "sofa": 8,
                "tvmonitor": 4,
            ])
        let many = try DatasetReader.open(root, options: DatasetOptions(task: .multiLabel))
        #expect(
            counts(many, .validation) == [
                "bicycle": 4, "bird": 5, "boat": 3, "bottle": 15, "bus": 2, "car": 15, "cat": 36, "chair": 15,
                "cow": 25, "diningtable": 9, "dog": 51, "horse": 25, "motorbike": 5, "person": 40,
                "pottedplant": 15, "sheep": 25, "sofa": 15, "train": 1, "tvmonitor": 15,
            ])
        let report = DoctorReport(many, many.samples.map(\.assumedUsable))
        #expect(
            report.findings.filter { $0.kind == .emptyClass }.map(\.message)
                == ["aeroplane", "bus", "train"].map {
                    "Class \($0) has no usable picture to train on: it cannot be learned."
                })
        #expect(
            many.remarks.map(\.message) == [
                "46 objects marked as difficult do not count, as others are on the same pictures.",
                "74 of 969 objects are mostly outside the middle square of their picture, which is all that the "
                    + "network sees. Resized whole, all of it is seen.",
            ])
        #expect(Doctor.obstacles(to: largest, largest.samples.map(\.assumedUsable)) == [])
        #expect(largest.samples.first?.examine().examination.isUsable == true)
    }

    @Test func cifarTen() throws {
        let data = try DatasetReader.open(Place.shared + "cifar10_bin")
        #expect(data.samples.count { $0.part == .train } == 4660)
        #expect(data.samples.count { $0.part == .test } == 846)
        #expect(
            data.classes == [
                "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
            ])
        #expect(data.inventory.leftOut.isEmpty && data.remarks.isEmpty)
        #expect(Doctor.obstacles(to: data, data.samples.map(\.assumedUsable)) == [])
        #expect(data.samples[4659].examine().image?.samples.count == 3072)
    }

    @Test func mnist() throws {
        let data = try DatasetReader.open(Place.shared + "mnist_idx")
        #expect(data.samples.count == 10_000)
        #expect(data.task == .classification)
    }
}
