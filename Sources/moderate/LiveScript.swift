internal import Foundation

/// What is said on one stream of the live corpus, to be played again.
struct LiveScript: Sendable {
    /// A chunk as JSON members: all but the stream, the number and the time.
    struct Line: Sendable {
        var members: [UInt8]
        /// How many chunks back the one is that it revises.
        var revises: Int?
    }

    var lines: [Line]

    /// The scripts in a folder of NDJSON files.
    static func read(folder: String) throws -> [LiveScript] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let files = names.filter { $0.hasSuffix(".ndjson") }.sorted()
        guard !files.isEmpty else {
            Console.error(
                "there are no live scripts (*.ndjson) in \(Console.harmless(folder)): name a folder with --corpus")
            throw Failure.inputMissing.exitCode
        }
        var scripts: [LiveScript] = []
        for file in files {
            guard let data = FileManager.default.contents(atPath: folder + "/" + file) else { continue }
            var places: [Int: Int] = [:]
            for line in data.split(separator: 0x0A) {
                guard let record = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else {
                    continue
                }
                if record["event"] as? String == "start" {
                    scripts.append(LiveScript(lines: []))
                    places = [:]
                }
                guard !scripts.isEmpty, let seq = record["seq"] as? Int, record["text"] is String else { continue }
                var members = record
                for name in ["stream", "seq", "at", "replaces", "harm", "trap", "expect"] { members[name] = nil }
                let json = try JSONSerialization.data(withJSONObject: members, options: [.sortedKeys])
                let place = scripts[scripts.count - 1].lines.count
                places[seq] = place
                let revised = (record["replaces"] as? Int).flatMap { places[$0] }.map { place - $0 }
                scripts[scripts.count - 1].lines.append(Line(members: Array(json.dropFirst()), revises: revised))
            }
        }
        scripts.removeAll { $0.lines.isEmpty }
        return scripts
    }
}
