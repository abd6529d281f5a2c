internal import ContentModel
internal import Moderation
internal import RuleBook

/// What is done about what was read: standings, and what every market makes of them.
extension LiveChecker {
    /// Takes what was read into the standings and the record.
    mutating func apply(
        _ stream: LiveStream, _ speaker: String, isChat: Bool, isCrowd: Bool = false, into record: inout Record
    ) {
        if record.markets.isEmpty { record.markets = reading.verdict.markets }
        if let failure = reading.verdict.failure { record.verdict.failure = failure }
        guard
            !reading.evidence.isEmpty || !reading.pending.isEmpty || !reading.withdrawn.isEmpty
                || reading.verdict.failure != nil
        else { return }
        let verdict = reading.verdict
        record.speakers.insert(speaker)
        record.verdict.evidence += reading.evidence
        record.verdict.evidenceOmitted += reading.evidenceOmitted
        record.verdict.pending += reading.pending
        record.verdict.withdrawn += reading.withdrawn
        if record.pending.isEmpty { record.pending = Array(repeating: 0, count: verdict.markets.count) }
        let isNew = !reading.evidence.isEmpty
        var isRaised = false
        for index in verdict.markets.indices {
            guard let market = places[verdict.markets[index].market] else { continue }
            let ladders = ladders[market]
            func score(_ verdict: Verdict) -> Double {
                index < verdict.markets.count
                    ? ladders.score(of: verdict.markets[index], severity: verdict.severity, isChat: isChat) : 0
            }
            record.pending[index] += score(reading.pendingVerdict)
            if !reading.withdrawn.isEmpty {
                withdraw(
                    score(reading.withdrawnVerdict), givenAt: reading.withdrawnSince, stream, market, speaker, isChat,
                    ladders)
            }
            guard isNew else { continue }
            let new = score(verdict)
            merge(verdict.markets[index], into: &record.markets[index])
            if new > 0, add(new, stream, market, isCrowd ? nil : speaker, isChat, ladders) { isRaised = true }
        }
        let isAmbiguous = isNew && verdict.markets.contains { $0.action == .review } || verdict.failure != nil
        guard isAmbiguous || isRaised else { return }
        record.moments.append(
            LiveCase.Moment(
                speaker: speaker, text: reading.text, start: reading.textStart, evidence: reading.evidence,
                verdict: verdict))
        record.holds.formUnion(isRaised ? [.label, .limit, .review, .block] : [.review, .block])
    }

    /// What a record says of a market, of several readings: all rules and categories, at their highest.
    private func merge(_ verdict: MarketVerdict, into market: inout MarketVerdict) {
        guard market != verdict else { return }
        market.action = max(market.action, verdict.action)
        market.score = max(market.score, verdict.score)
        for category in verdict.categories {
            if let known = market.categories.firstIndex(where: { $0.category == category.category }) {
                market.categories[known].score = max(market.categories[known].score, category.score)
            } else {
                market.categories.append(category)
            }
        }
        market.categories.sort {
            $0.score != $1.score ? $0.score > $1.score : $0.category.rawValue < $1.category.rawValue
        }
        market.rules = Set(market.rules + verdict.rules).sorted()
        market.notice = market.notice ?? verdict.notice
    }

    /// - Parameter speaker: Who said it; nil where several spelled it, of whom none said it all.
    /// - Returns: Whether the stream came to be held or cut by it.
    private func add(
        _ score: Double, _ stream: LiveStream, _ market: Int, _ speaker: String?, _ isChat: Bool,
        _ ladders: MarketLadders
    ) -> Bool {
        let at = stream.at
        let count = self.ladders.count
        if let speaker {
            stream.standings.change(.speaker(speaker), in: market, of: count) {
                ladders.speaker.add(score, to: &$0, at: at)
            }
        }
        var isRaised = false
        let ladder = isChat ? ladders.crowd : ladders.stream
        stream.standings.change(isChat ? .crowd : .stream, in: market, of: count) { standing in
            let before = ladder.decayed(standing, at: at).level
            isRaised = ladder.add(isChat ? min(score, 1) : score, to: &standing, at: at) > before
        }
        return isRaised
    }

