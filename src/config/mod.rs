//! Settings: flags, environment and files become one typed [`Settings`] in which each value knows where it came from.
//!
//! People set the same thing in several places and then wonder which one won. So every layer is read into the same
//! [`Partial`], each value in it carries its [`Origin`], and one rule lays the layers over each other: flags, then the
//! environment, then `./conclave.toml`, then `conclave/conclave.toml` in the user's configuration folder, then defaults.
//! `conclave doctor` prints [`Settings::report`] and so shows what applies and why.
//!
//! Two things follow from a settings file being somebody's text, perhaps the text of a repository just cloned. A wrong
//! key or type is an error that names the line and never quotes it, because the line may hold a secret. And the file in
//! the working folder may neither name a command to run nor send a key it does not own to a server it chose; see
//! [`Settings::access`].
//!
//! | file | holds |
//! | --- | --- |
//! | `settings` | [`Settings`], the layers' order, the defaults |
//! | `access` | which model, server and key a seat gets, and which key may go where |
//! | `roster` | [`Roster`]: who sits down together, read and saved |
//! | `report` | what applies and where it came from, for people |
//! | `partial` | [`Partial`]: one layer; flags arrive in this form |
//! | `environment`, `file`, `section` | the other layers, read |
//! | `key` | [`ApiKey`]: given, in a variable, or printed by a command |
//! | `value`, `price`, `pace`, `origin` | the types that values are parsed into |
//! | `error` | [`ConfigError`] |

mod access;
mod environment;
mod error;
mod file;
mod key;
mod origin;
mod pace;
mod partial;
mod price;
mod report;
mod roster;
mod section;
mod settings;
#[cfg(test)]
mod tests;
mod value;

pub use access::{Access, Chair};
pub use environment::{Environment, VARIABLES};
pub use error::ConfigError;
pub use key::{ApiKey, KeyCommand};
pub use origin::{Origin, Sourced};
pub use pace::Pace;
pub use partial::{Partial, PartialEndpoint, PartialLimits, PartialTimeouts, SeatSettings};
pub use price::{MicroDollars, Price};
pub use report::ReportLine;
pub use roster::{Roster, parse_roster_name, save_roster};
pub use settings::{EndpointSettings, FILE, Folders, Limits, Settings, Timeouts};
pub use value::{
    BadValue, BaseUrl, SeatArg, SeatFlag, Temperature, parse_duration, parse_model, parse_probe, parse_seat_names,
    parse_tag,
};
