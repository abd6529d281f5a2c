public import ArgumentParser
internal import ContentModel
internal import Foundation
internal import ReviewQueue
internal import Wire

/// Work the queue.
struct Review: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Work the queue of posts that a person must look at.",
        subcommands: [Next.self, Show.self, Decide.self])

    enum Format: String, ExpressibleByArgument, CaseIterable { case json, text }

    /// Claims the best case.
    struct Next: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Claim and show the next case; exit 1 when none waits.")

        @OptionGroup var database: DatabaseOptions
        @Option(help: ArgumentHelp("Your name.", valueName: "name")) var reviewer: String
        @Option(help: "json for programs, text for people.") var format: Format = .text

        func run() throws {
            do {
                guard let found = try database.queue().next(for: reviewer) else {
                    Console.error("no case waits")
                    throw Failure.no.exitCode
                }
                try Console.output(CasePage(found).rendered(format))
            } catch {
                throw Failure.report(error)
            }
        }
    }

    /// Shows a case.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a case; exit 1 when there is none.")

        @OptionGroup var database: DatabaseOptions
        @Argument(help: ArgumentHelp("The case's id.", valueName: "case")) var id: String
        @Option(help: "json for programs, text for people.") var format: Format = .text

        func run() throws {
            do {
                guard let found = try database.queue().find(id) else { throw unknown(id) }
                try Console.output(CasePage(found).rendered(format))
            } catch {
                throw Failure.report(error)
            }
        }
    }

    /// Decides a case.
    struct Decide: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide a case: approve, reject, label, limit or escalate.")

        @OptionGroup var database: DatabaseOptions
        @Argument(help: ArgumentHelp("The case's id.", valueName: "case")) var id: String
        @Argument(help: "approve, reject, label, limit or escalate.") var decision: Decision
        @Option(help: ArgumentHelp("Your name.", valueName: "name")) var reviewer: String
        @Option(help: ArgumentHelp("Why; kept with the case.", valueName: "text")) var reason: String?
        @Option(
            name: [.long, .customLong("region")],
            help: ArgumentHelp("Decide for this market only.", valueName: "market"))
        var market: String?

        func run() throws {
            do {
                let queue = try database.queue()
                switch try queue.decide(id, decision, by: reviewer, reason: reason, market: market) {
                case .decided(let found):
                    try Console.output(
                        "\(found.id) \(decision.rawValue) \(market ?? "all markets"), now \(found.life.state.rawValue)\n"
                    )
                case .unknown: throw unknown(id)
                case .notHeld(let market, let held):
                    Console.error(
                        "\(Console.harmless(market)) does not hold this post; \(held.joined(separator: ", ")) do")
                    throw Failure.no.exitCode
                case .refused(.claimed(let other)):
                    Console.error(
                        "\(Console.harmless(other)) holds this case: take another with `moderate review next`")
                    throw Failure.tryAgain.exitCode
                case .refused(.over(let state)):
                    Console.error("this case is \(state.rawValue) already")
                    throw Failure.no.exitCode
                }
            } catch {
                throw Failure.report(error)
            }
        }
    }

    private static func unknown(_ id: String) -> ExitCode {
        Console.error("there is no case \(Console.harmless(id))")
        return Failure.no.exitCode
    }
}

extension Decision: ExpressibleByArgument {}

/// A case as a reviewer or a program reads it.
private struct CasePage {
    let found: ReviewCase

    init(_ found: ReviewCase) { self.found = found }

    func rendered(_ format: Review.Format) -> String { format == .json ? json : text }

    private var json: String {
        var json = JSONBytes()
        func member(_ name: StaticString, isFirst: Bool = false) {
            json.raw(isFirst ? "{\"" : ",\"")
            json.raw(name)
            json.raw("\":")
        }
        member("id", isFirst: true)
        json.name(found.id)
        member("post")
        json.raw(Array(found.post.utf8))
        member("verdict")
        json.raw(Array(found.verdict.utf8))
        member("category")
        json.string(found.category)
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
        json.name(time(found.created))
        member("due")
        json.name(time(found.due))
        member("state")
        json.name(found.life.state.rawValue)
        if let claim = found.life.claim {
            member("claim")
            json.raw("{\"reviewer\":")
            json.string(claim.reviewer)
            json.raw(",\"until\":")
            json.name(time(claim.until))
            json.raw("}")
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
        for (index, decision) in found.decisions.enumerated() {
            json.raw(index > 0 ? ",{\"decision\":" : "{\"decision\":")
            json.name(decision.decision.rawValue)
            if let market = decision.market {
                json.raw(",\"market\":")
                json.string(market)
            }
            json.raw(",\"reviewer\":")
            json.string(decision.reviewer)
            if let reason = decision.reason {
                json.raw(",\"reason\":")
                json.string(reason)
            }
            json.raw(",\"at\":")
            json.name(time(decision.at))
            json.raw("}")
        }
        json.raw("]")
    }

    private var text: String {
        var lines = [
            "case      \(found.id)  \(found.life.state.rawValue)\(found.life.claim.map { " by \(Console.harmless($0.reviewer)) until \(time($0.until))" } ?? "")",
            "post      \(Console.harmless(found.postID ?? "without an id"))  \(found.languages.joined(separator: ", "))",
            "held by   \(found.markets.joined(separator: ", "))  for \(found.category), severity \(found.severity.rawValue), due \(time(found.due))",
        ]
        let post = (try? JSONSerialization.jsonObject(with: Data(found.post.utf8))) as? [String: Any] ?? [:]
        let verdict = (try? JSONSerialization.jsonObject(with: Data(found.verdict.utf8))) as? [String: Any] ?? [:]
        let evidence = verdict["evidence"] as? [[String: Any]] ?? []
        for field in ["title", "text", "ocr", "transcript"] {
            guard let value = post[field] as? String else { continue }
            let marked = mark(value, evidence.filter { $0["field"] as? String == field })
            lines.append(Console.padded(field, to: 10) + marked)
        }
        for (index, tag) in (post["tags"] as? [String] ?? []).enumerated() {
            let own = evidence.filter { $0["field"] as? String == "tags[\(index)]" }
            lines.append(Console.padded("tags[\(index)]", to: 10) + mark(tag, own))
        }
        for rule in Set(evidence.compactMap { $0["rule"] as? String }).sorted() { lines.append("rule      \(rule)") }
        for decision in found.decisions {
            lines.append(
                "decided   \(decision.decision.rawValue) for \(decision.market ?? "all") by \(Console.harmless(decision.reviewer)) \(time(decision.at)) \(Console.harmless(decision.reason ?? ""))"
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The text with its evidence between ⟦ and ⟧.
    private func mark(_ text: String, _ evidence: [[String: Any]]) -> String {
        let bytes = Array(text.utf8)
        var result = ""
        var offset = 0
        for item in evidence {
            guard let start = item["start"] as? Int, let end = item["end"] as? Int, start >= offset, end <= bytes.count
            else { continue }
            result += Console.harmless(String(decoding: bytes[offset..<start], as: UTF8.self))
            result += "⟦" + Console.harmless(String(decoding: bytes[start..<end], as: UTF8.self)) + "⟧"
            offset = end
        }
        return result + Console.harmless(String(decoding: bytes[offset...], as: UTF8.self))
    }

    private func time(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
    }
}
