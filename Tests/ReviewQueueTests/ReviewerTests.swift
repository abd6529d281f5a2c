import ContentModel
import ReviewQueue
import Testing

@Suite struct ReviewerTests {
    @Test func eachGetsWhatTheyCanReadAndMaySee() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        let mixed = try fixture.add(incoming("mixed", score: 0.9, languages: ["zh-Hans", "en"]))
        let chinese = try fixture.add(incoming("chinese", score: 0.8, languages: ["zh-Hans"]))
        let english = try fixture.add(incoming("english", score: 0.7, markets: ["us"]))
        let distress = try fixture.add(incoming("distress", rules: ["global.self-harm.x self-harm"], score: 0.95))
        try queue.keep(Reviewer(name: "zoe", languages: ["zh"]), by: "admin")
        try queue.keep(Reviewer(name: "eve", languages: ["en"], markets: ["us"]), by: "admin")
        try queue.keep(
            Reviewer(name: "sam", languages: ["en"], sensitive: [Category(rawValue: "self-harm")]), by: "admin")
        try queue.keep(Reviewer(name: "liu", languages: ["zh", "en"]), by: "admin")
        #expect(try queue.nextCase(for: "liu")?.id == mixed)
        #expect(try queue.nextCase(for: "zoe")?.id == chinese)
        #expect(try queue.nextCase(for: "eve")?.id == english)
        #expect(try queue.nextCase(for: "sam")?.id == distress)
        guard case .unknownReviewer = try queue.next(for: "stranger") else {
            Issue.record("somebody who is not set up took a case")
            return
        }
        guard case .notForReviewer = try queue.decide(distress, DecisionRequest(.approve, by: "zoe")) else {
            Issue.record("zoe is not asked to see such cases")
            return
        }
    }

    @Test func aSmallShareNeedsNoReader() throws {
        let fixture = try Fixture()
        let shares = ["th", "en", "en", "en", "en", "en"]
        let id = try fixture.add(incoming("p", languages: shares))
        try fixture.queue.keep(Reviewer(name: "eve", languages: ["en"]), by: "admin")
        #expect(try fixture.queue.find(id)?.languages.contains("th") == false)
        #expect(try fixture.queue.nextCase(for: "eve")?.id == id)
    }

    @Test func aSkippedCaseGoesToOthersAndIsCounted() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        let first = try fixture.add(incoming("p1", score: 0.9))
        let second = try fixture.add(incoming("p2", score: 0.5))
        #expect(try queue.nextCase(for: "ana")?.id == first)
        guard case .done(let skipped) = try queue.release(first, by: "ana", isSkipped: true) else {
            Issue.record("ana cannot skip her own case")
            return
        }
        #expect(skipped.life.state == .open)
        #expect(try queue.nextCase(for: "ana")?.id == second)
        #expect(try queue.nextCase(for: "bob")?.id == first)
        #expect(try queue.find(first)?.skips == 1)
        #expect(try queue.statistics().people.first { $0.name == "ana" }?.skips == 1)
    }

    @Test func criticalCasesAreReadTwiceAndBlind() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        let id = try fixture.add(incoming("p", severity: .critical))
        #expect(try queue.nextCase(for: "ana")?.id == id)
        #expect(try queue.decided(id, .reject, by: "ana") == .open)
        #expect(try queue.nextCase(for: "ana") == nil, "the same person is not asked twice")
        let second = try #require(try queue.nextCase(for: "bob"))
        #expect(second.id == id && second.shownActs.isEmpty && second.acts.count == 1)
        #expect(try queue.published(after: 0, limit: 10).isEmpty)
        #expect(try queue.enqueue([incoming("p", severity: .critical)])[0].decision == nil)
        #expect(try queue.decided(id, .reject, by: "bob") == .decided)
        #expect(try queue.find(id)?.shownActs.count == 2)
        #expect(try queue.published(after: 0, limit: 10).count == 1)
    }

    @Test func expiredClaimsComeBack() throws {
        let fixture = try Fixture()
        let id = try fixture.add(incoming("p"))
        #expect(try fixture.queue.nextCase(for: "ana")?.id == id)
        fixture.clock.advance(ReviewQueue.lease - 1)
        #expect(try fixture.queue.renew(id, by: "ana"))
        fixture.clock.advance(ReviewQueue.lease - 1)
        #expect(try fixture.queue.nextCase(for: "bob") == nil, "a lease was renewed")
        fixture.clock.advance(1)
        #expect(try fixture.queue.nextCase(for: "bob")?.id == id)
        #expect(try fixture.queue.renew(id, by: "ana") == false)
        #expect(throws: CaseLife.Refusal.claimed(by: "bob")) { try fixture.queue.decided(id, .reject, by: "ana") }
        // The clock goes back by a year: nobody waits a year.
        fixture.clock.advance(-365 * 86_400_000)
        #expect(try fixture.queue.nextCase(for: "cho")?.id == id)
    }

    @Test func goldenCasesAreMixedInAndCountForTheRecordOnly() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        let known = try fixture.add(incoming("known", author: "u1"))
        #expect(try queue.makeGolden(known, nil, by: "admin") != nil, "it is not decided")
        try queue.decided(known, .reject, by: "expert")
        #expect(try queue.makeGolden(known, nil, by: "admin") == nil)
        for number in 0..<30 { _ = try fixture.add(incoming("p\(number)")) }
        var copies = 0
        for _ in 0..<30 {
            guard let found = try queue.nextCase(for: "ana") else { break }
            if found.postID == "known", found.id != known { copies += 1 }
            try queue.decided(found.id, .approve, by: "ana")
        }
        #expect(copies == 1)
        let golden = try #require(try queue.goldenCases().first)
        #expect(golden.answers == 1 && golden.right == 0)
        let ana = try #require(try queue.statistics().people.first { $0.name == "ana" })
        #expect(ana.golden == 1 && ana.goldenRight == 0)
        #expect(try queue.find(known)?.life.decisions == ["xx": .reject])
        #expect(try queue.published(after: 0, limit: 100).count { $0.caseID != known } == 29)
        #expect(try queue.verify().faults == [])
    }

    /// Found in a market that blocks the post, and not in the one that holds it: the text is the same.
    @Test func whatHurtsIsSensitiveWhereverItWasFound() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        let id = try fixture.add(
            incoming("p", rules: ["global.spam.a spam", "global.child.b child-safety"], markets: ["bb"]))
        #expect(try queue.find(id)?.categories.map(\.rawValue) == ["spam", "child-safety"])
        #expect(try queue.export(nil, limit: 0, by: "ana", lease: 60_000)?.heldBack == 1)
        #expect(try queue.decided(id, .reject, by: "ana") == .open, "a second person is asked")
    }

    @Test func aCaseThatWasReadOnceStaysCritical() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        let id = try fixture.add(incoming("p", severity: .critical))
        try queue.decided(id, .reject, by: "ana")
        #expect(try queue.enqueue([incoming("p", ruleSet: "2", severity: .low)])[0].decision == nil)
        #expect(try queue.find(id)?.life.state == .open)
        #expect(try queue.decided(id, .reject, by: "bob") == .decided)
        #expect(try queue.published(after: 0, limit: 5).count == 1)
        #expect(try queue.verify().faults == [])
    }

    @Test func theFirstReadingIsToldByNothing() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        let id = try fixture.add(incoming("p", severity: .critical))
        try queue.decided(id, .escalate, by: "ana")
        try queue.decided(id, .reject, by: "sue")
        var details: [String] = []
        try queue.forEachEvent(of: id) { if $0.kind == "decided" { details.append($0.detail) } }
        #expect(details == [#"{"withheld":"a second person is asked"}"#])
        #expect(try queue.find(id)?.shownActs.isEmpty == true, "also where seniors are asked")
        try queue.decided(id, .reject, by: "sam")
        details = []
        try queue.forEachEvent(of: id) { if $0.kind == "decided" { details.append($0.detail) } }
        #expect(details.count == 2 && details.allSatisfy { $0.contains("reject") })
    }

    @Test func aMarketIsDecidedOnce() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        let id = try fixture.add(incoming("p", markets: ["aa", "bb"]))
        try queue.decided(id, .reject, by: "ana", market: "aa")
        #expect(throws: CaseLife.Refusal.marketDecided("aa")) {
            try queue.decided(id, .approve, by: "bob", market: "aa")
        }
        #expect(try queue.decided(id, .approve, by: "bob") == .decided, "the rest")
        #expect(
            try queue.published(after: 0, limit: 5).map(\.decisions) == [#"{"aa":"reject"}"#, #"{"bb":"approve"}"#])
        #expect(try queue.ruleStatistics().map(\.confirmed) == [1])
    }

    @Test func whatOneMayNotSeeAnyMoreIsGivenBack() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        let sensitive = Category(rawValue: "self-harm")
        try queue.keep(Reviewer(name: "kim", sensitive: [sensitive]), by: "admin")
        let id = try fixture.add(incoming("p", rules: ["global.s.a self-harm"]))
        #expect(try queue.nextCase(for: "kim")?.id == id)
        try queue.keep(Reviewer(name: "kim"), by: "admin")
        #expect(try queue.nextCase(for: "kim") == nil)
        let found = try #require(try queue.find(id))
        #expect(found.life.state == .open)
        #expect(try queue.maySee(found, nil) == false && queue.maySee(found, "kim") == false)
    }

    @Test func aGoldenCopyLooksAndEndsLikeAnyCase() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        let known = try fixture.add(incoming("known", severity: .critical))
        try queue.decided(known, .reject, by: "e1")
        try queue.decided(known, .reject, by: "e2")
        #expect(try queue.makeGolden(known, nil, by: "admin") == nil)
        for number in 0..<10 { _ = try fixture.add(incoming("p\(number)")) }
        for _ in 0..<10 { try queue.decided(try #require(try queue.nextCase(for: "ana")).id, .approve, by: "ana") }
        let copy = try #require(try queue.nextCase(for: "ana"))
        #expect(copy.postID == "known" && copy.life.needsTwo && copy.id != known)
        #expect(try queue.decided(copy.id, .escalate, by: "ana") == .open)
        #expect(try queue.nextCase(for: "sue") == nil, "it is nobody else's")
        _ = try queue.removeGolden(known, by: "admin")
        #expect(try queue.statistics().people.first { $0.name == "ana" }?.golden == 0)
        _ = try queue.makeGolden(known, nil, by: "admin")
        fixture.clock.advance(86_400_000)
        _ = try queue.purge(before: queue.time - 3_600_000, keepsEvents: true, by: "admin")
        #expect(try queue.find(copy.id)?.content == nil, "erased with what it is a copy of")
        #expect(try queue.verify().faults == [])
    }

    /// Two readers who agree, one market by market.
    @Test func agreementDoesNotDependOnHowItWasSaid() throws {
        let fixture = try Fixture()
        let queue = fixture.queue
        for (number, decision) in [Decision.reject, .approve].enumerated() {
            let id = try fixture.add(incoming("p\(number)", severity: .critical, markets: ["aa", "bb"]))
            try queue.decided(id, decision, by: "ana")
            try queue.decided(id, decision, by: "bob", market: "bb")
            try queue.decided(id, decision, by: "bob", market: "aa")
        }
        #expect(try queue.statistics().agreement.alpha == 1)
    }
}
