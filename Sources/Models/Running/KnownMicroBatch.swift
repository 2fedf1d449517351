internal import GraftExecution
internal import GraftFiles
internal import GraftNetworks
internal import GraftTraining

/// How many pictures a network computes at a time: what an earlier run on this machine found, or what this
/// one finds.
struct KnownMicroBatch {
    /// The number.
    let batch: MicroBatch
    private let findings: HomeFindings<Int>?
    private let key: SHA256Digest

    /// The number for so many pictures.
    init(_ network: PictureNetwork, _ schedule: TrainingSchedule, pictures: Int) {
        key = SHA256Digest(
            of: """
                pictures at a time
                network: \(network.network.canonicalText)
                outputs: \(network.outputs.joined(separator: " "))
                precision: \(network.precision.rawValue)
                processor: \(Processor.current.name), \(schedule.threads) threads, oneDNN \(Machine.oneDNNVersion)
                """)
        findings = schedule.usesCache ? HomeFindings(in: schedule.trunk.home.microBatches) : nil
        if let known = findings?.finding(key), MicroBatch.candidates.contains(known) {
            batch = MicroBatch(known)
        } else {
            batch = MicroBatch(triedOn: pictures / max(schedule.threads, 1))
        }
    }

    /// Keeps what was found, if anything was.
    func keep() {
        if let found = batch.found { findings?.keep(found, key) }
    }
}
