import Files
import Graft
import Networks

/// Graft beside modules named Files and Networks: both have a type that Graft has too.
@main
struct Main {
    static func main() throws {
        let cable = Networks.Network(name: "office")
        let network = try Architecture.named("mobilenet_v2").network(
            height: 224, width: 224, includeTop: false)
        print("\(cable.name) and \(network.nodes.count) nodes, \(Files.Folder(name: "photos").name)")
    }
}
