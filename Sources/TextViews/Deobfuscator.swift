internal import ContentModel
internal import UnicodeData

/// Undoes what hides the letters of a word, code point by code point and then token by token:
///
/// - *disguises*: letters in circles and squares, small capitals, traditional characters, kana, forms of Arabic
///   letters become one form; fillers and vowel signs that are no spelling are left out (table in `UnicodeData`),
/// - *marks* on letters that need none (`s̶a̶l̶e̶`) are dropped, loose jamo join their syllable,
/// - *separators* between single letters (`s.a.l.e`, `加 微 信`) are dropped,
/// - *look-alikes* of other scripts beside Latin letters (`ѕаle`) become Latin,
/// - *repeats* of a letter, three or more, become one (`saaaale`).
///
/// What it makes of a place depends on at most 64 code points either side; the constants say how far each rule looks.
struct Deobfuscator {
    /// Code points in a separator between letters; more end a chain.
    static let longestSeparator = 4
    /// Single letters of a spaced script in a row, before their separators are dropped: fewer would glue "I a" and
    /// initials.
    static let shortestChain = 3
    /// Bytes of the original in which three single letters make a chain.
    static let chainReach = 48
    /// Equal letters in a row before they become one: two are spelling in most languages.
    static let shortestRun = 3
    /// Bytes of the original, and so at most as many code points, within which a Latin letter makes a look-alike
    /// suspicious.
    static let mixReach = 20
    /// Bytes of the original in a separator, with what folding has left out of it.
    static let longestGap = 20

    private var tokens: [Token] = []
    private var kept: [Unit] = []

    /// A run of letters (with their marks) of one side: scripts with spaces, or scripts without.
    private struct Token {
        /// Places among the units.
        var start: Int
        var end: Int
        /// Letters in it.
        var letters: Int
        var side: Side
        /// What stands between this token and the next one.
        var gap = Gap.wide
        /// A digit that stands alone and may stand for a letter; it takes part in chains of letters.
        var isDigit = false
        /// Part of a chain of single letters whose separators are dropped.
        var isChained = false
    }

    enum Side: UInt8 { case spaced, hangul, unspaced }

    /// What stands between two tokens.
    enum Gap: UInt8 {
        /// Nothing: the sides differ.
        case none
        /// Blanks alone.
        case blank
        /// Marks that no sentence needs between two letters: `.`, `-`, `*`, an emoji.
        case sign
        /// Marks of a sentence (comma, question mark …).
        case sentence
        /// Too long, or a digit: no separator at all.
        case wide
    }

    @inline(__always)
    static func side(ofScript script: UInt8) -> Side {
        if script <= Script.greek.rawValue { return .spaced }
        if script == Script.hangul.rawValue { return .hangul }
        return (Script(rawValue: script) ?? .other).isUnspaced ? .unspaced : .spaced
    }

    static func gap(_ gap: Gap, extendedBy raw: UInt8, _ codePoint: UInt32) -> Gap {
        if gap == .wide || gap == .sentence { return gap }
        if raw >> 5 == CharacterClass.Kind.space.rawValue { return gap == .none ? .blank : gap }
        switch codePoint {
        // Commas, question and exclamation marks, colons, brackets and quotes in their folded forms. Round brackets
        // are signs: people put letters into them ("(s)(a)(l)(e)").
        case 0x21, 0x22, 0x27, 0x2C, 0x3A, 0x3B, 0x3F, 0x5B, 0x5D, 0x2018...0x201F, 0x3001, 0x3002,
            0x3008...0x3011, 0x3014...0x301B:
            return .sentence
        default: return .sign
        }
    }

    /// Whether a gap between two tokens is dropped that are no chain. Without spaces in the script one of the two must
    /// be a single letter: a whole word next to a whole word is how people write pauses.
    static func joins(_ left: Side, _ leftLetters: Int, _ gap: Gap, _ right: Side, _ rightLetters: Int) -> Bool {
        guard left == right, leftLetters == 1 || rightLetters == 1 else { return false }
        switch left {
        case .unspaced: return gap == .blank || gap == .sign
        case .hangul: return gap == .sign || gap == .blank && leftLetters == 1 && rightLetters == 1
        case .spaced: return false
        }
    }

    /// Whether a mark joins a letter to the one before it: the virama of a Brahmic script.
    @inline(__always)
    static func joins(_ mark: UInt32, _ letter: UInt32) -> Bool {
        (0x0900...0x0DFF).contains(mark) && (mark & 0x7F == 0x4D || mark == 0x0DCA) && letter >= 0x0900
    }

