//! Cash, positions and what they are worth.
