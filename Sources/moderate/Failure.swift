internal import ArgumentParser
internal import Foundation
internal import Gate
internal import RuleBook
internal import Storage

/// How a command ends when it does not end well.
enum Failure {
    case inputMissing, dataUnreadable, outputUnwritable, tryAgain, configuration, no

    /// As in sysexits.h, which the contract follows.
    var exitCode: ExitCode {
        switch self {
        case .no: ExitCode(1)
        case .dataUnreadable: ExitCode(65)
        case .inputMissing: ExitCode(66)
        case .outputUnwritable: ExitCode(74)
        case .tryAgain: ExitCode(75)
        case .configuration: ExitCode(78)
        }
    }

    /// Says what went wrong and gives the code to end with.
    static func report(_ error: any Error) -> ExitCode {
        switch error {
        case let error as ExitCode: return error
        case let error as RuleBookError:
            Console.error(error.description, isDiagnostic: true)
            return Failure.configuration.exitCode
        case let error as StorageError:
            Console.error(error.description)
            return failure(of: error).exitCode
        case let error as GateError:
            Console.error(error.description)
            return failure(of: error).exitCode
        default:
            Console.error("\(error)")
            return Failure.configuration.exitCode
        }
    }

    private static func failure(of error: StorageError) -> Failure {
        switch error.code {
        case .locked, .readOnly, .full, .io: .tryAgain
        case .fromTheFuture, .notOurs, .failed: .configuration
        case .missing: .inputMissing
        }
    }

    private static func failure(of error: GateError) -> Failure {
        switch error {
        case .output: .outputUnwritable
        case .input: .inputMissing
        case .jsonArray: .dataUnreadable
        case .queue(let error): error.code == .failed ? .tryAgain : failure(of: error)
        case .setup: .configuration
        }
    }
}
