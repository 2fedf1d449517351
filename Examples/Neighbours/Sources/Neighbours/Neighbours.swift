import Files
import Graft
import Networks

/// Graft beside modules named Files and Networks: both have a type that Graft has too.
@main
struct Main {
    static func main() throws {
        let cable = Networks.Network(name: "office")
        let folder = Files.Folder(name: "photos")
        let network = try Architecture.named("mobilenet_v2")
        print("\(cable.name), \(folder.name) and \(network.name) for \(network.nativeSize) pixels")
    }
}
