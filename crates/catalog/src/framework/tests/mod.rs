//! What texts are read as, and what is found wrong with them.

mod fixture;
mod hostile;
mod meaning;
mod reading;
mod reference;
mod refusing;
mod stages;
