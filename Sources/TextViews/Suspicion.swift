internal import UnicodeData

/// What in a folded text may hide something: nothing, in nearly all honest texts, for which no further view is made.
///
/// Never misses what the views would change; may point at what they then leave as it is.
struct Suspicion: OptionSet {
    let rawValue: UInt8

    /// Disguises, marks, look-alikes: ``Deobfuscator``.
    static let letters = Suspicion(rawValue: 1)
    /// Letters that stand for others of as many bytes, two or three: traditional characters, katakana, Arabic letters.
    static let substitutes = Suspicion(rawValue: 32)
    /// Letters apart: ``Deobfuscator`` again.
    static let separators = Suspicion(rawValue: 16)
    static let leet = Suspicion(rawValue: 2)
    static let masks = Suspicion(rawValue: 4)
    /// In the original: ``Wrappings``.
    static let wrapping = Suspicion(rawValue: 8)

    /// Letters that look like Latin ones, where letters stand apart.
    static let lookAlikes = Suspicion(rawValue: 64)

    /// Three equal letters or more in a row: ``Deobfuscator`` again.
    static let runs = Suspicion(rawValue: 128)

    static let all = Suspicion(rawValue: 255)

    /// Looks at a folded text and the original that it was made from.
    ///
    /// - Parameter hidesSomething: Whether folding left something out that may wrap a word.
    static func look(
        at view: borrowing ViewText, of original: Span<UInt8>, hidesSomething: Bool
    ) -> Suspicion {
        var found = lookAtBlocks(of: view) ?? look(at: view)
        if found.contains(.wrapping) || hidesSomething {
            found.remove(.wrapping)
            if Wrappings.mayOccur(in: original) { found.insert(.wrapping) }
        }
        return found
    }

    // MARK: - ASCII, Han and signs

    /// By 64 bytes at a time, with a bit a byte.
    ///
    /// - Returns: What there is; nil where that takes a look at each code point: letters and marks of other scripts,
    ///   disguises, characters that stand alone outside ASCII.
    private static func lookAtBlocks(of view: borrowing ViewText) -> Suspicion? {
        var found: Suspicion = []
        if view.blocks.han.hasRuns { found.insert(.runs) }
        if view.blocks.han.hasDisguises { found.insert(.substitutes) }
        let length = view.count
        let (isASCII, blocks) = (view.isASCII, view.blocks.count)
        var (last1, last2, singles) = (-1, -1, 0)
        var before: UInt64 = 0
        var hanBefore: UInt64 = 0
        return unsafe view.storage.withUnsafeBytes { text -> Suspicion? in
            for block in 0..<blocks {
                let letters = view.blocks.letters(block)
                let behind = block + 1 < blocks ? view.blocks.letters(block + 1) << 63 : 0
                if !isASCII {
                    let han = view.blocks.han(block)
                    let hanBehind = block + 1 < blocks ? view.blocks.han(block + 1) << 61 : 0
                    guard han & ~(han << 1 | hanBefore) & ~(han >> 3 | hanBehind) == 0 else { return nil }
                    hanBefore = han >> 63
                    guard unsafe isPlain(view.blocks.wide(block) & ~han, text, block << 6, &found) else { return nil }
                }
                if view.blocks.runs(block) & letters != 0 { found.insert(.runs) }
                let signs = view.blocks.signs(block)
                let next = letters >> 1 | behind
                let touching = signs & (letters << 1 | before | next)
                if signs != 0 {
                    unsafe found.formUnion(look(at: signs, touching, next, text, block << 6, length, isASCII))
                }
                var alone = letters & ~(letters << 1 | before) & ~next
                before = letters >> 63
                while alone != 0 {
                    let place = block << 6 | alone.trailingZeroBitCount
                    alone &= alone - 1
                    singles += 1
                    if isASCII {
                        if unsafe last2 >= 0 && isSeparator(text, last1, place) && isSeparator(text, last2, last1) {
                            found.insert(.separators)
                        }
                    } else if singles >= Deobfuscator.shortestChain {
                        return nil
                    }
                    (last2, last1) = (last1, place)
                }
            }
            return found
        }
    }

