import Foundation
import GraftArchitectures
import GraftFiles
import GraftNetworks
import Testing

@testable import GraftTraining

@Suite struct FreezingTests {
    private func message(_ name: String, _ trainable: Trainable) throws -> String? {
        let fixture = try FreezingFixture(name)
        return #expect(throws: TrainingError.self) { try fixture.trained(trainable) }?.description
    }

    @Test(arguments: Architecture.all.filter { $0.source == .keras }.map(\.name))
    func freezingTheFirstLayersFreezesWhatKerasFreezesForEveryNumber(_ name: String) throws {
        let fixture = try FreezingFixture(name)
        // Width multipliers do not change the list.
        let family = name.split(separator: ".")[0].replacing(/_\d\d\d$/, with: "")
        let layers = try #require(try FreezingFixture.kerasLayers()[String(family)])
        let all = Set(layers.filter { $0.hasPrefix("+") })
        #expect(fixture.kerasNames(try fixture.trained(.all)).count == all.count)
        var resolved = 0
        for count in 1...layers.count {
            let frozen = Set(layers.prefix(count)).intersection(all)
            guard !frozen.isEmpty, frozen != all else {
                #expect(throws: TrainingError.self) { try fixture.trained(.freezingFirst(count)) }
                continue
            }
            let trained = fixture.kerasNames(try fixture.trained(.freezingFirst(count)))
            #expect(trained == Set(all.subtracting(frozen).map { String($0.dropFirst()) }), "first \(count)")
            resolved += 1
        }
        #expect(resolved > layers.count / 2)
        #expect(throws: TrainingError.self) { try fixture.trained(.freezingFirst(layers.count + 2)) }
    }

    @Test func keras15FirstLayersOfVGG16LeaveBlock5() throws {
        let fixture = try FreezingFixture("vgg16.keras")
        let expected = ["block5_conv1", "block5_conv2", "block5_conv3"]
        #expect(try fixture.trained(.freezingFirst(15)) == expected)
        #expect(try fixture.trained(.blocks(1)) == expected)
        #expect(try fixture.trained(.from("block5_conv1")) == expected)
        #expect(try fixture.trained(.from("block4_pool")) == expected)
        #expect(try fixture.trained(.layers(["block5_*"])) == expected)
    }

    @Test func keras249FirstLayersOfInceptionLeaveTheLastTwoBlocks() throws {
        let fixture = try FreezingFixture("inception_v3.keras")
        let counted = try fixture.trained(.freezingFirst(249))
        #expect(try fixture.trained(.blocks(2)) == counted)
        #expect(counted.count == 2 * 18)
        #expect(try fixture.trained(.blocks(1)) == Array(counted.suffix(18)))
    }

