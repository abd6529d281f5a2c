internal import ContentModel
internal import Yams

extension YAMLReader {
    /// The part `live` of a policy. What it leaves out is the standard's.
    mutating func live(_ node: Node) -> (policy: LivePolicy, tests: [LiveTest]) {
        var policy = LivePolicy.standard
        let keys = ["join_window", "ladder", "half_life", "strikes", "tests"]
        guard let entries = mapping(node, "`live`", keys: keys) else { return (policy, []) }
        if let window = entries["join_window"] {
            policy.joinWindow = time(window, "join_window", in: 0...60_000, "0s to 60s") ?? policy.joinWindow
        }
        if let halfLife = entries["half_life"] {
            policy.halfLife = time(halfLife, "half_life", in: 1_000...86_400_000, "1s to 24h") ?? policy.halfLife
        }
        if let ladder = entries["ladder"] { readLadder(ladder, into: &policy) }
        if let strikes = entries["strikes"] { readStrikes(strikes, into: &policy) }
        guard let tests = entries["tests"] else { return (policy, []) }
        return (policy, (sequence(tests, "tests") ?? []).compactMap { liveTest($0) })
    }

    private mutating func readLadder(_ node: Node, into policy: inout LivePolicy) {
        guard let entries = mapping(node, "`ladder`", keys: ["warn", "mute", "hold", "cut"]) else { return }
        let faults = diagnostics.count
        func read(_ key: String, _ threshold: inout Double, _ reader: inout YAMLReader) {
            guard let step = entries[key] else { return }
            threshold = reader.number(step, key, in: 0...100) ?? threshold
            if threshold == 0 { reader.error(at: step, "a step at 0 would act on everybody") }
        }
        read("warn", &policy.warn, &self)
        read("mute", &policy.mute, &self)
        read("hold", &policy.hold, &self)
        read("cut", &policy.cut, &self)
        guard diagnostics.count == faults else { return }
        let steps = [policy.warn, policy.mute, policy.hold, policy.cut]
        if zip(steps, steps.dropFirst()).contains(where: { $0 > $1 }) {
            error(
                at: node, "the ladder's steps fall",
                hint: "warn \(steps[0]) ≤ mute \(steps[1]) ≤ hold \(steps[2]) ≤ cut \(steps[3]) must hold; "
                    + "what is left out is the standard's")
        }
    }

    private mutating func readStrikes(_ node: Node, into policy: inout LivePolicy) {
        guard let entries = mapping(node, "`strikes`", keys: ["mute", "cut"]) else { return }
        let faults = diagnostics.count
        func read(_ key: String, _ count: inout Int?, _ reader: inout YAMLReader) {
            guard let node = entries[key], let text = reader.text(node, key) else { return }
            if text == "none" {
                count = nil
            } else if let number = Int(text), (1...1000).contains(number) {
                count = number
            } else {
                reader.error(
                    at: node, "\(key) must be a whole number of strikes from 1 to 1000, not `\(text)`",
                    hint: "`none` where strikes alone never \(key)")
            }
        }
        read("mute", &policy.strikesToMute, &self)
        read("cut", &policy.strikesToCut, &self)
        guard diagnostics.count == faults, let mute = policy.strikesToMute, let cut = policy.strikesToCut, mute > cut
        else { return }
        error(
            at: node, "strikes cut before they mute",
            hint: "mute \(mute) ≤ cut \(cut) must hold; what is left out is the standard's")
    }

    // MARK: - Tests

    private mutating func liveTest(_ node: Node) -> LiveTest? {
        guard let entries = mapping(node, "a test of `live`", keys: ["moments", "expect"]) else { return nil }
        guard let list = entries["moments"].flatMap({ sequence($0, "moments") }), !list.isEmpty else {
            error(at: node, "a test needs moments", hint: "`moments: [{at: 0s, score: 0.6}]`")
            return nil
        }
        var moments: [LiveTest.Moment] = []
        for member in list {
            guard let moment = moment(member) else { continue }
            if let last = moments.last, moment.at < last.at {
                error(at: member, "a moment before the one above it", hint: "moments stand in the order of `at`")
            }
            moments.append(moment)
        }
        guard let expected = entries["expect"] else {
            error(at: node, "a test says what it expects", hint: "`expect: mute`")
            return nil
        }
        guard let expect = choice(expected, "expect", Enforcement.allCases.map { ($0.name, $0) }) else { return nil }
        return LiveTest(moments: moments, expect: expect, location: location(node))
    }

    private mutating func moment(_ node: Node) -> LiveTest.Moment? {
        guard let entries = mapping(node, "a moment", keys: ["at", "score", "kind"]) else { return nil }
        guard let timeNode = entries["at"], let scoreNode = entries["score"] else {
            error(at: node, "a moment has a time and a score", hint: "`{at: 0s, score: 0.6}`")
            return nil
        }
        let isChat = entries["kind"].flatMap { choice($0, "kind", [("speech", false), ("chat", true)]) }
        let at = time(timeNode, "at", in: 0...604_800_000, "0s to 168h")
        guard let score = number(scoreNode, "score", in: 0...1), let at else { return nil }
        return LiveTest.Moment(at: at, score: score, isChat: isChat ?? false)
    }

    // MARK: - Times

    /// A length of time, in ms. Streams are told of in seconds and minutes, so that days are no unit here.
    private mutating func time(_ node: Node, _ what: String, in range: ClosedRange<Int64>, _ shown: String) -> Int64? {
        guard let text = text(node, what) else { return nil }
        guard let length = milliseconds(text), range.contains(length) else {
            error(
                at: node, "\(what) must be a time from \(shown), not `\(text)`",
                hint: "a whole number with ms, s, m or h: `90s`")
            return nil
        }
        return length
    }
}

/// A whole number of at most nine digits and its unit: `500ms`, `5s`, `2m`, `1h`.
private func milliseconds(_ text: String) -> Int64? {
    let units: [Substring: Int64] = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000]
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard digits.count <= 9, let count = Int64(digits), let unit = units[text.dropFirst(digits.count)] else {
        return nil
    }
    return count * unit
}
