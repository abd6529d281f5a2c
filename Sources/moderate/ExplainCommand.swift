internal import ArgumentParser
internal import ContentModel
internal import Foundation
internal import Moderation

/// What every stage saw.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show what every stage saw of a text.")

    @Argument(help: "The text; - reads it from standard input.")
    var text: String

    @OptionGroup var market: MarketOptions
    @OptionGroup var rules: RulesOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        do {
            let moderator = try RulesOfRun.choose(rules, database, keeps: false).rules.moderator
            let markets = try market.markets(of: moderator)
            let explanation = try moderator.explain(Post(text: try input(), markets: markets))
            try Console.output(ExplanationPage(explanation, isColoured: Console.isColoured(STDOUT_FILENO)).text)
        } catch {
            throw Failure.report(error)
        }
    }

    private func input() throws -> String {
        guard text == "-" else { return text }
        let data = FileHandle.standardInput.readDataToEndOfFile()
        guard var text = String(validating: data, as: UTF8.self) else {
            Console.error("standard input is not valid UTF-8")
            throw Failure.dataUnreadable.exitCode
        }
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}

/// The explanation as a page.
struct ExplanationPage {
    let text: String

    init(_ explanation: Explanation, isColoured: Bool) {
        var lines: [String] = []
        func heading(_ title: String) { lines.append(Console.styled(title, .bold, isColoured)) }
        heading("Views")
        for field in explanation.fields {
            func line(_ name: String, _ text: String) {
                lines.append("  \(name.padding(toLength: 13, withPad: " ", startingAt: 0)) \(text)")
            }
            line(field.name.name, Console.harmless(field.original))
            for (view, text) in field.views {
                line(view.name, text == field.original ? "the same" : Console.harmless(text))
            }
            if field.views.count == 1 { line("others", "the same as folded: nothing looks hidden") }
        }
        heading("Languages")
        for language in explanation.verdict.languages {
            lines.append(
                "  \(language.tag.rawValue)  share \(percent(language.share)), sure to \(percent(language.confidence))"
            )
        }
        if explanation.verdict.languages.isEmpty { lines.append("  none: the text has no letters") }
        heading("Matches")
        for match in explanation.matches {
            let outcome =
                match.reason.map { Console.styled("no: \($0)", .dim, isColoured) }
                ?? Console.styled("counts", .green, isColoured)
            lines.append(
                "  ⟦\(Console.harmless(match.text))⟧ \(match.view.name)  \(match.rule.rawValue)  \(outcome)")
        }
        if explanation.matches.isEmpty { lines.append("  none") }
        heading("Markets")
        for market in explanation.verdict.markets {
            let action = Console.styled(market.action.name, Console.style(of: market.action), isColoured)
            let scores = market.categories.map { "\($0.category.rawValue) \(percent($0.score))" }.joined(
                separator: ", ")
            lines.append("  \(market.market.rawValue)  \(action)  \(scores)  \(market.ruleSet.rawValue)")
            if let notice = market.notice { lines.append("      the author is told: \(notice)") }
        }
        text = lines.joined(separator: "\n") + "\n"
    }
}

/// A part of one, as people read it.
func percent(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }
