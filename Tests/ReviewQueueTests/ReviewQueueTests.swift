import ContentModel
import Foundation
import GRDB
import ReviewQueue
import Storage
import Synchronization
import TestSupport
import Testing

/// A clock that tests advance, in milliseconds since 1970.
final class Clock: Sendable {
    private let value = Mutex<Int64>(1_736_841_600_000)
    var now: Int64 { value.withLock { $0 } }
    func advance(_ milliseconds: Int64) { value.withLock { $0 += milliseconds } }
}

struct Folder {
    let path = NSTemporaryDirectory() + "moderate-queue-\(UUID().uuidString)"
    init() { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

func incoming(
    _ id: String, content: UInt8 = 1, rules: String = "xx@1", severity: Severity = .medium, score: Double = 0.6,
    markets: [String] = ["xx"], candidate: String? = nil
) -> IncomingCase {
    var random = SystemRandomNumberGenerator()
    return IncomingCase(
        candidateID: candidate ?? CaseID.make(at: 1_736_841_600_000, using: &random), postKey: "id:\(id)", postID: id,
        contentHash: [content], ruleSets: rules, post: Array(#"{"text":"t"}"#.utf8), verdict: Array("{}".utf8),
        category: Category(rawValue: "fraud"), severity: severity, score: score, languages: ["en"],
        markets: markets.compactMap(Market.init(rawValue:)), reach: nil)
}

@Suite struct ReviewQueueTests {
    private let folder = Folder()
    private let clock = Clock()

    private func open(_ name: String = "q.sqlite", patience: Double = 5) throws -> ReviewQueue {
        try ReviewQueue(file: DatabaseFile(path: folder.path + "/" + name, creates: true, patience: patience)) {
            [clock] in clock.now
        }
    }

    @Test func theSamePostIsOneCase() throws {
        defer { folder.remove() }
        let queue = try open()
        let first = try queue.enqueue([incoming("p1"), incoming("p2"), incoming("p1")])
        #expect(first[0].id == first[2].id)
        #expect(first[0].id != first[1].id)
        #expect(try queue.enqueue([incoming("p1")])[0].id == first[0].id)
        #expect(try queue.count(.open) == 2)
    }

    @Test func newRulesUpdateTheCase() throws {
        defer { folder.remove() }
        let queue = try open()
        let id = try queue.enqueue([incoming("p1")])[0].id
        #expect(try queue.enqueue([incoming("p1", rules: "xx@2", score: 0.9)])[0].id == id)
        let found = try #require(try queue.find(id))
        #expect(found.score == 0.9)
        #expect(found.revision == 2)
    }

    @Test func newContentSupersedes() throws {
        defer { folder.remove() }
        let queue = try open()
        let old = try queue.enqueue([incoming("p1", content: 1)])[0].id
        let new = try queue.enqueue([incoming("p1", content: 2)])[0].id
        #expect(old != new)
        #expect(try queue.find(old)?.life.state == .closed)
        #expect(try queue.find(new)?.life.state == .open)
    }

    @Test func aDecidedPostAnswersWithItsDecision() throws {
        defer { folder.remove() }
        let queue = try open()
        let id = try queue.enqueue([incoming("p1")])[0].id
        _ = try queue.decide(id, .approve, by: "ana", reason: "fine", market: nil)
        let again = try queue.enqueue([incoming("p1")])[0]
        #expect(again.id == id)
        #expect(again.decisions.map(\.decision) == [.approve])
    }

    @Test func theMostUrgentComesFirst() throws {
        defer { folder.remove() }
        let queue = try open()
        _ = try queue.enqueue([
            incoming("low", severity: .low), incoming("critical", severity: .critical),
            incoming("sure", severity: .medium, score: 0.9),
            incoming("unsure", severity: .medium, score: 0.5),
        ])
        var order: [String] = []
        for reviewer in ["a", "b", "c", "d"] { order.append(try #require(try queue.next(for: reviewer)?.postID)) }
        #expect(order == ["critical", "sure", "unsure", "low"])
        #expect(try queue.next(for: "e") == nil)
    }

    @Test func aClaimIsALease() throws {
        defer { folder.remove() }
        let queue = try open()
        let id = try queue.enqueue([incoming("p1")])[0].id
        #expect(try queue.next(for: "ana")?.id == id)
        #expect(try queue.next(for: "ana")?.id == id)
        #expect(try queue.next(for: "bob") == nil)
        guard case .refused(.claimed(by: "ana")) = try queue.decide(id, .reject, by: "bob", reason: nil, market: nil)
        else {
            Issue.record("bob decided ana's case")
            return
        }
        clock.advance(ReviewQueue.lease)
        #expect(try queue.next(for: "bob")?.id == id)
    }

    @Test func marketsMayBeDecidedOneByOne() throws {
        defer { folder.remove() }
        let queue = try open()
        let id = try queue.enqueue([incoming("p1", markets: ["aa", "bb"])])[0].id
        _ = try queue.decide(id, .approve, by: "ana", reason: nil, market: "aa")
        #expect(try queue.find(id)?.life.state == .open)
        _ = try queue.decide(id, .reject, by: "ana", reason: nil, market: "bb")
        #expect(try queue.find(id)?.life.state == .decided)
        guard case .refused(.over(.decided)) = try queue.decide(id, .approve, by: "ana", reason: nil, market: nil)
        else {
            Issue.record("a decided case was decided again")
            return
        }
        guard case .notHeld = try queue.decide(id, .approve, by: "ana", reason: nil, market: "zz"),
            case .unknown = try queue.decide("no", .approve, by: "ana", reason: nil, market: nil)
        else {
            Issue.record("unknown market or case")
            return
        }
    }

    @Test func theChainOfEventsShowsTampering() throws {
        defer { folder.remove() }
        let queue = try open()
        let ids = try queue.enqueue([incoming("p1"), incoming("p2")]).map(\.id)
        _ = try queue.decide(ids[0], .reject, by: "ana", reason: "r", market: nil)
        #expect(try queue.firstBrokenEvent() == nil)
        let raw = try DatabaseQueue(path: folder.path + "/q.sqlite")
        try raw.write { try $0.execute(sql: "UPDATE events SET actor = 'eve' WHERE number = 2") }
        #expect(try queue.firstBrokenEvent() == 2)
    }

    @Test func committedMeansOnTheDisk() throws {
        defer { folder.remove() }
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
        defer { folder.remove() }
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
        defer { folder.remove() }
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

@Suite struct CaseLifeTests {
    @Test func claimsAndDecisions() throws {
        var life = CaseLife()
        try life.claim(by: "ana", at: 0, lease: 100)
        #expect(life.state == .claimed)
        #expect(throws: CaseLife.Refusal.claimed(by: "ana")) { try life.claim(by: "bob", at: 99, lease: 100) }
        try life.claim(by: "bob", at: 100, lease: 100)
        try life.decide(.escalate, by: "bob", at: 150, isComplete: true)
        #expect(life == CaseLife(state: .open))
        try life.decide(.reject, by: "cho", at: 160, isComplete: true)
        #expect(throws: CaseLife.Refusal.over(.decided)) { try life.claim(by: "ana", at: 170, lease: 1) }
    }

    @Test func idsSortByTime() {
        var random = SeededRandom(7)
        let ids = (0..<200).map { CaseID.make(at: Int64($0) * 997, using: &random) }
        #expect(ids == ids.sorted())
        #expect(ids.allSatisfy { $0.count == 26 })
        #expect(CaseID.make(at: 1_469_918_176_385, using: &random).hasPrefix("01ARYZ6S41"))
    }
}
