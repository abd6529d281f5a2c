internal import ArgumentParser
internal import ContentModel
internal import Foundation
internal import Moderation
internal import ReviewQueue
internal import Wire

extension Review {
    /// What people decided, for the publisher.
    struct Decisions: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what people decided, per market, one object a line.",
            discussion: """
                Keep the last `cursor` with what it made you do, and go on from it with --after: every decision comes \
                exactly once. A decision that its reviewer may still take back is not told yet, nor any behind it.
                """)

        @OptionGroup var database: DatabaseOptions
        @Option(help: ArgumentHelp("Go on behind this cursor.", valueName: "cursor")) var after: Int64 = 0
        @Flag(help: "Wait for more, until stopped.") var follow = false

        func run() throws {
            do {
                signal(SIGPIPE, SIG_IGN)
                let queue = try database.queue(writes: false)
                let stop = StopSignals()
                var cursor = after
                while !stop.isRequested {
                    let found = try queue.published(after: cursor, limit: 1000)
                    try Console.output(found.map(Self.line).joined())
                    cursor = found.last?.cursor ?? cursor
                    if found.count == 1000 { continue }
                    guard follow else { return }
                    stop.wait(milliseconds: 250)
                }
            } catch {
                throw Failure.report(error)
            }
        }

        private static func line(_ decision: PublishedDecision) -> String {
            var json = JSONBytes()
            json.raw("{\"cursor\":")
            json.integer(Int(decision.cursor))
            json.raw(",\"case\":")
            json.name(decision.caseID)
            if let post = decision.postID {
                json.raw(",\"post\":")
                json.string(post)
            }
            json.raw(",\"kind\":")
            json.name(decision.kind.rawValue)
            json.raw(",\"markets\":")
            json.raw(Array(decision.decisions.utf8))
            json.raw(",\"reviewer\":")
            json.string(decision.reviewer)
            if let reason = decision.reason {
                json.raw(",\"reason\":")
                json.string(reason)
            }
            json.raw(",\"at\":")
            json.name(timestamp(decision.at))
            json.raw("}\n")
            return String(decoding: json.bytes, as: UTF8.self)
        }
    }

    /// The author deleted a post.
    struct Withdraw: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close the case of a post that its author deleted; exit 1 when there is none.")

        @OptionGroup var database: DatabaseOptions
        @Option(help: ArgumentHelp("The publisher's id of the post.", valueName: "id")) var post: String

        func run() throws {
            do {
                guard let id = try database.queue().withdraw(postID: post, by: userName()) else {
                    Console.error("no case of the post \(Console.harmless(post)) is alive")
                    throw Failure.no.exitCode
                }
                try Console.output("\(id) closed\n")
            } catch {
                throw Failure.report(error)
            }
        }
    }

    /// The author does not agree.
    struct AppealCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "appeal",
            abstract: "Appeal against a decision: somebody else looks at the case again.",
            discussion: """
                With --post, about a post that the rules blocked themselves: it is judged by the rules in force, and \
                becomes a case where they still block or hold it.
                """)

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var rules: RulesOptions
        @Argument(help: ArgumentHelp("The case's id.", valueName: "case")) var id: String?
        @Option(help: ArgumentHelp("A file with the post as JSON; - reads standard input.", valueName: "file"))
        var post: String?
        @Option(help: ArgumentHelp("The author's id.", valueName: "author")) var by: String
        @Option(help: ArgumentHelp("The author's words.", valueName: "text")) var text: String?

        func validate() throws {
            guard (id == nil) != (post == nil) else { throw ValidationError("name a case, or a post with --post FILE") }
        }

        func run() throws {
            do {
                let outcome: ReviewQueue.Outcome
                if let id {
                    outcome = try database.queue().appeal(id, by: by, text: text)
                } else {
                    outcome = try appealBlocked()
                }
                let found = try done(outcome, id ?? "", by: by)
                try Console.output("\(found.id) \(found.life.state.rawValue)\n")
            } catch {
                throw Failure.report(error)
            }
        }

        private func appealBlocked() throws -> ReviewQueue.Outcome {
            let (bytes, read) = try readPost()
            let (run, file) = try RulesOfRun.choose(rules, database, keeps: true)
            guard let file else { throw Failure.configuration.exitCode }
            if let unknown = run.moderator.unknownMarkets(of: read).first {
                Console.error("no market is named \(Console.harmless(unknown.rawValue))")
                throw Failure.dataUnreadable.exitCode
            }
            var judge = try run.moderator.makeJudge()
            var verdict = Verdict()
            judge.judge(read, into: &verdict)
            var random = SystemRandomNumberGenerator()
            let queue = ReviewQueue(file: file, now: milliseconds)
            let incoming = IncomingCase(
                id: CaseID.make(at: queue.time, using: &random), post: read,
                postKey: read.id.map { "id:\($0)" } ?? "appeal:\(by):\(queue.time)", verdict: verdict, original: bytes,
                similarity: judge.similarity(of: read), holds: [.review, .block])
            guard let incoming else {
                Console.error("the rules in force neither block nor hold this post: it can be published")
                throw Failure.no.exitCode
            }
            return try queue.appeal(blocked: incoming, by: by, text: text)
        }

        private func readPost() throws -> (bytes: [UInt8], post: Post) {
            let name = post ?? "-"
            let data: Data? =
                name == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: name)
            guard let data else {
                Console.error("\(Console.harmless(name)): there is no such file, or it cannot be read")
                throw Failure.inputMissing.exitCode
            }
            let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            // Line breaks stand between the tokens of JSON only; a case is kept on one line.
            let bytes: [UInt8] = text.utf8.map { $0 < 0x20 ? 0x20 : $0 }
            var reader = PostReader()
            var read = Post()
            if let error = reader.read(bytes, into: &read) {
                Console.error("\(Console.harmless(name)): \(Console.harmless(error.message))")
                throw Failure.dataUnreadable.exitCode
            }
            return (bytes, read)
        }
    }

    /// What the author is told.
    struct Notice: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what the author is told about a case, in their language.",
            discussion: """
                The first language that the words are there in: --lang, the author's locale, the post's languages, \
                English. Where markets differ, each paragraph says for which it is.
                """)

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var rules: RulesOptions
        @Argument(help: ArgumentHelp("The case's id.", valueName: "case")) var id: String
        @Option(help: ArgumentHelp("A BCP 47 tag, e.g. ms.", valueName: "tag")) var lang: String?
        @Option(
            name: [.long, .customLong("region")], help: ArgumentHelp("For this market only.", valueName: "market"))
        var market: String?

        func run() throws {
            do {
                guard let found = try database.queue(writes: false).find(id) else { throw unknown(id) }
                if let market, !found.markets.contains(market) {
                    Console.error("\(CaseLife.Refusal.notHeld(market: Console.harmless(market), held: found.markets))")
                    throw Failure.no.exitCode
                }
                guard found.life.state != .closed else {
                    Console.error("the case is closed: the author has withdrawn or changed the post")
                    throw Failure.no.exitCode
                }
                let letter = try AuthorLetter(found, RuleGuide(database, rules, of: found), lang: lang)
                try Console.output(letter.text(for: market.map { [$0] } ?? found.markets))
            } catch {
                throw Failure.report(error)
            }
        }
    }
}
