import ContentModel
import Foundation
import GRDB
import ReviewQueue
import Storage
import Synchronization
import TestSupport
import Testing

@Suite struct ReviewQueueTests {
    private let folder: TemporaryFolder
    private let clock = Clock()

    init() throws { folder = try TemporaryFolder() }

    private func open(_ name: String = "q.sqlite", patience: Double = 5) throws -> ReviewQueue {
        try ReviewQueue(file: DatabaseFile(path: folder.path + "/" + name, creates: true, patience: patience)) {
            [clock] in clock.now
        }
    }

    @Test func theSamePostIsOneCase() throws {
        let queue = try open()
        let first = try queue.enqueue([incoming("p1"), incoming("p2"), incoming("p1")])
        #expect(first[0].id == first[2].id)
        #expect(first[0].id != first[1].id)
        #expect(try queue.enqueue([incoming("p1")])[0].id == first[0].id)
        #expect(try queue.count(.open) == 2)
    }

    @Test func newRulesUpdateTheCase() throws {
        let queue = try open()
        let id = try queue.enqueue([incoming("p1")])[0].id
        #expect(try queue.enqueue([incoming("p1", ruleSet: "2", score: 0.9)])[0].id == id)
        let found = try #require(try queue.find(id))
        #expect(found.score == 0.9)
        #expect(found.revision == 2)
    }

    @Test func newContentSupersedes() throws {
        let queue = try open()
        let old = try queue.enqueue([incoming("p1", text: "my weixin 1")])[0].id
        let new = try queue.enqueue([incoming("p1", text: "my weixin 2")])[0].id
        #expect(old != new)
        #expect(try queue.find(old)?.life.state == .closed)
        #expect(try queue.find(new)?.life.state == .open)
    }

    @Test func aDecidedPostAnswersWithItsDecision() throws {
        let queue = try open()
        let id = try queue.enqueue([incoming("p1")])[0].id
        try queue.decided(id, .approve, by: "ana")
        let again = try queue.enqueue([incoming("p1")])[0]
        #expect(again.id == id)
        #expect(again.decision == .approve)
    }

    @Test func theMostUrgentComesFirst() throws {
        let queue = try open()
        _ = try queue.enqueue([
            incoming("low", severity: .low), incoming("critical", severity: .critical),
            incoming("sure", severity: .medium, score: 0.9),
            incoming("unsure", severity: .medium, score: 0.5),
        ])
        var order: [String] = []
        for reviewer in ["a", "b", "c", "d"] { order.append(try #require(try queue.nextCase(for: reviewer)?.postID)) }
        #expect(order == ["critical", "sure", "unsure", "low"])
        #expect(try queue.nextCase(for: "e") == nil)
    }

    @Test func aClaimIsALease() throws {
        let queue = try open()
        let id = try queue.enqueue([incoming("p1")])[0].id
        #expect(try queue.nextCase(for: "ana")?.id == id)
        #expect(try queue.nextCase(for: "ana")?.id == id)
        #expect(try queue.nextCase(for: "bob") == nil)
        #expect(throws: CaseLife.Refusal.claimed(by: "ana")) { try queue.decided(id, .reject, by: "bob") }
        clock.advance(ReviewQueue.lease)
        #expect(try queue.nextCase(for: "bob")?.id == id)
    }

    @Test func marketsMayBeDecidedOneByOne() throws {
        let queue = try open()
        let id = try queue.enqueue([incoming("p1", markets: ["aa", "bb"])])[0].id
        #expect(try queue.decided(id, .approve, by: "ana", market: "aa") == .open)
        #expect(try queue.decided(id, .reject, by: "ana", market: "bb") == .decided)
        #expect(try queue.find(id)?.life.decisions == ["aa": .approve, "bb": .reject])
        #expect(throws: CaseLife.Refusal.over(.decided)) { try queue.decided(id, .approve, by: "ana") }
        let other = try queue.enqueue([incoming("p2", markets: ["aa"])])[0].id
        #expect(throws: CaseLife.Refusal.notHeld(market: "zz", held: ["aa"])) {
            try queue.decided(other, .approve, by: "ana", market: "zz")
        }
        guard case .unknown = try queue.decide("no", DecisionRequest(.approve, by: "ana")) else {
            Issue.record("a case that is not there was decided")
            return
        }
    }

    @Test func committedMeansOnTheDisk() throws {
        let file = try DatabaseFile(path: folder.path + "/s.sqlite", creates: true, migrations: [])
        let (synchronous, journal) = try file.read { db in
            (try Int.fetchOne(db, sql: "PRAGMA synchronous"), try String.fetchOne(db, sql: "PRAGMA journal_mode"))
        }
        #expect(synchronous == 2)
        #expect(journal == "wal")
        let mode =
            try FileManager.default.attributesOfItem(atPath: folder.path + "/s.sqlite")[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func refusesWhatIsNotItsOwn() throws {
        func code(_ name: String) -> StorageError.Code? {
            do {
                _ = try DatabaseFile(path: folder.path + "/" + name, creates: true)
                return nil
            } catch { return error.code }
        }
        try Data(repeating: 0x78, count: 5000).write(to: URL(fileURLWithPath: folder.path + "/rubbish"))
        #expect(code("rubbish") == .notOurs)
        let foreign = try DatabaseQueue(path: folder.path + "/foreign")
        try foreign.write { try $0.execute(sql: "CREATE TABLE t (x)") }
        #expect(code("foreign") == .notOurs)
        _ = try open("future")
        try DatabaseQueue(path: folder.path + "/future").write { try $0.execute(sql: "PRAGMA user_version = 99") }
        #expect(code("future") == .fromTheFuture)
        #expect(code("no/such/folder") == .failed)
    }

    @Test func aLockIsWaitedForAndThenReported() throws {
        _ = try open()
        let other = try DatabaseQueue(path: folder.path + "/q.sqlite")
        try other.writeWithoutTransaction { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            #expect(throws: StorageError.self) { try open(patience: 0.2) }
            try db.execute(sql: "ROLLBACK")
        }
        _ = try open(patience: 0.2)
    }
}

@Suite struct CaseIDTests {
    @Test func idsSortByTime() {
        var random = SeededRandom(7)
        let ids = (0..<200).map { CaseID.make(at: Int64($0) * 997, using: &random) }
        #expect(ids == ids.sorted())
        #expect(ids.allSatisfy { $0.count == 26 })
        #expect(CaseID.make(at: 1_469_918_176_385, using: &random).hasPrefix("01ARYZ6S41"))
    }
}
