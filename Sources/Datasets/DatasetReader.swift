/// Opens a data set of whatever kind lies at a path.
public enum DatasetReader {
    /// The data set at `path`: IDX files where there are such, else folders of pictures.
    ///
    /// - Throws: ``DatasetError``.
    public static func open(_ path: String) throws(DatasetError) -> any Dataset {
        if IDXDataset.isPresent(at: path) { return try IDXDataset(path) }
        return try ImageFolder(path)
    }
}
