internal import ContentModel
internal import Wire

/// Verdicts for people: a line with the action in each market, the text with the words marked, and the rules.
struct VerdictTable: VerdictRendering {
    let isBrief: Bool
    let isColoured: Bool

    mutating func write(
        _ verdict: Verdict, of post: Post, line: Int, caseID: String?, original: Span<UInt8>?, to json: inout JSONBytes
    ) -> Int? {
        let id = Console.harmless(post.id ?? "line-\(line)")
        let languages = verdict.languages.prefix(3).map(\.tag.rawValue).joined(separator: "+")
        var head = Console.styled(
            Console.padded(verdict.action.name, to: 7), Console.style(of: verdict.action), isColoured)
        head += Console.padded(id, to: 14) + " " + Console.padded(languages, to: 11) + " "
        let shown = verdict.markets.filter { !isBrief || $0.action > .allow }
        head += shown.map { market in
            market.market.rawValue + " "
                + Console.styled(market.action.name, Console.style(of: market.action), isColoured)
        }.joined(separator: "  ")
        json.bytes.append(contentsOf: head.utf8)
        var place: Int?
        if let caseID {
            json.bytes.append(contentsOf: "  case ".utf8)
            place = json.bytes.count
            json.bytes.append(contentsOf: caseID.utf8)
        }
        json.bytes.append(0x0A)
        for field in post.fields { write(field, of: post, verdict, to: &json) }
        writeRules(verdict, to: &json)
        return place
    }

    mutating func write(_ error: RecordError, line: Int, to json: inout JSONBytes) {
        let head = Console.styled(Console.padded("error", to: 7), .red, isColoured)
        json.bytes.append(contentsOf: "\(head)line \(line): \(Console.harmless(error.message))\n".utf8)
    }

    func note(decision: String) -> (offset: Int, bytes: [UInt8]) { (26, Array(" (decided: \(decision))".utf8)) }

    /// A field's text, its evidence between ⟦ and ⟧.
    private func write(_ field: Post.Field, of post: Post, _ verdict: Verdict, to json: inout JSONBytes) {
        let text = Array(post.bytes[field.range])
        let places = verdict.evidence.compactMap(\.place).filter { $0.field == field.name }
        var marked = field.name.kind == .text ? "" : field.name.name + ": "
        var offset = 0
        for place in places where place.span.start >= offset {
            marked += Console.harmless(String(decoding: text[offset..<place.span.start], as: UTF8.self))
            marked += Console.styled("⟦\(Console.harmless(place.text))⟧", .bold, isColoured)
            offset = place.span.end
        }
        marked += Console.harmless(String(decoding: text[offset...], as: UTF8.self))
        json.bytes.append(contentsOf: "       \(marked)\n".utf8)
    }

    private func writeRules(_ verdict: Verdict, to json: inout JSONBytes) {
        var seen: Set<RuleName> = []
        for evidence in verdict.evidence where seen.insert(evidence.rule).inserted {
            let hundredths = Int((evidence.confidence * 100).rounded())
            let view = evidence.place.map { $0.view == .folded ? "" : ", \($0.view.name)" } ?? ""
            let line =
                "       \(evidence.rule.rawValue) 0.\(hundredths < 10 ? "0" : "")\(hundredths)\(view)\(evidence.shadow ? ", shadow" : "")"
            json.bytes.append(contentsOf: (Console.styled(line, .dim, isColoured) + "\n").utf8)
        }
        if verdict.evidenceOmitted > 0 {
            json.bytes.append(contentsOf: "       and \(verdict.evidenceOmitted) more\n".utf8)
        }
    }
}
