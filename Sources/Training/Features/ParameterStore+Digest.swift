package import GraftFiles
package import GraftNetworks
internal import GraftTensors

extension ParameterStore {
    /// The digest of all parameters, by name.
    package var digest: SHA256Digest {
        var text = ""
        for name in names {
            guard let tensor = self[name] else { continue }
            let bytes = unsafe tensor.withUnsafeBytes { unsafe SHA256Digest(of: $0) }
            text += "\(name) \(bytes.hexadecimal)\n"
        }
        return SHA256Digest(of: text)
    }
}
