//! A small blocking HTTP/1.1 client: one connection, kept alive, with the session's cookie. For benchmarks and
//! tests, which need to know exactly when bytes leave and come back.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Longest that an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Largest answer that is read.
const MAX_BODY: usize = 64 << 20;

/// One connection, made when it is needed.
#[derive(Debug)]
pub struct HttpClient {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
    cookie: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub struct HttpAnswer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

impl HttpAnswer {
    /// The body as JSON.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] when it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> io::Result<T> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let text = String::from_utf8_lossy(&self.body);
            let text: String = text.chars().take(400).collect();
            invalid(format!("HTTP {}: {error}: {text}", self.status))
        })
    }
}

impl HttpClient {
    /// A client of a server; connects with the first request.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self { address, connection: None, cookie: None }
    }

    /// The session's cookie, as `NAME=VALUE`, once the server has set one.
    #[must_use]
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// Turns to another server, as after a restart, with the same session.
    pub fn turn_to(&mut self, address: SocketAddr) {
        self.address = address;
        self.connection = None;
    }

    /// Sends a request with a JSON body and reads the answer. After an error the next request connects anew.
    ///
    /// # Errors
    /// [`io::Error`] when the connection breaks or the answer is no HTTP.
    pub fn send<T: Serialize>(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&T>,
    ) -> io::Result<HttpAnswer> {
        let body = body.map(serde_json::to_vec).transpose()?;
        let answer = self.exchange(method, path, body.as_deref());
        if answer.is_err() {
            self.connection = None;
        }
        answer
    }

    /// Sends a request without a body.
    ///
    /// # Errors
    /// As [`HttpClient::send`].
    pub fn get(&mut self, path: &str) -> io::Result<HttpAnswer> {
        self.send::<()>("GET", path, None)
    }

    fn exchange(&mut self, method: &str, path: &str, body: Option<&[u8]>) -> io::Result<HttpAnswer> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.address);
        if let Some(cookie) = &self.cookie {
            request.push_str(&format!("cookie: {cookie}\r\n"));
        }
        if let Some(body) = body {
            request
                .push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body.unwrap_or_default());

        let connection = match &mut self.connection {
            Some(connection) => connection,
            None => self.connection.insert(connect(self.address)?),
        };
        connection.get_mut().write_all(&bytes)?;
        let (answer, cookie) = read_answer(connection)?;
        if cookie.is_some() {
            self.cookie = cookie;
        }
        Ok(answer)
    }
}

fn connect(address: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    Ok(BufReader::new(stream))
}

/// Reads an answer, and the cookie that it sets.
fn read_answer(connection: &mut BufReader<TcpStream>) -> io::Result<(HttpAnswer, Option<String>)> {
    let status_line = read_line(connection)?;
    let status = status_line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| invalid(format!("{status_line:?} is no status line")))?;
    let (mut length, mut cookie) = (None, None);
    loop {
        let line = read_line(connection)?;
        let Some((name, value)) = line.split_once(':') else { break };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok(),
            "set-cookie" => cookie = value.split(';').next().map(str::to_owned),
            _ => {}
        }
    }
    let length =
        length.filter(|length| *length <= MAX_BODY).ok_or_else(|| invalid("no usable length".into()))?;
    let mut body = vec![0; length];
    connection.read_exact(&mut body)?;
    Ok((HttpAnswer { status, body }, cookie))
}

fn read_line(connection: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    if connection.take(16 << 10).read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    line.truncate(line.trim_end().len());
    Ok(line)
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}
