internal import ArgumentParser
internal import ContentModel
internal import Evaluation
internal import Foundation
internal import Moderation
internal import ReviewQueue
internal import RuleBook
internal import RuleVersions

extension Rules {
    /// What differs between two states of the rules, and what that would have done.
    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare two states of the rules, by rule and not by line; replay posts through both.",
            discussion: """
                A state is a rules folder, `active`, a version (cn#12: the rules in force with that version of cn) or \
                what judged (cn@3f9a1c2b4d5e). With one state, what is in force stands before it.
                """)

        enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

        @Argument(help: ArgumentHelp("The state before, and the one after.", valueName: "state")) var states: [String]
        @Option(help: ArgumentHelp("Posts to judge by both, NDJSON; - reads standard input.", valueName: "file"))
        var replay: String?
        @Flag(help: "Judge the posts of decided cases by both, beside what people decided.") var decided = false
        @Option(
            name: .customLong("max-flips"),
            help: ArgumentHelp("Exit 1 when more posts than this come out otherwise.", valueName: "n"))
        var maxFlips: Int?
        @Option(help: ArgumentHelp("How many posts are shown.", valueName: "n")) var examples: Int = 10
        @Option(help: ArgumentHelp("Threads that judge (default: one a processor).", valueName: "n"))
        var threads: Int = ProcessInfo.processInfo.activeProcessorCount
        @Option(help: "text for people, json for programs.") var format: Format = .text
        @OptionGroup var rules: RulesOptions
        @OptionGroup var database: DatabaseOptions

        func validate() throws {
            guard (1...2).contains(states.count) else { throw ValidationError("name one state or two") }
            guard (1...256).contains(threads) else { throw ValidationError("--threads is a number from 1 to 256") }
            if maxFlips != nil, replay == nil, !decided {
                throw ValidationError("--max-flips counts posts: give some with --replay FILE or --decided")
            }
        }

        func run() throws {
            do {
                let names = states.count == 1 ? ["active"] + states : states
                let sides = try sides(names)
                let difference = RuleDifference(from: sides[0].book, to: sides[1].book)
                if format == .text { try Console.output(DifferencePage(difference).text) }
                guard replay != nil || decided else {
                    if format == .json { try Console.output(try DifferencePage(difference).json(nil, agreement: nil)) }
                    return
                }
                let replaying = try Replay(from: sides[0], to: sides[1], examples: examples, cache: rules.cache)
                var report = Replay.Report()
                var agreement: Agreement?
                if let replay { try read(replay, into: &report, by: replaying) }
                if decided { agreement = try replayDecided(into: &report, sides) }
                switch format {
                case .text:
                    try Console.output(
                        ReplayPage(report, agreement, isColoured: Console.isColoured(STDOUT_FILENO)).text)
                case .json:
                    try Console.output(try DifferencePage(difference).json(report, agreement: agreement))
                }
                defer { if report.unreadable > 0 { Console.error("\(report.unreadable) lines could not be read") } }
                if let maxFlips, report.flipped > maxFlips {
                    Console.error("\(report.flipped) posts come out otherwise, more than \(maxFlips)")
                    throw Failure.no.exitCode
                }
                if report.unreadable > 0 { throw Failure.dataUnreadable.exitCode }
            } catch let error as RuleVersionError {
                Console.error("\(error)")
                throw Failure.no.exitCode
            } catch {
                throw Failure.report(error)
            }
        }

        /// Both states. To be compared, what stands in both is read once, several files at a time. Each is compiled from
        /// its own files, or comes from the cache: what is said of a file there names the state's own.
        private func sides(_ names: [String]) throws -> [Replay.Side] {
            var known: (files: RuleFiles, book: RuleBook)?
            return try names.map { name in
                let (files, day, suspended) = try state(name)
                let book = try RuleBook.read(files, over: known, threads: threads).book
                known = (files, book)
                return Replay.Side(
                    book: book,
                    moderator: try Moderator(files, day: rules.day ?? day, suspended: suspended, cache: rules.cache))
            }
        }

        private func state(_ name: String) throws -> (files: RuleFiles, day: String?, suspended: Set<RuleName>) {
            var isFolder: ObjCBool = false
            if unsafe FileManager.default.fileExists(atPath: name, isDirectory: &isFolder), isFolder.boolValue {
                return (try RuleFiles(folder: name), nil, [])
            }
            let store = try database.versions()
            if name.contains("@") {
                let set = try RuleSetRecord.find(name, in: store)
                let files = try store.files(of: try set.versions.compactMap { try store.version(named: $0) })
                return (files, set.day, Set(set.suspended.map(RuleName.init(rawValue:))))
            }
            guard let active = try store.active() else {
                Console.error("no rules are in force in \(database.path) yet: run `moderate` or `moderate rules load`")
                throw Failure.no.exitCode
            }
            let suspended = Set(try store.state().suspended)
            if name == "active" { return (active.files, nil, suspended) }
            guard let version = try store.version(named: name) else {
                throw RuleVersionError.noSuchVersion(Console.harmless(name))
            }
            let change = RuleChange(
                active.files, replacing: [version.region], by: try store.files(of: [version]).files)
            return (change.files, nil, suspended)
        }

        // MARK: - Posts

        /// Replays a file, some megabytes at a time.
        private func read(_ path: String, into report: inout Replay.Report, by replaying: Replay) throws {
            let handle: FileHandle
            if path == "-" {
                handle = .standardInput
            } else if !isDirectory(path), let file = FileHandle(forReadingAtPath: path) {
                handle = file
            } else {
                Console.error("\(Console.harmless(path)): there is no such file, or it cannot be read")
                throw Failure.inputMissing.exitCode
            }
            let progress = isatty(STDERR_FILENO) == 1 ? ProgressLine() : nil
            defer { progress?.end() }
            var lines: [UInt8] = []
            var firstLine = 1
            var isAtEnd = false
            while !isAtEnd {
                let more = try handle.read(upToCount: 16 << 20) ?? Data()
                isAtEnd = more.isEmpty
                lines.append(contentsOf: more)
                let end = isAtEnd ? lines.count : (lines.lastIndex(of: 0x0A) ?? -1) + 1
                guard end > 0 else { continue }
                let part = try replaying.replay(Array(lines[..<end]), firstLine: firstLine, threads: threads)
                report.merge(part, mostExamples: examples)
                firstLine += part.lines
                lines.removeFirst(end)
                progress?.show(posts: report.posts, "\(report.flipped) come out otherwise")
            }
        }

        private func isDirectory(_ path: String) -> Bool {
            var isFolder: ObjCBool = false
            return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
        }

        /// How the new rules stand to what people decided, of posts that come out otherwise in some market.
        struct Agreement {
            /// Rejected by people, and let through now; approved by people, and held or blocked now.
            var rejectedAllowed = 0
            var approvedHeld = 0
            /// Rejected and held now, approved and let through now.
            var rejectedHeld = 0
            var approvedAllowed = 0
        }

        private func replayDecided(into report: inout Replay.Report, _ sides: [Replay.Side]) throws -> Agreement {
            var agreement = Agreement()
            let posts = try database.queue().decidedPosts()
            var lines: [UInt8] = []
            for (post, _) in posts {
                lines += post.utf8
                lines.append(0x0A)
            }
            // Every post that comes out otherwise is looked at, however few are shown.
            let replaying = try Replay(from: sides[0], to: sides[1], examples: posts.count, cache: rules.cache)
            let part = try replaying.replay(lines, firstLine: 1, threads: threads)
            report.merge(part, mostExamples: examples)
            for example in part.examples {
                let isHeld = example.flips.contains { $0.after >= .review }
                switch (posts[example.line - 1].decision, isHeld) {
                case (.reject, false): agreement.rejectedAllowed += 1
                case (.reject, true): agreement.rejectedHeld += 1
                case (.approve, true): agreement.approvedHeld += 1
                case (.approve, false): agreement.approvedAllowed += 1
                default: break
                }
            }
            return agreement
        }
    }
}

