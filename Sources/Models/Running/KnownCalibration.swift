internal import GraftArchitectures
internal import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftTraining

/// How a network is computed in eight bits for some data, as it is kept for the next run with them.
struct KnownCalibration: Codable {
    /// The pictures that it was found out from, by their paths in the data: the digests of their bytes.
    var pictures: [String: String]
    /// What they showed.
    var network: CalibratedNetwork
    /// Whether eight bits do as well as floating point; `nil` where nobody tried.
    var trial: EightBitTrial?

    /// Whether these samples are still the data it was found out from: at least half of its pictures are
    /// among them as they were. So more pictures change nothing, and what was computed on its grids stays.
    fileprivate func isOf(_ samples: [Sample]) -> Bool {
        let same = samples.count { sample in
            guard sample.mayBeTried, let digest = pictures[sample.keyInTexts] else { return false }
            return sample.load().examination.digest?.hexadecimal == digest
        }
        return same > 0 && 2 * same >= pictures.count
    }
}

/// The calibrations of one trunk for the data it was used with, in Graft's home.
struct KnownCalibrations {
    private let findings: HomeFindings<[KnownCalibration]>
    private let key: SHA256Digest
    private let trunk: Trunk

    /// Raised whenever the same pictures would give something else.
    private static let version = 3
    /// So many sets of data are remembered, those calibrated last.
    private static let limit = 16

    init(of trunk: Trunk) {
        self.trunk = trunk
        findings = HomeFindings(in: trunk.home.calibrations)
        key = SHA256Digest(
            of: """
                calibration \(KnownCalibrations.version), \(CalibratedNetwork.allowedError) allowed
                rest: \(trunk.precision.floating.rawValue)
                network: \(trunk.network.canonicalText)
                weights: \(trunk.weights.digest.hexadecimal)
                preprocessing: \(trunk.preprocessing.canonicalText)
                """)
    }

    /// The calibration for this data, the last one if there are several.
    func calibration(for dataset: any Dataset) -> KnownCalibration? {
        all.first { $0.isOf(dataset.samples) }
    }

    /// Keeps a calibration, instead of an earlier one from the same pictures.
    func keep(_ calibration: KnownCalibration) {
        findings.update(key) { kept in
            let others = usable(kept).filter { $0.pictures != calibration.pictures }
            return Array(([calibration] + others).prefix(KnownCalibrations.limit))
        }
    }

    private var all: [KnownCalibration] { usable(findings.finding(key)) }

    /// Those that can be of the trunk, however the file was changed.
    private func usable(_ kept: [KnownCalibration]?) -> [KnownCalibration] {
        (kept ?? []).filter { $0.network.quantization.flaw(in: trunk.network) == nil }
    }
}

extension Sample {
    /// The path as a key: in JSON, and to `String`, two Unicode forms of a name would be one.
    var keyInTexts: String { path.showingNumbers }

    /// Whether a network may be calibrated on it, and eight bits tried: where it is not for testing or known
    /// to be for validation.
    var mayBeTried: Bool { part != .validation && part != .test }
}
