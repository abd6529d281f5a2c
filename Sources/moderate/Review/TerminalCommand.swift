internal import ArgumentParser
internal import ContentModel
internal import Foundation
internal import Moderation
internal import ReviewQueue
internal import ReviewTerminal
internal import TextViews
internal import Wire

extension Review {
    /// The full screen.
    struct Work: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "terminal", abstract: "Open the full-screen review terminal (the default).",
            discussion: "Keys are shown by `?`. Works over ssh, in 80 columns and 24 lines, with or without colour.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var rules: RulesOptions
        @Option(help: ArgumentHelp("Your name (default: your login name).", valueName: "name"))
        var reviewer: String = userName()
        @Option(
            help: ArgumentHelp(
                "The language that you want to be told in (default: the first that you read).", valueName: "tag"))
        var lang: String?

        func validate() throws { try ReviewerOptions.check(reviewer) }

        func run() throws {
            do {
                guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
                    Console.error(
                        "this is no terminal: use `moderate review next` and `moderate review decide`, or `moderate review --help`"
                    )
                    throw ExitCode(64)
                }
                let queue = try database.queue()
                guard let person = try queue.reviewer(reviewer) else { throw unknownReviewer(reviewer) }
                let desk = ReviewDesk(queue, person, database, rules, lang: lang)
                let stop = StopSignals()
                let session = ReviewSession(
                    queue: queue, reviewer: reviewer, hasColour: Console.isColoured(STDOUT_FILENO),
                    guide: desk.guide, explain: desk.explain, isStopped: { stop.isRequested })
                guard session.run() else {
                    Console.error("the terminal cannot be drawn on: set TERM, e.g. TERM=xterm")
                    throw Failure.configuration.exitCode
                }
            } catch {
                throw Failure.report(error)
            }
        }
    }
}

/// What a reviewer is told about cases, made when it is first asked for.
private final class ReviewDesk {
    private let queue: ReviewQueue
    private let database: DatabaseOptions
    private let options: RulesOptions
    private let languages: [LanguageTag]
    private lazy var rules = try? RuleGuide(database, options)
    private lazy var moderator = try? RulesOfRun.choose(options, database, keeps: false).rules.moderator

    init(
        _ queue: ReviewQueue, _ person: Reviewer, _ database: DatabaseOptions, _ options: RulesOptions, lang: String?
    ) {
        self.queue = queue
        self.database = database
        self.options = options
        let environment = ProcessInfo.processInfo.environment
        let locale = (environment["LC_ALL"] ?? environment["LC_MESSAGES"] ?? environment["LANG"] ?? "").prefix {
            $0 != "."
        }
        languages =
            (lang.map { [LanguageTag(rawValue: $0)] } ?? []) + person.languages
            + [LanguageTag(rawValue: String(locale).replacing("_", with: "-"))]
    }

    func guide(_ found: ReviewCase) -> CaseGuide {
        var guide = CaseGuide()
        guide.history = found.author.flatMap { try? queue.history(of: $0) }
        guard let rules, let content = found.content else { return guide }
        var told: Set<String> = []
        for evidence in content.evidence where !evidence.shadow {
            let title = rules.title(of: evidence.rule, languages) ?? evidence.category.rawValue
            let reason = title + (rules.notice(of: evidence.rule, languages).map { ": " + $0 } ?? "")
            if told.insert(reason).inserted { guide.reasons.append(reason) }
        }
        guard var views = try? TextViews() else { return guide }
        for place in content.evidence.compactMap(\.place) where told.insert(place.text).inserted {
            if let gloss = rules.gloss(of: place.text, views: &views, languages) {
                guide.glosses.append((place.text, gloss.text))
            }
        }
        return guide
    }

    func explain(_ found: ReviewCase) -> [String] {
        guard let content = found.content else { return ["the text is erased"] }
        var reader = PostReader()
        var post = Post()
        guard let moderator, reader.read(Array(content.post.utf8), into: &post) == nil,
            let explanation = try? moderator.explain(post)
        else { return ["the rules in force cannot be had"] }
        return ExplanationPage(explanation, isColoured: false).text.split(separator: "\n").map(String.init)
    }
}