/// A difference as people and programs read it.
private struct DifferencePage {
    let difference: RuleDifference

    init(_ difference: RuleDifference) { self.difference = difference }

    var text: String {
        var lines: [String] = []
        for rule in difference.added {
            lines.append("+ \(rule.name.rawValue)  \(rule.category.rawValue) \(rule.confidence)")
        }
        for rule in difference.removed { lines.append("- \(rule.name.rawValue)") }
        for change in difference.changed {
            lines.append("~ \(change.name.rawValue)")
            for detail in change.details { lines.append("    \(Console.harmless(detail))") }
        }
        for policy in difference.policies {
            lines.append("~ policy of \(policy.market)")
            for detail in policy.details { lines.append("    \(detail)") }
        }
        lines.append(difference.summary)
        return lines.joined(separator: "\n") + "\n"
    }

    private struct Page: Encodable {
        struct Change: Encodable {
            var rule: String
            var details: [String]
        }
        struct Policy: Encodable {
            var market: String
            var details: [String]
        }
        struct Turn: Encodable {
            var stricter: Int
            var laxer: Int

            init(_ turn: Replay.Turn) { (stricter, laxer) = (turn.stricter, turn.laxer) }
        }
        struct Example: Encodable {
            var id: String
            var text: String
            var markets: [String: String]
        }
        struct Outcome: Encodable {
            var posts: Int
            var unreadable: Int
            var flips: Int
            var actions: [String: [String: Int]]
            var markets: [String: Turn]
            var languages: [String: Turn]
            var categories: [String: Turn]
            var moreReviews: Int
            var fewerReviews: Int
            var examples: [Example]
        }
        struct People: Encodable {
            var rejectedAllowed: Int
            var approvedHeld: Int
            var rejectedHeld: Int
            var approvedAllowed: Int
        }
        var added: [String]
        var removed: [String]
        var changed: [Change]
        var policies: [Policy]
        var replay: Outcome?
        var decided: People?
    }

