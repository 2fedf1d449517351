import GraftArchitectures
import GraftDatasets
import GraftExecution
import GraftImages
import GraftModels
import GraftNetworks
import GraftTensors
import GraftTraining

/// Single-picture requests to one warm predictor: beside the plan's own run, and beside a predictor for each.
///
///     warm-prediction [REQUESTS] [NETWORK] [PICTURE]
///
/// Prints one line of JSON. The plan's run and the requests alternate in rounds, so that what else the machine does
/// meets both.
@main
struct WarmPrediction {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let count = arguments.first.flatMap { Int($0) } ?? 1000
        let name = arguments.count > 1 ? arguments[1] : "efficientnet_lite0"
        let architecture = try Architecture.named(name)
        var settings = Predictor.Settings()
        settings.threads = 1
        let predictor = try Predictor(pretrained: architecture, settings: settings)
        let size = architecture.nativeSize
        var generator = CounterGenerator(seed: 1)
        let samples = (0..<3 * size * size).map { _ in UInt8(generator.next(below: 256)) }
        let pixels = Picture.pixels(PixelImage(width: size, height: size, samples: samples), name: "noise")

        let network = try architecture.network(height: size, width: size, includeTop: true)
        let worker = try await PlanWorker(threads: 1) {
            try Workspace(
                Plan(
                    inferring: network, .generated(for: network, seed: 1), batch: 1,
                    precision: predictor.precision))
        }
        func planRun(_ runs: Int) async throws -> Double {
            try await worker.perform { workspace in
                let start = ContinuousClock.now
                for _ in 0..<runs { try workspace.runForward() }
                return (ContinuousClock.now - start) / .seconds(1)
            }
        }
        func requests(_ runs: Int, _ picture: Picture) async throws -> Double {
            let start = ContinuousClock.now
            for _ in 0..<runs { _ = try await predictor.answer(to: picture) }
            return (ContinuousClock.now - start) / .seconds(1)
        }
        _ = try await planRun(10)
        _ = try await requests(10, pixels)
        var (plan, warm, ratios) = (0.0, 0.0, [Double]())
        let rounds = 20
        for _ in 0..<rounds {
            let (own, asked) = (try await planRun(count / rounds), try await requests(count / rounds, pixels))
            (plan, warm) = (plan + own, warm + asked)
            ratios.append(asked / own)
        }
        let each = Double(count / rounds * rounds)
        var line = "\"network\": \"\(name)\", \"precision\": \"\(predictor.precision.rawValue)\""
        line += ", \"requests\": \(Int(each)), \"plan_ms\": \(milliseconds(plan / each))"
        line += ", \"request_ms\": \(milliseconds(warm / each)), \"ratio\": \(hundredths(warm / plan))"
        ratios.sort()
        line += ", \"median_ratio\": \(hundredths(ratios[rounds / 2]))"
        if arguments.count > 2 {
            let file = try await requests(count, .file(arguments[2])) / Double(count)
            line += ", \"file_request_ms\": \(milliseconds(file))"
        }
        // A predictor for each call, as calls were before there was a warm one.
        let cold = 10
        let start = ContinuousClock.now
        for _ in 0..<cold {
            _ = try await Predictor(pretrained: architecture, settings: settings).answer(to: pixels)
        }
        let coldEach = (ContinuousClock.now - start) / .seconds(1) / Double(cold)
        line += ", \"cold_call_ms\": \(milliseconds(coldEach))"
        print("{\(line), \"times_as_fast\": \(hundredths(coldEach / (warm / each)))}")
    }

    private static func milliseconds(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1000 }
    private static func hundredths(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }
}
