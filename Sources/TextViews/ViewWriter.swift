internal import UnicodeData

/// Writes a view from left to right and keeps the edits that lead back to its source.
struct ViewWriter {
    private var view: ViewText
    /// The letter written last, for runs: where its first copy stands in the view and in the source, and how many
    /// equal ones came in a row. A length of 0 means that no run can go on here.
    private var runResult = 0
    private var runSource = 0
    private var runLength = 0
    private var runCount = 0
    private var runEdits = 0

    /// Writes over what `view` held, into its storage.
    init(view: consuming ViewText) {
        self.view = view
        self.view.storage.removeAll(keepingCapacity: true)
        self.view.edits.removeAll(keepingCapacity: true)
    }

    consuming func finish() -> ViewText {
        view.count = view.storage.count
        return view
    }

    /// Copies what lies between words, and marks; fillers are dropped.
    mutating func copy(_ text: Span<UInt8>, from start: Int, to end: Int) {
        guard start < end else { return }
        var place = start
        while place < end {
            if end - place >= 3, isFiller(text, at: place) {
                drop(from: place, to: place + 3)
                place += 3
            } else {
                view.storage.append(text[place])
                place += 1
                runLength = 0
            }
        }
    }

    /// U+2800 is E2 A0 80, U+FFFC is EF BF BC.
    private func isFiller(_ text: Span<UInt8>, at place: Int) -> Bool {
        switch (text[place], text[place + 1], text[place + 2]) {
        case (0xE2, 0xA0, 0x80), (0xEF, 0xBF, 0xBC): true
        default: false
        }
    }

    /// Leaves out a stretch of the source.
    mutating func drop(from start: Int, to end: Int) {
        guard start < end else { return }
        view.edits.append(Edit(source: start, sourceLength: end - start, result: view.storage.count, resultLength: 0))
    }

    /// Writes one letter, or in its place the ASCII letter `latin` when that is not 0.
    mutating func letter(_ text: Span<UInt8>, at place: Int, length: Int, as latin: UInt8) {
        let result = view.storage.count
        let editCount = view.edits.count
        if latin != 0 {
            view.edits.append(Edit(source: place, sourceLength: length, result: result, resultLength: 1))
            view.storage.append(latin)
        } else {
            for offset in place..<place + length { view.storage.append(text[offset]) }
        }
        let written = view.storage.count - result
        if runLength == written, isEqual(runResult, result, written) {
            runCount += 1
            if runCount >= Deobfuscator.shortestRun {
                // Third and later copies: one letter stands for all of them, and for what lay between.
                view.storage.removeLast(view.storage.count - runResult - written)
                view.edits.removeLast(view.edits.count - runEdits)
                view.edits.append(
                    Edit(
                        source: runSource, sourceLength: place + length - runSource, result: runResult,
                        resultLength: written))
            }
        } else {
            runResult = result
            runSource = place
            runLength = written
            runCount = 1
            runEdits = editCount
        }
    }

    private func isEqual(_ left: Int, _ right: Int, _ length: Int) -> Bool {
        for offset in 0..<length where view.storage[left + offset] != view.storage[right + offset] { return false }
        return true
    }
}