    func json(_ report: Replay.Report?, agreement: Rules.Diff.Agreement?) throws -> String {
        let outcome = report.map { report in
            Page.Outcome(
                posts: report.posts, unreadable: report.unreadable, flips: report.flipped, actions: report.actions,
                markets: report.markets.mapValues(Page.Turn.init),
                languages: report.languages.mapValues(Page.Turn.init),
                categories: report.categories.mapValues(Page.Turn.init), moreReviews: report.moreReviews,
                fewerReviews: report.fewerReviews,
                examples: report.examples.map { example in
                    Page.Example(
                        id: example.id, text: example.text,
                        markets: Dictionary(
                            uniqueKeysWithValues: example.flips.map {
                                ($0.market.rawValue, "\($0.before.name) → \($0.after.name)")
                            }))
                })
        }
        let page = Page(
            added: difference.added.map(\.name.rawValue), removed: difference.removed.map(\.name.rawValue),
            changed: difference.changed.map { .init(rule: $0.name.rawValue, details: $0.details) },
            policies: difference.policies.map { .init(market: $0.market, details: $0.details) }, replay: outcome,
            decided: agreement.map {
                .init(
                    rejectedAllowed: $0.rejectedAllowed, approvedHeld: $0.approvedHeld, rejectedHeld: $0.rejectedHeld,
                    approvedAllowed: $0.approvedAllowed)
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(page), as: UTF8.self) + "\n"
    }
}

/// What a replay found, as people read it.
private struct ReplayPage {
    let text: String

    init(_ report: Replay.Report, _ agreement: Rules.Diff.Agreement?, isColoured: Bool) {
        var lines = ["", Console.styled("Replay of \(report.posts) posts", .bold, isColoured)]
        if report.unreadable > 0 { lines.append("  \(report.unreadable) lines could not be read") }
        lines.append("  \(report.flipped) come out otherwise")
        lines.append("  for people to review: \(report.moreReviews) more, \(report.fewerReviews) fewer")
        func table(_ title: String, _ turns: [String: Replay.Turn]) {
            guard !turns.isEmpty else { return }
            lines.append(Console.styled("By \(title)", .bold, isColoured))
            for (name, turn) in turns.sorted(by: {
                $0.value.stricter + $0.value.laxer > $1.value.stricter + $1.value.laxer
            }) {
                lines.append("  \(Console.padded(name, to: 18)) \(turn.stricter) stricter, \(turn.laxer) laxer")
            }
        }
        table("market", report.markets)
        table("language", report.languages)
        table("category", report.categories)
        if !report.actions.isEmpty {
            lines.append(Console.styled("Actions", .bold, isColoured))
            for (market, turns) in report.actions.sorted(by: { $0.key < $1.key }) {
                for (turn, count) in turns.sorted(by: { $0.value > $1.value }) {
                    lines.append("  \(Console.padded(market, to: 6)) \(turn): \(count)")
                }
            }
        }
        if let agreement {
            lines.append(Console.styled("Decided by people, of those that come out otherwise", .bold, isColoured))
            lines.append(
                "  rejected by people: \(agreement.rejectedAllowed) let through now, \(agreement.rejectedHeld) held")
            lines.append(
                "  approved by people: \(agreement.approvedAllowed) let through now, \(agreement.approvedHeld) held")
        }
        if !report.examples.isEmpty { lines.append(Console.styled("Examples", .bold, isColoured)) }
        for example in report.examples {
            let text = Console.harmless(example.text)
            lines.append(
                "  \(Console.harmless(example.id)): \(text.count > 100 ? String(text.prefix(99)) + "…" : text)")
            // Markets that turn alike stand together.
            let groups = Dictionary(grouping: example.flips) { flip in
                "\(flip.before.name) → \(flip.after.name)"
                    + (flip.rules.isEmpty ? "" : "  " + flip.rules.joined(separator: ", "))
            }
            for (turn, flips) in groups.sorted(by: { $0.key < $1.key }) {
                lines.append("      \(flips.map(\.market.rawValue).joined(separator: ",")): \(turn)")
            }
        }
        text = lines.joined(separator: "\n") + "\n"
    }
}
