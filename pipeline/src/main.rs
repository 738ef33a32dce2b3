//! The `deklaro` binary; everything is in the library so that tests can run the same `main`.

/// glibc keeps an arena per thread and gives little of it back: twice the memory on a run over many hosts (README, numbers).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    deklaro::main()
}
