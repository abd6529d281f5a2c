public import ContentModel
public import UnicodeData

/// The views of one text at a time, in storage that is used again for the next.
///
/// `folded` always holds. The others are made where something in the text calls for them, and ``present`` says which;
/// one that is not there is the same as the folded one. Every view maps back to the original.
/// A noncopyable owner of ICU's state; one thread at a time.
public struct TextViews: ~Copyable {
    public private(set) var folded = ViewText()
    @usableFromInline var deobfuscated = ViewText()
    @usableFromInline var leet = ViewText()
    @usableFromInline var digits = ViewText()
    @usableFromInline var phonetic = ViewText()
    @usableFromInline var unmarked = ViewText()
    /// The views that are there, beside which the rest equals ``folded``.
    public private(set) var present: ViewSet = [.folded]
    /// The masked words of the deobfuscated view, or where that is not there of the folded one; UTF-8 bytes.
    public private(set) var maskedWords: [TextSpan] = []

    /// The views that guess, which rules ask for by name; others are made for every text.
    private let readings: ViewSet
    private var folder: CaseFolder
    private var deobfuscator = Deobfuscator()
    private var units: [Unit] = []
    private var readingUnits: [Unit] = []
    private var plain = ViewText()
    private var foldedPlain = ViewText()

    /// - Parameter readings: The views to make of ``View/digits``, ``View/phonetic`` and ``View/unmarked``.
    /// - Throws: ``UnicodeDataError`` when ICU's data cannot be had.
    public init(readings: ViewSet = []) throws(UnicodeDataError) {
        self.readings = readings
        folder = try CaseFolder()
    }

    /// Makes the views of `text`, valid UTF-8.
    ///
    /// - Returns: Whether ICU could do it; if not, the text counts as not judged.
    public mutating func see(_ text: Span<UInt8>) -> Bool { see(text, suspectsAll: false) }

    /// The slow way: makes every view without asking what calls for it. The oracle of the quick one.
    public mutating func seeAll(_ text: Span<UInt8>) -> Bool { see(text, suspectsAll: true) }

    private mutating func see(_ text: Span<UInt8>, suspectsAll: Bool) -> Bool {
        guard Self.fold(text, into: &folded, by: &folder) else { return false }
        present = ViewSet(.folded)
        if !maskedWords.isEmpty { maskedWords.removeAll(keepingCapacity: true) }
        let (suspicion, hasOtherLetters) = suspectsAll ? (.all, true) : look(at: text)
        if !suspicion.isEmpty, !undo(suspicion, of: text) { return false }
        if !readings.isEmpty, !folded.isASCII { read(asUnits: suspectsAll, hasOtherLetters) }
        return true
    }

    /// Whether folding left something out of the text that may wrap a word.
    var hidesSomething: Bool { folder.hidesSomething }

    /// What is suspicious in the text that was folded last, and whether it has letters beside ASCII and Han.
    private func look(at text: Span<UInt8>) -> (found: Suspicion, hasOtherLetters: Bool) {
        var look = Suspicion.look(at: folded, of: text, hidesSomething: folder.hidesSomething)
        // Letters that stand alone may have become two (ß), which no look at the folded text can tell.
        if folder.hasExpansions { look.found.formUnion([.separators, .lookAlikes]) }
        return look
    }

    private static func fold(_ text: Span<UInt8>, into view: inout ViewText, by folder: inout CaseFolder) -> Bool {
        guard let count = folder.fold(text, into: &view.storage, edits: &view.edits) else { return false }
        view.count = count
        view.mapBlocks(countsHan: true)
        return true
    }

    // MARK: - Views that every text has

