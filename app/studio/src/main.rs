//! The studio's entry point: everything is in the library, so that tests can mount it too.

fn main() {
    wickflow_studio::start();
}
