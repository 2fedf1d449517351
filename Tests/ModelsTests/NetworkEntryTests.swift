import Foundation
import GraftArchitectures
import GraftExecution
import GraftImages
import GraftNetworks
import GraftTensors
import GraftTraining
import Testing

@testable import GraftModels

@Suite struct NetworkEntryTests {
    /// Scratchpads, and channels filled up to whole vectors, are oneDNN's to decide.
    @Test(arguments: ["mobilenet_v1_025.keras", "squeezenet1_1.torchvision", "resnet18.torchvision"])
    func estimatedMemoryIsNearlyThatOfThePlan(name: String) throws {
        let entry = try NetworkEntry(.named(name), precision: .float32)
        let plan = try Plan(
            inferring: entry.network, .generated(for: entry.network, seed: 0), batch: 1, precision: .float32)
        let workspace = Double(plan.workspaceByteCount) / Double(entry.estimate.workspace)
        let parameters = Double(plan.parameterByteCount) / Double(entry.estimate.parameters)
        #expect((0.95...1.1).contains(workspace), "workspace \(workspace)")
        #expect((0.95...1.05).contains(parameters), "parameters \(parameters)")
    }

    @Test func everyNetworkHasAnEntryThatSurvivesJSON() throws {
        for architecture in Architecture.all {
            let entry = try NetworkEntry(architecture, precision: .float32, cores: 2)
            #expect(entry.memory > entry.estimate.parameters + 2 * entry.estimate.workspace)
            let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(entry)) as? [String: Any]
            #expect(object?["name"] as? String == architecture.name)
            #expect(object?["memory"] as? Int == entry.memory)
        }
    }

    @Test func measurementRunsANetworkWithFiniteNumbers() async throws {
        let network = try Architecture.named("mobilenet_v1_025").network(
            height: 64, width: 64, includeTop: true)
        let result = try await NetworkMeasurement.measure(
            network, precision: .float32, cores: 2, seconds: 0.01)
        #expect(result.cores == 2)
        #expect(result.picturesPerSecond > 0 && result.picturesPerSecond.isFinite)
        #expect(result.coreShare > 0 && result.coreShare <= 1)
        #expect(result.memory > 1_000_000)
        let parameters = ParameterStore.generated(for: network, seed: 0)
        let input = BundleFixture.tensor([1, 64, 64, 3], seed: 4, purpose: "inputs")
        let preprocessing = try Preprocessing(
            height: 64, width: 64, resizeRule: .squash, interpolation: .bilinear, mean: [0, 0, 0],
            scale: [1, 1, 1])
        let runner = PictureRunner(
            PictureNetwork(network, preprocessing: preprocessing, precision: .float32) { parameters },
            threads: 1)
        let outputs = try await runner.outputs(for: input)[0]
        #expect(outputs.allSatisfy { $0.isFinite && $0 > 0 && $0 < 0.9 })
        #expect(Set(outputs).count > 500)
    }

    @Test func measurementByAProgramThatFailsSaysHowItEnded() async throws {
        func message(_ path: String, _ arguments: String...) async -> String? {
            do {
                _ = try await NetworkMeasurement.measure(by: path, arguments: arguments)
                return nil
            } catch { return "\(error)" }
        }
        #expect(
            await message("/bin/sh", "-c", "exit 3")
                == "the process that measures ended with code 3.")
        #expect(
            await message("/bin/sh", "-c", "kill -9 $$")
                == "the process that measures was ended by signal 9. "
                + "It may have needed more memory than there is.")
        #expect(
            await message("/bin/sh", "-c", #"echo '{"message":"no"}'; exit 1"#)?.contains("says: no") == true)
        #expect(await message("/bin/nothing-here") == "/bin/nothing-here does not exist. Check the path.")
    }
}