    @Test func otherSourcesNetworksAreCountedByLayersWithParameters() throws {
        let fixture = try FreezingFixture("resnet18.torchvision")
        let all = try fixture.trained(.all)
        #expect(all.prefix(4) == ["conv1", "bn1", "layer1/0/conv1", "layer1/0/bn1"])
        #expect(try fixture.trained(.freezingFirst(2)) == Array(all.dropFirst(2)))
        #expect(
            try message("resnet18.torchvision", .freezingFirst(41))
                == "\"freeze-first: 41\" does not fit resnet18.torchvision; expected 1 to 40, its number of layers "
                + "with parameters.")
    }

    @Test func headAloneAndEverythingAreWhatTheySay() throws {
        let fixture = try FreezingFixture("mobilenet_v2.keras")
        #expect(try fixture.trained(.head).isEmpty)
        #expect(try fixture.trained(.all).count == 104)
        #expect(try Trainable.head.nodes(in: fixture.network, of: fixture.architecture) == [Head.logits])
    }

    @Test func aShareStartsAtAConvolutionThatEverythingGoesThrough() throws {
        for name in ["efficientnet_lite0", "resnet50.keras", "googlenet.bvlc", "xception.keras"] {
            let fixture = try FreezingFixture(name)
            for share in [0.1, 0.3, 0.6] {
                let trained = Set(try fixture.trained(.share(share)))
                let cut = try fixture.network.cut { trained.contains($0.name) }
                #expect(cut.boundary.count == 1, "\(name) \(share)")
            }
        }
    }

    @Test func aSourcesOwnNamesAreKnownToo() throws {
        let torch = try FreezingFixture("resnet18.torchvision")
        #expect(try torch.trained(.layers(["layer4.1.*"])) == torch.trained(.layers(["layer4/1/*"])))
        #expect(try torch.trained(.from("layer4.1.conv1")) == torch.trained(.blocks(1)))
        let keras = try FreezingFixture("xception.keras")
        #expect(
            try keras.trained(.layers(["block14_sepconv2"]))
                == ["block14_sepconv2/depthwise", "block14_sepconv2/pointwise"])
        #expect(try keras.trained(.from("block14_sepconv1")) == keras.trained(.blocks(1)))
    }

    @Test func patternsFreezeWhatTheyFitAndNothingElse() throws {
        let fixture = try FreezingFixture("resnet50.keras")
        let all = try fixture.trained(.all)
        let normalizations = all.filter { $0.hasSuffix("_bn") }
        #expect(normalizations.count == 53)
        #expect(try fixture.trained(.layers(["*_bn"])) == normalizations)
        #expect(try fixture.trained(.freezing(["*_bn"])) == all.filter { !$0.hasSuffix("_bn") })
        #expect(
            try fixture.trained(.layers(["conv5_block?_1_conv", "conv1_conv"])) == [
                "conv1_conv", "conv5_block1_1_conv", "conv5_block2_1_conv", "conv5_block3_1_conv",
            ])
    }

    @Test func whatFitsNothingIsRefusedWithTheNearestName() throws {
        #expect(
            try message("vgg16.keras", .layers(["blok5_*"]))
                == "\"blok5_*\" fits no layer of vgg16.keras. Did you mean block5_*?")
        #expect(
            try message("vgg16.keras", .freezing(["block5_conv4"]))
                == "\"block5_conv4\" fits no layer of vgg16.keras. Did you mean block5_conv1?")
        #expect(
            try message("vgg16.keras", .freezing(["block5"]))
                == "\"block5\" fits no layer of vgg16.keras. Did you mean block5*?")
        #expect(
            try message("vgg16.keras", .layers(["elephant"]))
                == "\"elephant\" fits no layer of vgg16.keras. "
                + "`Architecture.layerNames` lists them."
        )
        #expect(
            try message("vgg16.keras", .layers(["*_pool"]))
                == "\"*_pool\" fits only layers of vgg16.keras that have no parameters; expected a pattern of layers "
                + "with parameters.")
        #expect(
            try message("resnet50.keras", .from("conv5_blok3_1_conv"))
                == "resnet50.keras has no layer \"conv5_blok3_1_conv\". Did you mean conv5_block3_1_conv?")
    }

    @Test func whatFreezesAllOrNothingIsRefused() throws {
        #expect(
            try message("vgg16.keras", .freezing(["*"]))
                == "\"freeze: [*]\" leaves no layer of vgg16.keras to train. To train the head alone, write "
                + "`train: head`.")
        #expect(
            try message("vgg16.keras", .freezingFirst(18))
                == "\"freeze-first: 18\" leaves no layer of vgg16.keras to train. To train the head alone, write "
                + "`train: head`.")
        #expect(
            try message("vgg16.keras", .freezingFirst(1))
                == "\"freeze-first: 1\" freezes no layer of vgg16.keras that has parameters. To train everything, "
                + "write `train: all`.")
        #expect(
            try message("vgg16.keras", .freezingFirst(-1))
                == "\"freeze-first: -1\" does not fit vgg16.keras; expected 1 to 20, its number of layers as Keras "
                + "counts them.")
        #expect(
            try message("vgg16.keras", .blocks(6))
                == "\"blocks: 6\" does not fit vgg16.keras; expected 1 to 5, its number of blocks.")
        #expect(
            try message("vgg16.keras", .share(1))
                == "\"train: 1.0\" is no share; expected greater than 0 and less than 1. To train everything, write "
                + "`train: all`.")
    }
}
