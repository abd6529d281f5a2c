import ReviewQueue
import TestSupport
import Testing

@Suite struct CaseLifeTests {
    private func claim(_ reviewer: String, _ since: Int64 = 0, _ until: Int64 = 100) -> CaseLife.Claim {
        CaseLife.Claim(reviewer: reviewer, since: since, until: until)
    }

    @Test func aClaimIsALeaseThatRunsOut() throws {
        var life = CaseLife(markets: ["aa"])
        #expect(life.state == .open)
        try life.take(claim("ana"), role: .reviewer)
        #expect(life.state == .claimed)
        #expect(throws: CaseLife.Refusal.claimed(by: "ana")) { try life.take(claim("bob", 99, 200), role: .reviewer) }
        try life.take(claim("bob", 100, 200), role: .reviewer)
        #expect(life.claim?.reviewer == "bob")
        let (early, late) = (life.expire(at: 199), life.expire(at: 200))
        #expect(!early && late)
        #expect(life.state == .open)
    }

    /// A claim made while the clock was a year ahead does not hold for a year.
    @Test func aClockThatGoesBackDoesNotHoldACase() throws {
        var life = CaseLife(markets: ["aa"])
        try life.take(claim("ana", 1_000_000, 1_000_100), role: .reviewer)
        #expect(life.claim?.holds(at: 999_950) == true)
        #expect(life.claim?.holds(at: 500_000) == false)
        try life.take(claim("bob", 500_000, 500_100), role: .reviewer)
    }

    @Test func marketsAreDecidedOneByOneAndToldAtOnce() throws {
        var life = CaseLife(markets: ["aa", "bb"])
        let first = try life.decide(.reject, by: "ana", market: "aa", at: 0)
        #expect(first == .init(kind: .decided, decisions: ["aa": .reject]))
        #expect(life.state == .open)
        let second = try life.decide(.approve, by: "bob", market: "bb", at: 0)
        #expect(second?.decisions == ["bb": .approve])
        #expect(life.state == .decided)
        #expect(life.decisions == ["aa": .reject, "bb": .approve])
        #expect(throws: CaseLife.Refusal.over(.decided)) { try life.decide(.approve, by: "cho", at: 0) }
    }

    @Test func anEscalatedCaseIsASeniorsAndNotTheSamePersons() throws {
        var life = CaseLife(markets: ["aa"])
        let told = try life.decide(.escalate, by: "ana", at: 0)
        #expect(told == nil)
        #expect(life.state == .open && life.role == .senior && life.barred == ["ana"])
        #expect(throws: CaseLife.Refusal.seniorIsAsked) { try life.decide(.reject, by: "bob", role: .reviewer, at: 0) }
        #expect(throws: CaseLife.Refusal.anotherIsAsked) { try life.decide(.reject, by: "ana", role: .senior, at: 0) }
        let settled = try life.decide(.reject, by: "bob", role: .senior, at: 0)
        #expect(settled?.decisions == ["aa": .reject])
    }

    @Test func twoWhoAgreeDecideACriticalCase() throws {
        var life = CaseLife(markets: ["aa", "bb"], needsTwo: true)
        let half = try life.decide(.reject, by: "ana", market: "aa", at: 0)
        #expect(half == nil && life.readings == 0)
        let whole = try life.decide(.approve, by: "ana", market: "bb", at: 0)
        #expect(whole == nil)
        #expect(life.readings == 1 && life.state == .open && life.decisions.isEmpty)
        #expect(throws: CaseLife.Refusal.anotherIsAsked) { try life.decide(.reject, by: "ana", at: 0) }
        _ = try life.decide(.reject, by: "bob", market: "aa", at: 0)
        let told = try life.decide(.approve, by: "bob", market: "bb", at: 0)
        #expect(told == .init(kind: .decided, decisions: ["aa": .reject, "bb": .approve]))
        #expect(life.state == .decided)
    }

