internal import TextViews
internal import UnicodeData

/// The digits that stand close together in whatever a part of a regex matches: a *number*, as of cards, accounts and
/// people. Most posts have none, and are not scanned for regexes that need one.
struct RegexDigits {
    /// Digits of a number, at the least, and bytes between two of them, at the most: a blank, a dash and a blank.
    static let least = 6
    static let mostBetween = 5

    /// Whether every match of a regex has a number.
    static func needsNumber(_ regex: RegexSyntax) -> Bool { regex.isRead && RegexDigits(regex).longest >= least }

    /// Whether every match of a regex has a digit.
    static func needsDigit(_ regex: RegexSyntax) -> Bool { regex.isRead && RegexDigits(regex).longest > 0 }

    /// Digits, and at most so many bytes beside the outermost of them.
    private typealias Run = (digits: Int, bytes: Int)

    /// Digits of the longest run that every match has.
    private var longest = 0
    /// The runs that the match begins and ends with; nil without digits.
    private var ends: (first: Run, last: Run)?
    /// Whether all its digits are one run.
    private var isOneRun = false
    /// Bytes of the longest match; no more are counted than ``unlimited``.
    private var length = 0
    private static let unlimited = 1 << 20

    private init(length: Int) { self.length = min(length, Self.unlimited) }

    private init(_ regex: RegexSyntax) {
        switch regex {
        case .scalar(let scalar):
            self.init(isDigit: ("0"..."9").contains(scalar), length: UTF8.width(scalar))
        case .characters(let characters):
            let longest = characters.members?.map(UTF8.width).max() ?? 4
            self.init(isDigit: characters.isDigits, length: characters.isDigits ? 1 : longest)
        case .boundary:
            self.init(length: 0)
        case .sequence(let parts):
            self.init(length: 0)
            for part in parts { append(RegexDigits(part)) }
        case .alternatives(let alternatives):
            self.init(anyOf: alternatives.map(RegexDigits.init))
        case .repeated(let part, let least, let most):
            self.init(RegexDigits(part), least: least, most: most)
        case .unread:
            self.init(length: Self.unlimited)
        }
    }

    private init(isDigit: Bool, length: Int) {
        self.init(length: length)
        guard isDigit else { return }
        (longest, ends, isOneRun) = (1, ((1, 0), (1, 0)), true)
    }

    private init(anyOf parts: [RegexDigits]) {
        self.init(length: parts.map(\.length).max() ?? 0)
        let ends = parts.compactMap(\.ends)
        guard ends.count == parts.count else { return }
        func least(_ runs: [Run]) -> Run { (runs.map(\.digits).min() ?? 0, runs.map(\.bytes).max() ?? 0) }
        self.ends = (least(ends.map(\.first)), least(ends.map(\.last)))
        longest = parts.map(\.longest).min() ?? 0
        isOneRun = parts.allSatisfy(\.isOneRun)
    }

    private init(_ part: RegexDigits, least: Int, most: Int?) {
        self.init(length: 0)
        for _ in 0..<min(least, Self.least) { append(part) }
        let others = max(0, min(most ?? Self.unlimited, Self.unlimited) - min(least, Self.least)) * part.length
        if ends != nil, let own = part.ends {
            // However often it is repeated, it ends as one of it does.
            length = min(Self.unlimited, length + others)
            if others > 0, !Self.isClose(own.last, own.first) { isOneRun = false }
        } else {
            append(RegexDigits(length: others))
        }
    }

    private static func isClose(_ last: Run, _ first: Run) -> Bool { last.bytes + first.bytes <= mostBetween }

    /// Puts another part behind this one.
    private mutating func append(_ next: RegexDigits) {
        defer { length = min(Self.unlimited, length + next.length) }
        guard let own = ends else {
            (longest, isOneRun) = (next.longest, next.isOneRun)
            ends = next.ends.map { (first: ($0.first.digits, $0.first.bytes + length), last: $0.last) }
            return
        }
        guard let behind = next.ends else {
            ends?.last.bytes += next.length
            return
        }
        let isJoined = Self.isClose(own.last, behind.first)
        let joined = isJoined ? own.last.digits + behind.first.digits : 0
        ends = (
            first: isJoined && isOneRun ? (joined, own.first.bytes) : own.first,
            last: isJoined && next.isOneRun ? (joined, behind.last.bytes) : behind.last
        )
        longest = max(longest, next.longest, joined)
        isOneRun = isJoined && isOneRun && next.isOneRun
    }
}

extension RegexDigits {
    /// Whether a text has a digit.
    static func hasDigit(_ view: borrowing ViewText) -> Bool {
        for block in 0..<view.blocks.count where view.blocks.digits(block) != 0 { return true }
        return false
    }

    /// Whether a text has a number.
    static func hasNumber(_ view: borrowing ViewText) -> Bool {
        var digits = 0
        for block in 0..<view.blocks.count { digits += view.blocks.digits(block).nonzeroBitCount }
        guard digits >= least else { return false }
        var run = 0
        var last = -1
        for block in 0..<view.blocks.count {
            var rest = view.blocks.digits(block)
            while rest != 0 {
                let place = block << 6 | rest.trailingZeroBitCount
                rest &= rest &- 1
                run = run > 0 && place - last <= mostBetween + 1 ? run + 1 : 1
                if run == least { return true }
                last = place
            }
        }
        return false
    }
}
