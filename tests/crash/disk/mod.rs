//! Disks that the tests own: file systems in image files on loop devices, whose power can be cut.
//!
//! Everything is unmounted and removed when it is dropped, also where a test panics. No device but a loop device that was
//! set up here is ever written to.

mod command;
mod file_system;
mod image;
mod mount;

pub(crate) use self::{
    command::run,
    file_system::FileSystem,
    image::{Disk, Image, give_back, take_every_byte},
    mount::Mount,
};