    /// Whether two units come from one character.
    private static func isOne(_ left: Unit, _ right: Unit) -> Bool {
        left.start == right.start && left.end == right.end && right.end - right.start <= 4
    }

    // MARK: - Rewriting

    /// What the first pass saw, so that the others run only where they have something to do.
    private struct Traits {
        var isChanged = false
        /// A sign became a letter, so that tokens are others than the text seemed to have.
        var hasNewLetters = false
        var hasLookAlikes = false
    }

    /// Rewrites the units of a folded text.
    ///
    /// - Parameter suspicion: What the text as it is may have.
    /// - Returns: Whether anything changed.
    mutating func rewrite(_ units: inout [Unit], _ suspicion: Suspicion) -> Bool {
        let hasDisguises = !suspicion.isDisjoint(with: [.letters, .substitutes, .lookAlikes])
        let traits = hasDisguises ? undoDisguises(&units) : Traits()
        var isChanged = traits.isChanged
        if suspicion.contains(.separators) || traits.hasNewLetters {
            findTokens(units)
            chainTokens(units)
            if joinTokens(&units) { isChanged = true }
        }
        if traits.hasLookAlikes, turnLookAlikes(&units) { isChanged = true }
        if isChanged || suspicion.contains(.runs), collapseRuns(&units) { isChanged = true }
        return isChanged
    }

    /// Changes that need no token: by table, marks, jamo.
    private mutating func undoDisguises(_ units: inout [Unit]) -> Traits {
        var traits = Traits()
        var kept = Self.firstChange(in: units, &traits)
        for index in kept..<units.count {
            var unit = units[index]
            let (kind, target) = Disguise.of(unit.codePoint)
            switch kind {
            case .none: break
            case .lookAlike: traits.hasLookAlikes = true
            case .always where target == 0:
                traits.isChanged = true
                traits.hasNewLetters = true
                continue
            case .regional where isFlag(units, index, kept): break
            case .always, .regional:
                traits.isChanged = true
                if !unit.characterClass.isLetter { traits.hasNewLetters = true }
                unit.become(target)
            }
            if kept > 0, unit.codePoint >= 0x300 {
                let last = units[kept - 1]
                if unit.characterClass.kind == .mark, Self.needsNoMark(last) {
                    traits.isChanged = true
                    units[kept - 1].become(Reading.unmarked(last.codePoint), cause: .likeness)
                    units[kept - 1].end = unit.end
                    continue
                }
                if let closed = Self.syllable(last.codePoint, closedBy: unit.codePoint),
                    !(index + 1 < units.count && units[index + 1].codePoint == unit.codePoint)
                {
                    traits.isChanged = true
                    traits.hasNewLetters = true
                    units[kept - 1].become(closed)
                    units[kept - 1].end = unit.end
                    continue
                }
            }
            units[kept] = unit
            kept += 1
        }
        units.removeLast(units.count - kept)
        return traits
    }

    /// The first unit that may change, or the number of units; looks for look-alikes on the way.
    private static func firstChange(in units: [Unit], _ traits: inout Traits) -> Int {
        let units = units.span
        for index in units.indices where units[index].codePoint >= 0x80 {
            let unit = units[index]
            // Nothing of nearly all letters.
            if unit.codePoint <= 0xFFFF, unit.characterClass.isLetter, !Disguise.isAny(unit.codePoint),
                !(0x1100...0x1112).contains(unit.codePoint)
            {
                continue
            }
            switch Disguise.of(units[index].codePoint).kind {
            case .always, .regional: return index
            case .lookAlike: traits.hasLookAlikes = true
            case .none:
                if units[index].characterClass.kind == .mark || (0x1100...0x1112).contains(units[index].codePoint) {
                    return index
                }
            }
        }
        return units.count
    }

    /// Whether marks that stand loose behind a letter, even after composition, are no spelling.
    @inline(__always)
    private static func needsNoMark(_ unit: Unit) -> Bool {
        guard unit.characterClass.isLetter else { return false }
        switch unit.characterClass.script {
        case .latin, .cyrillic, .greek: return true
        default: return false
        }
    }

    /// Two regional indicators in a row and no more are a flag. Units before `kept` may be letters by now.
    private func isFlag(_ units: [Unit], _ index: Int, _ kept: Int) -> Bool {
        func isRegional(_ place: Int) -> Bool {
            units.indices.contains(place) && Disguise.of(units[place].codePoint).kind == .regional
        }
        func wasRegional(_ place: Int) -> Bool {
            guard place >= 0 else { return false }
            let unit = units[place]
            return Disguise.of(unit.codePoint).kind == .regional || unit.codePoint < 0x80 && unit.end - unit.start == 4
        }
        if wasRegional(kept - 1) { return !wasRegional(kept - 2) && !isRegional(index + 1) }
        return isRegional(index + 1) && !isRegional(index + 2)
    }

