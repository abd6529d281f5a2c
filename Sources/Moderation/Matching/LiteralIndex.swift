/// The literals of one table and what finds them, shared by all threads.
///
/// A class, so that a judge hands it on for the price of a reference count.
final class LiteralIndex: Sendable {
    let table: LiteralTable
    let words: WordTable
    let databases: LiteralDatabases

    init(_ table: LiteralTable, _ databases: LiteralDatabases) {
        self.table = table
        self.databases = databases
        words = WordTable(table)
    }
}

/// A segment and what finds its patterns, shared by all threads.
final class SegmentIndex: Sendable {
    let segment: Segment
    let anchors: LiteralIndex
    let others: LiteralIndex
    let databases: Databases

    init(_ segment: Segment, _ databases: Databases) {
        self.segment = segment
        self.databases = databases
        anchors = LiteralIndex(segment.anchors, databases.anchors)
        others = LiteralIndex(segment.others, databases.others)
    }
}
