import Foundation

/// One run of a program: its time and its largest memory.
struct Measurement {
    /// Seconds from start to exit.
    var seconds: Double
    /// Processor seconds, all threads.
    var processor: Double
    /// Largest resident set, bytes.
    var memory: Int
    var status: Int32
    var output: String

    /// Runs a program to its end. Standard output goes to `output`, or nowhere.
    static func run(
        _ program: String, _ arguments: [String], input: String = "/dev/null", keepsOutput: Bool = false,
        environment: [String: String] = [:]
    ) -> Measurement {
        let kept = NSTemporaryDirectory() + "moderate-bench-output-\(getpid())"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, 1, keepsOutput ? kept : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var all = ProcessInfo.processInfo.environment
        all.merge(environment) { $1 }
        let argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        let envp: [UnsafeMutablePointer<CChar>?] = all.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        let began = DispatchTime.now().uptimeNanoseconds
        var process: pid_t = 0
        guard posix_spawn(&process, program, &actions, nil, argv, envp) == 0 else {
            fatalError("bench: \(program) cannot be started")
        }
        var status: Int32 = 0
        var usage = rusage()
        wait4(process, &status, 0, &usage)
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - began) * 1e-9
        func time(_ value: timeval) -> Double { Double(value.tv_sec) + Double(value.tv_usec) * 1e-6 }
        let output = keepsOutput ? (try? String(contentsOfFile: kept, encoding: .utf8)) ?? "" : ""
        return Measurement(
            seconds: seconds, processor: time(usage.ru_utime) + time(usage.ru_stime), memory: usage.ru_maxrss * 1024,
            status: status >> 8 & 255, output: output)
    }

    /// The fastest of several runs: on a shared machine noise only adds.
    static func best(of count: Int, _ run: () -> Measurement) -> Measurement {
        (0..<count).map { _ in run() }.min { $0.seconds < $1.seconds }!
    }
}

/// The middle one of an odd number of values.
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
