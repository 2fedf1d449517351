import GraftFiles
import Testing

@Suite struct ChildProcessTests {
    @Test func outputAndCodeAreTold() async throws {
        let child = try ChildProcess(
            "/bin/sh", ["-c", "printf \"$0\"; printf lost >&2; exit 7", "two words"])
        let (bytes, end) = await child.output()
        #expect(String(decoding: bytes, as: UTF8.self) == "two words")
        #expect(end == .exited(7))
    }

    @Test func terminatedProcessEndsByItsSignal() async throws {
        let child = try ChildProcess("/bin/sleep", ["60"])
        child.terminate()
        #expect(await child.output().end == .killed(15))
        // It is gone: no other process may get the signal.
        child.terminate()
    }

    @Test func processCanBeTerminatedAfterItClosedItsOutput() async throws {
        let child = try ChildProcess("/bin/sh", ["-c", "exec >&-; exec sleep 3600"])
        async let output = child.output()
        try await Task.sleep(for: .milliseconds(300))
        child.terminate()
        #expect(await output.end == .killed(15))
    }

    @Test func programThatIsNotThereIsNamed() {
        let error = #expect(throws: FileError.self) { try ChildProcess("/bin/nothing-here", []) }
        #expect(error?.description == "/bin/nothing-here does not exist. Check the path.")
    }
}