    private func withdraw(
        _ score: Double, givenAt: Int64, _ stream: LiveStream, _ market: Int, _ speaker: String, _ isChat: Bool,
        _ ladders: MarketLadders
    ) {
        guard score > 0 else { return }
        let at = stream.at
        let count = self.ladders.count
        stream.standings.change(.speaker(speaker), in: market, of: count) {
            ladders.speaker.withdraw(score, givenAt: givenAt, from: &$0, at: at)
        }
        let ladder = isChat ? ladders.crowd : ladders.stream
        stream.standings.change(isChat ? .crowd : .stream, in: market, of: count) {
            ladder.withdraw(score, givenAt: givenAt, from: &$0, at: at)
        }
    }

    /// What every market does, given how all stand.
    mutating func finish(
        _ record: consuming Record, _ stream: LiveStream, speaker: String, _ ticket: Int,
        into outcomes: inout [LiveOutcome]
    ) {
        if record.markets.isEmpty { record.markets = judge.allowing(stream.context.speech.markets) }
        let isFailure = record.verdict.failure != nil
        if stream.standings.isEmpty, record.pending.allSatisfy({ $0 == 0 }), !isFailure {
            record.verdict.markets = shown(record.markets)
        } else {
            let stand = Stand(
                stream: stream.standings[.stream], crowd: stream.standings[.crowd],
                speakers: record.speakers.union([speaker]).compactMap { stream.standings[.speaker($0)] })
            let pending = record.pending
            record.verdict.markets = record.markets.indices.map { [markets = record.markets] index in
                enforcement(
                    markets[index], pending: pending.isEmpty ? 0 : pending[index], stand, at: stream.at,
                    isFailure: isFailure)
            }
            record.verdict.action = record.verdict.markets.map(\.action).max() ?? .pass
        }
        let moment =
            record.moments.isEmpty
            ? nil
            : LiveCase(
                stream: stream.id, startedAt: stream.startedAt, record: record.verdict, context: stream.context.speech,
                record.moments, markets: record.markets, holds: record.holds)
        outcomes.append(LiveOutcome(ticket: ticket, verdict: record.verdict, moment: moment))
    }

    /// How all stand whom a record is about, market by market; nil against whom nothing does.
    private struct Stand {
        var stream: [Standing]?
        var crowd: [Standing]?
        var speakers: [[Standing]]
    }

    /// The markets of a record of which nothing is to be said.
    private mutating func shown(_ markets: [MarketVerdict]) -> [MarketEnforcement] {
        if passing.of != markets {
            passing = (
                markets,
                markets.map {
                    MarketEnforcement(
                        market: $0.market, categories: $0.categories, rules: $0.rules, ruleSet: $0.ruleSet)
                }
            )
        }
        return passing.shown
    }

    private func enforcement(
        _ verdict: MarketVerdict, pending: Double, _ stand: Stand, at time: Int64, isFailure: Bool
    ) -> MarketEnforcement {
        var shown = MarketEnforcement(
            market: verdict.market, categories: verdict.categories, rules: verdict.rules, ruleSet: verdict.ruleSet)
        guard let market = places[verdict.market] else { return shown }
        let ladders = ladders[market]
        func take(_ ladder: Ladder, _ standing: Standing?, pending: Double) {
            guard pending > 0 || standing.map({ $0.score > 0 || $0.level > .pass }) == true else { return }
            let standing = standing ?? Standing()
            shown.action = max(shown.action, ladder.level(with: pending, standing, at: time))
            shown.score = max(shown.score, ladder.decayed(standing, at: time).score)
        }
        take(ladders.stream, stand.stream?[market], pending: pending)
        take(ladders.crowd, stand.crowd?[market], pending: 0)
        if stand.speakers.isEmpty { take(ladders.speaker, nil, pending: pending) }
        for speaker in stand.speakers { take(ladders.speaker, speaker[market], pending: pending) }
        // What could not be judged is not let through.
        if isFailure { shown.action = max(shown.action, .hold) }
        if shown.action > .pass { shown.notice = verdict.notice }
        return shown
    }
}
