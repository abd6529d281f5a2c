public import ContentModel

extension Segment {
    /// Writes what another run needs to go on. Anchors are numbers of the rules at hand and are found again.
    public func write(to state: inout BinaryWriter) {
        state.data(tail)
        state.integer(start)
        state.list(pieces) { piece, state in
            state.integer(piece.seq)
            state.integer(piece.start)
        }
        state.boolean(isBegun)
        state.integer(Int(at))
        state.list(reports) { report, state in
            Self.write(report.evidence, to: &state)
            state.integer(report.hull.start)
            state.integer(report.hull.end == .max ? -1 : report.hull.end)
            state.real(report.weight)
            state.boolean(report.isFinal)
            state.integer(Int(report.givenAt))
        }
        state.list(recollections) { part, state in
            state.text(part.rule.rawValue)
            state.integer(part.part)
            state.list(part.words) { Self.write($0, to: &$1) }
            state.real(part.weight)
        }
    }

    /// What another run wrote; looks at all of the tail again when it goes on. The reader says whether it holds.
    public init(from state: inout BinaryReader) {
        self.init()
        tail = state.data()
        start = state.integer()
        pieces = state.list { Piece(seq: $0.integer(), start: $0.integer()) }
        (stable, wordStart) = (start, start)
        isBegun = state.boolean()
        at = Int64(state.integer())
        reports = state.list { state in
            let evidence = Self.evidence(from: &state)
            let start = state.integer()
            let end = state.integer()
            return Report(
                evidence: evidence, hull: TextSpan(start: start, end: end < 0 ? .max : end), weight: state.real(),
                isFinal: state.boolean(), givenAt: Int64(state.integer()))
        }
        recollections = state.list { state in
            Recollection(
                rule: RuleName(rawValue: state.text()), part: state.integer(),
                words: state.list { Self.evidence(from: &$0) }, weight: state.real())
        }
    }

    private static func write(_ item: LiveEvidence, to state: inout BinaryWriter) {
        state.text(item.evidence.rule.rawValue)
        state.text(item.evidence.category.rawValue)
        state.real(item.evidence.confidence)
        state.boolean(item.evidence.shadow)
        state.list(item.evidence.place.map { [$0] } ?? []) { place, state in
            state.integer(place.span.start)
            state.integer(place.span.end)
            state.text(place.text)
            state.integer(Int(place.view.rawValue))
        }
        state.list(item.parts) { part, state in
            state.integer(part.seq)
            state.integer(part.span.start)
            state.integer(part.span.end)
        }
    }

    private static func evidence(from state: inout BinaryReader) -> LiveEvidence {
        var evidence = Evidence(
            rule: RuleName(rawValue: state.text()), category: Category(rawValue: state.text()),
            confidence: state.real(), place: nil)
        evidence.shadow = state.boolean()
        evidence.place =
            state.list { state in
                let span = TextSpan(start: state.integer(), end: state.integer())
                let text = state.text()
                return Evidence.Place(
                    field: FieldName(.text), span: span, text: text,
                    view: View(rawValue: UInt8(clamping: state.integer())) ?? .folded)
            }.first
        let parts = state.list { state in
            ChunkPart(seq: state.integer(), span: TextSpan(start: state.integer(), end: state.integer()))
        }
        return LiveEvidence(evidence: evidence, parts: parts)
    }
}
