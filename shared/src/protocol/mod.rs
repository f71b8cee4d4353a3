//! What travels between the page and the server.
