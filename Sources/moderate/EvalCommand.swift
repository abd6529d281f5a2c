internal import ArgumentParser
internal import ContentModel
internal import Evaluation
internal import Foundation

/// How the rules do on labelled posts.
struct Eval: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Measure precision and recall on labelled posts.",
        discussion: "A post counts as flagged in a market when the action there is stricter than allow.")

    @Argument(help: ArgumentHelp("Corpus files, or folders of them (default: Corpora/posts).", valueName: "corpus"))
    var corpora: [String] = []

    @OptionGroup var rules: RulesOptions

    @Option(help: ArgumentHelp("How many errors are listed.", valueName: "n"))
    var errors: Int = 20

    func run() throws {
        do {
            let files = try self.files()
            let moderator = try rules.moderator()
            let corpus = try files.flatMap { try LabelledPost.read(file: $0) }
            let evaluation = try CorpusEvaluation(corpus, with: moderator)
            try Console.output(page(evaluation, posts: corpus.count))
        } catch let error as CorpusError {
            Console.error(error.description)
            throw Failure.dataUnreadable.exitCode
        } catch {
            throw Failure.report(error)
        }
    }

    private func files() throws -> [String] {
        try (corpora.isEmpty ? ["Corpora/posts"] : corpora).flatMap { path in
            var isFolder: ObjCBool = false
            guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                Console.error("there is no corpus at \(Console.harmless(path))")
                throw Failure.inputMissing.exitCode
            }
            guard isFolder.boolValue else { return [path] }
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            return names.filter { $0.hasSuffix(".ndjson") }.sorted().map { path + "/" + $0 }
        }
    }

    private func page(_ evaluation: CorpusEvaluation, posts: Int) -> String {
        var lines = ["                  posts  precision  recall  false positives"]
        func row(_ name: String, _ counts: ConfusionCounts) {
            let cells = [counts.precision, counts.recall, counts.falsePositiveRate].map { $0.map(percent) ?? "–" }
            lines.append(
                "  " + Console.padded(name, to: 16) + right("\(counts.posts)", 5) + right(cells[0], 11)
                    + right(cells[1], 8) + right(cells[2], 17))
        }
        func table(_ title: String, _ rows: [(String, ConfusionCounts)]) {
            lines.append(title)
            for (name, counts) in rows { row(name, counts) }
        }
        row("all", evaluation.overall)
        row("traps", evaluation.traps)
        table("by language", evaluation.byLanguage.sorted { $0.key < $1.key })
        table(
            "by category",
            Category.all.compactMap { category in
                evaluation.byCategory[category.rawValue].map { (category.rawValue, $0) }
            })
        table("by market", evaluation.byMarket.sorted { $0.key < $1.key })
        let exact = Double(evaluation.exactActions) / Double(max(1, evaluation.marketVerdicts))
        lines.append("the expected action, market by market: \(percent(exact)) of \(evaluation.marketVerdicts)")
        lines += listing(evaluation)
        return lines.joined(separator: "\n") + "\n"
    }

    private func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - Console.width(text))) + text
    }

    /// Where it erred, a post a line, the markets together.
    private func listing(_ evaluation: CorpusEvaluation) -> [String] {
        var order: [String] = []
        var misses: [String: [CorpusEvaluation.Miss]] = [:]
        for miss in evaluation.misses {
            if misses[miss.id] == nil { order.append(miss.id) }
            misses[miss.id, default: []].append(miss)
        }
        guard errors > 0, !order.isEmpty else { return [] }
        var lines = ["erred on \(order.count) posts" + (order.count > errors ? ", the first \(errors):" : ":")]
        for id in order.prefix(errors) {
            guard let all = misses[id], let first = all.first else { continue }
            let markets = all.map { "\($0.market.rawValue) \($0.found.name) not \($0.expected.name)" }.joined(
                separator: ", ")
            lines.append("  \(id)  \(Console.harmless(String(first.text.prefix(120))))")
            let rules = Set(all.flatMap(\.rules)).map(\.rawValue).sorted().joined(separator: " ")
            lines.append(
                "      \(markets)" + (rules.isEmpty ? "" : "  \(rules)") + (first.trap.map { "  (trap: \($0))" } ?? ""))
        }
        return lines
    }
}
