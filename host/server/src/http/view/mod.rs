//! What callers see: domain values in the form of the API, each with its schema.

pub mod admin;
pub mod audit;
pub mod backtest;
pub mod bulk;
pub mod call;
pub mod customer;
pub mod delivery;
pub mod event;
pub mod explained;
pub mod feedback;
pub mod installation;
pub mod interaction;
pub mod limits;
pub mod loyalty;
pub mod message;
pub mod notice;
pub mod overview;
pub mod partner;
pub mod plugin;
pub mod program;
pub mod provenance;
pub mod purchase;
pub mod redemption;
pub mod review;
pub mod secret;
pub mod usage;
