internal import ContentModel
internal import GRDB

/// Which cases: the small language of `--where`.
///
///     expression = term { "or" term }
///     term       = factor { "and" factor }
///     factor     = "not" factor | "(" expression ")" | field operator value
///     operator   = "=" | "!=" | "<" | "<=" | ">" | ">="
///     value      = a word, or anything in single or double quotes
///
/// Only bound parameters reach SQLite.
public struct CaseFilter: Sendable {
    /// Why an expression does not hold.
    public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        public var message: String
        public var expression: String
        /// Where in the expression, in code points from 0.
        public var offset: Int

        public var description: String { message }
    }

    enum Field: String, CaseIterable {
        case id, post, author, market, category, severity, score, language, state, created, due, rule, cluster, reviewer
    }

    enum Comparison: String { case equal = "=", unequal = "!=", less = "<", most = "<=", more = ">", least = ">=" }

    indirect enum Node: Sendable {
        case and([Node]), or([Node]), not(Node)
        case condition(sql: String, values: [DatabaseValue])
    }

    let node: Node
    /// Whether the expression says itself which states it is about.
    let namesState: Bool
    /// Whether it is about what a lane says, so that looking lane by lane saves looking at every case.
    let namesLane: Bool

    /// - Throws: ``Failure``, with the place.
    public init(_ expression: String) throws(Failure) {
        var parser = CaseFilterParser(expression)
        node = try parser.parse()
        namesState = parser.namesState
        namesLane = parser.namesLane
    }

    /// The cases of one cluster.
    public init(cluster id: String) {
        node = .condition(sql: Self.clusterCondition, values: [id.databaseValue])
        namesState = false
        namesLane = false
    }

    static let clusterCondition = "c.cluster = (SELECT cluster FROM cases WHERE id = ?)"

    /// A condition over `cases AS c` and `lanes AS l`, and its values.
    var sql: (condition: String, values: [DatabaseValue]) {
        var values: [DatabaseValue] = []
        return (Self.sql(node, &values), values)
    }

    private static func sql(_ node: Node, _ values: inout [DatabaseValue]) -> String {
        switch node {
        case .and(let parts): return "(" + parts.map { sql($0, &values) }.joined(separator: " AND ") + ")"
        case .or(let parts): return "(" + parts.map { sql($0, &values) }.joined(separator: " OR ") + ")"
        case .not(let part): return "NOT " + sql(part, &values)
        case .condition(let condition, let own):
            values += own
            return "(" + condition + ")"
        }
    }
}
