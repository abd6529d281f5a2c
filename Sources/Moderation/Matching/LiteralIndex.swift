/// The literals of one table and what finds them, shared by all threads.
///
/// A class, so that a judge hands it on for the price of a reference count.
final class LiteralIndex: Sendable {
    let table: LiteralTable
    let grams: GramTable
    /// Of literals that count only where something of them is hidden: "the" is a word of most posts, and stands for
    /// another in few, and "a" for a run of it.
    let hiddenGrams: GramTable
    let databases: LiteralDatabases

    init(_ table: LiteralTable, _ databases: LiteralDatabases) {
        self.table = table
        self.databases = databases
        grams = GramTable(table) { table.occurrence(of: $0) == .anywhere }
        hiddenGrams = GramTable(table) { table.occurrence(of: $0) == .wherePartIsHidden }
    }
}

/// A patternSet and what finds its patterns, shared by all threads.
final class PatternSetIndex: Sendable {
    let patternSet: PatternSet
    let anchors: LiteralIndex
    let others: LiteralIndex
    let databases: Databases

    init(_ patternSet: PatternSet, _ databases: Databases) {
        self.patternSet = patternSet
        self.databases = databases
        anchors = LiteralIndex(patternSet.anchors, databases.anchors)
        others = LiteralIndex(patternSet.others, databases.others)
    }
}
