internal import ArgumentParser
internal import ContentModel
internal import Foundation
internal import ReviewQueue
internal import UnicodeData
internal import Wire

extension Review {
    /// Lists cases.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List cases in the queue's order: those that are not decided, unless --where names a state.",
            discussion: """
                EXPR is `field op value` joined by and, or, not and brackets; fields are id post author market category \
                severity score language state created due rule cluster reviewer. A language stands for those that it \
                begins (`language=zh` for zh-Hans), a date for its whole day.

                  moderate review list --where 'category=spam and language=zh and score>=0.7 and created<2025-01-15'
                  moderate review list --where 'state=decided and reviewer=ana' --format ndjson --limit 0
                """)

        enum Format: String, ExpressibleByArgument, CaseIterable { case table, ndjson, csv }

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var filter: FilterOptions
        @Option(help: ArgumentHelp("How many; 0 for all.", valueName: "n")) var limit: Int = 50
        @Option(help: "table for people, ndjson and csv for programs.") var format: Format = .table

        func validate() throws {
            guard limit >= 0 else { throw ValidationError("--limit is 0 or more") }
        }

        func run() throws {
            do {
                let queue = try database.queue(writes: false)
                let ids = try queue.ids(try filter.filter(), limit: limit)
                let isOpen = try queue.reviewers().isEmpty
                let table = CaseTable(
                    format: format, now: queue.time, withheld: isOpen ? [Category.childSafety] : Category.sensitive)
                try Console.output(table.head)
                try queue.forEach(ids) { try Console.output(table.row($0)) }
                if ids.isEmpty { Console.note("moderate: no such case") }
            } catch {
                throw Failure.report(error)
            }
        }
    }

    /// Shows a cluster's spread.
    struct Cluster: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what cases of nearly the same text have in common and where they differ.",
            discussion: """
                Decide them together with
                  moderate review batch decide --where 'cluster=CASE' reject --reviewer ana --reason …
                """)

        @OptionGroup var database: DatabaseOptions
        @Argument(help: ArgumentHelp("The id of any case of the cluster.", valueName: "case")) var id: String

        func run() throws {
            do {
                let queue = try database.queue(writes: false)
                guard let found = try queue.find(id) else { throw unknown(id) }
                let spread = try queue.spread(CaseFilter(cluster: found.id))
                try Console.output(
                    "\(found.cluster.count) cases of nearly this text, \(spread.count) of them wait\n"
                        + SpreadPage(spread).text)
                try queue.forEach(spread.samples) { try Console.output(SpreadPage.sample($0)) }
            } catch {
                throw Failure.report(error)
            }
        }
    }
}

/// Cases, one a line.
struct CaseTable {
    let format: Review.List.Format
    /// Milliseconds since 1970.
    let now: Int64
    /// The categories whose texts do not go into files.
    let withheld: [Category]

    private static let columns = [
        "id", "state", "category", "severity", "score", "languages", "markets", "created", "due", "claimed_by",
        "author", "cluster_size", "text",
    ]

    var head: String {
        switch format {
        case .ndjson: return ""
        case .csv:
            var csv = CSVBytes()
            csv.row(Self.columns)
            return csv.text
        case .table: return line("CASE", "STATE", "CATEGORY", "SEV", "SCORE", "DUE", "LANG", "MARKETS", "TEXT")
        }
    }

    func row(_ found: ReviewCase) -> String {
        let isWithheld = found.categories.contains { withheld.contains($0) }
        let text = found.content.map(Self.text) ?? "(erased)"
        switch format {
        case .ndjson: return CasePage(found, withholdsContent: isWithheld).json
        case .csv:
            var csv = CSVBytes()
            csv.row([
                found.id, found.life.state.rawValue, found.category.rawValue, found.severity.rawValue,
                CasePage.number(found.score), found.languages.joined(separator: " "),
                found.markets.joined(separator: " "), timestamp(found.created), timestamp(found.due),
                found.life.claim?.reviewer ?? "", found.author ?? "", "\(found.cluster.count)",
                isWithheld ? "" : text,
            ])
            return csv.text
        case .table:
            let isHidden = found.categories.contains { Category.sensitive.contains($0) }
            return line(
                found.id, found.life.state.rawValue, found.category.rawValue, found.severity.rawValue,
                CasePage.number(found.score), Self.remaining(found.due - now),
                found.languages.joined(separator: ","), found.markets.joined(separator: ","),
                isHidden ? "(moderate review show)" : TerminalText.clipped(Console.harmless(text), to: 40))
        }
    }

    private func line(_ cells: String...) -> String {
        let widths = [26, 8, 16, 8, 6, 7, 8, 12, 0]
        return zip(cells, widths).map { Console.padded($0, to: $1) }.joined(separator: " ") + "\n"
    }

    /// The judged fields as one text.
    static func text(_ content: CaseContent) -> String {
        guard content.fields.count != 1 else { return content.fields[0].text }
        return content.fields.map { "\($0.name.name): \($0.text)" }.joined(separator: "\n")
    }

    /// `3 h`, `-20 min`: how long a case may still take.
    static func remaining(_ milliseconds: Int64) -> String {
        let minutes = milliseconds / 60_000
        return abs(minutes) < 120 ? "\(minutes) min" : "\(minutes / 60) h"
    }
}

/// A spread for people.
struct SpreadPage {
    let spread: CaseSpread

    init(_ spread: CaseSpread) { self.spread = spread }

    var text: String {
        guard spread.count > 0 else { return "" }
        func line(_ name: String, _ groups: [(name: String, count: Int)]) -> String {
            let shown = groups.prefix(8).map { "\(Console.harmless($0.name)) \($0.count)" }.joined(separator: ", ")
            return Console.padded(name, to: 12) + shown + (groups.count > 8 ? ", …" : "") + "\n"
        }
        return line("categories", spread.categories) + line("severities", spread.severities)
            + line("languages", spread.languages) + line("markets", spread.markets)
            + "scores      \(CasePage.number(spread.scores.lowerBound)) to \(CasePage.number(spread.scores.upperBound))\n"
            + "authors     \(spread.authors)\n"
            + "created     \(timestamp(spread.created.lowerBound)) to \(timestamp(spread.created.upperBound))\n"
    }

    static func sample(_ found: ReviewCase) -> String {
        let text =
            found.categories.contains { Category.sensitive.contains($0) }
            ? "(moderate review show)" : found.content.map(CaseTable.text) ?? "(erased)"
        return
            "  \(found.id) \(CasePage.number(found.score))  \(TerminalText.clipped(Console.harmless(text), to: 90))\n"
    }
}
