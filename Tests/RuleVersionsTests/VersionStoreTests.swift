import ContentModel
import Foundation
import GRDB
import RuleBook
import RuleVersions
import Storage
import TestSupport
import Testing

/// A store in a folder of its own, with a clock that the test turns.
private final class Bench {
    let folder: TemporaryFolder
    let store: VersionStore
    let clock = Clock()

    final class Clock: @unchecked Sendable { var now: Int64 = 1_736_841_600_000 }

    init() throws {
        folder = try TemporaryFolder()
        store = VersionStore(file: try DatabaseFile(path: folder.path + "/m.sqlite", creates: true)) { [clock] in
            clock.now
        }
    }

    /// Loads and activates files by path.
    @discardableResult
    func load(_ files: [(path: String, text: String)], note: String = "") throws -> [RuleVersion] {
        let files = RuleFiles(folder: "test", files: files)
        return try store.commit(
            files, regions: Set(files.files.map(\.region)).sorted(), activates: true,
            over: try store.state().generation, author: "ana",
            note: note)
    }

    func active() throws -> [String] { try #require(try store.active()).versions.map(\.name) }
}

@Suite struct VersionStoreTests {
    @Test func aVersionIsNumberedKeptAndInForce() throws {
        let bench = try Bench()
        #expect(try bench.store.active() == nil)
        let first = try bench.load([("cn/a.yaml", "one"), ("cn/terms/t.txt", "x\ny"), ("global/g.yaml", "g")])
        #expect(first.map(\.name) == ["cn#1", "global#1"])
        let active = try #require(try bench.store.active())
        #expect(active.files.files.map(\.path) == ["cn/a.yaml", "cn/terms/t.txt", "global/g.yaml"])
        #expect(active.files.files[1].bytes == Array("x\ny".utf8))
        #expect(try bench.load([("cn/a.yaml", "two")], note: "second").map(\.name) == ["cn#2"])
        #expect(try bench.active() == ["cn#2", "global#1"])
        let kept = try #require(try bench.store.version(named: "cn#2"))
        #expect(kept.author == "ana" && kept.note == "second" && kept.created == bench.clock.now)
        #expect(try bench.store.files(of: [first[0]]).files.map(\.path) == ["cn/a.yaml", "cn/terms/t.txt"])
    }

    /// Content names a version: what was loaded once is not kept twice, and loading it again changes nothing.
    @Test func equalContentIsTheSameVersion() throws {
        let bench = try Bench()
        try bench.load([("cn/a.yaml", "one")])
        let generation = try bench.store.state().generation
        #expect(try bench.load([("cn/a.yaml", "one")]).map(\.name) == ["cn#1"])
        #expect(try bench.store.state().generation == generation)
        try bench.load([("cn/a.yaml", "two")])
        #expect(try bench.load([("cn/a.yaml", "one")]).map(\.name) == ["cn#1"])
        #expect(try bench.active() == ["cn#1"])
    }

    @Test func aRollbackGoesFurtherBackEachTime() throws {
        let bench = try Bench()
        for text in ["one", "two", "three"] { try bench.load([("cn/a.yaml", text)]) }
        func rollback() throws -> String {
            let version = try bench.store.predecessor(of: "cn")
            try bench.store.activate(
                [version], kind: .rollback, over: try bench.store.state().generation, author: "bo", note: "bad")
            return version.name
        }
        #expect(try rollback() == "cn#2")
        #expect(try rollback() == "cn#1")
        #expect(throws: RuleVersionError.self) { try rollback() }
        // Forward again, and back to what was in force then.
        try bench.load([("cn/a.yaml", "three")])
        #expect(try rollback() == "cn#1")
        #expect(try bench.store.history(of: "cn").map(\.version) == [1, 2, 3, 2, 1, 3, 1])
    }

    /// Of two who prepared their change over the same rules, the second is told.
    @Test func twoLoadsAtOnce() throws {
        let bench = try Bench()
        let generation = try bench.store.state().generation
        try bench.load([("cn/a.yaml", "one")])
        let files = RuleFiles(folder: "test", files: [("cn/a.yaml", "other")])
        #expect(throws: RuleVersionError.self) {
            try bench.store.commit(
                files, regions: ["cn"], activates: true, over: generation, author: "bo", note: "")
        }
        #expect(try bench.active() == ["cn#1"])
        #expect(try bench.store.versions().count == 1)
        // Without activating there is nothing to overwrite.
        try bench.store.commit(files, regions: ["cn"], activates: false, over: nil, author: "bo", note: "")
        #expect(try bench.active() == ["cn#1"])
        #expect(try bench.store.versions().map(\.version.name) == ["cn#1", "cn#2"])
    }

    @Test func aSuspensionEndsByTheClock() throws {
        let bench = try Bench()
        let rule = RuleName(rawValue: "cn.a.b")
        let until = bench.clock.now + 7_200_000
        try bench.store.suspend(Suspension(rule: rule, until: until, reason: "floods the queue", author: "ana"))
        #expect(try bench.store.state().suspended == [rule])
        bench.clock.now = until - 1
        #expect(try bench.store.suspensions().first?.reason == "floods the queue")
        bench.clock.now = until
        #expect(try bench.store.state().suspended.isEmpty)
        // Suspended again and lifted.
        try bench.store.suspend(Suspension(rule: rule, until: until + 1000, reason: "", author: "ana"))
        try bench.store.suspend(Suspension(rule: rule, until: until, reason: "mended", author: "ana"))
        #expect(try bench.store.state().suspended.isEmpty)
    }

    @Test func ruleSetsAreFoundByTheBeginningOfTheirName() throws {
        let bench = try Bench()
        let set = RuleSetRecord(
            name: "cn@3f9a1c2b4d5e", market: "cn", versions: ["cn#1", "global#2"], day: "2025-01-14", suspended: [],
            engine: 2)
        try bench.store.record([set])
        try bench.store.record([set])
        #expect(try bench.store.ruleSets(named: "cn@3f9a").map(\.versions) == [["cn#1", "global#2"]])
        #expect(try bench.store.ruleSets(named: "cn@4").isEmpty)
        #expect(try bench.store.ruleSets(named: "cn@3f9a%").isEmpty)
    }

    /// Damage on the disk is told, not judged with.
    @Test func aDamagedFileIsTold() throws {
        let bench = try Bench()
        try bench.load([("cn/a.yaml", "one")])
        let file = try DatabaseFile(path: bench.folder.path + "/m.sqlite", creates: false)
        try file.write { db in try db.execute(sql: "UPDATE rule_files SET content = x'00'") }
        #expect(throws: StorageError.self) { try bench.store.active() }
    }
}
