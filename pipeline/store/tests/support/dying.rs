//! Objects of a process that is killed after so many operations: before the last one took effect, or just after.

use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// When the process dies.
#[derive(Debug, Clone)]
pub(crate) struct Death {
    left: Arc<AtomicUsize>,
    /// True when the last operation is done, and only its answer never read.
    is_after: bool,
    /// True when each write is sent twice, as a client does that never read the first answer.
    is_stuttering: bool,
}

impl Death {
    pub(crate) fn after(operations: usize, is_after: bool) -> Self {
        Self { left: Arc::new(AtomicUsize::new(operations)), is_after, is_stuttering: false }
    }

    /// No death, but a network that loses the answer to every write once.
    pub(crate) fn never_on_a_bad_network() -> Self {
        Self { left: Arc::new(AtomicUsize::new(usize::MAX - 1)), is_after: false, is_stuttering: true }
    }

    /// True when the process has died.
    pub(crate) fn has_come(&self) -> bool {
        self.left.load(Ordering::SeqCst) == usize::MAX
    }

    /// Counts an operation: `Some(true)` when it is the last one.
    fn count(&self) -> Option<bool> {
        let left = self.left.load(Ordering::SeqCst);
        match left {
            usize::MAX => None,
            0 => {
                self.left.store(usize::MAX, Ordering::SeqCst);
                Some(true)
            }
            _ => {
                self.left.store(left - 1, Ordering::SeqCst);
                Some(false)
            }
        }
    }

    async fn run<T>(&self, operation: impl Future<Output = Result<T>>) -> Result<T> {
        match self.count() {
            Some(false) => operation.await,
            Some(true) if self.is_after => {
                let _never_read = operation.await;
                Err(killed())
            }
            _ => Err(killed()),
        }
    }
}

fn killed() -> Error {
    Error::Generic { store: "dying", source: "killed".into() }
}

/// Objects of that process.
#[derive(Debug)]
pub(crate) struct Dying {
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(crate) death: Death,
}

impl std::fmt::Display for Dying {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "dying {}", self.objects)
    }
}

#[async_trait]
impl ObjectStore for Dying {
    async fn put_opts(&self, to: &Path, bytes: PutPayload, options: PutOptions) -> Result<PutResult> {
        if self.death.is_stuttering {
            let _never_read = self.objects.put_opts(to, bytes.clone(), options.clone()).await;
        }
        self.death.run(self.objects.put_opts(to, bytes, options)).await
    }

    async fn put_multipart_opts(
        &self,
        to: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.death.run(self.objects.put_multipart_opts(to, options)).await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        self.death.run(self.objects.get_opts(path, options)).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        match self.death.count() {
            Some(false) => self.objects.delete_stream(paths),
            Some(true) if self.death.is_after => {
                self.objects.delete_stream(paths).map(|_| Err(killed())).boxed()
            }
            _ => futures::stream::once(async { Err(killed()) }).boxed(),
        }
    }

    fn list(&self, folder: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.death.count() {
            Some(false) => self.objects.list(folder),
            _ => futures::stream::once(async { Err(killed()) }).boxed(),
        }
    }

    async fn list_with_delimiter(&self, folder: Option<&Path>) -> Result<ListResult> {
        self.death.run(self.objects.list_with_delimiter(folder)).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.death.run(self.objects.copy_opts(from, to, options)).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.death.run(self.objects.rename_opts(from, to, options)).await
    }
}
