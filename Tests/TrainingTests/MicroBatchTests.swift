import GraftDatasets
import GraftExecution
import GraftImages
import GraftNetworks
import GraftTensors
import Synchronization
import Testing

@testable import GraftTraining

@Suite struct MicroBatchTests {
    /// Reports until a number is chosen, which takes so many seconds a picture.
    private func choice(of batch: MicroBatch, _ seconds: (_ number: Int, _ report: Int) -> Double) -> [Int] {
        var tried: [Int] = []
        for report in 0..<10_000 {
            let number = batch.current
            if batch.isChosen { return tried + [number] }
            if tried.last != number { tried.append(number) }
            batch.report(number, with: number, seconds: seconds(number, report) * Double(number))
        }
        return []
    }

    @Test func numberThatIsFastestStays() {
        let batch = MicroBatch(triedOn: 1_000)
        #expect(
            choice(of: batch) { number, _ in number == 1 ? 0.09 : 0.1 } == [2, 1, 2, 1, 2, 1, 1])
        #expect(batch.found == 1)
        // One trial of the best number was disturbed.
        let disturbed = MicroBatch(triedOn: 1_000)
        #expect(choice(of: disturbed) { $0 == 1 ? ($1 < 40 ? 1 : 0.08) : 0.1 }.last == 1)
    }

    @Test func usualNumberStaysWhereTheOthersAreHardlyFasterOrTheWorkIsShort() {
        let even = MicroBatch(triedOn: 1_000)
        #expect(choice(of: even) { number, _ in number == 1 ? 0.099 : 0.1 }.last == 2)
        #expect(even.found == 2)
        let short = MicroBatch(triedOn: 100)
        #expect(choice(of: short) { number, _ in number == 1 ? 0.01 : 0.1 } == [2, 2])
        #expect(short.found == nil)
        let fixed = MicroBatch(3)
        fixed.report(100, with: 3, seconds: 1)
        #expect(fixed.current == 3 && fixed.isChosen && fixed.found == nil)
    }

    @Test func whatIsReportedForANumberThatIsOverDoesNotCount() {
        let batch = MicroBatch(triedOn: 1_000)
        batch.report(24, with: 2, seconds: 24)
        #expect(batch.current == 1)
        batch.report(1_000, with: 2, seconds: 0)
        #expect(batch.current == 1)
    }

    @Test func outputsAreTheSameWhileNumbersAreTried() async throws {
        var builder = NetworkBuilder("tiny")
        let x = builder.input(height: 8, width: 8, channels: 3)
        let convolution = Convolution(filters: 4, kernelHeight: 3, kernelWidth: 3)
        _ = builder.add("convolution", .convolution(convolution), to: x)
        let tiny = try builder.build()
        let preprocessing = try Preprocessing(
            height: 8, width: 8, resizeRule: .squash, interpolation: .bilinear, mean: [127, 127, 127],
            scale: [0.01, 0.01, 0.01])
        let network = PictureNetwork(tiny, preprocessing: preprocessing, precision: .float32) {
            ParameterStore.generated(for: tiny, seed: 2)
        }
        func outputs(_ batch: MicroBatch, threads: Int) async throws -> [[Float]] {
            let runner = PictureRunner(network, threads: threads, batch: batch)
            let result = try await runner.run(count: 500) { index in
                let samples = (0..<3 * 8 * 8).map { UInt8(($0 * 7 + index) % 256) }
                let photo = PixelImage(width: 8, height: 8, samples: samples)
                return Picture.pixels(photo, name: "\(index)").load()
            }
            return result.features.allRows
        }
        let batch = MicroBatch(triedOn: .max)
        let tried = try await outputs(batch, threads: 2)
        #expect(batch.found != nil)
        #expect(try await tried == outputs(MicroBatch(1), threads: 1))
    }
}
