//! The name of a file stands for a whole file, before, during and after a write.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use isotherm::io::{Part, Staged};

use super::folder::Folder;

#[test]
fn the_target_changes_at_the_commit_and_not_before() {
    let folder = Folder::new("staged-commit");
    let target = folder.write("x", "old");
    let staged = Staged::create(&target).unwrap();
    staged.set_len(6).unwrap();
    let (one, other) = (staged.open_part().unwrap(), Part::open(staged.temporary(), &target).unwrap());
    other.write_all_at(b"def", 3).unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"old");
    one.write_all_at(b"abc", 0).unwrap();
    one.finish().unwrap();
    other.finish().unwrap();
    staged.commit().unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"abcdef");
    assert_eq!(folder.names(), ["x"]);
}

#[test]
fn what_is_not_committed_leaves_nothing() {
    let folder = Folder::new("staged-discard");
    let target = folder.path("x");
    Staged::create(&target).unwrap().discard();
    let unwound = std::panic::catch_unwind(|| {
        let _staged = Staged::create(&target).unwrap();
        panic!("a failed write");
    });
    assert!(unwound.is_err());
    assert!(folder.names().is_empty());
}

#[test]
fn two_writes_at_once_do_not_meet() {
    let folder = Folder::new("staged-two");
    let (one, other) = (Staged::create(folder.path("x")).unwrap(), Staged::create(folder.path("x")).unwrap());
    assert_ne!(one.temporary(), other.temporary());
    one.open_part().unwrap().write_all_at(b"one", 0).unwrap();
    other.commit().unwrap();
    one.commit().unwrap();
    assert_eq!(fs::read(folder.path("x")).unwrap(), b"one");
}

#[test]
fn a_link_stays_one_and_permissions_stay() {
    let folder = Folder::new("staged-link");
    let file = folder.write("file", "old");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("file", folder.path("link")).unwrap();
    let staged = Staged::create(folder.path("link")).unwrap();
    staged.open_part().unwrap().write_all_at(b"new", 0).unwrap();
    staged.commit().unwrap();
    assert!(fs::symlink_metadata(folder.path("link")).unwrap().is_symlink());
    assert_eq!(fs::read(&file).unwrap(), b"new");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_full_disk_is_an_error_and_leaves_the_old_file() {
    let folder = Folder::new("staged-full");
    let target = folder.write("x", "old");
    let staged = Staged::create(&target).unwrap();
    // The device that is always full stands for a temporary file on a full disk.
    let part = Part::open(Path::new("/dev/full"), &target).unwrap();
    let error = part.write_all_at(&[0; 100], 0).unwrap_err().to_string();
    assert!(error.contains("No space left on device") && error.contains("staged-full/x"), "{error}");
    assert!(staged.set_len(u64::MAX).is_err());
    drop(staged);
    assert_eq!((folder.names(), fs::read(&target).unwrap()), (vec!["x".to_owned()], b"old".to_vec()));
}

#[test]
fn a_target_that_cannot_be_written_is_refused_at_once() {
    let folder = Folder::new("staged-refused");
    let read_only = folder.write("read-only", "");
    fs::set_permissions(&read_only, fs::Permissions::from_mode(0o444)).unwrap();
    let cases = [
        (read_only, "is read-only"),
        (folder.path("missing/x"), "No such file"),
        (folder.path(""), "something else than a regular file"),
        (folder.path("read-only/x"), "Not a directory"),
        ("/dev/full".into(), "something else than a regular file"),
        ("/".into(), "something else than a regular file"),
        ("".into(), "does not end in a file's name"),
    ];
    for (target, reason) in cases {
        let error = Staged::create(&target).unwrap_err().to_string();
        assert!(error.starts_with("cannot write ") && error.contains(reason), "{}: {error}", target.display());
        assert!(error.contains(target.to_str().unwrap()), "{error}");
    }
    assert_eq!(folder.names(), ["read-only"]);
}
