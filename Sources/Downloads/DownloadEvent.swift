/// What happens while a file is downloaded.
package enum DownloadEvent: Sendable {
    /// Another process is downloading the same file; this one waits for it.
    case waiting
    /// So many bytes are there; the total where it is known.
    case progress(received: Int, total: Int?)
    /// A failure that may pass: it is tried again after the pause.
    case retrying(DownloadError, pause: Duration)
    /// What was there of the file cannot be used; it is downloaded from its beginning. The reason is half a
    /// sentence.
    case startingAnew(reason: String)
}

/// How a download ended.
package enum DownloadOutcome: Sendable, Hashable {
    /// The right file was there already.
    case alreadyThere
    /// It was downloaded; so many of its bytes were there from an interrupted download.
    case downloaded(bytes: Int, resumedFrom: Int)
}
