internal import UnicodeData

/// The quick look, at texts of ASCII, Han and signs.
extension Suspicion {
    /// By 64 bytes at a time, with a bit a byte.
    ///
    /// - Returns: What there is; nil where that takes a look at each code point: letters and marks of other scripts,
    ///   digits outside ASCII, disguises.
    static func lookAtBlocks(of view: borrowing ViewText) -> Suspicion? {
        var found: Suspicion = []
        if view.blocks.han.hasRuns { found.insert(.runs) }
        if view.blocks.han.hasDisguises { found.insert(.substitutes) }
        let length = view.count
        let (isASCII, blocks) = (view.isASCII, view.blocks.count)
        // The last two letters that stand alone.
        var (last1, last2) = (-1, -1)
        var before: UInt64 = 0
        var hanBefore: UInt64 = 0
        return unsafe view.storage.withUnsafeBytes { text -> Suspicion? in
            for block in 0..<blocks {
                let letters = view.blocks.letters(block)
                let behind = block + 1 < blocks ? view.blocks.letters(block + 1) << 63 : 0
                var aloneHan: UInt64 = 0
                if !isASCII {
                    let han = view.blocks.han(block)
                    let hanBehind = block + 1 < blocks ? view.blocks.han(block + 1) << 61 : 0
                    aloneHan = han & ~(han << 1 | hanBefore) & ~(han >> 3 | hanBehind)
                    hanBefore = han >> 63
                    guard unsafe isPlain(view.blocks.wide(block) & ~han, text, block << 6, &found) else { return nil }
                    if aloneHan != 0, unsafe isAnyApart(aloneHan, text, block << 6, length) {
                        found.insert(.separators)
                    }
                }
                if view.blocks.runs(block) & letters != 0 { found.insert(.runs) }
                let signs = view.blocks.signs(block)
                let next = letters >> 1 | behind
                let touching = signs & (letters << 1 | before | next)
                if signs != 0 {
                    unsafe found.formUnion(look(at: signs, touching, next, text, block << 6, length, isASCII))
                }
                var alone = letters & ~(letters << 1 | before) & ~next | aloneHan
                before = letters >> 63
                while alone != 0 {
                    let place = block << 6 | alone.trailingZeroBitCount
                    alone &= alone - 1
                    if unsafe last2 >= 0 && isSeparator(text, last1, place) && isSeparator(text, last2, last1) {
                        found.insert(.separators)
                    }
                    (last2, last1) = (last1, place)
                }
            }
            return found
        }
    }

    /// Whether characters outside ASCII, by their first bytes, are no letters, marks or digits, and none in disguise.
    private static func isPlain(
        _ places: UInt64, _ text: UnsafeRawBufferPointer, _ base: Int, _ found: inout Suspicion
    ) -> Bool {
        var places = places
        while places != 0 {
            let offset = base + places.trailingZeroBitCount
            places &= places - 1
            let bytes = unsafe text.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
            let codePoint = unsafe UTF8Scalar.decode(bytes + offset).codePoint
            guard !CharacterClass(of: codePoint).isWord, Disguise.of(codePoint).kind == .none else { return false }
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

    /// Whether one of the Han characters that stand alone in a block is drawn apart from another before or behind it.
    private static func isAnyApart(
        _ alone: UInt64, _ text: UnsafeRawBufferPointer, _ base: Int, _ length: Int
    ) -> Bool {
        let text = unsafe text.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
        var alone = alone
        while alone != 0 {
            let place = base + alone.trailingZeroBitCount
            alone &= alone - 1
            if unsafe isApart(text, behind: place + 3, length) || isApart(text, before: place) { return true }
        }
        return false
    }

    /// Whether the letter before a place is drawn apart from the next one behind it, which is Han too.
    private static func isApart(_ text: UnsafePointer<UInt8>, behind place: Int, _ length: Int) -> Bool {
        var (offset, gap) = (place, Deobfuscator.Gap.none)
        for _ in 0...Deobfuscator.longestSeparator where offset < length {
            let (codePoint, size) = unsafe UTF8Scalar.decode(text + offset)
            if CharacterClass(of: codePoint).isWord { return isHan(codePoint) && isDropped(gap) }
            gap = Deobfuscator.gap(gap, extendedBy: CharacterClass(of: codePoint).rawValue, codePoint)
            offset += size
        }
        return false
    }

    /// Whether the letter at a place is drawn apart from the one before it, which is Han too.
    private static func isApart(_ text: UnsafePointer<UInt8>, before place: Int) -> Bool {
        var (offset, gap) = (place, Deobfuscator.Gap.none)
        for _ in 0...Deobfuscator.longestSeparator where offset > 0 {
            repeat { offset -= 1 } while unsafe text[offset] & 0xC0 == 0x80
            let codePoint = unsafe UTF8Scalar.decode(text + offset).codePoint
            if CharacterClass(of: codePoint).isWord { return isHan(codePoint) && isDropped(gap) }
            gap = Deobfuscator.gap(gap, extendedBy: CharacterClass(of: codePoint).rawValue, codePoint)
        }
        return false
    }

    /// Of the letters that a quick look meets, all but Han are ASCII.
    private static func isHan(_ codePoint: UInt32) -> Bool { codePoint >= 0x4E00 }

    private static func isDropped(_ gap: Deobfuscator.Gap) -> Bool { gap == .blank || gap == .sign }

    /// Whether what lies between two letters that stand alone, ASCII or Han, are separators, with digits that stand alone
    /// among them.
    private static func isSeparator(_ text: UnsafeRawBufferPointer, _ left: Int, _ right: Int) -> Bool {
        var gap = 0
        for place in left + 1..<right {
            let byte = unsafe text[place]
            if unsafe byte &- 0x61 < 26 || UTF8Scalar.isHan(byte, text[place + 1]) { return false }
            // A character counts by its first byte.
            if byte & 0xC0 == 0x80 { continue }
            let isDigit = byte &- 0x30 < 10
            if isDigit, gap == 0 { return false }
            gap = isDigit ? 0 : gap + 1
            if gap > Deobfuscator.longestSeparator { return false }
        }
        return gap > 0
    }
}
