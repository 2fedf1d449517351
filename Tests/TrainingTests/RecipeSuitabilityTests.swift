import GraftArchitectures
import GraftDatasets
import GraftFiles
import GraftImages
import GraftNetworks
import Testing

@testable import GraftTraining

/// Every recipe that Graft comes with suits every network and every task.
@Suite struct RecipeSuitabilityTests {
    private func plans(_ recipe: Recipe, _ architecture: Architecture, _ task: LearningTask) throws
        -> [StagePlan]
    {
        let (height, width) = (architecture.nativeSize, architecture.nativeSize)
        let trunk = try architecture.network(height: height, width: width, includeTop: false)
        let network = try recipe.head.network(on: trunk, outputs: 3, activation: task.learning().activation)
        return try recipe.plans(network, of: architecture, for: task)
    }

    @Test(arguments: Architecture.all.map(\.name), LearningTask.builtIn)
    func builtInRecipesSuit(_ name: String, _ task: LearningTask) throws {
        let architecture = try Architecture.named(name)
        for recipe in Recipe.builtIn {
            let plans = try plans(recipe, architecture, task)
            #expect(Set(plans.map(\.stageNumber)) == Set(recipe.stages.indices))
            #expect(plans.allSatisfy { !$0.trainedNodes.isEmpty })
            // Numbers may be places: no pixel moves, and no way is another for its pixels alone.
            if !task.rules.hasClasses {
                #expect(!plans.contains { $0.stage.augmentation.changesGeometry })
                #expect(plans.count == recipe.stages.count)
            }
        }
    }

    @Test func whatPeopleSayThemselvesIsToldWhereItHasNoEffect() throws {
        let architecture = try Architecture.named("vgg16.keras")
        #expect(try plans(.fromScratch, architecture, .classification)[0].stage.batchNormalization == .stored)
        let own = try Recipe(name: "own", stages: Recipe.fromScratch.stages)
        #expect(throws: TrainingError.self) { try plans(own, architecture, .classification) }
        let shorter = try Recipe.fromScratch.changing { $0[0].epochs = 7 }
        #expect(try plans(shorter, architecture, .classification)[0].stage.epochs == 7)
    }

    @Test func stepsAreReadAndWritten() throws {
        let text = """
            name: mine
            stages:
              - name: all
                train: all
                epochs: 30
                steps: 400
                learning-rate: 0.0003
            """
        let recipe = try Recipe(yaml: text, path: "mine.yaml")
        #expect(recipe.stages[0].steps == 400)
        #expect(try Recipe(yaml: recipe.yaml, path: "mine.yaml") == recipe)
        #expect(throws: TrainingError.self) {
            try Recipe(yaml: text.replacing("steps: 400", with: "steps: 0"), path: "mine.yaml")
        }
    }
}
