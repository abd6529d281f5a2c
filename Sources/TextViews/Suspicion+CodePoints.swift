internal import UnicodeData

/// The slow look, at any text.
extension Suspicion {
    /// Code point by code point; ASCII and Han a run at a time. The slow way of ``lookAtBlocks(of:)``.
    static func lookAtCodePoints(of view: borrowing ViewText) -> Suspicion {
        unsafe view.storage.withUnsafeBufferPointer { text in
            unsafe lookAtCodePoints(of: view, text.baseAddress.unsafelyUnwrapped)
        }
    }

    private static func lookAtCodePoints(of view: borrowing ViewText, _ text: UnsafePointer<UInt8>) -> Suspicion {
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
}
