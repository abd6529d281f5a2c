internal import ArgumentParser
internal import ContentModel
internal import Foundation
internal import ReviewQueue
internal import Wire

extension Review {
    /// Cases whose answer is known.
    struct Golden: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cases whose right answer is known: each reviewer gets a copy of one among every 20 cases.",
            discussion: "What is decided about a copy counts for the reviewer's record only; see `review stats`.",
            subcommands: [Add.self, Remove.self, GoldenList.self])

        struct Add: ParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Make a decided case golden.")

            @OptionGroup var database: DatabaseOptions
            @Argument(help: ArgumentHelp("The case's id.", valueName: "case")) var id: String
            @Argument(help: "The right decision (default: what was decided).") var decision: Decision?

            func run() throws {
                do {
                    if let refusal = try database.queue().makeGolden(id, decision, by: userName()) {
                        Console.error(Console.harmless(refusal))
                        throw Failure.no.exitCode
                    }
                    try Console.output("\(id) is golden\n")
                } catch {
                    throw Failure.report(error)
                }
            }
        }

        struct Remove: ParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Make a case an ordinary one again.")

            @OptionGroup var database: DatabaseOptions
            @Argument(help: ArgumentHelp("The case's id.", valueName: "case")) var id: String

            func run() throws {
                do {
                    guard try database.queue().removeGolden(id, by: userName()) else { throw unknown(id) }
                    try Console.output("\(Console.harmless(id)) is golden no more\n")
                } catch {
                    throw Failure.report(error)
                }
            }
        }

        struct GoldenList: ParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "list", abstract: "List golden cases, and how reviewers answered them.")

            @OptionGroup var database: DatabaseOptions

            func run() throws {
                do {
                    for golden in try database.queue(writes: false).goldenCases() {
                        try Console.output(
                            "\(golden.id)  \(Console.padded(golden.decision.rawValue, to: 8))  \(golden.right) of \(golden.answers) right\n"
                        )
                    }
                } catch {
                    throw Failure.report(error)
                }
            }
        }
    }

    /// How the queue and its reviewers are doing.
    struct Stats: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How the queue and its reviewers are doing.",
            discussion: """
                Agreement is Krippendorff's alpha (nominal) over cases that people read without knowing of each other: \
                critical and golden ones. 1 is perfect, 0 is chance; from 0.8 decisions can be relied on.
                """)

        @OptionGroup var database: DatabaseOptions
        @Option(help: ArgumentHelp("What people did from this day on.", valueName: "date")) var since: Moment?
        @Option(help: "text for people, json for programs.") var format: Format = .text

        func run() throws {
            do {
                let queue = try database.queue(writes: false)
                let page = StatisticsPage(try queue.statistics(since: since?.milliseconds ?? 0), now: queue.time)
                try Console.output(format == .json ? page.json : page.text)
            } catch {
                throw Failure.report(error)
            }
        }
    }

    /// Which rules should change.
    struct RuleStats: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rules", abstract: "How right each rule was, as people decided, and which should change.",
            discussion: """
                Precision is the share of decided cases with the rule in which something other than approve was \
                decided, with its 95 % interval (Wilson). raise: nearly all stood; lower: too many were approved; \
                shadow: most were; wait: fewer than \(RuleStatistics.least) cases are decided.
                """)

        enum Format: String, ExpressibleByArgument, CaseIterable { case table, ndjson }

        @OptionGroup var database: DatabaseOptions
        @Option(help: ArgumentHelp("Decisions from this day on.", valueName: "date")) var since: Moment?
        @Option(help: "table for people, ndjson for programs.") var format: Format = .table

        func run() throws {
            do {
                let rules = try database.queue(writes: false).ruleStatistics(since: since?.milliseconds ?? 0)
                if format == .table, !rules.isEmpty {
                    try Console.output(Self.row("RULE", "DECIDED", "STOOD", "PRECISION", "SUGGESTION"))
                }
                for rule in rules { try Console.output(format == .table ? Self.row(rule) : Self.line(rule)) }
                if rules.isEmpty { Console.note("moderate: nothing is decided yet") }
            } catch {
                throw Failure.report(error)
            }
        }

        private static func row(_ rule: RuleStatistics) -> String {
            let interval =
                "\(percent(rule.precision.low)) to \(percent(rule.precision.high))"
            return row(rule.rule, "\(rule.decided)", "\(rule.confirmed)", interval, rule.suggestion.rawValue)
        }

        private static func row(_ cells: String...) -> String {
            zip(cells, [52, 8, 8, 14, 0]).map { Console.padded($0, to: $1) }.joined(separator: " ") + "\n"
        }

        private static func line(_ rule: RuleStatistics) -> String {
            var json = JSONBytes()
            json.raw("{\"rule\":")
            json.string(rule.rule)
            json.raw(",\"category\":")
            json.string(rule.category)
            json.raw(",\"decided\":")
            json.integer(rule.decided)
            json.raw(",\"confirmed\":")
            json.integer(rule.confirmed)
            json.raw(",\"precision_low\":")
            json.fraction(rule.precision.low)
            json.raw(",\"precision_high\":")
            json.fraction(rule.precision.high)
            json.raw(",\"suggestion\":")
            json.name(rule.suggestion.rawValue)
            json.raw("}\n")
            return String(decoding: json.bytes, as: UTF8.self)
        }
    }
}

