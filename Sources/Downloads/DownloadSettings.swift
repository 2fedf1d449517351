/// How patient a download is.
package struct DownloadSettings: Sendable, Hashable {
    /// How long connecting may take.
    package var connectionTime = Duration.seconds(20)
    /// How long the server may send fewer than ``stallBytes`` bytes.
    package var stallTime = Duration.seconds(30)
    /// The number of bytes that must arrive within ``stallTime``.
    package var stallBytes = 32_768
    /// How often it is tried, counted from the last time it got on by a mebibyte.
    package var attempts = 4
    /// The pause after the first failure; it doubles with each one.
    package var firstPause = Duration.seconds(1)
    /// The longest pause, also where a server asks for a longer one.
    package var longestPause = Duration.seconds(60)

    /// Whether redirections from unencrypted addresses must lead to encrypted ones, as those from encrypted
    /// addresses always must.
    package var requiresEncryptedRedirections = false

    /// The settings that suit most lines.
    package init() {}
}
