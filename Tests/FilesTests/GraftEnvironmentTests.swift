import GraftFiles
import Testing

@Suite struct GraftEnvironmentTests {
    @Test func homeIsTheFirstOfThreePlacesThatIsGiven() {
        func home(_ variables: [String: String]) -> String { GraftEnvironment(variables).home.path }
        #expect(home(["GRAFT_HOME": "/g", "XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/g")
        #expect(home(["GRAFT_HOME": "", "XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/x/graft")
        #expect(home(["HOME": "/h"]) == "/h/.cache/graft")
        // A service may have no HOME: features must not land in whatever folder it was started in.
        #expect(home([:]).hasPrefix("/") && home([:]).hasSuffix("/.cache/graft"))
    }

    @Test func variablesAreCheckedWhenTheyAreAskedFor() throws {
        let good = GraftEnvironment(["GRAFT_CACHE_LIMIT": "2GB", "GRAFT_OFFLINE": "1", "TERM": "dumb"])
        #expect(try good.cacheLimit == 2_000_000_000)
        #expect(try good.isOffline)
        #expect(!good.canRedraw)
        let bad = GraftEnvironment(["GRAFT_CACHE_LIMIT": "much", "GRAFT_OFFLINE": "perhaps"])
        let limit = #expect(throws: SettingError.self) { try bad.cacheLimit }
        #expect(
            limit?.description
                == "GRAFT_CACHE_LIMIT is \"much\"; expected a size such as 500MB, 10GB or a number of bytes.")
        let offline = #expect(throws: SettingError.self) { try bad.isOffline }
        #expect(offline?.description == "GRAFT_OFFLINE is \"perhaps\"; expected 0 or 1.")
        let empty = GraftEnvironment(["GRAFT_CACHE_LIMIT": "", "GRAFT_OFFLINE": "0"])
        #expect(try empty.cacheLimit == nil)
        #expect(try !empty.isOffline)
    }
}
