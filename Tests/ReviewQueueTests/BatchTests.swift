import ContentModel
import ReviewQueue
import Storage
import Testing

@Suite struct BatchTests {
    private func ids(_ fixture: Fixture, _ expression: String) throws -> Set<String> {
        Set(try fixture.queue.ids(CaseFilter(expression), limit: 0).compactMap { try fixture.queue.find($0)?.postID })
    }

    @Test func expressionsSelectCases() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        let a = try fixture.add(
            incoming(
                "a", rules: ["global.spam.x spam"], score: 0.9, languages: ["zh-Hans"], author: "u1", similarity: 7))
        fixture.clock.advance(86_400_000)
        let b = try fixture.add(
            incoming("b", severity: .high, score: 0.5, markets: ["us", "cn"], author: "u2", similarity: 7))
        _ = try fixture.add(incoming("c", severity: .low, score: 0.7, languages: ["zha"]))
        _ = try queue.claim(b, by: "ana")
        let expected: [(String, Set<String>)] = [
            ("category=spam", ["a"]), ("category!=spam", ["b", "c"]), ("language=zh", ["a"]),
            ("language=zh-hans", ["a"]),
            ("market=cn", ["b"]), ("score>=0.7", ["a", "c"]), ("score<0.7 or category=spam", ["a", "b"]),
            ("severity>medium", ["b"]), ("severity<=medium", ["a", "c"]), ("not (score>0.6)", ["b"]),
            ("author=u1", ["a"]), ("author!=u1", ["b", "c"]), ("post=c", ["c"]), ("id=\(a.lowercased())", ["a"]),
            ("rule=global.spam.x", ["a"]), ("rule=global.spam", []), ("state=claimed", ["b"]),
            ("state=open", ["a", "c"]),
            ("reviewer=ana", ["b"]), ("cluster=\(b)", ["a", "b"]), ("created<=2025-01-14", ["a"]),
            ("created=2025-01-15", ["b", "c"]), ("created>2025-01-14", ["b", "c"]), ("due<2025-01-14T08:00:00Z", []),
            ("post='a' or post=\"b\"", ["a", "b"]), ("category=spam and language=zh and score>=0.7", ["a"]),
        ]
        for (expression, posts) in expected {
            #expect(try ids(fixture, expression) == posts, "\(expression)")
        }
        #expect(try ids(fixture, #"post="x' OR 1=1 --""#) == [], "values are bound, never SQL")
        try queue.decided(a, .reject, by: "bob")
        #expect(try ids(fixture, "score>0") == ["b", "c"], "decided ones are left out unless a state is named")
        #expect(try ids(fixture, "state=decided and reviewer=bob") == ["a"])
    }

    @Test(arguments: [
        ("langage=zh", 0), ("category=", 9), ("category spam", 9), ("category=spam and", 17), ("(score>0.5", 0),
        ("score>high", 6), ("category>spam", 8), ("state=lost", 6), ("created<yesterday", 8), ("severity=worst", 9),
        ("category='spam", 9), ("score!0.5", 5), ("category=spam language=zh", 14), ("", 0), ("not", 3),
        ("category=spam)", 13), (String(repeating: "(", count: 200), 64),
    ])
    func anExpressionThatDoesNotHoldSaysWhere(_ expression: String, _ offset: Int) {
        #expect {
            _ = try CaseFilter(expression)
        } throws: { error in
            (error as? CaseFilter.Failure)?.offset == offset
        }
    }

    @Test func exportClaimsAndApplyDecides() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        for number in 0..<10 { _ = try fixture.add(incoming("p\(number)", markets: ["aa", "bb"])) }
        _ = try fixture.add(incoming("child", rules: ["global.child-safety.x child-safety"]))
        let exported = try #require(
            try queue.export(CaseFilter("category=fraud and market=aa"), limit: 5, by: "ana", lease: 3_600_000))
        #expect(exported.ids.count == 5)
        let all = try #require(try queue.export(nil, limit: 0, by: "bob", lease: 3_600_000))
        #expect(all.ids.count == 5 && all.heldBack == 1, "child safety never leaves")
        #expect(try queue.nextCase(for: "ana")?.category == Category.childSafety, "a batch is not handed out again")

        let stale = exported.ids[4]
        _ = try queue.enqueue([incoming("p4", ruleSet: "2", markets: ["aa", "bb"])])
        let lines = [
            BatchLine(line: 2, id: exported.ids[0], decision: .reject, reason: "spam", revision: 1),
            BatchLine(line: 3, id: exported.ids[1], decision: .approve, markets: ["aa"], revision: 1),
            BatchLine(line: 4, id: exported.ids[1], decision: .reject, markets: ["bb"], revision: 1),
            BatchLine(line: 5, id: exported.ids[2], decision: nil, revision: 1),
            BatchLine(line: 6, id: all.ids[0], decision: .reject, revision: 1),
            BatchLine(line: 7, id: "01UNKNOWN", decision: .reject),
            BatchLine(line: 8, id: exported.ids[3], decision: .reject, markets: ["zz"], revision: 1),
            BatchLine(line: 9, id: stale, decision: .reject, revision: 1),
        ]
        func answers(_ isTrial: Bool) throws -> [BatchAnswer] {
            try #require(try queue.apply(lines, by: "ana", isTrial: isTrial))
        }
        let tried = try answers(true)
        #expect(try queue.count(.decided) == 0, "a dry run changes nothing")
        let applied = try answers(false)
        #expect(tried == applied)
        #expect(Array(applied.prefix(4)) == [.applied(.decided), .applied(.claimed), .applied(.decided), .left])
        let reasons = applied.dropFirst(4).map { answer in if case .refused(let why) = answer { why } else { "" } }
        #expect(reasons[0].contains("bob holds it") && reasons[1].contains("no case") && reasons[2].contains("zz"))
        #expect(reasons[3].contains("changed since"))
        #expect(try queue.count(.decided) == 2)
        #expect(try answers(false)[0] == .appliedBefore, "the same file twice changes nothing")
        #expect(try queue.verify().faults == [])
        #expect(try queue.releaseAll(by: "bob") == 5)
    }

    @Test func aClusterIsDecidedTogether() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        var ids: [String] = []
        for number in 0..<6 {
            ids.append(try fixture.add(incoming("p\(number)", score: 0.5 + Double(number) / 20, similarity: 42)))
        }
        let other = try fixture.add(incoming("other", similarity: 43))
        let critical = try fixture.add(incoming("critical", severity: .critical, similarity: 42))
        _ = try queue.claim(ids[5], by: "bob")
        #expect(try queue.find(ids[3])?.cluster.id == ids[0])
        #expect(try queue.find(ids[3])?.cluster.count == 7)
        let filter = CaseFilter(cluster: ids[2])
        let spread = try queue.spread(filter)
        #expect(spread.count == 7 && spread.scores == 0.5...0.75)
        let request = DecisionRequest(.reject, by: "ana", reason: "campaign")
        let tried = try #require(try queue.decideAll(filter, request, isTrial: true))
        #expect(tried.decided.count == 5 && tried.refused.map(\.count) == [1, 1])
        #expect(try queue.count(.decided) == 0)
        let done = try #require(try queue.decideAll(filter, request, isTrial: false))
        #expect(done.decided.count == 5)
        #expect(try queue.find(other)?.life.state == .open)
        #expect(try queue.find(critical)?.life.state == .open)
        #expect(try queue.find(ids[5])?.life.state == .claimed)
    }

    @Test func theQueueLeadsWithWhatIsDueSoonestAndMattersMost() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        _ = try queue.enqueue([
            incoming("seen", score: 0.6, reach: 2_000_000), incoming("unseen", score: 0.6),
            incoming("sure", score: 0.9), incoming("urgent", severity: .high, score: 0.1),
        ])
        let order = try queue.ids(nil, limit: 0).compactMap { try queue.find($0)?.postID }
        #expect(order == ["urgent", "seen", "sure", "unseen"])
        let rank = CaseRank(created: 0, severity: .medium, score: 0.5, reach: 1000)
        #expect(rank.due == 86_400_000 && rank.certainty == 1800 && rank.audience == 1800)
        #expect(rank.value == 86_400 - 3600)
    }
}
