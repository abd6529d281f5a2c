internal import ArgumentParser
internal import ContentModel
internal import ReviewQueue

extension Review {
    /// Who decides.
    struct ReviewerCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reviewer", abstract: "Set up reviewers: what they read, and what they may see.",
            discussion: "From the first one on, only reviewers who are set up can claim and decide.",
            subcommands: [Add.self, Remove.self, Reviewers.self])

        /// Sets one up.
        struct Add: ParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Set a reviewer up, or change what they may do.",
                discussion: "Child safety and self-harm are seen only by those for whom --sensitive names them.")

            @OptionGroup var database: DatabaseOptions
            @Argument(help: "Their name.") var name: String
            @Option(help: ArgumentHelp("BCP 47 tags, joined by commas (default: all).", valueName: "zh,en"))
            var languages: String?
            @Option(
                name: [.customLong("markets"), .customLong("regions")],
                help: ArgumentHelp("Markets, joined by commas (default: all).", valueName: "cn,us"))
            var markets: String?
            @Option(
                help: ArgumentHelp(
                    "Categories, joined by commas (default: all but sensitive ones).", valueName: "spam,fraud"))
            var categories: String?
            @Option(
                help: ArgumentHelp("Sensitive categories that they see besides.", valueName: "child-safety,self-harm"))
            var sensitive: String?
            @Option(help: "reviewer, senior (takes escalated cases) or admin.") var role: Role = .reviewer

            func validate() throws {
                guard Reviewer.isName(name) else {
                    throw ValidationError("a reviewer's name is 1 to 64 letters, digits, blanks and . _ @ - +")
                }
                for name in Self.list(categories) + Self.list(sensitive)
                where !Category.all.contains(Category(rawValue: name)) {
                    let all = Category.all.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("'\(Console.harmless(name))' is no category; there are \(all)")
                }
                for tag in Self.list(languages) + Self.list(markets)
                where !tag.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) {
                    throw ValidationError("'\(Console.harmless(tag))' is neither a language nor a market")
                }
            }

            private static func list(_ text: String?) -> [String] {
                (text ?? "").split(separator: ",").map { $0.trimmingPrefix(" ").description }
            }

            func run() throws {
                do {
                    let reviewer = Reviewer(
                        name: name, role: role, languages: Self.list(languages).map(LanguageTag.init(rawValue:)),
                        markets: Self.list(markets), categories: Self.list(categories).map(Category.init(rawValue:)),
                        sensitive: Self.list(sensitive).map(Category.init(rawValue:)))
                    try database.queue().keep(reviewer, by: userName())
                    try Console.output(ReviewerCommand.line(reviewer))
                } catch {
                    throw Failure.report(error)
                }
            }
        }

        /// Takes one off.
        struct Remove: ParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Take a reviewer off; what they hold comes back at once.")

            @OptionGroup var database: DatabaseOptions
            @Argument(help: "Their name.") var name: String

            func run() throws {
                do {
                    guard try database.queue().removeReviewer(name, by: userName()) else {
                        throw unknownReviewer(name)
                    }
                    try Console.output("\(Console.harmless(name)) removed\n")
                } catch {
                    throw Failure.report(error)
                }
            }
        }

        /// Those who are set up.
        struct Reviewers: ParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "list", abstract: "List the reviewers who are set up.")

            @OptionGroup var database: DatabaseOptions

            func run() throws {
                do {
                    let reviewers = try database.queue().reviewers()
                    try Console.output(reviewers.map(ReviewerCommand.line).joined())
                    if reviewers.isEmpty { Console.note("moderate: none is set up: any name can claim and decide") }
                } catch {
                    throw Failure.report(error)
                }
            }
        }

        fileprivate static func line(_ reviewer: Reviewer) -> String {
            func list(_ members: [String], _ whole: String) -> String {
                members.isEmpty ? whole : members.joined(separator: ",")
            }
            var parts = [
                Console.padded(Console.harmless(reviewer.name), to: 16), Console.padded(reviewer.role.rawValue, to: 8),
                "reads " + list(reviewer.languages.map(\.rawValue), "all languages"),
                "for " + list(reviewer.markets, "all markets"),
                "sees " + list(reviewer.categories.map(\.rawValue), "all ordinary categories"),
            ]
            if !reviewer.sensitive.isEmpty {
                parts.append("and " + reviewer.sensitive.map(\.rawValue).joined(separator: ","))
            }
            return parts.joined(separator: "  ") + "\n"
        }
    }
}
