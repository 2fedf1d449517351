import CLibFuzzer
import Glibc
import GraftDatasets
import GraftImages
import GraftTensors

/// Reads one input; libFuzzer calls this by its name.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    FuzzPictures.read(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

/// Reads ever more inputs as pictures, the way the doctor and predictions do; the arguments are libFuzzer's.
@main enum FuzzPictures {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
        exit(
            unsafe LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in unsafe fuzzOneInput(bytes, count)
            }
        )
    }

    /// A picture or an error is what any bytes should end with; a trap, an address out of bounds, a gigabyte or
    /// more than ten seconds is a defect.
    fileprivate static func read(_ input: [UInt8]) {
        let (examination, image) = Picture.bytes(input, name: "input").load().decode()
        switch examination.outcome {
        case .usable:
            guard let image else { fatalError("a usable picture has no pixels") }
            guard image.samples.count == 3 * image.width * image.height else {
                fatalError("\(image.samples.count) samples for \(image)")
            }
            let seen = preprocessing.tensor(of: image).floats
            guard seen.allSatisfy({ $0.isFinite }) else { fatalError("a network sees what is no number") }
        default:
            let words = "\(examination.outcome)"
            guard !words.isEmpty, image == nil else { fatalError("a picture that is none has pixels") }
        }
    }

    /// What a small network would see.
    private static let preprocessing: Preprocessing = {
        do {
            return try Preprocessing(
                height: 24, width: 24, resizeRule: .squash, interpolation: .bilinear, mean: [127, 127, 127],
                scale: [1 / 128, 1 / 128, 1 / 128])
        } catch {
            fatalError("\(error)")
        }
    }()
}
