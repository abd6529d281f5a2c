/// Expressions in prefix order, for a look without reference counts. A leaf is its number, and one number for all
/// those that only a number can tell; `any` and `all` are theirs, how many numbers their members take, and the members.
enum MatchCode {
    private static let any: Int32 = -1
    private static let all: Int32 = -2
    private static let number: Int32 = -3

    /// - Parameter needsNumber: By leaf: whether it is a regex of ``RegexTables/dependentNumbers``.
    static func write(_ expression: LeafExpression, _ needsNumber: [Bool]) -> [Int32] {
        func members(_ kind: Int32, _ members: [LeafExpression]) -> [Int32] {
            let code = members.flatMap { write($0, needsNumber) }
            return [kind, Int32(code.count)] + code
        }
        return switch expression {
        case .leaf(let leaf): needsNumber[leaf] ? members(number, []) : [Int32(leaf)]
        case .any(let list): members(any, list)
        case .all(let list, _): members(all, list)
        }
    }

    /// Stops at the first member that decides, and skips what stands behind it.
    static func holds(_ code: Span<Int32>, at place: Int, _ hasHit: Span<Bool>, _ hasNumber: Bool) -> Bool {
        let kind = code[place]
        guard kind < 0 else { return hasHit[Int(kind)] }
        guard kind != number else { return hasNumber }
        let isAll = kind == all
        var member = place + 2
        let end = member + Int(code[place + 1])
        while member < end {
            let kind = code[member]
            if (kind < 0 ? holds(code, at: member, hasHit, hasNumber) : hasHit[Int(kind)]) != isAll { return !isAll }
            member += kind < 0 ? 2 + Int(code[member + 1]) : 1
        }
        return isAll
    }
}