    private mutating func undo(_ suspicion: Suspicion, of text: Span<UInt8>) -> Bool {
        if suspicion == .substitutes, deobfuscated.substitute(in: folded) {
            present.insert(.deobfuscated)
            return true
        }
        if suspicion == .runs, deobfuscated.collapseRuns(of: folded) {
            present.insert(.deobfuscated)
            MaskedWord.find(in: deobfuscated, into: &maskedWords)
            if Leet.mayOccur(in: deobfuscated) { showLetters(of: .deobfuscated) }
            return true
        }
        if suspicion == .leet {
            showLetters(of: .folded)
            return true
        }
        units.removeAll(keepingCapacity: true)
        var isChanged = false
        if suspicion.contains(.wrapping), Wrappings.mayOccur(in: text) {
            Wrappings.undo(text, into: &units)
            plain.write(units)
            units.removeAll(keepingCapacity: true)
            guard foldPlain() else { return false }
            foldedPlain.appendUnits(to: &units)
            for index in units.indices {
                let place = TextSpan(start: units[index].start, end: units[index].end)
                if plain.hasChange(in: place) { units[index].cause = .likeness }
                let source = plain.source(of: place)
                (units[index].start, units[index].end) = (source.start, source.end)
            }
            isChanged = true
        } else if suspicion.isDisjoint(with: [.letters, .runs, .substitutes, .separators, .leet]) {
            // Masks are looked for in the folded view itself.
            MaskedWord.find(in: folded, into: &maskedWords)
            return true
        } else {
            folded.appendUnits(to: &units)
        }
        if deobfuscator.rewrite(&units, isChanged ? .all : suspicion) { isChanged = true }
        if isChanged {
            deobfuscated.write(units)
            present.insert(.deobfuscated)
        }
        // What is undone may bring more to light than the folded text let see.
        if suspicion.contains(.masks) || isChanged {
            if isChanged {
                MaskedWord.find(in: deobfuscated, into: &maskedWords)
            } else {
                MaskedWord.find(in: folded, into: &maskedWords)
            }
        }
        let mayHaveSigns = suspicion.contains(.leet) || isChanged && Leet.mayOccur(in: deobfuscated)
        if mayHaveSigns, Leet.rewrite(&units) {
            leet.write(units)
            present.insert(.leet)
        }
        return true
    }

    /// Makes the view with letters for signs of another view.
    private mutating func showLetters(of view: View) {
        let isShown = view == .folded ? leet.showLetters(of: folded) : leet.showLetters(of: deobfuscated)
        if let isShown {
            if isShown { present.insert(.leet) }
            return
        }
        units.removeAll(keepingCapacity: true)
        if view == .folded { folded.appendUnits(to: &units) } else { deobfuscated.appendUnits(to: &units) }
        if Leet.rewrite(&units) {
            leet.write(units)
            present.insert(.leet)
        }
    }

    private mutating func foldPlain() -> Bool {
        let bytes = plain.array
        return Self.fold(bytes.span, into: &foldedPlain, by: &folder)
    }

    // MARK: - Readings

    /// - Parameter hasOtherLetters: Whether the folded view has letters beside ASCII and Han, which have no marks.
    private mutating func read(asUnits: Bool, _ hasOtherLetters: Bool) {
        let isDeobfuscated = present.contains(.deobfuscated)
        var wanted = readings
        if wanted.contains(.unmarked) {
            let hasMarks = isDeobfuscated ? deobfuscated.hasMarks : hasOtherLetters && folded.hasMarks
            let isDone =
                hasMarks && !asUnits
                && (isDeobfuscated ? unmarked.removeMarks(of: deobfuscated) : unmarked.removeMarks(of: folded))
            if isDone { present.insert(.unmarked) }
            if isDone || !hasMarks { wanted = wanted.subtracting(ViewSet(.unmarked)) }
        }
        guard !wanted.isEmpty else { return }
        units.removeAll(keepingCapacity: true)
        if isDeobfuscated { deobfuscated.appendUnits(to: &units) } else { folded.appendUnits(to: &units) }
        if wanted.contains(.digits), Readings.digits(units, into: &readingUnits) {
            digits.write(readingUnits)
            present.insert(.digits)
        }
        if wanted.contains(.phonetic), Readings.phonetic(units, into: &readingUnits) {
            phonetic.write(readingUnits)
            present.insert(.phonetic)
        }
        if wanted.contains(.unmarked), Readings.unmarked(units, into: &readingUnits) {
            unmarked.write(readingUnits)
            present.insert(.unmarked)
        }
    }

    // MARK: - By name

    /// Looks at a view. One that is not there, or that no text is made for, is ``folded``.
    @inlinable public func look<Result>(at view: View, _ body: (borrowing ViewText) -> Result) -> Result {
        switch present.contains(view) ? view : .folded {
        case .deobfuscated: body(deobfuscated)
        case .leet: body(leet)
        case .digits: body(digits)
        case .phonetic: body(phonetic)
        case .unmarked: body(unmarked)
        case .folded, .masked, .typo: body(folded)
        }
    }

    /// The bytes of a view's text.
    @_lifetime(borrow self)
    public func bytes(of view: View) -> Span<UInt8> {
        switch present.contains(view) ? view : .folded {
        case .deobfuscated: deobfuscated.bytes
        case .leet: leet.bytes
        case .digits: digits.bytes
        case .phonetic: phonetic.bytes
        case .unmarked: unmarked.bytes
        case .folded, .masked, .typo: folded.bytes
        }
    }
}
