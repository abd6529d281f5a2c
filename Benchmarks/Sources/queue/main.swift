import ContentModel
import Foundation
import ReviewQueue
import Storage

// The review queue under load, several processes on one file.
//
//     queue run FOLDER           everything, one table
//     queue batches FOLDER       exports and decides on what a run left there
//     queue fill DB COUNT        cases come in as fast as they can
//     queue write DB RATE SECONDS
//     queue review DB NAME PERIOD-MS SECONDS
let arguments = Array(CommandLine.arguments.dropFirst())

switch arguments.first {
case "run" where arguments.count == 2: try LoadRun(folder: arguments[1]).run()
case "fill" where arguments.count == 3: try Writer(arguments[1]).fill(Int(arguments[2]) ?? 0)
case "write" where arguments.count == 4:
    try Writer(arguments[1]).write(rate: Double(arguments[2]) ?? 0, seconds: Double(arguments[3]) ?? 0)
case "review" where arguments.count == 5:
    try Reviewing(arguments[1], name: arguments[2]).work(
        period: (Double(arguments[3]) ?? 0) / 1000, seconds: Double(arguments[4]) ?? 0)
case "batches" where arguments.count == 2: try LoadRun(folder: arguments[1]).batches()
default:
    print(
        "usage: queue run FOLDER | batches FOLDER | fill DB COUNT | write DB RATE SECONDS | review DB NAME PERIOD-MS SECONDS"
    )
    exit(64)
}

func seconds() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
@Sendable func now() -> Int64 { Int64(Date.now.timeIntervalSince1970 * 1000) }

/// What work on the queue gives; nil, with a line that says so, where other processes held the file for longer than one
/// waits for it.
func unlessLocked<Result>(_ work: () throws -> Result) throws -> Result? {
    do {
        return try work()
    } catch let error as StorageError where error.code == .locked {
        print("locked")
        return nil
    }
}

func percentile(_ values: [Double], _ share: Double) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
}
