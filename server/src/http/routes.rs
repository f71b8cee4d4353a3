use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodRouter, delete, get, patch, post, put};

use crate::state::AppState;

/// A router that remembers what it mounts, so that a test can compare it with the API's description.
#[derive(Debug, Default)]
pub struct Routes {
    router: Router<AppState>,
    listed: Vec<(Method, &'static str)>,
}

impl Routes {
    /// No routes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Mounts a handler for GET.
    #[must_use]
    pub fn get<T: 'static>(self, path: &'static str, handler: impl Handler<T, AppState>) -> Self {
        self.mount(Method::GET, path, get(handler))
    }

    /// Mounts a handler for POST.
    #[must_use]
    pub fn post<T: 'static>(self, path: &'static str, handler: impl Handler<T, AppState>) -> Self {
        self.mount(Method::POST, path, post(handler))
    }

    /// Mounts a handler for PUT.
    #[must_use]
    pub fn put<T: 'static>(self, path: &'static str, handler: impl Handler<T, AppState>) -> Self {
        self.mount(Method::PUT, path, put(handler))
    }

    /// Mounts a handler for PATCH.
    #[must_use]
    pub fn patch<T: 'static>(self, path: &'static str, handler: impl Handler<T, AppState>) -> Self {
        self.mount(Method::PATCH, path, patch(handler))
    }

    /// Mounts a handler for DELETE.
    #[must_use]
    pub fn delete<T: 'static>(self, path: &'static str, handler: impl Handler<T, AppState>) -> Self {
        self.mount(Method::DELETE, path, delete(handler))
    }

    /// These routes and those.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.listed.extend(other.listed);
        Self { router: self.router.merge(other.router), listed: self.listed }
    }

    /// The router with something put around every route in it.
    #[must_use]
    pub fn map(self, wrap: impl FnOnce(Router<AppState>) -> Router<AppState>) -> Self {
        Self { router: wrap(self.router), listed: self.listed }
    }

    /// What is mounted, in order.
    #[must_use]
    pub fn listed(&self) -> &[(Method, &'static str)] {
        &self.listed
    }

    /// The router itself.
    pub fn into_router(self) -> Router<AppState> {
        self.router
    }

    fn mount(mut self, method: Method, path: &'static str, handler: MethodRouter<AppState>) -> Self {
        self.listed.push((method, path));
        Self { router: self.router.route(path, handler), listed: self.listed }
    }
}
