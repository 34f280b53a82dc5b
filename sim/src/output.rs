//! Where a report goes: standard output, or a file that appears whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Standard output.
    Stdout,
    /// A file, written beside its place first and then renamed.
    File(PathBuf),
    /// A device or a pipe, written directly: there is nothing to rename over.
    Device(PathBuf),
}

impl Output {
    /// Finds out whether a report can be written to `path`, before there is one.
    ///
    /// Nothing is left behind: an interrupted run leaves an existing file as it was.
    ///
    /// # Errors
    /// A line for people.
    pub fn open(path: Option<&Path>) -> Result<Output, String> {
        let Some(path) = path else { return Ok(Output::Stdout) };
        let fault = |e: io::Error| format!("cannot write to {}: {e}", path.display());
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => Err(format!("cannot write to {}: it is a directory", path.display())),
            Ok(meta) if !meta.is_file() => Ok(Output::Device(path.to_owned())),
            Ok(_) => {
                fs::OpenOptions::new().append(true).open(path).map_err(fault)?;
                // A rename would put the report in the place of a link, not of what it points to.
                let path = path.canonicalize().map_err(fault)?;
                staged(&path).map_err(fault)?;
                Ok(Output::File(path))
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound && path.file_name().is_some() => {
                staged(path).map_err(|e| match e.kind() {
                    io::ErrorKind::NotFound => format!("cannot write to {}: no such directory", path.display()),
                    _ => fault(e),
                })?;
                Ok(Output::File(path.to_owned()))
            }
            Err(e) => Err(fault(e)),
        }
    }

    /// Writes a whole report. A reader that has seen enough (`| head`) is no error.
    ///
    /// # Errors
    /// A line for people.
    pub fn write(&self, report: &[u8]) -> Result<(), String> {
        let (name, written) = match self {
            Output::Stdout => {
                let mut out = io::stdout().lock();
                ("standard output".to_owned(), out.write_all(report).and_then(|()| out.flush()))
            }
            Output::Device(path) => (
                path.display().to_string(),
                fs::OpenOptions::new().write(true).open(path).and_then(|mut f| f.write_all(report)),
            ),
            Output::File(path) => (path.display().to_string(), replace(path, report)),
        };
        match written {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(e) => Err(format!("cannot write to {name}: {e}")),
            Ok(()) => Ok(()),
        }
    }

    /// Would a report overwrite this file?
    pub fn is(&self, path: &Path) -> bool {
        matches!(self, Output::File(file) if path.canonicalize().is_ok_and(|p| p == *file))
    }
}

/// An empty file beside `path`, removed unless it is kept.
fn staged(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".sim-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any new file: the umask takes its share.
        let mode = fs::metadata(path).map_or(0o666, |m| m.permissions().mode() & 0o777);
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    builder.tempfile_in(folder).map_err(|e| io::Error::new(e.kind(), e.kind().to_string()))
}

fn replace(path: &Path, report: &[u8]) -> io::Result<()> {
    let mut file = staged(path)?;
    file.write_all(report)?;
    file.flush()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}
