//! agent
pub mod panel;
