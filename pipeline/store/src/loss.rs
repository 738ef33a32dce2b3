//! Writes to the store that get lost on the way, for drills: what a dropped connection does to a commit.

use super::Store;
use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result, UploadPart,
};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// One write that is to be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    /// Of the writes to paths that hold this text,
    pub path_part: &'static str,
    /// the one of this number, from 1.
    pub number: usize,
    /// True when it takes effect, and only its answer is lost.
    pub is_after: bool,
}

/// What is to be lost next, and when the last one was. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Losses(Arc<Mutex<Plan>>);

#[derive(Debug, Default)]
struct Plan {
    next: Option<Loss>,
    lost_at: Option<Instant>,
}

impl Losses {
    /// Loses this write, once.
    pub fn expect(&self, loss: Loss) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Plan { next: Some(loss), lost_at: None };
    }

    /// When it was lost; nothing while it was not.
    pub fn lost_at(&self) -> Option<Instant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).lost_at
    }

    /// The loss this write meets.
    fn meets(&self, path: &Path) -> Option<Loss> {
        let mut plan = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let loss = plan.next.filter(|loss| path.as_ref().contains(loss.path_part))?;
        let is_it = loss.number <= 1;
        plan.next = (!is_it).then_some(Loss { number: loss.number.saturating_sub(1), ..loss });
        if is_it {
            plan.lost_at = Some(Instant::now());
        }
        is_it.then_some(loss)
    }

    async fn run<T>(&self, path: &Path, write: impl Future<Output = Result<T>>) -> Result<T> {
        let Some(loss) = self.meets(path) else { return write.await };
        if loss.is_after {
            write.await?;
        }
        Err(Error::Generic { store: "drill", source: "the connection was dropped".into() })
    }
}

impl Store {
    /// The same store over a connection that loses what it is told to.
    #[must_use]
    pub fn losing(&self, losses: &Losses) -> Self {
        self.through(|objects| Arc::new(Losing { objects, losses: losses.clone() }))
    }
}

#[derive(Debug)]
struct Losing {
    objects: Arc<dyn ObjectStore>,
    losses: Losses,
}

impl std::fmt::Display for Losing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "losing {}", self.objects)
    }
}

#[async_trait]
impl ObjectStore for Losing {
    async fn put_opts(&self, to: &Path, bytes: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.losses.run(to, self.objects.put_opts(to, bytes, options)).await
    }

    async fn put_multipart_opts(
        &self,
        to: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let upload = self.losses.run(to, self.objects.put_multipart_opts(to, options)).await?;
        Ok(Box::new(LosingUpload { upload, to: to.clone(), losses: self.losses.clone() }))
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        self.objects.get_opts(path, options).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.objects.delete_stream(paths)
    }

    fn list(&self, folder: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.objects.list(folder)
    }

    async fn list_with_delimiter(&self, folder: Option<&Path>) -> Result<ListResult> {
        self.objects.list_with_delimiter(folder).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.losses.run(to, self.objects.copy_opts(from, to, options)).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.losses.run(to, self.objects.rename_opts(from, to, options)).await
    }
}

/// An upload in parts, each of which is a write.
#[derive(Debug)]
struct LosingUpload {
    upload: Box<dyn MultipartUpload>,
    to: Path,
    losses: Losses,
}

#[async_trait]
impl MultipartUpload for LosingUpload {
    fn put_part(&mut self, part: PutPayload) -> UploadPart {
        let (losses, to, sent) = (self.losses.clone(), self.to.clone(), self.upload.put_part(part));
        Box::pin(async move { losses.run(&to, sent).await })
    }

    async fn complete(&mut self) -> Result<PutResult> {
        self.losses.run(&self.to, self.upload.complete()).await
    }

    async fn abort(&mut self) -> Result<()> {
        self.upload.abort().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_second_write_is_lost_before_or_after_it_took_effect_and_the_third_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (store, losses) = (Store::open(folder.path()).await.unwrap(), Losses::default());
        let losing = store.losing(&losses);
        for is_after in [false, true] {
            let path = |number: u32| format!("lists/{is_after}-{number}");
            losses.expect(Loss { path_part: "lists/", number: 2, is_after });
            losing.create(&path(1), "a".into()).await.unwrap();
            assert!(losses.lost_at().is_none());
            losing.create(&path(2), "a".into()).await.unwrap_err();
            losing.create(&path(3), "a".into()).await.unwrap();
            assert!(losses.lost_at().is_some());
            assert_eq!(store.exists(&path(2)).await.unwrap(), is_after);
        }
    }
}
