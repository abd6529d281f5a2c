internal import ContentModel
internal import Foundation
internal import ReviewQueue
internal import Wire

/// A case as a reviewer or a program reads it.
struct CasePage {
    let found: ReviewCase
    /// Leaves out what the post says: for files, when it must not leave the database.
    var withholdsContent = false

    init(_ found: ReviewCase, withholdsContent: Bool = false) {
        self.found = found
        self.withholdsContent = withholdsContent
    }

    func rendered(_ format: Review.Format) -> String { format == .json ? json : text(isColoured: false) }

    // MARK: - For programs

    var json: String {
        var json = JSONBytes()
        func member(_ name: StaticString, isFirst: Bool = false) {
            json.raw(isFirst ? "{\"" : ",\"")
            json.raw(name)
            json.raw("\":")
        }
        member("id", isFirst: true)
        json.name(found.id)
        if let content = found.content, !withholdsContent {
            member("post")
            json.raw(Array(content.post.utf8))
            member("verdict")
            json.raw(Array(content.verdict.utf8))
        }
        member("category")
        json.string(found.category.rawValue)
        member("severity")
        json.name(found.severity.rawValue)
        member("score")
        json.fraction(found.score)
        member("languages")
        list(found.languages, &json)
        member("markets")
        list(found.markets, &json)
        member("rank")
        json.raw(Array("\(found.rank)".utf8))
        member("created")
        json.name(timestamp(found.created))
        member("due")
        json.name(timestamp(found.due))
        member("state")
        json.name(found.life.state.rawValue)
        if let claim = found.life.claim {
            member("claim")
            json.raw("{\"reviewer\":")
            json.string(claim.reviewer)
            json.raw(",\"until\":")
            json.name(timestamp(claim.until))
            json.raw("}")
        }
        if let appeal = found.life.appeal {
            member("appeal")
            json.name(appeal.rawValue)
        }
        member("cluster")
        json.name(found.cluster.id)
        member("cluster_size")
        json.integer(found.cluster.count)
        if found.skips > 0 {
            member("skips")
            json.integer(found.skips)
        }
        member("decisions")
        decisions(&json)
        member("revision")
        json.integer(found.revision)
        json.raw("}\n")
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func list(_ names: [String], _ json: inout JSONBytes) {
        json.raw("[")
        for (index, name) in names.enumerated() {
            if index > 0 { json.raw(",") }
            json.string(name)
        }
        json.raw("]")
    }

    private func decisions(_ json: inout JSONBytes) {
        json.raw("[")
        for (index, act) in found.shownActs.enumerated() {
            json.raw(index > 0 ? ",{\"decision\":" : "{\"decision\":")
            json.name(act.kind == .decide ? act.decision?.rawValue ?? "" : act.kind.rawValue)
            if let market = act.market {
                json.raw(",\"market\":")
                json.string(market)
            }
            json.raw(act.kind == .appeal ? ",\"by\":" : ",\"reviewer\":")
            json.string(act.actor)
            if let reason = act.reason {
                json.raw(act.kind == .appeal ? ",\"text\":" : ",\"reason\":")
                json.string(reason)
            }
            if let note = act.note {
                json.raw(",\"note\":")
                json.string(note)
            }
            json.raw(",\"at\":")
            json.name(timestamp(act.at))
            json.raw("}")
        }
        json.raw("]")
    }

    // MARK: - For people

    func text(isColoured: Bool) -> String {
        let claim = found.life.claim.map { " by \(Console.harmless($0.reviewer)) until \(timestamp($0.until))" } ?? ""
        let appeal = found.life.appeal.map { ", appeal \($0.rawValue)" } ?? ""
        var lines = [
            "case      \(found.id)  \(found.life.state.rawValue)\(claim)\(appeal)",
            "post      \(Console.harmless(found.postID ?? "without an id"))  by \(Console.harmless(found.author ?? "an unknown author"))  \(found.languages.joined(separator: ", "))",
            "held by   \(found.markets.joined(separator: ", "))  for \(found.categories.map(\.rawValue).joined(separator: ", ")), severity \(found.severity.rawValue), score \(CasePage.number(found.score))",
            "rank      \(rank)",
        ]
        if found.life.needsTwo || found.life.role > .reviewer { lines.append("asked     \(asked)") }
        if found.cluster.count > 1 {
            lines.append("cluster   \(found.cluster.count) of nearly this text: moderate review cluster \(found.id)")
        }
        if found.skips > 0 { lines.append("skipped   \(found.skips) times") }
        if withholdsContent {
            lines.append("text      (withheld)")
        } else if let content = found.content {
            for field in content.fields {
                let own = content.evidence.compactMap(\.place).filter { $0.field == field.name }
                lines.append(Console.padded(field.name.name, to: 10) + Self.mark(field.text, own, isColoured))
            }
            lines += Set(content.evidence.map { "rule      \($0.rule.rawValue)" }).sorted()
        } else {
            lines.append("text      (erased)")
        }
        for act in found.shownActs { lines.append(Self.line(act)) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ act: RecordedAct) -> String {
        let reason = Console.harmless(act.reason ?? "")
        let note = act.note.map { " (note: \(Console.harmless($0)))" } ?? ""
        let who = "by \(Console.harmless(act.actor)) \(timestamp(act.at))"
        return switch act.kind {
        case .decide: "decided   \(act.decision?.rawValue ?? "") for \(act.market ?? "all") \(who) \(reason)\(note)"
        case .escalate: "escalated \(who) \(reason)\(note)"
        case .appeal: "appealed  \(who) \(reason)"
        }
    }

    /// Why the case has its place in the queue.
    var rank: String {
        // A case that came in before has what its row says; the rest follows from it.
        let boost = Double(found.due) / 1000 - found.rank
        let certainty = found.score * 60
        let audience = max(0, boost / 60 - certainty)
        var parts = ["due \(timestamp(found.due)) (\(found.severity.rawValue))"]
        parts.append("\(Int(certainty.rounded())) min sooner for its score")
        if audience >= 1 { parts.append("\(Int(audience.rounded())) min sooner for its reach") }
        return parts.joined(separator: ", ")
    }

    private var asked: String {
        if found.life.role > .reviewer { return "a \(found.life.role.rawValue)" }
        return found.life.readings == 0
            ? "two people, who do not see each other's decision"
            : "a second person, who does not see the first decision"
    }

    static func number(_ value: Double) -> String {
        var json = JSONBytes()
        json.fraction(value)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// The text with its evidence between ⟦ and ⟧.
    static func mark(_ text: String, _ places: [Evidence.Place], _ isColoured: Bool) -> String {
        let bytes = Array(text.utf8)
        var result = ""
        var offset = 0
        for place in places.sorted(by: { ($0.span.start, $1.span.end) < ($1.span.start, $0.span.end) }) {
            guard place.span.start >= offset, place.span.end <= bytes.count else { continue }
            result += Console.harmless(String(decoding: bytes[offset..<place.span.start], as: UTF8.self))
            let words = String(decoding: bytes[place.span.start..<place.span.end], as: UTF8.self)
            result += Console.styled("⟦" + Console.harmless(words) + "⟧", .marked, isColoured)
            offset = place.span.end
        }
        return result + Console.harmless(String(decoding: bytes[offset...], as: UTF8.self))
    }
}
