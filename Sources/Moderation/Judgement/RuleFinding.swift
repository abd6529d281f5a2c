/// A rule that found something in a post, before any market has weighed it.
struct RuleFinding {
    /// Place in the program's rules.
    var rule: Int
    /// At least one.
    var findings: [Finding]
}
