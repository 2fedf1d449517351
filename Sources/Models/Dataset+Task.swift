internal import Datasets

extension Dataset {
    /// Lets only pictures of one class each pass.
    ///
    /// - Throws: ``SettingError`` for other data.
    func requireOneClassEach() throws(SettingError) {
        guard task != .classification else { return }
        let found =
            task == .regression ? "gives numbers to learn" : "gives any number of classes to a picture"
        throw SettingError(root, found: found, remedy: "Give each picture one class")
    }
}
