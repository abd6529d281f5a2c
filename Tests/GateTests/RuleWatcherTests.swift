import ContentModel
import Foundation
import Gate
import Moderation
import RuleBook
import RuleVersions
import Storage
import Synchronization
import TestSupport
import Testing

/// A store, rules in force in it, and a watcher that the test lets look.
private final class Watch {
    let folder: TemporaryFolder
    let store: VersionStore
    let rules: RulesInForce
    let watcher: RuleWatcher
    let seen = Seen()

    final class Seen: Sendable {
        let notes = Mutex<[String]>([])
        let recorded = Mutex<[String]>([])
        let day = Mutex("2025-06-01")
        /// What the next compilation or record throws.
        let failure = Mutex<StorageError?>(nil)

        func fail() throws {
            if let error = failure.withLock({ error in
                defer { error = nil }; return error
            }) {
                throw error
            }
        }
    }

    init() throws {
        folder = try TemporaryFolder()
        store = VersionStore(file: try DatabaseFile(path: folder.path + "/m.sqlite", creates: true)) {
            1_750_000_000_000
        }
        try Self.load("one", into: store)
        let active = try #require(try store.active())
        rules = RulesInForce(try Moderator(active.files, day: "2025-06-01"))
        watcher = RuleWatcher(
            rules, in: store, active: (active.versions, active.generation), markets: [Market(rawValue: "xx")!],
            day: { [seen] in seen.day.withLock { $0 } },
            note: { [seen] note in seen.notes.withLock { $0.append(note) } },
            record: { [seen] moderator, versions in
                try seen.fail()
                let name = moderator.ruleSetName(of: Market(rawValue: "xx")!)?.rawValue ?? ""
                seen.recorded.withLock { $0.append(name + " " + versions.map(\.name).joined(separator: " ")) }
            },
            compile: { active, day, suspended, _ in try Moderator(active.files, day: day, suspended: suspended) })
    }

    static func load(_ phrase: String, market: String = "xx", into store: VersionStore) throws {
        let files = RuleFiles(
            folder: "t",
            files: [
                (
                    "global/p.yaml",
                    "pack: p\nrules:\n  - {id: a, category: fraud, confidence: 0.6, match: {phrases: [\(phrase)]}}\n"
                ),
                ("\(market)/market.yaml", "market: \(market)\nthresholds: {default: {review: 0.5}}\n"),
            ])
        try store.commit(
            files, regions: files.regions, activates: true, over: store.state().generation, author: "a", note: "")
    }

    func finds(_ text: String) throws -> Bool { try !rules.current.moderator.judge(Post(text: text)).evidence.isEmpty }
    var name: String { rules.current.moderator.ruleSetName(of: Market(rawValue: "xx")!)?.rawValue ?? "" }
}

@Suite struct RuleWatcherTests {
    @Test func takesWhatComesIntoForce() throws {
        let watch = try Watch()
        watch.watcher.look()
        #expect(watch.rules.epoch == 0)
        try Watch.load("two", into: watch.store)
        watch.watcher.look()
        #expect(try watch.finds("two"))
        #expect(watch.rules.epoch == 1)
        #expect(watch.seen.notes.withLock { $0 } == ["took global#2, xx#1"])
    }

    /// A database that is locked for a moment is looked at again.
    @Test func aStoreThatFailsOnceIsLookedAtAgain() throws {
        let watch = try Watch()
        try Watch.load("two", into: watch.store)
        watch.seen.failure.withLock { $0 = StorageError(.locked, "locked") }
        watch.watcher.look()
        #expect(try watch.finds("one") && !watch.finds("two"))
        #expect(watch.seen.notes.withLock { $0.last }?.contains("the old ones go on judging: locked") == true)
        watch.watcher.look()
        #expect(try watch.finds("two"))
    }

    /// Rules without a market that the run judges for are told once and not taken; the next ones are.
    @Test func rulesThatCannotBeTakenAreToldOnce() throws {
        let watch = try Watch()
        let files = RuleFiles(
            folder: "t", files: [("xx/market.yaml", "market: xx\nthresholds: {default: {review: 7}}\n")])
        try watch.store.commit(
            files, regions: ["xx"], activates: true, over: watch.store.state().generation, author: "a", note: "")
        for _ in 0..<3 { watch.watcher.look() }
        #expect(watch.seen.notes.withLock { $0.count } == 1)
        #expect(try watch.finds("one"))
        try Watch.load("three", into: watch.store)
        watch.watcher.look()
        #expect(try watch.finds("three"))
    }

    /// Every rule set is recorded before it judges: that of a suspension, of its end, and of another day too.
    @Test func whatJudgesIsRecorded() throws {
        let watch = try Watch()
        try watch.store.suspend(
            Suspension(rule: RuleName(rawValue: "global.p.a"), until: 1_750_000_001_000, reason: "r", author: "a"))
        watch.watcher.look()
        #expect(try !watch.finds("one"))
        #expect(watch.seen.recorded.withLock { $0.last } == watch.name + " global#1 xx#1")
        watch.seen.day.withLock { $0 = "2025-06-02" }
        watch.watcher.look()
        #expect(watch.rules.current.moderator.day == "2025-06-02")
        #expect(watch.seen.recorded.withLock { $0.count } == 2)
        #expect(
            watch.seen.notes.withLock { $0 } == ["suspended: global.p.a", "the rules of 2025-06-02 judge from here on"])
    }
}
