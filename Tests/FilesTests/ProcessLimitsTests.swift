import Testing

@testable import GraftFiles

@Suite struct ProcessLimitsTests {
    @Test func limitsThatWouldEndTheProcessWithoutAWordAreTold() throws {
        try ProcessLimits.require(files: 16, addressSpace: .max)
        let few = #expect(throws: SettingError.self) {
            try ProcessLimits.require(files: 15, addressSpace: .max)
        }
        #expect(
            few?.description
                == "The limit of open files is 15; expected at least 16. Raise it, as with `ulimit -n 1024`.")
        let small = #expect(throws: SettingError.self) {
            try ProcessLimits.require(files: 1024, addressSpace: 512 << 20)
        }
        #expect(small?.description.hasPrefix("The limit of memory is 512 MB of address space;") == true)
    }
}
