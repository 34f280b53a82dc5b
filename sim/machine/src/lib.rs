//! Runs compiled Go programs on the simulated heap.
