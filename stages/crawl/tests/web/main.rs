//! The crawl against servers on loopback that are asked what they saw.

mod bodies;
mod failures;
mod names;
mod politeness;
mod redirects;
mod rfc_9309;
mod robots;
mod robots_files;
mod simweb;
mod slow;
mod support;
mod tls;