    @Test func aSeniorSettlesWhatTwoReadDifferently() throws {
        var life = CaseLife(markets: ["aa"], needsTwo: true)
        _ = try life.decide(.reject, by: "ana", at: 0)
        let second = try life.decide(.approve, by: "bob", at: 0)
        #expect(second == nil)
        #expect(life.role == .senior && life.barred == ["ana", "bob"])
        let settled = try life.decide(.label, by: "sue", role: .senior, at: 0)
        #expect(settled?.decisions == ["aa": .label])
    }

    @Test func anAppealIsSomebodyElses() throws {
        var life = CaseLife(markets: ["aa"])
        #expect(throws: CaseLife.Refusal.nothingToAppeal) { try life.appeal() }
        _ = try life.decide(.reject, by: "ana", at: 0)
        try life.appeal()
        #expect(life.state == .appealed && life.appeal == .open && life.barred == ["ana"])
        #expect(life.decisions == ["aa": .reject], "what was decided stands until the appeal ends")
        #expect(throws: CaseLife.Refusal.anotherIsAsked) { try life.decide(.approve, by: "ana", at: 0) }
        let told = try life.decide(.approve, by: "bob", at: 0)
        #expect(told == .init(kind: .overturned, decisions: ["aa": .approve]))
        #expect(life.appeal == .overturned && life.state == .decided)
        #expect(throws: CaseLife.Refusal.appealedBefore) { try life.appeal() }
    }

    @Test func anAppealMayBeUpheldOrAboutABlock() throws {
        var life = CaseLife(markets: ["aa"])
        try life.appeal(ofBlocked: true)
        #expect(life.decisions == ["aa": .reject])
        let told = try life.decide(.reject, by: "ana", at: 0)
        #expect(told?.kind == .upheld)
        var approved = CaseLife(markets: ["aa"])
        _ = try approved.decide(.approve, by: "ana", at: 0)
        #expect(throws: CaseLife.Refusal.nothingToAppeal) { try approved.appeal() }
    }

    @Test func theLastActMayBeTakenBack() throws {
        var life = CaseLife(markets: ["aa"], needsTwo: true)
        _ = try life.decide(.reject, by: "ana", at: 0)
        #expect(throws: CaseLife.Refusal.cannotUndo) { try life.undo(claim("bob")) }
        try life.undo(claim("ana"))
        #expect(life.state == .claimed && life.readings == 0 && life.barred.isEmpty)
    }

    /// Random acts by random people: what must hold whatever they do.
    @Test func noOrderOfActsBreaksTheRules() {
        var random = SeededRandom(11)
        for _ in 0..<3000 {
            var life = CaseLife(markets: ["aa", "bb"], needsTwo: Bool.random(using: &random))
            var readers: Set<String> = []
            var now: Int64 = 0
            for _ in 0..<12 {
                now += Int64.random(in: 0...60, using: &random)
                let who = ["ana", "bob", "cho", "sue"].randomElement(using: &random)!
                let role: Role = who == "sue" ? .senior : .reviewer
                let before = life
                switch Int.random(in: 0...5, using: &random) {
                case 0: try? life.take(claim(who, now, now + 100), role: role)
                case 1: life.release(by: who)
                case 2: _ = life.expire(at: now)
                case 3: try? life.appeal()
                default:
                    let decision = Decision.allCases.randomElement(using: &random)!
                    let told = try? life.decide(
                        decision, by: who, role: role, market: ["aa", "bb", nil].randomElement(using: &random)!, at: now
                    )
                    if life.acts.count > before.acts.count {
                        #expect(!before.barred.contains(who), "somebody had a say twice")
                        #expect(role >= before.role)
                        #expect(before.state != .decided && before.state != .closed)
                        readers.insert(who)
                    } else {
                        #expect(life == before, "a refusal changed something")
                        #expect(told == nil)
                    }
                }
                #expect((life.state == .claimed) == (life.claim != nil))
                if life.state == .decided { #expect(Set(life.decisions.keys) == ["aa", "bb"]) }
                if life.needsTwo, life.state == .decided, life.appeal == nil { #expect(readers.count > 1) }
                #expect(
                    life
                        == CaseLife(
                            markets: life.markets, needsTwo: life.needsTwo, acts: life.acts, claim: life.claim),
                    "what is kept does not say where the case stands")
            }
        }
    }
}
