import ContentModel
import Crypto
import Foundation
import GRDB
import ReviewQueue
import Storage
import TestSupport
import Testing

@Suite struct AuditTests {
    /// Three cases: one decided, one appealed and overturned, one that waits.
    private func worked() throws -> (fixture: Fixture, ids: [String]) {
        let fixture = try Fixture()
        let queue = fixture.queue
        let ids = try ["p1", "p2", "p3"].map { try fixture.add(incoming($0, author: "u-\($0)")) }
        try queue.decided(ids[0], .reject, by: "ana")
        try queue.decided(ids[1], .reject, by: "ana")
        guard case .done = try queue.appeal(ids[1], by: "u-p2", text: "I only sell my own tea") else {
            throw CaseLife.Refusal.nothingToAppeal
        }
        try queue.decided(ids[1], .approve, by: "bob")
        return (fixture, ids)
    }

    @Test(arguments: [
        "UPDATE events SET actor = 'eve' WHERE number = 2",
        "DELETE FROM events WHERE number = 3",
        "DELETE FROM events WHERE number = 1",
        "UPDATE events SET number = number + 1 WHERE number = (SELECT max(number) FROM events)",
        "UPDATE contents SET post = replace(post, 'weixin', 'coffee') WHERE number = 1",
        "UPDATE acts SET decision = 'approve' WHERE number = 1",
        "UPDATE acts SET actor = 'eve' WHERE number = 1",
        "DELETE FROM acts WHERE number = 1",
        "UPDATE acts SET undone = 1 WHERE number = 1",
        "UPDATE acts SET case_number = 3 WHERE number = 1",
        "UPDATE acts SET reason = 'changed' WHERE number = 1",
        "INSERT INTO acts (case_number, kind, decision, actor, at) VALUES (3, 'decide', 'approve', 'eve', 1)",
        "UPDATE outcomes SET decisions = replace(decisions, 'reject', 'approve') WHERE number = 1",
        "DELETE FROM outcomes WHERE number = 1",
        "UPDATE outcomes SET undone = 1 WHERE number = 1",
        "UPDATE cases SET state = 'decided' WHERE number = 3",
        "UPDATE cases SET state = 'closed' WHERE number = 3",
        "UPDATE cases SET severity = 0 WHERE number = 3",
        "UPDATE contents SET verdict = replace(verdict, 'review', 'allow') WHERE number = 3",
        "DELETE FROM contents WHERE number = 3",
        "DELETE FROM cases WHERE number = 3",
        "INSERT INTO cases SELECT 99, 'X', 'k', author, content_hash, rule_sets, lane, severity, score, rank, created, due, state, claim_reviewer, claim_since, claim_until, claim_batch, cluster, golden, superseded_by, revision FROM cases WHERE number = 3; INSERT INTO contents SELECT 99, salt, post, rules, markets, verdict FROM contents WHERE number = 3",
    ])
    func whatIsChangedIsSeen(_ sql: String) throws {
        let (fixture, _) = try worked()
        #expect(try fixture.queue.verify().faults == [])
        try fixture.tamper(sql)
        #expect(try fixture.queue.verify().faults.isEmpty == false, "\(sql)")
    }

    @Test func aNotedHeadShowsThatTheEndWasCutOff() throws {
        let (fixture, _) = try worked()
        // A claim leaves nothing else behind.
        _ = try fixture.queue.nextCase(for: "zed")
        let head = hexadecimal(try fixture.queue.verify().head)
        try fixture.tamper("DELETE FROM events WHERE number = (SELECT max(number) FROM events)")
        #expect(try fixture.queue.verify().faults == [])
        #expect(try fixture.queue.verify(expectedHead: head).faults.count == 1)
    }

    @Test func anAppealIsToldOnceAndCounts() throws {
        let (fixture, ids) = try worked()
        let told = try fixture.queue.published(after: 0, limit: 10)
        #expect(told.map(\.kind) == [.decided, .decided, .overturned])
        #expect(told.map(\.caseID) == [ids[0], ids[1], ids[1]])
        #expect(told[2].decisions == #"{"xx":"approve"}"#)
        #expect(try fixture.queue.published(after: told[1].cursor, limit: 10).map(\.cursor) == [told[2].cursor])
        let statistics = try fixture.queue.statistics()
        #expect(statistics.appeals == 1 && statistics.overturned == 1)
        #expect(statistics.people.first { $0.name == "ana" }?.overturned == 1)
    }

    @Test func anAppealAgainstABlockBecomesACase() throws {
        let fixture = try Fixture()
        guard case .done(let found) = try fixture.queue.appeal(blocked: incoming("p"), by: "u", text: nil) else {
            Issue.record("no case")
            return
        }
        #expect(found.life.state == .appealed)
        #expect(try fixture.queue.nextCase(for: "ana")?.id == found.id)
        #expect(try fixture.queue.decided(found.id, .approve, by: "ana") == .decided)
        #expect(try fixture.queue.published(after: 0, limit: 10).map(\.kind) == [.overturned])
        guard
            case .refused(.nothingToAppeal) = try fixture.queue.appeal(
                blocked: incoming("waiting", candidate: try fixture.add(incoming("waiting")) + "X"), by: "u", text: nil)
        else {
            Issue.record("a case that waits was appealed")
            return
        }
    }

