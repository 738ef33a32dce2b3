//! The `deklaro` binary; everything is in the library so that tests can run the same `main`.

fn main() -> std::process::ExitCode {
    deklaro::main()
}
