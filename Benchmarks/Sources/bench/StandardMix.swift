import Foundation

/// The posts that everything is measured on: 200,000, made from the corpora, with a fixed seed. About 200 bytes of text
/// each; 35 % English, 35 % Chinese, 10 % mixed inside the post, the rest over ten languages; in 3 % one of the first
/// thousand phrases stands.
struct StandardMix {
    static let posts = 200_000
    static let evidenceShare = 0.03
    private static let textBytes = 200
    private static let others = ["ja", "ko", "es", "ms", "id", "vi", "th", "pt", "ru", "ar"]

    /// Harmless texts by corpus.
    private var texts: [String: [String]] = [:]
    private var characters: [Character] = []
    private var words: [String] = []

    init(corpora: URL) throws {
        for file in try FileManager.default.contentsOfDirectory(at: corpora, includingPropertiesForKeys: nil)
        where file.pathExtension == "ndjson" {
            let name = file.deletingPathExtension().lastPathComponent
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                guard let post = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                    let text = post["text"] as? String, (post["expect"] as? [String: Any])?.isEmpty == true,
                    post["trap"] == nil
                else { continue }
                texts[name, default: []].append(text)
            }
        }
        let chinese = Set((texts["zh-Hans"] ?? []).joined()).filter { $0.unicodeScalars.first!.value >= 0x4E00 }
        characters = chinese.sorted()
        words = Set((texts["en"] ?? []).joined(separator: " ").lowercased().split { !$0.isLetter }.map(String.init))
            .filter { $0.count >= 4 && $0.allSatisfy(\.isASCII) }.sorted()
    }

    /// Phrases that posts hold only by design: half of two English words and a syllable, half of four Han characters.
    func phrases(_ count: Int) -> [String] {
        var random = SplitMix64(seed: 7)
        var phrases: [String] = []
        var seen: Set<String> = []
        let syllables = ["ov", "ek", "iu", "ya", "oz", "um"]
        while phrases.count < count {
            let phrase =
                phrases.count % 2 == 0
                ? words.randomElement(using: &random)! + syllables.randomElement(using: &random)! + " "
                    + words.randomElement(using: &random)! + syllables.randomElement(using: &random)!
                : String((0..<4).map { _ in characters.randomElement(using: &random)! })
            if seen.insert(phrase).inserted { phrases.append(phrase) }
        }
        return phrases
    }

    /// The posts as NDJSON.
    func ndjson() -> Data {
        var random = SplitMix64(seed: 2025)
        let marks = phrases(1000)
        var data = Data()
        for number in 0..<Self.posts {
            let kind = Double.random(in: 0..<1, using: &random)
            let corpus =
                kind < 0.35
                ? "en"
                : kind < 0.60
                    ? "zh-Hans"
                    : kind < 0.70
                        ? "zh-Hant"
                        : kind < 0.80
                            ? "mul"
                            : Self.others.randomElement(using: &random)!
            var parts: [String] = []
            while parts.joined(separator: " ").utf8.count < Self.textBytes - 40 {
                parts.append(texts[corpus]!.randomElement(using: &random)!)
            }
            if Double.random(in: 0..<1, using: &random) < Self.evidenceShare {
                parts.insert(marks.randomElement(using: &random)!, at: parts.count / 2)
            }
            var text = parts.joined(separator: " ")
            while text.utf8.count > Self.textBytes + 60 { text.removeLast() }
            let post: [String: Any] = [
                "id": "p\(number)", "text": text,
                "author": ["id": "u\(number % 5000)", "account_age_days": number % 900] as [String: Any],
            ]
            data.append(
                try! JSONSerialization.data(withJSONObject: post, options: [.sortedKeys, .withoutEscapingSlashes]))
            data.append(0x0A)
        }
        return data
    }
}

extension StandardMix {
    /// The texts of the mix said on so many streams in turn, in chunks of about 60 bytes, 20,000 a second by the
    /// sender's clock.
    ///
    /// - Parameter posts: The mix, see ``ndjson()``.
    static func live(_ posts: Data, streams: Int, chunks: Int) -> Data {
        var random = SplitMix64(seed: 60)
        let texts = posts.split(separator: 0x0A).compactMap { line in
            (try? JSONSerialization.jsonObject(with: line) as? [String: Any])?["text"] as? String
        }
        var rest = [String](repeating: "", count: streams)
        var data = Data()
        for stream in 0..<streams {
            data += Data("{\"stream\":\"s\(stream)\",\"event\":\"start\",\"at\":\"2025-01-01T00:00:00Z\"}\n".utf8)
        }
        for chunk in 0..<chunks {
            let stream = chunk % streams
            let wanted = Int.random(in: 45...75, using: &random)
            while rest[stream].utf8.count < wanted { rest[stream] += texts.randomElement(using: &random)! + " " }
            var text = ""
            while text.utf8.count < wanted, let next = rest[stream].unicodeScalars.first {
                text.unicodeScalars.append(next)
                rest[stream].unicodeScalars.removeFirst()
            }
            let time = chunk / 20
            let clock = String(
                format: "%02d:%02d:%02d.%03d", time / 3_600_000, time / 60_000 % 60, time / 1000 % 60, time % 1000)
            let record: [String: Any] = [
                "stream": "s\(stream)", "seq": chunk / streams + 1, "kind": "speech", "speaker": "h", "text": text,
                "at": "2025-01-01T\(clock)Z",
            ]
            data.append(
                try! JSONSerialization.data(withJSONObject: record, options: [.sortedKeys, .withoutEscapingSlashes]))
            data.append(0x0A)
        }
        return data
    }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
