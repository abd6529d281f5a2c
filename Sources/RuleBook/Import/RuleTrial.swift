internal import ContentModel

/// Texts that a drafted rule surely finds and surely passes; none where that cannot be told without judging them.
struct RuleTrial {
    struct Example {
        var text: String
        var accountAge: Double?
    }

    private let rule: DraftRule

    init(_ rule: DraftRule) { self.rule = rule }

    var match: [Example] {
        let age = ageThatHolds
        if !rule.accountAge.isEmpty, age == nil { return [] }
        guard let expression = rule.match else { return [Example(text: InnocentText.all[0], accountAge: age)] }
        return text(of: expression).map { [Example(text: $0, accountAge: age)] } ?? []
    }

    var pass: [Example] {
        var examples: [Example] = []
        if let expression = rule.match {
            if let text = InnocentText.all.first(where: { surelyMisses(expression, $0) }) {
                examples.append(Example(text: text))
            } else if !rule.accountAge.isEmpty {
                // Without an account's age the condition fails whatever the text.
                examples.append(Example(text: InnocentText.all[0]))
            }
            if let cleared { examples.append(Example(text: cleared)) }
        } else {
            examples.append(Example(text: InnocentText.all[0]))
        }
        return examples
    }

    /// An age that all demands accept.
    private var ageThatHolds: Double? {
        let edges = rule.accountAge.flatMap { [$0.days, $0.days + 1, max(0, $0.days - 1), max(0, $0.days / 2)] }
        return edges.first { age in
            rule.accountAge.allSatisfy { demand in
                switch demand.comparison {
                case .lt: age < demand.days
                case .lte: age <= demand.days
                case .gt: age > demand.days
                case .gte: age >= demand.days
                case .eq: age == demand.days
                case .ne: age != demand.days
                }
            }
        }
    }

    /// A phrase that clears and holds a phrase that is looked for: all that is found in it is cleared.
    private var cleared: String? {
        guard case .phrases(let wanted, _)? = rule.match else { return nil }
        let small = wanted.prefix(50).map { $0.lowercased() }
        for clearance in rule.unless where clearance.near == 0 {
            guard case .phrases(let phrases, _) = clearance.match else { continue }
            for phrase in phrases.prefix(50) where small.contains(where: { phrase.lowercased().contains($0) }) {
                return phrase
            }
        }
        return nil
    }

    // MARK: - Found

    private func text(of expression: DraftMatch) -> String? {
        candidates(of: expression).first { text in
            rule.unless.allSatisfy { surelyMisses($0.match, text) }
        }
    }

    private func candidates(of expression: DraftMatch) -> [String] {
        switch expression {
        case .phrases(let phrases, _): return phrases.prefix(5).map(CarrierText.around)
        case .domains(let domains): return domains.prefix(5).map { "see https://\($0)/ for more" }
        case .regex(let source, _, let sample):
            guard let sample, Self.finds(source, in: RegexText.folded(sample)) == true else { return [] }
            return [sample]
        case .any(let members): return members.flatMap(candidates)
        case .all(let members, _):
            // Anchored texts cannot stand side by side.
            let isAnchored = expression.leaves.contains { leaf in
                if case .regex(let source, _, _) = leaf { source.contains("^") || source.contains("$") } else { false }
            }
            guard !isAnchored else { return [] }
            let parts = members.map { plain(of: $0) }
            return parts.contains(nil) ? [] : [parts.compactMap(\.self).joined(separator: " ")]
        }
    }

    /// The shortest text that an expression finds, without a carrier.
    private func plain(of expression: DraftMatch) -> String? {
        switch expression {
        case .phrases(let phrases, _): phrases.first
        case .domains(let domains): domains.first
        case .regex: candidates(of: expression).first
        case .any(let members): members.lazy.compactMap(plain).first
        case .all(let members, _):
            members.allSatisfy { plain(of: $0) != nil }
                ? members.compactMap(plain).joined(separator: " ") : nil
        }
    }

    // MARK: - Missed

    private func surelyMisses(_ expression: DraftMatch, _ text: String) -> Bool {
        switch expression {
        case .phrases(let phrases, let boundary):
            let place = HidingPlace(text)
            return phrases.allSatisfy { !place.mayHide($0, boundary: boundary) }
        case .domains(let domains): return !domains.contains { text.lowercased().contains($0) }
        case .regex(let source, _, _): return Self.finds(source, in: RegexText.folded(text)) == false
        case .any(let members): return members.allSatisfy { surelyMisses($0, text) }
        case .all(let members, _): return members.contains { surelyMisses($0, text) }
        }
    }

    /// Whether a regex finds something in a short text; nil where that cannot be told.
    private static func finds(_ source: String, in text: String) -> Bool? {
        (try? PythonRegex(source))?.finds(in: text)
    }
}

/// Everyday sentences, without doubled letters where possible.
enum InnocentText {
    static let all = [
        "good morning everyone", "thanks for a lovely picnic", "we painted that fence blue",
        "lunch is at one by the lake", "my garden grows quickly in june", "yesterday evening brought sunshine",
    ]
}

/// A sentence around a phrase, in the phrase's script.
enum CarrierText {
    static func around(_ phrase: String) -> String {
        let letter = phrase.unicodeScalars.first(where: \.properties.isAlphabetic)?.value ?? 0x61
        return switch letter {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x3FFFF: "有人写了“\(phrase)”这样的话"
        case 0x3040...0x30FF, 0x31F0...0x31FF: "だれかが「\(phrase)」と書いた"
        case 0xAC00...0xD7A3, 0x1100...0x11FF, 0x3130...0x318F: "누가 \(phrase) 라고 썼다"
        case 0x0400...0x052F: "кто-то написал \(phrase) здесь"
        case 0x0600...0x06FF, 0x0750...0x077F: "كتب أحدهم \(phrase) هنا"
        case 0x0590...0x05FF: "מישהו כתב \(phrase) כאן"
        case 0x0900...0x097F: "किसी ने \(phrase) लिखा"
        case 0x0E00...0x0E7F: "มีคนเขียนว่า \(phrase) ที่นี่"
        case 0x0370...0x03FF: "κάποιος έγραψε \(phrase) εδώ"
        default: "someone wrote \(phrase) here"
        }
    }
}
