import Foundation
import GraftFiles
import GraftTensors
import Testing

@testable import GraftNetworks

@Suite struct OperationTests {
    /// Each operation as saved models and the keys of cached features have it.
    static let written: [(operation: NetworkOperation, json: String)] = [
        (.input(Input(shape: [4, 5, 3])), #"{"kind":"input","shape":[4,5,3]}"#),
        (
            .convolution(Convolution(filters: 8, kernelSize: 3, stride: 2)),
            #"{"filters":8,"groups":1,"hasBias":false,"kernelHeight":3,"kernelWidth":3,"kind":"convolution","#
                + #""padding":{"same":{}},"stride":2}"#
        ),
        (
            .batchNormalization(BatchNormalization(epsilon: 0.5)),
            #"{"epsilon":0.5,"hasScale":true,"kind":"batchNormalization"}"#
        ),
        (.activation(.relu6), #"{"activation":"relu6","kind":"activation"}"#),
        (.add, #"{"kind":"add"}"#),
        (.concatenate, #"{"kind":"concatenate"}"#),
        (
            .pooling(Pooling(.maximum, size: 3, stride: 2)),
            #"{"kind":"pooling","padding":{"valid":{}},"reduction":"maximum","roundsUp":false,"size":3,"#
                + #""stride":2}"#
        ),
        (.globalAveragePooling, #"{"kind":"globalAveragePooling"}"#),
        (
            .adaptiveAveragePooling(AdaptiveAveragePooling(height: 6, width: 7)),
            #"{"height":6,"kind":"adaptiveAveragePooling","width":7}"#
        ),
        (
            .localResponseNormalization(LocalResponseNormalization(size: 5, alpha: 1, beta: 0.75, k: 2)),
            #"{"alpha":1,"beta":0.75,"k":2,"kind":"localResponseNormalization","size":5}"#
        ),
        (.flatten, #"{"kind":"flatten"}"#),
        (.dropout(Dropout(rate: 0.25)), #"{"kind":"dropout","rate":0.25}"#),
        (.dense(Dense(units: 9)), #"{"hasBias":true,"kind":"dense","units":9}"#),
        (.softmax, #"{"kind":"softmax"}"#),
        (.multiply, #"{"kind":"multiply"}"#),
        (.parameter(LearnedTensor(shape: [1, 8])), #"{"kind":"parameter","shape":[1,8]}"#),
    ]

    @Test(arguments: written) func jsonIsThatOfModelsSavedBefore(
        _ operation: NetworkOperation, _ json: String
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(operation), as: UTF8.self) == json)
        #expect(try JSONDecoder().decode(NetworkOperation.self, from: Data(json.utf8)) == operation)
    }

    @Test func everyKindIsAmongThese() {
        let kinds = Self.written.map { type(of: $0.operation.descriptor).kind }
        #expect(Set(kinds) == Set(NetworkOperation.Kind.allCases))
        for (operation, kind) in zip(Self.written.map(\.operation), kinds) {
            #expect(operation.descriptor.operation == operation)
            #expect(type(of: operation.descriptor) == kind.descriptor)
        }
    }

    @Test func unknownKindsAreRefused() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(NetworkOperation.self, from: Data(#"{"kind":"magic"}"#.utf8))
        }
    }

    @Test func wrongNumbersOfInputsAreTold() {
        func message(_ operation: NetworkOperation, _ count: Int) -> String? {
            let inputs = [Shape](repeating: [4, 4, 3], count: count)
            return #expect(throws: NetworkError.self) {
                try operation.outputShape(of: "n", inputs: inputs)
            }?.description
        }
        #expect(message(.add, 1) == "n has 1 inputs; expected 2.")
        #expect(message(.flatten, 2) == "n has 2 inputs; expected 1.")
        #expect(message(.concatenate, 65) == "n has 65 inputs; expected 1 to 64.")
    }

    @Test func sizesThatNothingHasAreRefusedBeforeTheyAreUsed() {
        func flaw(_ operation: NetworkOperation) -> ImpossibleSize? {
            #expect(throws: ImpossibleSize.self) { try operation.checkSizes(of: "n") }
        }
        #expect(
            flaw(.convolution(Convolution(filters: 4, kernelSize: 3, stride: 0)))
                == ImpossibleSize(found: "has 0 as stride of network node n", expected: "1 to 1024"))
        #expect(
            flaw(.convolution(Convolution(filters: 4, kernelSize: 3, padding: .all(-1))))
                == ImpossibleSize(found: "has -1 as padding of network node n", expected: "0 to 1024"))
        #expect(
            flaw(.dropout(Dropout(rate: .nan)))
                == ImpossibleSize(found: "has an impossible rate at network node n"))
        #expect(
            flaw(.input(Input(shape: [0, 4, 3])))
                == ImpossibleSize(found: "has an impossible input of shape [0, 4, 3] at network node n"))
        for operation in Self.written.map(\.operation) {
            #expect(throws: Never.self) { try operation.checkSizes(of: "n") }
        }
    }
}
