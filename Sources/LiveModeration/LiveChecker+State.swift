internal import ContentModel
internal import Moderation

extension LiveChecker {
    /// What a stream's state begins with; a state of another form is none.
    private static let version = 2

    /// The states of streams that changed since this was asked last.
    ///
    /// - Parameters:
    ///   - most: Streams at a time.
    ///   - isReady: Whether all that was said of a stream is written, so that its state may tell that it was.
    public mutating func takeChanges(
        atMost most: Int, where isReady: (String) -> Bool
    ) -> [(id: String, state: [UInt8])] {
        var states: [(id: String, state: [UInt8])] = []
        var held: [String] = []
        let due = changes.prefix(most)
        changes.removeFirst(due.count)
        for id in due {
            changed.remove(id)
            // What waits for an earlier chunk is no part of the state; it will be fed again.
            guard let stream = streams[id] else { continue }
            guard isReady(id) else {
                held.append(id)
                continue
            }
            states.append((id, state(of: stream)))
        }
        for id in held where changed.insert(id).inserted { changes.append(id) }
        return states
    }

    func state(of stream: LiveStream) -> [UInt8] {
        var state = BinaryWriter()
        state.integer(Self.version)
        state.boolean(stream.isEnded)
        state.boolean(stream.isStarted)
        state.list(stream.startedAt.map { [$0] } ?? []) { $1.integer(Int($0)) }
        state.integer(Int(stream.at))
        state.list(stream.order.next.map { [$0] } ?? []) { $1.integer($0) }
        state.list(stream.order.gaps) { gap, state in
            state.integer(gap.lowerBound)
            state.integer(gap.upperBound)
        }
        Self.write(stream.isStarted ? stream.context.speech : Post(), to: &state)
        state.list(stream.segments) { open, state in
            state.integer(Int(open.kind.rawValue))
            state.text(open.speaker)
            open.segment.write(to: &state)
        }
        state.list(stream.chat) { message, state in
            state.integer(message.seq)
            state.text(message.speaker)
            state.integer(message.dropped)
            state.data(message.text)
            state.integer(Int(message.at))
        }
        state.list(stream.standings.isEmpty ? [] : marketNames) { $1.text($0.rawValue) }
        state.list(Array(stream.standings.all)) { entry, state in
            switch entry.key {
            case .stream: state.integer(0)
            case .crowd: state.integer(1)
            case .speaker(let name):
                state.integer(2)
                state.text(name)
            }
            state.list(entry.value) { standing, state in
                state.real(standing.score)
                state.integer(Int(standing.at))
                state.integer(standing.strikes)
                state.boolean(standing.isEpisode)
                state.integer(Int(standing.level.rawValue))
            }
        }
        return state.sealed
    }

    /// The stream of a state; nil where the state does not hold.
    mutating func stream(_ id: String, from bytes: [UInt8]) -> LiveStream? {
        guard var state = BinaryReader(sealed: bytes), state.integer() == Self.version else { return nil }
        let stream = LiveStream(id: id, context: unstarted)
        stream.isEnded = state.boolean()
        stream.isStarted = state.boolean()
        stream.startedAt = state.list { Int64($0.integer()) }.first
        stream.at = Int64(state.integer())
        let next = state.list { $0.integer() }.first
        let gaps = state.list { state in
            let first = state.integer()
            return first...max(first, state.integer())
        }
        stream.order = ChunkOrder(next: next, gaps: gaps)
        let post = Self.post(from: &state)
        if stream.isStarted { stream.context = context(of: post) }
        stream.segments = state.list { state in
            LiveStream.OpenSegment(
                kind: Chunk.Kind(rawValue: UInt8(clamping: state.integer())) ?? .speech, speaker: state.text(),
                segment: Segment(from: &state))
        }
        stream.chat = state.list { state in
            LiveStream.ChatMessage(
                seq: state.integer(), speaker: state.text(), dropped: state.integer(), text: state.data(),
                at: Int64(state.integer()))
        }
        let markets = state.list { Market(rawValue: $0.text()) }
        let standings: [(Standings.Who, [Standing])] = state.list { state in
            let who: Standings.Who =
                switch state.integer() {
                case 0: .stream
                case 1: .crowd
                default: .speaker(state.text())
                }
            return (
                who,
                state.list { state in
                    Standing(
                        score: state.real(), at: Int64(state.integer()), strikes: state.integer(),
                        isEpisode: state.boolean(),
                        level: Enforcement(rawValue: UInt8(clamping: state.integer())) ?? .pass)
                }
            )
        }
        if standings.allSatisfy({ $0.1.count == markets.count }) {
            stream.standings = Standings(Dictionary(standings) { first, _ in first })
            stream.standings.rearrange(marketNames.map { markets.firstIndex(of: $0) })
        }
        stream.epoch = epoch
        return state.isDamaged || !state.isAtEnd ? nil : stream
    }

    private static func write(_ post: Post, to state: inout BinaryWriter) {
        state.list(post.markets.map { [$0] } ?? []) { markets, state in
            state.list(markets) { $1.text($0.rawValue) }
        }
        state.list([post.author.locale?.rawValue, post.author.ipCountry, post.declaredLanguage?.rawValue]) {
            $1.list($0.map { [$0] } ?? []) { $1.text($0) }
        }
        state.list([post.author.accountAgeDays, post.author.priorViolations, post.reach]) {
            $1.list($0.map { [$0] } ?? []) { $1.real($0) }
        }
        state.list(post.signals) { signal, state in
            state.text(signal.name)
            state.real(signal.value)
        }
    }

    private static func post(from state: inout BinaryReader) -> Post {
        var post = Post()
        post.markets = state.list { $0.list { Market(rawValue: $0.text()) }.compactMap(\.self) }.first
        let texts = state.list { $0.list { $0.text() }.first }
        let numbers = state.list { $0.list { $0.real() }.first }
        if texts.count == 3, numbers.count == 3 {
            post.author.locale = texts[0].map(LanguageTag.init(rawValue:))
            post.author.ipCountry = texts[1]
            post.declaredLanguage = texts[2].map(LanguageTag.init(rawValue:))
            (post.author.accountAgeDays, post.author.priorViolations, post.reach) = (
                numbers[0], numbers[1], numbers[2]
            )
        }
        post.signals = state.list { ($0.text(), $0.real()) }
        return post
    }
}
