internal import ArgumentParser

extension Review {
    /// The full screen.
    struct Work: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Open the full-screen review terminal (the default).")
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var who: ReviewerOptions
        func run() throws {}
    }
}
