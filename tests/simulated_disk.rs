//! The simulated disk loses what a disk may lose, keeps what it must keep, and does so again for the same seed.

use cantus::store::{Disk, Fault, SimDisk, Survival};

const SURVIVALS: [Survival; 4] = [Survival::Nothing, Survival::Everything, Survival::Torn(1), Survival::Torn(2)];

/// A durable file of four sectors of ones.
fn disk() -> SimDisk {
    let disk = SimDisk::new();
    let file = disk.create("file").expect("create");
    file.write_at(&[1; 2048], 0).expect("write");
    file.sync_data().expect("sync");
    disk.sync_dir().expect("sync the folder");
    disk
}

#[test]
fn what_is_synced_survives_every_power_cut_and_what_is_not_survives_by_sectors() {
    let disk = disk();
    let file = disk.open("file").expect("open");
    file.write_at(&[2; 1536], 256).expect("write");
    assert_eq!(disk.kill().read("file"), disk.read("file"));
    let mut mixtures = 0;
    for seed in 0..20 {
        let after = disk.power_cut(Survival::Torn(seed));
        assert_eq!(after.read("file"), disk.power_cut(Survival::Torn(seed)).read("file"));
        let bytes = after.read("file").expect("its name is durable");
        let sectors = [&bytes[..512], &bytes[512..1024], &bytes[1024..1536], &bytes[1536..]];
        let news: Vec<usize> = sectors.iter().map(|sector| sector.iter().filter(|byte| **byte == 2).count()).collect();
        assert!(news.iter().zip([256, 512, 512, 256]).all(|(new, most)| *new == 0 || *new == most), "{news:?}");
        mixtures += u32::from(news.contains(&0) && news.iter().any(|new| *new > 0));
    }
    assert!(mixtures > 10);
    assert_eq!(disk.power_cut(Survival::Nothing).read("file"), Some(vec![1; 2048]));
    file.sync_data().expect("sync");
    for survival in SURVIVALS {
        assert_eq!(disk.power_cut(survival).read("file"), disk.read("file"));
    }
}

#[test]
fn names_survive_in_the_order_in_which_they_changed() {
    let disk = disk();
    disk.create("second").expect("create");
    disk.rename("second", "third").expect("rename");
    disk.remove("file").expect("remove");
    let orders = [vec!["file"], vec!["file", "second"], vec!["file", "third"], vec!["third"]];
    let mut seen = [0; 4];
    for seed in 0..60 {
        let mut names = disk.power_cut(Survival::Torn(seed)).list().expect("list");
        names.sort();
        seen[orders.iter().position(|order| *order == names).expect("a prefix of the changes")] += 1;
    }
    assert!(seen.iter().all(|times| *times > 0), "{seen:?}");
    disk.sync_dir().expect("sync");
    assert_eq!(disk.power_cut(Survival::Nothing).list().expect("list"), ["third"]);
}

#[test]
fn what_a_failed_sync_should_have_kept_is_readable_but_never_durable() {
    let disk = disk();
    let file = disk.open("file").expect("open");
    file.write_at(&[2; 512], 0).expect("write");
    disk.inject(0, Fault::Error);
    assert!(file.sync_data().is_err());
    file.sync_data().expect("a later sync says nothing of it");
    assert_eq!(disk.read("file").expect("file")[..512], [2; 512]);
    assert_eq!(disk.power_cut(Survival::Everything).read("file"), Some(vec![1; 2048]));
    file.write_at(&[2; 512], 0).expect("write again");
    file.sync_data().expect("sync");
    assert_eq!(disk.power_cut(Survival::Nothing).read("file").expect("file")[..512], [2; 512]);
}

#[test]
fn nothing_works_after_the_process_has_stopped() {
    for (fault, written) in [(Fault::Before, 1), (Fault::After, 2)] {
        let disk = disk();
        let file = disk.open("file").expect("open");
        disk.inject(1, fault);
        file.write_at(&[1], 0).expect("the operation before");
        assert!(file.write_at(&[2], 0).is_err());
        assert!(file.sync_data().is_err() && file.len().is_err() && file.read_at(&mut [0], 0).is_err());
        assert!(disk.list().is_err() && disk.open("file").is_err() && disk.lock("lock").is_err());
        assert_eq!(disk.kill().read("file").expect("file")[0], written);
        assert!(disk.kill().open("file").expect("open").sync_data().is_ok());
    }
}

#[test]
fn a_lock_is_held_once_and_given_up_when_dropped_or_when_the_process_dies() {
    let disk = disk();
    let lock = disk.lock("lock").expect("lock");
    assert_eq!(disk.lock("lock").expect_err("held").kind(), std::io::ErrorKind::WouldBlock);
    drop(lock);
    let _lock = disk.lock("lock").expect("lock again");
    disk.kill().lock("lock").expect("of a dead process");
}
