import Foundation

// Usage: bench REPOSITORY MODERATE NATIVE-FLOOR VIEWS
guard CommandLine.arguments.count == 5 else {
    print("usage: bench REPOSITORY MODERATE NATIVE-FLOOR VIEWS")
    exit(64)
}
let repository = URL(fileURLWithPath: CommandLine.arguments[1], isDirectory: true)
let moderate = CommandLine.arguments[2]
let floor = CommandLine.arguments[3]
let views = CommandLine.arguments[4]
let folder = URL(fileURLWithPath: NSTemporaryDirectory() + "moderate-bench-\(getpid())", isDirectory: true)
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
let environment = ["MODERATE_CACHE": folder.path + "/cache"]

let mix = try StandardMix(corpora: repository.appendingPathComponent("Corpora/posts"))
let posts = folder.path + "/posts.ndjson"
let data = mix.ndjson()
try data.write(to: URL(fileURLWithPath: posts))
let megabytes = Double(data.count) / 1e6
print("standard mix: \(StandardMix.posts) posts, \(Int(megabytes)) MB\n")

/// A rules folder: the shipped rules and so many phrases more.
func rules(_ count: Int, markets: Int? = nil) throws -> String {
    let path = folder.appendingPathComponent("rules-\(count)-\(markets ?? 0)")
    try FileManager.default.copyItem(at: repository.appendingPathComponent("Rules"), to: path)
    if let markets {
        // The same packs and policy for every market, so that nothing but their number differs.
        let policy = try String(contentsOf: path.appendingPathComponent("eu/market.yaml"), encoding: .utf8)
        for name in try FileManager.default.contentsOfDirectory(atPath: path.path) where name != "global" {
            try FileManager.default.removeItem(at: path.appendingPathComponent(name))
        }
        for index in 0..<markets {
            let market = path.appendingPathComponent("m\(index)")
            try FileManager.default.createDirectory(at: market, withIntermediateDirectories: true)
            try policy.replacingOccurrences(of: "market: eu", with: "market: m\(index)")
                .write(to: market.appendingPathComponent("market.yaml"), atomically: true, encoding: .utf8)
        }
    }
    let terms = path.appendingPathComponent("global/terms")
    try FileManager.default.createDirectory(at: terms, withIntermediateDirectories: true)
    try mix.phrases(count).joined(separator: "\n")
        .write(to: terms.appendingPathComponent("bench.txt"), atomically: true, encoding: .utf8)
    let pack = """
        pack: bench
        rules:
          - id: phrases
            category: spam
            confidence: 0.8
            match: {phrases_from: terms/bench.txt}
        """
    try pack.write(to: path.appendingPathComponent("global/bench.yaml"), atomically: true, encoding: .utf8)
    return path.path
}

func number(_ value: Double, _ decimals: Int = 2) -> String { String(format: "%.\(decimals)f", value) }
func row(_ name: String, _ value: String) {
    print("  " + name.padding(toLength: 58, withPad: " ", startingAt: 0) + value)
}

@Sendable func check(_ measurement: Measurement) -> Measurement {
    guard measurement.status == 0 else {
        print("bench: a run ended with status \(measurement.status)")
        exit(70)
    }
    return measurement
}

/// Judges the standard mix into /dev/null, once.
func judgeOnce(_ rules: String, _ more: [String] = ["--no-queue"], threads: Int = 1) -> Measurement {
    try? FileManager.default.removeItem(atPath: folder.path + "/queue.sqlite")
    return check(
        Measurement.run(
            moderate,
            ["--rules", rules, "--threads", "\(threads)", "--db", folder.path + "/queue.sqlite"] + more + [posts],
            environment: environment))
}

/// The fastest of three such runs.
func judge(_ rules: String, _ more: [String] = ["--no-queue"], threads: Int = 1) -> Measurement {
    Measurement.best(of: 3) { judgeOnce(rules, more, threads: threads) }
}

/// The floor's nanoseconds a post, over ten rounds: about as long as `moderate` takes for one.
func floorTime(_ phrases: String) -> Double {
    let output = check(Measurement.run(floor, [posts, phrases, "10"], keepsOutput: true)).output
    return Double(output.split(separator: " ")[0])!
}

/// Nanoseconds a post beyond an empty run.
func perPost(_ measurement: Measurement, start: Measurement) -> Double {
    (measurement.seconds - start.seconds) * 1e9 / Double(StandardMix.posts)
}