    /// Whether characters outside ASCII, by their first bytes, are neither letters nor marks, and none in disguise.
    private static func isPlain(
        _ places: UInt64, _ text: UnsafeRawBufferPointer, _ base: Int, _ found: inout Suspicion
    ) -> Bool {
        var places = places
        while places != 0 {
            let offset = base + places.trailingZeroBitCount
            places &= places - 1
            let bytes = unsafe text.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
            let codePoint = unsafe UTF8Scalar.decode(bytes + offset).codePoint
            let kind = CharacterClass(of: codePoint).rawValue >> 5
            if kind == CharacterClass.Kind.letter.rawValue || kind == CharacterClass.Kind.mark.rawValue { return false }
            guard Disguise.of(codePoint).kind == .none else { return false }
            if MaskedWord.isMask(codePoint) { found.insert(.masks) }
            if codePoint == 0x20AC { found.insert(.leet) }
        }
        return true
    }

    /// What the signs of a block may be: `touching` a letter, with the `next` byte a letter.
    private static func look(
        at signs: UInt64, _ touching: UInt64, _ next: UInt64, _ text: UnsafeRawBufferPointer, _ base: Int,
        _ length: Int, _ isASCII: Bool
    ) -> Suspicion {
        var found: Suspicion = []
        var signs = signs
        while signs != 0 {
            let place = signs.trailingZeroBitCount
            let bit: UInt64 = 1 << UInt64(place)
            signs &= signs - 1
            switch unsafe text[base + place] {
            // "--" stands in `xn--`.
            case 0x25, 0x26, 0x2D: found.insert(.wrapping)
            case 0x2A: if touching & bit != 0 { found.insert(.masks) }
            // `#word` is a tag and `_word_` emphasis.
            case 0x23, 0x5F: if touching & next & bit != 0 { found.insert(.masks) }
            default:
                if touching & bit != 0, !found.contains(.leet),
                    unsafe isLeet(text, base + place, length, isASCII)
                {
                    found.insert(.leet)
                }
            }
        }
        return found
    }

    /// Whether the word around a place may be written with signs for letters.
    private static func isLeet(
        _ text: UnsafeRawBufferPointer, _ place: Int, _ length: Int, _ isASCII: Bool
    ) -> Bool {
        guard isASCII else {
            return unsafe Leet.isDisguised(
                around: place, in: Span(_unsafeElements: text.assumingMemoryBound(to: UInt8.self)).extracting(..<length)
            )
        }
        return Leet.isDisguised(around: place, count: length) { unsafe UInt32(text[$0]) }
    }

    /// Whether what lies between two single letters are separators, with digits that stand alone among them.
    private static func isSeparator(_ text: UnsafeRawBufferPointer, _ left: Int, _ right: Int) -> Bool {
        var gap = 0
        for place in left + 1..<right {
            let byte = unsafe text[place]
            if byte &- 0x61 < 26 { return false }
            let isDigit = byte &- 0x30 < 10
            if isDigit, gap == 0 { return false }
            gap = isDigit ? 0 : gap + 1
            if gap > Deobfuscator.longestSeparator { return false }
        }
        return gap > 0
    }

    // MARK: - Any text

    /// Code point by code point; ASCII and Han a run at a time. The slow way of ``lookAtBlocks(of:)``.
    private static func look(at view: borrowing ViewText) -> Suspicion {
        unsafe view.storage.withUnsafeBufferPointer { text in
            unsafe look(at: view, text.baseAddress.unsafelyUnwrapped)
        }
    }

