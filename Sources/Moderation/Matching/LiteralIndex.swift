internal import ContentModel
internal import PatternMatching

/// The literals of one table and what finds them, shared by all threads.
///
/// A class, so that a judge hands it on for the price of a reference count.
final class LiteralIndex: Sendable {
    let table: LiteralTable
    let grams: GramTable
    /// Of literals that count only where something of them is hidden: "the" is a word of most posts, and stands for
    /// another in few, and "a" for a run of it.
    let hiddenGrams: GramTable
    /// By ``reading(_:)``: of the literals that count in that view.
    let readingGrams: [GramTable]
    /// The literals without a gram; nil where all have one.
    let database: PatternDatabase?
    /// The views in which literals count that the database finds.
    let databaseViews: ViewSet

    init(_ table: LiteralTable, _ database: PatternDatabase?) {
        self.table = table
        self.database = database
        let occurrences = (0..<table.count).map { table.occurrence(of: $0) }
        let views = (0..<table.count).map { table.views(of: $0) }
        grams = GramTable(table) { occurrences[$0] == .anywhere }
        hiddenGrams = GramTable(table) { occurrences[$0] == .wherePartIsHidden }
        readingGrams = View.allCases.filter { Self.reading($0) != nil }.map { view in
            GramTable(table) { views[$0].contains(view) }
        }
        databaseViews = views.dropLast(table.grams.count).reduce(into: []) { $0.formUnion($1) }
    }

    /// The number of a view that rules opt into: nearly all literals that stand in a French text without its marks
    /// count for nothing there.
    static func reading(_ view: View) -> Int? {
        switch view {
        case .digits: 0
        case .phonetic: 1
        case .unmarked: 2
        default: nil
        }
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