for count in [1_000, 10_000, 100_000] {
    let path = try rules(count)
    let cold = check(Measurement.run(moderate, ["--rules", path, "--no-queue"], environment: environment))
    let start = Measurement.best(of: 5) {
        check(Measurement.run(moderate, ["--rules", path, "--no-queue"], environment: environment))
    }
    let phrases = folder.path + "/phrases-\(count).txt"
    try mix.phrases(count).joined(separator: "\n").write(toFile: phrases, atomically: true, encoding: .utf8)
    // By turns and as long the one as the other: a busy neighbour takes from both alike, where the best of short
    // rounds would show the floor at its quietest moment, and `moderate` at the mean of seconds.
    let pairs = (0..<11).map { _ in (floor: floorTime(phrases), one: judgeOnce(path)) }
    let ratios = pairs.map { perPost($0.one, start: start) / $0.floor }
    let floorNanoseconds = median(pairs.map(\.floor))
    let nanoseconds = median(pairs.map { perPost($0.one, start: start) })
    let one = pairs.map(\.one).min { $0.seconds < $1.seconds }!
    let queued = judge(path, [])
    print("\(count) phrases and the shipped rules")
    row("first run, compiling (s; MB)", number(cold.seconds) + "; " + number(Double(cold.memory) / 1e6, 0))
    row("empty run, warm cache (s)", number(start.seconds, 3))
    row("native floor (ns a post)", number(floorNanoseconds, 0))
    row(
        "one thread (ns a post; posts/s; MB/s)",
        "\(number(nanoseconds, 0)); \(number(1e9 / nanoseconds, 0)); \(number(megabytes * 1e9 / nanoseconds / Double(StandardMix.posts), 0))"
    )
    row(
        "  ratio to the floor, of eleven pairs (at most 6)",
        "\(number(median(ratios))) (\(number(ratios.min()!)) to \(number(ratios.max()!)))")
    row(
        "one thread with the queue (ns a post; ratio)",
        "\(number(perPost(queued, start: start), 0)); \(number(perPost(queued, start: start) / floorNanoseconds))")
    row("peak memory (MB, at most 400)", number(Double(one.memory) / 1e6, 0))
    if count == 10_000 {
        let two = Measurement.best(of: 5) { judgeOnce(path, threads: 2) }
        let gain = (one.seconds - start.seconds) / (two.seconds - start.seconds)
        // What this machine's second processor is worth: two floors side by side against one.
        let alone = Measurement.best(of: 3) { Measurement.run(floor, [posts, phrases, "3"]) }
        let both = (0..<3).map { _ -> Double in
            let group = DispatchGroup()
            let began = DispatchTime.now().uptimeNanoseconds
            for _ in 0..<2 {
                DispatchQueue.global().async(group: group) { _ = Measurement.run(floor, [posts, phrases, "3"]) }
            }
            group.wait()
            return Double(DispatchTime.now().uptimeNanoseconds - began) * 1e-9
        }.min()!
        let floorGain = 2 * alone.seconds / both
        row("two threads: gain; two floors side by side: gain", number(gain) + "; " + number(floorGain))
        row("  of the floor's gain (at least 0.9)", number(gain / floorGain))
    }
    print("")
}

let single = judge(try rules(10_000, markets: 1), ["--no-queue", "--brief"])
let twelve = judge(try rules(10_000, markets: 12), ["--no-queue", "--brief"])
print("markets, --brief")
row("1 market; 12 markets (s)", number(single.seconds, 3) + "; " + number(twelve.seconds, 3))
row("  ratio (at most 1.25)", number(twelve.seconds / single.seconds))

let hello = folder.path + "/hello.txt"
try "hello\n".write(toFile: hello, atomically: true, encoding: .utf8)
print("\ntime to the only verdict, warm cache (echo hello | moderate)")
for (name, path, limit) in [
    ("shipped rules", repository.path + "/Rules", "0.2"), ("100,000 phrases", folder.path + "/rules-100000-0", "0.5"),
] {
    func run() -> Measurement {
        check(
            Measurement.run(
                moderate, ["--rules", path, "--db", folder.path + "/hello.sqlite"], input: hello,
                environment: environment))
    }
    _ = run()
    row("\(name) (s, at most \(limit))", number(Measurement.best(of: 5, run).seconds, 3))
}

// Rules: loading many, a few more beside them, and a run that takes them up.
let rulesFolder = folder.path + "/rules-100000-0"
let versions = ["MODERATE_CACHE": folder.path + "/versions-cache"]
let database = folder.path + "/versions.sqlite"
@Sendable func load(_ path: String, _ more: [String]) -> Measurement {
    check(
        Measurement.run(
            moderate, ["rules", "load", path, "--activate", "--db", database] + more, environment: versions))
}
@Sendable func pack(_ number: Int) throws -> String {
    let path = folder.path + "/night.yaml"
    try """
    pack: night
    rules:
      - {id: scam, category: fraud, confidence: 0.8, match: {phrases: [night words \(number), 夜里的话\(number)]}}

    """.write(toFile: path, atomically: true, encoding: .utf8)
    return path
}
print("\nrules load, 100,000 phrases and the shipped rules, with their tests")
row("cold (s, at most 10)", number(load(rulesFolder, []).seconds))
let small = try (0..<3).map { load(try pack($0), ["--market", "my"]).seconds }.min()!
row("one small pack more (s, at most 1)", number(small))
let lines = data.split(separator: 0x0A).map { Data($0) + Data([0x0A]) }
let swap = try SwapRun(
    moderate, ["--db", database, "--no-queue", "--threads", "2"], environment: versions, lines: lines, rate: 50_000,
    seconds: 12, market: "my"
) {
    if let path = try? pack(9) { _ = load(path, ["--market", "my"]) }
}
print("\na swap under 50,000 posts/s, two threads (ms between two arrivals of verdicts)")
row(
    "p50; p99; p99.9; longest (at most 50)",
    [0.5, 0.99, 0.999, 1].map { number(swap.percentile($0), 1) }.joined(separator: "; "))
