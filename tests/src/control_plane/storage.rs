//! Snapshots of etcd, and their restore: afterwards the server is older than its clients remember.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use tempfile::TempDir;

use super::{ControlPlane, DATA};
use crate::running::binary::copy;

/// What etcd held at a moment.
#[derive(Debug)]
pub struct Snapshot(TempDir);

impl ControlPlane {
    /// Keeps what etcd holds. etcd is away for it, well under a second.
    ///
    /// # Errors
    ///
    /// When etcd does not run, or does not come back.
    pub fn snapshot_etcd(&self) -> Result<Snapshot> {
        let snapshot = tempfile::tempdir_in(self.folder.path())?;
        // Killed: a stop waits seconds for the API server's watches, and whatever was answered is in the data.
        self.kill_etcd()?;
        copy(&self.data(), snapshot.path())?;
        self.start_etcd()?;
        if self.api_server.runs() {
            self.wait_ready()?;
        }
        Ok(Snapshot(snapshot))
    }

    /// Puts back what etcd held, and starts both servers on it: what was written since is gone, and the
    /// resource versions run back.
    ///
    /// # Errors
    ///
    /// When a server does not come back.
    pub fn restore_etcd(&self, snapshot: &Snapshot) -> Result<()> {
        for server in [&self.api_server, &self.etcd] {
            if server.runs() {
                server.kill()?;
            }
        }
        fs::remove_dir_all(self.data())?;
        copy(snapshot.0.path(), &self.data())?;
        self.start_etcd()?;
        self.start_api_server()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join(DATA)
    }
}