    /// A Hangul syllable without a final consonant, and a loose leading jamo behind it, as one syllable: folding
    /// composes ㅅㅔㅇㅣㄹ to 세이ᄅ (Unicode Standard, section 3.12).
    static func syllable(_ syllable: UInt32, closedBy jamo: UInt32) -> UInt32? {
        guard (0x1100...0x1112).contains(jamo), (0xAC00...0xD7A3).contains(syllable), (syllable - 0xAC00) % 28 == 0
        else { return nil }
        // Finals by leading consonant; three doubled ones close no syllable.
        let finals: [UInt32] = [1, 2, 4, 7, 0, 8, 16, 17, 0, 19, 20, 21, 22, 0, 23, 24, 25, 26, 27]
        let final = finals[Int(jamo - 0x1100)]
        return final == 0 ? nil : syllable + final
    }

    private mutating func findTokens(_ all: [Unit]) {
        tokens.removeAll(keepingCapacity: true)
        let units = all.span
        var gap = 0
        var gapKind = Gap.wide
        // The last token, which is kept when the next one begins, and whether its letters go on.
        var last = Token(start: 0, end: 0, letters: 0, side: .spaced)
        var isOpen = false
        for index in units.indices {
            let raw = units[index].characterClass.rawValue
            switch raw >> 5 {
            case CharacterClass.Kind.letter.rawValue:
                let side = Self.side(ofScript: raw & 31)
                if isOpen, last.side == side {
                    // One character may fold to several letters (ß), and a conjunct is written as one.
                    let before = units[index - 1]
                    let isSame =
                        before.end > units[index].start && Self.isOne(before, units[index])
                        || before.codePoint >= 0x900 && Self.joins(before.codePoint, units[index].codePoint)
                    last.end = index + 1
                    if !isSame { last.letters += 1 }
                } else {
                    if last.letters > 0 {
                        let isFar = units[index].start - units[last.end - 1].end > Self.longestGap
                        keep(last, gap: isOpen ? .none : isFar ? .wide : gapKind)
                    }
                    last = Token(start: index, end: index + 1, letters: 1, side: side)
                    isOpen = true
                }
            case CharacterClass.Kind.mark.rawValue: if isOpen { last.end = index + 1 }
            case CharacterClass.Kind.digit.rawValue:
                let isAlone = !isOpen && Leet.letter(units[index].codePoint) != 0 && Self.isAlone(all, index)
                if isAlone {
                    if last.letters > 0 { keep(last, gap: gapKind) }
                    last = Token(start: index, end: index + 1, letters: 1, side: .spaced, isDigit: true)
                    gap = 0
                    gapKind = .none
                } else {
                    isOpen = false
                    gapKind = .wide
                }
            default:
                if isOpen {
                    gap = 0
                    gapKind = .none
                    isOpen = false
                }
                gap += 1
                gapKind = Self.gap(gapKind, extendedBy: raw, units[index].codePoint)
                if gap > Self.longestSeparator { gapKind = .wide }
            }
        }
        if last.letters > 0 { tokens.append(last) }
    }

    private mutating func keep(_ token: Token, gap: Gap) {
        var token = token
        token.gap = gap
        tokens.append(token)
    }

    /// Whether neither neighbour is a letter or a digit.
    private static func isAlone(_ units: [Unit], _ index: Int) -> Bool {
        (index == 0 || !units[index - 1].characterClass.isWord)
            && (index + 1 == units.count || !units[index + 1].characterClass.isWord)
    }

    /// Marks the runs of single letters that are long enough.
    private mutating func chainTokens(_ units: [Unit]) {
        var start = 0
        while start < tokens.count {
            guard tokens[start].letters == 1 else {
                start += 1
                continue
            }
            var end = start + 1
            while end < tokens.count, tokens[end].letters == 1, tokens[end - 1].gap != .wide,
                tokens[end - 1].gap != .none
            {
                end += 1
            }
            markChains(units, start..<end)
            start = end
        }
    }