    @Test func aDecisionInItsGraceIsNotToldAndMayBeTakenBack() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        let ids = try ["p1", "p2"].map { try fixture.add(incoming($0)) }
        try queue.decided(ids[0], .reject, by: "ana", grace: 10_000)
        try queue.decided(ids[1], .approve, by: "bob")
        #expect(try queue.published(after: 0, limit: 10).isEmpty, "none behind it is told before")
        #expect(try queue.enqueue([incoming("p1")])[0].decision == nil)
        guard case .done(let back) = try queue.undo(ids[0], by: "ana") else {
            Issue.record("cannot undo")
            return
        }
        #expect(back.life.state == .claimed && back.acts.isEmpty)
        #expect(try queue.published(after: 0, limit: 10).map(\.caseID) == [ids[1]])
        try queue.decided(ids[0], .label, by: "ana", grace: 10_000)
        fixture.clock.advance(10_000)
        #expect(try queue.published(after: 0, limit: 10).map(\.caseID) == [ids[1], ids[0]])
        guard case .refused(.cannotUndo) = try queue.undo(ids[0], by: "ana") else {
            Issue.record("what the publisher was told was taken back")
            return
        }
        #expect(try queue.verify().faults == [])
    }

    @Test func whatIsPurgedIsGoneAndTheChainHolds() throws {
        let (fixture, ids) = try worked()
        let queue = fixture.queue
        #expect(try queue.purge(author: "u-p2", by: "admin").cases == 1)
        let erased = try #require(try queue.find(ids[1]))
        #expect(erased.content == nil && erased.author == nil && erased.acts.allSatisfy { $0.reason == nil })
        #expect(try queue.verify().faults == [])
        fixture.clock.advance(100 * 86_400_000)
        _ = try fixture.add(incoming("new"))
        let purged = try queue.purge(before: queue.time - 86_400_000, keepsEvents: true, by: "admin")
        #expect(purged.cases == 1 && purged.events == 0, "a case that waits is kept")
        #expect(try queue.find(ids[2])?.content != nil)
        #expect(try queue.verify().faults == [])
        for path in [fixture.path, fixture.path + "-wal"] {
            let bytes = FileManager.default.contents(atPath: path) ?? Data()
            #expect(bytes.range(of: Data("sell my own tea".utf8)) == nil, "\(path) still has the author's words")
            #expect(bytes.range(of: Data("u-p2".utf8)) == nil)
        }
    }

    @Test func oldEventsMayGo() throws {
        let (fixture, ids) = try worked()
        let queue = fixture.queue
        try queue.decided(ids[2], .approve, by: "ana")
        fixture.clock.advance(100 * 86_400_000)
        let purged = try queue.purge(before: queue.time - 86_400_000, keepsEvents: false, by: "admin")
        #expect(purged.cases == 3 && purged.events > 5)
        let report = try queue.verify()
        #expect(report.faults == [] && report.first == Int64(purged.events) + 1)
        _ = try fixture.add(incoming("new"))
        #expect(try queue.verify().faults == [])
        try fixture.tamper("UPDATE events SET actor = 'eve' WHERE number = \(report.first)")
        #expect(try queue.verify().faults.isEmpty == false)
    }

    @Test func withdrawnPostsAreClosed() throws {
        let fixture = try Fixture()
        let id = try fixture.add(incoming("p"))
        #expect(try fixture.queue.withdraw(postID: "p", by: "ops") == id)
        #expect(try fixture.queue.find(id)?.life.state == .closed)
        #expect(try fixture.queue.withdraw(postID: "p", by: "ops") == nil)
        #expect(try fixture.queue.nextCase(for: "ana") == nil)
        #expect(try fixture.add(incoming("p")) != id, "a new post of the same id is a new case")
    }

    @Test(arguments: [true, false])
    func aDatabaseOfAnOlderVersionIsBroughtUpToDate(_ hasDecidedEvent: Bool) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/q.sqlite"
        do {
            let old = try DatabaseFile(
                path: path, creates: true, migrations: Array(DatabaseFile.schema.prefix(2)))
            try old.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO cases (id, post_key, post_id, content_hash, rule_sets, post, verdict, category,
                            severity, score, languages, markets, rank, created, due, state, claim_reviewer, claim_until)
                        VALUES ('A', 'id:p1', 'p1', x'01', 'xx@1', '{"id":"p1","text":"my weixin","author":{"id":"u1"}}',
                            '{"id":"p1","evidence":[{"rule":"global.p.a","category":"fraud","confidence":0.6,"field":"text","start":3,"end":9,"text":"weixin","view":"folded"}]}',
                            'fraud', 'critical', 0.6, 'en,zh-Hans', 'aa,bb', 1, 1000, 2000, 'decided', NULL, NULL),
                        ('B', 'id:p2', 'p2', x'02', 'xx@1', '{"text":"t"}', '{}', 'spam', 'low', 0.5, '', 'aa', 2, 1000,
                            2000, 'open', NULL, NULL);
                        INSERT INTO decisions (case_id, market, decision, reviewer, reason, at)
                        VALUES ('A', NULL, 'reject', 'ana', 'why', 1500);
                        """)
                try OldEvents.append([("A", "queued", "xx@1"), ("B", "queued", "xx@1")], db)
                if hasDecidedEvent { try OldEvents.append([("A", "decided", "reject all why")], db) }
            }
        }
        let queue = ReviewQueue(file: try DatabaseFile(path: path, creates: false)) { 5000 }
        let found = try #require(try queue.find("A"))
        #expect(
            found.life.decisions == ["aa": .reject, "bb": .reject] && found.severity == .critical
                && found.life.state == .decided)
        #expect(found.content?.evidence.first?.place?.text == "weixin" && found.author == "u1")
        #expect(try queue.ids(CaseFilter("state=decided and rule=global.p.a"), limit: 0) == ["A"])
        #expect(try queue.nextCase(for: "ana")?.id == "B")
        #expect(try queue.published(after: 0, limit: 5).first?.decisions == #"{"aa":"reject","bb":"reject"}"#)
        #expect(try queue.verify().faults == (hasDecidedEvent ? [] : ["act 1 is in no event"]))
        let backup = path + ".schema-2"
        #expect(try DatabaseQueue(path: backup).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM cases") } == 2)
        let mode = try FileManager.default.attributesOfItem(atPath: backup)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }
}

/// Events as the second schema wrote them: plain text for details, the same chain.
private enum OldEvents {
    static func append(_ events: [(caseID: String, kind: String, detail: String)], _ db: Database) throws {
        for event in events {
            let last = try Row.fetchOne(db, sql: "SELECT number, hash FROM events ORDER BY number DESC LIMIT 1")
            let number = (last?["number"] ?? 0) + 1
            var bytes = last.map { $0["hash"] as Data } ?? Data(repeating: 0, count: 32)
            for part in ["\(number)", "1000", event.caseID, event.kind, "ana", event.detail] {
                bytes.append(Data("\(part.utf8.count):\(part)".utf8))
            }
            try db.execute(
                sql: "INSERT INTO events VALUES (?, 1000, ?, ?, 'ana', ?, ?)",
                arguments: [number, event.caseID, event.kind, event.detail, Data(SHA256.hash(data: bytes))])
        }
    }
}

@Suite struct MeasureTests {
    /// The worked example of Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), section C: four observers,
    /// twelve units, nominal α = 0.743.
    @Test func alphaIsThatOfTheTextbook() throws {
        let observers = [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, nil, nil, nil], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nil, 3],
            [nil, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nil], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nil],
        ]
        var agreement = Agreement()
        for unit in 0..<12 { agreement.add(observers.compactMap { $0[unit].map(String.init) }) }
        #expect(abs(try #require(agreement.alpha) - 0.743) < 0.001)
        #expect(agreement.units == 11)
        #expect(Agreement().alpha == nil)
    }

    /// Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I: 81 of 263.
    @Test func theIntervalIsThatOfTheTextbook() {
        let interval = WilsonInterval(successes: 81, of: 263)
        #expect(abs(interval.low - 0.2553) < 0.0001 && abs(interval.high - 0.3662) < 0.0001)
        let nothing = WilsonInterval(successes: 0, of: 0)
        #expect(nothing.low == 0 && nothing.high == 1)
    }

    @Test func rulesAreSuggestedByWhatPeopleDecided() throws {
        let fixture = try Fixture()
        for number in 0..<100 {
            let good = try fixture.add(incoming("g\(number)", rules: ["global.p.good fraud"]))
            let bad = try fixture.add(incoming("b\(number)", rules: ["global.p.bad fraud", "global.p.mixed fraud"]))
            try fixture.queue.decided(good, .reject, by: "ana")
            try fixture.queue.decided(bad, number % 4 == 0 ? .reject : .approve, by: "ana")
        }
        let few = try fixture.add(incoming("few", rules: ["global.p.few fraud"]))
        try fixture.queue.decided(few, .approve, by: "ana")
        let rules = try fixture.queue.ruleStatistics()
        let suggestions = Dictionary(uniqueKeysWithValues: rules.map { ($0.rule, $0.suggestion) })
        #expect(
            suggestions == [
                "global.p.good": .raise, "global.p.bad": .shadow, "global.p.mixed": .shadow, "global.p.few": .wait,
            ])
        #expect(rules.last?.rule == "global.p.good")
    }
}
