//! Builders and generators for tests.