    private static func look(at view: borrowing ViewText, _ text: UnsafePointer<UInt8>) -> Suspicion {
        var found: Suspicion = []
        for block in 0..<view.blocks.count where view.blocks.runs(block) & view.blocks.letters(block) != 0 {
            found.insert(.runs)
        }
        if view.blocks.han.hasRuns { found.insert(.runs) }
        if view.blocks.han.hasDisguises { found.insert(.substitutes) }
        var scan = TokenScan()
        var hasLookAlikes = false
        let length = view.count
        var offset = 0
        // The code point before, and how many equal ones stand in a row with it.
        var previous: UInt32 = 0
        var run = 1
        while offset < length {
            let byte = unsafe text[offset]
            if byte &- 0x61 < 26 {
                let end = view.blocks.wordEnd(from: offset)
                scan.continueWord(.spaced)
                scan.hasLatin = true
                scan.letters += end - offset
                previous = unsafe UInt32(text[end - 1])
                run = 1
                offset = end
                if let next = unsafe passWords(view.blocks, text, length, from: offset, &scan) {
                    previous = 0x20
                    offset = next
                }
                continue
            }
            if scan.mark == 0, unsafe UTF8Scalar.isHan(byte, text[offset + 1]) {
                // No mark joins it to the letter before; what is to be noticed of it, the blocks have said.
                scan.continueWord(.unspaced)
                let end = view.blocks.hanEnd(from: offset)
                scan.letters += (end - offset) / 3
                previous = unsafe UTF8Scalar.decode(text + end - 3).codePoint
                run = 1
                offset = end
                continue
            }
            if byte == 0x20 {
                scan.takeBlank()
                previous = 0x20
                run = 1
                offset += 1
                continue
            }
            let codePoint: UInt32
            let size: Int
            var isLookAlike = false
            if byte < 0x80 {
                (codePoint, size) = (UInt32(byte), 1)
                if byte == 0x2D, previous == 0x2D { found.insert(.wrapping) }
                if isSign(byte) {
                    let follows = mayBeMasked(previous)
                    let leads =
                        unsafe offset + 1 < length && mayBeMasked(UTF8Scalar.decode(text + offset + 1).codePoint)
                    switch byte {
                    case 0x25, 0x26: found.insert(.wrapping)
                    case 0x2A: if follows || leads { found.insert(.masks) }
                    case 0x23, 0x5F: if follows, leads { found.insert(.masks) }
                    default:
                        if follows || leads, !found.contains(.leet),
                            Leet.isDisguised(around: offset, in: view.bytes)
                        {
                            found.insert(.leet)
                        }
                    }
                }
            } else {
                (codePoint, size) = unsafe UTF8Scalar.decode(text + offset)
                let raw = CharacterClass(of: codePoint).rawValue
                let (kind, target) = Disguise.of(codePoint)
                if raw >> 5 == CharacterClass.Kind.letter.rawValue, !isLooseJamo(codePoint),
                    kind == .none || kind == .lookAlike
                {
                    // A letter like nearly all.
                    run = codePoint == previous ? run + 1 : 1
                    if run >= Deobfuscator.shortestRun { found.insert(.runs) }
                    scan.takeLetter(raw, codePoint, isLookAlike: kind == .lookAlike)
                    previous = codePoint
                    offset += size
                    if kind == .lookAlike {
                        scan.hasLookAlike = true
                        hasLookAlikes = true
                        continue
                    }
                    // More of its script.
                    while unsafe offset < length && text[offset] >= 0xC0 {
                        let (next, size) = unsafe UTF8Scalar.decode(text + offset)
                        guard next <= 0xFFFF, CharacterClass(of: next).rawValue == raw, !Disguise.isAny(next),
                            !isLooseJamo(next)
                        else { break }
                        run = next == previous ? run + 1 : 1
                        if run >= Deobfuscator.shortestRun { found.insert(.runs) }
                        scan.letters += 1
                        previous = next
                        offset += size
                    }
                    continue
                }
                switch kind {
                case .none: break
                case .always where codePoint &- 0x30A1 < 0x56: found.insert(.substitutes)
                case .always where codePoint < 0x800 && isLetterOfTwoBytes(target, raw):
                    found.insert(.substitutes)
                    // What it stands for may look like a Latin letter beside it.
                    isLookAlike = Disguise.of(target).kind == .lookAlike
                case .always, .regional: found.insert(.letters)
                case .lookAlike: isLookAlike = true
                }
                if MaskedWord.isMask(codePoint) { found.insert(.masks) }
                if codePoint == 0x20AC { found.insert(.leet) }
                if isLooseJamo(codePoint) { found.insert(.letters) }
            }
            let raw = CharacterClass(of: codePoint).rawValue
            run = codePoint == previous ? run + 1 : 1
            if raw >> 5 == CharacterClass.Kind.letter.rawValue, run >= Deobfuscator.shortestRun {
                found.insert(.runs)
            }
            if raw >> 5 == CharacterClass.Kind.mark.rawValue, mayLoseMark(previous) { found.insert(.letters) }
            previous = codePoint
            scan.take(raw, codePoint, isLookAlike: isLookAlike)
            if isLookAlike {
                scan.hasLookAlike = true
                hasLookAlikes = true
            }
            offset += size
        }
        scan.closeToken()
        if scan.isMixed { found.insert(.letters) }
        if scan.isApart { found.formUnion(hasLookAlikes ? [.separators, .lookAlikes] : .separators) }
        return found
    }

