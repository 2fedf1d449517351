internal import Networks
internal import OneDNN
internal import Tensors

/// Dropout: nothing in inference; in training a mask of zeros and 1 / (1 − rate), drawn anew at each run.
struct DropoutKernel: DifferentiableKernel {
    let node: Node
    let dropout: Dropout

    func planForward(_ builder: inout PlanBuilder) throws {
        let source = try builder.value(of: node.inputs[0])
        guard builder.isTrainingPlan else {
            builder.setValue(source, of: node.name)
            return
        }
        let descriptor = builder.descriptor(source)
        let mask = builder.addValue(descriptor, named: maskName)
        let destination = builder.addValue(descriptor, named: node.name)
        let rate = dropout.rate
        builder.append(touching: [.value(source), .value(mask), .value(destination)]) { workspace in
            workspace.withFloats(in: .value(mask)) { mask in
                let keep = 1 / (1 - rate)
                for index in mask.indices {
                    let isDropped = workspace.isTraining && workspace.generator.nextUniform() < rate
                    mask[index] = isDropped ? 0 : workspace.isTraining ? keep : 1
                }
            }
            workspace.multiply(source, by: mask, into: destination)
        }
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        guard builder.needsGradient.contains(node.inputs[0]) else { return }
        let mask = try builder.value(of: maskName)
        let gradient = try builder.gradient(of: node.name)
        let target = try builder.gradient(of: node.inputs[0])
        builder.append(touching: [.value(gradient), .value(mask), .value(target)]) { workspace in
            workspace.multiply(gradient, by: mask, into: target)
        }
    }

    private var maskName: String { "\(node.name)/mask" }
}

extension Workspace {
    fileprivate func multiply(_ first: ValueIndex, by second: ValueIndex, into product: ValueIndex) {
        withFloats(in: .value(first)) { first in
            withFloats(in: .value(second)) { second in
                withFloats(in: .value(product)) { product in
                    for index in product.indices { product[index] = first[index] * second[index] }
                }
            }
        }
    }
}
