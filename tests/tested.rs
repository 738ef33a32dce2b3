//! The `deklaro` binary once more, built for the tests.

fn main() -> std::process::ExitCode {
    deklaro::main()
}