    /// Goes on behind a word over as many words of two ASCII letters and more as stand a blank apart, of which nothing is
    /// to be noticed.
    ///
    /// - Returns: Where the next word begins; nil when there is none a blank behind.
    @inline(__always)
    private static func passWords(
        _ blocks: borrowing TextBlocks, _ text: UnsafePointer<UInt8>, _ length: Int, from end: Int,
        _ scan: inout TokenScan
    ) -> Int? {
        guard unsafe isWordNext(text, length, end) else { return nil }
        scan.takeBlank()
        var offset = end + 1
        var letters = 0
        while true {
            let end = blocks.wordEnd(from: offset)
            guard end - offset > 1, unsafe isWordNext(text, length, end) else { break }
            letters = end - offset
            offset = end + 1
        }
        if letters > 0 { scan.passWords(last: letters) }
        return offset
    }

    /// Whether a blank and a word stand at a place.
    @inline(__always)
    private static func isWordNext(_ text: UnsafePointer<UInt8>, _ length: Int, _ place: Int) -> Bool {
        unsafe place + 1 < length && text[place] == 0x20 && text[place + 1] &- 0x61 < 26
    }

    /// Digits, and the signs that may stand for letters or wrap them: ! # $ % & * + @ _ |
    @inline(__always)
    private static func isSign(_ byte: UInt8) -> Bool {
        let low: UInt64 = 0x03FF_0C7A_0000_0000
        let high: UInt64 = 0x1000_0000_8000_0001
        return (byte < 0x40 ? low : high) >> UInt64(byte & 63) & 1 != 0
    }

    /// Whether a target is written with two bytes, and a letter as what stands for it, of class `raw`.
    private static func isLetterOfTwoBytes(_ target: UInt32, _ raw: UInt8) -> Bool {
        target &- 0x80 < 0x780 && raw >> 5 == CharacterClass.Kind.letter.rawValue
            && CharacterClass(of: target).rawValue == raw
    }

    /// Whether a leading jamo that may close the syllable before it: U+1100 to U+1112.
    @inline(__always)
    private static func isLooseJamo(_ codePoint: UInt32) -> Bool { codePoint &- 0x1100 <= 0x12 }

    /// Whether a code point may be part of a masked word, or of one with signs for letters.
    @inline(__always)
    private static func mayBeMasked(_ codePoint: UInt32) -> Bool {
        let character = CharacterClass(of: codePoint)
        return character.isLetter && Deobfuscator.side(ofScript: character.script.rawValue) == .spaced
            || character.kind == .mark
    }

    @inline(__always)
    private static func mayLoseMark(_ codePoint: UInt32) -> Bool {
        let character = CharacterClass(of: codePoint)
        guard character.isLetter || character.kind == .mark else { return false }
        return character.script.rawValue <= Script.greek.rawValue
    }

    /// The grammar of tokens over one text: a letter, a mark, a digit or a separator at a time.
    private struct TokenScan {
        /// Whether a word has Latin letters and others that look so.
        var isMixed = false
        /// Whether tokens would be joined.
        var isApart = false
        /// Letters of the token at hand; 0 between tokens.
        var letters = 0
        /// Of the word at hand.
        var hasLatin = false
        var hasLookAlike = false
        private var side = Deobfuscator.Side.spaced
        private var gap = 0
        private var gapKind = Deobfuscator.Gap.none
        private var previousLetters = 0
        private var previousSide = Deobfuscator.Side.spaced
        private var chain = 0
        /// 1 after a digit that may stand alone, more after others.
        private var digits = 0
        /// The mark just before, which may join the letter that comes; 0 for none.
        private(set) var mark: UInt32 = 0

