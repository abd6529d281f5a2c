internal import ArgumentParser

@main
struct Moderate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "moderate",
        abstract: "Decides, before publication, what happens to a post in every market that would see it.",
        discussion: """
            Pipe posts through it, one a line, and get one verdict a line:

              moderate < posts.ndjson > verdicts.ndjson
              echo 'add my weixin for a guaranteed 30% return' | moderate --format table

            Exit codes: 0 every record was judged, 1 the answer is no, 64 wrong usage, 65 some records could not be
            read, 66 a file is missing, 74 the output cannot be written, 75 the queue cannot be written now, 78 rules
            or configuration do not hold.
            """,
        version: "0.1.0",
        subcommands: [Check.self, Live.self, Review.self, Rules.self, Explain.self, Eval.self],
        defaultSubcommand: Check.self)
}