    /// Marks every three letters of a run that stand close together, and the digits between them.
    private mutating func markChains(_ units: [Unit], _ run: Range<Int>) {
        // The last two letters.
        var (first, second): (Int?, Int?)
        for index in run where !tokens[index].isDigit {
            if let start = first,
                Self.reach(units[tokens[start].start], units[tokens[index].end - 1]) <= Self.chainReach
            {
                for place in start...index { tokens[place].isChained = true }
            }
            (first, second) = (second, index)
        }
        // A digit beside a chain is part of it.
        for index in run where tokens[index].isDigit && !tokens[index].isChained {
            let follows = index > run.lowerBound && tokens[index - 1].isChained
            let leads = index + 1 < run.upperBound && tokens[index + 1].isChained && !tokens[index + 1].isDigit
            if follows && !tokens[index - 1].isDigit || leads { tokens[index].isChained = true }
        }
    }

    /// Bytes of the original from the beginning of one unit to the end of another; none within a run that is turned
    /// around, whose units all stand for the whole of it.
    private static func reach(_ first: Unit, _ last: Unit) -> Int {
        first.start == last.start && first.end == last.end ? 0 : last.end - first.start
    }

    private func dropsGap(after index: Int) -> Bool {
        let left = tokens[index]
        let right = tokens[index + 1]
        guard left.gap != .wide, left.gap != .none else { return false }
        if left.isChained, right.isChained { return true }
        guard !left.isDigit, !right.isDigit else { return false }
        return Self.joins(left.side, left.letters, left.gap, right.side, right.letters)
    }

    /// Drops the gaps of chains.
    private mutating func joinTokens(_ units: inout [Unit]) -> Bool {
        var isChanged = false
        var offset = 0
        kept.removeAll(keepingCapacity: true)
        for index in tokens.indices.dropLast() where dropsGap(after: index) {
            isChanged = true
            kept.append(contentsOf: units[offset..<tokens[index].end])
            offset = tokens[index + 1].start
        }
        if isChanged {
            kept.append(contentsOf: units[offset...])
            swap(&kept, &units)
        }
        return isChanged
    }

    /// Look-alikes with a Latin letter near in the same word become Latin.
    private func turnLookAlikes(_ units: inout [Unit]) -> Bool {
        var isChanged = false
        // The last Latin letter of the word, and the look-alikes since.
        var lastLatin: Int?
        var waiting: [Int] = []
        for index in units.indices {
            let unit = units[index]
            switch unit.characterClass.kind {
            case .letter where unit.codePoint < 0x80:
                for place in waiting where Self.reach(units[place], unit) <= Self.mixReach {
                    turn(&units[place])
                    isChanged = true
                }
                waiting.removeAll(keepingCapacity: true)
                lastLatin = index
            case .letter:
                guard Disguise.of(unit.codePoint).kind == .lookAlike else {
                    if Self.side(ofScript: unit.characterClass.rawValue & 31) != .spaced {
                        lastLatin = nil
                        waiting.removeAll(keepingCapacity: true)
                    }
                    break
                }
                if let latin = lastLatin, Self.reach(units[latin], unit) <= Self.mixReach {
                    turn(&units[index])
                    isChanged = true
                } else {
                    if waiting.count >= Self.mixReach { waiting.removeFirst() }
                    waiting.append(index)
                }
            case .mark, .digit: break
            case .separator where MaskedWord.isMask(unit.codePoint): break
            default:
                lastLatin = nil
                waiting.removeAll(keepingCapacity: true)
            }
        }
        return isChanged
    }

    private func turn(_ unit: inout Unit) {
        unit.become(Disguise.of(unit.codePoint).target, cause: .likeness)
    }

    /// Three or more equal letters become one that stands for all, and for what was dropped between them.
    private func collapseRuns(_ units: inout [Unit]) -> Bool {
        guard let first = Self.firstRun(in: units) else { return false }
        var kept = first
        var start = first
        while start < units.count {
            var end = start + 1
            while end < units.count, units[end].codePoint == units[start].codePoint { end += 1 }
            if end - start >= Self.shortestRun, units[start].characterClass.isLetter {
                units[kept] = units[start]
                units[kept].end = units[end - 1].end
                units[kept].cause = .run
                kept += 1
            } else {
                for index in start..<end {
                    if kept != index { units[kept] = units[index] }
                    kept += 1
                }
            }
            start = end
        }
        let isChanged = kept < units.count
        units.removeLast(units.count - kept)
        return isChanged
    }

    /// Where the first run begins; nil when there is none.
    private static func firstRun(in units: [Unit]) -> Int? {
        let units = units.span
        var previous: UInt32 = 0
        var run = 0
        for index in units.indices {
            let codePoint = units[index].codePoint
            run = codePoint == previous ? run + 1 : 1
            if run == shortestRun, units[index].characterClass.isLetter { return index + 1 - shortestRun }
            previous = codePoint
        }
        return nil
    }
}