/// Statistics for people and programs.
private struct StatisticsPage {
    let statistics: QueueStatistics
    let now: Int64

    init(_ statistics: QueueStatistics, now: Int64) {
        self.statistics = statistics
        self.now = now
    }

    var text: String {
        var text = "cases     " + statistics.states.map { "\($0.count) \($0.state.rawValue)" }.joined(separator: ", ")
        text += "\n"
        if let oldest = statistics.oldest {
            text += "waiting   the oldest for \(CaseTable.remaining(now - oldest)); \(statistics.overdue) are overdue\n"
        }
        if statistics.appeals > 0 {
            text +=
                "appeals   \(statistics.appeals) ended, \(statistics.overturned) overturned (\(share(statistics.overturned, statistics.appeals)))\n"
        }
        if statistics.agreement.units > 0 {
            text +=
                "agreement alpha \(alpha(statistics.agreement)) over \(statistics.agreement.units) cases that several read\n"
        }
        if !statistics.people.isEmpty {
            text += "\n" + row("REVIEWER", "DECIDED", "ESCAL.", "SKIPPED", "MEDIAN", "90 %", "GOLDEN", "OVERTURNED")
        }
        for person in statistics.people {
            text += row(
                Console.harmless(person.name), "\(person.decisions)", "\(person.escalations)", "\(person.skips)",
                seconds(person.median), seconds(person.ninetieth),
                person.golden > 0 ? "\(person.goldenRight)/\(person.golden)" : "-",
                person.appealed > 0 ? "\(person.overturned)/\(person.appealed)" : "-")
        }
        return text + groups("CATEGORY", statistics.categories) + groups("LANGUAGE", statistics.languages)
    }

    private func groups(_ name: String, _ groups: [QueueStatistics.Group]) -> String {
        guard !groups.isEmpty else { return "" }
        return "\n" + row(name, "WAITING", "OVERDUE", "DECIDED", "ALPHA", "CASES")
            + groups.map {
                row(
                    $0.name, "\($0.waiting)", "\($0.overdue)", "\($0.decided)", alpha($0.agreement),
                    "\($0.agreement.units)")
            }.joined()
    }

    private func row(_ cells: String...) -> String {
        zip(cells, [18, 8, 8, 8, 8, 8, 8, 0]).map { Console.padded($0, to: $1) }.joined(separator: " ") + "\n"
    }

    private func alpha(_ agreement: Agreement) -> String {
        agreement.alpha.map { value in
            let hundredths = Int((abs(value) * 100).rounded())
            return
                "\(value < 0 && hundredths > 0 ? "-" : "")\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        } ?? "-"
    }

    private func seconds(_ milliseconds: Int64?) -> String { milliseconds.map { "\(($0 + 500) / 1000) s" } ?? "-" }
    private func share(_ part: Int, _ whole: Int) -> String { percent(Double(part) / Double(max(1, whole))) }

    var json: String {
        func group(_ group: QueueStatistics.Group) -> [String: Any] {
            var object: [String: Any] = [
                "waiting": group.waiting, "overdue": group.overdue, "decided": group.decided,
                "agreement_cases": group.agreement.units,
            ]
            object["alpha"] = group.agreement.alpha
            return object
        }
        func person(_ person: QueueStatistics.Person) -> [String: Any] {
            var object: [String: Any] = [
                "decisions": person.decisions, "escalations": person.escalations, "skips": person.skips,
                "golden": person.golden, "golden_right": person.goldenRight, "appealed": person.appealed,
                "overturned": person.overturned,
            ]
            object["median_ms"] = person.median
            object["p90_ms"] = person.ninetieth
            return object
        }
        var object: [String: Any] = [
            "states": Dictionary(uniqueKeysWithValues: statistics.states.map { ($0.state.rawValue, $0.count) }),
            "overdue": statistics.overdue, "appeals": statistics.appeals, "overturned": statistics.overturned,
            "agreement_cases": statistics.agreement.units,
            "reviewers": Dictionary(uniqueKeysWithValues: statistics.people.map { ($0.name, person($0)) }),
            "categories": Dictionary(uniqueKeysWithValues: statistics.categories.map { ($0.name, group($0)) }),
            "languages": Dictionary(uniqueKeysWithValues: statistics.languages.map { ($0.name, group($0)) }),
        ]
        object["oldest"] = statistics.oldest.map(timestamp)
        object["alpha"] = statistics.agreement.alpha
        let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data ?? Data(), as: UTF8.self) + "\n"
    }
}
