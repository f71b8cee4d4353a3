//! The strategy studio's graph.
