internal import ArgumentParser
internal import ContentModel
internal import Foundation
internal import ReviewQueue
internal import Wire

extension Review {
    /// What happened.
    struct Log: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the events of the audit, one object a line.",
            discussion: "Texts that people wrote are not in them, only their salted SHA-256.")

        @OptionGroup var database: DatabaseOptions
        @Option(name: .customLong("case"), help: ArgumentHelp("Of one case only.", valueName: "case")) var id: String?
        @Option(help: ArgumentHelp("From this day or moment on.", valueName: "time")) var since: Moment?
        @Option(help: ArgumentHelp("Before this day or moment.", valueName: "time")) var until: Moment?

        func run() throws {
            do {
                let times = (since?.milliseconds ?? .min)..<(until?.milliseconds ?? .max)
                var lines = JSONBytes()
                try database.queue(writes: false).forEachEvent(of: id, in: times) { event in
                    Self.write(event, to: &lines)
                    guard lines.bytes.count > 1 << 16 else { return }
                    try Console.output(String(decoding: lines.bytes, as: UTF8.self))
                    lines.bytes.removeAll(keepingCapacity: true)
                }
                try Console.output(String(decoding: lines.bytes, as: UTF8.self))
            } catch {
                throw Failure.report(error)
            }
        }

        func validate() throws {
            if let since, let until, until.milliseconds < since.milliseconds {
                throw ValidationError("--until is before --since")
            }
        }

        private static func write(_ event: CaseEvent, to json: inout JSONBytes) {
            json.raw("{\"number\":")
            json.integer(Int(event.number))
            json.raw(",\"at\":")
            json.name(timestamp(event.at))
            if !event.caseID.isEmpty {
                json.raw(",\"case\":")
                json.string(event.caseID)
            }
            json.raw(",\"kind\":")
            json.string(event.kind)
            json.raw(",\"actor\":")
            json.string(event.actor)
            json.raw(",\"detail\":")
            // Old schemas wrote plain text.
            if event.detail.first == "{" { json.raw(Array(event.detail.utf8)) } else { json.string(event.detail) }
            json.raw("}\n")
        }
    }

    /// Whether the audit holds.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the whole audit; exit 1 where it does not hold.",
            discussion: """
                Every event carries SHA-256 of itself and of the one before; posts and decisions must be what the \
                events say. Note down the head that it prints, outside the database: with --head it is seen when the \
                end was cut off.
                """)

        @OptionGroup var database: DatabaseOptions
        @Option(help: ArgumentHelp("A head that was noted before.", valueName: "hash")) var head: String?

        func validate() throws {
            if let head, head.count != 64 || !head.allSatisfy(\.isHexDigit) {
                throw ValidationError("--head is 64 hexadecimal digits")
            }
        }

        func run() throws {
            do {
                let report = try database.queue(writes: false).verify(expectedHead: head)
                for fault in report.faults { Console.error(Console.harmless(fault)) }
                guard report.faults.isEmpty else { throw Failure.no.exitCode }
                let first = report.first > 1 ? ", from \(report.first)" : ""
                try Console.output("\(report.events) events hold\(first); head \(hexadecimal(report.head))\n")
            } catch {
                throw Failure.report(error)
            }
        }
    }

    /// Erases what is past its time.
    struct Purge: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Erase the content of old cases, or a person's texts; the audit still holds.",
            discussion: """
                With --older-than, of cases that are decided or closed: posts, evidence, and what people wrote about \
                them. Without --keep-events the oldest events go as well, as far as they are about erased cases. With \
                --author, of all cases of that author; those that wait are closed.
                """)

        @OptionGroup var database: DatabaseOptions
        @Option(name: .customLong("older-than"), help: ArgumentHelp("How old, e.g. 90d.", valueName: "time"))
        var age: TimeSpan?
        @Option(help: ArgumentHelp("The author's id.", valueName: "author")) var author: String?
        @Flag(name: .customLong("keep-events"), help: "Erase contents only, and keep every event.") var keepsEvents =
            false

        func validate() throws {
            guard (age == nil) != (author == nil) else { throw ValidationError("say --older-than or --author") }
        }

        func run() throws {
            do {
                let queue = try database.queue()
                if let author {
                    let (cases, isLogEmpty) = try queue.purge(author: author, by: userName())
                    try Console.output("\(cases) cases of this author erased\n")
                    note(isLogEmpty)
                } else if let age {
                    let (cases, events, isLogEmpty) = try queue.purge(
                        before: queue.time - age.milliseconds, keepsEvents: keepsEvents, by: userName())
                    try Console.output("\(cases) cases erased, \(events) events deleted\n")
                    note(isLogEmpty)
                }
                for backup in backups() {
                    Console.note("moderate: \(Console.harmless(backup)) still has what was erased: delete it")
                }
            } catch {
                throw Failure.report(error)
            }
        }

        private func note(_ isLogEmpty: Bool) {
            guard !isLogEmpty else { return }
            Console.note(
                "moderate: another process reads the database, so that its log still has what was erased: purge again when it has ended"
            )
        }

        /// Copies that were made before the database was brought up to date.
        private func backups() -> [String] {
            let url = URL(fileURLWithPath: database.path)
            let folder = url.deletingLastPathComponent().path
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.filter { $0.hasPrefix(url.lastPathComponent + ".schema-") }.sorted()
        }
    }
}