row("posts sent; verdicts; changes of rule set seen", "\(swap.sent); \(swap.received); \(swap.changes)")

let other = folder.appendingPathComponent("other")
try FileManager.default.copyItem(atPath: folder.path + "/rules-10000-0", toPath: other.path)
let contact = other.appendingPathComponent("global/contact.yaml")
try String(contentsOf: contact, encoding: .utf8).replacingOccurrences(of: "confidence: 0.6", with: "confidence: 0.3")
    .write(to: contact, atomically: true, encoding: .utf8)
let diff = ["rules", "diff", folder.path + "/rules-10000-0", other.path, "--threads", "2", "--examples", "0"]
_ = check(Measurement.run(moderate, diff, environment: environment))
let turns = (0..<3).map { _ in
    (
        judged: judgeOnce(folder.path + "/rules-10000-0", threads: 2),
        replayed: check(Measurement.run(moderate, diff + ["--replay", posts], environment: environment))
    )
}
print("\nreplay of \(StandardMix.posts) posts through a changed pack, two threads, starts included")
row(
    "judging once; replaying (s)",
    number(median(turns.map(\.judged.seconds))) + "; " + number(median(turns.map(\.replayed.seconds))))
row("  speed to judging (at least 0.8)", number(median(turns.map { $0.judged.seconds / $0.replayed.seconds })))

// Memory does not grow with the input: the same posts ten times over.
let long = folder.path + "/long.ndjson"
_ = FileManager.default.createFile(atPath: long, contents: nil)
let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: long))
for _ in 0..<10 { try handle.write(contentsOf: data) }
try handle.close()
let big = check(
    Measurement.run(
        moderate, ["--rules", folder.path + "/rules-100000-0", "--no-queue", "--threads", "2", long],
        environment: environment))
print("\nten times the posts, 100,000 phrases, two threads")
row("peak memory (MB, at most 400)", number(Double(big.memory) / 1e6, 0))

print("")
print(check(Measurement.run(views, [posts], keepsOutput: true)).output, terminator: "")

// Time to the first verdict of an input that goes on: it must not wait for more. Bash does not wait for what it
// substitutes.
print("")
let command =
    "MODERATE_CACHE=\(folder.path)/cache \(moderate) --rules \(folder.path)/rules-10000-0 --no-queue 2>/dev/null"
let first = check(
    Measurement.run("/bin/bash", ["-c", "head -1 < <(\(command) < <(cat \(posts); sleep 5))"], keepsOutput: true))
row("time to the first verdict of a long input (s)", number(first.seconds, 3))

// Live streams: many of them, a rate with its latencies, and as fast as it goes.
let liveRules = folder.path + "/rules-10000-0"
func simulate(_ streams: Int, rate: Int, seconds: Int) -> String {
    check(
        Measurement.run(
            moderate,
            [
                "live", "--simulate", "\(streams)", "--rate", "\(rate)", "--seconds", "\(seconds)", "--rules",
                liveRules,
                "--corpus", repository.path + "/Corpora/live", "--threads", "2",
            ], keepsOutput: true, environment: environment)
    ).output
}
print("\nlive streams, shipped rules and 10,000 phrases, two threads, the live corpus over pipes")
print("1,000,000 streams (at most 1 GB; opened at 100,000 a second)\n" + simulate(1_000_000, rate: 40_000, seconds: 25))
print("50,000 streams (p99 at most 2 ms, p99.9 10 ms)\n" + simulate(50_000, rate: 20_000, seconds: 20))
let chunks = 500_000
let live = folder.path + "/live.ndjson"
try StandardMix.live(data, streams: 50_000, chunks: chunks).write(to: URL(fileURLWithPath: live))
let liveOptions = ["live", "--no-queue", "--brief", "--rules", liveRules, "--threads", "2"]
let liveStart = Measurement.best(of: 3) {
    check(Measurement.run(moderate, liveOptions + ["/dev/null"], environment: environment))
}
let flatOut = Measurement.best(of: 3) {
    check(Measurement.run(moderate, liveOptions + [live], environment: environment))
}
print("the standard mix in chunks of 60 bytes, over 50,000 streams, as fast as it goes")
row("chunks a second (at least 100,000)", number(Double(chunks) / (flatOut.seconds - liveStart.seconds), 0))
row("largest memory (MB)", number(Double(flatOut.memory) / 1e6, 0))
