import ContentModel
import Testing
import Wire

@Suite struct LiveVerdictWriterTests {
    private func market(_ name: String) throws -> Market { try #require(Market(rawValue: name)) }

    private func evidence(_ text: String, _ parts: [(seq: Int, start: Int, end: Int)]) -> LiveEvidence {
        LiveEvidence(
            evidence: Evidence(
                rule: RuleName(rawValue: "global.fraud.x"), category: Category(rawValue: "fraud"), confidence: 0.56,
                place: .init(
                    field: FieldName(.text), span: TextSpan(start: 12, end: 12 + text.utf8.count), text: text,
                    view: .phonetic)),
            parts: parts.map { ChunkPart(seq: $0.seq, span: TextSpan(start: $0.start, end: $0.end)) })
    }

    private func write(_ verdict: LiveVerdict, caseID: String? = nil, isBrief: Bool = false) -> String {
        var json = JSONBytes()
        var writer = LiveVerdictWriter(isBrief: isBrief)
        writer.write(verdict, caseID: caseID, to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func writesAllThatThereIs() throws {
        var verdict = LiveVerdict(stream: "s\"1", event: .text, seq: 7)
        verdict.action = .hold
        verdict.markets = [
            MarketEnforcement(
                market: try market("cn"), action: .hold, score: 1.25,
                categories: [CategoryScore(category: Category(rawValue: "fraud"), score: 0.56)],
                rules: [RuleName(rawValue: "global.fraud.x")], ruleSet: RuleSetName(rawValue: "cn@3f9a1c2b4d5e"),
                notice: "n\u{202E}"),
            MarketEnforcement(market: try market("us"), ruleSet: RuleSetName(rawValue: "us@000000000000")),
        ]
        var joined = evidence("微信", [(5, 0, 3), (7, 0, 3)])
        joined.isJoined = true
        joined.speakers = ["a", "b\""]
        verdict.evidence = [joined]
        verdict.evidenceOmitted = 3
        verdict.pending = [evidence("wei", [(7, 1, 4)])]
        verdict.withdrawn = [
            LiveEvidence(
                evidence: Evidence(
                    rule: RuleName(rawValue: "global.p.new-account"), category: Category(rawValue: "spam"),
                    confidence: 1, place: nil, shadow: true), parts: [])
        ]
        verdict.failure = .tooManyMatches
        verdict.notes = [.gap(3...6), .late, .duplicate, .implicitStart, .afterEnd, .revisionLost]
        let expected = [
            #"{"stream":"s\"1","seq":7,"action":"hold","markets":{"cn":{"action":"hold","score":1.25,"categories":{"fraud":0.56},"rules":["global.fraud.x"],"rule_set":"cn@3f9a1c2b4d5e","notice":"n\u202e"},"us":{"action":"pass","rule_set":"us@000000000000"}},"#,
            #""evidence":[{"rule":"global.fraud.x","category":"fraud","confidence":0.56,"field":"text","start":12,"end":18,"text":"微信","view":"phonetic","parts":[{"seq":5,"start":0,"end":3},{"seq":7,"start":0,"end":3}],"joined":true,"speakers":["a","b\""]}],"evidence_omitted":3,"#,
            #""pending":[{"rule":"global.fraud.x","category":"fraud","confidence":0.56,"field":"text","start":12,"end":15,"text":"wei","view":"phonetic","parts":[{"seq":7,"start":1,"end":4}]}],"#,
            #""withdrawn":[{"rule":"global.p.new-account","category":"spam","confidence":1,"shadow":true}],"#,
            #""failure":"too-many-matches","notes":["gap:3-6","late","duplicate","implicit-start","after-end","revision-lost"],"case":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}"#,
        ]
        #expect(write(verdict, caseID: "01ARZ3NDEKTSV4RRFFQ69G5FAV") == expected.joined() + "\n")
    }

    @Test func writesWhatPassesInFewWords() throws {
        var verdict = LiveVerdict(stream: "s", event: .text, seq: 1)
        verdict.markets = [MarketEnforcement(market: try market("us"), ruleSet: RuleSetName(rawValue: "us@0"))]
        #expect(
            write(verdict)
                == #"{"stream":"s","seq":1,"action":"pass","markets":{"us":{"action":"pass","rule_set":"us@0"}}}"#
                + "\n")
        #expect(write(verdict, isBrief: true) == #"{"stream":"s","seq":1,"action":"pass","markets":{}}"# + "\n")
        let start = LiveVerdict(stream: "s", event: .start, seq: 0)
        #expect(write(start) == #"{"stream":"s","event":"start","action":"pass","markets":{}}"# + "\n")
        let end = LiveVerdict(stream: "s", event: .end, seq: 9)
        #expect(write(end) == #"{"stream":"s","event":"end","action":"pass","markets":{}}"# + "\n")
    }

    /// Brief leaves out the markets that pass, also beside one that does not.
    @Test func briefMarkets() throws {
        var verdict = LiveVerdict(stream: "s", event: .text, seq: 1)
        verdict.action = .warn
        verdict.markets = [
            MarketEnforcement(market: try market("cn"), ruleSet: RuleSetName(rawValue: "cn@0")),
            MarketEnforcement(
                market: try market("us"), action: .warn, score: 0.5, ruleSet: RuleSetName(rawValue: "us@0")),
        ]
        #expect(
            write(verdict, isBrief: true)
                == #"{"stream":"s","seq":1,"action":"warn","markets":{"us":{"action":"warn","score":0.5,"rule_set":"us@0"}}}"#
                + "\n")
    }

    /// What is kept of one record is not written for another.
    @Test func recordsAreWrittenOneByOne() throws {
        var writer = LiveVerdictWriter()
        var json = JSONBytes()
        var expected = ""
        for (number, name) in ["us", "us", "cn", "us"].enumerated() {
            var verdict = LiveVerdict(stream: "s", event: .text, seq: number)
            verdict.markets = [MarketEnforcement(market: try market(name), ruleSet: RuleSetName(rawValue: "\(name)@0"))]
            let place = writer.write(verdict, caseID: nil, to: &json)
            #expect(place == nil)
            expected +=
                "{\"stream\":\"s\",\"seq\":\(number),\"action\":\"pass\",\"markets\":{\"\(name)\":{\"action\":\"pass\",\"rule_set\":\"\(name)@0\"}}}\n"
        }
        #expect(String(decoding: json.bytes, as: UTF8.self) == expected)
    }

    /// A decision is noted behind the case's id.
    @Test func theCasesIDCanBeReplaced() throws {
        let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
        var json = JSONBytes()
        var writer = LiveVerdictWriter()
        let place = try #require(
            writer.write(LiveVerdict(stream: "s", event: .text, seq: 1), caseID: id, to: &json))
        #expect(Array(json.bytes[place..<place + id.utf8.count]) == Array(id.utf8))
        let (offset, bytes) = writer.note(decision: "reject")
        json.bytes.insert(contentsOf: bytes, at: place + offset)
        #expect(String(decoding: json.bytes, as: UTF8.self).hasSuffix(#","case":"\#(id)","decision":"reject"}"# + "\n"))
    }
}