        /// Ends a token before a digit or a mask, on both sides of which look-alikes may stand.
        private mutating func closeWord(keepsScripts: Bool = true) {
            let (latin, lookAlike) = (hasLatin, hasLookAlike)
            closeToken()
            if keepsScripts { (hasLatin, hasLookAlike) = (latin, lookAlike) }
        }

        private mutating func endDigits(isAlone: Bool) {
            guard digits > 0 else { return }
            digits = 0
            gap = 0
            gapKind = isAlone ? .none : .wide
            if !isAlone {
                previousLetters = 0
                chain = 0
            }
        }

        /// Ends what is written in Latin letters and look-alikes.
        @inline(__always)
        private mutating func endScripts() {
            if hasLatin, hasLookAlike { isMixed = true }
            hasLatin = false
            hasLookAlike = false
        }

        /// Goes on with a token of `newSide`, or begins one.
        @inline(__always)
        mutating func continueWord(_ newSide: Deobfuscator.Side, isLookAlike: Bool = false) {
            if digits > 0 { endDigits(isAlone: false) }
            mark = 0
            if letters > 0, newSide != side {
                closeWord()
                gapKind = .none
            }
            side = newSide
            // Letters without blanks between words end what is written in Latin ones, but for look-alikes.
            if newSide != .spaced, !isLookAlike { endScripts() }
        }

        /// Behind a word and a blank: more such words, a blank behind each, the last one of so many letters.
        @inline(__always)
        mutating func passWords(last: Int) {
            previousLetters = last
            previousSide = .spaced
            chain = 0
        }

        /// A blank, the commonest separator.
        @inline(__always)
        mutating func takeBlank() {
            mark = 0
            if letters > 0 { closeToken() }
            if digits > 0 { endDigits(isAlone: digits == 1) }
            gap += 1
            if gap > Deobfuscator.longestSeparator {
                gapKind = .wide
            } else if gapKind == .none {
                gapKind = .blank
            }
        }

        @inline(__always)
        mutating func takeLetter(_ raw: UInt8, _ codePoint: UInt32, isLookAlike: Bool = false) {
            let isJoined = mark != 0 && Deobfuscator.joins(mark, codePoint)
            continueWord(Deobfuscator.side(ofScript: raw & 31), isLookAlike: isLookAlike)
            if !isJoined || letters == 0 { letters += 1 }
        }

        mutating func take(_ raw: UInt8, _ codePoint: UInt32, isLookAlike: Bool) {
            switch raw >> 5 {
            case CharacterClass.Kind.letter.rawValue: takeLetter(raw, codePoint, isLookAlike: isLookAlike)
            // Belongs to its letter.
            case CharacterClass.Kind.mark.rawValue: mark = codePoint
            case CharacterClass.Kind.digit.rawValue:
                // A digit that stands alone may stand for a letter in a chain; another ends it.
                mark = 0
                digits += letters > 0 || digits > 0 ? 2 : 1
                closeWord()
            default:
                mark = 0
                if letters > 0 { closeWord(keepsScripts: MaskedWord.isMask(codePoint)) }
                endDigits(isAlone: digits == 1)
                gap += 1
                gapKind =
                    gap > Deobfuscator.longestSeparator ? .wide : Deobfuscator.gap(gapKind, extendedBy: raw, codePoint)
            }
        }

        /// Ends a token, and says whether it and the one before would be joined, or its scripts are mixed.
        @inline(__always)
        mutating func closeToken() {
            if hasLatin, hasLookAlike { isMixed = true }
            guard letters > 0 else { return }
            let follows = previousLetters > 0 && gapKind != .wide
            chain = letters > 1 ? 0 : follows && gapKind != .none ? chain + 1 : 1
            // Look-alikes may be spread over a chain.
            if chain >= Deobfuscator.shortestChain
                || follows && side != .spaced
                    && Deobfuscator.joins(previousSide, previousLetters, gapKind, side, letters)
            {
                isApart = true
            }
            previousLetters = letters
            previousSide = side
            letters = 0
            hasLatin = false
            hasLookAlike = false
            gap = 0
            gapKind = .none
        }
    }
}
